/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define MOMENT 1767323045 /* 2026-01-02 03:04:05 UTC */

static void generalized_times_are_read_in_every_form(void **state)
{
    static const struct {
        const char *text;
        int64_t digits;
        uint32_t microseconds;
        bool has_offset;
        int32_t offset;
    } rows[] = {
        {"20260102030405", MOMENT, 0, false, 0},
        {"20260102030405Z", MOMENT, 0, true, 0},
        {"20260102030405.5", MOMENT, 500000, false, 0},
        {"20260102030405,5Z", MOMENT, 500000, true, 0},
        {"20260102030405.120Z", MOMENT, 120000, true, 0},
        {"20260102030405.123456Z", MOMENT, 123456, true, 0},
        {"20260102030405.1234567891234Z", MOMENT, 123456, true, 0},
        {"20260102030405.999999999Z", MOMENT, 999999, true, 0},
        {"20260102030405.0000001Z", MOMENT, 0, true, 0},
        {"20260102030405+01", MOMENT, 0, true, 60},
        {"20260102030405+0130", MOMENT, 0, true, 90},
        {"20260102030405.25-2359", MOMENT, 250000, true, -1439},
        {"20260102030405-0000", MOMENT, 0, true, 0},
        {"202601020304Z", MOMENT - 5, 0, true, 0},
        {"202601020304.5Z", MOMENT + 25, 0, true, 0},
        {"2026010203Z", MOMENT - 245, 0, true, 0},
        {"2026010203", MOMENT - 245, 0, false, 0},
        {"202601020304", MOMENT - 5, 0, false, 0},
        {"2026010203.25", MOMENT - 245 + 900, 0, false, 0},
        {"2026010203.123456789", MOMENT - 245 + 444, 444440, false, 0},
        {"20161231235960Z", 1483228800, 0, true, 0}, /* a leap second */
        {"20161231235960.5Z", 1483228800, 500000, true, 0},
        {"20161231235959Z", 1483228799, 0, true, 0},
        {"19700101000000Z", 0, 0, true, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_time time;
        memset(&time, 0x55, sizeof time);
        if (!xki_time_read_generalized(xk_text(rows[i].text), &time)) {
            fail_msg("%s", rows[i].text);
        }
        assert_int_equal(time.digits.seconds, rows[i].digits);
        assert_int_equal(time.digits.microseconds, rows[i].microseconds);
        assert_int_equal(time.has_offset, rows[i].has_offset);
        assert_int_equal(time.offset_minutes, rows[i].offset);
        assert_int_equal(xki_time_moment(&time).seconds, rows[i].digits - rows[i].offset * 60);
        assert_int_equal(xki_time_moment(&time).microseconds, rows[i].microseconds);
    }
}

static void what_is_no_generalized_time_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "202", "2026", "202601", "20260102", "2026010", "202601020", "20260102030", "2026010203040",
        "202601020304051", "20260102030405.", "20260102030405.Z", "20260102030405,Z", "20260102030405.5X",
        "20260102030405ZZ", "20260102030405Z1", "20260102030405+", "20260102030405+1", "20260102030405+011",
        "20260102030405+01300", "20260102030405+2400", "20260102030405-0160", "20260102030405*0100",
        "20260102030405 0100", "20260102030461Z", "20260102030499Z", "20260102036005Z", "20260102240405Z",
        "20261302030405Z", "20260002030405Z", "20260132030405Z", "20260100030405Z", "2o260102030405Z",
        "2026o102030405Z", "202601o2030405Z", "20260102o30405Z", "2026010203o405Z", "202601020304o5Z",
        "20260102030405.5.5Z", "20260102030405+0a00", "20260102030405+010a", "20250229030405Z",
        "20/60102030405Z", "20:60102030405Z",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct xki_time time;
        if (xki_time_read_generalized(xk_text(texts[i]), &time)) {
            fail_msg("%s", texts[i]);
        }
    }
}

static void utc_times_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t digits;
        int32_t offset;
    } rows[] = {
        {"260102030405Z", MOMENT, 0},      {"2601020304Z", MOMENT - 5, 0},    {"260102030405+0100", MOMENT, 60},
        {"491231235959Z", 2524607999, 0},  {"500101000000Z", -631152000, 0},  {"990101000000Z", 915148800, 0},
        {"000101000000Z", 946684800, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_time time;
        assert_true(xki_time_read_utc(xk_text(rows[i].text), &time));
        assert_int_equal(time.digits.seconds, rows[i].digits);
        assert_int_equal(time.offset_minutes, rows[i].offset);
    }
    struct xki_time time;
    assert_false(xki_time_read_utc(xk_text("2"), &time));
    assert_false(xki_time_read_utc(xk_text(""), &time));
    assert_false(xki_time_read_utc(xk_text("26013203040Z"), &time));
}

static void is_written(struct xk_utc time, int32_t offset, unsigned int digits, bool zone, const char *expected)
{
    uint8_t text[XKI_TIME_MAX + 1];
    memset(text, '#', sizeof text);
    uint32_t size = xki_time_write_generalized(time, offset, digits, zone, text);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(text, expected, size);
    assert_int_equal(text[size], '#');
}

static void times_are_written_with_as_many_digits_as_asked_for(void **state)
{
    (void)state;
    const struct xk_utc time = {MOMENT, 120456};
    const struct xk_utc last = {MOMENT, 999999};
    is_written(time, 0, 0, false, "20260102030405");
    is_written(time, 0, 0, true, "20260102030405Z");
    is_written(time, 0, 1, true, "20260102030405.1Z");
    is_written(time, 0, 3, true, "20260102030405.120Z");
    is_written(time, 0, 6, true, "20260102030405.120456Z");
    is_written(last, 0, 3, true, "20260102030405.999Z");
    is_written(time, 60, 3, true, "20260102040405.120+0100");
    is_written(time, 60, 3, false, "20260102040405.120");
    is_written(time, -1439, 6, true, "20260101030505.120456-2359");
    is_written(time, 605, 0, true, "20260102130905+1005");
    is_written(time, 1, 0, true, "20260102030505+0001");
    uint8_t text[XKI_TIME_MAX];
    assert_int_equal(xki_time_write_utc(time, text), 13);
    assert_memory_equal(text, "260102030405Z", 13);
}

static void times_that_fit(void **state)
{
    (void)state;
    const int64_t last = INT64_C(253402300799) - 86400;
    assert_true(xki_time_fits((struct xk_utc){0, 0}));
    assert_true(xki_time_fits((struct xk_utc){last, 999999}));
    assert_false(xki_time_fits((struct xk_utc){-1, 0}));
    assert_false(xki_time_fits((struct xk_utc){last + 1, 0}));
    assert_false(xki_time_fits((struct xk_utc){0, 1000000}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generalized_times_are_read_in_every_form),
        cmocka_unit_test(what_is_no_generalized_time_is_refused),
        cmocka_unit_test(utc_times_are_read),
        cmocka_unit_test(times_are_written_with_as_many_digits_as_asked_for),
        cmocka_unit_test(times_that_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
