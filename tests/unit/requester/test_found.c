/* SPDX-License-Identifier: BSD-2-Clause */
/* What the simulation has found when nothing was excused any more: one test for each. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

static struct host h;
static struct host heir;
static uint8_t wire[512];
static uint64_t others[2];
static enum xk_status tried;

static void answer_failure(size_t kms, enum xk_failure failure, const char *referral)
{
    size_t size = host_answer_failure(&h, wire, sizeof wire, failure, referral);
    assert_int_equal(host_receive(&h, kms, wire, size), XK_OK);
}

/* The group counts who has come to the end and may still be answered: a referral is such an answer. */
static void a_referral_to_one_that_was_spent_leaves_nobody_waiting_for_it(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.follow_referral = true;
    h.config.max_attempts = 1;
    h.config.attempt_timeout = 100;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 1100), XK_OK);
    answer_failure(0, XK_FAILURE_OTHER_KMS, "kms2.example.com");
    assert_int_equal(h.kit.send_count, 2);
    assert_null(engine_check(h.r));
    answer_failure(1, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_KMS_REFUSED);
    host_end(&h);
}

static void cancel_what_passes(struct host *host, enum host_place place)
{
    if (place == IN_OBSERVE && host->seen[(host->seen_count - 1) % HOST_LOG].event == XK_EVENT_PASSED) {
        tried = xk_requester_cancel(host->r, host->now, others[1]);
    }
}

static void block_keys_and_submit_another(uint32_t passing_bound)
{
    host_init(&h);
    h.config.passing_bound = passing_bound;
    h.config.reoffer_interval = 60000;
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    others[0] = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    others[1] = host_must_submit(&h, "LI-A", 1);
    assert_int_equal(h.kit.outcome_count, 1);
}

/* It is decided by then: who hears that it may pass may not withdraw it, or nothing would be handed over. */
static void what_is_decided_is_not_withdrawn_while_it_passes(void **state)
{
    (void)state;
    block_keys_and_submit_another(500);
    h.inside = cancel_what_passes;
    tried = XK_OK;
    h.now = 1500;
    answer_failure(0, XK_FAILURE_GENERIC, NULL);
    assert_int_equal(host_event(&h, XK_EVENT_PASSED), 1);
    assert_int_equal(tried, XK_E_ALREADY);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(h.kit.outcomes[1].request == others[1]);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* What stood behind what the host has taken waits for no interval. */
static void what_stood_behind_is_due_when_that_is_gone(void **state)
{
    (void)state;
    uint8_t keys[512];
    block_keys_and_submit_another(30000);
    answer_failure(0, XK_FAILURE_GENERIC, NULL);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_true(xk_requester_next_deadline(h.r) > h.now);
    host_end(&h);
    block_keys_and_submit_another(30000);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_GENERIC, NULL);
    memcpy(keys, wire, size);
    assert_int_equal(xk_requester_receive(h.r, h.now, h.kms[0], keys, size, NULL), XK_OK);
    assert_int_equal(xk_requester_cancel(h.r, h.now, others[0]), XK_OK);
    assert_true(xk_requester_next_deadline(h.r) <= h.now);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(h.kit.outcomes[1].request == others[1]);
    assert_true(xk_requester_next_deadline(h.r) > h.now);
    host_end(&h);
}

/* Keys whose octets are due to be asked for wait for no interval either, when what stood before them is taken by the
 * way, for others that stand behind. */
static void keys_are_asked_for_when_what_stood_before_them_is_gone(void **state)
{
    (void)state;
    uint8_t keys[512];
    host_init(&h);
    h.config.reoffer_interval = 60000;
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&h, "LI-A", 1);
    answer_failure(0, XK_FAILURE_GENERIC, NULL);
    others[0] = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    (void)host_must_submit(&h, "LI-A", 1);
    size = host_answer_keys(&h, keys, sizeof keys, 1, 7);
    assert_int_equal(xk_requester_kms_ready(h.r, h.now, h.kms[0]), XK_OK); /* so the second are due */
    assert_int_equal(host_tick(&h, h.now), XK_OK);                         /* but they stand behind the first */
    assert_int_equal(h.kit.send_count, 3);
    assert_true(xk_requester_next_deadline(h.r) > h.now);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_receive(&h, 0, keys, size), XK_E_BLOCKED);
    assert_int_equal(host_usage(&h).owed, 2);
    assert_true(xk_requester_next_deadline(h.r) <= h.now);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    assert_true(h.sent.request == others[0]);
    host_end(&h);
}

