/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/delivery/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void *allocate(size_t size, void *user)
{
    struct arena *a = user;
    if (++a->allocations == a->fail_at) {
        return NULL;
    }
    uint8_t *block = malloc(size);
    memset(block, 0xa5, size);
    for (unsigned int i = 0; i < 4; i++) {
        if (a->blocks[i] == NULL) {
            a->blocks[i] = block;
            a->sizes[i] = size;
            return block;
        }
    }
    abort();
}

static void release(void *memory, size_t size, void *user)
{
    struct arena *a = user;
    const uint8_t *octets = memory;
    bool clean = true;
    for (size_t i = 0; i < size; i++) {
        clean = clean && octets[i] == 0;
    }
    a->not_wiped += clean ? 0 : 1;
    for (unsigned int i = 0; i < 4; i++) {
        if (a->blocks[i] == memory) {
            assert_int_equal(a->sizes[i], size);
            a->blocks[i] = NULL;
        }
    }
    free(memory);
}

/* Inside a callback everything but queries is refused, and changes nothing. */
static void ask_inside(struct fixture *f)
{
    struct xk_record record;
    struct xk_cookie cookie = {{0}};
    struct xk_delivery_event event;
    struct xk_bytes view;
    size_t size;
    static const uint8_t octet = 0x30;
    if (f->busy_counters != NULL) {
        f->busy_asked++;
        assert_int_equal(xk_counters_settle(f->busy_counters, &cookie), XK_E_BUSY);
        assert_int_equal(xk_counters_forget(f->busy_counters, &cookie, &record), XK_E_BUSY);
        assert_int_equal(xk_counters_purge(f->busy_counters, xk_text("x"), "AA", NULL), XK_E_BUSY);
        assert_int_equal(xk_counters_snapshot(f->busy_counters, NULL, 0, &size), XK_E_BUSY);
        assert_int_equal(xk_counters_restore(f->busy_counters, &octet, 1, NULL), XK_E_BUSY);
        assert_int_equal(xk_counters_destroy(f->busy_counters), XK_E_BUSY);
        struct xk_ps_header header;
        xk_ps_header_init(&header);
        assert_int_equal(xk_counters_end(f->busy_counters, &header, NULL), XK_E_BUSY);
    }
    if (f->busy != NULL) {
        struct xk_delivery_record put = fixture_record(f, 99);
        struct xk_tri tri;
        xk_tri_init(&tri, XK_TRI_TEST_PDU);
        f->busy_asked++;
        assert_int_equal(xk_delivery_put(f->busy, f->now, &put, NULL, NULL), XK_E_BUSY);
        assert_int_equal(xk_delivery_put_tri(f->busy, f->now, &put.header, &tri, NULL), XK_E_BUSY);
        assert_int_equal(xk_delivery_output(f->busy, f->now, &view), XK_E_BUSY);
        assert_int_equal(xk_delivery_consumed(f->busy, f->now, 0), XK_E_BUSY);
        assert_int_equal(xk_delivery_input(f->busy, f->now, &octet, 1), XK_E_BUSY);
        assert_int_equal(xk_delivery_transport_acknowledged(f->busy, f->now, 0), XK_E_BUSY);
        assert_int_equal(xk_delivery_connected(f->busy, f->now), XK_E_BUSY);
        assert_int_equal(xk_delivery_disconnected(f->busy, f->now), XK_E_BUSY);
        assert_int_equal(xk_delivery_close(f->busy), XK_E_BUSY);
        assert_int_equal(xk_delivery_tick(f->busy, f->now), XK_E_BUSY);
        assert_int_equal(xk_delivery_flush(f->busy, f->now, xk_text("x")), XK_E_BUSY);
        assert_int_equal(xk_delivery_purge(f->busy, f->now, xk_text("x"), "AA", NULL), XK_E_BUSY);
        assert_int_equal(xk_delivery_destroy(f->busy), XK_E_BUSY);
        assert_false(xk_delivery_next_event(f->busy, &event));
        (void)xk_delivery_next_deadline(f->busy);
    }
}

