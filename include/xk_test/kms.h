/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A fake KMS, and the network between, with a script: it answers, refuses, keeps silent, delays, repeats, contradicts
 * itself and damages what it sends. It plays all KMSs of a requester at once, told apart by their numbers.
 *
 * Give it what the requester sends, with xk_test_kms_take(); it decodes the get_keys, picks the first rule of the
 * script that fits, and puts the answer on its way. xk_test_kms_deliver() or xk_test_run() hands over what is due.
 *
 * By default it answers whatever decodes. With #XK_TEST_KMS_CHECK_RELATION each KMS is a real responder of libxk: it
 * parses the exchange, verifies that it relates to the target, and gives one transaction one answer. Neither checks a
 * MAC; the keys are those of xk_test_key().
 *
 * @code
 * struct xk_test_kms_rule late;
 * xk_test_kms_rule_init(&late);
 * late.delay_ms = 12000;
 * late.second = XK_TEST_KMS_SECOND_SAME;
 * if (xk_test_kms_script(kms, &late) != XK_OK) fail();   // for the next get_keys; those after it are answered at once
 *
 * static bool to_kms(const struct xk_send *send, void *user)   // the requester's `send` callback
 * {
 *     struct my_test *t = user;
 *     return xk_test_kms_take(t->kms, t->clock.now_ms, send) == XK_OK;
 * }
 * @endcode
 */
#ifndef XK_TEST_KMS_H
#define XK_TEST_KMS_H

#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/relation.h>
#include <xk/requester.h>
#include <xk/status.h>
#include <xk_test/answer.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_test_kms;

/** In a rule: whichever KMS is asked. */
#define XK_TEST_KMS_ANY UINT32_MAX

/** How a get_keys becomes an answer. */
enum xk_test_kms_mode {
    XK_TEST_KMS_BLIND = 0, /**< every get_keys that decodes is answered as the rule says */
    /** A responder of libxk comes first; what it refuses is refused with its reason, whatever the rule says. */
    XK_TEST_KMS_CHECK_RELATION = 1
};

/** How a fake KMS is made. Filled by xk_test_kms_config_init(), then changed where wanted. */
struct xk_test_kms_config {
    uint64_t seed;                     /**< of the keys, see xk_test_key(); default 1 */
    enum xk_test_kms_mode mode;        /**< default #XK_TEST_KMS_BLIND */
    struct xk_relation_rules relation; /**< with #XK_TEST_KMS_CHECK_RELATION; default as xk_relation_rules_init() */
    uint32_t max_kms;                  /**< it plays the numbers below this; 1 to #XK_KMS_MAX; default 4 */
    uint32_t max_rules;                /**< rules of the script at a time; 1 to 65536; default 64 */
    uint32_t max_packets;              /**< answers on their way at a time; 1 to 4096; default 64 */
    uint32_t max_packet_size;          /**< octets of an answer; 64 to #XK_MESSAGE_MAX; default 2048 */
    uint32_t blocked_wait_ms; /**< an answer that the host could not take now comes again after this; default 100 */
};

/** What a KMS does with a get_keys. */
enum xk_test_kms_action {
    XK_TEST_KMS_ANSWER = 0, /**< results: `results`, or a key for each Crypto Session of the exchange */
    XK_TEST_KMS_REFUSE = 1, /**< `failure` for the whole request */
    XK_TEST_KMS_SILENT = 2  /**< nothing, as if get_keys or its answer had been lost */
};

/** What follows an answer. */
enum xk_test_kms_second {
    XK_TEST_KMS_SECOND_NONE = 0,
    XK_TEST_KMS_SECOND_SAME = 1,   /**< the same octets again, undamaged even if the first are not */
    XK_TEST_KMS_SECOND_OTHER = 2,  /**< other keys for the exchange: those of xk_test_key() with the seed + 1 */
    XK_TEST_KMS_SECOND_REFUSAL = 3 /**< #XK_FAILURE_GENERIC */
};

/**
 * One rule of the script. Filled by xk_test_kms_rule_init() with "the next get_keys gets its keys at once", then
 * changed. Copied by the KMS; the views in it are borrowed until the rule is used up or the KMS is destroyed.
 */
