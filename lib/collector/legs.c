/* SPDX-License-Identifier: BSD-2-Clause */
/* Legs of one call on both sides of a B2BUA: two Call-IDs, the same exchange. */
#include "collector/legs.h"

/* Under what a pair is found by the hash of its correlation. */
static uint32_t key_of(const struct xki_co_pair *pair, uint64_t leg)
{
    return (uint32_t)(leg ^ pair->init ^ (pair->resp * UINT64_C(0x9e3779b97f4a7c15)));
}

static bool is_of_call(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_pair *pair)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if (&f->is.pair == pair) {
            return true;
        }
    }
    return false;
}

bool xki_co_told_for_another_leg(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair,
                                 struct xk_bytes correlation)
{
    if (correlation.size == 0 || (pair->flags & XKI_CO_INDEXED) != 0) {
        return false;
    }
    uint64_t correlation_hash = xki_siphash(&c->group_keys[0], correlation.data, correlation.size);
    uint32_t hash = key_of(pair, correlation_hash);
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    while ((index = xki_idmap_find(&c->pairs, hash, &cursor)) != XKI_IDMAP_NONE) {
        const struct xki_co_pair *other = &xki_co_fact(c, index)->is.pair;
        if (other->init == pair->init && other->resp == pair->resp && other->leg == correlation_hash &&
            !is_of_call(c, call, other)) {
            return true;
        }
    }
    if (c->pair_count < c->config.max_calls) {
        uint32_t own = (uint32_t)((struct xki_co_fact *)(void *)pair - xki_co_fact(c, 0));
        xki_idmap_insert(&c->pairs, hash, own);
        c->pair_count++;
        pair->leg = correlation_hash;
        pair->flags |= XKI_CO_INDEXED;
    }
    return false;
}

void xki_co_forget_leg(struct xk_collector *c, struct xki_co_pair *pair)
{
    if ((pair->flags & XKI_CO_INDEXED) != 0) {
        uint32_t hash = key_of(pair, pair->leg);
        xki_idmap_remove(&c->pairs, hash, (uint32_t)((struct xki_co_fact *)(void *)pair - xki_co_fact(c, 0)));
        c->pair_count--;
    }
}
