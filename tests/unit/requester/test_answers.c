/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers, retries and ends that are rare: reasons that differ, referrals that lead nowhere, back-off at its bound. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "requester/work.h"
#include "support/engine_check.h"

static struct host h;
static uint8_t wire[512];

/* One answer with two Crypto Sessions that failed, to a request for both. */
static enum xk_failure outcome_of(enum xk_failure first, enum xk_failure second)
{
    static const uint8_t cs_ids[] = {1, 2};
    struct xk_test_result results[2];
    struct xk_test_answer answer;
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    size_t size = 0;
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.cs_ids = cs_ids;
    request.cs_count = 2;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    memset(results, 0, sizeof results);
    memset(&answer, 0, sizeof answer);
    results[0].cs_id = 1;
    results[0].failure = first;
    results[1].cs_id = 2;
    results[1].failure = second;
    answer.results = results;
    answer.result_count = 2;
    const struct xk_bytes sent = {h.kit.sent, h.kit.sent_size};
    assert_int_equal(xk_test_answer_encode(sent, &answer, wire, sizeof wire, &size), XK_OK);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_FAILURE);
    enum xk_failure failure = h.kit.outcomes[0].failure;
    host_end(&h);
    return failure;
}

/* Results for the Crypto Sessions of `ids`, keys of their number each, to the get_keys that was sent last. */
static size_t answer_for(const uint8_t *ids, size_t count)
{
    static uint8_t keys[8][16];
    static uint8_t salts[8][14];
    struct xk_test_result results[8];
    struct xk_test_answer answer;
    size_t size = 0;
    memset(results, 0, sizeof results);
    memset(&answer, 0, sizeof answer);
    for (size_t i = 0; i < count; i++) {
        memset(keys[i], ids[i], sizeof keys[i]);
        memset(salts[i], ids[i], sizeof salts[i]);
        results[i].cs_id = ids[i];
        results[i].key = (struct xk_bytes){keys[i], sizeof keys[i]};
        results[i].salt = (struct xk_bytes){salts[i], sizeof salts[i]};
    }
    answer.results = results;
    answer.result_count = count;
    const struct xk_bytes sent = {h.kit.sent, h.kit.sent_size};
    assert_int_equal(xk_test_answer_encode(sent, &answer, wire, sizeof wire, &size), XK_OK);
    return size;
}

static void submit_for(const uint8_t *ids, size_t count)
{
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    host_request(&h, "LI-A", 1, &party, &request);
    request.cs_ids = ids;
    request.cs_count = count;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
}

/* Exactly what was asked for is handed over, in its order; what is too much is counted, each of it; and of what is
 * missing there is a reason, without anything of an earlier answer. */
static void each_crypto_session_has_its_own_result(void **state)
{
    (void)state;
    static const uint8_t wanted[] = {2, 4, 6};
    static const uint8_t first[] = {1, 2, 3, 4, 6, 7};
    static const uint8_t second[] = {4, 5};
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    submit_for(wanted, 3);
    size_t size = answer_for(first, 6);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    const struct xk_test_outcome *o = &h.kit.outcomes[0];
    assert_int_equal(o->kind, XK_OUTCOME_KEYS);
    assert_int_equal(o->session_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(o->sessions[i].cs_id, wanted[i]);
        assert_int_equal(o->sessions[i].key_size, 16);
        assert_int_equal(o->sessions[i].key[15], wanted[i]);
    }
    assert_int_equal(host_counters(&h).unrequested, 3);
    assert_int_equal(host_event(&h, XK_EVENT_UNREQUESTED), 1);
    submit_for(wanted, 3);
    size = answer_for(second, 2);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    o = &h.kit.outcomes[1];
    assert_int_equal(o->kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(o->session_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const bool there = wanted[i] == 4;
        assert_int_equal(o->sessions[i].cs_id, wanted[i]);
        assert_int_equal(o->sessions[i].failure, there ? XK_FAILURE_NONE : XK_FAILURE_NOT_ANSWERED);
        assert_int_equal(o->sessions[i].key_size, there ? 16 : 0);
        assert_int_equal(o->sessions[i].salt_size, there ? 14 : 0);
    }
    assert_int_equal(host_counters(&h).unrequested, 4);
    submit_for(wanted, 3);
    size = answer_for(wanted, 3);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(host_counters(&h).unrequested, 4);
    assert_int_equal(host_event(&h, XK_EVENT_UNREQUESTED), 2);
    host_end(&h);
}

/* What the last answer told at the same place stays where it is: it fills no gap of the next one. */
static void an_earlier_answer_fills_no_gap(void **state)
{
    (void)state;
    static const uint8_t both[] = {1, 2};
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    submit_for(both, 2);
    size_t size = answer_for(both, 2);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    submit_for(both, 2);
    size = answer_for(both, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    const struct xk_test_outcome *o = &h.kit.outcomes[1];
    assert_int_equal(o->kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(o->sessions[0].key_size, 16);
    assert_int_equal(o->sessions[1].cs_id, 2);
    assert_int_equal(o->sessions[1].failure, XK_FAILURE_NOT_ANSWERED);
    assert_int_equal(o->sessions[1].key_size, 0);
    assert_int_equal(host_counters(&h).unrequested, 0);
    host_end(&h);
}

static void sessions_that_fail_alike_give_their_reason(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(XK_FAILURE_ALGORITHM, XK_FAILURE_ALGORITHM), XK_FAILURE_ALGORITHM);
    assert_int_equal(outcome_of(XK_FAILURE_ALGORITHM, XK_FAILURE_SESSION_UNKNOWN), XK_FAILURE_GENERIC);
}

static void a_referral_that_leads_nowhere_is_a_failure(void **state)
{
    (void)state;
    static const char *const names[] = {"kms9.example.com", "kms2.example.com", "kms2.example.con", NULL};
    for (size_t i = 0; i < 4; i++) {
        uint64_t handle;
        bool known = i == 1;
        host_init(&h);
        h.config.follow_referral = true;
        host_start(&h);
        assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
        size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, names[i]);
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(h.kit.outcome_count, known ? 0 : 1);
        assert_int_equal(h.kit.send_count, known ? 2 : 1);
        if (!known) {
            assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_OTHER_KMS);
        }
        host_end(&h);
    }
}

