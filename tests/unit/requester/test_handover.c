/* SPDX-License-Identifier: BSD-2-Clause */
/* Handing over: refused, held, re-entered, journalled, restored; always one outcome under one id. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct host h;
static struct host heir;
static uint8_t wire[512];

static bool same_id(size_t a, size_t b)
{
    return memcmp(&h.kit.outcomes[a].id, &h.kit.outcomes[b].id, sizeof h.kit.outcomes[a].id) == 0;
}

static void a_refused_failure_is_offered_again_under_its_id(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_tick(&h, 12000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(xk_requester_resume(h.r, 12001, 0, NULL), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_true(same_id(0, 1) && same_id(1, 2));
    assert_int_equal(host_tick(&h, 90000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    host_end(&h);
}

static void refused_keys_block_and_the_timer_stands_still(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 0x5a);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    assert_int_not_equal(wire[0], 0); /* not wiped: it must come again */
    assert_int_equal(host_tick(&h, 500000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1); /* no failure instead */
    assert_int_equal(h.kit.send_count, 2);    /* asked again, in case the octets are lost */
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(same_id(0, 1));
    assert_int_equal(h.kit.outcomes[1].sessions[0].key[0], 0x5a);
    host_end(&h);
}

static void other_keys_cannot_take_the_place_of_blocked_ones(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    size = host_answer_keys(&h, wire, sizeof wire, 1, 2);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_CONFLICT);
    assert_int_equal(h.kit.outcome_count, 1);
    host_end(&h);
}

static void order_holds_within_a_liid_and_not_across(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    h.kit.outcome_count = 0;
    h.config.reoffer_interval = 1000;
    assert_int_equal(host_tick(&h, 11500), XK_OK);
    assert_int_equal(host_tick(&h, 21000), XK_OK);
    /* LI-B was offered; the second of LI-A waits behind the first */
    size_t offered_b = 0;
    for (size_t i = 0; i < h.kit.outcome_count; i++) {
        offered_b += strcmp(h.kit.outcomes[i].liid, "LI-B") == 0;
    }
    assert_true(offered_b >= 1);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    h.kit.outcome_count = 0;
    assert_int_equal(xk_requester_resume(h.r, 21001, 0, NULL), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    uint64_t a[2];
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(h.kit.outcomes[i].liid, "LI-A") == 0) {
            a[n++] = h.kit.outcomes[i].decided_ms;
        }
    }
    assert_int_equal(n, 2);
    assert_true(a[0] < a[1]);
    host_end(&h);
}

static void a_held_outcome_ends_with_its_acknowledgement(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    struct xk_outcome_id id = h.kit.outcomes[0].id;
    struct xk_outcome_id other = id;
    other.octets[0] ^= 1;
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, handle, &other), XK_E_UNKNOWN);
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, handle, &id), XK_OK);
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, handle, &id), XK_E_UNKNOWN);
    host_end(&h);
}

static uint64_t ending;
static enum xk_status seen_while_ending[2];

static void settle_what_ends(const struct xk_observation *seen, void *user)
{
    struct xk_outcome_id id = h.kit.outcomes[0].id;
    (void)user;
    if (seen->event == XK_EVENT_JOURNAL_FAILED) {
        seen_while_ending[0] = xk_requester_acknowledge(h.r, h.now, ending, &id);
        seen_while_ending[1] = xk_requester_release(h.r, h.now, ending, &id);
    }
}

/* The withdrawal may yet fail: a host told "unknown" would forget what it holds, and it would be owed for ever. */
static void a_hold_that_is_being_withdrawn_is_not_unknown(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    host_init(&h);
    host_keep_journal(&h);
    xk_test_host_callbacks(&h.kit, &callbacks);
    callbacks.observe = settle_what_ends;
    host_start_with(&h, &callbacks);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(host_submit(&h, "LI-A", 1, &ending), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(xk_requester_cancel(h.r, h.now, ending), XK_E_JOURNAL);
    assert_int_equal(seen_while_ending[0], XK_E_ALREADY);
    assert_int_equal(seen_while_ending[1], XK_E_ALREADY);
    struct xk_outcome_id id = h.kit.outcomes[0].id;
    h.kit.journal_reply = XK_JOURNAL_STORED;
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, ending, &id), XK_OK);
    host_end(&h);
}

