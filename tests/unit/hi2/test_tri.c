/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/tri.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"
#include "support/hex.h"
#include "support/sha256.h"

#define VECTORS "hi2/tri.txt"

static uint8_t wanted[1024];
static size_t wanted_size;
static uint8_t out[1024];
static size_t out_size;

/* The header of the vectors: the delivery function itself, without a warrant. */
static struct xk_ps_header header(void)
{
    struct xk_ps_header h;
    xk_ps_header_init(&h);
    h.domain_version = 43;
    h.liid = xk_text("-");
    memcpy(h.authorization_country, "XK", 2);
    h.operator_identifier = xk_text("12345");
    h.network_element = xk_text("df2-1");
    memcpy(h.delivery_country, "XK", 2);
    h.time_form = XK_PS_TIME_MICROSECONDS;
    h.time.seconds = 0x6b0a09e0;
    h.time.microseconds = 123456;
    return h;
}

/* That of the warrant in the vectors. */
static struct xk_ps_header of_warrant(uint32_t number)
{
    struct xk_ps_header h = header();
    h.liid = xk_text("LI-2026-0001");
    h.has_identity_number = true;
    h.identity_number = 7;
    h.sequence_number = number;
    return h;
}

static void load(const char *name)
{
    wanted_size = file_read_hex_line(VECTORS, name, wanted, sizeof wanted);
}

static void writes(const char *name, const struct xk_ps_header *h, const struct xk_tri *tri)
{
    struct xk_diag diag = {XK_OK, 77, "untouched"};
    load(name);
    assert_int_equal(xk_tri_encode(h, tri, NULL, 0, &out_size, &diag), XK_E_SPACE);
    assert_int_equal(out_size, wanted_size);
    assert_int_equal(diag.status, XK_E_SPACE);
    assert_int_equal(diag.offset, wanted_size);
    assert_string_equal(diag.field, "");
    memset(out, 0x5a, sizeof out);
    assert_int_equal(xk_tri_encode(h, tri, out, wanted_size - 1, &out_size, NULL), XK_E_SPACE);
    assert_int_equal(out[0], 0x5a);
    out_size = 0;
    assert_int_equal(xk_tri_encode(h, tri, out, wanted_size, &out_size, NULL), XK_OK);
    assert_int_equal(out_size, wanted_size);
    assert_memory_equal(out, wanted, wanted_size);
    assert_int_equal(out[wanted_size], 0x5a);
}

static void reads(const char *name, enum xk_tri_type type, struct xk_ps_header *h, struct xk_tri *tri)
{
    load(name);
    assert_int_equal(xk_tri_decode(wanted, wanted_size, NULL, h, tri, NULL), XK_OK);
    assert_int_equal(tri->type, type);
    assert_int_equal(tri->size, sizeof *tri);
}

struct plain {
    const char *name;
    enum xk_tri_type type;
    bool of_warrant;
    bool no_time;
    bool number_present;
    uint32_t number;
};

static const struct plain plain[] = {
    {"ack_request", XK_TRI_ACKNOWLEDGEMENT_REQUEST, false, false, false, 0},
    {"ack_response", XK_TRI_ACKNOWLEDGEMENT_RESPONSE, false, false, false, 0},
    {"keep_alive", XK_TRI_KEEP_ALIVE, false, false, false, 0},
    {"keep_alive_response", XK_TRI_KEEP_ALIVE_RESPONSE, false, false, false, 0},
    {"cin_reset_all", XK_TRI_CIN_RESET, false, false, true, 0},
    {"first_segment", XK_TRI_FIRST_SEGMENT, true, true, true, 4},
    {"last_segment", XK_TRI_LAST_SEGMENT, true, true, true, 6},
    {"option_complete", XK_TRI_OPTION_COMPLETE, false, false, false, 1},
    {"test_pdu", XK_TRI_TEST_PDU, true, false, true, 0},
};

static void types_without_content_to_the_octet(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        const struct plain *p = &plain[i];
        struct xk_ps_header h = p->of_warrant ? of_warrant(p->number) : header();
        struct xk_tri tri;
        h.sequence_number = p->number;
        h.has_identity_number = p->number_present;
        h.time_form = p->no_time ? XK_PS_TIME_ABSENT : XK_PS_TIME_MICROSECONDS;
        if (!p->of_warrant) {
            h.identity_number = 0;
        }
        xk_tri_init(&tri, p->type);
        writes(p->name, &h, &tri);
        struct xk_ps_header read;
        reads(p->name, p->type, &read, &tri);
        assert_int_equal(read.sequence_number, p->number);
        assert_int_equal(read.domain_version, 43);
        assert_int_equal(read.liid.size, h.liid.size);
        assert_int_equal(read.has_identity_number, p->number_present);
        writes(p->name, &read, &tri);
    }
}

