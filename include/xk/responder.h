/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The KMS side of Xk (TS 33.107 clause 7A.7.2): takes get_keys, verifies that the key management
 * information relates to the targeted user, lets the host check MACs and give the keys, and answers.
 *
 * What is promised: one transaction gets one answer. A transaction is a transaction id, the peer that uses it and
 * the octets of its get_keys. If it is repeated, as after a loss, the answer is the same to the octet. No key is
 * stored for that: the host is asked again, and an answer that would differ from the first is not sent
 * (#XK_RESPONDER_CHANGED). The same holds if the peer may not ask any more. Under the same id another peer, or other
 * octets, get #XK_FAILURE_CONFLICT.
 *
 * #XK_FAILURE_UNAVAILABLE is no answer in this sense, whether the host says it or does not answer in time: the next
 * repetition is a new question to the host, and what comes of it is the answer.
 *
 * The promise holds for `remember` milliseconds, and while there is room. When a new transaction finds all
 * `max_transactions` places in use, the oldest that was answered gives way, first among those of peers that might not
 * ask; when all are waiting for their answer the new one gets #XK_FAILURE_UNAVAILABLE. A peer that may not ask never
 * takes the place of another's answer. An answer that `send` does not take is lost, and is given again when it is asked
 * for again.
 *
 * A peer is who the transport authenticated: the number of its name, the same across all its connections, now and
 * after a reconnect. Several connections of one name, with a requester of their own each, are one peer with several
 * links: the host tells the number of the connection with xk_responder_receive_on(), and gets each answer with the
 * number of the one on which its get_keys came last (`send_on`). So nobody gets what another connection of its own name
 * asked, and whoever repeats a get_keys on a new connection has the answer there. Transaction ids are random 128 bits:
 * two requesters of one name do not meet in one.
 *
 * Keys pass through: the host writes them into a working space of the engine for the length of one call,
 * and the engine wipes the space and the encoded answer before the call returns.
 *
 * Threads: an engine belongs to one thread at a time; engines share nothing. From inside a callback every
 * call answers #XK_E_BUSY, but for queries.
 */
#ifndef XK_RESPONDER_H
#define XK_RESPONDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/relation.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_responder;

/** How an engine behaves. Filled by xk_responder_config_init(), then changed where wanted. Times are ms. */
struct xk_responder_config {
    size_t size;              /**< sizeof(struct xk_responder_config) */
    uint32_t max_transactions; /**< transactions that are pending or remembered; 1 to 1048576; default 4096 */
    uint32_t answer_timeout;  /**< an answer that comes later than this is a refusal; default 5000 */
    uint32_t remember;        /**< how long an answered transaction is remembered; default 60000 */
    struct xk_relation_rules rules; /**< how an exchange is judged; its `user` is the rules' own */
};

/** A verified get_keys. Valid during the callback; a host that answers later copies what it needs. */
struct xk_query {
    uint64_t handle; /**< for xk_responder_complete(); opaque, fit for logs, never 0 */
    uint32_t peer;   /**< who asks: the number that xk_responder_receive() was given */
    const struct xk_get_keys *message;
    const struct xk_exchange *exchange;
    const struct xk_relation *relation;
    const uint8_t *cs_ids; /**< Crypto Sessions of the exchange, ascending */
    size_t cs_count;       /**< 1 to #XK_CRYPTO_SESSIONS_MAX */
};

/**
 * Where the host puts its answer. All-zero but for the working space when the callback begins.
 *
 * Either `failure`, or one result for each Crypto Session that the host wants to tell about. Keys and salts
 * are views: into `key_space`, which the engine wipes, or into memory of the host that lives until the
 * call returns.
 */
struct xk_answer {
    enum xk_failure failure;   /**< for the whole request; #XK_FAILURE_NONE with results */
    struct xk_bytes referral;  /**< with #XK_FAILURE_OTHER_KMS: identity of that KMS; may be absent */
    struct xk_session_result *sessions; /**< working space of #XK_CRYPTO_SESSIONS_MAX results */
    size_t session_count;
    uint8_t *key_space;        /**< working space for keys and salts */
    size_t key_space_size;     /**< enough for every Crypto Session's largest key and salt */
    const char *field;         /**< with a failure: constant name of what spoke against the exchange, for the observer;
                                * NULL or "" without */
};

/** Does the host answer now? */
enum xk_answer_time {
    XK_ANSWER_NOW = 1,  /**< `*answer` is filled */
    XK_ANSWER_LATER = 2 /**< by xk_responder_complete() */
};

/** What was done with a get_keys, for the observer. */
enum xk_responder_event {
    XK_RESPONDER_ANSWERED = 1, /**< an answer with keys was sent */
    XK_RESPONDER_REFUSED = 2,  /**< a failure was sent */
    XK_RESPONDER_PENDING = 3,
    XK_RESPONDER_REPEATED = 4, /**< an answer was sent again */
    XK_RESPONDER_DROPPED = 5,  /**< octets were dropped without an answer */
    XK_RESPONDER_EXPIRED = 6,  /**< the host did not complete in time */
    XK_RESPONDER_CHANGED = 7,  /**< a repeated transaction would get another answer now: nothing was sent */
    XK_RESPONDER_SEND_FAILED = 8
};

/** One observation: numbers and constant names only; no identity, no id from the wire, no key. */
struct xk_responder_observation {
    enum xk_responder_event event;
    enum xk_status status;
    enum xk_failure failure;
    const char *field; /**< constant: what spoke against the request; "" without */
    uint64_t handle;   /**< 0 if none is concerned */
    uint32_t peer;
    uint64_t now_ms;
    uint32_t remarks;  /**< enum #xk_exchange_remark, ored: what is unusual about the exchange; 0 if it was not read */
};

/** The host's callbacks. Copied at creation. Each gets the `user` of the create call, last. */
struct xk_responder_callbacks {
    size_t size; /**< sizeof(struct xk_responder_callbacks) */
    /** Fill `out` from a cryptographic source; false if it failed. Mandatory; called at creation only. */
    bool (*random)(uint8_t *out, size_t size, void *user);
    /** Send octets to a peer; they are wiped afterwards. False if it cannot. Mandatory. */
    bool (*send)(uint32_t peer, struct xk_bytes octets, void *user);
    /** Check the MACs and give the keys of a get_keys that relates to its target. Mandatory. */
    enum xk_answer_time (*resolve)(const struct xk_query *query, struct xk_answer *answer, void *user);
    /** May this peer ask for this identity? NULL: every peer that the host lets through. */
    bool (*authorise)(uint32_t peer, struct xk_bytes public_kms_identity, void *user);
    /** Watch. Optional. */
    void (*observe)(const struct xk_responder_observation *observation, void *user);
    /** Send octets to a peer on the link on which this get_keys came last; they are wiped afterwards. False if it
     * cannot, as when that connection is gone. Optional: with it `send` is not called, but mandatory all the same. */
    bool (*send_on)(uint32_t peer, uint64_t link, struct xk_bytes octets, void *user);
};

/** What has been counted since creation. */
struct xk_responder_counters {
    uint64_t received;
    uint64_t answered;    /**< answers with keys sent for the first time */
    uint64_t refused;     /**< failures sent for the first time; #XK_FAILURE_UNAVAILABLE each time */
    uint64_t repeated;    /**< answers sent again */
    uint64_t duplicates;  /**< repeated while pending: no answer yet */
    uint64_t dropped;     /**< octets without a readable transaction id */
    uint64_t expired;
    uint64_t changed;
    uint64_t send_failed;
    uint64_t evicted;     /**< remembered answers to peers that may ask that made room before their time */
    uint64_t failure[XK_FAILURE_SLOTS]; /**< of `refused`, by enum #xk_failure */
};

/**
 * Fill the first `size` octets of a configuration with the defaults: for xk_responder_config_init().
 *
 * @param[out] config owned by the caller; unchanged if `size` is none that this structure has ever had
 * @param size octets that the caller's structure has
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_responder_config_defaults(struct xk_responder_config *config, size_t size);

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
static inline void xk_responder_config_init(struct xk_responder_config *config)
{
    xk_responder_config_defaults(config, sizeof *config);
}

/**
 * Create an engine.
 *
 * @param config borrowed
 * @param callbacks copied
 * @param allocator copied; NULL for the library's own, see alloc.h
 * @param user handed to every callback; must outlive the engine
 * @param[out] responder set on XK_OK only; ended by xk_responder_destroy()
 * @param[out] diag the member at fault by its name; may be NULL
 *
 * @retval XK_OK         the engine is ready; it will allocate nothing more
 * @retval XK_E_ARGUMENT a pointer or mandatory callback is NULL, or a `size` member is wrong
 * @retval XK_E_CONFIG   a value of the configuration is outside its limits
 * @retval XK_E_MEMORY   the allocator gave nothing; everything taken was given back
 * @retval XK_E_RANDOM   the source of randomness failed
 *
 * On failure nothing changed but `*diag`. May call: random. Any thread. Cost: proportional to `max_transactions`.
 */
XK_API XK_NODISCARD enum xk_status xk_responder_create(const struct xk_responder_config *config,
                                                       const struct xk_responder_callbacks *callbacks,
                                                       const struct xk_allocator *allocator, void *user,
                                                       struct xk_responder **responder, struct xk_diag *diag);

/**
 * End an engine: wipe and give back all its memory. Pending transactions get no answer.
 *
 * @param responder may be NULL
 * @retval XK_OK     gone
 * @retval XK_E_BUSY called from inside a callback; nothing changed
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: proportional to `max_transactions`.
 */
XK_API enum xk_status xk_responder_destroy(struct xk_responder *responder);

/**
 * Give the engine what a DF2/MF sent: TS 33.107 clause 7A.7.2, "get_keys".
 *
 * Whatever is wrong with a get_keys whose transaction id can be read is answered with a failure; what has
 * no readable transaction id is dropped.
 *
 * @param responder not NULL
 * @param now_ms the host's clock of milliseconds; a step back counts as no progress
 * @param peer the number of the authenticated name of who asks, the same across all its connections: it is a part of
 *             the transaction's identity. A host that numbered connections would have every repetition after a
 *             reconnect refused as a conflict; which connection it is tells xk_responder_receive_on()
 * @param data one whole Xk message, borrowed for this call
 * @param size octets of it
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         answered, refused with a reason, or pending
 * @retval XK_E_CONFLICT the transaction id was used by another peer (field "peer") or for another request (field
 *                       "transaction id"), which is answered with #XK_FAILURE_CONFLICT; or the transaction would now
 *                       get another answer, or its peer may not ask any more (fields "answer" and "peer", event
 *                       #XK_RESPONDER_CHANGED): nothing was sent
 * @retval XK_E_DUPLICATE a repeated get_keys whose answer is still pending
 * @retval "200-229"     not a get_keys of the Xk profile; answered with a failure if it has a transaction id, with
 *                       #XK_FAILURE_VERSION if it is of a newer version
 * @retval "230-249"     a MIKEY message in it is refused; answered with a failure
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside a callback
 * @retval XK_E_HOST     the host's answer breaks a rule of the profile; the DF2/MF got #XK_FAILURE_GENERIC
 *
 * May call: authorise, same_user, member, counter_valid, resolve, send, observe. Not inside callbacks. Cost: one
 * decode, one parse of each MIKEY message, one look-up; no allocation, less than 8 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_responder_receive(struct xk_responder *responder, uint64_t now_ms,
                                                        uint32_t peer, const uint8_t *data, size_t size,
                                                        struct xk_diag *diag);

/**
 * xk_responder_receive() for a host that has several connections of one peer: the answer goes to `send_on` with `link`,
 * unless the same get_keys comes once more before it, on another one. xk_responder_receive() is link 0.
 *
 * @param responder not NULL
 * @param now_ms the host's clock of milliseconds; a step back counts as no progress
 * @param peer the number of the authenticated name, as there
 * @param link the host's number of the connection; not a part of the transaction's identity, never looked at
 * @param data one whole Xk message, borrowed for this call
 * @param size octets of it
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK "and every other" as xk_responder_receive()
 *
 * May call: what xk_responder_receive() may, and send_on. Not inside callbacks. Cost: as there, less than 8
 * KiB of stack. On failure as there.
 */
XK_API XK_NODISCARD enum xk_status xk_responder_receive_on(struct xk_responder *responder, uint64_t now_ms,
                                                           uint32_t peer, uint64_t link, const uint8_t *data,
                                                           size_t size, struct xk_diag *diag);

/**
 * Answer a query that was left for later.
 *
 * @param responder not NULL
 * @param now_ms the host's clock
 * @param handle of the query
 * @param answer borrowed; `sessions` and their keys belong to the host, who wipes them
 * @param[out] diag what was refused; may be NULL
 *
 * @retval XK_OK         answered
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_UNKNOWN  no such query is pending: it has expired or was answered
 * @retval XK_E_CONFLICT the transaction was answered otherwise before; nothing was sent
 * @retval XK_E_HOST     the answer breaks a rule of the profile; the DF2/MF got #XK_FAILURE_GENERIC
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed but `*diag`, except that #XK_E_CONFLICT and #XK_E_HOST end the query. May call: send,
 * observe. Not inside callbacks. Cost: one encode; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_responder_complete(struct xk_responder *responder, uint64_t now_ms,
                                                         uint64_t handle, const struct xk_answer *answer,
                                                         struct xk_diag *diag);

/**
 * Let time pass: refuse what the host did not complete in time, forget what was remembered long enough.
 *
 * @param responder not NULL
 * @param now_ms the host's clock
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `responder` is NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * May call: send, observe. Not inside callbacks. Cost: proportional to what is due.
 */
XK_API enum xk_status xk_responder_tick(struct xk_responder *responder, uint64_t now_ms);

/**
 * When to call xk_responder_tick() next.
 *
 * @param responder not NULL
 * @retval UINT64_MAX nothing waits for time
 * @retval time on the host's clock
 *
 * Cannot fail. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API uint64_t xk_responder_next_deadline(const struct xk_responder *responder);

/**
 * Read the counters.
 *
 * @param responder not NULL
 * @param[out] counters a copy
 *
 * Cannot fail. Calls no callback. Safe inside callbacks. Cost: one copy.
 */
XK_API void xk_responder_read_counters(const struct xk_responder *responder, struct xk_responder_counters *counters);

/**
 * Step through the counters, but for `failure`: for a host that exports them all in a loop.
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
XK_API bool xk_responder_next_counter(const struct xk_responder_counters *counters, size_t *position,
                                      const char **name, uint64_t *value);

/**
 * The name of an event for logs and metrics, such as "send-failed".
 *
 * @param event any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_responder_event_name(enum xk_responder_event event);

#ifdef __cplusplus
}
#endif
#endif
