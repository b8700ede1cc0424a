/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void is_time(int64_t seconds, const char *digits)
{
    struct xki_calendar c;
    uint8_t out[14];
    assert_true(xki_calendar(seconds, &c));
    xki_calendar_digits(&c, out);
    assert_memory_equal(out, digits, 14);
}

/* Known moments: leap days, ends of centuries, both ends of the range. */
static void known_moments(void **state)
{
    (void)state;
    is_time(0, "19700101000000");
    is_time(-1, "19691231235959");
    is_time(951782400, "20000229000000");
    is_time(951868800, "20000301000000");
    is_time(4107542399, "21000228235959");
    is_time(4107542400, "21000301000000");
    is_time(1767323045, "20260102030405");
    is_time(2524607999, "20491231235959");
    is_time(INT64_C(253402300799), "99991231235959");
    is_time(INT64_C(-62167219200), "00000101000000");
}

static void years_of_other_than_four_digits_are_refused(void **state)
{
    (void)state;
    struct xki_calendar c;
    assert_false(xki_calendar(INT64_C(253402300800), &c));
    assert_false(xki_calendar(INT64_C(-62167219201), &c));
}

static void dates_that_do_not_exist_are_no_seconds(void **state)
{
    (void)state;
    static const struct {
        struct xki_calendar date;
        bool exists;
    } rows[] = {
        {{2024, 2, 29, 0, 0, 0}, true},   {{2026, 2, 29, 0, 0, 0}, false},  {{2000, 2, 29, 0, 0, 0}, true},
        {{2100, 2, 29, 0, 0, 0}, false},  {{2026, 2, 28, 0, 0, 0}, true},   {{0, 1, 1, 0, 0, 0}, true},
        {{-1, 12, 31, 0, 0, 0}, false},   {{10000, 1, 1, 0, 0, 0}, false},  {{2026, 0, 1, 0, 0, 0}, false},
        {{2026, 13, 1, 0, 0, 0}, false},  {{2026, 4, 0, 0, 0, 0}, false},   {{2026, 4, 31, 0, 0, 0}, false},
        {{2026, 4, 30, 24, 0, 0}, false}, {{2026, 4, 30, 0, 60, 0}, false}, {{2026, 4, 30, 0, 0, 60}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t seconds = 77;
        struct xki_calendar back;
        assert_int_equal(xki_calendar_seconds(&rows[i].date, &seconds), rows[i].exists);
        if (rows[i].exists) {
            assert_true(xki_calendar(seconds, &back));
            assert_int_equal(back.year, rows[i].date.year);
            assert_int_equal(back.month, rows[i].date.month);
            assert_int_equal(back.day, rows[i].date.day);
        } else {
            assert_int_equal(seconds, 77);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments),
        cmocka_unit_test(dates_that_do_not_exist_are_no_seconds),
        cmocka_unit_test(years_of_other_than_four_digits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
