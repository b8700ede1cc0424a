/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake KMS as an object: its limits, its memory, and which rule of its script serves whom. */
#include <stdlib.h>

#include "unit/testkit/sample.h"

static struct sample s;

#define BLOCKS_MAX 64

static struct {
    size_t left; /* allocations that succeed */
    size_t taken;
    bool dirty; /* memory came back unwiped */
    struct xk_bytes blocks[BLOCKS_MAX];
    size_t block_count;
} memory;

static void *take_memory(size_t size, void *user)
{
    (void)user;
    if (memory.left == 0) {
        return NULL;
    }
    memory.left--;
    memory.taken += size;
    uint8_t *octets = malloc(size);
    assert_true(memory.block_count < BLOCKS_MAX);
    memory.blocks[memory.block_count++] = (struct xk_bytes){octets, size};
    return octets;
}

static void give_memory(void *octets, size_t size, void *user)
{
    (void)user;
    for (size_t i = 0; i < size; i++) {
        memory.dirty = memory.dirty || ((const uint8_t *)octets)[i] != 0;
    }
    memory.taken -= size;
    free(octets);
}

static const struct xk_allocator counting = {sizeof counting, take_memory, give_memory, NULL};

static struct xk_test_kms *create(void)
{
    struct xk_test_kms_config config;
    struct xk_test_kms *kms = NULL;
    xk_test_kms_config_init(&config);
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
    return kms;
}

static struct xk_test_kms_rule refuse(enum xk_failure failure)
{
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.action = XK_TEST_KMS_REFUSE;
    rule.failure = failure;
    return rule;
}

/* Takes a get_keys and answers with what failure it was refused. */
static enum xk_failure refused(struct xk_test_kms *kms, uint32_t number, const char *identity)
{
    uint8_t out[512];
    size_t size = 0;
    struct xk_session_result sessions[2];
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, number, identity)), XK_OK);
    assert_int_equal(xk_test_kms_pull(kms, 0, out, sizeof out, &size, NULL), XK_OK);
    return sample_response(&s, out, size, sessions, 2).failure;
}

static void a_configuration_outside_its_limits_is_refused(void **state)
{
    (void)state;
    struct xk_test_kms *kms = NULL;
    struct xk_test_kms_config good;
    xk_test_kms_config_init(&good);
    for (int i = 0; i < 9; i++) {
        struct xk_test_kms_config config = good;
        uint32_t *values[] = {&config.max_kms,         &config.max_kms,         &config.max_rules,
                              &config.max_rules,       &config.max_packets,     &config.max_packets,
                              &config.max_packet_size, &config.max_packet_size, &config.blocked_wait_ms};
        const uint32_t wrong[] = {0, XK_KMS_MAX + 1, 0, 65537, 0, 4097, 63, XK_MESSAGE_MAX + 1, 0};
        *values[i] = wrong[i];
        assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_E_CONFIG);
    }
    struct xk_test_kms_config config = good;
    config.mode = (enum xk_test_kms_mode)7;
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_E_CONFIG);
    config = good;
    config.mode = XK_TEST_KMS_CHECK_RELATION;
    config.relation.size = 1;
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_create(NULL, NULL, &kms), XK_E_ARGUMENT);
    struct xk_allocator wrong[] = {counting, counting, counting};
    wrong[0].size--;
    wrong[1].allocate = NULL;
    wrong[2].release = NULL;
    memory.left = 100;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(xk_test_kms_create(&good, &wrong[i], &kms), XK_E_ARGUMENT);
    }
    assert_int_equal(memory.left, 100); /* nothing was taken */
    assert_null(kms);
}

static void a_configuration_at_its_limits_is_taken(void **state)
{
    (void)state;
    for (unsigned int most = 0; most < 2; most++) {
        struct xk_test_kms *kms = NULL;
        struct xk_test_kms_config config;
        xk_test_kms_config_init(&config);
        config.max_kms = most ? XK_KMS_MAX : 1;
        config.max_rules = most ? 65536 : 1;
        config.max_packets = most ? 4096 : 1;
        config.max_packet_size = 64;
        config.blocked_wait_ms = most ? 86400000 : 1;
        assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
        assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
        config.max_packets = 1;
        config.max_packet_size = XK_MESSAGE_MAX;
        assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
        assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
        kms = NULL;
        config.blocked_wait_ms = 86400001;
        assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_E_CONFIG);
        assert_null(kms);
    }
}

