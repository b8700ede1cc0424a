/* SPDX-License-Identifier: BSD-2-Clause */
/* Transactions: found by their id, kept in two lists, the oldest remembered one making room when all are in use. */
#include "responder/engine.h"

#include <string.h>

#include <xk/secret.h>

/* The id comes from a peer, so that its place in the table must not be for the peer to choose. */
static uint32_t hash(const struct xk_responder *r, const struct xk_transaction_id *id)
{
    return (uint32_t)(xki_siphash(&r->hash_key, id->octets, sizeof id->octets) >> 32);
}

uint32_t xki_rs_find(const struct xk_responder *r, const struct xk_transaction_id *id)
{
    uint32_t wanted = hash(r, id);
    uint32_t cursor = XKI_IDMAP_NONE;
    for (;;) {
        uint32_t index = xki_idmap_find(&r->map, wanted, &cursor);
        if (index == XKI_IDMAP_NONE) {
            return XKI_RS_NONE;
        }
        if (xk_equal_secret(r->transactions[index].id.octets, id->octets, sizeof id->octets)) {
            return index;
        }
    }
}

static struct xki_rs_list *list_of(struct xk_responder *r, const struct xki_rs_transaction *t)
{
    return &r->lists[t->state - 1];
}

static void unlink_transaction(struct xk_responder *r, uint32_t index)
{
    struct xki_rs_transaction *t = &r->transactions[index];
    if (t->state == XKI_RS_FREE) {
        return;
    }
    struct xki_rs_list *list = list_of(r, t);
    if (t->previous != XKI_RS_NONE) {
        r->transactions[t->previous].next = t->next;
    } else {
        list->first = t->next;
    }
    if (t->next != XKI_RS_NONE) {
        r->transactions[t->next].previous = t->previous;
    } else {
        list->last = t->previous;
    }
    t->state = XKI_RS_FREE;
}

void xki_rs_enlist(struct xk_responder *r, uint32_t index, enum xki_rs_state state, uint32_t wait)
{
    struct xki_rs_transaction *t = &r->transactions[index];
    unlink_transaction(r, index);
    t->state = (uint8_t)state;
    t->deadline = r->now_ms > UINT64_MAX - 1 - wait ? UINT64_MAX - 1 : r->now_ms + wait;
    struct xki_rs_list *list = list_of(r, t);
    t->previous = list->last;
    t->next = XKI_RS_NONE;
    if (list->last != XKI_RS_NONE) {
        r->transactions[list->last].next = index;
    } else {
        list->first = index;
    }
    list->last = index;
}

void xki_rs_close(struct xk_responder *r, uint32_t index)
{
    struct xki_rs_transaction *t = &r->transactions[index];
    unlink_transaction(r, index);
    xki_idmap_remove(&r->map, hash(r, &t->id), index);
    xk_wipe(t, sizeof *t);
    t->next = r->free;
    r->free = index;
}

uint32_t xki_rs_oldest(const struct xk_responder *r, enum xki_rs_state state)
{
    return r->lists[state - 1].first;
}

static void make_room(struct xk_responder *r, bool denied)
{
    uint32_t oldest = xki_rs_oldest(r, XKI_RS_DENIED);
    if (oldest == XKI_RS_NONE && !denied) {
        oldest = xki_rs_oldest(r, XKI_RS_REMEMBERED);
        r->counters.evicted += oldest != XKI_RS_NONE;
    }
    if (oldest != XKI_RS_NONE) {
        xki_rs_close(r, oldest);
    }
}

uint32_t xki_rs_open(struct xk_responder *r, const struct xk_transaction_id *id, bool denied)
{
    if (r->free == XKI_RS_NONE) {
        make_room(r, denied);
    }
    if (r->free == XKI_RS_NONE) {
        return XKI_RS_NONE;
    }
    uint32_t index = r->free;
    struct xki_rs_transaction *t = &r->transactions[index];
    r->free = t->next;
    memset(t, 0, sizeof *t);
    t->id = *id;
    xki_rs_renew(r, index);
    xki_idmap_insert(&r->map, hash(r, id), index);
    return index;
}

void xki_rs_renew(struct xk_responder *r, uint32_t index)
{
    r->transactions[index].sequence = ++r->sequence;
}

uint64_t xki_rs_handle(const struct xk_responder *r, uint32_t index)
{
    return r->transactions[index].sequence << 20 | index;
}

uint32_t xki_rs_by_handle(const struct xk_responder *r, uint64_t handle)
{
    uint32_t index = (uint32_t)(handle & 0xfffffu);
    bool known = index < r->config.max_transactions && r->transactions[index].state == XKI_RS_PENDING &&
                 xki_rs_handle(r, index) == handle;
    return known ? index : XKI_RS_NONE;
}
