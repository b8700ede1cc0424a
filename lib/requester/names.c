/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for logs and metrics. */
#include <xk/requester.h>

#include "support/metrics.h"

const char *xk_event_name(enum xk_event event)
{
    static const char *const names[] = {
        "?",             "submitted",      "sent",        "send-failed",    "attempt-expired", "shared",
        "referred",      "decided",        "offer-refused", "held",         "acknowledged",    "cancelled",
        "receive-refused", "unrequested",  "late-keys",   "clock-back",     "fenced",          "restored",
        "journal-failed", "passed",        "impossible",  "undeliverable",  "kms-lost",        "kms-ready",
    };
    _Static_assert(sizeof names / sizeof names[0] == XK_EVENT_KMS_READY + 1, "a name for every event");
    return (size_t)event < sizeof names / sizeof names[0] ? names[event] : "?";
}

const char *xk_outcome_kind_name(enum xk_outcome_kind kind)
{
    switch (kind) {
    case XK_OUTCOME_KEYS:
        return "keys";
    case XK_OUTCOME_PARTIAL:
        return "partial";
    case XK_OUTCOME_FAILURE:
        return "failure";
    case XK_OUTCOME_SUPPLEMENT:
        return "supplement";
    }
    return "?";
}

const char *xk_cause_name(enum xk_cause cause)
{
    switch (cause) {
    case XK_CAUSE_NONE:
        return "none";
    case XK_CAUSE_KMS_REFUSED:
        return "kms-refused";
    case XK_CAUSE_TIMER_EXPIRED:
        return "timer-expired";
    case XK_CAUSE_UNREACHABLE:
        return "unreachable";
    case XK_CAUSE_IMPOSSIBLE:
        return "impossible";
    }
    return "?";
}

const char *xk_journal_kind_name(enum xk_journal_kind kind)
{
    switch (kind) {
    case XK_JOURNAL_SUBMITTED:
        return "submitted";
    case XK_JOURNAL_DECIDED:
        return "decided";
    case XK_JOURNAL_ENDED:
        return "ended";
    }
    return "?";
}

bool xk_requester_next_counter(const struct xk_requester_counters *counters, size_t *position, const char **name,
                               uint64_t *value)
{
#define ROW(member) XKI_METRIC(xk_requester_counters, member)
    static const struct xki_metric rows[] = {
        ROW(submitted), ROW(sent), ROW(send_failed), ROW(retried), ROW(failed_over), ROW(referred), ROW(shared),
        ROW(decided_keys), ROW(decided_partial), ROW(decided_failure), ROW(decided_supplement), ROW(expired),
        ROW(acknowledged), ROW(held), ROW(refused_outcomes), ROW(cancelled), ROW(purged), ROW(received),
        ROW(unrequested), ROW(late_keys), ROW(extensions), ROW(clock_back), ROW(journal_failed), ROW(restored),
        ROW(impossible), ROW(undeliverable), ROW(kms_lost), ROW(kms_ready), ROW(asked_anew),
    };
#undef ROW
    return xki_next_metric(counters, rows, sizeof rows / sizeof rows[0], position, name, value);
}
