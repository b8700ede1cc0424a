/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing PDUs: octet by octet against vectors, and what no PDU may hold. */
#include "x2_fixture.h"

#include <stdlib.h>

#include "support/files.h"

/* The smallest X2 PDU. */
static struct xk_x2_pdu make(void)
{
    struct xk_x2_pdu pdu;
    memset(&pdu, 0, sizeof pdu);
    pdu.type = XK_X2_TYPE_X2;
    pdu.format = XK_X2_FORMAT_SIP;
    pdu.direction = XK_X2_DIRECTION_TO_TARGET;
    return pdu;
}

static enum xk_status write_pdu(const struct xk_x2_pdu *pdu, struct xk_diag *diag)
{
    uint8_t out[512];
    size_t size = 0;
    return xk_x2_write(pdu, NULL, 0, out, sizeof out, &size, diag);
}

/* What was read is written again as it was. */
static void the_vectors_are_written_octet_by_octet(void **state)
{
    static const char *const names[] = {"invite", "ok", "keep_alive", "keep_alive_ack"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        uint8_t data[4096];
        uint8_t out[4096];
        uint8_t untouched[4096];
        struct xk_x2_pdu pdu;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t written = 0;
        size_t size = file_read_hex_line("x2/pdus.txt", names[i], data, sizeof data);
        assert_int_equal(xk_x2_parse(data, size, &pdu, NULL), XK_OK);
        memset(out, 0x55, sizeof out);
        memset(untouched, 0x55, sizeof untouched);
        assert_int_equal(xk_x2_write(&pdu, NULL, 0, NULL, 0, &written, NULL), XK_E_SPACE);
        assert_int_equal(written, size);
        written = 0;
        assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, size - 1, &written, &diag), XK_E_SPACE);
        assert_int_equal(written, size);
        assert_int_equal(diag.status, XK_E_SPACE);
        assert_int_equal(diag.offset, size);
        assert_memory_equal(out, untouched, sizeof out);
        assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, size, &written, NULL), XK_OK);
        assert_int_equal(written, size);
        assert_memory_equal(out, data, size);
        assert_memory_equal(out + size, untouched, sizeof out - size);
    }
}

/* Every member and every kind that repeats, read back as it was given, in ascending order. */
static void all_attributes_come_back(void **state)
{
    (void)state;
    struct xk_x2_pdu pdu = make();
    struct xk_x2_pdu read;
    uint8_t out[1024];
    size_t size = 0;
    pdu.version = 1;
    pdu.format = XK_X2_FORMAT_IPV6;
    pdu.type = XK_X2_TYPE_X3;
    memset(pdu.xid, 0x22, sizeof pdu.xid);
    memset(pdu.correlation, 0x33, sizeof pdu.correlation);
    pdu.did = xk_text("did");
    pdu.nfid = xk_text("nfid");
    pdu.ipid = xk_text("");
    pdu.has_sequence = pdu.has_time = pdu.has_source_port = pdu.has_destination_port = pdu.has_ip_protocol = true;
    pdu.sequence = 0xfffffffe;
    pdu.seconds = 0x80000001;
    pdu.nanoseconds = 999999999;
    pdu.source_ip = xk_text("0123456789ABCDEF");
    pdu.destination_ip = xk_text("abcd");
    pdu.source_port = 0xfedc;
    pdu.destination_port = 0xba98;
    pdu.ip_protocol = 0x76;
    pdu.matched_target = xk_text("m");
    pdu.mime_type = xk_text("t");
    pdu.mime_encoding = xk_text("e");
    pdu.sdp = xk_text("v=0");
    pdu.payload = xk_text("payload");
    const struct xk_x2_attribute more[] = {
        {0, xk_text("z")},  {1, xk_text("a")},  {1, xk_text("b")},  {4, xk_text("")},   {17, xk_text("n")},
        {18, xk_text("o")}, {22, xk_text("s")}, {23, xk_text("y")}, {65535, {NULL, 0}},
    };
    static const uint16_t order[] = {0,  1,  1,  4,  5,  6,  7,  8,  9,  11, 12,   14,
                                     15, 16, 17, 17, 18, 19, 20, 22, 22, 23, 65535};
    assert_int_equal(xk_x2_write(&pdu, more, LENGTH(more), out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_x2_parse(out, size, &read, NULL), XK_OK);
    assert_int_equal(read.deviations, 0);
    struct xk_x2_attribute attribute;
    size_t at = 0;
    for (size_t i = 0; i < LENGTH(order); i++) {
        assert_true(xk_x2_next_attribute(&read, &at, &attribute));
        assert_int_equal(attribute.type, order[i]);
    }
    assert_false(xk_x2_next_attribute(&read, &at, &attribute));
    assert_int_equal(read.version, 1);
    assert_int_equal(read.type, XK_X2_TYPE_X3);
    assert_int_equal(read.format, XK_X2_FORMAT_IPV6);
    assert_int_equal(read.direction, XK_X2_DIRECTION_TO_TARGET);
    assert_memory_equal(read.xid, pdu.xid, sizeof pdu.xid);
    assert_memory_equal(read.correlation, pdu.correlation, sizeof pdu.correlation);
    assert_view(read.did, "did");
    assert_view(read.nfid, "nfid");
    assert_view(read.ipid, "");
    assert_int_equal(read.sequence, 0xfffffffe);
    assert_int_equal(read.seconds, 0x80000001);
    assert_int_equal(read.nanoseconds, 999999999);
    assert_view(read.source_ip, "0123456789ABCDEF");
    assert_view(read.destination_ip, "abcd");
    assert_int_equal(read.source_port, 0xfedc);
    assert_int_equal(read.destination_port, 0xba98);
    assert_int_equal(read.ip_protocol, 0x76);
    assert_view(read.matched_target, "m");
    assert_view(read.mime_type, "t");
    assert_view(read.mime_encoding, "e");
    assert_view(read.sdp, "v=0");
    assert_view(read.payload, "payload");
    pdu.source_ip = xk_text("abcd");
    pdu.destination_ip = xk_text("0123456789ABCDEF");
    pdu.version = 0;
    assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_x2_parse(out, size, &read, NULL), XK_OK);
    assert_int_equal(read.version, XK_X2_VERSION);
    assert_view(read.source_ip, "abcd");
    assert_view(read.destination_ip, "0123456789ABCDEF");
}

