/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

/* Saved state: what a restore brings back, octet by octet, and what it refuses. */
#include "delivery/state.h"

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

static struct xk_counters *fresh(void)
{
    const struct xk_counters_callbacks callbacks = {sizeof callbacks, NULL};
    struct xk_counters *c = NULL;
    assert_int_equal(xk_counters_create(&f.counters_config, &callbacks, NULL, &f, &c, NULL), XK_OK);
    return c;
}

static size_t snapshot_of(struct xk_counters *c, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    size_t again = 0;
    assert_int_equal(xk_counters_snapshot(c, NULL, 0, &size), XK_E_SPACE);
    assert_true(size <= capacity);
    memset(out, 0x5a, capacity);
    assert_int_equal(xk_counters_snapshot(c, out, size - 1, &again), XK_E_SPACE);
    assert_int_equal(again, size);
    assert_int_equal(out[0], 0x5a);
    assert_int_equal(xk_counters_snapshot(c, out, size, &again), XK_OK);
    assert_int_equal(again, size);
    assert_int_equal(out[size], 0x5a);
    return size;
}

/* Some of everything: a delivered record, a held one, a context that has ended, one of two countries. */
static void fill(void)
{
    struct xk_tri tri;
    connect(&f);
    put_ok(&f, 1, 0);
    expect_record(&f, 1, 0);
    expect_delivered(&f, 1, 0);
    put_ok(&f, 2, 1);
    struct xk_delivery_record r = fixture_record(&f, 3);
    r.header.identity_number = 8;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, NULL), XK_OK);
    assert_int_equal(xk_counters_end(f.counters, &r.header, NULL), XK_OK);
    r = fixture_record(&f, 4);
    memcpy(r.header.authorization_country, "BB", 2);
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, NULL), XK_OK);
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_ERROR;
    tri.octets = xk_text("x");
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, NULL), XK_OK);
}

static void same_state(struct xk_counters *a, struct xk_counters *b)
{
    static uint8_t one[8192];
    static uint8_t other[8192];
    size_t size = snapshot_of(a, one, sizeof one);
    assert_int_equal(snapshot_of(b, other, sizeof other), size);
    assert_memory_equal(one, other, size);
}

static void snapshot_and_journal_bring_back_the_same(void **state)
{
    (void)state;
    static uint8_t octets[8192];
    fill();
    struct xk_counters *by_journal = fresh();
    assert_int_equal(xk_counters_restore(by_journal, f.journal, f.journal_size, &f.diag), XK_OK);
    same_state(f.counters, by_journal);
    struct xk_counters *by_snapshot = fresh();
    size_t size = snapshot_of(f.counters, octets, sizeof octets);
    assert_int_equal(xk_counters_restore(by_snapshot, octets, size, &f.diag), XK_OK);
    same_state(f.counters, by_snapshot);
    /* A snapshot, and what was journalled after it. */
    size_t before = f.journal_size;
    struct xk_cookie one;
    memset(&one, 1, sizeof one);
    assert_int_equal(xk_counters_settle(f.counters, &one), XK_OK);
    put_ok(&f, 5, 3);
    memcpy(octets + size, f.journal + before, f.journal_size - before);
    struct xk_counters *by_both = fresh();
    assert_int_equal(xk_counters_restore(by_both, octets, size + f.journal_size - before, &f.diag), XK_OK);
    same_state(f.counters, by_both);
    assert_int_equal(xk_counters_whole(octets, size + f.journal_size - before), size + f.journal_size - before);
    assert_int_equal(xk_counters_destroy(by_journal), XK_OK);
    assert_int_equal(xk_counters_destroy(by_snapshot), XK_OK);
    assert_int_equal(xk_counters_destroy(by_both), XK_OK);
}

