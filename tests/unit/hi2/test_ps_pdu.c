/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/ps_pdu.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
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
    size_t expected_size = hex_decode("a131800704000202050111810c4c492d323032362d3030303182025858"
                                    "a310a00e8005313233343581054446322d3184020080",
                                    expected, sizeof expected);
    assert_memory_equal(out + 3, expected, expected_size);
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
    size_t expected_size = hex_decode("a126800704000202050111810c4c492d323032362d30303031"
                                      "a309a00780053132333435"
                                      "84020080",
                                      expected, sizeof expected);
    assert_memory_equal(out + 3, expected, expected_size);
    assert_int_equal(xk_ps_pdu_decode(out, out_size, &pdu, NULL), XK_OK);
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
    assert_int_equal(xk_ps_pdu_decode(out, out_size, &pdu, NULL), XK_OK);
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
    assert_int_equal(xk_ps_pdu_decode(out, out_size, &pdu, NULL), XK_OK);
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
    h = header();
    memcpy(h.delivery_country, "\0E", 2);
    refused(h, XK_E_FIELD, "deliveryCountryCode");
    h = header();
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
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, whole, view, NULL, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, (enum xk_hi2_module)9, whole, view, out, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, (enum xk_ps_form)9, view, out, 9, &size, NULL), XK_E_ARGUMENT);
    h.size--;
    assert_int_equal(xk_ps_pdu_encode(&h, XK_HI2_UMTS, whole, view, out, 9, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_measure(NULL, 2, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_measure(good, 2, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_decode(NULL, 2, &pdu, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_decode(good, 2, NULL, NULL), XK_E_ARGUMENT);
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
        {{0xa2, 0x02, 0xa1, 0x00}, 4, XK_E_DER_TAG},
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
        assert_int_equal(xk_ps_pdu_decode(octets, 2 + length + rows[i].size, &pdu, &diag), rows[i].status);
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

static void a_stream_is_cut_where_a_pdu_ends(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    size_t size = 0;
    encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, "umts_key");
    assert_int_equal(xk_ps_pdu_measure(out, 0, &size, NULL), XK_E_DER_TRUNCATED);
    assert_int_equal(xk_ps_pdu_measure(out, 2, &size, NULL), XK_E_DER_TRUNCATED);
    assert_int_equal(xk_ps_pdu_measure(out, 4, &size, NULL), XK_OK);
    assert_int_equal(size, out_size);
    static const uint8_t endless[] = {0x30, 0x80};
    static const uint8_t huge[] = {0x30, 0x84, 0x7f, 0xff, 0xff, 0xff};
    static const uint8_t other[] = {0x31, 0x05};
    assert_int_equal(xk_ps_pdu_measure(endless, sizeof endless, &size, NULL), XK_E_DER_LENGTH);
    assert_int_equal(xk_ps_pdu_measure(huge, sizeof huge, &size, NULL), XK_E_LIMIT);
    assert_int_equal(xk_ps_pdu_measure(other, sizeof other, &size, NULL), XK_E_DER_TAG);
}

/* A copy of exactly the size on the heap, so that a sanitizer sees one octet read too far. */
static void decode_copy(const uint8_t *data, size_t size, bool must_fail)
{
    uint8_t *copy = malloc(size + (size == 0));
    struct xk_ps_pdu pdu;
    assert_non_null(copy);
    memcpy(copy, data, size);
    enum xk_status status = xk_ps_pdu_decode(copy, size, &pdu, NULL);
    if (must_fail) {
        assert_int_not_equal(status, XK_OK);
    }
    if (status == XK_OK) {
        struct xk_ps_payload payload;
        size_t position = 0;
        while (xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL) == XK_OK) {
            assert_true(payload.record.size <= size);
        }
    }
    free(copy);
}

static void broken_input_is_refused_or_read_within_bounds(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    h.time_form = XK_PS_TIME_MICROSECONDS;
    encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, "umts_key");
    for (size_t size = 0; size < out_size; size++) {
        decode_copy(out, size, true);
    }
    out[out_size] = 0;
    decode_copy(out, out_size + 1, true);
    for (size_t bit = 0; bit < out_size * 8; bit++) {
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
        decode_copy(out, out_size, false);
        out[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void sequence_numbers_tell_loss_from_repeat(void **state)
{
    (void)state;
    struct xk_ps_sequence s = {false, 0};
    uint32_t lost = 99;
    assert_int_equal(xk_ps_sequence_check(&s, 7, &lost), XK_OK);
    assert_int_equal(lost, 0);
    xk_ps_sequence_advance(&s, 7);
    assert_int_equal(xk_ps_sequence_check(&s, 8, &lost), XK_OK);
    assert_int_equal(xk_ps_sequence_check(&s, 7, &lost), XK_E_SEQUENCE);
    assert_int_equal(lost, 0);
    assert_int_equal(xk_ps_sequence_check(&s, 11, &lost), XK_E_SEQUENCE);
    assert_int_equal(lost, 3);
    xk_ps_sequence_advance(&s, UINT32_MAX);
    assert_int_equal(xk_ps_sequence_check(&s, 0, &lost), XK_OK);
    assert_int_equal(xk_ps_sequence_check(&s, 2, &lost), XK_E_SEQUENCE);
    assert_int_equal(lost, 2);
    assert_int_equal(xk_ps_sequence_check(&s, 2, NULL), XK_E_SEQUENCE);
    assert_int_equal(xk_ps_sequence_check(&s, 0, NULL), XK_OK);
    lost = 99;
    assert_int_equal(xk_ps_sequence_check(NULL, 0, &lost), XK_E_ARGUMENT);
    assert_int_equal(lost, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_envelope_to_the_octet),
        cmocka_unit_test(leaves_out_the_network_element),
        cmocka_unit_test(round_trip_keeps_every_field),
        cmocka_unit_test(bare_parameters_lose_the_records_tag),
        cmocka_unit_test(header_rules_are_enforced),
        cmocka_unit_test(null_and_unknown_are_refused),
        cmocka_unit_test(a_pdu_without_a_payload_is_refused),
        cmocka_unit_test(space_is_asked_for),
        cmocka_unit_test(a_stream_is_cut_where_a_pdu_ends),
        cmocka_unit_test(broken_input_is_refused_or_read_within_bounds),
        cmocka_unit_test(sequence_numbers_tell_loss_from_repeat),
    };
    return cmocka_run_group_tests_name("ps_pdu", tests, NULL, NULL);
}
