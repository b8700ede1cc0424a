/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that are decided and were not taken: who is asked for their octets again, and who may go before them. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

static struct host h;
static struct host heir;
static uint8_t wire[512];

static void start(struct host *host)
{
    host_init(host);
    host->config.attempt_timeout = 1000;
    host->config.reoffer_interval = 100;
    host_keep_journal(host);
}

static enum xk_status give_keys(struct host *host, size_t kms, uint8_t octet)
{
    host_at(host, kms);
    size_t size = host_answer_keys(host, wire, sizeof wire, 1, octet);
    return host_receive(host, kms, wire, size);
}

/* KMS 1 is slow and KMS 2 silent: KMS 1 answers after the fail-over, and the host cannot take it. The octets that come
 * next are those of the KMS that answered, not of the one asked last. */
static void the_kms_that_answered_is_asked_first(void **state)
{
    (void)state;
    start(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 3);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.sent.kms, h.kms[1]);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(xk_requester_next_deadline(h.r), 2100);
    assert_int_equal(host_tick(&h, 2099), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, 2100), XK_OK);
    assert_int_equal(h.kit.send_count, 3);
    assert_int_equal(h.sent.kms, h.kms[0]);
    assert_int_equal(give_keys(&h, 0, 7), XK_OK);
    assert_int_equal(host_usage(&h).owed, 0);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

/* All of the list, the one that answered first, one at a time, and then again from the beginning. */
static void the_others_follow_in_the_order_of_the_list(void **state)
{
    (void)state;
    static const size_t order[] = {1, 0, 2};
    start(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 3);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 1, 7), XK_E_BLOCKED);
    for (size_t i = 0; i < 600; i++) {
        const size_t before = h.kit.send_count;
        while (h.kit.send_count == before) {
            (void)host_tick_when_due(&h);
        }
        assert_int_equal(h.kit.send_count, before + 1);
        assert_int_equal(h.sent.kms, h.kms[order[i % 3]]);
        assert_null(engine_check(h.r));
    }
    host_end(&h);
}

/* The waits double up to 16 intervals, and the upper half of each is random. */
static void the_intervals_double_up_to_sixteen(void **state)
{
    (void)state;
    static const uint64_t most[] = {1, 1, 2, 4, 8, 16, 16, 16, 16};
    unsigned int shorter = 0;
    start(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    uint64_t last = h.now;
    for (size_t i = 0; i < sizeof most / sizeof most[0]; i++) {
        const size_t before = h.kit.send_count;
        while (h.kit.send_count == before) {
            assert_int_equal(host_tick(&h, h.now + 100), XK_OK);
        }
        assert_in_range(h.now - last, (most[i] + 1) / 2 * 100, most[i] * 100);
        shorter += h.now - last < most[i] * 100;
        last = h.now;
        assert_int_equal(host_seen(&h, XK_EVENT_SENT)->attempt, i + 2);
        assert_int_equal(host_event(&h, XK_EVENT_SENT), i + 2);
    }
    assert_true(shorter > 0);
    for (unsigned int i = 0; i < 300; i++) { /* and so on for ever */
        const size_t before = h.kit.send_count;
        while (h.kit.send_count == before) {
            assert_int_equal(host_tick(&h, h.now + 100), XK_OK);
        }
        assert_in_range(h.now - last, 800, 1600);
        last = h.now;
    }
    host_end(&h);
}

/* Without a place at its KMS it waits for the next interval, and for no longer. A transport that refuses gives the
 * place back. */
static void without_a_place_the_next_interval_is_waited_for(void **state)
{
    (void)state;
    start(&h);
    h.config.kms_window = 1;
    h.config.attempt_timeout = 100000;
    h.config.timeout = 100000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    const uint64_t other = host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 2);
    for (unsigned int i = 1; i < 4; i++) {
        assert_int_equal(host_tick(&h, 1000 + 100 * i), XK_OK);
        assert_int_equal(h.kit.send_count, 2);
    }
    assert_int_equal(xk_requester_cancel(h.r, h.now, other), XK_OK);
    h.down = 1;
    assert_int_equal(host_tick(&h, 1400), XK_OK);
    assert_int_equal(h.kit.send_count, 3);
    assert_int_equal(host_event(&h, XK_EVENT_SEND_FAILED), 1);
    assert_int_equal(host_seen(&h, XK_EVENT_SEND_FAILED)->attempt, 2);
    assert_null(engine_check(h.r));
    h.down = 0;
    assert_int_equal(host_tick(&h, 1500), XK_OK);
    assert_int_equal(h.kit.send_count, 4);
    host_end(&h);
}

