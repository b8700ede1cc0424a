/* SPDX-License-Identifier: BSD-2-Clause */
/* A KMS that is there is asked at once, however many are not: nothing waits for another call, and nobody who may still
 * answer is passed over. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

static struct host h;
static struct host heir;
static uint8_t wire[512];

static uint32_t last_asked(const struct host *host)
{
    return host->kit.sent_to[(host->kit.send_count - 1) % XK_TEST_SEEN_MAX];
}

static void start(size_t kms_count)
{
    host_init(&h);
    h.kms_count = kms_count;
}

static void every_kms_of_the_list_is_asked_before_submit_returns(void **state)
{
    (void)state;
    static const struct {
        size_t kmss;
        size_t away; /* the first ones */
        uint32_t attempts;
        uint32_t attempt_timeout;
        uint64_t patience; /* with the KMS that takes it */
    } rows[] = {
        {2, 1, 3, 0, 3333}, {3, 2, 3, 0, 3333},   {3, 2, 5, 0, 2000},
        {4, 3, 8, 0, 1250}, {8, 7, 16, 0, 625},   {3, 2, 5, 1700, 1700},
        {8, 7, 1, 0, 10000}, {2, 0, 3, 0, 3333},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(rows[i].kmss);
        h.config.max_attempts = rows[i].attempts;
        h.config.attempt_timeout = rows[i].attempt_timeout;
        h.down = (1u << rows[i].away) - 1;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", rows[i].kmss);
        assert_int_equal(h.kit.send_count, rows[i].away + 1);
        assert_int_equal(last_asked(&h), h.kms[rows[i].away]);
        assert_int_equal(h.sent.attempt, 1);
        assert_int_equal(host_counters(&h).failed_over, rows[i].away);
        assert_int_equal(host_counters(&h).retried, 0);
        assert_true(xk_requester_next_deadline(h.r) <= h.now + rows[i].patience);
        assert_int_equal(host_tick(&h, h.now + rows[i].patience - 1), XK_OK);
        assert_int_equal(host_event(&h, XK_EVENT_ATTEMPT_EXPIRED), 0);
        assert_int_equal(host_tick(&h, h.now + 1), XK_OK);
        assert_int_equal(host_event(&h, XK_EVENT_ATTEMPT_EXPIRED), rows[i].patience < 10000);
        assert_null(engine_check(h.r));
        host_end(&h);
    }
}

/* The second round begins at the first KMS again, after its back-off, which next_deadline tells. */
static void a_round_that_nobody_took_backs_off_and_begins_anew(void **state)
{
    (void)state;
    start(3);
    h.config.backoff_base = 1; /* no random part */
    h.down = 7;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 3);
    assert_int_equal(h.kit.send_count, 3);
    assert_true(xk_requester_next_deadline(h.r) <= 1001);
    h.down = 6;
    assert_int_equal(host_tick(&h, 1001), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    assert_int_equal(last_asked(&h), h.kms[0]);
    host_end(&h);
}

static void submit_inside(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    h.kit.inside_outcome = NULL;
    (void)host_must_submit(user, "LI-B", 3);
    assert_int_equal(h.kit.send_count, 1); /* when the outermost call ends */
}

static void a_submit_inside_a_callback_fails_over_before_the_outermost_call_returns(void **state)
{
    (void)state;
    start(3);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.down = 3;
    h.kit.inside_outcome = submit_inside;
    h.kit.user = &h;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    assert_int_equal(last_asked(&h), h.kms[2]);
    host_end(&h);
}

/* A KMS of an older version cannot read what we say: another one may; when none is left that is the reason. */
static void a_kms_of_another_version_is_followed_by_the_next(void **state)
{
    (void)state;
    start(2);
    h.config.max_attempts = 2;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_VERSION, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(last_asked(&h), h.kms[1]);
    assert_int_equal(h.kit.outcome_count, 0);
    size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_VERSION, NULL);
    assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_KMS_REFUSED);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_VERSION);
    host_end(&h);
}

/* A second referral to the KMS that has been followed already is asked in its turn; to another one it is final. */
static void a_referral_that_repeats_itself_decides_nothing(void **state)
{
    (void)state;
    for (unsigned int other = 0; other < 2; other++) {
        start(3);
        h.config.follow_referral = true;
        h.config.attempt_timeout = 1000;
        h.config.max_attempts = 8;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 1);
        size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms2.example.com");
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(last_asked(&h), h.kms[1]);
        size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS,
                                   other ? "kms3.example.com" : "kms2.example.com");
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(h.kit.outcome_count, other);
        assert_int_equal(h.kit.send_count, 2);
        if (other) {
            assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_OTHER_KMS);
        } else {
            size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
            assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
            assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
        }
        host_end(&h);
    }
}

