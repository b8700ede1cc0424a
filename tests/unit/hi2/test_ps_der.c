/* SPDX-License-Identifier: BSD-2-Clause */
/* PS-PDUs that are DER and yet no PS-PDUs: one element of a good one replaced at a time. */
#include <xk/ps_pdu.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* What is up to OPTIONAL is in the header; OPTIONAL and AFTER are empty in the good one. */
enum element { DOMAIN, LIID, AUTHORITY, COMMUNICATION, SEQUENCE, OPTIONAL, PAYLOAD, AFTER, ELEMENTS };

static const char *const good[ELEMENTS] = {
    "8007 04000202050111",
    "8101 41",
    "8202 5858",
    "a308 a006 8001 31 8101 32",
    "8401 05",
    "",
    "a20c a00a 3008 a206 af04 a102 a400", /* an Eps report of nothing, whole */
    "",
};

#define TIME "850f 32303236303130323033303430355a"
#define MICROSECONDS "a707 8001 07 8102 01f4"

/* Returns the size; `*offset` is where the replaced element is. */
static size_t make(enum element which, const char *by, uint8_t out[128], size_t *offset)
{
    size_t at = 4;
    out[0] = 0x30;
    out[2] = 0xa1;
    for (unsigned int i = 0; i < ELEMENTS; i++) {
        if (i == PAYLOAD) {
            out[3] = (uint8_t)(at - 4);
        }
        if (i == which) {
            *offset = at;
        }
        at += hex_decode(i == which ? by : good[i], out + at, 128 - at);
    }
    assert_true(at - 2 < 0x80);
    out[1] = (uint8_t)(at - 2);
    return at;
}

static void the_good_one_is_good(void **state)
{
    (void)state;
    uint8_t octets[128];
    size_t offset = 0;
    struct xk_ps_pdu pdu;
    size_t size = make(ELEMENTS, NULL, octets, &offset);
    assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.domain_version, 17);
    assert_memory_equal(pdu.header.authorization_country, "XX", 2);
    assert_int_equal(pdu.header.sequence_number, 5);
    assert_int_equal(pdu.header.time_form, XK_PS_TIME_ABSENT);
    assert_int_equal(pdu.payload_count, 1);
}

