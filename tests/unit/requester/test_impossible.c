/* SPDX-License-Identifier: BSD-2-Clause */
/* Outcomes of which the host can make or deliver no record, and warrants of which it never could: the receiver hears of
 * the call, and nothing is asked for or offered for ever. */
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
static enum xk_outcome_reply replies[8]; /* to the first outcomes, one after the other; the last one to all others */

static void reply_next(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    struct host *host = user;
    host->kit.reply = replies[host->kit.outcome_count < 8 ? host->kit.outcome_count - 1 : 7];
}

static void start(struct host *host, enum xk_outcome_reply first, enum xk_outcome_reply second)
{
    host_init(host);
    host->config.reoffer_interval = 100;
    host_keep_journal(host);
    replies[0] = first;
    for (size_t i = 1; i < 8; i++) {
        replies[i] = second;
    }
    host->kit.inside_outcome = reply_next;
    host->kit.user = host;
    host_start(host);
}

static enum xk_status give_keys(struct host *host)
{
    size_t size = host_answer_keys(host, wire, sizeof wire, 1, 7);
    return host_receive(host, 0, wire, size);
}

static bool same_id(const struct xk_test_outcome *a, const struct xk_test_outcome *b)
{
    return memcmp(&a->id, &b->id, sizeof a->id) == 0;
}

static void is_failure(const struct xk_test_outcome *o)
{
    assert_int_equal(o->kind, XK_OUTCOME_FAILURE);
    assert_int_equal(o->cause, XK_CAUSE_IMPOSSIBLE);
    assert_int_equal(o->failure, XK_FAILURE_NONE);
    assert_int_equal(o->session_count, 0);
    assert_true(same_id(o, &h.kit.outcomes[0]));
}

static void is_audited(enum xk_event event, enum xk_outcome_kind kind, enum xk_cause cause)
{
    const struct xk_audit *line = host_audited(&h, event);
    assert_int_equal(line->kind, kind);
    assert_int_equal(line->cause, cause);
    assert_memory_equal(&line->id, &h.kit.outcomes[h.kit.outcome_count - 1].id, sizeof line->id);
    assert_int_equal(host_seen(&h, event)->kind, kind);
    assert_int_equal(host_seen(&h, event)->cause, cause);
    assert_int_equal(host_event(&h, event), 1);
}

static void impossible_keys_become_the_failure_under_their_id(void **state)
{
    (void)state;
    start(&h, XK_OUTCOME_IMPOSSIBLE, XK_OUTCOME_ACKNOWLEDGED);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(give_keys(&h), XK_OK);
    assert_int_equal(wire[20], 0); /* wiped */
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    is_failure(&h.kit.outcomes[1]);
    is_audited(XK_EVENT_IMPOSSIBLE, XK_OUTCOME_FAILURE, XK_CAUSE_IMPOSSIBLE);
    is_audited(XK_EVENT_ACKNOWLEDGED, XK_OUTCOME_FAILURE, XK_CAUSE_IMPOSSIBLE);
    assert_int_equal(host_counters(&h).impossible, 1);
    assert_int_equal(host_counters(&h).undeliverable, 0);
    assert_int_equal(host_counters(&h).acknowledged, 1);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_null(engine_check(h.r));
    /* The answer has been taken: another one is a repeat or a contradiction, and no keys come late. */
    assert_int_equal(give_keys(&h), XK_E_DUPLICATE);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 8);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_CONFLICT);
    host_end(&h);
}

/* Refused, the failure is offered again as any other; nobody is asked for octets. */
static void the_failure_in_place_of_keys_is_owed_until_it_is_taken(void **state)
{
    (void)state;
    start(&h, XK_OUTCOME_IMPOSSIBLE, XK_OUTCOME_REFUSED);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(give_keys(&h), XK_OK);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(give_keys(&h), XK_E_DUPLICATE);
    for (unsigned int i = 2; i < 5; i++) {
        assert_int_equal(h.kit.outcome_count, i);
        is_failure(&h.kit.outcomes[i - 1]);
        assert_null(engine_check(h.r));
        assert_int_equal(host_tick(&h, h.now + 100), XK_OK);
    }
    assert_int_equal(h.kit.send_count, 1);
    h.kit.inside_outcome = NULL;
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_tick(&h, h.now + 100), XK_OK);
    assert_int_equal(host_usage(&h).owed, 0);
    host_end(&h);
}

