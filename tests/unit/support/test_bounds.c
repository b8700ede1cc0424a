/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t octets[16];

static void a_view_is_held_against_its_limits(void **state)
{
    (void)state;
    static const struct {
        const uint8_t *data;
        size_t size;
        size_t low;
        size_t high;
        enum xk_status status;
    } rows[] = {
        {octets, 3, 3, 8, XK_OK},
        {octets, 8, 3, 8, XK_OK},
        {octets, 2, 3, 8, XK_E_FIELD},
        {octets, 9, 3, 8, XK_E_FIELD_LIMIT},
        {octets, 0, 3, 8, XK_E_FIELD_EMPTY},
        {NULL, 0, 3, 8, XK_E_FIELD_EMPTY},
        {NULL, 3, 3, 8, XK_E_ARGUMENT},
        {NULL, 9, 3, 8, XK_E_ARGUMENT}, /* what is nowhere has no size to speak of */
        {octets, 0, 0, 8, XK_OK},
        {NULL, 0, 0, 8, XK_OK}, /* it may be absent */
        {NULL, 1, 0, 8, XK_E_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 7, "before"};
        const struct xk_bytes value = {rows[i].data, rows[i].size};
        enum xk_status status = xki_check_bounds(value, rows[i].low, rows[i].high, "field", &diag);
        if (status != rows[i].status) {
            fail_msg("row %zu: %s, wanted %s", i, xk_status_name(status), xk_status_name(rows[i].status));
        }
        assert_int_equal(xki_check_bounds(value, rows[i].low, rows[i].high, "field", NULL), status);
        assert_int_equal(diag.status, status);
        assert_int_equal(diag.offset, status == XK_OK ? 7 : 0);
        assert_string_equal(diag.field, status == XK_OK ? "before" : "field");
    }
}

static void an_optional_view_is_absent_or_within_its_limits(void **state)
{
    (void)state;
    static const struct {
        const uint8_t *data;
        size_t size;
        enum xk_status status;
    } rows[] = {
        {NULL, 0, XK_OK},   {octets, 1, XK_OK},         {octets, 8, XK_OK}, {octets, 9, XK_E_FIELD_LIMIT},
        {octets, 0, XK_E_FIELD_EMPTY}, {NULL, 1, XK_E_ARGUMENT}, {NULL, 9, XK_E_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 7, "before"};
        const struct xk_bytes value = {rows[i].data, rows[i].size};
        assert_int_equal(xki_check_optional(value, 8, "field", &diag), rows[i].status);
        assert_int_equal(diag.status, rows[i].status);
        assert_string_equal(diag.field, rows[i].status == XK_OK ? "before" : "field");
        assert_int_equal(xki_is_nowhere(value), rows[i].status == XK_E_ARGUMENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_is_held_against_its_limits),
        cmocka_unit_test(an_optional_view_is_absent_or_within_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
