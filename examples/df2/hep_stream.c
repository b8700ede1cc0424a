/* SPDX-License-Identifier: BSD-2-Clause */
#include "df2/hep_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "support/support.h"

/* One connection: a packet in part. */
struct hep_peer {
    struct hep_taker *taker;
    size_t size;
    uint8_t octets[HEP_MAX];
};

static void on_open(struct conn *conn, void *user)
{
    struct hep_peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL) {
        conn_end(conn, "no memory");
        return;
    }
    peer->taker = user;
    conn_attach(conn, peer);
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    const struct hep_taker *taker = user;
    struct hep_peer *peer = conn_attached(conn);
    fprintf(stderr, "%s: HEP: a connection ended: %s\n", taker->name, why);
    if (peer != NULL) {
        OPENSSL_cleanse(peer, sizeof *peer);
        free(peer);
    }
}

static size_t on_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct hep_peer *peer = conn_attached(conn);
    size_t at = 0;
    (void)user;
    while (peer != NULL) {
        size_t whole = peer->size >= HEP_HEAD ? hep_measure(peer->octets, peer->size) : HEP_HEAD;
        if (whole == SIZE_MAX) {
            conn_end(conn, "the peer sent what is no HEP3");
            return size;
        }
        if (peer->size == whole && whole > HEP_HEAD) {
            if (!peer->taker->packet(peer->taker, peer->octets, whole)) {
                return at;
            }
            OPENSSL_cleanse(peer->octets, whole);
            peer->size = 0;
            continue;
        }
        size_t part = whole - peer->size < size - at ? whole - peer->size : size - at;
        if (part == 0) {
            return at;
        }
        memcpy(peer->octets + peer->size, data + at, part);
        peer->size += part;
        at += part;
    }
    return size;
}

void hep_stream_open(struct listener *listener, struct loop *loop, const char *address, struct hep_taker *taker)
{
    const struct conn_events events = {.open = on_open, .closed = on_closed, .user = taker, .input = on_input};
    struct conn_limits limits;
    struct addresses found;
    char why[256] = "";
    conn_limits_init(&limits);
    limits.life_ms = 0; /* its end would cost what is under way, and nobody was authenticated */
    if (!addresses_look_up(address, true, &found, why, sizeof why)) {
        die("HEP: %s", why);
    }
    if (!addresses_are_loopback(&found)) {
        die("HEP is taken from this host only: its key is plain text, so %s cannot be listened on", address);
    }
    if (!listener_open(listener, loop, NULL, address, &limits, &events, why, sizeof why)) {
        die("HEP: %s", why);
    }
}
