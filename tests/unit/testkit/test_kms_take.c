/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of one get_keys: each kind of rule, alone and with a responder before it. */
#include "unit/testkit/sample.h"

#define SEED 77

static struct sample s;
static struct xk_test_kms *kms;
static struct xk_session_result sessions[8];
static uint8_t out[1024];
static size_t size;
static uint32_t from;

static void start(enum xk_test_kms_mode mode, uint32_t max_packets, uint32_t max_packet_size)
{
    struct xk_test_kms_config config;
    xk_test_kms_config_init(&config);
    config.seed = SEED;
    config.mode = mode;
    config.max_packets = max_packets;
    config.max_packet_size = max_packet_size;
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
}

static int start_blind(void **state)
{
    (void)state;
    start(XK_TEST_KMS_BLIND, 8, 2048);
    return 0;
}

static int start_checking(void **state)
{
    (void)state;
    start(XK_TEST_KMS_CHECK_RELATION, 8, 2048);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return xk_test_kms_destroy(kms) == XK_OK ? 0 : 1;
}

static struct xk_test_kms_rule rule_of(enum xk_test_kms_action action)
{
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.action = action;
    return rule;
}

static void script(const struct xk_test_kms_rule *rule)
{
    assert_int_equal(xk_test_kms_script(kms, rule), XK_OK);
}

static enum xk_status pull(uint64_t now)
{
    return xk_test_kms_pull(kms, now, out, sizeof out, &size, &from);
}

static struct xk_get_keys_response pulled(uint64_t now)
{
    assert_int_equal(pull(now), XK_OK);
    return sample_response(&s, out, size, sessions, 8);
}

static struct xk_test_kms_counters counters(void)
{
    struct xk_test_kms_counters c;
    xk_test_kms_read_counters(kms, &c);
    return c;
}

static void without_a_script_keys_come_at_once(void **state)
{
    (void)state;
    assert_int_equal(xk_test_kms_take(kms, 50, sample_ask(&s, 1, 2, ALICE)), XK_OK);
    assert_true(xk_test_kms_next_due(kms) == 50);
    assert_int_equal(pulled(50).session_count, 1);
    assert_int_equal(from, 2);
    is_key_of(&s, &sessions[0], SEED);
    assert_int_equal(pull(UINT64_MAX), XK_E_UNKNOWN);
    assert_int_equal(counters().taken, 1);
    assert_int_equal(counters().scripted, 0);
}

static void results_refusals_and_silence_are_told_as_scripted(void **state)
{
    (void)state;
    struct xk_test_result results[2];
    memset(results, 0, sizeof results);
    results[0].cs_id = 1;
    results[1].cs_id = 9;
    results[1].failure = XK_FAILURE_SESSION_UNKNOWN;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.results = results;
    rule.result_count = 2;
    script(&rule);
    rule = rule_of(XK_TEST_KMS_REFUSE);
    rule.failure = XK_FAILURE_OTHER_KMS;
    rule.referral = xk_text("kms2");
    script(&rule);
    rule = rule_of(XK_TEST_KMS_SILENT);
    script(&rule);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_OK);
    }
    assert_int_equal(pulled(0).session_count, 2);
    is_key_of(&s, &sessions[0], SEED);
    assert_int_equal(sessions[1].failure, XK_FAILURE_SESSION_UNKNOWN);
    struct xk_get_keys_response response = pulled(0);
    assert_int_equal(response.failure, XK_FAILURE_OTHER_KMS);
    assert_int_equal(response.referral.size, 4);
    assert_int_equal(pull(UINT64_MAX), XK_E_UNKNOWN);
    assert_int_equal(counters().silent, 1);
    assert_int_equal(counters().taken, 3);
}

static void a_delay_and_another_sender_are_kept(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.delay_ms = 300;
    rule.from = 3;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 1000, sample_ask(&s, 1, 0, ALICE)), XK_OK);
    assert_true(xk_test_kms_next_due(kms) == 1300);
    assert_int_equal(pull(1299), XK_E_UNKNOWN);
    assert_int_equal(pull(1300), XK_OK);
    assert_int_equal(from, 3);
    assert_true(xk_test_kms_next_due(kms) == XK_NEVER);
    /* at the end of all time it is due before "never" */
    rule.delay_ms = UINT32_MAX;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, UINT64_MAX - 10, &s.send), XK_OK);
    assert_true(xk_test_kms_next_due(kms) == XK_NEVER - 1);
    rule.delay_ms = 3;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, XK_NEVER - 5, &s.send), XK_OK);
    assert_true(xk_test_kms_next_due(kms) == XK_NEVER - 2);
}