static void what_no_pdu_has_is_refused(void **state)
{
    (void)state;
    static const uint16_t good_types[] = {1, 2};
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_x2_pdu pdu = make();
#define REFUSED(wanted, name)                                                                                          \
    assert_int_equal(write_pdu(&pdu, &diag), wanted);                                                                  \
    assert_int_equal(diag.status, wanted);                                                                             \
    assert_string_equal(diag.field, name);                                                                             \
    pdu = make()
    for (size_t i = 0; i < LENGTH(good_types); i++) {
        pdu.type = good_types[i];
        assert_int_equal(write_pdu(&pdu, NULL), XK_OK);
    }
    pdu.type = 0;
    REFUSED(XK_E_FIELD, "type");
    pdu.type = 5;
    REFUSED(XK_E_FIELD, "type");
    pdu.format = 0;
    REFUSED(XK_E_FIELD, "format");
    pdu.format = 1;
    assert_int_equal(write_pdu(&pdu, NULL), XK_OK);
    pdu.format = 16;
    assert_int_equal(write_pdu(&pdu, NULL), XK_OK);
    pdu.format = 17;
    REFUSED(XK_E_FIELD, "format");
    pdu.direction = 0;
    REFUSED(XK_E_FIELD, "direction");
    pdu.direction = 1;
    assert_int_equal(write_pdu(&pdu, NULL), XK_OK);
    pdu.direction = 5;
    assert_int_equal(write_pdu(&pdu, NULL), XK_OK);
    pdu.direction = 6;
    REFUSED(XK_E_FIELD, "direction");
    pdu.sdp = xk_text("v=0");
    REFUSED(XK_E_FIELD, "sdp");
    pdu.has_time = true;
    pdu.nanoseconds = 1000000000;
    REFUSED(XK_E_FIELD, "nanoseconds");
    pdu.nanoseconds = 1000000000; /* not there: not looked at */
    assert_int_equal(write_pdu(&pdu, NULL), XK_OK);
    pdu.payload = (struct xk_bytes){NULL, 5};
    REFUSED(XK_E_ARGUMENT, "payload");
    static const size_t sizes[] = {0, 3, 5, 15, 17};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        static const uint8_t octets[17] = {0};
        pdu.source_ip = (struct xk_bytes){octets, sizes[i]};
        REFUSED(XK_E_FIELD, "source_ip");
        pdu.destination_ip = (struct xk_bytes){octets, sizes[i]};
        REFUSED(XK_E_FIELD, "destination_ip");
    }
}