static void restart(void)
{
    start(&heir);
    heir.now = 5000;
    heir.kms_count = 0;
    heir.config.follow_referral = true;
    host_start(&heir);
    assert_true(host_restore(&heir, &h));
    for (uint32_t i = 0; i < 3; i++) {
        heir.kms[i] = i;
    }
    assert_int_equal(host_usage(&heir).owed, 1);
}

/* The KMS that answered is told by the journal, by name: the first in the list of the heir is another one. */
static void after_a_restart_the_kms_that_answered_is_asked_first(void **state)
{
    (void)state;
    start(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(give_keys(&h, 1, 7), XK_OK);
    restart();
    assert_int_equal(host_tick(&heir, 5000), XK_OK);
    assert_int_equal(heir.kit.send_count, 1);
    assert_int_equal(heir.sent.kms, 1);
    assert_int_equal(give_keys(&heir, 1, 7), XK_OK);
    assert_int_equal(host_usage(&heir).owed, 0);
    assert_memory_equal(&heir.kit.outcomes[0].id, &h.kit.outcomes[0].id, sizeof h.kit.outcomes[0].id);
    host_end(&heir);
    host_end(&h);
}

/* So is a KMS that joined the list by a referral. */
static void after_a_restart_the_kms_of_a_referral_is_asked_first(void **state)
{
    (void)state;
    start(&h);
    h.config.follow_referral = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.sent.kms, h.kms[2]);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 2, 7), XK_E_BLOCKED);
    restart();
    for (size_t i = 0; i < 3; i++) { /* the referred one, then KMS 1 and 2 of the list */
        static const char *const names[] = {"kms3.example.com", "kms1.example.com", "kms2.example.com"};
        uint32_t named = 99;
        const size_t before = heir.kit.send_count;
        while (heir.kit.send_count == before) {
            (void)host_tick_when_due(&heir);
        }
        assert_int_equal(xk_requester_add_kms(heir.r, xk_text(names[i]), &named, NULL), XK_OK);
        assert_int_equal(heir.sent.kms, named);
    }
    assert_int_equal(give_keys(&heir, 2, 7), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    host_end(&heir);
    host_end(&h);
}

/* It was followed, but it is another one that has answered: that one is asked first, and the referred one after it. */
static void after_a_restart_a_referral_that_did_not_answer_is_still_followed(void **state)
{
    (void)state;
    start(&h);
    h.config.follow_referral = true;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.sent.kms, h.kms[2]);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    restart();
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"kms1.example.com", "kms3.example.com", "kms1.example.com"};
        uint32_t named = 99;
        const size_t before = heir.kit.send_count;
        while (heir.kit.send_count == before) {
            (void)host_tick_when_due(&heir);
        }
        assert_int_equal(xk_requester_add_kms(heir.r, xk_text(names[i]), &named, NULL), XK_OK);
        assert_int_equal(heir.sent.kms, named);
    }
    host_end(&heir);
    host_end(&h);
}

/* Octets that nobody brings hold up later outcomes of their LIID for the bound and no longer; the keys stay decided. */
static void keys_without_octets_are_passed_after_the_bound(void **state)
{
    (void)state;
    start(&h);
    h.config.passing_bound = 1000;
    h.config.timeout = 500;
    host_start(&h);
    const uint64_t first = host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    const uint64_t second = host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 1500), XK_OK); /* its failure is decided, behind the keys */
    assert_int_equal(host_counters(&h).decided_failure, 1);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_true(xk_requester_next_deadline(h.r) <= 2000);
    assert_int_equal(host_tick(&h, 1999), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_event(&h, XK_EVENT_PASSED), 0);
    assert_int_equal(xk_requester_next_deadline(h.r), 2000);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(h.kit.outcomes[1].request == second);
    assert_int_equal(host_event(&h, XK_EVENT_PASSED), 1);
    assert_true(host_seen(&h, XK_EVENT_PASSED)->request == first);
    assert_int_equal(host_seen(&h, XK_EVENT_PASSED)->kind, XK_OUTCOME_KEYS);
    /* They never become a failure, and are taken when they come. */
    assert_int_equal(host_tick(&h, 86400000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(give_keys(&h, 0, 7), XK_OK);
    assert_int_equal(h.kit.outcomes[2].kind, XK_OUTCOME_KEYS);
    assert_true(h.kit.outcomes[2].request == first);
    host_end(&h);
}

static uint64_t passed;
static uint64_t other_handle;
static bool cancelled;

static void cancel_the_passed(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    if (outcome->request == other_handle && !cancelled) {
        cancelled = true;
        assert_int_equal(xk_requester_cancel(h.r, h.now, passed), XK_OK);
    }
}

/* In the midst of a pass the first of its LIID is withdrawn, by the callback of one that has passed it. */
static void passed_keys_may_be_withdrawn_meanwhile(void **state)
{
    (void)state;
    start(&h);
    h.config.passing_bound = 0;
    host_start(&h);
    passed = host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    other_handle = host_must_submit(&h, "LI-A", 1);
    size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    (void)host_must_submit(&h, "LI-C", 1);
    size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    cancelled = false;
    h.kit.inside_outcome = cancel_the_passed;
    for (unsigned int i = 0; i < 4; i++) {
        assert_int_equal(host_tick(&h, h.now + 100), XK_OK);
        assert_null(engine_check(h.r));
    }
    assert_true(cancelled);
    assert_int_equal(host_usage(&h).owed, 3);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_tick(&h, h.now + 100), XK_OK);
    assert_int_equal(host_usage(&h).owed, 0);
    assert_null(engine_check(h.r));
    host_end(&h);
}

