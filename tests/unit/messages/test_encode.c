/* SPDX-License-Identifier: BSD-2-Clause */
/* What may not be written: one field outside its limits at a time, each told by its name, with nothing written. */
#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "messages/cbor_read.h"
#include "messages/cbor_write.h"
#include "messages/head.h"

static const uint8_t octets[XK_MIKEY_MAX + 1] = {1};
static uint8_t out[XK_MESSAGE_MAX + 1];
static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX + 1];
static struct xk_get_keys_response m;
static struct xk_get_keys ask;

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static void start(void)
{
    memset(&m, 0, sizeof m);
    memset(sessions, 0, sizeof sessions);
    for (size_t i = 0; i <= XK_CRYPTO_SESSIONS_MAX; i++) {
        sessions[i].cs_id = (uint8_t)i;
        sessions[i].key = bytes(16);
        sessions[i].salt = bytes(14);
        sessions[i].cipher = XK_CIPHER_ABSENT;
        sessions[i].encoding = XK_KEY_ENCODING_ABSENT;
    }
    m.sessions = sessions;
    m.session_count = 2;
    memset(&ask, 0, sizeof ask);
    ask.public_kms_identity = xk_text("kms");
    ask.transfer_init = bytes(10);
    ask.transfer_resp = bytes(10);
}

static void whole(enum xk_failure failure)
{
    m.failure = failure;
    m.sessions = NULL;
    m.session_count = 0;
}

/* One change each. */
static void key_empty(void) { sessions[1].key.size = 0; }
static void key_nowhere(void) { sessions[1].key.data = NULL; sessions[1].salt.data = NULL; }
static void salt_without_key(void) { sessions[1].key.data = NULL; }
static void key_65(void) { sessions[1].key = bytes(XK_SESSION_KEY_MAX + 1); }
static void salt_empty(void) { sessions[1].salt.size = 0; }
static void salt_nowhere(void) { sessions[1].salt.data = NULL; }
static void salt_33(void) { sessions[1].salt = bytes(XK_SALT_MAX + 1); }
static void cipher_low(void) { sessions[1].cipher = (enum xk_cipher)-2; }
static void cipher_high(void) { sessions[1].cipher = (enum xk_cipher)256; }
static void encoding_low(void) { sessions[1].encoding = (enum xk_key_encoding)-2; }
static void encoding_high(void) { sessions[1].encoding = (enum xk_key_encoding)2; }
static void failure_with_key(void) { sessions[1].failure = XK_FAILURE_GENERIC; }
static void failure_with_salt(void) { sessions[1].failure = XK_FAILURE_GENERIC; sessions[1].key.data = NULL; }
static void failure_unknown(void)
{
    sessions[1].failure = (enum xk_failure)(XK_FAILURE_WIRE_LAST + 1);
    sessions[1].key.data = sessions[1].salt.data = NULL;
}
static void sessions_nowhere(void) { m.sessions = NULL; }
static void no_session(void) { m.session_count = 0; }
static void sessions_256(void) { m.session_count = XK_CRYPTO_SESSIONS_MAX + 1; }
static void referral_with_sessions(void) { m.referral = xk_text("kms2"); }
static void same_session(void) { sessions[1].cs_id = 0; }
static void failure_and_sessions(void) { m.failure = XK_FAILURE_GENERIC; }
static void whole_unknown(void) { whole((enum xk_failure)1000); }
static void whole_below(void) { whole((enum xk_failure)-1); }
static void referral_without_reason(void) { whole(XK_FAILURE_GENERIC); m.referral = xk_text("kms2"); }
static void referral_empty(void) { whole(XK_FAILURE_OTHER_KMS); m.referral = bytes(0); }
static void referral_long(void) { whole(XK_FAILURE_OTHER_KMS); m.referral = bytes(XK_IDENTITY_MAX + 1); }
static void referral_not_text(void) { whole(XK_FAILURE_OTHER_KMS); m.referral = xk_text("k\xff"); }

static void a_response_outside_its_limits_is_told(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        enum xk_status status;
        const char *field;
    } rows[] = {
        {key_empty, XK_E_EMPTY, "session key"},
        {key_nowhere, XK_E_FIELD, "session key"},
        {salt_without_key, XK_E_EMPTY, "session key"},
        {key_65, XK_E_LIMIT, "session key"},
        {salt_empty, XK_E_EMPTY, "salt"},
        {salt_nowhere, XK_E_FIELD, "salt"},
        {salt_33, XK_E_LIMIT, "salt"},
        {cipher_low, XK_E_FIELD, "cipher"},
        {cipher_high, XK_E_FIELD, "cipher"},
        {encoding_low, XK_E_FIELD, "encoding"},
        {encoding_high, XK_E_FIELD, "encoding"},
        {failure_with_key, XK_E_CONTRADICTION, "session"},
        {failure_with_salt, XK_E_CONTRADICTION, "session"},
        {failure_unknown, XK_E_FIELD, "session failure"},
        {sessions_nowhere, XK_E_EMPTY, "sessions"},
        {no_session, XK_E_EMPTY, "sessions"},
        {sessions_256, XK_E_LIMIT, "sessions"},
        {referral_with_sessions, XK_E_CONTRADICTION, "referral"},
        {same_session, XK_E_DUPLICATE_SESSION, "Crypto Session ID"},
        {failure_and_sessions, XK_E_CONTRADICTION, "sessions"},
        {whole_unknown, XK_E_FIELD, "failure"},
        {whole_below, XK_E_FIELD, "failure"},
        {referral_without_reason, XK_E_CONTRADICTION, "referral"},
        {referral_empty, XK_E_EMPTY, "referral"},
        {referral_long, XK_E_LIMIT, "referral"},
        {referral_not_text, XK_E_UTF8, "referral"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t size = 0;
        start();
        assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_OK);
        rows[i].change();
        size = 77;
        memset(out, 0x33, 64);
        assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(size, 77);
        assert_int_equal(out[0], 0x33);
    }
}

