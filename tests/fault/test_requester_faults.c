/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requester with every callback and allocation failing in turn. Whatever fails, each request ends with the one
 * outcome that the scenario expects, acknowledged once, always offered under one id.
 */
#include <xk/requester.h>
#include <xk_test/answer.h>
#include <xk_test/random.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fault/faults.h"
#include "support/engine_check.h"
#include "support/opaque_request.h"

#define REQUESTS 4
#define PATIENCE 60 /* ticks until a fault that goes on is seen */

struct request {
    bool submitted;
    bool withdrawn;
    uint64_t handle;
    bool offered;
    struct xk_outcome_id id;
    unsigned int acknowledged;
    unsigned int supplements;
    enum xk_outcome_kind kind;
};

struct rig {
    struct faults *faults;
    struct xk_requester_config config;
    struct xk_requester *r;
    struct xk_test_random random;
    uint64_t now;
    enum xk_outcome_reply reply;
    struct request requests[REQUESTS];
    uint8_t sent[512];
    size_t sent_size;
    uint32_t sent_to;
    bool journals;
    uint8_t journal[32768];
    size_t journal_size;
};

static struct rig rig;

static bool on_random(uint8_t *out, size_t size, void *user)
{
    (void)user;
    return !fault_strikes(rig.faults, FAULT_RANDOM) && xk_test_random_fill(out, size, &rig.random);
}

static bool on_send(const struct xk_send *send, void *user)
{
    (void)user;
    if (fault_strikes(rig.faults, FAULT_SEND)) {
        return false;
    }
    assert_true(send->octets.size <= sizeof rig.sent);
    memcpy(rig.sent, send->octets.data, send->octets.size);
    rig.sent_size = send->octets.size;
    rig.sent_to = send->kms;
    return true;
}

static struct request *request_of(const struct xk_outcome *outcome)
{
    size_t number = outcome->warrant->destination_id;
    assert_true(number < REQUESTS && rig.requests[number].submitted && !rig.requests[number].withdrawn);
    return &rig.requests[number];
}

static void settle(struct request *request, enum xk_outcome_kind kind)
{
    if (kind == XK_OUTCOME_SUPPLEMENT) {
        request->supplements++;
        return;
    }
    request->acknowledged++;
    request->kind = kind;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    struct request *request = request_of(outcome);
    if (outcome->kind != XK_OUTCOME_SUPPLEMENT) {
        if (request->offered) {
            assert_memory_equal(&request->id, &outcome->id, sizeof request->id);
        }
        request->offered = true;
        request->id = outcome->id;
        request->kind = outcome->kind;
    }
    if (fault_strikes(rig.faults, FAULT_OUTCOME)) {
        return XK_OUTCOME_REFUSED;
    }
    if (rig.reply == XK_OUTCOME_ACKNOWLEDGED) {
        settle(request, outcome->kind);
    }
    return rig.reply;
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    (void)user;
    if (fault_strikes(rig.faults, FAULT_JOURNAL)) {
        return XK_JOURNAL_FAILED;
    }
    assert_true(rig.journal_size + record->octets.size <= sizeof rig.journal);
    memcpy(rig.journal + rig.journal_size, record->octets.data, record->octets.size);
    rig.journal_size += record->octets.size;
    return XK_JOURNAL_STORED;
}

static void be_sound(void)
{
    const char *wrong = engine_check(rig.r);
    if (wrong != NULL) {
        fail_msg("fault %d, call %u, %s: %s", (int)rig.faults->kind, rig.faults->first,
                 rig.faults->persistent ? "from there on" : "once", wrong);
    }
}

