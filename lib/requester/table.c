/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state machine of one request, to be held against TS 33.107 clause 7A.7.2:
 *
 *   "DF2/MF sends get_keys"                      SUBMIT, SENT
 *   "DF2/MF starts a timer"                      runs in WAITING and ASKED, from SUBMIT on
 *   "get_keys_response: keys"                    ANSWER_KEYS     -> the outcome is decided: keys
 *   "get_keys_response: failure indication"      ANSWER_FAILURE  -> the outcome is decided: failure
 *   "on expiry of the timer"                     EXPIRY          -> the outcome is decided: failure
 *   "DF2/MF delivers the IRI to the LEMF"        ACKNOWLEDGE, HOLD or REFUSE, the host's three answers
 *
 * A decision is a move out of WAITING or ASKED other than to each other, and there is no way back into
 * these two but from FREE: that is why there is one outcome and not two. (GRACE leads to a supplement, which
 * is an outcome of its own that names the first.) An input without a row here is refused by the caller of
 * xki_next_state() and changes nothing.
 */
#include "requester/table.h"

#define NO XKI_STATES

static const uint8_t table[XKI_STATES][XKI_INPUTS] = {
    /* columns: SUBMIT, SENT, SEND_FAILED, ANSWER_KEYS, ANSWER_FAILURE, EXPIRY, ACKNOWLEDGE,
       ACKNOWLEDGE_LATE_WANTED, HOLD, REFUSE, RELEASE_KEYS, RELEASE_FAILURE, CANCEL */
    [XKI_FREE] = {XKI_WAITING, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
    [XKI_WAITING] = {NO, XKI_ASKED, XKI_WAITING, XKI_OFFERED, XKI_OWED, XKI_OWED, NO, NO, NO, NO, NO, NO, XKI_FREE},
    [XKI_ASKED] = {NO, NO, XKI_WAITING, XKI_OFFERED, XKI_OWED, XKI_OWED, NO, NO, NO, NO, NO, NO, XKI_FREE},
    [XKI_OFFERED] = {NO, NO, NO, NO, NO, NO, XKI_FREE, NO, XKI_HELD, XKI_BLOCKED, NO, NO, NO},
    [XKI_BLOCKED] = {NO, NO, NO, XKI_OFFERED, NO, NO, NO, NO, NO, NO, NO, NO, XKI_FREE},
    [XKI_OWED] = {NO, NO, NO, NO, NO, NO, XKI_FREE, XKI_GRACE, XKI_HELD, XKI_OWED, NO, NO, XKI_FREE},
    [XKI_HELD] = {NO, NO, NO, NO, NO, NO, XKI_FREE, XKI_GRACE, NO, NO, XKI_BLOCKED, XKI_OWED, XKI_FREE},
    [XKI_GRACE] = {NO, NO, NO, XKI_OFFERED, NO, XKI_FREE, NO, NO, NO, NO, NO, NO, XKI_FREE},
};

#undef NO

static const char *const state_names[XKI_STATES] = {
    "FREE", "WAITING", "ASKED", "OFFERED", "BLOCKED", "OWED", "HELD", "GRACE",
};

static const char *const input_names[XKI_INPUTS] = {
    "SUBMIT",      "SENT",   "SEND_FAILED", "ANSWER_KEYS", "ANSWER_FAILURE", "EXPIRY",
    "ACKNOWLEDGE", "ACKNOWLEDGE_LATE_WANTED", "HOLD", "REFUSE", "RELEASE_KEYS", "RELEASE_FAILURE", "CANCEL",
};

enum xki_state xki_next_state(enum xki_state state, enum xki_input input)
{
    if (state >= XKI_STATES || input >= XKI_INPUTS) {
        return XKI_STATES;
    }
    return (enum xki_state)table[state][input];
}

const char *xki_state_name(enum xki_state state)
{
    return state < XKI_STATES ? state_names[state] : "?";
}

const char *xki_input_name(enum xki_input input)
{
    return input < XKI_INPUTS ? input_names[input] : "?";
}
