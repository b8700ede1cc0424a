/* SPDX-License-Identifier: BSD-2-Clause */
/* What observer and auditor are told: of which request, of which KMS, under which id. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "messages/layout.h"
#include "support/siphash.h"

static struct host h;
static uint8_t wire[512];

static void is_audited(size_t at, enum xk_event event, enum xk_outcome_kind kind, enum xk_cause cause,
                       enum xk_failure failure, const struct xk_outcome_id *id)
{
    const struct xk_audit *line = &h.audited[at];
    assert_true(at < h.audited_count);
    assert_int_equal(line->event, event);
    assert_int_equal(line->kind, kind);
    assert_int_equal(line->cause, cause);
    assert_int_equal(line->failure, failure);
    assert_int_equal(line->destination_id, 0);
    assert_memory_equal(&line->id, id, sizeof *id);
}

static void a_supplement_is_audited_under_its_own_id(void **state)
{
    (void)state;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    const struct xk_outcome_id *failure = &h.kit.outcomes[0].id;
    const struct xk_outcome_id *supplement = &h.kit.outcomes[1].id;
    assert_memory_not_equal(failure, supplement, sizeof *failure);
    assert_memory_equal(&h.kit.outcomes[1].supplements, failure, sizeof *failure);
    assert_int_equal(h.audited_count, 5);
    is_audited(0, XK_EVENT_SUBMITTED, 0, 0, 0, failure);
    is_audited(1, XK_EVENT_DECIDED, XK_OUTCOME_FAILURE, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, failure);
    is_audited(2, XK_EVENT_ACKNOWLEDGED, XK_OUTCOME_FAILURE, XK_CAUSE_TIMER_EXPIRED, XK_FAILURE_NONE, failure);
    is_audited(3, XK_EVENT_DECIDED, XK_OUTCOME_SUPPLEMENT, XK_CAUSE_NONE, XK_FAILURE_NONE, supplement);
    is_audited(4, XK_EVENT_ACKNOWLEDGED, XK_OUTCOME_SUPPLEMENT, XK_CAUSE_NONE, XK_FAILURE_NONE, supplement);
    assert_int_equal(host_seen(&h, XK_EVENT_DECIDED)->kind, XK_OUTCOME_SUPPLEMENT);
    assert_int_equal(host_counters(&h).decided_supplement, 1);
    assert_int_equal(host_counters(&h).decided_failure, 1);
    assert_int_equal(host_counters(&h).decided_keys, 0);
    host_end(&h);
}

/* Two halves of a keyed hash of the failure's id. It must not change: hosts drop repeats by it across versions. */
static struct xk_outcome_id id_of_supplement(const struct xk_outcome_id *failure, const uint8_t *transaction)
{
    struct xki_siphash_key key;
    struct xk_outcome_id id = {{0}};
    uint8_t input[17];
    key.k0 = key.k1 = 0;
    for (unsigned int i = 0; i < 8; i++) {
        key.k0 += (uint64_t)transaction[i] << (56 - 8 * i);
        key.k1 += (uint64_t)transaction[8 + i] << (56 - 8 * i);
    }
    memcpy(input, failure->octets, 16);
    for (uint8_t half = 0; half < 2; half++) {
        input[16] = half;
        uint64_t value = xki_siphash(&key, input, sizeof input);
        for (unsigned int i = 8; i-- > 0; value >>= 8) {
            id.octets[8 * half + i] = (uint8_t)value;
        }
    }
    return id;
}

