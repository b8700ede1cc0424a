/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is left of a request that has ended: its transaction id.
 *
 * A table of its own, in sets of four by the id, each a ring: ending a request touches the two lines of one set and
 * never the map of those that live, and what is forgotten costs nothing. As in that map, 32 bits of an id refuse nearly
 * every other one; the whole ids are compared in constant time.
 */
#include "requester/engine.h"

#include <xk/secret.h>

static struct xki_rq_grave *set_of(const struct xk_requester *r, const struct xk_transaction_id *id)
{
    uint64_t sets = r->array_sizes[XKI_RQ_GRAVES] / (XKI_RQ_GRAVE_SET * sizeof(struct xki_rq_grave));
    return (struct xki_rq_grave *)r->arrays[XKI_RQ_GRAVES] + (xki_rq_id_hash(id) * sets >> 32) * XKI_RQ_GRAVE_SET;
}

void xki_rq_fetch_grave(const struct xk_requester *r, const struct xk_transaction_id *id)
{
    xki_prefetch(set_of(r, id), XKI_RQ_GRAVE_SET * sizeof(struct xki_rq_grave));
}

void xki_rq_bury(struct xk_requester *r, const struct xk_transaction_id *id, uint32_t fingerprint, bool answered)
{
    struct xki_rq_grave *set = set_of(r, id);
    struct xki_rq_grave *grave = &set[set[0].next];
    grave->transaction = *id;
    grave->fingerprint = fingerprint;
    grave->used = true;
    grave->answered = answered;
    set[0].next = (uint8_t)((set[0].next + 1) % XKI_RQ_GRAVE_SET);
}

const struct xki_rq_grave *xki_rq_find_grave(const struct xk_requester *r, const struct xk_transaction_id *id)
{
    const struct xki_rq_grave *set = set_of(r, id);
    for (unsigned int i = 0; i < XKI_RQ_GRAVE_SET; i++) {
        if (set[i].used && xki_rq_id_hash(&set[i].transaction) == xki_rq_id_hash(id) &&
            xk_equal_secret(set[i].transaction.octets, id->octets, sizeof id->octets)) {
            return &set[i];
        }
    }
    return NULL;
}
