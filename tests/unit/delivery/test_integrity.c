/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

/* Integrity checks (annex J), and what callbacks may not do. */
#define CHECKS 8

struct seen {
    enum xk_tri_check check;
    uint32_t number;
    uint32_t covers[8];
    uint32_t count;
    uint8_t value[32];
    size_t value_size;
};

/* Takes everything that is to be sent, notes the checks, and works out each hash anew. */
static unsigned int take_all(struct seen *seen)
{
    static uint8_t out[65536];
    static struct {
        uint32_t number;
        size_t at;
        size_t size;
        bool check;
    } pdus[64];
    unsigned int count = 0;
    unsigned int checks = 0;
    size_t size = take_output(&f, out, sizeof out, sizeof out);
    for (size_t at = 0; at < size; count++) {
        struct xk_ps_header header;
        struct xk_tri tri;
        struct xk_ps_pdu pdu;
        size_t one = 0;
        assert_int_equal(xk_ps_pdu_measure(out + at, size - at, NULL, &one, NULL), XK_OK);
        assert_int_equal(xk_ps_pdu_decode(out + at, one, NULL, &pdu, NULL), XK_OK);
        pdus[count].number = pdu.header.sequence_number;
        pdus[count].at = at;
        pdus[count].size = one;
        pdus[count].check = pdu.kind == XK_PS_TRI;
        if (pdu.kind == XK_PS_TRI) {
            struct seen *s = &seen[checks++];
            struct sha256 sha;
            uint8_t value[32];
            size_t position = 0;
            assert_int_equal(xk_tri_decode(out + at, one, NULL, &header, &tri, NULL), XK_OK);
            assert_int_equal(tri.type, XK_TRI_INTEGRITY_CHECK);
            assert_int_equal(tri.data_type, XK_TRI_DATA_IRI);
            assert_memory_equal(header.liid.data, "LI-1", 4);
            assert_int_equal(header.identity_number, 7);
            assert_memory_equal(header.authorization_country, "AA", 2);
            s->check = tri.check_type;
            s->number = header.sequence_number;
            s->count = 0;
            sha256_begin(&sha);
            while (xk_tri_next_number(&tri, &position, &s->covers[s->count]) == XK_OK) {
                for (unsigned int i = 0; i < count; i++) {
                    if (pdus[i].number == s->covers[s->count] &&
                        pdus[i].check == (tri.check_type == XK_TRI_CHECK_SIGNATURE)) {
                        sha256_update(&sha, out + pdus[i].at, pdus[i].size);
                    }
                }
                s->count++;
            }
            sha256_end(&sha, value);
            assert_int_equal(tri.check_value.size, 32);
            assert_memory_equal(tri.check_value.data, value, 32);
            assert_int_equal(tri.hash_algorithm, tri.check_type == XK_TRI_CHECK_HASH ? XK_TRI_HASH_SHA256 : 0);
            assert_int_equal(tri.signature_algorithm, tri.check_type == XK_TRI_CHECK_HASH ? 0 : XK_TRI_SIGNATURE_ECDSA);
        }
        at += one;
    }
    return checks;
}

static void with_checks(void)
{
    f.config.integrity = true;
    f.config.max_records = 60;
    f.config.hash_count = 3;
    f.config.hash_time = 1000;
    f.config.sign_count = 2;
    f.config.sign_time = 5000;
    f.config.sign_size = 32;
    f.config.signature_algorithm = XK_TRI_SIGNATURE_ECDSA;
    f.config.max_chains = 2;
    f.config.keep_alive = 3600000;
    f.config.further_time = 7200000;
    f.config.max_age = 36000000;
}

static void hash_after_so_many(void **state)
{
    (void)state;
    struct seen seen[CHECKS];
    with_checks();
    fixture_create(&f);
    connect(&f);
    for (unsigned int i = 0; i < 7; i++) {
        put_ok(&f, i, i);
    }
    assert_int_equal(take_all(seen), 2);
    assert_int_equal(seen[0].number, 0);
    assert_int_equal(seen[0].count, 3);
    assert_int_equal(seen[0].covers[0], 0);
    assert_int_equal(seen[0].covers[2], 2);
    assert_int_equal(seen[1].number, 1);
    assert_int_equal(seen[1].covers[0], 3);
    assert_int_equal(counts(&f).checks, 2);
    assert_int_equal(f.finished, 2);
}

