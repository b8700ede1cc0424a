/* SPDX-License-Identifier: BSD-2-Clause */
/* The kit given nothing: refused or without effect, never a crash. */
#include <xk_test/xk_test.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static uint8_t out[64];

static void the_fake_kms(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_kms_rule rule;
    struct xk_test_kms_counters counters;
    struct xk_test_kms *kms = NULL;
    struct xk_send send;
    size_t size = 77;
    uint32_t from;
    memset(&send, 0, sizeof send);
    xk_test_kms_config_init(NULL);
    xk_test_kms_rule_init(NULL);
    xk_test_kms_config_init(&config);
    xk_test_kms_rule_init(&rule);
    assert_int_equal(xk_test_kms_create(NULL, NULL, &kms), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_create(&config, NULL, NULL), XK_E_ARGUMENT);
    const struct xk_allocator empty = {sizeof empty, NULL, NULL, NULL};
    assert_int_equal(xk_test_kms_create(&config, &empty, &kms), XK_E_ARGUMENT);
    assert_null(kms);
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
    assert_int_equal(xk_test_kms_script(NULL, &rule), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_script(kms, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_otherwise(NULL, &rule), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_otherwise(kms, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_take(NULL, 1, &send), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_take(kms, 1, NULL), XK_E_ARGUMENT);
    send.kms = config.max_kms;
    assert_int_equal(xk_test_kms_take(kms, 1, &send), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_pull(NULL, 1, out, sizeof out, &size, &from), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_pull(kms, 1, out, sizeof out, NULL, &from), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_pull(kms, 1, NULL, 1, &size, &from), XK_E_ARGUMENT);
    assert_int_equal(size, 77);
    memset(&counters, 0x33, sizeof counters);
    struct xk_test_kms_counters before = counters;
    xk_test_kms_read_counters(NULL, &counters);
    assert_memory_equal(&counters, &before, sizeof counters);
    xk_test_kms_read_counters(kms, NULL);
    xk_test_kms_destroy(kms);
    xk_test_kms_destroy(NULL);
}

static void clock_and_randomness(void **state)
{
    (void)state;
    xk_test_clock_advance(NULL, 5);
    xk_test_random_init(NULL, 5);
    xk_test_random_fail(NULL, 1, 1);
    assert_int_equal(xk_test_random_below(NULL, 5), 0);
    struct xk_test_random random;
    xk_test_random_init(&random, 1);
    assert_false(xk_test_random_fill(out, 1, NULL));
    assert_false(xk_test_random_fill(NULL, 1, &random));
    assert_int_equal(random.calls, 0);
    assert_true(xk_test_random_fill(NULL, 0, &random));
}

static void the_host_and_the_vectors(void **state)
{
    (void)state;
    struct xk_test_host host;
    struct xk_requester_callbacks callbacks;
    size_t size = 77;
    xk_test_host_init(NULL, 1);
    xk_test_host_init(&host, 1);
    memset(&callbacks, 0x33, sizeof callbacks);
    struct xk_requester_callbacks before = callbacks;
    xk_test_host_callbacks(NULL, &callbacks);
    assert_memory_equal(&callbacks, &before, sizeof callbacks);
    xk_test_host_callbacks(&host, NULL);
    assert_int_not_equal(xk_test_hex(xk_text("00"), NULL, 1, &size), XK_TEST_VECTORS_OK);
    assert_int_not_equal(xk_test_hex(xk_text("00"), out, 1, NULL), XK_TEST_VECTORS_OK);
    assert_int_not_equal(xk_test_hex((struct xk_bytes){NULL, 1}, out, 1, &size), XK_TEST_VECTORS_OK);
    assert_int_equal(size, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fake_kms),
        cmocka_unit_test(clock_and_randomness),
        cmocka_unit_test(the_host_and_the_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
