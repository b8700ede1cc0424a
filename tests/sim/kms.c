/* SPDX-License-Identifier: BSD-2-Clause */
/* The KMS and the network between: what a get_keys meets on its way, and what comes back. */
#include "sim/world.h"

#include <string.h>

void network_put(struct world *w, uint32_t kms, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < PACKETS_MAX; i++) {
        struct packet *p = &w->packets[i];
        if (!p->used) {
            p->used = true;
            p->at = w->now + 1 + draw(w, 50) + (chance(w, w->faults.delay) ? draw(w, 20000) : 0);
            p->kms = chance(w, w->faults.wrong_peer) ? 1 - kms : kms;
            memcpy(p->octets, octets, size);
            p->size = size;
            /* A flipped bit in a key cannot be told from another key: that is what the transport's MAC is for. */
            if (chance(w, w->faults.corrupt)) {
                p->octets[draw(w, 23)] ^= (uint8_t)(1u << draw(w, 8));
                p->size -= draw(w, 3) == 0 ? draw(w, (uint32_t)size) : 0;
            }
            return;
        }
    }
}

/* What the KMS answers is a matter of the transaction alone: a repeated one is answered identically. */
static bool decides(const struct xk_transaction_id *id, uint32_t salt, unsigned int thousandth)
{
    uint32_t hash = salt;
    for (size_t i = 0; i < sizeof id->octets; i++) {
        hash = (hash ^ id->octets[i]) * UINT32_C(16777619);
    }
    return (hash >> 8) % 1000 < thousandth;
}

static size_t answer_keys(struct world *w, const struct xk_transaction_id *id, uint8_t *out)
{
    static const uint8_t octets[32] = {CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY,
                                       CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY,
                                       CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY,
                                       CANARY, CANARY};
    struct xk_session_result sessions[3];
    struct xk_get_keys_response m;
    size_t size = 0;
    memset(sessions, 0, sizeof sessions);
    memset(&m, 0, sizeof m);
    m.transaction_id = *id;
    m.sessions = sessions;
    m.session_count = decides(id, 1, w->faults.extra) ? 3 : 2;
    for (size_t i = 0; i < 3; i++) {
        sessions[i].cs_id = (uint8_t)(i + 1);
        sessions[i].key = (struct xk_bytes){octets, 16};
        sessions[i].salt = (struct xk_bytes){octets, 14};
        sessions[i].cipher = XK_CIPHER_ABSENT;
        sessions[i].encoding = XK_KEY_ENCODING_ABSENT;
    }
    if (decides(id, 2, w->faults.partial)) {
        memset(&sessions[1], 0, sizeof sessions[1]);
        sessions[1].cs_id = 2;
        sessions[1].failure = XK_FAILURE_SESSION_UNKNOWN;
        sessions[1].cipher = XK_CIPHER_ABSENT;
        sessions[1].encoding = XK_KEY_ENCODING_ABSENT;
    }
    return xk_get_keys_response_encode(&m, out, PACKET_SIZE, &size, NULL) == XK_OK ? size : 0;
}

void kms_takes(struct world *w, uint32_t kms, struct xk_bytes octets)
{
    struct xk_get_keys ask;
    uint8_t out[PACKET_SIZE];
    size_t size = 0;
    if (chance(w, w->faults.loss) || chance(w, w->faults.silent)) {
        return;
    }
    if (xk_get_keys_decode(octets.data, octets.size, &ask, NULL) != XK_OK) {
        breaks(w, "a get_keys that does not decode was sent");
        return;
    }
    if (decides(&ask.transaction_id, 3, w->faults.refuse)) {
        struct xk_get_keys_response m;
        memset(&m, 0, sizeof m);
        m.transaction_id = ask.transaction_id;
        m.failure = XK_FAILURE_GENERIC;
        (void)!xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL);
    } else {
        size = answer_keys(w, &ask.transaction_id, out);
    }
    network_put(w, kms, out, size);
    if (chance(w, w->faults.duplicate)) {
        network_put(w, kms, out, size);
    }
    if (chance(w, w->faults.replay) && w->kept.used) {
        network_put(w, w->kept.kms, w->kept.octets, w->kept.size);
    }
    w->kept.used = true;
    w->kept.kms = kms;
    memcpy(w->kept.octets, out, size);
    w->kept.size = size;
}
