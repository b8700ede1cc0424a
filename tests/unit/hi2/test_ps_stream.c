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

static void a_stream_is_cut_where_a_pdu_ends(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    size_t size = 0;
    encode(&h, XK_HI2_UMTS, XK_PS_WHOLE_RECORD, "umts_key");
    assert_int_equal(xk_ps_pdu_measure(out, 0, NULL, &size, NULL), XK_E_DER_TRUNCATED);
    assert_int_equal(xk_ps_pdu_measure(out, 2, NULL, &size, NULL), XK_E_DER_TRUNCATED);
    assert_int_equal(xk_ps_pdu_measure(out, 4, NULL, &size, NULL), XK_OK);
    assert_int_equal(size, out_size);
    static const uint8_t endless[] = {0x30, 0x80};
    static const uint8_t huge[] = {0x30, 0x84, 0x7f, 0xff, 0xff, 0xff};
    static const uint8_t other[] = {0x31, 0x05};
    assert_int_equal(xk_ps_pdu_measure(endless, sizeof endless, NULL, &size, NULL), XK_E_DER_LENGTH);
    assert_int_equal(xk_ps_pdu_measure(huge, sizeof huge, NULL, &size, NULL), XK_E_LIMIT);
    assert_int_equal(xk_ps_pdu_measure(other, sizeof other, NULL, &size, NULL), XK_E_DER_TAG);
}

