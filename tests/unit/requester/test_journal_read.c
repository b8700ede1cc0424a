/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking into journal and snapshot: each record as it was written, and what is damaged told at its place. */
#include <xk/journal_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/siphash.h"
#include "unit/requester/fixture.h"

#define KIND_AT 4 /* in a record */
#define SUM 8     /* octets of the checksum at its end */

static struct host h;
static struct xk_journal_entry entry;

static int set_up(void **state)
{
    (void)state;
    host_init(&h);
    host_keep_journal(&h);
    h.config.epoch = 7;
    h.now = 1000;
    h.reference = 0;
    host_start(&h);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    host_end(&h);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static enum xk_status read_at(const uint8_t *data, size_t size, size_t *at, struct xk_diag *diag)
{
    memset(&entry, 0x5a, sizeof entry);
    entry.size = sizeof entry;
    return xk_journal_read(data, size, at, &entry, diag);
}

static void next(const uint8_t *data, size_t size, size_t *at, enum xk_journal_entry_kind kind)
{
    size_t before = *at;
    assert_int_equal(read_at(data, size, at, NULL), XK_OK);
    assert_int_equal(entry.kind, kind);
    assert_int_equal(entry.size, sizeof entry);
    assert_int_equal(entry.epoch, 7);
    assert_ptr_equal(entry.octets.data, data + before);
    assert_int_equal(entry.octets.size, *at - before);
}

static void at_end(const uint8_t *data, size_t size, size_t *at)
{
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t before = *at;
    assert_int_equal(before, size);
    assert_int_equal(read_at(data, size, at, &diag), XK_E_UNKNOWN);
    assert_int_equal(diag.offset, size);
    assert_int_equal(*at, before);
    assert_int_equal(entry.epoch, 0x5a5a5a5a5a5a5a5a); /* nothing written */
}

static void same_text(struct xk_bytes view, const char *text)
{
    assert_int_equal(view.size, strlen(text));
    assert_memory_equal(view.data, text, view.size);
}

static void is_submitted(const char *liid, size_t kms_count, uint32_t asked)
{
    assert_int_equal(entry.time_ms, 1000);
    assert_int_equal(entry.left_ms, h.config.timeout);
    assert_int_equal(entry.sessions.size, 1);
    assert_int_equal(entry.sessions.data[0], 1);
    assert_int_equal(entry.kms_count, kms_count);
    same_text(entry.kms[0], "kms1.example.com");
    assert_int_equal(entry.asked, asked);
    assert_false(entry.referred);
    same_text(entry.warrant.liid, liid);
    assert_ptr_equal(entry.warrant.parties, entry.parties);
    assert_int_equal(entry.warrant.party_count, 1);
    assert_true(entry.parties[0].sip_uri.size > 0);
    assert_int_equal(entry.outcome_kind, 0);
    assert_null(entry.answerer.data);
}

/* A request's life, and what it was asked and answered. */
static void a_journal_is_told_record_by_record(void **state)
{
    uint8_t answer[1024];
    size_t at = 0;
    (void)state;
    host_must_submit(&h, "LI-1", 2);
    size_t submitted = h.kit.journal_size;
    size_t size = host_answer_keys(&h, answer, sizeof answer, 1, 0x77);
    h.now = 1200;
    assert_int_equal(host_receive(&h, 0, answer, size), XK_OK);
    assert_int_equal(host_tick(&h, 1250), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    next(h.journal, h.kit.journal_size, &at, XK_JOURNAL_ENTRY_SUBMITTED);
    assert_int_equal(at, submitted);
    is_submitted("LI-1", 2, entry.asked);
    same_text(entry.kms[1], "kms2.example.com");
    assert_int_equal(entry.get_keys.size, h.kit.sent_size);
    assert_memory_equal(entry.get_keys.data, h.kit.sent, h.kit.sent_size);
    assert_memory_equal(&entry.outcome, &h.kit.outcomes[0].id, sizeof entry.outcome);
    struct xk_transaction_id transaction = entry.transaction;
    assert_int_equal(xk_message_peek(h.kit.sent, h.kit.sent_size, &(enum xk_message_type){0}, &entry.transaction, NULL),
                     XK_OK);
    assert_memory_equal(&entry.transaction, &transaction, sizeof transaction);
    next(h.journal, h.kit.journal_size, &at, XK_JOURNAL_ENTRY_DECIDED);
    assert_memory_equal(&entry.transaction, &transaction, sizeof transaction);
    assert_memory_equal(&entry.outcome, &h.kit.outcomes[0].id, sizeof entry.outcome);
    assert_int_equal(entry.outcome_kind, XK_OUTCOME_KEYS);
    assert_int_equal(entry.cause, XK_CAUSE_NONE);
    assert_int_equal(entry.failure, XK_FAILURE_NONE);
    assert_int_equal(entry.time_ms, 1200);
    assert_int_equal(entry.age_ms, 0);
    same_text(entry.answerer, "kms1.example.com");
    assert_null(entry.referral.data);
    assert_int_equal(entry.referral.size, 0);
    assert_int_equal(entry.kms_count, 0);
    assert_null(entry.warrant.parties);
    next(h.journal, h.kit.journal_size, &at, XK_JOURNAL_ENTRY_ENDED);
    assert_memory_equal(&entry.transaction, &transaction, sizeof transaction);
    assert_memory_equal(&entry.outcome, &h.kit.outcomes[0].id, sizeof entry.outcome);
    at_end(h.journal, h.kit.journal_size, &at);
}

static void a_refusal_is_told_with_its_reason(void **state)
{
    uint8_t answer[1024];
    size_t at = 0;
    (void)state;
    h.kit.reply = XK_OUTCOME_REFUSED;
    host_must_submit(&h, "LI-1", 1);
    size_t size = host_answer_failure(&h, answer, sizeof answer, XK_FAILURE_TARGET_ONLY_DIALLED, NULL);
    assert_int_equal(host_receive(&h, 0, answer, size), XK_OK);
    next(h.journal, h.kit.journal_size, &at, XK_JOURNAL_ENTRY_SUBMITTED);
    next(h.journal, h.kit.journal_size, &at, XK_JOURNAL_ENTRY_DECIDED);
    assert_int_equal(entry.outcome_kind, XK_OUTCOME_FAILURE);
    assert_int_equal(entry.cause, XK_CAUSE_KMS_REFUSED);
    assert_int_equal(entry.failure, XK_FAILURE_TARGET_ONLY_DIALLED);
    at_end(h.journal, h.kit.journal_size, &at);
}

static void a_snapshot_is_told_with_its_counts(void **state)
{
    static uint8_t out[65536];
    size_t size = 0;
    size_t at = 0;
    (void)state;
    h.kit.reply = XK_OUTCOME_REFUSED;
    host_must_submit(&h, "LI-1", 1);
    host_must_submit(&h, "LI-22", 3);
    assert_int_equal(xk_requester_snapshot(h.r, 1000, out, sizeof out, &size), XK_OK);
    next(out, size, &at, XK_JOURNAL_ENTRY_BEGIN);
    assert_int_equal(entry.submitted, 2);
    assert_int_equal(entry.decided, 0);
    assert_null(entry.get_keys.data);
    next(out, size, &at, XK_JOURNAL_ENTRY_SUBMITTED);
    is_submitted("LI-1", 1, 1);
    next(out, size, &at, XK_JOURNAL_ENTRY_SUBMITTED);
    is_submitted("LI-22", 3, 1);
    next(out, size, &at, XK_JOURNAL_ENTRY_END);
    assert_int_equal(entry.submitted, 2);
    assert_int_equal(entry.decided, 0);
    at_end(out, size, &at);
    assert_int_equal(host_tick(&h, 1000 + h.config.timeout), XK_OK);
    assert_int_equal(xk_requester_snapshot(h.r, 5000 + h.config.timeout, out, sizeof out, &size), XK_OK);
    at = 0;
    next(out, size, &at, XK_JOURNAL_ENTRY_BEGIN);
    next(out, size, &at, XK_JOURNAL_ENTRY_SUBMITTED);
    next(out, size, &at, XK_JOURNAL_ENTRY_SUBMITTED);
    for (unsigned int i = 0; i < 2; i++) {
        next(out, size, &at, XK_JOURNAL_ENTRY_DECIDED);
        assert_int_equal(entry.cause, XK_CAUSE_TIMER_EXPIRED);
        assert_int_equal(entry.age_ms, 4000);
        assert_null(entry.answerer.data);
    }
    next(out, size, &at, XK_JOURNAL_ENTRY_END);
    assert_int_equal(entry.submitted, 2);
    assert_int_equal(entry.decided, 2);
}

static void what_is_cut_or_damaged_is_told_at_its_record(void **state)
{
    static uint8_t octets[4096];
    struct xk_diag diag;
    size_t first = 0;
    (void)state;
    h.kit.reply = XK_OUTCOME_REFUSED;
    host_must_submit(&h, "LI-1", 1);
    first = h.kit.journal_size;
    host_must_submit(&h, "LI-2", 1);
    size_t size = h.kit.journal_size;
    assert_true(size <= sizeof octets);
    for (size_t cut = first + 1; cut < size; cut++) {
        size_t at = first;
        assert_int_equal(read_at(h.journal, cut, &at, &diag), XK_E_SNAPSHOT);
        assert_int_equal(diag.offset, first);
        assert_string_equal(diag.field, "record");
        assert_int_equal(at, first);
        assert_int_equal(entry.kind, 0x5a5a5a5a);
    }
    for (size_t i = first; i < size; i++) {
        size_t at = first;
        memcpy(octets, h.journal, size);
        octets[i] ^= 1;
        assert_int_equal(read_at(octets, size, &at, &diag),
                         i == first + 3 ? XK_E_SNAPSHOT_VERSION : XK_E_SNAPSHOT);
        assert_int_equal(diag.offset, first);
        assert_int_equal(at, first);
    }
}

/* A record whose checksum is right and whose kind does not fit its content. */
static enum xk_status as_kind(const uint8_t *record, size_t size, uint8_t kind)
{
    static const struct xki_siphash_key key = {0, 0};
    uint8_t octets[4096];
    size_t at = 0;
    assert_true(size <= sizeof octets);
    memcpy(octets, record, size);
    octets[KIND_AT] = kind;
    uint64_t sum = xki_siphash(&key, octets, size - SUM);
    for (unsigned int i = 0; i < SUM; i++) {
        octets[size - 1 - i] = (uint8_t)(sum >> 8 * i);
    }
    return read_at(octets, size, &at, NULL);
}

static void a_kind_that_does_not_fit_is_refused(void **state)
{
    static const uint8_t kinds[] = {1, 2, 3, 16, 17};
    static uint8_t snapshot[8192];
    size_t size = 0;
    size_t at = 0;
    (void)state;
    h.kit.reply = XK_OUTCOME_REFUSED;
    host_must_submit(&h, "LI-1", 1);
    assert_int_equal(host_tick(&h, 1000 + h.config.timeout), XK_OK);
    assert_int_equal(xk_requester_snapshot(h.r, 20000, snapshot, sizeof snapshot, &size), XK_OK);
    while (at < size) {
        size_t start = at;
        assert_int_equal(read_at(snapshot, size, &at, NULL), XK_OK);
        uint8_t own = (uint8_t)entry.kind;
        assert_int_equal(as_kind(snapshot + start, at - start, own), XK_OK);
        for (size_t i = 0; i < sizeof kinds; i++) {
            assert_int_equal(as_kind(snapshot + start, at - start, kinds[i]),
                             kinds[i] == own ? XK_OK : XK_E_SNAPSHOT);
        }
        assert_int_equal(as_kind(snapshot + start, at - start, 0), XK_E_SNAPSHOT);
        assert_int_equal(as_kind(snapshot + start, at - start, 4), XK_E_SNAPSHOT);
        assert_int_equal(as_kind(snapshot + start, at - start, 15), XK_E_SNAPSHOT);
        assert_int_equal(as_kind(snapshot + start, at - start, 18), XK_E_SNAPSHOT);
    }
}

static void wrong_arguments_are_refused(void **state)
{
    struct xk_diag diag = {XK_OK, 9, "x"};
    const uint8_t octet = 0;
    size_t at = 0;
    (void)state;
    entry.size = sizeof entry;
    assert_int_equal(xk_journal_read(NULL, 1, &at, &entry, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_journal_read(&octet, 1, NULL, &entry, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_journal_read(&octet, 1, &at, NULL, NULL), XK_E_ARGUMENT);
    at = 2;
    assert_int_equal(xk_journal_read(&octet, 1, &at, &entry, NULL), XK_E_ARGUMENT);
    at = 1;
    assert_int_equal(xk_journal_read(&octet, 1, &at, &entry, NULL), XK_E_UNKNOWN);
    at = 0;
    assert_int_equal(xk_journal_read(&octet, 1, &at, &entry, NULL), XK_E_SNAPSHOT);
    entry.size = sizeof entry - 1;
    assert_int_equal(xk_journal_read(&octet, 1, &at, &entry, NULL), XK_E_ARGUMENT);
    entry.size = sizeof entry + 1;
    assert_int_equal(xk_journal_read(&octet, 1, &at, &entry, NULL), XK_E_ARGUMENT);
}

static void kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(xk_journal_entry_kind_name(XK_JOURNAL_ENTRY_SUBMITTED), "submitted");
    assert_string_equal(xk_journal_entry_kind_name(XK_JOURNAL_ENTRY_DECIDED), "decided");
    assert_string_equal(xk_journal_entry_kind_name(XK_JOURNAL_ENTRY_ENDED), "ended");
    assert_string_equal(xk_journal_entry_kind_name(XK_JOURNAL_ENTRY_BEGIN), "snapshot-begin");
    assert_string_equal(xk_journal_entry_kind_name(XK_JOURNAL_ENTRY_END), "snapshot-end");
    assert_string_equal(xk_journal_entry_kind_name((enum xk_journal_entry_kind)4), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_journal_is_told_record_by_record),
        TEST(a_refusal_is_told_with_its_reason),
        TEST(a_snapshot_is_told_with_its_counts),
        TEST(what_is_cut_or_damaged_is_told_at_its_record),
        TEST(a_kind_that_does_not_fit_is_refused),
        TEST(wrong_arguments_are_refused),
        TEST(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