static void restored_records_are_reserved_or_delivered(void **state)
{
    (void)state;
    struct xk_record known;
    uint32_t position = 0;
    fill();
    struct xk_counters *c = fresh();
    assert_int_equal(xk_counters_restore(c, f.journal, f.journal_size, NULL), XK_OK);
    assert_int_equal(xk_counters_next(c, &position, &known), XK_OK);
    assert_int_equal(known.state, XK_RECORD_DELIVERED);
    assert_int_equal(known.number, 0);
    assert_int_equal(xk_counters_next(c, &position, &known), XK_OK);
    assert_int_equal(known.state, XK_RECORD_RESERVED);
    assert_int_equal(known.number, 1);
    assert_int_equal(known.time.seconds, 1800000000);
    assert_int_equal(known.time.microseconds, 5);
    assert_int_equal(known.cookie.octets[0], 2);
    assert_int_equal(xk_counters_destroy(c), XK_OK);
}

/* The wire format itself, so that another version reads what this one wrote. */
static void frames_are_as_described(void **state)
{
    (void)state;
    static const uint8_t begin_end[] = {'X', 'K', 'C', 1, 1, 0, 1, 0};
    static const uint8_t end[] = {'X', 'K', 'C', 1, 5, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t lemf[] = {'X', 'K', 'C', 1, 4, 0, 5, 0, 0, 0, 0, 0};
    static const uint8_t reserved[] = {'X', 'K', 'C', 1, 6, 0, 34 + 25, 1, 1};
    static const uint8_t tail[] = {0,   0,   0,   0,   0x6b, 0x49, 0xd2, 0x00, 0,   0,   0,   5,   'A', 'A',  0, 4,
                                   'L', 'I', '-', '1', 0xa0, 7,    0x80, 5,    '1', '2', '3', '4', '5', 0x81, 1, 7};
    put_ok(&f, 1, 0);
    assert_memory_equal(f.journal, begin_end, sizeof begin_end);
    assert_memory_equal(f.journal + 12, end, sizeof end);
    assert_memory_equal(f.journal + 35, lemf, sizeof lemf);
    const uint8_t *record = f.journal + 51;
    assert_int_equal(record[4], 6);
    assert_int_equal(record[6], 34 + 18);
    assert_memory_equal(record, reserved, 6);
    assert_memory_equal(record + 7 + 16, "\0\0\0\0", 4);
    assert_memory_equal(record + 7 + 20, tail, sizeof tail);
    assert_int_equal(f.journal_size, 51 + 7 + 52 + 4);
}

static void every_cut_and_every_flip_is_noticed(void **state)
{
    (void)state;
    static uint8_t octets[8192];
    fill();
    size_t size = snapshot_of(f.counters, octets, sizeof octets);
    struct xk_counters *c = fresh();
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(xk_counters_restore(c, octets, i, &f.diag), XK_E_SNAPSHOT);
        assert_true(f.diag.offset <= i);
        size_t whole = xk_counters_whole(octets, i);
        assert_true(whole <= i);
        octets[i] ^= 0x10;
        enum xk_status status = xk_counters_restore(c, octets, size, &f.diag);
        assert_int_equal(status, i >= 3 && octets[i] == 0x11 && memcmp(octets + i - 3, "XKC", 3) == 0
                                     ? XK_E_SNAPSHOT_VERSION
                                     : XK_E_SNAPSHOT);
        octets[i] ^= 0x10;
    }
    assert_int_equal(xk_counters_restore(c, octets, size, NULL), XK_OK);
    assert_int_equal(xk_counters_restore(c, octets, size, NULL), XK_E_ALREADY);
    same_state(f.counters, c);
    assert_int_equal(xk_counters_destroy(c), XK_OK);
}

