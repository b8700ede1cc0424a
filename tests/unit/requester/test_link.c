/* SPDX-License-Identifier: BSD-2-Clause */
/* Links to KMSs that fall and come back: what was sent is asked again at once, and what flaps is not hammered. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

static struct host h;
static uint8_t wire[512];

static void start(uint32_t attempts)
{
    host_init(&h);
    h.config.max_attempts = attempts;
    h.config.timeout = 60000;
    h.config.attempt_timeout = 10000;
    h.config.reoffer_interval = 100;
    host_start(&h);
}

static void lose(size_t kms)
{
    assert_int_equal(xk_requester_kms_lost(h.r, h.now, h.kms[kms]), XK_OK);
    assert_null(engine_check(h.r));
}

static void come_back(size_t kms)
{
    assert_int_equal(xk_requester_kms_ready(h.r, h.now, h.kms[kms]), XK_OK);
    assert_null(engine_check(h.r));
}

static enum xk_status answer(size_t kms)
{
    host_at(&h, kms);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    return host_receive(&h, kms, wire, size);
}

static void is_sent(size_t sends, size_t kms, uint32_t attempt)
{
    assert_int_equal(h.kit.send_count, sends);
    assert_int_equal(h.sent.kms, h.kms[kms]);
    assert_int_equal(h.sent.attempt, attempt);
}

/* As it was seen: the KMS dies after the send, and is there again 0.3 s later. */
static void a_kms_that_comes_back_is_asked_again_then(void **state)
{
    (void)state;
    start(3);
    (void)host_must_submit(&h, "LI-A", 1);
    h.down = 1;
    lose(0); /* asked again at once; the transport has no connection yet */
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_event(&h, XK_EVENT_SEND_FAILED), 1);
    assert_true(xk_requester_next_deadline(h.r) <= 1500); /* backs off */
    h.now += 300;
    h.down = 0;
    come_back(0);
    is_sent(3, 0, 2);
    assert_int_equal(host_seen(&h, XK_EVENT_KMS_READY)->kms, h.kms[0]);
    assert_int_equal(host_seen(&h, XK_EVENT_KMS_READY)->request, 0);
    assert_int_equal(host_seen(&h, XK_EVENT_KMS_READY)->now_ms, 1300);
    assert_int_equal(answer(0), XK_OK);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    host_end(&h);
}

/* A transport that queues: the same KMS is asked again, and that counts. */
static void without_another_kms_the_same_one_is_asked_and_that_counts(void **state)
{
    (void)state;
    start(2);
    const uint64_t handle = host_must_submit(&h, "LI-A", 1);
    lose(0);
    is_sent(2, 0, 2);
    assert_int_equal(host_counters(&h).asked_anew, 1);
    assert_int_equal(host_counters(&h).kms_lost, 1);
    assert_int_equal(host_event(&h, XK_EVENT_ATTEMPT_EXPIRED), 0);
    assert_int_equal(host_seen(&h, XK_EVENT_SENT)->request == handle, true);
    assert_int_equal(answer(0), XK_OK); /* so it has answered: the next loss is a first one */
    (void)host_must_submit(&h, "LI-B", 1);
    lose(0);
    is_sent(4, 0, 2);
    lose(0); /* the last attempt: nothing more is sent, and it is not over before its time */
    assert_int_equal(h.kit.send_count, 4);
    assert_int_equal(host_counters(&h).asked_anew, 2);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_tick(&h, 60999), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_tick(&h, 61000), XK_OK);
    assert_int_equal(h.kit.outcomes[1].cause, XK_CAUSE_TIMER_EXPIRED);
    host_end(&h);
}

/* With another KMS the lost attempt is none: even the only one that there is may be had twice. */
static void another_kms_takes_the_attempt_over(void **state)
{
    (void)state;
    start(1);
    (void)host_must_submit(&h, "LI-A", 2);
    lose(0);
    is_sent(2, 1, 1);
    assert_int_equal(host_counters(&h).failed_over, 1);
    lose(0); /* it is at the other one */
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(answer(1), XK_OK);
    host_end(&h);
}

