/* SPDX-License-Identifier: BSD-2-Clause */
/* When a get_keys is sent again, and to whom: back-off, the last attempt, referrals to here and there. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct host h;
static uint8_t wire[512];

static void refuse_for_now(size_t kms)
{
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(host_receive(&h, kms, wire, size), XK_OK);
}

static void refer_to(size_t kms, const char *name)
{
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, name);
    assert_int_equal(host_receive(&h, kms, wire, size), XK_OK);
}

/* Without randomness none of it is drawn, so that its length can be told: it doubles up to its bound. */
static void a_back_off_doubles_up_to_its_bound(void **state)
{
    (void)state;
    static const struct {
        uint32_t base, max;
        uint32_t waits[3];
    } rows[] = {
        {100, 350, {100, 200, 350}},
        {100, 200, {100, 200, 200}},
        {300, 200, {200, 200, 200}},
        {1, 8000, {1, 2, 4}},
        {0, 8000, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        host_init(&h);
        h.config.max_attempts = 4;
        h.config.backoff_base = rows[i].base;
        h.config.backoff_max = rows[i].max;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 1);
        xk_test_random_fail(&h.kit.random, 1, UINT64_MAX);
        for (size_t n = 0; n < 3; n++) {
            refuse_for_now(0);
            if (rows[i].waits[n] > 0) {
                assert_int_equal(host_tick(&h, h.now + rows[i].waits[n] - 1), XK_OK);
                assert_int_equal(h.kit.send_count, n + 1);
                h.now++;
            }
            assert_int_equal(host_tick(&h, h.now), XK_OK);
            assert_int_equal(h.kit.send_count, n + 2);
        }
        host_end(&h);
    }
}

/* What the host sets, however little; else an equal share of the request's own time, and never none. */
static void an_attempt_lasts_as_long_as_is_set_or_its_share(void **state)
{
    (void)state;
    static const struct {
        uint32_t set, timeout, attempts, lasts;
    } rows[] = {{1, 9000, 3, 1}, {4000, 9000, 3, 4000}, {0, 9000, 3, 3000}, {0, 9001, 3, 3000}, {0, 2, 3, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        host_init(&h);
        h.config.attempt_timeout = rows[i].set;
        h.config.max_attempts = rows[i].attempts;
        h.timeout = rows[i].timeout;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 2);
        assert_true(xk_requester_next_deadline(h.r) <= h.now + rows[i].lasts);
        assert_int_equal(host_tick(&h, h.now + rows[i].lasts - 1), XK_OK);
        assert_int_equal(h.kit.send_count, 1);
        assert_int_equal(host_tick(&h, h.now + 1), XK_OK);
        assert_int_equal(h.kit.send_count, 2);
        host_end(&h);
    }
}

/* Half of it is drawn: never longer than the whole, never shorter than the half, and not the same for all. */
static void a_back_off_is_spread_over_its_second_half(void **state)
{
    (void)state;
    size_t early = 0;
    host_init(&h);
    h.config.backoff_base = 1000;
    host_start(&h);
    for (size_t i = 0; i < 32; i++) {
        uint64_t handle = host_must_submit(&h, "LI-A", 1);
        size_t sent = h.kit.send_count;
        refuse_for_now(0);
        assert_int_equal(host_tick(&h, h.now + 499), XK_OK);
        assert_int_equal(h.kit.send_count, sent);
        assert_int_equal(host_tick(&h, h.now + 251), XK_OK);
        early += h.kit.send_count - sent;
        assert_int_equal(host_tick(&h, h.now + 250), XK_OK);
        assert_int_equal(h.kit.send_count, sent + 1);
        assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    }
    assert_in_range(early, 4, 28);
    host_end(&h);
}

