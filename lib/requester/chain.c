/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/chain.h"

#include <string.h>

static uint32_t *cell_of(const struct xk_requester *r, struct xk_bytes liid)
{
    uint64_t hash = xki_siphash(&r->hash_key, liid.data, liid.size);
    return (uint32_t *)r->arrays[XKI_RQ_CHAINS] + ((uint32_t)hash & r->chain.mask);
}

static struct xk_bytes liid_of(const struct xk_requester *r, uint32_t index)
{
    return xki_warrant_liid(xki_rq_warrant(r, index));
}

/* Of one warrant: one LIID in two countries is two. */
static bool same(const struct xk_requester *r, uint32_t a, uint32_t b)
{
    return xki_warrant_is_of(xki_rq_warrant(r, a), liid_of(r, b), xki_warrant_country(xki_rq_warrant(r, b)));
}

size_t xki_rq_chain_size(const struct xk_requester_config *config)
{
    size_t cells = 16;
    while (cells < config->max_pending / 16) {
        cells *= 2;
    }
    return cells * sizeof(uint32_t);
}

void xki_rq_chain_init(struct xk_requester *r)
{
    memset(r->arrays[XKI_RQ_CHAINS], 0xff, r->array_sizes[XKI_RQ_CHAINS]);
    r->chain.mask = (uint32_t)(r->array_sizes[XKI_RQ_CHAINS] / sizeof(uint32_t) - 1);
    r->chain.first = XKI_RQ_NONE;
    r->chain.last = XKI_RQ_NONE;
}

uint32_t xki_rq_chain_count(const struct xk_requester *r)
{
    return r->chain.count;
}

uint32_t xki_rq_chain_front(const struct xk_requester *r)
{
    return r->chain.first;
}

uint32_t xki_rq_chain_first(const struct xk_requester *r, uint32_t index)
{
    if (r->chain.count == 0) {
        return XKI_RQ_NONE;
    }
    uint32_t first = *cell_of(r, liid_of(r, index));
    while (first != XKI_RQ_NONE && !same(r, first, index)) {
        first = xki_rq_slot(r, first)->more.bucket;
    }
    return first;
}

static void list_append(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    slot->time.decided.next = XKI_RQ_NONE;
    slot->time.decided.prev = r->chain.last;
    if (r->chain.last == XKI_RQ_NONE) {
        r->chain.first = index;
    } else {
        xki_rq_slot(r, r->chain.last)->time.decided.next = index;
    }
    r->chain.last = index;
}

static void list_remove(struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    if (slot->time.decided.prev == XKI_RQ_NONE) {
        r->chain.first = slot->time.decided.next;
    } else {
        xki_rq_slot(r, slot->time.decided.prev)->time.decided.next = slot->time.decided.next;
    }
    if (slot->time.decided.next == XKI_RQ_NONE) {
        r->chain.last = slot->time.decided.prev;
    } else {
        xki_rq_slot(r, slot->time.decided.next)->time.decided.prev = slot->time.decided.prev;
    }
}

/* Let `by`, or nothing, stand in the table where `first` stood. */
static void cell_replace(struct xk_requester *r, uint32_t first, uint32_t by)
{
    uint32_t *link = cell_of(r, liid_of(r, first));
    while (*link != first) {
        link = &xki_rq_slot(r, *link)->more.bucket;
    }
    if (by == XKI_RQ_NONE) {
        *link = xki_rq_slot(r, first)->more.bucket;
    } else {
        xki_rq_slot(r, by)->more.bucket = xki_rq_slot(r, first)->more.bucket;
        *link = by;
    }
}

void xki_rq_chain_append(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    if (xki_rq_is(r, index, XKI_RQ_CHAINED)) {
        return;
    }
    uint32_t first = xki_rq_chain_first(r, index);
    xki_rq_set(r, index, XKI_RQ_CHAINED);
    slot->link.chain.next = XKI_RQ_NONE;
    if (first != XKI_RQ_NONE) {
        slot->link.chain.prev = xki_rq_slot(r, first)->link.chain.prev;
        xki_rq_slot(r, slot->link.chain.prev)->link.chain.next = index;
        xki_rq_slot(r, first)->link.chain.prev = index;
        return;
    }
    uint32_t *cell = cell_of(r, liid_of(r, index));
    slot->link.chain.prev = index;
    slot->more.bucket = *cell;
    *cell = index;
    list_append(r, index);
    r->chain.count++;
}

/* The next one of its chain takes the place of the first in list and table. */
static void remove_first(struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    uint32_t heir = slot->link.chain.next;
    cell_replace(r, index, heir);
    if (heir == XKI_RQ_NONE) {
        list_remove(r, index);
        r->chain.count--;
        return;
    }
    struct xki_rq_slot *next = xki_rq_slot(r, heir);
    next->link.chain.prev = slot->link.chain.prev;
    next->time.decided.next = slot->time.decided.next;
    next->time.decided.prev = slot->time.decided.prev;
    if (next->time.decided.prev == XKI_RQ_NONE) {
        r->chain.first = heir;
    } else {
        xki_rq_slot(r, next->time.decided.prev)->time.decided.next = heir;
    }
    if (next->time.decided.next == XKI_RQ_NONE) {
        r->chain.last = heir;
    } else {
        xki_rq_slot(r, next->time.decided.next)->time.decided.prev = heir;
    }
}

void xki_rq_chain_remove(struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    if (!xki_rq_is(r, index, XKI_RQ_CHAINED)) {
        return;
    }
    uint32_t first = xki_rq_chain_first(r, index);
    if (first == index) {
        remove_first(r, index);
    } else {
        xki_rq_slot(r, slot->link.chain.prev)->link.chain.next = slot->link.chain.next;
        uint32_t follower = slot->link.chain.next == XKI_RQ_NONE ? first : slot->link.chain.next;
        xki_rq_slot(r, follower)->link.chain.prev = slot->link.chain.prev;
    }
    xki_rq_clear(r, index, XKI_RQ_CHAINED);
}

void xki_rq_chain_to_back(struct xk_requester *r, uint32_t first)
{
    list_remove(r, first);
    list_append(r, first);
}
