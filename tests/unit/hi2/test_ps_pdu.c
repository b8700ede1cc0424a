/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/ps_pdu.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"
#include "support/hex.h"
#include "unit/hi2/sample.h"

static uint8_t record[512];
static size_t record_size;
static uint8_t out[1024];
static size_t out_size;

static struct xk_ps_header header(void)
{
    struct xk_ps_header h;
    xk_ps_header_init(&h);
    h.liid = xk_text("LI-2026-0001");
    h.operator_identifier = xk_text("12345");
    h.network_element = xk_text("DF2-1");
    h.sequence_number = 128;
    h.time.seconds = 1767323045;
    h.time.microseconds = 120999;
    return h;
}

static void encode(const struct xk_ps_header *h, enum xk_hi2_module module, enum xk_ps_form form, const char *name)
{
    record_size = file_read_hex_line(RECORDS, name, record, sizeof record);
    struct xk_bytes view = {record, record_size};
    assert_int_equal(xk_ps_pdu_encode(h, module, form, view, out, sizeof out, &out_size, NULL), XK_OK);
}

/* Worked out by hand from the layout of the envelope; what is inside A0 is the vector's own content. */
static void writes_the_envelope_to_the_octet(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    memcpy(h.authorization_country, "XX", 2);
    encode(&h, XK_HI2_UMTS, XK_PS_BARE_PARAMETERS, "umts_key");
    uint8_t expected[128];
    size_t expected_size = hex_decode("a146800704000202050111810c4c492d323032362d3030303182025858"
                                    "a310a00e8005313233343581054446322d3184020080"
                                      "851332303236303130323033303430352e3132305a",
                                    expected, sizeof expected);
    assert_memory_equal(out + 4, expected, expected_size);
}

/* The mediation function need not name itself. */
static void leaves_out_the_network_element(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    struct xk_ps_pdu pdu;
    h.network_element = (struct xk_bytes){NULL, 0};
    encode(&h, XK_HI2_UMTS, XK_PS_BARE_PARAMETERS, "umts_key");
    uint8_t expected[128];
    size_t expected_size = hex_decode("a13b800704000202050111810c4c492d323032362d30303031"
                                      "a309a00780053132333435"
                                      "84020080"
                                      "851332303236303130323033303430352e3132305a",
                                      expected, sizeof expected);
    assert_memory_equal(out + 4, expected, expected_size);
    assert_int_equal(xk_ps_pdu_decode(out, out_size, NULL, &pdu, NULL), XK_OK);
    assert_null(pdu.header.network_element.data);
}

static void round_trip_keeps_every_field(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    struct xk_ps_pdu pdu;
    memcpy(h.authorization_country, "XX", 2);
    memcpy(h.delivery_country, "YY", 2);
    h.domain_version = 40;
    h.has_identity_number = true;
    h.identity_number = UINT32_MAX;
    h.sequence_number = UINT32_MAX;
    h.time_form = XK_PS_TIME_MICROSECONDS;
    h.time.seconds = 1767323045;
    h.time.microseconds = 999999;
    h.interception_point = xk_text("ICP 7/a");
    h.qualifier = XK_PS_QUALIFIER_MEDIATION;
    encode(&h, XK_HI2_EPS, XK_PS_WHOLE_RECORD, "eps_fail");
    assert_int_equal(xk_ps_pdu_decode(out, out_size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.domain_version, 40);
    assert_int_equal(pdu.header.liid.size, 12);
    assert_memory_equal(pdu.header.authorization_country, "XX", 2);
    assert_memory_equal(pdu.header.delivery_country, "YY", 2);
    assert_memory_equal(pdu.header.network_element.data, "DF2-1", 5);
    assert_true(pdu.header.has_identity_number && pdu.header.identity_number == UINT32_MAX);
    assert_int_equal(pdu.header.sequence_number, UINT32_MAX);
    assert_int_equal(pdu.header.time_form, XK_PS_TIME_MICROSECONDS);
    assert_int_equal(pdu.header.time.seconds, 1767323045);
    assert_int_equal(pdu.header.time.microseconds, 999999);
    assert_memory_equal(pdu.header.interception_point.data, "ICP 7/a", 7);
    assert_int_equal(pdu.header.qualifier, XK_PS_QUALIFIER_MEDIATION);
    struct xk_ps_payload payload;
    size_t position = 0;
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_OK);
    assert_int_equal(payload.module, XK_HI2_EPS);
    assert_int_equal(payload.form, XK_PS_WHOLE_RECORD);
    assert_int_equal(payload.record_type, XK_HI2_REPORT);
    assert_int_equal(payload.record.size, record_size);
    assert_memory_equal(payload.record.data, record, record_size);
    assert_ptr_equal(payload.record.data, out + payload.offset);
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_E_DER_TRUNCATED);
}

