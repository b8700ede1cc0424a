/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

/* The counters object: contexts, records, their lives, and what a host may ask. */
static struct fixture f;

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

static struct xk_cookie cookie(unsigned int id)
{
    struct xk_cookie c;
    memset(&c, (int)id, sizeof c);
    return c;
}

static struct xk_counters_usage used(void)
{
    struct xk_counters_usage u;
    memset(&u, 0, sizeof u);
    u.size = sizeof u;
    assert_int_equal(xk_counters_read_usage(f.counters, &u), XK_OK);
    return u;
}

static uint32_t put_header(unsigned int id, const struct xk_ps_header *h)
{
    uint32_t number = 99;
    struct xk_delivery_record r = fixture_record(&f, id);
    r.header = *h;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, &number, NULL), XK_OK);
    return number;
}

/* LIID, operator, network element, CIN, delivery country: each by itself makes a context, its absence too. */
static void each_part_of_the_context_counts_apart(void **state)
{
    (void)state;
    struct xk_ps_header h = fixture_record(&f, 0).header;
    assert_int_equal(put_header(0, &h), 0);
    assert_int_equal(put_header(1, &h), 1);
    h.liid = xk_text("LI-2");
    assert_int_equal(put_header(2, &h), 0);
    h = fixture_record(&f, 0).header;
    h.operator_identifier = xk_text("12346");
    assert_int_equal(put_header(3, &h), 0);
    h = fixture_record(&f, 0).header;
    h.network_element = xk_text("df");
    assert_int_equal(put_header(4, &h), 0);
    h = fixture_record(&f, 0).header;
    h.has_identity_number = false;
    assert_int_equal(put_header(5, &h), 0);
    h = fixture_record(&f, 0).header;
    memcpy(h.delivery_country, "CC", 2);
    assert_int_equal(put_header(6, &h), 0);
    assert_int_equal(used().contexts, 6);
    assert_int_equal(used().records, 7);
    /* What does not belong to the context does not count apart. */
    h = fixture_record(&f, 0).header;
    memcpy(h.authorization_country, "DD", 2);
    h.domain_version = 33;
    assert_int_equal(put_header(7, &h), 2);
    assert_int_equal(used().contexts, 6);
}

static void lives_of_a_record(void **state)
{
    (void)state;
    struct xk_record known;
    struct xk_cookie one = cookie(1);
    connect(&f);
    assert_int_equal(xk_counters_find(f.counters, &one, &known), XK_E_UNKNOWN);
    put_ok(&f, 1, 0);
    assert_int_equal(xk_counters_find(f.counters, &one, &known), XK_OK);
    assert_int_equal(known.state, XK_RECORD_HELD);
    assert_int_equal(known.number, 0);
    assert_int_equal(known.time.seconds, 1800000000);
    assert_int_equal(known.time.microseconds, 5);
    assert_memory_equal(&known.cookie, &one, sizeof one);
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_E_LATE);
    assert_int_equal(xk_counters_forget(f.counters, &one, NULL), XK_E_EXISTS);
    expect_record(&f, 1, 0);
    assert_int_equal(xk_counters_find(f.counters, &one, &known), XK_OK);
    assert_int_equal(known.state, XK_RECORD_DELIVERED);
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_OK);
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_E_UNKNOWN);
    assert_int_equal(xk_counters_forget(f.counters, &one, NULL), XK_E_UNKNOWN);
    assert_int_equal(used().records, 0);
    put_ok(&f, 2, 1);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    struct xk_cookie two = cookie(2);
    assert_int_equal(xk_counters_find(f.counters, &two, &known), XK_OK);
    assert_int_equal(known.state, XK_RECORD_RESERVED);
    assert_int_equal(xk_counters_settle(f.counters, &two), XK_E_LATE);
    memset(&known, 0, sizeof known);
    assert_int_equal(xk_counters_forget(f.counters, &two, &known), XK_OK);
    assert_int_equal(known.number, 1);
    assert_int_equal(known.state, XK_RECORD_RESERVED);
    fixture_create(&f);
    put_ok(&f, 3, 2);
}

