/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* The promise of the table's opening comment, read off the table. */
static void once_decided_a_request_is_never_undecided_again(void **state)
{
    (void)state;
    for (enum xki_state from = XKI_FREE; from < XKI_STATES; from++) {
        for (enum xki_input input = XKI_SUBMIT; input < XKI_INPUTS; input++) {
            enum xki_state to = xki_next_state(from, input);
            if (to != XKI_STATES && xki_is_pending(to)) {
                assert_true(xki_is_pending(from) ||
                            (from == XKI_FREE && (input == XKI_SUBMIT || input == XKI_SUBMIT_SHARED)));
            }
        }
    }
}

static void the_timer_decides_only_what_is_undecided(void **state)
{
    (void)state;
    assert_int_equal(xki_next_state(XKI_WAITING, XKI_EXPIRY), XKI_OWED);
    assert_int_equal(xki_next_state(XKI_ASKED, XKI_EXPIRY), XKI_OWED);
    assert_int_equal(xki_next_state(XKI_SHARING, XKI_EXPIRY), XKI_OWED);
    assert_int_equal(xki_next_state(XKI_BLOCKED, XKI_EXPIRY), XKI_STATES);
    assert_int_equal(xki_next_state(XKI_OFFERED, XKI_EXPIRY), XKI_STATES);
    assert_int_equal(xki_next_state(XKI_HELD, XKI_EXPIRY), XKI_STATES);
}

static void every_state_but_an_offer_can_be_withdrawn(void **state)
{
    (void)state;
    for (enum xki_state from = XKI_WAITING; from < XKI_STATES; from++) {
        assert_int_equal(xki_next_state(from, XKI_CANCEL), from == XKI_OFFERED ? XKI_STATES : XKI_FREE);
    }
}

static void numbers_outside_the_table_are_refused(void **state)
{
    (void)state;
    assert_int_equal(xki_next_state(XKI_STATES, XKI_SUBMIT), XKI_STATES);
    assert_int_equal(xki_next_state(XKI_FREE, XKI_INPUTS), XKI_STATES);
}

static void everything_has_a_name(void **state)
{
    (void)state;
    for (enum xki_state s = XKI_FREE; s < XKI_STATES; s++) {
        assert_true(strlen(xki_state_name(s)) > 3);
    }
    for (enum xki_input i = XKI_SUBMIT; i < XKI_INPUTS; i++) {
        assert_true(strlen(xki_input_name(i)) > 3);
    }
    assert_string_equal(xki_state_name(XKI_STATES), "?");
    assert_string_equal(xki_input_name(XKI_INPUTS), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_decided_a_request_is_never_undecided_again),
        cmocka_unit_test(the_timer_decides_only_what_is_undecided),
        cmocka_unit_test(every_state_but_an_offer_can_be_withdrawn),
        cmocka_unit_test(numbers_outside_the_table_are_refused),
        cmocka_unit_test(everything_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
