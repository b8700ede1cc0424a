/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of one request, the events that move it, and the table that says which may. */
#ifndef XKI_REQUESTER_TABLE_H
#define XKI_REQUESTER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum xki_state {
    XKI_FREE,    /* no request */
    XKI_WAITING, /* to be sent: queued behind the KMS's window, or in back-off; the timer runs */
    XKI_ASKED,   /* get_keys is with the KMS; the timer runs */
    XKI_SHARING, /* another request has sent, or will send, the same get_keys; the timer runs */
    XKI_OFFERED, /* keys decided, being handed over by the receive call that brought them */
    XKI_BLOCKED, /* keys decided, not taken by the host: waits for the octets again; no timer */
    XKI_OWED,    /* failure decided, not yet taken by the host; no timer */
    XKI_HELD,    /* taken by the host, not yet acknowledged; no timer */
    XKI_GRACE,   /* failure acknowledged, late keys still welcome; the grace timer runs */
    XKI_STATES
};

enum xki_input {
    XKI_SUBMIT,
    XKI_SUBMIT_SHARED,   /* the same exchange is being asked for already */
    XKI_SENT,
    XKI_SEND_FAILED,     /* or the wait for one KMS is over: try again */
    XKI_CARRY,           /* the get_keys that it shares has come to nothing so far: it sends its own */
    XKI_ANSWER_KEYS,     /* a valid get_keys_response with at least one key that was asked for */
    XKI_ANSWER_FAILURE,  /* a valid get_keys_response without one */
    XKI_EXPIRY,          /* the timer of clause 7A.7.2, or the attempts are used up; in GRACE its own timer */
    XKI_ACKNOWLEDGE,
    XKI_ACKNOWLEDGE_LATE_WANTED, /* acknowledged failure, and the policy takes late keys */
    XKI_HOLD,
    XKI_REFUSE,
    XKI_RELEASE_KEYS,    /* the host gives back a hold on keys */
    XKI_RELEASE_FAILURE, /* the host gives back a hold on a failure */
    XKI_CANCEL,
    XKI_INPUTS
};

/* One more than the state after `input` in `state`; 0 if it may not happen. */
extern const uint8_t xki_table[XKI_STATES][XKI_INPUTS];

/* The state after `input` in `state`; XKI_STATES if it may not happen. */
static inline enum xki_state xki_next_state(enum xki_state state, enum xki_input input)
{
    if (state >= XKI_STATES || input >= XKI_INPUTS || xki_table[state][input] == 0) {
        return XKI_STATES;
    }
    return (enum xki_state)(xki_table[state][input] - 1);
}

/* Is the outcome still open, so that the timer of the clause runs? */
static inline bool xki_is_pending(enum xki_state state)
{
    return state == XKI_WAITING || state == XKI_ASKED || state == XKI_SHARING;
}

const char *xki_state_name(enum xki_state state);
const char *xki_input_name(enum xki_input input);

#endif
