/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "delivery/session.h"
#include "unit/delivery/fixture.h"

static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

/* The buffer: full and free, purged and too old, and what stays of a record. */
static struct xk_cookie cookie(unsigned int id)
{
    struct xk_cookie c;
    memset(&c, (int)id, sizeof c);
    return c;
}

static void full_is_refused_and_room_is_told(void **state)
{
    (void)state;
    f.config.max_records = 2;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    assert_int_equal(fixture_put(&f, 3, NULL), XK_E_FULL);
    assert_int_equal(f.diag.status, XK_E_FULL);
    assert_int_equal(f.diag.offset, 0);
    assert_string_equal(f.diag.field, "");
    expect_none(&f);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    (void)expect_event(&f, XK_DELIVERY_ROOM);
    expect_none(&f);
    put_ok(&f, 3, 2);
    assert_int_equal(counts(&f).refused_full, 1);
    assert_int_equal(counts(&f).put, 3);
}

/* The last octet of the ring is used; a PS-PDU never goes over its end. */
/* Behind the tail there is room to the end, or up to the octet before the oldest. */
static void the_tail_never_meets_the_oldest_octet(void **state)
{
    (void)state;
    fixture_create(&f);
    size_t at = 9;
    assert_int_equal(xki_dl_space(f.d, &at), XK_DELIVERY_BUFFER_MIN);
    assert_int_equal(at, 0);
    put_ok(&f, 1, 0);
    size_t tail = f.d->ring_tail;
    assert_int_equal(xki_dl_space(f.d, &at), XK_DELIVERY_BUFFER_MIN - tail);
    assert_int_equal(at, tail);
    assert_int_equal(xki_dl_room(f.d, XK_DELIVERY_BUFFER_MIN - tail), tail);
    assert_true(xki_dl_room(f.d, XK_DELIVERY_BUFFER_MIN - tail + 1) == SIZE_MAX);
    struct xki_dl_slot *oldest = xki_dl_slot(f.d, f.d->released);
    oldest->at = 100; /* as if the ring had gone round */
    f.d->ring_tail = 10;
    assert_int_equal(xki_dl_space(f.d, &at), 89);
    assert_int_equal(at, 10);
    assert_int_equal(xki_dl_room(f.d, 89), 10);
    assert_true(xki_dl_room(f.d, 90) == SIZE_MAX);
    assert_int_equal(xki_dl_octets(f.d), XK_DELIVERY_BUFFER_MIN - 90);
    oldest->at = 0;
    f.d->ring_tail = tail;
}

static void ring_goes_round(void **state)
{
    (void)state;
    uint32_t number = 0;
    f.config.max_records = 1000;
    xk_counters_destroy(f.counters);
    f.counters_config.max_records = 1000;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    fixture_create(&f);
    connect(&f);
    unsigned int put = 0;
    unsigned int out = 0;
    for (unsigned int round = 0; round < 700; round++) {
        struct xk_delivery_record r = fixture_record(&f, put % 100);
        memcpy(r.cookie.octets, &put, sizeof put);
        enum xk_status status = xk_delivery_put(f.d, f.now, &r, &number, NULL);
        if (status == XK_OK) {
            assert_int_equal(number, put);
            put++;
        } else {
            assert_int_equal(status, XK_E_FULL);
            assert_true(usage(&f).octets > XK_DELIVERY_BUFFER_MIN - 2 * (RECORD_SIZE + 100));
        }
        if (round > 200 && round % 3 != 0) {
            expect_record(&f, out % 100, out);
            struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_DELIVERED);
            assert_int_equal(event.number, out);
            assert_int_equal(xk_counters_settle(f.counters, &event.cookie), XK_OK);
            out++;
            struct xk_delivery_event more;
            while (xk_delivery_next_event(f.d, &more)) {
                assert_int_equal(more.kind, XK_DELIVERY_ROOM);
            }
        }
        assert_int_equal(usage(&f).records, put - out);
        assert_true(usage(&f).octets <= XK_DELIVERY_BUFFER_MIN);
    }
    assert_true(out > 300);
    while (out < put) {
        expect_record(&f, out % 100, out);
        out++;
    }
    expect_quiet(&f);
}

