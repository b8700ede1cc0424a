/* SPDX-License-Identifier: BSD-2-Clause */
/* Rule R20: an application server puts a third party into an old dialog. SIP still names the old peer; IDRr does not.
 */
#include "unit/collector/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define ORDERS 24

/* Zoe answers; then Carol is in her place, by a re-INVITE with a base of its own. */
static struct script_line lines[] = {
    {"INVITE", 1, "a", NULL, INIT1},
    {"200 INVITE", 1, "a", "b", RESP1_ZOE},
    {"INVITE", 2, "a", "b", INIT2},
    {"200 INVITE", 2, "a", "b", RESP2_CAROL},
};

/* The lines in one of their orders. */
static void say_all(unsigned int order)
{
    unsigned int left[] = {0, 1, 2, 3};
    for (unsigned int count = 4; count > 0; count--) {
        unsigned int at = order % count;
        order /= count;
        say(&lines[left[at]]);
        memmove(&left[at], &left[at + 1], (count - at - 1) * sizeof left[0]);
    }
    tap_run(&tap, 5000);
}

static const struct tap_told *told_of(enum script_mikey init)
{
    const struct tap_told *found = NULL;
    for (size_t i = 0; i < tap.told_count; i++) {
        if (tap.told[i].init_hash == tap_hash(script_mikey(init))) {
            assert_null(found);
            found = &tap.told[i];
        }
    }
    return found;
}

static void who_answered_before_is_not_the_target_of_what_follows(void **state)
{
    (void)state;
    for (unsigned int order = 0; order < ORDERS; order++) {
        start("sip:zoe@example.com");
        tap.perhaps = true; /* as where a call may be diverted */
        say_all(order);
        const struct tap_told *first = told_of(INIT1);
        assert_non_null(first);
        assert_int_equal(first->role, XK_ROLE_RESPONDER);
        assert_int_equal(first->place, XK_PLACE_MIKEY);
        assert_null(told_of(INIT2)); /* she is not in it, and SIP names her nowhere */
        tap_stop(&tap);
    }
}

static void who_is_put_in_is_not_the_target_of_what_was_before(void **state)
{
    (void)state;
    for (unsigned int order = 0; order < ORDERS; order++) {
        start("sip:carol@example.com");
        tap.perhaps = true;
        say_all(order);
        const struct tap_told *second = told_of(INIT2);
        assert_non_null(second);
        assert_int_equal(second->role, XK_ROLE_RESPONDER);
        assert_int_equal(second->place, XK_PLACE_MIKEY);
        assert_null(told_of(INIT1));
        tap_stop(&tap);
    }
}

/* She was dialled, and To says so for ever: both are asked for, and only the first as hers. */
static void whom_sip_still_names_is_told_where_sip_names_her(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 4; i++) {
        lines[i].uri = "sip:zoe@example.com";
    }
    for (unsigned int order = 0; order < ORDERS; order++) {
        start("sip:zoe@example.com");
        tap.perhaps = true; /* as where a call may be diverted */
        say_all(order);
        const struct tap_told *first = told_of(INIT1);
        const struct tap_told *second = told_of(INIT2);
        assert_non_null(first);
        assert_int_equal(first->role, XK_ROLE_RESPONDER);
        assert_int_equal(first->place, XK_PLACE_MIKEY);
        assert_non_null(second);
        assert_int_equal(second->role, XK_ROLE_NONE);
        assert_int_equal(second->place, XK_PLACE_REQUEST_URI);
        tap_stop(&tap);
    }
}

/* An INIT that asks for no RESP comes back in the 2xx: one exchange, in either order (rule R12). */
static void what_is_sent_back_is_not_another_exchange(void **state)
{
    static const struct script_line both[] = {
        {"INVITE", 1, "a", NULL, INIT_ALONE},
        {"200 INVITE", 1, "a", "b", INIT_ALONE},
    };
    (void)state;
    for (unsigned int order = 0; order < 2; order++) {
        start("sip:alice@example.com");
        say(&both[order]);
        say(&both[1 - order]);
        tap_run(&tap, 5000);
        assert_int_equal(tap.told_count, 1);
        tap_stop(&tap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_answered_before_is_not_the_target_of_what_follows),
        cmocka_unit_test(who_is_put_in_is_not_the_target_of_what_was_before),
        cmocka_unit_test(what_is_sent_back_is_not_another_exchange),
        cmocka_unit_test(whom_sip_still_names_is_told_where_sip_names_her),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
