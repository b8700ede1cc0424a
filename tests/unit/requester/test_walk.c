/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random walks through everything that a host may do, links that fall and outcomes that are impossible included, inside
 * callbacks too; and through the end of the process. After each step the engine is sound. What was withdrawn never
 * comes back, what is owed always does, keys that became a failure stay one, and each request has its due once.
 */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

#define WALKS 400
#define STEPS 120
#define REQUESTS 512

enum fate { PENDING, TAKEN, HELD, WITHDRAWN, ENDED };

struct request {
    uint64_t handle;
    struct xk_outcome_id id;
    struct xk_outcome_id own; /* as the auditor was told at submit: that of a supplement is another one */
    bool offered;
    bool was_impossible; /* as keys */
    bool is_supplement;
    bool end_unstored; /* the journal may not have its end */
    bool is_back;
    enum fate fate;
};

static struct host h;
static struct xk_test_random dice;
static struct request requests[REQUESTS];
static size_t count;
static uint8_t wire[512];
static bool is_calm; /* the host takes everything, and calls nothing by itself */
static unsigned int depth;
static unsigned int seen_impossible, seen_undeliverable, seen_anew;

static uint32_t roll(uint32_t bound)
{
    return xk_test_random_below(&dice, bound);
}

static struct request *find(uint64_t handle)
{
    static struct request nobody;
    for (size_t i = count; i-- > 0;) {
        if (requests[i].handle == handle) {
            return &requests[i];
        }
    }
    fail_msg("an unknown request");
    return &nobody;
}

static void submit(void)
{
    char liid[8];
    char identity[32];
    uint64_t handle = 0;
    (void)snprintf(liid, sizeof liid, "LI-%u", roll(3));
    (void)snprintf(identity, sizeof identity, "sip:u%u@example.com", roll(2));
    h.identity = identity;
    if (count < REQUESTS && host_submit(&h, liid, 1 + roll(3), &handle) == XK_OK) {
        (void)find(handle); /* the auditor has begun it */
    }
    h.identity = NULL;
}

/* A call about some request, of those that are allowed inside callbacks. */
static void touch(void)
{
    if (count == 0) {
        return;
    }
    struct request *q = &requests[count - 1 - roll(count < 12 ? (uint32_t)count : 12)];
    const struct xk_outcome_id id = q->id;
    const enum fate was = q->fate;
    switch (roll(4)) {
    case 0:
        if (xk_requester_acknowledge(h.r, h.now, q->handle, &id) == XK_OK) {
            assert_int_equal(q->fate, HELD);
            q->fate = ENDED;
        }
        break;
    case 1:
        if (xk_requester_release(h.r, h.now, q->handle, &id) == XK_OK) {
            assert_int_equal(was, HELD);
            q->fate = q->fate == HELD ? PENDING : q->fate;
        }
        break;
    case 2:
        if (xk_requester_cancel(h.r, h.now, q->handle) == XK_OK) {
            assert_true(q->fate == PENDING || q->fate == HELD || h.config.late_keys == XK_LATE_KEYS_SUPPLEMENT);
            q->fate = WITHDRAWN;
        }
        break;
    default:
        if (xk_requester_impossible(h.r, h.now, q->handle, &id) == XK_OK) {
            assert_true(was == HELD);
            q->fate = q->fate == HELD ? PENDING : q->fate; /* unless a callback since has cancelled it */
        }
    }
}

static void flap(void)
{
    const uint32_t kms = roll(3);
    if (roll(2) == 0) {
        assert_int_equal(xk_requester_kms_lost(h.r, h.now, kms), XK_OK);
    } else {
        assert_int_equal(xk_requester_kms_ready(h.r, h.now, kms), XK_OK);
    }
}

