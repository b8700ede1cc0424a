/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deciding an outcome and handing it over.
 *
 * A decision is journalled as it is made, and only then told to the observer and offered to the host; one that the
 * journal cannot take now is journalled before it is offered. Keys are offered from the octets of the receive call and
 * nowhere else: if they are not taken, the request waits as BLOCKED for the octets to come again.
 */
#include "requester/ask.h"
#include "requester/chain.h"
#include "requester/offer.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"

static void set_decision(struct xk_requester *r, uint32_t index, enum xk_cause cause, enum xk_failure failure,
                         uint32_t fingerprint)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->cause = (uint8_t)cause;
    record->failure = (uint8_t)failure;
    record->progress.fingerprint = fingerprint;
    record->span.since = 0;
    record->rounds = 0;
    record->wait = 0;
    xki_rq_slot(r, index)->time.decided.at = r->now;
}

static void announce(struct xk_requester *r, enum xk_event event, uint32_t index)
{
    xki_rq_observe(r, event, XK_OK, index);
    xki_rq_audit(r, event, index);
}

/* True once the decision is where a restart will find it. A supplement is not kept across restarts: its failure
 * was acknowledged, so the promise has been met. */
static bool is_recorded(struct xk_requester *r, uint32_t index)
{
    if (xki_rq_is(r, index, XKI_RQ_JOURNALLED)) {
        return true;
    }
    if (!xki_rq_is(r, index, XKI_RQ_SUPPLEMENT)) {
        enum xk_status status = xki_rq_journal(r, XK_JOURNAL_DECIDED, index);
        if (status != XK_OK) {
            xki_rq_tell_journal(r, status, index);
            return false;
        }
    }
    xki_rq_set(r, index, XKI_RQ_JOURNALLED);
    announce(r, XK_EVENT_DECIDED, index);
    return !r->fenced; /* a callback's own record may have met the fence */
}

void xki_rq_step_out(struct xk_requester *r, uint32_t index)
{
    uint32_t first = xki_rq_chain_first(r, index);
    uint32_t next = xki_rq_is(r, index, XKI_RQ_CHAINED) ? xki_rq_slot(r, index)->link.chain.next : XKI_RQ_NONE;
    xki_rq_chain_remove(r, index);
    bool moves_up = next != XKI_RQ_NONE && (first == index || xki_rq_is(r, first, XKI_RQ_PASSED));
    if (moves_up && !xki_rq_offer_has_turn(r, index)) {
        xki_rq_offer_early(r, r->now);
    }
}

void xki_rq_acknowledged(struct xk_requester *r, uint32_t index)
{
    bool late = xki_rq_offer_wants_late(r, index,
                                        xki_rq_share_has_asked(r, index) || xki_rq_record(r, index)->asked != 0);
    xki_rq_step_out(r, index);
    r->counters.acknowledged++;
    announce(r, XK_EVENT_ACKNOWLEDGED, index);
    if (!r->fenced) {
        /* A record that cannot be written is not held against it: a restart offers it again, under its old id. */
        xki_rq_tell_journal(r, xki_rq_journal(r, XK_JOURNAL_ENDED, index), index);
    }
    if (late) {
        xki_rq_move(r, index, XKI_RQ_ACKNOWLEDGE_LATE_WANTED);
        uint64_t end = xki_rq_after(r, r->config.grace);
        xki_rq_wait_start(r, index, end, end);
        return;
    }
    bool answered = xki_rq_is_answered(r, index);
    xki_rq_move(r, index, XKI_RQ_ACKNOWLEDGE);
    xki_rq_bury_slot(r, index, answered);
}

static void refused(struct xk_requester *r, uint32_t index)
{
    xki_rq_move(r, index, XKI_RQ_REFUSE);
    xki_rq_offer_seen(r, index);
    r->counters.refused_outcomes++;
    if (xki_rq_record(r, index)->wait == 0) {
        xki_rq_record(r, index)->wait = 1;
    }
    xki_rq_queue_up(r, index);
    xki_rq_offer_at(r, xki_rq_after(r, r->config.reoffer_interval));
    xki_rq_observe(r, XK_EVENT_OFFER_REFUSED, XK_OK, index);
}

/* Whoever stands behind keys that wait for their octets may pass them later, without waiting for an interval. */
void xki_rq_queue_up(struct xk_requester *r, uint32_t index)
{
    xki_rq_chain_append(r, index);
    uint32_t first = xki_rq_chain_first(r, index);
    while (xki_rq_is(r, first, XKI_RQ_PASSED) && xki_rq_slot(r, first)->link.chain.next != XKI_RQ_NONE) {
        first = xki_rq_slot(r, first)->link.chain.next;
    }
    if (xki_rq_state(r, first) == XKI_RQ_BLOCKED && xki_rq_slot(r, first)->link.chain.next != XKI_RQ_NONE) {
        xki_rq_offer_early(r, xki_rq_offer_bound(r, first));
    }
}