static void a_released_hold_is_owed_again(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    h.now += 50;
    assert_int_equal(xk_requester_release(h.r, h.now, handle, &h.kit.outcomes[0].id), XK_OK);
    assert_int_equal(xk_requester_next_deadline(h.r), h.now);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.send_count, 2); /* the keys are gone, so they are asked for again */
    size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_true(same_id(0, 1));
    host_end(&h);
}

/* At once, though they had been refused before and waited for an interval. */
static void a_released_hold_waits_for_no_interval(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_REFUSED;
    const uint64_t handle = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(xk_requester_release(h.r, h.now, handle, &h.kit.outcomes[0].id), XK_OK);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

static enum xk_status inner[6];

static void call_everything(const struct xk_outcome *outcome, void *user)
{
    struct host *host = user;
    uint64_t handle;
    uint8_t octet = 0;
    host->kit.inside_outcome = NULL;
    inner[0] = xk_requester_receive(host->r, host->now, host->kms[0], &octet, 1, NULL);
    inner[1] = xk_requester_tick(host->r, host->now, 0, NULL);
    inner[2] = xk_requester_destroy(host->r);
    inner[3] = xk_requester_cancel(host->r, host->now, outcome->request);
    inner[4] = xk_requester_purge(host->r, host->now, outcome->warrant->liid, NULL, NULL);
    inner[5] = host_submit(host, "LI-Z", 1, &handle);
    assert_int_equal(host->kit.send_count, 1); /* sent when the outermost call ends */
}

static void every_call_from_inside_a_callback_is_safe(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    h.kit.inside_outcome = call_everything;
    h.kit.user = &h;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(inner[0], XK_E_BUSY);
    assert_int_equal(inner[1], XK_E_BUSY);
    assert_int_equal(inner[2], XK_E_BUSY);
    assert_int_equal(inner[3], XK_E_ALREADY);
    assert_int_equal(inner[4], XK_E_BUSY);
    assert_int_equal(inner[5], XK_OK);
    assert_int_equal(h.kit.send_count, 2);
    host_end(&h);
}

static void late_keys_become_a_supplement_by_option(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 3);
    h.now = 12000;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.outcomes[1].kind, XK_OUTCOME_SUPPLEMENT);
    assert_memory_equal(&h.kit.outcomes[1].supplements, &h.kit.outcomes[0].id, sizeof h.kit.outcomes[0].id);
    assert_false(same_id(0, 1));
    size = host_answer_keys(&h, wire, sizeof wire, 1, 3);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_DUPLICATE);
    host_end(&h);
}

static void a_journal_that_fails_decides_nothing_and_a_fence_is_final(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_JOURNAL);
    h.kit.journal_reply = XK_JOURNAL_STORED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    assert_int_equal(h.kit.outcome_count, 0);
    h.kit.journal_reply = XK_JOURNAL_FENCED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_FENCED);
    assert_int_equal(h.kit.outcome_count, 0);
    h.kit.journal_reply = XK_JOURNAL_STORED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_FENCED);
    assert_int_equal(host_tick(&h, 99999), XK_E_FENCED);
    host_end(&h);
}

static void start_heir(void)
{
    host_init(&heir);
    xk_test_random_init(&heir.kit.random, 99);
    heir.config.epoch = 2;
    heir.now = 7;
    host_start(&heir);
}

static void a_snapshot_brings_pending_requests_back_under_their_ids(void **state)
{
    (void)state;
    static uint8_t snapshot[8192];
    uint64_t handle;
    size_t size = 0;
    uint32_t restored = 0;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 2, &handle), XK_OK);
    assert_int_equal(xk_requester_snapshot(h.r, 4000, NULL, 0, &size), XK_E_SPACE);
    assert_int_equal(xk_requester_snapshot(h.r, 4000, snapshot, sizeof snapshot, &size), XK_OK);
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, snapshot, size, 2000, &restored, NULL), XK_OK);
    assert_int_equal(restored, 1);
    assert_int_equal(host_tick(&heir, 8), XK_OK);
    assert_int_equal(heir.kit.send_count, 1);
    assert_int_equal(heir.kit.sent_size, h.kit.sent_size);
    assert_memory_equal(heir.kit.sent, h.kit.sent, h.kit.sent_size);
    assert_int_equal(host_tick(&heir, 7 + 4999), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 0);
    assert_int_equal(host_tick(&heir, 7 + 5000), XK_OK); /* 7 s were left, 2 s have passed */
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_int_equal(heir.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
    host_end(&heir);
    host_end(&h);
}

