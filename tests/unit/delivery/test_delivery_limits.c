/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "unit/delivery/fixture.h"

static struct fixture f;

#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, fixture_set_up, fixture_tear_down, &f)

/* What a session refuses, and the limits of its configuration. */
static struct xk_delivery_callbacks callbacks;

static void update(uint32_t chain, enum xk_tri_check check, struct xk_bytes octets, void *user)
{
    (void)chain;
    (void)check;
    (void)octets;
    (void)user;
}

static bool finish(uint32_t chain, enum xk_tri_check check, uint8_t *out, size_t capacity, size_t *size, void *user)
{
    (void)chain;
    (void)check;
    (void)user;
    memset(out, 1, capacity);
    *size = capacity;
    return true;
}

static enum xk_status create(void)
{
    struct xk_delivery *d = NULL;
    unsigned int before = f.arena.allocations;
    enum xk_status status = xk_delivery_create(&f.config, f.counters, &callbacks, &f.allocator, &f, f.now, &d, &f.diag);
    if (status == XK_OK) {
        assert_int_equal(xk_delivery_destroy(d), XK_OK);
    } else {
        assert_null(d);
        assert_int_equal(f.diag.status, status);
    }
    assert_true(f.arena.allocations - before <= 1);
    return status;
}

static void refused(const char *field)
{
    assert_int_equal(create(), XK_E_CONFIG);
    assert_string_equal(f.diag.field, field);
}

static void limit(uint32_t *member, uint32_t low, uint32_t high, const char *field)
{
    uint32_t was = *member;
    if (low > 0) {
        *member = low - 1;
        refused(field);
    }
    if (high < UINT32_MAX) {
        *member = high + 1;
        refused(field);
    }
    *member = low;
    assert_int_equal(create(), XK_OK);
    if (high <= 2592000000u && member != &f.config.buffer_size && member != &f.config.max_records) {
        *member = high;
        assert_int_equal(create(), XK_OK);
    }
    *member = was;
}

#define TIME_MAX 2592000000u

static void configuration_has_limits(void **state)
{
    (void)state;
    fixture_create(&f);
    callbacks = (struct xk_delivery_callbacks){sizeof callbacks, update, finish};
    f.config.integrity = true;
    f.config.sign = true;
    limit(&f.config.buffer_size, XK_DELIVERY_BUFFER_MIN, XK_DELIVERY_BUFFER_MAX, "buffer_size");
    limit(&f.config.max_records, 1, XK_DELIVERY_RECORDS_MAX, "max_records");
    limit(&f.config.max_age, 1, TIME_MAX, "max_age");
    limit(&f.config.max_pdu, 256, XK_PS_PDU_MAX, "max_pdu");
    limit(&f.config.keep_alive, 0, TIME_MAX, "keep_alive");
    limit(&f.config.answer, 1, TIME_MAX, "answer");
    limit(&f.config.stall, 1, TIME_MAX, "stall");
    limit(&f.config.reconnect, 1, TIME_MAX, "reconnect");
    limit(&f.config.negotiation, 1, TIME_MAX, "negotiation");
    limit(&f.config.acknowledge_time, 1, TIME_MAX, "acknowledge_time");
    limit(&f.config.acknowledge_count, 1, XK_DELIVERY_RECORDS_MAX, "acknowledge_count");
    limit(&f.config.acknowledge_wait, 1, TIME_MAX, "acknowledge_wait");
    limit(&f.config.further_time, 1, TIME_MAX, "further_time");
    limit(&f.config.max_unexpected, 1, UINT32_MAX, "max_unexpected");
    limit(&f.config.check_first, 0, 1, "check_first");
    limit(&f.config.hash_time, 1, TIME_MAX, "hash_time");
    limit(&f.config.hash_count, 1, XK_DELIVERY_CHECK_MAX, "hash_count");
    limit(&f.config.hash_size, 1, XK_DELIVERY_CHECK_VALUE_MAX, "hash_size");
    limit(&f.config.sign_time, 1, TIME_MAX, "sign_time");
    limit(&f.config.sign_count, 1, XK_DELIVERY_CHECK_MAX, "sign_count");
    limit(&f.config.sign_size, 1, XK_DELIVERY_CHECK_VALUE_MAX, "sign_size");
    limit(&f.config.max_chains, 1, XK_DELIVERY_CHAINS_MAX, "max_chains");
    f.config.acknowledgement = (enum xk_acknowledgement)3;
    refused("acknowledgement");
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NONE;
    f.config.release = (enum xk_release)0;
    refused("release");
    f.config.release = (enum xk_release)4;
    refused("release");
    f.config.release = XK_RELEASE_WRITTEN;
    f.config.hash_algorithm = (enum xk_tri_hash)5;
    refused("hash_algorithm");
    f.config.hash_algorithm = XK_TRI_HASH_SHA512;
    f.config.signature_algorithm = (enum xk_tri_signature)4;
    refused("signature_algorithm");
    f.config.signature_algorithm = XK_TRI_SIGNATURE_EDDSA;
    assert_int_equal(create(), XK_OK);
}

