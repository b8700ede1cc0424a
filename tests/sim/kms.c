/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The KMSs. What one answers is a matter of the exchange alone, so a repeated transaction is answered identically,
 * before a crash and after; what it gets wrong (silence, a second and other answer, a message that breaks the
 * profile) comes on top.
 */
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

/* A choice that the exchange makes once for ever. */
static bool decides(const struct world *w, uint32_t exchange, uint32_t salt, unsigned int thousandth)
{
    struct xk_test_random s;
    xk_test_random_init(&s, ((w->seed * REQUESTS_MAX + exchange) * 4 + salt) * UINT64_C(0xa0761d6478bd642f));
    return draw(&s, 1000) < thousandth;
}

static void fill_session(struct xk_session_result *s, uint8_t cs_id, const uint8_t *key)
{
    memset(s, 0, sizeof *s);
    s->cs_id = cs_id;
    s->key = (struct xk_bytes){key, 16};
    s->salt = (struct xk_bytes){key + 2, 14};
    s->cipher = XK_CIPHER_ABSENT;
    s->encoding = XK_KEY_ENCODING_ABSENT;
}

static void fail_session(struct xk_session_result *s, uint8_t cs_id)
{
    fill_session(s, cs_id, NULL);
    s->key = (struct xk_bytes){NULL, 0};
    s->salt = s->key;
    s->failure = XK_FAILURE_SESSION_UNKNOWN;
}

static size_t answer(const struct world *w, const struct xk_transaction_id *id, uint32_t exchange, uint8_t variant,
                     uint8_t *out)
{
    uint8_t key[16];
    struct xk_session_result sessions[3];
    struct xk_get_keys_response m;
    size_t size = 0;
    memset(key, CANARY, sizeof key);
    key[0] = (uint8_t)exchange;
    key[1] = variant;
    memset(&m, 0, sizeof m);
    m.transaction_id = *id;
    if (decides(w, exchange, 3, w->faults.refuse)) {
        m.failure = variant == 0 ? XK_FAILURE_NOT_TARGET : XK_FAILURE_GENERIC;
    } else {
        m.sessions = sessions;
        m.session_count = decides(w, exchange, 1, w->faults.extra) ? 3 : 2;
        for (uint8_t i = 0; i < 3; i++) {
            fill_session(&sessions[i], (uint8_t)(i + 1), key);
        }
        if (decides(w, exchange, 2, w->faults.partial)) {
            fail_session(&sessions[1], 2);
        }
    }
    return xk_get_keys_response_encode(&m, out, PACKET_SIZE, &size, NULL) == XK_OK ? size : 0;
}

/* Keys and failure together; an empty key; one of 65 octets: none of it is a message. */
static void spoil(struct packet *p, uint32_t how)
{
    uint8_t *key = memchr(p->octets + 24, 0x50, p->size - 24); /* head of a string of 16 octets */
    p->broken = true;
    if (how == 0 || key == NULL) {
        p->octets[0]++; /* one entry more in the map: both, or the same twice */
        p->octets[p->size++] = 4;
        p->octets[p->size++] = 1;
        return;
    }
    size_t rest = p->size - (size_t)(key + 17 - p->octets);
    size_t length = how == 1 ? 1 : 67;
    memmove(key + length, key + 17, rest);
    if (how == 1) {
        key[0] = 0x40;
    } else {
        key[0] = 0x58;
        key[1] = 65;
        memset(key + 2, CANARY, 65);
    }
    p->size = (size_t)(key - p->octets) + length + rest;
}

static void send_unavailable(struct world *w, struct xk_test_random *luck, struct packet *p,
                             const struct xk_transaction_id *id)
{
    struct xk_get_keys_response m;
    memset(&m, 0, sizeof m);
    m.transaction_id = *id;
    m.failure = XK_FAILURE_UNAVAILABLE;
    if (xk_get_keys_response_encode(&m, p->octets, PACKET_SIZE, &p->size, NULL) == XK_OK) {
        network_put(w, luck, p);
    }
}

void kms_takes(struct world *w, uint32_t kms, struct xk_bytes octets)
{
    struct xk_get_keys ask;
    struct packet p;
    unsigned int exchange = 0;
    char identity[32] = "";
    memset(&p, 0, sizeof p);
    p.kms = kms;
    p.at = w->now;
    if (xk_get_keys_decode(octets.data, octets.size, &ask, NULL) == XK_OK && ask.public_kms_identity.size < 32) {
        memcpy(identity, ask.public_kms_identity.data, ask.public_kms_identity.size);
    }
    if (sscanf(identity, "sip:%u@b", &exchange) != 1 || exchange >= w->request_count) {
        breaks(w, "a get_keys that nobody asked for was sent");
        return;
    }
    struct xk_test_random *luck = &w->requests[exchange].luck;
    if (chance(w, luck, w->faults.silent)) {
        return;
    }
    if (chance(w, luck, w->faults.away)) {
        send_unavailable(w, luck, &p, &ask.transaction_id);
        return;
    }
    p.size = answer(w, &ask.transaction_id, exchange, 0, p.octets);
    if (chance(w, luck, w->faults.malformed)) {
        struct packet bad = p;
        spoil(&bad, draw(luck, 3));
        network_put(w, luck, &bad);
    }
    network_put(w, luck, &p);
    /* Another answer later. Not where the first may be lost to the receiver and must come again: a KMS that contradicts
     * itself then can never again give the keys that were decided. */
    bool must_repeat = w->faults.crash > 0 || w->faults.crash_inside > 0 || w->faults.release > 0;
    if (!must_repeat && chance(w, luck, w->faults.contradict)) {
        p.size = answer(w, &ask.transaction_id, exchange, 1, p.octets);
        p.at = later(p.at, 60);
        network_put(w, luck, &p);
    }
}
