/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/version.h>

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#if XK_VERSION_NUMBER < 0x000100
#error "the version number must be usable in #if"
#endif

static void run_time_version_is_the_headers(void **state)
{
    (void)state;
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", XK_VERSION_MAJOR, XK_VERSION_MINOR, XK_VERSION_PATCH);
    assert_int_equal(xk_version_number(), XK_VERSION_NUMBER);
    assert_string_equal(xk_version_string(), text);
    assert_string_equal(XK_VERSION_STRING, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(run_time_version_is_the_headers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