static bool journal(struct xk_bytes octets, void *user)
{
    struct fixture *f = user;
    f->journal_calls++;
    ask_inside(f);
    if (f->journal_fails || f->journal_size + octets.size > sizeof f->journal) {
        return false;
    }
    memcpy(f->journal + f->journal_size, octets.data, octets.size);
    f->journal_size += octets.size;
    return true;
}

static void update(uint32_t chain, enum xk_tri_check check, struct xk_bytes octets, void *user)
{
    struct fixture *f = user;
    (void)chain;
    ask_inside(f);
    if (!f->running[check - 1]) {
        sha256_begin(&f->hash[check - 1]);
        f->running[check - 1] = true;
    }
    sha256_update(&f->hash[check - 1], octets.data, octets.size);
}

static bool finish(uint32_t chain, enum xk_tri_check check, uint8_t *out, size_t capacity, size_t *size, void *user)
{
    struct fixture *f = user;
    (void)chain;
    assert_true(capacity >= 32);
    ask_inside(f);
    f->finished++;
    f->running[check - 1] = false;
    if (f->finish_fails) {
        return false;
    }
    sha256_end(&f->hash[check - 1], out);
    *size = f->finish_size == 0 ? 32 : f->finish_size;
    *size = f->finish_size == SIZE_MAX ? 0 : *size;
    return true;
}

void fixture_init(struct fixture *f)
{
    const struct xk_counters_callbacks callbacks = {sizeof callbacks, journal};
    memset(f, 0, sizeof *f);
    f->allocator = (struct xk_allocator){sizeof f->allocator, allocate, release, &f->arena};
    f->now.ms = 1000;
    f->now.utc.seconds = 1800000000;
    f->now.utc.microseconds = 5;
    xk_counters_config_init(&f->counters_config);
    f->counters_config.state_lost = false;
    f->counters_config.max_contexts = 8;
    f->counters_config.max_records = 16;
    assert_int_equal(xk_counters_create(&f->counters_config, &callbacks, &f->allocator, f, &f->counters, &f->diag),
                     XK_OK);
    xk_delivery_config_init(&f->config);
    f->config.identity.operator_identifier = xk_text("12345");
    f->config.identity.time_form = XK_PS_TIME_MICROSECONDS;
    f->config.buffer_size = XK_DELIVERY_BUFFER_MIN;
    f->config.max_records = 8;
    f->config.release = XK_RELEASE_WRITTEN;
}

void fixture_create(struct fixture *f)
{
    const struct xk_delivery_callbacks callbacks = {sizeof callbacks, update, finish};
    assert_int_equal(xk_delivery_create(&f->config, f->counters, &callbacks, &f->allocator, f, f->now, &f->d, &f->diag),
                     XK_OK);
}

void fixture_end(struct fixture *f)
{
    assert_int_equal(xk_delivery_destroy(f->d), XK_OK);
    assert_int_equal(xk_counters_destroy(f->counters), XK_OK);
    assert_int_equal(f->arena.not_wiped, 0);
    for (unsigned int i = 0; i < 4; i++) {
        assert_null(f->arena.blocks[i]);
    }
}

int fixture_set_up(void **state)
{
    fixture_init(*state);
    return 0;
}

int fixture_tear_down(void **state)
{
    fixture_end(*state);
    return 0;
}

