/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deciding an outcome and handing it over.
 *
 * A decision is journalled as it is made, and only then told to the observer and offered to the host; one that the
 * journal cannot take now is journalled before it is offered. Keys are offered from
 * the octets of the receive call and nowhere else: if they are not taken, the request waits as BLOCKED for
 * the octets to come again.
 */
#include "requester/frame.h"

#include <xk/secret.h>

#include <string.h>

/* A supplement has an id of its own, which a restart does not change: derived from the ids of its request, of which no
 * receiver of outcomes knows the transaction. */
static struct xk_outcome_id supplement_id(const struct xki_slot *slot)
{
    uint8_t input[sizeof slot->outcome.octets + 1];
    struct xki_siphash_key key;
    struct xk_outcome_id id = {{0}};
    key.k0 = xki_frame_value(slot->transaction.octets, 8);
    key.k1 = xki_frame_value(slot->transaction.octets + 8, 8);
    memcpy(input, slot->outcome.octets, sizeof slot->outcome.octets);
    for (unsigned int half = 0; half < 2; half++) {
        input[sizeof input - 1] = (uint8_t)half;
        uint64_t value = xki_siphash(&key, input, sizeof input);
        for (unsigned int i = 0; i < 8; i++) {
            id.octets[half * 8 + i] = (uint8_t)(value >> (56 - 8 * i));
        }
    }
    return id;
}

struct xk_outcome_id xki_outcome_id(const struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    return (slot->flags & XKI_FLAG_SUPPLEMENT) != 0 ? supplement_id(slot) : slot->outcome;
}

static void set_decision(struct xk_requester *r, uint32_t index, enum xk_cause cause, enum xk_failure failure,
                         uint32_t fingerprint)
{
    struct xki_record *record = xki_record(r, index);
    record->cause = (uint8_t)cause;
    record->failure = (uint8_t)failure;
    record->fingerprint = fingerprint;
    xki_slot(r, index)->timer.deadline = r->now;
    r->owed++;
}

static void announce(struct xk_requester *r, enum xk_event event, uint32_t index)
{
    xki_observe(r, event, XK_OK, index);
    if (event != XK_EVENT_OFFER_REFUSED && event != XK_EVENT_HELD) {
        xki_audit(r, event, index);
    }
}

/* True once the decision is where a restart will find it. A supplement is not kept across restarts: its failure
 * was acknowledged, so the promise has been met. */
static bool is_recorded(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    if ((slot->flags & XKI_FLAG_JOURNALLED) != 0) {
        return true;
    }
    if ((slot->flags & XKI_FLAG_SUPPLEMENT) == 0 && xki_journal(r, XK_JOURNAL_DECIDED, index) != XK_OK) {
        return false;
    }
    slot->flags |= XKI_FLAG_JOURNALLED;
    announce(r, XK_EVENT_DECIDED, index);
    return true;
}

/* While it runs nothing may withdraw the request. */
static void keep_decision(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    slot->flags |= XKI_FLAG_BUSY;
    (void)is_recorded(r, index);
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_BUSY);
}

static enum xk_outcome_reply offer(struct xk_requester *r, uint32_t index, enum xk_outcome_kind kind,
                                   const struct xk_session_result *results, size_t count)
{
    struct xki_slot *slot = xki_slot(r, index);
    const struct xki_record *record = xki_record(r, index);
    if (!is_recorded(r, index)) {
        return XK_OUTCOME_REFUSED;
    }
    struct xk_warrant warrant;
    struct xk_outcome outcome = {0};
    xki_warrant_unpack(xki_record_warrant(r, index), &warrant, r->parties);
    outcome.id = xki_outcome_id(r, index);
    outcome.kind = kind;
    outcome.cause = (enum xk_cause)record->cause;
    outcome.failure = (enum xk_failure)record->failure;
    outcome.request = xki_handle(r, index);
    outcome.warrant = &warrant;
    outcome.sessions = count == 0 ? NULL : results;
    outcome.session_count = count;
    outcome.decided_ms = slot->timer.deadline;
    if (kind == XK_OUTCOME_SUPPLEMENT) {
        outcome.supplements = slot->outcome;
    }
    xki_prefetch(xki_request_octets(r, index), record->request_size); /* to be wiped if the host takes it */
    r->in_callback = true;
    enum xk_outcome_reply reply = r->callbacks.on_outcome(&outcome, r->user);
    r->in_callback = false;
    return reply;
}

/* Keys are welcome late if the policy says so and the failure was no answer of the KMS's. */
static bool wants_late_keys(const struct xk_requester *r, uint32_t index)
{
    return r->config.late_keys == XK_LATE_KEYS_SUPPLEMENT && r->config.grace > 0 &&
           (xki_slot(r, index)->flags & (XKI_FLAG_SUPPLEMENT | XKI_FLAG_KEYS)) == 0 &&
           xki_record(r, index)->cause == XK_CAUSE_TIMER_EXPIRED && xki_share_has_asked(r, index);
}

