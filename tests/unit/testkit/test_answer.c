/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/answer.h>

#include <xk_test/random.h>

#include "support/remains.h"
#include "unit/exchange/exchange.h"
#include "unit/testkit/sample.h"

static struct sample s;
static uint8_t out[16384];
static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];

static struct xk_get_keys_response encode(const struct xk_test_answer *answer)
{
    size_t size = 0;
    assert_int_equal(xk_test_answer_encode(s.send.octets, answer, out, sizeof out, &size), XK_OK);
    return sample_response(&s, out, size, sessions, XK_CRYPTO_SESSIONS_MAX);
}

static void by_default_every_session_of_the_exchange_has_its_key(void **state)
{
    (void)state;
    const struct xk_test_answer answer = {5, XK_FAILURE_NONE, {NULL, 0}, NULL, 0};
    sample_ask(&s, 1, 0, ALICE);
    struct xk_get_keys_response response = encode(&answer);
    assert_int_equal(response.session_count, 1);
    assert_int_equal(sessions[0].cs_id, 1);
    is_key_of(&s, &sessions[0], 5);
}

static void the_sessions_are_those_of_the_last_word_in_the_exchange(void **state)
{
    (void)state;
    static const struct xk_test_answer answer = {5, XK_FAILURE_NONE, {NULL, 0}, NULL, 0};
    static const struct {
        unsigned int sessions;
        bool update;
        size_t count;
    } rows[] = {{0, false, 1}, {3, false, 3}, {0, true, 2}, {3, true, 2},
                {XK_CRYPTO_SESSIONS_MAX, false, XK_CRYPTO_SESSIONS_MAX}};
    static struct exchange_octets exchange;
    static uint8_t wire[8192];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        exchange_build(&exchange, rows[i].sessions, rows[i].update);
        s.ask = exchange.message;
        s.ask.public_kms_identity = xk_text(ALICE);
        s.send.octets.data = wire;
        assert_int_equal(xk_get_keys_encode(&s.ask, wire, sizeof wire, &s.send.octets.size, NULL), XK_OK);
        assert_int_equal(encode(&answer).session_count, rows[i].count);
        for (size_t k = 0; k < rows[i].count; k++) {
            assert_int_equal(sessions[k].cs_id, k + 1);
            is_key_of(&s, &sessions[k], 5);
        }
    }
}

static void keys_differ_by_seed_session_and_exchange_and_by_nothing_else(void **state)
{
    (void)state;
    uint8_t key[4][XK_TEST_KEY_SIZE];
    sample_ask(&s, 1, 0, ALICE);
    xk_test_key(1, s.ask.transfer_init, 1, key[0], NULL);
    xk_test_key(2, s.ask.transfer_init, 1, key[1], NULL);
    xk_test_key(1, s.ask.transfer_init, 2, key[2], NULL);
    xk_test_key(1, s.ask.transfer_resp, 1, key[3], NULL);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = i + 1; j < 4; j++) {
            assert_memory_not_equal(key[i], key[j], XK_TEST_KEY_SIZE);
        }
    }
    sample_ask(&s, 9, 3, BOB);
    xk_test_key(1, s.ask.transfer_init, 1, key[1], NULL);
    assert_memory_equal(key[0], key[1], XK_TEST_KEY_SIZE);
}

static void results_are_told_as_they_are_given(void **state)
{
    (void)state;
    static const uint8_t own[3] = {7, 8, 9};
    struct xk_test_result results[3];
    struct xk_test_answer answer = {1, XK_FAILURE_NONE, {NULL, 0}, results, 3};
    memset(results, 0, sizeof results);
    results[0].cs_id = 1;
    results[1].cs_id = 2;
    results[1].failure = XK_FAILURE_SESSION_UNKNOWN;
    results[2].cs_id = 200;
    results[2].key = (struct xk_bytes){own, sizeof own};
    sample_ask(&s, 1, 0, ALICE);
    struct xk_get_keys_response response = encode(&answer);
    assert_int_equal(response.session_count, 3);
    is_key_of(&s, &sessions[0], 1);
    assert_int_equal(sessions[1].failure, XK_FAILURE_SESSION_UNKNOWN);
    assert_int_equal(sessions[1].key.size, 0);
    assert_int_equal(sessions[2].cs_id, 200);
    assert_int_equal(sessions[2].key.size, sizeof own);
    assert_memory_equal(sessions[2].key.data, own, sizeof own);
    assert_int_equal(sessions[2].salt.size, 0);
}

static void a_refusal_may_name_another_kms(void **state)
{
    (void)state;
    const struct xk_test_answer answer = {1, XK_FAILURE_OTHER_KMS, xk_text("kms2"), NULL, 0};
    sample_ask(&s, 1, 0, ALICE);
    struct xk_get_keys_response response = encode(&answer);
    assert_int_equal(response.failure, XK_FAILURE_OTHER_KMS);
    assert_int_equal(response.referral.size, 4);
    assert_int_equal(response.session_count, 0);
}