static void hash_after_a_time(void **state)
{
    (void)state;
    struct seen seen[CHECKS];
    with_checks();
    f.config.check_first = 1;
    fixture_create(&f);
    connect(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3601000);
    put_ok(&f, 0, 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2000);
    f.now.ms = 1500;
    put_ok(&f, 1, 1);
    assert_int_equal(take_all(seen), 0);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2000);
    tick_at(&f, 1999);
    expect_quiet(&f);
    tick_at(&f, 2000);
    assert_int_equal(counts(&f).checks, 1);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 1);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3602000);
    put_ok(&f, 2, 2);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3000);
    tick_at(&f, 3000);
    expect_record(&f, 2, 2);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 2);
    expect_quiet(&f);
}

static void signature_over_hashes(void **state)
{
    (void)state;
    struct seen seen[CHECKS];
    with_checks();
    f.config.sign = true;
    f.config.hash_count = 1;
    fixture_create(&f);
    connect(&f);
    for (unsigned int i = 0; i < 3; i++) {
        put_ok(&f, i, i);
    }
    assert_int_equal(take_all(seen), 4);
    assert_int_equal(seen[0].check, XK_TRI_CHECK_HASH);
    assert_int_equal(seen[1].check, XK_TRI_CHECK_HASH);
    assert_int_equal(seen[2].check, XK_TRI_CHECK_SIGNATURE);
    assert_int_equal(seen[2].number, 0);
    assert_int_equal(seen[2].count, 2);
    assert_int_equal(seen[2].covers[0], 0);
    assert_int_equal(seen[2].covers[1], 1);
    assert_int_equal(seen[3].check, XK_TRI_CHECK_HASH);
    assert_int_equal(seen[3].number, 2);
    /* The third hash waits for its signature. */
    assert_int_equal(xk_delivery_next_deadline(f.d), 6000);
    tick_at(&f, 5999);
    expect_quiet(&f);
    tick_at(&f, 6000);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 1);
    expect_quiet(&f);
    assert_int_equal(counts(&f).checks, 5);
}

static void flush_ends_a_chain(void **state)
{
    (void)state;
    with_checks();
    f.config.sign = true;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text("LI-2")), XK_OK);
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text("LI")), XK_OK);
    assert_int_equal(counts(&f).checks, 0);
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text("LI-1")), XK_OK);
    assert_int_equal(counts(&f).checks, 2);
    struct seen seen[CHECKS];
    assert_int_equal(take_all(seen), 2);
    assert_int_equal(seen[0].check, XK_TRI_CHECK_HASH);
    assert_int_equal(seen[1].check, XK_TRI_CHECK_SIGNATURE);
    assert_int_equal(xk_delivery_next_deadline(f.d), 3601000);
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text("LI-1")), XK_OK);
    expect_quiet(&f);
}

/* A check that finds no room holds up the next put, and is inserted as soon as there is some. */
static void check_waits_for_room(void **state)
{
    (void)state;
    with_checks();
    f.config.hash_count = 2;
    f.config.max_records = 2;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    put_ok(&f, 1, 1);
    assert_int_equal(counts(&f).checks, 0);
    assert_int_equal(fixture_put(&f, 2, NULL), XK_E_FULL);
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text("LI-1")), XK_E_FULL);
    assert_true(xk_delivery_next_deadline(f.d) > 1000);
    expect_record(&f, 0, 0);
    expect_delivered(&f, 0, 0);
    (void)expect_event(&f, XK_DELIVERY_ROOM);
    assert_int_equal(xk_delivery_next_deadline(f.d), 1000);
    assert_int_equal(fixture_put(&f, 2, NULL), XK_E_FULL); /* the check took the place */
    assert_int_equal(counts(&f).checks, 1);
    expect_record(&f, 1, 1);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 0);
    expect_delivered(&f, 1, 1);
    (void)expect_event(&f, XK_DELIVERY_ROOM);
    put_ok(&f, 2, 2);
    assert_int_equal(counts(&f).refused_full, 2);
}

