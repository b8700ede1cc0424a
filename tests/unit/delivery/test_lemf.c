/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "delivery/lemf.h"
#include "unit/delivery/fixture.h"

/* The LEMF's side, and both sides against each other. */
static struct fixture f;
static struct xk_delivery_lemf_config config;
static struct xk_delivery_lemf *l;
static const struct xk_utc utc = {1800000777, 42};

static int set_up(void **state)
{
    (void)state;
    fixture_init(&f);
    xk_delivery_lemf_config_init(&config);
    config.identity.operator_identifier = xk_text("lemf");
    config.identity.liid = xk_text("L");
    l = NULL;
    return 0;
}

static void create(void)
{
    assert_int_equal(xk_delivery_lemf_create(&config, &f.allocator, &l, &f.diag), XK_OK);
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
}

static int tear_down(void **state)
{
    (void)state;
    xk_delivery_lemf_destroy(l);
    fixture_end(&f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static size_t give(const uint8_t *octets, size_t size)
{
    size_t used = 77;
    assert_int_equal(xk_delivery_lemf_input(l, utc, octets, size, &used), XK_OK);
    return used;
}

static void give_tri(enum xk_tri_type type, uint32_t number)
{
    uint8_t pdu[256];
    size_t size = make_tri(type, number, pdu, sizeof pdu);
    assert_int_equal(give(pdu, size), size);
}

static size_t record_pdu(uint8_t *out, size_t capacity, unsigned int id)
{
    struct xk_delivery_record r = fixture_record(&f, id);
    size_t size = 0;
    r.header.sequence_number = id;
    assert_int_equal(xk_ps_pdu_encode(&r.header, r.module, r.form, r.record, out, capacity, &size, NULL), XK_OK);
    return size;
}

static struct xk_lemf_event event_is(enum xk_lemf_event_kind kind)
{
    struct xk_lemf_event event;
    memset(&event, 0x5a, sizeof event);
    assert_true(xk_delivery_lemf_next_event(l, &event));
    assert_int_equal(event.size, sizeof event);
    assert_string_equal(xk_lemf_event_name(event.kind), xk_lemf_event_name(kind));
    return event;
}

static void no_event(void)
{
    struct xk_lemf_event event;
    bool any = xk_delivery_lemf_next_event(l, &event);
    assert_string_equal(xk_lemf_event_name(event.kind), "NOTHING");
    assert_int_equal(event.size, sizeof event);
    assert_false(any);
}

static void says(enum xk_tri_type type, uint32_t number, struct xk_tri *tri)
{
    struct xk_bytes view;
    struct xk_ps_header header;
    assert_int_equal(xk_delivery_lemf_output(l, &view), XK_OK);
    assert_true(view.size > 0);
    assert_int_equal(xk_tri_decode(view.data, view.size, NULL, &header, tri, NULL), XK_OK);
    assert_string_equal(xk_tri_type_name(tri->type), xk_tri_type_name(type));
    assert_int_equal(header.sequence_number, number);
    assert_int_equal(header.time.seconds, utc.seconds);
    assert_int_equal(header.time.microseconds, utc.microseconds);
    assert_int_equal(header.liid.size, 1);
    assert_memory_equal(header.operator_identifier.data, "lemf", 4);
    assert_int_equal(xk_delivery_lemf_consumed(l, view.size + 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_consumed(l, view.size - 1), XK_OK);
    assert_int_equal(xk_delivery_lemf_consumed(l, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_output(l, &view), XK_OK);
    assert_int_equal(view.size, 1);
    assert_int_equal(xk_delivery_lemf_consumed(l, 1), XK_OK);
}

static void silent(void)
{
    struct xk_bytes view = {(const uint8_t *)"x", 1};
    assert_int_equal(xk_delivery_lemf_output(l, &view), XK_OK);
    assert_int_equal(view.size, 0);
}

static void hands_over_each_pdu(void **state)
{
    (void)state;
    uint8_t octets[2048];
    fixture_create(&f);
    create();
    size_t one = record_pdu(octets, sizeof octets, 1);
    size_t size = one + record_pdu(octets + one, sizeof octets - one, 2);
    assert_int_equal(give(octets, size), one);
    assert_int_equal(give(octets + one, size - one), 0);
    struct xk_lemf_event event = event_is(XK_LEMF_PDU);
    assert_int_equal(event.octets.size, one);
    assert_memory_equal(event.octets.data, octets, one);
    assert_int_equal(event.pdu.header.sequence_number, 1);
    assert_int_equal(event.pdu.kind, XK_PS_IRI);
    assert_int_equal(event.pdu.payload_count, 1);
    no_event();
    assert_true(is_in_memory(&f, 1));
    assert_int_equal(give(octets + one, 1), 1);
    assert_false(is_in_memory(&f, 1));
    assert_int_equal(give(octets + one + 1, size - one - 1), size - one - 1);
    assert_int_equal(event_is(XK_LEMF_PDU).pdu.header.sequence_number, 2);
    silent();
    assert_true(is_in_memory(&f, 2));
    assert_int_equal(xk_delivery_lemf_disconnected(l), XK_OK);
    assert_false(is_in_memory(&f, 2));
    size_t used;
    assert_int_equal(xk_delivery_lemf_input(l, utc, octets, 1, &used), XK_E_LATE);
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    assert_int_equal(give(octets, 50), 50);
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    assert_int_equal(give(octets, one), one);
    (void)event_is(XK_LEMF_PDU);
}

static void answers_keep_alives_with_their_number(void **state)
{
    (void)state;
    struct xk_tri tri;
    fixture_create(&f);
    create();
    give_tri(XK_TRI_KEEP_ALIVE, 5);
    give_tri(XK_TRI_KEEP_ALIVE, 4000000000u);
    no_event();
    says(XK_TRI_KEEP_ALIVE_RESPONSE, 5, &tri);
    says(XK_TRI_KEEP_ALIVE_RESPONSE, 4000000000u, &tri);
    silent();
}

static void acknowledges_when_the_host_has_stored(void **state)
{
    (void)state;
    struct xk_tri tri;
    fixture_create(&f);
    create();
    give_tri(XK_TRI_ACKNOWLEDGEMENT_REQUEST, 8);
    assert_int_equal(event_is(XK_LEMF_ACKNOWLEDGE).number, 8);
    silent();
    give_tri(XK_TRI_ACKNOWLEDGEMENT_REQUEST, 9);
    assert_int_equal(event_is(XK_LEMF_ACKNOWLEDGE).number, 9);
    give_tri(XK_TRI_ACKNOWLEDGEMENT_REQUEST, 10);
    (void)event_is(XK_LEMF_ACKNOWLEDGE);
    assert_int_equal(xk_delivery_lemf_stored(l, utc, 7), XK_E_UNKNOWN);
    silent();
    assert_int_equal(xk_delivery_lemf_stored(l, utc, 9), XK_OK);
    says(XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 8, &tri);
    says(XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 9, &tri);
    silent();
    assert_int_equal(xk_delivery_lemf_stored(l, utc, 8), XK_E_UNKNOWN);
    assert_int_equal(xk_delivery_lemf_stored(l, utc, 10), XK_OK);
    says(XK_TRI_ACKNOWLEDGEMENT_RESPONSE, 10, &tri);
    give_tri(XK_TRI_ACKNOWLEDGEMENT_REQUEST, 11);
    (void)event_is(XK_LEMF_ACKNOWLEDGE);
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    assert_int_equal(xk_delivery_lemf_stored(l, utc, 11), XK_E_UNKNOWN);
}

static void answers_are_bounded(void **state)
{
    (void)state;
    uint8_t pdu[256];
    struct xk_tri tri;
    unsigned int taken = 0;
    fixture_create(&f);
    create();
    size_t size = make_tri(XK_TRI_KEEP_ALIVE, 1, pdu, sizeof pdu);
    while (give(pdu, size) == size) {
        taken++;
        assert_true(taken < 100);
    }
    assert_int_equal(taken, XK_LEMF_ANSWERS_MAX - 1);
    says(XK_TRI_KEEP_ALIVE_RESPONSE, 1, &tri);
    assert_int_equal(give(pdu, size), size);
    assert_int_equal(give(pdu, size), 0);
}

static void negotiates(void **state)
{
    (void)state;
    uint8_t pdu[256];
    struct xk_tri tri;
    fixture_create(&f);
    create();
    struct xk_tri ask;
    xk_tri_init(&ask, XK_TRI_OPTION_REQUEST);
    ask.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    struct xk_ps_header header = config.identity;
    size_t size = 0;
    header.sequence_number = 3;
    assert_int_equal(xk_tri_encode(&header, &ask, pdu, sizeof pdu, &size, NULL), XK_OK);
    assert_int_equal(give(pdu, size), size);
    give_tri(XK_TRI_KEEP_ALIVE, 0);
    no_event();
    says(XK_TRI_OPTION_RESPONSE, 3, &tri);
    assert_int_equal(tri.options, XK_TRI_OPTION_ACKNOWLEDGEMENT);
    assert_int_equal(tri.declined, 0);
    says(XK_TRI_OPTION_COMPLETE, 0, &tri);
    says(XK_TRI_KEEP_ALIVE_RESPONSE, 0, &tri);
    /* Asked once more: what was accepted is replaced. */
    ask.options = 0;
    header.sequence_number = 4;
    assert_int_equal(xk_tri_encode(&header, &ask, pdu, sizeof pdu, &size, NULL), XK_OK);
    assert_int_equal(give(pdu, size), size);
    says(XK_TRI_OPTION_RESPONSE, 4, &tri);
    assert_int_equal(tri.options, 0);
    silent();
    give_tri(XK_TRI_OPTION_COMPLETE, 5);
    assert_false(event_is(XK_LEMF_NEGOTIATED).acknowledges);
    no_event();
    /* Not agreed on: it is handed to the host like any other. */
    give_tri(XK_TRI_ACKNOWLEDGEMENT_REQUEST, 0);
    assert_int_equal(event_is(XK_LEMF_PDU).tri.type, XK_TRI_ACKNOWLEDGEMENT_REQUEST);
    give_tri(XK_TRI_OPTION_COMPLETE, 6);
    struct xk_lemf_event event = event_is(XK_LEMF_CLOSE);
    assert_int_equal(event.diag.status, XK_E_UNEXPECTED);
    assert_string_equal(event.diag.field, "optionComplete");
    size_t used;
    assert_int_equal(xk_delivery_lemf_input(l, utc, pdu, 1, &used), XK_E_LATE);
}

static void declines_where_it_is_told_to(void **state)
{
    (void)state;
    uint8_t pdu[256];
    struct xk_tri tri;
    struct xk_tri ask;
    size_t size = 0;
    fixture_create(&f);
    config.acknowledges = false;
    create();
    xk_tri_init(&ask, XK_TRI_OPTION_REQUEST);
    ask.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    assert_int_equal(xk_tri_encode(&config.identity, &ask, pdu, sizeof pdu, &size, NULL), XK_OK);
    assert_int_equal(give(pdu, size), size);
    says(XK_TRI_OPTION_RESPONSE, 0, &tri);
    assert_int_equal(tri.options, 0);
    assert_int_equal(tri.declined, XK_TRI_OPTION_ACKNOWLEDGEMENT);
    says(XK_TRI_OPTION_COMPLETE, 0, &tri);
    give_tri(XK_TRI_OPTION_RESPONSE, 0);
    assert_int_equal(event_is(XK_LEMF_CLOSE).diag.status, XK_E_UNEXPECTED);
    silent();
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    give_tri(XK_TRI_ACKNOWLEDGEMENT_REQUEST, 0);
    (void)event_is(XK_LEMF_PDU);
    give_tri(XK_TRI_OPTION_REQUEST, 0); /* too late: records have come */
    assert_string_equal(event_is(XK_LEMF_CLOSE).diag.field, "optionRequest");
}

static void knows_no_options_where_it_is_told_to(void **state)
{
    (void)state;
    struct xk_tri tri;
    fixture_create(&f);
    config.options = false;
    create();
    give_tri(XK_TRI_OPTION_REQUEST, 0);
    give_tri(XK_TRI_KEEP_ALIVE, 2);
    give_tri(XK_TRI_OPTION_COMPLETE, 1);
    no_event();
    says(XK_TRI_KEEP_ALIVE_RESPONSE, 2, &tri);
    silent();
}

static void other_pdus_end_its_negotiation(void **state)
{
    (void)state;
    uint8_t octets[1024];
    fixture_create(&f);
    create();
    size_t size = record_pdu(octets, sizeof octets, 1);
    give_tri(XK_TRI_OPTION_REQUEST, 0);
    assert_int_equal(give(octets, size), size);
    struct xk_lemf_event event = event_is(XK_LEMF_CLOSE);
    assert_int_equal(event.diag.status, XK_E_UNEXPECTED);
    assert_string_equal(event.diag.field, "payload");
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    give_tri(XK_TRI_OPTION_REQUEST, 0);
    give_tri(XK_TRI_TEST_PDU, 0);
    assert_string_equal(event_is(XK_LEMF_CLOSE).diag.field, "testPDU");
    assert_int_equal(xk_delivery_lemf_connected(l), XK_OK);
    give_tri(XK_TRI_OPTION_REQUEST, 0);
    give_tri(XK_TRI_OPTION_COMPLETE, 1);
    assert_false(event_is(XK_LEMF_NEGOTIATED).acknowledges);
    assert_int_equal(give(octets, size), size);
    (void)event_is(XK_LEMF_PDU);
}

static void sets_aside_what_it_cannot_read(void **state)
{
    (void)state;
    static const uint8_t broken[] = {0x30, 2, 0xa0, 0, 0x31};
    fixture_create(&f);
    create();
    assert_int_equal(give(broken, sizeof broken), 4);
    struct xk_lemf_event event = event_is(XK_LEMF_UNREADABLE);
    assert_int_equal(event.diag.status, XK_E_DER_TAG);
    assert_string_equal(event.diag.field, "pSHeader");
    assert_int_equal(event.octets.size, 4);
    give_tri(XK_TRI_CIN_RESET, 0);
    event = event_is(XK_LEMF_PDU);
    assert_int_equal(event.tri.type, XK_TRI_CIN_RESET);
    assert_int_equal(event.diag.status, XK_OK);
    give_tri(XK_TRI_PADDING, 0);
    no_event();
    assert_int_equal(give(broken + 4, 1), 1);
    assert_int_equal(event_is(XK_LEMF_CLOSE).diag.status, XK_E_DER_TAG);
    no_event();
}

static void steps_over_what_is_too_long(void **state)
{
    (void)state;
    uint8_t octets[300] = {0x30, 0x82, 0, 253};
    fixture_create(&f);
    config.max_pdu = 256;
    create();
    assert_int_equal(give(octets, sizeof octets), 4);
    struct xk_lemf_event event = event_is(XK_LEMF_UNREADABLE);
    assert_int_equal(event.diag.status, XK_E_TOO_LARGE);
    assert_int_equal(event.octets.size, 0);
    assert_int_equal(give(octets + 4, 253), 253);
    no_event();
    give_tri(XK_TRI_TEST_PDU, 0);
    (void)event_is(XK_LEMF_PDU);
    octets[3] = 252;
    assert_int_equal(give(octets, sizeof octets), 256);
    assert_int_equal(event_is(XK_LEMF_UNREADABLE).octets.size, 256);
}

/* Indefinite lengths, one octet at a time. */
static void reads_ber(void **state)
{
    (void)state;
    uint8_t octets[256] = {0x30, 0x80};
    uint8_t pdu[256];
    fixture_create(&f);
    create();
    size_t size = make_tri(XK_TRI_TEST_PDU, 6, pdu, sizeof pdu);
    memcpy(octets + 2, pdu + 2, size - 2);
    octets[size] = 0;
    octets[size + 1] = 0;
    for (size_t i = 0; i < size + 2; i++) {
        no_event();
        assert_int_equal(give(octets + i, 1), 1);
    }
    struct xk_lemf_event event = event_is(XK_LEMF_PDU);
    assert_int_equal(event.pdu.header.sequence_number, 6);
    assert_int_equal(event.pdu.kind, XK_PS_TRI);
    assert_int_equal(event.tri.type, XK_TRI_TEST_PDU);
}

static void move_octets(uint8_t *stored, unsigned int *count)
{
    struct xk_bytes view;
    struct xk_lemf_event event;
    for (unsigned int round = 0; round < 50; round++) {
        assert_int_equal(xk_delivery_output(f.d, f.now, &view), XK_OK);
        size_t used = 0;
        assert_int_equal(xk_delivery_lemf_input(l, f.now.utc, view.data == NULL ? stored : view.data, view.size, &used),
                         XK_OK);
        assert_int_equal(xk_delivery_consumed(f.d, f.now, used), XK_OK);
        while (xk_delivery_lemf_next_event(l, &event)) {
            if (event.kind == XK_LEMF_PDU && event.pdu.kind == XK_PS_IRI) {
                stored[(*count)++] = (uint8_t)event.pdu.header.sequence_number;
            } else if (event.kind == XK_LEMF_ACKNOWLEDGE) {
                assert_int_equal(xk_delivery_lemf_stored(l, f.now.utc, event.number), XK_OK);
            }
        }
        assert_int_equal(xk_delivery_lemf_output(l, &view), XK_OK);
        if (view.size > 0) {
            assert_int_equal(xk_delivery_input(f.d, f.now, view.data, view.size), XK_OK);
            assert_int_equal(xk_delivery_lemf_consumed(l, view.size), XK_OK);
        }
    }
}

static void both_sides_agree(void **state)
{
    (void)state;
    uint8_t stored[32];
    unsigned int count = 0;
    f.config.acknowledgement = XK_ACKNOWLEDGEMENT_NEGOTIATED;
    f.config.acknowledge_count = 2;
    fixture_create(&f);
    create();
    for (unsigned int i = 0; i < 4; i++) {
        put_ok(&f, i, i);
    }
    connect(&f);
    move_octets(stored, &count);
    assert_int_equal(count, 4);
    assert_true(expect_event(&f, XK_DELIVERY_NEGOTIATED).acknowledgement);
    for (unsigned int i = 0; i < 4; i++) {
        assert_int_equal(stored[i], i);
        expect_delivered(&f, i, i);
    }
    expect_none(&f);
}

static void configuration_and_arguments_are_checked(void **state)
{
    (void)state;
    struct xk_delivery_lemf_config defaults;
    struct xk_allocator allocator = f.allocator;
    struct xk_bytes view;
    struct xk_lemf_event event;
    uint8_t octet = 0x30;
    size_t used;
    fixture_create(&f);
    memset(&defaults, 0x5a, sizeof defaults);
    xk_delivery_lemf_config_init(&defaults);
    assert_int_equal(defaults.size, sizeof defaults);
    assert_int_equal(defaults.max_pdu, XK_PS_PDU_MAX);
    assert_true(defaults.options && defaults.acknowledges);
    assert_int_equal(defaults.identity.time_form, XK_PS_TIME_MICROSECONDS);
    assert_memory_equal(defaults.identity.liid.data, "-", 1);
    memset(&defaults, 0x5a, sizeof defaults);
    xk_delivery_lemf_config_defaults(&defaults, sizeof defaults + 1);
    xk_delivery_lemf_config_defaults(&defaults, 16);
    xk_delivery_lemf_config_defaults(NULL, sizeof defaults);
    assert_int_equal(defaults.max_pdu, 0x5a5a5a5a);
    assert_int_equal(xk_delivery_lemf_create(NULL, NULL, &l, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "");
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, NULL, NULL), XK_E_ARGUMENT);
    config.size++;
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, &f.diag), XK_E_ARGUMENT);
    assert_string_equal(f.diag.field, "size");
    config.size--;
    config.identity.size--;
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, &f.diag), XK_E_ARGUMENT);
    config.identity.size++;
    allocator.size++;
    assert_int_equal(xk_delivery_lemf_create(&config, &allocator, &l, NULL), XK_E_ARGUMENT);
    allocator = f.allocator;
    allocator.allocate = NULL;
    assert_int_equal(xk_delivery_lemf_create(&config, &allocator, &l, NULL), XK_E_ARGUMENT);
    allocator = f.allocator;
    allocator.release = NULL;
    assert_int_equal(xk_delivery_lemf_create(&config, &allocator, &l, NULL), XK_E_ARGUMENT);
    config.max_pdu = 255;
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, &f.diag), XK_E_CONFIG);
    assert_string_equal(f.diag.field, "max_pdu");
    config.max_pdu = XK_PS_PDU_MAX + 1;
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, NULL), XK_E_CONFIG);
    config.max_pdu = 256;
    config.identity.time_form = XK_PS_TIME_ABSENT;
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, &f.diag), XK_E_CONFIG);
    assert_string_equal(f.diag.field, "identity");
    config.identity.time_form = XK_PS_TIME_MICROSECONDS;
    config.identity.operator_identifier.size = 0;
    assert_int_equal(xk_delivery_lemf_create(&config, &f.allocator, &l, &f.diag), XK_E_FIELD_EMPTY);
    assert_string_equal(f.diag.field, "operatorIdentifier");
    config.identity.operator_identifier = xk_text("lemf");
    static uint8_t point[700];
    memset(point, 'x', sizeof point);
    config.identity.extended_interception_point = (struct xk_bytes){point, sizeof point};
    assert_int_equal(xk_delivery_lemf_create(&config, &f.allocator, &l, &f.diag), XK_E_CONFIG);
    assert_string_equal(f.diag.field, "identity");
    config.identity.extended_interception_point = (struct xk_bytes){NULL, 0};
    f.arena.fail_at = f.arena.allocations + 1;
    assert_int_equal(xk_delivery_lemf_create(&config, &f.allocator, &l, &f.diag), XK_E_MEMORY);
    assert_int_equal(f.diag.offset, 65536);
    assert_null(l);
    assert_int_equal(xk_delivery_lemf_create(&config, NULL, &l, NULL), XK_OK);
    xk_delivery_lemf_destroy(l);
    create();
    assert_int_equal(f.arena.sizes[2], 65536);
    assert_int_equal(xk_delivery_lemf_connected(NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_disconnected(NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_input(NULL, utc, &octet, 1, &used), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_input(l, utc, NULL, 1, &used), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_input(l, utc, &octet, 1, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_input(l, utc, NULL, 0, &used), XK_OK);
    assert_false(xk_delivery_lemf_next_event(NULL, &event));
    assert_false(xk_delivery_lemf_next_event(l, NULL));
    assert_int_equal(xk_delivery_lemf_stored(NULL, utc, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_output(NULL, &view), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_output(l, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_consumed(NULL, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_delivery_lemf_consumed(l, 0), XK_OK);
    xk_delivery_lemf_destroy(NULL);
    static const char *const names[] = {"NOTHING", "PDU", "UNREADABLE", "ACKNOWLEDGE", "NEGOTIATED", "CLOSE", "?"};
    for (unsigned int i = 0; i < 7; i++) {
        assert_string_equal(xk_lemf_event_name((enum xk_lemf_event_kind)i), names[i]);
    }
}

/* Whatever the connection before has left open. */
static void a_connection_begins_with_nothing(void **state)
{
    (void)state;
    fixture_create(&f);
    create();
    for (unsigned int up = 0; up < 2; up++) {
        l->whole = l->event_waits = l->negotiated_waits = l->complete_sent = l->complete_read = true;
        l->answer_count = l->request_count = l->accepted = l->option_number = 3;
        l->out_size = l->lent = l->stream.size = l->stream.have = l->stream.skip = 4;
        memset(l->scratch, 0x5a, sizeof l->scratch);
        l->event.kind = XK_LEMF_PDU;
        assert_int_equal(up ? xk_delivery_lemf_connected(l) : xk_delivery_lemf_disconnected(l), XK_OK);
        assert_false(l->whole || l->event_waits || l->negotiated_waits || l->complete_sent || l->complete_read);
        assert_int_equal(l->answer_count | l->request_count | l->accepted | l->option_number, 0);
        assert_int_equal(l->out_size | l->lent | l->stream.size | l->stream.have | l->stream.skip, 0);
        static const uint8_t zeros[sizeof l->scratch];
        assert_memory_equal(l->scratch, zeros, sizeof zeros);
        assert_int_equal(l->event.kind, XK_LEMF_NOTHING);
        assert_int_equal(l->state, up ? XKI_DL_LEMF_FIRST : XKI_DL_LEMF_DOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hands_over_each_pdu),
        TEST(answers_keep_alives_with_their_number),
        TEST(acknowledges_when_the_host_has_stored),
        TEST(answers_are_bounded),
        TEST(negotiates),
        TEST(declines_where_it_is_told_to),
        TEST(knows_no_options_where_it_is_told_to),
        TEST(other_pdus_end_its_negotiation),
        TEST(sets_aside_what_it_cannot_read),
        TEST(steps_over_what_is_too_long),
        TEST(reads_ber),
        TEST(both_sides_agree),
        TEST(configuration_and_arguments_are_checked),
        TEST(a_connection_begins_with_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
