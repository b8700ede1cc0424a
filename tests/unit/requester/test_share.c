/* SPDX-License-Identifier: BSD-2-Clause */
/* Several warrants, one query: what is shared is the get_keys and nothing else. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct host h;
static struct host heir;
static uint8_t wire[512];
static uint8_t first_sent[2048];

static void start(void)
{
    host_init(&h);
    h.config.share_queries = true;
    host_start(&h);
}

static void share_one_attempt_of(uint32_t timeout)
{
    host_init(&h);
    h.config.share_queries = true;
    h.config.attempt_timeout = timeout;
    h.config.max_attempts = 1;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
}

static void two_warrants_ask_once_and_are_served_each(void **state)
{
    (void)state;
    struct xk_requester_counters counters;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(h.kit.events[XK_EVENT_SHARED], 1);
    assert_int_equal(h.kit.events[XK_EVENT_SUBMITTED], 2);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 0x5a);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-A");
    assert_string_equal(h.kit.outcomes[1].liid, "LI-B");
    assert_int_equal(h.kit.outcomes[0].sessions[0].key[0], 0x5a);
    assert_int_equal(h.kit.outcomes[1].sessions[0].key[0], 0x5a);
    assert_memory_not_equal(&h.kit.outcomes[0].id, &h.kit.outcomes[1].id, sizeof h.kit.outcomes[0].id);
    xk_requester_read_counters(h.r, &counters);
    assert_int_equal(counters.shared, 1);
    assert_int_equal(counters.submitted, 2);
    assert_int_equal(counters.decided_keys, 2);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 0x5a);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_DUPLICATE);
    host_end(&h);
}

static void by_default_every_warrant_asks_for_itself(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

static void another_identity_or_route_is_another_query(void **state)
{
    (void)state;
    uint64_t handle = 0;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    h.identity = "sip:alice@example.com";
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 2);
    h.identity = NULL;
    assert_int_equal(host_submit(&h, "LI-C", 2, &handle), XK_OK);
    assert_int_equal(h.kit.send_count, 3);
    (void)host_must_submit(&h, "LI-D", 1);
    assert_int_equal(h.kit.send_count, 3);
    host_end(&h);
}

/* The one that asked expires first: the other goes on under the same transaction and gets its keys. */
static void who_outlives_the_asker_asks_itself(void **state)
{
    (void)state;
    start();
    h.timeout = 1000;
    (void)host_must_submit(&h, "LI-A", 1);
    h.timeout = 10000;
    (void)host_must_submit(&h, "LI-B", 1);
    size_t sent = h.kit.sent_size;
    memcpy(first_sent, h.kit.sent, sent);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-A");
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.sent_size, sent);
    assert_memory_equal(h.kit.sent, first_sent, sent);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_string_equal(h.kit.outcomes[1].liid, "LI-B");
    assert_int_equal(h.kit.outcomes[1].kind, XK_OUTCOME_KEYS);
    assert_int_equal(host_tick(&h, 60000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

static void a_cancelled_asker_leaves_nobody_behind(void **state)
{
    (void)state;
    start();
    uint64_t first = host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    (void)host_must_submit(&h, "LI-C", 1);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    uint32_t purged = 0;
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-B"), NULL, &purged), XK_OK);
    assert_int_equal(purged, 1);
    assert_int_equal(h.kit.send_count, 3);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-C");
    host_end(&h);
}

static void an_answer_to_an_asker_that_is_gone_counts_for_the_others(void **state)
{
    (void)state;
    start();
    uint64_t first = host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.kit.send_fails = true;
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-B");
    host_end(&h);
}

static void who_joined_expires_at_its_own_time(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    h.timeout = 1000;
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_string_equal(h.kit.outcomes[0].liid, "LI-B");
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_string_equal(h.kit.outcomes[1].liid, "LI-A");
    host_end(&h);
}

/* The get_keys of the first is lost and nobody retries: the second does not wait for its whole time. */
static void patience_with_another_ends_at_half_time(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    h.timeout = 4000;
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(host_tick(&h, 2332), XK_OK); /* a third of it is the time of one attempt */
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(host_tick(&h, 2333), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, 5000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
    host_end(&h);
}

static void patience_with_another_ends_after_one_attempt(void **state)
{
    (void)state;
    share_one_attempt_of(300);
    assert_int_equal(host_tick(&h, 1300), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

/* An attempt may take longer than half of the time there is. */
static void patience_with_another_is_never_longer_than_half_the_time(void **state)
{
    (void)state;
    share_one_attempt_of(9000);
    assert_int_equal(host_tick(&h, 5999), XK_OK);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(host_tick(&h, 6000), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

static void refuse_b(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    h.kit.reply = outcome->warrant->liid.data[3] == 'B' ? XK_OUTCOME_REFUSED : XK_OUTCOME_ACKNOWLEDGED;
}

static void who_was_served_is_not_served_again_when_another_blocks(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    (void)host_must_submit(&h, "LI-C", 1);
    h.kit.inside_outcome = refuse_b;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_int_not_equal(wire[0], 0);
    assert_int_equal(host_usage(&h).owed, 1);
    h.kit.inside_outcome = NULL;
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 4);
    assert_string_equal(h.kit.outcomes[3].liid, "LI-B");
    assert_memory_equal(&h.kit.outcomes[1].id, &h.kit.outcomes[3].id, sizeof h.kit.outcomes[1].id);
    assert_int_equal(wire[0], 0);
    host_end(&h);
}

static uint64_t victim;

static void cancel_the_next(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    if (outcome->request != victim) {
        assert_int_equal(xk_requester_cancel(h.r, h.now, victim), XK_OK);
    }
}

static void who_is_cancelled_while_another_is_served_gets_nothing(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    victim = host_must_submit(&h, "LI-B", 1);
    h.kit.inside_outcome = cancel_the_next;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    host_end(&h);
}

static void submit_once_more(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    (void)user;
    uint64_t handle;
    h.kit.inside_outcome = NULL;
    assert_int_equal(host_submit(&h, "LI-C", 1, &handle), XK_OK);
}

static void what_is_submitted_while_an_answer_goes_round_asks_anew(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    h.kit.inside_outcome = submit_once_more;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.send_count, 2);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 8);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_int_equal(h.kit.outcomes[2].sessions[0].key[0], 8);
    host_end(&h);
}

static void let_another_take_its_place(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    uint64_t handle;
    if (outcome->request != victim) {
        h.kit.inside_outcome = NULL;
        assert_int_equal(xk_requester_cancel(h.r, h.now, victim), XK_OK);
        assert_int_equal(host_submit(&h, "LI-D", 1, &handle), XK_OK);
    }
}

/* The request that gets the room of a cancelled one is not served with the cancelled one's answer. */
static void who_takes_the_place_of_a_cancelled_one_gets_nothing_of_its(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    victim = host_must_submit(&h, "LI-B", 1);
    (void)host_must_submit(&h, "LI-C", 1);
    h.kit.inside_outcome = let_another_take_its_place;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_string_equal(h.kit.outcomes[1].liid, "LI-C");
    assert_int_equal(host_usage(&h).pending, 1);
    host_end(&h);
}

static void a_refusal_is_everybodys(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_NOT_TARGET, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.outcomes[1].failure, XK_FAILURE_NOT_TARGET);
    host_end(&h);
}

static void a_kms_that_is_away_is_not_asked_twice_over(void **state)
{
    (void)state;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(host_tick(&h, 1500), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

static void a_referral_is_followed_by_one_for_all(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.follow_referral = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.sent_to[1], h.kms[2]);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 2, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

static void late_keys_reach_everybody_whose_grace_runs(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.kit.send_fails = true; /* of the second's own get_keys */
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 4);
    for (size_t i = 2; i < 4; i++) {
        assert_int_equal(h.kit.outcomes[i].kind, XK_OUTCOME_SUPPLEMENT);
        assert_memory_equal(&h.kit.outcomes[i].supplements, &h.kit.outcomes[i - 2].id, sizeof h.kit.outcomes[i].id);
    }
    host_end(&h);
}

static void what_is_too_much_is_counted_once(void **state)
{
    (void)state;
    struct xk_requester_counters counters;
    start();
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 9, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    xk_requester_read_counters(h.r, &counters);
    assert_int_equal(counters.unrequested, 1);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

static void a_submit_that_the_journal_refuses_leaves_the_others_alone(void **state)
{
    (void)state;
    uint64_t handle = 0;
    host_init(&h);
    h.config.share_queries = true;
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_E_JOURNAL);
    h.kit.journal_reply = XK_JOURNAL_STORED;
    (void)host_must_submit(&h, "LI-C", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_string_equal(h.kit.outcomes[1].liid, "LI-C");
    host_end(&h);
}

static void start_heir(bool shares)
{
    host_init(&heir);
    heir.config.share_queries = shares;
    heir.config.epoch = 2;
    host_start(&heir);
}

/* A crash after one of three had been served: the journal brings the other two back, and they still share. */
static void a_restore_brings_those_back_who_were_not_served(void **state)
{
    (void)state;
    uint32_t restored = 0;
    host_init(&h);
    h.config.share_queries = true;
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    (void)host_must_submit(&h, "LI-C", 1);
    h.kit.inside_outcome = refuse_b;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    start_heir(false);
    assert_int_equal(xk_requester_restore(heir.r, 5000, h.journal, h.kit.journal_size, 0, NULL, NULL), XK_E_CONFIG);
    host_end(&heir);
    start_heir(true);
    assert_int_equal(xk_requester_restore(heir.r, 5000, h.journal, h.kit.journal_size, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 1);
    heir.now = 5000;
    assert_int_equal(host_receive(&heir, 0, wire, size), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_string_equal(heir.kit.outcomes[0].liid, "LI-B");
    assert_memory_equal(&heir.kit.outcomes[0].id, &h.kit.outcomes[1].id, sizeof heir.kit.outcomes[0].id);
    host_end(&heir);
    host_end(&h);
}

static void a_snapshot_brings_all_back_and_one_of_them_asks(void **state)
{
    (void)state;
    static uint8_t snapshot[16384];
    size_t size = 0;
    uint32_t restored = 0;
    start();
    uint64_t first = host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    (void)host_must_submit(&h, "LI-C", 1);
    assert_int_equal(xk_requester_snapshot(h.r, h.now, snapshot, sizeof snapshot, &size), XK_OK);
    start_heir(true);
    assert_int_equal(xk_requester_restore(heir.r, 5000, snapshot, size, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 3);
    assert_int_equal(host_tick(&heir, 5000), XK_OK);
    assert_int_equal(heir.kit.send_count, 1);
    assert_int_equal(xk_requester_cancel(heir.r, 5000, first), XK_OK);
    assert_int_equal(heir.kit.send_count, 2);
    size = host_answer_keys(&heir, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&heir, 0, wire, size), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 2);
    host_end(&heir);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_warrants_ask_once_and_are_served_each),
        cmocka_unit_test(by_default_every_warrant_asks_for_itself),
        cmocka_unit_test(another_identity_or_route_is_another_query),
        cmocka_unit_test(who_outlives_the_asker_asks_itself),
        cmocka_unit_test(a_cancelled_asker_leaves_nobody_behind),
        cmocka_unit_test(an_answer_to_an_asker_that_is_gone_counts_for_the_others),
        cmocka_unit_test(who_joined_expires_at_its_own_time),
        cmocka_unit_test(patience_with_another_ends_at_half_time),
        cmocka_unit_test(patience_with_another_ends_after_one_attempt),
        cmocka_unit_test(patience_with_another_is_never_longer_than_half_the_time),
        cmocka_unit_test(who_was_served_is_not_served_again_when_another_blocks),
        cmocka_unit_test(who_is_cancelled_while_another_is_served_gets_nothing),
        cmocka_unit_test(what_is_submitted_while_an_answer_goes_round_asks_anew),
        cmocka_unit_test(who_takes_the_place_of_a_cancelled_one_gets_nothing_of_its),
        cmocka_unit_test(a_refusal_is_everybodys),
        cmocka_unit_test(a_kms_that_is_away_is_not_asked_twice_over),
        cmocka_unit_test(a_referral_is_followed_by_one_for_all),
        cmocka_unit_test(late_keys_reach_everybody_whose_grace_runs),
        cmocka_unit_test(what_is_too_much_is_counted_once),
        cmocka_unit_test(a_submit_that_the_journal_refuses_leaves_the_others_alone),
        cmocka_unit_test(a_restore_brings_those_back_who_were_not_served),
        cmocka_unit_test(a_snapshot_brings_all_back_and_one_of_them_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
