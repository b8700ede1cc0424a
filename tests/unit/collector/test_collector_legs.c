/* SPDX-License-Identifier: BSD-2-Clause */
/* Legs of one call, and the warrants that they concern. */
#include "unit/collector/spoken.h"

#include <string.h>

#include "collector/call.h"
#include "collector/legs.h"
#include "collector/watch.h"

static struct xki_co_call *leg(uint64_t number, uint64_t group)
{
    struct xki_co_call *call = xki_co_new_call(tap.collector, (const uint64_t[2]){number, number});
    xki_co_join_group(tap.collector, call, group);
    return call;
}

static void assert_chain(const struct xki_co_call *const *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t next = i + 1 < count ? xki_co_call_index(tap.collector, calls[i + 1]) : XKI_CO_NONE;
        uint32_t prev = i > 0 ? xki_co_call_index(tap.collector, calls[i - 1]) : XKI_CO_NONE;
        assert_int_equal(calls[i]->group_next, next);
        assert_int_equal(calls[i]->group_prev, prev);
        assert_int_equal(calls[i]->leads, i == 0);
    }
}

/* Legs of a group hang behind the first, the newest next to it; whichever leaves, the others stay together. */
static void legs_of_a_group_hold_together(void **state)
{
    (void)state;
    for (unsigned int leaves = 0; leaves < 4; leaves++) {
        start(NULL);
        struct xki_co_call *made[4];
        for (unsigned int i = 0; i < 4; i++) {
            made[i] = leg(i, 77);
        }
        const struct xki_co_call *chain[4] = {made[0], made[3], made[2], made[1]};
        assert_chain(chain, 4);
        struct xki_co_call *gone = made[leaves == 0 ? 0 : 4 - leaves];
        xki_co_leave_group(tap.collector, gone);
        assert_int_equal(gone->group_next, XKI_CO_NONE);
        assert_int_equal(gone->group_prev, XKI_CO_NONE);
        assert_false(gone->leads);
        for (unsigned int i = leaves; i < 3; i++) {
            chain[i] = chain[i + 1];
        }
        assert_chain(chain, 3);
        tap_stop(&tap);
    }
}

/* The number that another leg has for a warrant is found among the first sixteen legs. */
static void sixteen_legs_are_looked_at(void **state)
{
    (void)state;
    for (unsigned int at = 14; at < 18; at++) {
        tap_start(&tap, NULL);
        tap.config.max_calls = 20;
        tap_create(&tap);
        struct xki_co_call *first = leg(0, 77);
        uint32_t cin = 0;
        for (unsigned int i = 17; i > 0; i--) { /* so the last that joins is the second */
            struct xki_co_call *call = leg(i, 77);
            if (i == at) {
                struct xki_co_warrant *is = &xki_co_add(tap.collector, call, XKI_CO_WARRANT)->is.warrant;
                is->warrant = 5;
                is->cin = 99;
            }
        }
        assert_int_equal(xki_co_cin_of_another_leg(tap.collector, first, 5, &cin), at < 16);
        assert_int_equal(cin, at < 16 ? 99 : 0);
        assert_false(xki_co_cin_of_another_leg(tap.collector, first, 6, &cin));
        /* Its own it is not asked for. */
        xki_co_add(tap.collector, first, XKI_CO_WARRANT)->is.warrant.warrant = 6;
        assert_false(xki_co_cin_of_another_leg(tap.collector, first, 6, &cin));
        tap_stop(&tap);
    }
}

static struct xki_co_pair *told(struct xki_co_call *call, uint64_t init, uint64_t resp, uint32_t served)
{
    struct xki_co_pair *pair = &xki_co_add(tap.collector, call, XKI_CO_PAIR)->is.pair;
    pair->init = init;
    pair->resp = resp;
    pair->served = served;
    pair->call = xki_co_call_index(tap.collector, call);
    return pair;
}

