/* SPDX-License-Identifier: BSD-2-Clause */
/* MIKEY messages of other modes, as other open-source projects publish them in their tests. */
#include <xk/mikey.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

static const char psk_message[] =
    "01000500e69d51f80100 003068576000000000 0b00ebfe6f2db1c13fd0 0a10c2dde443a84930a5757a7ed9c3a417fb"
    "0100000015 000101 010110 020101 03010a 070101 080101 0a0101 00 00 0022 00 20 001e"
    "9091783dfce8ddcd443a53508b64509f35bd8a86bc4d8b7637a502493daf 00";

static void a_psk_message_is_walked_to_its_end(void **state)
{
    (void)state;
    uint8_t data[256];
    size_t size = hex_decode(psk_message, data, sizeof data);
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse(data, size, &m, NULL), XK_OK);
    assert_int_equal(m.header.data_type, 0);
    assert_int_equal(m.header.csb_id, 0xe69d51f8);
    assert_int_equal(m.header.cs_count, 1);
    assert_int_equal(m.payload_count, 4);
    assert_int_equal(m.policy_count, 1);
    assert_int_equal(m.rand.size, 16);
    assert_int_equal(m.kemac.encrypted.size, 34);
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    assert_true(xk_mikey_next_crypto_session(&m, &position, &session));
    assert_int_equal(session.cs_id, 1);
    assert_memory_equal(session.session_data.data, "\x30\x68\x57\x60\0\0\0\0", 8);
    assert_false(xk_mikey_next_crypto_session(&m, &position, &session));
    static const uint8_t types[] = {XK_MIKEY_T, XK_MIKEY_RAND, XK_MIKEY_SP, XK_MIKEY_KEMAC};
    struct xk_mikey_payload payload;
    memset(&payload, 0, sizeof payload);
    for (size_t i = 0; i < sizeof types; i++) {
        assert_true(xk_mikey_next_payload(&m, &payload));
        assert_int_equal(payload.type, types[i]);
    }
    assert_false(xk_mikey_next_payload(&m, &payload));
}

static void a_map_of_two_srtp_ids_counts_from_one(void **state)
{
    (void)state;
    uint8_t data[64];
    size_t size = hex_decode("01000000123456780200 01 12345678 00000000 02 23456789 00000001", data, sizeof data);
    struct xk_mikey_message m;
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    assert_int_equal(xk_mikey_parse(data, size, &m, NULL), XK_OK);
    assert_true(xk_mikey_next_crypto_session(&m, &position, &session));
    assert_true(xk_mikey_next_crypto_session(&m, &position, &session));
    assert_int_equal(session.cs_id, 2);
    assert_int_equal(session.policies.data[0], 2);
    assert_int_equal(session.protocol, 0);
    assert_false(session.s_flag);
    assert_null(session.spi.data);
    assert_int_equal(session.spi.size, 0);
}

/* The group tells how long the value is, and KV whether an SPI or an interval follows (RFC 3830 6.4, 6.14). */
static void a_diffie_hellman_value_is_stepped_over_with_its_validity(void **state)
{
    (void)state;
    static const struct {
        uint8_t group;
        size_t value;
        uint8_t kv; /* the high half is reserved */
        uint8_t data[8];
        size_t data_size;
        enum xk_status status;
    } rows[] = {
        {0, 192, 0, {0}, 0, XK_OK},        {1, 96, 0, {0}, 0, XK_OK},
        {2, 128, 0, {0}, 0, XK_OK},        {3, 128, 0, {0}, 0, XK_E_MIKEY_PAYLOAD},
        {2, 128, 1, {2, 9, 9}, 3, XK_OK},  {2, 128, 0xf1, {0}, 1, XK_OK},
        {2, 128, 2, {1, 9, 3, 9, 9, 9}, 6, XK_OK}, {2, 128, 3, {0}, 0, XK_E_MIKEY_PAYLOAD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t data[256] = {1, 4, XK_MIKEY_DH, 0, 0, 0, 0, 7, 0, XK_MIKEY_MAP_EMPTY, XK_MIKEY_T, rows[i].group};
        size_t size = 12 + rows[i].value;
        data[size++] = rows[i].kv;
        memcpy(data + size, rows[i].data, rows[i].data_size);
        size += rows[i].data_size;
        const size_t time = size;
        data[size + 1] = XK_MIKEY_TIME_COUNTER;
        size += 6;
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        assert_int_equal(xk_mikey_parse(data, size, &m, &diag), rows[i].status);
        if (rows[i].status != XK_OK) {
            assert_int_equal(diag.offset, 10);
            assert_string_equal(diag.field, "DH");
            continue;
        }
        assert_int_equal(m.payload_count, 2);
        assert_ptr_equal(m.time.value.data, data + time + 2);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_not_equal(xk_mikey_parse(data, cut, &m, NULL), XK_OK);
        }
    }
}

