/* SPDX-License-Identifier: BSD-2-Clause */
/* Time passes: deadlines fire, attempts end, refused outcomes are offered again. */
#include "requester/engine.h"

void xki_offer_again_at(struct xk_requester *r, uint64_t at)
{
    if (at < r->reoffer_at) {
        r->reoffer_at = at;
    }
}

static void expire(struct xk_requester *r, uint32_t index)
{
    bool spent = (xki_slot(r, index)->flags & XKI_FLAG_SPENT) != 0;
    struct xki_decision decision = {XKI_EXPIRY, spent ? XK_CAUSE_UNREACHABLE : XK_CAUSE_TIMER_EXPIRED,
                                    XK_FAILURE_NONE, 0};
    uint64_t handle = xki_handle(r, index);
    xki_decide_failure(r, index, &decision);
    if (xki_find_handle(r, handle) == index) {
        xki_share_go_on(r, xki_share_first(r, index));
    }
}

/* The timer of a request was due, and has been disarmed. */
static void fire(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    if (slot->state == XKI_GRACE) {
        xki_move(r, index, XKI_EXPIRY);
        xki_free_slot(r, index, false);
        return;
    }
    if (slot->left == 0 || (slot->flags & XKI_FLAG_SPENT) != 0) {
        expire(r, index);
        return;
    }
    uint64_t deadline = xki_deadline(r, index);
    slot->left = 0;
    xki_timers_arm(&r->timers, index, deadline);
    if (slot->state == XKI_WAITING) {
        xki_send_now_or_queue(r, index);
        return;
    }
    uint64_t handle = xki_handle(r, index);
    bool asked = slot->state == XKI_ASKED;
    xki_observe(r, XK_EVENT_ATTEMPT_EXPIRED, XK_OK, index);
    if (xki_find_handle(r, handle) == index) {
        if (asked) {
            xki_attempt_failed(r, index);
        } else {
            xki_share_carry(r, index);
        }
    }
}

struct budget {
    bool limited;
    uint32_t left;
};

static bool spend(struct budget *budget)
{
    if (!budget->limited) {
        return true;
    }
    if (budget->left == 0) {
        return false;
    }
    budget->left--;
    return true;
}

static bool fire_due(struct xk_requester *r, struct budget *budget)
{
    while (!r->fenced && xki_timers_next(&r->timers) <= r->now) {
        if (!spend(budget)) {
            return false;
        }
        uint32_t index = xki_timers_pop(&r->timers, r->now);
        if (index == XKI_TIMER_NONE) {
            break;
        }
        fire(r, index);
    }
    return true;
}

/* Keys that were not taken: ask for them again; for those of a supplement no longer than the grace time. */
static void wait_for_octets(struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    if ((slot->flags & XKI_FLAG_SUPPLEMENT) == 0 || r->now - slot->timer.deadline < r->config.grace) {
        xki_ask_again(r, index);
    } else {
        (void)xki_withdraw(r, index); /* if the journal cannot take it, the next pass tries again */
    }
}

/* One visit to each LIID that is owed something: its outcomes in order, until the host refuses one. */
static bool run_pass(struct xk_requester *r, struct budget *budget)
{
    /* Bounded even if the host gives back, from inside a callback, each hold that it has just taken. */
    uint32_t turns = r->owed + r->chain_count;
    while (!r->fenced && r->pass_left > 0 && r->chain_first != XKI_NO_SLOT && turns-- > 0) {
        if (!spend(budget)) {
            return false;
        }
        uint32_t first = r->chain_first;
        uint32_t chains = r->chain_count;
        if (xki_slot(r, first)->state == XKI_OWED) {
            if (xki_offer_failure(r, first)) {
                r->pass_left -= r->chain_count < chains;
                continue;
            }
        } else {
            wait_for_octets(r, first);
        }
        r->pass_left--;
        if (r->chain_first == first) { /* unless a callback has withdrawn it */
            xki_chain_to_back(r, first);
        }
    }
    r->pass_left = 0;
    if (r->chain_count > 0) {
        xki_offer_again_at(r, xki_after(r, r->config.reoffer_interval));
    }
    return true;
}

static void start_pass(struct xk_requester *r)
{
    r->pass_left = r->chain_count;
    r->reoffer_at = XK_NEVER;
}

static enum xk_status run(struct xk_requester *r, uint64_t now_ms, uint32_t budget, bool *more, bool resume)
{
    if (more != NULL) {
        *more = false;
    }
    if (r == NULL) {
        return XK_E_ARGUMENT;
    }
    if (r->in_callback) {
        return xki_count(r, XK_E_BUSY);
    }
    if (r->fenced) {
        return xki_count(r, XK_E_FENCED);
    }
    xki_set_now(r, now_ms);
    struct budget limit = {budget != 0, budget};
    bool done = resume || fire_due(r, &limit);
    if (r->pass_left == 0 && (resume || r->reoffer_at <= r->now)) {
        start_pass(r);
    }
    if (done && r->pass_left > 0) {
        done = run_pass(r, &limit);
    }
    if (more != NULL) {
        *more = !done;
    }
    xki_leave(r);
    return xki_count(r, r->fenced ? XK_E_FENCED : XK_OK);
}

enum xk_status xk_requester_tick(struct xk_requester *requester, uint64_t now_ms, uint32_t budget, bool *more)
{
    return run(requester, now_ms, budget, more, false);
}

enum xk_status xk_requester_resume(struct xk_requester *requester, uint64_t now_ms, uint32_t budget, bool *more)
{
    return run(requester, now_ms, budget, more, true);
}

uint64_t xk_requester_next_deadline(const struct xk_requester *requester)
{
    if (requester == NULL || requester->fenced) {
        return XK_NEVER;
    }
    if (requester->pass_left > 0) {
        return requester->now;
    }
    uint64_t timer = xki_timers_next(&requester->timers);
    return timer < requester->reoffer_at ? timer : requester->reoffer_at;
}
