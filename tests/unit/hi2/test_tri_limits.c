/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/tri.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"
#include "support/hex.h"

#define HEADER 56 /* octets of the header in the vector, tag and length included */

static uint8_t pdu[512];
static size_t pdu_size;
static uint8_t vector[128];

/* A PS-PDU with the header of the vector and this behind it. */
static void make(const char *payload)
{
    (void)file_read_hex_line("hi2/tri.txt", "keep_alive", vector, sizeof vector);
    memcpy(pdu + 2, vector + 2, HEADER);
    size_t size = hex_decode(payload, pdu + 2 + HEADER, 60);
    pdu[0] = 0x30;
    pdu[1] = (uint8_t)(HEADER + size);
    pdu_size = 2 + HEADER + size;
}

static void make_tri(unsigned int tag, const char *members)
{
    char payload[256];
    unsigned int size = 0;
    for (const char *at = members; *at != '\0'; at++) {
        size += *at != ' ' ? 1 : 0;
    }
    size /= 2;
    (void)snprintf(payload, sizeof payload, "a2%02xa2%02x%02x%02x%s", size + 4, size + 2, tag, size, members);
    make(payload);
}

static void read_ok(unsigned int tag, const char *members, struct xk_tri *tri)
{
    struct xk_ps_header header;
    make_tri(tag, members);
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, &header, tri, NULL), XK_OK);
}

struct refusal {
    const char *payload;
    enum xk_status status;
    size_t offset; /* behind the header */
    const char *field;
};

static const struct refusal envelopes[] = {
    {"", XK_E_DER_TRUNCATED, 0, "payload"},
    {"a304a2028300", XK_E_DER_TAG, 0, "payload"},
    {"8204a2028300", XK_E_DER_TAG, 0, "payload"},
    {"a200", XK_E_DER_TRUNCATED, 2, "tRIPayload"},
    {"a204a0028300", XK_E_DER_TAG, 2, "tRIPayload"},
    {"a20482028300", XK_E_DER_TAG, 2, "tRIPayload"},
    {"a206a2028300a200", XK_E_DER_TRAILING, 6, "payload"},
    {"a204a2028300a200", XK_E_DER_TRAILING, 6, "payload"},
    {"a202a200", XK_E_DER_TRUNCATED, 4, "TRIPayload"},
    {"a204a2020300", XK_E_DER_TAG, 4, "TRIPayload"},
    {"a204a2022300", XK_E_DER_TAG, 4, "TRIPayload"},
    {"a204a202c300", XK_E_DER_TAG, 4, "TRIPayload"},
    {"a206a20483008300", XK_E_DER_TRAILING, 6, "TRIPayload"},
};

/* What stands inside one TRI, whose lengths are put around it. */
struct content {
    uint8_t tag;
    const char *members;
    enum xk_status status;
    ptrdiff_t offset; /* behind the TRI's own tag and length; -2 is its tag */
    const char *field;
};

static const struct content contents[] = {
    /* behind the header */
    {0xa2, "", XK_E_DER_TAG, -2, "paddingPDU"},
    /* an integrity check: its members in order, each in its kind, all that are mandatory */
    {0x80, "", XK_E_DER_TAG, -2, "integrityCheck"},
    {0xa0, "", XK_E_DER_TAG, -2, "integrityCheck"},
    {0xa0, "810101830101", XK_E_DER_TAG, -2, "integrityCheck"},
    {0xa0, "a0020201830101", XK_E_DER_TRUNCATED, 2, "includedSequenceNumbers"},
    {0xa0, "a003040101810101830101", XK_E_DER_TAG, 2, "includedSequenceNumbers"},
    {0xa0, "a003a20101810101830101", XK_E_DER_TAG, 2, "includedSequenceNumbers"},
    {0xa0, "a0030201ff810101830101", XK_E_DER_VALUE, 2, "includedSequenceNumbers"},
    {0xa0, "a00702050100000000810101830101", XK_E_DER_VALUE, 2, "includedSequenceNumbers"},
    {0xa0, "a003020101810180830101", XK_E_DER_VALUE, 5, "checkType"},
    {0xa0, "a003020101a10101830101", XK_E_DER_TAG, 5, "checkType"},
    {0xa0, "a003020101830101810101", XK_E_DER_TAG, 8, "integrityCheck"},
    {0xa0, "a003020101810101820180830101", XK_E_DER_VALUE, 8, "dataType"},
    {0xa0, "a003020101810101a30101", XK_E_DER_TAG, 8, "checkValue"},
    {0xa0, "a003020101810101830101840180", XK_E_DER_VALUE, 11, "hashAlgorithm"},
    {0xa0, "a003020101810101830101850180", XK_E_DER_VALUE, 11, "signatureAlgorithm"},
    {0xa0, "a003020101830101", XK_E_DER_TAG, -2, "integrityCheck"},
    {0xa0, "a003020101810101", XK_E_DER_TAG, -2, "integrityCheck"},
    /* messages */
    {0xa8, "", XK_E_DER_TAG, -2, "operatorLeaMessage"},
    {0xa8, "800101", XK_E_DER_TAG, -2, "operatorLeaMessage"},
    {0xa8, "810141", XK_E_DER_TAG, -2, "operatorLeaMessage"},
    {0xa8, "8001018100", XK_E_DER_VALUE, 3, "message"},
    {0xa8, "800180810141", XK_E_DER_VALUE, 0, "messagePriority"},
    /* options */
    {0x89, "", XK_E_DER_TAG, -2, "optionRequest"},
    {0xa9, "", XK_E_DER_TAG, -2, "optionRequest"},
    {0xa9, "a100", XK_E_DER_TAG, -2, "optionRequest"},
    {0xaa, "a000", XK_E_DER_TAG, -2, "optionResponse"},
    {0xaa, "a100", XK_E_DER_TAG, -2, "optionResponse"},
    {0xa9, "a00180", XK_E_DER_TRUNCATED, 2, "requestedOptions"},
    {0xaa, "a00180a100", XK_E_DER_TRUNCATED, 2, "acceptedOptions"},
    {0xaa, "a000a10180", XK_E_DER_TRUNCATED, 4, "declinedOptions"},
};