static void members_agree_with_each_other(void **state)
{
    (void)state;
    fixture_create(&f);
    callbacks = (struct xk_delivery_callbacks){sizeof callbacks, update, finish};
    f.config.keep_alive = 0;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NEGOTIATED;
    refused("keep_alive");
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NONE;
    assert_int_equal(create(), XK_OK);
    f.config.release = XK_RELEASE_FURTHER;
    refused("keep_alive");
    f.config.keep_alive = 1000;
    f.config.further_time = 1000;
    refused("further_time");
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_AGREED;
    assert_int_equal(create(), XK_OK);
    f.config.keep_alive = 0;
    assert_int_equal(create(), XK_OK);
    f.config.keep_alive = 1000;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NEGOTIATED;
    refused("further_time");
    f.config.further_time = 1001;
    assert_int_equal(create(), XK_OK);
    f.config.sign = true;
    refused("sign");
    f.config.integrity = true;
    assert_int_equal(create(), XK_OK);
    callbacks.update = NULL;
    refused("integrity");
    callbacks.update = update;
    callbacks.finish = NULL;
    refused("integrity");
    callbacks.finish = finish;
    f.config.identity.time_form = XK_PS_TIME_ABSENT;
    refused("identity");
    f.config.identity.time_form = XK_PS_TIME_GENERALIZED;
    assert_int_equal(create(), XK_OK);
    static uint8_t point[700];
    memset(point, 'x', sizeof point);
    f.config.identity.extended_interception_point = (struct xk_bytes){point, sizeof point};
    refused("identity");
    f.config.identity.extended_interception_point = (struct xk_bytes){NULL, 0};
    f.config.identity.operator_identifier.size = 0;
    assert_int_equal(create(), XK_E_FIELD_EMPTY);
    assert_string_equal(f.diag.field, "operatorIdentifier");
}

static void defaults_are_as_documented(void **state)
{
    (void)state;
    struct xk_delivery_config c;
    fixture_create(&f);
    memset(&c, 0x5a, sizeof c);
    xk_delivery_config_init(&c);
    assert_int_equal(c.size, sizeof c);
    assert_int_equal(c.lemf, 0);
    assert_int_equal(c.identity.liid.size, 1);
    assert_int_equal(c.identity.time_form, XK_PS_TIME_MICROSECONDS);
    const uint32_t values[] = {c.buffer_size,
                               c.max_records,
                               c.max_age,
                               c.max_pdu,
                               c.keep_alive,
                               c.answer,
                               c.stall,
                               c.reconnect,
                               c.negotiation,
                               c.acknowledge_time,
                               c.acknowledge_count,
                               c.acknowledge_wait,
                               c.further_octets,
                               c.further_time,
                               c.max_unexpected,
                               c.check_first,
                               c.hash_time,
                               c.hash_count,
                               c.hash_size,
                               c.sign_time,
                               c.sign_count,
                               c.sign_size,
                               c.max_chains,
                               c.acknowledgement,
                               c.release,
                               c.hash_algorithm,
                               c.signature_algorithm};
    static const uint32_t wanted[] = {1048576, 1024,   86400000, 65535,  300000, 60000, 60000, 30000, 60000,
                                      5000,    100,    60000,    262144, 900000, 100,   0,     1000,  1000,
                                      32,      300000, 15,       128,    64,     0,     2,     2,     0};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_int_equal(values[i], wanted[i]);
    }
    assert_false(c.integrity || c.sign);
    memset(&c, 0x5a, sizeof c);
    xk_delivery_config_defaults(&c, sizeof c + 1);
    xk_delivery_config_defaults(&c, 16);
    xk_delivery_config_defaults(NULL, sizeof c);
    assert_int_equal(c.max_pdu, 0x5a5a5a5a);
}

