/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-mirror: a CSCF's X2 side for a proxy that has none. Takes what the proxy mirrors in HEP3 over TCP, on this host
 * only, and sends each SIP message as a PDU of TS 103 221-2 over mutual TLS. It knows no targets, so no XID either: a
 * CSCF sends what X1 asked for, this sends all. For demonstrations: it ends when the connection does.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include <xk/x2.h>

#include "df2/hep_stream.h"
#include "support/options.h"
#include "support/process.h"
#include "support/support.h"
#include "transport/address.h"

#define PDU_MAX (HEP_MAX + 256)

static const struct option_rule rules[] = {
    {"listen", "HOST:PORT", "takes HEP3 over TCP there; of this host only"},
    {"x2", "HOST:PORT", "the mediation function"},
    {"tls", "FOLDER", "NAME.crt, NAME.key, ca.crt and ca.crl"},
    {"name", "NAME", "of the own certificate"},
    {"peer", "NAME", "of the mediation function's certificate"},
};

struct mirror {
    SSL *ssl;
    uint32_t sequence;
};

static void find(const char *text, bool passive, struct addresses *found)
{
    char why[256];
    if (!addresses_look_up(text, passive, found, why, sizeof why)) {
        die("%s: %s", text, why);
    }
}

static SSL *connect_x2(const struct options *options)
{
    const char *const peers[] = {options_needed(options, "peer")};
    const char *text = options_needed(options, "x2");
    SSL_CTX *context = tls_from_folder(TLS_CLIENT, options_needed(options, "tls"), options_needed(options, "name"),
                                       peers, 1);
    struct addresses found;
    find(text, false, &found);
    int fd = socket(found.of[0].at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    SSL *ssl = SSL_new(context);
    SSL_CTX_free(context);
    if (fd < 0 || ssl == NULL || connect(fd, (const struct sockaddr *)&found.of[0].at, found.of[0].size) != 0 ||
        SSL_set_fd(ssl, fd) != 1 || !tls_set_server_name(ssl)) {
        die("%s: %s", text, strerror(errno));
    }
    int result = SSL_connect(ssl);
    if (result != 1) {
        char why[160];
        tls_explain(ssl, result, why, sizeof why);
        die("%s: %s", text, why);
    }
    return ssl;
}

/* One SIP message as a PDU; numbers of the one context that there is run from 0. */
static void pass_on(struct mirror *mirror, const struct hep *hep)
{
    static uint8_t out[PDU_MAX];
    struct xk_x2_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t size = 0;
    memset(&pdu, 0, sizeof pdu);
    pdu.type = XK_X2_TYPE_X2;
    pdu.format = XK_X2_FORMAT_SIP;
    pdu.direction = XK_X2_DIRECTION_UNKNOWN;
    pdu.has_sequence = true;
    pdu.sequence = mirror->sequence;
    pdu.has_time = hep->seconds > 0;
    pdu.seconds = hep->seconds;
    pdu.nanoseconds = hep->microseconds * 1000;
    pdu.source_ip = hep->source;
    pdu.has_source_port = hep->source.size > 0;
    pdu.source_port = hep->source_port;
    pdu.payload = hep->payload;
    if (xk_x2_write(&pdu, NULL, 0, out, sizeof out, &size, &diag) != XK_OK) {
        fprintf(stderr, "cscf: a message is not passed on: %s (%s)\n", xk_status_text(diag.status), diag.field);
        return;
    }
    ERR_clear_error();
    if (SSL_write(mirror->ssl, out, (int)size) <= 0) {
        die("the mediation function is gone");
    }
    mirror->sequence++;
    OPENSSL_cleanse(out, size);
}

static bool on_packet(struct hep_taker *taker, const uint8_t *data, size_t size)
{
    struct hep hep;
    if (hep_read(data, size, &hep) && hep.is_sip) {
        pass_on(taker->owner, &hep);
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct listener listener;
    struct loop loop;
    struct options options;
    process_harden();
    options_take(&options, argc, argv, rules, sizeof rules / sizeof rules[0],
                 "Mirrors SIP from HEP3 to X2 of TS 103 221-2.", NULL);
    if (!loop_open(&loop)) {
        die("the event loop cannot be opened");
    }
    struct mirror mirror = {.ssl = connect_x2(&options)};
    struct hep_taker taker = {.name = "cscf", .packet = on_packet, .owner = &mirror};
    hep_stream_open(&listener, &loop, options_needed(&options, "listen"), &taker);
    printf("PORT %d\n", listener_port(&listener));
    fflush(stdout);
    loop_run(&loop);
    event("cscf", "df2", "%u SIP messages over X2", mirror.sequence);
    listener_close(&listener);
    loop_close(&loop);
    (void)SSL_shutdown(mirror.ssl);
    (void)close(SSL_get_fd(mirror.ssl));
    SSL_free(mirror.ssl);
    return 0;
}
