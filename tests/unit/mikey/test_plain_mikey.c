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
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(a_message_of_another_mode_is_not_a_transfer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