static void create_checks_its_arguments(void **state)
{
    (void)state;
    struct xk_delivery *d = NULL;
    struct xk_allocator allocator = f.allocator;
    fixture_create(&f);
    callbacks = (struct xk_delivery_callbacks){sizeof callbacks, NULL, NULL};
    assert_int_equal(xk_delivery_create(NULL, f.counters, NULL, NULL, NULL, f.now, &d, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "");
    assert_int_equal(xk_delivery_create(&f.config, NULL, NULL, NULL, NULL, f.now, &d, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_create(&f.config, f.counters, NULL, NULL, NULL, f.now, NULL, NULL), XK_E_ARGUMENT);
    allocator.allocate = NULL;
    assert_int_equal(xk_delivery_create(&f.config, f.counters, NULL, &allocator, NULL, f.now, &d, NULL), XK_E_ARGUMENT);
    allocator = f.allocator;
    allocator.release = NULL;
    assert_int_equal(xk_delivery_create(&f.config, f.counters, NULL, &allocator, NULL, f.now, &d, NULL), XK_E_ARGUMENT);
    allocator = f.allocator;
    allocator.size++;
    assert_int_equal(xk_delivery_create(&f.config, f.counters, NULL, &allocator, NULL, f.now, &d, &f.diag),
                     XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "size");
    f.config.size++;
    assert_int_equal(create(), XK_E_ARGUMENT);
    f.config.size--;
    callbacks.size--;
    assert_int_equal(create(), XK_E_ARGUMENT);
    callbacks.size++;
    f.config.identity.size--;
    assert_int_equal(create(), XK_E_ARGUMENT);
    f.config.identity.size++;
    f.arena.fail_at = f.arena.allocations + 1;
    assert_int_equal(create(), XK_E_MEMORY);
    assert_true(f.diag.offset > XK_DELIVERY_BUFFER_MIN);
    assert_int_equal(xk_delivery_create(&f.config, f.counters, NULL, NULL, NULL, f.now, &d, NULL), XK_OK);
    struct xk_counters_usage u;
    u.size = sizeof u;
    assert_int_equal(xk_counters_read_usage(f.counters, &u), XK_OK);
    assert_int_equal(u.sessions, 2);
    assert_int_equal(xk_delivery_destroy(d), XK_OK);
    assert_int_equal(xk_delivery_destroy(NULL), XK_OK);
    /* As many LEMFs as the counters know; a session of one that is known is always made. */
    for (uint32_t i = 1; i < 16; i++) {
        f.config.lemf = i;
        assert_int_equal(create(), XK_OK);
    }
    f.config.lemf = 16;
    assert_int_equal(create(), XK_E_FULL);
    assert_string_equal(f.diag.field, "max_lemfs");
    f.config.lemf = 15;
    assert_int_equal(create(), XK_OK);
}

static void nothing_is_done_without_a_session(void **state)
{
    (void)state;
    struct xk_delivery_event event;
    struct xk_delivery_counters c;
    struct xk_delivery_usage u;
    struct xk_bytes view;
    struct xk_tri tri;
    uint8_t octet = 0;
    fixture_create(&f);
    struct xk_delivery_record r = fixture_record(&f, 1);
    xk_tri_init(&tri, XK_TRI_TEST_PDU);
    assert_int_equal(xk_delivery_put(NULL, f.now, &r, NULL, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "");
    assert_int_equal(xk_delivery_put(f.d, f.now, NULL, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_put_tri(NULL, f.now, &r.header, &tri, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, NULL, &tri, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_output(NULL, f.now, &view), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_output(f.d, f.now, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_consumed(NULL, f.now, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_consumed(f.d, f.now, 0), XK_OK);
    assert_int_equal(xk_delivery_input(NULL, f.now, &octet, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_input(f.d, f.now, NULL, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_input(f.d, f.now, NULL, 0), XK_E_LATE);
    assert_int_equal(xk_delivery_input(f.d, f.now, &octet, 1), XK_E_LATE);
    assert_int_equal(xk_delivery_transport_acknowledged(NULL, f.now, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_transport_acknowledged(f.d, f.now, 0), XK_E_LATE);
    assert_int_equal(xk_delivery_connected(NULL, f.now), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_disconnected(NULL, f.now), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_close(NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_tick(NULL, f.now), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_next_deadline(NULL), XK_NEVER);
    assert_false(xk_delivery_next_event(NULL, &event));
    assert_int_equal(event.kind, XK_DELIVERY_NOTHING);
    assert_int_equal(event.size, sizeof event);
    assert_false(xk_delivery_next_event(f.d, NULL));
    static const char liid[] = "12345678901234567890123456";
    const struct xk_bytes bad[] = {{NULL, 0}, {NULL, 4}, xk_text(""), xk_text(liid)};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(xk_delivery_flush(f.d, f.now, bad[i]), XK_E_ARGUMENT);
        assert_int_equal(xk_delivery_purge(f.d, f.now, bad[i], "AA", NULL), XK_E_ARGUMENT);
    }
    assert_int_equal(xk_delivery_flush(f.d, f.now, xk_text(liid + 1)), XK_OK);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text(liid + 1), "AA", NULL), XK_OK);
    assert_int_equal(xk_delivery_flush(NULL, f.now, xk_text("x")), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_purge(NULL, f.now, xk_text("x"), "AA", NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_purge(f.d, f.now, xk_text("x"), NULL, NULL), XK_E_ARGUMENT);
    c.size = sizeof c + 1;
    assert_int_equal(xk_delivery_read_counters(f.d, &c), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_read_counters(NULL, &c), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_read_counters(f.d, NULL), XK_E_ARGUMENT);
    u.size = sizeof u - 1;
    assert_int_equal(xk_delivery_read_usage(f.d, &u), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_read_usage(NULL, &u), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_read_usage(f.d, NULL), XK_E_ARGUMENT);
}

static void puts_check_what_they_are_given(void **state)
{
    (void)state;
    fixture_create(&f);
    struct xk_delivery_record r = fixture_record(&f, 1);
    r.size++;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "size");
    r = fixture_record(&f, 1);
    r.header.size--;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "size");
    r = fixture_record(&f, 1);
    r.header.liid.size = 0;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_FIELD_EMPTY);
    assert_string_equal(f.diag.field, "LIID");
    r = fixture_record(&f, 1);
    r.module = (enum xk_hi2_module)9;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_ARGUMENT);
    r = fixture_record(&f, 1);
    f.record[0] = 0xa0;
    assert_int_equal(xk_delivery_put(f.d, f.now, &r, NULL, &f.diag), XK_E_DER_TAG);
    assert_int_equal(usage(&f).records, 0);
    struct xk_counters_usage u;
    u.size = sizeof u;
    assert_int_equal(xk_counters_read_usage(f.counters, &u), XK_OK);
    assert_int_equal(u.contexts, 0);
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_KEEP_ALIVE);
    r = fixture_record(&f, 1);
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "type");
    tri.type = XK_TRI_TEST_PDU;
    tri.size--;
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "size");
    tri.size++;
    r.header.size++;
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_ARGUMENT);
    r.header.size--;
    r.header.liid.size = 26;
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_FIELD_LIMIT);
    r = fixture_record(&f, 1);
    tri.type = XK_TRI_OPERATOR_LEA_MESSAGE;
    assert_int_equal(xk_delivery_put_tri(f.d, f.now, &r.header, &tri, &f.diag), XK_E_FIELD);
    assert_int_equal(usage(&f).records, 0);
    assert_int_equal(f.journal_calls, 1); /* the LEMF */
}

static void events_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"NOTHING", "CONNECT",    "CLOSE",   "NEGOTIATED", "DELIVERED", "HOLE",
                                        "ROOM",    "UNEXPECTED", "MESSAGE", "RESET",      "UNCHECKED", "?"};
    fixture_create(&f);
    for (unsigned int i = 0; i < 12; i++) {
        assert_string_equal(xk_delivery_event_name((enum xk_delivery_event_kind)i), names[i]);
    }
    assert_string_equal(xk_delivery_event_name((enum xk_delivery_event_kind) - 1), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(configuration_has_limits),
        TEST(members_agree_with_each_other),
        TEST(defaults_are_as_documented),
        TEST(create_checks_its_arguments),
        TEST(nothing_is_done_without_a_session),
        TEST(puts_check_what_they_are_given),
        TEST(events_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