static void too_large_is_told_with_its_size(void **state)
{
    (void)state;
    struct xk_delivery_record r;
    size_t size;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    size = usage(&f).octets;
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    f.config.max_pdu = (uint32_t)size;
    fixture_create(&f);
    put_ok(&f, 2, 1);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    f.config.max_pdu--;
    fixture_create(&f);
    assert_int_equal(fixture_put(&f, 3, NULL), XK_E_TOO_LARGE);
    assert_int_equal(f.diag.offset, size);
    assert_string_equal(f.diag.field, "max_pdu");
    r = fixture_record(&f, 3);
    assert_int_equal(xk_counters_find(f.counters, &r.cookie, &(struct xk_record){.number = 0}), XK_E_UNKNOWN);
    assert_int_equal(counts(&f).refused_full, 0);
}

static void purge_leaves_nothing_but_holes(void **state)
{
    (void)state;
    uint32_t purged = 9;
    f.config.release = XK_RELEASE_TRANSPORT;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    struct xk_delivery_record other = fixture_record(&f, 3);
    other.header.liid = xk_text("LI-2");
    assert_int_equal(xk_delivery_put(f.d, f.now, &other, NULL, NULL), XK_OK);
    put_ok(&f, 4, 2);
    expect_record(&f, 1, 0);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "BB", &purged), XK_OK);
    assert_int_equal(purged, 0);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-9"), "AA", &purged), XK_OK);
    assert_int_equal(purged, 0);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-"), "AA", &purged), XK_OK);
    assert_int_equal(purged, 0);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", &purged), XK_OK);
    assert_int_equal(purged, 3);
    assert_int_equal(usage(&f).records, 1);
    for (unsigned int i = 1; i < 5; i++) {
        assert_int_equal(is_in_memory(&f, i), i == 3);
    }
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_HOLE);
    assert_int_equal(event.cookie.octets[0], 1);
    assert_int_equal(event.number, 0);
    assert_int_equal(event.status, XK_OK);
    assert_true(event.sent);
    event = expect_event(&f, XK_DELIVERY_HOLE);
    assert_int_equal(event.cookie.octets[0], 2);
    assert_false(event.sent);
    event = expect_event(&f, XK_DELIVERY_HOLE);
    assert_int_equal(event.cookie.octets[0], 4);
    assert_int_equal(event.number, 2);
    expect_none(&f);
    expect_record(&f, 3, 0);
    expect_quiet(&f);
    struct xk_cookie two = cookie(2);
    struct xk_record known;
    assert_int_equal(xk_counters_find(f.counters, &two, &known), XK_E_UNKNOWN);
    assert_int_equal(counts(&f).holes, 3);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", &purged), XK_OK);
    assert_int_equal(purged, 0);
    expect_none(&f);
}

static void purge_finishes_what_is_half_sent(void **state)
{
    (void)state;
    uint8_t out[2048];
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    size_t one = usage(&f).octets / 2;
    assert_int_equal(take_output(&f, out, sizeof out, 20), 20);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_true(is_in_memory(&f, 1));
    assert_false(is_in_memory(&f, 2));
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_HOLE);
    assert_true(event.sent);
    assert_false(expect_event(&f, XK_DELIVERY_HOLE).sent);
    expect_none(&f);
    assert_int_equal(take_output(&f, out, sizeof out, sizeof out), one - 20);
    assert_false(is_in_memory(&f, 1));
    expect_none(&f);
    assert_int_equal(usage(&f).octets, 0);
}

/* The connection ends before it could be finished: it is not sent again. */
static void half_sent_and_purged_ends_with_the_connection(void **state)
{
    (void)state;
    uint8_t out[2048];
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    assert_int_equal(take_output(&f, out, sizeof out, 20), 20);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_true(is_in_memory(&f, 1));
    assert_int_equal(xk_delivery_disconnected(f.d, f.now), XK_OK);
    assert_false(is_in_memory(&f, 1));
    (void)expect_event(&f, XK_DELIVERY_CONNECT);
    (void)expect_event(&f, XK_DELIVERY_HOLE);
    assert_int_equal(xk_delivery_connected(f.d, f.now), XK_OK);
    expect_quiet(&f);
}

