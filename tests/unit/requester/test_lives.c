/* SPDX-License-Identifier: BSD-2-Clause */
/* One life of the engine after the other: times run on through all of them, and what just fits comes back. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "requester/engine.h"
#include "support/engine_check.h"

static struct host a;
static struct host b;
static struct host c;
static uint8_t wire[512];
static uint8_t store[200000];
static size_t store_size;

static void start(struct host *host, uint64_t now, uint64_t seed)
{
    host_init(host);
    host->now = now;
    host_keep_journal(host);
    xk_test_random_init(&host->kit.random, seed);
    host_start(host);
}

/* What the host has written so far goes on at the end of the store, as its file would. */
static void append(const struct host *host)
{
    memcpy(store + store_size, host->journal, host->kit.journal_size);
    store_size += host->kit.journal_size;
}

static void restore(struct host *host, uint64_t elapsed)
{
    uint32_t back = 0;
    assert_int_equal(xk_requester_restore(host->r, host->now, store, store_size, elapsed, &back, NULL), XK_OK);
    assert_int_equal(back, host_usage(host).pending + host_usage(host).owed);
    assert_null(engine_check(host->r));
}

/* When the only pending request expires, to the millisecond, if nobody answers. */
static void expires_at(struct host *host, uint64_t at)
{
    const size_t before = host->kit.outcome_count;
    assert_int_equal(host_tick(host, at - 1), XK_OK);
    assert_int_equal(host->kit.outcome_count, before);
    assert_int_equal(host_tick(host, at), XK_OK);
    assert_int_equal(host->kit.outcome_count, before + 1);
    assert_int_equal(host->kit.outcomes[before].cause, XK_CAUSE_TIMER_EXPIRED);
}

/* Three lives on three clocks. In the second one something of each kind is written some time after its start: by that
 * the third one knows that it has passed. */
static void the_records_clock_runs_on_through_all_lives(void **state)
{
    (void)state;
    for (unsigned int kind = XK_JOURNAL_SUBMITTED; kind <= XK_JOURNAL_ENDED; kind++) {
        store_size = 0;
        start(&a, 1000, 1);
        a.timeout = 100000;
        (void)host_must_submit(&a, "LI-A", 1);
        append(&a);
        start(&b, 500000, 2);
        restore(&b, 700);
        b.now = 510000;
        b.timeout = 90000;
        const uint64_t other = kind == XK_JOURNAL_SUBMITTED ? 0 : host_must_submit(&b, "LI-B", 1);
        b.now = 520000;
        if (kind == XK_JOURNAL_SUBMITTED) {
            const uint64_t handle = host_must_submit(&b, "LI-B", 1);
            b.kit.journal_reply = XK_JOURNAL_FAILED; /* the last record is that of the submission */
            (void)xk_requester_cancel(b.r, b.now, handle);
        } else if (kind == XK_JOURNAL_DECIDED) {
            size_t size = host_answer_keys(&b, wire, sizeof wire, 1, 7);
            b.kit.reply = XK_OUTCOME_REFUSED;
            assert_int_equal(host_receive(&b, 0, wire, size), XK_E_BLOCKED);
        } else {
            assert_int_equal(xk_requester_cancel(b.r, b.now, other), XK_OK);
        }
        append(&b);
        start(&c, 7, 3);
        restore(&c, 300);
        expires_at(&c, 7 + 100000 - 700 - 20000 - 300);
        host_end(&a);
        host_end(&b);
        host_end(&c);
    }
}

/* A snapshot of a later life too, written at a time of its own. */
static void a_snapshot_of_a_second_life_keeps_the_time(void **state)
{
    (void)state;
    store_size = 0;
    start(&a, 1000, 1);
    a.timeout = 100000;
    (void)host_must_submit(&a, "LI-A", 1);
    append(&a);
    start(&b, 500000, 2);
    restore(&b, 700);
    assert_int_equal(xk_requester_snapshot(b.r, 510000, store, sizeof store, &store_size), XK_OK);
    b.now = 515000;
    b.kit.journal_size = 0;
    (void)xk_requester_cancel(b.r, b.now, host_must_submit(&b, "LI-B", 1));
    append(&b);
    start(&c, 7, 3);
    restore(&c, 0);
    expires_at(&c, 7 + 100000 - 700 - 15000);
    host_end(&a);
    host_end(&b);
    host_end(&c);
}