struct xk_test_kms_rule {
    uint32_t kms;             /**< which KMS is asked; #XK_TEST_KMS_ANY (default) */
    struct xk_bytes identity; /**< Public KMS Identity that is asked for, octet by octet; absent (default): any */
    uint32_t times; /**< how many get_keys it serves; default 1; 0: every one, and not counted in `rules_left` */
    enum xk_test_kms_action action;
    enum xk_failure failure;              /**< with #XK_TEST_KMS_REFUSE; default #XK_FAILURE_GENERIC */
    struct xk_bytes referral;             /**< with #XK_FAILURE_OTHER_KMS: name of that KMS; default absent */
    const struct xk_test_result *results; /**< with #XK_TEST_KMS_ANSWER: partial, more than asked for, own keys... */
    size_t result_count;                  /**< of these; default 0 with `results` NULL */
    uint32_t delay_ms;                    /**< from get_keys to answer; default 0 */
    uint32_t from; /**< number of the KMS that it comes from; #XK_TEST_KMS_ANY (default): the one that was asked */
    /**
     * Damage: the octet at `flip_at` is changed by these bits; 0 (default): none. Octet 0 is the head of the message,
     * 7 to 22 are the transaction id: a requester notices. A flipped bit inside a key gives another key, which only
     * the transport's own protection can tell.
     */
    uint8_t flip_mask;
    size_t flip_at;                 /**< octets from the start of the answer; beyond its end is an error */
    size_t cut;                     /**< octets that are missing at its end; at most all; default 0 */
    enum xk_test_kms_second second; /**< default #XK_TEST_KMS_SECOND_NONE */
    uint32_t second_delay_ms;       /**< from the first answer to the second; default 0 */
};

/** What has been counted since creation, and what is left. */
struct xk_test_kms_counters {
    uint64_t taken;     /**< get_keys that were taken */
    uint64_t malformed; /**< octets that do not decode as get_keys */
    uint64_t scripted;  /**< of those taken, served by a rule of the script; the others by the default */
    uint64_t silent;    /**< of those taken, without an answer */
    uint64_t delivered; /**< answers handed over, each time one is */
    /** What the subject answered to deliveries, by xk_status_index(). */
    uint64_t status[XK_STATUS_COUNT];
    uint32_t rules_left;   /**< of the script, not used up: 0 at the end of a test that met what it expected */
    uint32_t packets_left; /**< answers on their way */
};

/**
 * The code under test, as the kit sees it: a requester, or the user's own code around one.
 *
 * Only `receive` is needed for xk_test_kms_deliver(), all three for xk_test_run(); `user` is handed to each.
 */
struct xk_test_subject {
    /** Take what came from KMS number `kms`; answers what xk_requester_receive() does, as do its rules for `data`. */
    enum xk_status (*receive)(uint64_t now_ms, uint32_t kms, uint8_t *data, size_t size, void *user);
    enum xk_status (*tick)(uint64_t now_ms, void *user); /**< let time pass: xk_requester_tick() */
    uint64_t (*next_deadline)(void *user);               /**< when to tick: xk_requester_next_deadline() */
    void *user;
};

/**
 * A requester as the code under test.
 *
 * @param requester must outlive the subject
 * @retval subject whose functions call the requester's of the same name
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API struct xk_test_subject xk_test_subject_of(struct xk_requester *requester);

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_test_kms_config_init(struct xk_test_kms_config *config);

/**
 * Create a fake KMS whose script is empty: every get_keys gets its keys at once.
 *
 * @param config borrowed
 * @param allocator copied; NULL for malloc and free
 * @param[out] kms set on XK_OK only; ended by xk_test_kms_destroy()
 *
 * @retval XK_OK         ready; it will allocate nothing more
 * @retval XK_E_ARGUMENT a pointer is NULL, or a `size` member is wrong
 * @retval XK_E_CONFIG   a value is outside its limits
 * @retval XK_E_MEMORY   the allocator gave nothing; everything taken was given back
 *
 * On failure nothing changed. Calls no callback. Any thread. Cost: proportional to the limits.
 */
XK_API XK_NODISCARD enum xk_status xk_test_kms_create(const struct xk_test_kms_config *config,
                                                      const struct xk_allocator *allocator, struct xk_test_kms **kms);

/**
 * End a fake KMS: what is on its way is lost, its memory wiped and given back.
 *
 * @param kms may be NULL
 * @retval XK_OK     gone
 * @retval XK_E_BUSY called from inside xk_test_kms_deliver(); nothing changed
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: proportional to the limits.
 */
XK_API enum xk_status xk_test_kms_destroy(struct xk_test_kms *kms);

