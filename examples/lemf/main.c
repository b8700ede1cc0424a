/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-lemf: a LEMF. Takes PS-PDUs over HI2, checks their sequence numbers, stores them, acknowledges them.
 *
 *   xk-lemf --listen HOST:PORT --tls FOLDER --store FOLDER
 *   xk-lemf --print --store FOLDER [--show-keys]
 *   xk-lemf --decrypt CAPTURE --store FOLDER --audio PREFIX [--spoil salt|cs-id] [--keys-of RECORD]
 *
 * The first form prints "PORT n" when it listens. A PS-PDU that comes again, octet by octet, is acknowledged and not
 * stored; a gap, or another PS-PDU under an old number, is told and stored, since what did come is good.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lemf/decrypt.h"
#include "lemf/store.h"
#include "support/support.h"
#include "transport/conn.h"
#include "transport/endpoint.h"
#include "transport/loop.h"

#define LIIDS_MAX 32
#define PDU_MAX 65536

struct program {
    struct loop loop;
    struct listener listener;
    struct conn *peer; /* the latest DF2/MF */
    const char *store;
    unsigned int stored;
    uint32_t taken; /* on this connection */
    uint32_t acknowledged;
    bool answer_owed; /* to a keep-alive */
    struct {
        uint8_t liid[XK_LIID_MAX];
        size_t size;
        struct xk_ps_sequence sequence;
    } liids[LIIDS_MAX];
    size_t liid_count;
};

static struct xk_ps_sequence *find_sequence(struct program *p, struct xk_bytes liid)
{
    for (size_t i = 0; i < p->liid_count; i++) {
        if (p->liids[i].size == liid.size && memcmp(p->liids[i].liid, liid.data, liid.size) == 0) {
            return &p->liids[i].sequence;
        }
    }
    if (p->liid_count == LIIDS_MAX) {
        die("more LIIDs than this example takes");
    }
    size_t i = p->liid_count++;
    memcpy(p->liids[i].liid, liid.data, liid.size);
    p->liids[i].size = liid.size;
    return &p->liids[i].sequence;
}

/* From the latest on: what comes again was under way a moment ago. */
static bool is_stored(const struct program *p, const uint8_t *data, size_t size)
{
    static uint8_t octets[PDU_MAX];
    bool found = false;
    for (unsigned int i = p->stored; i > 0 && !found; i--) {
        found = load_pdu(p->store, i, octets, sizeof octets) == size && memcmp(octets, data, size) == 0;
    }
    OPENSSL_cleanse(octets, sizeof octets);
    return found;
}

/* False when it has been stored before. */
static bool check_sequence(struct program *p, const struct xk_ps_pdu *pdu, const uint8_t *data, size_t size)
{
    struct xk_ps_sequence *sequence = find_sequence(p, pdu->header.liid);
    uint32_t lost = 0;
    enum xk_status status = xk_ps_sequence_check(sequence, pdu->header.sequence_number, &lost);
    if (status == XK_E_SEQUENCE && lost == 0) {
        bool again = is_stored(p, data, size);
        event("lemf", "lemf", again ? "record again, sequence %u: not stored" : "ANOTHER record of sequence %u",
              pdu->header.sequence_number);
        return !again;
    }
    if (status == XK_E_SEQUENCE) {
        event("lemf", "lemf", "GAP of %u record(s) before sequence %u", lost, pdu->header.sequence_number);
    }
    xk_ps_sequence_advance(sequence, pdu->header.sequence_number);
    return true;
}

/* What was stored by an earlier process counts: sequence numbers go on across a restart. */
static void resume(struct program *p)
{
    static uint8_t octets[PDU_MAX];
    for (;;) {
        struct xk_ps_pdu pdu;
        struct xk_hi2_record record;
        size_t size = load_pdu(p->store, p->stored + 1, octets, sizeof octets);
        if (size == 0) {
            break;
        }
        if (read_pdu(octets, size, &pdu, &record)) {
            xk_ps_sequence_advance(find_sequence(p, pdu.header.liid), pdu.header.sequence_number);
        }
        p->stored++;
    }
    OPENSSL_cleanse(octets, sizeof octets);
}