static void walk_is_in_the_order_of_numbering(void **state)
{
    (void)state;
    struct xk_record known;
    uint32_t position = 0;
    connect(&f);
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_E_UNKNOWN);
    for (unsigned int i = 0; i < 4; i++) {
        put_ok(&f, i, i);
    }
    expect_record(&f, 0, 0);
    expect_record(&f, 1, 1);
    struct xk_cookie one = cookie(1);
    struct xk_cookie zero = cookie(0);
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_OK);
    put_ok(&f, 4, 4);
    static const unsigned int order[] = {0, 2, 3, 4};
    for (unsigned int i = 0; i < 4; i++) {
        assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_OK);
        assert_int_equal(known.cookie.octets[0], order[i]);
        assert_int_equal(known.number, order[i]);
    }
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_E_UNKNOWN);
    assert_int_equal(xk_counters_settle(f.counters, &zero), XK_OK);
    position = 0;
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_OK);
    assert_int_equal(known.cookie.octets[0], 2);
    position = f.counters_config.max_records + 1;
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_E_ARGUMENT);
    position = f.counters_config.max_records;
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_E_UNKNOWN);
}

static void contexts_and_records_are_bounded(void **state)
{
    (void)state;
    struct xk_ps_header h = fixture_record(&f, 0).header;
    for (unsigned int i = 0; i < 8; i++) {
        h.identity_number = i;
        assert_int_equal(put_header(i, &h), 0);
    }
    connect(&f);
    expect_record(&f, 0, 0);
    expect_delivered(&f, 0, 0);
    struct xk_delivery_record r = fixture_record(&f, 50);
    r.header.identity_number = 8;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_FULL);
    assert_string_equal(f.diag.field, "max_contexts");
    uint32_t ended = 9;
    h.identity_number = 0;
    assert_int_equal(xk_counters_end(f.counters, &h, &ended), XK_OK);
    assert_int_equal(ended, 1);
    assert_int_equal(used().contexts, 8);
    struct xk_cookie zero = cookie(0);
    assert_int_equal(xk_counters_settle(f.counters, &zero), XK_OK);
    assert_int_equal(used().contexts, 7);
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_OK);
    expect_none(&f);
}

static void records_are_bounded(void **state)
{
    (void)state;
    connect(&f);
    for (unsigned int i = 0; i < 16; i++) {
        put_ok(&f, i, i);
        expect_record(&f, i, i);
        expect_delivered(&f, i, i);
    }
    assert_int_equal(fixture_put(&f, 16, NULL), XK_E_FULL);
    assert_string_equal(f.diag.field, "max_records");
    expect_none(&f);
    struct xk_cookie three = cookie(3);
    assert_int_equal(xk_counters_settle(f.counters, &three), XK_OK);
    put_ok(&f, 16, 16);
}

/* Ended, but used again before its last record was settled: it counts on, and stays. */
static void ended_context_that_is_used_again_counts_on(void **state)
{
    (void)state;
    struct xk_ps_header h = fixture_record(&f, 0).header;
    connect(&f);
    put_ok(&f, 1, 0);
    assert_int_equal(xk_counters_end(f.counters, &h, NULL), XK_OK);
    put_ok(&f, 2, 1);
    expect_record(&f, 1, 0);
    expect_record(&f, 2, 1);
    struct xk_cookie c = cookie(1);
    assert_int_equal(xk_counters_settle(f.counters, &c), XK_OK);
    c = cookie(2);
    assert_int_equal(xk_counters_settle(f.counters, &c), XK_OK);
    assert_int_equal(used().contexts, 1);
    put_ok(&f, 3, 2);
    expect_record(&f, 3, 2);
    c = cookie(3);
    assert_int_equal(xk_counters_settle(f.counters, &c), XK_OK);
    uint32_t ended = 0;
    h.identity_number = 8;
    assert_int_equal(xk_counters_end(f.counters, &h, &ended), XK_OK);
    assert_int_equal(ended, 0);
    h.identity_number = 7;
    assert_int_equal(xk_counters_end(f.counters, &h, &ended), XK_OK);
    assert_int_equal(ended, 1);
    assert_int_equal(used().contexts, 0);
    put_ok(&f, 4, 0);
}

