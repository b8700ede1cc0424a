/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/watch.h"

static enum xk_outcome_kind kind_of(const struct xk_requester *r, uint32_t index)
{
    if (xki_rq_is(r, index, XKI_RQ_SUPPLEMENT)) {
        return XK_OUTCOME_SUPPLEMENT;
    }
    if (xki_rq_is(r, index, XKI_RQ_PARTIAL)) {
        return XK_OUTCOME_PARTIAL;
    }
    return xki_rq_is(r, index, XKI_RQ_KEYS) ? XK_OUTCOME_KEYS : XK_OUTCOME_FAILURE;
}

static bool is_about_outcome(enum xk_event event)
{
    return event == XK_EVENT_DECIDED || event == XK_EVENT_OFFER_REFUSED || event == XK_EVENT_HELD ||
           event == XK_EVENT_ACKNOWLEDGED || event == XK_EVENT_PASSED || event == XK_EVENT_IMPOSSIBLE ||
           event == XK_EVENT_UNDELIVERABLE;
}

void xki_rq_watch_observer(struct xk_requester *r, enum xk_event event, enum xk_status status, uint32_t index,
                           uint32_t kms)
{
    struct xk_observation seen = {0};
    seen.event = event;
    seen.status = status;
    seen.kms = kms;
    seen.now_ms = r->now;
    if (index != XKI_RQ_NONE) {
        const struct xki_rq_record *record = xki_rq_record(r, index);
        seen.request = xki_rq_handle(r, index);
        seen.kms = kms == UINT32_MAX ? xki_rq_asked_kms(r, index) : kms;
        seen.attempt = record->attempts;
        seen.attempt += event == XK_EVENT_SEND_FAILED; /* the one that it would have been */
        if (is_about_outcome(event)) {
            seen.kind = kind_of(r, index);
            seen.cause = (enum xk_cause)record->cause;
            seen.failure = (enum xk_failure)record->failure;
        }
    }
    struct xki_rq_guard guard = xki_rq_enter(r, index);
    r->callbacks.observe(&seen, r->user);
    xki_rq_exit(r, guard);
}

void xki_rq_watch_auditor(struct xk_requester *r, enum xk_event event, uint32_t index)
{
    const struct xki_rq_record *record = xki_rq_record(r, index);
    struct xk_party parties[XK_PARTIES_MAX];
    struct xk_warrant warrant;
    xki_warrant_unpack(xki_rq_warrant(r, index), &warrant, parties);
    struct xk_audit line = {0};
    line.event = event;
    line.request = xki_rq_handle(r, index);
    line.id = xki_rq_outcome_id(r, index);
    if (is_about_outcome(event)) {
        line.kind = kind_of(r, index);
        line.cause = (enum xk_cause)record->cause;
        line.failure = (enum xk_failure)record->failure;
    }
    line.destination_id = warrant.destination_id;
    line.authorisation = warrant.authorisation;
    line.now_ms = r->now;
    struct xki_rq_guard guard = xki_rq_enter(r, index);
    r->callbacks.audit(&line, r->user);
    xki_rq_exit(r, guard);
}
