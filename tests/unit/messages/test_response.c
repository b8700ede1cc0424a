/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "messages/layout.h"
#include "messages/response_decode.h"
#include "support/hex.h"

/* Written by hand from xk.cddl: version 1, type 2, id; then the sessions or the failure. */
#define ID "50 000102030405060708090a0b0c0d0e0f"
#define HEAD "a4 00 01 01 02 02 " ID

static const uint8_t key[16] = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
                                0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f};

static struct xk_session_result with_key(uint8_t cs_id)
{
    struct xk_session_result s;
    memset(&s, 0, sizeof s);
    s.cs_id = cs_id;
    s.key.data = key;
    s.key.size = sizeof key;
    s.cipher = XK_CIPHER_ABSENT;
    s.encoding = XK_KEY_ENCODING_ABSENT;
    return s;
}

static struct xk_get_keys_response answer(const struct xk_session_result *sessions, size_t count)
{
    struct xk_get_keys_response m;
    memset(&m, 0, sizeof m);
    for (uint8_t i = 0; i < 16; i++) {
        m.transaction_id.octets[i] = i;
    }
    m.sessions = sessions;
    m.session_count = count;
    return m;
}

static void expect(const struct xk_get_keys_response *m, const char *hex)
{
    uint8_t wanted[256];
    uint8_t out[256];
    size_t size = 0;
    size_t expected = hex_decode(hex, wanted, sizeof wanted);
    assert_int_equal(xk_get_keys_response_encode(m, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, expected);
    assert_memory_equal(out, wanted, size);
}

static void responses_encode_to_the_octets_of_the_schema(void **state)
{
    (void)state;
    struct xk_session_result sessions[2] = {with_key(7), with_key(2)};
    sessions[0].salt.data = key;
    sessions[0].salt.size = 2;
    sessions[0].cipher = XK_CIPHER_AES_CM;
    sessions[0].encoding = XK_KEY_ENCODING_SRTP_MASTER;
    sessions[0].expiry = 300;
    sessions[1] = with_key(2);
    sessions[1].key.data = NULL;
    sessions[1].key.size = 0;
    sessions[1].failure = XK_FAILURE_SESSION_UNKNOWN;
    struct xk_get_keys_response m = answer(sessions, 2);
    expect(&m, HEAD "03 82 a2 00 02 03 0d"
                    "a6 00 07 01 50 101112131415161718191a1b1c1d1e1f 02 42 1011 04 01 05 00 06 19 012c");
    m = answer(NULL, 0);
    m.failure = XK_FAILURE_NOT_TARGET;
    expect(&m, HEAD "04 04");
    m.failure = XK_FAILURE_OTHER_KMS;
    m.referral = xk_text("k2");
    expect(&m, "a5 00 01 01 02 02 " ID "04 0f 05 62 6b32");
}

static void contradictions_are_not_written(void **state)
{
    (void)state;
    uint8_t out[256];
    size_t size;
    struct xk_diag diag;
    struct xk_session_result sessions[2] = {with_key(1), with_key(1)};
    struct xk_get_keys_response m = answer(sessions, 2);
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
    m = answer(sessions, 1);
    m.failure = XK_FAILURE_GENERIC;
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
    sessions[0].failure = XK_FAILURE_GENERIC;
    m = answer(sessions, 1);
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
    m = answer(sessions, 0);
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD_EMPTY);
    sessions[0] = with_key(1);
    sessions[0].salt = sessions[0].key;
    sessions[0].key.data = NULL;
    sessions[0].key.size = 0;
    m = answer(sessions, 1);
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD_EMPTY);
    assert_string_equal(diag.field, "session key");
    m = answer(NULL, 0);
    m.failure = XK_FAILURE_NOT_ANSWERED;
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
    m.failure = XK_FAILURE_GENERIC;
    m.referral = xk_text("k2");
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
}

static void a_buffer_that_is_too_small_gets_no_key(void **state)
{
    (void)state;
    struct xk_session_result session = with_key(1);
    struct xk_get_keys_response m = answer(&session, 1);
    size_t needed = 0;
    assert_int_equal(xk_get_keys_response_encode(&m, NULL, 0, &needed, NULL), XK_E_SPACE);
    for (size_t capacity = 1; capacity < needed; capacity++) {
        uint8_t out[128] = {0};
        const uint8_t zeros[128] = {0};
        size_t size = 0;
        assert_int_equal(xk_get_keys_response_encode(&m, out, capacity, &size, NULL), XK_E_SPACE);
        assert_int_equal(size, needed);
        assert_memory_equal(out, zeros, sizeof out);
    }
}