/**
 * Fill a rule with the defaults.
 *
 * @param[out] rule owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_test_kms_rule_init(struct xk_test_kms_rule *rule);

/**
 * Add a rule at the end of the script.
 *
 * A get_keys is served by the first rule that fits it and is not used up, by the default rule if there is none.
 *
 * @param kms not NULL
 * @param rule copied; its views are borrowed
 *
 * @retval XK_OK         added
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_FIELD    a refusal without a reason, a number that is no KMS, an unknown value, `results` NULL with a
 *                       count, or more than #XK_CRYPTO_SESSIONS_MAX
 * @retval XK_E_FULL     `max_rules` are waiting
 *
 * On failure nothing changed. Calls no callback. One thread at a time; safe inside callbacks. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_test_kms_script(struct xk_test_kms *kms, const struct xk_test_kms_rule *rule);

/**
 * Set what is done with a get_keys that no rule of the script fits; at first, its keys at once.
 *
 * @param kms not NULL
 * @param rule copied; its views are borrowed until the next call; `kms`, `identity` and `times` have no meaning
 *
 * @retval XK_OK         set
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_FIELD    see xk_test_kms_script()
 *
 * On failure nothing changed. Calls no callback. One thread at a time; safe inside callbacks. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_test_kms_otherwise(struct xk_test_kms *kms, const struct xk_test_kms_rule *rule);

/**
 * Take a get_keys, as the requester's `send` callback got it, and put the answers on their way.
 *
 * @param kms not NULL
 * @param now_ms the clock
 * @param send borrowed
 *
 * @retval XK_OK         taken; also when the rule, or in #XK_TEST_KMS_CHECK_RELATION the responder, keeps silent
 * @retval XK_E_ARGUMENT a pointer is NULL, or `send->kms` is not below `max_kms`
 * @retval XK_E_FULL     no room for the answers among `max_packets`
 * @retval XK_E_SPACE    the answer is larger than `max_packet_size`
 * @retval XK_E_FIELD    the rule flips an octet beyond the end of the answer
 * @retval "200-229"     not a get_keys of the Xk profile, or an answer that libxk does not encode
 * @retval "230-249"     other keys are to follow, for an exchange that cannot be parsed
 *
 * On failure nothing is on its way and the rule still waits. May call: same_user and member of the relation rules. One
 * thread at a time; safe inside callbacks. Cost: one decode, one encode a message; no allocation, less than 40 KiB of
 * stack. An exchange that cannot be parsed and has no results in its rule is refused with #XK_FAILURE_MALFORMED.
 */
XK_API XK_NODISCARD enum xk_status xk_test_kms_take(struct xk_test_kms *kms, uint64_t now_ms,
                                                    const struct xk_send *send);

/**
 * When the next answer is due.
 *
 * @param kms not NULL
 * @retval XK_NEVER none is on its way
 * @retval time on the clock, perhaps in the past
 *
 * Cannot fail. Calls no callback. One thread at a time; safe inside callbacks. Cost: one pass over the packets.
 */
XK_API uint64_t xk_test_kms_next_due(const struct xk_test_kms *kms);

/**
 * Hand over the answers that are due, in the order of their times, ties in the order in which they were sent.
 *
 * What is put on its way meanwhile waits for the next call. An answer that the subject could not take now
 * (#XK_E_BLOCKED, #XK_E_BUSY) comes again after `blocked_wait_ms`, as a transport would hand it over again; of every
 * other the octets are wiped.
 *
 * @param kms not NULL
 * @param now_ms the clock
 * @param subject borrowed
 * @param[out] delivered how many were handed over; may be NULL
 *
 * @retval XK_OK         done, whatever the subject answered: see the counters
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside itself
 *
 * On failure nothing changed. May call: the subject's `receive`. One thread at a time. Cost: one pass over the packets
 * for each answer.
 */
XK_API enum xk_status xk_test_kms_deliver(struct xk_test_kms *kms, uint64_t now_ms,
                                          const struct xk_test_subject *subject, size_t *delivered);

/**
 * Take the next answer that is due away from the KMS, for a test that hands it over itself, or not.
 *
 * @param kms not NULL
 * @param now_ms the clock
 * @param[out] out receives the octets, keys included
 * @param capacity octets that `out` can take
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] from number of the KMS that it comes from; may be NULL
 *
 * @retval XK_OK         `out` holds the answer
 * @retval XK_E_UNKNOWN  none is due
 * @retval XK_E_SPACE    `capacity` is too small; the answer still waits
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside xk_test_kms_deliver()
 *
 * On failure nothing changed but `*size`. Calls no callback. One thread at a time. Cost: one pass over the packets.
 */
XK_API XK_NODISCARD enum xk_status xk_test_kms_pull(struct xk_test_kms *kms, uint64_t now_ms, uint8_t *out,
                                                    size_t capacity, size_t *size, uint32_t *from);

/**
 * Read the counters.
 *
 * @param kms not NULL
 * @param[out] counters a copy
 *
 * Cannot fail. Calls no callback. One thread at a time; safe inside callbacks. Cost: one pass over the packets.
 */
XK_API void xk_test_kms_read_counters(const struct xk_test_kms *kms, struct xk_test_kms_counters *counters);

#ifdef __cplusplus
}
#endif
#endif
