/* SPDX-License-Identifier: BSD-2-Clause */
/* The SIP message in a payload: bare, or in an IMSMessage of TS 33.128 in any form that BER allows. */
#include "x2_fixture.h"

#include "x2/ber.h"

/* A small builder of BER, from the inside out: wraps what is in `b` into a tag. */
struct ber {
    uint8_t data[1024];
    size_t size;
};

enum form { SHORT, LONG, INDEFINITE };

static void wrap(struct ber *b, const char *tag, size_t tag_size, enum form form)
{
    uint8_t head[16];
    size_t size = tag_size;
    memcpy(head, tag, tag_size);
    if (form == SHORT && b->size < 128) {
        head[size++] = (uint8_t)b->size;
    } else if (form == INDEFINITE) {
        head[size++] = 0x80;
    } else {
        head[size++] = 0x83;
        head[size++] = 0;
        head[size++] = (uint8_t)(b->size >> 8);
        head[size++] = (uint8_t)b->size;
    }
    memmove(b->data + size, b->data, b->size);
    memcpy(b->data, head, size);
    b->size += size;
    if (form == INDEFINITE) {
        memset(b->data + b->size, 0, 2);
        b->size += 2;
    }
}

static void append(struct ber *b, const char *octets, size_t size)
{
    memcpy(b->data + b->size, octets, size);
    b->size += size;
}

static void prepend(struct ber *b, const char *octets, size_t size)
{
    memmove(b->data + size, b->data, b->size);
    memcpy(b->data, octets, size);
    b->size += size;
}

#define OCTETS(text) text, sizeof text - 1
#define ADDRESSES                                                                                                      \
    "\xa1\x06\x81\x04"                                                                                                 \
    "abcd"                                                                                                             \
    "\xa2\x12\x82\x10"                                                                                                 \
    "0123456789ABCDEF"

/* An IMSMessage, its SIP message as the CSCF saw it or modified, in one form of length. */
static struct ber make(bool modified, enum form form, const char *direction)
{
    struct ber b = {{0}, 0};
    append(&b, "SIP/2.0 200 OK", 14);
    wrap(&b, "\x83", 1, form == INDEFINITE ? LONG : form); /* a primitive has a length */
    prepend(&b, OCTETS(ADDRESSES));
    wrap(&b, "\xa1", 1, form);
    if (modified) {
        append(&b, OCTETS("\xa2\x00"));
        wrap(&b, "\xa2", 1, form);
    }
    wrap(&b, "\xa1", 1, form);
    append(&b, direction, strlen(direction));
    append(&b, OCTETS("\x83\x01\x01"));
    wrap(&b, "\xbf\x69", 2, form);
    wrap(&b, "\xa2", 1, form);
    prepend(&b, OCTETS("\x81\x03\x04\x13\x07"));
    wrap(&b, "\x30", 1, form);
    return b;
}

static enum xk_status read_payload(const uint8_t *data, size_t size, struct xk_x2_payload *payload,
                                   struct xk_diag *diag)
{
    struct xk_x2_pdu pdu;
    memset(&pdu, 0, sizeof pdu);
    pdu.format = XK_X2_FORMAT_TS_33_128;
    pdu.direction = XK_X2_DIRECTION_NOT_APPLICABLE;
    pdu.payload = (struct xk_bytes){data, size};
    return xk_x2_read_payload(&pdu, payload, diag);
}

static void an_ims_message_is_unwrapped(void **state)
{
    static const struct {
        const char *octets;
        uint16_t direction;
    } directions[] = {
        {"\x82\x01\x01", XK_X2_DIRECTION_FROM_TARGET},    {"\x82\x01\x02", XK_X2_DIRECTION_TO_TARGET},
        {"\x82\x01\x03", XK_X2_DIRECTION_SEVERAL},        {"\x82\x01\x04", XK_X2_DIRECTION_UNKNOWN},
        {"\x82\x01\x05", XK_X2_DIRECTION_NOT_APPLICABLE}, {"\x82\x02\x01\x01", XK_X2_DIRECTION_NOT_APPLICABLE},
        {"\x84\x01\x01", XK_X2_DIRECTION_NOT_APPLICABLE},
    };
    (void)state;
    for (unsigned int modified = 0; modified < 2; modified++) {
        for (unsigned int form = SHORT; form <= INDEFINITE; form++) {
            for (size_t i = 0; i < LENGTH(directions); i++) {
                struct xk_x2_payload payload;
                struct ber b = make(modified == 1, (enum form)form, directions[i].octets);
                assert_int_equal(read_payload(b.data, b.size, &payload, NULL), XK_OK);
                assert_view(payload.sip, "SIP/2.0 200 OK");
                assert_int_equal(payload.event, XK_X2_EVENT_IMS_MESSAGE);
                assert_int_equal(payload.modified, modified);
                assert_int_equal(payload.direction, directions[i].direction);
                assert_view(payload.source_ip, "abcd");
                assert_view(payload.destination_ip, "0123456789ABCDEF");
            }
        }
    }
}