/* All classes of a communication end together. */
static void end_takes_every_payload_type(void **state)
{
    (void)state;
    struct xk_tri tri;
    uint32_t ended = 0;
    struct xk_delivery_record r = fixture_record(&f, 1);
    put_ok(&f, 1, 0);
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_ERROR;
    tri.octets = xk_text("x");
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    assert_int_equal(used().contexts, 2);
    assert_int_equal(xk_counters_end(f.counters, &r.header, &ended), XK_OK);
    assert_int_equal(ended, 2);
    assert_int_equal(used().contexts, 1);
}

static void purge_forgets_one_warrant(void **state)
{
    (void)state;
    uint32_t forgotten = 9;
    struct xk_record known;
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    put_ok(&f, 2, 1);
    struct xk_ps_header h = fixture_record(&f, 0).header;
    h.liid = xk_text("LI-2");
    assert_int_equal(put_header(3, &h), 0);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("LI-1"), "AA", &forgotten), XK_E_EXISTS);
    assert_int_equal(forgotten, 9);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("LI-1"), "BB", &forgotten), XK_OK);
    assert_int_equal(forgotten, 0);
    assert_int_equal(used().records, 3);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("LI-"), "AA", &forgotten), XK_OK);
    assert_int_equal(used().records, 3);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("LI-1"), "AA", &forgotten), XK_OK);
    assert_int_equal(forgotten, 1);
    assert_int_equal(used().records, 1);
    assert_int_equal(used().contexts, 1);
    uint32_t position = 0;
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_OK);
    assert_int_equal(known.cookie.octets[0], 3);
    assert_int_equal(xk_counters_next(f.counters, &position, &known), XK_E_UNKNOWN);
    /* Nothing of the LIID is in the memory any more. */
    for (unsigned int i = 0; i < 4; i++) {
        const uint8_t *block = f.arena.blocks[i];
        for (size_t at = 0; block != NULL && at + 4 <= f.arena.sizes[i]; at++) {
            assert_false(memcmp(block + at, "LI-1", 4) == 0);
        }
    }
    fixture_create(&f);
}

/* One LIID in two countries shares a context by the text, which has no country in it: it stays for the other. */
static void context_of_two_countries_stays(void **state)
{
    (void)state;
    uint32_t forgotten = 9;
    struct xk_ps_header h = fixture_record(&f, 0).header;
    put_ok(&f, 1, 0);
    memcpy(h.authorization_country, "BB", 2);
    assert_int_equal(put_header(2, &h), 1);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("LI-1"), "AA", &forgotten), XK_OK);
    assert_int_equal(forgotten, 0);
    assert_int_equal(used().contexts, 1);
    assert_int_equal(used().records, 2);
    put_ok(&f, 3, 2);
}