/* Two supplements have two ids, and neither is what a receiver of outcomes could compute. */
static void supplements_have_ids_of_their_own(void **state)
{
    (void)state;
    static const struct xk_outcome_id none;
    host_init(&h);
    h.config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    host_start(&h);
    for (size_t i = 0; i < 2; i++) {
        (void)host_must_submit(&h, "LI-A", 1);
        assert_int_equal(host_tick(&h, h.now + 10000), XK_OK);
        size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_memory_not_equal(&h.kit.outcomes[2 * i + 1].id, &none, sizeof none);
        assert_memory_not_equal(h.kit.outcomes[2 * i + 1].id.octets, none.octets, 8);
        assert_memory_not_equal(h.kit.outcomes[2 * i + 1].id.octets + 8, none.octets, 8);
        assert_memory_not_equal(h.kit.outcomes[2 * i + 1].id.octets, h.kit.outcomes[2 * i + 1].id.octets + 8, 8);
    }
    assert_memory_not_equal(&h.kit.outcomes[1].id, &h.kit.outcomes[3].id, sizeof none);
    /* Of all 128 bits of the transaction: one that is another in its first or last octet gives another id. */
    const struct xk_outcome_id wanted = id_of_supplement(&h.kit.outcomes[2].id, h.kit.sent + XKI_ID_OFFSET);
    assert_memory_equal(&h.kit.outcomes[3].id, &wanted, sizeof wanted);
    host_end(&h);
}

static void a_partial_outcome_is_told_as_partial(void **state)
{
    (void)state;
    static const uint8_t cs_ids[] = {1, 2};
    struct xk_party party;
    struct xk_request request;
    uint64_t handle = 0;
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.cs_ids = cs_ids;
    request.cs_count = 2;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(h.audited_count, 3);
    is_audited(1, XK_EVENT_DECIDED, XK_OUTCOME_PARTIAL, 0, 0, &h.kit.outcomes[0].id);
    is_audited(2, XK_EVENT_ACKNOWLEDGED, XK_OUTCOME_PARTIAL, 0, 0, &h.kit.outcomes[0].id);
    assert_int_equal(host_seen(&h, XK_EVENT_DECIDED)->kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(host_seen(&h, XK_EVENT_ACKNOWLEDGED)->kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(host_counters(&h).decided_partial, 1);
    assert_int_equal(host_counters(&h).decided_keys, 0);
    host_end(&h);
}

static void a_refusal_is_audited_with_its_reason(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_TICKET_MAC, NULL);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    is_audited(1, XK_EVENT_DECIDED, XK_OUTCOME_FAILURE, XK_CAUSE_KMS_REFUSED, XK_FAILURE_TICKET_MAC,
               &h.kit.outcomes[0].id);
    assert_int_equal(host_seen(&h, XK_EVENT_DECIDED)->failure, XK_FAILURE_TICKET_MAC);
    assert_int_equal(host_seen(&h, XK_EVENT_DECIDED)->cause, XK_CAUSE_KMS_REFUSED);
    assert_int_equal(host_counters(&h).expired, 0);
    host_end(&h);
}

static void is_seen(enum xk_event event, enum xk_status status, uint64_t request, uint32_t kms, uint32_t attempt)
{
    const struct xk_observation *seen = host_seen(&h, event);
    assert_int_equal(seen->status, status);
    assert_true(seen->request == request);
    assert_int_equal(seen->kms, kms);
    assert_int_equal(seen->attempt, attempt);
    assert_int_equal(seen->now_ms, h.now);
}

/* Each refusal of octets names the KMS that they came from, and the request where there is one. */
static void refused_octets_name_their_kms_and_request(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    const uint64_t handle = host_must_submit(&h, "LI-A", 2);
    is_seen(XK_EVENT_SUBMITTED, XK_OK, handle, h.kms[0], 0);
    is_seen(XK_EVENT_SENT, XK_OK, handle, h.kms[0], 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 1, wire, size - 1), XK_E_TRUNCATED);
    is_seen(XK_EVENT_RECEIVE_REFUSED, XK_E_TRUNCATED, 0, h.kms[1], 0);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 1, wire, size), XK_E_PEER);
    is_seen(XK_EVENT_RECEIVE_REFUSED, XK_E_PEER, handle, h.kms[1], 1);
    assert_string_equal(h.diag.field, "peer");
    h.kit.reply = XK_OUTCOME_REFUSED;
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    is_seen(XK_EVENT_RECEIVE_REFUSED, XK_E_BLOCKED, handle, h.kms[0], 1);
    is_seen(XK_EVENT_OFFER_REFUSED, XK_OK, handle, h.kms[0], 1);
    assert_int_equal(host_seen(&h, XK_EVENT_OFFER_REFUSED)->kind, XK_OUTCOME_KEYS);
    assert_int_equal(host_seen(&h, XK_EVENT_RECEIVE_REFUSED)->kind, 0);
    assert_int_equal(host_tick(&h, h.now + 1000), XK_OK); /* asked for again */
    assert_int_equal(host_tick(&h, h.now + 9000), XK_OK); /* of the other one */
    size = host_answer_keys(&h, wire, sizeof wire, 1, 8);
    assert_int_equal(host_receive(&h, 1, wire, size), XK_E_CONFLICT);
    is_seen(XK_EVENT_RECEIVE_REFUSED, XK_E_CONFLICT, handle, h.kms[1], 3);
    h.kit.reply = XK_OUTCOME_HELD;
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    is_seen(XK_EVENT_HELD, XK_OK, handle, h.kms[1], 3);
    assert_int_equal(host_seen(&h, XK_EVENT_HELD)->kind, XK_OUTCOME_KEYS);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_DUPLICATE);
    is_seen(XK_EVENT_RECEIVE_REFUSED, XK_E_DUPLICATE, handle, h.kms[0], 3);
    host_end(&h);
}