static void bare_parameters_lose_the_records_tag(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    struct xk_ps_pdu pdu;
    struct xk_ps_payload payload;
    size_t position = 0;
    h.time_form = XK_PS_TIME_GENERALIZED;
    h.time.seconds = 1767323045;
    encode(&h, XK_HI2_UMTS, XK_PS_BARE_PARAMETERS, "umts_key");
    assert_int_equal(xk_ps_pdu_decode(out, out_size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.time_form, XK_PS_TIME_GENERALIZED);
    assert_int_equal(pdu.header.time.seconds, 1767323045);
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_OK);
    assert_int_equal(payload.form, XK_PS_BARE_PARAMETERS);
    assert_int_equal(payload.record_type, XK_HI2_REPORT);
    assert_int_equal(payload.record.size, record_size - 3);
    assert_memory_equal(payload.record.data, record + 3, record_size - 3);
}

static void refused(struct xk_ps_header h, enum xk_status wanted, const char *field)
{
    struct xk_diag diag;
    struct xk_bytes view = {record, record_size};
    uint8_t untouched[1024];
    memset(out, 0x5a, sizeof out);
    memset(untouched, 0x5a, sizeof untouched);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, view, out, sizeof out, &out_size, &diag),
                     wanted);
    assert_string_equal(diag.field, field);
    assert_memory_equal(out, untouched, sizeof out);
}