static void create(void)
{
    struct xk_requester_callbacks callbacks;
    const struct xk_allocator allocator = fault_allocator(rig.faults);
    const size_t before = rig.faults->allocated;
    struct xk_diag diag = {XK_OK, 77, ""};
    uint32_t kms;
    memset(&callbacks, 0, sizeof callbacks);
    callbacks.size = sizeof callbacks;
    callbacks.random = on_random;
    callbacks.send = on_send;
    callbacks.on_outcome = on_outcome;
    callbacks.journal = rig.journals ? on_journal : NULL;
    enum xk_status status = xk_requester_create(&rig.config, &callbacks, &allocator, NULL, &rig.r, &diag);
    if (status != XK_OK) {
        assert_true(status == XK_E_MEMORY || status == XK_E_RANDOM);
        assert_int_equal(diag.status, status);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, status == XK_E_MEMORY ? "allocator" : "random");
        assert_int_equal(rig.faults->allocated, before);
        fault_recover(rig.faults);
        assert_int_equal(xk_requester_create(&rig.config, &callbacks, &allocator, NULL, &rig.r, NULL), XK_OK);
    }
    assert_int_equal(xk_requester_add_kms(rig.r, xk_text("kms1"), &kms, NULL), XK_OK);
    assert_int_equal(xk_requester_add_kms(rig.r, xk_text("kms2"), &kms, NULL), XK_OK);
}

static void start(struct faults *faults)
{
    memset(&rig, 0, sizeof rig);
    rig.faults = faults;
    rig.now = 1000;
    rig.reply = XK_OUTCOME_ACKNOWLEDGED;
    rig.journals = true;
    xk_test_random_init(&rig.random, 1);
    xk_requester_config_init(&rig.config);
    rig.config.max_pending = 8;
    rig.config.max_request_size = 256;
    rig.config.tombstones = 4;
    rig.config.attempt_timeout = 1000;
    rig.config.max_attempts = 6;
    rig.config.exchange_check = XK_CHECK_HOST;
    create();
}

static enum xk_status submit_once(uint32_t number, const char *liid)
{
    struct xk_party party;
    struct xk_request r;
    opaque_request("sip:a@b", liid, &party, &r);
    r.warrant.destination_id = number;
    rig.requests[number].submitted = true;
    return xk_requester_submit(rig.r, rig.now, &r, &rig.requests[number].handle, NULL);
}

static void submit(uint32_t number, const char *liid)
{
    struct xk_requester_usage before;
    struct xk_requester_usage after;
    xk_requester_read_usage(rig.r, &before);
    enum xk_status status = submit_once(number, liid);
    if (status != XK_OK) {
        assert_true(status == XK_E_RANDOM || status == XK_E_JOURNAL);
        xk_requester_read_usage(rig.r, &after);
        assert_memory_equal(&before, &after, sizeof before);
        be_sound();
        fault_recover(rig.faults);
        assert_int_equal(submit_once(number, liid), XK_OK);
    }
    be_sound();
}

static void tick(uint64_t later)
{
    rig.now += later;
    assert_int_equal(xk_requester_tick(rig.r, rig.now, 0, NULL), XK_OK);
    be_sound();
}

/* Until something has been sent. A send that fails is tried again by the engine itself. */
static void wait_for_send(void)
{
    for (unsigned int i = 0; rig.sent_size == 0; i++) {
        if (i == 0) {
            fault_recover(rig.faults);
        }
        assert_true(i < PATIENCE);
        tick(600);
    }
}

static size_t make_answer(enum xk_failure failure, bool partial, uint8_t *out)
{
    static uint8_t canary[16];
    struct xk_test_result results[2];
    struct xk_test_answer answer;
    size_t size = 0;
    memset(canary, FAULT_CANARY, sizeof canary);
    memset(results, 0, sizeof results);
    memset(&answer, 0, sizeof answer);
    for (size_t i = 0; i < 2; i++) {
        results[i].cs_id = (uint8_t)(i + 1);
        results[i].key = (struct xk_bytes){canary, sizeof canary};
    }
    if (partial) {
        results[1] = (struct xk_test_result){.cs_id = 2, .failure = XK_FAILURE_SESSION_UNKNOWN};
    }
    answer.failure = failure;
    if (failure == XK_FAILURE_NONE) {
        answer.results = results;
        answer.result_count = 2;
    }
    assert_int_equal(xk_test_answer_encode((struct xk_bytes){rig.sent, rig.sent_size}, &answer, out, 512, &size),
                     XK_OK);
    return size;
}

