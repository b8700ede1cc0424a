/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

/* Option negotiation (clause 6.3.5), and what a LEMF says without being asked. */
static void negotiating(void)
{
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NEGOTIATED;
    f.config.acknowledge_count = 1;
    f.config.answer = 800;
    f.config.negotiation = 900;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    connect(&f);
    expect_none(&f);
    expect_tri(&f, XK_TRI_OPTION_REQUEST, 0);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    expect_quiet(&f);
    assert_false(usage(&f).acknowledged);
}

static void both_ends_agree_on_acknowledgement(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, XK_TRI_OPTION_ACKNOWLEDGEMENT, 0);
    expect_none(&f);
    expect_tri(&f, XK_TRI_OPTION_COMPLETE, 1);
    expect_quiet(&f);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    expect_quiet(&f);
    answer(&f, XK_TRI_OPTION_COMPLETE, 0);
    assert_true(expect_event(&f, XK_DELIVERY_NEGOTIATED).acknowledgement);
    expect_none(&f);
    assert_true(usage(&f).acknowledged);
    expect_record(&f, 1, 0);
    expect_tri(&f, XK_TRI_ACKNOWLEDGEMENT_REQUEST, 0);
    expect_none(&f);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    expect_delivered(&f, 1, 0);
    assert_int_equal(counts(&f).negotiations, 1);
    /* The next connection asks anew, with numbers from 0. */
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    expect_tri(&f, XK_TRI_OPTION_REQUEST, 0);
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 1);
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, XK_TRI_OPTION_ACKNOWLEDGEMENT);
    answer(&f, XK_TRI_OPTION_COMPLETE, 5);
    expect_none(&f);
    expect_tri(&f, XK_TRI_OPTION_COMPLETE, 1);
    assert_false(expect_event(&f, XK_DELIVERY_NEGOTIATED).acknowledgement);
}

static void keep_alive_answered_first_tells_that_there_are_no_options(void **state)
{
    (void)state;
    negotiating();
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    assert_false(expect_event(&f, XK_DELIVERY_NEGOTIATED).acknowledgement);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    expect_quiet(&f);
    answer(&f, XK_TRI_OPTION_COMPLETE, 0);
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_UNEXPECTED);
    assert_int_equal(event.status, XK_E_UNEXPECTED);
    assert_int_equal(event.tri, XK_TRI_OPTION_COMPLETE);
}

static void what_the_lemf_asks_for_is_declined(void **state)
{
    (void)state;
    uint8_t out[512];
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, XK_TRI_OPTION_ACKNOWLEDGEMENT, 0);
    answer_options(&f, XK_TRI_OPTION_REQUEST, 40, XK_TRI_OPTION_ACKNOWLEDGEMENT, 0);
    struct xk_ps_header header;
    struct xk_tri tri;
    size_t size = take_output(&f, out, sizeof out, sizeof out);
    size_t first = 0;
    assert_int_equal(xk_ps_pdu_measure(out, size, NULL, &first, NULL), XK_OK);
    assert_int_equal(xk_tri_decode(out, first, NULL, &header, &tri, NULL), XK_OK);
    assert_int_equal(tri.type, XK_TRI_OPTION_RESPONSE);
    assert_int_equal(header.sequence_number, 40);
    assert_int_equal(tri.options, 0);
    assert_int_equal(tri.declined, XK_TRI_OPTION_ACKNOWLEDGEMENT);
    assert_int_equal(xk_tri_decode(out + first, size - first, NULL, &header, &tri, NULL), XK_OK);
    assert_int_equal(tri.type, XK_TRI_OPTION_COMPLETE);
    assert_int_equal(header.sequence_number, 1);
    expect_none(&f);
    answer_options(&f, XK_TRI_OPTION_REQUEST, 41, 0, 0);
    answer(&f, XK_TRI_OPTION_COMPLETE, 42);
    expect_none(&f); /* the second request is not answered yet */
    size = take_output(&f, out, sizeof out, sizeof out);
    assert_int_equal(xk_tri_decode(out, size, NULL, &header, &tri, NULL), XK_E_DER_TRAILING);
    assert_true(expect_event(&f, XK_DELIVERY_NEGOTIATED).acknowledgement);
}