static void a_failure_that_is_impossible_ends_audited(void **state)
{
    (void)state;
    start(&h, XK_OUTCOME_IMPOSSIBLE, XK_OUTCOME_IMPOSSIBLE);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(give_keys(&h), XK_OK); /* keys, then the failure: both are */
    assert_int_equal(h.kit.outcome_count, 2);
    is_audited(XK_EVENT_UNDELIVERABLE, XK_OUTCOME_FAILURE, XK_CAUSE_IMPOSSIBLE);
    assert_int_equal(host_usage(&h).owed, 0);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_int_equal(host_audited(&h, XK_EVENT_UNDELIVERABLE)->cause, XK_CAUSE_TIMER_EXPIRED);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_int_equal(host_counters(&h).undeliverable, 2);
    assert_int_equal(host_counters(&h).acknowledged, 0);
    assert_int_equal(give_keys(&h), XK_E_LATE);
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
    assert_null(engine_check(h.r));
    host_end(&h);
}

/* Its failure has been delivered: there is nothing to put in its place. */
static void a_supplement_that_is_impossible_ends_audited(void **state)
{
    (void)state;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    h.kit.reply = XK_OUTCOME_IMPOSSIBLE;
    assert_int_equal(give_keys(&h), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    is_audited(XK_EVENT_UNDELIVERABLE, XK_OUTCOME_SUPPLEMENT, XK_CAUSE_NONE);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_int_equal(host_counters(&h).impossible, 0);
    host_end(&h);
}

/* Stored first: without the journal the keys stay what they are, and come again. */
static void what_the_journal_does_not_take_changes_nothing(void **state)
{
    (void)state;
    start(&h, XK_OUTCOME_IMPOSSIBLE, XK_OUTCOME_IMPOSSIBLE);
    h.kit.inside_outcome = NULL;
    (void)host_must_submit(&h, "LI-A", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(give_keys(&h), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_IMPOSSIBLE;
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(give_keys(&h), XK_E_BLOCKED);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_event(&h, XK_EVENT_JOURNAL_FAILED), 1);
    assert_int_equal(host_event(&h, XK_EVENT_IMPOSSIBLE), 0);
    assert_int_equal(host_counters(&h).impossible, 0);
    assert_null(engine_check(h.r));
    h.kit.journal_reply = XK_JOURNAL_STORED;
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(give_keys(&h), XK_OK);
    assert_int_equal(h.kit.outcomes[2].kind, XK_OUTCOME_KEYS);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(xk_requester_impossible(h.r, h.now, h.kit.outcomes[0].request, &h.kit.outcomes[0].id),
                     XK_E_JOURNAL);
    assert_int_equal(host_usage(&h).held, 1);
    h.kit.journal_reply = XK_JOURNAL_STORED;
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, h.kit.outcomes[0].request, &h.kit.outcomes[0].id), XK_OK);
    assert_int_equal(host_seen(&h, XK_EVENT_ACKNOWLEDGED)->kind, XK_OUTCOME_KEYS);
    host_end(&h);
}

static void a_fence_is_final_for_what_is_impossible_too(void **state)
{
    (void)state;
    start(&h, XK_OUTCOME_REFUSED, XK_OUTCOME_IMPOSSIBLE);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(give_keys(&h), XK_E_BLOCKED);
    h.kit.journal_reply = XK_JOURNAL_FENCED;
    assert_int_equal(give_keys(&h), XK_E_FENCED);
    assert_int_equal(wire[20], 0);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_int_equal(host_event(&h, XK_EVENT_FENCED), 1);
    assert_int_equal(host_counters(&h).impossible, 0);
    host_end(&h);
}

static void fence_inside(struct host *host, enum host_place place)
{
    uint64_t handle = 0;
    if (place == IN_OBSERVE && host->seen[(host->seen_count - 1) % HOST_LOG].event == XK_EVENT_IMPOSSIBLE) {
        host->inside = NULL;
        host->kit.journal_reply = XK_JOURNAL_FENCED;
        assert_int_equal(host_submit(host, "LI-B", 1, &handle), XK_E_FENCED);
    }
}