/* A step back to before the decision makes no bound longer. */
static void keys_hold_up_others_no_longer_for_a_clock_that_steps_back_far(void **state)
{
    (void)state;
    uint8_t keys[512];
    host_init(&h);
    h.config.passing_bound = 1000;
    h.config.clock_bound = 10;
    h.now = 5000;
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, keys, sizeof keys, 1, 7);
    assert_int_equal(host_receive(&h, 0, keys, size), XK_E_BLOCKED);
    h.now = 9000;
    assert_int_equal(host_receive(&h, 0, keys, size), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_tick(&h, 3000), XK_OK);
    others[1] = host_must_submit(&h, "LI-A", 1);
    answer_failure(0, XK_FAILURE_GENERIC, NULL);
    assert_int_equal(host_tick(&h, 3999), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_tick(&h, 4000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_true(h.kit.outcomes[2].request == others[1]);
    host_end(&h);
}

/* One that was given up while a KMS could still answer, and its sharer too, once that KMS has answered. */
static void all_that_were_given_up_end_when_nobody_may_answer(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.max_refused = 1;
    h.config.max_attempts = 8;
    h.config.attempt_timeout = 100;
    h.down = 2;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    (void)host_must_submit(&h, "LI-B", 2);
    assert_int_equal(host_tick(&h, 1100), XK_OK);
    assert_int_equal(h.kit.send_count, 3); /* the second one asks the first KMS by now */
    host_at(&h, 0);
    answer_failure(0, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_true(xk_requester_next_deadline(h.r) <= h.now);
    assert_int_equal(host_tick(&h, 1100), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_UNREACHABLE);
    assert_int_equal(h.kit.outcomes[1].cause, XK_CAUSE_UNREACHABLE);
    host_end(&h);
}

/* Two that share, each referred to another KMS, since a restart lost the referral of the one that was pending: the
 * records of both are restored. */
static void those_that_share_are_restored_though_referrals_led_them_apart(void **state)
{
    (void)state;
    static uint8_t snapshot[4096];
    size_t size = 0;
    host_init(&h);
    host_init(&heir);
    h.config.share_queries = heir.config.share_queries = true;
    h.config.follow_referral = heir.config.follow_referral = true;
    h.kit.reply = heir.kit.reply = XK_OUTCOME_REFUSED;
    host_keep_journal(&h);
    host_start(&h);
    h.timeout = 1000;
    (void)host_must_submit(&h, "LI-A", 1);
    h.timeout = 0;
    (void)host_must_submit(&h, "LI-B", 1);
    answer_failure(0, XK_FAILURE_OTHER_KMS, "kms2.example.com");
    assert_int_equal(host_tick(&h, 2000), XK_OK); /* the first one expires: its record has the referral */
    assert_int_equal(host_usage(&h).owed, 1);
    host_start(&heir);
    assert_true(host_restore(&heir, &h));
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    size_t answer = host_answer_failure(&heir, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&heir, 0, wire, answer), XK_OK);
    assert_int_equal(heir.sent.kms, heir.kms[2]);
    assert_int_equal(xk_requester_snapshot(heir.r, heir.now, snapshot, sizeof snapshot, &size), XK_OK);
    host_end(&h);
    host_init(&h);
    h.config.share_queries = true;
    host_start(&h);
    assert_int_equal(xk_requester_restore(h.r, h.now, snapshot, size, 0, NULL, NULL), XK_OK);
    assert_int_equal(host_usage(&h).pending, 1);
    assert_int_equal(host_usage(&h).owed, 1);
    host_end(&h);
    host_end(&heir);
}

static void hold_but_the_first_and_purge(struct host *host, enum host_place place)
{
    if (place == IN_OUTCOME) {
        host->kit.reply = host->kit.outcome_count == 2 ? XK_OUTCOME_REFUSED : XK_OUTCOME_HELD;
    }
    if (place == IN_OBSERVE && host->seen[(host->seen_count - 1) % HOST_LOG].event == XK_EVENT_HELD) {
        (void)xk_requester_purge(host->r, host->now, xk_text("LI-A"), NULL, NULL);
    }
}

/* A LIID that ends in the middle of a pass takes nobody's turn. */
static void a_purge_in_a_pass_leaves_the_others_their_turns(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&h, "LI-A", 1);
    others[0] = host_must_submit(&h, "LI-B", 1);
    others[1] = host_must_submit(&h, "LI-B", 1);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    h.inside = hold_but_the_first_and_purge;
    assert_int_equal(xk_requester_resume(h.r, h.now, 0, NULL), XK_OK);
    assert_int_equal(h.kit.outcome_count, 5);
    assert_true(h.kit.outcomes[3].request == others[0]);
    assert_true(h.kit.outcomes[4].request == others[1]);
    host_end(&h);
}