/* The check goes before the put, and may take the context that the put would have had. */
static void check_that_waited_takes_the_last_context(void **state)
{
    (void)state;
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    f.counters_config.max_contexts = 2;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    with_checks();
    f.config.hash_count = 2;
    f.config.max_records = 2;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    put_ok(&f, 1, 1);
    expect_record(&f, 0, 0);
    expect_record(&f, 1, 1);
    expect_delivered(&f, 0, 0);
    expect_delivered(&f, 1, 1);
    struct xk_delivery_record r = fixture_record(&f, 2);
    r.header.identity_number = 8;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_FULL);
    assert_string_equal(f.diag.field, "max_contexts");
    assert_int_equal(counts(&f).checks, 1);
    put_ok(&f, 3, 2);
}

static void tick_inserts_what_waited_for_room(void **state)
{
    (void)state;
    with_checks();
    f.config.hash_count = 2;
    f.config.max_records = 2;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    put_ok(&f, 1, 1);
    expect_record(&f, 0, 0);
    expect_delivered(&f, 0, 0);
    tick_at(&f, 1000);
    assert_int_equal(counts(&f).checks, 1);
    assert_true(xk_delivery_next_deadline(f.d) > 1000);
    expect_record(&f, 1, 1);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 0);
    expect_quiet(&f);
}

static void check_that_cannot_be_made_is_told(void **state)
{
    (void)state;
    with_checks();
    f.config.hash_count = 1;
    f.finish_fails = true;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    put_ok(&f, 1, 1);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNCHECKED).count, 2);
    expect_none(&f);
    f.finish_fails = false;
    put_ok(&f, 2, 2);
    expect_record(&f, 0, 0);
    expect_record(&f, 1, 1);
    expect_record(&f, 2, 2);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 0);
    assert_int_equal(counts(&f).checks, 1);
    f.journal_fails = true;
    expect_delivered(&f, 0, 0);
}

/* A host that says "done" with a value of no octets, or of more than there is room for, has made none. */
static void value_of_a_wrong_size_is_none(void **state)
{
    (void)state;
    with_checks();
    f.config.hash_count = 1;
    fixture_create(&f);
    connect(&f);
    f.finish_size = SIZE_MAX;
    put_ok(&f, 0, 0);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNCHECKED).count, 1);
    f.finish_size = f.config.hash_size + 1;
    put_ok(&f, 1, 1);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNCHECKED).count, 1);
    assert_int_equal(counts(&f).checks, 0);
    f.finish_size = f.config.hash_size;
    put_ok(&f, 2, 2);
    expect_none(&f);
    assert_int_equal(counts(&f).checks, 1);
}

static void check_over_the_limit_of_a_pdu_is_left_out(void **state)
{
    (void)state;
    with_checks();
    f.config.hash_count = 1;
    f.config.hash_size = XK_DELIVERY_CHECK_VALUE_MAX;
    f.config.max_pdu = XK_DELIVERY_CHECK_VALUE_MAX;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNCHECKED).count, 1);
    put_ok(&f, 1, 1);
    assert_int_equal(expect_event(&f, XK_DELIVERY_UNCHECKED).count, 1);
    assert_int_equal(counts(&f).checks, 0);
    expect_record(&f, 0, 0);
    expect_record(&f, 1, 1);
    expect_quiet(&f);
}

static enum xk_status put_for(unsigned int id, uint32_t communication)
{
    struct xk_delivery_record r = fixture_record(&f, id);
    r.header.identity_number = communication;
    return xk_delivery_put(f.d, f.now, &r, NULL, NULL);
}

