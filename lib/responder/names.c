/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for logs and metrics. */
#include <xk/responder.h>

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
    if (counters == NULL || position == NULL || name == NULL || value == NULL) {
        return false;
    }
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"received", counters->received},       {"answered", counters->answered},
        {"refused", counters->refused},         {"repeated", counters->repeated},
        {"duplicates", counters->duplicates},   {"dropped", counters->dropped},
        {"expired", counters->expired},         {"changed", counters->changed},
        {"send_failed", counters->send_failed}, {"evicted", counters->evicted},
    };
    if (*position >= sizeof rows / sizeof rows[0]) {
        return false;
    }
    *name = rows[*position].name;
    *value = rows[*position].value;
    (*position)++;
    return true;
}