static void null_and_oversize_are_refused(void **state)
{
    (void)state;
    size_t size = 77;
    enum xk_message_type type;
    struct xk_transaction_id id;
    start();
    assert_int_equal(xk_get_keys_response_encode(NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_response_encode(&m, NULL, 1, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_encode(NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_encode(&ask, NULL, 1, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_decode(NULL, 1, &ask, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_decode(out, 1, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_response_decode(NULL, 1, &m, sessions, 2, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_response_decode(out, 1, NULL, sessions, 2, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_response_decode(out, 1, &m, NULL, 2, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_message_peek(NULL, 1, &type, &id, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_message_peek(out, 1, NULL, &id, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_message_peek(out, 1, &type, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_get_keys_decode(out, XK_MESSAGE_MAX + 1, &ask, NULL), XK_E_LIMIT);
    assert_int_equal(xk_get_keys_response_decode(out, XK_MESSAGE_MAX + 1, &m, sessions, 2, NULL), XK_E_LIMIT);
    ask.public_kms_identity = bytes(XK_IDENTITY_MAX + 1);
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, NULL), XK_E_LIMIT);
    ask.public_kms_identity = (struct xk_bytes){NULL, 3};
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, NULL), XK_E_FIELD);
    start();
    ask.transfer_init = bytes(XK_MIKEY_MAX + 1);
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, NULL), XK_E_LIMIT);
    assert_int_equal(size, 77);
}

static void half_an_update_is_refused(void **state)
{
    (void)state;
    size_t size = 0;
    struct xk_diag diag;
    struct xk_get_keys read;
    for (unsigned int half = 0; half < 2; half++) {
        start();
        ask.update_init = ask.update_resp = bytes(1);
        assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, NULL), XK_OK);
        /* Both entries are at the end, three octets each: the key, the head of the string, and its octet. */
        out[0] -= 1;
        if (half == 0) {
            memmove(out + size - 6, out + size - 3, 3);
        }
        assert_int_equal(xk_get_keys_decode(out, size - 3, &read, &diag), XK_E_MISSING);
        assert_string_equal(diag.field, half == 0 ? "update TRANSFER_INIT" : "update TRANSFER_RESP");
    }
}

/* With a learned head the result is the same as without, also of a message that it does not fit. */
static void a_learned_head_changes_no_octet(void **state)
{
    (void)state;
    static uint8_t plain[1024];
    struct xki_head get_keys;
    struct xki_head response;
    size_t size = 0;
    size_t plain_size = 0;
    xki_head_learn(&get_keys, &response);
    for (unsigned int update = 0; update < 2; update++) {
        start();
        ask.update_init = ask.update_resp = update == 0 ? (struct xk_bytes){NULL, 0} : bytes(2);
        assert_int_equal(xk_get_keys_encode(&ask, plain, sizeof plain, &plain_size, NULL), XK_OK);
        assert_int_equal(xki_get_keys_encode(&ask, &get_keys, out, sizeof out, &size, NULL), XK_OK);
        assert_int_equal(size, plain_size);
        assert_memory_equal(out, plain, size);
    }
}

static void heads_have_the_shortest_form(void **state)
{
    (void)state;
    static const struct {
        uint64_t argument;
        size_t size;
    } rows[] = {{0, 1},      {23, 1},    {24, 2},         {255, 2},
                {256, 3},    {65535, 3}, {65536, 5},      {UINT32_MAX, 5},
                {UINT64_C(1) << 32, 9}, {UINT64_MAX, 9}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(xki_head_size(rows[i].argument), rows[i].size);
    }
    start();
    size_t size = 0;
    size_t longer = 0;
    sessions[0].expiry = UINT32_MAX;
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL), XK_OK);
    sessions[0].expiry = UINT64_C(1) << 32;
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &longer, NULL), XK_OK);
    assert_int_equal(longer - size, 4);
}

static void sessions_in_any_order_are_written_ascending(void **state)
{
    (void)state;
    size_t size = 0;
    struct xk_get_keys_response read;
    static struct xk_session_result results[4];
    start();
    m.session_count = 4;
    sessions[0].cs_id = 9;
    sessions[1].cs_id = 2;
    sessions[2].cs_id = 200;
    sessions[3].cs_id = 5;
    assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_get_keys_response_decode(out, size, &read, results, 4, NULL), XK_OK);
    assert_int_equal(read.sessions[0].cs_id, 2);
    assert_int_equal(read.sessions[1].cs_id, 5);
    assert_int_equal(read.sessions[2].cs_id, 9);
    assert_int_equal(read.sessions[3].cs_id, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_outside_its_limits_is_told),
        cmocka_unit_test(null_and_oversize_are_refused),
        cmocka_unit_test(half_an_update_is_refused),
        cmocka_unit_test(a_learned_head_changes_no_octet),
        cmocka_unit_test(heads_have_the_shortest_form),
        cmocka_unit_test(sessions_in_any_order_are_written_ascending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
