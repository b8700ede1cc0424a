/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Outcomes that the host has not taken, in the order of their decision for each LIID.
 *
 * Each LIID with something owed has a chain; the first slot of a chain stands for it in a list of all chains
 * and in a small table by LIID. While nothing is owed, which is nearly always, all of this is one test of
 * a counter. Agencies do not see each other: a chain that the host refuses holds up no other.
 *
 * Links, all in slots whose timer does not run: next and prev inside the chain (prev of the first is the last),
 * timer.next and timer.prev among the chains, left in the table.
 */
#include "requester/engine.h"

#include <string.h>

static uint32_t *cell_of(const struct xk_requester *r, struct xk_bytes liid)
{
    uint64_t hash = xki_siphash(&r->hash_key, liid.data, liid.size);
    return (uint32_t *)r->arrays[XKI_CHAINS] + ((uint32_t)hash & r->chain_mask);
}

static struct xk_bytes liid_of(const struct xk_requester *r, uint32_t index)
{
    return xki_warrant_liid(xki_record_warrant(r, index));
}

static bool same(struct xk_bytes a, struct xk_bytes b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* The first of the chain of this slot's LIID, or none. */
uint32_t xki_chain_first(const struct xk_requester *r, uint32_t index)
{
    if (r->chain_count == 0) {
        return XKI_NO_SLOT;
    }
    struct xk_bytes liid = liid_of(r, index);
    uint32_t first = *cell_of(r, liid);
    while (first != XKI_NO_SLOT && !same(liid_of(r, first), liid)) {
        first = xki_slot(r, first)->left;
    }
    return first;
}

static void list_append(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    slot->timer.next = XKI_NO_SLOT;
    slot->timer.prev = r->chain_last;
    if (r->chain_last == XKI_NO_SLOT) {
        r->chain_first = index;
    } else {
        xki_slot(r, r->chain_last)->timer.next = index;
    }
    r->chain_last = index;
}

static void list_remove(struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    if (slot->timer.prev == XKI_NO_SLOT) {
        r->chain_first = slot->timer.next;
    } else {
        xki_slot(r, slot->timer.prev)->timer.next = slot->timer.next;
    }
    if (slot->timer.next == XKI_NO_SLOT) {
        r->chain_last = slot->timer.prev;
    } else {
        xki_slot(r, slot->timer.next)->timer.prev = slot->timer.prev;
    }
}

/* Let `by`, or nothing, stand in the table where `first` stood. */
static void cell_replace(struct xk_requester *r, uint32_t first, uint32_t by)
{
    uint32_t *link = cell_of(r, liid_of(r, first));
    while (*link != first) {
        link = &xki_slot(r, *link)->left;
    }
    if (by == XKI_NO_SLOT) {
        *link = xki_slot(r, first)->left;
    } else {
        xki_slot(r, by)->left = xki_slot(r, first)->left;
        *link = by;
    }
}

void xki_chain_append(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    uint32_t first = xki_chain_first(r, index);
    slot->flags |= XKI_FLAG_CHAINED;
    slot->next = XKI_NO_SLOT;
    if (first != XKI_NO_SLOT) {
        slot->prev = xki_slot(r, first)->prev;
        xki_slot(r, slot->prev)->next = index;
        xki_slot(r, first)->prev = index;
        return;
    }
    uint32_t *cell = cell_of(r, liid_of(r, index));
    slot->prev = index;
    slot->left = *cell;
    *cell = index;
    list_append(r, index);
    r->chain_count++;
}

/* The next one of its chain takes the place of the first in list and table. */
static void remove_first(struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    uint32_t heir = slot->next;
    cell_replace(r, index, heir);
    if (heir == XKI_NO_SLOT) {
        list_remove(r, index);
        r->chain_count--;
        return;
    }
    struct xki_slot *next = xki_slot(r, heir);
    next->prev = slot->prev;
    next->timer.next = slot->timer.next;
    next->timer.prev = slot->timer.prev;
    if (next->timer.prev == XKI_NO_SLOT) {
        r->chain_first = heir;
    } else {
        xki_slot(r, next->timer.prev)->timer.next = heir;
    }
    if (next->timer.next == XKI_NO_SLOT) {
        r->chain_last = heir;
    } else {
        xki_slot(r, next->timer.next)->timer.prev = heir;
    }
}

void xki_chain_remove(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    uint32_t first = xki_chain_first(r, index);
    if (first == index) {
        remove_first(r, index);
    } else {
        xki_slot(r, slot->prev)->next = slot->next;
        uint32_t follower = slot->next == XKI_NO_SLOT ? first : slot->next;
        xki_slot(r, follower)->prev = slot->prev;
    }
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_CHAINED);
}

void xki_chain_to_back(struct xk_requester *r, uint32_t first)
{
    list_remove(r, first);
    list_append(r, first);
}
