/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void every_reason_has_its_own_name_and_text(void **state)
{
    (void)state;
    for (int i = XK_FAILURE_NONE; i <= XK_FAILURE_NOT_ANSWERED; i++) {
        assert_string_not_equal(xk_failure_name((enum xk_failure)i), "?");
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(xk_failure_name((enum xk_failure)i), xk_failure_name((enum xk_failure)j));
            assert_string_not_equal(xk_failure_text((enum xk_failure)i), xk_failure_text((enum xk_failure)j));
        }
    }
}

static void other_numbers_are_answered_too(void **state)
{
    (void)state;
    assert_string_equal(xk_failure_name((enum xk_failure)20), "?");
    assert_string_equal(xk_failure_name((enum xk_failure)-1), "?");
    assert_string_equal(xk_failure_text((enum xk_failure)1000), "not a failure reason of the Xk profile");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_its_own_name_and_text),
        cmocka_unit_test(other_numbers_are_answered_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