static void offered(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    struct request *q = find(outcome->request);
    if (outcome->kind != XK_OUTCOME_SUPPLEMENT) {
        assert_int_equal(q->fate, PENDING);
        assert_true(!q->offered || memcmp(&q->id, &outcome->id, sizeof q->id) == 0);
        assert_true(!q->was_impossible || outcome->kind == XK_OUTCOME_FAILURE);
        q->offered = true;
    }
    q->is_supplement = outcome->kind == XK_OUTCOME_SUPPLEMENT;
    q->id = outcome->id;
    h.kit.reply = is_calm ? XK_OUTCOME_ACKNOWLEDGED : (enum xk_outcome_reply)(1 + roll(4));
    if (h.kit.reply == XK_OUTCOME_ACKNOWLEDGED) {
        q->fate = TAKEN;
    } else if (h.kit.reply == XK_OUTCOME_HELD) {
        q->fate = HELD;
    }
}

static void on_event(const struct xk_observation *seen)
{
    if (seen->event == XK_EVENT_IMPOSSIBLE) {
        find(seen->request)->was_impossible = true;
        seen_impossible++;
    } else if (seen->event == XK_EVENT_UNDELIVERABLE) {
        find(seen->request)->fate = ENDED;
        seen_undeliverable++;
    }
}

static void on_audit(const struct xk_audit *line)
{
    if (line->event == XK_EVENT_SUBMITTED) {
        assert_true(count < REQUESTS);
        memset(&requests[count], 0, sizeof requests[count]);
        requests[count].own = line->id;
        requests[count++].handle = line->request;
    } else if (line->event == XK_EVENT_RESTORED) {
        size_t i = 0;
        while (i < count && memcmp(&requests[i].own, &line->id, sizeof line->id) != 0) {
            i++;
        }
        assert_true(i < count);
        struct request *q = &requests[i];
        assert_true(q->fate == PENDING || q->fate == HELD || (q->fate != WITHDRAWN && q->end_unstored));
        q->handle = line->request;
        q->fate = PENDING;
        q->is_back = true;
    } else if (line->event == XK_EVENT_ACKNOWLEDGED || line->event == XK_EVENT_UNDELIVERABLE) {
        find(line->request)->end_unstored = h.kit.journal_reply != XK_JOURNAL_STORED;
    }
}

static void inside(struct host *host, enum host_place place)
{
    if (place == IN_AUDIT) {
        on_audit(&host->audited[(host->audited_count - 1) % HOST_LOG]);
    }
    if (place == IN_OBSERVE) {
        on_event(&host->seen[(host->seen_count - 1) % HOST_LOG]);
    }
    if (is_calm || depth > 0 || place == IN_RANDOM || place == IN_JOURNAL || host->r == NULL || roll(4) > 0) {
        return;
    }
    depth++;
    const enum xk_outcome_reply reply = host->kit.reply;
    switch (roll(3)) {
    case 0:
        submit();
        break;
    case 1:
        touch();
        break;
    default:
        flap();
    }
    host->kit.reply = reply;
    depth--;
}

static void answer(void)
{
    const size_t kms = roll(3);
    host_at(&h, kms);
    if (h.kit.sent_size == 0) {
        return;
    }
    static const enum xk_failure reasons[] = {XK_FAILURE_UNAVAILABLE, XK_FAILURE_VERSION, XK_FAILURE_POLICY,
                                              XK_FAILURE_OTHER_KMS};
    const enum xk_failure reason = reasons[roll(4)];
    const char *referral = reason == XK_FAILURE_OTHER_KMS ? "kms3.example.com" : NULL;
    size_t size = is_calm || roll(2) > 0 ? host_answer_keys(&h, wire, sizeof wire, 1, 7)
                                         : host_answer_failure(&h, wire, sizeof wire, reason, referral);
    (void)host_receive(&h, kms, wire, size);
}

static void step(void)
{
    h.down = is_calm ? 0 : roll(8);
    h.kit.journal_reply = is_calm || roll(16) > 0 ? XK_JOURNAL_STORED : XK_JOURNAL_FAILED;
    switch (roll(6)) {
    case 0:
        submit();
        break;
    case 1:
        touch();
        break;
    case 2:
        flap();
        break;
    case 3:
        (void)host_tick(&h, h.now + roll(400));
        break;
    default:
        answer();
    }
    const char *wrong = engine_check(h.r);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
}