static void all_255_sessions_come_back_in_order(void **state)
{
    (void)state;
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    static struct xk_session_result back[XK_CRYPTO_SESSIONS_MAX];
    static uint8_t out[16384];
    for (size_t i = 0; i < XK_CRYPTO_SESSIONS_MAX; i++) {
        sessions[i] = with_key((uint8_t)(255 - i));
    }
    struct xk_get_keys_response m = answer(sessions, XK_CRYPTO_SESSIONS_MAX);
    struct xk_get_keys_response got;
    size_t size;
    struct xk_diag diag;
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_get_keys_response_decode(out, size, &got, back, XK_CRYPTO_SESSIONS_MAX, NULL), XK_OK);
    assert_int_equal(got.session_count, XK_CRYPTO_SESSIONS_MAX);
    assert_ptr_equal(got.sessions, back);
    for (size_t i = 0; i < XK_CRYPTO_SESSIONS_MAX; i++) {
        assert_int_equal(back[i].cs_id, i + 1);
        assert_int_equal(back[i].key.size, 16);
    }
    assert_int_equal(xk_get_keys_response_decode(out, size, &got, back, 254, &diag), XK_E_SPACE);
}

static const struct {
    const char *hex;
    enum xk_status status;
    size_t offset;
    const char *field;
} refusals[] = {
    {HEAD "04 04 00", XK_E_TRAILING, 25, "message"},
    {HEAD "03 a0", XK_E_TYPE, 24, "sessions"},
    {HEAD "03 80", XK_E_EMPTY, 24, "sessions"},
    {HEAD "03 99 0100", XK_E_LIMIT, 24, "sessions"},
    {HEAD "03 9a ffffffff", XK_E_LIMIT, 24, "sessions"},
    {HEAD "03 81 a2 00 01 01 40", XK_E_EMPTY, 29, "session key"},
    {HEAD "03 81 a2 00 01 01 58 41 00", XK_E_TRUNCATED, 32, "session key"},
    {HEAD "03 81 a2 00 01 02 41 00", XK_E_EMPTY, 25, "session key"},
    {HEAD "03 81 a3 00 01 01 41 00 02 40", XK_E_EMPTY, 32, "salt"},
    {HEAD "03 81 a3 00 01 01 41 00 03 01", XK_E_CONTRADICTION, 25, "session"},
    {HEAD "03 81 a1 00 01", XK_E_MISSING, 25, "session key"},
    {HEAD "03 81 a1 03 01", XK_E_MISSING, 25, "Crypto Session ID"},
    {HEAD "03 81 a2 00 19 0100 03 01", XK_E_LIMIT, 27, "Crypto Session ID"},
    {HEAD "03 81 a2 00 01 03 00", XK_E_VALUE, 29, "session failure"},
    {HEAD "03 81 a2 00 01 03 18 ff", XK_E_VALUE, 29, "session failure"},
    {HEAD "03 81 a3 00 01 01 41 00 05 02", XK_E_VALUE, 32, "encoding"},
    {HEAD "03 81 a3 00 01 01 41 00 05 41 00", XK_E_TYPE, 32, "encoding"},
    {HEAD "03 81 a3 00 01 01 41 00 05 19 0100", XK_E_LIMIT, 32, "encoding"},
    {HEAD "03 81 a3 00 01 01 41 00 06 00", XK_E_VALUE, 32, "expiry"},
    {HEAD "03 81 a3 00 01 01 41 00 06 20", XK_E_TYPE, 32, "expiry"},
    {HEAD "03 81 a3 00 01 02 41 00 03 01", XK_E_CONTRADICTION, 25, "session"},
    {HEAD "03 81 a3 00 01 03 01 04 00", XK_E_CONTRADICTION, 25, "session"},
    {HEAD "03 81 a3 00 01 03 01 05 00", XK_E_CONTRADICTION, 25, "session"},
    {HEAD "03 81 a3 00 01 03 01 06 01", XK_E_CONTRADICTION, 25, "session"},
    {HEAD "03 81 a2 00 01 07 00", XK_E_CRITICAL, 28, "map key"},
    {HEAD "03 81 a3 00 01 01 41 00 18 80 81 81 00", XK_E_DEPTH, 34, "extension"},
    {HEAD "03 82 a2 00 01 03 01 a2 00 01 03 01", XK_E_DUPLICATE_SESSION, 30, "Crypto Session ID"},
    {HEAD "03 82 a2 00 02 03 01 a2 00 01 03 01", XK_E_KEY_ORDER, 30, "Crypto Session ID"},
    {"a5 00 01 01 02 02 " ID "03 81 a2 00 01 03 01 04 01", XK_E_CONTRADICTION, 32, "failure"},
    {"a3 00 01 01 02 02 " ID, XK_E_MISSING, 23, "sessions"},
    {HEAD "04 00", XK_E_VALUE, 24, "failure"},
    {"a5 00 01 01 02 02 " ID "04 01 05 61 61", XK_E_CONTRADICTION, 28, "referral"},
    {"a4 00 01 01 01 02 " ID, XK_E_MESSAGE_TYPE, 4, "message type"},
};

