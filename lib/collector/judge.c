/* SPDX-License-Identifier: BSD-2-Clause */
/* A call is judged whenever it has learned something, and when its time has come. */
#include "collector/judge.h"
#include "collector/call.h"
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

/* A session timer says how long a call without messages may run (RFC 4028). */
static uint64_t idle(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint64_t by_timer = UINT64_C(2000) * call->session_expires;
    return by_timer == 0 || by_timer > c->config.idle ? c->config.idle : by_timer;
}

/* When an answered call is over: all its answered dialogs have ended, and what was late has come. */
static uint64_t end_of_answered(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint64_t end = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_dialog *d = &f->is.dialog;
        if ((d->flags & XKI_CO_ANSWERED) != 0) {
            bool ended = (d->flags & XKI_CO_OVER) != 0;
            uint64_t over = ended ? d->changed + xki_co_patience(c) : call->seen + idle(c, call);
            end = over > end ? over : end;
        }
    }
    return end;
}

static bool is_rejected(const struct xk_collector *c, const struct xki_co_call *call)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        if ((f->is.fate.flags & XKI_CO_FAILED) != 0) {
            return true;
        }
    }
    return false;
}

static void classify(struct xk_collector *c, struct xki_co_call *call)
{
    enum xki_co_class class_of = XKI_CO_UNANSWERED_CALL;
    if (call->answered) {
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

void xki_co_judge(struct xk_collector *c, struct xki_co_call *call, bool changed)
{
    if (changed) {
        xki_co_find_pairs(c, call);
    }
    while (tell_one(c, call)) {
        xki_co_find_pairs(c, call);
    }
    if (call->unwatched) {
        xki_co_free_call(c, call);
        return;
    }
    uint64_t next = earlier(xki_co_tell_incomplete(c, call), next_pair(c, call));
    uint64_t end = call->answered ? end_of_answered(c, call) : call->seen + c->config.unanswered;
    if (end <= c->now && next == UINT64_MAX) {
        if (call->answered || xki_co_tell_unanswered(c, call)) {
            xki_co_free_call(c, call);
            return;
        }
        end = c->now + c->config.retry;
    }
    classify(c, call);
    xki_co_arm(c, call, earlier(next, end <= c->now ? next : end));
}
