/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a call learns what a message says. Each step looks for the fact first, so that a copy adds nothing (rule R1),
 * and adds to a fact only what it did not say before.
 */
#include "collector/learn.h"
#include "collector/prune.h"
#include "collector/observe.h"
#include "support/set256.h"

#include <string.h>

uint8_t xki_co_end_of(struct xk_collector *c, struct xki_co_call *call, uint64_t tag, bool *changed)
{
    struct xki_set256 taken = {{0}};
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.end.tag == tag) {
            return f->is.end.number;
        }
        (void)xki_set256_add(&taken, f->is.end.number);
    }
    unsigned int number = 0;
    while (number < XKI_CO_ENDS_MAX && xki_set256_has(&taken, (uint8_t)number)) {
        number++;
    }
    struct xki_co_fact *fact = number < XKI_CO_ENDS_MAX ? xki_co_add(c, call, XKI_CO_END) : NULL;
    if (fact == NULL) {
        xki_co_too_many(c);
        return XKI_CO_NO_END;
    }
    fact->is.end.tag = tag;
    fact->is.end.number = (uint8_t)number;
    *changed = true;
    return fact->is.end.number;
}

static bool is_between(const struct xki_co_dialog *d, uint8_t x, uint8_t y)
{
    return (d->a == x && d->b == y) || (d->a == y && d->b == x);
}

static struct xki_co_dialog *dialog_of(struct xk_collector *c, struct xki_co_call *call, uint8_t a, uint8_t b,
                                       bool *changed)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        if (is_between(&f->is.dialog, a, b)) {
            return &f->is.dialog;
        }
    }
    if (a == b || a == XKI_CO_NO_END || b == XKI_CO_NO_END) {
        return NULL;
    }
    struct xki_co_fact *fact = xki_co_add(c, call, XKI_CO_DIALOG);
    if (fact == NULL) {
        xki_co_too_many(c);
        return NULL;
    }
    fact->is.dialog.a = a;
    fact->is.dialog.b = b;
    fact->is.dialog.changed = c->now;
    *changed = true;
    return &fact->is.dialog;
}

static void mark_dialog(struct xk_collector *c, struct xki_co_call *call, uint8_t a, uint8_t b, unsigned int flag,
                        bool *changed)
{
    struct xki_co_dialog *d = dialog_of(c, call, a, b, changed);
    if (d != NULL && (d->flags & flag) == 0) {
        d->flags |= (uint8_t)flag;
        d->changed = c->now;
        *changed = true;
    }
}

/* The offers and answers of the INVITE that opened the call are known as such, whichever of them came first. */
static void mark_opening(struct xk_collector *c, struct xki_co_call *call, uint8_t owner, uint32_t cseq)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_item *item = &f->is.item;
        if (item->owner_end == owner && item->cseq == cseq &&
            (item->method == XKI_CO_INVITE || item->method == XKI_CO_ACK)) {
            item->flags |= XKI_CO_IS_OPENING;
        }
    }
}

static bool is_opening(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *item)
{
    if (item->method != XKI_CO_INVITE && item->method != XKI_CO_ACK) {
        return false;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        if ((fate->flags & XKI_CO_OPENING) != 0 && fate->owner == item->owner_end && fate->cseq == item->cseq) {
            return true;
        }
    }
    return false;
}

/* What is known of the same transaction and peer; made if there is room. */
static struct xki_co_fate *fate_like(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_fate *like)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_fate *is = &f->is.fate;
        if (is->owner == like->owner && is->peer == like->peer && is->cseq == like->cseq &&
            is->method == like->method) {
            return is;
        }
    }
    struct xki_co_fact *fact = xki_co_make_place(c, call, XKI_CO_FATE) ? xki_co_add(c, call, XKI_CO_FATE) : NULL;
    if (fact == NULL) {
        xki_co_too_many(c);
        return NULL;
    }
    fact->is.fate = (struct xki_co_fate){.since = c->now, .cseq = like->cseq, .owner = like->owner,
                                         .peer = like->peer, .method = like->method};
    return &fact->is.fate;
}