static void header_rules_are_enforced(void **state)
{
    (void)state;
    record_size = file_read_hex_line(RECORDS, "umts_key", record, sizeof record);
    struct xk_ps_header h = header();
    h.liid.size = 0;
    refused(h, XK_E_FIELD_EMPTY, "LIID");
    h = header();
    h.liid = xk_text("12345678901234567890123456");
    refused(h, XK_E_FIELD_LIMIT, "LIID");
    h = header();
    h.operator_identifier = xk_text("12345678901234567");
    refused(h, XK_E_FIELD_LIMIT, "operatorIdentifier");
    h = header();
    h.network_element = xk_text("12345678901234567");
    refused(h, XK_E_FIELD_LIMIT, "networkElementIdentifier");
    h = header();
    h.interception_point = xk_text("123456789");
    refused(h, XK_E_FIELD_LIMIT, "interceptionPointID");
    h = header();
    h.interception_point = xk_text("a@b");
    refused(h, XK_E_FIELD, "interceptionPointID");
    h = header();
    memcpy(h.authorization_country, "A\0", 2);
    refused(h, XK_E_FIELD, "authorizationCountryCode");
    h = header();
    h.time_form = XK_PS_TIME_GENERALIZED;
    h.time.seconds = -1;
    refused(h, XK_E_FIELD, "timeStamp");
    h = header();
    h.domain_version = 128;
    refused(h, XK_E_FIELD, "li-psDomainId");
    h = header();
    h.interception_point = xk_text("a{b"); /* above the letters */
    refused(h, XK_E_FIELD, "interceptionPointID");
    h.interception_point = xk_text("a_b"); /* between upper and lower case */
    refused(h, XK_E_FIELD, "interceptionPointID");
    h.interception_point = (struct xk_bytes){(const uint8_t *)"a\0b", 3}; /* which ends no text here */
    refused(h, XK_E_FIELD, "interceptionPointID");
    for (const char *c = "@[`{\"&*;<>!#%_|~"; *c != '\0'; c++) { /* beside the letters and digits, and others */
        h.interception_point = (struct xk_bytes){(const uint8_t *)c, 1};
        refused(h, XK_E_FIELD, "interceptionPointID");
    }
    static const char *const printable[] = {"09AZaz", " '()+,-.", "/:=?"};
    for (size_t i = 0; i < 3; i++) {
        size_t size = 0;
        h.interception_point = xk_text(printable[i]);
        const struct xk_bytes whole = {record, record_size};
        assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, whole, out, sizeof out, &size, NULL),
                         XK_OK);
    }
    h = header();
    memcpy(h.delivery_country, "\0E", 2);
    refused(h, XK_E_FIELD, "deliveryCountryCode");
    h = header();
    h.time_form = XK_PS_TIME_ABSENT; /* mandatory for IRI */
    refused(h, XK_E_FIELD_EMPTY, "timeStamp");
    h.time_form = (enum xk_ps_time_form)9;
    refused(h, XK_E_FIELD, "time form");
    h = header();
    h.qualifier = (enum xk_ps_qualifier)(XK_PS_QUALIFIER_ABSENT - 1);
    refused(h, XK_E_FIELD, "timeStampQualifier");
    h.qualifier = (enum xk_ps_qualifier)(XK_PS_QUALIFIER_AGGREGATION + 1);
    refused(h, XK_E_FIELD, "timeStampQualifier");
    h = header();
    h.time_form = XK_PS_TIME_MICROSECONDS;
    h.time.seconds = INT64_C(253402300800);
    refused(h, XK_E_FIELD, "timeStamp");
    h.time.seconds = 0;
    h.time.microseconds = 1000000;
    refused(h, XK_E_FIELD, "timeStamp");
    record[record_size] = 0;
    record_size++;
    refused(header(), XK_E_DER_TRAILING, "record");
    record_size -= 2;
    refused(header(), XK_E_DER_TRUNCATED, "record");
    record_size++;
    static const uint8_t heads[] = {0xa5, 0xa0, 0x84}; /* no kind of record, none, not constructed */
    for (size_t i = 0; i < sizeof heads; i++) {
        record[0] = heads[i];
        refused(header(), XK_E_DER_TAG, "record");
    }
}