static void submit_in_the_room(struct host *host, enum host_place place)
{
    if (place == IN_ROOM) {
        host->inside = NULL;
        (void)host_must_submit(host, "LI-C", 2);
    }
}

static void a_submit_when_there_is_room_again_is_sent_in_that_call(void **state)
{
    (void)state;
    uint64_t handle = 0;
    start(2);
    h.config.max_pending = 1;
    host_start(&h);
    const uint64_t first = host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_E_FULL);
    assert_string_equal(h.diag.field, "max_pending");
    h.inside = submit_in_the_room;
    h.down = 1;
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_int_equal(h.kit.room_calls, 1);
    assert_int_equal(h.kit.send_count, 3);
    assert_int_equal(last_asked(&h), h.kms[1]);
    host_end(&h);
}

static void who_cannot_answer_is_followed_by_the_next_that_takes_it_in_the_same_call(void **state)
{
    (void)state;
    start(4);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 4);
    h.down = 2 | 4;
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    assert_int_equal(last_asked(&h), h.kms[3]);
    assert_true(xk_requester_next_deadline(h.r) <= h.now + 3333);
    host_end(&h);
}

/* Two places, one behind the other; the first KMS is away for whoever gets the place. */
static void a_place_that_falls_free_wakes_the_next_waiter_in_the_same_call(void **state)
{
    (void)state;
    start(2);
    h.config.kms_window = 1;
    host_start(&h);
    const uint64_t first = host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    (void)host_must_submit(&h, "LI-C", 2); /* the second KMS is free */
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(last_asked(&h), h.kms[1]);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    assert_int_equal(h.kit.send_count, 3);
    assert_int_equal(last_asked(&h), h.kms[0]);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    (void)host_must_submit(&h, "LI-D", 1);
    assert_int_equal(h.kit.send_count, 3);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    assert_int_equal(last_asked(&h), h.kms[0]);
    host_end(&h);
}

/* Who has waited behind a window as long as an attempt lasts begins a new round; that is no attempt. */
static void waiting_behind_a_window_is_no_attempt(void **state)
{
    (void)state;
    start(2);
    h.config.kms_window = 1;
    h.config.max_attempts = 2;
    h.config.attempt_timeout = 1000;
    host_start(&h);
    h.timeout = 100000;
    (void)host_must_submit(&h, "LI-A", 1);
    h.timeout = 9000;
    const uint64_t waits = host_must_submit(&h, "LI-B", 1);
    assert_true(xk_requester_next_deadline(h.r) <= 2000);
    assert_int_equal(host_tick(&h, 1500), XK_OK);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(host_tick(&h, 2000), XK_OK); /* the first one's attempt is over: its place is free */
    assert_int_equal(h.kit.send_count, 2);
    assert_true(h.sent.request == waits);
    assert_int_equal(h.sent.attempt, 1);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* A KMS with one place that never answers, and a healthy one: everybody gets keys. */
static void a_silent_kms_with_one_place_keeps_nobody_from_a_healthy_one(void **state)
{
    (void)state;
    start(2);
    h.config.max_pending = 32;
    h.config.kms_window = 1;
    host_start(&h);
    size_t answered = 0;
    for (unsigned int i = 0; i < 20; i++) {
        char liid[8];
        (void)snprintf(liid, sizeof liid, "LI-%u", i);
        (void)host_must_submit(&h, liid, 2);
    }
    while (answered < 20 && h.now < 10000) {
        assert_int_equal(host_usage(&h).pending, 20 - answered);
        while (host_usage(&h).pending > 0) { /* the second KMS has the last of its get_keys under way */
            host_at(&h, 1);
            size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
            if (host_receive(&h, 1, wire, size) != XK_OK) {
                break;
            }
            answered++;
        }
        if (host_usage(&h).pending > 0) {
            (void)host_tick_when_due(&h);
        }
    }
    assert_int_equal(answered, 20);
    assert_int_equal(host_counters(&h).decided_keys, 20);
    assert_int_equal(host_counters(&h).decided_failure, 0);
    host_end(&h);
}

static void a_hundred_restored_requests_fail_over_in_one_call(void **state)
{
    (void)state;
    start(2);
    h.config.max_pending = 100;
    host_keep_journal(&h);
    host_start(&h);
    for (unsigned int i = 0; i < 100; i++) {
        char liid[8];
        (void)snprintf(liid, sizeof liid, "LI-%u", i);
        (void)host_must_submit(&h, liid, 2);
    }
    host_init(&heir);
    heir.config.max_pending = 100;
    heir.kms_count = 0;
    heir.down = 1;
    host_start(&heir);
    assert_true(host_restore(&heir, &h));
    assert_int_equal(xk_requester_next_deadline(heir.r), heir.now);
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.send_count, 200);
    assert_int_equal(host_counters(&heir).sent, 100);
    assert_int_equal(host_counters(&heir).failed_over, 100);
    host_end(&heir);
    host_end(&h);
}

