/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers in states that they do not suit, answers that are cut, hosts that answer oddly, and an engine that is fenced:
 * each has its status, and what it must not change stays as it was. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "messages/layout.h"
#include "requester/engine.h"
#include "support/engine_check.h"

static struct host h;
static uint8_t wire[512];

static bool is_wiped(const uint8_t *octets, size_t size)
{
    size_t at = 0;
    while (at < size && octets[at] == 0) {
        at++;
    }
    return at == size;
}

static void is_answered(enum xk_status wanted, enum xk_failure failure, const char *referral)
{
    size_t size = host_answer_failure(&h, wire, sizeof wire, failure, referral);
    assert_int_equal(host_receive(&h, 0, wire, size), wanted);
    assert_true(is_wiped(wire, size));
    assert_null(engine_check(h.r));
}

/* The failure has been delivered: another one is no news, whatever it says, and keys are welcome still. */
static void only_keys_are_welcome_in_the_grace_time(void **state)
{
    (void)state;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    h.config.follow_referral = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    is_answered(XK_E_LATE, XK_FAILURE_NOT_TARGET, NULL);
    is_answered(XK_E_LATE, XK_FAILURE_UNAVAILABLE, NULL);
    is_answered(XK_E_LATE, XK_FAILURE_OTHER_KMS, "kms2.example.com");
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(h.kit.outcome_count, 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.outcomes[1].kind, XK_OUTCOME_SUPPLEMENT);
    host_end(&h);
}

/* With a policy that takes late keys, but for no time, they are late. */
static void without_grace_time_late_keys_are_late(void **state)
{
    (void)state;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    h.config.grace = 0;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_LATE);
    assert_true(is_wiped(wire, size));
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.events[XK_EVENT_LATE_KEYS], 1);
    host_end(&h);
}

/* The KMS that is asked for the keys once more may be away: nothing is decided anew. Other news contradict. */
static void what_follows_keys_that_were_not_taken(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    is_answered(XK_OK, XK_FAILURE_UNAVAILABLE, NULL);
    is_answered(XK_E_CONFLICT, XK_FAILURE_NOT_TARGET, NULL);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    size = host_answer_keys(&h, wire, sizeof wire, 1, 8);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_CONFLICT);
    assert_true(is_wiped(wire, size));
    assert_int_equal(h.kit.outcome_count, 1);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcomes[1].sessions[0].key[0], 7);
    host_end(&h);
}

/* Fingerprints have 32 bits: a failure may have that of the keys, one in four thousand million. It decides nothing. */
static void a_failure_with_the_fingerprint_of_keys_is_no_second_decision(void **state)
{
    (void)state;
    const size_t begin = XKI_ID_OFFSET + XK_TRANSACTION_ID_SIZE;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    uint32_t before = xki_rq_record(h.r, 0)->progress.fingerprint;
    size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_NOT_TARGET, NULL);
    xki_rq_record(h.r, 0)->progress.fingerprint = (uint32_t)xki_siphash(&h.r->hash_key, wire + begin, size - begin);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_CONFLICT);
    assert_true(is_wiped(wire, size));
    assert_int_equal(xki_rq_state(h.r, 0), XKI_RQ_BLOCKED);
    xki_rq_record(h.r, 0)->progress.fingerprint = before;
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

/* Of two that share, both refused by the KMS and not taken by the host: each says the same of a second answer. */
static void a_second_answer_to_two_that_share_is_named_once(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    is_answered(XK_OK, XK_FAILURE_NOT_TARGET, NULL);
    assert_int_equal(h.kit.outcome_count, 2);
    is_answered(XK_E_DUPLICATE, XK_FAILURE_NOT_TARGET, NULL);
    is_answered(XK_E_CONFLICT, XK_FAILURE_ALGORITHM, NULL);
    assert_int_equal(host_counter(&h, XK_E_DUPLICATE), 1);
    assert_int_equal(host_counter(&h, XK_E_CONFLICT), 1);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

/* Cut anywhere it is refused, wiped, and the whole one is taken afterwards. */
static void an_answer_cut_anywhere_settles_nothing(void **state)
{
    (void)state;
    uint8_t cut[512];
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    for (size_t left = 0; left < size; left++) {
        memcpy(cut, wire, left);
        assert_int_equal(host_receive(&h, 0, cut, left), XK_E_TRUNCATED);
        assert_true(is_wiped(cut, left));
        assert_true(h.diag.offset <= left);
        assert_int_equal(h.diag.status, XK_E_TRUNCATED);
    }
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(h.kit.events[XK_EVENT_RECEIVE_REFUSED], size);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

static uint64_t victim;

static void withdraw_what_got_too_much(const struct xk_observation *seen, void *user)
{
    (void)user;
    if (seen->event == XK_EVENT_UNREQUESTED) {
        assert_int_equal(xk_requester_cancel(h.r, h.now, victim), XK_E_ALREADY);
    }
}

static void the_observer_of_keys_too_many_may_not_withdraw_the_request(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    host_init(&h);
    xk_test_host_callbacks(&h.kit, &callbacks);
    callbacks.observe = withdraw_what_got_too_much;
    host_start_with(&h, &callbacks);
    victim = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 9, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_true(is_wiped(wire, size));
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_NOT_ANSWERED);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_null(engine_check(h.r));
    host_end(&h);
}

static void a_reply_that_is_none_is_a_refusal(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = (enum xk_outcome_reply)9;
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(h.kit.events[XK_EVENT_OFFER_REFUSED], 1);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_tick(&h, 12000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_usage(&h).owed, 0);
    host_end(&h);
}

/* Another engine has taken over when the first of two that share is decided: the second is left to that engine, what
 * waits behind the window is not sent, and nothing is received any more. */
static void a_fenced_engine_gives_no_answer_and_sends_nothing(void **state)
{
    (void)state;
    for (unsigned int keys = 0; keys < 2; keys++) {
        host_init(&h);
        h.config.share_queries = true;
        h.config.kms_window = 1;
        host_keep_journal(&h);
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 1);
        (void)host_must_submit(&h, "LI-B", 1);
        size_t size = keys ? host_answer_keys(&h, wire, sizeof wire, 1, 7)
                           : host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_NOT_TARGET, NULL);
        h.identity = "sip:alice@example.com";
        (void)host_must_submit(&h, "LI-C", 1);
        assert_int_equal(h.kit.send_count, 1);
        h.kit.journal_reply = XK_JOURNAL_FENCED;
        assert_int_equal(host_receive(&h, 0, wire, size), XK_E_FENCED);
        assert_true(is_wiped(wire, size));
        assert_int_equal(h.kit.outcome_count, 0);
        assert_int_equal(h.kit.events[XK_EVENT_FENCED], 1);
        assert_int_equal(h.kit.send_count, 1);
        is_answered(XK_E_FENCED, XK_FAILURE_NOT_TARGET, NULL);
        assert_int_equal(host_tick(&h, 20000), XK_E_FENCED);
        assert_int_equal(h.kit.outcome_count, 0);
        assert_int_equal(h.kit.send_count, 1);
        host_end(&h);
    }
}

