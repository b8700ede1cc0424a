/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

/* What a host sees of a connection: records out, answers in, time. */
static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

static void records_leave_in_order_and_are_delivered_when_written(void **state)
{
    (void)state;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    expect_quiet(&f);
    assert_int_equal(usage(&f).records, 2);
    assert_int_equal(usage(&f).unsent, 2);
    assert_false(usage(&f).connected);
    connect(&f);
    expect_none(&f);
    assert_true(usage(&f).connected);
    assert_false(usage(&f).acknowledged);
    size_t octets = usage(&f).octets;
    assert_true(octets > 2 * RECORD_SIZE && octets % 2 == 0);
    assert_true(is_in_memory(&f, 1));
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    expect_none(&f);
    assert_false(is_in_memory(&f, 1));
    assert_true(is_in_memory(&f, 2));
    assert_int_equal(usage(&f).octets, octets / 2);
    assert_int_equal(usage(&f).unsent, 1);
    expect_record(&f, 2, 1);
    expect_delivered(&f, 2, 1);
    expect_quiet(&f);
    assert_int_equal(usage(&f).octets, 0);
    assert_int_equal(usage(&f).memory, f.arena.sizes[1]);
    struct xk_delivery_counters c = counts(&f);
    assert_int_equal(c.put, 2);
    assert_int_equal(c.delivered, 2);
    assert_int_equal(c.sent, 2);
    assert_int_equal(c.repeated, 0);
    assert_int_equal(c.octets_out, octets);
    assert_int_equal(c.connections, 1);
    assert_int_equal(f.arena.allocations, 2);
}

/* Both leave in one view; what is consumed of it may end anywhere. */
static void pdus_side_by_side_leave_in_one_view(void **state)
{
    (void)state;
    struct xk_bytes view;
    f.config.release = XK_RELEASE_TRANSPORT;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    size_t octets = usage(&f).octets;
    connect(&f);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(view.size, octets);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, octets + 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, octets / 2 + 1), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 1), XK_E_ARGUMENT);
    assert_int_equal(usage(&f).unsent, 1);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(view.size, octets / 2 - 1);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, view.size), XK_OK);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, octets + 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, octets / 2 - 1), XK_OK);
    expect_none(&f);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, octets / 2), XK_OK);
    expect_delivered(&f, 1, 0);
    expect_none(&f);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, 0), XK_OK);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, octets), XK_OK);
    expect_delivered(&f, 2, 1);
}

static void what_is_not_released_is_sent_again_octet_for_octet(void **state)
{
    (void)state;
    uint8_t first[2048];
    uint8_t again[2048];
    f.config.release = XK_RELEASE_TRANSPORT;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    connect(&f);
    size_t size = usage(&f).octets;
    assert_int_equal(take_output(&f, first, sizeof first, size - 5), size - 5);
    f.now.ms += 5;
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    expect_quiet(&f);
    put_ok(&f, 3, 2);
    connect(&f);
    f.now.utc.seconds++;
    assert_int_equal(take_output(&f, again, sizeof again, size), size);
    assert_memory_equal(first, again, size - 5);
    assert_int_equal(counts(&f).repeated, 1);
    assert_int_equal(counts(&f).sent, 3);
    expect_record(&f, 3, 2);
}

static void further_octets_release_what_lies_before_them(void **state)
{
    (void)state;
    f.config.release = XK_RELEASE_FURTHER;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    size_t one = usage(&f).octets;
    struct xk_cookie one_cookie = fixture_record(&f, 1).cookie;
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_forget(f.counters, &one_cookie, NULL), XK_OK);
    f.config.further_octets = (uint32_t)(2 * one);
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 1);
    put_ok(&f, 2, 2);
    put_ok(&f, 3, 3);
    expect_record(&f, 1, 1);
    expect_record(&f, 2, 2);
    expect_none(&f);
    struct xk_bytes view;
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, one - 1), XK_OK);
    expect_none(&f);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 1), XK_OK);
    expect_delivered(&f, 1, 1);
    expect_none(&f);
}

