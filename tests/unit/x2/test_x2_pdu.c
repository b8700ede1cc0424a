/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a PDU: header, attributes, payload, and what senders do that they should not. */
#include "x2_fixture.h"

#include <xk/sip.h>

#include "support/files.h"

static void an_invite_without_attributes_is_read(void **state)
{
    (void)state;
    uint8_t data[4096];
    struct xk_x2_pdu pdu;
    struct xk_x2_payload payload;
    uint8_t mikey[1024];
    size_t mikey_size = 0;
    size_t size = file_read_hex_line("x2/pdus.txt", "invite", data, sizeof data);
    assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.version, 5);
    assert_int_equal(pdu.type, XK_X2_TYPE_X2);
    assert_int_equal(pdu.format, XK_X2_FORMAT_SIP);
    assert_int_equal(pdu.direction, XK_X2_DIRECTION_FROM_TARGET);
    assert_memory_equal(pdu.xid, "\x0f\x1e\x2d\x3c\x4b\x5a\x49\x78\x86\x95\x04\xa3\xb2\xc1\xd0\xe1", 16);
    assert_memory_equal(pdu.correlation, "\0\0\0\0\0\x0a\x11\xce", 8);
    assert_int_equal(pdu.attributes.size, 0);
    assert_int_equal(pdu.payload.size, 950);
    assert_ptr_equal(pdu.payload.data, data + 40);
    assert_int_equal(pdu.deviations, 0);
    assert_false(pdu.has_sequence || pdu.has_time || pdu.has_source_port || pdu.has_destination_port ||
                 pdu.has_ip_protocol);
    assert_view(pdu.did, NULL);
    assert_view(pdu.source_ip, NULL);
    assert_int_equal(xk_x2_read_payload(&pdu, &payload, NULL), XK_OK);
    assert_int_equal(payload.sip.size, 950);
    assert_int_equal(payload.direction, XK_X2_DIRECTION_FROM_TARGET);
    assert_int_equal(xk_sip_find_mikey(payload.sip.data, payload.sip.size, mikey, sizeof mikey, &mikey_size, NULL),
                     XK_OK);
    assert_int_equal(mikey[1], 14);
}

static void all_attributes_of_a_200_are_read(void **state)
{
    (void)state;
    uint8_t data[4096];
    struct xk_x2_pdu pdu;
    struct xk_x2_attribute attribute;
    size_t size = file_read_hex_line("x2/pdus.txt", "ok", data, sizeof data);
    assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.direction, XK_X2_DIRECTION_TO_TARGET);
    assert_true(pdu.has_sequence && pdu.has_time && pdu.has_source_port && pdu.has_destination_port &&
                pdu.has_ip_protocol);
    assert_int_equal(pdu.sequence, 1);
    assert_int_equal(pdu.seconds, 0x6b0a09e0);
    assert_int_equal(pdu.nanoseconds, 123456789);
    assert_int_equal(pdu.source_ip.size, 4);
    assert_memory_equal(pdu.source_ip.data, "\xc0\0\2\2", 4);
    assert_int_equal(pdu.destination_ip.size, 4);
    assert_memory_equal(pdu.destination_ip.data, "\xc0\0\2\1", 4);
    assert_int_equal(pdu.source_port, 5060);
    assert_int_equal(pdu.destination_port, 5060);
    assert_int_equal(pdu.ip_protocol, 17);
    assert_view(pdu.matched_target, "<sipUri>sip:alice@example.com</sipUri>");
    assert_int_equal(pdu.payload.size, 617);
    assert_int_equal(pdu.deviations, 0);
    size_t at = 0;
    for (unsigned int i = 0; i < 8; i++) {
        static const uint16_t types[] = {8, 9, 10, 11, 14, 15, 16, 17};
        assert_true(xk_x2_next_attribute(&pdu, &at, &attribute));
        assert_int_equal(attribute.type, types[i]);
    }
    assert_false(xk_x2_next_attribute(&pdu, &at, &attribute));
    assert_int_equal(at, pdu.attributes.size);
}

