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

static uint8_t octets[XK_MIKEY_MAX + 1]; /* each is 1, and so a text too */
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
    memset(octets, 1, sizeof octets);
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

static const struct xk_bytes none = {NULL, 0};
static const struct xk_bytes nowhere = {NULL, 5};

/* One change each. */
static void key_empty(void) { sessions[1].key.size = 0; }
static void key_nowhere(void) { sessions[1].key = nowhere; }
static void salt_without_key(void) { sessions[1].key = none; }
static void key_65(void) { sessions[1].key = bytes(XK_SESSION_KEY_MAX + 1); }
static void salt_empty(void) { sessions[1].salt.size = 0; }
static void salt_nowhere(void) { sessions[1].salt = nowhere; }
static void salt_33(void) { sessions[1].salt = bytes(XK_SALT_MAX + 1); }
static void cipher_low(void) { sessions[1].cipher = (enum xk_cipher)-2; }
static void cipher_high(void) { sessions[1].cipher = (enum xk_cipher)256; }
static void encoding_low(void) { sessions[1].encoding = (enum xk_key_encoding)-2; }
static void encoding_high(void) { sessions[1].encoding = (enum xk_key_encoding)2; }
static void refused(struct xk_bytes key, struct xk_bytes salt)
{
    sessions[1].failure = XK_FAILURE_GENERIC;
    sessions[1].key = key;
    sessions[1].salt = salt;
}
static void failure_with_key(void) { refused(bytes(1), none); }
static void failure_with_salt(void) { refused(none, bytes(1)); }
static void failure_with_key_nowhere(void) { refused(nowhere, none); }
static void failure_with_salt_nowhere(void) { refused(none, nowhere); }
static void failure_unknown(void)
{
    refused(none, none);
    sessions[1].failure = (enum xk_failure)(XK_FAILURE_WIRE_LAST + 1);
}
static void sessions_nowhere(void) { m.sessions = NULL; }
static void no_session(void) { m.session_count = 0; }
static void sessions_256(void) { m.session_count = XK_CRYPTO_SESSIONS_MAX + 1; }
static void referral_with_sessions(void) { m.referral = xk_text("kms2"); }
static void referral_nowhere_with_sessions(void) { m.referral = nowhere; }
static void same_session(void) { sessions[1].cs_id = 0; }
static void failure_and_sessions(void) { m.failure = XK_FAILURE_GENERIC; }
static void whole_unknown(void) { whole((enum xk_failure)1000); }
static void whole_below(void) { whole((enum xk_failure)-1); }
static void referral_without_reason(void) { whole(XK_FAILURE_GENERIC); m.referral = xk_text("kms2"); }
static void referral_nowhere(void) { whole(XK_FAILURE_OTHER_KMS); m.referral = nowhere; }
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
        size_t offset;
    } rows[] = {
        {key_empty, XK_E_FIELD_EMPTY, "session key", 0},
        {key_nowhere, XK_E_ARGUMENT, "session key", 0},
        {salt_without_key, XK_E_FIELD_EMPTY, "session key", 0},
        {key_65, XK_E_FIELD_LIMIT, "session key", 0},
        {salt_empty, XK_E_FIELD_EMPTY, "salt", 0},
        {salt_nowhere, XK_E_ARGUMENT, "salt", 0},
        {salt_33, XK_E_FIELD_LIMIT, "salt", 0},
        {cipher_low, XK_E_FIELD, "cipher", 0},
        {cipher_high, XK_E_FIELD, "cipher", 0},
        {encoding_low, XK_E_FIELD, "encoding", 0},
        {encoding_high, XK_E_FIELD, "encoding", 0},
        {failure_with_key, XK_E_FIELD, "session", 0},
        {failure_with_salt, XK_E_FIELD, "session", 0},
        {failure_with_key_nowhere, XK_E_FIELD, "session", 0},
        {failure_with_salt_nowhere, XK_E_FIELD, "session", 0},
        {failure_unknown, XK_E_FIELD, "session failure", 0},
        {sessions_nowhere, XK_E_ARGUMENT, "sessions", 0},
        {no_session, XK_E_FIELD_EMPTY, "sessions", 0},
        {sessions_256, XK_E_FIELD_LIMIT, "sessions", 0},
        {referral_with_sessions, XK_E_FIELD, "referral", 0},
        {referral_nowhere_with_sessions, XK_E_ARGUMENT, "referral", 0},
        {same_session, XK_E_FIELD, "Crypto Session ID", 0},
        {failure_and_sessions, XK_E_FIELD, "sessions", 0},
        {whole_unknown, XK_E_FIELD, "failure", 0},
        {whole_below, XK_E_FIELD, "failure", 0},
        {referral_without_reason, XK_E_FIELD, "referral", 0},
        {referral_nowhere, XK_E_ARGUMENT, "referral", 0},
        {referral_empty, XK_E_FIELD_EMPTY, "referral", 0},
        {referral_long, XK_E_FIELD_LIMIT, "referral", 0},
        {referral_not_text, XK_E_FIELD, "referral", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 77, ""};
        size_t size = 0;
        start();
        assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), XK_OK);
        rows[i].change();
        size = 77;
        memset(out, 0x33, 64);
        assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, rows[i].offset);
        assert_int_equal(size, 77);
        assert_int_equal(out[0], 0x33);
    }
}