/* A copy of exactly the size on the heap, so that a sanitizer sees one octet read too far. */
static void decode_copy(const uint8_t *data, size_t size, bool must_fail)
{
    uint8_t *copy = malloc(size + (size == 0));
    struct xk_ps_pdu pdu;
    assert_non_null(copy);
    memcpy(copy, data, size);
    enum xk_status status = xk_ps_pdu_decode(copy, size, NULL, &pdu, NULL);
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

/* A PS-PDU as another encoder of BER writes it: no lengths, zeros in front, strings in pieces. */
static const char ber_pdu[] =
    "3080"
    "a180 80070400020205012b a180 0402 4c49 0401 31 0000 82820002 4445"
    "a380 a080 a007 0402 3132 0401 33 0000 8102 0007 0000 84020005"
    "a580 0411 32303236303130323033303430352e3132 0402 305a 0000 0000"
    "a280 a080 3080 80020004 a280 af80 a080 810141 0000 0000 0000 0000 0000 0000"
    "0000";

static void ber_is_read_by_its_rules(void **state)
{
    (void)state;
    uint8_t octets[256];
    uint8_t room[25];
    struct xk_read_options options;
    struct xk_ps_pdu pdu;
    struct xk_ps_payload payload;
    struct xk_diag diag;
    size_t position = 0;
    size_t size = 0;
    size_t whole = hex_decode(ber_pdu, octets, sizeof octets);
    xk_read_options_init(&options);
    assert_int_equal(xk_ps_pdu_measure(octets, whole, NULL, &size, NULL), XK_E_DER_LENGTH);
    assert_int_equal(xk_ps_pdu_measure(octets, whole, &options, &size, NULL), XK_OK);
    assert_int_equal(size, whole);
    assert_int_equal(xk_ps_pdu_decode(octets, whole, NULL, &pdu, NULL), XK_E_DER_LENGTH);
    assert_int_equal(xk_ps_pdu_decode(octets, whole, &options, &pdu, &diag), XK_E_DER_PIECES);
    assert_string_equal(diag.field, "LIID");
    options.scratch = room;
    options.scratch_size = sizeof room - 1;
    assert_int_equal(xk_ps_pdu_decode(octets, whole, &options, &pdu, &diag), XK_E_DER_PIECES);
    assert_string_equal(diag.field, "timeStamp");
    options.scratch_size = sizeof room;
    assert_int_equal(xk_ps_pdu_decode(octets, whole, &options, &pdu, NULL), XK_OK);
    assert_int_equal(pdu.header.domain_version, 43);
    assert_int_equal(pdu.header.liid.size, 3);
    assert_memory_equal(pdu.header.liid.data, "LI1", 3);
    assert_memory_equal(pdu.header.authorization_country, "DE", 2);
    assert_memory_equal(pdu.header.operator_identifier.data, "123", 3);
    assert_true(pdu.header.has_identity_number);
    assert_int_equal(pdu.header.identity_number, 7);
    assert_int_equal(pdu.header.sequence_number, 5);
    assert_int_equal(pdu.header.time.seconds, 1767323045);
    assert_int_equal(pdu.header.time.microseconds, 120000);
    assert_int_equal(pdu.payload_count, 1);
    assert_int_equal(pdu.rules, XK_RULES_BER);
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_OK);
    assert_int_equal(payload.module, XK_HI2_EPS);
    assert_int_equal(payload.record_type, XK_HI2_REPORT);
    assert_int_equal(payload.form, XK_PS_BARE_PARAMETERS);
    assert_int_equal(payload.record.size, 3);
    assert_int_equal(xk_ps_pdu_next_payload(&pdu, &position, &payload, NULL), XK_E_DER_TRUNCATED);
    options.size--;
    options.size -= sizeof options.scratch_size;
    assert_int_equal(xk_ps_pdu_decode(octets, whole, &options, &pdu, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_ps_pdu_measure(octets, whole, &options, &size, NULL), XK_E_ARGUMENT);
    options.size = sizeof options;
    options.scratch = NULL;
    assert_int_equal(xk_ps_pdu_decode(octets, whole, &options, &pdu, NULL), XK_E_ARGUMENT);
}

static void the_end_is_found_however_a_pdu_comes(void **state)
{
    (void)state;
    static uint8_t octets[XK_PS_PDU_MAX + 8];
    struct xk_read_options options;
    xk_read_options_init(&options);
    size_t whole = hex_decode(ber_pdu, octets, sizeof octets);
    octets[whole] = 0x30; /* the next one */
    for (size_t step = 1; step <= whole; step++) {
        struct xk_ps_measure measure = {0, 0, 0};
        size_t size = 77;
        size_t have = 0;
        enum xk_status status = XK_E_DER_TRUNCATED;
        while (status == XK_E_DER_TRUNCATED && have <= whole) {
            assert_int_equal(size, 77);
            have += step;
            status = xk_ps_pdu_measure_more(&measure, octets, have, &options, &size, NULL);
        }
        assert_int_equal(status, XK_OK);
        assert_int_equal(size, whole);
        assert_true(have < whole + step);
    }
}

static void a_pdu_that_never_ends_is_refused(void **state)
{
    (void)state;
    static uint8_t octets[XK_PS_PDU_MAX + 8];
    struct xk_read_options options;
    struct xk_diag diag;
    size_t size = 0;
    xk_read_options_init(&options);
    octets[0] = 0x30;
    octets[1] = 0x80;
    for (size_t i = 2; i < sizeof octets; i += 2) { /* empty strings */
        octets[i] = 0x04;
        octets[i + 1] = 0;
    }
    struct xk_ps_measure measure = {0, 0, 0};
    for (size_t have = 1; have <= XK_PS_PDU_MAX; have += 1000) {
        enum xk_status status = xk_ps_pdu_measure_more(&measure, octets, have, &options, &size, NULL);
        assert_int_equal(status, XK_E_DER_TRUNCATED);
    }
    assert_int_equal(xk_ps_pdu_measure(octets, XK_PS_PDU_MAX, &options, &size, NULL), XK_E_DER_TRUNCATED);
    assert_int_equal(xk_ps_pdu_measure(octets, XK_PS_PDU_MAX + 1, &options, &size, NULL), XK_E_LIMIT);
    octets[XK_PS_PDU_MAX - 2] = 0; /* as long as it may be */
    assert_int_equal(xk_ps_pdu_measure(octets, XK_PS_PDU_MAX, &options, &size, NULL), XK_OK);
    assert_int_equal(size, XK_PS_PDU_MAX);
    /* An element inside that reaches too far is seen before it has come. */
    const uint8_t far[] = {0x30, 0x80, 0x04, 0x83, 0x04, 0x00, 0x00};
    assert_int_equal(xk_ps_pdu_measure(far, sizeof far, &options, &size, NULL), XK_E_LIMIT);
    const uint8_t near[] = {0x30, 0x80, 0x04, 0x83, 0x03, 0xff, 0xf7};
    assert_int_equal(xk_ps_pdu_measure(near, sizeof near, &options, &size, NULL), XK_E_DER_TRUNCATED);
    const uint8_t bad[] = {0x30, 0x80, 0x04, 0x00, 0x9f, 0x80, 0x00};
    assert_int_equal(xk_ps_pdu_measure(bad, sizeof bad, &options, &size, &diag), XK_E_DER_TAG);
    assert_int_equal(diag.offset, 4);
    const uint8_t exact[] = {0x30, 0x83, 0x03, 0xff, 0xfb}; /* with a length */
    assert_int_equal(xk_ps_pdu_measure(exact, sizeof exact, NULL, &size, NULL), XK_OK);
    assert_int_equal(size, XK_PS_PDU_MAX);
    const uint8_t more[] = {0x30, 0x83, 0x03, 0xff, 0xfc};
    assert_int_equal(xk_ps_pdu_measure(more, sizeof more, NULL, &size, NULL), XK_E_LIMIT);
    assert_int_equal(xk_ps_pdu_measure_more(NULL, more, sizeof more, NULL, &size, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_cut_where_a_pdu_ends),
        cmocka_unit_test(broken_input_is_refused_or_read_within_bounds),
        cmocka_unit_test(sequence_numbers_tell_loss_from_repeat),
        cmocka_unit_test(ber_is_read_by_its_rules),
        cmocka_unit_test(the_end_is_found_however_a_pdu_comes),
        cmocka_unit_test(a_pdu_that_never_ends_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
