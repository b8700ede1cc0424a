/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The outcome of a key retrieval: what the requester hands over, once decided, for one request and one
 * warrant, and what an IRI event is made from.
 */
#ifndef XK_OUTCOME_H
#define XK_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

#include <xk/export.h>
#include <xk/message.h>
#include <xk/warrant.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XK_OUTCOME_ID_SIZE 16 /**< octets of an outcome id */

/** 128 random bits that name one outcome for ever. The ids of two outcomes tell nothing of each other. */
struct xk_outcome_id {
    uint8_t octets[XK_OUTCOME_ID_SIZE];
};

/** What was decided. Keys become #XK_OUTCOME_FAILURE if the host finds them #XK_OUTCOME_IMPOSSIBLE. */
enum xk_outcome_kind {
    XK_OUTCOME_KEYS = 1,      /**< every Crypto Session of the exchange has its key */
    XK_OUTCOME_PARTIAL = 2,   /**< some have a key, some a failure */
    XK_OUTCOME_FAILURE = 3,   /**< none has a key: MediaSec key retrieval failure */
    XK_OUTCOME_SUPPLEMENT = 4 /**< keys that came late, after a failure outcome that it names */
};

/** Why a failure was decided. HI2 has one value for all; the host sees the cause. */
enum xk_cause {
    XK_CAUSE_NONE = 0,          /**< no failure */
    XK_CAUSE_KMS_REFUSED = 1,   /**< the KMS answered with a failure; `failure` tells which */
    XK_CAUSE_TIMER_EXPIRED = 2, /**< no answer that could be trusted came in time */
    XK_CAUSE_UNREACHABLE = 3,   /**< no KMS of the list could be reached: the transport refused `max_refused` times */
    XK_CAUSE_IMPOSSIBLE = 4     /**< there were keys, but the host could make no record of them or deliver none */
};

/**
 * One outcome. Everything it points to is borrowed from the engine, or from the receive buffer, and
 * valid until the callback that gets it returns. Keys and salts are secrets.
 */
struct xk_outcome {
    struct xk_outcome_id id;
    enum xk_outcome_kind kind;
    enum xk_cause cause;
    enum xk_failure failure; /**< the KMS's reason with #XK_CAUSE_KMS_REFUSED, else #XK_FAILURE_NONE */
    uint64_t request;        /**< handle that the submit call gave */
    const struct xk_warrant *warrant;
    const struct xk_session_result *sessions; /**< ascending CS ID; none with a failure of the whole request */
    size_t session_count;
    /** Time of the decision on the clock of the engine that offers it. After a restore it is reckoned back; 0 if that
     * clock had not begun. */
    uint64_t decided_ms;
    struct xk_outcome_id supplements; /**< the outcome that a supplement belongs to; else all zero */
};

/**
 * The name of a kind for logs, such as "partial".
 *
 * @param kind any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_outcome_kind_name(enum xk_outcome_kind kind);

/**
 * The name of a cause for logs, such as "timer-expired".
 *
 * @param cause any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_cause_name(enum xk_cause cause);

#ifdef __cplusplus
}
#endif
#endif
