/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every call from inside every callback: the table of requester.h, tried cell by cell. One scenario goes through
 * everything that calls the host; in one kind of callback the host makes one kind of call, each time, or in the i-th
 * such callback only, for every i that there is. What the call answers is checked, and that the engine is sound
 * afterwards: nothing pends, all room is free, and each request had one outcome under one id, or was withdrawn.
 */
#include "fixture.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

#define REQUESTS 64
#define EACH UINT_MAX

enum call {
    CALL_SUBMIT,
    CALL_CANCEL,
    CALL_PURGE,
    CALL_ACKNOWLEDGE,
    CALL_RELEASE,
    CALL_RECEIVE,
    CALL_TICK,
    CALL_RESUME,
    CALL_SNAPSHOT,
    CALL_RESTORE,
    CALL_DESTROY,
    CALL_QUERY,
    CALLS
};

struct known {
    uint64_t handle;
    struct xk_outcome_id id;
    bool offered;
};

static struct host h;
static uint8_t wire[512];
static struct known known[REQUESTS];
static size_t known_count;
static enum host_place place;
static enum call call;
static bool inside;
static bool armed;
static struct xk_requester_callbacks kit; /* what the test kit's host does first, everywhere */
static unsigned int visits;     /* callbacks of the kind so far */
static unsigned int only_visit; /* in which to make the call; EACH for all */
static unsigned int calls_made;
static unsigned int submits_left;

static struct known *remember(uint64_t handle)
{
    for (size_t i = 0; i < known_count; i++) {
        if (known[i].handle == handle) {
            return &known[i];
        }
    }
    assert_true(known_count < REQUESTS);
    memset(&known[known_count], 0, sizeof known[0]);
    known[known_count].handle = handle;
    return &known[known_count++];
}

static void keep_id(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    struct known *k = remember(outcome->request);
    if (k->offered && outcome->kind != XK_OUTCOME_SUPPLEMENT) {
        assert_memory_equal(&k->id, &outcome->id, sizeof k->id);
    }
    k->offered = true;
    k->id = outcome->id;
}

static enum xk_status submit(const char *liid)
{
    uint64_t handle = 0;
    enum xk_status status = host_submit(&h, liid, 2, &handle);
    if (status == XK_OK) {
        (void)remember(handle);
    }
    return status;
}

/* The same call for everything that the host knows: the worst status that no single request explains. */
static enum xk_status for_each_known(enum call what)
{
    enum xk_status seen = XK_OK;
    for (size_t i = 0; i < known_count; i++) {
        enum xk_status status = what == CALL_CANCEL
                                    ? xk_requester_cancel(h.r, h.now, known[i].handle)
                                : what == CALL_ACKNOWLEDGE
                                    ? xk_requester_acknowledge(h.r, h.now, known[i].handle, &known[i].id)
                                    : xk_requester_release(h.r, h.now, known[i].handle, &known[i].id);
        assert_true(status == XK_OK || status == XK_E_UNKNOWN || status == XK_E_BUSY || status == XK_E_JOURNAL ||
                    status == XK_E_ALREADY);
        seen = status == XK_E_BUSY ? status : seen;
    }
    return seen;
}

static enum xk_status query(void)
{
    struct xk_requester_counters counters;
    uint32_t kms = 9;
    xk_requester_read_counters(h.r, &counters);
    assert_true(host_usage(&h).pending + host_usage(&h).owed + host_usage(&h).free <= h.config.max_pending);
    (void)xk_requester_next_deadline(h.r);
    enum xk_status status = xk_requester_add_kms(h.r, xk_text("kms1.example.com"), &kms, NULL);
    assert_int_equal(kms, h.kms[0]);
    return status;
}

static enum xk_status make_call(void)
{
    uint8_t octets[8] = {0};
    size_t size = 0;
    switch (call) {
    case CALL_SUBMIT:
        return submits_left > 0 && submits_left-- > 0 ? submit("LI-C") : XK_OK;
    case CALL_CANCEL:
    case CALL_ACKNOWLEDGE:
    case CALL_RELEASE:
        return for_each_known(call);
    case CALL_PURGE:
        return xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, NULL);
    case CALL_RECEIVE:
        return xk_requester_receive(h.r, h.now, h.kms[0], octets, sizeof octets, NULL);
    case CALL_TICK:
        return xk_requester_tick(h.r, h.now, 0, NULL);
    case CALL_RESUME:
        return xk_requester_resume(h.r, h.now, 0, NULL);
    case CALL_SNAPSHOT:
        return xk_requester_snapshot(h.r, h.now, octets, sizeof octets, &size);
    case CALL_RESTORE:
        return xk_requester_restore(h.r, h.now, octets, sizeof octets, 0, NULL, NULL);
    case CALL_DESTROY:
        return xk_requester_destroy(h.r);
    case CALL_QUERY:
        return query();
    case CALLS:
        break;
    }
    return XK_E_ARGUMENT;
}

static void call_inside(enum host_place where)
{
    if (where != place || inside || !armed || h.r == NULL) {
        return;
    }
    if (only_visit != EACH && visits++ != only_visit) {
        return;
    }
    inside = true;
    calls_made++;
    bool nothing_known = (call == CALL_CANCEL || call == CALL_ACKNOWLEDGE || call == CALL_RELEASE) && known_count == 0;
    bool nothing_done = call == CALL_SUBMIT && submits_left == 0;
    enum xk_status status = make_call();
    bool closed = where == IN_RANDOM || where == IN_JOURNAL;
    if (call == CALL_QUERY || nothing_known || nothing_done) {
        assert_int_equal(status, XK_OK);
    } else if (closed || call >= CALL_RECEIVE) {
        assert_int_equal(status, XK_E_BUSY);
    } else if (call == CALL_PURGE) {
        assert_true(status == XK_OK || status == XK_E_BUSY || status == XK_E_JOURNAL);
    } else {
        assert_true(status == XK_OK || status == XK_E_FULL || status == XK_E_JOURNAL);
    }
    inside = false;
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    bool drawn = kit.random(out, size, user);
    call_inside(IN_RANDOM);
    return drawn;
}