/* Of an answer to what has ended only the KMS is known. */
static void late_keys_name_their_kms(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    const uint64_t handle = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.kit.reply = XK_OUTCOME_HELD;
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_LATE); /* the failure is with the host */
    is_seen(XK_EVENT_LATE_KEYS, XK_E_LATE, handle, h.kms[0], 1);
    is_seen(XK_EVENT_RECEIVE_REFUSED, XK_E_LATE, handle, h.kms[0], 1);
    assert_int_equal(xk_requester_acknowledge(h.r, h.now, handle, &h.kit.outcomes[0].id), XK_OK);
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_LATE);
    is_seen(XK_EVENT_LATE_KEYS, XK_E_LATE, 0, h.kms[0], 0);
    assert_string_equal(h.diag.field, "transaction id");
    assert_int_equal(host_counters(&h).late_keys, 2);
    host_end(&h);
}

static void is_refused_with(enum xk_status wanted)
{
    uint64_t none = 77;
    memset(&h.diag, 0x55, sizeof h.diag);
    assert_int_equal(host_submit(&h, "LI-A", 1, &none), wanted);
    assert_int_equal(none, 77);
    assert_int_equal(h.diag.status, wanted);
    assert_int_equal(h.diag.offset, 0);
    assert_string_equal(h.diag.field, "");
}

static void a_journal_that_fails_and_a_fence_name_the_request(void **state)
{
    (void)state;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    const uint64_t handle = host_must_submit(&h, "LI-A", 1);
    h.kit.journal_reply = XK_JOURNAL_FAILED;
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_JOURNAL);
    is_seen(XK_EVENT_JOURNAL_FAILED, XK_E_JOURNAL, handle, h.kms[0], 1);
    is_refused_with(XK_E_JOURNAL);
    assert_int_equal(host_seen(&h, XK_EVENT_JOURNAL_FAILED)->request, 0); /* it has never been */
    h.kit.journal_reply = XK_JOURNAL_FENCED;
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_FENCED);
    is_seen(XK_EVENT_FENCED, XK_E_FENCED, handle, h.kms[0], 1);
    assert_int_equal(host_counters(&h).journal_failed, 3);
    is_refused_with(XK_E_FENCED);
    assert_int_equal(host_counters(&h).journal_failed, 3);
    host_end(&h);
}

