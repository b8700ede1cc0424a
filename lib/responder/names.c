/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for logs and metrics. */
#include <xk/responder.h>

#include "support/metrics.h"

const char *xk_responder_event_name(enum xk_responder_event event)
{
    switch (event) {
    case XK_RESPONDER_ANSWERED:
        return "answered";
    case XK_RESPONDER_REFUSED:
        return "refused";
    case XK_RESPONDER_PENDING:
        return "pending";
    case XK_RESPONDER_REPEATED:
        return "repeated";
    case XK_RESPONDER_DROPPED:
        return "dropped";
    case XK_RESPONDER_EXPIRED:
        return "expired";
    case XK_RESPONDER_CHANGED:
        return "changed";
    case XK_RESPONDER_SEND_FAILED:
        return "send-failed";
    }
    return "?";
}

bool xk_responder_next_counter(const struct xk_responder_counters *counters, size_t *position, const char **name,
                               uint64_t *value)
{
#define ROW(member) XKI_METRIC(xk_responder_counters, member)
    static const struct xki_metric rows[] = {
        ROW(received), ROW(answered), ROW(refused), ROW(repeated), ROW(duplicates), ROW(dropped), ROW(expired),
        ROW(changed), ROW(send_failed), ROW(evicted),
    };
#undef ROW
    return xki_next_metric(counters, rows, sizeof rows / sizeof rows[0], position, name, value);
}
