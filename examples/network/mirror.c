/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-mirror: a CSCF's X2 side for a proxy that has none. Takes what the proxy mirrors in HEP3 over UDP, on this host
 * only, and sends each SIP message as a PDU of TS 103 221-2 over mutual TLS. It knows no targets, so no XID either: a
 * CSCF sends what X1 asked for, this sends all. For demonstrations: it ends when the connection does.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include <xk/x2.h>

#include "df2/hep.h"
#include "support/options.h"
#include "support/process.h"
#include "support/support.h"
#include "transport/address.h"

#define PDU_MAX (HEP_MAX + 256)
#define RECEIVE_BUFFER (4 << 20)

static const struct option_rule rules[] = {
    {"listen", "HOST:PORT", "takes HEP3 over UDP there; of this host only"},
    {"x2", "HOST:PORT", "the mediation function"},
    {"tls", "FOLDER", "NAME.crt, NAME.key, ca.crt and ca.crl"},
    {"name", "NAME", "of the own certificate"},
    {"peer", "NAME", "of the mediation function's certificate"},
};

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
    (void)number;
    ended = 1;
}

static void find(const char *text, bool passive, struct addresses *found)
{
    char why[256];
    if (!addresses_look_up(text, passive, found, why, sizeof why)) {
        die("%s: %s", text, why);
    }
}

static int listen_hep(const char *text)
{
    const int buffer = RECEIVE_BUFFER;
    struct addresses found;
    find(text, true, &found);
    if (!addresses_are_loopback(&found)) {
        die("HEP is plain text: --listen takes an address of this host only");
    }
    int fd = socket(found.of[0].at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (fd < 0 || bind(fd, (const struct sockaddr *)&found.of[0].at, found.of[0].size) != 0 ||
        getsockname(fd, (struct sockaddr *)&bound, &size) != 0) {
        die("%s: %s", text, strerror(errno));
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    printf("PORT %d\n", address_port(&bound));
    fflush(stdout);
    return fd;
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
static bool pass_on(SSL *ssl, const struct hep *hep, uint32_t sequence)
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
    pdu.sequence = sequence;
    pdu.has_time = hep->seconds > 0;
    pdu.seconds = hep->seconds;
    pdu.nanoseconds = hep->microseconds * 1000;
    pdu.source_ip = hep->source;
    pdu.has_source_port = hep->source.size > 0;
    pdu.source_port = hep->source_port;
    pdu.payload = hep->payload;
    if (xk_x2_write(&pdu, NULL, 0, out, sizeof out, &size, &diag) != XK_OK) {
        fprintf(stderr, "cscf: a message is not passed on: %s (%s)\n", xk_status_text(diag.status), diag.field);
        return true;
    }
    ERR_clear_error();
    bool sent = SSL_write(ssl, out, (int)size) > 0;
    OPENSSL_cleanse(out, size);
    return sent;
}

static void run(int fd, SSL *ssl)
{
    static uint8_t octets[HEP_MAX + 1];
    uint32_t sequence = 0;
    while (!ended) {
        struct hep hep;
        ssize_t size = recv(fd, octets, sizeof octets, 0);
        if (size <= 0 || !hep_read(octets, (size_t)size, &hep) || !hep.is_sip) {
            continue;
        }
        if (!pass_on(ssl, &hep, sequence)) {
            die("the mediation function is gone");
        }
        sequence++;
    }
    OPENSSL_cleanse(octets, sizeof octets);
    event("cscf", "df2", "%u SIP messages over X2", sequence);
}

int main(int argc, char **argv)
{
    const struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: recv() is to return */
    struct options options;
    process_harden();
    options_take(&options, argc, argv, rules, sizeof rules / sizeof rules[0],
                 "Mirrors SIP from HEP3 to X2 of TS 103 221-2.", NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    SSL *ssl = connect_x2(&options);
    int fd = listen_hep(options_needed(&options, "listen"));
    run(fd, ssl);
    (void)SSL_shutdown(ssl);
    (void)close(SSL_get_fd(ssl));
    SSL_free(ssl);
    (void)close(fd);
    return 0;
}
