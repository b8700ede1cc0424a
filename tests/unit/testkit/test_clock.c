/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/clock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void it_moves_as_far_as_it_is_told(void **state)
{
    (void)state;
    struct xk_test_clock clock = {1000};
    xk_test_clock_advance(&clock, 0);
    assert_true(clock.now_ms == 1000);
    xk_test_clock_advance(&clock, 86400000);
    assert_true(clock.now_ms == 86401000);
}

static void it_never_reaches_never(void **state)
{
    (void)state;
    struct xk_test_clock clock = {UINT64_MAX - 3};
    xk_test_clock_advance(&clock, 1);
    assert_true(clock.now_ms == UINT64_MAX - 2);
    xk_test_clock_advance(&clock, UINT64_MAX);
    assert_true(clock.now_ms == UINT64_MAX - 1);
    xk_test_clock_advance(&clock, 1);
    assert_true(clock.now_ms == UINT64_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_moves_as_far_as_it_is_told),
        cmocka_unit_test(it_never_reaches_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
