/* SPDX-License-Identifier: BSD-2-Clause */
/* One request from submit to acknowledgement, and everything that must not settle it. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct host h;
static uint8_t wire[512];

static void keys_become_one_outcome(void **state)
{
    (void)state;
    uint64_t handle = 0;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(h.kit.send_count, 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 0x5a);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_NONE);
    assert_true(h.kit.outcomes[0].request == handle);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-A");
    assert_int_equal(h.kit.outcomes[0].sessions[0].key[15], 0x5a);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(wire[i], 0);
    }
    assert_int_equal(host_usage(&h).pending + host_usage(&h).owed + host_usage(&h).held, 0);
    assert_int_equal(host_usage(&h).free, 8);
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
    host_end(&h);
}

static void expiry_becomes_one_failure(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_true(xk_requester_next_deadline(h.r) <= 11000);
    assert_int_equal(host_tick(&h, 10999), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_FAILURE);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_LATE);
    assert_int_equal(host_tick(&h, 50000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.events[XK_EVENT_LATE_KEYS], 1);
    host_end(&h);
}

static void a_refusal_of_the_kms_becomes_one_failure(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_NOT_TARGET, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_KMS_REFUSED);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_NOT_TARGET);
    assert_int_equal(h.kit.outcomes[0].session_count, 0);
    host_end(&h);
}

static void what_cannot_be_trusted_settles_nothing(void **state)
{
    (void)state;
    uint64_t handle;
    uint8_t copy[512];
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    memcpy(copy, wire, size);
    assert_int_equal(host_receive(&h, 1, wire, size), XK_E_PEER);
    assert_int_equal(wire[0], 0); /* wiped */
    memcpy(wire, copy, size);
    wire[10] ^= 1;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_UNKNOWN);
    memcpy(wire, copy, size);
    assert_int_equal(host_receive(&h, 0, wire, size - 1), XK_E_TRUNCATED);
    memcpy(wire, copy, size);
    assert_int_equal(xk_requester_receive(h.r, h.now, 77, wire, size, NULL), XK_E_ARGUMENT);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(h.kit.events[XK_EVENT_RECEIVE_REFUSED], 4);
    assert_int_equal(host_counter(&h, XK_E_PEER), 1);
    assert_int_equal(host_counter(&h, XK_E_TRUNCATED), 1);
    memcpy(wire, copy, size);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

static void a_second_answer_is_a_duplicate_or_a_conflict(void **state)
{
    (void)state;
    uint64_t handle;
    uint8_t copy[512];
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    memcpy(copy, wire, size);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    memcpy(wire, copy, size);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_DUPLICATE);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 2);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_CONFLICT);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

static void keys_that_were_not_asked_for_are_not_delivered(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 9, 0x77);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_FAILURE);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_NOT_ANSWERED);
    struct xk_requester_counters counters;
    xk_requester_read_counters(h.r, &counters);
    assert_int_equal(counters.unrequested, 1);
    host_end(&h);
}

static void a_cancelled_request_has_no_outcome(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_UNKNOWN);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_LATE);
    assert_int_equal(host_tick(&h, 100000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    host_end(&h);
}

static void purge_takes_one_liid_and_no_other(void **state)
{
    (void)state;
    uint64_t handle;
    uint32_t purged = 0;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, &purged), XK_OK);
    assert_int_equal(purged, 2);
    assert_int_equal(host_tick(&h, 100000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-B");
    host_end(&h);
}

static void a_full_engine_says_so_and_tells_when_there_is_room(void **state)
{
    (void)state;
    uint64_t handle = 0;
    uint64_t first = 0;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &first), XK_OK);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    }
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_FULL);
    assert_int_equal(h.kit.room_calls, 0);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_int_equal(h.kit.room_calls, 1);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    host_end(&h);
}

static void a_reference_pends_once(void **state)
{
    (void)state;
    uint64_t first = 0;
    uint64_t second = 0;
    host_init(&h);
    h.config.use_references = true;
    host_start(&h);
    h.reference = 77;
    assert_int_equal(host_submit(&h, "LI-A", 1, &first), XK_OK);
    assert_int_equal(host_submit(&h, "LI-B", 1, &second), XK_E_EXISTS);
    assert_int_equal(second, first);
    assert_int_equal(h.kit.send_count, 1);
    h.reference = 78;
    assert_int_equal(host_submit(&h, "LI-B", 1, &second), XK_OK);
    h.reference = 0;
    assert_int_equal(host_submit(&h, "LI-B", 1, &second), XK_OK);
    assert_int_equal(host_submit(&h, "LI-B", 1, &second), XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    h.reference = 77;
    assert_int_equal(host_submit(&h, "LI-A", 1, &second), XK_OK);
    assert_int_not_equal(second, first);
    host_end(&h);
}

/* KMS 0 names KMS 2, which was not in the request's list: it is asked, once, under the same transaction. */
static void a_referral_is_followed_once(void **state)
{
    (void)state;
    uint64_t handle = 0;
    uint8_t answer[512];
    size_t size = 0;
    host_init(&h);
    h.config.follow_referral = true;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size = host_answer_failure(&h, answer, sizeof answer, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, answer, size), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.sent_to[1], h.kms[2]);
    assert_int_equal(h.kit.outcome_count, 0);
    size = host_answer_keys(&h, answer, sizeof answer, 1, 0x42);
    assert_int_equal(host_receive(&h, 2, answer, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    host_end(&h);
}

/* What ends while the journal fails must not come back: the withdrawal is refused, and the request still pends. */
static void a_withdrawal_that_the_journal_does_not_take_is_refused(void **state)
{
    (void)state;
    uint64_t handle = 0;
    uint32_t purged = 9;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_JOURNAL);
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, &purged), XK_E_JOURNAL);
    assert_int_equal(purged, 0);
    h.kit.journal_reply = XK_JOURNAL_STORED;
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    host_end(&h);
}

