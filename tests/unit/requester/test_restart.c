/* SPDX-License-Identifier: BSD-2-Clause */
/* What a snapshot holds of requests in rare states, and records that say little, too much or an impossible time. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "requester/engine.h"
#include "support/engine_check.h"

static struct host h;
static struct host heir;
static uint8_t wire[512];
static uint8_t store[16384];
static size_t store_size;

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
    assert_int_equal(xk_requester_restore(heir.r, heir.now, store, store_size, elapsed, &restored, NULL), XK_OK);
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
    (void)host_must_submit(&h, "LI-A", 1);
    h.timeout = 0;
    (void)host_must_submit(&h, "LI-B", 1);
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

/* Where a snapshot is refused: before the first record that is not whole, or behind the last if its end is missing. */
static void what_is_cut_off_a_snapshot_is_refused_where_it_stops(void **state)
{
    (void)state;
    size_t ends[4] = {0};
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    take_snapshot();
    for (size_t i = 0, at = 0; i < 4; i++, at = ends[i - 1]) { /* a frame: 25 octets, a body, 8 octets */
        ends[i] = at + 25 + ((size_t)store[at + 23] << 8 | store[at + 24]) + 8;
    }
    assert_int_equal(ends[3], store_size);
    host_init(&heir);
    host_start(&heir);
    for (size_t i = 0; i < 4; i++) {
        const size_t begin = i == 0 ? 0 : ends[i - 1];
        const size_t cuts[3][2] = {{begin + 1, begin}, {ends[i] - 1, begin}, {ends[i], ends[i]}};
        for (size_t k = 0; k < 3 && cuts[k][0] < store_size; k++) {
            struct xk_diag diag = {XK_OK, 77777, ""};
            uint32_t restored = 77;
            assert_int_equal(xk_requester_restore(heir.r, heir.now, store, cuts[k][0], 0, &restored, &diag),
                             XK_E_SNAPSHOT);
            assert_int_equal(diag.status, XK_E_SNAPSHOT);
            assert_int_equal(diag.offset, cuts[k][1]);
            assert_string_equal(diag.field, "record");
            assert_int_equal(restored, 77);
        }
    }
    assert_int_equal(xk_requester_restore(heir.r, heir.now, store, store_size, 0, NULL, NULL), XK_OK);
    assert_int_equal(host_usage(&heir).pending, 2);
    host_end(&heir);
    host_end(&h);
}

static size_t known_ids(const struct xk_requester *r)
{
    size_t count = 0;
    for (uint32_t i = 0; i < r->ids.size; i++) {
        count += r->ids.cells[i] != 0;
    }
    return count;
}

/* Only while it restores does an engine know by their outcomes those that share a transaction, in whatever place. */
static void after_a_restore_only_transactions_are_known(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    host_keep_journal(&h);
    host_start(&h);
    h.identity = "sip:alice@example.com";
    const uint64_t first = host_must_submit(&h, "LI-A", 1);
    h.identity = NULL;
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    (void)host_must_submit(&h, "LI-C", 1); /* in the place of the first */
    (void)host_must_submit(&h, "LI-D", 1);
    host_init(&heir);
    heir.config.share_queries = true;
    host_start(&heir);
    assert_true(host_restore(&heir, &h));
    assert_int_equal(host_usage(&heir).pending, 3);
    assert_int_equal(known_ids(heir.r), 1);
    assert_int_equal(host_tick(&heir, 20000), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 3);
    assert_int_equal(known_ids(heir.r), 0);
    host_end(&heir);
    host_end(&h);
}