/* The function tells how long a certificate's hash is (RFC 3830 6.8, RFC 6043 6.7). */
static void a_hash_is_as_long_as_its_function_says(void **state)
{
    (void)state;
    static const size_t sizes[] = {20, 16, 32};
    for (uint8_t function = 0; function <= 3; function++) {
        uint8_t data[64] = {1, 2, XK_MIKEY_CHASH, 0, 0, 0, 0, 7, 0, XK_MIKEY_MAP_EMPTY, XK_MIKEY_T, function};
        const size_t time = 12 + sizes[function < 3 ? function : 0];
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        data[time + 1] = XK_MIKEY_TIME_COUNTER;
        data[time + 2] = 5;
        enum xk_status status = xk_mikey_parse(data, time + 6, &m, &diag);
        assert_int_equal(status, function < 3 ? XK_OK : XK_E_MIKEY_PAYLOAD);
        if (status == XK_OK) {
            assert_ptr_equal(m.time.value.data, data + time + 2);
        } else {
            assert_int_equal(diag.offset, 10);
            assert_string_equal(diag.field, "CHASH");
        }
    }
}

/* Two bits of its length say whether the key is cached (RFC 3830 6.3). */
static void an_envelope_key_is_stepped_over(void **state)
{
    (void)state;
    static const uint8_t data[] = {1, 2, XK_MIKEY_PKE, 0, 0, 0, 0, 7, 0, XK_MIKEY_MAP_EMPTY,
                                   XK_MIKEY_T, 0xc0, 3, 9, 9, 9,
                                   0, XK_MIKEY_TIME_COUNTER, 0, 0, 0, 5};
    struct xk_mikey_message m;
    assert_int_equal(xk_mikey_parse(data, sizeof data, &m, NULL), XK_OK);
    assert_ptr_equal(m.time.value.data, data + 18);
    uint8_t longer[22 + 0x1fff];
    memset(longer, 9, sizeof longer);
    memcpy(longer, data, 16);
    memcpy(longer + sizeof longer - 6, data + 16, 6);
    longer[11] = 0x20 | 0x40; /* each bit of the length counts */
    longer[12] = 2;
    assert_int_equal(xk_mikey_parse(longer, 10 + 3 + 0x2002 + 6, &m, NULL), XK_OK);
    assert_ptr_equal(m.time.value.data, longer + sizeof longer - 4);
}

/* MIKEY-SAKKE is another mode: it is walked to its end, and told as a message of another type (RFC 6509). */
static void a_sakke_message_is_of_another_type(void **state)
{
    (void)state;
    uint8_t data[64];
    struct xk_mikey_message m;
    struct xk_diag diag;
    size_t size = hex_decode("01 1a 05 81 1a2b3c4d 00 01"
                             "0e 00 d100001000000000" /* T */
                             "1a 06 01 0003 6b6d73"   /* IDR of a KMS */
                             "04 01 01 0004 33333333" /* SAKKE */
                             "0003 444444",           /* SIGN */
                             data, sizeof data);
    assert_int_equal(xk_mikey_parse(data, size, &m, NULL), XK_OK);
    assert_int_equal(m.header.data_type, 26);
    assert_int_equal(m.payload_count, 4);
    assert_int_equal(m.ignored_count, 3);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_not_equal(xk_mikey_parse(data, cut, &m, NULL), XK_OK);
    }
    assert_int_equal(xk_mikey_parse_transfer_init(data, size, &m, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(diag.offset, 1);
    assert_string_equal(diag.field, "data type");
    data[9] = 77; /* whatever else it has in its own way */
    assert_int_equal(xk_mikey_parse_transfer_resp(data, size, &m, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(xk_mikey_parse_transfer_resp(data, 2, &m, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(xk_mikey_parse_transfer_resp(data, 1, &m, &diag), XK_E_MIKEY_TRUNCATED);
    data[0] = 2; /* of a version whose types are not known */
    assert_int_equal(xk_mikey_parse_transfer_resp(data, size, &m, &diag), XK_E_MIKEY_VERSION);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    uint8_t data[256];
    size_t size = hex_decode(psk_message, data, sizeof data);
    for (size_t cut = 0; cut < size; cut++) {
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 999, ""};
        enum xk_status status = xk_mikey_parse(data, cut, &m, &diag);
        assert_true(status == XK_E_MIKEY_TRUNCATED || status == XK_E_MIKEY_CHAIN);
        assert_int_equal(diag.offset, cut);
    }
}

static void a_message_of_another_mode_is_not_a_transfer(void **state)
{
    (void)state;
    uint8_t data[256];
    size_t size = hex_decode(psk_message, data, sizeof data);
    struct xk_mikey_message m;
    struct xk_diag diag;
    assert_int_equal(xk_mikey_parse_transfer_init(data, size, &m, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(diag.offset, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_psk_message_is_walked_to_its_end),
        cmocka_unit_test(a_map_of_two_srtp_ids_counts_from_one),
        cmocka_unit_test(a_diffie_hellman_value_is_stepped_over_with_its_validity),
        cmocka_unit_test(an_envelope_key_is_stepped_over),
        cmocka_unit_test(a_hash_is_as_long_as_its_function_says),
        cmocka_unit_test(a_sakke_message_is_of_another_type),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(a_message_of_another_mode_is_not_a_transfer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
