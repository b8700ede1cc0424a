/* SPDX-License-Identifier: BSD-2-Clause */
/* Time passes: deadlines fire, attempts end, refused outcomes are offered again. */
#include "requester/ask.h"
#include "requester/chain.h"
#include "requester/offer.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"

static void expire(struct xk_requester *r, uint32_t index, enum xk_cause cause)
{
    struct xki_rq_decision decision = {XKI_RQ_EXPIRY, cause, XK_FAILURE_NONE, 0};
    xki_rq_decide_failure(r, index, &decision);
}

/* Its own deadline has come. */
static void end(struct xk_requester *r, uint32_t index)
{
    if (xki_rq_state(r, index) != XKI_RQ_GRACE) {
        expire(r, index, XK_CAUSE_TIMER_EXPIRED);
        return;
    }
    xki_rq_move(r, index, XKI_RQ_EXPIRY);
    xki_rq_bury_slot(r, index, false);
}

/* What it waited for is over; its timer runs on to its deadline. */
static void wake(struct xk_requester *r, uint32_t index)
{
    switch (xki_rq_state(r, index)) {
    case XKI_RQ_ASKED:
        xki_rq_observe(r, XK_EVENT_ATTEMPT_EXPIRED, XK_OK, index);
        xki_rq_attempt_failed(r, index, false);
        break;
    case XKI_RQ_SHARING:
        xki_rq_observe(r, XK_EVENT_ATTEMPT_EXPIRED, XK_OK, index);
        if (xki_rq_state(r, index) == XKI_RQ_SHARING) { /* unless the observer has ended the one that it shared with */
            xki_rq_carry(r, index);
        }
        break;
    case XKI_RQ_SPENT: /* given up, and forsaken by all when it was woken */
        if (xki_rq_is_forsaken(r, index)) {
            xki_rq_wait_stop(r, index);
            expire(r, index, XK_CAUSE_UNREACHABLE);
        }
        break;
    case XKI_RQ_BEHIND:
    case XKI_RQ_BACKOFF:
        xki_rq_move(r, index, XKI_RQ_ROUND);
        xki_rq_ask_round(r, index);
        break;
    case XKI_RQ_READY:
    case XKI_RQ_FREE:
    case XKI_RQ_OFFERED:
    case XKI_RQ_BLOCKED:
    case XKI_RQ_OWED:
    case XKI_RQ_HELD:
    case XKI_RQ_GRACE:
    case XKI_RQ_STATES:
        break;
    }
}

struct budget {
    bool limited;
    uint32_t left;
};

static bool is_spent(const struct budget *budget)
{
    return budget->limited && budget->left == 0;
}

static void spend(struct budget *budget)
{
    budget->left -= budget->limited;
}

static bool fire_due(struct xk_requester *r, struct budget *budget)
{
    while (!r->fenced) {
        bool over;
        if (is_spent(budget)) {
            return xki_rq_wait_next(r) > r->now;
        }
        uint32_t index = xki_rq_wait_due(r, &over);
        if (index == XKI_RQ_NONE) {
            break;
        }
        spend(budget);
        if (over) {
            end(r, index);
        } else {
            wake(r, index);
        }
    }
    return true;
}

/* Keys that were not taken: their octets are asked for when it is time; those of a supplement no longer than the grace
 * time. False if it has been withdrawn. */
static bool ask_for_octets(struct xk_requester *r, uint32_t index)
{
    if (xki_rq_is(r, index, XKI_RQ_SUPPLEMENT) && r->now - xki_rq_slot(r, index)->time.decided.at >= r->config.grace) {
        return xki_rq_withdraw(r, index) != XK_OK; /* if the journal cannot take it, the next pass tries again */
    }
    if (xki_rq_offer_is_due(r, index)) {
        xki_rq_ask_for_octets(r, index);
    }
    return true;
}

/* The outcomes of one LIID in order, until one stays in front of the others. False if the budget ended it; *progress
 * if the chain is to be visited again at once, since what stood first was taken. */
static bool visit(struct xk_requester *r, uint32_t first, struct budget *budget, bool *progress)
{
    uint32_t index = first;
    *progress = false;
    while (index != XKI_RQ_NONE && !r->fenced) {
        if (is_spent(budget)) {
            return false;
        }
        spend(budget);
        if (xki_rq_state(r, index) == XKI_RQ_OWED) {
            uint32_t before = index == first ? XKI_RQ_NONE : xki_rq_slot(r, index)->link.chain.prev;
            uint64_t handle = before == XKI_RQ_NONE ? 0 : xki_rq_handle(r, before);
            if (!xki_rq_offer_is_due(r, index) || !xki_rq_offer_failure(r, index)) {
                return true;
            }
            if (before == XKI_RQ_NONE) {
                *progress = true;
                return true;
            }
            bool there = xki_rq_find_handle(r, handle) == before && xki_rq_is(r, before, XKI_RQ_CHAINED);
            index = there ? xki_rq_slot(r, before)->link.chain.next : XKI_RQ_NONE;
        } else {
            if (!ask_for_octets(r, index) || xki_rq_slot(r, index)->link.chain.next == XKI_RQ_NONE) {
                return true;
            }
            if (!xki_rq_lets_pass(r, index)) {
                xki_rq_queue_up(r, index); /* the bound may be another one now */
                return true;
            }
            index = xki_rq_slot(r, index)->link.chain.next;
        }
    }
    return true;
}

/* One visit to each LIID that is owed something. */
static bool run_pass(struct xk_requester *r, struct budget *budget)
{
    /* Bounded even if the host gives back, from inside a callback, each hold that it has just taken. */
    uint32_t turns = xki_rq_owed(r) + xki_rq_chain_count(r);
    while (!r->fenced && xki_rq_offer_is_running(r) && xki_rq_chain_front(r) != XKI_RQ_NONE && turns-- > 0) {
        uint32_t first = xki_rq_chain_front(r);
        uint32_t chains = xki_rq_chain_count(r);
        bool alone = xki_rq_slot(r, first)->link.chain.next == XKI_RQ_NONE; /* else its LIID is still owed something */
        bool progress;
        if (!visit(r, first, budget, &progress)) {
            return false;
        }
        if (!progress || (alone && xki_rq_chain_count(r) < chains)) {
            xki_rq_offer_visited(r);
        }
        if (!progress && xki_rq_chain_front(r) == first) { /* unless a callback has withdrawn it */
            xki_rq_chain_to_back(r, first);
        }
    }
    xki_rq_offer_stop(r);
    if (xki_rq_chain_count(r) > 0) {
        xki_rq_offer_at(r, r->offer.next);
    }
    return true;
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
        return xki_rq_count(r, XK_E_BUSY);
    }
    if (r->fenced) {
        return xki_rq_count(r, XK_E_FENCED);
    }
    xki_rq_time(r, now_ms);
    struct budget limit = {budget != 0, budget};
    bool done = resume || fire_due(r, &limit);
    if (!xki_rq_offer_is_running(r) && (resume || xki_rq_offer_next(r) <= r->now)) {
        xki_rq_offer_start(r, xki_rq_chain_count(r), resume);
    }
    if (done && xki_rq_offer_is_running(r)) {
        done = run_pass(r, &limit);
    }
    xki_rq_leave(r);
    if (more != NULL) {
        *more = !done;
    }
    return xki_rq_count(r, r->fenced ? XK_E_FENCED : XK_OK);
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
    if (xki_rq_ask_has_next(requester)) {
        return requester->now;
    }
    uint64_t timer = xki_rq_wait_next(requester);
    uint64_t offer = xki_rq_offer_next(requester);
    return timer < offer ? timer : offer;
}