static void a_journal_brings_decided_outcomes_back(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK); /* will end */
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 9);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    for (size_t i = 0; i + 16 <= h.kit.journal_size; i++) {
        uint8_t key[16];
        memset(key, 1, sizeof key);
        assert_memory_not_equal(h.journal + i, key, sizeof key);
    }
    start_heir();
    uint32_t restored;
    assert_int_equal(xk_requester_restore(heir.r, 7, h.journal, h.kit.journal_size, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 1);
    assert_int_equal(host_tick(&heir, 8), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 0);
    assert_int_equal(heir.kit.send_count, 1);
    uint8_t other[512];
    size_t other_size = host_answer_keys(&heir, other, sizeof other, 1, 2);
    assert_int_equal(host_receive(&heir, 0, other, other_size), XK_E_CONFLICT);
    assert_int_equal(host_receive(&heir, 0, wire, size), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_memory_equal(&heir.kit.outcomes[0].id, &h.kit.outcomes[1].id, sizeof h.kit.outcomes[1].id);
    host_end(&heir);
    host_end(&h);
}

static void damage_and_a_higher_epoch_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static uint8_t snapshot[8192];
    uint64_t handle;
    size_t size = 0;
    host_init(&h);
    h.config.epoch = 3;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(xk_requester_snapshot(h.r, 4000, snapshot, sizeof snapshot, &size), XK_OK);
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, 7, snapshot, size, 0, NULL, NULL), XK_E_FENCED);
    host_end(&heir);
    host_init(&heir);
    heir.config.epoch = 3;
    host_start(&heir);
    for (size_t cut = 1; cut < size; cut++) {
        assert_int_equal(xk_requester_restore(heir.r, 7, snapshot, cut, 0, NULL, NULL), XK_E_SNAPSHOT);
    }
    for (size_t at = 0; at < size; at++) {
        snapshot[at] ^= 0x10;
        enum xk_status status = xk_requester_restore(heir.r, 7, snapshot, size, 0, NULL, NULL);
        assert_true(status == XK_E_SNAPSHOT || status == XK_E_SNAPSHOT_VERSION);
        snapshot[at] ^= 0x10;
    }
    assert_int_equal(host_usage(&heir).free, 8);
    assert_int_equal(xk_requester_restore(heir.r, 7, snapshot, size, 0, NULL, NULL), XK_OK);
    assert_int_equal(xk_requester_restore(heir.r, 7, snapshot, size, 0, NULL, NULL), XK_E_ALREADY);
    host_end(&heir);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_failure_is_offered_again_under_its_id),
        cmocka_unit_test(refused_keys_block_and_the_timer_stands_still),
        cmocka_unit_test(other_keys_cannot_take_the_place_of_blocked_ones),
        cmocka_unit_test(order_holds_within_a_liid_and_not_across),
        cmocka_unit_test(a_held_outcome_ends_with_its_acknowledgement),
        cmocka_unit_test(a_hold_that_is_being_withdrawn_is_not_unknown),
        cmocka_unit_test(a_released_hold_waits_for_no_interval),
        cmocka_unit_test(a_released_hold_is_owed_again),
        cmocka_unit_test(every_call_from_inside_a_callback_is_safe),
        cmocka_unit_test(late_keys_become_a_supplement_by_option),
        cmocka_unit_test(a_journal_that_fails_decides_nothing_and_a_fence_is_final),
        cmocka_unit_test(a_snapshot_brings_pending_requests_back_under_their_ids),
        cmocka_unit_test(a_journal_brings_decided_outcomes_back),
        cmocka_unit_test(damage_and_a_higher_epoch_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