static void what_cannot_be_answered_is_refused(void **state)
{
    (void)state;
    size_t size = 7;
    size_t needed = 0;
    struct xk_test_answer answer;
    memset(&answer, 0, sizeof answer);
    sample_ask(&s, 1, 0, ALICE);
    struct xk_bytes cut = {s.wire, s.send.octets.size - 1};
    assert_int_equal(xk_test_answer_encode(cut, &answer, out, sizeof out, &size), XK_E_TRUNCATED);
    assert_int_equal(xk_test_answer_encode(s.send.octets, NULL, out, sizeof out, &size), XK_E_ARGUMENT);
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, out, sizeof out, NULL), XK_E_ARGUMENT);
    answer.result_count = XK_CRYPTO_SESSIONS_MAX + 1;
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, out, sizeof out, &size), XK_E_ARGUMENT);
    assert_int_equal(size, 7);
    answer.result_count = 0;
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, NULL, 0, &needed), XK_E_SPACE);
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, out, needed - 1, &size), XK_E_SPACE);
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, out, needed, &size), XK_OK);
    answer.referral = xk_text("kms2"); /* only beside a refusal */
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, out, sizeof out, &size), XK_E_FIELD);
}

static void an_exchange_that_cannot_be_parsed_needs_results(void **state)
{
    (void)state;
    size_t size = 0;
    struct xk_test_result result;
    struct xk_test_answer answer;
    memset(&result, 0, sizeof result);
    memset(&answer, 0, sizeof answer);
    sample_ask(&s, 1, 0, ALICE);
    s.ask.transfer_init.size = 3;
    assert_int_equal(xk_get_keys_encode(&s.ask, s.wire, sizeof s.wire, &s.send.octets.size, NULL), XK_OK);
    assert_int_equal(xk_test_answer_encode(s.send.octets, &answer, out, sizeof out, &size), XK_E_MIKEY_TRUNCATED);
    result.cs_id = 4;
    answer.results = &result;
    answer.result_count = 1;
    (void)encode(&answer);
    is_key_of(&s, &sessions[0], 0);
}

static uint8_t key_of_kit[XK_TEST_KEY_SIZE];
static uint8_t salt_of_kit[XK_TEST_SALT_SIZE];

static void make_key(void *context)
{
    (void)context;
    xk_test_key(3, s.ask.transfer_init, 1, key_of_kit, salt_of_kit);
}

static void make_answer(void *context)
{
    size_t size = 0;
    assert_int_equal(xk_test_answer_encode(s.send.octets, context, out, sizeof out, &size), XK_OK);
}

/* Neither keys nor the state from which they are drawn. */
static void no_key_stays_on_the_stack(void **state)
{
    (void)state;
    struct xk_test_random random;
    struct xk_test_answer answer = {3, XK_FAILURE_NONE, {NULL, 0}, NULL, 0};
    uint8_t drawn[XK_TEST_KEY_SIZE + XK_TEST_SALT_SIZE];
    sample_ask(&s, 1, 0, ALICE);
    make_key(NULL);
    uint64_t seed = UINT64_C(0xcbf29ce484222325); /* the key is drawn from the FNV-1a of the TRANSFER_INIT */
    for (size_t i = 0; i < s.ask.transfer_init.size; i++) {
        seed = (seed ^ s.ask.transfer_init.data[i]) * UINT64_C(0x100000001b3);
    }
    xk_test_random_init(&random, seed ^ (3 * 256 + 1) * UINT64_C(0x9e3779b97f4a7c15));
    assert_true(xk_test_random_fill(drawn, sizeof drawn, &random));
    assert_memory_equal(drawn, key_of_kit, sizeof key_of_kit);
    assert_int_equal(remains_on_stack(make_key, NULL, key_of_kit, sizeof key_of_kit), 0);
    assert_int_equal(remains_on_stack(make_key, NULL, salt_of_kit, sizeof salt_of_kit), 0);
    assert_int_equal(remains_on_stack(make_key, NULL, (const uint8_t *)&random.state, sizeof random.state), 0);
    assert_int_equal(remains_on_stack(make_answer, &answer, key_of_kit, sizeof key_of_kit), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_default_every_session_of_the_exchange_has_its_key),
        cmocka_unit_test(the_sessions_are_those_of_the_last_word_in_the_exchange),
        cmocka_unit_test(keys_differ_by_seed_session_and_exchange_and_by_nothing_else),
        cmocka_unit_test(results_are_told_as_they_are_given),
        cmocka_unit_test(a_refusal_may_name_another_kms),
        cmocka_unit_test(what_cannot_be_answered_is_refused),
        cmocka_unit_test(an_exchange_that_cannot_be_parsed_needs_results),
        cmocka_unit_test(no_key_stays_on_the_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
