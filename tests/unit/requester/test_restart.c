/* SPDX-License-Identifier: BSD-2-Clause */
/* What a snapshot holds of requests in rare states, and records that say little, too much or an impossible time. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

static struct host h;
static struct host heir;
static uint8_t wire[512];
static uint8_t store[16384];
static size_t store_size;

static uint64_t submit(const char *liid)
{
    uint64_t handle = 0;
    assert_int_equal(host_submit(&h, liid, 1, &handle), XK_OK);
    return handle;
}

static void take_snapshot(void)
{
    assert_int_equal(xk_requester_snapshot(h.r, h.now, store, sizeof store, &store_size), XK_OK);
}

/* A fresh engine of the same kind, which takes the store. */
static void restart(uint64_t elapsed, uint32_t wanted)
{
    uint32_t restored = 77;
    host_init(&heir);
    heir.config = h.config;
    heir.config.epoch++;
    host_start(&heir);
    assert_int_equal(xk_requester_restore(heir.r, heir.now, store, store_size, elapsed, &restored), XK_OK);
    assert_int_equal(restored, wanted);
    assert_null(engine_check(heir.r));
}

/* One of two has ended when a referral comes, and is owed still: only the other follows, and both come back. */
static void who_followed_a_referral_alone_comes_back_with_the_other(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    h.config.follow_referral = true;
    host_start(&h);
    h.timeout = 1000;
    (void)submit("LI-A");
    h.timeout = 0;
    (void)submit("LI-B");
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    take_snapshot();
    restart(0, 2);
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_string_equal(heir.kit.outcomes[0].liid, "LI-A");
    assert_int_equal(heir.kit.sent_to[0], heir.kms[2]);
    size = host_answer_keys(&heir, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&heir, 2, wire, size), XK_OK);
    assert_string_equal(heir.kit.outcomes[1].liid, "LI-B");
    assert_int_equal(heir.kit.outcomes[1].kind, XK_OUTCOME_KEYS);
    host_end(&heir);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_followed_a_referral_alone_comes_back_with_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