/* Eight KMSs with the longest names: the largest record that a request can have. */
static void the_largest_request_comes_back(void **state)
{
    (void)state;
    static uint8_t name[XK_KMS_NAME_MAX];
    struct xk_party party;
    struct xk_request request;
    uint32_t kms[XK_ROUTES_MAX];
    uint64_t handle = 0;
    store_size = 0;
    host_init(&a);
    a.kms_count = 0;
    a.config.max_warrant_size = 128;
    host_keep_journal(&a);
    host_start(&a);
    for (uint8_t i = 0; i < XK_ROUTES_MAX; i++) {
        memset(name, 'a' + i, sizeof name);
        assert_int_equal(xk_requester_add_kms(a.r, (struct xk_bytes){name, sizeof name}, &kms[i], NULL), XK_OK);
    }
    host_request(&a, "LI-A", XK_ROUTES_MAX, &party, &request);
    request.kms = kms;
    request.warrant.authorisation = xk_text("as long as it may be with what else the warrant has");
    assert_int_equal(xk_requester_submit(a.r, a.now, &request, &handle, &a.diag), XK_OK);
    append(&a);
    assert_true(store_size <= a.r->array_sizes[XKI_RQ_FRAME]);
    host_init(&b);
    b.kms_count = 0;
    host_start(&b);
    restore(&b, 0);
    assert_int_equal(host_usage(&b).pending, 1);
    assert_int_equal(b.r->kms_count, XK_ROUTES_MAX);
    for (size_t i = 0; i < XK_ROUTES_MAX; i++) { /* in the order of the list */
        b.down = (1u << i) - 1;
        assert_int_equal(xki_rq_routes(b.r, 0)[i], i);
    }
    assert_int_equal(host_tick(&b, b.now), XK_OK);
    assert_int_equal(b.sent.kms, 7);
    host_end(&a);
    host_end(&b);
}

static enum xk_status try_limits(uint32_t warrant_size, uint32_t request_size)
{
    host_init(&b);
    b.config.max_warrant_size = warrant_size;
    b.config.max_request_size = request_size;
    host_start(&b);
    memset(&b.diag, 0, sizeof b.diag);
    const enum xk_status status = xk_requester_restore(b.r, b.now, store, store_size, 0, NULL, &b.diag);
    assert_int_equal(host_usage(&b).pending, status == XK_OK);
    host_end(&b);
    return status;
}

static void what_just_fits_comes_back(void **state)
{
    (void)state;
    store_size = 0;
    start(&a, 1000, 1);
    (void)host_must_submit(&a, "LI-A", 1);
    append(&a);
    const uint32_t warrant = xki_rq_record(a.r, 0)->size;
    const uint32_t request = xki_rq_record(a.r, 0)->request_size;
    assert_true(warrant > 64 && request > 256);
    assert_int_equal(try_limits(warrant, request), XK_OK);
    assert_int_equal(try_limits(warrant - 1, request), XK_E_TOO_LARGE);
    assert_int_equal(b.diag.offset, warrant);
    assert_string_equal(b.diag.field, "max_warrant_size");
    assert_int_equal(try_limits(warrant, request - 1), XK_E_TOO_LARGE);
    assert_int_equal(b.diag.offset, request);
    assert_string_equal(b.diag.field, "max_request_size");
    host_end(&a);
}

/* Likewise at submit. */
static void what_just_fits_is_submitted(void **state)
{
    (void)state;
    uint64_t handle = 77;
    start(&a, 1000, 1);
    (void)host_must_submit(&a, "LI-A", 1);
    const uint32_t warrant = xki_rq_record(a.r, 0)->size;
    const uint32_t request = xki_rq_record(a.r, 0)->request_size;
    host_end(&a);
    for (uint32_t less = 0; less < 2; less++) {
        host_init(&b);
        b.config.max_warrant_size = warrant - less;
        b.config.max_request_size = request;
        host_start(&b);
        assert_int_equal(host_submit(&b, "LI-A", 1, &handle), less ? XK_E_TOO_LARGE : XK_OK);
        if (less) {
            assert_int_equal(b.diag.offset, warrant);
            assert_string_equal(b.diag.field, "warrant");
        }
        host_end(&b);
        host_init(&b);
        b.config.max_warrant_size = warrant;
        b.config.max_request_size = request - less;
        host_start(&b);
        assert_int_equal(host_submit(&b, "LI-A", 1, &handle), less ? XK_E_TOO_LARGE : XK_OK);
        if (less) {
            assert_int_equal(b.diag.offset, request);
            assert_string_equal(b.diag.field, "get_keys");
        }
        host_end(&b);
    }
}

