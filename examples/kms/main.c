/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-kms: a KMS that answers get_keys over TLS.
 *
 *   xk-kms --listen HOST:PORT --tls FOLDER --name KMS --peer DF2[,DF2] --ticket-key FILE [--identity URI] [--silent]
 *          [--reading NAME[,NAME]] [--allow-mixed] [--resolved SOCKET]
 *
 * --peer names who may ask; several connections of one name are one peer (kms/peers.h). With --resolved it answers for
 * tickets of other KMSs too, from what ordinary resolutions brought (kms/feed.h).
 *
 * --reading takes the readings of RFC 6043 that are not the default, by the names in readings.h; --allow-mixed takes
 * 256-bit algorithms beside 128-bit ones. Prints "PORT n" when it listens. With --silent it takes get_keys and never
 * answers, as a KMS that hangs. SIGHUP reads certificates and revocation lists anew, SIGTERM ends it. No core dump.
 */
#include <stdio.h>
#include <string.h>

#include <xk/responder.h>
#include <xk_kms/kms.h>

#include "kms/feed.h"
#include "kms/peers.h"
#include "kms/readings.h"
#include "support/links.h"
#include "support/options.h"
#include "support/process.h"
#include "support/service.h"
#include "support/support.h"
#include "transport/conn.h"
#include "transport/endpoint.h"
#include "transport/loop.h"

struct program {
    struct options line;
    SSL_CTX *context;
    struct loop loop;
    struct service service;
    struct listener listener;
    struct loop_timer tick;
    struct xk_responder *responder;
    struct xk_kms kms;
    struct xk_kms_context *crypto; /* what OpenSSL fetches, kept from query to query */
    struct xk_kms_options options;
    struct peers peers;
    struct feed feed; /* with --resolved */
    bool is_fed;
    uint8_t ticket_key[XK_KMS_KEY_MAX];
    size_t ticket_key_size;
    const char *identity;
    const char *name;
    bool silent;
};

static bool give_ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                            uint8_t *key, size_t *size, void *user)
{
    const struct program *p = user;
    (void)ticket;
    (void)psk;
    if (generation > 0) {
        return false;
    }
    memcpy(key, p->ticket_key, p->ticket_key_size);
    *size = p->ticket_key_size;
    return true;
}

static bool is_own(struct xk_bytes kms, void *user)
{
    const struct program *p = user;
    return xk_uri_equal(kms, xk_text(p->identity));
}

static enum xk_failure give_resolved(const struct xk_mikey_ticket *ticket, struct xk_bytes responder,
                                     struct xk_bytes rand_kms, struct xk_kms_opened_ticket *opened, void *user)
{
    const struct program *p = user;
    struct resolution question = {.ticket = ticket->whole};
    if ((ticket->flags & XK_MIKEY_FLAG_I) != 0) {
        question.responder = responder;
        question.rand_kms = rand_kms;
    }
    return p->is_fed && resolved_find(p->feed.cache, loop_now(), &question, opened) ? XK_FAILURE_NONE
                                                                                    : XK_FAILURE_OTHER_KMS;
}

static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    const struct program *p = user;
    return xk_kms_resolve_in(p->crypto, &p->kms, query, answer);
}

static bool send_answer(uint32_t number, uint64_t link, struct xk_bytes octets, void *user)
{
    const struct program *p = user;
    const struct peer *peer = peers_on(&p->peers, link);
    return peer != NULL && peer->number == number && conn_send(peer->conn, octets.data, octets.size);
}

/* For the engine, which asks for it; every get_keys comes on a link. */
static bool send_nowhere(uint32_t number, struct xk_bytes octets, void *user)
{
    (void)number;
    (void)octets;
    (void)user;
    return false;
}

static void observe(const struct xk_responder_observation *o, void *user)
{
    const struct program *p = user;
    if (o->event == XK_RESPONDER_ANSWERED) {
        event(p->name, "df2", "get_keys_response: keys");
    } else if (o->event == XK_RESPONDER_REFUSED) {
        event(p->name, "df2", "get_keys_response: refused, %s (%s)", xk_failure_name(o->failure), o->field);
    }
}