static void what_is_not_set_has_its_default(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_kms_rule rule;
    memset(&config, 0x55, sizeof config);
    memset(&rule, 0x55, sizeof rule);
    xk_test_kms_config_init(&config);
    assert_int_equal(config.seed, 1);
    assert_int_equal(config.mode, XK_TEST_KMS_BLIND);
    assert_int_equal(config.max_kms, 4);
    assert_int_equal(config.max_rules, 64);
    assert_int_equal(config.max_packets, 64);
    assert_int_equal(config.max_packet_size, 2048);
    assert_int_equal(config.blocked_wait_ms, 100);
    xk_test_kms_rule_init(&rule);
    assert_int_equal(rule.kms, XK_TEST_KMS_ANY);
    assert_null(rule.identity.data);
    assert_int_equal(rule.times, 1);
    assert_int_equal(rule.action, XK_TEST_KMS_ANSWER);
    assert_int_equal(rule.failure, XK_FAILURE_GENERIC);
    assert_null(rule.results);
    assert_int_equal(rule.delay_ms, 0);
    assert_int_equal(rule.from, XK_TEST_KMS_ANY);
    assert_int_equal(rule.flip_mask, 0);
    assert_int_equal(rule.cut, 0);
    assert_int_equal(rule.second, XK_TEST_KMS_SECOND_NONE);
}

/* Every allocation fails once, in both modes; whatever was taken comes back, wiped. */
static void memory_comes_back_wiped_whichever_allocation_fails(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_kms *kms = NULL;
    struct xk_test_kms_rule late;
    xk_test_kms_config_init(&config);
    for (int mode = 0; mode < 2; mode++) {
        config.mode = mode == 0 ? XK_TEST_KMS_BLIND : XK_TEST_KMS_CHECK_RELATION;
        enum xk_status status = XK_E_MEMORY;
        size_t allocations = 0;
        while (status == XK_E_MEMORY && allocations < 100) {
            memory.left = allocations++;
            memory.block_count = 0;
            status = xk_test_kms_create(&config, &counting, &kms);
            assert_true(status == XK_OK || memory.taken == 0);
        }
        assert_int_equal(status, XK_OK);
        assert_true(allocations > 3);
        memory.left = 0; /* from here on it takes none */
        xk_test_kms_rule_init(&late);
        late.delay_ms = 1000;
        assert_int_equal(xk_test_kms_script(kms, &late), XK_OK);
        assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_OK);
        assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
        assert_int_equal(memory.taken, 0);
        assert_false(memory.dirty);
    }
    assert_int_equal(xk_test_kms_destroy(NULL), XK_OK);
}

static bool memory_holds(const uint8_t *key, size_t size)
{
    for (size_t i = 0; i < memory.block_count; i++) {
        for (size_t at = 0; at + size <= memory.blocks[i].size; at++) {
            if (memcmp(memory.blocks[i].data + at, key, size) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void a_key_is_nowhere_but_on_its_way(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_kms *kms = NULL;
    uint8_t key[XK_TEST_KEY_SIZE];
    uint8_t out[512];
    size_t size = 0;
    xk_test_kms_config_init(&config);
    for (int mode = 0; mode < 2; mode++) {
        config.mode = mode == 0 ? XK_TEST_KMS_BLIND : XK_TEST_KMS_CHECK_RELATION;
        memory.left = 100;
        memory.block_count = 0;
        assert_int_equal(xk_test_kms_create(&config, &counting, &kms), XK_OK);
        assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 0, ALICE)), XK_OK);
        xk_test_key(config.seed, s.ask.transfer_init, 1, key, NULL);
        assert_true(memory_holds(key, sizeof key));
        assert_int_equal(xk_test_kms_pull(kms, 0, out, sizeof out, &size, NULL), XK_OK);
        assert_false(memory_holds(key, sizeof key));
        assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
    }
}

static void rules_serve_in_order_and_are_used_up(void **state)
{
    (void)state;
    struct xk_test_kms *kms = create();
    struct xk_test_kms_counters counters;
    struct xk_test_kms_rule rule = refuse(XK_FAILURE_POLICY);
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    rule = refuse(XK_FAILURE_TICKET_MAC);
    rule.times = 2;
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    xk_test_kms_read_counters(kms, &counters);
    assert_int_equal(counters.rules_left, 2);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_POLICY);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_TICKET_MAC);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_TICKET_MAC);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_NONE);
    xk_test_kms_read_counters(kms, &counters);
    assert_int_equal(counters.rules_left, 0);
    assert_int_equal(counters.taken, 4);
    assert_int_equal(counters.scripted, 3);
    assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
}

