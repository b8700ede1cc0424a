/* SPDX-License-Identifier: BSD-2-Clause */
/* Never silence (rule R18): which offers and answers of a call bring no exchange, why, and since when that is sure. */
#include "collector/judge.h"
#include "collector/match.h"

static bool is_init(const struct xki_co_item *item)
{
    return (item->flags & XKI_CO_RESP) == 0;
}

/* Its last octet is 0, and so it is none of an item (2), nor of the call as a whole (3). */
uint64_t xki_co_transaction_key(uint8_t owner, uint32_t cseq, uint8_t method)
{
    return (uint64_t)cseq << 24 | (uint64_t)owner << 16 | (uint64_t)xki_co_transaction_of(method) << 8;
}

static uint64_t key_of(const struct xki_co_item *item)
{
    return xki_co_transaction_key(item->owner_end, item->cseq, item->method);
}

static bool of_dialog(const struct xki_co_pair *pair, const struct xki_co_dialog *d)
{
    return pair->a == d->a && pair->b == d->b;
}

/* Two offers of which one is enough: attempts at the call as a whole, or alternatives in one place. */
static bool are_alternatives(const struct xki_co_item *a, const struct xki_co_item *b)
{
    if (a->sender != b->sender || ((a->flags ^ b->flags) & XKI_CO_IS_EARLY) != 0) {
        return false;
    }
    bool openings = (a->flags & b->flags & XKI_CO_IS_OPENING) != 0 && a->cseq != b->cseq;
    bool one_place = a->owner_end == b->owner_end && a->method == b->method && a->cseq == b->cseq &&
                     a->position == b->position && a->rseq == b->rseq && a->medium == b->medium;
    return openings || one_place;
}

/* Has this offer, or one that stands for it, brought an exchange? */
static bool is_served(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                      const struct xki_co_item *init)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_pair *pair = &f->is.pair;
        const struct xki_co_item *other = of_dialog(pair, d) ? xki_co_init_of(c, call, d, pair) : NULL;
        if (other != NULL && ((other->hash == init->hash && other->sender == init->sender) ||
                              are_alternatives(other, init))) {
            return true;
        }
    }
    return false;
}

static bool is_opening(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_fate *of)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        if ((fate->flags & XKI_CO_OPENING) != 0 && fate->owner == of->owner && fate->cseq == of->cseq) {
            return true;
        }
    }
    return false;
}

/* Was the call answered in another attempt? Then this one failed, whether that was seen or not. */
static bool is_superseded(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                          const struct xki_co_item *init)
{
    bool other = false;
    if ((init->flags & XKI_CO_IS_OPENING) == 0) {
        return false;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        bool answered = fate->owner == init->owner_end && fate->method == XKI_CO_INVITE &&
                        (fate->peer == d->a || fate->peer == d->b) && (fate->flags & XKI_CO_OK) != 0;
        if (answered && fate->cseq == init->cseq) {
            return false;
        }
        other = other || (answered && is_opening(c, call, fate));
    }
    return other;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* When the item came; it is never older than 2^32 ms. */
static uint64_t came_at(const struct xk_collector *c, const struct xki_co_item *item)
{
    return c->now - (uint32_t)((uint32_t)c->now - item->at);
}

/* Why this offer has no exchange, and since when that is sure. False if nothing is due to it. */
static bool lacks(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                  const struct xki_co_item *init, struct xki_co_gap_of *gap)
{
    const struct xki_co_fate fate = xki_co_fate_of(c, call, init, d);
    bool over = (fate.flags & (XKI_CO_OK | XKI_CO_FAILED)) != 0;
    bool update = xki_co_is_update(c, call, d, init);
    bool due = (init->flags & (update ? XKI_CO_V : XKI_CO_F)) != 0;
    uint64_t sure = later(d->changed, came_at(c, init));
    if ((fate.flags & (XKI_CO_OK | XKI_CO_FAILED)) == XKI_CO_FAILED || (init->covers & ~fate.rejected) == 0) {
        return false; /* the offer was refused, or every medium that it is for */
    }
    bool opening = (init->flags & XKI_CO_IS_OPENING) != 0 || init->position == XKI_CO_SUCCESS;
    uint64_t wait = over || opening || init->method != XKI_CO_INVITE ? xki_co_patience(c) : c->config.unanswered;
    gap->due = later(sure, fate.since) + wait;
    if (update && xki_co_base_of(c, call, d, init->csb) == NULL) {
        gap->reason = XK_INCOMPLETE_NO_BASE;
    } else if ((fate.flags & XKI_CO_BROKEN) != 0) {
        gap->reason = XK_INCOMPLETE_UNREADABLE;
        gap->status = (enum xk_status)fate.status;
        gap->due = later(sure, fate.since) + c->config.settle;
    } else if (due && (fate.plain & init->covers) != 0) {
        gap->reason = XK_INCOMPLETE_NO_KEY;
        gap->due = later(sure, fate.since) + c->config.settle;
    } else {
        gap->reason = due ? XK_INCOMPLETE_NO_ANSWER : XK_INCOMPLETE_NO_FINAL;
    }
    return true;
}

/* Is there an offer in the place that this answer belongs to, or a base of its CSB ID that has no exchange? Then what
 * is told is told of the offer. */
static bool has_offer(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                      const struct xki_co_item *resp)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        bool of_place = is_init(item) && xki_co_in_dialog(item, d) && item->sender != resp->sender &&
                        (item->csb == resp->csb || xki_co_place_rank(item, resp) != XKI_CO_NO_RANK);
        if (of_place && (xki_co_place_rank(item, resp) != XKI_CO_NO_RANK ||
                         (!is_served(c, call, d, item) && !xki_co_is_update(c, call, d, item)))) {
            return true;
        }
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if (of_dialog(&f->is.pair, d) && f->is.pair.resp == resp->hash) {
            return true;
        }
    }
    return false;
}