/* The process ends; another one goes on from the journal, and writes it on. */
static void crash(void)
{
    static uint8_t octets[sizeof h.journal];
    const size_t size = h.kit.journal_size;
    memcpy(octets, h.journal, size);
    assert_int_equal(xk_requester_destroy(h.r), XK_OK);
    h.r = NULL;
    h.kms_count = 0;
    h.config.max_pending += 64; /* for those whose end the journal does not have */
    host_start(&h);
    for (size_t i = 0; i < count; i++) {
        requests[i].is_back = false;
    }
    depth++; /* the host acts when all are told */
    h.kit.journal_reply = XK_JOURNAL_STORED;
    assert_int_equal(xk_requester_restore(h.r, h.now, octets, size, 0, NULL, &h.diag), XK_OK);
    depth--;
    for (size_t i = 0; i < count; i++) {
        struct request *q = &requests[i];
        const bool owed = (q->fate == PENDING || q->fate == HELD) && !q->is_supplement;
        assert_true(!owed || q->is_back);
        if (!q->is_back && q->fate != WITHDRAWN) { /* a supplement has no second life */
            q->fate = ENDED;
        }
    }
    for (uint32_t i = 0; i < 3; i++) {
        static const char *const names[] = {"kms1.example.com", "kms2.example.com", "kms3.example.com"};
        assert_int_equal(xk_requester_add_kms(h.r, xk_text(names[i]), &h.kms[i], NULL), XK_OK);
    }
    memset(h.sent_size, 0, sizeof h.sent_size);
    assert_null(engine_check(h.r));
}

/* Everything is taken and every KMS answers. */
static void run_out(void)
{
    is_calm = true;
    h.down = 0;
    h.kit.journal_reply = XK_JOURNAL_STORED;
    for (size_t i = 0; i < count; i++) {
        const struct xk_outcome_id id = requests[i].id;
        if (xk_requester_acknowledge(h.r, h.now, requests[i].handle, &id) == XK_OK) {
            requests[i].fate = ENDED;
        }
    }
    for (unsigned int i = 0; i < 4000 && xk_requester_next_deadline(h.r) != XK_NEVER; i++) {
        (void)host_tick_when_due(&h);
        for (size_t kms = 0; kms < 3; kms++) { /* what was sent last, and so the next that is sent */
            answer();
        }
        assert_null(engine_check(h.r));
    }
}

static void walk(uint64_t seed)
{
    host_init(&h);
    h.r = NULL;
    xk_test_random_init(&dice, seed);
    xk_test_random_init(&h.kit.random, seed + 1000000);
    count = 0;
    depth = 0;
    is_calm = false;
    h.config.max_pending = 4 + roll(12);
    h.config.timeout = 2000 + roll(3000);
    h.config.max_attempts = 1 + roll(4);
    h.config.kms_window = roll(3);
    h.config.max_refused = roll(4);
    h.config.reoffer_interval = 100;
    h.config.passing_bound = roll(3000);
    h.config.backoff_base = roll(300);
    h.config.share_queries = roll(2) > 0;
    h.config.follow_referral = roll(2) > 0;
    h.config.late_keys = roll(2) > 0 ? XK_LATE_KEYS_SUPPLEMENT : XK_LATE_KEYS_WIPE;
    h.config.grace = 1 + roll(3000);
    host_keep_journal(&h);
    h.kit.inside_outcome = offered;
    h.inside = inside;
    host_start(&h);
    for (unsigned int i = 0; i < STEPS; i++) {
        step();
        if (roll(60) == 0) {
            crash();
        }
    }
    run_out();
    seen_anew += host_counters(&h).asked_anew > 0;
    assert_int_equal(host_usage(&h).pending, 0);
    for (size_t i = 0; i < count; i++) {
        /* What is left waits for octets that its KMS has not been asked for again by the end of the run. */
        assert_true(requests[i].fate != PENDING || host_usage(&h).owed > 0);
        assert_true(requests[i].fate != HELD);
    }
    host_end(&h);
}

static void each_request_has_what_it_is_owed(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= WALKS; seed++) {
        walk(seed);
    }
    assert_true(seen_impossible > WALKS);
    assert_true(seen_undeliverable > WALKS / 4);
    assert_true(seen_anew > WALKS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_has_what_it_is_owed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
