/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector/prune.h"
#include "collector/legs.h"
#include "collector/match.h"
#include "collector/observe.h"

/* Below this nothing is looked at: most calls never have so much. */
#define MUCH 32u

struct within {
    const struct xk_collector *c;
    const struct xki_co_call *call;
    bool failed; /* what failed goes whatever its age */
};

/* The final word on a transaction, whoever said it. */
static unsigned int fate_of(const struct within *w, uint8_t owner, uint32_t cseq, uint8_t method)
{
    unsigned int flags = 0;
    uint8_t of = xki_co_transaction_of(method);
    for (struct xki_co_fact *f = xki_co_first(w->c, w->call, XKI_CO_FATE); f != NULL; f = xki_co_next(w->c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        flags |= fate->owner == owner && fate->cseq == cseq && fate->method == of ? fate->flags : 0u;
    }
    return flags & (XKI_CO_OK | XKI_CO_FAILED);
}

/* Does an exchange need this item? Of equal octets of one sender it needs the first. */
static bool is_needed(const struct within *w, const struct xki_co_item *item)
{
    bool needed = false;
    for (struct xki_co_fact *f = xki_co_first(w->c, w->call, XKI_CO_PAIR); f != NULL; f = xki_co_next(w->c, f)) {
        needed = needed || f->is.pair.init == item->hash || f->is.pair.resp == item->hash;
    }
    for (struct xki_co_fact *f = needed ? xki_co_first(w->c, w->call, XKI_CO_ITEM) : NULL; f != NULL;
         f = xki_co_next(w->c, f)) {
        if (f->is.item.hash == item->hash && f->is.item.sender == item->sender && f->is.item.peer == item->peer) {
            return &f->is.item == item;
        }
    }
    return false;
}

static uint64_t long_ago(const struct xk_collector *c)
{
    return xki_co_patience(c) + c->config.settle;
}

static bool is_old_item(const struct xki_co_fact *fact, const void *what)
{
    const struct within *w = what;
    const struct xki_co_item *item = &fact->is.item;
    unsigned int fate = fate_of(w, item->owner_end, item->cseq, item->method);
    uint64_t limit = fate == 0 && item->method != XKI_CO_ACK ? w->c->config.unanswered : long_ago(w->c);
    bool old = (uint32_t)((uint32_t)w->c->now - item->at) > limit && (w->call->answered || fate != 0);
    return (old || (w->failed && fate == XKI_CO_FAILED)) && !is_needed(w, item);
}

static bool is_old_fate(const struct xki_co_fact *fact, const void *what)
{
    const struct within *w = what;
    const struct xki_co_fate *fate = &fact->is.fate;
    bool failed = w->failed && (fate->flags & (XKI_CO_OK | XKI_CO_FAILED)) == XKI_CO_FAILED;
    if (!failed && w->c->now - fate->since <= long_ago(w->c)) {
        return false;
    }
    for (struct xki_co_fact *f = xki_co_first(w->c, w->call, XKI_CO_ITEM); f != NULL; f = xki_co_next(w->c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (item->owner_end == fate->owner && item->cseq == fate->cseq &&
            xki_co_transaction_of(item->method) == fate->method) {
            return false;
        }
    }
    return true;
}

static void sweep_old(struct xk_collector *c, struct xki_co_call *call, bool failed)
{
    struct within w = {c, call, failed};
    xki_co_sweep(c, call, XKI_CO_ITEM, is_old_item, &w);
    xki_co_sweep(c, call, XKI_CO_FATE, is_old_fate, &w);
}

void xki_co_prune(struct xk_collector *c, struct xki_co_call *call)
{
    if (call->counts[XKI_CO_ITEM] > MUCH || call->counts[XKI_CO_FATE] > MUCH) {
        sweep_old(c, call, false);
    }
}

/* The oldest exchange that every warrant has: an update before a base, which later updates may need. */
static void drop_pair(struct xk_collector *c, struct xki_co_call *call)
{
    struct xki_co_fact *oldest = NULL;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        bool update = (f->is.pair.flags & XKI_CO_IS_UPDATE) != 0;
        if ((f->is.pair.flags & XKI_CO_OWED) == 0 &&
            (oldest == NULL || (update && (oldest->is.pair.flags & XKI_CO_IS_UPDATE) == 0))) {
            oldest = f;
        }
    }
    if (oldest != NULL) {
        xki_co_forget_leg(c, call, &oldest->is.pair);
        xki_co_remove(c, call, XKI_CO_PAIR, oldest);
    }
}

static void drop_gap(struct xk_collector *c, struct xki_co_call *call)
{
    struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_GAP);
    while (f != NULL && f->is.gap.owed) {
        f = xki_co_next(c, f);
    }
    if (f != NULL) {
        xki_co_remove(c, call, XKI_CO_GAP, f);
    }
}

