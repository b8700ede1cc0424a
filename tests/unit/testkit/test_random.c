/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/random.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static uint64_t number(const uint8_t *octets)
{
    uint64_t value = 0;
    for (size_t i = 8; i > 0; i--) {
        value = value << 8 | octets[i - 1];
    }
    return value;
}

/* The published first numbers of SplitMix64 for this seed: the sequence is the same on every machine. */
static void the_sequence_is_the_published_one(void **state)
{
    (void)state;
    struct xk_test_random random;
    uint8_t octets[24];
    xk_test_random_init(&random, 1234567);
    assert_true(xk_test_random_fill(octets, sizeof octets, &random));
    assert_true(number(octets) == UINT64_C(6457827717110365317));
    assert_true(number(octets + 8) == UINT64_C(3203168211198807973));
    assert_true(number(octets + 16) == UINT64_C(9817491932198370423));
}

static void a_seed_repeats_and_another_does_not(void **state)
{
    (void)state;
    struct xk_test_random random[3];
    uint8_t octets[3][13];
    for (size_t i = 0; i < 3; i++) {
        xk_test_random_init(&random[i], i == 2 ? 8 : 7);
        assert_true(xk_test_random_fill(octets[i], sizeof octets[i], &random[i]));
    }
    assert_memory_equal(octets[0], octets[1], sizeof octets[0]);
    assert_memory_not_equal(octets[0], octets[2], sizeof octets[0]);
    struct xk_test_random copy = random[0];
    assert_true(xk_test_random_fill(octets[0], 13, &random[0]) && xk_test_random_fill(octets[2], 13, &copy));
    assert_memory_equal(octets[0], octets[2], 13);
    assert_memory_not_equal(octets[0], octets[1], 13);
}

static void the_nth_call_fails_and_writes_nothing(void **state)
{
    (void)state;
    struct xk_test_random random;
    uint8_t octets[4] = {0};
    const uint8_t zeros[4] = {0};
    xk_test_random_init(&random, 1);
    assert_true(xk_test_random_fill(octets, 1, &random));
    memset(octets, 0, sizeof octets);
    xk_test_random_fail(&random, 2, 2);
    assert_true(xk_test_random_fill(octets, 0, &random));
    assert_false(xk_test_random_fill(octets, sizeof octets, &random));
    assert_false(xk_test_random_fill(octets, sizeof octets, &random));
    assert_memory_equal(octets, zeros, sizeof octets);
    assert_true(xk_test_random_fill(octets, sizeof octets, &random));
    assert_int_equal(random.calls, 5);
}

static void failing_ends_when_it_is_told_to(void **state)
{
    (void)state;
    struct xk_test_random random;
    struct xk_test_random undisturbed;
    uint8_t octets[8];
    uint8_t wanted[8];
    xk_test_random_init(&random, 1);
    xk_test_random_init(&undisturbed, 1);
    xk_test_random_fail(&random, 1, UINT64_MAX);
    for (int i = 0; i < 100; i++) {
        assert_false(xk_test_random_fill(octets, sizeof octets, &random));
    }
    xk_test_random_fail(&random, 0, 0);
    assert_true(xk_test_random_fill(octets, sizeof octets, &random));
    assert_true(xk_test_random_fill(wanted, sizeof wanted, &undisturbed));
    assert_memory_equal(octets, wanted, sizeof octets);
    assert_false(xk_test_random_fill(NULL, 1, &random));
    assert_false(xk_test_random_fill(octets, 1, NULL));
}

static void numbers_stay_below_their_bound_and_reach_all_of_it(void **state)
{
    (void)state;
    struct xk_test_random random;
    unsigned int seen[6] = {0};
    xk_test_random_init(&random, 3);
    xk_test_random_fail(&random, 1, UINT64_MAX);
    for (int i = 0; i < 600; i++) {
        uint32_t drawn = xk_test_random_below(&random, 6);
        assert_true(drawn < 6);
        seen[drawn]++;
    }
    for (size_t i = 0; i < 6; i++) {
        assert_true(seen[i] > 50 && seen[i] < 150);
    }
    assert_int_equal(xk_test_random_below(&random, 1), 0);
    assert_int_equal(xk_test_random_below(&random, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_the_published_one),
        cmocka_unit_test(a_seed_repeats_and_another_does_not),
        cmocka_unit_test(the_nth_call_fails_and_writes_nothing),
        cmocka_unit_test(failing_ends_when_it_is_told_to),
        cmocka_unit_test(numbers_stay_below_their_bound_and_reach_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