/* Of those that share, a KMS that one had asked may answer; one that nobody had asked may not. */
static void after_a_restart_those_may_answer_who_were_asked(void **state)
{
    (void)state;
    host_init(&a);
    a.config.share_queries = true;
    host_start(&a);
    (void)host_must_submit(&a, "LI-A", 2);
    (void)host_must_submit(&a, "LI-B", 2);
    assert_int_equal(xk_requester_snapshot(a.r, a.now, store, sizeof store, &store_size), XK_OK);
    host_init(&b);
    b.config.share_queries = true;
    host_start(&b);
    restore(&b, 0);
    memcpy(b.kit.sent, a.kit.sent, a.kit.sent_size);
    b.kit.sent_size = a.kit.sent_size;
    size_t size = host_answer_keys(&b, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&b, 1, wire, size), XK_E_PEER);
    size = host_answer_keys(&b, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&b, 0, wire, size), XK_OK);
    assert_int_equal(b.kit.outcome_count, 2);
    host_end(&a);
    host_end(&b);
}

/* Keys of some Crypto Sessions only: so they are when they come again, in the next life too. */
static void partial_keys_stay_partial(void **state)
{
    (void)state;
    static const uint8_t cs_ids[] = {1, 2};
    struct xk_party party;
    struct xk_request request;
    uint64_t handle = 0;
    store_size = 0;
    host_init(&a);
    a.config.exchange_check = XK_CHECK_HOST;
    host_keep_journal(&a);
    host_start(&a);
    host_request(&a, "LI-A", 1, &party, &request);
    request.cs_ids = cs_ids;
    request.cs_count = 2;
    assert_int_equal(xk_requester_submit(a.r, a.now, &request, &handle, NULL), XK_OK);
    a.kit.reply = XK_OUTCOME_REFUSED;
    size_t size = host_answer_keys(&a, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_E_BLOCKED);
    append(&a);
    start(&b, 5, 2);
    restore(&b, 0);
    assert_int_equal(host_tick(&b, b.now), XK_OK);
    size = host_answer_keys(&b, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&b, 0, wire, size), XK_OK);
    assert_int_equal(b.kit.outcomes[0].kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(b.kit.outcomes[0].session_count, 2);
    assert_int_equal(b.kit.outcomes[0].sessions[1].failure, XK_FAILURE_NOT_ANSWERED);
    host_end(&a);
    host_end(&b);
}

/* A clock that goes far back takes what waits for the next pass of offers with it. */
static void what_is_owed_is_offered_after_a_clock_that_went_far_back(void **state)
{
    (void)state;
    start(&a, 1000000, 1);
    a.kit.reply = XK_OUTCOME_HELD;
    const uint64_t handle = host_must_submit(&a, "LI-A", 1);
    size_t size = host_answer_failure(&a, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_OK);
    assert_int_equal(xk_requester_release(a.r, a.now, handle, &a.kit.outcomes[0].id), XK_OK);
    a.now += 500;
    (void)host_must_submit(&a, "LI-B", 1);
    assert_int_equal(host_tick(&a, 5000), XK_OK);
    assert_int_equal(a.kit.outcome_count, 2);
    assert_int_equal(host_counters(&a).clock_back, 1);
    assert_int_equal(a.kit.outcomes[1].decided_ms, 4500);
    a.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(xk_requester_release(a.r, a.now, handle, &a.kit.outcomes[0].id), XK_OK);
    assert_int_equal(host_tick(&a, 1000000), XK_OK); /* the other one has expired: both refused, again in a second */
    assert_int_equal(a.kit.outcome_count, 4);
    assert_int_equal(host_tick(&a, 100), XK_OK); /* far back: each keeps the time that it had left */
    assert_int_equal(a.kit.outcome_count, 4);
    assert_int_equal(xk_requester_next_deadline(a.r), 1100);
    assert_int_equal(host_tick(&a, 1099), XK_OK);
    assert_int_equal(a.kit.outcome_count, 4);
    assert_int_equal(host_tick(&a, 1100), XK_OK);
    assert_int_equal(a.kit.outcome_count, 6);
    assert_int_equal(host_counters(&a).clock_back, 2);
    host_end(&a);
}

/* What is to be later is as far away after it as before. */
static void a_bound_is_as_far_away_after_a_clock_that_went_far_back(void **state)
{
    (void)state;
    host_init(&a);
    a.config.reoffer_interval = 86400000;
    a.config.passing_bound = 5000;
    a.now = 1000000;
    host_start(&a);
    a.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&a, "LI-A", 1);
    size_t size = host_answer_keys(&a, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_E_BLOCKED);
    a.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    (void)host_must_submit(&a, "LI-A", 1);
    size = host_answer_failure(&a, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_OK);
    assert_int_equal(xk_requester_next_deadline(a.r), 1005000);
    assert_int_equal(host_tick(&a, 100), XK_OK);
    assert_int_equal(xk_requester_next_deadline(a.r), 5100);
    assert_int_equal(host_tick(&a, 5099), XK_OK);
    assert_int_equal(a.kit.outcome_count, 1);
    assert_int_equal(host_tick(&a, 5100), XK_OK);
    assert_int_equal(a.kit.outcome_count, 2);
    assert_int_equal(a.kit.send_count, 2); /* a pass before its interval asks for no octets */
    assert_int_equal(host_counters(&a).refused_outcomes, 1);
    host_end(&a);
}

