/* SPDX-License-Identifier: BSD-2-Clause */
/* One outcome under one id, and none that is lost: whatever a store cuts off, an observer does in the middle of a
 * restore, a source of randomness repeats, or a callback tries on its own request. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

static struct host h;
static struct host heir;
static uint8_t wire[512];
static uint8_t octets[65536];

static void start_heir(void)
{
    host_init(&heir);
    heir.kms_count = 1;
    host_start(&heir);
}

/* Pending ones, keys held and blocked, a failure owed. */
static size_t take_snapshot(void)
{
    size_t size = 0;
    host_init(&h);
    host_start(&h);
    h.kit.reply = XK_OUTCOME_HELD;
    (void)host_must_submit(&h, "LI-A", 1);
    size_t answer = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, answer), XK_OK);
    h.kit.reply = XK_OUTCOME_REFUSED;
    (void)host_must_submit(&h, "LI-B", 1);
    answer = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, answer), XK_E_BLOCKED);
    (void)host_must_submit(&h, "LI-C", 1);
    answer = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, answer), XK_OK);
    (void)host_must_submit(&h, "LI-D", 1);
    assert_int_equal(xk_requester_snapshot(h.r, h.now, octets, sizeof octets, &size), XK_OK);
    host_end(&h);
    return size;
}

static void is_refused(const uint8_t *data, size_t size)
{
    uint32_t back = 77;
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, heir.now, data, size, 0, &back, NULL), XK_E_SNAPSHOT);
    assert_int_equal(back, 77);
    assert_int_equal(host_usage(&heir).free, heir.config.max_pending);
    assert_null(engine_check(heir.r));
    host_end(&heir);
}

/* At every whole record, as xk_journal_whole() leaves of a write that was interrupted, and between them. */
static void a_snapshot_that_was_cut_is_refused_wherever_it_was(void **state)
{
    (void)state;
    const size_t size = take_snapshot();
    size_t cuts = 0;
    for (size_t at = 1, last = 0; at < size; at++) {
        const size_t whole = xk_journal_whole(octets, at);
        if (whole != last && whole > 0) {
            is_refused(octets, whole);
            last = whole;
            cuts++;
        }
    }
    assert_int_equal(cuts, 8); /* BEGIN, four submissions and three decisions */
    for (size_t at = 1; at < size; at += 97) {
        is_refused(octets, at);
    }
    start_heir();
    assert_int_equal(xk_requester_restore(heir.r, heir.now, octets, size, 0, NULL, NULL), XK_OK);
    assert_int_equal(host_usage(&heir).pending, 1);
    assert_int_equal(host_usage(&heir).owed, 3);
    host_end(&heir);
}

/* Records of a journal do not stand for those that a snapshot has lost, though their number is right. */
static void later_records_do_not_fill_a_cut_snapshot(void **state)
{
    (void)state;
    size_t size = 0;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    assert_int_equal(xk_requester_snapshot(h.r, h.now, octets, sizeof octets, &size), XK_OK);
    const size_t kept = h.kit.journal_size;
    (void)host_must_submit(&h, "LI-C", 1);
    const size_t without_end = xk_journal_whole(octets, size - 1);
    const size_t without_last = xk_journal_whole(octets, without_end - 1);
    memcpy(octets + without_end, h.journal + kept, h.kit.journal_size - kept);
    is_refused(octets, without_end + h.kit.journal_size - kept);
    memcpy(octets + without_last, h.journal + kept, h.kit.journal_size - kept);
    is_refused(octets, without_last + h.kit.journal_size - kept);
    host_end(&h);
}

