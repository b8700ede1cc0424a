/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/status.h>

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void every_status_has_a_name_a_text_and_a_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < XK_STATUS_COUNT; i++) {
        enum xk_status status = xk_status_at(i);
        assert_int_equal(xk_status_index(status), i);
        assert_int_equal(xk_status_class(status), (int)status / 100);
        assert_int_not_equal(strncmp(xk_status_name(status), "XK_E_?", 6), 0);
        assert_true(strlen(xk_status_text(status)) > 3);
        assert_null(strstr(xk_status_text(status), "not a status"));
    }
}

static void any_other_number_is_answered_too(void **state)
{
    (void)state;
    size_t known = 0;
    for (int value = -10; value < 1000; value++) {
        if (xk_status_index((enum xk_status)value) < XK_STATUS_COUNT) {
            known++;
        } else {
            assert_string_equal(xk_status_name((enum xk_status)value), "XK_E_?");
            assert_string_equal(xk_status_text((enum xk_status)value), "not a status of libxk");
        }
    }
    assert_int_equal(known, XK_STATUS_COUNT);
    assert_string_equal(xk_status_name((enum xk_status)INT_MAX), "XK_E_?");
    assert_int_equal(xk_status_at(XK_STATUS_COUNT), XK_E_ARGUMENT);
    assert_int_equal(xk_status_class((enum xk_status)999), XK_CLASS_CALLER);
}

static void classes_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"ok", "caller", "input", "host", "resource", "state"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(xk_status_class_name((enum xk_status_class)i), names[i]);
    }
    assert_string_equal(xk_status_class_name((enum xk_status_class)6), "?");
    assert_string_equal(xk_status_class_name((enum xk_status_class)-1), "?");
}

/* A status that is in the header but not in the table is found here. */
static void the_table_is_the_header(void **state)
{
    (void)state;
    FILE *header = fopen(XK_TEST_VECTORS "/../../include/xk/status.h", "r");
    assert_non_null(header);
    char line[512];
    size_t seen = 0;
    while (fgets(line, sizeof line, header) != NULL) {
        char name[64];
        int value;
        if (sscanf(line, " XK_%58[A-Z0-9_] = %d", name, &value) == 2 && strncmp(name, "CLASS", 5) != 0) {
            char full[72];
            snprintf(full, sizeof full, "XK_%s", name);
            assert_string_equal(xk_status_name((enum xk_status)value), full);
            seen++;
        }
    }
    fclose(header);
    assert_int_equal(seen, XK_STATUS_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_a_name_a_text_and_a_class),
        cmocka_unit_test(any_other_number_is_answered_too),
        cmocka_unit_test(classes_have_names),
        cmocka_unit_test(the_table_is_the_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