static void a_failed_submit_changes_nothing(void **state)
{
    (void)state;
    uint64_t handle = 42;
    host_init(&h);
    host_start(&h);
    xk_test_random_fail(&h.kit.random, 1, UINT64_MAX);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_RANDOM);
    xk_test_random_fail(&h.kit.random, 0, 0);
    assert_int_equal(host_submit(&h, "", 1, &handle), XK_E_FIELD_EMPTY);
    assert_int_equal(host_submit(&h, "LI-A", 0, &handle), XK_E_ARGUMENT);
    assert_true(handle == 42);
    assert_int_equal(h.kit.send_count, 0);
    assert_int_equal(host_usage(&h).free, 8);
    assert_int_equal(host_tick(&h, 100000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    host_end(&h);
}

static void a_source_of_randomness_that_repeats_itself_is_refused(void **state)
{
    (void)state;
    uint64_t handle = 0;
    uint64_t second = 42;
    host_init(&h);
    host_start(&h);
    const struct xk_test_random before = h.kit.random;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    h.kit.random = before;
    assert_int_equal(host_submit(&h, "LI-B", 1, &second), XK_E_RANDOM);
    assert_int_equal(second, 42);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    host_end(&h);
}

static void a_send_that_fails_goes_to_the_next_kms(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.attempt_timeout = 1000;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 2, &handle), XK_OK);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.sent_to[0], h.kms[0]);
    assert_int_equal(h.kit.sent_to[1], h.kms[1]);
    /* the first may still answer: it was asked */
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

static void nobody_reachable_is_decided_when_the_attempts_are_used_up(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.max_refused = 2;
    h.kit.send_fails = true;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 2, &handle), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_UNREACHABLE);
    host_end(&h);
}

static void a_window_holds_requests_back(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.kms_window = 1;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

static void the_clock_may_step_back_and_jump(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_tick(&h, 5), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(h.kit.events[XK_EVENT_CLOCK_BACK], 1);
    assert_int_equal(host_tick(&h, UINT64_MAX - 5), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

static void a_budget_bounds_one_tick(void **state)
{
    (void)state;
    uint64_t handle;
    bool more = false;
    host_init(&h);
    host_start(&h);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    }
    assert_int_equal(xk_requester_tick(h.r, 20000, 2, &more), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(more);
    assert_int_equal(xk_requester_tick(h.r, 20000, 100, &more), XK_OK);
    assert_int_equal(h.kit.outcome_count, 5);
    assert_false(more);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_become_one_outcome),
        cmocka_unit_test(expiry_becomes_one_failure),
        cmocka_unit_test(a_refusal_of_the_kms_becomes_one_failure),
        cmocka_unit_test(what_cannot_be_trusted_settles_nothing),
        cmocka_unit_test(a_second_answer_is_a_duplicate_or_a_conflict),
        cmocka_unit_test(keys_that_were_not_asked_for_are_not_delivered),
        cmocka_unit_test(a_cancelled_request_has_no_outcome),
        cmocka_unit_test(purge_takes_one_liid_and_no_other),
        cmocka_unit_test(a_full_engine_says_so_and_tells_when_there_is_room),
        cmocka_unit_test(a_referral_is_followed_once),
        cmocka_unit_test(a_withdrawal_that_the_journal_does_not_take_is_refused),
        cmocka_unit_test(a_reference_pends_once),
        cmocka_unit_test(a_failed_submit_changes_nothing),
        cmocka_unit_test(a_source_of_randomness_that_repeats_itself_is_refused),
        cmocka_unit_test(a_send_that_fails_goes_to_the_next_kms),
        cmocka_unit_test(nobody_reachable_is_decided_when_the_attempts_are_used_up),
        cmocka_unit_test(a_window_holds_requests_back),
        cmocka_unit_test(the_clock_may_step_back_and_jump),
        cmocka_unit_test(a_budget_bounds_one_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
