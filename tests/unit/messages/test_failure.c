/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* All values that an octet of a journal can have. */
static void every_reason_has_its_own_name_and_text(void **state)
{
    (void)state;
    unsigned int known = 0;
    for (unsigned int i = 0; i < 256; i++) {
        bool on_wire = i >= XK_FAILURE_GENERIC && i <= XK_FAILURE_WIRE_LAST;
        bool local = i == XK_FAILURE_NOT_ANSWERED;
        const char *name = xk_failure_name((enum xk_failure)i);
        const char *text = xk_failure_text((enum xk_failure)i);
        assert_int_equal(xki_failure_is_on_wire(i), on_wire);
        assert_int_equal(xki_failure_is_local(i), local);
        assert_int_equal(xki_failure_is_known(i), i == XK_FAILURE_NONE || on_wire || local);
        if (!xki_failure_is_known(i)) {
            assert_string_equal(name, "?");
            assert_string_equal(text, "not a failure reason of the Xk profile");
            continue;
        }
        known++;
        for (unsigned int j = 0; j < i; j++) {
            assert_string_not_equal(name, xk_failure_name((enum xk_failure)j));
            assert_string_not_equal(text, xk_failure_text((enum xk_failure)j));
        }
    }
    assert_int_equal(known, 1 + XK_FAILURE_WIRE_LAST + 1);
    assert_string_equal(xk_failure_name(XK_FAILURE_NONE), "none");
    assert_string_equal(xk_failure_name(XK_FAILURE_TICKET_EXPIRED), "ticket-expired");
    assert_string_equal(xk_failure_name(XK_FAILURE_NOT_ANSWERED), "not-answered");
    assert_string_equal(xk_failure_text(XK_FAILURE_NOT_ANSWERED), "the response left this Crypto Session out");
}

static void other_numbers_are_answered_too(void **state)
{
    (void)state;
    static const int others[] = {-1, 256, 256 + XK_FAILURE_GENERIC, 1000};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_string_equal(xk_failure_name((enum xk_failure)others[i]), "?");
        assert_string_equal(xk_failure_text((enum xk_failure)others[i]), "not a failure reason of the Xk profile");
        assert_false(xki_failure_is_known((unsigned int)others[i]));
        assert_false(xki_failure_is_on_wire((unsigned int)others[i]));
        assert_false(xki_failure_is_local((unsigned int)others[i]));
    }
}

static void what_is_not_about_the_exchange_is_not_final(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 256; i++) {
        enum xki_failure_course course = XKI_FAILURE_FINAL;
        course = i == XK_FAILURE_UNAVAILABLE ? XKI_FAILURE_RETRIED : course;
        course = i == XK_FAILURE_VERSION ? XKI_FAILURE_MOVES_ON : course;
        course = i == XK_FAILURE_OTHER_KMS ? XKI_FAILURE_REFERRED : course;
        assert_int_equal(xki_failure_course((enum xk_failure)i), course);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_its_own_name_and_text),
        cmocka_unit_test(other_numbers_are_answered_too),
        cmocka_unit_test(what_is_not_about_the_exchange_is_not_final),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
