/* SPDX-License-Identifier: BSD-2-Clause */
/* The number of a (warrant, call): before the first exchange, of calls without one, and never again. */
#include "unit/collector/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define ALICE "sip:alice@example.com"
#define CALL "call@example.com"

static const struct script_line offer = {"INVITE", 1, "a", NULL, INIT2};
static const struct script_line answer = {"200 INVITE", 1, "a", "b", RESP2};

static uint32_t cin_of(uint64_t warrant, const char *call)
{
    uint32_t cin = 0;
    assert_int_equal(xk_collector_cin(tap.collector, tap.now, warrant, xk_text(call), &cin), XK_OK);
    assert_int_not_equal(cin, 0);
    return cin;
}

static void it_is_had_before_the_first_exchange(void **state)
{
    (void)state;
    start(ALICE);
    say(&offer);
    uint32_t cin = cin_of(1, CALL);
    assert_int_equal(cin_of(1, CALL), cin);
    assert_int_not_equal(cin_of(2, CALL), cin);
    say(&answer);
    assert_int_equal(cin_of(1, CALL), cin);
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].cin, cin);
    assert_false(tap.told[0].mid_call);
    assert_int_equal(cin_of(1, CALL), cin);
    say(&(struct script_line){"INVITE", 2, "a", "b", INIT1});
    say(&(struct script_line){"488 INVITE", 2, "a", "b", NO_MIKEY});
    say(&(struct script_line){"INVITE", 3, "a", "b", INIT1_FALSE});
    tap_run(&tap, 400000);
    assert_true(tap.told_count > 1 && tap.told[1].incomplete);
    assert_int_equal(tap.told[1].cin, cin);
    tap_stop(&tap);
}

/* An unprotected call costs nothing here; what the host has drawn for it stays its number when it comes to be
 * protected. */
static void a_call_that_is_protected_later_keeps_its_number(void **state)
{
    (void)state;
    start(ALICE);
    say(&(struct script_line){"INVITE", 1, "a", NULL, NO_MIKEY, SCRIPT_PLAIN});
    uint32_t cin = cin_of(1, CALL);
    assert_int_equal(usage().calls, 0);
    assert_int_not_equal(cin_of(1, CALL), cin);
    tap.known_call = CALL;
    tap.known_cin = cin;
    say(&(struct script_line){"INVITE", 2, "a", "b", INIT2});
    say(&(struct script_line){"200 INVITE", 2, "a", "b", RESP2});
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].cin, cin);
    assert_int_equal(cin_of(1, CALL), cin);
    tap.known_cin = cin + 1; /* the first word stands */
    say(&(struct script_line){"INVITE", 3, "a", "b", INIT1});
    say(&(struct script_line){"200 INVITE", 3, "a", "b", RESP1});
    tap_run(&tap, 10000);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[1].cin, cin);
    tap_stop(&tap);
}

static void legs_have_one(void **state)
{
    (void)state;
    for (unsigned int first = 0; first < 2; first++) {
        start(ALICE);
        struct script_line leg = offer;
        leg.call = first == 0 ? "old" : "new";
        leg.extra = first == 0 ? NULL : "Replaces: old;to-tag=b;from-tag=a";
        say(&leg);
        uint32_t cin = cin_of(1, leg.call);
        leg.call = first == 0 ? "new" : "old";
        leg.extra = first == 0 ? "Replaces: old;to-tag=b;from-tag=a" : NULL;
        say(&leg);
        assert_int_equal(cin_of(1, leg.call), cin);
        assert_int_not_equal(cin_of(2, leg.call), cin);
        tap_stop(&tap);
    }
}

/* Whoever asks for the number of a running call has not yet begun to watch it. */
static void asking_is_not_watching(void **state)
{
    (void)state;
    start(NULL);
    tap.perhaps = true;
    say(&offer);
    say(&answer);
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 0);
    uint32_t cin = cin_of(1, CALL);
    tap.now += 1000;
    tap.watched[tap.watched_count++] = ALICE;
    assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, 1), XK_OK);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].cin, cin);
    assert_true(tap.told[0].mid_call);
    assert_int_equal(xk_collector_warrant_ended(tap.collector, tap.now, 1), XK_OK);
    assert_int_not_equal(cin_of(1, CALL), cin);
    tap_stop(&tap);
}

