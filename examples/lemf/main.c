/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-lemf: a LEMF. Takes PS-PDUs over HI2 (TS 102 232-1), checks their numbers, stores and acknowledges them; prints
 * what it holds; decrypts a captured call with nothing but that.
 *
 *   xk-lemf --listen HOST:PORT --tls FOLDER --store FOLDER
 *   xk-lemf --print --store FOLDER [--show-keys]
 *   xk-lemf --decrypt CAPTURE --store FOLDER --audio PREFIX
 *
 * The first form prints "PORT n" when it listens. SIGHUP reads certificates and revocation lists anew; SIGTERM ends it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lemf/decrypt.h"
#include "lemf/print.h"
#include "lemf/session.h"
#include "support/links.h"
#include "support/options.h"
#include "support/process.h"
#include "support/service.h"
#include "support/support.h"

static const struct option_rule rules[] = {
    {"listen", "HOST:PORT", "takes records there; port 0: the system chooses, and PORT n is printed"},
    {"store", "FOLDER", "what is received; nobody else may write there"},
    {"store-key", "FILE", "seals the store; 64 hexadecimal digits that only the owner may read"},
    {"tls", "FOLDER", "NAME.crt, NAME.key, ca.crt and ca.crl, for mutual TLS"},
    {"name", "NAME", "of the own certificate; default lemf"},
    {"peer", "NAME,...", "whose certificates are taken; default df2"},
    {"tls-1.2", NULL, "takes TLS 1.2 too"},
    {"plain", NULL, "no TLS: on this host only, or with --protected-elsewhere"},
    {"protected-elsewhere", NULL, "something else protects what is plain, such as IPsec (TS 33.108 7.3 demands it)"},
    {"no-options", NULL, "behaves as a LEMF that knows no options (TS 102 232-1 6.3.5)"},
    {"print", NULL, "prints the store as a table"},
    {"show-keys", NULL, "with --print: keys as they are"},
    {"decrypt", "CAPTURE", "decrypts a pcap file"},
    {"audio", "PREFIX", "with --decrypt: PREFIX.N.audio for each Crypto Session N"},
    {"spoil", "salt|cs-id", "with --decrypt, for a proof: does it wrong"},
    {"keys-of", "LIID/CIN", "with --decrypt, for a proof: takes the keys of another call"},
    SERVICE_RULES,
};

struct program {
    struct loop loop;
    struct service service;
    struct links links;
    struct lemf lemf;
    struct store store;
    struct listener listener;
    SSL_CTX *context;
    const char *peers[TLS_PEERS_MAX];
    size_t peer_count;
};

static int decrypt_call(struct program *p, const struct options *options)
{
    static const char *const spoils[] = {"nothing", "salt", "cs-id"};
    static const enum spoil kinds[] = {SPOIL_NOTHING, SPOIL_SALT, SPOIL_CS_ID};
    char liid[XK_LIID_MAX + 1];
    unsigned int cin = 0;
    const char *keys_of = options_text(options, "keys-of");
    enum spoil spoil = kinds[options_word(options, "spoil", spoils, 3)];
    if (keys_of != NULL) {
        char rest = '\0';
        const char *slash = strrchr(keys_of, '/');
        size_t size = slash != NULL ? (size_t)(slash - keys_of) : 0;
        if (size == 0 || size > XK_LIID_MAX || sscanf(slash, "/%10u%c", &cin, &rest) != 1) {
            die("--keys-of takes LIID/CIN");
        }
        memcpy(liid, keys_of, size);
        liid[size] = '\0';
    }
    return decrypt(options_text(options, "decrypt"), &p->store, options_needed(options, "audio"), spoil,
                   keys_of != NULL ? liid : NULL, cin);
}

/* A list or a certificate that cannot be read leaves all as it was. */
static bool renew(void *owner)
{
    struct program *p = owner;
    char why[256];
    SSL_CTX *fresh = links_context(&p->links, TLS_SERVER, p->peers, p->peer_count, why, sizeof why);
    if (!p->links.plain && fresh == NULL) {
        fprintf(stderr, "lemf: certificates stay as they were: %s\n", why);
        listener_renew(&p->listener, p->context);
        return false;
    }
    listener_renew(&p->listener, fresh);
    SSL_CTX_free(p->context);
    p->context = fresh;
    event("lemf", "lemf", "certificates and revocation lists read anew");
    return true;
}

static void fill(struct metrics *metrics, void *owner)
{
    const struct program *p = owner;
    const struct listener *const listeners[] = {&p->listener};
    static const char *const names[] = {"hi2"};
    metrics_gauge(metrics, "xk_lemf_newest_record", "Number of the newest file of the store.", p->store.last);
    service_count_listeners(metrics, listeners, names, 1);
}

static int listen_for_records(struct program *p, const struct options *options)
{
    struct conn_limits limits;
    char why[256] = "";
    char *peers = links_names(options_text(options, "peer"), "df2", p->peers, &p->peer_count);
    const char *address = options_needed(options, "listen");
    const struct conn_events events = lemf_events(&p->lemf);
    const struct service_calls calls = {.renew = renew, .fill = fill};
    service_limits(&limits, options);
    links_take(&p->links, options, "lemf");
    links_check(&p->links, address, true);
    p->context = links_context(&p->links, TLS_SERVER, p->peers, p->peer_count, why, sizeof why);
    if (!p->links.plain && p->context == NULL) {
        die("%s", why);
    }
    lemf_open(&p->lemf, &p->store, !options_has(options, "no-options"));
    if (!loop_open(&p->loop) ||
        !listener_open(&p->listener, &p->loop, p->context, address, &limits, &events, why, sizeof why)) {
        die("cannot listen: %s", why);
    }
    service_listener(&p->listener, options);
    service_open(&p->service, &p->loop, options, "xk-lemf", &calls, p);
    printf("PORT %d\n", listener_port(&p->listener));
    service_ready(&p->service);
    loop_run(&p->loop);
    service_stopping(&p->service);
    listener_end(&p->listener);
    service_close(&p->service);
    SSL_CTX_free(p->context);
    lemf_close(&p->lemf);
    loop_close(&p->loop);
    free(peers);
    return 0;
}

int main(int argc, char **argv)
{
    static struct program p;
    struct options options;
    int status;
    options_take(&options, argc, argv, rules, sizeof rules / sizeof rules[0],
                 "receives, stores and acknowledges records over HI2; prints and uses what it holds", NULL);
    process_harden();
    bool print = options_has(&options, "print");
    bool decrypting = options_has(&options, "decrypt");
    if (print + decrypting + options_has(&options, "listen") != 1) {
        die("one of --listen, --print and --decrypt; --help tells more");
    }
    store_open(&p.store, options_needed(&options, "store"), options_text(&options, "store-key"), !print && !decrypting);
    if (print) {
        status = print_store(&p.store, options_has(&options, "show-keys"));
    } else if (decrypting) {
        status = decrypt_call(&p, &options);
    } else {
        status = listen_for_records(&p, &options);
    }
    store_close(&p.store);
    return status;
}