static void fresh_is_without_anything(void **state)
{
    (void)state;
    static uint8_t octets[8192];
    assert_int_equal(xk_counters_restore(f.counters, octets, 4, NULL), XK_E_ALREADY);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_restore(f.counters, octets, 4, NULL), XK_E_ALREADY); /* knows a LEMF */
    struct xk_counters *c = fresh();
    size_t size = snapshot_of(c, octets, sizeof octets);
    assert_int_equal(size, 35);
    assert_int_equal(xk_counters_restore(c, octets, size, NULL), XK_E_ALREADY); /* a journal goes on behind it */
    assert_int_equal(xk_counters_destroy(c), XK_OK);
    fixture_create(&f);
}

/* Builds states by hand: frames with these bodies, between a BEGIN and an END. */
static uint8_t made[4096];
static size_t made_size;

static void frame(enum xki_dl_kind kind, const void *body, size_t size)
{
    struct xki_dl_body b = {{0}, 0, {body, size}};
    made_size += xki_dl_frame(kind, &b, made + made_size);
}

static void begin(void)
{
    made_size = 0;
    frame(XKI_DL_BEGIN, "\0", 1);
}

static void end(uint8_t contexts, uint8_t records, uint8_t lemfs)
{
    const uint8_t body[12] = {0, 0, 0, contexts, 0, 0, 0, records, 0, 0, 0, lemfs};
    frame(XKI_DL_END, body, sizeof body);
}

static void restores(enum xk_status status)
{
    struct xk_counters *c = fresh();
    assert_int_equal(xk_counters_restore(c, made, made_size, &f.diag), status);
    if (status != XK_OK) {
        assert_int_equal(f.diag.status, status);
        struct xk_counters_usage u;
        u.size = sizeof u;
        assert_int_equal(xk_counters_read_usage(c, &u), XK_OK);
        assert_int_equal(u.contexts + u.records, 0);
        begin();
        end(0, 0, 0);
        assert_int_equal(xk_counters_restore(c, made, made_size, NULL), XK_OK);
    }
    assert_int_equal(xk_counters_destroy(c), XK_OK);
}

#define KEY "\0\001L\xa0\0"
static const char context[] = "\0\0\0\003AA\0\0" KEY;
static const char record[] = "0123456789abcdef\0\0\0\001\0\0\0\0\0\0\0\0\0\0\0\0\001" KEY;
static const char reserved[] = "0123456789abcdeF\0\0\0\003\0\0\0\0\0\0\0\0\0\0\0\0AA" KEY;

static void begin_context(void)
{
    begin();
    frame(XKI_DL_CONTEXT, context, 13);
}

static void order_and_counts_are_checked(void **state)
{
    (void)state;
    begin_context();
    frame(XKI_DL_RECORD, record, 38);
    frame(XKI_DL_LEMF, "\0\0\0\1\1", 5);
    end(1, 1, 1);
    restores(XK_OK);
    for (unsigned int i = 0; i < 3; i++) {
        begin_context();
        frame(XKI_DL_RECORD, record, 38);
        frame(XKI_DL_LEMF, "\0\0\0\1\1", 5);
        end(i == 0 ? 2 : 1, i == 1 ? 2 : 1, i == 2 ? 2 : 1);
        restores(XK_E_SNAPSHOT);
        assert_true(f.diag.offset > 60);
    }
    begin();
    frame(XKI_DL_END, "\0\0\0\0\0\0\0\0\0\0\0", 11);
    restores(XK_E_SNAPSHOT);
    begin();
    restores(XK_E_SNAPSHOT); /* without END */
    made_size = 0;
    end(0, 0, 0);
    restores(XK_E_SNAPSHOT); /* without BEGIN */
    assert_int_equal(f.diag.offset, 0);
    made_size = 0;
    frame(XKI_DL_BEGIN, "\0\0", 2);
    end(0, 0, 0);
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    end(0, 0, 0);
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    frame(XKI_DL_BEGIN, "\0", 1);
    restores(XK_E_SNAPSHOT);
    begin_context();
    end(1, 0, 0);
    frame(XKI_DL_RECORD, record, 38); /* of the snapshot, behind it */
    restores(XK_E_SNAPSHOT);
    static const enum xki_dl_kind later[] = {XKI_DL_RESERVED, XKI_DL_DELIVERED, XKI_DL_GONE, XKI_DL_CONTEXT_ENDED,
                                             XKI_DL_PURGED};
    static const size_t sizes[] = {39, 16, 16, 5, 3};
    for (unsigned int i = 0; i < 5; i++) {
        begin_context();
        frame(XKI_DL_RECORD, record, 38);
        frame(later[i],
              later[i] == XKI_DL_RESERVED        ? reserved
              : later[i] == XKI_DL_CONTEXT_ENDED ? KEY
                                                 : record,
              sizes[i]);
        end(1, 1, 0);
        restores(XK_E_SNAPSHOT);
    }
    begin();
    frame((enum xki_dl_kind)11, "\0", 1);
    end(0, 0, 0);
    restores(XK_E_SNAPSHOT);
}