/* One whole record is missing in the midst, and END is there: it counts. */
static void a_record_that_is_missing_is_noticed(void **state)
{
    (void)state;
    static uint8_t whole[65536];
    const size_t size = take_snapshot();
    size_t ends[16] = {0};
    size_t count = 0;
    memcpy(whole, octets, size);
    for (size_t at = 1; at <= size; at++) {
        const size_t end = xk_journal_whole(whole, at);
        if (end != (count > 0 ? ends[count - 1] : 0)) {
            ends[count++] = end;
        }
    }
    assert_int_equal(count, 9);
    for (size_t i = 1; i + 1 < count; i++) { /* all but BEGIN and END */
        memcpy(octets, whole, ends[i - 1]);
        memcpy(octets + ends[i - 1], whole + ends[i], size - ends[i]);
        is_refused(octets, size - (ends[i] - ends[i - 1]));
    }
    for (size_t i = 1; i + 1 < count; i++) { /* or comes twice */
        memcpy(octets, whole, ends[i]);
        memcpy(octets + ends[i], whole + ends[i - 1], size - ends[i - 1]);
        is_refused(octets, size + (ends[i] - ends[i - 1]));
    }
}

static uint64_t inner;

static void submit_when_the_clock_goes_back(struct host *host, enum host_place place)
{
    if (place == IN_OBSERVE && host->seen[(host->seen_count - 1) % HOST_LOG].event == XK_EVENT_CLOCK_BACK) {
        host->inside = NULL;
        inner = host_must_submit(host, "LI-N", 1);
    }
}

/* The observer of a restore may submit; what it was given it has, whether the restore succeeds or not. */
static void what_is_submitted_inside_a_restore_is_not_lost(void **state)
{
    (void)state;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    for (unsigned int i = 0; i < 3; i++) {
        (void)host_must_submit(&h, "LI-A", 1);
    }
    for (uint32_t room = 2; room < 5; room++) {
        uint32_t back = 0;
        const bool fits = room >= 3;
        host_init(&heir);
        heir.config.max_pending = room + (fits ? 1 : 0);
        heir.config.use_references = true;
        heir.kms_count = 1;
        host_start(&heir);
        assert_int_equal(host_tick(&heir, 9000), XK_OK);
        heir.now = 8000;
        xk_test_random_init(&heir.kit.random, 2); /* not the ids that come back */
        heir.reference = 5;
        heir.inside = submit_when_the_clock_goes_back;
        inner = 0;
        assert_int_equal(xk_requester_restore(heir.r, 8000, h.journal, h.kit.journal_size, 0, &back, NULL),
                         fits ? XK_OK : XK_E_FULL);
        assert_int_equal(back, fits ? 3 : 0);
        assert_int_equal(host_event(&heir, XK_EVENT_CLOCK_BACK), 2); /* of the submit too */
        assert_int_equal(host_usage(&heir).pending, fits ? 4 : 1);
        assert_null(engine_check(heir.r));
        assert_int_equal(xk_requester_cancel(heir.r, 9000, inner), XK_OK);
        assert_int_equal(host_usage(&heir).pending, fits ? 3 : 0);
        host_end(&heir);
    }
    host_end(&h);
}

/* A source that repeats itself: refused while the id lives, and while a tombstone remembers it. Else keys of the first
 * call would be delivered for the second one's warrant. */
static void an_id_that_is_remembered_is_not_given_again(void **state)
{
    (void)state;
    uint64_t handle = 42;
    host_init(&h);
    host_start(&h);
    const struct xk_test_random before = h.kit.random;
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    for (unsigned int turn = 0; turn < 2; turn++) { /* it pends; it has ended */
        h.kit.random = before;
        assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_E_RANDOM);
        assert_int_equal(h.diag.status, XK_E_RANDOM);
        assert_string_equal(h.diag.field, "random");
        assert_int_equal(handle, 42);
        assert_int_equal(h.kit.send_count, 1);
        assert_int_equal(host_usage(&h).free, turn == 0 ? h.config.max_pending - 1 : h.config.max_pending);
        assert_int_equal(host_tick(&h, 11000), XK_OK);
    }
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_LATE);
    assert_int_equal(h.kit.outcome_count, 1);
    /* Four later ends make it forgotten: how far the promise reaches. */
    h.kit.random.state++;
    for (unsigned int i = 0; i < 4; i++) {
        assert_int_equal(xk_requester_cancel(h.r, h.now, host_must_submit(&h, "LI-C", 1)), XK_OK);
    }
    h.kit.random = before;
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    host_end(&h);
}