/* Damage is done to one copy: the second answer is whole. */
static void damage_is_done_where_the_rule_says(void **state)
{
    (void)state;
    uint8_t whole[1024];
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.flip_at = 5;
    rule.flip_mask = 0x81;
    rule.cut = 2;
    rule.second = XK_TEST_KMS_SECOND_SAME;
    rule.second_delay_ms = 10;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_OK);
    assert_int_equal(pull(0), XK_OK);
    memcpy(whole, out, size);
    size_t damaged = size;
    assert_int_equal(pulled(10).session_count, 1);
    assert_int_equal(damaged, size - 2);
    for (size_t i = 0; i < damaged; i++) {
        assert_int_equal(whole[i] ^ out[i], i == 5 ? 0x81 : 0);
    }
    rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.cut = SIZE_MAX;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_OK);
    assert_int_equal(pull(0), XK_OK);
    assert_int_equal(size, 0);
}

static void a_second_answer_may_contradict_the_first(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.delay_ms = 5;
    rule.second = XK_TEST_KMS_SECOND_OTHER;
    rule.second_delay_ms = 7;
    script(&rule);
    rule.second = XK_TEST_KMS_SECOND_REFUSAL;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_OK);
    (void)pulled(5);
    is_key_of(&s, &sessions[0], SEED);
    assert_int_equal(pull(11), XK_E_UNKNOWN);
    (void)pulled(12);
    is_key_of(&s, &sessions[0], SEED + 1);
    assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_OK);
    assert_int_equal(pulled(12).failure, XK_FAILURE_NONE);
    assert_int_equal(pulled(12).failure, XK_FAILURE_GENERIC);
}

/* What cannot be done changes nothing: the rule still waits, and nothing is on its way. */
static void what_cannot_be_taken_leaves_the_script_alone(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.flip_mask = 1;
    rule.flip_at = 5000;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_E_FIELD);
    s.send.kms = 4;
    assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_E_ARGUMENT);
    s.send.kms = 0;
    s.send.octets.size--;
    assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_E_TRUNCATED);
    assert_int_equal(xk_test_kms_take(kms, 0, NULL), XK_E_ARGUMENT);
    assert_int_equal(counters().malformed, 1);
    assert_int_equal(counters().taken, 0);
    assert_int_equal(counters().rules_left, 1);
    assert_int_equal(counters().packets_left, 0);
}

static void room_and_size_are_bounded(void **state)
{
    (void)state;
    for (int mode = 0; mode < 2; mode++) {
        struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
        rule.second = XK_TEST_KMS_SECOND_SAME;
        start(mode == 0 ? XK_TEST_KMS_BLIND : XK_TEST_KMS_CHECK_RELATION, 1, 64);
        assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_OK);
        assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 2, 0, ALICE)), XK_E_FULL);
        assert_int_equal(pull(0), XK_OK);
        assert_true(size <= 64);
        script(&rule);
        assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_E_FULL);
        assert_int_equal(counters().rules_left, 1);
        assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
        start(mode == 0 ? XK_TEST_KMS_BLIND : XK_TEST_KMS_CHECK_RELATION, 2, 64);
        static const uint8_t long_key[64] = {1};
        const struct xk_test_result result = {1, XK_FAILURE_NONE, {long_key, sizeof long_key}, {NULL, 0}};
        rule = rule_of(XK_TEST_KMS_ANSWER);
        rule.results = &result;
        rule.result_count = 1;
        script(&rule);
        assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_E_SPACE);
        assert_int_equal(counters().packets_left, 0);
        assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
    }
}

/* An answer as large as a packet may be is sent, and its last octet can be damaged; there is no octet behind it. */
static void an_answer_fits_to_its_last_octet(void **state)
{
    (void)state;
    static const uint8_t long_key[64] = {1};
    const struct xk_test_result result = {1, XK_FAILURE_NONE, {long_key, sizeof long_key}, {NULL, 0}};
    for (int mode = 0; mode < 2; mode++) {
        struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
        rule.results = &result;
        rule.result_count = 1;
        rule.flip_mask = 1;
        size_t whole = 2048;
        for (unsigned int less = 0; less < 3; less++) { /* measured; as large as may be; an octet too large */
            const size_t room = less < 2 ? whole : whole - 1;
            start(mode == 0 ? XK_TEST_KMS_BLIND : XK_TEST_KMS_CHECK_RELATION, 2, (uint32_t)room);
            rule.flip_at = less == 1 ? whole - 1 : 0;
            script(&rule);
            assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, BOB)), less < 2 ? XK_OK : XK_E_SPACE);
            if (less < 2) {
                assert_int_equal(pull(0), XK_OK);
                whole = size;
                rule.flip_at = whole;
                script(&rule);
                assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 2, 0, BOB)), XK_E_FIELD);
            }
            assert_int_equal(counters().packets_left, 0);
            assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
        }
    }
}

