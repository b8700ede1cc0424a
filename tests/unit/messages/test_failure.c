/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void every_reason_has_its_own_name_and_text(void **state)
{
    (void)state;
    assert_string_equal(xk_failure_name(XK_FAILURE_NOT_ANSWERED), "not-answered");
    assert_string_equal(xk_failure_text(XK_FAILURE_NOT_ANSWERED), "the response left this Crypto Session out");
    for (int i = XK_FAILURE_NONE; i <= XK_FAILURE_WIRE_LAST; i++) {
        assert_string_not_equal(xk_failure_name((enum xk_failure)i), "?");
        assert_string_not_equal(xk_failure_name((enum xk_failure)i), "not-answered");
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(xk_failure_name((enum xk_failure)i), xk_failure_name((enum xk_failure)j));
            assert_string_not_equal(xk_failure_text((enum xk_failure)i), xk_failure_text((enum xk_failure)j));
        }
    }
}

static void other_numbers_are_answered_too(void **state)
{
    (void)state;
    assert_string_equal(xk_failure_name((enum xk_failure)(XK_FAILURE_WIRE_LAST + 1)), "?");
    assert_string_equal(xk_failure_name((enum xk_failure)(XK_FAILURE_NOT_ANSWERED - 1)), "?");
    assert_string_equal(xk_failure_name((enum xk_failure)(XK_FAILURE_NOT_ANSWERED + 1)), "?");
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