static void purge_its_own(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    uint32_t purged = 77;
    assert_int_equal(xk_requester_purge(h.r, h.now, outcome->warrant->liid, NULL, &purged), XK_E_BUSY);
    assert_int_equal(purged, 77);
}

static void what_is_being_offered_cannot_be_purged(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.inside_outcome = purge_its_own;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_counter(&h, XK_E_BUSY), 1);
    host_end(&h);
}

static void a_host_need_not_ask_to_be_told_of_room(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    uint64_t handle = 77;
    host_init(&h);
    h.config.max_pending = 1;
    xk_test_host_callbacks(&h.kit, &callbacks);
    callbacks.on_room = NULL;
    host_start_with(&h, &callbacks);
    uint64_t first = host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_E_FULL);
    assert_int_equal(handle, 77);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_int_equal(h.kit.room_calls, 0);
    (void)host_must_submit(&h, "LI-B", 1);
    host_end(&h);
}

static void a_handle_of_no_request_is_unknown(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    uint64_t handle = host_must_submit(&h, "LI-A", 1);
    const uint64_t wrong[] = {0, handle + 1, handle + h.config.max_pending, handle ^ UINT64_C(1) << 63,
                              handle & ~(uint64_t)UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(xk_requester_cancel(h.r, h.now, wrong[i]), XK_E_UNKNOWN);
    }
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_UNKNOWN);
    host_end(&h);
}

/* At the end of the host's clock a deadline does not wrap round to the past. */
static void a_deadline_stays_before_the_end_of_time(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    h.now = UINT64_MAX - 500;
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, UINT64_MAX - 3), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_true(xk_requester_next_deadline(h.r) < XK_NEVER);
    assert_int_equal(host_tick(&h, UINT64_MAX - 1), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

/* The least warrant and the least room for it. */
static void a_small_engine_works_too(void **state)
{
    (void)state;
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    host_init(&h);
    h.config.max_warrant_size = 64;
    host_start(&h);
    host_request(&h, "L", 1, &party, &request);
    request.warrant.correlation_number = xk_text("c");
    request.warrant.operator_identifier = xk_text("o");
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_string_equal(h.kit.outcomes[0].liid, "L");
    assert_int_equal(h.kit.outcomes[0].sessions[0].key[0], 7);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_keys_are_welcome_in_the_grace_time),
        cmocka_unit_test(without_grace_time_late_keys_are_late),
        cmocka_unit_test(what_follows_keys_that_were_not_taken),
        cmocka_unit_test(a_failure_with_the_fingerprint_of_keys_is_no_second_decision),
        cmocka_unit_test(a_second_answer_to_two_that_share_is_named_once),
        cmocka_unit_test(an_answer_cut_anywhere_settles_nothing),
        cmocka_unit_test(the_observer_of_keys_too_many_may_not_withdraw_the_request),
        cmocka_unit_test(a_reply_that_is_none_is_a_refusal),
        cmocka_unit_test(a_fenced_engine_gives_no_answer_and_sends_nothing),
        cmocka_unit_test(what_is_being_offered_cannot_be_purged),
        cmocka_unit_test(a_host_need_not_ask_to_be_told_of_room),
        cmocka_unit_test(a_handle_of_no_request_is_unknown),
        cmocka_unit_test(a_deadline_stays_before_the_end_of_time),
        cmocka_unit_test(a_small_engine_works_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