static void learn_fate(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_fate *fate, bool *changed)
{
    struct xki_co_fate *known = fate_like(c, call, fate);
    if (known == NULL) {
        return;
    }
    if ((known->flags & fate->flags) != fate->flags || (known->plain & fate->plain) != fate->plain ||
        (known->rejected & fate->rejected) != fate->rejected || (known->chosen & fate->chosen) != fate->chosen) {
        known->flags |= fate->flags;
        known->plain |= fate->plain;
        known->rejected |= fate->rejected;
        known->chosen |= fate->chosen;
        known->status = known->status == 0 ? fate->status : known->status;
        known->since = c->now;
        *changed = true;
    }
    if ((fate->flags & XKI_CO_OPENING) != 0) {
        mark_opening(c, call, fate->owner, fate->cseq);
    }
    if (fate->method == XKI_CO_INVITE && fate->peer != XKI_CO_NO_END) {
        if ((fate->flags & XKI_CO_OK) != 0) {
            mark_dialog(c, call, fate->owner, fate->peer, XKI_CO_ANSWERED, changed);
        } else if ((fate->flags & XKI_CO_FAILED) != 0) {
            mark_dialog(c, call, fate->owner, fate->peer, XKI_CO_REJECTED, changed);
        }
    }
}

static struct xki_co_item *same_octets(const struct xk_collector *c, const struct xki_co_call *call, uint64_t hash)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.item.hash == hash && f->is.item.owns_octets) {
            return &f->is.item;
        }
    }
    return NULL;
}

/* Is there a place for a message of this kind where SIP put it? An INIT offers, a RESP answers (rules R3, R4). */
static bool fits_place(const struct xki_co_item *item)
{
    bool resp = (item->flags & XKI_CO_RESP) != 0;
    if (item->position == XKI_CO_REQUEST) {
        return resp ? item->method == XKI_CO_ACK || item->method == XKI_CO_PRACK
                    : item->method == XKI_CO_INVITE || item->method == XKI_CO_UPDATE || item->method == XKI_CO_PRACK;
    }
    if (item->method == XKI_CO_INVITE) {
        return resp || item->position == XKI_CO_SUCCESS || (item->flags & XKI_CO_RELIABLE) != 0;
    }
    return resp && item->position == XKI_CO_SUCCESS && (item->method == XKI_CO_UPDATE || item->method == XKI_CO_PRACK);
}

static bool same_place(const struct xki_co_item *a, const struct xki_co_item *b)
{
    return a->sender == b->sender && a->peer == b->peer && a->method == b->method && a->position == b->position &&
           a->cseq == b->cseq && a->rseq == b->rseq && a->medium == b->medium && a->capability == b->capability &&
           ((a->flags ^ b->flags) & XKI_CO_IS_EARLY) == 0;
}

static unsigned int most_in_one_place(const struct xki_co_item *item)
{
    static const unsigned int most[] = {XK_COLLECTOR_INITS_MAX, XK_COLLECTOR_RESPS_MAX};
    return most[(item->flags & XKI_CO_RESP) != 0];
}

/* Is this message known in this place, or one too many of its kind there? */
static bool is_known_or_surplus(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_item *new_item)
{
    unsigned int there = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (same_place(item, new_item)) {
            if (item->hash == new_item->hash) {
                c->counters.copies++;
                return true;
            }
            there += (item->flags & XKI_CO_RESP) == (new_item->flags & XKI_CO_RESP);
        }
    }
    if (there < most_in_one_place(new_item)) {
        return false;
    }
    xki_co_too_many(c);
    return true;
}

/* Were these octets seen from the same end before? */
static bool is_refresh(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *item)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.item.hash == item->hash && f->is.item.sender == item->sender) {
            return true;
        }
    }
    return false;
}