static void arm(struct program *p)
{
    uint64_t next = xk_responder_next_deadline(p->responder);
    uint64_t now = loop_now();
    if (next != UINT64_MAX) {
        loop_arm(&p->loop, &p->tick, next > now ? next - now : 0);
    }
}

static void on_tick(struct loop_timer *timer)
{
    struct program *p = timer->owner;
    (void)xk_responder_tick(p->responder, loop_now());
    arm(p);
}

static void on_open(struct conn *conn, void *user)
{
    struct program *p = user;
    if (!peers_add(&p->peers, conn)) {
        conn_end(conn, "too many peers");
    }
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct program *p = user;
    if (!peers_remove(&p->peers, conn)) {
        fprintf(stderr, "%s: refused a connection: %s\n", p->name, why);
    }
}

static enum conn_reply on_frame(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct program *p = user;
    const struct peer *peer = peers_of(&p->peers, conn);
    if (peer == NULL) {
        return CONN_BROKEN;
    }
    /* An answer that did not fit would be lost: a DF2/MF that does not read is not listened to either. */
    if (!conn_room(conn, XK_MESSAGE_MAX)) {
        return CONN_LATER;
    }
    if (!p->silent) {
        struct xk_diag diag;
        enum xk_status status =
            xk_responder_receive_on(p->responder, loop_now(), peer->number, peer->link, data, size, &diag);
        if (status != XK_OK) {
            fprintf(stderr, "%s: %s at octet %zu (%s)\n", p->name, xk_status_text(status), diag.offset, diag.field);
        }
        arm(p);
    } else {
        event("df2", p->name, "get_keys that is not answered");
    }
    return CONN_TAKEN;
}

static void on_drained(struct conn *conn, void *user)
{
    (void)user;
    conn_resume(conn);
}

static void start_engine(struct program *p)
{
    struct xk_responder_config config;
    const struct xk_kms_callbacks kms = {
        .ticket_key = give_ticket_key, .is_own = is_own, .resolved_ticket = give_resolved};
    struct xk_responder_callbacks callbacks;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = fill_random;
    callbacks.send = send_nowhere;
    callbacks.send_on = send_answer;
    callbacks.resolve = resolve;
    callbacks.observe = observe;
    xk_kms_init(&p->kms, &kms, p);
    p->kms.options = p->options;
    xk_responder_config_init(&config);
    if (xk_kms_context_create(&p->crypto) != XK_OK ||
        xk_responder_create(&config, &callbacks, NULL, p, &p->responder, NULL) != XK_OK) {
        die("the responder cannot be created");
    }
}

static const struct option_rule rules[] = {
    {"listen", "HOST:PORT", "default 127.0.0.1:0"},
    {"tls", "FOLDER", "NAME.crt, NAME.key, ca.crt and ca.crl"},
    {"name", "NAME", "of the own certificate"},
    {"peer", "NAME,...", "of the DF2/MFs' certificates"},
    {"ticket-key", "FILE", "the key that tickets are protected with, in hexadecimal"},
    {"identity", "URI", "of this KMS in tickets; default sip:kms@example.com"},
    {"reading", "NAME,...", "readings of RFC 6043 that are not the default"},
    {"allow-mixed", NULL, "takes 256-bit algorithms beside 128-bit ones"},
    {"resolved", "SOCKET", "takes what resolutions of other KMSs' tickets brought, see xk-kms(1)"},
    {"resolved-max", "N", "how many of them; default 256"},
    {"resolved-lifetime", "S", "seconds that one is kept at most; default 3600"},
    {"silent", NULL, "takes get_keys and never answers"},
    SERVICE_RULES,
};

static SSL_CTX *make_context(const struct program *p, char *why, size_t why_size)
{
    const struct links links = {
        .folder = options_needed(&p->line, "tls"), .name = p->name, .list_age_s = service_list_age(&p->line)};
    return links_context(&links, TLS_SERVER, p->peers.names, p->peers.name_count, why, why_size);
}

