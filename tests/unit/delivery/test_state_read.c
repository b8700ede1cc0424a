/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking into what counters have saved: each record as it was written, and what is damaged told at its place. */
#include <xk/counters_read.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/siphash.h"
#include "unit/delivery/fixture.h"

#define KIND_AT 4 /* in a record */
#define SUM 4     /* octets of the checksum at its end */

static struct fixture f;
static struct xk_counters_entry entry;

static int set_up(void **state)
{
    (void)state;
    fixture_init(&f);
    fixture_create(&f);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static enum xk_status read_at(const uint8_t *data, size_t size, size_t *at, struct xk_diag *diag)
{
    memset(&entry, 0x5a, sizeof entry);
    entry.size = sizeof entry;
    return xk_counters_read(data, size, at, &entry, diag);
}

static void next(const uint8_t *data, size_t size, size_t *at, enum xk_counters_entry_kind kind)
{
    size_t before = *at;
    assert_int_equal(read_at(data, size, at, NULL), XK_OK);
    assert_int_equal(entry.kind, kind);
    assert_int_equal(entry.size, sizeof entry);
    assert_ptr_equal(entry.octets.data, data + before);
    assert_int_equal(entry.octets.size, *at - before);
}

static void is_of(const char *liid, uint32_t number, const char *country)
{
    assert_int_equal(entry.liid.size, strlen(liid));
    assert_memory_equal(entry.liid.data, liid, entry.liid.size);
    assert_int_equal(entry.payload_class, 0);
    assert_int_equal(entry.number, number);
    assert_memory_equal(entry.country, country, 2);
}

static void is_cookie(unsigned int id)
{
    const struct xk_delivery_record r = fixture_record(&f, id);
    assert_memory_equal(&entry.cookie, &r.cookie, sizeof r.cookie);
}

/* The life of two records, the second of another warrant whose communication and then whose warrant ends. */
static void a_journal_is_told_record_by_record(void **state)
{
    size_t at = 0;
    uint32_t forgotten = 0;
    (void)state;
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    const struct xk_delivery_record first = fixture_record(&f, 1);
    assert_int_equal(xk_counters_settle(f.counters, &first.cookie), XK_OK);
    struct xk_delivery_record r = fixture_record(&f, 2);
    r.header.liid = xk_text("LI-22");
    memcpy(r.header.authorization_country, "BB", 2);
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, NULL), XK_OK);
    assert_int_equal(xk_counters_end(f.counters, &r.header, NULL), XK_OK);
    assert_int_equal(xk_delivery_purge(f.d, f.now, r.header.liid, "BB", NULL), XK_OK);
    assert_int_equal(xk_counters_purge(f.counters, r.header.liid, "BB", &forgotten), XK_OK);

    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_BEGIN);
    assert_false(entry.state_lost);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_END);
    assert_int_equal(entry.contexts, 0);
    assert_int_equal(entry.records, 0);
    assert_int_equal(entry.lemfs, 0);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_LEMF);
    assert_int_equal(entry.lemf, f.config.lemf);
    assert_false(entry.reset_owed);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_RESERVED);
    const struct xk_bytes liid = first.header.liid;
    assert_int_equal(entry.liid.size, liid.size);
    assert_memory_equal(entry.liid.data, liid.data, liid.size);
    assert_memory_equal(entry.country, first.header.authorization_country, 2);
    assert_int_equal(entry.number, 0);
    assert_int_equal(entry.time.seconds, first.header.time.seconds);
    assert_int_equal(entry.time.microseconds, first.header.time.microseconds);
    assert_int_equal(entry.communication.data[0], 0xa0);
    assert_true(entry.communication.size > 4);
    assert_ptr_equal(entry.communication.data, entry.liid.data + entry.liid.size);
    is_cookie(1);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_DELIVERED);
    is_cookie(1);
    assert_null(entry.liid.data);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_GONE);
    is_cookie(1);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_RESERVED);
    is_of("LI-22", 0, "BB");
    is_cookie(2);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_CONTEXT_ENDED);
    is_of("LI-22", 0, "\0");
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_GONE);
    is_cookie(2);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_PURGED);
    is_of("LI-22", 0, "BB");
    assert_null(entry.communication.data);
    static const char longest[] = "LI-3456789012345678901234"; /* 25 octets, the most a LIID has */
    assert_int_equal(xk_counters_purge(f.counters, xk_text(longest), "CC", NULL), XK_OK);
    next(f.journal, f.journal_size, &at, XK_COUNTERS_ENTRY_PURGED);
    is_of(longest, 0, "CC");
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(read_at(f.journal, f.journal_size, &at, &diag), XK_E_UNKNOWN);
    assert_int_equal(diag.offset, f.journal_size);
    assert_int_equal(at, f.journal_size);
}