static void closed_with(enum xk_status status)
{
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, status);
    expect_none(&f);
    expect_quiet(&f);
}

static void wrong_numbers_end_a_negotiation(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 1, 0, 0);
    closed_with(XK_E_ANSWER);
}

static void second_response_ends_a_negotiation(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    closed_with(XK_E_ANSWER);
}

static void wrong_keep_alive_ends_a_negotiation(void **state)
{
    (void)state;
    negotiating();
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 1);
    closed_with(XK_E_ANSWER);
}

static void second_keep_alive_answer_ends_a_negotiation(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    closed_with(XK_E_ANSWER);
}

static void other_pdus_end_a_negotiation(void **state)
{
    (void)state;
    negotiating();
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 0);
    closed_with(XK_E_UNEXPECTED);
}

static void unreadable_pdus_end_a_negotiation(void **state)
{
    (void)state;
    static const uint8_t nothing[] = {0x30, 2, 0xa2, 0};
    negotiating();
    assert_int_equal(xk_delivery_input(f.d, f.now, nothing, sizeof nothing), XK_OK);
    closed_with(XK_E_UNEXPECTED);
}

static void lemf_asks_out_of_turn(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_REQUEST, 0, 0, 0);
    closed_with(XK_E_UNEXPECTED);
}

static void lemf_asks_again_before_it_is_answered(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    answer_options(&f, XK_TRI_OPTION_REQUEST, 0, 0, 0);
    answer_options(&f, XK_TRI_OPTION_REQUEST, 1, 0, 0);
    closed_with(XK_E_UNEXPECTED);
}

static void lemf_asks_after_it_is_content(void **state)
{
    (void)state;
    negotiating();
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    answer(&f, XK_TRI_OPTION_COMPLETE, 0);
    answer_options(&f, XK_TRI_OPTION_REQUEST, 1, 0, 0);
    closed_with(XK_E_UNEXPECTED);
}

static void lemf_is_content_twice_or_too_soon(void **state)
{
    (void)state;
    negotiating();
    answer(&f, XK_TRI_OPTION_COMPLETE, 0);
    closed_with(XK_E_UNEXPECTED);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    expect_tri(&f, XK_TRI_OPTION_REQUEST, 0);
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    answer(&f, XK_TRI_OPTION_COMPLETE, 0);
    answer(&f, XK_TRI_OPTION_COMPLETE, 0);
    closed_with(XK_E_UNEXPECTED);
}

static void response_before_the_request_answers_nothing(void **state)
{
    (void)state;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NEGOTIATED;
    fixture_create(&f);
    connect(&f);
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    closed_with(XK_E_ANSWER);
}

static void more_is_accepted_than_was_asked_for(void **state)
{
    (void)state;
    static const uint8_t accepts_two[] = {0x30, 36, 0xa1, 22,   0x80, 7,    4,    0,    2,    2,   5,    1, 17,
                                          0x81, 1,  'L',  0xa3, 5,    0xa0, 3,    0x80, 1,    '1', 0x84, 1, 0,
                                          0xa2, 10, 0xa2, 8,    0xaa, 6,    0xa0, 2,    0x85, 0,   0xa1, 0};
    negotiating();
    assert_int_equal(xk_delivery_input(f.d, f.now, accepts_two, sizeof accepts_two), XK_OK);
    closed_with(XK_E_ANSWER);
}

static void negotiation_has_an_end(void **state)
{
    (void)state;
    negotiating();
    assert_int_equal(xk_delivery_next_deadline(f.d), 1800); /* of the keep-alive */
    answer_options(&f, XK_TRI_OPTION_RESPONSE, 0, 0, 0);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1900);
    tick_at(&f, 1899);
    expect_none(&f);
    tick_at(&f, 1900);
    closed_with(XK_E_SILENT);
}