/* Is there a better answer in the same transaction, of which it is told? */
static bool is_second(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                      const struct xki_co_item *resp)
{
    uint64_t order = xki_co_answer_order(resp);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (!is_init(item) && xki_co_in_dialog(item, d) && key_of(item) == key_of(resp) &&
            (xki_co_answer_order(item) < order || (xki_co_answer_order(item) == order && item->hash < resp->hash))) {
            return true;
        }
    }
    return false;
}

static uint64_t note(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_gap_of *gap)
{
    if (gap->due > c->now) {
        return gap->due;
    }
    xki_co_note_gap(c, call, gap);
    return UINT64_MAX;
}

static uint64_t find_in_dialog(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d)
{
    uint64_t next = UINT64_MAX;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        struct xki_co_gap_of gap = {.reference = item->reference, .dialog = d};
        bool lacking;
        gap.key = is_init(item) ? item->hash | 2u : key_of(item);
        if (!xki_co_in_dialog(item, d) || xki_co_has_gap(c, call, d, gap.key) ||
            xki_co_has_gap(c, call, NULL, key_of(item))) {
            continue;
        }
        if (is_init(item)) {
            lacking = !is_served(c, call, d, item) && !is_superseded(c, call, d, item) &&
                      lacks(c, call, d, item, &gap);
        } else {
            lacking = !has_offer(c, call, d, item) && !is_second(c, call, d, item);
            gap.reason = XK_INCOMPLETE_NO_OFFER;
            gap.due = later(d->changed, came_at(c, item)) + xki_co_patience(c);
        }
        if (lacking) {
            uint64_t due = note(c, call, &gap);
            next = due < next ? due : next;
        }
    }
    return next;
}

uint64_t xki_co_find_gaps(struct xk_collector *c, struct xki_co_call *call)
{
    uint64_t next = UINT64_MAX;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        if (xki_co_is_answered(c, call, &f->is.dialog)) {
            uint64_t due = find_in_dialog(c, call, &f->is.dialog);
            next = due < next ? due : next;
        }
    }
    return next;
}

/* Was anything final said of the transaction to this end, or to nobody by name? With no end: to anybody. */
static bool is_closed(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *item,
                      uint8_t end)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        if (fate->owner == item->owner_end && fate->method == item->method && fate->cseq >= item->cseq &&
            (end == XKI_CO_NO_END || fate->peer == end || fate->peer == XKI_CO_NO_END) &&
            (fate->flags & (XKI_CO_OK | XKI_CO_FAILED)) != 0) {
            return true;
        }
    }
    return false;
}