bool xki_co_make_place(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind)
{
    unsigned int most = kind == XKI_CO_ITEM   ? XKI_CO_ITEMS_MAX
                        : kind == XKI_CO_FATE ? XKI_CO_FATES_MAX
                        : kind == XKI_CO_PAIR ? XKI_CO_PAIRS_MAX
                                              : XKI_CO_GAPS_MAX;
    if (call->counts[kind] < most) {
        return true;
    }
    if (kind == XKI_CO_PAIR) {
        drop_pair(c, call);
    } else if (kind == XKI_CO_GAP) {
        drop_gap(c, call);
    } else {
        sweep_old(c, call, false);
        if (call->counts[kind] == most) {
            sweep_old(c, call, true);
        }
    }
    return call->counts[kind] < most;
}

/* What identities are worth when there is no room for all: who is in the call before whom it went past. */
static unsigned int worth(uint8_t place)
{
    static const uint8_t of[] = {[XK_PLACE_HISTORY] = 0, [XK_PLACE_REQUEST_URI] = 1, [XK_PLACE_TO] = 2,
                                 [XK_PLACE_FROM] = 2,    [XK_PLACE_ASSERTED] = 3,    [XK_PLACE_TARGET_ID] = 4,
                                 [XK_PLACE_MIKEY] = 4};
    return of[place];
}

bool xki_co_make_place_for(struct xk_collector *c, struct xki_co_call *call, uint8_t place)
{
    struct xki_co_fact *least = NULL;
    if (call->counts[XKI_CO_IDENTITY] < XK_COLLECTOR_IDENTITIES_MAX) {
        return true;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        if (!f->is.identity.matched &&
            (least == NULL || worth(f->is.identity.place) < worth(least->is.identity.place))) {
            least = f;
        }
    }
    if (least == NULL || worth(least->is.identity.place) > worth(place)) {
        return false;
    }
    xki_co_too_many(c);
    xki_co_remove(c, call, XKI_CO_IDENTITY, least);
    return true;
}

/* What an end that is given up leaves: everything that it said, or that was said to it alone. */
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

static bool is_gap_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.gap.a == end || fact->is.gap.b == end;
}

static bool is_dialog_of_end(const struct xki_co_fact *fact, const void *what)
{
    uint8_t end = *(const uint8_t *)what;
    return fact->is.dialog.a == end || fact->is.dialog.b == end;
}

/* How little an end is worth, 0 least; NEVER for one of an answered dialog. */
#define NEVER 4u

static unsigned int worth_of_end(const struct xk_collector *c, const struct xki_co_call *call,
                                 const struct xki_co_end *end)
{
    unsigned int value = end->is_caller ? 2 : 1;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        if (is_dialog_of_end(f, &end->number)) {
            if (xki_co_is_answered(c, call, &f->is.dialog)) {
                return NEVER;
            }
            value = !end->is_caller && (f->is.dialog.flags & XKI_CO_REJECTED) != 0 ? 0 : value;
        }
    }
    return value;
}

static bool give_up_end(struct xk_collector *c, struct xki_co_call *call)
{
    unsigned int least = NEVER;
    uint8_t end = XKI_CO_NO_END;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        unsigned int value = worth_of_end(c, call, &f->is.end);
        if (value < least) {
            least = value;
            end = f->is.end.number;
        }
    }
    if (least == NEVER) {
        return false;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if (is_pair_of_end(f, &end)) {
            xki_co_forget_leg(c, call, &f->is.pair);
        }
    }
    xki_co_sweep(c, call, XKI_CO_PAIR, is_pair_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_GAP, is_gap_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_IDENTITY, is_identity_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_ITEM, is_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_FATE, is_fate_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_DIALOG, is_dialog_of_end, &end);
    xki_co_sweep(c, call, XKI_CO_END, is_end, &end);
    xki_co_too_many(c);
    return true;
}

bool xki_co_make_ends(struct xk_collector *c, struct xki_co_call *call, unsigned int count)
{
    while (call->counts[XKI_CO_END] + count > XKI_CO_ENDS_MAX ||
           (count > 0 && call->counts[XKI_CO_DIALOG] >= XK_COLLECTOR_DIALOGS_MAX)) {
        if (!give_up_end(c, call)) {
            return false;
        }
    }
    return true;
}
