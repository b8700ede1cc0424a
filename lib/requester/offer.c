/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/offer.h"
#include "support/inline.h"

#include <string.h>

void xki_rq_offer_init(struct xk_requester *r)
{
    r->offer.held = (struct xki_rq_list){XKI_RQ_NONE, XKI_RQ_NONE};
    r->offer.at = XK_NEVER;
    r->offer.early = XK_NEVER;
    r->offer.turn = XKI_RQ_NONE;
}

void xki_rq_offer_turn(struct xk_requester *r, uint32_t index)
{
    r->offer.turn = index;
}

bool xki_rq_offer_has_turn(const struct xk_requester *r, uint32_t index)
{
    return r->offer.turn == index;
}

void xki_rq_offer_hold(struct xk_requester *r, uint32_t index)
{
    xki_rq_list_append(r, &r->offer.held, index);
}

void xki_rq_offer_unhold(struct xk_requester *r, uint32_t index)
{
    xki_rq_list_remove(r, &r->offer.held, index);
}

uint32_t xki_rq_offer_first_held(const struct xk_requester *r)
{
    return r->offer.held.first;
}

void xki_rq_offer_at(struct xk_requester *r, uint64_t at)
{
    if (at < r->offer.at) {
        r->offer.at = at;
    }
}

void xki_rq_offer_early(struct xk_requester *r, uint64_t at)
{
    if (at < r->offer.early) {
        r->offer.early = at;
    }
}

uint64_t xki_rq_offer_next(const struct xk_requester *r)
{
    if (r->offer.pass_left > 0) {
        return r->now;
    }
    return r->offer.at < r->offer.early ? r->offer.at : r->offer.early;
}

void xki_rq_offer_start(struct xk_requester *r, uint32_t chains, bool urgent)
{
    uint64_t late = r->offer.at > r->now ? 0 : (r->now - r->offer.at) / r->config.reoffer_interval + 1;
    r->offer.intervals = late < UINT8_MAX ? (uint32_t)late : UINT8_MAX;
    r->offer.next = xki_rq_after(r, r->config.reoffer_interval);
    if (late > 0 && !urgent) { /* a late one does not put off those after it */
        r->offer.next -= (r->now - r->offer.at) % r->config.reoffer_interval;
    }
    r->offer.pass_left = chains;
    r->offer.urgent = urgent;
    r->offer.early = XK_NEVER;
    if (late > 0 || urgent) {
        r->offer.at = XK_NEVER;
    }
}

bool xki_rq_offer_is_running(const struct xk_requester *r)
{
    return r->offer.pass_left > 0;
}

/* Since the host saw it, or the octets of keys were here. */
static uint64_t time_unseen(const struct xk_requester *r, uint32_t index)
{
    uint64_t age = r->now - xki_rq_slot(r, index)->time.decided.at;
    uint64_t since = xki_rq_record(r, index)->span.since;
    return age > since ? age - since : 0;
}

bool xki_rq_offer_is_due(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->wait = (uint8_t)(record->wait > r->offer.intervals ? record->wait - r->offer.intervals : 0);
    if (record->wait == 0 || r->offer.urgent || xki_rq_state(r, index) != XKI_RQ_OWED) {
        return record->wait == 0 || r->offer.urgent;
    }
    /* A failure that stood behind keys has not been visited meanwhile. */
    uint64_t unseen = time_unseen(r, index);
    uint64_t interval = r->config.reoffer_interval;
    xki_rq_offer_at(r, xki_rq_after(r, unseen < interval ? interval - unseen : interval));
    return unseen >= interval;
}

void xki_rq_offer_visited(struct xk_requester *r)
{
    r->offer.pass_left--;
}

void xki_rq_offer_stop(struct xk_requester *r)
{
    r->offer.pass_left = 0;
}

void xki_rq_offer_rebase(struct xk_requester *r, uint64_t from)
{
    r->offer.next = xki_rq_moved(r, from, r->offer.next);
    r->offer.at = xki_rq_moved(r, from, r->offer.at);
    r->offer.early = xki_rq_moved(r, from, r->offer.early);
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (xki_rq_is_owed(xki_rq_state(r, i))) {
            struct xki_rq_slot *slot = xki_rq_slot(r, i);
            uint64_t age = from - slot->time.decided.at;
            uint64_t before = age > r->now ? age - r->now : 0; /* what lies before the new clock's zero */
            uint32_t *since = &xki_rq_record(r, i)->span.since;
            slot->time.decided.at = r->now - (age - before);
            *since = (uint32_t)(*since > before ? *since - before : 0);
        }
    }
}

static enum xk_outcome_kind kind_of(const struct xk_requester *r, uint32_t index, size_t count)
{
    if (count == 0) {
        return XK_OUTCOME_FAILURE;
    }
    if (xki_rq_is(r, index, XKI_RQ_SUPPLEMENT)) {
        return XK_OUTCOME_SUPPLEMENT;
    }
    return xki_rq_is(r, index, XKI_RQ_PARTIAL) ? XK_OUTCOME_PARTIAL : XK_OUTCOME_KEYS;
}

void xki_rq_offer_fill(struct xk_requester *r, uint32_t index, const struct xk_session_result *sessions, size_t count,
                       struct xki_rq_offer *offer)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    const struct xki_rq_record *record = xki_rq_record(r, index);
    struct xk_outcome *outcome = &offer->outcome;
    memset(outcome, 0, xki_unknown(sizeof *outcome));
    xki_warrant_unpack(xki_rq_warrant(r, index), &offer->warrant, r->parties);
    outcome->id = xki_rq_outcome_id(r, index);
    outcome->kind = kind_of(r, index, count);
    outcome->cause = (enum xk_cause)record->cause;
    outcome->failure = (enum xk_failure)record->failure;
    outcome->request = xki_rq_handle(r, index);
    outcome->warrant = &offer->warrant;
    outcome->sessions = count == 0 ? NULL : sessions;
    outcome->session_count = count;
    outcome->decided_ms = slot->time.decided.at;
    if (outcome->kind == XK_OUTCOME_SUPPLEMENT) {
        outcome->supplements = slot->outcome;
    }
    xki_prefetch(xki_rq_octets(r, index), record->request_size); /* to be wiped if the host takes it */
}

bool xki_rq_offer_wants_late(const struct xk_requester *r, uint32_t index, bool asked)
{
    return r->config.late_keys == XK_LATE_KEYS_SUPPLEMENT && r->config.grace > 0 && asked &&
           !xki_rq_is(r, index, XKI_RQ_SUPPLEMENT) && !xki_rq_is(r, index, XKI_RQ_KEYS) &&
           xki_rq_record(r, index)->cause == XK_CAUSE_TIMER_EXPIRED;
}

bool xki_rq_offer_may_be_passed(const struct xk_requester *r, uint32_t index)
{
    return xki_rq_state(r, index) == XKI_RQ_BLOCKED && time_unseen(r, index) >= r->config.passing_bound;
}

uint64_t xki_rq_offer_bound(const struct xk_requester *r, uint32_t index)
{
    uint64_t unseen = time_unseen(r, index);
    return xki_rq_after(r, unseen < r->config.passing_bound ? r->config.passing_bound - unseen : 0);
}

void xki_rq_offer_seen(struct xk_requester *r, uint32_t index)
{
    uint64_t since = r->now - xki_rq_slot(r, index)->time.decided.at;
    xki_rq_record(r, index)->span.since = since < UINT32_MAX ? (uint32_t)since : UINT32_MAX;
    xki_rq_clear(r, index, XKI_RQ_PASSED);
}