/* `delta`: where in the element the refusal is. */
static void one_element_that_is_wrong_is_told_with_its_place(void **state)
{
    static const struct {
        enum element which;
        const char *by;
        enum xk_status status;
        size_t delta;
        const char *field;
    } rows[] = {
        {DOMAIN, "8007 04000202050211", XK_E_DER_VALUE, 0, "li-psDomainId"},
        {DOMAIN, "8006 040002020501", XK_E_DER_VALUE, 0, "li-psDomainId"},
        {DOMAIN, "8107 04000202050111", XK_E_DER_TAG, 0, "li-psDomainId"},
        {LIID, "8100", XK_E_DER_VALUE, 0, "LIID"},
        {LIID, "811a 4141414141414141414141414141414141414141414141414141", XK_E_DER_VALUE, 0, "LIID"},
        {LIID, "a101 41", XK_E_DER_TAG, 0, "LIID"},
        {AUTHORITY, "8201 58", XK_E_DER_VALUE, 0, "authorizationCountryCode"},
        {AUTHORITY, "8203 585858", XK_E_DER_VALUE, 0, "authorizationCountryCode"},
        {AUTHORITY, "a202 5858", XK_E_DER_TAG, 0, "authorizationCountryCode"},
        {AUTHORITY, "8502 5858", XK_E_DER_TAG, 0, "communicationIdentifier"},
        {AUTHORITY, "0202 5858", XK_E_DER_TAG, 0, "communicationIdentifier"}, /* an INTEGER, no [2] */
        {COMMUNICATION, "", XK_E_DER_TAG, 0, "communicationIdentifier"},
        {COMMUNICATION, "8300", XK_E_DER_TAG, 0, "communicationIdentifier"},
        {COMMUNICATION, "a300", XK_E_DER_TRUNCATED, 2, "networkIdentifier"},
        {COMMUNICATION, "a302 a100", XK_E_DER_TAG, 2, "networkIdentifier"},
        {COMMUNICATION, "a302 a000", XK_E_DER_TAG, 2, "operatorIdentifier"},
        {COMMUNICATION, "a305 a003 8101 32", XK_E_DER_TAG, 2, "operatorIdentifier"},
        {COMMUNICATION, "a304 a002 8000", XK_E_DER_VALUE, 4, "operatorIdentifier"},
        {COMMUNICATION, "a307 a005 8001 31 8100", XK_E_DER_VALUE, 7, "networkElementIdentifier"},
        {COMMUNICATION, "a306 a004 8001 31 80", XK_E_DER_TRUNCATED, 7, "networkIdentifier"},
        {COMMUNICATION, "a306 a003 8001 31 81", XK_E_DER_TRUNCATED, 7, "communicationIdentifier"},
        {COMMUNICATION, "a307 a003 8001 31 8100", XK_E_DER_VALUE, 7, "communicationIdentityNumber"},
        {COMMUNICATION, "a30c a003 8001 31 8105 0100000000", XK_E_DER_VALUE, 7, "communicationIdentityNumber"},
        {COMMUNICATION, "a308 a003 8001 31 8201 58", XK_E_DER_VALUE, 7, "deliveryCountryCode"},
        {SEQUENCE, "8501 05", XK_E_DER_TAG, 0, "sequenceNumber"},
        {SEQUENCE, "8400", XK_E_DER_VALUE, 0, "sequenceNumber"},
        {SEQUENCE, "8401 80", XK_E_DER_VALUE, 0, "sequenceNumber"},
        {SEQUENCE, "8402 0005", XK_E_DER_VALUE, 0, "sequenceNumber"},
        {SEQUENCE, "8405 0100000000", XK_E_DER_VALUE, 0, "sequenceNumber"},
        {OPTIONAL, "85", XK_E_DER_TRUNCATED, 0, "pSHeader"},
        {OPTIONAL, "850f 323032363031303230333034303558", XK_E_DER_VALUE, 0, "timeStamp"}, /* no Z */
        {OPTIONAL, "850f 32303a36303130323033303430355a", XK_E_DER_VALUE, 0, "timeStamp"}, /* a year of no digits */
        {OPTIONAL, "850f 32303236313330323033303430355a", XK_E_DER_VALUE, 0, "timeStamp"}, /* month 13 */
        {OPTIONAL, "8600", XK_E_DER_VALUE, 0, "interceptionPointID"},
        {OPTIONAL, "8609 313233343536373839", XK_E_DER_VALUE, 0, "interceptionPointID"},
        {OPTIONAL, "a700", XK_E_DER_TRUNCATED, 2, "seconds"},
        {OPTIONAL, "a702 8000", XK_E_DER_VALUE, 2, "seconds"},
        {OPTIONAL, "a703 8001 00", XK_E_DER_TRUNCATED, 5, "microSeconds"},
        {OPTIONAL, "a708 8001 00 8103 0f4240", XK_E_DER_VALUE, 5, "microSeconds"}, /* a million */
        {OPTIONAL, "8701 00", XK_E_DER_TAG, 0, "microSecondTimeStamp"},
        {OPTIONAL, "8800", XK_E_DER_VALUE, 0, "timeStampQualifier"},
        {OPTIONAL, "8900", XK_E_DER_VALUE, 0, "extendedInterceptionPointID"},
        {OPTIONAL, "8a00", XK_E_DER_VALUE, 0, "networkFunctionIdentifier"},
        {OPTIONAL, "a50f 32303236303130323033303430355a", XK_E_DER_TAG, 0, "timeStamp"},
        {COMMUNICATION, "a309 a007 8001 31 8202 3132", XK_E_DER_TAG, 7, "network-Element-Identifier"},
        {COMMUNICATION, "a307 a005 8001 31 a200", XK_E_DER_TRUNCATED, 9, "network-Element-Identifier"},
        {COMMUNICATION, "a309 a007 8001 31 a202 8100", XK_E_DER_VALUE, 9, "network-Element-Identifier"},
        {COMMUNICATION, "a30d a00b 8001 31 a206 a504 a202 8100", XK_E_DER_VALUE, 13, "network-Element-Identifier"},
        {COMMUNICATION, "a30b a009 8001 31 a204 a502 a200", XK_E_DER_TRUNCATED, 13, "network-Element-Identifier"},
        {COMMUNICATION, "a30a a008 8001 31 a203 a501 81", XK_E_DER_TRUNCATED, 11, "network-Element-Identifier"},
        {COMMUNICATION, "a30b a009 8001 31 a204 a502 8400", XK_E_DER_VALUE, 11, "iPv6PrefixLength"},
        {COMMUNICATION, "a30c a00a 8001 31 a205 a503 840181", XK_E_DER_VALUE, 11, "iPv6PrefixLength"},
        {PAYLOAD, "", XK_E_DER_TRUNCATED, 0, "payload"},
        {PAYLOAD, "a300", XK_E_DER_TAG, 0, "payload"},
        {PAYLOAD, "a200", XK_E_DER_TRUNCATED, 2, "payload"},
        {PAYLOAD, "a202 0200", XK_E_DER_TAG, 2, "payload"},
        {PAYLOAD, "a202 8000", XK_E_DER_TAG, 2, "iRIPayloadSequence"},
        {PAYLOAD, "a204 a002 3081", XK_E_DER_TRUNCATED, 4, "IRIPayload"},
        {AFTER, "a300", XK_E_DER_TRAILING, 0, "PS-PDU"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        size_t offset = 0;
        struct xk_ps_pdu pdu;
        struct xk_diag diag = {XK_OK, 0, ""};
        memset(&pdu, 0x33, sizeof pdu);
        struct xk_ps_pdu before = pdu;
        size_t size = make(rows[i].which, rows[i].by, octets, &offset);
        enum xk_status status = xk_ps_pdu_decode(octets, size, NULL, &pdu, &diag);
        if (status != rows[i].status || diag.offset != offset + rows[i].delta) {
            print_message("row %zu: %s: %s at %zu\n", i, rows[i].by, diag.field, diag.offset);
        }
        assert_int_equal(status, rows[i].status);
        assert_int_equal(diag.status, rows[i].status);
        assert_int_equal(diag.offset, offset + rows[i].delta);
        assert_string_equal(diag.field, rows[i].field);
        assert_memory_equal(&pdu, &before, sizeof pdu);
    }
}

static void what_a_newer_version_adds_is_stepped_over(void **state)
{
    static const struct {
        enum element which;
        const char *by;
    } rows[] = {
        {OPTIONAL, "8901 00"},
        {COMMUNICATION, "a30b a006 8001 31 8101 32 8501 00"},
        {COMMUNICATION, "a30b a009 8001 31 8101 32 8501 00"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        size_t offset = 0;
        struct xk_ps_pdu pdu;
        size_t size = make(rows[i].which, rows[i].by, octets, &offset);
        assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), XK_OK);
        assert_memory_equal(pdu.header.operator_identifier.data, "1", 1);
        assert_memory_equal(pdu.header.network_element.data, "2", 1);
        assert_int_equal(pdu.header.sequence_number, 5);
    }
}

