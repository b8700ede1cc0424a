/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state machine of one request, to be held against TS 33.107 clause 7A.7.2:
 *
 *   "DF2/MF sends get_keys"                      SUBMIT, SEND; SUBMIT_SHARED: another warrant's is the same
 *   "DF2/MF starts a timer"                      runs from READY to SPENT, from SUBMIT on
 *   "get_keys_response: keys"                    ANSWER_KEYS     -> the outcome is decided: keys
 *   "get_keys_response: failure indication"      ANSWER_FAILURE  -> the outcome is decided: failure
 *   "on expiry of the timer"                     EXPIRY          -> the outcome is decided: failure
 *   "DF2/MF delivers the IRI to the LEMF"        ACKNOWLEDGE, HOLD or REFUSE, the host's answers; REVISE and DROP when
 *                                                it can make no IRI of it
 *
 * A decision is a move out of the six states READY to SPENT other than to each other, and there is no way back into
 * them but from FREE: that is why there is one outcome and not two. (GRACE leads to a supplement, which is an outcome
 * of its own that names the first. REVISE takes keys back that no receiver has got, and puts the failure in their
 * place.) An input without a row here changes nothing.
 *
 * A timer that was due has been disarmed by being due: EXPIRY stops nothing.
 */
#include "requester/table.h"

#define TO(state, effects) {(state) + 1, (effects)}

/* What ends a request that is pending, wherever it waits. */
#define DECISIONS \
    [XKI_RQ_ANSWER_KEYS] = TO(XKI_RQ_OFFERED, XKI_RQ_LEAVES | XKI_RQ_STOPS), \
    [XKI_RQ_ANSWER_FAILURE] = TO(XKI_RQ_OWED, XKI_RQ_LEAVES | XKI_RQ_STOPS), \
    [XKI_RQ_EXPIRY] = TO(XKI_RQ_OWED, XKI_RQ_LEAVES), \
    [XKI_RQ_CANCEL] = TO(XKI_RQ_FREE, XKI_RQ_LEAVES | XKI_RQ_STOPS)