static size_t snapshot(uint8_t *out, size_t capacity)
{
    size_t size = 0;
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    put_ok(&f, 2, 1);
    struct xk_delivery_record r = fixture_record(&f, 3);
    memcpy(r.header.authorization_country, "BB", 2);
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, NULL), XK_OK);
    assert_int_equal(xk_counters_end(f.counters, &r.header, NULL), XK_OK);
    assert_int_equal(xk_counters_snapshot(f.counters, out, capacity, &size), XK_OK);
    return size;
}

static void a_snapshot_is_told_with_its_counts(void **state)
{
    static uint8_t out[8192];
    size_t at = 0;
    (void)state;
    size_t size = snapshot(out, sizeof out);
    next(out, size, &at, XK_COUNTERS_ENTRY_BEGIN);
    next(out, size, &at, XK_COUNTERS_ENTRY_CONTEXT);
    assert_int_equal(entry.number, 3);
    assert_true(entry.mixed);
    assert_true(entry.ended);
    static const enum xk_record_state states[] = {XK_RECORD_DELIVERED, XK_RECORD_RESERVED, XK_RECORD_RESERVED};
    for (unsigned int i = 0; i < 3; i++) {
        next(out, size, &at, XK_COUNTERS_ENTRY_RECORD);
        assert_int_equal(entry.number, i);
        assert_int_equal(entry.state, states[i]);
        is_cookie(i + 1);
    }
    next(out, size, &at, XK_COUNTERS_ENTRY_LEMF);
    next(out, size, &at, XK_COUNTERS_ENTRY_END);
    assert_int_equal(entry.contexts, 1);
    assert_int_equal(entry.records, 3);
    assert_int_equal(entry.lemfs, 1);
    assert_int_equal(at, size);
}

struct kept {
    uint8_t octets[4096];
    size_t size;
};

static bool keep(struct xk_bytes octets, void *user)
{
    struct kept *kept = user;
    assert_true(octets.size <= sizeof kept->octets - kept->size);
    memcpy(kept->octets + kept->size, octets.data, octets.size);
    kept->size += octets.size;
    return true;
}

static void a_lost_state_and_an_owed_reset_are_told(void **state)
{
    static uint8_t out[4096];
    static struct kept kept;
    const struct xk_counters_callbacks callbacks = {sizeof callbacks, keep};
    struct xk_counters *c = NULL;
    struct xk_delivery *d = NULL;
    size_t size = 0;
    size_t at = 0;
    (void)state;
    f.counters_config.state_lost = true;
    f.config.lemf = 0x01020304;
    assert_int_equal(xk_counters_create(&f.counters_config, &callbacks, NULL, &kept, &c, NULL), XK_OK);
    assert_int_equal(xk_delivery_create(&f.config, c, NULL, NULL, NULL, f.now, &d, NULL), XK_OK);
    /* Begin, end, LEMF: what is true is 1. */
    assert_int_equal(kept.size, 12 + 23 + 16);
    assert_int_equal(kept.octets[7], 1);
    assert_int_equal(kept.octets[12 + 23 + 7 + 4], 1);
    assert_int_equal(xk_counters_snapshot(c, out, sizeof out, &size), XK_OK);
    next(out, size, &at, XK_COUNTERS_ENTRY_BEGIN);
    assert_true(entry.state_lost);
    next(out, size, &at, XK_COUNTERS_ENTRY_LEMF);
    assert_int_equal(entry.lemf, 0x01020304);
    assert_true(entry.reset_owed);
    assert_int_equal(xk_delivery_destroy(d), XK_OK);
    assert_int_equal(xk_counters_destroy(c), XK_OK);
}