/* The M-minute rule: idle, without error, and a keep-alive behind it was answered. */
static void idle_time_releases_the_last_ones(void **state)
{
    (void)state;
    f.config.release = XK_RELEASE_FURTHER;
    f.config.keep_alive = 1000;
    f.config.further_time = 5000;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2000);
    tick_at(&f, 1999);
    expect_quiet(&f);
    tick_at(&f, 2000);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1000 + f.config.max_age);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    expect_none(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3000);
    tick_at(&f, 3000);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 1);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 1);
    f.now.ms = 5500;
    tick_at(&f, 5500);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 2);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 2);
    expect_none(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 6000);
    tick_at(&f, 5999);
    expect_none(&f);
    tick_at(&f, 6000);
    expect_delivered(&f, 1, 0);
    assert_int_equal(counts(&f).keep_alives, 3);
}

static void without_an_answer_idle_time_releases_nothing(void **state)
{
    (void)state;
    f.config.release = XK_RELEASE_FURTHER;
    f.config.keep_alive = 4000;
    f.config.answer = 10000;
    f.config.further_time = 5000;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    tick_at(&f, 5000);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    tick_at(&f, 7000);
    expect_none(&f);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    expect_delivered(&f, 1, 0);
}

static void keep_alive_goes_before_the_next_whole_pdu(void **state)
{
    (void)state;
    uint8_t out[2048];
    f.config.keep_alive = 1000;
    f.config.stall = 100000;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    size_t one = usage(&f).octets / 2;
    assert_int_equal(take_output(&f, out, sizeof out, 10), 10);
    tick_at(&f, 2000);
    assert_int_equal(take_output(&f, out, sizeof out, one - 10), one - 10);
    expect_delivered(&f, 1, 0);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    expect_record(&f, 2, 1);
    expect_delivered(&f, 2, 1);
    /* One that is not answered is not followed by another. */
    tick_at(&f, 4000);
    expect_quiet(&f);
}

static void octets_that_leave_put_off_the_keep_alive(void **state)
{
    (void)state;
    uint8_t out[2048];
    f.config.keep_alive = 1000;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    f.now.ms = 1900;
    assert_int_equal(take_output(&f, out, sizeof out, 1), 1);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2900);
    /* Being asked for octets is not sending them. */
    f.now.ms = 2000;
    struct xk_bytes view;
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 0), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2900);
    /* Nor is what comes in. */
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2900);
}

static void silence_closes(void **state)
{
    (void)state;
    f.config.keep_alive = 1000;
    f.config.answer = 500;
    fixture_create(&f);
    connect(&f);
    tick_at(&f, 2000);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2500);
    tick_at(&f, 2499);
    expect_none(&f);
    tick_at(&f, 2500);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_E_SILENT);
    expect_none(&f);
    expect_quiet(&f);
    assert_int_equal(counts(&f).closed, 1);
    assert_false(usage(&f).connected);
    assert_int_equal(xk_delivery_next_deadline(f.d), XK_NEVER);
    assert_int_equal(xk_delivery_connected(f.d, f.now), XK_E_ALREADY);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    tick_at(&f, 3500);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 1);
}

static void reconnects_at_once_then_after_a_while(void **state)
{
    (void)state;
    f.config.reconnect = 700;
    fixture_create(&f);
    (void)expect_event(&f, XK_DELIVERY_CONNECT);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    expect_none(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1700);
    tick_at(&f, 1699);
    expect_none(&f);
    tick_at(&f, 1700);
    connect(&f);
    /* It came to nothing: the first time at once, the second time later. */
    f.now.ms = 2399;
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    expect_none(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3099);
    tick_at(&f, 3099);
    connect(&f);
    /* This one lasts. */
    f.now.ms = 3799;
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    /* This one brings an answer. */
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    assert_int_equal(counts(&f).connections, 6);
    assert_int_equal(counts(&f).connect_failed, 1);
    assert_int_equal(xk_delivery_connected(f.d, f.now), XK_E_ALREADY);
}