static void receive(enum xk_failure failure, bool partial)
{
    uint8_t octets[512];
    wait_for_send();
    size_t size = make_answer(failure, partial, octets);
    enum xk_status status = xk_requester_receive(rig.r, rig.now, rig.sent_to, octets, size, NULL);
    if (status == XK_E_BLOCKED) {
        be_sound();
        fault_recover(rig.faults);
        status = xk_requester_receive(rig.r, rig.now, rig.sent_to, octets, size, NULL);
    }
    assert_int_equal(status, XK_OK);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(octets[i], 0);
    }
    be_sound();
}

/* Until nothing pends and nothing is owed. */
static void run_out(void)
{
    struct xk_requester_usage usage;
    for (unsigned int i = 0; i < PATIENCE; i++) {
        if (i == PATIENCE / 2 && rig.faults->injected > 0) {
            fault_recover(rig.faults);
        }
        tick(1000);
    }
    xk_requester_read_usage(rig.r, &usage);
    assert_int_equal(usage.pending, 0);
    assert_int_equal(usage.owed, 0);
    assert_int_equal(usage.free, rig.config.max_pending);
}

static void finish(enum xk_outcome_kind expected)
{
    run_out();
    assert_int_equal(xk_requester_destroy(rig.r), XK_OK);
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct request *request = &rig.requests[i];
        if (request->submitted && !request->withdrawn) {
            assert_int_equal(request->acknowledged, 1);
            assert_int_equal(request->kind, expected);
        }
    }
}

static void keys(struct faults *faults)
{
    start(faults);
    submit(0, "LI-A");
    receive(XK_FAILURE_NONE, false);
    finish(XK_OUTCOME_KEYS);
}

static void partial_keys(struct faults *faults)
{
    start(faults);
    submit(0, "LI-A");
    receive(XK_FAILURE_NONE, true);
    finish(XK_OUTCOME_PARTIAL);
}

static void refusal(struct faults *faults)
{
    start(faults);
    submit(0, "LI-A");
    receive(XK_FAILURE_NOT_TARGET, false);
    finish(XK_OUTCOME_FAILURE);
}

static void expiry(struct faults *faults)
{
    start(faults);
    submit(0, "LI-A");
    submit(1, "LI-A");
    submit(2, "LI-B");
    finish(XK_OUTCOME_FAILURE);
}

/* KMS 1 is away, KMS 2 answers. */
static void fail_over(struct faults *faults)
{
    start(faults);
    submit(0, "LI-A");
    wait_for_send();
    rig.sent_size = 0;
    tick(1000);
    receive(XK_FAILURE_NONE, false);
    finish(XK_OUTCOME_KEYS);
}

static void shared(struct faults *faults)
{
    start(faults);
    assert_int_equal(xk_requester_destroy(rig.r), XK_OK);
    rig.config.share_queries = true;
    create();
    submit(0, "LI-A");
    submit(1, "LI-B");
    receive(XK_FAILURE_NONE, false);
    finish(XK_OUTCOME_KEYS);
}

/* Taken without acknowledgement: acknowledged one by one later, one of them given back first. */
static void held(struct faults *faults)
{
    start(faults);
    submit(0, "LI-A");
    rig.reply = XK_OUTCOME_HELD;
    receive(XK_FAILURE_NOT_TARGET, false);
    for (unsigned int i = 0; i < 3; i++) {
        tick(1000); /* one that was refused meanwhile is offered again, and held */
    }
    if (faults->persistent && faults->injected > 0) {
        fault_recover(faults);
        tick(1000);
    }
    struct request *request = &rig.requests[0];
    assert_int_equal(xk_requester_release(rig.r, rig.now, request->handle, &request->id), XK_OK);
    be_sound();
    tick(1000);
    tick(1000);
    if (faults->persistent && faults->injected > 0) {
        fault_recover(faults);
        tick(1000);
    }
    assert_int_equal(xk_requester_acknowledge(rig.r, rig.now, request->handle, &request->id), XK_OK);
    settle(request, request->kind);
    rig.reply = XK_OUTCOME_ACKNOWLEDGED;
    finish(XK_OUTCOME_FAILURE);
}

static void withdraw(uint32_t number)
{
    enum xk_status status = xk_requester_cancel(rig.r, rig.now, rig.requests[number].handle);
    if (status == XK_E_JOURNAL) {
        be_sound();
        fault_recover(rig.faults);
        status = xk_requester_cancel(rig.r, rig.now, rig.requests[number].handle);
    }
    assert_int_equal(status, XK_OK);
    rig.requests[number].withdrawn = true;
    be_sound();
}