/* A supplement and a request in its grace time have kept their promise: a restart forgets them, and nothing else. */
static void what_is_settled_is_not_kept(void **state)
{
    (void)state;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    host_start(&h);
    h.timeout = 1000;
    (void)host_must_submit(&h, "LI-GRACE", 1);
    (void)host_must_submit(&h, "LI-LATE", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.timeout = 0;
    (void)host_must_submit(&h, "LI-PENDS", 1);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    assert_int_equal(h.kit.outcomes[2].kind, XK_OUTCOME_SUPPLEMENT);
    take_snapshot();
    restart(0, 1);
    assert_int_equal(host_tick(&heir, heir.now + 20000), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_string_equal(heir.kit.outcomes[0].liid, "LI-PENDS");
    host_end(&heir);
    host_end(&h);
}

/* A snapshot after the deadline, before the tick that would have noticed. */
static void what_was_overdue_is_due_at_once(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.now = 50000;
    take_snapshot();
    restart(0, 1);
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    assert_int_equal(heir.kit.outcomes[0].cause, XK_CAUSE_TIMER_EXPIRED);
    host_end(&heir);
    host_end(&h);
}

static void an_empty_store_restores_nothing(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    uint32_t restored = 77;
    assert_int_equal(xk_requester_restore(h.r, h.now, NULL, 0, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 0);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(xk_requester_restore(h.r, h.now, NULL, 0, 0, &restored, NULL), XK_E_ALREADY);
    host_end(&h);
}

/* However long it is said to have been, time does not wrap: all that pended is due, and a second restart agrees. */
static void an_absence_without_end_does_not_wrap(void **state)
{
    (void)state;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.now += 500;
    (void)host_must_submit(&h, "LI-B", 1);
    memcpy(store, h.journal, h.kit.journal_size);
    store_size = h.kit.journal_size;
    restart(UINT64_MAX, 2);
    heir.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(host_usage(&heir).owed, 2);
    assert_int_equal(xk_requester_snapshot(heir.r, heir.now, store, sizeof store, &store_size), XK_OK);
    host_end(&heir);
    restart(UINT64_MAX, 2);
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 2);
    assert_int_equal(heir.kit.outcomes[0].decided_ms, 0);
    host_end(&heir);
    host_end(&h);
}

/* One is decided when it turns out that there is no room for the next: it is taken back too, its data wiped. */
static void a_decision_is_taken_back_with_the_rest(void **state)
{
    (void)state;
    uint32_t restored = 77;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    h.now = 11000;
    size_t first = h.kit.journal_size;
    (void)host_must_submit(&h, "LI-B", 1);
    host_init(&heir);
    heir.config.max_pending = 1;
    heir.config.epoch = 2;
    host_start(&heir);
    assert_int_equal(xk_requester_restore(heir.r, heir.now, h.journal, h.kit.journal_size, 0, &restored, NULL),
                     XK_E_FULL);
    assert_int_equal(restored, 77);
    assert_int_equal(host_usage(&heir).free, 1);
    assert_int_equal(host_usage(&heir).owed, 0);
    assert_null(engine_check(heir.r));
    assert_int_equal(host_tick(&heir, heir.now + 20000), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 0);
    assert_int_equal(xk_requester_restore(heir.r, heir.now, h.journal, first, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 1);
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.outcome_count, 1);
    host_end(&heir);
    host_end(&h);
}

static unsigned int told;
static unsigned int audited;

/* Itself it may not; another LIID, which comes later, it may: and what is submitted in its place has not come back. */
static void withdraw_what_comes_later(const struct xk_observation *seen, void *user)
{
    (void)user;
    uint32_t purged = 0;
    if (seen->event != XK_EVENT_RESTORED) {
        return;
    }
    assert_int_equal(xk_requester_cancel(heir.r, heir.now, seen->request), XK_E_ALREADY);
    if (told++ == 0) {
        assert_int_equal(xk_requester_purge(heir.r, heir.now, xk_text("LI-B"), NULL, &purged), XK_OK);
        assert_int_equal(purged, 1);
        (void)host_must_submit(&heir, "LI-C", 1);
    }
}

/* Not what the first engine has drawn: its ids are remembered. */
static bool draw_otherwise(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 0x5a, size);
    return true;
}

static void count_audit(const struct xk_audit *line, void *user)
{
    (void)user;
    audited += line->event == XK_EVENT_RESTORED;
}

static void the_observer_of_a_restore_may_withdraw(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    uint32_t restored = 77;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    take_snapshot();
    host_init(&heir);
    heir.config.epoch = 2;
    xk_test_host_callbacks(&heir.kit, &callbacks);
    callbacks.random = draw_otherwise;
    callbacks.observe = withdraw_what_comes_later;
    callbacks.audit = count_audit;
    told = 0;
    audited = 0;
    host_start_with(&heir, &callbacks);
    assert_int_equal(xk_requester_restore(heir.r, heir.now, store, store_size, 0, &restored, NULL), XK_OK);
    assert_int_equal(restored, 2);
    assert_int_equal(told, 1);
    assert_int_equal(audited, 1);
    assert_int_equal(host_usage(&heir).pending, 2);
    assert_null(engine_check(heir.r));
    assert_int_equal(heir.kit.send_count, 0);
    assert_true(xk_requester_next_deadline(heir.r) == heir.now);
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.send_count, 2);
    host_end(&heir);
    host_end(&h);
}