static void null_and_unknown_are_refused(void **state)
{
    (void)state;
    static const uint8_t good[] = {0x30, 0x00};
    struct xk_ps_header h = header();
    struct xk_ps_pdu pdu;
    struct xk_ps_payload payload;
    size_t size = 77;
    size_t position = 0;
    record_size = file_read_hex_line(RECORDS, "umts_key", record, sizeof record);
    const struct xk_bytes view = {record, record_size};
    const struct xk_bytes none = {NULL, 0};
    const enum xk_ps_form whole = XK_PS_WHOLE_RECORD;
    xk_ps_header_init(NULL);
    assert_int_equal(xk_ps_pdu_encode(NULL, XK_HI2_UMTS, whole, view, out, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, whole, none, out, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, whole, view, out, 9, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, whole, view, NULL, 1, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, (enum xk_hi2_module)9, whole, view, out, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, (enum xk_ps_form)9, view, out, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_measure(NULL, 2, NULL, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_measure(good, 2, NULL, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_decode(NULL, 2, NULL, &pdu, NULL), XK_E_ARGUMENT);
    struct xk_diag diag = {XK_OK, 9, NULL};
    assert_int_equal(xk_ps_pdu_decode(good, 2, NULL, NULL, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    diag = (struct xk_diag){XK_OK, 9, NULL};
    assert_int_equal(xk_ps_pdu_measure(NULL, 2, NULL, &size, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    diag = (struct xk_diag){XK_OK, 9, NULL};
    assert_int_equal(xk_ps_pdu_next_payload(NULL, &position, &payload, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    diag = (struct xk_diag){XK_OK, 9, NULL};
    assert_int_equal(xk_ps_pdu_encode(NULL, XK_HI2_UMTS, whole, view, out, 9, &size, &diag), XK_E_ARGUMENT);
    assert_true(diag.status == XK_E_ARGUMENT && diag.offset == 0 && diag.field[0] == '\0');
    memset(&pdu, 0, sizeof pdu);
    assert_int_equal(xk_ps_pdu_next_payload(NULL, &position, &payload, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, NULL, &payload, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, NULL, NULL), XK_E_ARGUMENT);
    position = 1;
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_E_ARGUMENT);
    assert_int_equal(size, 77);
    xk_ps_sequence_advance(NULL, 5);
}

/* The header of a good PDU, then a list of nothing, and a list of something else. */
static void a_pdu_without_a_payload_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t payload[8];
        size_t size;
        enum xk_status status;
    } rows[] = {
        {{0xa2, 0x02, 0xa0, 0x00}, 4, XK_E_DER_VALUE},
        {{0xa2, 0x04, 0xa0, 0x02, 0x31, 0x00}, 6, XK_E_DER_TAG},
        {{0xa2, 0x04, 0xa0, 0x02, 0x10, 0x00}, 6, XK_E_DER_TAG},
        {{0xa2, 0x04, 0xa0, 0x00, 0xa0, 0x00}, 6, XK_E_DER_TRAILING},
        {{0xa2, 0x02, 0x21, 0x00}, 4, XK_E_DER_TAG},
    };
    struct xk_ps_header h = header();
    encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, "umts_key");
    size_t start = out[1] == 0x82 ? 4 : 3;
    size_t length = 2u + out[start + 1];
    assert_int_equal(out[start], 0xa1);
    assert_true(length < 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t octets[128] = {0x30};
        struct xk_ps_pdu pdu;
        struct xk_diag diag;
        octets[1] = (uint8_t)(length + rows[i].size);
        memcpy(octets + 2, out + start, length);
        memcpy(octets + 2 + length, rows[i].payload, rows[i].size);
        assert_int_equal(xk_ps_pdu_decode(octets, 2 + length + rows[i].size, NULL, &pdu, &diag), rows[i].status);
    }
}

static void space_is_asked_for(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, "umts_key");
    size_t size = 0;
    struct xk_bytes view = {record, record_size};
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, view, NULL, 0, &size, NULL), XK_E_SPACE);
    assert_int_equal(size, out_size);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, view, out, size - 1, &size, NULL),
                     XK_E_SPACE);
}

static void later_members_keep_their_rules(void **state)
{
    (void)state;
    static uint8_t octets[XK_PS_EXTENDED_POINT_MAX + 1];
    static const uint8_t extension[] = {0x81, 0x01, 0x61, 0x00};
    static const uint8_t other[] = {0x83, 0x00};
    record_size = file_read_hex_line(RECORDS, "umts_key", record, sizeof record);
    struct xk_ps_header h = header();
    h.intercepting_element.form = XK_NETWORK_ELEMENT_DNS;
    h.intercepting_element.value = xk_text("pcscf1");
    refused(h, XK_E_FIELD, "eTSI671NEID"); /* there is networkElementIdentifier already */
    h = header();
    h.intercepting_element.form = XK_NETWORK_ELEMENT_DNS;
    refused(h, XK_E_FIELD_EMPTY, "network-Element-Identifier");
    h = header();
    h.extended_interception_point = (struct xk_bytes){octets, sizeof octets};
    refused(h, XK_E_FIELD_LIMIT, "extendedInterceptionPointID");
    h.extended_interception_point.size = 1;
    h.interception_point = xk_text("a");
    refused(h, XK_E_FIELD, "extendedInterceptionPointID");
    h = header();
    h.network_function = (struct xk_bytes){octets, sizeof octets};
    refused(h, XK_E_FIELD_LIMIT, "networkFunctionIdentifier");
    h = header();
    h.cin_extension = (struct xk_bytes){extension, 4};
    refused(h, XK_E_FIELD, "cINExtension");
    h.cin_extension.size = 2;
    refused(h, XK_E_FIELD, "cINExtension");
    h.cin_extension = (struct xk_bytes){other, 2};
    refused(h, XK_E_FIELD, "cINExtension");
    h.cin_extension = (struct xk_bytes){extension + 1, 2};
    refused(h, XK_E_FIELD, "cINExtension");
    h.cin_extension = (struct xk_bytes){(const uint8_t *)"\x01\0", 2}; /* of no context */
    refused(h, XK_E_FIELD, "cINExtension");
    h.cin_extension.size = XK_PS_PDU_MAX + 1;
    refused(h, XK_E_FIELD_LIMIT, "cINExtension");
    h = header();
    h.pdu_max = XK_PS_PDU_MAX + 1;
    refused(h, XK_E_FIELD, "pdu_max");
}

