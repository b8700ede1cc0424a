/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is left of a request that has ended: its transaction id, so that a late or repeated answer gets its right name.
 *
 * A table of its own, in sets of four by the id, each a ring: ending a request touches the two lines of one set and
 * never the map of those that live, and what is forgotten costs nothing.
 */
#include "requester/engine.h"

#include <xk/secret.h>

static struct xki_tombstone *set_of(const struct xk_requester *r, const struct xk_transaction_id *id)
{
    uint64_t sets = r->array_sizes[XKI_TOMBSTONES] / (XKI_TOMBSTONE_SET * sizeof(struct xki_tombstone));
    return (struct xki_tombstone *)r->arrays[XKI_TOMBSTONES] + (xki_id_hash(id) * sets >> 32) * XKI_TOMBSTONE_SET;
}

void xki_bury(struct xk_requester *r, uint32_t index, bool answered)
{
    const struct xki_slot *slot = xki_slot(r, index);
    struct xki_tombstone *set = set_of(r, &slot->transaction);
    struct xki_tombstone *grave = &set[set[0].next];
    grave->transaction = slot->transaction;
    grave->fingerprint = xki_record(r, index)->fingerprint;
    grave->used = true;
    grave->answered = answered;
    set[0].next = (uint8_t)((set[0].next + 1) % XKI_TOMBSTONE_SET);
}

const struct xki_tombstone *xki_find_grave(const struct xk_requester *r, const struct xk_transaction_id *id)
{
    const struct xki_tombstone *set = set_of(r, id);
    for (unsigned int i = 0; i < XKI_TOMBSTONE_SET; i++) {
        if (set[i].used && xk_equal_secret(set[i].transaction.octets, id->octets, sizeof id->octets)) {
            return &set[i];
        }
    }
    return NULL;
}