struct xk_delivery_record fixture_record(struct fixture *f, unsigned int id)
{
    struct xk_delivery_record r;
    memset(&r, 0, sizeof r);
    r.size = sizeof r;
    memset(r.cookie.octets, (int)id, sizeof r.cookie.octets);
    r.module = XK_HI2_UMTS;
    r.form = XK_PS_BARE_PARAMETERS;
    xk_ps_header_init(&r.header);
    r.header.liid = xk_text("LI-1");
    memcpy(r.header.authorization_country, "AA", 2);
    r.header.operator_identifier = xk_text("12345");
    r.header.has_identity_number = true;
    r.header.identity_number = 7;
    r.header.time_form = XK_PS_TIME_MICROSECONDS;
    r.header.time = f->now.utc;
    f->record[0] = 0xa4;
    f->record[1] = 0x82;
    f->record[2] = (RECORD_SIZE - 4) >> 8;
    f->record[3] = (RECORD_SIZE - 4) & 0xff;
    f->record[4] = 0x81;
    f->record[5] = 0x82;
    f->record[6] = (RECORD_SIZE - 8) >> 8;
    f->record[7] = (RECORD_SIZE - 8) & 0xff;
    memset(f->record + 8, (int)(0x40 + id), RECORD_SIZE - 8);
    r.record = (struct xk_bytes){f->record, RECORD_SIZE};
    return r;
}

enum xk_status fixture_put(struct fixture *f, unsigned int id, uint32_t *number)
{
    struct xk_delivery_record r = fixture_record(f, id);
    return xk_delivery_put(f->d, f->now, &r, number, &f->diag);
}

void put_ok(struct fixture *f, unsigned int id, uint32_t number)
{
    uint32_t given = 77;
    assert_int_equal(fixture_put(f, id, &given), XK_OK);
    assert_int_equal(given, number);
}

struct xk_delivery_event expect_event(struct fixture *f, enum xk_delivery_event_kind kind)
{
    struct xk_delivery_event event;
    memset(&event, 0x5a, sizeof event);
    assert_true(xk_delivery_next_event(f->d, &event));
    assert_int_equal(event.size, sizeof event);
    assert_string_equal(xk_delivery_event_name(event.kind), xk_delivery_event_name(kind));
    return event;
}

void expect_none(struct fixture *f)
{
    struct xk_delivery_event event;
    bool any = xk_delivery_next_event(f->d, &event);
    assert_string_equal(xk_delivery_event_name(event.kind), "NOTHING");
    assert_false(any);
}

void expect_delivered(struct fixture *f, unsigned int id, uint32_t number)
{
    struct xk_delivery_event event = expect_event(f, XK_DELIVERY_DELIVERED);
    assert_int_equal(event.cookie.octets[0], id);
    assert_int_equal(event.cookie.octets[15], id);
    assert_int_equal(event.number, number);
    assert_int_equal(event.status, XK_OK);
}

void connect(struct fixture *f)
{
    (void)expect_event(f, XK_DELIVERY_CONNECT);
    assert_int_equal(xk_delivery_connected(f->d, f->now), XK_OK);
}

void tick_at(struct fixture *f, uint64_t ms)
{
    f->now.ms = ms;
    assert_int_equal(xk_delivery_tick(f->d, f->now), XK_OK);
}

size_t take_output(struct fixture *f, uint8_t *out, size_t capacity, size_t most)
{
    struct xk_bytes view;
    size_t taken = 0;
    while (taken < most) {
        assert_int_equal(xk_delivery_output(f->d, f->now, &view), XK_OK);
        if (view.size == 0) {
            break;
        }
        size_t size = view.size < most - taken ? view.size : most - taken;
        assert_true(taken + size <= capacity);
        memcpy(out + taken, view.data, size);
        assert_int_equal(xk_delivery_consumed(f->d, f->now, size), XK_OK);
        taken += size;
    }
    return taken;
}

static size_t next_pdu(struct fixture *f, uint8_t *out, size_t capacity)
{
    struct xk_bytes view;
    size_t size = 0;
    assert_int_equal(xk_delivery_output(f->d, f->now, &view), XK_OK);
    assert_true(view.size > 4);
    assert_int_equal(xk_ps_pdu_measure(view.data, view.size, NULL, &size, NULL), XK_OK);
    assert_int_equal(xk_delivery_consumed(f->d, f->now, 0), XK_OK);
    assert_int_equal(take_output(f, out, capacity, size), size);
    return size;
}