static void microseconds_win_over_whole_seconds_behind_them(void **state)
{
    static const char *const orders[] = {TIME MICROSECONDS, MICROSECONDS TIME, MICROSECONDS};
    static const bool in_order[] = {true, false, true};
    (void)state;
    for (size_t i = 0; i < LENGTH(orders); i++) {
        uint8_t octets[128];
        size_t offset = 0;
        struct xk_ps_pdu pdu;
        size_t size = make(OPTIONAL, orders[i], octets, &offset);
        assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), in_order[i] ? XK_OK : XK_E_DER_TAG);
        if (!in_order[i]) {
            continue;
        }
        assert_int_equal(pdu.header.time_form, XK_PS_TIME_MICROSECONDS);
        assert_int_equal(pdu.header.time.seconds, 7);
        assert_int_equal(pdu.header.time.microseconds, 500);
    }
}

/* An IRIPayload with this content, in a PDU around it; returns where the content is. */
static size_t open_payload(const char *content, uint8_t octets[128], struct xk_ps_pdu *pdu)
{
    char hex[128] = "a2 00 a0 00 30 00";
    size_t offset = 0;
    strcat(hex, content);
    size_t size = make(PAYLOAD, hex, octets, &offset);
    for (size_t i = 1; i <= 5; i += 2) {
        octets[offset + i] = (uint8_t)(size - offset - i - 1);
    }
    assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, pdu, NULL), XK_OK);
    return offset + 6;
}