static void cin_reset_of_one_liid_has_no_number_of_communication(void **state)
{
    (void)state;
    struct xk_ps_header h = of_warrant(0);
    struct xk_tri tri;
    h.has_identity_number = false;
    xk_tri_init(&tri, XK_TRI_CIN_RESET);
    writes("cin_reset_liid", &h, &tri);
}

static void padding_keeps_its_octets(void **state)
{
    (void)state;
    static const uint8_t zeros[8];
    struct xk_ps_header h = header();
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_PADDING);
    tri.octets = (struct xk_bytes){zeros, sizeof zeros};
    writes("padding", &h, &tri);
    reads("padding", XK_TRI_PADDING, &h, &tri);
    assert_int_equal(tri.octets.size, 8);
    assert_ptr_equal(tri.octets.data, wanted + wanted_size - 8);
    tri.octets = (struct xk_bytes){NULL, 0};
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &out_size, NULL), XK_OK);
    assert_int_equal(out_size, wanted_size - 8);
}

static void messages_to_the_authority(void **state)
{
    (void)state;
    struct xk_ps_header h = of_warrant(0);
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_OPERATOR_LEA_MESSAGE);
    tri.priority = XK_TRI_PRIORITY_ERROR;
    tri.octets = xk_text("delivery buffer full, oldest records dropped");
    writes("operator_lea_message", &h, &tri);
    reads("operator_lea_message", XK_TRI_OPERATOR_LEA_MESSAGE, &h, &tri);
    assert_int_equal(tri.priority, XK_TRI_PRIORITY_ERROR);
    assert_int_equal(tri.octets.size, 44);
    assert_memory_equal(tri.octets.data, "delivery", 8);
    tri.priority = XK_TRI_PRIORITY_INFORMATIONAL;
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &out_size, NULL), XK_OK);
    assert_int_equal(xk_tri_decode(out, out_size, NULL, &h, &tri, NULL), XK_OK);
    assert_int_equal(tri.priority, XK_TRI_PRIORITY_INFORMATIONAL);
}

static void options_are_sets(void **state)
{
    (void)state;
    struct xk_ps_header h = header();
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_OPTION_REQUEST);
    tri.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    writes("option_request", &h, &tri);
    reads("option_request", XK_TRI_OPTION_REQUEST, &h, &tri);
    assert_int_equal(tri.options, XK_TRI_OPTION_ACKNOWLEDGEMENT);
    assert_int_equal(tri.declined, 0);
    xk_tri_init(&tri, XK_TRI_OPTION_RESPONSE);
    tri.options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    writes("option_response", &h, &tri);
    reads("option_response", XK_TRI_OPTION_RESPONSE, &h, &tri);
    assert_int_equal(tri.options, XK_TRI_OPTION_ACKNOWLEDGEMENT);
    assert_int_equal(tri.declined, 0);
    tri.options = 0;
    tri.declined = XK_TRI_OPTION_ACKNOWLEDGEMENT;
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &out_size, NULL), XK_OK);
    assert_int_equal(xk_tri_decode(out, out_size, NULL, &h, &tri, NULL), XK_OK);
    assert_int_equal(tri.options, 0);
    assert_int_equal(tri.declined, XK_TRI_OPTION_ACKNOWLEDGEMENT);
}

/* The check value is worked out anew from the two PS-PDUs that it covers. */
static void integrity_check_covers_whole_pdus(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {0, 1};
    struct sha256 hash;
    uint8_t value[32];
    sha256_begin(&hash);
    load("data_pdu_0");
    sha256_update(&hash, wanted, wanted_size);
    load("data_pdu_1");
    sha256_update(&hash, wanted, wanted_size);
    sha256_end(&hash, value);

    struct xk_ps_header h = of_warrant(1);
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_INTEGRITY_CHECK);
    tri.check_type = XK_TRI_CHECK_HASH;
    tri.data_type = XK_TRI_DATA_IRI;
    tri.hash_algorithm = XK_TRI_HASH_SHA256;
    tri.numbers = numbers;
    tri.number_count = 2;
    tri.check_value = (struct xk_bytes){value, sizeof value};
    writes("integrity_hash", &h, &tri);
    reads("integrity_hash", XK_TRI_INTEGRITY_CHECK, &h, &tri);
    assert_int_equal(tri.check_type, XK_TRI_CHECK_HASH);
    assert_int_equal(tri.data_type, XK_TRI_DATA_IRI);
    assert_int_equal(tri.hash_algorithm, XK_TRI_HASH_SHA256);
    assert_int_equal(tri.signature_algorithm, XK_TRI_SIGNATURE_ABSENT);
    assert_int_equal(tri.check_value.size, 32);
    assert_memory_equal(tri.check_value.data, value, 32);
    assert_int_equal(tri.number_count, 2);
    assert_null(tri.numbers);
    size_t position = 0;
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t number = 99;
        assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_OK);
        assert_int_equal(number, i);
    }
    uint32_t number = 99;
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_E_DER_TRUNCATED);
    assert_int_equal(number, 99);
    assert_int_equal(position, 6);
}