/* Each view at the largest size, one octet more, and nowhere. */
static void attributes_have_a_largest_size(void **state)
{
    (void)state;
    uint8_t *octets = calloc(1, 70000);
    uint8_t *out = malloc(70000);
    assert_true(octets != NULL && out != NULL);
    static const char *const names[] = {"did", "nfid", "ipid", "matched_target", "mime_type", "mime_encoding", "sdp"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct xk_x2_pdu pdu = make();
        struct xk_bytes *const views[] = {&pdu.did,       &pdu.nfid,          &pdu.ipid, &pdu.matched_target,
                                          &pdu.mime_type, &pdu.mime_encoding, &pdu.sdp};
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t size = 0;
        pdu.format = XK_X2_FORMAT_IPV4;
        *views[i] = (struct xk_bytes){octets, 65535};
        assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, 70000, &size, &diag), XK_OK);
        assert_int_equal(size, 40 + 4 + 65535);
        views[i]->size = 65536;
        assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, 70000, &size, &diag), XK_E_FIELD_LIMIT);
        assert_int_equal(diag.status, XK_E_FIELD_LIMIT);
        assert_string_equal(diag.field, names[i]);
        *views[i] = (struct xk_bytes){NULL, 5};
        assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, 70000, &size, &diag), XK_E_ARGUMENT);
        assert_string_equal(diag.field, names[i]);
    }
    free(octets);
    free(out);
}

#if SIZE_MAX > UINT32_MAX
/* The header's two lengths have four octets each. */
static void lengths_have_four_octets(void **state)
{
    (void)state;
    struct xk_x2_pdu pdu = make();
    struct xk_diag diag = {XK_OK, 9, ""};
    size_t size = 0;
    pdu.payload = (struct xk_bytes){(const uint8_t *)"x", UINT32_MAX};
    assert_int_equal(xk_x2_write(&pdu, NULL, 0, NULL, 0, &size, &diag), XK_E_SPACE);
    assert_int_equal(size, XK_X2_HEADER_SIZE + (size_t)UINT32_MAX);
    pdu.payload.size++;
    assert_int_equal(xk_x2_write(&pdu, NULL, 0, NULL, 0, &size, &diag), XK_E_FIELD_LIMIT);
    assert_int_equal(diag.status, XK_E_FIELD_LIMIT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "payload");
    pdu.payload = (struct xk_bytes){NULL, 0};
    enum { WHOLE = 65535, COUNT = 65532 }; /* of the largest attribute, and what one more may have */
    const size_t last = UINT32_MAX - XK_X2_HEADER_SIZE - (size_t)COUNT * (WHOLE + 4) - 4;
    uint8_t *octets = calloc(1, WHOLE);
    struct xk_x2_attribute *more = calloc(COUNT + 1, sizeof *more);
    assert_true(octets != NULL && more != NULL);
    for (size_t i = 0; i <= COUNT; i++) {
        more[i].type = XK_X2_ATTRIBUTE_PROPRIETARY;
        more[i].value = (struct xk_bytes){octets, i < COUNT ? WHOLE : last};
    }
    assert_int_equal(xk_x2_write(&pdu, more, COUNT + 1, NULL, 0, &size, &diag), XK_E_SPACE);
    assert_int_equal(size, UINT32_MAX);
    more[COUNT].value.size++;
    assert_int_equal(xk_x2_write(&pdu, more, COUNT + 1, NULL, 0, &size, &diag), XK_E_FIELD_LIMIT);
    assert_int_equal(diag.status, XK_E_FIELD_LIMIT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "more");
    free(more);
    free(octets);
}
#endif

static void further_attributes_ascend_and_have_their_size(void **state)
{
    (void)state;
    static const uint8_t big[65536] = {0};
    const struct {
        struct xk_x2_attribute more[2];
        enum xk_status status;
        size_t offset;
    } rows[] = {
        {{{17, xk_text("a")}, {17, xk_text("b")}}, XK_OK, 0},
        {{{18, xk_text("a")}, {17, xk_text("b")}}, XK_E_FIELD, 1},
        {{{8, xk_text("abcd")}, {9, xk_text("abcdefgh")}}, XK_OK, 0},
        {{{8, xk_text("abc")}, {9, xk_text("abcdefgh")}}, XK_E_FIELD, 0},
        {{{8, xk_text("abcd")}, {9, xk_text("abcdefghi")}}, XK_E_FIELD, 1},
        {{{1, {NULL, 5}}, {2, xk_text("")}}, XK_E_ARGUMENT, 0},
        {{{1, {big, 65536}}, {2, xk_text("")}}, XK_E_FIELD_LIMIT, 0},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct xk_x2_pdu pdu = make();
        struct xk_diag diag = {XK_OK, 0, ""};
        uint8_t out[512];
        size_t size = 77;
        assert_int_equal(xk_x2_write(&pdu, rows[i].more, 2, out, sizeof out, &size, &diag), rows[i].status);
        if (rows[i].status != XK_OK) {
            assert_int_equal(diag.status, rows[i].status);
            assert_int_equal(diag.offset, rows[i].offset);
            assert_string_equal(diag.field, "more");
            assert_int_equal(size, 77);
        }
    }
}