static void an_exchange_that_cannot_be_parsed_is_refused_as_malformed(void **state)
{
    (void)state;
    sample_ask(&s, 1, 0, ALICE);
    s.ask.transfer_init.size = 3;
    assert_int_equal(xk_get_keys_encode(&s.ask, s.wire, sizeof s.wire, &s.send.octets.size, NULL), XK_OK);
    assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_OK);
    assert_int_equal(pulled(0).failure, XK_FAILURE_MALFORMED);
    /* other keys for it cannot be made, so that nothing is sent at all */
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.second = XK_TEST_KMS_SECOND_OTHER;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, &s.send), XK_E_MIKEY_TRUNCATED);
    assert_int_equal(counters().packets_left, 0);
    assert_int_equal(counters().rules_left, 1);
}

static void the_responder_answers_only_what_relates_to_its_target(void **state)
{
    (void)state;
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, BOB)), XK_OK);
    assert_int_equal(pulled(0).session_count, 1);
    is_key_of(&s, &sessions[0], SEED);
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.delay_ms = 20;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 2, 0, CAROL)), XK_OK);
    assert_int_equal(pull(19), XK_E_UNKNOWN);
    assert_int_equal(pulled(20).failure, XK_FAILURE_NOT_TARGET); /* as the rule travels, whatever was decided */
    rule = rule_of(XK_TEST_KMS_REFUSE);
    rule.failure = XK_FAILURE_TICKET_EXPIRED;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 3, 0, ALICE)), XK_OK);
    assert_int_equal(pulled(0).failure, XK_FAILURE_TICKET_EXPIRED);
}

static void the_responder_gives_one_transaction_one_answer(void **state)
{
    (void)state;
    uint8_t first[1024];
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, BOB)), XK_OK);
    assert_int_equal(pull(0), XK_OK);
    memcpy(first, out, size);
    assert_int_equal(xk_test_kms_take(kms, 100, &s.send), XK_OK);
    assert_int_equal(pull(100), XK_OK);
    assert_memory_equal(first, out, size);
    /* another answer to the same transaction is not given at all */
    const struct xk_test_result other = {1, XK_FAILURE_SESSION_UNKNOWN, {NULL, 0}, {NULL, 0}};
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.results = &other;
    rule.result_count = 1;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 200, &s.send), XK_OK);
    assert_int_equal(pull(200), XK_E_UNKNOWN);
    assert_int_equal(counters().silent, 1);
    /* nor one to another request under its id */
    assert_int_equal(xk_test_kms_take(kms, 200, sample_ask(&s, 1, 0, ALICE)), XK_OK);
    assert_int_equal(pulled(200).failure, XK_FAILURE_CONFLICT);
    /* but another KMS has its own memory */
    assert_int_equal(xk_test_kms_take(kms, 200, sample_ask(&s, 1, 1, ALICE)), XK_OK);
    assert_int_equal(pulled(200).failure, XK_FAILURE_NONE);
}

static void the_responder_never_gives_more_than_the_exchange_has(void **state)
{
    (void)state;
    const struct xk_test_result extra = {9, XK_FAILURE_NONE, {NULL, 0}, {NULL, 0}};
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.results = &extra;
    rule.result_count = 1;
    script(&rule);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, BOB)), XK_OK);
    assert_int_equal(pulled(0).failure, XK_FAILURE_GENERIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_script_keys_come_at_once, start_blind, stop),
        cmocka_unit_test_setup_teardown(results_refusals_and_silence_are_told_as_scripted, start_blind, stop),
        cmocka_unit_test_setup_teardown(a_delay_and_another_sender_are_kept, start_blind, stop),
        cmocka_unit_test_setup_teardown(damage_is_done_where_the_rule_says, start_blind, stop),
        cmocka_unit_test_setup_teardown(a_second_answer_may_contradict_the_first, start_blind, stop),
        cmocka_unit_test_setup_teardown(a_second_answer_may_contradict_the_first, start_checking, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_taken_leaves_the_script_alone, start_blind, stop),
        cmocka_unit_test(room_and_size_are_bounded),
        cmocka_unit_test(an_answer_fits_to_its_last_octet),
        cmocka_unit_test_setup_teardown(an_exchange_that_cannot_be_parsed_is_refused_as_malformed, start_blind, stop),
        cmocka_unit_test_setup_teardown(an_exchange_that_cannot_be_parsed_is_refused_as_malformed, start_checking,
                                        stop),
        cmocka_unit_test_setup_teardown(the_responder_answers_only_what_relates_to_its_target, start_checking, stop),
        cmocka_unit_test_setup_teardown(the_responder_gives_one_transaction_one_answer, start_checking, stop),
        cmocka_unit_test_setup_teardown(the_responder_never_gives_more_than_the_exchange_has, start_checking, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