static void bodies_are_checked(void **state)
{
    (void)state;
    char changed[64];
    begin();
    frame(XKI_DL_CONTEXT, context, 10); /* the key too short */
    end(1, 0, 0);
    restores(XK_E_SNAPSHOT);
    begin();
    frame(XKI_DL_CONTEXT, context, 11); /* just long enough */
    end(1, 0, 0);
    restores(XK_OK);
    static const char sizes[] = {0, 26, 4};
    for (unsigned int i = 0; i < 3; i++) {
        memcpy(changed, context, 13);
        changed[9] = sizes[i];
        begin();
        frame(XKI_DL_CONTEXT, changed, 13);
        end(1, 0, 0);
        restores(XK_E_SNAPSHOT);
    }
    memset(changed, 'x', sizeof changed);
    memcpy(changed, context, 9);
    changed[9] = 25;
    begin();
    frame(XKI_DL_CONTEXT, changed, 35);
    end(1, 0, 0);
    restores(XK_OK);
    begin_context();
    frame(XKI_DL_RECORD, record, 35);
    end(1, 1, 0);
    restores(XK_E_SNAPSHOT);
    begin();
    frame(XKI_DL_RECORD, record, 38); /* without its context */
    end(0, 1, 0);
    restores(XK_E_SNAPSHOT);
    static const char states[] = {0, 2, 4};
    for (unsigned int i = 0; i < 3; i++) {
        memcpy(changed, record, 38);
        changed[32] = states[i];
        begin_context();
        frame(XKI_DL_RECORD, changed, 38);
        end(1, 1, 0);
        restores(XK_E_SNAPSHOT);
    }
    begin_context();
    frame(XKI_DL_RECORD, record, 38);
    frame(XKI_DL_RECORD, record, 38); /* twice */
    end(1, 2, 0);
    restores(XK_E_SNAPSHOT);
    for (unsigned int i = 0; i < 2; i++) {
        begin();
        frame(XKI_DL_LEMF, "\0\0\0\1\1\0", i == 0 ? 4 : 6);
        end(0, 0, 1);
        restores(XK_E_SNAPSHOT);
    }
    begin();
    frame(XKI_DL_LEMF, "\0\0\0\1\1", 5);
    frame(XKI_DL_LEMF, "\0\0\0\1\0", 5);
    end(0, 0, 1);
    restores(XK_OK);
}