static void is_refused(enum xk_status status, size_t offset, const char *field)
{
    struct xk_ps_header header;
    struct xk_tri tri;
    struct xk_diag diag = {XK_OK, 0, ""};
    memset(&header, 0x5a, sizeof header);
    memset(&tri, 0x5a, sizeof tri);
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, &header, &tri, &diag), status);
    assert_int_equal(diag.status, status);
    assert_string_equal(diag.field, field);
    assert_int_equal(diag.offset, offset + 2 + HEADER);
    assert_int_equal(tri.type, 0x5a5a5a5a);
    assert_int_equal(header.sequence_number, 0x5a5a5a5a);
}

static void refuses_what_is_no_tri_at_its_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof envelopes / sizeof envelopes[0]; i++) {
        make(envelopes[i].payload);
        is_refused(envelopes[i].status, envelopes[i].offset, envelopes[i].field);
    }
}

static void refuses_content_at_its_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        make_tri(contents[i].tag, contents[i].members);
        is_refused(contents[i].status, (size_t)(6 + contents[i].offset), contents[i].field);
    }
}

static void envelope_is_checked_too(void **state)
{
    (void)state;
    struct xk_ps_header header;
    struct xk_tri tri;
    struct xk_diag diag;
    make("a204a2028300");
    pdu[0] = 0x31;
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, &header, &tri, &diag), XK_E_DER_TAG);
    assert_string_equal(diag.field, "PS-PDU");
    pdu[0] = 0x30;
    assert_int_equal(xk_tri_decode(pdu, pdu_size + 1, NULL, &header, &tri, &diag), XK_E_DER_TRAILING);
    assert_int_equal(diag.offset, pdu_size);
    for (size_t i = 0; i < pdu_size; i++) {
        assert_int_equal(xk_tri_decode(pdu, i, NULL, &header, &tri, NULL), XK_E_DER_TRUNCATED);
    }
    pdu[2] = 0xa0;
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, &header, &tri, &diag), XK_E_DER_TAG);
    assert_string_equal(diag.field, "pSHeader");
    pdu[2] = 0xa1;
    pdu[4] = 0x81;
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, &header, &tri, &diag), XK_E_DER_TAG);
    assert_string_equal(diag.field, "li-psDomainId");
}

/* A newer module may say more; what is known is read all the same. */
static void steps_over_what_it_does_not_know(void **state)
{
    (void)state;
    struct xk_tri tri;
    read_ok(0x8e, "", &tri);
    assert_int_equal(tri.type, 14);
    assert_string_equal(xk_tri_type_name(tri.type), "unknown TRI");
    read_ok(0xa9, "a002a100", &tri);
    assert_int_equal(tri.options, XK_TRI_OPTION_UNKNOWN);
    read_ok(0xa9, "a00481008000", &tri);
    assert_int_equal(tri.options, XK_TRI_OPTION_UNKNOWN | XK_TRI_OPTION_ACKNOWLEDGEMENT);
    read_ok(0xaa, "a000a1028100", &tri);
    assert_int_equal(tri.options, 0);
    assert_int_equal(tri.declined, XK_TRI_OPTION_UNKNOWN);
    read_ok(0xa9, "a0008200", &tri);
    assert_int_equal(tri.options, 0);
    read_ok(0xa8, "8001038101418200", &tri);
    assert_int_equal(tri.priority, 3);
    assert_int_equal(tri.octets.size, 1);
    read_ok(0xa8, "800101810141bf2000", &tri);
    assert_int_equal(tri.priority, 1);
    read_ok(0xa0, "a00302010181017f82017f83010184017f85017f8600", &tri);
    assert_int_equal(tri.check_type, 127);
    assert_int_equal(tri.data_type, 127);
    assert_int_equal(tri.hash_algorithm, 127);
    assert_int_equal(tri.signature_algorithm, 127);
}