/* The revision is stored, and then another instance takes over: the octets are done with, and nothing is offered. */
static void a_fence_behind_the_revision_ends_everything(void **state)
{
    (void)state;
    start(&h, XK_OUTCOME_IMPOSSIBLE, XK_OUTCOME_ACKNOWLEDGED);
    (void)host_must_submit(&h, "LI-A", 1);
    h.inside = fence_inside;
    assert_int_equal(give_keys(&h), XK_OK);
    assert_int_equal(wire[20], 0);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(host_tick(&h, 2000), XK_E_FENCED);
    host_end(&h);
}

static void what_is_held_may_turn_out_impossible(void **state)
{
    (void)state;
    struct xk_outcome_id other = {{0}};
    start(&h, XK_OUTCOME_HELD, XK_OUTCOME_HELD);
    const uint64_t handle = host_must_submit(&h, "LI-A", 1);
    assert_int_equal(give_keys(&h), XK_OK);
    const struct xk_outcome_id *id = &h.kit.outcomes[0].id;
    assert_int_equal(xk_requester_impossible(NULL, h.now, handle, id), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_impossible(h.r, h.now, handle, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_impossible(h.r, h.now, handle, &other), XK_E_UNKNOWN);
    assert_int_equal(xk_requester_impossible(h.r, h.now, handle + 1, id), XK_E_UNKNOWN);
    assert_int_equal(xk_requester_impossible(h.r, h.now, handle, id), XK_OK);
    assert_int_equal(host_usage(&h).held, 0);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(xk_requester_next_deadline(h.r), h.now);
    assert_int_equal(host_tick(&h, h.now), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    is_failure(&h.kit.outcomes[1]);
    assert_int_equal(host_usage(&h).held, 1);
    assert_int_equal(host_counters(&h).impossible, 1);
    assert_int_equal(xk_requester_impossible(h.r, h.now, handle, id), XK_OK); /* the failure too: it ends */
    is_audited(XK_EVENT_UNDELIVERABLE, XK_OUTCOME_FAILURE, XK_CAUSE_IMPOSSIBLE);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_int_equal(xk_requester_impossible(h.r, h.now, handle, id), XK_E_UNKNOWN);
    assert_null(engine_check(h.r));
    host_end(&h);
}

static void is_restored_as_failure(const uint8_t *octets, size_t size)
{
    start(&heir, XK_OUTCOME_ACKNOWLEDGED, XK_OUTCOME_ACKNOWLEDGED);
    heir.now = 77000;
    assert_int_equal(xk_requester_restore(heir.r, heir.now, octets, size, 0, NULL, NULL), XK_OK);
    assert_null(engine_check(heir.r));
    assert_int_equal(host_tick(&heir, heir.now), XK_OK);
    assert_int_equal(heir.kit.send_count, 0);
    assert_int_equal(heir.kit.outcome_count, 1);
    is_failure(&heir.kit.outcomes[0]);
    assert_int_equal(host_seen(&heir, XK_EVENT_ACKNOWLEDGED)->kind, XK_OUTCOME_FAILURE);
    assert_int_equal(host_seen(&heir, XK_EVENT_RESTORED)->status, XK_OK);
    assert_int_equal(host_audited(&heir, XK_EVENT_ACKNOWLEDGED)->cause, XK_CAUSE_IMPOSSIBLE);
    assert_int_equal(host_usage(&heir).free, heir.config.max_pending);
    host_end(&heir);
}

/* After a crash it is the failure that is owed, from the journal and from a snapshot. */
static void a_restart_finds_the_failure(void **state)
{
    (void)state;
    static uint8_t snapshot[4096];
    size_t size = 0;
    start(&h, XK_OUTCOME_IMPOSSIBLE, XK_OUTCOME_REFUSED);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(give_keys(&h), XK_OK);
    assert_int_equal(xk_requester_snapshot(h.r, h.now, snapshot, sizeof snapshot, &size), XK_OK);
    is_restored_as_failure(h.journal, h.kit.journal_size);
    is_restored_as_failure(snapshot, size);
    host_end(&h);
}

static enum xk_status submit(const struct xk_warrant *warrant, enum xk_hi2_module module, uint32_t pdu_max)
{
    struct xk_party party;
    struct xk_request request;
    uint64_t handle = 77;
    host_request(&h, "LI-A", 1, &party, &request);
    if (warrant != NULL) {
        request.warrant.correlation_number = warrant->correlation_number;
    }
    request.module = module;
    request.pdu_max = pdu_max;
    memset(&h.diag, 0, sizeof h.diag);
    const enum xk_status status = xk_requester_submit(h.r, h.now, &request, &handle, &h.diag);
    assert_true((handle == 77) == (status != XK_OK));
    return status;
}

/* With a module, what no record can be made of is no request. */
static void a_warrant_is_held_against_its_module(void **state)
{
    (void)state;
    struct xk_warrant warrant;
    memset(&warrant, 0, sizeof warrant);
    host_init(&h);
    host_start(&h);
    warrant.correlation_number = xk_text("12");
    assert_int_equal(submit(&warrant, (enum xk_hi2_module)0, 0), XK_OK);
    assert_int_equal(submit(&warrant, XK_HI2_EPS, 0), XK_OK);
    assert_int_equal(submit(&warrant, XK_HI2_UMTS, 0), XK_E_FIELD);
    assert_string_equal(h.diag.field, "correlation number");
    assert_int_equal(submit(&warrant, (enum xk_hi2_module)99, 0), XK_E_CONFIG);
    warrant.correlation_number = xk_text("12345678");
    assert_int_equal(submit(&warrant, XK_HI2_UMTS, 0), XK_OK);
    assert_int_equal(host_usage(&h).pending, 3);
    host_end(&h);
}

/* The size of the PS-PDU too, to the octet: with the Crypto Sessions that the exchange has. */
static void a_record_that_may_not_be_sent_is_refused_at_submit(void **state)
{
    (void)state;
    struct xk_party party;
    struct xk_request request;
    size_t size = 0;
    host_init(&h);
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    assert_int_equal(xk_hi2_check_warrant(&request.warrant, XK_HI2_EPS, 1, 0, &size, NULL), XK_OK);
    assert_int_equal(submit(NULL, XK_HI2_EPS, (uint32_t)size - 1), XK_E_TOO_LARGE);
    assert_int_equal(h.diag.offset, size);
    assert_int_equal(submit(NULL, XK_HI2_EPS, (uint32_t)size), XK_OK);
    assert_int_equal(host_usage(&h).pending, 1);
    host_end(&h);
}

static uint64_t submit_of(const char *country, enum xk_outcome_reply reply)
{
    struct xk_party party;
    struct xk_request request;
    uint64_t handle = 0;
    host_request(&h, "LI-A", 1, &party, &request);
    if (country != NULL) {
        memcpy(request.warrant.country, country, 2);
    }
    h.kit.reply = reply;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    return handle;
}

/* One LIID in two countries is two warrants: one that its agency refuses holds up no other, and a purge takes one. */
static void one_liid_in_two_countries_is_two_warrants(void **state)
{
    (void)state;
    static const char none[2] = {0, 0};
    uint32_t purged = 0;
    host_init(&h);
    host_start(&h);
    (void)submit_of("DE", XK_OUTCOME_REFUSED);
    (void)submit_of("FR", XK_OUTCOME_REFUSED);
    (void)submit_of(NULL, XK_OUTCOME_REFUSED);
    assert_int_equal(h.kit.outcome_count, 3);
    (void)submit_of("FR", XK_OUTCOME_REFUSED);
    assert_int_equal(h.kit.outcome_count, 3); /* behind the first of its own country */
    assert_null(engine_check(h.r));
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), "GB", &purged), XK_OK);
    assert_int_equal(purged, 0);
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), "FR", &purged), XK_OK);
    assert_int_equal(purged, 2);
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), none, &purged), XK_OK);
    assert_int_equal(purged, 1);
    assert_int_equal(host_usage(&h).owed, 1);
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, &purged), XK_OK);
    assert_int_equal(purged, 1);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impossible_keys_become_the_failure_under_their_id),
        cmocka_unit_test(the_failure_in_place_of_keys_is_owed_until_it_is_taken),
        cmocka_unit_test(a_failure_that_is_impossible_ends_audited),
        cmocka_unit_test(a_supplement_that_is_impossible_ends_audited),
        cmocka_unit_test(what_the_journal_does_not_take_changes_nothing),
        cmocka_unit_test(a_fence_is_final_for_what_is_impossible_too),
        cmocka_unit_test(a_fence_behind_the_revision_ends_everything),
        cmocka_unit_test(what_is_held_may_turn_out_impossible),
        cmocka_unit_test(a_restart_finds_the_failure),
        cmocka_unit_test(a_warrant_is_held_against_its_module),
        cmocka_unit_test(a_record_that_may_not_be_sent_is_refused_at_submit),
        cmocka_unit_test(one_liid_in_two_countries_is_two_warrants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