/* From the second loss in a row on, with a back-off whose upper half is random; an answer makes the link good. */
static void a_link_that_flaps_is_not_hammered(void **state)
{
    (void)state;
    start(9);
    h.config.backoff_base = 1000;
    (void)xk_requester_destroy(h.r);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    lose(0);
    is_sent(2, 0, 2);
    lose(0);
    assert_int_equal(h.kit.send_count, 2);
    come_back(0); /* which ends no back-off now */
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, 1499), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    is_sent(3, 0, 3);
    lose(0);
    assert_int_equal(host_tick(&h, 2999), XK_OK); /* twice as long now */
    assert_int_equal(h.kit.send_count, 3);
    assert_int_equal(host_tick(&h, 4000), XK_OK);
    is_sent(4, 0, 4);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK); /* it is there, though it cannot answer */
    come_back(0);
    is_sent(5, 0, 5);
    lose(0);
    is_sent(6, 0, 6);
    host_end(&h);
}

/* It has answered when it was asked: what it says of a transaction of another KMS's makes no link good. */
static void who_was_not_asked_makes_no_link_good(void **state)
{
    (void)state;
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    start(9);
    (void)host_must_submit(&h, "LI-A", 1);
    lose(0);
    lose(0);
    assert_int_equal(h.kit.send_count, 2); /* in a back-off */
    host_request(&h, "LI-B", 1, &party, &request);
    request.kms = &h.kms[1];
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    host_at(&h, 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_PEER);
    come_back(0);
    assert_int_equal(h.kit.send_count, 3);
    host_end(&h);
}

/* Given up at as many refusals as there may be, then asked again for a lost link: the count goes on from there. */
static void the_count_of_refusals_does_not_wrap(void **state)
{
    (void)state;
    start(9);
    (void)xk_requester_destroy(h.r);
    h.config.backoff_base = 0;
    h.config.max_refused = 255;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 3);
    h.down = 7;
    for (unsigned int i = 0; i < 100; i++) {
        assert_int_equal(host_tick(&h, 11000), XK_OK);
    }
    assert_int_equal(h.kit.send_count, 256);
    lose(0); /* to which alone it was sent; the other two of the round are left */
    assert_int_equal(h.kit.send_count, 257);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.send_count, 257);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_UNREACHABLE);
    host_end(&h);
}

/* All of the list were tried: the first loss begins a new round at once, from the first KMS on. */
static void a_round_that_ends_with_a_lost_link_begins_anew_at_once(void **state)
{
    (void)state;
    start(5);
    (void)host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    is_sent(2, 1, 2);
    lose(1);
    is_sent(3, 0, 3);
    host_end(&h);
}

/* Who sends nothing more and waited for an answer that cannot come asks the KMSs that are left in its round. */
static void who_is_spent_asks_whom_it_has_not_tried(void **state)
{
    (void)state;
    start(1);
    (void)host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_tick(&h, 11000), XK_OK); /* spent; the first may still answer */
    assert_int_equal(h.kit.send_count, 1);
    lose(1);
    assert_int_equal(h.kit.send_count, 1);
    lose(0);
    is_sent(2, 1, 1);
    assert_int_equal(host_tick(&h, 21000), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    lose(1); /* none is left */
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_counters(&h).asked_anew, 1);
    assert_int_equal(answer(0), XK_OK); /* an answer that comes all the same is taken */
    host_end(&h);
}

/* Nobody owes an answer on a link that is gone: the last UNAVAILABLE decides. */
static void a_lost_link_owes_no_answer(void **state)
{
    (void)state;
    start(2);
    (void)host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_tick(&h, 21000), XK_OK); /* spent; both may answer */
    lose(0);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_UNAVAILABLE);
    host_end(&h);
}

static void places_of_a_lost_link_are_free(void **state)
{
    (void)state;
    host_init(&h);
    h.config.kms_window = 1;
    h.config.max_attempts = 1;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    const uint64_t waits = host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 1);
    lose(0);
    assert_int_equal(h.kit.send_count, 2);
    assert_true(h.sent.request == waits);
    host_end(&h);
}