static void unasked_answers_are_told_and_counted(void **state)
{
    (void)state;
    f.config.max_unexpected = 4;
    fixture_create(&f);
    connect(&f);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    answer(&f, XK_TRI_KEEP_ALIVE, 0);
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_UNEXPECTED);
    assert_int_equal(event.count, 2);
    assert_int_equal(event.status, XK_E_UNEXPECTED);
    assert_int_equal(event.tri, XK_TRI_KEEP_ALIVE);
    answer(&f, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 0);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 7);
    event = expect_event(&f, XK_DELIVERY_UNEXPECTED);
    assert_int_equal(event.count, 2);
    assert_int_equal(event.status, XK_E_ANSWER);
    assert_int_equal(event.tri, XK_TRI_KEEP_ALIVE_RESPONSE);
    expect_none(&f);
    answer(&f, XK_TRI_PADDING, 0);
    (void)expect_event(&f, XK_DELIVERY_UNEXPECTED);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_E_FLOOD);
    assert_int_equal(counts(&f).unexpected, 5);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    answer(&f, XK_TRI_PADDING, 0);
    (void)expect_event(&f, XK_DELIVERY_UNEXPECTED);
    expect_none(&f);
}

static void messages_of_the_lemf_are_handed_on(void **state)
{
    (void)state;
    fixture_create(&f);
    connect(&f);
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 0);
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 1);
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_MESSAGE);
    assert_int_equal(event.count, 2);
    assert_int_equal(event.message.size, 5);
    assert_memory_equal(event.message.data, "hello", 5);
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 1);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    assert_int_equal(event.message.data[0], 0);
    connect(&f);
    expect_none(&f);
}

/* BER: a message in two pieces, in a payload whose end is marked. */
static void message_in_pieces_is_joined(void **state)
{
    (void)state;
    static const uint8_t pdu[] = {0x30, 45,   0xa1, 22,  0x80, 7,   4,    0,  2,    2,   5,   1,
                                  17,   0x81, 1,    'L', 0xa3, 5,   0xa0, 3,  0x80, 1,   '1', 0x84,
                                  1,    0,    0xa2, 19,  0xa2, 17,  0xa8, 15, 0x80, 1,   1,   0xa1,
                                  10,   0x04, 3,    'h', 'e',  'l', 0x04, 3,  'l',  'o', '!'};
    fixture_create(&f);
    connect(&f);
    assert_int_equal(xk_delivery_input(f.d, f.now, pdu, sizeof pdu), XK_OK);
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_MESSAGE);
    assert_int_equal(event.message.size, 6);
    assert_memory_equal(event.message.data, "hello!", 6);
}

static void pieces_of_any_size_are_put_together(void **state)
{
    (void)state;
    uint8_t pdu[256];
    fixture_create(&f);
    connect(&f);
    size_t size = make_tri(XK_TRI_OPERATOR_LEA_MESSAGE, 0, pdu, sizeof pdu);
    memcpy(pdu + size, pdu, size);
    for (size_t i = 0; i < 2 * size; i++) {
        expect_none(&f);
        assert_int_equal(xk_delivery_input(f.d, f.now, pdu + i, 1), XK_OK);
        if (i == size - 1 || i == 2 * size - 1) {
            assert_int_equal(expect_event(&f, XK_DELIVERY_MESSAGE).count, 1);
        }
    }
    assert_int_equal(xk_delivery_input(f.d, f.now, pdu, 2 * size), XK_OK);
    assert_int_equal(expect_event(&f, XK_DELIVERY_MESSAGE).count, 2);
    assert_int_equal(counts(&f).octets_in, 4 * size);
    /* What was partly read does not reach into the next connection. */
    assert_int_equal(xk_delivery_input(f.d, f.now, pdu, 7), XK_OK);
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    connect(&f);
    assert_int_equal(xk_delivery_input(f.d, f.now, pdu, size), XK_OK);
    (void)expect_event(&f, XK_DELIVERY_MESSAGE);
}

