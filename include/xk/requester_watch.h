/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What can be seen of a requester: events, the audit trail, counters. Included by requester.h.
 */
#ifndef XK_REQUESTER_WATCH_H
#define XK_REQUESTER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/outcome.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_requester;

/** What happened, for the observer. xk_event_name() names them. */
enum xk_event {
    XK_EVENT_SUBMITTED = 1,
    XK_EVENT_SENT = 2,
    XK_EVENT_SEND_FAILED = 3,
    XK_EVENT_ATTEMPT_EXPIRED = 4,
    XK_EVENT_SHARED = 5,        /**< shares the get_keys of another request; follows SUBMITTED */
    XK_EVENT_REFERRED = 6,      /**< follows a referral */
    XK_EVENT_DECIDED = 7,
    XK_EVENT_OFFER_REFUSED = 8,
    XK_EVENT_HELD = 9,
    XK_EVENT_ACKNOWLEDGED = 10,
    XK_EVENT_CANCELLED = 11,
    XK_EVENT_RECEIVE_REFUSED = 12, /**< octets were refused; `status` tells why */
    XK_EVENT_UNREQUESTED = 13,     /**< keys of Crypto Sessions outside the exchange were wiped */
    XK_EVENT_LATE_KEYS = 14,       /**< valid keys came too late and were wiped */
    XK_EVENT_CLOCK_BACK = 15,
    XK_EVENT_FENCED = 16,
    XK_EVENT_RESTORED = 17,
    XK_EVENT_JOURNAL_FAILED = 18,
    XK_EVENT_PASSED = 19,       /**< keys that wait for their octets let later outcomes of their LIID pass */
    XK_EVENT_IMPOSSIBLE = 20,   /**< keys of which no record can be made became the failure indication */
    XK_EVENT_UNDELIVERABLE = 21, /**< a failure or supplement of which none can be made ended without delivery */
    XK_EVENT_KMS_LOST = 22,      /**< the link to a KMS has fallen */
    XK_EVENT_KMS_READY = 23      /**< the link to a KMS is there again */
};

/** One observation: numbers only. No identity, LIID, id from the wire, or key can be in it. */
struct xk_observation {
    enum xk_event event;
    enum xk_status status;        /**< XK_OK unless something was refused */
    uint64_t request;             /**< handle, 0 if none is concerned */
    uint32_t kms;                 /**< number of the KMS: that the octets or the link are of, else asked last, or to be
                                       asked first; UINT32_MAX if none is concerned */
    uint32_t attempt;             /**< attempts so far, 0 again after a restore; of a send that failed: this one too */
    enum xk_outcome_kind kind;    /**< 0 unless the event is about an outcome */
    enum xk_cause cause;
    enum xk_failure failure;
    uint64_t now_ms;
};

/** One line of the audit trail: who, which, when, result; never a key. */
struct xk_audit {
    enum xk_event event;      /**< SUBMITTED, DECIDED, ACKNOWLEDGED, CANCELLED, RESTORED, IMPOSSIBLE, UNDELIVERABLE */
    uint64_t request;
    struct xk_outcome_id id;
    enum xk_outcome_kind kind;
    enum xk_cause cause;
    enum xk_failure failure;
    uint32_t destination_id;
    struct xk_bytes authorisation; /**< the warrant's; valid during the callback */
    uint64_t now_ms;
};

/** What has been counted since creation. Read with xk_requester_read_counters(). */
struct xk_requester_counters {
    /** Each status answered by submit, receive or acknowledge, by xk_status_index(). */
    uint64_t status[XK_STATUS_COUNT];
    uint64_t submitted;
    uint64_t sent;
    uint64_t send_failed;
    uint64_t retried;          /**< sends after the first */
    uint64_t failed_over;      /**< sends to another KMS than the one before */
    uint64_t referred;
    uint64_t shared;           /**< requests that share another's get_keys */
    uint64_t decided_keys;
    uint64_t decided_partial;
    uint64_t decided_failure;
    uint64_t decided_supplement;
    uint64_t expired;          /**< failures decided by the timer */
    uint64_t acknowledged;
    uint64_t held;
    uint64_t refused_outcomes; /**< offers that the host refused */
    uint64_t cancelled;
    uint64_t purged;
    uint64_t received;         /**< messages given to receive */
    uint64_t unrequested;      /**< keys wiped because their Crypto Session was not asked for */
    uint64_t late_keys;        /**< messages with keys that came after the decision */
    uint64_t extensions;       /**< responses that carried unknown, non-critical keys */
    uint64_t clock_back;
    uint64_t journal_failed;
    uint64_t restored;
    uint64_t impossible;    /**< keys that became a failure indication after their decision */
    uint64_t undeliverable; /**< outcomes that ended without delivery */
    uint64_t kms_lost;      /**< links that fell */
    uint64_t kms_ready;     /**< links that came back */
    uint64_t asked_anew;    /**< requests that asked again since the link fell on which they had been sent */
};

/** How full an engine is. */
struct xk_requester_usage {
    uint32_t pending; /**< requests whose outcome is not decided */
    uint32_t owed;    /**< outcomes decided, not yet acknowledged (held ones included) */
    uint32_t held;    /**< of these, those that the host has taken without acknowledging */
    uint32_t free;    /**< requests that may still be submitted */
    size_t memory;    /**< octets that the engine took from the allocator */
};

/**
 * Read the counters.
 *
 * @param requester not NULL
 * @param[out] counters a copy
 *
 * Cannot fail. Calls no callback. Safe inside callbacks. Cost: one copy.
 */
XK_API void xk_requester_read_counters(const struct xk_requester *requester, struct xk_requester_counters *counters);

/**
 * Ask how full the engine is.
 *
 * @param requester not NULL
 * @param[out] usage set
 *
 * Cannot fail. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API void xk_requester_read_usage(const struct xk_requester *requester, struct xk_requester_usage *usage);

/**
 * The name of an event for logs and metrics, such as "send-failed".
 *
 * @param event any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a table look-up.
 */
XK_API const char *xk_event_name(enum xk_event event);

/**
 * Step through the counters, but for `status`, whose names xk_status_name() has: for a host that exports them all in a
 * loop.
 *
 * @param counters read before
 * @param[in,out] position 0 before the first call
 * @param[out] name constant, such as "send_failed"; set on true
 * @param[out] value set on true
 * @retval true  `*name` and `*value` are the next ones
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API bool xk_requester_next_counter(const struct xk_requester_counters *counters, size_t *position,
                                      const char **name, uint64_t *value);

#ifdef __cplusplus
}
#endif
#endif
