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
    for (enum xki_rq_state from = XKI_RQ_FREE; from < XKI_RQ_STATES; from++) {
        for (enum xki_rq_input input = XKI_RQ_SUBMIT; input < XKI_RQ_INPUTS; input++) {
            enum xki_rq_state to = xki_rq_next_state(from, input);
            if (to != XKI_RQ_STATES && xki_rq_is_pending(to)) {
                assert_true(xki_rq_is_pending(from) ||
                            (from == XKI_RQ_FREE && (input == XKI_RQ_SUBMIT || input == XKI_RQ_SUBMIT_SHARED)));
            }
        }
    }
}

static void the_timer_decides_only_what_is_undecided(void **state)
{
    (void)state;
    for (enum xki_rq_state from = XKI_RQ_READY; from <= XKI_RQ_SPENT; from++) {
        assert_int_equal(xki_rq_next_state(from, XKI_RQ_EXPIRY), XKI_RQ_OWED);
    }
    assert_int_equal(xki_rq_next_state(XKI_RQ_BLOCKED, XKI_RQ_EXPIRY), XKI_RQ_STATES);
    assert_int_equal(xki_rq_next_state(XKI_RQ_OFFERED, XKI_RQ_EXPIRY), XKI_RQ_STATES);
    assert_int_equal(xki_rq_next_state(XKI_RQ_HELD, XKI_RQ_EXPIRY), XKI_RQ_STATES);
}

static void every_state_but_an_offer_can_be_withdrawn(void **state)
{
    (void)state;
    for (enum xki_rq_state from = XKI_RQ_READY; from < XKI_RQ_STATES; from++) {
        assert_int_equal(xki_rq_next_state(from, XKI_RQ_CANCEL), from == XKI_RQ_OFFERED ? XKI_RQ_STATES : XKI_RQ_FREE);
    }
}

static void numbers_outside_the_table_are_refused(void **state)
{
    (void)state;
    assert_int_equal(xki_rq_next_state(XKI_RQ_STATES, XKI_RQ_SUBMIT), XKI_RQ_STATES);
    assert_int_equal(xki_rq_next_state(XKI_RQ_FREE, XKI_RQ_INPUTS), XKI_RQ_STATES);
}

static void everything_has_a_name(void **state)
{
    (void)state;
    for (enum xki_rq_state s = XKI_RQ_FREE; s < XKI_RQ_STATES; s++) {
        assert_true(strlen(xki_rq_state_name(s)) > 3);
    }
    for (enum xki_rq_input i = XKI_RQ_SUBMIT; i < XKI_RQ_INPUTS; i++) {
        assert_true(strlen(xki_rq_input_name(i)) > 3);
    }
    assert_string_equal(xki_rq_state_name(XKI_RQ_STATES), "?");
    assert_string_equal(xki_rq_input_name(XKI_RQ_INPUTS), "?");
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