static void lent_octets_stay_as_they_are(void **state)
{
    (void)state;
    struct xk_bytes view;
    uint8_t copy[2048];
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    memcpy(copy, view.data, view.size);
    put_ok(&f, 3, 2);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_memory_equal(view.data, copy, view.size);
    assert_false(is_in_memory(&f, 3));
    assert_int_equal(xk_delivery_consumed(f.d, f.now, view.size), XK_OK);
    assert_false(is_in_memory(&f, 1));
    assert_false(is_in_memory(&f, 2));
    expect_quiet(&f);
    /* Given, but nothing was taken: then nothing is out. */
    for (unsigned int i = 0; i < 3; i++) {
        (void)expect_event(&f, XK_DELIVERY_HOLE);
    }
    put_ok(&f, 4, 3);
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 0), XK_OK);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", NULL), XK_OK);
    assert_false(is_in_memory(&f, 4));
    assert_false(expect_event(&f, XK_DELIVERY_HOLE).sent);
}

static void too_old_is_wiped_and_may_be_put_again(void **state)
{
    (void)state;
    f.config.max_age = 1000;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    (void)expect_event(&f, XK_DELIVERY_CONNECT);
    f.now.ms = 1500;
    put_ok(&f, 2, 1);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2000);
    tick_at(&f, 1999);
    expect_none(&f);
    tick_at(&f, 2000);
    assert_false(is_in_memory(&f, 1));
    assert_true(is_in_memory(&f, 2));
    struct xk_delivery_event event = expect_event(&f, XK_DELIVERY_HOLE);
    assert_int_equal(event.status, XK_E_LATE);
    assert_int_equal(event.number, 0);
    assert_false(event.sent);
    expect_none(&f);
    assert_int_equal(xk_delivery_next_deadline(f.d), 2500);
    struct xk_cookie one = cookie(1);
    struct xk_record known;
    assert_int_equal(xk_counters_find(f.counters, &one, &known), XK_OK);
    assert_int_equal(known.state, XK_RECORD_RESERVED);
    f.now.utc.seconds += 50;
    put_ok(&f, 1, 0);
    assert_int_equal(xk_delivery_connected(f.d, f.now), XK_OK);
    expect_record(&f, 2, 1);
    expect_delivered(&f, 2, 1);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
}

/* The time too is that of the first put, so that both are the same octet for octet. */
static void record_put_again_has_its_number_and_time(void **state)
{
    (void)state;
    uint8_t first[2048];
    uint8_t again[2048];
    f.config.release = XK_RELEASE_TRANSPORT;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    put_ok(&f, 2, 1);
    assert_int_equal(fixture_put(&f, 1, NULL), XK_E_EXISTS);
    assert_string_equal(f.diag.field, "cookie");
    size_t size = take_output(&f, first, sizeof first, sizeof first);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    f.now.utc.seconds += 99;
    fixture_create(&f);
    connect(&f);
    put_ok(&f, 1, 0);
    assert_int_equal(fixture_put(&f, 1, NULL), XK_E_EXISTS);
    put_ok(&f, 2, 1);
    assert_int_equal(take_output(&f, again, sizeof again, sizeof again), size);
    assert_memory_equal(first, again, size);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, size), XK_OK);
    expect_delivered(&f, 1, 0);
    assert_int_equal(fixture_put(&f, 1, NULL), XK_E_ALREADY);
    assert_string_equal(f.diag.field, "cookie");
    struct xk_cookie one = cookie(1);
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_OK);
    put_ok(&f, 1, 2);
    struct xk_delivery_record r = fixture_record(&f, 1);
    r.header.identity_number = 8;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_CONFLICT);
    assert_string_equal(f.diag.field, "cookie");
}

static void journal_that_fails_refuses_the_put(void **state)
{
    (void)state;
    fixture_create(&f);
    connect(&f);
    f.journal_fails = true;
    assert_int_equal(fixture_put(&f, 1, NULL), XK_E_JOURNAL);
    assert_int_equal(f.diag.status, XK_E_JOURNAL);
    assert_false(is_in_memory(&f, 1));
    assert_int_equal(usage(&f).records, 0);
    expect_quiet(&f);
    struct xk_tri tri;
    struct xk_delivery_record r = fixture_record(&f, 1);
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_ERROR;
    uint8_t text[40];
    memset(text, 0x40 + 9, sizeof text);
    tri.octets = (struct xk_bytes){text, sizeof text};
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_JOURNAL);
    assert_false(is_in_memory(&f, 9));
    f.journal_fails = false;
    put_ok(&f, 1, 0);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    xk_tri_init(&tri, XK_TRI_TEST_PDU);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    xk_tri_init(&tri, XK_TRI_CIN_RESET);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    expect_record(&f, 1, 0);
    expect_tri(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 0);
    expect_tri(&f, XK_TRI_OPERATOR_LEA_MESSAGE, 1);
    expect_tri(&f, XK_TRI_TEST_PDU, 0);
    expect_tri(&f, XK_TRI_TEST_PDU, 0);
    expect_tri(&f, XK_TRI_CIN_RESET, 0);
    expect_delivered(&f, 1, 0);
    expect_none(&f);
    assert_int_equal(counts(&f).delivered, 1);
}