/* A record whose checksum is right and whose kind does not fit its content. */
static enum xk_status as_kind(const uint8_t *record, size_t size, uint8_t kind)
{
    static const struct xki_siphash_key key = {0, 0};
    uint8_t octets[1024];
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

/* Kinds by the octets that they have: those of one size may stand for each other. */
static void a_kind_that_does_not_fit_is_refused(void **state)
{
    static uint8_t out[8192];
    static const uint8_t fixed[] = {1, 4, 5, 7, 8};
    size_t at = 0;
    (void)state;
    size_t size = snapshot(out, sizeof out);
    while (at < size) {
        size_t start = at;
        assert_int_equal(read_at(out, size, &at, NULL), XK_OK);
        uint8_t own = (uint8_t)entry.kind;
        assert_int_equal(as_kind(out + start, at - start, own), XK_OK);
        for (size_t i = 0; i < sizeof fixed; i++) {
            assert_int_equal(as_kind(out + start, at - start, fixed[i]), fixed[i] == own ? XK_OK : XK_E_SNAPSHOT);
        }
        assert_int_equal(as_kind(out + start, at - start, 0), XK_E_SNAPSHOT);
        assert_int_equal(as_kind(out + start, at - start, 11), XK_E_SNAPSHOT);
        if (own == XK_COUNTERS_ENTRY_BEGIN || own == XK_COUNTERS_ENTRY_LEMF) {
            assert_int_equal(as_kind(out + start, at - start, XK_COUNTERS_ENTRY_CONTEXT), XK_E_SNAPSHOT);
            assert_int_equal(as_kind(out + start, at - start, XK_COUNTERS_ENTRY_RECORD), XK_E_SNAPSHOT);
            assert_int_equal(as_kind(out + start, at - start, XK_COUNTERS_ENTRY_RESERVED), XK_E_SNAPSHOT);
            assert_int_equal(as_kind(out + start, at - start, XK_COUNTERS_ENTRY_CONTEXT_ENDED), XK_E_SNAPSHOT);
        }
        if (own == XK_COUNTERS_ENTRY_RECORD) { /* longer than a LIID */
            assert_int_equal(as_kind(out + start, at - start, XK_COUNTERS_ENTRY_PURGED), XK_E_SNAPSHOT);
        }
    }
}

static void what_is_cut_or_damaged_is_told_at_its_record(void **state)
{
    static uint8_t out[8192];
    static uint8_t octets[8192];
    struct xk_diag diag;
    size_t first = 0;
    (void)state;
    size_t size = snapshot(out, sizeof out);
    assert_int_equal(read_at(out, size, &first, NULL), XK_OK);
    size_t end = first;
    assert_int_equal(read_at(out, size, &end, NULL), XK_OK);
    for (size_t cut = first + 1; cut < end; cut++) {
        size_t at = first;
        assert_int_equal(read_at(out, cut, &at, &diag), XK_E_SNAPSHOT);
        assert_int_equal(diag.offset, first);
        assert_string_equal(diag.field, "record");
        assert_int_equal(at, first);
        assert_int_equal(entry.kind, 0x5a5a5a5a);
    }
    for (size_t i = first; i < end; i++) {
        size_t at = first;
        memcpy(octets, out, size);
        octets[i] ^= 1;
        assert_int_equal(read_at(octets, size, &at, &diag),
                         i == first + 3 ? XK_E_SNAPSHOT_VERSION : XK_E_SNAPSHOT);
        assert_int_equal(diag.offset, first);
    }
}

static void wrong_arguments_are_refused(void **state)
{
    struct xk_diag diag = {XK_OK, 9, "x"};
    const uint8_t octet = 0;
    size_t at = 0;
    (void)state;
    entry.size = sizeof entry;
    assert_int_equal(xk_counters_read(NULL, 1, &at, &entry, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_counters_read(&octet, 1, NULL, &entry, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_read(&octet, 1, &at, NULL, NULL), XK_E_ARGUMENT);
    at = 2;
    assert_int_equal(xk_counters_read(&octet, 1, &at, &entry, NULL), XK_E_ARGUMENT);
    at = 1;
    assert_int_equal(xk_counters_read(&octet, 1, &at, &entry, NULL), XK_E_UNKNOWN);
    at = 0;
    assert_int_equal(xk_counters_read(&octet, 1, &at, &entry, NULL), XK_E_SNAPSHOT);
    entry.size = sizeof entry - 1;
    assert_int_equal(xk_counters_read(&octet, 1, &at, &entry, NULL),
                     sizeof entry - 1 < offsetof(struct xk_counters_entry, lemfs) + 4 ? XK_E_ARGUMENT : XK_E_SNAPSHOT);
    entry.size = sizeof entry + 1;
    assert_int_equal(xk_counters_read(&octet, 1, &at, &entry, NULL), XK_E_ARGUMENT);
}

static void kinds_have_names(void **state)
{
    static const char *const names[] = {"?",         "begin", "context",       "record", "lemf", "end", "reserved",
                                        "delivered", "gone",  "context-ended", "purged", "?"};
    (void)state;
    for (unsigned int i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(xk_counters_entry_kind_name((enum xk_counters_entry_kind)i), names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_journal_is_told_record_by_record),
        TEST(a_snapshot_is_told_with_its_counts),
        TEST(a_lost_state_and_an_owed_reset_are_told),
        TEST(a_kind_that_does_not_fit_is_refused),
        TEST(what_is_cut_or_damaged_is_told_at_its_record),
        TEST(wrong_arguments_are_refused),
        TEST(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
