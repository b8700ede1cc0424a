/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/collector.h>

#include "support/metrics.h"

const char *xk_incomplete_reason_name(enum xk_incomplete_reason reason)
{
    switch (reason) {
    case XK_INCOMPLETE_NO_ANSWER:
        return "no-answer";
    case XK_INCOMPLETE_NO_OFFER:
        return "no-offer";
    case XK_INCOMPLETE_NO_KEY:
        return "no-key-in-answer";
    case XK_INCOMPLETE_NO_FINAL:
        return "no-final";
    case XK_INCOMPLETE_NO_BASE:
        return "no-base";
    case XK_INCOMPLETE_UNREADABLE:
        return "unreadable";
    case XK_INCOMPLETE_EVICTED:
        return "evicted";
    }
    return "";
}

const char *xk_identity_place_name(enum xk_identity_place place)
{
    switch (place) {
    case XK_PLACE_FROM:
        return "from";
    case XK_PLACE_TO:
        return "to";
    case XK_PLACE_REQUEST_URI:
        return "request-uri";
    case XK_PLACE_HISTORY:
        return "history";
    case XK_PLACE_ASSERTED:
        return "asserted";
    case XK_PLACE_TARGET_ID:
        return "xid";
    case XK_PLACE_MIKEY:
        return "mikey";
    }
    return "";
}

const char *xk_collector_event_name(enum xk_collector_event event)
{
    switch (event) {
    case XK_COLLECTOR_REFUSED:
        return "refused";
    case XK_COLLECTOR_TOO_LARGE:
        return "too-large";
    case XK_COLLECTOR_TOO_MANY:
        return "too-many";
    case XK_COLLECTOR_ODD:
        return "odd";
    case XK_COLLECTOR_EVICTED:
        return "evicted";
    case XK_COLLECTOR_FULL:
        return "full";
    }
    return "";
}

bool xk_collector_next_counter(const struct xk_collector_counters *counters, size_t *position,
                               const char **name, uint64_t *value)
{
#define ROW(member) XKI_METRIC(xk_collector_counters, member)
    static const struct xki_metric rows[] = {
        ROW(messages), ROW(unprotected), ROW(unwatched), ROW(refused), ROW(copies), ROW(calls), ROW(exchanges),
        ROW(contradicting), ROW(updates), ROW(incomplete), ROW(odd), ROW(too_large), ROW(too_many), ROW(evicted),
        ROW(evicted_watched), ROW(full), ROW(later),
    };
#undef ROW
    return xki_next_metric(counters, rows, sizeof rows / sizeof rows[0], position, name, value);
}