static void too_long_a_context_is_told(void **state)
{
    (void)state;
    struct xk_delivery_record r = fixture_record(&f, 1);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    f.counters_config.max_context_size = 64;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    fixture_create(&f);
    r.header.liid = xk_text("1234567890123456789012345");
    r.header.operator_identifier = xk_text("1234567890123456");
    r.header.identity_number = 1;
    /* 2, 25; a0 and its length, 80 and its length, 16; 81 01 01: 50. */
    r.header.network_element = xk_text("123456789012"); /* and 14 */
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_OK);
    assert_int_equal(xk_counters_end(f.counters, &r.header, NULL), XK_OK);
    r.header.network_element = xk_text("1234567890123");
    memset(r.cookie.octets, 2, 16);
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_TOO_LARGE);
    assert_int_equal(f.diag.offset, 65);
    assert_string_equal(f.diag.field, "max_context_size");
    assert_int_equal(xk_counters_end(f.counters, &r.header, NULL), XK_E_TOO_LARGE);
    /* An extension that no key could hold is measured, not written: 2, 25; 19; 3; a3 and its length, 201. */
    uint8_t extension[201] = {0x81, 0x81, 198};
    struct xk_delivery_record long_one = r;
    long_one.header.network_element.size = 0;
    long_one.header.cin_extension = (struct xk_bytes){extension, sizeof extension};
    assert_int_equal(xk_delivery_put(f.d, f.now, &long_one, NULL, &f.diag), XK_E_TOO_LARGE);
    assert_int_equal(f.diag.offset, 2 + 25 + 20 + 3 + 3 + 201);
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_ERROR;
    tri.octets = xk_text("x");
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_TOO_LARGE);
    assert_string_equal(f.diag.field, "max_context_size");
    r.header.liid.size = 0;
    assert_int_equal(xk_counters_end(f.counters, &r.header, NULL), XK_E_FIELD_EMPTY);
}

static void create_is_refused(const char *field)
{
    struct xk_counters *c = NULL;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &c, &f.diag), XK_E_CONFIG);
    assert_string_equal(f.diag.field, field);
    assert_null(c);
}

static void limit(uint32_t *member, uint32_t low, uint32_t high, const char *field)
{
    uint32_t was = *member;
    *member = low - 1;
    create_is_refused(field);
    *member = high + 1;
    create_is_refused(field);
    *member = low;
    struct xk_counters *c = NULL;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &c, NULL), XK_OK);
    assert_int_equal(xk_counters_destroy(c), XK_OK);
    if (high <= 65535) {
        *member = high;
        assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &c, NULL), XK_OK);
        assert_int_equal(xk_counters_destroy(c), XK_OK);
    }
    *member = was;
}