/* The host has it for good: OFFERED, OWED or HELD ends, or goes into its grace time. */
void xki_acknowledged(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    if ((slot->flags & XKI_FLAG_CHAINED) != 0) {
        xki_chain_remove(r, index);
    }
    r->counters.acknowledged++;
    r->owed--;
    if (slot->state == XKI_HELD) {
        xki_end_hold(r, index);
    }
    slot->flags |= XKI_FLAG_BUSY;
    announce(r, XK_EVENT_ACKNOWLEDGED, index);
    (void)xki_journal(r, XK_JOURNAL_ENDED, index);
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_BUSY);
    if (wants_late_keys(r, index)) {
        xki_move(r, index, XKI_ACKNOWLEDGE_LATE_WANTED);
        slot->left = 0;
        xki_timers_arm(&r->timers, index, xki_after(r, r->config.grace));
        return;
    }
    xki_move(r, index, XKI_ACKNOWLEDGE);
    xki_free_slot(r, index, xki_is_answered(r, index));
}

static void hold(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    if ((slot->flags & XKI_FLAG_CHAINED) != 0) {
        xki_chain_remove(r, index);
    }
    xki_move(r, index, XKI_HOLD);
    xki_list_append(r, &r->held_list, index);
    r->held++;
    r->counters.held++;
    announce(r, XK_EVENT_HELD, index);
}

static void refuse(struct xk_requester *r, uint32_t index)
{
    xki_move(r, index, XKI_REFUSE);
    r->counters.refused_outcomes++;
    if ((xki_slot(r, index)->flags & XKI_FLAG_CHAINED) == 0) {
        xki_chain_append(r, index);
    }
    xki_offer_again_at(r, xki_after(r, r->config.reoffer_interval));
    announce(r, XK_EVENT_OFFER_REFUSED, index);
}

/* What the host's reply does to an outcome; true if it was taken. */
static bool settle(struct xk_requester *r, uint32_t index, enum xk_outcome_reply reply)
{
    switch (reply) {
    case XK_OUTCOME_ACKNOWLEDGED:
        xki_acknowledged(r, index);
        return true;
    case XK_OUTCOME_HELD:
        hold(r, index);
        return true;
    case XK_OUTCOME_REFUSED:
        break;
    }
    refuse(r, index);
    return false;
}

/* Offer an OWED failure that is first in its chain, or in none. */
bool xki_offer_failure(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    slot->flags |= XKI_FLAG_BUSY;
    enum xk_outcome_reply reply = offer(r, index, XK_OUTCOME_FAILURE, NULL, 0);
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_BUSY);
    return settle(r, index, reply);
}

void xki_decide_failure(struct xk_requester *r, uint32_t index, const struct xki_decision *decision)
{
    xki_stop_asking(r, index);
    xki_move(r, index, decision->input);
    r->pending--;
    r->counters.decided_failure++;
    r->counters.expired += decision->cause == XK_CAUSE_TIMER_EXPIRED;
    set_decision(r, index, decision->cause, decision->failure, decision->fingerprint);
    keep_decision(r, index);
    if (xki_chain_first(r, index) != XKI_NO_SLOT) {
        xki_chain_append(r, index);
        return;
    }
    (void)xki_offer_failure(r, index);
}

/* What is owed to the same LIID from before goes first. False if something stays in front. */
static bool is_its_turn(struct xk_requester *r, uint32_t index)
{
    uint32_t turns = r->owed; /* as in a pass of offers */
    uint32_t first = xki_chain_first(r, index);
    while (first != XKI_NO_SLOT && first != index) {
        if (turns-- == 0 || xki_slot(r, first)->state != XKI_OWED || !xki_offer_failure(r, first)) {
            return false;
        }
        first = xki_chain_first(r, index);
    }
    return true;
}

static void decide(struct xk_requester *r, uint32_t index, enum xk_outcome_kind kind, uint32_t fingerprint)
{
    struct xki_slot *slot = xki_slot(r, index);
    if (slot->state == XKI_GRACE) {
        slot->flags = (uint8_t)((slot->flags | XKI_FLAG_SUPPLEMENT) & ~XKI_FLAG_JOURNALLED);
        r->counters.decided_supplement++;
    } else {
        r->pending--;
        r->counters.decided_keys += kind == XK_OUTCOME_KEYS;
        r->counters.decided_partial += kind == XK_OUTCOME_PARTIAL;
    }
    xki_stop_asking(r, index);
    slot->flags |= XKI_FLAG_KEYS;
    xki_move(r, index, XKI_ANSWER_KEYS);
    set_decision(r, index, XK_CAUSE_NONE, XK_FAILURE_NONE, fingerprint);
    keep_decision(r, index);
}

enum xk_status xki_decide_keys(struct xk_requester *r, uint32_t index, enum xk_outcome_kind kind,
                               const struct xk_session_result *results, size_t count, uint32_t fingerprint)
{
    struct xki_slot *slot = xki_slot(r, index);
    if (slot->state == XKI_BLOCKED) {
        xki_move(r, index, XKI_ANSWER_KEYS);
    } else {
        decide(r, index, kind, fingerprint);
    }
    if ((slot->flags & XKI_FLAG_SUPPLEMENT) != 0) {
        kind = XK_OUTCOME_SUPPLEMENT;
    }
    slot->flags |= XKI_FLAG_BUSY;
    enum xk_outcome_reply reply =
        is_its_turn(r, index) ? offer(r, index, kind, results, count) : XK_OUTCOME_REFUSED;
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_BUSY);
    if (r->fenced) {
        return XK_E_FENCED;
    }
    return settle(r, index, reply) ? XK_OK : XK_E_BLOCKED;
}