/* A pair was told on another leg if that leg's is the same, is of the same group, and that warrant has it. */
static void a_pair_is_told_once_for_all_legs(void **state)
{
    static const struct {
        uint64_t init;
        uint64_t resp;
        uint64_t group;
        uint32_t served;
        bool told;
    } rows[] = {{7, 8, 77, 2, true}, {6, 8, 77, 2, false}, {7, 9, 77, 2, false}, {7, 8, 78, 2, false},
                {7, 8, 77, 1, false}, {7, 8, 77, 0xfffffffd, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(NULL);
        struct xk_collector *c = tap.collector;
        struct xki_co_call *one = leg(1, 77);
        struct xki_co_call *two = leg(2, rows[i].group);
        struct xki_co_pair *own = told(one, 7, 8, 0xffffffff);
        struct xki_co_pair *other = told(two, rows[i].init, rows[i].resp, rows[i].served);
        struct xki_co_warrant *is = &xki_co_add(c, two, XKI_CO_WARRANT)->is.warrant;
        is->warrant = 5;
        is->number = 1;
        assert_false(xki_co_told_on_another_leg(c, one, own, 5));
        xki_co_remember_leg(c, two, other);
        xki_co_remember_leg(c, one, own);
        assert_int_equal(c->pair_count, 2);
        xki_co_remember_leg(c, one, own); /* once */
        assert_int_equal(c->pair_count, 2);
        assert_int_equal(xki_co_told_on_another_leg(c, one, own, 5), rows[i].told);
        assert_false(xki_co_told_on_another_leg(c, one, own, 6));
        xki_co_forget_leg(c, two, other);
        assert_int_equal(c->pair_count, 1);
        assert_int_equal(other->flags, 0);
        xki_co_forget_leg(c, two, other);
        assert_int_equal(c->pair_count, 1);
        assert_false(xki_co_told_on_another_leg(c, one, own, 5));
        tap_stop(&tap);
    }
}

/* As many pairs are remembered as there are calls, and of one pair as many legs as are looked at. */
static void so_many_legs_of_a_pair_are_remembered(void **state)
{
    (void)state;
    start(NULL);
    struct xki_co_call *calls[16];
    for (unsigned int i = 0; i < 16; i++) {
        calls[i] = leg(i, 77);
        xki_co_remember_leg(tap.collector, calls[i], told(calls[i], 7, 8, 0));
        assert_int_equal(tap.collector->pair_count, i + 1);
    }
    struct xki_co_pair *more = told(calls[0], 1, 2, 0);
    xki_co_remember_leg(tap.collector, calls[0], more);
    assert_int_equal(tap.collector->pair_count, 16);
    assert_int_equal(more->flags, 0);
    tap_stop(&tap);
    tap_start(&tap, NULL);
    tap.config.max_calls = 17;
    tap_create(&tap);
    for (unsigned int i = 0; i < 17; i++) {
        calls[0] = leg(i, 77);
        xki_co_remember_leg(tap.collector, calls[0], told(calls[0], 7, 8, 0));
    }
    assert_int_equal(tap.collector->pair_count, 16);
    tap_stop(&tap);
}

/* A warrant's number within a call is the lowest that is free; the thirty-third has none. */
static void a_call_has_numbers_for_thirty_two_warrants(void **state)
{
    (void)state;
    start(NULL);
    struct xk_collector *c = tap.collector;
    struct xki_co_call *call = leg(1, 1);
    assert_true(xki_co_keep(c, (const uint8_t *)"call", 4, &call->call_id));
    for (unsigned int i = 0; i < 31; i++) {
        struct xki_co_warrant *is = &xki_co_add(c, call, XKI_CO_WARRANT)->is.warrant;
        is->warrant = 100 + i;
        is->number = (uint8_t)(i < 5 ? i : i + 1); /* all but 5 */
    }
    uint8_t tag = 0;
    struct xki_co_identity *shown = &xki_co_add(c, call, XKI_CO_IDENTITY)->is.identity;
    assert_true(xki_co_keep(c, (const uint8_t *)"sip:x@example.com", 17, &shown->uri));
    shown->place = XK_PLACE_TO;
    shown->end = tag;
    tap.watched[tap.watched_count++] = "sip:x@example.com";
    tap.watched[tap.watched_count++] = "sip:x@example.com";
    struct xki_co_concerns concerns;
    xki_co_ask(c, call, NULL, NULL, &concerns);
    assert_int_equal(concerns.count, 1);
    assert_int_equal(concerns.of[0].warrant, 1);
    assert_int_equal(concerns.of[0].number, 5);
    assert_int_equal(counters().too_many, 1);
    assert_int_equal(call->counts[XKI_CO_WARRANT], 32);
    tap_stop(&tap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legs_of_a_group_hold_together),
        cmocka_unit_test(sixteen_legs_are_looked_at),
        cmocka_unit_test(a_pair_is_told_once_for_all_legs),
        cmocka_unit_test(so_many_legs_of_a_pair_are_remembered),
        cmocka_unit_test(a_call_has_numbers_for_thirty_two_warrants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
