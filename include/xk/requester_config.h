/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How a requester behaves: its limits and its configuration. Included by requester.h.
 */
#ifndef XK_REQUESTER_CONFIG_H
#define XK_REQUESTER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** "No deadline": nothing is pending. */
#define XK_NEVER UINT64_MAX

/**
 * @name Limits
 * @{
 */
#define XK_PENDING_MAX 16000000u /**< requests in one engine */
#define XK_KMS_MAX 255u          /**< KMSs that one engine knows */
#define XK_ROUTES_MAX 8u         /**< KMSs that one request may name */
#define XK_KMS_NAME_MAX 255u     /**< octets of a KMS's name */
/** @} */

/** Who checks, at submit, that the two MIKEY messages are what they should be. */
enum xk_exchange_check {
    XK_CHECK_LIBRARY = 0, /**< the library parses both and refuses a pair that does not belong together */
    XK_CHECK_HOST = 1     /**< the host has done so, and names the Crypto Sessions itself */
};

/** What becomes of keys that arrive after the failure outcome was decided. */
enum xk_late_keys {
    XK_LATE_KEYS_WIPE = 0,      /**< wiped and counted */
    XK_LATE_KEYS_SUPPLEMENT = 1 /**< within the grace time, one supplementary outcome. Keys that come before the
                                      failure is acknowledged are wiped all the same. */
};

/**
 * How an engine behaves. Filled by xk_requester_config_init(), then changed where wanted.
 *
 * All times are milliseconds. TS 33.107 gives no value for any of them: the timer "may be defined" (7A.7.2).
 */
struct xk_requester_config {
    size_t size;               /**< sizeof(struct xk_requester_config) */
    uint32_t max_pending;      /**< requests that are pending, owed or in their grace time; 1 to
                                    #XK_PENDING_MAX; default 1024 */
    uint32_t max_request_size; /**< octets of one encoded get_keys; 256 to #XK_MESSAGE_MAX; default 2048 */
    uint32_t max_warrant_size; /**< octets of one warrant's LI data as stored; 64 to 16384; default 512. A request
                                    takes these and 24 more, rounded up to a multiple of 64: 168 and 488 waste
                                    nothing. */
    uint32_t max_kms;          /**< KMSs; 1 to #XK_KMS_MAX; default 8 */
    uint32_t timeout;          /**< the timer of clause 7A.7.2; 1 to 86400000; default 10000 */
    uint32_t attempt_timeout;  /**< wait for one KMS before trying again or the next one; up to 86400000.
                                    0 (default): the timer of the request divided by `max_attempts`, at least 1 */
    uint32_t max_attempts;     /**< sends of one request that the transport took, retries and fail-over together; 1
                                    to 255; default 3. A referral may add one. */
    uint32_t backoff_base;     /**< wait before the second round; doubles; up to 86400000; default 500 */
    uint32_t backoff_max;      /**< upper bound of that wait; up to 86400000; default 8000 */
    uint32_t kms_window;       /**< requests that one KMS may have unanswered; 0 (default): no limit */
    uint32_t reoffer_interval; /**< wait before a refused outcome is offered again, and before keys that
                                    were not taken are asked for again; 1 to 86400000; default 1000 */
    uint32_t tombstones;       /**< about so many ended transactions are remembered, to tell late from unknown;
                                    1 to #XK_PENDING_MAX; default 1024 */
    uint32_t grace;            /**< how long after the acknowledgement of a failure keys may still come, with
                                    #XK_LATE_KEYS_SUPPLEMENT; up to 86400000; default 30000 */
    enum xk_late_keys late_keys;             /**< default #XK_LATE_KEYS_WIPE */
    enum xk_exchange_check exchange_check;   /**< default #XK_CHECK_LIBRARY */
    /** Several warrants, one query; default false, since warrants are to be served independently. A request that asks
     * what another one is asking already (same get_keys, same KMSs, same Crypto Sessions) sends nothing and shares the
     * other's transaction. Deadline, outcome and outcome id stay its own. It sends by itself when the other one ends
     * without an answer, and after `attempt_timeout` or half of its own timer, whichever is shorter: so no warrant
     * waits for another one longer than that. Costs 104 octets a request, and 11 for finding it. */
    bool share_queries;
    bool follow_referral; /**< ask the KMS that a refusal names, once, if it has been added; default false */
    /** Requests carry a reference of the host's that must be unique among those that pend or are owed; default
     * false. Journal and snapshot do not keep it. */
    bool use_references;
    uint64_t epoch;       /**< the host's fencing number for this instance; default 1. Each takeover needs a higher
                               one; a restart of the only instance may keep its own. */
    uint32_t max_refused;   /**< sends in a row that the transport may refuse before a request is given up as
                                 #XK_CAUSE_UNREACHABLE; up to 255; 0 (default): any number, the timer decides */
    uint32_t passing_bound; /**< how long keys that wait for their octets hold up later outcomes of their LIID; up to
                                 86400000; default 30000; 0: not at all */
    uint32_t clock_bound;   /**< a step back of the clock by more than this is followed; 1 to 86400000; default
                                 60000 */
};

/**
 * Fill the first `size` octets of a configuration with the defaults: for xk_requester_config_init().
 *
 * @param[out] config owned by the caller; unchanged if `size` is none that this structure has ever had
 * @param size octets that the caller's structure has
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_requester_config_defaults(struct xk_requester_config *config, size_t size);

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
static inline void xk_requester_config_init(struct xk_requester_config *config)
{
    xk_requester_config_defaults(config, sizeof *config);
}

/**
 * How much memory an engine of this configuration takes, all of it at creation.
 *
 * @param config borrowed
 * @retval 0 the configuration is not valid
 * @retval octets the sum of what xk_requester_create() will ask the allocator for
 *
 * Cannot fail otherwise. Calls no callback. Any thread. Cost: constant.
 */
XK_API size_t xk_requester_memory(const struct xk_requester_config *config);

#ifdef __cplusplus
}
#endif
#endif