static void block(void)
{
    start(3);
    (void)host_must_submit(&h, "LI-A", 2);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(answer(0), XK_E_BLOCKED);
    assert_int_equal(host_tick(&h, 1100), XK_OK);
    is_sent(2, 0, 2); /* asked for again */
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
}

/* Owed re-asks too: of the next KMS at once, which next_deadline tells. */
static void owed_octets_are_asked_for_again_at_once(void **state)
{
    (void)state;
    block();
    assert_true(xk_requester_next_deadline(h.r) > h.now);
    lose(1); /* not the one */
    assert_true(xk_requester_next_deadline(h.r) > h.now);
    lose(0);
    assert_int_equal(xk_requester_next_deadline(h.r), h.now);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    is_sent(3, 1, 3);
    lose(1); /* its second loss in a row: the interval runs */
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.send_count, 3);
    come_back(0); /* the one that answered */
    assert_int_equal(xk_requester_next_deadline(h.r), h.now);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    is_sent(4, 0, 4);
    come_back(0); /* is being asked for already */
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    assert_int_equal(answer(0), XK_OK);
    assert_int_equal(host_usage(&h).owed, 0);
    host_end(&h);
}

static void a_kms_that_brought_nothing_wakes_no_owed_keys(void **state)
{
    (void)state;
    block();
    come_back(1);
    assert_true(xk_requester_next_deadline(h.r) > h.now);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

/* Everybody who backs off and could ask it, and nobody else. */
static void whoever_backs_off_asks_the_kms_that_came_back(void **state)
{
    (void)state;
    start(3);
    h.down = 3;
    (void)host_must_submit(&h, "LI-A", 2);
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 3);
    come_back(2);
    assert_int_equal(h.kit.send_count, 3);
    h.down = 1;
    come_back(1); /* the second KMS: only the first request names it, and asks it alone */
    is_sent(4, 1, 1);
    assert_int_equal(host_counters(&h).kms_ready, 2);
    h.down = 0;
    come_back(0);
    is_sent(5, 0, 1);
    host_end(&h);
}

