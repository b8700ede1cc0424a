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

/* Day by day through two times 400 years, counted here by the rule of leap years alone; all hours of some days. */
static void every_day_is_told_and_comes_back(void **state)
{
    (void)state;
    static const unsigned int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct xki_calendar day = {1600, 1, 1, 0, 0, 0};
    int64_t seconds = INT64_C(-11676096000);
    while (day.year < 2400) {
        bool leap = (day.year % 4 == 0 && day.year % 100 != 0) || day.year % 400 == 0;
        unsigned int length = lengths[day.month - 1] + (day.month == 2 && leap ? 1 : 0);
        struct xki_calendar c = day;
        c.hour = day.day % 24;
        c.minute = day.day * 2 % 60;
        c.second = 59 - day.day;
        int64_t at = seconds + (int64_t)c.hour * 3600 + (int64_t)c.minute * 60 + c.second;
        struct xki_calendar told;
        int64_t back = 0;
        assert_true(xki_calendar(at, &told));
        if (told.year != c.year || told.month != c.month || told.day != c.day || told.hour != c.hour ||
            told.minute != c.minute || told.second != c.second) {
            fail_msg("%d-%u-%u", (int)day.year, day.month, day.day);
        }
        assert_true(xki_calendar_seconds(&c, &back));
        assert_true(back == at);
        if (day.day == length) {
            c.day++;
            assert_false(xki_calendar_seconds(&c, &back));
        }
        c = day;
        c.hour = day.day % 24; /* and the first second of an hour */
        at = seconds + (int64_t)c.hour * 3600;
        assert_true(xki_calendar(at, &told));
        assert_int_equal(told.hour, c.hour);
        assert_int_equal(told.minute + told.second, 0);
        seconds += 86400;
        day.day++;
        if (day.day > length) {
            day.day = 1;
            day.month++;
        }
        if (day.month > 12) {
            day.month = 1;
            day.year++;
        }
    }
    assert_true(seconds == INT64_C(13569465600));
}

static void the_last_second_of_a_day_exists(void **state)
{
    (void)state;
    struct xki_calendar c = {2026, 1, 2, 23, 59, 59};
    int64_t seconds = 0;
    assert_true(xki_calendar_seconds(&c, &seconds));
    assert_true(seconds == 1767398399);
    is_time(seconds, "20260102235959");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments),
        cmocka_unit_test(every_day_is_told_and_comes_back),
        cmocka_unit_test(the_last_second_of_a_day_exists),
        cmocka_unit_test(dates_that_do_not_exist_are_no_seconds),
        cmocka_unit_test(years_of_other_than_four_digits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