static void key_64(void) { sessions[1].key = bytes(XK_SESSION_KEY_MAX); }
static void salt_32(void) { sessions[1].salt = bytes(XK_SALT_MAX); }
static void key_1(void) { sessions[1].key = bytes(1); }
static void salt_1(void) { sessions[1].salt = bytes(1); }
static void cipher_least(void) { sessions[1].cipher = XK_CIPHER_NULL; }
static void cipher_most(void) { sessions[1].cipher = (enum xk_cipher)255; }
static void encoding_least(void) { sessions[1].encoding = XK_KEY_ENCODING_SRTP_MASTER; }
static void encoding_most(void) { sessions[1].encoding = XK_KEY_ENCODING_TEK; }
static void sessions_255(void) { m.session_count = XK_CRYPTO_SESSIONS_MAX; }
static void failure_first(void) { refused(none, none); }
static void failure_last(void) { refused(none, none); sessions[1].failure = XK_FAILURE_WIRE_LAST; }
static void referral_most(void) { whole(XK_FAILURE_OTHER_KMS); m.referral = bytes(XK_IDENTITY_MAX); }
static void referral_least(void) { whole(XK_FAILURE_OTHER_KMS); m.referral = bytes(1); }

/* What stands at a limit is written, and read as it was; in a buffer that just holds it, and in none smaller. */
static void a_response_at_its_limits_is_written(void **state)
{
    (void)state;
    static void (*const rows[])(void) = {key_64,        salt_32,        key_1,         salt_1,       cipher_least,
                                         cipher_most,   encoding_least, encoding_most, sessions_255, failure_first,
                                         failure_last,  referral_most,  referral_least};
    static struct xk_session_result read_sessions[XK_CRYPTO_SESSIONS_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_get_keys_response read;
        size_t size = 0;
        size_t needed = 0;
        start();
        rows[i]();
        assert_int_equal(xk_get_keys_response_encode(&m, out, sizeof out, &size, NULL), XK_OK);
        assert_int_equal(xk_get_keys_response_encode(&m, out, size - 1, &needed, NULL), XK_E_SPACE);
        assert_int_equal(needed, size);
        assert_int_equal(xk_get_keys_response_encode(&m, out, size, &needed, NULL), XK_OK);
        assert_int_equal(xk_get_keys_response_decode(out, size, &read, read_sessions, m.session_count, NULL), XK_OK);
        assert_int_equal(read.failure, m.failure);
        assert_int_equal(read.referral.size, m.referral.size);
        assert_int_equal(read.session_count, m.session_count);
        for (size_t at = 0; at < m.session_count; at++) {
            assert_int_equal(read_sessions[at].cs_id, sessions[at].cs_id);
            assert_int_equal(read_sessions[at].failure, sessions[at].failure);
            assert_int_equal(read_sessions[at].key.size, sessions[at].key.size);
            assert_int_equal(read_sessions[at].salt.size, sessions[at].salt.size);
            assert_int_equal(read_sessions[at].cipher, sessions[at].cipher);
            assert_int_equal(read_sessions[at].encoding, sessions[at].encoding);
        }
    }
}