static void reading_stops_where_the_octets_do(void **state)
{
    (void)state;
    uint8_t data[64];
    struct xk_x2_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    uint64_t measured = 7;
    size_t whole = make_pdu(data, 1, "\0\5\0\1x", 5, "SIP");
    memset(&pdu, 0x5a, sizeof pdu);
    struct xk_x2_pdu before = pdu;
    for (size_t size = 0; size < whole; size++) {
        assert_int_equal(xk_x2_parse(data, size, &pdu, &diag), XK_E_TRUNCATED);
        assert_int_equal(diag.status, XK_E_TRUNCATED);
        assert_int_equal(diag.offset, size);
        assert_string_equal(diag.field, size < 12 ? "Payload Length" : "Payload");
        assert_int_equal(xk_x2_measure(data, size, &measured, &diag), size < 12 ? XK_E_TRUNCATED : XK_OK);
        assert_int_equal(measured, size < 12 ? 7 : whole);
    }
    assert_int_equal(xk_x2_parse(data, whole + 1, &pdu, &diag), XK_E_TRAILING);
    assert_int_equal(diag.offset, whole);
    assert_memory_equal(&pdu, &before, sizeof pdu);
    assert_int_equal(xk_x2_parse(data, whole, &pdu, &diag), XK_OK);
    assert_view(pdu.did, "x");
    assert_view(pdu.payload, "SIP");
    data[7] = 39;
    memset(&pdu, 0x5a, sizeof pdu);
    assert_int_equal(xk_x2_parse(data, whole, &pdu, &diag), XK_E_X2);
    assert_int_equal(diag.status, XK_E_X2);
    assert_int_equal(diag.offset, 4);
    assert_string_equal(diag.field, "Header Length");
    assert_int_equal(xk_x2_measure(data, whole, &measured, &diag), XK_E_X2);
    assert_memory_equal(&pdu, &before, sizeof pdu);
    memset(data + 4, 0xff, 8);
    assert_int_equal(xk_x2_measure(data, 12, &measured, NULL), XK_OK);
    assert_true(measured == UINT64_C(0x1fffffffe));
}

