/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of one request, the inputs that move it, and the table that says which may and what follows. */
#ifndef XKI_REQUESTER_TABLE_H
#define XKI_REQUESTER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum xki_rq_state {
    XKI_RQ_FREE,    /* no request */
    XKI_RQ_READY,   /* to be asked before the outermost call returns; the timer runs, in this state and the next five */
    XKI_RQ_BEHIND,  /* behind the windows of the KMSs that it has not tried in this round */
    XKI_RQ_BACKOFF, /* every KMS has been tried: waits for the next round */
    XKI_RQ_ASKED,   /* get_keys is with a KMS, within its attempt */
    XKI_RQ_SHARING, /* another request asks, or will ask, the same */
    XKI_RQ_SPENT,   /* sends nothing more: an answer may still come */
    XKI_RQ_OFFERED, /* keys decided, being handed over by the receive call that brought them */
    XKI_RQ_BLOCKED, /* keys decided, not taken by the host: waits for the octets again; no timer */
    XKI_RQ_OWED,    /* failure decided, not yet taken by the host; no timer */
    XKI_RQ_HELD,    /* taken by the host, not yet acknowledged; no timer */
    XKI_RQ_GRACE,   /* failure acknowledged, late keys still welcome; the grace timer runs */
    XKI_RQ_STATES
};

enum xki_rq_input {
    XKI_RQ_SUBMIT,
    XKI_RQ_SUBMIT_SHARED,  /* the same exchange is being asked for already */
    XKI_RQ_SEND,           /* a place at a KMS is taken, the get_keys goes out */
    XKI_RQ_QUEUE,          /* no KMS that it may ask has a place */
    XKI_RQ_RETRY,          /* the attempt came to nothing: another KMS of the round is left */
    XKI_RQ_BACK_OFF,       /* likewise: none is left */
    XKI_RQ_USE_UP,         /* likewise: no send is left */
    XKI_RQ_ROUND,          /* a new round begins */
    XKI_RQ_REFER,          /* a KMS named another one */
    XKI_RQ_CARRY,          /* the get_keys that it shares has come to nothing so far: it sends its own */
    XKI_RQ_ANSWER_KEYS,    /* a valid get_keys_response with at least one key that was asked for */
    XKI_RQ_ANSWER_FAILURE, /* a valid get_keys_response without one, and nobody else may answer */
    XKI_RQ_EXPIRY,         /* the timer of clause 7A.7.2; in GRACE its own timer */
    XKI_RQ_ACKNOWLEDGE,
    XKI_RQ_ACKNOWLEDGE_LATE_WANTED, /* acknowledged failure, and the policy takes late keys */
    XKI_RQ_HOLD,
    XKI_RQ_REFUSE,
    XKI_RQ_REVISE,          /* the host can make nothing of the keys: they become the failure indication */
    XKI_RQ_DROP,            /* nor of what is no keys of a request: it ends without having been delivered */
    XKI_RQ_RELEASE_KEYS,    /* the host gives back a hold on keys */
    XKI_RQ_RELEASE_FAILURE, /* the host gives back a hold on a failure */
    XKI_RQ_CANCEL,
    XKI_RQ_INPUTS
};

/* What a move does to the lists that a request is in, in this order; work.c runs them. */
enum xki_rq_effect {
    XKI_RQ_LEAVES = 0x01,  /* gives back its place at a KMS, or leaves the queues or the list of the ready */
    XKI_RQ_STOPS = 0x02,   /* its timer is disarmed */
    XKI_RQ_UNHOLDS = 0x04, /* leaves the list of the held */
    XKI_RQ_READIES = 0x08, /* joins the list of the ready */
    XKI_RQ_HOLDS = 0x10    /* joins the list of the held */
};

struct xki_rq_cell {
    uint8_t next; /* one more than the state after the input; 0: it may not happen */
    uint8_t effects;
};

extern const struct xki_rq_cell xki_rq_table[XKI_RQ_STATES][XKI_RQ_INPUTS];

/* The state after `input` in `state`; XKI_RQ_STATES if it may not happen. */
static inline enum xki_rq_state xki_rq_next_state(enum xki_rq_state state, enum xki_rq_input input)
{
    if (state >= XKI_RQ_STATES || input >= XKI_RQ_INPUTS || xki_rq_table[state][input].next == 0) {
        return XKI_RQ_STATES;
    }
    return (enum xki_rq_state)(xki_rq_table[state][input].next - 1);
}

/* Is the outcome still open, so that the timer of the clause runs? */
static inline bool xki_rq_is_pending(enum xki_rq_state state)
{
    return state >= XKI_RQ_READY && state <= XKI_RQ_SPENT;
}

/* Decided, and not acknowledged? */
static inline bool xki_rq_is_owed(enum xki_rq_state state)
{
    return state >= XKI_RQ_OFFERED && state <= XKI_RQ_HELD;
}

/* Does it ask a KMS now or will it, so that others may share its get_keys? */
static inline bool xki_rq_is_asking(enum xki_rq_state state)
{
    return state >= XKI_RQ_READY && state <= XKI_RQ_ASKED;
}

const char *xki_rq_state_name(enum xki_rq_state state);
const char *xki_rq_input_name(enum xki_rq_input input);

#endif