/* Sessions are few, and any order of them makes the same octets. */
static void sessions_are_written_in_one_order(void **state)
{
    (void)state;
    static uint8_t first[512];
    static const uint8_t orders[][4] = {{0, 1, 2, 255}, {255, 2, 1, 0}, {0, 2, 1, 255}, {1, 0, 2, 255}, {0, 1, 255, 2}};
    size_t first_size = 0;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        size_t size = 0;
        start();
        m.session_count = 4;
        for (size_t at = 0; at < 4; at++) {
            sessions[at].cs_id = orders[i][at];
            sessions[at].key = bytes(1u + orders[i][at] % 7u);
        }
        assert_int_equal(xk_get_keys_response_encode(&m, i == 0 ? first : out, sizeof first, &size, NULL), XK_OK);
        first_size = i == 0 ? size : first_size;
        assert_int_equal(size, first_size);
        assert_memory_equal(i == 0 ? first : out, first, size);
    }
}

static void identity_empty(void) { ask.public_kms_identity = bytes(0); }
static void identity_nowhere(void) { ask.public_kms_identity = nowhere; }
static void identity_long(void) { ask.public_kms_identity = bytes(XK_IDENTITY_MAX + 1); }
static void identity_not_text(void) { ask.public_kms_identity = xk_text("kms\xff"); }
static void init_absent(void) { ask.transfer_init = none; }
static void init_nowhere(void) { ask.transfer_init = nowhere; }
static void init_long(void) { ask.transfer_init = bytes(XK_MIKEY_MAX + 1); }
static void resp_empty(void) { ask.transfer_resp = bytes(0); }
static void resp_nowhere(void) { ask.transfer_resp = nowhere; }
static void resp_long(void) { ask.transfer_resp = bytes(XK_MIKEY_MAX + 1); }
static void update(struct xk_bytes init, struct xk_bytes resp)
{
    ask.update_init = init;
    ask.update_resp = resp;
}
static void update_without_init(void) { update(none, bytes(1)); }
static void update_init_empty(void) { update(bytes(0), bytes(1)); }
static void update_init_nowhere(void) { update(nowhere, bytes(1)); }
static void update_init_long(void) { update(bytes(XK_MIKEY_MAX + 1), bytes(1)); }
static void update_resp_empty(void) { update(bytes(1), bytes(0)); }
static void update_resp_nowhere(void) { update(bytes(1), nowhere); }
static void update_resp_long(void) { update(bytes(1), bytes(XK_MIKEY_MAX + 1)); }
static void initiator_empty(void) { ask.initiator_hint = bytes(0); }
static void initiator_nowhere(void) { ask.initiator_hint = nowhere; }
static void initiator_not_text(void) { ask.initiator_hint = xk_text("ab\xff"); }
static void responder_long(void) { ask.responder_hint = bytes(XK_IDENTITY_MAX + 1); }
static void responder_nowhere(void) { ask.responder_hint = nowhere; }

static void a_get_keys_outside_its_limits_is_told(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        enum xk_status status;
        const char *field;
        size_t offset;
    } rows[] = {
        {identity_empty, XK_E_FIELD_EMPTY, "Public KMS Identity", 0},
        {identity_nowhere, XK_E_ARGUMENT, "Public KMS Identity", 0},
        {identity_long, XK_E_FIELD_LIMIT, "Public KMS Identity", 0},
        {identity_not_text, XK_E_FIELD, "Public KMS Identity", 3},
        {init_absent, XK_E_FIELD_EMPTY, "TRANSFER_INIT", 0},
        {init_nowhere, XK_E_ARGUMENT, "TRANSFER_INIT", 0},
        {init_long, XK_E_FIELD_LIMIT, "TRANSFER_INIT", 0},
        {resp_empty, XK_E_FIELD_EMPTY, "TRANSFER_RESP", 0},
        {resp_nowhere, XK_E_ARGUMENT, "TRANSFER_RESP", 0},
        {resp_long, XK_E_FIELD_LIMIT, "TRANSFER_RESP", 0},
        {update_without_init, XK_E_FIELD, "update TRANSFER_INIT", 0},
        {update_init_empty, XK_E_FIELD_EMPTY, "update TRANSFER_INIT", 0},
        {update_init_nowhere, XK_E_ARGUMENT, "update TRANSFER_INIT", 0},
        {update_init_long, XK_E_FIELD_LIMIT, "update TRANSFER_INIT", 0},
        {update_resp_empty, XK_E_FIELD_EMPTY, "update TRANSFER_RESP", 0},
        {update_resp_nowhere, XK_E_ARGUMENT, "update TRANSFER_RESP", 0},
        {update_resp_long, XK_E_FIELD_LIMIT, "update TRANSFER_RESP", 0},
        {initiator_empty, XK_E_FIELD_EMPTY, "initiator hint", 0},
        {initiator_nowhere, XK_E_ARGUMENT, "initiator hint", 0},
        {initiator_not_text, XK_E_FIELD, "initiator hint", 2},
        {responder_long, XK_E_FIELD_LIMIT, "responder hint", 0},
        {responder_nowhere, XK_E_ARGUMENT, "responder hint", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 77, ""};
        size_t size = 77;
        start();
        rows[i].change();
        memset(out, 0x33, 64);
        assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, rows[i].offset);
        assert_int_equal(size, 77);
        assert_int_equal(out[0], 0x33);
    }
}