static void journal_records_are_checked(void **state)
{
    (void)state;
    char changed[64];
    begin_context();
    end(1, 0, 0);
    frame(XKI_DL_RESERVED, reserved, 39);
    frame(XKI_DL_DELIVERED, reserved, 16);
    frame(XKI_DL_GONE, reserved, 16);
    frame(XKI_DL_CONTEXT_ENDED, KEY, 5);
    restores(XK_OK);
    memcpy(changed, reserved, 39);
    changed[19] = 2; /* a number that has been given */
    begin_context();
    end(1, 0, 0);
    frame(XKI_DL_RESERVED, changed, 39);
    restores(XK_E_SNAPSHOT);
    changed[19] = 4; /* one that comes later */
    begin_context();
    end(1, 0, 0);
    frame(XKI_DL_RESERVED, changed, 39);
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    frame(XKI_DL_RESERVED, reserved, 39); /* a new context begins at 0 */
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    frame(XKI_DL_RESERVED, reserved, 36);
    restores(XK_E_SNAPSHOT);
    for (unsigned int i = 0; i < 2; i++) {
        begin();
        end(0, 0, 0);
        frame(i == 0 ? XKI_DL_GONE : XKI_DL_DELIVERED, reserved, 16); /* of nothing */
        restores(XK_E_SNAPSHOT);
    }
    begin_context();
    end(1, 0, 0);
    frame(XKI_DL_RESERVED, reserved, 39);
    frame(XKI_DL_GONE, reserved, 15);
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    frame(XKI_DL_CONTEXT_ENDED, KEY, 5);
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    frame(XKI_DL_PURGED, "AA", 2);
    restores(XK_E_SNAPSHOT);
    begin();
    end(0, 0, 0);
    frame(XKI_DL_PURGED, "AA12345678901234567890123456", 28);
    restores(XK_E_SNAPSHOT);
    begin_context();
    end(1, 0, 0);
    frame(XKI_DL_PURGED, "AA1234567890123456789012345", 27);
    frame(XKI_DL_PURGED, "AAL", 3);
    frame(XKI_DL_CONTEXT_ENDED, KEY, 5); /* it is gone */
    restores(XK_E_SNAPSHOT);
}

static void too_much_is_told(void **state)
{
    (void)state;
    char changed[64];
    f.counters_config.max_contexts = 1;
    f.counters_config.max_records = 1;
    f.counters_config.max_lemfs = 1;
    begin_context();
    frame(XKI_DL_RECORD, record, 38);
    frame(XKI_DL_LEMF, "\0\0\0\1\1", 5);
    end(1, 1, 1);
    restores(XK_OK);
    memcpy(changed, context, 13);
    changed[10] = 'M';
    begin_context();
    frame(XKI_DL_CONTEXT, changed, 13);
    end(2, 0, 0);
    restores(XK_E_FULL);
    memcpy(changed, record, 38);
    changed[0] = 'x';
    begin_context();
    frame(XKI_DL_RECORD, record, 38);
    frame(XKI_DL_RECORD, changed, 38);
    end(1, 2, 0);
    restores(XK_E_FULL);
    begin();
    frame(XKI_DL_LEMF, "\0\0\0\1\1", 5);
    frame(XKI_DL_LEMF, "\0\0\0\2\1", 5);
    end(0, 0, 2);
    restores(XK_E_FULL);
    char longer[80] = {0, 0, 0, 0, 'A', 'A', 0, 0, 0, 1, 'L'};
    f.counters_config.max_context_size = 64;
    begin();
    frame(XKI_DL_CONTEXT, longer, 8 + 64);
    end(1, 0, 0);
    restores(XK_OK);
    begin();
    frame(XKI_DL_CONTEXT, longer, 8 + 65);
    end(1, 0, 0);
    restores(XK_E_TOO_LARGE);
}

/* That state was lost, and who has not been told, survives too. */
static void a_reset_that_is_owed_stays_owed(void **state)
{
    (void)state;
    static uint8_t octets[512];
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    f.counters_config.state_lost = true;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    fixture_create(&f);
    size_t size = snapshot_of(f.counters, octets, sizeof octets);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    f.counters_config.state_lost = false;
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    assert_int_equal(xk_counters_restore(f.counters, octets, size, NULL), XK_OK);
    f.config.keep_alive = 0;
    fixture_create(&f);
    connect(&f);
    expect_tri(&f, XK_TRI_CIN_RESET, 0);
    (void)expect_event(&f, XK_DELIVERY_RESET);
    size = snapshot_of(f.counters, octets, sizeof octets);
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    assert_int_equal(xk_counters_restore(f.counters, octets, size, NULL), XK_OK);
    fixture_create(&f);
    connect(&f);
    expect_quiet(&f);
    /* Another LEMF has not been told. */
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    f.config.lemf = 2;
    fixture_create(&f);
    connect(&f);
    expect_tri(&f, XK_TRI_CIN_RESET, 0);
}