/* One KMS was reached, the last attempt fails to reach another: what the first says counts until the deadline. */
static void a_last_attempt_that_fails_leaves_time_for_the_first_ones_answer(void **state)
{
    (void)state;
    for (unsigned int answers = 0; answers < 2; answers++) {
        host_init(&h);
        h.config.max_refused = 1;
        h.config.attempt_timeout = 1000;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 2);
        h.kit.send_fails = true;
        assert_int_equal(host_tick(&h, 2000), XK_OK);
        assert_int_equal(h.kit.send_count, 2);
        assert_int_equal(host_tick(&h, 10999), XK_OK);
        assert_int_equal(h.kit.outcome_count, 0);
        if (answers) {
            size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
            assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
            assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
        } else {
            assert_int_equal(host_tick(&h, 11000), XK_OK);
            assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
        }
        assert_int_equal(h.kit.outcome_count, 1);
        assert_int_equal(h.kit.send_count, 2);
        host_end(&h);
    }
}

static void the_last_attempts_refusal_decides(void **state)
{
    (void)state;
    host_init(&h);
    h.config.max_attempts = 2;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    refuse_for_now(0);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.outcome_count, 0);
    refuse_for_now(1);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_KMS_REFUSED);
    assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_UNAVAILABLE);
    host_end(&h);
}

/* The first KMS says that it cannot answer now when the second has been asked: that one is not given up for it. */
static void who_was_given_up_already_cannot_be_given_up_again(void **state)
{
    (void)state;
    struct xk_requester_counters before;
    struct xk_requester_counters after;
    host_init(&h);
    h.config.attempt_timeout = 1000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.sent_to[1], h.kms[1]);
    xk_requester_read_counters(h.r, &before);
    refuse_for_now(0);
    xk_requester_read_counters(h.r, &after);
    assert_int_equal(after.failed_over, before.failed_over);
    assert_int_equal(h.kit.send_count, 2);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    host_end(&h);
}

static void a_referral_is_followed_only_if_the_policy_says_so_and_once(void **state)
{
    (void)state;
    for (unsigned int follows = 0; follows < 2; follows++) {
        host_init(&h);
        h.config.follow_referral = follows;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 1);
        refer_to(0, "kms2.example.com");
        if (follows) {
            assert_int_equal(h.kit.outcome_count, 0);
            assert_int_equal(h.kit.send_count, 2);
            refer_to(1, "kms3.example.com");
        }
        assert_int_equal(h.kit.send_count, 1 + follows);
        assert_int_equal(h.kit.events[XK_EVENT_REFERRED], follows);
        assert_int_equal(h.kit.outcome_count, 1);
        assert_int_equal(h.kit.outcomes[0].failure, XK_FAILURE_OTHER_KMS);
        host_end(&h);
    }
}

/* A name that begins as one that is known is another name. */
static void a_referral_names_a_whole_name(void **state)
{
    (void)state;
    static const char *const names[] = {"kms2", "kms2.example.com.net"};
    for (size_t i = 0; i < 2; i++) {
        host_init(&h);
        h.config.follow_referral = true;
        host_start(&h);
        (void)host_must_submit(&h, "LI-A", 1);
        refer_to(0, names[i]);
        assert_int_equal(h.kit.send_count, 1);
        assert_int_equal(h.kit.outcome_count, 1);
        host_end(&h);
    }
}

/* The first KMS refers to the third while the request is in its back-off: the third is asked at once. */
static void a_referral_ends_a_back_off(void **state)
{
    (void)state;
    host_init(&h);
    h.config.follow_referral = true;
    h.config.backoff_base = 5000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    refuse_for_now(0);
    assert_int_equal(host_tick(&h, h.now + 2000), XK_OK);
    assert_int_equal(h.kit.send_count, 1);
    refer_to(0, "kms3.example.com");
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.sent_to[1], h.kms[2]);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 2, wire, size), XK_OK);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_back_off_doubles_up_to_its_bound),
        cmocka_unit_test(an_attempt_lasts_as_long_as_is_set_or_its_share),
        cmocka_unit_test(a_back_off_is_spread_over_its_second_half),
        cmocka_unit_test(a_last_attempt_that_fails_leaves_time_for_the_first_ones_answer),
        cmocka_unit_test(the_last_attempts_refusal_decides),
        cmocka_unit_test(who_was_given_up_already_cannot_be_given_up_again),
        cmocka_unit_test(a_referral_is_followed_only_if_the_policy_says_so_and_once),
        cmocka_unit_test(a_referral_names_a_whole_name),
        cmocka_unit_test(a_referral_ends_a_back_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
