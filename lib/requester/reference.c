/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/reference.h"

static uint32_t hash_of(const struct xk_requester *r, uint64_t reference)
{
    return (uint32_t)xki_siphash(&r->hash_key, (const uint8_t *)&reference, sizeof reference);
}

static uint64_t *place(const struct xk_requester *r, uint32_t index)
{
    return (uint64_t *)r->arrays[XKI_RQ_REFERENCES] + index;
}

void xki_rq_reference_init(struct xk_requester *r)
{
    if (r->config.use_references) {
        xki_idmap_init(&r->reference.map, r->arrays[XKI_RQ_REFERENCE_CELLS], xki_idmap_cells(r->config.max_pending));
    }
}

uint32_t xki_rq_reference_look_up(const struct xk_requester *r, uint64_t reference)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index = XKI_RQ_NONE;
    if (reference == 0) {
        return XKI_RQ_NONE;
    }
    do {
        index = xki_idmap_find(&r->reference.map, hash_of(r, reference), &cursor);
    } while (index != XKI_IDMAP_NONE && *place(r, index) != reference);
    return index;
}

void xki_rq_reference_write(struct xk_requester *r, uint32_t index, uint64_t reference)
{
    *place(r, index) = reference;
    if (reference != 0) {
        xki_idmap_insert(&r->reference.map, hash_of(r, reference), index);
    }
}

void xki_rq_reference_wipe(struct xk_requester *r, uint32_t index)
{
    if (*place(r, index) != 0) {
        xki_idmap_remove(&r->reference.map, hash_of(r, *place(r, index)), index);
        *place(r, index) = 0;
    }
}
