/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Answers to get_keys, as octets: the part of the fake KMS that has no state, for tests that hand octets over
 * themselves.
 *
 * Keys can be foretold: xk_test_key() gives the key and salt that an answer carries, from the seed, the exchange
 * (its TRANSFER_INIT) and the Crypto Session. Two requests for one exchange get the same keys, as from a real KMS; so
 * do the second attempt of a request and the same request to another KMS.
 */
#ifndef XK_TEST_ANSWER_H
#define XK_TEST_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XK_TEST_KEY_SIZE 16  /**< octets of a key that xk_test_key() makes */
#define XK_TEST_SALT_SIZE 14 /**< octets of a salt that xk_test_key() makes */

/** What an answer says of one Crypto Session. All-zero but for `cs_id`: the key and salt of xk_test_key(). */
struct xk_test_result {
    uint8_t cs_id;           /**< of the exchange, or any other to see what comes of keys that nobody asked for */
    enum xk_failure failure; /**< why there is no key; #XK_FAILURE_NONE (0) for a key */
    struct xk_bytes key;     /**< a key of the test's own; absent for that of xk_test_key() */
    struct xk_bytes salt;    /**< the salt beside `key`; absent for none */
};

/** An answer. All-zero: keys for every Crypto Session of the exchange. Views are borrowed. */
struct xk_test_answer {
    uint64_t seed;                        /**< of the keys */
    enum xk_failure failure;              /**< of the whole request; #XK_FAILURE_NONE (0) with results */
    struct xk_bytes referral;             /**< with #XK_FAILURE_OTHER_KMS: name of that KMS; may be absent */
    const struct xk_test_result *results; /**< NULL: keys for every Crypto Session of the exchange */
    size_t result_count;                  /**< 0 to #XK_CRYPTO_SESSIONS_MAX */
};

/**
 * The key and salt of a Crypto Session.
 *
 * @param seed that of the answer or of the fake KMS
 * @param transfer_init TRANSFER_INIT of the exchange, as in struct xk_get_keys
 * @param cs_id of the Crypto Session
 * @param[out] key receives #XK_TEST_KEY_SIZE octets
 * @param[out] salt receives #XK_TEST_SALT_SIZE octets; NULL if it is not wanted
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: one pass over `transfer_init`. No cryptography: any
 * two exchanges and sessions have different keys in practice, and nobody may rely on more.
 */
XK_API void xk_test_key(uint64_t seed, struct xk_bytes transfer_init, uint8_t cs_id, uint8_t *key, uint8_t *salt);

/**
 * Encode the get_keys_response to a get_keys.
 *
 * @param get_keys octets as the requester sent them
 * @param answer borrowed
 * @param[out] out receives the octets, keys included; untouched unless XK_OK; may not overlap an input
 * @param capacity octets that `out` can take
 * @param[out] size octets written, or needed with XK_E_SPACE
 *
 * @retval XK_OK         `out` holds the answer
 * @retval XK_E_ARGUMENT a pointer is NULL, or there are more than #XK_CRYPTO_SESSIONS_MAX results
 * @retval XK_E_SPACE    `capacity` is too small
 * @retval "200-229"     `get_keys` does not decode, or see xk_get_keys_response_encode(): an answer that libxk
 *                       does not encode cannot be made
 * @retval "230-249"     no results are given, and the exchange, whose Crypto Sessions they would be, cannot be parsed
 *
 * On failure nothing is written but `*size`. Calls no callback. Re-entrant, any thread. Cost: one decode and one
 * encode; no allocation, less than 40 KiB of stack, wiped.
 */
XK_API XK_NODISCARD enum xk_status xk_test_answer_encode(struct xk_bytes get_keys, const struct xk_test_answer *answer,
                                                         uint8_t *out, size_t capacity, size_t *size);

#ifdef __cplusplus
}
#endif
#endif
