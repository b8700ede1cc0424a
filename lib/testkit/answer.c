/* SPDX-License-Identifier: BSD-2-Clause */
#include "testkit/answer.h"

#include <string.h>

#include <xk/exchange.h>
#include <xk/secret.h>
#include <xk_test/random.h>

/* FNV-1a, to tell exchanges apart. */
static uint64_t mark(struct xk_bytes octets)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < octets.size; i++) {
        hash = (hash ^ octets.data[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

void xk_test_key(uint64_t seed, struct xk_bytes transfer_init, uint8_t cs_id, uint8_t *key, uint8_t *salt)
{
    struct xk_test_random random;
    uint8_t octets[XK_TEST_KEY_SIZE + XK_TEST_SALT_SIZE];
    xk_test_random_init(&random, mark(transfer_init) ^ (seed * 256 + cs_id) * UINT64_C(0x9e3779b97f4a7c15));
    (void)xk_test_random_fill(octets, sizeof octets, &random);
    memcpy(key, octets, XK_TEST_KEY_SIZE);
    if (salt != NULL) {
        memcpy(salt, octets + XK_TEST_KEY_SIZE, XK_TEST_SALT_SIZE);
    }
    xk_wipe(octets, sizeof octets);
    xk_wipe(&random, sizeof random);
}

size_t xkt_fill_results(const struct xk_test_answer *answer, struct xk_bytes transfer_init, const uint8_t *cs_ids,
                        size_t cs_count, struct xk_session_result *sessions, uint8_t *key_space)
{
    size_t count = answer->results != NULL ? answer->result_count : cs_count;
    for (size_t i = 0; i < count; i++) {
        struct xk_session_result *to = &sessions[i];
        struct xk_test_result result;
        memset(&result, 0, sizeof result);
        if (answer->results != NULL) {
            result = answer->results[i];
        } else {
            result.cs_id = cs_ids[i];
        }
        memset(to, 0, sizeof *to);
        to->cs_id = result.cs_id;
        to->failure = result.failure;
        to->key = result.key;
        to->salt = result.salt;
        to->cipher = XK_CIPHER_ABSENT;
        to->encoding = XK_KEY_ENCODING_ABSENT;
        if (result.failure == XK_FAILURE_NONE && result.key.data == NULL) {
            uint8_t *key = key_space + i * (XK_TEST_KEY_SIZE + XK_TEST_SALT_SIZE);
            xk_test_key(answer->seed, transfer_init, result.cs_id, key, key + XK_TEST_KEY_SIZE);
            to->key = (struct xk_bytes){key, XK_TEST_KEY_SIZE};
            to->salt = (struct xk_bytes){key + XK_TEST_KEY_SIZE, XK_TEST_SALT_SIZE};
        }
    }
    return count;
}

static enum xk_status list_sessions(const struct xk_get_keys *message, uint8_t *cs_ids, size_t *count)
{
    struct xk_exchange exchange;
    enum xk_status status = xk_exchange_parse(message, &exchange, NULL);
    if (status == XK_OK) {
        *count = xk_exchange_sessions(&exchange, cs_ids);
    }
    return status;
}

enum xk_status xk_test_answer_encode(struct xk_bytes get_keys, const struct xk_test_answer *answer, uint8_t *out,
                                     size_t capacity, size_t *size)
{
    struct xk_get_keys message;
    struct xk_get_keys_response response;
    struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    uint8_t key_space[XKT_KEY_SPACE];
    uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
    size_t count = 0;
    if (answer == NULL || size == NULL || answer->result_count > XK_CRYPTO_SESSIONS_MAX) {
        return XK_E_ARGUMENT;
    }
    enum xk_status status = xk_get_keys_decode(get_keys.data, get_keys.size, &message, NULL);
    if (status == XK_OK && answer->failure == XK_FAILURE_NONE && answer->results == NULL) {
        status = list_sessions(&message, cs_ids, &count);
    }
    if (status != XK_OK) {
        return status;
    }
    memset(&response, 0, sizeof response);
    response.transaction_id = message.transaction_id;
    response.failure = answer->failure;
    response.referral = answer->referral;
    response.session_count = xkt_fill_results(answer, message.transfer_init, cs_ids, count, sessions, key_space);
    response.sessions = response.session_count > 0 ? sessions : NULL;
    status = xk_get_keys_response_encode(&response, out, capacity, size, NULL);
    xk_wipe(key_space, sizeof key_space); /* the sessions are views of it */
    return status;
}