/* Withdrawn, each by itself, is audited under its id, with no kind: there is no outcome. */
static void withdrawals_are_audited(void **state)
{
    (void)state;
    host_init(&h);
    h.config.share_queries = true;
    host_start(&h);
    const uint64_t first = host_must_submit(&h, "LI-A", 1);
    const uint64_t second = host_must_submit(&h, "LI-A", 1);
    is_seen(XK_EVENT_SHARED, XK_OK, second, h.kms[0], 0);
    assert_int_equal(xk_requester_cancel(h.r, h.now, first), XK_OK);
    is_seen(XK_EVENT_CANCELLED, XK_OK, first, h.kms[0], 1);
    assert_true(host_audited(&h, XK_EVENT_CANCELLED)->request == first);
    h.now += 50;
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, NULL), XK_OK);
    is_seen(XK_EVENT_CANCELLED, XK_OK, second, h.kms[0], 1);
    assert_true(host_audited(&h, XK_EVENT_CANCELLED)->request == second);
    assert_int_equal(host_audited(&h, XK_EVENT_CANCELLED)->kind, 0);
    assert_int_equal(host_seen(&h, XK_EVENT_CANCELLED)->kind, 0);
    assert_int_equal(h.audited_count, 4);
    assert_int_equal(host_counters(&h).cancelled, 1);
    assert_int_equal(host_counters(&h).purged, 1);
    host_end(&h);
}

/* A newer KMS says more than we know: what is not critical is counted, and the rest is taken. */
static void unknown_keys_are_counted(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    for (unsigned int more = 0; more < 2; more++) {
        (void)host_must_submit(&h, "LI-A", 1);
        size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
        if (more) { /* 128: 0, at the end of the map */
            wire[0]++;
            memcpy(wire + size, (const uint8_t[]){0x18, 0x80, 0x00}, 3);
            size += 3;
        }
        assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
        assert_int_equal(host_counters(&h).extensions, more);
        assert_int_equal(host_counters(&h).received, more + 1);
        assert_int_equal(host_counters(&h).decided_keys, more + 1);
    }
    host_end(&h);
}

static void retries_referrals_and_fail_overs_are_counted(void **state)
{
    (void)state;
    host_init(&h);
    h.config.attempt_timeout = 1000;
    h.config.max_attempts = 8;
    h.config.follow_referral = true;
    host_start(&h);
    const uint64_t handle = host_must_submit(&h, "LI-A", 2);
    assert_int_equal(host_counters(&h).retried, 0);
    assert_int_equal(host_counters(&h).failed_over, 0);
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(host_counters(&h).retried, 1);
    assert_int_equal(host_counters(&h).failed_over, 1);
    assert_int_equal(host_event(&h, XK_EVENT_ATTEMPT_EXPIRED), 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_OTHER_KMS, "kms3.example.com");
    assert_int_equal(host_receive(&h, 1, wire, size), XK_OK);
    is_seen(XK_EVENT_REFERRED, XK_OK, handle, h.kms[2], 2);
    assert_int_equal(host_counters(&h).referred, 1);
    assert_int_equal(host_counters(&h).retried, 2);
    assert_int_equal(host_counters(&h).failed_over, 2);
    assert_int_equal(host_counters(&h).sent, 3);
    assert_int_equal(host_counters(&h).extensions, 0);
    assert_int_equal(host_counters(&h).submitted, 1);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_supplement_is_audited_under_its_own_id),
        cmocka_unit_test(supplements_have_ids_of_their_own),
        cmocka_unit_test(a_partial_outcome_is_told_as_partial),
        cmocka_unit_test(a_refusal_is_audited_with_its_reason),
        cmocka_unit_test(refused_octets_name_their_kms_and_request),
        cmocka_unit_test(late_keys_name_their_kms),
        cmocka_unit_test(a_journal_that_fails_and_a_fence_name_the_request),
        cmocka_unit_test(withdrawals_are_audited),
        cmocka_unit_test(unknown_keys_are_counted),
        cmocka_unit_test(retries_referrals_and_fail_overs_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