static void round_trip_keeps_the_later_members(void **state)
{
    (void)state;
    static const uint8_t extension[] = {0x81, 0x01, 0x61};
    struct xk_ps_header h = header();
    struct xk_ps_pdu pdu;
    h.domain_version = XK_PS_DOMAIN_VERSION_MAX;
    h.network_element.size = 0;
    h.intercepting_element.form = XK_NETWORK_ELEMENT_IP_BINARY;
    h.intercepting_element.value = (struct xk_bytes){(const uint8_t *)"0123456789abcdef", 16};
    h.intercepting_element.ipv6_prefix = 128;
    h.extended_interception_point = xk_text("point");
    h.network_function = xk_text("function");
    h.cin_extension = (struct xk_bytes){extension, sizeof extension};
    encode(&h, XK_HI2_EPS, XK_PS_BARE_PARAMETERS, "eps_fail");
    assert_int_equal(xk_ps_pdu_decode(out, out_size, NULL, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.kind, XK_PS_IRI);
    assert_int_equal(pdu.header.domain_version, 127);
    assert_null(pdu.header.network_element.data);
    assert_int_equal(pdu.header.intercepting_element.form, XK_NETWORK_ELEMENT_IP_BINARY);
    assert_int_equal(pdu.header.intercepting_element.value.size, 16);
    assert_memory_equal(pdu.header.intercepting_element.value.data, "0123456789abcdef", 16);
    assert_int_equal(pdu.header.intercepting_element.ipv6_prefix, 128);
    assert_int_equal(pdu.header.extended_interception_point.size, 5);
    assert_memory_equal(pdu.header.extended_interception_point.data, "point", 5);
    assert_memory_equal(pdu.header.network_function.data, "function", 8);
    assert_int_equal(pdu.header.cin_extension.size, 3);
    assert_memory_equal(pdu.header.cin_extension.data, extension, 3);
    assert_int_equal(pdu.header.time_form, XK_PS_TIME_GENERALIZED);
    assert_int_equal(pdu.header.time.microseconds, 120000);
}

static void elements_are_written_to_the_octet(void **state)
{
    static const struct {
        enum xk_network_element_form form;
        const char *value;
        uint8_t prefix;
        const char *expected;
    } rows[] = {
        {XK_NETWORK_ELEMENT_E164, "12", 0, "a204 8102 3132"},
        {XK_NETWORK_ELEMENT_X25, "12", 0, "a204 8202 3132"},
        {XK_NETWORK_ELEMENT_IP, "12", 0, "a204 8302 3132"},
        {XK_NETWORK_ELEMENT_DNS, "12", 0, "a204 8402 3132"},
        {XK_NETWORK_ELEMENT_IP_BINARY, "1234", 0, "a20d a50b 8101 00 a206 8104 31323334"},
        {XK_NETWORK_ELEMENT_IP_TEXT, "1.2.3.4", 0, "a210 a50e 8101 00 a209 8207 312e322e332e34"},
        {XK_NETWORK_ELEMENT_IP_TEXT, "1:3456:", 64, "a213 a511 8101 01 a209 8207 313a333435363a 840140"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t expected[64];
        size_t size = hex_decode(rows[i].expected, expected, sizeof expected);
        struct xk_ps_header h = header();
        h.network_element.size = 0;
        h.intercepting_element.form = rows[i].form;
        h.intercepting_element.value = xk_text(rows[i].value);
        h.intercepting_element.ipv6_prefix = rows[i].prefix;
        encode(&h, XK_HI2_UMTS, XK_PS_BARE_PARAMETERS, "umts_key");
        assert_memory_equal(out + 4 + 2 + 9 + 14 + 2 + 2 + 7, expected, size);
    }
}

static void a_pdu_that_is_too_large_is_refused_unless_told_otherwise(void **state)
{
    (void)state;
    static uint8_t large[70000] = {0xa4, 0x83, 0x01, 0x11, 0x6b, 0x9e, 0x83, 0x01, 0x11, 0x66};
    static uint8_t pdu[70200];
    struct xk_ps_header h = header();
    struct xk_diag diag;
    size_t size = 0;
    struct xk_bytes view = {large, sizeof large};
    const enum xk_ps_form bare = XK_PS_BARE_PARAMETERS;
    assert_int_equal(h.pdu_max, 65535);
    enum xk_status status = xk_ps_pdu_encode(&h, XK_HI2_EPS, bare, view, pdu, sizeof pdu, &size, &diag);
    assert_int_equal(status, XK_E_TOO_LARGE);
    assert_string_equal(diag.field, "PS-PDU");
    assert_true(size > sizeof large && size < sizeof pdu);
    h.pdu_max = size;
    size = 0;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_EPS, bare, view, pdu, sizeof pdu, &size, NULL), XK_OK);
    assert_int_equal(size, h.pdu_max);
    h.pdu_max = size - 1;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_EPS, bare, view, pdu, sizeof pdu, &size, NULL), XK_E_TOO_LARGE);
    h.pdu_max = XK_PS_PDU_MAX;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_EPS, bare, view, pdu, sizeof pdu, &size, NULL), XK_OK);
}