static enum xk_outcome_reply ask_host(struct xk_requester *r, uint32_t index, const struct xk_session_result *results,
                                      size_t count)
{
    struct xki_rq_offer offer;
    xki_rq_offer_fill(r, index, results, count, &offer);
    struct xki_rq_guard guard = xki_rq_enter(r, index);
    enum xk_outcome_reply reply = r->callbacks.on_outcome(&offer.outcome, r->user);
    xki_rq_exit(r, guard);
    return reply;
}

static void held(struct xk_requester *r, uint32_t index)
{
    xki_rq_step_out(r, index);
    xki_rq_move(r, index, XKI_RQ_HOLD);
    r->counters.held++;
    xki_rq_observe(r, XK_EVENT_HELD, XK_OK, index);
}

bool xki_rq_may_revise(const struct xk_requester *r, uint32_t index)
{
    return xki_rq_is(r, index, XKI_RQ_KEYS) && !xki_rq_is(r, index, XKI_RQ_SUPPLEMENT);
}

enum xk_status xki_rq_revise(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    bool partial = xki_rq_is(r, index, XKI_RQ_PARTIAL);
    xki_rq_clear(r, index, XKI_RQ_KEYS);
    xki_rq_clear(r, index, XKI_RQ_PARTIAL);
    record->cause = XK_CAUSE_IMPOSSIBLE;
    enum xk_status status = xki_rq_journal(r, XK_JOURNAL_DECIDED, index);
    if (status != XK_OK) {
        xki_rq_set(r, index, XKI_RQ_KEYS);
        if (partial) {
            xki_rq_set(r, index, XKI_RQ_PARTIAL);
        }
        record->cause = XK_CAUSE_NONE;
        xki_rq_tell_journal(r, status, index);
        return status;
    }
    xki_rq_move(r, index, XKI_RQ_REVISE);
    record->wait = 0;
    r->counters.impossible++;
    announce(r, XK_EVENT_IMPOSSIBLE, index);
    return XK_OK;
}

void xki_rq_drop(struct xk_requester *r, uint32_t index)
{
    xki_rq_step_out(r, index);
    r->counters.undeliverable++;
    announce(r, XK_EVENT_UNDELIVERABLE, index);
    if (!r->fenced) { /* as after an acknowledgement */
        xki_rq_tell_journal(r, xki_rq_journal(r, XK_JOURNAL_ENDED, index), index);
    }
    bool answered = xki_rq_is_answered(r, index);
    xki_rq_move(r, index, XKI_RQ_DROP);
    xki_rq_bury_slot(r, index, answered);
}

/* Does what the host has answered. True if the outcome is done with. */
static bool take_reply(struct xk_requester *r, uint32_t index, enum xk_outcome_reply reply)
{
    switch (reply) {
    case XK_OUTCOME_ACKNOWLEDGED:
        xki_rq_acknowledged(r, index);
        return true;
    case XK_OUTCOME_HELD:
        held(r, index);
        return true;
    case XK_OUTCOME_IMPOSSIBLE:
        if (!xki_rq_may_revise(r, index)) {
            xki_rq_drop(r, index);
            return true;
        }
        break;
    case XK_OUTCOME_REFUSED:
        break;
    }
    refused(r, index);
    return false;
}

/* Offers what it may; what is impossible as keys at once as a failure. True if it was taken, or will not be asked for
 * again since it is keys no more. */
static bool offer(struct xk_requester *r, uint32_t index, const struct xk_session_result *results, size_t count)
{
    enum xk_outcome_reply reply = ask_host(r, index, results, count);
    if (reply != XK_OUTCOME_IMPOSSIBLE || !xki_rq_may_revise(r, index)) {
        return take_reply(r, index, reply);
    }
    enum xk_status status = xki_rq_revise(r, index);
    if (r->fenced) {
        xki_rq_move(r, index, XKI_RQ_REFUSE);
        xki_rq_chain_append(r, index);
        return status == XK_OK;
    }
    if (status != XK_OK) {
        refused(r, index);
        return false;
    }
    (void)take_reply(r, index, ask_host(r, index, NULL, 0));
    return true;
}

bool xki_rq_offer_failure(struct xk_requester *r, uint32_t index)
{
    if (!is_recorded(r, index)) {
        if (!r->fenced) {
            refused(r, index);
        }
        return false;
    }
    xki_rq_offer_turn(r, index);
    bool taken = offer(r, index, NULL, 0);
    xki_rq_offer_turn(r, XKI_RQ_NONE);
    return taken;
}

/* Is all that is owed to its LIID from before such that it may be passed? */
static bool is_free_to_go(struct xk_requester *r, uint32_t index)
{
    uint32_t first = xki_rq_chain_first(r, index);
    while (first != XKI_RQ_NONE && xki_rq_lets_pass(r, first)) {
        first = xki_rq_slot(r, first)->link.chain.next;
    }
    return first == XKI_RQ_NONE;
}