static bool has_pair(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if (of_dialog(&f->is.pair, d)) {
            return true;
        }
    }
    return false;
}

/* A branch in which both were seen, and no end of it. */
static bool note_no_final(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *resp = &f->is.item;
        uint8_t callee = resp->owner_end == d->a ? d->b : d->a;
        for (struct xki_co_fact *g = is_init(resp) || !xki_co_in_dialog(resp, d)
                                         ? NULL
                                         : xki_co_first(c, call, XKI_CO_ITEM);
             g != NULL; g = xki_co_next(c, g)) {
            const struct xki_co_item *init = &g->is.item;
            if (is_init(init) && xki_co_in_dialog(init, d) && xki_co_rank(init, resp) != XKI_CO_NO_RANK &&
                !is_closed(c, call, init, callee)) {
                struct xki_co_gap_of gap = {.key = init->hash | 2u, .reference = init->reference, .due = c->now,
                                            .reason = XK_INCOMPLETE_NO_FINAL, .dialog = d};
                xki_co_note_gap(c, call, &gap);
                return true;
            }
        }
    }
    return false;
}

/* What says most of an attempt at the call: its offer, or else an answer whose branch has not ended. The end of another
 * transaction, as of an UPDATE, is not that of the call. */
static unsigned int worth(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *item)
{
    if (item->method != XKI_CO_INVITE) {
        return 0;
    }
    return is_init(item) ? 2u : is_closed(c, call, item, item->sender) ? 0u : 1u;
}

static const struct xki_co_item *last_attempt(const struct xk_collector *c, const struct xki_co_call *call)
{
    const struct xki_co_item *found = NULL;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (found == NULL || worth(c, call, item) > worth(c, call, found) ||
            (worth(c, call, item) == worth(c, call, found) && item->cseq > found->cseq)) {
            found = item;
        }
    }
    return found;
}

static bool has_answer(const struct xk_collector *c, const struct xki_co_call *call)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        if (!is_init(&f->is.item) && f->is.item.method == XKI_CO_INVITE) {
            return true;
        }
    }
    return false;
}

/* A branch whose end was acknowledged, and not seen: it may have been a 2xx. */
static bool note_acknowledged(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d)
{
    for (struct xki_co_fact *f = (d->flags & XKI_CO_ACKED) == 0 ? NULL : xki_co_first(c, call, XKI_CO_ITEM); f != NULL;
         f = xki_co_next(c, f)) {
        const struct xki_co_item *init = &f->is.item;
        if (is_init(init) && init->method == XKI_CO_INVITE && xki_co_in_dialog(init, d)) {
            struct xki_co_gap_of gap = {.key = init->hash | 2u, .reference = init->reference, .due = c->now,
                                        .reason = XK_INCOMPLETE_NO_ANSWER, .dialog = d};
            xki_co_note_gap(c, call, &gap);
            return true;
        }
    }
    return false;
}

bool xki_co_find_unanswered(struct xk_collector *c, struct xki_co_call *call)
{
    bool told = false;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_dialog *d = &f->is.dialog;
        bool paired = has_pair(c, call, d);
        bool rejected = (d->flags & XKI_CO_REJECTED) != 0;
        told = paired || (!rejected && (note_no_final(c, call, d) || note_acknowledged(c, call, d))) || told;
    }
    const struct xki_co_item *last = told ? NULL : last_attempt(c, call);
    bool closed = last != NULL && last->method == XKI_CO_INVITE &&
                  is_closed(c, call, last, is_init(last) ? (uint8_t)XKI_CO_NO_END : last->sender);
    if (last != NULL && !closed && !xki_co_has_gap(c, call, NULL, key_of(last))) {
        struct xki_co_gap_of gap = {.key = 3, .reference = last->reference, .due = c->now};
        gap.reason = !is_init(last)         ? XK_INCOMPLETE_NO_OFFER
                     : !has_answer(c, call) ? XK_INCOMPLETE_NO_ANSWER
                                            : XK_INCOMPLETE_NO_FINAL;
        xki_co_note_gap(c, call, &gap);
    }
    return xki_co_next_gap(c, call) != UINT64_MAX;
}