static void a_rule_serves_its_kms_and_its_identity_only(void **state)
{
    (void)state;
    struct xk_test_kms *kms = create();
    struct xk_test_kms_rule rule = refuse(XK_FAILURE_POLICY);
    rule.kms = 2;
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    rule = refuse(XK_FAILURE_NOT_AUTHORISED);
    rule.identity = xk_text(BOB);
    rule.times = 0;
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_NONE);
    assert_int_equal(refused(kms, 3, ALICE), XK_FAILURE_NONE);
    assert_int_equal(refused(kms, 0, "sip:eve@example.com"), XK_FAILURE_NONE); /* no longer than BOB, but another */
    assert_int_equal(refused(kms, 1, BOB), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(refused(kms, 2, BOB), XK_FAILURE_POLICY);
    assert_int_equal(refused(kms, 2, BOB), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(refused(kms, 2, ALICE), XK_FAILURE_NONE);
    struct xk_test_kms_counters counters;
    xk_test_kms_read_counters(kms, &counters);
    assert_int_equal(counters.rules_left, 0); /* the one that serves for ever is not waited for */
    assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
}

static void the_default_can_be_set(void **state)
{
    (void)state;
    struct xk_test_kms *kms = create();
    struct xk_test_kms_rule rule = refuse(XK_FAILURE_ALGORITHM);
    assert_int_equal(xk_test_kms_otherwise(kms, &rule), XK_OK);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_ALGORITHM);
    assert_int_equal(refused(kms, 3, BOB), XK_FAILURE_ALGORITHM);
    rule.failure = XK_FAILURE_NONE;
    assert_int_equal(xk_test_kms_otherwise(kms, &rule), XK_E_FIELD);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_ALGORITHM);
    assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
}

static void a_rule_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct xk_test_kms *kms = create();
    struct xk_test_result results[1];
    struct xk_test_kms_rule good;
    struct xk_test_kms_rule wrong[10];
    memset(results, 0, sizeof results);
    xk_test_kms_rule_init(&good);
    for (size_t i = 0; i < 10; i++) {
        wrong[i] = good;
    }
    wrong[0].kms = 4; /* it plays 0 to 3 */
    wrong[1] = refuse(XK_FAILURE_NONE);
    wrong[2] = refuse(XK_FAILURE_NOT_ANSWERED);
    wrong[3].action = (enum xk_test_kms_action)3;
    wrong[4].second = (enum xk_test_kms_second)4;
    wrong[5].result_count = 1;
    wrong[6].results = results;
    wrong[7] = refuse(XK_FAILURE_POLICY);
    wrong[7].referral = xk_text("kms2");
    wrong[8].referral = xk_text("kms2"); /* beside keys */
    wrong[9] = refuse((enum xk_failure)(XK_FAILURE_WIRE_LAST + 1));
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(xk_test_kms_script(kms, &wrong[i]), XK_E_FIELD);
    }
    good.results = results;
    good.result_count = XK_CRYPTO_SESSIONS_MAX + 1;
    assert_int_equal(xk_test_kms_script(kms, &good), XK_E_FIELD);
    for (unsigned int i = 0; i < 2; i++) { /* a view that lies nowhere */
        struct xk_test_kms_rule nowhere = refuse(XK_FAILURE_OTHER_KMS);
        *(i == 0 ? &nowhere.identity : &nowhere.referral) = (struct xk_bytes){NULL, 1};
        assert_int_equal(xk_test_kms_script(kms, &nowhere), XK_E_ARGUMENT);
        assert_int_equal(xk_test_kms_otherwise(kms, &nowhere), XK_E_ARGUMENT);
    }
    struct xk_test_kms_counters counters;
    xk_test_kms_read_counters(kms, &counters);
    assert_int_equal(counters.rules_left, 0);
    good.kms = 3;
    good.result_count = XK_CRYPTO_SESSIONS_MAX; /* and at their limits */
    assert_int_equal(xk_test_kms_script(kms, &good), XK_OK);
    good = refuse(XK_FAILURE_WIRE_LAST);
    assert_int_equal(xk_test_kms_script(kms, &good), XK_OK);
    xk_test_kms_read_counters(kms, &counters);
    assert_int_equal(counters.rules_left, 2);
    assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
}

static void a_script_has_an_end(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_kms *kms = NULL;
    struct xk_test_kms_rule rule;
    xk_test_kms_config_init(&config);
    config.max_rules = 2;
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
    xk_test_kms_rule_init(&rule);
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_E_FULL);
    assert_int_equal(refused(kms, 0, ALICE), XK_FAILURE_NONE);
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    assert_int_equal(xk_test_kms_destroy(kms), XK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configuration_outside_its_limits_is_refused),
        cmocka_unit_test(a_configuration_at_its_limits_is_taken),
        cmocka_unit_test(what_is_not_set_has_its_default),
        cmocka_unit_test(memory_comes_back_wiped_whichever_allocation_fails),
        cmocka_unit_test(a_key_is_nowhere_but_on_its_way),
        cmocka_unit_test(rules_serve_in_order_and_are_used_up),
        cmocka_unit_test(a_rule_serves_its_kms_and_its_identity_only),
        cmocka_unit_test(the_default_can_be_set),
        cmocka_unit_test(a_rule_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_script_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