/* What was overdue already is due at once after it, neither later nor never. */
static void what_was_overdue_is_due_after_a_clock_that_went_far_back(void **state)
{
    (void)state;
    start(&a, 1000000, 1);
    a.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&a, "LI-A", 1);
    size_t size = host_answer_failure(&a, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_OK);
    a.now += 5000; /* the next offer was due after one second */
    (void)host_must_submit(&a, "LI-B", 1);
    a.now = 300;
    (void)host_must_submit(&a, "LI-C", 1);
    assert_int_equal(xk_requester_next_deadline(a.r), 300);
    assert_int_equal(host_tick(&a, 300), XK_OK);
    assert_int_equal(a.kit.outcome_count, 2);
    assert_int_equal(a.kit.outcomes[1].decided_ms, 0); /* before the new clock began */
    host_end(&a);
}

/* So is a timer that was overdue. */
static void an_overdue_timer_fires_after_a_clock_that_went_far_back(void **state)
{
    (void)state;
    start(&a, 1000000, 1);
    (void)host_must_submit(&a, "LI-A", 1);
    a.now += 20000; /* nobody has ticked */
    (void)host_must_submit(&a, "LI-B", 1);
    a.now = 300;
    (void)host_must_submit(&a, "LI-C", 1);
    assert_true(xk_requester_next_deadline(a.r) <= 300);
    assert_int_equal(host_tick(&a, 300), XK_OK);
    assert_int_equal(a.kit.outcome_count, 1);
    host_end(&a);
}

/* The bound for passing keys begins anew with a life: their octets were with the host until then. */
static void the_bound_for_passing_begins_anew(void **state)
{
    (void)state;
    store_size = 0;
    start(&a, 1000, 1);
    a.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&a, "LI-A", 1);
    size_t size = host_answer_keys(&a, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_E_BLOCKED);
    a.now += 500;
    (void)host_must_submit(&a, "LI-A", 1);
    size = host_answer_failure(&a, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&a, 0, wire, size), XK_OK);
    append(&a);
    host_init(&b);
    b.now = 70000;
    b.config.passing_bound = 1000;
    b.config.reoffer_interval = 86400000;
    host_start(&b);
    restore(&b, 0);
    assert_int_equal(host_tick(&b, 70000), XK_OK);
    assert_int_equal(b.kit.outcome_count, 0);
    assert_int_equal(host_tick(&b, 70999), XK_OK);
    assert_int_equal(b.kit.outcome_count, 0);
    assert_int_equal(host_tick(&b, 71000), XK_OK);
    assert_int_equal(b.kit.outcome_count, 1);
    assert_int_equal(b.kit.outcomes[0].kind, XK_OUTCOME_FAILURE);
    host_end(&a);
    host_end(&b);
}

/* To the millisecond: a step back by the bound is no progress, one more is followed. */
static void a_clock_is_followed_beyond_the_bound(void **state)
{
    (void)state;
    for (unsigned int more = 0; more < 2; more++) {
        start(&a, 100000, 1);
        (void)host_must_submit(&a, "LI-A", 1);
        assert_int_equal(host_tick(&a, 103000), XK_OK);
        assert_int_equal(host_tick(&a, 43000 - more), XK_OK);
        assert_int_equal(host_event(&a, XK_EVENT_CLOCK_BACK), 1);
        assert_int_equal(host_seen(&a, XK_EVENT_CLOCK_BACK)->now_ms, more ? 42999 : 103000);
        expires_at(&a, more ? 42999 + 7000 : 110000);
        host_end(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_records_clock_runs_on_through_all_lives),
        cmocka_unit_test(a_snapshot_of_a_second_life_keeps_the_time),
        cmocka_unit_test(the_largest_request_comes_back),
        cmocka_unit_test(what_just_fits_comes_back),
        cmocka_unit_test(what_just_fits_is_submitted),
        cmocka_unit_test(after_a_restart_those_may_answer_who_were_asked),
        cmocka_unit_test(partial_keys_stay_partial),
        cmocka_unit_test(what_is_owed_is_offered_after_a_clock_that_went_far_back),
        cmocka_unit_test(a_bound_is_as_far_away_after_a_clock_that_went_far_back),
        cmocka_unit_test(what_was_overdue_is_due_after_a_clock_that_went_far_back),
        cmocka_unit_test(an_overdue_timer_fires_after_a_clock_that_went_far_back),
        cmocka_unit_test(the_bound_for_passing_begins_anew),
        cmocka_unit_test(a_clock_is_followed_beyond_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