static void disconnected_twice_is_once(void **state)
{
    (void)state;
    f.config.reconnect = 700;
    fixture_create(&f);
    (void)expect_event(&f, XK_DELIVERY_CONNECT);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    f.now.ms = 1500;
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1700);
    assert_int_equal(counts(&f).connect_failed, 1);
    /* A host may connect before it is asked to. */
    assert_int_equal(xk_delivery_connected(f.d, f.now), XK_OK);
    tick_at(&f, 1700);
    expect_none(&f);
}

static void host_closes(void **state)
{
    (void)state;
    fixture_create(&f);
    assert_int_equal(xk_delivery_close(f.d), XK_E_LATE);
    connect(&f);
    assert_int_equal(xk_delivery_close(f.d), XK_OK);
    assert_int_equal(xk_delivery_close(f.d), XK_E_LATE);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_OK);
    assert_int_equal(xk_delivery_input(f.d, f.now, (const uint8_t *)"0", 1), XK_E_LATE);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, 0), XK_E_LATE);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
}

static void slow_lemf_is_told(void **state)
{
    (void)state;
    uint8_t out[2048];
    f.config.stall = 500;
    f.config.keep_alive = 100000;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    size_t one = usage(&f).octets / 2;
    assert_int_equal(xk_delivery_next_deadline(f.d), 101000);
    assert_int_equal(take_output(&f, out, sizeof out, 1), 1);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1500);
    f.now.ms = 1400;
    assert_int_equal(take_output(&f, out, sizeof out, one - 1), one - 1);
    expect_delivered(&f, 1, 0);
    /* The next one was given too, and waits since then, whatever is taken of it. */
    f.now.ms = 1450;
    assert_int_equal(take_output(&f, out, sizeof out, 2), 2);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1900);
    f.now.ms = 1899;
    assert_int_equal(take_output(&f, out, sizeof out, 2), 2);
    tick_at(&f, 1899);
    expect_none(&f);
    tick_at(&f, 1900);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_E_SLOW);
}

static void a_new_connection_has_new_timers(void **state)
{
    (void)state;
    uint8_t out[64];
    f.config.stall = 500;
    f.config.release = XK_RELEASE_TRANSPORT;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    assert_int_equal(take_output(&f, out, sizeof out, 1), 1);
    f.now.ms = 1100;
    assert_int_equal(xk_delivery_input(f.d, f.now, (const uint8_t *)"0", 1), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1500);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1100 + f.config.keep_alive);
    struct xk_bytes view;
    f.now.ms = 1300;
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1800);
}

/* Of two that were given in one view, one was taken: the other waits since then. */
static void second_of_a_view_waits_from_when_the_first_was_taken(void **state)
{
    (void)state;
    struct xk_bytes view;
    f.config.stall = 500;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    f.now.ms = 1300;
    assert_int_equal(xk_delivery_consumed(f.d, f.now, view.size / 2), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1800);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, view.size), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1300 + f.config.keep_alive);
}

static void clock_never_goes_back(void **state)
{
    (void)state;
    f.config.keep_alive = 1000;
    fixture_create(&f);
    connect(&f);
    tick_at(&f, 1900);
    tick_at(&f, 50);
    assert_int_equal(counts(&f).clock_back, 1);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2000);
    tick_at(&f, 1900);
    assert_int_equal(counts(&f).clock_back, 1);
    f.now.ms = 1000;
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    f.now.ms = 1900;
    assert_int_equal(xk_delivery_next_deadline(f.d), 2900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_leave_in_order_and_are_delivered_when_written),
        TEST(pdus_side_by_side_leave_in_one_view),
        TEST(what_is_not_released_is_sent_again_octet_for_octet),
        TEST(further_octets_release_what_lies_before_them),
        TEST(idle_time_releases_the_last_ones),
        TEST(without_an_answer_idle_time_releases_nothing),
        TEST(keep_alive_goes_before_the_next_whole_pdu),
        TEST(octets_that_leave_put_off_the_keep_alive),
        TEST(silence_closes),
        TEST(reconnects_at_once_then_after_a_while),
        TEST(disconnected_twice_is_once),
        TEST(host_closes),
        TEST(slow_lemf_is_told),
        TEST(a_new_connection_has_new_timers),
        TEST(second_of_a_view_waits_from_when_the_first_was_taken),
        TEST(clock_never_goes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
