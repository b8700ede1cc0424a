/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole scenarios: a requester, the fake KMS and a clock that only xk_test_run() moves. */
#include <xk_test/run.h>

#include "unit/requester/fixture.h"
#include "unit/testkit/sample.h"

#define STEPS 1000

static struct host h;
static struct xk_test_clock clock;
static struct xk_test_kms *kms;
static struct xk_test_subject subject;

static int start(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    xk_test_kms_config_init(&config);
    assert_int_equal(xk_test_kms_create(&config, NULL, &kms), XK_OK);
    host_init(&h);
    h.config.max_attempts = 1; /* one question, one rule of the script */
    clock.now_ms = h.now;
    h.kit.kms = kms;
    h.kit.clock = &clock;
    host_start(&h);
    subject = xk_test_subject_of(h.r);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    host_end(&h);
    return xk_test_kms_destroy(kms) == XK_OK ? 0 : 1;
}

static void submit(void)
{
    uint64_t handle;
    h.now = clock.now_ms;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
}

static void answer_after(uint32_t delay_ms)
{
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.delay_ms = delay_ms;
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
}

static enum xk_test_run_end run(uint64_t until)
{
    return xk_test_run(&clock, kms, &subject, until, STEPS, NULL);
}

static uint64_t answered(enum xk_status status)
{
    struct xk_test_kms_counters c;
    xk_test_kms_read_counters(kms, &c);
    return c.status[xk_status_index(status)];
}

static void keys_arrive_and_then_nothing_is_left(void **state)
{
    (void)state;
    size_t steps = 0;
    answer_after(250);
    submit();
    assert_int_equal(xk_test_run(&clock, kms, &subject, XK_NEVER, STEPS, &steps), XK_TEST_RUN_IDLE);
    assert_true(clock.now_ms == 1250);
    assert_in_range(steps, 1, 10);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    assert_true(h.kit.outcomes[0].decided_ms == 1250);
    assert_int_equal(xk_test_run(&clock, kms, &subject, 9999, STEPS, &steps), XK_TEST_RUN_IDLE);
    assert_int_equal(steps, 0);
    assert_true(clock.now_ms == 1250);
}

static void silence_ends_with_the_timer(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.action = XK_TEST_KMS_SILENT;
    assert_int_equal(xk_test_kms_otherwise(kms, &rule), XK_OK);
    submit();
    assert_int_equal(run(10999), XK_TEST_RUN_TIME);
    assert_true(clock.now_ms == 10999);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(run(11000), XK_TEST_RUN_IDLE); /* what is due at the limit still happens */
    assert_true(clock.now_ms == 11000);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
}

static void an_answer_at_the_last_millisecond_is_in_time(void **state)
{
    (void)state;
    answer_after(10000);
    submit();
    assert_int_equal(run(XK_NEVER), XK_TEST_RUN_IDLE);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    answer_after(10001);
    submit();
    assert_int_equal(run(XK_NEVER), XK_TEST_RUN_IDLE);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.outcomes[1].kind, XK_OUTCOME_FAILURE);
    assert_int_equal(answered(XK_E_LATE), 1);
}

static void a_limit_in_the_past_moves_nothing(void **state)
{
    (void)state;
    answer_after(5);
    submit();
    assert_int_equal(run(3), XK_TEST_RUN_TIME);
    assert_true(clock.now_ms == 1000);
}

static void a_host_that_refuses_for_ever_uses_up_the_steps(void **state)
{
    (void)state;
    size_t steps = 0;
    h.kit.reply = XK_OUTCOME_REFUSED;
    submit();
    assert_int_equal(xk_test_run(&clock, kms, &subject, XK_NEVER, 50, &steps), XK_TEST_RUN_STEPS);
    assert_int_equal(steps, 50);
    assert_true(h.kit.outcome_count > 1);
    assert_true(answered(XK_E_BLOCKED) > 1);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(run(XK_NEVER), XK_TEST_RUN_IDLE);
    struct xk_requester_usage usage;
    xk_requester_read_usage(h.r, &usage);
    assert_int_equal(usage.owed + usage.pending, 0);
}

static void time_alone_needs_no_kms(void **state)
{
    (void)state;
    h.kit.kms = NULL;
    submit();
    assert_int_equal(xk_test_run(&clock, NULL, &subject, XK_NEVER, STEPS, NULL), XK_TEST_RUN_IDLE);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
}

static enum xk_status refuse_to_tick(uint64_t now_ms, void *user)
{
    (void)now_ms;
    (void)user;
    return XK_E_FENCED;
}

static void a_subject_that_fails_stops_the_run(void **state)
{
    (void)state;
    struct xk_test_subject broken = subject;
    size_t steps = 0;
    submit();
    broken.tick = refuse_to_tick;
    assert_int_equal(xk_test_run(&clock, kms, &broken, XK_NEVER, STEPS, &steps), XK_TEST_RUN_STOPPED);
    assert_int_equal(steps, 1);
    broken.tick = NULL;
    assert_int_equal(xk_test_run(&clock, kms, &broken, XK_NEVER, STEPS, &steps), XK_TEST_RUN_STOPPED);
    assert_int_equal(steps, 0);
    broken = subject;
    broken.next_deadline = NULL;
    steps = 7;
    assert_int_equal(xk_test_run(&clock, kms, &broken, XK_NEVER, STEPS, &steps), XK_TEST_RUN_STOPPED);
    assert_int_equal(steps, 0);
    steps = 7;
    assert_int_equal(xk_test_run(&clock, kms, NULL, XK_NEVER, STEPS, &steps), XK_TEST_RUN_STOPPED);
    assert_int_equal(steps, 0);
    broken = subject;
    broken.receive = NULL;
    answer_after(1);
    submit();
    assert_int_equal(xk_test_run(&clock, kms, &broken, XK_NEVER, STEPS, NULL), XK_TEST_RUN_STOPPED);
    assert_int_equal(xk_test_run(NULL, kms, &subject, XK_NEVER, STEPS, NULL), XK_TEST_RUN_STOPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_arrive_and_then_nothing_is_left, start, stop),
        cmocka_unit_test_setup_teardown(silence_ends_with_the_timer, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_at_the_last_millisecond_is_in_time, start, stop),
        cmocka_unit_test_setup_teardown(a_limit_in_the_past_moves_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_host_that_refuses_for_ever_uses_up_the_steps, start, stop),
        cmocka_unit_test_setup_teardown(time_alone_needs_no_kms, start, stop),
        cmocka_unit_test_setup_teardown(a_subject_that_fails_stops_the_run, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