const struct xki_rq_cell xki_rq_table[XKI_RQ_STATES][XKI_RQ_INPUTS] = {
    [XKI_RQ_FREE] = {
        [XKI_RQ_SUBMIT] = TO(XKI_RQ_READY, XKI_RQ_READIES),
        [XKI_RQ_SUBMIT_SHARED] = TO(XKI_RQ_SHARING, 0),
    },
    [XKI_RQ_READY] = {
        [XKI_RQ_SEND] = TO(XKI_RQ_ASKED, 0),
        [XKI_RQ_QUEUE] = TO(XKI_RQ_BEHIND, 0),
        [XKI_RQ_REFER] = TO(XKI_RQ_READY, XKI_RQ_LEAVES | XKI_RQ_READIES),
        DECISIONS,
    },
    [XKI_RQ_BEHIND] = {
        [XKI_RQ_SEND] = TO(XKI_RQ_ASKED, 0),
        [XKI_RQ_ROUND] = TO(XKI_RQ_READY, XKI_RQ_LEAVES | XKI_RQ_READIES),
        [XKI_RQ_REFER] = TO(XKI_RQ_READY, XKI_RQ_LEAVES | XKI_RQ_READIES),
        DECISIONS,
    },
    [XKI_RQ_BACKOFF] = {
        [XKI_RQ_ROUND] = TO(XKI_RQ_READY, XKI_RQ_READIES),
        [XKI_RQ_REFER] = TO(XKI_RQ_READY, XKI_RQ_READIES),
        DECISIONS,
    },
    [XKI_RQ_ASKED] = {
        [XKI_RQ_RETRY] = TO(XKI_RQ_READY, XKI_RQ_LEAVES | XKI_RQ_READIES),
        [XKI_RQ_BACK_OFF] = TO(XKI_RQ_BACKOFF, XKI_RQ_LEAVES),
        [XKI_RQ_USE_UP] = TO(XKI_RQ_SPENT, XKI_RQ_LEAVES),
        [XKI_RQ_REFER] = TO(XKI_RQ_READY, XKI_RQ_LEAVES | XKI_RQ_READIES),
        DECISIONS,
    },
    [XKI_RQ_SHARING] = {
        [XKI_RQ_CARRY] = TO(XKI_RQ_READY, XKI_RQ_READIES),
        [XKI_RQ_REFER] = TO(XKI_RQ_SHARING, 0),
        DECISIONS,
    },
    [XKI_RQ_SPENT] = {
        [XKI_RQ_RETRY] = TO(XKI_RQ_READY, XKI_RQ_READIES), /* its link fell, and the attempt is taken back */
        [XKI_RQ_REFER] = TO(XKI_RQ_READY, XKI_RQ_READIES),
        DECISIONS,
    },
    [XKI_RQ_OFFERED] = {
        [XKI_RQ_ACKNOWLEDGE] = TO(XKI_RQ_FREE, 0),
        [XKI_RQ_REVISE] = TO(XKI_RQ_OWED, 0),
        [XKI_RQ_DROP] = TO(XKI_RQ_FREE, 0),
        [XKI_RQ_HOLD] = TO(XKI_RQ_HELD, XKI_RQ_HOLDS),
        [XKI_RQ_REFUSE] = TO(XKI_RQ_BLOCKED, 0),
    },
    [XKI_RQ_BLOCKED] = {
        [XKI_RQ_ANSWER_KEYS] = TO(XKI_RQ_OFFERED, XKI_RQ_LEAVES),
        [XKI_RQ_REVISE] = TO(XKI_RQ_OWED, XKI_RQ_LEAVES), /* a restart finds it so */
        [XKI_RQ_CANCEL] = TO(XKI_RQ_FREE, XKI_RQ_LEAVES),
    },
    [XKI_RQ_OWED] = {
        [XKI_RQ_ACKNOWLEDGE] = TO(XKI_RQ_FREE, 0),
        [XKI_RQ_ACKNOWLEDGE_LATE_WANTED] = TO(XKI_RQ_GRACE, 0),
        [XKI_RQ_HOLD] = TO(XKI_RQ_HELD, XKI_RQ_HOLDS),
        [XKI_RQ_REFUSE] = TO(XKI_RQ_OWED, 0),
        [XKI_RQ_DROP] = TO(XKI_RQ_FREE, 0),
        [XKI_RQ_CANCEL] = TO(XKI_RQ_FREE, 0),
    },
    [XKI_RQ_HELD] = {
        [XKI_RQ_ACKNOWLEDGE] = TO(XKI_RQ_FREE, XKI_RQ_UNHOLDS),
        [XKI_RQ_ACKNOWLEDGE_LATE_WANTED] = TO(XKI_RQ_GRACE, XKI_RQ_UNHOLDS),
        [XKI_RQ_REVISE] = TO(XKI_RQ_OWED, XKI_RQ_UNHOLDS),
        [XKI_RQ_DROP] = TO(XKI_RQ_FREE, XKI_RQ_UNHOLDS),
        [XKI_RQ_RELEASE_KEYS] = TO(XKI_RQ_BLOCKED, XKI_RQ_UNHOLDS),
        [XKI_RQ_RELEASE_FAILURE] = TO(XKI_RQ_OWED, XKI_RQ_UNHOLDS),
        [XKI_RQ_CANCEL] = TO(XKI_RQ_FREE, XKI_RQ_UNHOLDS),
    },
    [XKI_RQ_GRACE] = {
        [XKI_RQ_ANSWER_KEYS] = TO(XKI_RQ_OFFERED, XKI_RQ_STOPS),
        [XKI_RQ_EXPIRY] = TO(XKI_RQ_FREE, 0),
        [XKI_RQ_CANCEL] = TO(XKI_RQ_FREE, XKI_RQ_STOPS),
    },
};

#undef DECISIONS
#undef TO

static const char *const state_names[XKI_RQ_STATES] = {
    "FREE",  "READY",   "BEHIND",  "BACKOFF", "ASKED", "SHARING",
    "SPENT", "OFFERED", "BLOCKED", "OWED",    "HELD",  "GRACE",
};

static const char *const input_names[XKI_RQ_INPUTS] = {
    "SUBMIT",      "SUBMIT_SHARED",  "SEND",   "QUEUE",       "RETRY",
    "BACK_OFF",    "USE_UP",         "ROUND",  "REFER",       "CARRY",
    "ANSWER_KEYS", "ANSWER_FAILURE", "EXPIRY", "ACKNOWLEDGE", "ACKNOWLEDGE_LATE_WANTED",
    "HOLD",        "REFUSE",         "REVISE", "DROP",        "RELEASE_KEYS",
    "RELEASE_FAILURE", "CANCEL",
};

const char *xki_rq_state_name(enum xki_rq_state state)
{
    return state < XKI_RQ_STATES ? state_names[state] : "?";
}

const char *xki_rq_input_name(enum xki_rq_input input)
{
    return input < XKI_RQ_INPUTS ? input_names[input] : "?";
}