static void withdrawal(struct faults *faults)
{
    uint32_t purged = 0;
    uint32_t more = 0;
    start(faults);
    submit(0, "LI-A");
    submit(1, "LI-B");
    submit(2, "LI-B");
    submit(3, "LI-C");
    withdraw(0);
    enum xk_status status = xk_requester_purge(rig.r, rig.now, xk_text("LI-B"), NULL, &purged);
    if (status == XK_E_JOURNAL) {
        be_sound();
        fault_recover(faults);
        status = xk_requester_purge(rig.r, rig.now, xk_text("LI-B"), NULL, &more);
    }
    assert_int_equal(status, XK_OK);
    assert_int_equal(purged + more, 2);
    rig.requests[1].withdrawn = true;
    rig.requests[2].withdrawn = true;
    finish(XK_OUTCOME_FAILURE);
}

static void late_keys(struct faults *faults)
{
    uint8_t octets[512];
    start(faults);
    assert_int_equal(xk_requester_destroy(rig.r), XK_OK);
    rig.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    create();
    submit(0, "LI-A");
    wait_for_send();
    size_t size = make_answer(XK_FAILURE_NONE, false, octets);
    for (unsigned int i = 0; i < 24 && rig.requests[0].acknowledged == 0; i++) {
        if (i == 20) {
            fault_recover(faults);
        }
        tick(1000);
    }
    enum xk_status status = xk_requester_receive(rig.r, rig.now, rig.sent_to, octets, size, NULL);
    if (status == XK_E_BLOCKED) {
        fault_recover(faults);
        status = xk_requester_receive(rig.r, rig.now, rig.sent_to, octets, size, NULL);
    }
    assert_int_equal(status, XK_OK);
    assert_int_equal(rig.requests[0].supplements, 1);
    rig.requests[0].kind = XK_OUTCOME_FAILURE;
    finish(XK_OUTCOME_FAILURE);
}

/* A crash with one decided and one pending: a new engine from the journal, or from a snapshot. */
static void take_over(bool from_snapshot)
{
    static uint8_t snapshot[32768];
    size_t size = 0;
    uint32_t restored = 0;
    assert_int_equal(xk_requester_snapshot(rig.r, rig.now, snapshot, sizeof snapshot, &size), XK_OK);
    assert_int_equal(xk_requester_destroy(rig.r), XK_OK);
    rig.config.epoch++;
    create();
    assert_int_equal(xk_requester_restore(rig.r, rig.now, from_snapshot ? snapshot : rig.journal,
                                          from_snapshot ? size : rig.journal_size, 0, &restored, NULL),
                     XK_OK);
    be_sound();
    assert_int_equal(restored, 2);
}

static void restore(struct faults *faults, bool from_snapshot)
{
    start(faults);
    submit(0, "LI-A");
    rig.reply = XK_OUTCOME_REFUSED;
    wait_for_send();
    uint8_t octets[512];
    size_t size = make_answer(XK_FAILURE_NOT_TARGET, false, octets);
    assert_int_equal(xk_requester_receive(rig.r, rig.now, rig.sent_to, octets, size, NULL), XK_OK);
    submit(1, "LI-B");
    rig.reply = XK_OUTCOME_ACKNOWLEDGED;
    take_over(from_snapshot);
    finish(XK_OUTCOME_FAILURE);
}

static void restore_journal(struct faults *faults)
{
    restore(faults, false);
}

static void restore_snapshot(struct faults *faults)
{
    restore(faults, true);
}

static void every_scenario(void **state)
{
    (void)state;
    fault_loops("keys", keys);
    fault_loops("partial keys", partial_keys);
    fault_loops("refusal", refusal);
    fault_loops("expiry", expiry);
    fault_loops("fail-over", fail_over);
    fault_loops("shared query", shared);
    fault_loops("held", held);
    fault_loops("withdrawal", withdrawal);
    fault_loops("late keys", late_keys);
    fault_loops("restore from the journal", restore_journal);
    fault_loops("restore from a snapshot", restore_snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_scenario)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
