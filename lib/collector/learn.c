/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a call learns what a message says. Each step looks for the fact first, so that a copy adds nothing (rule R1),
 * and adds to a fact only what it did not say before.
 */
#include "collector/learn.h"
#include "collector/legs.h"
#include "collector/observe.h"
#include "support/set256.h"

#include <string.h>

const struct xki_co_end *xki_co_find_end(const struct xk_collector *c, const struct xki_co_call *call, uint8_t number)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.end.number == number) {
            return &f->is.end;
        }
    }
    return NULL;
}

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

/* What an evicted dialog leaves: everything that its own end said. */
static bool is_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.item.sender == end || fact->is.item.peer == end;
}

static bool is_fate_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.fate.owner == end || fact->is.fate.peer == end;
}

static bool is_end(const struct xki_co_fact *fact, const void *what)
{
    return fact->is.end.number == *(const uint8_t *)what;
}

static bool is_identity_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.identity.end == end || fact->is.identity.by == end;
}

static bool is_pair_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.pair.a == end || fact->is.pair.b == end;
}

static bool is_dialog_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.dialog.a == end || fact->is.dialog.b == end;
}

/* Gives up the dialog that is worth least: one that was rejected, else the oldest that was not answered. */
static bool give_up_dialog(struct xk_collector *c, struct xki_co_call *call)
{
    const struct xki_co_dialog *worst = NULL;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_dialog *d = &f->is.dialog;
        if ((d->flags & XKI_CO_ANSWERED) == 0 &&
            (worst == NULL || ((d->flags & XKI_CO_REJECTED) != 0 && (worst->flags & XKI_CO_REJECTED) == 0))) {
            worst = d;
        }
    }
    if (worst == NULL) {
        return false;
    }
    const struct xki_co_end *a = xki_co_find_end(c, call, worst->a);
    uint8_t end = a != NULL && a->is_caller ? worst->b : worst->a;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if (is_pair_of_end(f, &end)) {
            xki_co_forget_leg(c, &f->is.pair);
        }
    }
    xki_co_sweep(c, call, XKI_CO_PAIR, is_pair_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_IDENTITY, is_identity_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_ITEM, is_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_FATE, is_fate_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_DIALOG, is_dialog_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_END, is_end, &end);
    xki_co_too_many(c);
    return true;
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
    fact->is.dialog.since = c->now;
    fact->is.dialog.changed = c->now;
    *changed = true;
    return &fact->is.dialog;
}

static void mark_dialog(struct xk_collector *c, struct xki_co_call *call, uint8_t a, uint8_t b, uint8_t flag,
                        bool *changed)
{
    struct xki_co_dialog *d = dialog_of(c, call, a, b, changed);
    if (d == NULL || (d->flags & flag) != 0 || (flag == XKI_CO_REJECTED && (d->flags & XKI_CO_ANSWERED) != 0)) {
        return;
    }
    d->flags |= flag;
    d->changed = c->now;
    *changed = true;
    if (flag == XKI_CO_ANSWERED && !call->answered) {
        call->answered = true;
        c->answered_count++;
    }
}

void xki_co_learn_fate(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_fate *fate, bool *changed)
{
    struct xki_co_fate *known = NULL;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL && known == NULL;
         f = xki_co_next(c, f)) {
        struct xki_co_fate *is = &f->is.fate;
        if (is->owner == fate->owner && is->peer == fate->peer && is->cseq == fate->cseq &&
            is->method == fate->method) {
            known = is;
        }
    }
    if (known == NULL) {
        struct xki_co_fact *fact = xki_co_add(c, call, XKI_CO_FATE);
        if (fact == NULL) {
            xki_co_too_many(c);
            return;
        }
        known = &fact->is.fate;
        *known = *fate;
        known->flags = 0;
        known->since = c->now;
    }
    if ((known->flags & fate->flags) != fate->flags) {
        known->flags |= fate->flags;
        known->since = c->now;
        *changed = true;
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
           a->cseq == b->cseq && a->rseq == b->rseq;
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

static void learn_mikey(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_item *place,
                        const struct xki_co_mikey *mikey, bool *changed)
{
    struct xki_co_item item = *place;
    item.hash = mikey->hash;
    item.csb = mikey->csb;
    item.flags |= mikey->flags;
    const struct xki_co_item *same = same_octets(c, call, item.hash);
    if (!fits_place(&item)) {
        if (same == NULL || same->sender != item.sender) {
            c->counters.odd++;
            xki_co_observe(c, XK_COLLECTOR_ODD, XK_E_MIKEY_MISMATCH, UINT32_MAX);
        }
        return;
    }
    if (is_known_or_surplus(c, call, &item)) {
        return;
    }
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
    item.order = call->order++;
    fact->is.item = item;
    *changed = true;
}

static void learn_identity(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_shown *shown,
                           uint8_t end, uint8_t by, bool *changed)
{
    uint64_t hash = xki_siphash(&c->group_keys[1], shown->uri.data, shown->uri.size);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_identity *is = &f->is.identity;
        if (is->hash == hash && is->place == shown->place && is->end == end && is->by == by) {
            return;
        }
    }
    struct xki_co_text text;
    if (call->counts[XKI_CO_IDENTITY] >= XK_COLLECTOR_IDENTITIES_MAX ||
        !xki_co_keep(c, shown->uri.data, shown->uri.size, &text)) {
        xki_co_too_many(c);
        return;
    }
    struct xki_co_fact *fact = xki_co_add(c, call, XKI_CO_IDENTITY);
    if (fact == NULL) {
        xki_co_drop(c, &text);
        xki_co_too_many(c);
        return;
    }
    fact->is.identity.hash = hash;
    fact->is.identity.uri = text;
    fact->is.identity.place = shown->place;
    fact->is.identity.end = end;
    fact->is.identity.by = by;
    *changed = true;
}