/* Two begin at once, and the host names both from then on: each exchange is before either of them. */
static void warrants_that_begin_together_begin_in_mid_call(void **state)
{
    (void)state;
    start(NULL);
    tap.perhaps = true;
    say(&offer);
    say(&answer);
    tap_run(&tap, 5000);
    tap.watched[tap.watched_count++] = ALICE;
    tap.watched[tap.watched_count++] = ALICE;
    for (uint64_t warrant = 1; warrant <= 2; warrant++) {
        assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, warrant), XK_OK);
    }
    assert_int_equal(tap.told_count, 2);
    assert_true(tap.told[0].mid_call && tap.told[1].mid_call);
    assert_int_not_equal(tap.told[0].warrant, tap.told[1].warrant);
    tap.now++;
    say(&(struct script_line){"INVITE", 2, "a", "b", INIT1});
    say(&(struct script_line){"200 INVITE", 2, "a", "b", RESP1});
    tap_run(&tap, 10000);
    assert_int_equal(tap.told_count, 4);
    assert_false(tap.told[2].mid_call || tap.told[3].mid_call);
    tap_stop(&tap);
}

/* The questions of both kinds name the call. */
static void the_host_is_told_which_call_is_asked_about(void **state)
{
    (void)state;
    start(ALICE);
    tap.known_call = CALL;
    tap.known_cin = 77;
    struct xk_collector_message m = {
        .size = sizeof m, .octets = script_sip(&offer), .trusted = true, .correlation = xk_text("leg")};
    assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
    assert_int_equal(tap.asked_correlation, 3);
    tap.asked_correlation = 0;
    say(&answer);
    tap_run(&tap, 5000);
    assert_int_equal(tap.asked_correlation, 3);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].cin, 77);
    tap_stop(&tap);
}

/* Two runs with one key and the seconds that the first one told: no number comes twice, and none of them is 0. */
static void none_comes_again_after_a_restart(void **state)
{
    static uint32_t seen[2000];
    size_t count = 0;
    (void)state;
    uint64_t from = 0xfffffe00;
    for (unsigned int run = 0; run < 2; run++) {
        tap_start(&tap, ALICE);
        tap.config.cin_key[3] = 9;
        tap.config.cin_seconds = from;
        tap_create(&tap);
        for (unsigned int i = 0; i < 1000; i++) {
            char call[16];
            (void)snprintf(call, sizeof call, "c%u", i);
            seen[count] = cin_of(7, call);
            for (size_t j = 0; j < count; j++) {
                assert_int_not_equal(seen[j], seen[count]);
            }
            count++;
        }
        from = usage().cin_next;
        assert_true(from >= 0xfffffe00 + UINT64_C(1000) * (run + 1)); /* past the end of 32 bits, too */
        tap_stop(&tap);
    }
}

static void what_it_refuses(void **state)
{
    (void)state;
    uint32_t cin = 5;
    start(ALICE);
    const struct xk_bytes none = {NULL, 0}, broken = {NULL, 3};
    uint64_t next = usage().cin_next;
    assert_int_equal(xk_collector_cin(NULL, 0, 1, xk_text(CALL), &cin), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_cin(tap.collector, 0, 0, xk_text(CALL), &cin), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_cin(tap.collector, 0, 1, xk_text(CALL), NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_cin(tap.collector, 0, 1, none, &cin), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_cin(tap.collector, 0, 1, broken, &cin), XK_E_ARGUMENT);
    assert_int_equal(cin, 5);
    assert_int_equal(usage().cin_next, next);
    tap_stop(&tap);
}

/* 33 warrants ask for a call of which 32 can be kept: the last one still has a number of its own. */
static void it_has_no_limit_of_its_own(void **state)
{
    uint32_t seen[40];
    (void)state;
    start(ALICE);
    say(&offer);
    for (unsigned int i = 0; i < 40; i++) {
        seen[i] = cin_of(i + 1, CALL);
    }
    for (unsigned int i = 0; i < XK_COLLECTOR_WARRANTS_MAX; i++) {
        assert_int_equal(cin_of(i + 1, CALL), seen[i]);
    }
    assert_int_not_equal(cin_of(33, CALL), seen[32]);
    tap_stop(&tap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_had_before_the_first_exchange),
        cmocka_unit_test(a_call_that_is_protected_later_keeps_its_number),
        cmocka_unit_test(legs_have_one),
        cmocka_unit_test(asking_is_not_watching),
        cmocka_unit_test(warrants_that_begin_together_begin_in_mid_call),
        cmocka_unit_test(the_host_is_told_which_call_is_asked_about),
        cmocka_unit_test(none_comes_again_after_a_restart),
        cmocka_unit_test(what_it_refuses),
        cmocka_unit_test(it_has_no_limit_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