static void reads_a_check_without_data_type_or_numbers(void **state)
{
    (void)state;
    struct xk_tri tri;
    size_t position = 0;
    uint32_t number = 5;
    read_ok(0xa0, "a000810101830107", &tri);
    assert_int_equal(tri.data_type, XK_TRI_DATA_ABSENT);
    assert_int_equal(tri.number_count, 0);
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_E_DER_TRUNCATED);
    assert_int_equal(tri.check_value.size, 1);
    assert_int_equal(tri.check_value.data[0], 7);
}

static void stepping_refuses_a_position_that_it_did_not_give(void **state)
{
    (void)state;
    struct xk_tri tri;
    uint32_t number = 5;
    size_t position = 1;
    read_ok(0xa0, "a003020102810101830107", &tri);
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_E_ARGUMENT);
    position = 4;
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_E_ARGUMENT);
    position = 3;
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_E_DER_TRUNCATED);
    position = 0;
    assert_int_equal(xk_tri_next_number(NULL, &position, &number), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_next_number(&tri, NULL, &number), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_next_number(&tri, &position, NULL), XK_E_ARGUMENT);
    assert_int_equal(number, 5);
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_OK);
    assert_int_equal(number, 2);
}

static struct xk_ps_header good_header(void)
{
    struct xk_ps_header h;
    xk_ps_header_init(&h);
    h.liid = xk_text("-");
    h.operator_identifier = xk_text("1");
    return h;
}

static struct xk_tri good_check(void)
{
    static const uint32_t number = 1;
    static const uint8_t value = 2;
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_INTEGRITY_CHECK);
    tri.check_type = XK_TRI_CHECK_HASH;
    tri.data_type = XK_TRI_DATA_CC;
    tri.hash_algorithm = XK_TRI_HASH_SHA512;
    tri.numbers = &number;
    tri.number_count = 1;
    tri.check_value = (struct xk_bytes){&value, 1};
    return tri;
}

static void refuse(const struct xk_tri *tri, enum xk_status status, const char *field)
{
    struct xk_ps_header h = good_header();
    struct xk_diag diag = {XK_OK, 0, ""};
    uint8_t out[512];
    size_t size = 99;
    memset(out, 0x5a, sizeof out);
    assert_int_equal(xk_tri_encode(&h, tri, out, sizeof out, &size, &diag), status);
    assert_int_equal(diag.status, status);
    assert_string_equal(diag.field, field);
    assert_int_equal(size, 99);
    assert_int_equal(out[0], 0x5a);
}

static void taken(const struct xk_tri *tri)
{
    struct xk_ps_header h = good_header();
    uint8_t out[512];
    size_t size;
    assert_int_equal(xk_tri_encode(&h, tri, out, sizeof out, &size, NULL), XK_OK);
}

static void integrity_check_fields_have_limits(void **state)
{
    (void)state;
    struct xk_tri tri = good_check();
    taken(&tri);
    tri.check_type = XK_TRI_CHECK_ABSENT;
    refuse(&tri, XK_E_FIELD, "checkType");
    tri.check_type = (enum xk_tri_check)3;
    refuse(&tri, XK_E_FIELD, "checkType");
    tri.check_type = XK_TRI_CHECK_SIGNATURE;
    tri.data_type = XK_TRI_DATA_ABSENT;
    refuse(&tri, XK_E_FIELD, "dataType");
    tri.data_type = (enum xk_tri_data)4;
    refuse(&tri, XK_E_FIELD, "dataType");
    tri = good_check();
    tri.hash_algorithm = (enum xk_tri_hash)5;
    refuse(&tri, XK_E_FIELD, "hashAlgorithm");
    tri = good_check();
    tri.signature_algorithm = (enum xk_tri_signature)4;
    refuse(&tri, XK_E_FIELD, "signatureAlgorithm");
    tri = good_check();
    tri.number_count = 0;
    refuse(&tri, XK_E_FIELD_EMPTY, "includedSequenceNumbers");
    tri.number_count = 1;
    tri.numbers = NULL;
    refuse(&tri, XK_E_ARGUMENT, "includedSequenceNumbers");
    tri = good_check();
    tri.check_value.size = 0;
    refuse(&tri, XK_E_FIELD_EMPTY, "checkValue");
    tri.check_value.size = XK_PS_PDU_MAX + 1;
    refuse(&tri, XK_E_FIELD_LIMIT, "checkValue");
}

