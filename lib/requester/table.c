/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state machine of one request, to be held against TS 33.107 clause 7A.7.2:
 *
 *   "DF2/MF sends get_keys"                      SUBMIT, SENT; SUBMIT_SHARED: another warrant's is the same
 *   "DF2/MF starts a timer"                      runs in WAITING, ASKED and SHARING, from SUBMIT on
 *   "get_keys_response: keys"                    ANSWER_KEYS     -> the outcome is decided: keys
 *   "get_keys_response: failure indication"      ANSWER_FAILURE  -> the outcome is decided: failure
 *   "on expiry of the timer"                     EXPIRY          -> the outcome is decided: failure
 *   "DF2/MF delivers the IRI to the LEMF"        ACKNOWLEDGE, HOLD or REFUSE, the host's three answers
 *
 * A decision is a move out of WAITING, ASKED or SHARING other than to each other, and there is no way back into
 * these three but from FREE: that is why there is one outcome and not two. (GRACE leads to a supplement, which
 * is an outcome of its own that names the first.) An input without a row here is refused by the caller of
 * xki_next_state() and changes nothing.
 */
#include "requester/table.h"

/* One more than the state, so that what is not written here is 0: it may not happen. */
#define TO(state) ((state) + 1)

const uint8_t xki_table[XKI_STATES][XKI_INPUTS] = {
    [XKI_FREE] = {
        [XKI_SUBMIT] = TO(XKI_WAITING),
        [XKI_SUBMIT_SHARED] = TO(XKI_SHARING),
    },
    [XKI_WAITING] = {
        [XKI_SENT] = TO(XKI_ASKED),
        [XKI_SEND_FAILED] = TO(XKI_WAITING),
        [XKI_ANSWER_KEYS] = TO(XKI_OFFERED),
        [XKI_ANSWER_FAILURE] = TO(XKI_OWED),
        [XKI_EXPIRY] = TO(XKI_OWED),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
    [XKI_ASKED] = {
        [XKI_SEND_FAILED] = TO(XKI_WAITING),
        [XKI_ANSWER_KEYS] = TO(XKI_OFFERED),
        [XKI_ANSWER_FAILURE] = TO(XKI_OWED),
        [XKI_EXPIRY] = TO(XKI_OWED),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
    [XKI_SHARING] = {
        [XKI_CARRY] = TO(XKI_WAITING),
        [XKI_ANSWER_KEYS] = TO(XKI_OFFERED),
        [XKI_ANSWER_FAILURE] = TO(XKI_OWED),
        [XKI_EXPIRY] = TO(XKI_OWED),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
    [XKI_OFFERED] = {
        [XKI_ACKNOWLEDGE] = TO(XKI_FREE),
        [XKI_HOLD] = TO(XKI_HELD),
        [XKI_REFUSE] = TO(XKI_BLOCKED),
    },
    [XKI_BLOCKED] = {
        [XKI_ANSWER_KEYS] = TO(XKI_OFFERED),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
    [XKI_OWED] = {
        [XKI_ACKNOWLEDGE] = TO(XKI_FREE),
        [XKI_ACKNOWLEDGE_LATE_WANTED] = TO(XKI_GRACE),
        [XKI_HOLD] = TO(XKI_HELD),
        [XKI_REFUSE] = TO(XKI_OWED),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
    [XKI_HELD] = {
        [XKI_ACKNOWLEDGE] = TO(XKI_FREE),
        [XKI_ACKNOWLEDGE_LATE_WANTED] = TO(XKI_GRACE),
        [XKI_RELEASE_KEYS] = TO(XKI_BLOCKED),
        [XKI_RELEASE_FAILURE] = TO(XKI_OWED),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
    [XKI_GRACE] = {
        [XKI_ANSWER_KEYS] = TO(XKI_OFFERED),
        [XKI_EXPIRY] = TO(XKI_FREE),
        [XKI_CANCEL] = TO(XKI_FREE),
    },
};

#undef TO

static const char *const state_names[XKI_STATES] = {
    "FREE", "WAITING", "ASKED", "SHARING", "OFFERED", "BLOCKED", "OWED", "HELD", "GRACE",
};

static const char *const input_names[XKI_INPUTS] = {
    "SUBMIT",          "SUBMIT_SHARED", "SENT",           "SEND_FAILED", "CARRY",
    "ANSWER_KEYS",     "ANSWER_FAILURE", "EXPIRY",        "ACKNOWLEDGE", "ACKNOWLEDGE_LATE_WANTED",
    "HOLD",            "REFUSE",        "RELEASE_KEYS",   "RELEASE_FAILURE", "CANCEL",
};

const char *xki_state_name(enum xki_state state)
{
    return state < XKI_STATES ? state_names[state] : "?";
}

const char *xki_input_name(enum xki_input input)
{
    return input < XKI_INPUTS ? input_names[input] : "?";
}