static void configuration_has_limits(void **state)
{
    (void)state;
    limit(&f.counters_config.max_contexts, 1, XK_COUNTERS_MAX, "max_contexts");
    limit(&f.counters_config.max_records, 1, XK_COUNTERS_MAX, "max_records");
    limit(&f.counters_config.max_lemfs, 1, XK_COUNTERS_LEMFS_MAX, "max_lemfs");
    limit(&f.counters_config.max_context_size, 64, XK_CONTEXT_SIZE_MAX, "max_context_size");
    struct xk_counters_config defaults;
    memset(&defaults, 0x5a, sizeof defaults);
    xk_counters_config_init(&defaults);
    assert_int_equal(defaults.size, sizeof defaults);
    assert_int_equal(defaults.max_contexts, 4096);
    assert_int_equal(defaults.max_records, 4096);
    assert_int_equal(defaults.max_lemfs, 16);
    assert_int_equal(defaults.max_context_size, 128);
    assert_true(defaults.state_lost);
    memset(&defaults, 0x5a, sizeof defaults);
    xk_counters_config_defaults(&defaults, sizeof defaults + 1);
    xk_counters_config_defaults(&defaults, 8);
    xk_counters_config_defaults(NULL, sizeof defaults);
    assert_int_equal(defaults.max_records, 0x5a5a5a5a);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    struct xk_counters *c = NULL;
    struct xk_counters_callbacks callbacks = {sizeof callbacks + 1, NULL};
    struct xk_allocator allocator = f.allocator;
    struct xk_record known;
    struct xk_cookie one = cookie(1);
    struct xk_ps_header h = fixture_record(&f, 0).header;
    uint32_t position = 0;
    size_t size;
    uint8_t octets[4];
    assert_int_equal(xk_counters_create(NULL, NULL, NULL, NULL, &c, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "");
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, NULL, NULL, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_create(&f.counters_config, &callbacks, NULL, NULL, &c, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "size");
    allocator.size--;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &allocator, NULL, &c, NULL), XK_E_ARGUMENT);
    allocator = f.allocator;
    allocator.allocate = NULL;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &allocator, NULL, &c, NULL), XK_E_ARGUMENT);
    allocator = f.allocator;
    allocator.release = NULL;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &allocator, NULL, &c, NULL), XK_E_ARGUMENT);
    f.counters_config.size++;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, NULL, NULL, &c, NULL), XK_E_ARGUMENT);
    f.counters_config.size--;
    f.arena.fail_at = f.arena.allocations + 1;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, NULL, &c, &f.diag), XK_E_MEMORY);
    assert_true(f.diag.offset >= 65536);
    assert_null(c);
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, NULL, NULL, &c, NULL), XK_OK);
    assert_int_equal(xk_counters_destroy(c), XK_OK);
    assert_int_equal(xk_counters_destroy(NULL), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_E_BUSY);
    assert_int_equal(xk_counters_find(NULL, &one, &known), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_find(f.counters, NULL, &known), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_find(f.counters, &one, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_next(NULL, &position, &known), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_next(f.counters, NULL, &known), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_next(f.counters, &position, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_settle(NULL, &one), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_settle(f.counters, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_forget(NULL, &one, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_forget(f.counters, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_end(NULL, &h, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_end(f.counters, NULL, NULL), XK_E_ARGUMENT);
    h.size--;
    assert_int_equal(xk_counters_end(f.counters, &h, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_purge(NULL, xk_text("x"), "AA", NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("x"), NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_purge(f.counters, xk_text(""), "AA", NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_purge(f.counters, (struct xk_bytes){NULL, 3}, "AA", NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("12345678901234567890123456"), "AA", NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_purge(f.counters, xk_text("1234567890123456789012345"), "AA", NULL), XK_OK);
    assert_int_equal(xk_counters_snapshot(NULL, octets, 4, &size), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_snapshot(f.counters, octets, 4, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_snapshot(f.counters, NULL, 4, &size), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_restore(NULL, octets, 4, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_restore(f.counters, NULL, 4, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_whole(NULL, 0), 0);
    assert_int_equal(xk_counters_whole(NULL, 9), 0);
    struct xk_counters_usage u;
    u.size = sizeof u + 1;
    assert_int_equal(xk_counters_read_usage(f.counters, &u), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_read_usage(f.counters, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_counters_read_usage(NULL, &u), XK_E_ARGUMENT);
}

static void usage_tells(void **state)
{
    (void)state;
    assert_int_equal(used().sessions, 1);
    assert_int_equal(used().memory, f.arena.sizes[0]);
    assert_int_equal(used().memory % 16, 0);
    f.journal_fails = true;
    assert_int_equal(fixture_put(&f, 1, NULL), XK_E_JOURNAL);
    assert_int_equal(used().journal_failed, 1);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(used().sessions, 0);
    fixture_create(&f);
}

static void states_have_names(void **state)
{
    (void)state;
    assert_string_equal(xk_record_state_name(XK_RECORD_RESERVED), "RESERVED");
    assert_string_equal(xk_record_state_name(XK_RECORD_HELD), "HELD");
    assert_string_equal(xk_record_state_name(XK_RECORD_DELIVERED), "DELIVERED");
    assert_string_equal(xk_record_state_name((enum xk_record_state)0), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_part_of_the_context_counts_apart),
        TEST(lives_of_a_record),
        TEST(walk_is_in_the_order_of_numbering),
        TEST(contexts_and_records_are_bounded),
        TEST(records_are_bounded),
        TEST(ended_context_that_is_used_again_counts_on),
        TEST(end_takes_every_payload_type),
        TEST(purge_forgets_one_warrant),
        TEST(context_of_two_countries_stays),
        TEST(too_long_a_context_is_told),
        TEST(configuration_has_limits),
        TEST(arguments_are_checked),
        TEST(usage_tells),
        TEST(states_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