static void a_payload_that_is_no_record_is_told_and_passed(void **state)
{
    static const struct {
        const char *content;
        enum xk_status status;
        size_t delta;
        const char *field;
    } rows[] = {
        {"", XK_E_DER_TAG, 0, "iRIContents"},
        {"8001 04", XK_E_DER_TAG, 3, "iRIContents"},
        {"80", XK_E_DER_TRUNCATED, 0, "IRIPayload"},
        {"8001 05", XK_E_DER_TAG, 3, "iRIContents"},
        {"8000", XK_E_DER_VALUE, 0, "iRIType"},
        {"8001 05 a204 af02 a000", XK_E_DER_TAG, 5, "iRIType"},
        {"8001 00 a204 af02 a000", XK_E_DER_TAG, 5, "iRIType"},
        {"a200", XK_E_DER_TRUNCATED, 2, "iRIContents"},
        {"a202 8f00", XK_E_DER_TAG, 2, "iRIContents"},
        {"a202 af00", XK_E_DER_TRUNCATED, 4, "iRIContents"},
        {"a204 af02 8100", XK_E_DER_TAG, 4, "iRIContents"},
        {"a204 af02 a100", XK_E_DER_TRUNCATED, 6, "record"},
        {"a204 af02 a000", XK_E_DER_TAG, 2, "iRIType"},      /* bare, and nothing tells its type */
        {"a206 af04 a102 a000", XK_E_DER_TAG, 2, "iRIType"},
        {"a206 af04 a102 a500", XK_E_DER_TAG, 2, "iRIType"},
        {"8001 01 a206 af04 a102 a400", XK_E_DER_VALUE, 9, "iRIType"}, /* the record is of another */
        {"a206 af04 a102 a400 a206 af04 a102 a400", XK_E_DER_TAG, 8, "IRIPayload"}, /* two contents */
        {"a206 af04 a102 a400 8001 04", XK_E_DER_TAG, 8, "IRIPayload"},
        {"8206 af04 a102 a400", XK_E_DER_TAG, 0, "iRIContents"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        struct xk_ps_pdu pdu;
        struct xk_ps_payload payload;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t position = 0;
        memset(&payload, 0x33, sizeof payload);
        struct xk_ps_payload before = payload;
        size_t start = open_payload(rows[i].content, octets, &pdu);
        enum xk_status status = xk_ps_pdu_next_payload(&pdu, &position, &payload, &diag);
        if (status != rows[i].status || diag.offset != start + rows[i].delta) {
            print_message("row %zu: %s: %s at %zu\n", i, rows[i].content, diag.field, diag.offset - start);
        }
        assert_int_equal(status, rows[i].status);
        assert_int_equal(diag.offset, start + rows[i].delta);
        assert_string_equal(diag.field, rows[i].field);
        assert_memory_equal(&payload, &before, sizeof payload);
        if (status == XK_E_DER_TAG) {
            assert_int_equal(position, pdu.payloads.size);
        }
    }
}

static void a_payload_is_read_in_each_module_and_form(void **state)
{
    static const struct {
        const char *content;
        enum xk_hi2_module module;
        enum xk_ps_form form;
        enum xk_hi2_record_type type;
        size_t delta;
    } rows[] = {
        {"a206 af04 a102 a400", XK_HI2_EPS, XK_PS_WHOLE_RECORD, XK_HI2_REPORT, 6},
        {"a206 a404 a102 a100", XK_HI2_UMTS, XK_PS_WHOLE_RECORD, XK_HI2_BEGIN, 6},
        {"8001 04 a204 a402 a000", XK_HI2_UMTS, XK_PS_BARE_PARAMETERS, XK_HI2_REPORT, 9},
        {"8001 04 a206 af04 a102 a400", XK_HI2_EPS, XK_PS_WHOLE_RECORD, XK_HI2_REPORT, 9},
        {"8001 01 8100 a204 af02 a000", XK_HI2_EPS, XK_PS_BARE_PARAMETERS, XK_HI2_BEGIN, 11},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        struct xk_ps_pdu pdu;
        struct xk_ps_payload payload;
        size_t position = 0;
        size_t start = open_payload(rows[i].content, octets, &pdu);
        assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_OK);
        assert_int_equal(payload.contents, rows[i].module == XK_HI2_EPS ? 15 : 4);
        assert_int_equal(payload.module, rows[i].module);
        assert_int_equal(payload.form, rows[i].form);
        assert_int_equal(payload.record_type, rows[i].type);
        assert_int_equal(payload.offset, start + rows[i].delta);
        assert_int_equal(payload.record.size, rows[i].form == XK_PS_WHOLE_RECORD ? 2 : 0);
        assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_E_DER_TRUNCATED);
    }
}