static void a_header_is_filled_from_the_event(void **state)
{
    (void)state;
    struct sample s;
    struct xk_ps_header h;
    sample_init(&s);
    s.warrant.network_element.form = XK_NETWORK_ELEMENT_DNS;
    s.warrant.network_element.value = xk_text("pcscf");
    s.warrant.has_cin = true;
    s.warrant.cin = 77;
    memcpy(s.warrant.country, "DE", 2);
    memcpy(s.warrant.delivery_country, "FR", 2);
    xk_ps_header_init(&h);
    h.sequence_number = 5;
    assert_int_equal(xk_ps_header_from_event(&s.event, &h), XK_OK);
    assert_ptr_equal(h.liid.data, s.warrant.liid.data);
    assert_int_equal(h.liid.size, s.warrant.liid.size);
    assert_ptr_equal(h.operator_identifier.data, s.warrant.operator_identifier.data);
    assert_int_equal(h.intercepting_element.form, XK_NETWORK_ELEMENT_DNS);
    assert_int_equal(h.intercepting_element.value.size, 5);
    assert_int_equal(h.time.seconds, s.event.time.seconds);
    assert_int_equal(h.time_form, XK_PS_TIME_GENERALIZED);
    assert_true(h.has_identity_number);
    assert_int_equal(h.identity_number, 77);
    assert_memory_equal(h.authorization_country, "DE", 2);
    assert_memory_equal(h.delivery_country, "FR", 2);
    assert_int_equal(h.sequence_number, 5);
    assert_int_equal(xk_ps_header_from_event(NULL, &h), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_header_from_event(&s.event, NULL), XK_E_ARGUMENT);
    h.size--;
    assert_int_equal(xk_ps_header_from_event(&s.event, &h), XK_E_ARGUMENT);
    h.size++;
    s.event.warrant = NULL;
    assert_int_equal(xk_ps_header_from_event(&s.event, &h), XK_E_ARGUMENT);
}