/* Passes are one interval apart, whatever the ticks. */
static void a_late_tick_does_not_put_off_the_next_pass(void **state)
{
    (void)state;
    host_init(&h);
    h.timeout = 1000;
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(host_tick(&h, 5700), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_tick(&h, 5999), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(xk_requester_next_deadline(h.r), 6000);
    assert_int_equal(host_tick(&h, 6000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    host_end(&h);
}

static size_t journal_at_first_outcome;

static void note_journal(struct host *host, enum host_place place)
{
    if (place == IN_OUTCOME && journal_at_first_outcome == 0) {
        journal_at_first_outcome = host->kit.journal_size;
    }
}

/* Only the KMS that answered has the octets, though no record names it as one of the list. */
static void keys_are_asked_for_again_from_a_kms_that_only_another_request_knew(void **state)
{
    (void)state;
    uint8_t keys[512];
    journal_at_first_outcome = 0;
    host_init(&h);
    host_init(&heir);
    h.config.share_queries = heir.config.share_queries = true;
    h.config.follow_referral = heir.config.follow_referral = true;
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    answer_failure(0, XK_FAILURE_OTHER_KMS, "kms2.example.com");
    size_t size = host_answer_keys(&h, keys, sizeof keys, 1, 7);
    memcpy(wire, keys, size);
    h.inside = note_journal;
    assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
    h.kit.journal_size = journal_at_first_outcome; /* the process ended there */
    host_start(&heir);
    assert_true(host_restore(&heir, &h));
    heir.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&heir, 1, keys, size), XK_E_BLOCKED);
    assert_int_equal(host_usage(&heir).owed, 2);
    assert_int_equal(heir.kit.send_count, 0);
    assert_int_equal(host_tick(&heir, heir.now + 1000), XK_OK);
    assert_int_equal(heir.kit.send_count, 2);
    assert_int_equal(heir.kit.sent_to[0], heir.kms[1]);
    assert_int_equal(heir.kit.sent_to[1], heir.kms[1]);
    host_end(&h);
    host_end(&heir);
}

/* A snapshot may be told a time that its engine has not: what steps back after it makes no timer shorter. */
static void a_clock_that_steps_back_after_a_snapshot_shortens_no_timer(void **state)
{
    (void)state;
    size_t size = 0;
    host_init(&h);
    host_init(&heir);
    host_keep_journal(&h);
    host_start(&h);
    assert_int_equal(xk_requester_snapshot(h.r, 4000000, h.journal, sizeof h.journal, &size), XK_OK);
    h.kit.journal_size = size;
    h.now = 1000;
    (void)host_must_submit(&h, "LI-A", 1);
    host_start(&heir);
    assert_true(host_restore(&heir, &h));
    assert_int_equal(host_tick(&heir, heir.now + 9999), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 0);
    assert_int_equal(host_tick(&heir, heir.now + 1), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    host_end(&h);
    host_end(&heir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_referral_to_one_that_was_spent_leaves_nobody_waiting_for_it),
        cmocka_unit_test(what_is_decided_is_not_withdrawn_while_it_passes),
        cmocka_unit_test(what_stood_behind_is_due_when_that_is_gone),
        cmocka_unit_test(keys_are_asked_for_when_what_stood_before_them_is_gone),
        cmocka_unit_test(keys_hold_up_others_no_longer_for_a_clock_that_steps_back_far),
        cmocka_unit_test(all_that_were_given_up_end_when_nobody_may_answer),
        cmocka_unit_test(those_that_share_are_restored_though_referrals_led_them_apart),
        cmocka_unit_test(a_purge_in_a_pass_leaves_the_others_their_turns),
        cmocka_unit_test(a_late_tick_does_not_put_off_the_next_pass),
        cmocka_unit_test(keys_are_asked_for_again_from_a_kms_that_only_another_request_knew),
        cmocka_unit_test(a_clock_that_steps_back_after_a_snapshot_shortens_no_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
