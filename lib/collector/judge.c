/* SPDX-License-Identifier: BSD-2-Clause */
/* A call is judged whenever it has learned something, and when its time has come. */
#include "collector/judge.h"
#include "collector/call.h"
#include "collector/match.h"
#include "collector/prune.h"
#include "collector/watch.h"
#include "collector/quota.h"

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Tells one pair that is owed and due. True if one was told, so that another may have become complete. */
static bool tell_one(struct xk_collector *c, struct xki_co_call *call)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_pair *pair = &f->is.pair;
        if ((pair->flags & XKI_CO_OWED) != 0 && pair->due <= c->now) {
            return xki_co_emit(c, call, pair) || pair->due > c->now;
        }
    }
    return false;
}

static uint64_t next_pair(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint64_t next = UINT64_MAX;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        if ((f->is.pair.flags & XKI_CO_OWED) != 0) {
            next = earlier(next, f->is.pair.due);
        }
    }
    return next;
}

/* A session timer says how long a call without messages may run (RFC 4028). A shorter one than that standard allows is
 * none: it would have a call forgotten that goes on. */
#define SESSION_EXPIRES_MIN 90u

static uint64_t idle(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint32_t seconds = call->session_expires;
    uint64_t by_timer = UINT64_C(2000) * (seconds < SESSION_EXPIRES_MIN ? SESSION_EXPIRES_MIN : seconds);
    return seconds == 0 || by_timer > c->config.idle ? c->config.idle : by_timer;
}

static bool is_over(const struct xki_co_dialog *d)
{
    bool bye = (d->flags & (XKI_CO_BYE_OF_A | XKI_CO_BYE_OF_B)) != 0;
    return (d->flags & XKI_CO_BYE_DONE) != 0 || (bye && (d->flags & XKI_CO_BYE_REFUSED) == 0);
}

/* When an answered call is over: all its answered dialogs have ended, and what was late has come. */
static uint64_t end_of_answered(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint64_t end = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_dialog *d = &f->is.dialog;
        if (xki_co_is_answered(c, call, d)) {
            uint64_t over = is_over(d) ? d->changed + xki_co_patience(c) : call->seen + idle(c, call);
            end = over > end ? over : end;
        }
    }
    return end;
}

/* Every branch that has a name has failed. What has none says nothing: other branches may ring. */
static bool is_rejected(const struct xk_collector *c, const struct xki_co_call *call)
{
    bool all = call->counts[XKI_CO_DIALOG] > 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        all = all && (f->is.dialog.flags & XKI_CO_REJECTED) != 0;
    }
    return all;
}

static void classify(struct xk_collector *c, struct xki_co_call *call)
{
    enum xki_co_class class_of = XKI_CO_UNANSWERED_CALL;
    if (call->doubted != 0) {
        class_of = XKI_CO_DOUBTFUL_CALL;
    } else if (call->answered) {
        bool done = call->counts[XKI_CO_PAIR] > 0 && next_pair(c, call) == UINT64_MAX;
        class_of = done ? XKI_CO_EMITTED_CALL : XKI_CO_ANSWERED_CALL;
        xki_co_quota_leave(c, call);
    } else if (is_rejected(c, call)) {
        class_of = XKI_CO_FAILED_CALL;
    }
    if (call->class_of != class_of) {
        xki_co_classify(c, call, class_of);
    }
}

/* What seemed to have been answered may turn out not to be, when a failure comes late. */
static void note_answered(struct xk_collector *c, struct xki_co_call *call)
{
    bool answered = false;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL && !answered; f = xki_co_next(c, f)) {
        answered = xki_co_is_answered(c, call, &f->is.dialog);
    }
    if (answered != call->answered) {
        c->answered_count = answered ? c->answered_count + 1 : c->answered_count - 1;
        call->answered = answered;
        call->seen = c->now;
    }
}

/* What was told is offered once more, to those who have not had it. What is owed already keeps its time, unless all of
 * it is to be offered `anew`. */
static void owe(struct xk_collector *c, struct xki_co_call *call, uint64_t due, bool anew)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_pair *pair = &f->is.pair;
        if ((pair->flags & XKI_CO_EMITTED) != 0 && (anew || (pair->flags & XKI_CO_OWED) == 0)) {
            pair->flags |= XKI_CO_OWED;
            pair->due = due;
        }
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_GAP); f != NULL; f = xki_co_next(c, f)) {
        if (anew || !f->is.gap.owed) {
            f->is.gap.owed = true;
            f->is.gap.due = due;
        }
    }
}

void xki_co_owe_all(struct xk_collector *c, struct xki_co_call *call)
{
    owe(c, call, c->now, true);
}

/* Nobody was interested in what the call has shown so far, and what could have been late is late no more. */
static bool is_of_nobody(struct xk_collector *c, struct xki_co_call *call)
{
    struct xki_co_concerns concerns;
    if (call->doubted == 0 || call->doubted > c->now) {
        return false;
    }
    xki_co_ask(c, call, NULL, NULL, &concerns);
    call->doubted = 0;
    return concerns.count == 0 && !concerns.perhaps;
}

static void tell_all(struct xk_collector *c, struct xki_co_call *call)
{
    while (tell_one(c, call)) {
        xki_co_find_pairs(c, call);
    }
    while (!call->unwatched && xki_co_tell_gap(c, call)) {
    }
}

void xki_co_judge(struct xk_collector *c, struct xki_co_call *call, bool changed)
{
    if (is_of_nobody(c, call)) {
        c->counters.unwatched++;
        xki_co_free_call(c, call);
        return;
    }
    note_answered(c, call);
    if (changed) {
        xki_co_find_pairs(c, call);
    }
    if (call->asked_again) { /* a new identity may name another target */
        call->asked_again = false;
        owe(c, call, c->now + c->config.settle, false);
    }
    tell_all(c, call);
    uint64_t next = xki_co_find_gaps(c, call);
    tell_all(c, call);
    next = earlier(earlier(next, xki_co_next_gap(c, call)), next_pair(c, call));
    uint64_t end = call->answered ? end_of_answered(c, call) : call->seen + c->config.unanswered;
    if (!call->unwatched && end <= c->now && next == UINT64_MAX && !call->answered) {
        if (xki_co_find_unanswered(c, call)) {
            tell_all(c, call);
            next = xki_co_next_gap(c, call);
        }
    }
    if (call->unwatched || (end <= c->now && next == UINT64_MAX)) {
        xki_co_free_call(c, call);
        return;
    }
    xki_co_prune(c, call);
    classify(c, call);
    next = call->doubted != 0 ? earlier(next, call->doubted) : next;
    xki_co_arm(c, call, earlier(next, end <= c->now ? next : end));
}