/* TRI are purged with their warrant, in silence: nobody waits for them. */
static void tri_are_purged_too_but_never_too_old(void **state)
{
    (void)state;
    uint32_t purged = 0;
    struct xk_tri tri;
    f.config.max_age = 1000;
    fixture_create(&f);
    struct xk_delivery_record r = fixture_record(&f, 1);
    xk_tri_init(&tri, XK_TRI_TEST_PDU);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
    assert_int_equal(xk_delivery_next_deadline(f.d), XK_NEVER);
    put_ok(&f, 1, 0);
    tick_at(&f, 2000);
    assert_int_equal(usage(&f).records, 1);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("LI-1"), "AA", &purged), XK_OK);
    assert_int_equal(purged, 0);
    assert_int_equal(usage(&f).records, 0);
    (void)expect_event(&f, XK_DELIVERY_CONNECT);
    assert_int_equal(expect_event(&f, XK_DELIVERY_HOLE).number, 0);
    expect_none(&f);
    assert_int_equal(counts(&f).holes, 1);
}

static void state_lost_begins_with_a_reset(void **state)
{
    (void)state;
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    f.counters_config.state_lost = true;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    f.config.keep_alive = 1; /* any at all makes it wait for its proof */
    fixture_create(&f);
    put_ok(&f, 1, 0);
    connect(&f);
    uint8_t out[512];
    struct xk_ps_header header;
    struct xk_tri tri;
    struct xk_bytes view;
    size_t size = 0;
    assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
    assert_int_equal(xk_ps_pdu_measure(view.data, view.size, NULL, &size, NULL), XK_OK);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 0), XK_OK);
    assert_int_equal(take_output(&f, out, sizeof out, size), size);
    assert_int_equal(xk_tri_decode(out, size, NULL, &header, &tri, NULL), XK_OK);
    assert_int_equal(tri.type, XK_TRI_CIN_RESET);
    assert_int_equal(header.liid.size, 1);
    assert_int_equal(header.liid.data[0], '-');
    assert_true(header.has_identity_number);
    assert_int_equal(header.identity_number, 0);
    assert_int_equal(header.sequence_number, 0);
    assert_int_equal(header.time.seconds, 1800000000);
    assert_int_equal(header.time.microseconds, 5);
    /* Written, but it counts only when a keep-alive behind it was answered. */
    expect_tri(&f, XK_TRI_KEEP_ALIVE, 0);
    expect_record(&f, 1, 0);
    expect_none(&f);
    answer(&f, XK_TRI_KEEP_ALIVE_RESPONSE, 0);
    (void)expect_event(&f, XK_DELIVERY_RESET);
    expect_delivered(&f, 1, 0);
    expect_none(&f);
    /* Told once to each LEMF. */
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    fixture_create(&f);
    connect(&f);
    expect_quiet(&f);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    f.config.lemf = 5;
    f.config.keep_alive = 0;
    fixture_create(&f);
    connect(&f);
    expect_tri(&f, XK_TRI_CIN_RESET, 0);
    (void)expect_event(&f, XK_DELIVERY_RESET);
    expect_quiet(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(full_is_refused_and_room_is_told),
        TEST(the_tail_never_meets_the_oldest_octet),
        TEST(ring_goes_round),
        TEST(too_large_is_told_with_its_size),
        TEST(purge_leaves_nothing_but_holes),
        TEST(purge_finishes_what_is_half_sent),
        TEST(half_sent_and_purged_ends_with_the_connection),
        TEST(lent_octets_stay_as_they_are),
        TEST(too_old_is_wiped_and_may_be_put_again),
        TEST(record_put_again_has_its_number_and_time),
        TEST(journal_that_fails_refuses_the_put),
        TEST(tri_are_purged_too_but_never_too_old),
        TEST(state_lost_begins_with_a_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
