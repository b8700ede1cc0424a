/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT 600

struct slot {
    char before[8];
    struct xki_timer_node timer;
    uint64_t wanted; /* UINT64_MAX when not armed */
    uint64_t order;
};

static struct slot slots[COUNT];
static struct xki_timers timers;

static void reset(void)
{
    memset(slots, 0, sizeof slots);
    for (size_t i = 0; i < COUNT; i++) {
        slots[i].wanted = UINT64_MAX;
    }
    xki_timers_init(&timers, &slots[0].timer, sizeof slots[0]);
}

static uint64_t random_state = 1;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 33) % below);
}

static void arm(uint32_t index, uint64_t deadline)
{
    static uint64_t order;
    xki_timers_arm(&timers, index, deadline);
    slots[index].wanted = deadline;
    slots[index].order = ++order;
}

/* What a plain search says is next: the earliest deadline, ties in the order of arming. */
static uint32_t expected(uint64_t now)
{
    uint32_t best = XKI_TIMER_NONE;
    for (uint32_t i = 0; i < COUNT; i++) {
        if (slots[i].wanted == UINT64_MAX || slots[i].wanted > now) {
            continue;
        }
        if (best == XKI_TIMER_NONE || slots[i].wanted < slots[best].wanted ||
            (slots[i].wanted == slots[best].wanted && slots[i].order < slots[best].order)) {
            best = i;
        }
    }
    return best;
}

static void nothing_armed_is_nothing_due(void **state)
{
    (void)state;
    reset();
    assert_true(xki_timers_next(&timers) == UINT64_MAX);
    assert_int_equal(xki_timers_pop(&timers, 1000000), XKI_TIMER_NONE);
}

static void fires_at_its_deadline_and_never_before(void **state)
{
    (void)state;
    static const uint64_t deadlines[] = {1, 255, 256, 257, 65535, 65536, 16777216, UINT64_C(1) << 40, UINT64_MAX - 1};
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++) {
        reset();
        arm(3, deadlines[i]);
        assert_true(xki_timers_next(&timers) <= deadlines[i]);
        assert_int_equal(xki_timers_pop(&timers, deadlines[i] - 1), XKI_TIMER_NONE);
        assert_int_equal(xki_timers_pop(&timers, deadlines[i]), 3);
        assert_int_equal(xki_timers_pop(&timers, UINT64_MAX), XKI_TIMER_NONE);
    }
}

static void a_deadline_that_has_passed_is_due_at_once(void **state)
{
    (void)state;
    reset();
    assert_int_equal(xki_timers_pop(&timers, 5000), XKI_TIMER_NONE);
    arm(0, 0);
    arm(1, 4999);
    assert_true(xki_timers_next(&timers) <= 5000);
    assert_int_equal(xki_timers_pop(&timers, 5000), 0);
    assert_int_equal(xki_timers_pop(&timers, 5000), 1);
}

static void ties_keep_the_order_of_arming_across_levels(void **state)
{
    (void)state;
    reset();
    arm(9, 1000); /* far: waits in a higher level */
    assert_int_equal(xki_timers_pop(&timers, 900), XKI_TIMER_NONE);
    arm(2, 1000); /* near */
    arm(5, 999);
    assert_int_equal(xki_timers_pop(&timers, 2000), 5);
    assert_int_equal(xki_timers_pop(&timers, 2000), 9);
    assert_int_equal(xki_timers_pop(&timers, 2000), 2);
}

/* Ten thousand random steps against the plain search. */
static void agrees_with_a_plain_search(void **state)
{
    (void)state;
    static const uint32_t spans[] = {3, 300, 70000, 20000000};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        reset();
        random_state = seed;
        uint64_t now = draw(1000);
        for (int step = 0; step < 10000; step++) {
            uint32_t index = draw(COUNT);
            if (draw(8) == 0) {
                now += draw(spans[draw(4)]);
                uint32_t due;
                while ((due = expected(now)) != XKI_TIMER_NONE) {
                    assert_true(xki_timers_next(&timers) <= slots[due].wanted);
                    assert_int_equal(xki_timers_pop(&timers, now), due);
                    slots[due].wanted = UINT64_MAX;
                }
                assert_int_equal(xki_timers_pop(&timers, now), XKI_TIMER_NONE);
            } else if (slots[index].wanted == UINT64_MAX) {
                arm(index, now + draw(spans[draw(4)]));
            } else {
                xki_timers_disarm(&timers, index);
                slots[index].wanted = UINT64_MAX;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_armed_is_nothing_due),
        cmocka_unit_test(fires_at_its_deadline_and_never_before),
        cmocka_unit_test(a_deadline_that_has_passed_is_due_at_once),
        cmocka_unit_test(ties_keep_the_order_of_arming_across_levels),
        cmocka_unit_test(agrees_with_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