static void a_get_keys_at_its_limits_is_written(void **state)
{
    (void)state;
    struct xk_get_keys read;
    size_t size = 0;
    size_t needed = 0;
    start();
    ask.public_kms_identity = ask.initiator_hint = ask.responder_hint = bytes(XK_IDENTITY_MAX);
    ask.transfer_init = ask.transfer_resp = ask.update_init = ask.update_resp = bytes(XK_MIKEY_MAX);
    assert_int_equal(xk_get_keys_encode(&ask, NULL, 0, &size, NULL), XK_E_SPACE);
    assert_int_equal(xk_get_keys_encode(&ask, out, size - 1, &needed, NULL), XK_E_SPACE);
    assert_int_equal(needed, size);
    assert_int_equal(xk_get_keys_encode(&ask, out, size, &needed, NULL), XK_OK);
    assert_int_equal(xk_get_keys_decode(out, size, &read, NULL), XK_OK);
    assert_int_equal(read.public_kms_identity.size, XK_IDENTITY_MAX);
    assert_int_equal(read.initiator_hint.size, XK_IDENTITY_MAX);
    assert_int_equal(read.responder_hint.size, XK_IDENTITY_MAX);
    assert_int_equal(read.transfer_init.size, XK_MIKEY_MAX);
    assert_int_equal(read.transfer_resp.size, XK_MIKEY_MAX);
    assert_int_equal(read.update_init.size, XK_MIKEY_MAX);
    assert_int_equal(read.update_resp.size, XK_MIKEY_MAX);
    start();
    ask.public_kms_identity = ask.transfer_init = ask.transfer_resp = bytes(1);
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_get_keys_decode(out, size, &read, NULL), XK_OK);
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
    assert_int_equal(size, 77);
}

static void an_update_may_be_without_an_answer(void **state)
{
    (void)state;
    size_t size = 0;
    size_t whole_size = 0;
    struct xk_diag diag;
    struct xk_get_keys read;
    start();
    ask.update_init = ask.update_resp = bytes(1);
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &whole_size, NULL), XK_OK);
    /* Both entries are at the end, three octets each: the key, the head of the string, and its octet. */
    out[0] -= 1;
    memmove(out + whole_size - 6, out + whole_size - 3, 3);
    assert_int_equal(xk_get_keys_decode(out, whole_size - 3, &read, &diag), XK_E_MISSING);
    assert_string_equal(diag.field, "update TRANSFER_INIT");
    ask.update_resp = none;
    assert_int_equal(xk_get_keys_encode(&ask, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, whole_size - 3);
    assert_int_equal(xk_get_keys_decode(out, size, &read, NULL), XK_OK);
    assert_int_equal(read.update_init.size, 1);
    assert_null(read.update_resp.data);
    assert_int_equal(read.update_resp.size, 0);
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
        cmocka_unit_test(a_response_at_its_limits_is_written),
        cmocka_unit_test(sessions_are_written_in_one_order),
        cmocka_unit_test(a_get_keys_outside_its_limits_is_told),
        cmocka_unit_test(a_get_keys_at_its_limits_is_written),
        cmocka_unit_test(null_and_oversize_are_refused),
        cmocka_unit_test(an_update_may_be_without_an_answer),
        cmocka_unit_test(a_learned_head_changes_no_octet),
        cmocka_unit_test(heads_have_the_shortest_form),
        cmocka_unit_test(sessions_in_any_order_are_written_ascending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