static void messages_and_options_have_limits(void **state)
{
    (void)state;
    uint8_t text[XK_TRI_MESSAGE_MAX + 1] = {'a'};
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.octets = (struct xk_bytes){text, XK_TRI_MESSAGE_MAX};
    refuse(&tri, XK_E_FIELD, "messagePriority");
    tri.priority = (enum xk_tri_priority)3;
    refuse(&tri, XK_E_FIELD, "messagePriority");
    tri.priority = XK_TRI_PRIORITY_INFORMATIONAL;
    taken(&tri);
    tri.octets.size++;
    refuse(&tri, XK_E_FIELD_LIMIT, "message");
    tri.octets.size = 0;
    refuse(&tri, XK_E_FIELD_EMPTY, "message");
    xk_tri_init(&tri, XK_TRI_PADDING);
    tri.octets = (struct xk_bytes){text, XK_PS_PDU_MAX + 1};
    refuse(&tri, XK_E_FIELD_LIMIT, "paddingPDU");
    tri.octets = (struct xk_bytes){NULL, 1};
    refuse(&tri, XK_E_ARGUMENT, "paddingPDU");
    xk_tri_init(&tri, XK_TRI_OPTION_REQUEST);
    taken(&tri);
    tri.options = 2;
    refuse(&tri, XK_E_FIELD, "options");
    xk_tri_init(&tri, XK_TRI_OPTION_RESPONSE);
    tri.options = XK_TRI_OPTION_UNKNOWN;
    refuse(&tri, XK_E_FIELD, "options");
    tri.options = 0;
    tri.declined = 2;
    refuse(&tri, XK_E_FIELD, "declinedOptions");
}

static void wrong_arguments_are_told(void **state)
{
    (void)state;
    struct xk_ps_header h = good_header();
    struct xk_tri tri;
    struct xk_diag diag;
    uint8_t out[128];
    size_t size = 9;
    xk_tri_init(NULL, XK_TRI_PADDING);
    xk_tri_init(&tri, XK_TRI_KEEP_ALIVE);
    assert_int_equal(xk_tri_encode(NULL, &tri, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_encode(&h, NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_encode(&h, &tri, NULL, 1, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, NULL, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "");
    h.size++;
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    h.size--;
    tri.size--;
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    xk_tri_init(&tri, (enum xk_tri_type)14);
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "type");
    xk_tri_init(&tri, XK_TRI_KEEP_ALIVE);
    h.domain_version = XK_PS_DOMAIN_VERSION_MAX + 1;
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "li-psDomainId");
    assert_int_equal(size, 9);
    make("a204a2028300");
    assert_int_equal(xk_tri_decode(NULL, pdu_size, NULL, &h, &tri, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, NULL, &tri, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_tri_decode(pdu, pdu_size, NULL, &h, NULL, NULL), XK_E_ARGUMENT);
}

static void types_have_names(void **state)
{
    (void)state;
    static const char *const names[] = {"integrityCheck",
                                        "testPDU",
                                        "paddingPDU",
                                        "keep-alive",
                                        "keep-aliveResponse",
                                        "firstSegmentFlag",
                                        "lastSegmentFlag",
                                        "cINReset",
                                        "operatorLeaMessage",
                                        "optionRequest",
                                        "optionResponse",
                                        "optionComplete",
                                        "pDUAcknowledgementRequest",
                                        "pDUAcknowledgementResponse"};
    for (unsigned int i = 0; i < 14; i++) {
        assert_string_equal(xk_tri_type_name((enum xk_tri_type)i), names[i]);
    }
    assert_string_equal(xk_tri_type_name((enum xk_tri_type)14), "unknown TRI");
    assert_string_equal(xk_tri_type_name((enum xk_tri_type) - 1), "unknown TRI");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_tri_at_its_octet),
        cmocka_unit_test(refuses_content_at_its_octet),
        cmocka_unit_test(envelope_is_checked_too),
        cmocka_unit_test(steps_over_what_it_does_not_know),
        cmocka_unit_test(reads_a_check_without_data_type_or_numbers),
        cmocka_unit_test(stepping_refuses_a_position_that_it_did_not_give),
        cmocka_unit_test(integrity_check_fields_have_limits),
        cmocka_unit_test(messages_and_options_have_limits),
        cmocka_unit_test(wrong_arguments_are_told),
        cmocka_unit_test(types_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
