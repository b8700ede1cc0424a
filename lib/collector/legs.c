/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector/legs.h"

/* Under what a pair is found. */
static uint32_t key_of(const struct xki_co_call *call, const struct xki_co_pair *pair)
{
    uint64_t mixed = call->group ^ pair->init ^ (pair->resp * UINT64_C(0x9e3779b97f4a7c15));
    return (uint32_t)(mixed ^ mixed >> 32);
}

static uint32_t index_of(const struct xk_collector *c, const struct xki_co_pair *pair)
{
    return (uint32_t)((const struct xki_co_fact *)(const void *)pair - xki_co_fact(c, 0));
}

/* The first call of a group; NULL for none. */
static struct xki_co_call *leader(const struct xk_collector *c, uint64_t group)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    while ((index = xki_idmap_find(&c->groups, (uint32_t)group, &cursor)) != XKI_IDMAP_NONE) {
        if (xki_co_call(c, index)->group == group) {
            return xki_co_call(c, index);
        }
    }
    return NULL;
}

static void lead(struct xk_collector *c, struct xki_co_call *call)
{
    call->leads = true;
    xki_idmap_insert(&c->groups, (uint32_t)call->group, xki_co_call_index(c, call));
}

void xki_co_leave_group(struct xk_collector *c, struct xki_co_call *call)
{
    struct xki_co_call *next = call->group_next == XKI_CO_NONE ? NULL : xki_co_call(c, call->group_next);
    if (call->group_prev != XKI_CO_NONE) {
        xki_co_call(c, call->group_prev)->group_next = call->group_next;
    }
    if (next != NULL) {
        next->group_prev = call->group_prev;
    }
    if (call->leads) {
        xki_idmap_remove(&c->groups, (uint32_t)call->group, xki_co_call_index(c, call));
        call->leads = false;
        if (next != NULL) {
            lead(c, next);
        }
    }
    call->group_next = call->group_prev = XKI_CO_NONE;
}

void xki_co_join_group(struct xk_collector *c, struct xki_co_call *call, uint64_t group)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        xki_co_forget_leg(c, call, &f->is.pair);
    }
    xki_co_leave_group(c, call);
    call->group = group;
    struct xki_co_call *first = leader(c, group);
    if (first == NULL) {
        lead(c, call);
    } else {
        uint32_t own = xki_co_call_index(c, call);
        call->group_next = first->group_next;
        call->group_prev = xki_co_call_index(c, first);
        if (first->group_next != XKI_CO_NONE) {
            xki_co_call(c, first->group_next)->group_prev = own;
        }
        first->group_next = own;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if ((f->is.pair.flags & XKI_CO_EMITTED) != 0) {
            xki_co_remember_leg(c, call, &f->is.pair);
        }
    }
}

bool xki_co_cin_of_another_leg(const struct xk_collector *c, const struct xki_co_call *call, uint64_t warrant,
                               uint32_t *cin)
{
    const struct xki_co_call *leg = leader(c, call->group);
    for (unsigned int i = 0; leg != NULL && i < XKI_CO_LEGS_MAX; i++) {
        const struct xki_co_warrant *is = leg == call ? NULL : xki_co_find_warrant(c, leg, warrant);
        if (is != NULL) {
            *cin = is->cin;
            return true;
        }
        leg = leg->group_next == XKI_CO_NONE ? NULL : xki_co_call(c, leg->group_next);
    }
    return false;
}

/* The same pair of other legs, one after the other; of very many not all are looked at. */
static const struct xki_co_pair *next_like(const struct xk_collector *c, const struct xki_co_call *call,
                                           const struct xki_co_pair *pair, uint32_t *cursor, unsigned int *looked)
{
    uint32_t index;
    while (*looked < XKI_CO_LEGS_MAX &&
           (index = xki_idmap_find(&c->pairs, key_of(call, pair), cursor)) != XKI_IDMAP_NONE) {
        const struct xki_co_pair *other = &xki_co_fact(c, index)->is.pair;
        ++*looked;
        if (other->call != pair->call && other->init == pair->init && other->resp == pair->resp &&
            xki_co_call(c, other->call)->group == call->group) {
            return other;
        }
    }
    return NULL;
}

bool xki_co_told_on_another_leg(const struct xk_collector *c, const struct xki_co_call *call,
                                const struct xki_co_pair *pair, uint64_t warrant)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    unsigned int looked = 0;
    const struct xki_co_pair *other;
    while ((other = next_like(c, call, pair, &cursor, &looked)) != NULL) {
        const struct xki_co_warrant *is = xki_co_find_warrant(c, xki_co_call(c, other->call), warrant);
        if (is != NULL && (other->served >> is->number & 1u) != 0) {
            return true;
        }
    }
    return false;
}

void xki_co_remember_leg(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    unsigned int looked = 0;
    while (next_like(c, call, pair, &cursor, &looked) != NULL) {
    }
    if ((pair->flags & XKI_CO_INDEXED) == 0 && c->pair_count < c->config.max_calls && looked < XKI_CO_LEGS_MAX) {
        xki_idmap_insert(&c->pairs, key_of(call, pair), index_of(c, pair));
        c->pair_count++;
        pair->flags |= XKI_CO_INDEXED;
    }
}

void xki_co_forget_leg(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair)
{
    if ((pair->flags & XKI_CO_INDEXED) != 0) {
        xki_idmap_remove(&c->pairs, key_of(call, pair), index_of(c, pair));
        c->pair_count--;
        pair->flags = (uint8_t)(pair->flags & ~XKI_CO_INDEXED);
    }
}