/* What a response, or a request that answers, says of its transaction. */
static void learn_transaction(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e,
                              uint8_t from, uint8_t to, bool *changed)
{
    struct xki_co_fate fate = {.owner = from, .peer = to, .cseq = e->cseq, .method = e->method};
    bool plain = e->has_sdp && e->mikey_count == 0;
    if (e->status_code == 0) {
        bool answers = e->method == XKI_CO_ACK || e->method == XKI_CO_PRACK;
        if (e->method == XKI_CO_INVITE && !e->has_to_tag) {
            fate.flags = XKI_CO_OPENING;
        } else if (answers && plain) {
            fate.flags = XKI_CO_PLAIN;
        }
    } else if (e->method == XKI_CO_INVITE || e->method == XKI_CO_UPDATE || e->method == XKI_CO_PRACK) {
        if (e->status_code >= 300) {
            fate.flags = XKI_CO_FAILED;
        } else if (e->status_code >= 200) {
            fate.flags = plain ? XKI_CO_OK | XKI_CO_PLAIN : XKI_CO_OK;
        } else if (plain && e->rseq != 0) {
            fate.flags = XKI_CO_PLAIN;
        }
    }
    if (fate.flags != 0) {
        xki_co_learn_fate(c, call, &fate, changed);
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
    if (e->status_code == 0) {
        if (e->method == XKI_CO_INVITE || (e->method == XKI_CO_ACK && e->has_sdp)) {
            mark_dialog(c, call, from, to, XKI_CO_ANSWERED, changed);
        } else if (e->method == XKI_CO_BYE) {
            mark_dialog(c, call, from, to, XKI_CO_OVER, changed);
        }
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

bool xki_co_learn(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *e)
{
    bool changed = false;
    uint8_t from = xki_co_end_of(c, call, e->from_tag, &changed);
    if (e->has_to_tag && !tag_is_known(c, call, e->to_tag) &&
        call->counts[XKI_CO_DIALOG] >= XK_COLLECTOR_DIALOGS_MAX && !give_up_dialog(c, call)) {
        xki_co_too_many(c);
        return changed;
    }
    uint8_t to = e->has_to_tag ? xki_co_end_of(c, call, e->to_tag, &changed) : (uint8_t)XKI_CO_NO_END;
    if (e->status_code == 0 && e->method == XKI_CO_INVITE && !e->has_to_tag) {
        mark_caller(c, call, from, &changed);
    }
    learn_dialog(c, call, e, from, to, &changed);
    learn_transaction(c, call, e, from, to, &changed);

    uint8_t sender = e->status_code == 0 ? from : to;
    struct xki_co_item place = {.sender = sender, .peer = e->status_code == 0 ? to : from, .owner_end = from,
                                .method = e->method, .cseq = e->cseq, .rseq = e->rseq, .answers = e->answers,
                                .reference = e->reference};
    place.position = e->status_code == 0 ? XKI_CO_REQUEST : e->status_code < 200 ? XKI_CO_PROVISIONAL : XKI_CO_SUCCESS;
    place.flags = e->status_code != 0 && e->status_code < 200 && e->rseq != 0 ? XKI_CO_RELIABLE : 0;
    for (size_t i = 0; i < e->mikey_count && e->status_code < 300 && sender != XKI_CO_NO_END; i++) {
        learn_mikey(c, call, &place, &e->mikeys[i], &changed);
    }
    for (size_t i = 0; i < e->shown_count; i++) {
        uint8_t end = e->shown[i].whose == XKI_CO_OF_SENDER     ? sender
                      : e->shown[i].whose == XKI_CO_OF_RECEIVER ? place.peer
                                                                : (uint8_t)XKI_CO_NO_END;
        learn_identity(c, call, &e->shown[i], end, from, &changed);
    }
    return changed;
}