static void learn_mikey(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_item *place,
                        const struct xki_co_mikey *mikey, bool *changed)
{
    struct xki_co_item item = *place;
    item.hash = mikey->hash;
    item.csb = mikey->csb;
    item.covers = mikey->covers;
    item.medium = mikey->medium;
    item.capability = mikey->capability;
    item.flags |= mikey->flags;
    if (!fits_place(&item)) {
        if (!is_refresh(c, call, &item)) {
            c->counters.odd++;
            xki_co_observe(c, XK_COLLECTOR_ODD, XK_E_MIKEY_MISMATCH, UINT32_MAX);
        }
        return;
    }
    if (is_known_or_surplus(c, call, &item)) {
        return;
    }
    if (!xki_co_make_place(c, call, XKI_CO_ITEM)) {
        xki_co_too_many(c);
        return;
    }
    const struct xki_co_item *same = same_octets(c, call, item.hash);
    if (same != NULL) {
        item.octets = same->octets;
    } else if (!xki_co_keep(c, mikey->octets.data, mikey->octets.size, &item.octets)) {
        xki_co_too_many(c);
        return;
    } else {
        item.owns_octets = true;
    }
    struct xki_co_fact *fact = xki_co_add(c, call, XKI_CO_ITEM);
    if (fact == NULL) {
        if (item.owns_octets) {
            xki_co_drop(c, &item.octets);
        }
        xki_co_too_many(c);
        return;
    }
    item.at = (uint32_t)c->now;
    item.flags |= is_opening(c, call, &item) ? XKI_CO_IS_OPENING : 0;
    fact->is.item = item;
    *changed = true;
}

static void learn_identity(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_shown *shown,
                           uint8_t end, uint8_t by, bool *changed)
{
    uint64_t hash = xki_siphash(&c->group_keys[1], shown->uri.data, shown->uri.size);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_identity *is = &f->is.identity;
        if (is->hash == hash && is->of == shown->of && is->place == shown->place && is->end == end && is->by == by &&
            is->certain == shown->certain) {
            return;
        }
    }
    struct xki_co_text text;
    if (!xki_co_make_place_for(c, call, shown->place) || !xki_co_keep(c, shown->uri.data, shown->uri.size, &text)) {
        xki_co_too_many(c);
        return;
    }
    struct xki_co_fact *fact = xki_co_add(c, call, XKI_CO_IDENTITY);
    if (fact == NULL) {
        xki_co_drop(c, &text);
        xki_co_too_many(c);
        return;
    }
    fact->is.identity = (struct xki_co_identity){.hash = hash, .of = shown->of, .uri = text, .place = shown->place,
                                                 .end = end, .by = by, .certain = shown->certain};
    *changed = true;
    call->asked_again = true;
}

/* What a response, or a request that answers, says of its transaction. */
static void learn_transaction(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e,
                              uint8_t from, uint8_t to, bool *changed)
{
    struct xki_co_fate fate = {.owner = from, .peer = to, .cseq = e->cseq, .method = e->method};
    bool answers = e->status_code == 0 ? e->method == XKI_CO_ACK || e->method == XKI_CO_PRACK
                                       : e->status_code >= 200 || e->rseq != 0;
    if (e->status_code == 0) {
        fate.flags = e->method == XKI_CO_INVITE && !e->has_to_tag ? XKI_CO_OPENING : 0;
    } else if (e->method == XKI_CO_INVITE || e->method == XKI_CO_UPDATE || e->method == XKI_CO_PRACK) {
        fate.flags = e->status_code >= 300 ? XKI_CO_FAILED : e->status_code >= 200 ? XKI_CO_OK : 0;
    } else {
        answers = false;
    }
    if (answers && e->has_sdp && e->status_code < 300) {
        fate.plain = e->plain;
        fate.rejected = e->rejected;
        fate.chosen = e->chosen;
        fate.flags |= (uint8_t)((e->plain != 0 ? XKI_CO_PLAIN : 0u) | (e->chose ? XKI_CO_CHOSE : 0u));
    }
    if (e->bad != XK_OK && e->method != XKI_CO_OTHER && e->status_code < 300) {
        fate.flags |= XKI_CO_BROKEN;
        fate.status = (uint16_t)e->bad;
    }
    if (fate.flags != 0 || fate.rejected != 0) {
        learn_fate(c, call, &fate, changed);
    }
}

/* What a message says of the end of its dialog. A BYE that is refused, as by 407, ends nothing until it is repeated
 * (RFC 3261 15.1.1: 408 and 481 say that the other side is gone). */