static void journal_one(void)
{
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 2);
}

static uint64_t told_handles[4];
static size_t told_count;

static void note_restored(const struct xk_observation *seen, void *user)
{
    (void)user;
    if (seen->event == XK_EVENT_RESTORED) {
        told_handles[told_count++] = seen->request;
    }
}

static void follow_restored(const struct xk_audit *line, void *user)
{
    (void)user;
    if (line->event == XK_EVENT_RESTORED) {
        assert_int_equal(line->request, told_handles[told_count - 1]);
    }
}

static void every_request_that_came_back_is_told_with_its_handle(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    uint64_t handle;
    journal_one();
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    memcpy(store, h.journal, h.kit.journal_size);
    store_size = h.kit.journal_size;
    told_count = 0;
    host_init(&heir);
    xk_test_host_callbacks(&heir.kit, &callbacks);
    callbacks.observe = note_restored;
    callbacks.audit = follow_restored;
    host_start_with(&heir, &callbacks);
    assert_int_equal(xk_requester_restore(heir.r, 7, store, store_size, 0, NULL, NULL), XK_OK);
    assert_int_equal(told_count, 2);
    assert_int_equal(xk_requester_cancel(heir.r, 7, told_handles[0]), XK_OK);
    assert_int_equal(xk_requester_cancel(heir.r, 7, told_handles[1]), XK_OK);
    host_end(&heir);
    host_end(&h);
}

static void a_fenced_engine_gives_no_snapshot(void **state)
{
    (void)state;
    size_t size = 77;
    journal_one();
    h.kit.journal_reply = XK_JOURNAL_FENCED;
    (void)host_tick(&h, h.now + 20000);
    assert_int_equal(xk_requester_snapshot(h.r, h.now, store, sizeof store, &size), XK_E_FENCED);
    assert_int_equal(size, 77);
    host_end(&h);
}

static void a_snapshot_that_does_not_fit_leaves_nothing_in_its_place(void **state)
{
    (void)state;
    static uint8_t out[4096];
    size_t needed = 0;
    size_t size = 0;
    journal_one();
    assert_int_equal(xk_requester_snapshot(h.r, h.now, NULL, 0, &needed), XK_E_SPACE);
    for (size_t capacity = 1; capacity < needed; capacity += 7) {
        memset(out, 0x77, sizeof out);
        assert_int_equal(xk_requester_snapshot(h.r, h.now, out, capacity, &size), XK_E_SPACE);
        assert_int_equal(size, needed);
        for (size_t i = 0; i < capacity; i++) {
            assert_int_equal(out[i], 0);
        }
        assert_int_equal(out[capacity], 0x77);
    }
    assert_int_equal(xk_requester_snapshot(h.r, h.now, out, needed, &size), XK_OK);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_restore_only_transactions_are_known),
        cmocka_unit_test(what_is_cut_off_a_snapshot_is_refused_where_it_stops),
        cmocka_unit_test(who_followed_a_referral_alone_comes_back_with_the_other),
        cmocka_unit_test(what_is_settled_is_not_kept),
        cmocka_unit_test(what_was_overdue_is_due_at_once),
        cmocka_unit_test(an_empty_store_restores_nothing),
        cmocka_unit_test(an_absence_without_end_does_not_wrap),
        cmocka_unit_test(a_decision_is_taken_back_with_the_rest),
        cmocka_unit_test(the_observer_of_a_restore_may_withdraw),
        cmocka_unit_test(every_request_that_came_back_is_told_with_its_handle),
        cmocka_unit_test(a_fenced_engine_gives_no_snapshot),
        cmocka_unit_test(a_snapshot_that_does_not_fit_leaves_nothing_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
