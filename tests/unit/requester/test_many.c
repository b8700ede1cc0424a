/* SPDX-License-Identifier: BSD-2-Clause */
/* Many warrants on one exchange: each is served once, whatever the others' callbacks do, and none costs more for it. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "support/engine_check.h"

#define MANY 1000
#define MOST 16000

static struct host h;
static uint8_t wire[512];
static uint64_t handles[MOST];
static size_t served;

static void submit_all(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char liid[24];
        (void)snprintf(liid, sizeof liid, "LI-%zu", i);
        handles[i] = host_must_submit(&h, liid, 1);
    }
}

static void start(uint32_t room)
{
    host_init(&h);
    h.config.share_queries = true;
    h.config.max_pending = room;
    host_start(&h);
}

/* Three others of those that are odd, before and behind the one that is being served. */
static void cancel_three(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    unsigned int cancelled = 0;
    served++;
    for (size_t i = 1; i < MANY && cancelled < 3; i += 2) {
        if (handles[i] != 0 && handles[i] != outcome->request) {
            if (xk_requester_cancel(h.r, h.now, handles[i]) == XK_OK) {
                handles[i] = 0;
                cancelled++;
            }
        }
    }
}

static void a_thousand_are_served_or_withdrawn_once(void **state)
{
    (void)state;
    start(2048);
    submit_all(MANY);
    assert_int_equal(h.kit.send_count, 1);
    assert_int_equal(host_counters(&h).shared, MANY - 1);
    served = 0;
    h.kit.inside_outcome = cancel_three;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(served + host_counters(&h).cancelled, MANY);
    assert_true(host_counters(&h).cancelled > MANY / 4);
    assert_int_equal(host_counters(&h).acknowledged, served);
    assert_int_equal(host_usage(&h).free, 2048);
    assert_null(engine_check(h.r));
    host_end(&h);
}

static uint64_t victim;

static void cancel_the_other_asker(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    (void)user;
    h.kit.inside_outcome = NULL;
    assert_int_equal(xk_requester_cancel(h.r, h.now, victim), XK_OK);
}

/* While the answer to one exchange goes round, the asker of another one is withdrawn: who shared with it asks, before
 * the outermost call returns. */
static void who_shares_asks_when_the_asker_goes_in_the_midst_of_another_answer(void **state)
{
    (void)state;
    start(8);
    (void)host_must_submit(&h, "LI-X", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.identity = "sip:other@example.com";
    victim = host_must_submit(&h, "LI-A", 1);
    const uint64_t sharer = host_must_submit(&h, "LI-B", 1);
    assert_int_equal(h.kit.send_count, 2);
    h.kit.inside_outcome = cancel_the_other_asker;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.send_count, 3);
    assert_true(h.sent.request == sharer);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* An answer that decides nothing ends: those who come after it share again. */
static void after_an_answer_others_share_again(void **state)
{
    (void)state;
    start(8);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    (void)host_must_submit(&h, "LI-C", 1);
    assert_int_equal(host_counters(&h).shared, 2);
    assert_int_equal(h.kit.send_count, 1);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* More exchanges than there is room for at once, each refused to all that share it: nothing of them stays. */
static void what_was_shared_leaves_nothing_behind(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.max_pending = 4;
    h.config.max_attempts = 1;
    host_start(&h);
    for (unsigned int i = 0; i < 12; i++) {
        char identity[32];
        (void)snprintf(identity, sizeof identity, "sip:u%u@example.com", i);
        h.identity = identity;
        (void)host_must_submit(&h, "LI-A", 1);
        (void)host_must_submit(&h, "LI-B", 1);
        assert_int_equal(host_tick(&h, h.now + 3334), XK_OK);
        size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_UNAVAILABLE, NULL);
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(host_tick(&h, h.now + 10000), XK_OK);
        assert_int_equal(host_usage(&h).free, 4);
        assert_null(engine_check(h.r));
    }
    assert_true(host_counters(&h).decided_failure == 24);
    host_end(&h);
}

/* The transport has refused the second one; it waits for the first, and ends when that is withdrawn. */
static void who_was_given_up_ends_with_the_one_that_asks(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.max_refused = 1;
    h.config.attempt_timeout = 4000;
    host_start(&h);
    h.timeout = 100000;
    const uint64_t asker = host_must_submit(&h, "LI-A", 1);
    h.timeout = 2000; /* its patience is a second */
    (void)host_must_submit(&h, "LI-B", 1);
    h.down = 1;
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(host_tick(&h, 2001), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(xk_requester_cancel(h.r, h.now, asker), XK_OK);
    assert_int_equal(h.kit.outcome_count, 0);
    assert_int_equal(xk_requester_next_deadline(h.r), h.now);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(h.kit.outcomes[0].cause, XK_CAUSE_UNREACHABLE);
    host_end(&h);
}

/* The group remembers every KMS that one of it has asked, whatever its number: who asked is gone, who shared could not
 * send yet. */
static void whom_a_withdrawn_one_asked_may_answer_the_others(void **state)
{
    (void)state;
    for (uint32_t kms = 0; kms < 20; kms++) {
        struct xk_party party;
        struct xk_request request;
        uint64_t asker = 0;
        uint64_t sharer = 0;
        host_init(&h);
        h.config.share_queries = true;
        h.config.max_kms = 20;
        h.kms_count = 1;
        host_start(&h);
        for (uint32_t i = 1; i < 20; i++) {
            char name[32];
            uint32_t number = 0;
            (void)snprintf(name, sizeof name, "more%u.example.com", i);
            assert_int_equal(xk_requester_add_kms(h.r, xk_text(name), &number, NULL), XK_OK);
            assert_int_equal(number, i);
        }
        host_request(&h, "LI-A", 1, &party, &request);
        request.kms = &kms;
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &asker, NULL), XK_OK);
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &sharer, NULL), XK_OK);
        h.kit.send_fails = true;
        assert_int_equal(xk_requester_cancel(h.r, h.now, asker), XK_OK);
        assert_int_equal(h.kit.send_count, 2);
        size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
        assert_int_equal(xk_requester_receive(h.r, h.now, (kms + 1) % 20, wire, size, NULL), XK_E_PEER);
        size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
        assert_int_equal(xk_requester_receive(h.r, h.now, kms, wire, size, NULL), XK_OK);
        assert_true(h.kit.outcomes[0].request == sharer);
        host_end(&h);
    }
}