/* What an IRIPayload may carry besides: its kind is told, its octets are handed on. */
static void contents_of_other_kinds_are_told(void **state)
{
    static const struct {
        const char *content;
        uint32_t contents;
        int type;
        size_t delta;
        size_t size;
    } rows[] = {
        {"a202 a500", 5, 0, 2, 2},
        {"8001 04 a202 a500", 5, 4, 5, 2},
        {"8001 07 a202 8100", 1, 0, 5, 2},
        {"a204 9302 6162", 19, 0, 2, 4},
        {"8001 04 a204 af02 a200", 15, 4, 5, 4},
        {"8001 04 a206 a404 a102 3000", 4, 4, 5, 6}, /* a sequence of records */
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        struct xk_ps_pdu pdu;
        struct xk_ps_payload payload;
        size_t position = 0;
        memset(&payload, 0x33, sizeof payload);
        size_t start = open_payload(rows[i].content, octets, &pdu);
        assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_OK);
        assert_int_equal(payload.contents, rows[i].contents);
        assert_int_equal(payload.module, 0);
        assert_int_equal(payload.record_type, rows[i].type);
        assert_int_equal(payload.offset, start + rows[i].delta);
        assert_ptr_equal(payload.record.data, octets + payload.offset);
        assert_int_equal(payload.record.size, rows[i].size);
        assert_int_equal(position, pdu.payloads.size);
    }
}

static void payloads_of_every_kind_are_read_to_their_header(void **state)
{
    static const struct {
        const char *by;
        enum xk_ps_kind kind;
        size_t count;
    } rows[] = {
        {"a20c a00a 3008 a206 af04 a102 a400", XK_PS_IRI, 1},
        {"a202 a100", XK_PS_CC, 0},
        {"a204 a202 8100", XK_PS_TRI, 0},
        {"a203 8301 00", XK_PS_HI1, 0},
        {"a204 a402 8100", XK_PS_ENCRYPTED, 0},
        {"a202 a500", XK_PS_3GPP_HI1, 0},
        {"a202 a600", XK_PS_ILHI, 0},
        {"a202 a700", XK_PS_HI4, 0},
        {"a202 a800", XK_PS_OTHER, 0},
        {"a203 bf1f00", XK_PS_OTHER, 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        size_t offset = 0;
        size_t position = 0;
        struct xk_ps_pdu pdu;
        struct xk_ps_payload payload;
        size_t size = make(PAYLOAD, rows[i].by, octets, &offset);
        assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), XK_OK);
        assert_int_equal(pdu.kind, rows[i].kind);
        assert_memory_equal(pdu.header.liid.data, octets + 4 + 9 + 2, pdu.header.liid.size);
        assert_int_equal(pdu.header.sequence_number, 5);
        assert_int_equal(pdu.payload_offset, offset + 2);
        assert_ptr_equal(pdu.payload.data, octets + offset + 2);
        assert_int_equal(pdu.payload.size, size - offset - 2);
        assert_int_equal(pdu.payload_count, rows[i].count);
        if (rows[i].count == 0) {
            assert_null(pdu.payloads.data);
            assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_E_DER_TRUNCATED);
        }
    }
}