/* The first KMS says late that it cannot answer, while the second is at its attempt, which may be the last one. */
static void a_late_unavailable_decides_nothing_while_another_is_asked(void **state)
{
    (void)state;
    for (uint32_t attempts = 2; attempts < 5; attempts++) {
        start(2);
        h.config.attempt_timeout = 1000;
        h.config.max_attempts = attempts;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 2);
        assert_int_equal(host_tick(&h, 2000), XK_OK);
        assert_int_equal(last_asked(&h), h.kms[1]);
        h.now = 2100;
        size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(h.kit.outcome_count, 0);
        assert_int_equal(h.kit.send_count, 2);
        h.now = 2200;
        size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
        assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
        assert_int_equal(h.kit.outcome_count, 1);
        assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
        host_end(&h);
    }
}

/* It decides when nobody else is left: with both away, at the last attempt's answer, and not before. */
static void unavailable_decides_when_nobody_may_answer_any_more(void **state)
{
    (void)state;
    start(2);
    h.config.attempt_timeout = 1000;
    h.config.max_attempts = 2;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(host_tick(&h, 3000), XK_OK); /* spent: both may still answer */
    for (size_t kms = 0; kms < 2; kms++) {
        assert_int_equal(h.kit.outcome_count, 0);
        size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
        assert_int_equal(host_receive(&h, 1 - kms, wire, size), XK_OK);
    }
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_KMS_REFUSED);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_UNAVAILABLE);
    assert_int_equal(h.kit.outcomes[0].decided_ms, 3000);
    host_end(&h);
}

/* 255 attempts and one that a referral adds: the count does not go round. */
static void the_count_of_attempts_does_not_wrap(void **state)
{
    (void)state;
    start(2);
    h.config.max_attempts = 255;
    h.config.attempt_timeout = 10;
    h.config.backoff_base = 0;
    h.config.follow_referral = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    while (h.sent.attempt < 255) {
        (void)host_tick_when_due(&h);
    }
    assert_int_equal(h.kit.send_count, 255);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms2.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 256);
    assert_int_equal(h.sent.attempt, 256);
    assert_int_equal(h.sent.kms, h.kms[1]);
    assert_int_equal(host_seen(&h, XK_EVENT_SENT)->attempt, 256);
    /* It was the last one, whatever comes of it. */
    (void)host_tick_when_due(&h);
    assert_int_equal(h.kit.send_count, 256);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.send_count, 256);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kms_of_the_list_is_asked_before_submit_returns),
        cmocka_unit_test(a_round_that_nobody_took_backs_off_and_begins_anew),
        cmocka_unit_test(a_submit_inside_a_callback_fails_over_before_the_outermost_call_returns),
        cmocka_unit_test(a_kms_of_another_version_is_followed_by_the_next),
        cmocka_unit_test(a_referral_that_repeats_itself_decides_nothing),
        cmocka_unit_test(a_submit_when_there_is_room_again_is_sent_in_that_call),
        cmocka_unit_test(who_cannot_answer_is_followed_by_the_next_that_takes_it_in_the_same_call),
        cmocka_unit_test(a_place_that_falls_free_wakes_the_next_waiter_in_the_same_call),
        cmocka_unit_test(waiting_behind_a_window_is_no_attempt),
        cmocka_unit_test(a_silent_kms_with_one_place_keeps_nobody_from_a_healthy_one),
        cmocka_unit_test(a_hundred_restored_requests_fail_over_in_one_call),
        cmocka_unit_test(a_late_unavailable_decides_nothing_while_another_is_asked),
        cmocka_unit_test(unavailable_decides_when_nobody_may_answer_any_more),
        cmocka_unit_test(the_count_of_attempts_does_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
