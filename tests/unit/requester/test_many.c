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
        char liid[16];
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
        char liid[16];
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
        cmocka_unit_test(no_cost_grows_with_the_number_of_sharers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