static enum xk_status withdrawn;

static void withdraw_who_passes(struct host *host, enum host_place place)
{
    if (place == IN_OBSERVE && host->seen[(host->seen_count - 1) % HOST_LOG].event == XK_EVENT_PASSED) {
        withdrawn = xk_requester_cancel(host->r, host->now, other_handle);
    }
}

/* Whoever is told that keys are passed cannot withdraw the failure that is passing them: it is being handed over. */
static void a_failure_that_passes_is_being_handed_over(void **state)
{
    (void)state;
    start(&h);
    h.config.passing_bound = 1000;
    h.config.reoffer_interval = 86400000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    h.now = 2500;
    other_handle = host_must_submit(&h, "LI-A", 1);
    h.inside = withdraw_who_passes;
    withdrawn = XK_OK;
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(host_event(&h, XK_EVENT_PASSED), 1);
    assert_int_equal(withdrawn, XK_E_ALREADY);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(h.kit.outcomes[1].request == other_handle);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* A referral takes a spent request, which a KMS may still answer, back to asking: the group counts it so. */
static void a_referral_of_one_that_is_spent_is_counted(void **state)
{
    (void)state;
    start(&h);
    h.config.share_queries = true;
    h.config.follow_referral = true;
    h.config.max_attempts = 1;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(host_tick(&h, 2000), XK_OK); /* the first is spent, the second asks */
    assert_int_equal(host_tick(&h, 3000), XK_OK); /* both are */
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_null(engine_check(h.r));
    assert_int_equal(h.sent.kms, h.kms[2]);
    assert_int_equal(give_keys(&h, 2, 7), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    host_end(&h);
}

/* What the host refuses keeps its order for ever: a failure is no absence of octets. */
static void what_the_host_refuses_is_never_passed(void **state)
{
    (void)state;
    start(&h);
    h.config.passing_bound = 0;
    host_start(&h);
    const uint64_t first = host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    (void)host_must_submit(&h, "LI-A", 1);
    size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    for (unsigned int i = 0; i < 20; i++) {
        (void)host_tick_when_due(&h);
        assert_true(h.kit.outcomes[h.kit.outcome_count - 1].request == first);
    }
    assert_int_equal(host_event(&h, XK_EVENT_PASSED), 0);
    host_end(&h);
}

/* Keys that the host refuses again have their octets here: the bound begins anew. */
static void a_refusal_begins_the_bound_anew(void **state)
{
    (void)state;
    start(&h);
    h.config.passing_bound = 1000;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);
    (void)host_must_submit(&h, "LI-A", 1);
    h.now = 1900;
    host_at(&h, 0);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK); /* the other one's failure waits behind the keys */
    assert_int_equal(host_tick(&h, 1900), XK_OK);             /* asks for the octets */
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(give_keys(&h, 0, 7), XK_E_BLOCKED);      /* 900 after the first refusal */
    assert_int_equal(h.kit.outcome_count, 2);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_tick(&h, 2899), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_tick(&h, 2900), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_int_equal(h.kit.outcomes[2].kind, XK_OUTCOME_FAILURE);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kms_that_answered_is_asked_first),
        cmocka_unit_test(the_others_follow_in_the_order_of_the_list),
        cmocka_unit_test(the_intervals_double_up_to_sixteen),
        cmocka_unit_test(without_a_place_the_next_interval_is_waited_for),
        cmocka_unit_test(after_a_restart_the_kms_that_answered_is_asked_first),
        cmocka_unit_test(after_a_restart_the_kms_of_a_referral_is_asked_first),
        cmocka_unit_test(after_a_restart_a_referral_that_did_not_answer_is_still_followed),
        cmocka_unit_test(keys_without_octets_are_passed_after_the_bound),
        cmocka_unit_test(passed_keys_may_be_withdrawn_meanwhile),
        cmocka_unit_test(a_failure_that_passes_is_being_handed_over),
        cmocka_unit_test(a_referral_of_one_that_is_spent_is_counted),
        cmocka_unit_test(what_the_host_refuses_is_never_passed),
        cmocka_unit_test(a_refusal_begins_the_bound_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