void expect_tri(struct fixture *f, enum xk_tri_type type, uint32_t number)
{
    uint8_t pdu[1024];
    struct xk_ps_header header;
    struct xk_tri tri;
    size_t size = next_pdu(f, pdu, sizeof pdu);
    assert_int_equal(xk_tri_decode(pdu, size, NULL, &header, &tri, NULL), XK_OK);
    assert_string_equal(xk_tri_type_name(tri.type), xk_tri_type_name(type));
    assert_int_equal(header.sequence_number, number);
}

void expect_record(struct fixture *f, unsigned int id, uint32_t number)
{
    uint8_t pdu[4096];
    struct xk_ps_pdu decoded;
    struct xk_ps_payload payload;
    size_t position = 0;
    size_t size = next_pdu(f, pdu, sizeof pdu);
    assert_int_equal(xk_ps_pdu_decode(pdu, size, NULL, &decoded, NULL), XK_OK);
    assert_int_equal(decoded.header.sequence_number, number);
    assert_int_equal(xk_ps_pdu_next_payload(&decoded, &position, &payload, NULL), XK_OK);
    assert_int_equal(payload.record.data[payload.record.size - 1], 0x40 + id);
}

void expect_quiet(struct fixture *f)
{
    struct xk_bytes view = {f->record, 1};
    assert_int_equal(xk_delivery_output(f->d, f->now, &view), XK_OK);
    assert_int_equal(view.size, 0);
    assert_null(view.data);
}

static size_t encode_tri(const struct xk_tri *tri, uint32_t number, uint8_t *out, size_t capacity)
{
    struct xk_ps_header header;
    size_t size = 0;
    xk_ps_header_init(&header);
    header.liid = xk_text("lemf");
    header.operator_identifier = xk_text("1");
    header.time_form = XK_PS_TIME_MICROSECONDS;
    header.sequence_number = number;
    assert_int_equal(xk_tri_encode(&header, tri, out, capacity, &size, NULL), XK_OK);
    return size;
}

size_t make_tri(enum xk_tri_type type, uint32_t number, uint8_t *out, size_t capacity)
{
    struct xk_tri tri;
    xk_tri_init(&tri, type);
    tri.priority = XK_TRI_PRIORITY_ERROR;
    tri.octets = xk_text("hello");
    return encode_tri(&tri, number, out, capacity);
}

void answer(struct fixture *f, enum xk_tri_type type, uint32_t number)
{
    uint8_t pdu[256];
    size_t size = make_tri(type, number, pdu, sizeof pdu);
    assert_int_equal(xk_delivery_input(f->d, f->now, pdu, size), XK_OK);
}

void answer_options(struct fixture *f, enum xk_tri_type type, uint32_t number, uint32_t options, uint32_t declined)
{
    uint8_t pdu[256];
    struct xk_tri tri;
    xk_tri_init(&tri, type);
    tri.options = options;
    tri.declined = declined;
    size_t size = encode_tri(&tri, number, pdu, sizeof pdu);
    assert_int_equal(xk_delivery_input(f->d, f->now, pdu, size), XK_OK);
}

bool is_in_memory(const struct fixture *f, unsigned int id)
{
    uint8_t pattern[32];
    memset(pattern, (int)(0x40 + id), sizeof pattern);
    for (unsigned int i = 0; i < 4; i++) {
        const uint8_t *block = f->arena.blocks[i];
        for (size_t at = 0; block != NULL && at + sizeof pattern <= f->arena.sizes[i]; at++) {
            if (memcmp(block + at, pattern, sizeof pattern) == 0) {
                return true;
            }
        }
    }
    return false;
}

struct xk_delivery_counters counts(const struct fixture *f)
{
    struct xk_delivery_counters c;
    memset(&c, 0, sizeof c);
    c.size = sizeof c;
    assert_int_equal(xk_delivery_read_counters(f->d, &c), XK_OK);
    return c;
}

struct xk_delivery_usage usage(const struct fixture *f)
{
    struct xk_delivery_usage u;
    memset(&u, 0, sizeof u);
    u.size = sizeof u;
    assert_int_equal(xk_delivery_read_usage(f->d, &u), XK_OK);
    return u;
}