static void on_open(struct conn *conn, void *user)
{
    struct program *p = user;
    if (p->peer != NULL) {
        conn_end(p->peer, "the DF2/MF has connected anew");
    }
    p->peer = conn;
    p->taken = 0;
    p->acknowledged = 0;
    p->answer_owed = false;
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct program *p = user;
    if (p->peer == conn) {
        p->peer = NULL;
    } else {
        fprintf(stderr, "lemf: refused a connection: %s\n", why);
    }
}

/* What does not fit now follows when the output has drained; one acknowledgement stands for all before it. */
static void answer(struct conn *conn, void *user)
{
    struct program *p = user;
    const uint8_t number[4] = {(uint8_t)(p->taken >> 24), (uint8_t)(p->taken >> 16), (uint8_t)(p->taken >> 8),
                               (uint8_t)p->taken};
    if (p->answer_owed && conn_send_urgent(conn, FRAME_KEEP_ALIVE_ANSWER, NULL, 0)) {
        p->answer_owed = false;
    }
    if (p->acknowledged != p->taken && conn_send_urgent(conn, FRAME_ACKNOWLEDGE, number, sizeof number)) {
        p->acknowledged = p->taken;
    }
}

static enum conn_reply on_frame(struct conn *conn, enum frame_type type, uint8_t *data, size_t size, void *user)
{
    struct program *p = user;
    struct xk_ps_pdu pdu;
    struct xk_hi2_record record;
    if (type == FRAME_KEEP_ALIVE && size == 0) {
        p->answer_owed = true;
    } else if (type != FRAME_PS_PDU || !read_pdu(data, size, &pdu, &record)) {
        return CONN_BROKEN;
    } else {
        if (check_sequence(p, &pdu, data, size)) {
            store_pdu(p->store, ++p->stored, data, size);
        }
        p->taken++;
    }
    answer(conn, p);
    return CONN_TAKEN;
}

static int print_all(const char *store, bool show_keys)
{
    static uint8_t octets[PDU_MAX];
    for (unsigned int i = 1;; i++) {
        struct xk_ps_pdu pdu;
        struct xk_hi2_record record;
        size_t size = load_pdu(store, i, octets, sizeof octets);
        if (size == 0) {
            return 0;
        }
        if (!read_pdu(octets, size, &pdu, &record)) {
            return 1;
        }
        print_record(&pdu, &record, show_keys);
    }
}

static int listen_for_records(struct program *p, int argc, char **argv)
{
    static const char *const peers[] = {"df2"};
    const struct conn_events events = {on_open, on_frame, answer, on_closed, p};
    struct conn_limits limits;
    char why[256];
    SSL_CTX *context = tls_from_folder(TLS_SERVER, option(argc, argv, "tls", NULL), "lemf", peers, 1);
    conn_limits_init(&limits, FRAMING_HI2);
    limits.frame_max = PDU_MAX;
    resume(p);
    if (!loop_open(&p->loop) ||
        !listener_open(&p->listener, &p->loop, context, option(argc, argv, "listen", "127.0.0.1:0"), &limits, &events,
                       why, sizeof why)) {
        die("cannot listen");
    }
    printf("PORT %d\n", listener_port(&p->listener));
    fflush(stdout);
    loop_run(&p->loop);
    listener_close(&p->listener);
    SSL_CTX_free(context);
    loop_close(&p->loop);
    return 0;
}

int main(int argc, char **argv)
{
    static struct program p;
    p.store = option(argc, argv, "store", NULL);
    if (has_option(argc, argv, "print")) {
        return print_all(p.store, has_option(argc, argv, "show-keys"));
    }
    if (has_option(argc, argv, "decrypt")) {
        const char *spoil = option(argc, argv, "spoil", "");
        enum spoil how = strcmp(spoil, "salt") == 0    ? SPOIL_SALT
                         : strcmp(spoil, "cs-id") == 0 ? SPOIL_CS_ID
                                                       : SPOIL_NOTHING;
        unsigned int record = (unsigned int)strtoul(option(argc, argv, "keys-of", "0"), NULL, 10);
        return decrypt(option(argc, argv, "decrypt", NULL), p.store, option(argc, argv, "audio", NULL), how, record);
    }
    return listen_for_records(&p, argc, argv);
}
