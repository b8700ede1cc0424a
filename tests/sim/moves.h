/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model's table: the states of one request as a host can tell them apart, what moves it, and where to. Written
 * from requester.h; what stands as 0 may not happen.
 */
#ifndef SIM_MOVES_H
#define SIM_MOVES_H

#include <stdint.h>

enum model_state {
    MODEL_FREE,    /* no request, or one that has ended */
    MODEL_WAITING, /* to be sent: behind a window, in back-off, or out of attempts */
    MODEL_ASKED,   /* at a KMS, within its attempt */
    MODEL_SHARING, /* another request asks the same */
    MODEL_BLOCKED, /* keys are decided, and not yet taken */
    MODEL_OWED,    /* a failure is decided, and not yet taken */
    MODEL_HELD,    /* taken, and not yet acknowledged */
    MODEL_GRACE,   /* a failure is acknowledged, and late keys are welcome */
    MODEL_STATES
};

enum model_input {
    MODEL_SUBMIT,
    MODEL_SHARE,
    MODEL_RESTORE,
    MODEL_SEND,
    MODEL_SEND_FAILED,
    MODEL_ATTEMPT_EXPIRED,
    MODEL_UNAVAILABLE, /* from the KMS that it is at */
    MODEL_REFERRED,
    MODEL_CARRY,       /* one that shared asks by itself */
    MODEL_KEYS,
    MODEL_REFUSAL,
    MODEL_TIMER,
    MODEL_UNREACHABLE,
    MODEL_ASK_AGAIN,
    MODEL_ACKNOWLEDGE,
    MODEL_ACKNOWLEDGE_LATE, /* and keys may still come */
    MODEL_HOLD,
    MODEL_REFUSE,
    MODEL_RELEASE_KEYS,
    MODEL_RELEASE_FAILURE,
    MODEL_REVISE,      /* the host can make no record of keys: they become the failure */
    MODEL_DROP,        /* nor of what is no keys of a request */
    MODEL_LOST,        /* the link to the KMS that it was sent to fell */
    MODEL_READY,       /* that to one of its list is there again, and ends its back-off */
    MODEL_CANCEL,
    MODEL_GRACE_OVER,
    MODEL_INPUTS
};

/* One more than the state that follows; 0: it may not happen. */
extern const uint8_t model_moves[MODEL_STATES][MODEL_INPUTS];

const char *model_state_name(enum model_state state);
const char *model_input_name(enum model_input input);

#endif
