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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments),
        cmocka_unit_test(years_of_other_than_four_digits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