static bool on_send(const struct xk_send *send, void *user)
{
    bool sent = kit.send(send, user);
    call_inside(IN_SEND);
    return sent;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    enum xk_outcome_reply reply = kit.on_outcome(outcome, user);
    call_inside(IN_OUTCOME);
    return reply;
}

static void on_room(void *user)
{
    kit.on_room(user);
    call_inside(IN_ROOM);
}

static void on_observe(const struct xk_observation *seen, void *user)
{
    kit.observe(seen, user);
    call_inside(IN_OBSERVE);
}

static void on_audit(const struct xk_audit *audit, void *user)
{
    (void)audit;
    (void)user;
    call_inside(IN_AUDIT);
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    call_inside(IN_JOURNAL);
    return kit.journal(record, user);
}

static void be_sound(void)
{
    const char *wrong = engine_check(h.r);
    if (wrong != NULL) {
        fail_msg("call %d inside callback %d, visit %u: %s", (int)call, (int)place, only_visit, wrong);
    }
}

static void tick(uint64_t later)
{
    (void)host_tick(&h, h.now + later);
    be_sound();
}

static void answer(enum xk_outcome_reply reply)
{
    h.kit.reply = reply;
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    if (host_receive(&h, 0, wire, size) == XK_E_BLOCKED) {
        h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
        (void)host_receive(&h, 0, wire, size);
    }
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    be_sound();
}

static void settle_held(void)
{
    for (size_t i = 0; i < known_count; i++) {
        (void)xk_requester_acknowledge(h.r, h.now, known[i].handle, &known[i].id);
    }
}

/* Everything that calls the host: sends that fail, retries, answers taken, held, refused and blocked, a journal that
 * fails, expiry, an engine that is full, late keys, a clock that steps back, withdrawals. */
static void scenario(void)
{
    (void)submit("LI-A");
    answer(XK_OUTCOME_ACKNOWLEDGED);
    (void)submit("LI-A");
    answer(XK_OUTCOME_REFUSED);
    (void)submit("LI-B");
    answer(XK_OUTCOME_HELD);
    settle_held();
    (void)submit("LI-A");
    answer(XK_OUTCOME_HELD);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    settle_held(); /* the journal misses the end */
    h.kit.journal_reply = XK_JOURNAL_STORED;
    h.kit.send_fails = true;
    (void)submit("LI-A");
    tick(1100);
    h.kit.send_fails = false;
    tick(2000);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    (void)submit("LI-B");
    h.kit.journal_reply = XK_JOURNAL_STORED;
    (void)submit("LI-B");
    h.kit.reply = XK_OUTCOME_REFUSED;
    tick(12000);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    tick(1500);
    h.kit.journal_reply = XK_JOURNAL_STORED;
    tick(1500);
    h.kit.reply = XK_OUTCOME_HELD;
    tick(1500);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    settle_held();
    answer(XK_OUTCOME_ACKNOWLEDGED); /* late */
    while (submit("LI-B") == XK_OK && known_count < 40) {
    }
    (void)xk_requester_purge(h.r, h.now - 500, xk_text("LI-B"), NULL, NULL);
}

static void run_out(void)
{
    for (unsigned int i = 0; i < 80; i++) {
        (void)host_tick(&h, h.now + 1000);
        settle_held();
    }
    be_sound();
    armed = false;
    for (unsigned int i = 0; i < 10; i++) {
        (void)host_tick(&h, h.now + 10000);
        settle_held();
    }
    be_sound();
    assert_int_equal(host_usage(&h).pending, 0);
    assert_int_equal(host_usage(&h).held, 0);
    assert_int_equal(host_usage(&h).owed, 0);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
}

static void run_cell(bool shares, unsigned int visit)
{
    const struct xk_requester_callbacks callbacks = {sizeof callbacks, on_random, on_send,   on_outcome,
                                                     on_room,          on_observe, on_audit, on_journal};
    struct xk_requester_counters c;
    only_visit = visit;
    visits = 0;
    calls_made = 0;
    host_init(&h);
    h.config.attempt_timeout = 600;
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    h.config.share_queries = shares;
    h.config.kms_window = 3;
    host_keep_journal(&h);
    xk_test_host_callbacks(&h.kit, &kit);
    h.kit.inside_outcome = keep_id;
    armed = true;
    known_count = 0;
    submits_left = 12;
    host_start_with(&h, &callbacks);
    scenario();
    run_out();
    xk_requester_read_counters(h.r, &c);
    /* Supplements are outcomes of their own, and no request of their own. */
    assert_true(c.acknowledged + c.cancelled + c.purged >= c.submitted);
    assert_true(c.acknowledged <= c.submitted + c.decided_supplement);
    host_end(&h);
    h.r = NULL;
}

static void every_cell_of_the_table(void **state)
{
    (void)state;
    for (unsigned int p = 0; p < HOST_PLACES; p++) {
        for (unsigned int c = 0; c < CALLS; c++) {
            for (unsigned int shares = 0; shares < 2; shares++) {
                place = (enum host_place)p;
                call = (enum call)c;
                run_cell(shares == 1, EACH);
                assert_true(calls_made > 0);
                for (unsigned int i = 0; calls_made > 0; i++) {
                    run_cell(shares == 1, i);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
