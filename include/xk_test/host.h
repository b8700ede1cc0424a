/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Ready-made callbacks for a requester: they do as they are told and remember what they were given.
 *
 * For tests of a requester itself, its configuration and its journal. Mediation code has callbacks of its own, and
 * its tests need only the KMS and the clock.
 *
 * @code
 * static struct xk_test_host host;
 * struct xk_requester_callbacks callbacks;
 * xk_test_host_init(&host, 42);
 * host.reply = XK_OUTCOME_REFUSED;
 * xk_test_host_callbacks(&host, &callbacks);
 * if (xk_requester_create(&config, &callbacks, 0, &host, &requester) != XK_OK) fail();
 * @endcode
 */
#ifndef XK_TEST_HOST_H
#define XK_TEST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/export.h>
#include <xk/requester.h>
#include <xk_test/clock.h>
#include <xk_test/kms.h>
#include <xk_test/random.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits of what is remembered
 * @{
 */
#define XK_TEST_SEEN_MAX 64     /**< outcomes and sends; entry n is at n modulo this, so that the last ones are kept */
#define XK_TEST_SESSIONS_SEEN 8 /**< Crypto Sessions of one outcome */
#define XK_TEST_SENT_MAX 4096   /**< octets of the last get_keys */
#define XK_TEST_EVENTS 32       /**< kinds of observations */
/** @} */

/** A result as it was offered, copied. */
struct xk_test_session {
    uint8_t cs_id;
    enum xk_failure failure;
    uint8_t key[XK_SESSION_KEY_MAX];
    size_t key_size; /**< 0 without a key */
    uint8_t salt[XK_SALT_MAX];
    size_t salt_size; /**< 0 without a salt */
};

/** An outcome as it was offered, copied so that it can be looked at after the callback. */
struct xk_test_outcome {
    struct xk_outcome_id id;
    enum xk_outcome_kind kind;
    enum xk_cause cause;
    enum xk_failure failure;
    uint64_t request;
    uint64_t decided_ms;
    struct xk_outcome_id supplements;
    char liid[XK_LIID_MAX + 1];
    size_t session_count; /**< of the outcome; the first #XK_TEST_SESSIONS_SEEN are kept */
    struct xk_test_session sessions[XK_TEST_SESSIONS_SEEN];
};

/** A host. Large: make it static. Filled by xk_test_host_init(); what it does may be changed at any time. */
struct xk_test_host {
    /* What it does. */
    struct xk_test_random random;
    struct xk_test_kms *kms;           /**< gets what is sent; NULL (default): it is only remembered */
    const struct xk_test_clock *clock; /**< with `kms`: when it is sent */
    bool send_fails;                   /**< default false */
    enum xk_outcome_reply reply;       /**< to every outcome; default #XK_OUTCOME_ACKNOWLEDGED */
    /** Called with each outcome once it is remembered, to act from inside the callback. NULL (default): not. */
    void (*inside_outcome)(const struct xk_outcome *outcome, void *user);
    void *user;                          /**< handed to `inside_outcome` */
    enum xk_journal_reply journal_reply; /**< default #XK_JOURNAL_STORED */
    uint8_t *journal;                    /**< where the journal is kept; NULL (default): there is none */
    size_t journal_capacity;             /**< octets of it; a record that does not fit answers #XK_JOURNAL_FAILED */

    /* What it saw. */
    size_t send_count;
    uint32_t sent_to[XK_TEST_SEEN_MAX]; /**< numbers of the KMSs */
    uint8_t sent[XK_TEST_SENT_MAX];     /**< last get_keys; one that is larger fails to be sent */
    size_t sent_size;
    size_t outcome_count;
    struct xk_test_outcome outcomes[XK_TEST_SEEN_MAX];
    size_t room_calls;
    size_t events[XK_TEST_EVENTS]; /**< observations, by enum #xk_event */
    size_t journal_size;           /**< octets in `journal` */
};

/**
 * Fill a host with the defaults.
 *
 * @param[out] host owned by the caller
 * @param seed of its randomness
 *
 * Cannot fail. Calls no callback. Any thread. Cost: one pass over `*host`, which wipes what an earlier test left.
 */
XK_API void xk_test_host_init(struct xk_test_host *host, uint64_t seed);

/**
 * Fill a requester's callbacks, all but `audit`; `journal` only where the host has one.
 *
 * @param host to be the `user` of the create call; must outlive the engine
 * @param[out] callbacks owned by the caller, who may put functions of his own in their place
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_test_host_callbacks(struct xk_test_host *host, struct xk_requester_callbacks *callbacks);

#ifdef __cplusplus
}
#endif
#endif