static void members_of_newer_versions_are_read(void **state)
{
    (void)state;
    uint8_t octets[128];
    size_t offset = 0;
    struct xk_ps_pdu pdu;
    size_t size = make(OPTIONAL, TIME "8801 04 8902 3132 8a01 33 8b00", octets, &offset);
    assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.qualifier, XK_PS_QUALIFIER_ABSENT); /* a value that is not known */
    assert_int_equal(pdu.header.extended_interception_point.size, 2);
    assert_memory_equal(pdu.header.extended_interception_point.data, "12", 2);
    assert_int_equal(pdu.header.network_function.size, 1);
    assert_memory_equal(pdu.header.network_function.data, "3", 1);
    size = make(OPTIONAL, "8801 03", octets, &offset);
    assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.qualifier, XK_PS_QUALIFIER_AGGREGATION);
    assert_int_equal(pdu.header.time_form, XK_PS_TIME_ABSENT);
    size = make(COMMUNICATION, "a30d a003 8001 31 8101 07 a303 8101 61", octets, &offset);
    assert_int_equal(xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.cin_extension.size, 3);
    assert_ptr_equal(pdu.header.cin_extension.data, octets + offset + 12);
}

static void intercepting_elements_are_read_in_every_form(void **state)
{
    static const struct {
        const char *by;
        enum xk_network_element_form form;
        const char *value;
        uint8_t prefix;
    } rows[] = {
        {"a30b a009 8001 31 a204 8102 3132", XK_NETWORK_ELEMENT_E164, "12", 0},
        {"a30a a008 8001 31 a203 8201 31", XK_NETWORK_ELEMENT_X25, "1", 0},
        {"a30a a008 8001 31 a203 8301 31", XK_NETWORK_ELEMENT_IP, "1", 0},
        {"a30a a008 8001 31 a203 8401 31", XK_NETWORK_ELEMENT_DNS, "1", 0},
        {"a314 a012 8001 31 a20d a50b 8101 00 a206 8104 31323334", XK_NETWORK_ELEMENT_IP_BINARY, "1234", 0},
        {"a31a a018 8001 31 a213 a511 8101 01 a209 8207 313a333435363a 840140", XK_NETWORK_ELEMENT_IP_TEXT,
         "1:3456:", 64},
        {"a317 a015 8001 31 a210 a50e 8101 01 a209 8207 313a333435363a", XK_NETWORK_ELEMENT_IP_TEXT, "1:3456:", 0},
        {"a309 a007 8001 31 a202 8600", XK_NETWORK_ELEMENT_ABSENT, "", 0},
        {"a309 a007 8001 31 a202 8000", XK_NETWORK_ELEMENT_ABSENT, "", 0},
        {"a309 a007 8001 31 a202 a500", XK_NETWORK_ELEMENT_ABSENT, "", 0},
        {"a30d a00b 8001 31 a206 a504 a202 8300", XK_NETWORK_ELEMENT_ABSENT, "", 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint8_t octets[128];
        size_t offset = 0;
        struct xk_ps_pdu pdu;
        size_t size = make(COMMUNICATION, rows[i].by, octets, &offset);
        if (xk_ps_pdu_decode(octets, size, NULL, &pdu, NULL) != XK_OK) {
            fail_msg("%s", rows[i].by);
        }
        const struct xk_network_element *element = &pdu.header.intercepting_element;
        assert_int_equal(element->form, rows[i].form);
        assert_int_equal(element->value.size, strlen(rows[i].value));
        if (element->value.size > 0) {
            assert_memory_equal(element->value.data, rows[i].value, element->value.size);
        }
        assert_int_equal(element->ipv6_prefix, rows[i].prefix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_one_is_good),
        cmocka_unit_test(one_element_that_is_wrong_is_told_with_its_place),
        cmocka_unit_test(what_a_newer_version_adds_is_stepped_over),
        cmocka_unit_test(microseconds_win_over_whole_seconds_behind_them),
        cmocka_unit_test(a_payload_that_is_no_record_is_told_and_passed),
        cmocka_unit_test(a_payload_is_read_in_each_module_and_form),
        cmocka_unit_test(contents_of_other_kinds_are_told),
        cmocka_unit_test(payloads_of_every_kind_are_read_to_their_header),
        cmocka_unit_test(members_of_newer_versions_are_read),
        cmocka_unit_test(intercepting_elements_are_read_in_every_form),
    };
    return cmocka_run_group_tests_name("ps_der", tests, NULL, NULL);
}
