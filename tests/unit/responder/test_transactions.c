/* SPDX-License-Identifier: BSD-2-Clause */
/* Many transactions in one KMS engine: told apart, answered in any order, repeated, at the end of all time. */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/siphash.h"

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

static uint64_t ask_pending(uint8_t id, uint64_t now)
{
    h.time = XK_ANSWER_LATER;
    host_ask(&h, id, ALICE);
    assert_int_equal(host_receive(&h, now), XK_OK);
    return h.handle;
}

static enum xk_status refuse(uint64_t now, uint64_t handle)
{
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.failure = XK_FAILURE_POLICY;
    return xk_responder_complete(h.engine, now, handle, &answer, NULL);
}

static uint8_t sent_to_transaction(void)
{
    enum xk_message_type type;
    struct xk_transaction_id id;
    assert_int_equal(xk_message_peek(h.sent, h.sent_size, &type, &id, NULL), XK_OK);
    return id.octets[0];
}

/* Out of the middle, from the end, from the start: the others still expire in the order in which they came. */
static void answers_may_come_in_any_order(void **state)
{
    (void)state;
    static const uint8_t orders[][4] = {{2, 1, 3, 4}, {4, 1, 2, 3}, {1, 2, 3, 4}, {3, 1, 2, 4}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        uint64_t handles[5] = {0};
        host_init(&h);
        host_start(&h);
        for (uint8_t id = 1; id <= 4; id++) {
            handles[id] = ask_pending(id, id);
        }
        assert_int_equal(refuse(10, handles[orders[i][0]]), XK_OK);
        assert_int_equal(sent_to_transaction(), orders[i][0]);
        for (size_t k = 1; k < 4; k++) {
            uint64_t due = 100u + orders[i][k];
            assert_int_equal(xk_responder_next_deadline(h.engine), due);
            assert_int_equal(xk_responder_tick(h.engine, due - 1), XK_OK);
            assert_int_equal(h.sends, k);
            assert_int_equal(xk_responder_tick(h.engine, due), XK_OK);
            assert_int_equal(h.sends, k + 1);
            assert_int_equal(sent_to_transaction(), orders[i][k]);
        }
        assert_int_equal(xk_responder_next_deadline(h.engine), 1010); /* the first answer is forgotten first */
        assert_int_equal(host_counters(&h).expired, 3);
        assert_int_equal(xk_responder_destroy(h.engine), XK_OK);
    }
}

static void the_next_deadline_is_the_nearest_of_both_waits(void **state)
{
    (void)state;
    uint64_t handle = ask_pending(1, 0);
    assert_int_equal(refuse(950, handle), XK_OK);
    handle = ask_pending(2, 960);
    assert_int_equal(xk_responder_next_deadline(h.engine), 1060); /* pending; the other is remembered to 1950 */
    assert_int_equal(refuse(970, handle), XK_OK);
    assert_int_equal(xk_responder_next_deadline(h.engine), 1950);
    (void)ask_pending(3, 1900);
    assert_int_equal(xk_responder_next_deadline(h.engine), 1950); /* remembered; the other is pending to 2000 */
}

static void a_handle_means_one_pending_query(void **state)
{
    (void)state;
    uint64_t handle = ask_pending(1, 0);
    const uint64_t wrong[] = {0, handle + 1, handle | 0xfffff, handle + (1u << 20), handle ^ UINT64_C(1) << 63};
    assert_true(handle != 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(refuse(1, wrong[i]), XK_E_UNKNOWN);
    }
    assert_int_equal(h.sends, 0);
    assert_int_equal(refuse(1, handle), XK_OK);
    assert_int_equal(refuse(1, handle), XK_E_UNKNOWN);
    assert_int_equal(xk_responder_tick(h.engine, 1001), XK_OK); /* forgotten: the place is free for another */
    uint64_t other = ask_pending(2, 1002);
    assert_int_equal(other & 0xfffff, handle & 0xfffff);
    assert_int_equal(refuse(1003, handle), XK_E_UNKNOWN);
    assert_int_equal(refuse(1003, other), XK_OK);
}

