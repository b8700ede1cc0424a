/* SPDX-License-Identifier: BSD-2-Clause */
/* Which exchanges of a call are complete: rules R5 to R11. */
#include "collector/belong.h"
#include "collector/judge.h"
#include "collector/match.h"
#include "collector/observe.h"
#include "collector/prune.h"

static bool is_init(const struct xki_co_item *item)
{
    return (item->flags & XKI_CO_RESP) == 0;
}

static bool same_dialog(const struct xki_co_pair *pair, const struct xki_co_dialog *d)
{
    return pair->a == d->a && pair->b == d->b;
}

const struct xki_co_item *xki_co_item_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, uint64_t hash, uint8_t sender)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.item.hash == hash && f->is.item.sender == sender && xki_co_in_dialog(&f->is.item, d)) {
            return &f->is.item;
        }
    }
    return NULL;
}

const struct xki_co_item *xki_co_init_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, const struct xki_co_pair *pair)
{
    return xki_co_item_of(c, call, d, pair->init, pair->sender);
}

const struct xki_co_item *xki_co_resp_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, const struct xki_co_pair *pair)
{
    uint8_t other = pair->sender == d->a ? d->b : d->a;
    return pair->resp == 0 ? NULL : xki_co_item_of(c, call, d, pair->resp, other);
}

const struct xki_co_pair *xki_co_base_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, uint32_t csb)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_pair *pair = &f->is.pair;
        const struct xki_co_item *init = same_dialog(pair, d) ? xki_co_init_of(c, call, d, pair) : NULL;
        if (init != NULL && init->csb == csb &&
            (pair->flags & (XKI_CO_EMITTED | XKI_CO_MAIN | XKI_CO_IS_UPDATE)) == (XKI_CO_EMITTED | XKI_CO_MAIN)) {
            return pair;
        }
    }
    return NULL;
}

/* The items of the base that an update belongs to. */
static bool base_items(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                       uint32_t csb, const struct xki_co_item **init, const struct xki_co_item **resp)
{
    const struct xki_co_pair *base = xki_co_base_of(c, call, d, csb);
    if (base == NULL) {
        return false;
    }
    *init = xki_co_init_of(c, call, d, base);
    *resp = xki_co_resp_of(c, call, d, base);
    return true;
}

/* Do an offer and an answer belong together by what they say, not only by their places? */
static bool belong(struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                   const struct xki_co_item *init, const struct xki_co_item *resp, bool update)
{
    const struct xki_co_item *base_init = NULL;
    const struct xki_co_item *base_resp = NULL;
    if (!update) {
        return xki_co_belong(c, init, resp, NULL, NULL);
    }
    return base_items(c, call, d, init->csb, &base_init, &base_resp) &&
           xki_co_belong(c, base_init, base_resp, init, resp);
}

const struct xki_co_item *xki_co_best_answer(struct xk_collector *c, const struct xki_co_call *call,
                                             const struct xki_co_dialog *d, const struct xki_co_item *init, bool update)
{
    const struct xki_co_item *found = NULL;
    uint64_t found_rank = XKI_CO_NO_RANK;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (is_init(item) || !xki_co_in_dialog(item, d)) {
            continue;
        }
        uint64_t rank = xki_co_rank(init, item);
        if (rank < found_rank && belong(c, call, d, init, item, update)) {
            found = item;
            found_rank = rank;
        }
    }
    return found;
}

static struct xki_co_pair *find_pair(const struct xk_collector *c, const struct xki_co_call *call,
                                     const struct xki_co_dialog *d, const struct xki_co_item *init, uint64_t resp)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_pair *pair = &f->is.pair;
        if (same_dialog(pair, d) && pair->init == init->hash && pair->sender == init->sender && pair->resp == resp) {
            return pair;
        }
    }
    return NULL;
}

/* The main pair of an offer in its transaction. */
static struct xki_co_pair *find_main(const struct xk_collector *c, const struct xki_co_call *call,
                                     const struct xki_co_dialog *d, const struct xki_co_item *init)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_pair *pair = &f->is.pair;
        if (same_dialog(pair, d) && pair->init == init->hash && pair->sender == init->sender &&
            (pair->flags & XKI_CO_MAIN) != 0 && pair->owner == init->owner_end && pair->cseq == init->cseq &&
            pair->method == init->method) {
            return pair;
        }
    }
    return NULL;
}