/* 5.1: nothing but a sequence number. */
static void a_keep_alive_is_bare(void **state)
{
    (void)state;
    for (uint16_t type = 3; type <= 4; type++) {
        for (unsigned int i = 0; i < 8; i++) {
            struct xk_x2_pdu pdu;
            struct xk_diag diag = {XK_OK, 0, ""};
            const struct xk_x2_attribute more = {18, xk_text("x")};
            uint8_t out[128];
            size_t size = 0;
            memset(&pdu, 0, sizeof pdu);
            pdu.type = type;
            pdu.has_sequence = i % 2 == 0;
            pdu.format = i == 1;
            pdu.direction = i == 2;
            pdu.xid[15] = i == 3;
            pdu.correlation[7] = i == 4;
            pdu.payload = i == 5 ? xk_text("x") : (struct xk_bytes){NULL, 0};
            pdu.did = i == 6 ? xk_text("") : (struct xk_bytes){NULL, 0};
            assert_int_equal(xk_x2_write(&pdu, &more, i == 7, out, sizeof out, &size, &diag),
                             i == 0 ? XK_OK : XK_E_FIELD);
            if (i == 0) {
                assert_int_equal(size, 48);
            } else {
                assert_string_equal(diag.field, "keep-alive");
            }
        }
    }
}

static void a_keep_alive_is_answered_with_its_number(void **state)
{
    (void)state;
    uint8_t asked[64];
    uint8_t wanted[64];
    uint8_t out[64];
    struct xk_x2_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t written = 0;
    size_t size = file_read_hex_line("x2/pdus.txt", "keep_alive", asked, sizeof asked);
    assert_int_equal(file_read_hex_line("x2/pdus.txt", "keep_alive_ack", wanted, sizeof wanted), size);
    assert_int_equal(size, XK_X2_KEEP_ALIVE_SIZE);
    assert_int_equal(xk_x2_parse(asked, size, &pdu, NULL), XK_OK);
    pdu.format = 1; /* as some senders have it: the answer is as it should be */
    pdu.xid[0] = 1;
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, NULL, 0, &written, NULL), XK_E_SPACE);
    assert_int_equal(written, size);
    written = 0;
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, out, size - 1, &written, NULL), XK_E_SPACE);
    assert_int_equal(written, size);
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, out, size, &written, NULL), XK_OK);
    assert_int_equal(written, size);
    assert_memory_equal(out, wanted, size);
    pdu.has_sequence = false;
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, out, sizeof out, &written, NULL), XK_OK);
    assert_int_equal(written, 40);
    wanted[7] = 40;
    assert_memory_equal(out, wanted, 40);
    pdu.type = XK_X2_TYPE_KEEP_ALIVE_ACK;
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, out, sizeof out, &written, &diag), XK_E_FIELD);
    assert_int_equal(diag.status, XK_E_FIELD);
    assert_string_equal(diag.field, "type");
    assert_int_equal(xk_x2_answer_keep_alive(NULL, out, sizeof out, &written, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, NULL, 1, &written, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_answer_keep_alive(&pdu, out, sizeof out, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
}

static void what_may_not_be_null_is_refused(void **state)
{
    (void)state;
    struct xk_x2_pdu pdu = make();
    struct xk_diag diag = {XK_OK, 9, "x"};
    uint8_t out[64];
    size_t size = 77;
    assert_int_equal(xk_x2_write(NULL, NULL, 0, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_x2_write(&pdu, NULL, 1, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_write(&pdu, NULL, 0, NULL, 1, &size, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_x2_write(&pdu, NULL, 0, out, sizeof out, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(size, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_are_written_octet_by_octet),
        cmocka_unit_test(all_attributes_come_back),
        cmocka_unit_test(what_no_pdu_has_is_refused),
        cmocka_unit_test(attributes_have_a_largest_size),
#if SIZE_MAX > UINT32_MAX
        cmocka_unit_test(lengths_have_four_octets),
#endif
        cmocka_unit_test(further_attributes_ascend_and_have_their_size),
        cmocka_unit_test(a_keep_alive_is_bare),
        cmocka_unit_test(a_keep_alive_is_answered_with_its_number),
        cmocka_unit_test(what_may_not_be_null_is_refused),
    };
    return cmocka_run_group_tests_name("x2_write", tests, NULL, NULL);
}