static void a_referral_needs_a_free_route(void **state)
{
    (void)state;
    static uint32_t routes[XK_ROUTES_MAX];
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    host_init(&h);
    h.config.follow_referral = true;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.kms = routes;
    request.kms_count = XK_ROUTES_MAX;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms2.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

/* With a base above the bound the bound counts: the second attempt comes within it. */
static void a_back_off_has_its_bound(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.backoff_base = 5000;
    h.config.backoff_max = 200;
    h.config.attempt_timeout = 1000;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_tick(&h, h.now + 1000), XK_OK);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(host_tick(&h, h.now + 200), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

static void a_fenced_engine_settles_nothing(void **state)
{
    (void)state;
    uint64_t held;
    uint64_t handle;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(host_submit(&h, "LI-A", 1, &held), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    struct xk_outcome_id id = h.kit.outcomes[0].id;
    h.kit.journal_reply = XK_JOURNAL_FENCED;
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_E_FENCED);
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, held, &id), XK_E_FENCED);
    assert_int_equal(xk_requester_release(h.r, h.now, held, &id), XK_E_FENCED);
    assert_int_equal(xk_requester_cancel(h.r, h.now, held), XK_E_FENCED);
    uint32_t purged = 77;
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, &purged), XK_E_FENCED);
    assert_int_equal(purged, 0);
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
    host_end(&h);
}

static void a_move_that_the_table_does_not_have_changes_nothing(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.share_queries = true;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(xki_rq_state(h.r, 0), XKI_RQ_ASKED);
    assert_false(xki_rq_move(h.r, 0, XKI_RQ_ACKNOWLEDGE));
    assert_int_equal(xki_rq_state(h.r, 0), XKI_RQ_ASKED);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* A supplement whose keys the host did not take is given up when the grace time is over: its failure was delivered. */
static void a_supplement_that_is_not_taken_ends_with_the_grace_time(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    h.config.grace = 5000;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    for (unsigned int i = 0; i < 2; i++) { /* its place is not the only one that is free in the end */
        handle = host_must_submit(&h, "LI-B", 1);
        assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    }
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    assert_int_equal(host_usage(&h).owed, 1);
    for (uint64_t now = 12000; now < 16000; now += 1000) { /* a pass each interval, the last one 1 ms before the end */
        assert_int_equal(host_tick(&h, now), XK_OK);
        assert_int_equal(host_usage(&h).owed, 1);
    }
    const size_t sends = h.kit.send_count;
    assert_int_equal(host_tick(&h, 15999), XK_OK);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(host_tick(&h, 16000), XK_OK);
    assert_int_equal(host_usage(&h).owed, 0);
    assert_int_equal(h.kit.send_count, sends);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_null(engine_check(h.r));
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_crypto_session_has_its_own_result),
        cmocka_unit_test(an_earlier_answer_fills_no_gap),
        cmocka_unit_test(sessions_that_fail_alike_give_their_reason),
        cmocka_unit_test(a_referral_that_leads_nowhere_is_a_failure),
        cmocka_unit_test(a_referral_needs_a_free_route),
        cmocka_unit_test(a_back_off_has_its_bound),
        cmocka_unit_test(a_fenced_engine_settles_nothing),
        cmocka_unit_test(a_move_that_the_table_does_not_have_changes_nothing),
        cmocka_unit_test(a_supplement_that_is_not_taken_ends_with_the_grace_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