static void add_pair(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                     const struct xki_co_item *init, const struct xki_co_item *resp, unsigned int flags, uint64_t due)
{
    struct xki_co_fact *fact = xki_co_make_place(c, call, XKI_CO_PAIR) ? xki_co_add(c, call, XKI_CO_PAIR) : NULL;
    if (fact == NULL) {
        xki_co_too_many(c);
        return;
    }
    struct xki_co_pair *pair = &fact->is.pair;
    pair->init = init->hash;
    pair->resp = resp == NULL ? 0 : resp->hash;
    pair->since = c->now;
    pair->call = xki_co_call_index(c, call);
    pair->sender = init->sender;
    pair->owner = init->owner_end;
    pair->cseq = init->cseq;
    pair->method = init->method;
    pair->a = d->a;
    pair->b = d->b;
    pair->flags = (uint8_t)(flags | XKI_CO_OWED);
    pair->due = due;
}

/* Other answers to the same offer, once the one that counts has been told (rule R8). */
static void find_contradicting(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                               const struct xki_co_item *init, unsigned int update)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (!is_init(item) && xki_co_in_dialog(item, d) && xki_co_rank(init, item) != XKI_CO_NO_RANK &&
            find_pair(c, call, d, init, item->hash) == NULL && belong(c, call, d, init, item, update != 0)) {
            add_pair(c, call, d, init, item, update, c->now);
        }
    }
}

/* Is nothing more due for an offer that no TRANSFER_RESP answers: was its transaction accepted? */
static bool is_accepted(const struct xki_co_item *init, const struct xki_co_fate *fate)
{
    return init->position == XKI_CO_SUCCESS || (fate->flags & XKI_CO_OK) != 0;
}

/* Is it a capability that the answer did not choose (RFC 5939)? */
static bool is_passed_over(const struct xki_co_item *init, const struct xki_co_fate *fate)
{
    return init->capability != 0 && (fate->flags & XKI_CO_CHOSE) != 0 && (fate->chosen >> init->capability & 1u) == 0;
}

/* An older offer of the CSB ID has come late: what looked like a base is an update, and nobody was told otherwise. */
static const struct xki_co_pair *take_back(struct xk_collector *c, struct xki_co_call *call,
                                           const struct xki_co_pair *known, unsigned int update)
{
    bool wrong = known != NULL && (known->flags & XKI_CO_EMITTED) == 0 && (known->flags & XKI_CO_IS_UPDATE) != update;
    if (wrong) {
        xki_co_remove(c, call, XKI_CO_PAIR, (const struct xki_co_fact *)(const void *)known);
    }
    return wrong ? NULL : known;
}

static void find_pair_of(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                         const struct xki_co_item *init)
{
    unsigned int update = xki_co_is_update(c, call, d, init) ? XKI_CO_IS_UPDATE : 0;
    const struct xki_co_pair *known = take_back(c, call, find_main(c, call, d, init), update);
    if (update != 0 && xki_co_base_of(c, call, d, init->csb) == NULL) {
        return;
    }
    const struct xki_co_fate fate = xki_co_fate_of(c, call, init, d);
    if (is_passed_over(init, &fate)) {
        return;
    }
    bool due = (init->flags & (update != 0 ? XKI_CO_V : XKI_CO_F)) != 0;
    if (known != NULL) {
        if (due && (known->flags & XKI_CO_EMITTED) != 0) {
            find_contradicting(c, call, d, init, update);
        }
        return;
    }
    const struct xki_co_item *resp = due ? xki_co_best_answer(c, call, d, init, update != 0) : NULL;
    if (due ? resp == NULL : !is_accepted(init, &fate) || !belong(c, call, d, init, NULL, update != 0)) {
        return;
    }
    if (find_pair(c, call, d, init, resp == NULL ? 0 : resp->hash) == NULL) {
        add_pair(c, call, d, init, resp, update | XKI_CO_MAIN, c->now + c->config.settle);
    }
}

void xki_co_find_pairs(struct xk_collector *c, struct xki_co_call *call)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_dialog *d = &f->is.dialog;
        if (!c->config.early && !xki_co_is_answered(c, call, d)) {
            continue;
        }
        for (struct xki_co_fact *g = xki_co_first(c, call, XKI_CO_ITEM); g != NULL; g = xki_co_next(c, g)) {
            if (is_init(&g->is.item) && xki_co_in_dialog(&g->is.item, d)) {
                find_pair_of(c, call, d, &g->is.item);
            }
        }
    }
}
