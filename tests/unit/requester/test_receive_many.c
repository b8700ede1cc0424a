/* SPDX-License-Identifier: BSD-2-Clause */
/* Several messages in one call: each is told apart, and none is treated otherwise than alone. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

#define COUNT 20u /* more than two times what is looked ahead at */

static struct host h;
static struct xk_received messages[COUNT];
static uint8_t wires[COUNT][256];
static uint64_t handles[COUNT];

static int start(void **state)
{
    (void)state;
    host_init(&h);
    h.config.max_pending = COUNT;
    h.config.tombstones = 4096;
    host_start(&h);
    memset(messages, 0, sizeof messages);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    host_end(&h);
    return 0;
}

/* A request of its own for each, and the answer to it: keys of octet i + 1. */
static void ask_all(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        char liid[16];
        (void)snprintf(liid, sizeof liid, "LI-%02zu", i);
        handles[i] = host_must_submit(&h, liid, 1);
        size_t size = host_answer_keys(&h, wires[i], sizeof wires[i], 1, (uint8_t)(i + 1));
        messages[i] = (struct xk_received){.kms = h.kms[0], .data = wires[i], .size = size, .status = XK_E_MEMORY};
        messages[i].diag.field = NULL;
    }
}

static bool is_wiped(size_t i)
{
    static const uint8_t nothing[sizeof wires[0]];
    return memcmp(wires[i], nothing, messages[i].size) == 0;
}

static void takes_all_in_their_order(void **state)
{
    (void)state;
    ask_all();
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, COUNT), XK_OK);
    assert_int_equal(h.kit.outcome_count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        char liid[16];
        (void)snprintf(liid, sizeof liid, "LI-%02zu", i);
        assert_int_equal(messages[i].status, XK_OK);
        assert_int_equal(messages[i].diag.status, XK_OK);
        assert_int_equal(messages[i].diag.offset, 0);
        assert_string_equal(messages[i].diag.field, "");
        assert_true(is_wiped(i));
        assert_int_equal(h.kit.outcomes[i].request, handles[i]);
    }
    assert_int_equal(host_usage(&h).pending, 0);
    assert_int_equal(host_counters(&h).received, COUNT);
    assert_null(engine_check(h.r));
}

static void tells_each_refusal_where_it_is(void **state)
{
    (void)state;
    ask_all();
    messages[1].kms = 99;
    messages[3].size = 1;
    messages[5].kms = h.kms[1];
    messages[7].data = NULL;
    memcpy(wires[12], wires[11], sizeof wires[11]); /* the answer before it once more */
    messages[12].size = messages[11].size;
    wires[19][XK_TRANSACTION_ID_SIZE] ^= 1; /* an octet of the id */
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, COUNT), XK_OK);
    for (size_t i = 0; i < COUNT; i++) {
        enum xk_status expected = XK_OK;
        const char *field = "";
        switch (i) {
        case 1:
            expected = XK_E_ARGUMENT;
            field = "KMS";
            break;
        case 3:
            expected = XK_E_TRUNCATED;
            field = messages[i].diag.field;
            break;
        case 5:
            expected = XK_E_PEER;
            field = "peer";
            break;
        case 7:
            expected = XK_E_ARGUMENT;
            break;
        case 12:
            expected = XK_E_DUPLICATE;
            field = "transaction id";
            break;
        case 19:
            expected = XK_E_UNKNOWN;
            field = "transaction id";
            break;
        default:
            break;
        }
        assert_int_equal(messages[i].status, expected);
        assert_int_equal(messages[i].diag.status, expected);
        assert_string_equal(messages[i].diag.field, field);
        assert_true(i == 7 || is_wiped(i));
    }
    assert_int_equal(h.kit.outcome_count, COUNT - 6);
    assert_int_equal(host_usage(&h).pending, 6);
    assert_null(engine_check(h.r));
}

static void cancel_the_others(struct host *host, enum host_place place)
{
    if (place == IN_OUTCOME && host->kit.outcome_count == 0) {
        for (size_t i = 1; i < COUNT; i++) {
            assert_int_equal(xk_requester_cancel(host->r, host->now, handles[i]), XK_OK);
        }
    }
}

static void goes_by_what_callbacks_have_done(void **state)
{
    (void)state;
    ask_all();
    h.inside = cancel_the_others;
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, COUNT), XK_OK);
    assert_int_equal(messages[0].status, XK_OK);
    for (size_t i = 1; i < COUNT; i++) {
        assert_int_equal(messages[i].status, XK_E_LATE);
        assert_true(is_wiped(i));
    }
    assert_int_equal(h.kit.outcome_count, 1);
}

static void leaves_the_octets_of_what_is_blocked(void **state)
{
    (void)state;
    ask_all();
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, 2), XK_OK);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(messages[i].status, XK_E_BLOCKED);
        assert_false(is_wiped(i));
    }
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, 2), XK_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(messages[i].status, XK_OK);
        assert_true(is_wiped(i));
    }
}

static void call_inside(struct host *host, enum host_place place)
{
    if (place == IN_OUTCOME) {
        struct xk_received one = {.kms = host->kms[0], .data = wires[1], .size = messages[1].size};
        assert_int_equal(xk_requester_receive_many(host->r, host->now, &one, 1), XK_OK);
        assert_int_equal(one.status, XK_E_BUSY);
        assert_int_equal(one.diag.status, XK_E_BUSY);
    }
}

static void is_busy_inside_a_callback(void **state)
{
    (void)state;
    ask_all();
    h.inside = call_inside;
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, 1), XK_OK);
    assert_int_equal(messages[0].status, XK_OK);
    assert_false(is_wiped(1));
    assert_int_equal(host_usage(&h).pending, COUNT - 1);
}

static void takes_none_and_nothing(void **state)
{
    (void)state;
    ask_all();
    assert_int_equal(xk_requester_receive_many(h.r, h.now, messages, 0), XK_OK);
    assert_int_equal(xk_requester_receive_many(h.r, h.now, NULL, 0), XK_OK);
    assert_int_equal(xk_requester_receive_many(h.r, h.now, NULL, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_receive_many(NULL, h.now, NULL, 0), XK_E_ARGUMENT);
    assert_int_equal(host_usage(&h).pending, COUNT);
    assert_int_equal(xk_requester_receive_many(NULL, h.now, messages, COUNT), XK_E_ARGUMENT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(messages[i].status, XK_E_ARGUMENT);
        assert_int_equal(messages[i].diag.status, XK_E_ARGUMENT);
        assert_true(is_wiped(i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(takes_all_in_their_order, start, stop),
        cmocka_unit_test_setup_teardown(tells_each_refusal_where_it_is, start, stop),
        cmocka_unit_test_setup_teardown(goes_by_what_callbacks_have_done, start, stop),
        cmocka_unit_test_setup_teardown(leaves_the_octets_of_what_is_blocked, start, stop),
        cmocka_unit_test_setup_teardown(is_busy_inside_a_callback, start, stop),
        cmocka_unit_test_setup_teardown(takes_none_and_nothing, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