/* Another warrant's query on the same link: who shares with it need do nothing. */
static void who_shares_waits_for_the_new_query(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    (void)host_must_submit(&h, "LI-B", 2);
    lose(0);
    is_sent(2, 1, 1);
    assert_int_equal(answer(1), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

/* Of two that share and are spent, the last link's fall ends who was given up by the transport. */
static void who_was_given_up_ends_when_no_link_is_left(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.max_attempts = 1;
    h.config.max_refused = 1;
    h.config.attempt_timeout = 1000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    h.down = 1;
    assert_int_equal(host_tick(&h, 2000), XK_OK); /* the first is spent; the second is refused, and waits for it */
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, 2001), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    lose(0);
    assert_int_equal(host_tick(&h, 2001), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_UNREACHABLE);
    host_end(&h);
}

/* It was given up, and then referred to somebody who took it: that it cannot be reached is no longer said of it. */
static void a_referral_takes_back_that_it_was_given_up(void **state)
{
    (void)state;
    host_init(&h);
    h.config.follow_referral = true;
    h.config.max_attempts = 2;
    h.config.max_refused = 1;
    h.config.attempt_timeout = 1000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    h.down = 2;
    assert_int_equal(host_tick(&h, 2000), XK_OK); /* the second KMS refuses it; the first may answer still */
    assert_int_equal(h.kit.send_count, 2);
    host_at(&h, 0);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    is_sent(3, 2, 2);
    assert_int_equal(host_tick(&h, 3000), XK_OK);
    lose(2);
    assert_int_equal(host_tick(&h, 3000), XK_OK);
    assert_int_equal(host_tick(&h, 10999), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
    host_end(&h);
}

static unsigned int inside_calls;

static void lose_inside(struct host *host, enum host_place place)
{
    const bool closed = place == IN_RANDOM || place == IN_JOURNAL;
    if (host->r == NULL) {
        return;
    }
    inside_calls++;
    assert_int_equal(xk_requester_kms_lost(host->r, host->now, 0), closed ? XK_E_BUSY : XK_OK);
    assert_int_equal(xk_requester_kms_ready(host->r, host->now, 0), closed ? XK_E_BUSY : XK_OK);
    host->inside = inside_calls < 40 ? lose_inside : NULL;
}

static void lose_outside(struct host *host, enum host_place place)
{
    if (place == IN_OBSERVE) { /* whose own events would go round for ever */
        return;
    }
    lose_inside(host, place);
    if (host->inside != NULL) {
        host->inside = lose_outside;
    }
}

/* What a callback is about stays as it is, the others are asked when the outermost call ends. */
static void links_may_fall_inside_callbacks(void **state)
{
    (void)state;
    host_init(&h);
    h.r = NULL;
    h.config.attempt_timeout = 500;
    host_keep_journal(&h);
    host_start(&h);
    h.inside = lose_outside;
    inside_calls = 0;
    for (unsigned int i = 0; i < 6; i++) {
        char liid[8];
        (void)snprintf(liid, sizeof liid, "LI-%u", i);
        (void)host_must_submit(&h, liid, 2);
        assert_null(engine_check(h.r));
    }
    for (unsigned int i = 0; i < 40; i++) {
        assert_int_equal(host_tick(&h, h.now + 300), XK_OK);
        assert_null(engine_check(h.r));
    }
    assert_true(inside_calls > 20);
    assert_int_equal(h.kit.outcome_count, 6);
    host_end(&h);
}

static void what_is_no_link_is_refused(void **state)
{
    (void)state;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    assert_int_equal(xk_requester_kms_lost(NULL, 1, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_kms_ready(NULL, 1, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_kms_lost(h.r, h.now, 3), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_kms_ready(h.r, h.now, 3), XK_E_ARGUMENT);
    assert_int_equal(host_counters(&h).kms_lost, 0);
    assert_int_equal(host_counters(&h).kms_ready, 0);
    assert_int_equal(host_event(&h, XK_EVENT_KMS_LOST), 0);
    lose(2);
    assert_int_equal(host_seen(&h, XK_EVENT_KMS_LOST)->kms, h.kms[2]);
    assert_int_equal(host_seen(&h, XK_EVENT_KMS_LOST)->request, 0);
    h.kit.journal_reply = XK_JOURNAL_FENCED;
    uint64_t handle = 0;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_FENCED);
    assert_int_equal(xk_requester_kms_lost(h.r, h.now, 0), XK_E_FENCED);
    assert_int_equal(xk_requester_kms_ready(h.r, h.now, 0), XK_E_FENCED);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kms_that_comes_back_is_asked_again_then),
        cmocka_unit_test(without_another_kms_the_same_one_is_asked_and_that_counts),
        cmocka_unit_test(another_kms_takes_the_attempt_over),
        cmocka_unit_test(a_link_that_flaps_is_not_hammered),
        cmocka_unit_test(who_was_not_asked_makes_no_link_good),
        cmocka_unit_test(the_count_of_refusals_does_not_wrap),
        cmocka_unit_test(a_round_that_ends_with_a_lost_link_begins_anew_at_once),
        cmocka_unit_test(who_is_spent_asks_whom_it_has_not_tried),
        cmocka_unit_test(a_lost_link_owes_no_answer),
        cmocka_unit_test(places_of_a_lost_link_are_free),
        cmocka_unit_test(owed_octets_are_asked_for_again_at_once),
        cmocka_unit_test(a_kms_that_brought_nothing_wakes_no_owed_keys),
        cmocka_unit_test(whoever_backs_off_asks_the_kms_that_came_back),
        cmocka_unit_test(who_shares_waits_for_the_new_query),
        cmocka_unit_test(who_was_given_up_ends_when_no_link_is_left),
        cmocka_unit_test(a_referral_takes_back_that_it_was_given_up),
        cmocka_unit_test(links_may_fall_inside_callbacks),
        cmocka_unit_test(what_is_no_link_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