static uint64_t before_last;
static unsigned int rounds;

static void begin_anew(struct host *host, enum host_place place)
{
    if (place == IN_OBSERVE && rounds < 10000 &&
        host->seen[(host->seen_count - 1) % HOST_LOG].event == XK_EVENT_SEND_FAILED) {
        rounds++;
        const uint64_t own = host->seen[(host->seen_count - 1) % HOST_LOG].request;
        (void)xk_requester_cancel(host->r, host->now, before_last);
        before_last = own;
        (void)host_must_submit(host, "LI-A", 1);
    }
}

/* A host that gives the engine a new request in each callback about the last one: the call ends all the same, and
 * next_deadline is the present. */
static void one_call_does_no_endless_work(void **state)
{
    (void)state;
    host_init(&h);
    h.config.max_pending = 3;
    h.down = 1;
    host_start(&h);
    h.inside = begin_anew;
    rounds = 0;
    before_last = 0;
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(rounds, 64 + XK_ROUTES_MAX * 2 * 3);
    assert_int_equal(xk_requester_next_deadline(h.r), h.now);
    h.inside = NULL;
    host_end(&h);
}

static double now_ms(void)
{
    return (double)clock() * 1000 / CLOCKS_PER_SEC;
}

/* Submit and cancel with `held` on the exchange, of a thousand: milliseconds of the processor. */
static double cost(size_t held)
{
    start(MOST);
    submit_all(held - MANY);
    double begin = now_ms();
    for (size_t i = held - MANY; i < held; i++) {
        char liid[24];
        (void)snprintf(liid, sizeof liid, "LI-%zu", i);
        handles[i] = host_must_submit(&h, liid, 1);
    }
    for (size_t i = held - MANY; i < held; i++) {
        assert_int_equal(xk_requester_cancel(h.r, h.now, handles[i]), XK_OK);
    }
    double took = now_ms() - begin;
    host_end(&h);
    return took;
}

/* A look at each sharer would cost 30 times as much with 16,000 of them. The best of five, against a noisy machine. */
static void no_cost_grows_with_the_number_of_sharers(void **state)
{
    (void)state;
    double few = 1e9;
    double many = 1e9;
    for (unsigned int i = 0; i < 5; i++) {
        double took = cost(MANY + 500);
        few = took < few ? took : few;
        took = cost(MOST);
        many = took < many ? took : many;
    }
    assert_true(many < 8 * few + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_are_served_or_withdrawn_once),
        cmocka_unit_test(who_shares_asks_when_the_asker_goes_in_the_midst_of_another_answer),
        cmocka_unit_test(after_an_answer_others_share_again),
        cmocka_unit_test(what_was_shared_leaves_nothing_behind),
        cmocka_unit_test(who_was_given_up_ends_with_the_one_that_asks),
        cmocka_unit_test(whom_a_withdrawn_one_asked_may_answer_the_others),
        cmocka_unit_test(one_call_does_no_endless_work),
        cmocka_unit_test(no_cost_grows_with_the_number_of_sharers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