static void numbers_take_as_many_octets_as_they_need(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {127, 128, 32767, 32768, UINT32_MAX};
    static const uint8_t one = 1;
    uint8_t expected[64];
    struct xk_ps_header h = header();
    struct xk_tri tri;
    xk_tri_init(&tri, XK_TRI_INTEGRITY_CHECK);
    tri.check_type = XK_TRI_CHECK_SIGNATURE;
    tri.data_type = XK_TRI_DATA_ILHI;
    tri.signature_algorithm = XK_TRI_SIGNATURE_EDDSA;
    tri.numbers = numbers;
    tri.number_count = 5;
    tri.check_value = (struct xk_bytes){&one, 1};
    assert_int_equal(xk_tri_encode(&h, &tri, out, sizeof out, &out_size, NULL), XK_OK);
    size_t size = hex_decode("a229a227a025a017 02017f 02020080 02027fff 0203008000 020500ffffffff"
                             "810102 820103 830101 850103",
                             expected, sizeof expected);
    assert_memory_equal(out + out_size - size, expected, size);
    assert_int_equal(xk_tri_decode(out, out_size, NULL, &h, &tri, NULL), XK_OK);
    assert_int_equal(tri.check_type, XK_TRI_CHECK_SIGNATURE);
    assert_int_equal(tri.data_type, XK_TRI_DATA_ILHI);
    assert_int_equal(tri.signature_algorithm, XK_TRI_SIGNATURE_EDDSA);
    assert_int_equal(tri.number_count, 5);
    size_t position = 0;
    for (size_t i = 0; i < 5; i++) {
        uint32_t number = 0;
        assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_OK);
        assert_int_equal(number, numbers[i]);
    }
}

/* What a LEMF may send: lengths that are indefinite or too long, numbers with zeros in front, strings in pieces. */
static void reads_ber_where_it_is_asked_to(void **state)
{
    (void)state;
    uint8_t scratch[64];
    struct xk_read_options options;
    struct xk_ps_header h;
    struct xk_tri tri;
    xk_read_options_init(&options);
    load("keep_alive_response");
    memcpy(out, wanted, 58);
    out[1] = 0x80;
    size_t size = 58 + hex_decode("a280 a2820003 848100 0000 0000", out + 58, 64);
    assert_int_equal(xk_tri_decode(out, size, NULL, &h, &tri, NULL), XK_E_DER_LENGTH);
    assert_int_equal(xk_tri_decode(out, size, &options, &h, &tri, NULL), XK_OK);
    assert_int_equal(tri.type, XK_TRI_KEEP_ALIVE_RESPONSE);
    size = 58 + hex_decode("a280 a20fa00d a00502030000078101018301ff 0000 0000", out + 58, 64);
    assert_int_equal(xk_tri_decode(out, size, &options, &h, &tri, NULL), XK_OK);
    size_t position = 0;
    uint32_t number = 0;
    assert_int_equal(tri.number_count, 1);
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_OK);
    assert_int_equal(number, 7);
    size = 58 + hex_decode("a280 a20da80b 800101 a106040161040162 0000 0000", out + 58, 64);
    assert_int_equal(xk_tri_decode(out, size, &options, &h, &tri, NULL), XK_E_DER_PIECES);
    options.scratch = scratch;
    options.scratch_size = sizeof scratch;
    assert_int_equal(xk_tri_decode(out, size, &options, &h, &tri, NULL), XK_OK);
    assert_int_equal(tri.octets.size, 2);
    assert_memory_equal(tri.octets.data, "ab", 2);
}

static void a_number_of_33_bits_is_none(void **state)
{
    (void)state;
    static const uint8_t numbers[] = {0x02, 0x05, 0x00, 0xff, 0xff, 0xff, 0xff, /* and one more */
                                      0x02, 0x05, 0x01, 0x00, 0x00, 0x00, 0x00};
    struct xk_tri tri;
    uint32_t number = 0;
    size_t position = 0;
    xk_tri_init(&tri, XK_TRI_INTEGRITY_CHECK);
    tri.included = (struct xk_bytes){numbers, sizeof numbers};
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_OK);
    assert_int_equal(number, UINT32_MAX);
    assert_int_equal(xk_tri_next_number(&tri, &position, &number), XK_E_ARGUMENT);
    assert_int_equal(position, 7);
    assert_int_equal(number, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_of_33_bits_is_none),
        cmocka_unit_test(types_without_content_to_the_octet),
        cmocka_unit_test(cin_reset_of_one_liid_has_no_number_of_communication),
        cmocka_unit_test(padding_keeps_its_octets),
        cmocka_unit_test(messages_to_the_authority),
        cmocka_unit_test(options_are_sets),
        cmocka_unit_test(integrity_check_covers_whole_pdus),
        cmocka_unit_test(reads_ber_where_it_is_asked_to),
        cmocka_unit_test(numbers_take_as_many_octets_as_they_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