void xki_rq_decide_failure(struct xk_requester *r, uint32_t index, const struct xki_rq_decision *decision)
{
    xki_rq_move(r, index, decision->input);
    r->counters.decided_failure++;
    r->counters.expired += decision->cause == XK_CAUSE_TIMER_EXPIRED;
    set_decision(r, index, decision->cause, decision->failure, decision->fingerprint);
    bool recorded = is_recorded(r, index);
    /* Busy: the observer of those that it passes may not withdraw it. */
    xki_rq_set(r, index, XKI_RQ_BUSY);
    bool goes = !r->fenced && is_free_to_go(r, index);
    xki_rq_clear(r, index, XKI_RQ_BUSY);
    if (r->fenced) {
        xki_rq_chain_append(r, index);
    } else if (!goes) {
        xki_rq_queue_up(r, index);
    } else if (recorded) {
        (void)offer(r, index, NULL, 0);
    } else {
        refused(r, index);
    }
}

bool xki_rq_lets_pass(struct xk_requester *r, uint32_t index)
{
    if (!xki_rq_offer_may_be_passed(r, index)) {
        return false;
    }
    if (!xki_rq_is(r, index, XKI_RQ_PASSED)) {
        xki_rq_set(r, index, XKI_RQ_PASSED);
        xki_rq_observe(r, XK_EVENT_PASSED, XK_OK, index);
    }
    return true;
}

/* What is owed to the same LIID from before goes first. False if something stays in front. */
static bool is_its_turn(struct xk_requester *r, uint32_t index)
{
    uint32_t turns = xki_rq_owed(r); /* as in a pass of offers */
    uint32_t first = xki_rq_chain_first(r, index);
    bool gone = false;
    while (first != XKI_RQ_NONE && first != index) {
        if (xki_rq_state(r, first) != XKI_RQ_OWED) {
            if (gone) { /* what waits for octets stands first now */
                xki_rq_offer_early(r, r->now);
            }
            if (!xki_rq_lets_pass(r, first)) {
                return false;
            }
            first = xki_rq_slot(r, first)->link.chain.next;
        } else if (turns-- == 0 || !xki_rq_offer_failure(r, first) || r->fenced) {
            return false;
        } else {
            gone = true;
            first = xki_rq_chain_first(r, index);
        }
    }
    return true;
}

static void decide(struct xk_requester *r, uint32_t index, uint32_t kms, bool partial, uint32_t fingerprint)
{
    if (xki_rq_state(r, index) == XKI_RQ_GRACE) {
        xki_rq_set(r, index, XKI_RQ_SUPPLEMENT);
        xki_rq_clear(r, index, XKI_RQ_JOURNALLED);
        r->counters.decided_supplement++;
    } else {
        r->counters.decided_keys += !partial;
        r->counters.decided_partial += partial;
    }
    xki_rq_set(r, index, XKI_RQ_KEYS);
    if (partial) {
        xki_rq_set(r, index, XKI_RQ_PARTIAL);
    }
    xki_rq_move(r, index, XKI_RQ_ANSWER_KEYS);
    set_decision(r, index, XK_CAUSE_NONE, XK_FAILURE_NONE, fingerprint);
    xki_rq_record(r, index)->answerer = xki_rq_ask_answerer(r, index, kms);
    (void)is_recorded(r, index);
}

/* Tries the journal again if the decision is an older one. */
static bool is_ready(struct xk_requester *r, uint32_t index, bool again)
{
    return is_its_turn(r, index) && (again ? is_recorded(r, index) : xki_rq_is(r, index, XKI_RQ_JOURNALLED));
}

enum xk_status xki_rq_decide_keys(struct xk_requester *r, uint32_t index, uint32_t kms, bool partial,
                                  const struct xk_session_result *results, size_t count, uint32_t fingerprint)
{
    bool again = xki_rq_state(r, index) == XKI_RQ_BLOCKED;
    /* Busy all the time: the callbacks of those in front of it may not withdraw it. */
    xki_rq_set(r, index, XKI_RQ_BUSY);
    if (again) {
        xki_rq_move(r, index, XKI_RQ_ANSWER_KEYS);
    } else {
        decide(r, index, kms, partial, fingerprint);
    }
    bool ready = is_ready(r, index, again);
    xki_rq_clear(r, index, XKI_RQ_BUSY);
    if (r->fenced) {
        xki_rq_move(r, index, XKI_RQ_REFUSE);
        xki_rq_chain_append(r, index);
        return XK_E_FENCED;
    }
    if (!ready) {
        refused(r, index);
        return XK_E_BLOCKED;
    }
    if (offer(r, index, results, count)) {
        return XK_OK;
    }
    return r->fenced ? XK_E_FENCED : XK_E_BLOCKED;
}
