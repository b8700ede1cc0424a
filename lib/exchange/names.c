/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for logs and metrics. */
#include <xk/exchange.h>

const char *xk_role_name(enum xk_role role)
{
    switch (role) {
    case XK_ROLE_NONE:
        return "none";
    case XK_ROLE_INITIATOR:
        return "initiator";
    case XK_ROLE_RESPONDER:
        return "responder";
    }
    return "?";
}

const char *xk_validity_name(enum xk_validity validity)
{
    switch (validity) {
    case XK_VALIDITY_WITHIN:
        return "within";
    case XK_VALIDITY_NOT_YET:
        return "not-yet";
    case XK_VALIDITY_OVER:
        return "over";
    case XK_VALIDITY_UNKNOWN:
        return "unknown";
    case XK_VALIDITY_COUNTER:
        return "counter";
    }
    return "?";
}

const char *xk_exchange_remark_name(enum xk_exchange_remark remark)
{
    switch (remark) {
    case XK_REMARK_V_FLAG:
        return "v-flag";
    case XK_REMARK_EMPTY_MAP:
        return "empty-map";
    case XK_REMARK_POLICY_CHANGED:
        return "policy-changed";
    case XK_REMARK_SESSION_LEFT_OUT:
        return "session-left-out";
    case XK_REMARK_SESSION_ADDED:
        return "session-added";
    case XK_REMARK_IGNORED:
        return "ignored";
    case XK_REMARK_TICKET_REPEATED:
        return "ticket-repeated";
    case XK_REMARK_RAND_REPEATED:
        return "rand-repeated";
    case XK_REMARK_APPLICATIONS:
        return "applications";
    case XK_REMARK_N_FLAG:
        return "n-flag";
    case XK_REMARK_O_FLAG:
        return "o-flag";
    case XK_REMARK_COUNTER:
        return "counter";
    }
    return "?";
}
