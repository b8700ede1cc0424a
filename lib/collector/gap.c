/* SPDX-License-Identifier: BSD-2-Clause */
/* Gaps are told like exchanges: to each warrant once, again until the host takes them (rule R18). */
#include "collector/judge.h"
#include "collector/observe.h"
#include "collector/prune.h"
#include "collector/scratch.h"
#include "collector/watch.h"

#include <string.h>

bool xki_co_has_gap(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *dialog,
                    uint64_t key)
{
    uint8_t a = dialog == NULL ? (uint8_t)XKI_CO_NO_END : dialog->a;
    uint8_t b = dialog == NULL ? (uint8_t)XKI_CO_NO_END : dialog->b;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_GAP); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.gap.key == key && f->is.gap.a == a && f->is.gap.b == b) {
            return true;
        }
    }
    return false;
}

void xki_co_note_gap(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_gap_of *what)
{
    if (xki_co_has_gap(c, call, what->dialog, what->key)) {
        return;
    }
    struct xki_co_fact *fact = xki_co_make_place(c, call, XKI_CO_GAP) ? xki_co_add(c, call, XKI_CO_GAP) : NULL;
    if (fact == NULL) {
        xki_co_too_many(c);
        return;
    }
    fact->is.gap = (struct xki_co_gap){.key = what->key, .reference = what->reference, .due = what->due,
                                       .reason = (uint8_t)what->reason, .status = (uint16_t)what->status,
                                       .a = XKI_CO_NO_END, .b = XKI_CO_NO_END, .owed = true};
    if (what->dialog != NULL) {
        fact->is.gap.a = what->dialog->a;
        fact->is.gap.b = what->dialog->b;
    }
}

static bool give(struct xk_collector *c, const struct xk_incomplete *out)
{
    c->in_callback = true;
    enum xk_collector_reply reply = c->callbacks.on_incomplete(out, c->user);
    c->in_callback = false;
    if (reply != XK_COLLECTOR_TAKEN) {
        c->counters.later++;
        return false;
    }
    c->counters.incomplete++;
    return true;
}

/* To each warrant that has not heard of it. False if one of them said later. */
static bool tell(struct xk_collector *c, struct xki_co_call *call, struct xki_co_gap *gap,
                 const struct xki_co_concerns *concerns)
{
    struct xk_incomplete out;
    bool all = true;
    memset(&out, 0, sizeof out);
    out.reason = (enum xk_incomplete_reason)gap->reason;
    out.status = (enum xk_status)gap->status;
    out.reference = gap->reference;
    out.call_id = xki_co_in_one_piece(c, XKI_CO_AT_CALL_ID, 0, &call->call_id);
    out.correlation = xki_co_in_one_piece(c, XKI_CO_AT_CORRELATION, 0, &call->correlation);
    for (size_t i = 0; i < concerns->count; i++) {
        const struct xki_co_concern *concern = &concerns->of[i];
        uint32_t bit = UINT32_C(1) << concern->number;
        if ((gap->served & bit) != 0) {
            continue;
        }
        out.warrant = concern->warrant;
        out.cin = concern->cin;
        out.target = concern->target;
        out.place = (enum xk_identity_place)concern->place;
        out.certain = concern->certain;
        if (give(c, &out)) {
            gap->served |= bit;
        } else {
            all = false;
        }
    }
    return all;
}

bool xki_co_tell_gap(struct xk_collector *c, struct xki_co_call *call)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_GAP); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_gap *gap = &f->is.gap;
        if (gap->owed && gap->due <= c->now) {
            struct xki_co_concerns concerns;
            xki_co_ask(c, call, xki_co_find_dialog(c, call, gap->a, gap->b), NULL, &concerns);
            gap->owed = !tell(c, call, gap, &concerns);
            gap->due = gap->owed ? c->now + c->config.retry : gap->due;
            return true;
        }
    }
    return false;
}

uint64_t xki_co_next_gap(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint64_t next = UINT64_MAX;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_GAP); f != NULL; f = xki_co_next(c, f)) {
        next = f->is.gap.owed && f->is.gap.due < next ? f->is.gap.due : next;
    }
    return next;
}

bool xki_co_tell_given_up(struct xk_collector *c, struct xki_co_call *call)
{
    struct xki_co_gap gap = {.reason = XK_INCOMPLETE_EVICTED};
    struct xki_co_concerns concerns;
    xki_co_ask(c, call, NULL, NULL, &concerns);
    (void)tell(c, call, &gap, &concerns);
    return concerns.count > 0;
}