static uint64_t own;
static enum host_place tried_in;
static unsigned int tried;
static enum xk_event tried_at;

static void withdraw_the_own_request(struct host *host, enum host_place place)
{
    struct xk_outcome_id id = {{0}};
    if (place != tried_in ||
        (place == IN_OBSERVE && host->seen[(host->seen_count - 1) % HOST_LOG].event != tried_at)) {
        return;
    }
    tried++;
    const uint64_t handle = place == IN_OBSERVE ? host->seen[(host->seen_count - 1) % HOST_LOG].request : own;
    assert_int_equal(xk_requester_cancel(host->r, host->now, handle), XK_E_ALREADY);
    assert_int_equal(xk_requester_acknowledge(host->r, host->now, handle, &id), XK_E_ALREADY);
    assert_int_equal(xk_requester_release(host->r, host->now, handle, &id), XK_E_ALREADY);
    assert_int_equal(xk_requester_purge(host->r, host->now, xk_text("LI-A"), NULL, NULL), XK_E_BUSY);
}

static void go_through_everything(bool keys)
{
    host_init(&h);
    h.config.attempt_timeout = 1000;
    h.config.max_pending = 1;
    host_start(&h);
    own = host_must_submit(&h, "LI-A", 2);
    h.inside = withdraw_the_own_request;
    h.down = 1;
    assert_int_equal(host_tick(&h, 2000), XK_OK); /* the attempt expires, the next send is taken */
    for (unsigned int i = 0; i < 4; i++) { /* its attempt expires too, and the first KMS refuses the next */
        (void)host_tick_when_due(&h);
    }
    h.kit.reply = XK_OUTCOME_REFUSED;
    if (keys) {
        size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
        assert_int_equal(host_receive(&h, 1, wire, size), XK_E_BLOCKED);
        h.kit.reply = XK_OUTCOME_HELD;
        assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
    } else {
        assert_int_equal(host_tick(&h, 11000), XK_OK);
        h.kit.reply = XK_OUTCOME_HELD;
        assert_int_equal(host_tick(&h, 12000), XK_OK);
    }
    assert_null(engine_check(h.r));
    h.inside = NULL;
    assert_int_equal(xk_requester_cancel(h.r, h.now, own), XK_OK);
    host_end(&h);
}

/* In each callback about a request, whatever the state, the answer is the same: nothing may end it now. */
static void no_callback_withdraws_its_own_request(void **state)
{
    (void)state;
    static const struct {
        enum host_place place;
        enum xk_event event;
        bool with_failure;
    } rows[] = {
        {IN_SEND, XK_EVENT_SENT, false},
        {IN_OUTCOME, XK_EVENT_DECIDED, false},
        {IN_OUTCOME, XK_EVENT_DECIDED, true},
        {IN_OBSERVE, XK_EVENT_ATTEMPT_EXPIRED, false},
        {IN_OBSERVE, XK_EVENT_SENT, false},
        {IN_OBSERVE, XK_EVENT_SEND_FAILED, true},
        {IN_OBSERVE, XK_EVENT_DECIDED, true},
        {IN_OBSERVE, XK_EVENT_DECIDED, false},
        {IN_OBSERVE, XK_EVENT_OFFER_REFUSED, true},
        {IN_OBSERVE, XK_EVENT_HELD, false},
        {IN_OBSERVE, XK_EVENT_RECEIVE_REFUSED, false},
        {IN_AUDIT, XK_EVENT_DECIDED, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tried_in = rows[i].place;
        tried_at = rows[i].event;
        tried = 0;
        go_through_everything(!rows[i].with_failure);
        assert_true(tried > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_that_was_cut_is_refused_wherever_it_was),
        cmocka_unit_test(a_record_that_is_missing_is_noticed),
        cmocka_unit_test(later_records_do_not_fill_a_cut_snapshot),
        cmocka_unit_test(what_is_submitted_inside_a_restore_is_not_lost),
        cmocka_unit_test(an_id_that_is_remembered_is_not_given_again),
        cmocka_unit_test(no_callback_withdraws_its_own_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