/* These two have the same hash under the key that the host's `random` gives. */
static void ids_with_the_same_hash_are_told_apart(void **state)
{
    (void)state;
    static const uint8_t ids[2][XK_TRANSACTION_ID_SIZE] = {{0x00, 0x35, 0xbf}, {0x00, 0xdb, 0x74}};
    struct xki_siphash_key key;
    struct xk_transaction_id *id = &h.exchange.message.transaction_id;
    memset(&key, 0x42, sizeof key);
    assert_int_equal(xki_siphash(&key, ids[0], sizeof ids[0]) >> 32, xki_siphash(&key, ids[1], sizeof ids[1]) >> 32);
    h.exchange.message.public_kms_identity = xk_text(ALICE);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 2; i++) {
            memcpy(id->octets, ids[i], sizeof ids[i]);
            assert_int_equal(xk_get_keys_encode(&h.exchange.message, h.wire, sizeof h.wire, &h.wire_size, NULL), XK_OK);
            assert_int_equal(host_receive(&h, 0), XK_OK);
            assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
        }
    }
    assert_int_equal(host_counters(&h).answered, 2);
    assert_int_equal(host_counters(&h).repeated, 2);
}

static void at_the_end_of_time_a_wait_still_ends(void **state)
{
    (void)state;
    const uint64_t last = UINT64_MAX - 1;
    (void)ask_pending(1, last - 100);
    assert_true(xk_responder_next_deadline(h.engine) == last);
    (void)ask_pending(2, last - 99);
    assert_int_equal(xk_responder_tick(h.engine, last - 1), XK_OK);
    assert_int_equal(h.sends, 0);
    assert_int_equal(xk_responder_tick(h.engine, last), XK_OK);
    assert_int_equal(h.sends, 2);
    assert_int_equal(host_sent(&h), XK_FAILURE_UNAVAILABLE);
    assert_true(xk_responder_next_deadline(h.engine) == UINT64_MAX);
    assert_int_equal(stop(state), 0);
    assert_int_equal(start(state), 0);
    (void)ask_pending(1, last - 99); /* the first that would end behind it */
    assert_true(xk_responder_next_deadline(h.engine) == last);
}

/* A referral is the host's word, so that it is asked again, as for keys; it may not change its mind. */
static void a_referral_is_given_again(void **state)
{
    (void)state;
    uint8_t first[256];
    h.failure = XK_FAILURE_OTHER_KMS;
    h.referral = xk_text("kms2");
    host_ask(&h, 1, ALICE);
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_OTHER_KMS);
    size_t size = h.sent_size;
    memcpy(first, h.sent, size);
    assert_int_equal(host_receive(&h, 1), XK_OK);
    assert_int_equal(h.resolves, 2);
    assert_int_equal(h.sends, 2);
    assert_int_equal(h.sent_size, size);
    assert_memory_equal(h.sent, first, size);
    assert_int_equal(h.seen.event, XK_RESPONDER_REPEATED);
    h.referral = xk_text("kms3");
    assert_int_equal(host_receive(&h, 2), XK_E_CONFLICT);
    assert_int_equal(h.sends, 2);
    assert_int_equal(h.seen.event, XK_RESPONDER_CHANGED);
}

static void the_host_gets_the_sessions_of_the_last_word(void **state)
{
    (void)state;
    static const struct {
        unsigned int sessions;
        bool update;
        size_t count;
    } rows[] = {{0, false, 1},
                {3, false, 3},
                {XK_MIKEY_SESSIONS_MAX, false, XK_CRYPTO_SESSIONS_MAX},
                {0, true, 2},
                {3, true, 2}};
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    for (uint8_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_get_keys_response response;
        exchange_build(&h.exchange, rows[i].sessions, rows[i].update);
        host_ask(&h, i, ALICE);
        assert_int_equal(host_receive(&h, i), XK_OK);
        assert_int_equal(h.cs_count, rows[i].count);
        for (size_t k = 0; k < h.cs_count; k++) {
            assert_int_equal(h.cs_ids[k], k + 1);
        }
        assert_int_equal(
            xk_get_keys_response_decode(h.sent, h.sent_size, &response, sessions, XK_CRYPTO_SESSIONS_MAX, NULL), XK_OK);
        assert_int_equal(response.session_count, rows[i].count);
        assert_int_equal(sessions[rows[i].count - 1].key.data[15], HOST_KEY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_may_come_in_any_order),
        cmocka_unit_test_setup_teardown(the_next_deadline_is_the_nearest_of_both_waits, start, stop),
        cmocka_unit_test_setup_teardown(a_handle_means_one_pending_query, start, stop),
        cmocka_unit_test_setup_teardown(ids_with_the_same_hash_are_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(at_the_end_of_time_a_wait_still_ends, start, stop),
        cmocka_unit_test_setup_teardown(a_referral_is_given_again, start, stop),
        cmocka_unit_test_setup_teardown(the_host_gets_the_sessions_of_the_last_word, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