static void what_may_not_be_null_is_refused(void **state)
{
    (void)state;
    uint8_t data[64];
    struct xk_x2_pdu pdu;
    struct xk_diag diag = {XK_OK, 9, "x"};
    struct xk_x2_attribute attribute;
    uint64_t measured = 7;
    size_t at = 0;
    size_t size = make_pdu(data, 1, "", 0, "");
    assert_int_equal(xk_x2_parse(NULL, size, &pdu, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_x2_parse(data, size, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_measure(NULL, size, &measured, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_measure(data, size, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
    assert_false(xk_x2_next_attribute(NULL, &at, &attribute));
    assert_false(xk_x2_next_attribute(&pdu, NULL, &attribute));
    assert_false(xk_x2_next_attribute(&pdu, &at, NULL));
    pdu.attributes = (struct xk_bytes){NULL, 5};
    assert_false(xk_x2_next_attribute(&pdu, &at, &attribute));
}

/* Fields of the header that are not as they should be, and what is told. */
static void odd_headers_are_read_and_told(void **state)
{
    static const struct {
        unsigned int type;
        size_t offset;
        uint8_t value;
        uint32_t deviations;
    } rows[] = {
        {1, 1, 1, 0},
        {1, 1, 0, XK_X2_DEV_VERSION},
        {1, 1, 6, XK_X2_DEV_VERSION},
        {1, 0, 1, XK_X2_DEV_VERSION},
        {2, 1, 5, 0},
        {1, 3, 0, XK_X2_DEV_TYPE},
        {1, 3, 5, XK_X2_DEV_TYPE},
        {1, 2, 1, XK_X2_DEV_TYPE},
        {1, 15, 0, XK_X2_DEV_DIRECTION},
        {1, 15, 1, 0},
        {1, 15, 5, 0},
        {1, 15, 6, XK_X2_DEV_DIRECTION},
        {1, 14, 1, XK_X2_DEV_DIRECTION},
        {1, 13, 99, 0},
        {3, 1, 5, XK_X2_DEV_NO_SEQUENCE},
        {4, 1, 5, XK_X2_DEV_NO_SEQUENCE},
        {3, 13, 1, XK_X2_DEV_NO_SEQUENCE | XK_X2_DEV_KEEP_ALIVE},
        {3, 15, 1, XK_X2_DEV_NO_SEQUENCE | XK_X2_DEV_KEEP_ALIVE},
        {4, 16, 1, XK_X2_DEV_NO_SEQUENCE | XK_X2_DEV_KEEP_ALIVE},
        {3, 31, 1, XK_X2_DEV_NO_SEQUENCE | XK_X2_DEV_KEEP_ALIVE},
        {3, 32, 1, XK_X2_DEV_NO_SEQUENCE | XK_X2_DEV_KEEP_ALIVE},
        {4, 39, 1, XK_X2_DEV_NO_SEQUENCE | XK_X2_DEV_KEEP_ALIVE},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t data[64];
        struct xk_x2_pdu pdu;
        size_t size = make_pdu(data, rows[i].type, "", 0, "");
        data[rows[i].offset] = rows[i].value;
        assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
        assert_int_equal(pdu.deviations, rows[i].deviations);
    }
    uint8_t data[64];
    struct xk_x2_pdu pdu;
    size_t size = make_pdu(data, 3, "\0\x08\0\4\1\2\3\4", 8, "x");
    assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.deviations, XK_X2_DEV_KEEP_ALIVE);
    assert_int_equal(pdu.sequence, 0x01020304);
    size = file_read_hex_line("x2/pdus.txt", "keep_alive", data, sizeof data);
    assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.type, XK_X2_TYPE_KEEP_ALIVE);
    assert_int_equal(pdu.deviations, 0);
    assert_int_equal(pdu.sequence, 7);
}

/* Of a kind that does not repeat the first counts; a wrong size counts for nothing; what is cut ends them. */
static void odd_attributes_lose_nothing_else(void **state)
{
#define ATTRIBUTES(text) text, sizeof text - 1
    static const struct {
        const char *attributes;
        size_t size;
        bool has_sequence;
        uint32_t sequence;
        const char *did;
        const char *target;
        size_t count; /* of whole attributes */
        uint32_t deviations;
    } rows[] = {
        {ATTRIBUTES("\0\5\0\1a\0\x08\0\4\0\0\0\7"), true, 7, "a", NULL, 2, 0},
        {ATTRIBUTES("\0\x08\0\3\0\0\7\0\5\0\1a"), false, 0, "a", NULL, 2, XK_X2_DEV_ATTRIBUTE_SIZE},
        {ATTRIBUTES("\0\x08\0\5\0\0\7\0\0\0\x08\0\4\0\0\0\2"), true, 2, NULL, NULL, 2, XK_X2_DEV_ATTRIBUTE_SIZE},
        {ATTRIBUTES("\0\5\0\1a\0\5\0\1b"), false, 0, "a", NULL, 2, XK_X2_DEV_ATTRIBUTE_TWICE},
        {ATTRIBUTES("\0\5\0\0\0\5\0\1b"), false, 0, "", NULL, 2, XK_X2_DEV_ATTRIBUTE_TWICE},
        {ATTRIBUTES("\0\x08\0\4\0\0\0\1\0\x08\0\4\0\0\0\2"), true, 1, NULL, NULL, 2, XK_X2_DEV_ATTRIBUTE_TWICE},
        {ATTRIBUTES("\0\x11\0\1a\0\x11\0\1b\0\x12\0\1c\0\x12\0\1d"), false, 0, NULL, "a", 4, 0},
        {ATTRIBUTES("\0\1\0\1a\0\1\0\1b\0\4\0\0\0\4\0\0\0\x15\0\0\0\x15\0\0"), false, 0, NULL, NULL, 6, 0},
        {ATTRIBUTES("\0\x17\0\1a\0\x17\0\1b\xff\xff\0\0"), false, 0, NULL, NULL, 3, 0},
        {ATTRIBUTES("\0\0\0\1a\0\5\0\1d"), false, 0, "d", NULL, 2, 0},
        {ATTRIBUTES("\0\5\0\1a\0"), false, 0, "a", NULL, 1, XK_X2_DEV_ATTRIBUTES_END},
        {ATTRIBUTES("\0\5\0\1a\0\6\0"), false, 0, "a", NULL, 1, XK_X2_DEV_ATTRIBUTES_END},
        {ATTRIBUTES("\0\5\0\1a\0\6\0\2b"), false, 0, "a", NULL, 1, XK_X2_DEV_ATTRIBUTES_END},
        {ATTRIBUTES("\0\5\xff\xff"), false, 0, NULL, NULL, 0, XK_X2_DEV_ATTRIBUTES_END},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t data[128];
        struct xk_x2_pdu pdu;
        struct xk_x2_attribute attribute;
        size_t size = make_pdu(data, 1, rows[i].attributes, rows[i].size, "SIP");
        size_t at = 0;
        size_t count = 0;
        assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
        assert_view(pdu.payload, "SIP");
        assert_int_equal(pdu.has_sequence, rows[i].has_sequence);
        assert_int_equal(pdu.sequence, rows[i].sequence);
        assert_view(pdu.did, rows[i].did);
        assert_view(pdu.matched_target, rows[i].target);
        assert_int_equal(pdu.deviations, rows[i].deviations);
        while (xk_x2_next_attribute(&pdu, &at, &attribute)) {
            assert_true(attribute.value.data >= data + 44 &&
                        attribute.value.data + attribute.value.size <= data + size);
            count++;
        }
        assert_int_equal(count, rows[i].count);
        at = rows[i].size + 1;
        assert_false(xk_x2_next_attribute(&pdu, &at, &attribute));
    }
}

/* One of each type of known size, alone, one octet less, and one octet more. */
static void attributes_of_a_fixed_size_have_it(void **state)
{
    static const struct {
        uint8_t type;
        uint8_t size;
    } rows[] = {{8, 4}, {9, 8}, {10, 4}, {11, 4}, {12, 16}, {13, 16}, {14, 2}, {15, 2}, {16, 1}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (int more = -1; more <= 1; more++) {
            char attribute[32] = {0, (char)rows[i].type, 0, (char)(rows[i].size + more), 1, 2, 3, 4, 5, 6, 7, 8};
            uint8_t data[128];
            struct xk_x2_pdu pdu;
            size_t size = make_pdu(data, 1, attribute, 4u + rows[i].size + (size_t)more, "");
            assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
            assert_int_equal(pdu.deviations, more == 0 ? 0 : XK_X2_DEV_ATTRIBUTE_SIZE);
            bool kept = more == 0;
            assert_int_equal(pdu.has_sequence, kept && rows[i].type == 8);
            assert_int_equal(pdu.sequence, kept && rows[i].type == 8 ? 0x01020304 : 0);
            assert_int_equal(pdu.has_time, kept && rows[i].type == 9);
            assert_int_equal(pdu.seconds, kept && rows[i].type == 9 ? 0x01020304 : 0);
            assert_int_equal(pdu.nanoseconds, kept && rows[i].type == 9 ? 0x05060708 : 0);
            assert_int_equal(pdu.source_ip.size, kept && (rows[i].type == 10 || rows[i].type == 12) ? rows[i].size : 0);
            assert_int_equal(pdu.destination_ip.size,
                             kept && (rows[i].type == 11 || rows[i].type == 13) ? rows[i].size : 0);
            assert_int_equal(pdu.has_source_port, kept && rows[i].type == 14);
            assert_int_equal(pdu.source_port, kept && rows[i].type == 14 ? 0x0102 : 0);
            assert_int_equal(pdu.has_destination_port, kept && rows[i].type == 15);
            assert_int_equal(pdu.destination_port, kept && rows[i].type == 15 ? 0x0102 : 0);
            assert_int_equal(pdu.has_ip_protocol, kept && rows[i].type == 16);
            assert_int_equal(pdu.ip_protocol, kept && rows[i].type == 16 ? 1 : 0);
        }
    }
}

static void each_view_is_of_its_type(void **state)
{
    (void)state;
    uint8_t data[128];
    struct xk_x2_pdu pdu;
    static const char attributes[] =
        "\0\5\0\1a\0\6\0\1b\0\7\0\1c\0\x11\0\1d\0\x12\0\1x\0\x13\0\1e\0\x14\0\1f\0\x16\0\1g"
        "\0\x16\0\1h";
    size_t size = make_pdu(data, 1, attributes, sizeof attributes - 1, "");
    assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
    assert_view(pdu.did, "a");
    assert_view(pdu.nfid, "b");
    assert_view(pdu.ipid, "c");
    assert_view(pdu.matched_target, "d");
    assert_view(pdu.mime_type, "e");
    assert_view(pdu.mime_encoding, "f");
    assert_view(pdu.sdp, "g");
    assert_int_equal(pdu.deviations, 0);
}

/* Of two addresses of one end IPv4 is kept, whichever comes first. */
static void of_two_addresses_the_ipv4_one_is_kept(void **state)
{
    (void)state;
    static const char four[] = "\0\x0a\0\4abcd";
    static const char six[] = "\0\x0c\0\x10"
                              "0123456789ABCDEF";
    for (unsigned int i = 0; i < 2; i++) {
        char attributes[64];
        uint8_t data[128];
        struct xk_x2_pdu pdu;
        memcpy(attributes, i == 0 ? four : six, i == 0 ? 8 : 20);
        memcpy(attributes + (i == 0 ? 8 : 20), i == 0 ? six : four, i == 0 ? 20 : 8);
        size_t size = make_pdu(data, 1, attributes, 28, "");
        assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
        assert_view(pdu.source_ip, "abcd");
        assert_int_equal(pdu.deviations, 0);
    }
}

static void each_deviation_has_its_name(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < XK_X2_DEVIATION_COUNT; i++) {
        const char *name = xk_x2_deviation_name((enum xk_x2_deviation)(1u << i));
        assert_memory_equal(name, "XK_X2_DEV_", 10);
        assert_string_not_equal(name, "XK_X2_DEV_?");
        for (unsigned int j = 0; j < i; j++) {
            assert_string_not_equal(name, xk_x2_deviation_name((enum xk_x2_deviation)(1u << j)));
        }
    }
    assert_string_equal(xk_x2_deviation_name(XK_X2_DEV_VERSION), "XK_X2_DEV_VERSION");
    assert_string_equal(xk_x2_deviation_name((enum xk_x2_deviation)0), "XK_X2_DEV_?");
    assert_string_equal(xk_x2_deviation_name((enum xk_x2_deviation)(1 << XK_X2_DEVIATION_COUNT)), "XK_X2_DEV_?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_without_attributes_is_read),  cmocka_unit_test(all_attributes_of_a_200_are_read),
        cmocka_unit_test(reading_stops_where_the_octets_do),     cmocka_unit_test(what_may_not_be_null_is_refused),
        cmocka_unit_test(odd_headers_are_read_and_told),         cmocka_unit_test(odd_attributes_lose_nothing_else),
        cmocka_unit_test(attributes_of_a_fixed_size_have_it),    cmocka_unit_test(each_view_is_of_its_type),
        cmocka_unit_test(of_two_addresses_the_ipv4_one_is_kept), cmocka_unit_test(each_deviation_has_its_name),
    };
    return cmocka_run_group_tests_name("x2_pdu", tests, NULL, NULL);
}