static void learn_bye(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e, uint8_t from,
                      uint8_t to, bool *changed)
{
    const struct xki_co_dialog *d = dialog_of(c, call, from, to, changed);
    if (d != NULL && e->status_code == 0) {
        mark_dialog(c, call, from, to, d->a == from ? XKI_CO_BYE_OF_A : XKI_CO_BYE_OF_B, changed);
    } else if (e->status_code >= 200) {
        bool refused = e->status_code >= 300 && e->status_code != 408 && e->status_code != 481;
        mark_dialog(c, call, from, to, refused ? XKI_CO_BYE_REFUSED : XKI_CO_BYE_DONE, changed);
    }
}

/* Dialogs that the message itself shows, and what it says of them (rule R6). */
static void learn_dialog(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e, uint8_t from,
                         uint8_t to, bool *changed)
{
    if (from == XKI_CO_NO_END || to == XKI_CO_NO_END) {
        return;
    }
    (void)dialog_of(c, call, from, to, changed);
    if (e->method == XKI_CO_BYE) {
        learn_bye(c, call, e, from, to, changed);
    } else if (e->status_code == 0 && e->method == XKI_CO_ACK) {
        mark_dialog(c, call, from, to, e->has_sdp ? XKI_CO_ANSWERED : XKI_CO_ACKED, changed);
    } else if ((e->status_code == 0 && e->method == XKI_CO_INVITE) || (e->is_established && e->status_code != 0)) {
        mark_dialog(c, call, from, to, XKI_CO_ANSWERED, changed);
    }
}

static bool tag_is_known(const struct xk_collector *c, const struct xki_co_call *call, uint64_t tag)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.end.tag == tag) {
            return true;
        }
    }
    return false;
}

static void mark_caller(struct xk_collector *c, struct xki_co_call *call, uint8_t number, bool *changed)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.end.number == number && !f->is.end.is_caller) {
            f->is.end.is_caller = true;
            *changed = true;
        }
    }
}

static void learn_items(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e, uint8_t from,
                        uint8_t to, bool *changed)
{
    struct xki_co_item place = {.sender = e->status_code == 0 ? from : to, .peer = e->status_code == 0 ? to : from,
                                .owner_end = from, .method = e->method, .cseq = e->cseq, .rseq = e->rseq,
                                .answers = e->answers, .reference = e->reference};
    place.position = e->status_code == 0 ? XKI_CO_REQUEST : e->status_code < 200 ? XKI_CO_PROVISIONAL : XKI_CO_SUCCESS;
    place.flags = place.position == XKI_CO_PROVISIONAL && e->rseq != 0 ? XKI_CO_RELIABLE : 0;
    for (size_t i = 0; i < e->mikey_count && e->status_code < 300 && place.sender != XKI_CO_NO_END; i++) {
        learn_mikey(c, call, &place, &e->mikeys[i], changed);
    }
}

bool xki_co_learn(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e)
{
    bool changed = false;
    unsigned int new_ends = tag_is_known(c, call, e->from_tag) ? 0 : 1;
    new_ends += e->has_to_tag && !tag_is_known(c, call, e->to_tag) ? 1 : 0;
    if (!xki_co_make_ends(c, call, new_ends)) {
        xki_co_too_many(c);
        return false;
    }
    uint8_t from = xki_co_end_of(c, call, e->from_tag, &changed);
    uint8_t to = e->has_to_tag ? xki_co_end_of(c, call, e->to_tag, &changed) : (uint8_t)XKI_CO_NO_END;
    if (e->status_code == 0 && e->method == XKI_CO_INVITE && !e->has_to_tag) {
        mark_caller(c, call, from, &changed);
    }
    learn_dialog(c, call, e, from, to, &changed);
    learn_transaction(c, call, e, from, to, &changed);
    learn_items(c, call, e, from, to, &changed);
    for (size_t i = 0; i < e->shown_count; i++) {
        const struct xki_co_shown *shown = &e->shown[i];
        uint8_t end = shown->whose == XKI_CO_OF_SENDER     ? (e->status_code == 0 ? from : to)
                      : shown->whose == XKI_CO_OF_RECEIVER ? (e->status_code == 0 ? to : from)
                                                           : (uint8_t)XKI_CO_NO_END;
        learn_identity(c, call, shown, end, from, &changed);
    }
    return changed;
}