/* A number near the end, as only time or a saved state brings it. */
/* What a snapshot that is refused says of a loss counts for nothing. */
static void a_refused_snapshot_loses_and_finds_nothing(void **state)
{
    (void)state;
    for (unsigned int lost = 0; lost < 2; lost++) {
        uint8_t octets[512];
        f.counters_config.state_lost = lost == 0;
        struct xk_counters *other = fresh();
        size_t size = snapshot_of(other, octets, sizeof octets);
        assert_int_equal(octets[7], lost == 0);
        octets[size - 1] ^= 1;
        f.counters_config.state_lost = lost == 1;
        struct xk_counters *c = fresh();
        assert_int_equal(xk_counters_restore(c, octets, size, NULL), XK_E_SNAPSHOT);
        size = snapshot_of(c, octets, sizeof octets);
        assert_int_equal(octets[7], lost);
        assert_int_equal(xk_counters_destroy(c), XK_OK);
        assert_int_equal(xk_counters_destroy(other), XK_OK);
    }
}

static void numbers_wrap(void **state)
{
    (void)state;
    static const char last[] = "\xff\xff\xff\xff"
                               "AA\0\0\0\004LI-1\xa0\007\x80\00512345\x81\001\007";
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    assert_int_equal(xk_counters_create(&f.counters_config, NULL, &f.allocator, &f, &f.counters, NULL), XK_OK);
    begin();
    frame(XKI_DL_CONTEXT, last, sizeof last - 1);
    end(1, 0, 0);
    assert_int_equal(xk_counters_restore(f.counters, made, made_size, NULL), XK_OK);
    fixture_create(&f);
    put_ok(&f, 1, UINT32_MAX);
    put_ok(&f, 2, 0);
    put_ok(&f, 3, 1);
}

static void failing_journal_is_tried_with_its_beginning_again(void **state)
{
    (void)state;
    assert_int_equal(xk_delivery_destroy(f.d), XK_OK);
    assert_int_equal(xk_counters_destroy(f.counters), XK_OK);
    fixture_init(&f);
    f.journal_fails = true;
    struct xk_delivery *none = NULL;
    assert_int_equal(xk_delivery_create(&f.config, f.counters, NULL, &f.allocator, &f, f.now, &none, &f.diag),
                     XK_E_JOURNAL);
    assert_null(none);
    f.journal_fails = false;
    fixture_create(&f);
    put_ok(&f, 1, 0);
    assert_int_equal(f.journal[4], XKI_DL_BEGIN);
    assert_int_equal(f.journal[12 + 4], XKI_DL_END);
    assert_int_equal(f.journal[35 + 4], XKI_DL_LEMF);
    assert_int_equal(f.journal[51 + 4], XKI_DL_RESERVED);
    assert_int_equal(f.journal_calls, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(snapshot_and_journal_bring_back_the_same),
        TEST(restored_records_are_reserved_or_delivered),
        TEST(frames_are_as_described),
        TEST(every_cut_and_every_flip_is_noticed),
        TEST(fresh_is_without_anything),
        TEST(order_and_counts_are_checked),
        TEST(bodies_are_checked),
        TEST(journal_records_are_checked),
        TEST(too_much_is_told),
        TEST(a_reset_that_is_owed_stays_owed),
        TEST(a_refused_snapshot_loses_and_finds_nothing),
        TEST(numbers_wrap),
        TEST(failing_journal_is_tried_with_its_beginning_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
