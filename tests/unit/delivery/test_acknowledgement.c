/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

/* Acknowledgement of PS-PDUs (clause 6.3.6). */
static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

static void acknowledgement_releases_what_lies_before_its_request(void **state)
{
    (void)state;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    f.config.acknowledge_count = 2;
    f.config.acknowledge_time = 300;
    f.config.acknowledge_wait = 700;
    fixture_create(&f);
    connect(&f);
    assert_true(usage(&f).acknowledged);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    put_ok(&f, 3, 2);
    expect_record(&f, 1, 0);
    expect_record(&f, 2, 1);
    expect_none(&f);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 0);
    expect_record(&f, 3, 2);
    expect_quiet(&f);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    expect_delivered(&f, 1, 0);
    expect_delivered(&f, 2, 1);
    expect_none(&f);
    assert_false(is_in_memory(&f, 1));
    assert_true(is_in_memory(&f, 3));
    assert_int_equal(xk_delivery_next_deadline(f.d), 1300);
    tick_at(&f, 1299);
    expect_quiet(&f);
    tick_at(&f, 1300);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 1);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2000);
    tick_at(&f, 1999);
    expect_none(&f);
    tick_at(&f, 2000);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_E_SILENT);
    assert_int_equal(counts(&f).requests, 2);
}

/* With acknowledgement the rules of 6.4.3 play no part, not even as a reason to wake up. */
static void acknowledgement_takes_the_place_of_the_other_rules(void **state)
{
    (void)state;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    f.config.acknowledge_time = 1000000;
    f.config.release = XK_RELEASE_FURTHER;
    f.config.keep_alive = 1000;
    f.config.further_time = 1500;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    tick_at(&f, 2000);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3000);
    tick_at(&f, 2600);
    expect_none(&f);
}

/* Requests of a connection that has ended are void; their numbers run on. */
static void requests_end_with_their_connection(void **state)
{
    (void)state;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    f.config.acknowledge_count = 1;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 0);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_UNEXPECTED);
    assert_int_equal(event.status, XK_E_ANSWER);
    assert_int_equal(event.tri, XK_TRI_ACKNOWLEDGEMENT_RESPONSE);
    assert_int_equal(event.count, 1);
    expect_record(&f, 1, 0);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 1);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 1);
    expect_delivered(&f, 1, 0);
}

static void answer_to_a_later_request_answers_the_earlier(void **state)
{
    (void)state;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    f.config.acknowledge_count = 1;
    fixture_create(&f);
    connect(&f);
    for (unsigned int i = 0; i < 3; i++) {
        put_ok(&f, i, i);
        expect_record(&f, i, i);
        expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, i);
    }
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 1);
    expect_delivered(&f, 0, 0);
    expect_delivered(&f, 1, 1);
    expect_none(&f);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNEXPECTED).status, XK_E_ANSWER);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 2);
    expect_delivered(&f, 2, 2);
}

/* It cannot be an answer to what has not been sent to its end. */
static void answer_before_the_end_of_its_request_counts_for_nothing(void **state)
{
    (void)state;
    uint8_t out[512];
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    f.config.acknowledge_count = 1;
    f.config.keep_alive = 1000;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    assert_int_equal(take_output(&f, out, sizeof out, 3), 3);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNEXPECTED).status, XK_E_ANSWER);
    (void)take_output(&f, out, sizeof out, sizeof out);
    tick_at(&f, 2000);
    assert_int_equal(take_output(&f, out, sizeof out, 3), 3);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNEXPECTED).status, XK_E_ANSWER);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    expect_delivered(&f, 1, 0);
    (void)take_output(&f, out, sizeof out, sizeof out);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    expect_none(&f);
}

static void no_more_requests_than_can_be_remembered(void **state)
{
    (void)state;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    f.config.acknowledge_count = 1;
    f.config.max_records = 32;
    fixture_create(&f);
    connect(&f);
    for (unsigned int i = 0; i < 15; i++) {
        put_ok(&f, i, i);
        expect_record(&f, i, i);
        expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, i);
    }
    put_ok(&f, 15, 15);
    expect_record(&f, 15, 15);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 15);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    expect_delivered(&f, 0, 0);
    struct xk_cookie zero = {{0}};
    assert_int_equal(xk_counters_settle(f.counters, &zero), XK_OK);
    put_ok(&f, 16, 16);
    expect_record(&f, 16, 16);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 16);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 2);
    expect_delivered(&f, 1, 1);
    expect_delivered(&f, 2, 2);
    struct xk_cookie one = {{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_OK);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 16);
    for (unsigned int i = 3; i < 17; i++) {
        expect_delivered(&f, i, i);
    }
    expect_none(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(acknowledgement_releases_what_lies_before_its_request),
        TEST(acknowledgement_takes_the_place_of_the_other_rules),
        TEST(requests_end_with_their_connection),
        TEST(answer_to_a_later_request_answers_the_earlier),
        TEST(answer_before_the_end_of_its_request_counts_for_nothing),
        TEST(no_more_requests_than_can_be_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