static void whatever_is_cut_is_refused_or_has_no_message(void **state)
{
    (void)state;
    for (unsigned int form = SHORT; form <= INDEFINITE; form++) {
        struct ber b = make(false, (enum form)form, "\x82\x01\x01");
        for (size_t size = 0; size < b.size; size++) {
            struct xk_x2_payload payload;
            struct xk_diag diag = {XK_OK, 99, ""};
            memset(&payload, 0x5a, sizeof payload);
            struct xk_x2_payload before = payload;
            assert_int_equal(read_payload(b.data, size, &payload, &diag), XK_E_X2_PAYLOAD);
            assert_int_equal(diag.status, XK_E_X2_PAYLOAD);
            assert_int_equal(diag.offset, 0);
            assert_string_equal(diag.field, "XIRIPayload");
            assert_memory_equal(&payload, &before, sizeof payload);
        }
    }
}

static void other_events_and_formats_are_handed_on(void **state)
{
    (void)state;
    struct xk_x2_payload payload;
    assert_int_equal(read_payload((const uint8_t *)"\x30\x06\x81\x00\xa2\x02\xa1\x00", 8, &payload, NULL), XK_OK);
    assert_int_equal(payload.event, 1);
    assert_view(payload.sip, NULL);
    assert_int_equal(payload.direction, XK_X2_DIRECTION_NOT_APPLICABLE);
    assert_int_equal(read_payload((const uint8_t *)"\x30\x08\xa2\x06\xbf\xff\xff\x7f\x01x", 10, &payload, NULL), XK_OK);
    assert_int_equal(payload.event, 0x1fffff);
    struct xk_x2_pdu pdu;
    memset(&pdu, 0, sizeof pdu);
    pdu.payload = xk_text("\x30\x80");
    for (unsigned int format = 0; format < 20; format++) {
        pdu.format = (uint16_t)format;
        pdu.direction = (uint16_t)format;
        if (format == XK_X2_FORMAT_TS_33_128) {
            continue;
        }
        memset(&payload, 0x5a, sizeof payload);
        assert_int_equal(xk_x2_read_payload(&pdu, &payload, NULL), XK_OK);
        assert_view(payload.sip, format == XK_X2_FORMAT_SIP ? "\x30\x80" : NULL);
        assert_int_equal(payload.event, 0);
        assert_int_equal(payload.direction, format);
        assert_false(payload.modified);
        assert_view(payload.source_ip, NULL);
    }
    pdu.payload = (struct xk_bytes){NULL, 0};
    assert_int_equal(xk_x2_read_payload(&pdu, &payload, NULL), XK_OK);
    struct xk_bytes *const views[] = {
        &pdu.did,       &pdu.nfid,          &pdu.ipid, &pdu.source_ip,  &pdu.destination_ip, &pdu.matched_target,
        &pdu.mime_type, &pdu.mime_encoding, &pdu.sdp,  &pdu.attributes, &pdu.payload};
    for (size_t i = 0; i < LENGTH(views); i++) {
        views[i]->size = 1;
        assert_int_equal(xk_x2_read_payload(&pdu, &payload, NULL), XK_E_ARGUMENT);
        views[i]->size = 0;
    }
    struct xk_diag diag = {XK_OK, 9, "x"};
    pdu.payload.size = 5;
    assert_int_equal(xk_x2_read_payload(&pdu, &payload, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(xk_x2_read_payload(NULL, &payload, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_read_payload(&pdu, NULL, &diag), XK_E_ARGUMENT);
}

static void a_refusal_names_its_place(void **state)
{
    static const struct {
        const char *octets;
        size_t size;
        enum xk_status status;
        size_t offset;
        const char *field;
    } rows[] = {
        {OCTETS("\x10\x02\xa2\x00"), XK_E_X2_PAYLOAD, 0, "XIRIPayload"},
        {OCTETS("\x30\x02\x81\x00"), XK_E_X2_PAYLOAD, 2, "event"},
        {OCTETS("\x30\x02\x62\x00"), XK_E_X2_PAYLOAD, 2, "event"},
        {OCTETS("\x30\x02\xa2\x00"), XK_E_X2_PAYLOAD, 2, "event"},
        {OCTETS("\x30\x05\xa2\x03\xbf\x69\x00"), XK_E_X2_PAYLOAD, 7, "payload"},
        {OCTETS("\x30\x07\xa2\x05\xbf\x69\x02\xa2\x00"), XK_E_X2_PAYLOAD, 7, "payload"},
        {OCTETS("\x30\x07\xa2\x05\xbf\x69\x02\xa1\x00"), XK_E_X2_PAYLOAD, 7, "payload"},
        {OCTETS("\x30\x09\xa2\x07\xbf\x69\x04\xa1\x02\xa3\x00"), XK_E_X2_PAYLOAD, 9, "payload"},
        {OCTETS("\x30\x09\xa2\x07\xbf\x69\x04\xa1\x02\xa1\x00"), XK_E_X2_PAYLOAD, 11, "sIPContent"},
        {OCTETS("\x30\x09\xa2\x07\xbf\x69\x04\xa1\x02\xa2\x00"), XK_E_X2_PAYLOAD, 11, "modifiedSIPContent"},
        {OCTETS("\x30\x0f\xa2\x0d\xbf\x69\x0a\xa1\x08\xa1\x06\xa3\x04\x04\x02hi"), XK_E_ENCODING, 13, "sIPContent"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_x2_payload payload;
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(read_payload((const uint8_t *)rows[i].octets, rows[i].size, &payload, &diag), rows[i].status);
        assert_int_equal(diag.status, rows[i].status);
        assert_int_equal(diag.offset, rows[i].offset);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(read_payload((const uint8_t *)rows[i].octets, rows[i].size, &payload, NULL), rows[i].status);
    }
}

/* An address that is none is absent. */
static void odd_addresses_lose_nothing_else(void **state)
{
    static const struct {
        const char *octets;
        size_t size;
    } rows[] = {
        {OCTETS("")},
        {OCTETS("\xa1\x00")},
        {OCTETS("\xa1\x05\x81\x03"
                "abc")},
        {OCTETS("\xa1\x07\x81\x05"
                "abcde")},
        {OCTETS("\xa1\x06\x82\x04"
                "abcd")},
        {OCTETS("\xa1\x06\xa1\x04\x04\x02"
                "ab")},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct ber b = {{0}, 0};
        struct xk_x2_payload payload;
        append(&b, rows[i].octets, rows[i].size);
        append(&b, OCTETS("\x83\x01x"));
        wrap(&b, "\xa1", 1, SHORT);
        wrap(&b, "\xa1", 1, SHORT);
        wrap(&b, "\xbf\x69", 2, SHORT);
        wrap(&b, "\xa2", 1, SHORT);
        wrap(&b, "\x30", 1, SHORT);
        assert_int_equal(read_payload(b.data, b.size, &payload, NULL), XK_OK);
        assert_view(payload.sip, "x");
        assert_view(payload.source_ip, NULL);
        assert_view(payload.destination_ip, NULL);
    }
}

static void elements_are_read_in_every_form(void **state)
{
    static const struct {
        const char *octets;
        size_t size;
        bool good;
        uint32_t tag;
        unsigned int tag_class;
        bool constructed;
        const char *content;
        size_t next;
    } rows[] = {
        {OCTETS("\x04\x01x"), true, 4, 0, false, "x", 3},
        {OCTETS("\x04\x00"), true, 4, 0, false, "", 2},
        {OCTETS("\x1e\x00"), true, 30, 0, false, "", 2},
        {OCTETS("\x44\x01x"), true, 4, 1, false, "x", 3},
        {OCTETS("\xe4\x01x"), true, 4, 3, true, "x", 3},
        {OCTETS("\x9f\x1f\x01x"), true, 31, 2, false, "x", 4},
        {OCTETS("\x9f\x81\x00\x01x"), true, 128, 2, false, "x", 5},
        {OCTETS("\x9f\xff\xff\x7f\x01x"), true, 0x1fffff, 2, false, "x", 6},
        {OCTETS("\x9f\x81\x80\x80\x00\x01x"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x9f\x81"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x9f"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04\x81\x01x"), true, 4, 0, false, "x", 4},
        {OCTETS("\x04\x88\0\0\0\0\0\0\0\x01x"), true, 4, 0, false, "x", 11},
        {OCTETS("\x04\x89\0\0\0\0\0\0\0\0\x01x"), true, 4, 0, false, "x", 12},
        {OCTETS("\x04\xff\0"), false, 0, 0, false, NULL, 0}, /* reserved */
        {OCTETS("\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04\x82\x01"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04\x82"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04\x02x"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04\x7f"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04"), false, 0, 0, false, NULL, 0},
        {OCTETS(""), false, 0, 0, false, NULL, 0},
        {OCTETS("\x04\x80x\0\0"), false, 0, 0, false, NULL, 0}, /* a primitive has a length */
        {OCTETS("\x24\x80\0\0"), true, 4, 0, true, "", 4},
        {OCTETS("\x24\x80\x04\x01x\0\0y"), true, 4, 0, true, "\x04\x01x", 7},
        {OCTETS("\x24\x80\x04\x00\0\0"), true, 4, 0, true, NULL, 6},
        {OCTETS("\x24\x80\x20\x80\x04\x01x\0\0\0\0"), true, 4, 0, true, NULL, 11},
        {OCTETS("\x24\x80\x20\x00\0\0"), true, 4, 0, true, NULL, 6}, /* constructed: no end mark */
        {OCTETS("\x24\x80\x40\x00\0\0"), true, 4, 0, true, NULL, 6}, /* nor one of a class */
        {OCTETS("\x24\x80\0\x01x\0\0"), false, 0, 0, false, NULL, 0}, /* nothing else has that tag */
        {OCTETS("\x24\x80\x04\x01x\0"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x24\x80\x20\x80\0\0"), false, 0, 0, false, NULL, 0},
        {OCTETS("\x24\x80"), false, 0, 0, false, NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xki_x2_ber e;
        size_t at = 0;
        struct xk_bytes text = {(const uint8_t *)rows[i].octets, rows[i].size};
        if (xki_x2_next_element(text, &at, &e) != rows[i].good) {
            fail_msg("row %zu", i);
        }
        assert_int_equal(at, rows[i].next);
        if (rows[i].good) {
            assert_int_equal(e.tag, rows[i].tag);
            assert_int_equal(e.tag_class, rows[i].tag_class);
            assert_int_equal(e.constructed, rows[i].constructed);
            if (rows[i].content != NULL) {
                assert_view(e.content, rows[i].content);
            } else {
                assert_int_equal(e.content.size, rows[i].next - 4);
            }
        }
    }
}

static void a_length_has_as_many_octets_as_it_needs(void **state)
{
    (void)state;
    uint8_t octets[4 + 257] = {0x04, 0x82, 0x01, 0x01};
    struct xki_x2_ber e;
    size_t at = 0;
    assert_true(xki_x2_next_element((struct xk_bytes){octets, sizeof octets}, &at, &e));
    assert_int_equal(e.content.size, 257);
    assert_ptr_equal(e.content.data, octets + 4);
    assert_int_equal(at, sizeof octets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ims_message_is_unwrapped),
        cmocka_unit_test(whatever_is_cut_is_refused_or_has_no_message),
        cmocka_unit_test(other_events_and_formats_are_handed_on),
        cmocka_unit_test(a_refusal_names_its_place),
        cmocka_unit_test(odd_addresses_lose_nothing_else),
        cmocka_unit_test(elements_are_read_in_every_form),
        cmocka_unit_test(a_length_has_as_many_octets_as_it_needs),
    };
    return cmocka_run_group_tests_name("x2_payload", tests, NULL, NULL);
}