static void every_refusal_names_its_cause_and_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        uint8_t data[256];
        size_t size = hex_decode(refusals[i].hex, data, sizeof data);
        struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
        struct xk_get_keys_response m;
        struct xk_get_keys_response untouched;
        struct xk_diag diag;
        memset(&m, 0xcd, sizeof m);
        memset(&untouched, 0xcd, sizeof untouched);
        enum xk_status status =
            xk_get_keys_response_decode(data, size, &m, sessions, XK_CRYPTO_SESSIONS_MAX, &diag);
        if (status != refusals[i].status || diag.offset != refusals[i].offset ||
            strcmp(diag.field, refusals[i].field) != 0) {
            fail_msg("case %zu: %s at %zu in '%s', wanted %s at %zu in '%s'", i, xk_status_name(status), diag.offset,
                     diag.field, xk_status_name(refusals[i].status), refusals[i].offset, refusals[i].field);
        }
        assert_memory_equal(&m, &untouched, sizeof m);
    }
}

static void reasons_of_a_newer_kms_are_not_lost(void **state)
{
    (void)state;
    uint8_t data[64];
    size_t size = hex_decode(HEAD "04 18 63", data, sizeof data);
    struct xk_get_keys_response m;
    assert_int_equal(xk_get_keys_response_decode(data, size, &m, NULL, 0, NULL), XK_OK);
    assert_int_equal(m.failure, XK_FAILURE_GENERIC);
}

static void extensions_are_counted(void **state)
{
    (void)state;
    uint8_t data[64];
    size_t size = hex_decode("a5 00 01 01 02 02 " ID "03 81 a3 00 01 03 01 18 80 81 00 18 ff 63 616263", data,
                             sizeof data);
    struct xk_session_result sessions[2];
    struct xk_get_keys_response m;
    struct xki_response_reader in;
    size_t extensions = 0;
    assert_int_equal(xki_response_begin(&in, NULL, data, size, NULL), XK_OK);
    assert_int_equal(xki_response_finish(&in, &m, sessions, 2, &extensions), XK_OK);
    assert_int_equal(extensions, 2);
}

static void cut_at_any_octet_it_is_truncated(void **state)
{
    (void)state;
    uint8_t data[128];
    size_t size = hex_decode(HEAD "03 82 a3 00 01 01 43 010203 02 41 09 a2 00 02 03 01", data, sizeof data);
    for (size_t cut = 0; cut < size; cut++) {
        struct xk_session_result sessions[2];
        struct xk_get_keys_response m;
        assert_int_equal(xk_get_keys_response_decode(data, cut, &m, sessions, 2, NULL), XK_E_TRUNCATED);
    }
}

/* Whether the first octets are compared or read item by item: the same is found, and reading goes on alike. */
static void with_a_learned_head_the_same_is_read(void **state)
{
    (void)state;
    static const char *const messages[] = {HEAD "04 04", "a3 00 01 01 02 02 " ID, "a4 00 01 01 01 02 " ID "04 04",
                                           "a4 00 02 01 02 02 " ID "04 04"};
    struct xki_head get_keys;
    struct xki_head usual;
    xki_head_learn(&get_keys, &usual);
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        uint8_t data[64];
        size_t size = hex_decode(messages[i], data, sizeof data);
        assert_int_equal(memcmp(usual.octets, data, XKI_ID_OFFSET) == 0, i == 0);
        for (size_t cut = 0; cut <= size; cut++) {
            struct xki_response_reader in[2];
            struct xk_get_keys_response m[2];
            struct xk_diag diag[2];
            size_t extensions = 0;
            memset(in, 0, sizeof in);
            memset(m, 0, sizeof m);
            memset(diag, 0, sizeof diag);
            for (size_t learned = 0; learned < 2; learned++) {
                enum xk_status status =
                    xki_response_begin(&in[learned], learned == 1 ? &usual : NULL, data, cut, &diag[learned]);
                if (status == XK_OK) {
                    (void)xki_response_finish(&in[learned], &m[learned], NULL, 0, &extensions);
                }
            }
            assert_int_equal(diag[1].status, diag[0].status);
            assert_int_equal(diag[1].offset, diag[0].offset);
            assert_int_equal(m[1].failure, m[0].failure);
            assert_int_equal(m[0].failure, i == 0 && cut == size ? XK_FAILURE_NOT_TARGET : XK_FAILURE_NONE);
            assert_memory_equal(&in[1].transaction, &in[0].transaction, sizeof in[0].transaction);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_encode_to_the_octets_of_the_schema),
        cmocka_unit_test(contradictions_are_not_written),
        cmocka_unit_test(a_buffer_that_is_too_small_gets_no_key),
        cmocka_unit_test(all_255_sessions_come_back_in_order),
        cmocka_unit_test(every_refusal_names_its_cause_and_place),
        cmocka_unit_test(reasons_of_a_newer_kms_are_not_lost),
        cmocka_unit_test(extensions_are_counted),
        cmocka_unit_test(cut_at_any_octet_it_is_truncated),
        cmocka_unit_test(with_a_learned_head_the_same_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