/* One chain a communication; one too many finishes the oldest early. */
static void oldest_chain_makes_place(void **state)
{
    (void)state;
    with_checks();
    f.config.sign = true;
    fixture_create(&f);
    connect(&f);
    assert_int_equal(put_for(0, 7), XK_OK);
    assert_int_equal(put_for(1, 8), XK_OK);
    assert_int_equal(put_for(2, 7), XK_OK);
    assert_int_equal(counts(&f).checks, 0);
    assert_int_equal(put_for(3, 9), XK_OK);
    assert_int_equal(counts(&f).checks, 2);
    expect_record(&f, 0, 0);
    expect_record(&f, 1, 0);
    expect_record(&f, 2, 1);
    expect_record(&f, 3, 0);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 0);
    expect_tri(&f, XK_TRI_INTEGRITY_CHECK, 0);
    expect_quiet(&f);
    assert_int_equal(put_for(4, 9), XK_OK);
    assert_int_equal(counts(&f).checks, 2);
    assert_int_equal(put_for(5, 7), XK_OK);
    assert_int_equal(counts(&f).checks, 4);
    assert_int_equal(put_for(6, 9), XK_OK); /* of 7, 8 and 9 the oldest has gone: 9 goes on, to its third */
    assert_int_equal(counts(&f).checks, 5);
    assert_int_equal(put_for(7, 7), XK_OK);
    assert_int_equal(counts(&f).checks, 5);
}

/* Of a chain that has only hashes left to sign, nothing but the signature is finished, and the other way round. */
static void purge_finishes_what_is_open_and_no_more(void **state)
{
    (void)state;
    with_checks();
    f.config.sign = true;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    tick_at(&f, f.now.ms + 1000);
    assert_int_equal(f.finished, 1);
    assert_true(f.running[1]);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_int_equal(f.finished, 2);
    assert_false(f.running[1]);
    put_ok(&f, 1, 1);
    assert_true(f.running[0]);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_int_equal(f.finished, 3);
    assert_false(f.running[0]);
    assert_int_equal(counts(&f).checks, 1);
}

static void purge_drops_open_chains(void **state)
{
    (void)state;
    with_checks();
    f.config.sign = true;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 0, 0);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "BB", NULL), XK_OK);
    assert_int_equal(f.finished, 0);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_int_equal(f.finished, 1);
    assert_false(f.running[0]);
    tick_at(&f, 10000);
    expect_quiet(&f);
    put_ok(&f, 1, 1);
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text("LI-1")), XK_OK);
    put_ok(&f, 2, 2);
    tick_at(&f, 11000);
    assert_int_equal(counts(&f).checks, 3);
    assert_true(f.running[1]);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_false(f.running[1]);
}

static void callbacks_may_only_ask(void **state)
{
    (void)state;
    with_checks();
    f.config.sign = true;
    f.config.hash_count = 1;
    f.config.sign_count = 1;
    fixture_create(&f);
    connect(&f);
    f.busy_counters = f.counters;
    f.busy = f.d;
    /* Inside update and finish the counters are free; inside the journal both are busy. */
    f.busy_counters = NULL;
    put_ok(&f, 0, 0);
    assert_true(f.busy_asked >= 6);
    f.busy = NULL;
    f.busy_counters = f.counters;
    f.busy_asked = 0;
    struct xk_cookie zero = {{0}};
    expect_record(&f, 0, 0);
    expect_delivered(&f, 0, 0);
    assert_int_equal(f.busy_asked, 1);
    assert_int_equal(xk_counters_settle(f.counters, &zero), XK_OK);
    assert_int_equal(f.busy_asked, 2);
    f.busy_counters = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hash_after_so_many),
        TEST(hash_after_a_time),
        TEST(signature_over_hashes),
        TEST(flush_ends_a_chain),
        TEST(check_waits_for_room),
        TEST(check_that_waited_takes_the_last_context),
        TEST(tick_inserts_what_waited_for_room),
        TEST(check_that_cannot_be_made_is_told),
        TEST(value_of_a_wrong_size_is_none),
        TEST(check_over_the_limit_of_a_pdu_is_left_out),
        TEST(oldest_chain_makes_place),
        TEST(purge_finishes_what_is_open_and_no_more),
        TEST(purge_drops_open_chains),
        TEST(callbacks_may_only_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