/* A host that was built with the first version of the header has no members behind the qualifier. */
static void shorter_headers_are_taken(void **state)
{
    (void)state;
    const size_t first = offsetof(struct xk_ps_header, qualifier) + sizeof(enum xk_ps_qualifier);
    struct xk_ps_header h;
    struct xk_diag diag;
    size_t size = 0;
    memset(&h, 0x77, sizeof h);
    xk_ps_header_defaults(&h, first);
    assert_int_equal(h.size, first);
    assert_int_equal(*((const uint8_t *)&h + first), 0x77);
    h.liid = xk_text("LI-2026-0001");
    h.operator_identifier = xk_text("12345");
    record_size = file_read_hex_line(RECORDS, "umts_key", record, sizeof record);
    struct xk_bytes view = {record, record_size};
    const enum xk_ps_form bare = XK_PS_BARE_PARAMETERS;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, bare, view, out, sizeof out, &size, NULL), XK_OK);
    const size_t wrong[] = {0, first - 1, sizeof h + 1};
    for (size_t i = 0; i < 3; i++) {
        struct xk_ps_header same;
        memset(&same, 0x33, sizeof same);
        xk_ps_header_defaults(&same, wrong[i]);
        assert_int_equal(*(const uint8_t *)&same, 0x33);
        h.size = wrong[i];
        assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, bare, view, out, sizeof out, &size, &diag), XK_E_ARGUMENT);
        assert_string_equal(diag.field, "size");
    }
}

/* imsVoIP goes out as ePSIRI, which a Umts record cannot. */
static void ims_voip_is_not_delivered_as_umts(void **state)
{
    (void)state;
    static const uint8_t umts[] = {0xa4, 0x07, 0x81, 0x01, 'L', 0xbf, 0x2e, 0x01, 0x00};
    static const uint8_t cut[] = {0xa4, 0x05, 0x81, 0x01, 'L', 0xbf, 0x2e};
    static const uint8_t text[] = {0xa4, 0x05, 0x81, 0x03, 0xbf, 0x2e, 0xbf}; /* no tag, but part of a string */
    static const uint8_t other[] = {0xa4, 0x08, 0x81, 0x03, 0xbf, 0x2e, 0xbf, 0x9f, 0x2e, 0x00}; /* [46], but no list */
    struct xk_ps_header h = header();
    struct xk_diag diag;
    struct xk_bytes view = {umts, sizeof umts};
    const enum xk_ps_form bare = XK_PS_BARE_PARAMETERS;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, bare, view, out, sizeof out, &out_size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "imsVoIP");
    assert_int_equal(diag.offset, 5);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_EPS, bare, view, out, sizeof out, &out_size, NULL), XK_OK);
    view = (struct xk_bytes){cut, sizeof cut};
    enum xk_status status = xk_ps_pdu_encode(&h, XK_HI2_UMTS, bare, view, out, sizeof out, &out_size, &diag);
    assert_int_equal(status, XK_E_DER_TRUNCATED);
    assert_int_equal(diag.offset, 5);
    view = (struct xk_bytes){text, sizeof text};
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, bare, view, out, sizeof out, &out_size, NULL), XK_OK);
    view = (struct xk_bytes){other, sizeof other};
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, bare, view, out, sizeof out, &out_size, NULL), XK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_envelope_to_the_octet),
        cmocka_unit_test(leaves_out_the_network_element),
        cmocka_unit_test(round_trip_keeps_every_field),
        cmocka_unit_test(bare_parameters_lose_the_records_tag),
        cmocka_unit_test(header_rules_are_enforced),
        cmocka_unit_test(later_members_keep_their_rules),
        cmocka_unit_test(round_trip_keeps_the_later_members),
        cmocka_unit_test(elements_are_written_to_the_octet),
        cmocka_unit_test(a_pdu_that_is_too_large_is_refused_unless_told_otherwise),
        cmocka_unit_test(a_header_is_filled_from_the_event),
        cmocka_unit_test(shorter_headers_are_taken),
        cmocka_unit_test(ims_voip_is_not_delivered_as_umts),
        cmocka_unit_test(null_and_unknown_are_refused),
        cmocka_unit_test(a_pdu_without_a_payload_is_refused),
        cmocka_unit_test(space_is_asked_for),
    };
    return cmocka_run_group_tests_name("ps_pdu", tests, NULL, NULL);
}
