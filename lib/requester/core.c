/* SPDX-License-Identifier: BSD-2-Clause */
/* What every part of the requester needs: handles, ids, KMSs by name, slots taken and given back. */
#include "requester/engine.h"

#include <xk/secret.h>

#include <string.h>

uint32_t xki_rq_find_handle(const struct xk_requester *r, uint64_t handle)
{
    uint32_t index = (uint32_t)handle - 1;
    if ((uint32_t)handle == 0 || index >= r->fresh || xki_rq_state(r, index) == XKI_RQ_FREE ||
        xki_rq_handle(r, index) != handle) {
        return XKI_RQ_NONE;
    }
    return index;
}

static bool is_transaction(const struct xk_requester *r, uint32_t index, const struct xk_transaction_id *id)
{
    return xk_equal_secret(xki_rq_slot(r, index)->transaction.octets, id->octets, sizeof id->octets);
}

/* One of the requests under a transaction id, or none. `guess` is a slot where it may well be, or none. */
uint32_t xki_rq_find_transaction(const struct xk_requester *r, const struct xk_transaction_id *id, uint32_t guess)
{
    if (guess != XKI_RQ_NONE && is_transaction(r, guess, id)) {
        return guess;
    }
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    do {
        index = xki_idmap_find(&r->ids, xki_rq_id_hash(id), &cursor);
    } while (index != XKI_IDMAP_NONE && !is_transaction(r, index, id));
    return index;
}

/* A supplement has an id of its own, which a restart does not change: derived from the ids of its request, of which no
 * receiver of outcomes knows the transaction. */
static struct xk_outcome_id supplement_id(const struct xki_rq_slot *slot)
{
    uint8_t input[sizeof slot->outcome.octets + 1];
    struct xki_siphash_key key = {0, 0};
    struct xk_outcome_id id = {{0}};
    for (unsigned int i = 0; i < 8; i++) {
        key.k0 = key.k0 << 8 | slot->transaction.octets[i];
        key.k1 = key.k1 << 8 | slot->transaction.octets[8 + i];
    }
    memcpy(input, slot->outcome.octets, sizeof slot->outcome.octets);
    for (unsigned int half = 0; half < 2; half++) {
        input[sizeof input - 1] = (uint8_t)half;
        uint64_t value = xki_siphash(&key, input, sizeof input);
        for (unsigned int i = 0; i < 8; i++) {
            id.octets[half * 8 + i] = (uint8_t)(value >> (56 - 8 * i));
        }
    }
    return id;
}

/* The id under which its outcome is offered. */
struct xk_outcome_id xki_rq_outcome_id(const struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    return xki_rq_is(r, index, XKI_RQ_SUPPLEMENT) ? supplement_id(slot) : slot->outcome;
}

uint32_t xki_rq_find_kms(const struct xk_requester *r, struct xk_bytes name)
{
    for (uint32_t i = 0; i < r->kms_count; i++) {
        const struct xki_rq_kms *known = xki_rq_kms(r, i);
        if (known->size == name.size && memcmp(known->name, name.data, name.size) == 0) {
            return i;
        }
    }
    return XKI_RQ_NONE;
}

enum xk_status xki_rq_count(struct xk_requester *r, enum xk_status status)
{
    r->counters.status[status == XK_OK ? 0 : xk_status_index(status)]++;
    return status;
}

/* Drawn in the middle of a change, so nothing may be changed from inside. */
bool xki_rq_random(struct xk_requester *r, uint8_t *out, size_t size)
{
    bool outer = r->closed;
    struct xki_rq_guard guard = xki_rq_enter(r, XKI_RQ_NONE);
    r->closed = true;
    bool drawn = r->callbacks.random(out, size, r->user);
    r->closed = outer;
    xki_rq_exit(r, guard);
    return drawn;
}

uint32_t xki_rq_take_slot(struct xk_requester *r)
{
    uint32_t index = r->free_first;
    if (index != XKI_RQ_NONE) {
        r->free_first = xki_rq_slot(r, index)->link.free;
    } else {
        index = r->fresh++;
    }
    r->free_count--;
    xki_rq_fetch_free(r, r->free_first != XKI_RQ_NONE ? r->free_first : r->fresh);
    memset(xki_rq_slot(r, index), 0, sizeof(struct xki_rq_slot));
    memset(xki_rq_record(r, index), 0, sizeof(struct xki_rq_record));
    return index;
}

void xki_rq_give_back(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    struct xki_rq_record *record = xki_rq_record(r, index);
    xk_wipe(xki_rq_octets(r, index), record->request_size);
    xk_wipe(record, sizeof *record + record->size);
    xk_wipe(slot, sizeof *slot);
    slot->link.free = r->free_first;
    r->free_first = index;
    r->free_count++;
}