/* Certificates and revocation lists anew. Those that cannot be read leave what was. */
static bool renew(void *owner)
{
    struct program *p = owner;
    char why[256];
    SSL_CTX *context = make_context(p, why, sizeof why);
    if (context == NULL) {
        fprintf(stderr, "%s: certificates stay as they were: %s\n", p->name, why);
        listener_renew(&p->listener, p->context);
        return false;
    }
    listener_renew(&p->listener, context);
    SSL_CTX_free(p->context);
    p->context = context;
    event(p->name, p->name, "certificates and revocation lists read anew");
    return true;
}

static void fill(struct metrics *metrics, void *owner)
{
    const struct program *p = owner;
    const struct listener *const listeners[] = {&p->listener};
    static const char *const names[] = {"xk"};
    struct xk_responder_counters counters;
    const char *name = NULL;
    char full[96];
    uint64_t value = 0;
    size_t position = 0;
    xk_responder_read_counters(p->responder, &counters);
    while (xk_responder_next_counter(&counters, &position, &name, &value)) {
        metrics_counter(metrics, metrics_name(full, sizeof full, "xk_responder", name), "See responder.h.", value);
    }
    service_count_listeners(metrics, listeners, names, 1);
}

static void configure(struct program *p, int argc, char **argv)
{
    const char *identity = NULL;
    const char *reading = NULL;
    options_take(&p->line, argc, argv, rules, sizeof rules / sizeof rules[0], "A KMS that answers get_keys over TLS.",
                 NULL);
    p->name = options_needed(&p->line, "name");
    identity = options_text(&p->line, "identity");
    p->identity = identity != NULL ? identity : "sip:kms@example.com";
    p->silent = options_has(&p->line, "silent");
    reading = options_text(&p->line, "reading");
    read_readings(reading != NULL ? reading : "", &p->options);
    p->options.allow_mixed = options_has(&p->line, "allow-mixed");
    peers_begin(&p->peers, options_needed(&p->line, "peer"));
    p->ticket_key_size = read_key(options_needed(&p->line, "ticket-key"), p->ticket_key, sizeof p->ticket_key);
}

static void start_feed(struct program *p)
{
    const char *path = options_text(&p->line, "resolved");
    size_t max = options_number(&p->line, "resolved-max", 256, 1, 65536);
    uint64_t lifetime_ms = UINT64_C(1000) * options_number(&p->line, "resolved-lifetime", 3600, 1, 86400);
    char why[256];
    p->is_fed = path != NULL;
    if (p->is_fed && !feed_open(&p->feed, &p->loop, path, max, lifetime_ms, p->name, why, sizeof why)) {
        die("%s", why);
    }
}

int main(int argc, char **argv)
{
    static struct program p;
    const struct conn_events events = {
        .open = on_open, .frame = on_frame, .drained = on_drained, .closed = on_closed, .user = &p};
    const struct service_calls service_calls = {.renew = renew, .fill = fill};
    struct conn_limits limits;
    char why[256];
    process_harden();
    configure(&p, argc, argv);
    p.tick = (struct loop_timer){.fire = on_tick, .owner = &p};
    start_engine(&p);
    p.context = make_context(&p, why, sizeof why);
    if (p.context == NULL) {
        die("%s", why);
    }
    service_limits(&limits, &p.line);
    const char *address = options_text(&p.line, "listen");
    if (!loop_open(&p.loop) ||
        !listener_open(&p.listener, &p.loop, p.context, address != NULL ? address : "127.0.0.1:0", &limits, &events,
                       why, sizeof why)) {
        die("cannot listen");
    }
    service_listener(&p.listener, &p.line);
    service_open(&p.service, &p.loop, &p.line, "xk-kms", &service_calls, &p);
    start_feed(&p);
    printf("PORT %d\n", listener_port(&p.listener));
    service_ready(&p.service);
    loop_run(&p.loop);
    service_stopping(&p.service);
    listener_close(&p.listener);
    if (p.is_fed) {
        feed_close(&p.feed);
    }
    service_close(&p.service);
    (void)xk_responder_destroy(p.responder);
    xk_kms_context_destroy(p.crypto);
    OPENSSL_cleanse(p.ticket_key, sizeof p.ticket_key);
    peers_end(&p.peers);
    SSL_CTX_free(p.context);
    loop_close(&p.loop);
    return 0;
}