static void garbage_closes(void **state)
{
    (void)state;
    static const struct {
        uint8_t octets[8];
        size_t size;
        enum xk_status status;
    } garbage[] = {
        {{0x31}, 1, XK_E_DER_TAG},
        {{0x30, 0x85, 1, 1, 1, 1, 1}, 7, XK_E_DER_LENGTH},
        {{0x30, 0x83, 0x04, 0x00, 0x00}, 5, XK_E_LIMIT},
    };
    fixture_create(&f);
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        f.now.ms += 1000000;
        (void)xk_delivery_tick(f.d, f.now);
        connect(&f);
        assert_int_equal(xk_delivery_input(f.d, f.now, garbage[i].octets, garbage[i].size), XK_OK);
        assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, garbage[i].status);
        assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    }
}

/* Longer than is ever read: stepped over, if it tells its length; else the place is lost. */
static void overlong_pdus_take_no_memory(void **state)
{
    (void)state;
    static uint8_t octets[2100];
    fixture_create(&f);
    connect(&f);
    memset(octets, 0, sizeof octets);
    octets[0] = 0x30;
    octets[1] = 0x82;
    octets[2] = 0x07; /* 2044 and 4: just what fits */
    octets[3] = 0xfc;
    assert_int_equal(xk_delivery_input(f.d, f.now, octets, 2048), XK_OK);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNEXPECTED).status, XK_E_DER_TAG);
    octets[3] = 0xfd;
    assert_int_equal(xk_delivery_input(f.d, f.now, octets, 2048), XK_OK);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNEXPECTED).status, XK_E_TOO_LARGE);
    assert_int_equal(xk_delivery_input(f.d, f.now, octets, 1), XK_OK);
    answer(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 0);
    (void)expect_event(&f, XK_DELIVERY_MESSAGE);
    memset(octets, 0x0c, sizeof octets);
    octets[0] = 0x30;
    octets[1] = 0x80;
    for (size_t i = 2; i < sizeof octets; i += 2) {
        octets[i] = 0x0c;
        octets[i + 1] = 0;
    }
    assert_int_equal(xk_delivery_input(f.d, f.now, octets, 2047), XK_OK);
    expect_none(&f);
    assert_int_equal(xk_delivery_input(f.d, f.now, octets + 2047, 1), XK_OK);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_E_LIMIT);
}

static void one_octet_a_minute_closes(void **state)
{
    (void)state;
    f.config.stall = 500;
    fixture_create(&f);
    connect(&f);
    assert_int_equal(xk_delivery_input(f.d, f.now, (const uint8_t *)"0", 1), XK_OK);
    f.now.ms = 1400;
    assert_int_equal(xk_delivery_input(f.d, f.now, (const uint8_t *)"\x05", 1), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1500);
    tick_at(&f, 1499);
    expect_none(&f);
    tick_at(&f, 1500);
    assert_int_equal(expect_event(&f, XK_DELIVERY_CLOSE).status, XK_E_SLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_ends_agree_on_acknowledgement),
        TEST(keep_alive_answered_first_tells_that_there_are_no_options),
        TEST(what_the_lemf_asks_for_is_declined),
        TEST(wrong_numbers_end_a_negotiation),
        TEST(second_response_ends_a_negotiation),
        TEST(wrong_keep_alive_ends_a_negotiation),
        TEST(second_keep_alive_answer_ends_a_negotiation),
        TEST(other_pdus_end_a_negotiation),
        TEST(unreadable_pdus_end_a_negotiation),
        TEST(lemf_asks_out_of_turn),
        TEST(lemf_asks_again_before_it_is_answered),
        TEST(lemf_asks_after_it_is_content),
        TEST(lemf_is_content_twice_or_too_soon),
        TEST(response_before_the_request_answers_nothing),
        TEST(more_is_accepted_than_was_asked_for),
        TEST(negotiation_has_an_end),
        TEST(unasked_answers_are_told_and_counted),
        TEST(messages_of_the_lemf_are_handed_on),
        TEST(message_in_pieces_is_joined),
        TEST(pieces_of_any_size_are_put_together),
        TEST(garbage_closes),
        TEST(overlong_pdus_take_no_memory),
        TEST(one_octet_a_minute_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
