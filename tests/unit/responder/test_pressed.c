/* SPDX-License-Identifier: BSD-2-Clause */
/* A responder under pressure: peers that take each other's ids, a table that is full, a host that answers late, twice
 * or for what has gone, and a hundred thousand transactions through a few places. */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define ALICE "sip:alice@example.com"

static struct kms_host h;

static int start(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return xk_responder_destroy(h.engine) == XK_OK ? 0 : 1;
}

static enum xk_status complete(uint64_t now, uint64_t handle)
{
    static uint8_t key[16] = {9};
    struct xk_session_result session = {.cs_id = 1, .key = {key, sizeof key}, .cipher = XK_CIPHER_ABSENT,
                                        .encoding = XK_KEY_ENCODING_ABSENT};
    struct xk_answer answer = {XK_FAILURE_NONE, {NULL, 0}, &session, 1, NULL, 0, NULL};
    return xk_responder_complete(h.engine, now, handle, &answer, NULL);
}

/* The peer is a part of what a transaction is: another one's repeat gets no key, before and after the oldest answered
 * one has given way. */
static void another_peer_never_gets_the_answer(void **state)
{
    (void)state;
    host_ask(&h, 1, ALICE);
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(xk_responder_receive(h.engine, 0, HOST_PEER + 1, h.wire, h.wire_size, NULL), XK_E_CONFLICT);
    assert_int_equal(host_sent(&h), XK_FAILURE_CONFLICT);
    assert_int_equal(h.sent_to, HOST_PEER + 1);
    assert_string_equal(h.seen.field, "peer");
    assert_int_equal(host_receive(&h, 1), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    assert_int_equal(h.sent_to, HOST_PEER);
    assert_int_equal(host_counters(&h).repeated, 1);
    for (uint8_t id = 10; id < 14; id++) { /* all four places */
        host_ask(&h, id, ALICE);
        assert_int_equal(host_receive(&h, 2), XK_OK);
    }
    assert_int_equal(host_counters(&h).evicted, 1);
    host_ask(&h, 1, ALICE);
    assert_int_equal(host_receive(&h, 3), XK_OK); /* forgotten: the host is asked again */
    assert_int_equal(h.resolves, 7);
}

static void a_handle_ends_with_its_answer(void **state)
{
    (void)state;
    uint64_t handles[4];
    h.time = XK_ANSWER_LATER;
    for (uint8_t i = 0; i < 4; i++) {
        host_ask(&h, (uint8_t)(20 + i), ALICE);
        assert_int_equal(host_receive(&h, 10), XK_OK);
        handles[i] = h.handle;
    }
    assert_int_equal(h.sends, 0);
    host_ask(&h, 30, ALICE); /* every place waits for the host: none gives way */
    assert_int_equal(host_receive(&h, 10), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_UNAVAILABLE);
    assert_int_equal(h.resolves, 4);
    host_ask(&h, 20, ALICE);
    assert_int_equal(host_receive(&h, 11), XK_E_DUPLICATE);
    assert_int_equal(complete(12, handles[0]), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    assert_int_equal(complete(12, handles[0]), XK_E_UNKNOWN);
    assert_int_equal(complete(12, handles[1] ^ UINT64_C(1) << 40), XK_E_UNKNOWN);
    assert_int_equal(complete(12, 0), XK_E_UNKNOWN);
    assert_int_equal(complete(12, UINT64_MAX), XK_E_UNKNOWN);
    const size_t sends = h.sends;
    assert_int_equal(xk_responder_tick(h.engine, 110), XK_OK);
    assert_int_equal(h.sends, sends + 3);
    assert_int_equal(complete(111, handles[1]), XK_E_UNKNOWN);
    h.time = XK_ANSWER_NOW;
    for (uint8_t id = 40; id < 50; id++) { /* its place is another's now */
        host_ask(&h, id, ALICE);
        assert_int_equal(host_receive(&h, 112), XK_OK);
    }
    assert_int_equal(complete(113, handles[1]), XK_E_UNKNOWN);
    assert_int_equal(h.sends, sends + 13);
}

static void what_was_unavailable_reaches_the_host_when_it_is_asked_again(void **state)
{
    (void)state;
    h.time = XK_ANSWER_LATER;
    host_ask(&h, 50, ALICE);
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(xk_responder_tick(h.engine, 100), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_UNAVAILABLE);
    h.time = XK_ANSWER_NOW;
    assert_int_equal(host_receive(&h, 200), XK_OK);
    assert_int_equal(h.resolves, 2);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
}

static void at_the_end_of_time_an_answer_is_still_remembered(void **state)
{
    (void)state;
    host_ask(&h, 60, ALICE);
    assert_int_equal(host_receive(&h, UINT64_MAX), XK_OK);
    assert_int_equal(xk_responder_tick(h.engine, UINT64_MAX), XK_OK);
    assert_int_equal(host_receive(&h, UINT64_MAX), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
}

static void a_hundred_thousand_go_through_four_places(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        host_ask(&h, 0, ALICE);
        memcpy(h.exchange.message.transaction_id.octets, &i, sizeof i);
        assert_int_equal(xk_get_keys_encode(&h.exchange.message, h.wire, sizeof h.wire, &h.wire_size, NULL), XK_OK);
        assert_int_equal(host_receive(&h, i / 1000), XK_OK);
    }
    assert_int_equal(host_counters(&h).answered, 100000);
    assert_int_equal(host_counters(&h).evicted, 99996);
    assert_int_equal(h.sends, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_peer_never_gets_the_answer, start, stop),
        cmocka_unit_test_setup_teardown(a_handle_ends_with_its_answer, start, stop),
        cmocka_unit_test_setup_teardown(what_was_unavailable_reaches_the_host_when_it_is_asked_again, start, stop),
        cmocka_unit_test_setup_teardown(at_the_end_of_time_an_answer_is_still_remembered, start, stop),
        cmocka_unit_test_setup_teardown(a_hundred_thousand_go_through_four_places, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
