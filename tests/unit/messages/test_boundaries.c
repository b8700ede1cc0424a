/* SPDX-License-Identifier: BSD-2-Clause */
/* Both sides of each boundary of the reader: shortest heads, depth, the size of a message, what a key may be. */
#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "messages/cbor_read.h"
#include "support/hex.h"

#define ID "50 000102030405060708090a0b0c0d0e0f"
#define ASK "00 01 01 01 02 " ID "03 61 61 04 41 01 05 f6"
#define ANSWER "00 01 01 02 02 " ID
#define SESSION "03 81 a3 00 01 01 41 00"

static struct xk_diag diag;
static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];

/* On the heap and of its exact size, so that a look beyond it is seen. */
static enum xk_status decode(const char *hex)
{
    uint8_t octets[256];
    struct xk_get_keys ask;
    struct xk_get_keys_response answer;
    size_t size = hex_decode(hex, octets, sizeof octets);
    uint8_t *data = malloc(size);
    assert_non_null(data);
    memcpy(data, octets, size);
    diag = (struct xk_diag){XK_OK, 999, "untouched"};
    bool get_keys = octets[4] == XK_MESSAGE_GET_KEYS;
    enum xk_status status =
        get_keys ? xk_get_keys_decode(data, size, &ask, &diag)
                 : xk_get_keys_response_decode(data, size, &answer, sessions, XK_CRYPTO_SESSIONS_MAX, &diag);
    free(data);
    assert_int_equal(diag.status, status);
    assert_int_equal(diag.offset == 999, status == XK_OK);
    return status;
}

static void a_head_is_shortest_from_its_first_value_on(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        unsigned int info; /* that the value is written with */
        bool good;
    } rows[] = {
        {0, 24, false},          {15, 24, false},         {16, 24, false},          {22, 24, false},
        {23, 24, false},         {24, 24, true},          {255, 24, true},          {23, 25, false},
        {24, 25, false},         {255, 25, false},        {256, 25, true},          {0x0fff, 25, true},
        {65535, 25, true},       {255, 26, false},        {256, 26, false},         {65535, 26, false},
        {65536, 26, true},       {UINT32_MAX, 26, true},  {65535, 27, false},       {65536, 27, false},
        {UINT32_MAX, 27, false}, {(uint64_t)UINT32_MAX + 1, 27, true},              {UINT64_MAX, 27, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t width = (size_t)1 << (rows[i].info - 24);
        uint8_t *head = calloc(1 + width, 1);
        uint64_t value = 77;
        assert_non_null(head);
        head[0] = (uint8_t)rows[i].info;
        for (size_t at = 0; at < width; at++) {
            head[1 + at] = (uint8_t)(rows[i].value >> 8 * (width - 1 - at));
        }
        struct xki_reader r = {head, 1 + width, 0, &diag};
        enum xk_status status = xki_read_uint(&r, UINT64_MAX, &value, "number");
        assert_int_equal(status, rows[i].good ? XK_OK : XK_E_NONCANONICAL);
        assert_true(value == (rows[i].good ? rows[i].value : 77));
        assert_int_equal(r.at, rows[i].good ? 1 + width : 0);
        for (size_t cut = 0; cut <= width; cut++) {
            uint8_t *less = malloc(cut + 1);
            assert_non_null(less);
            memcpy(less, head, cut);
            r = (struct xki_reader){less, cut, 0, &diag};
            assert_int_equal(xki_read_uint(&r, UINT64_MAX, &value, "number"), XK_E_TRUNCATED);
            assert_int_equal(diag.offset, cut);
            free(less);
        }
        free(head);
    }
}

static void numbers_end_at_their_maximum(void **state)
{
    (void)state;
    static const uint8_t number[] = {0x18, 200};
    uint64_t value = 77;
    struct xki_reader r = {number, sizeof number, 0, &diag};
    assert_int_equal(xki_read_uint(&r, 199, &value, "number"), XK_E_LIMIT);
    assert_int_equal(value, 77);
    assert_int_equal(diag.offset, 0);
    r.at = 0;
    assert_int_equal(xki_read_uint(&r, 200, &value, "number"), XK_OK);
    assert_int_equal(value, 200);
}

static void refusals_at_the_edge(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum xk_status status;
        size_t offset;
        const char *field;
    } rows[] = {
        {"a4" ANSWER "04 18 fe", XK_OK, 999, "untouched"},
        {"a4" ANSWER "04 19 0100", XK_E_LIMIT, 24, "failure"},
        {"a4" ANSWER SESSION "04 18 ff", XK_OK, 999, "untouched"},
        {"a4" ANSWER SESSION "04 19 0100", XK_E_LIMIT, 32, "cipher"},
        {"a4" ANSWER SESSION "05 01", XK_OK, 999, "untouched"},
        {"a4" ANSWER SESSION "06 01", XK_OK, 999, "untouched"},
        /* key 128 is the first extension; a key below it that is not known is refused, 63 and 64 too */
        {"a7" ASK "18 80 00", XK_OK, 999, "untouched"},
        {"a7" ASK "18 7f 00", XK_E_CRITICAL, 31, "map key"},
        {"a7" ASK "18 3f 00", XK_E_CRITICAL, 31, "map key"},
        {"a7" ASK "18 40 00", XK_E_CRITICAL, 31, "map key"},
        /* an extension stands for no other key */
        {"a4" ANSWER "03 81 a2 01 41 00 18 80 00", XK_E_MISSING, 25, "Crypto Session ID"},
        {"a4" ANSWER "03 81 a2 00 01 18 83 00", XK_E_MISSING, 25, "session key"},
        {"a8" ASK "18 80 00 18 80 00", XK_E_DUPLICATE_KEY, 34, "map key"},
        {"a8" ASK "18 81 00 18 80 00", XK_E_KEY_ORDER, 34, "map key"},
        {"a8" ASK "18 80 00 05 f6", XK_E_DUPLICATE_KEY, 34, "map key"},
        {"a8" ASK "18 80 00 06 41 01", XK_E_KEY_ORDER, 34, "map key"},
        /* four levels in all, wherever they begin */
        {"a7" ASK "18 80 81 81 81 00", XK_OK, 999, "untouched"},
        {"a7" ASK "18 80 81 81 81 80", XK_E_DEPTH, 36, "extension"},
        {"a7" ASK "18 80 a1 00 a1 00 a1 00 00", XK_OK, 999, "untouched"},
        {"a7" ASK "18 80 82 00 82 00 82 00 a0", XK_E_DEPTH, 39, "extension"},
        {"a5" ANSWER "04 01 18 80 81 81 81 00", XK_OK, 999, "untouched"},
        {"a5" ANSWER "04 01 18 80 81 81 81 80", XK_E_DEPTH, 30, "extension"},
        {"a4" ANSWER SESSION "18 80 81 00", XK_OK, 999, "untouched"},
        {"a4" ANSWER SESSION "18 80 81 80", XK_E_DEPTH, 34, "extension"},
        /* counts in an extension that no message can hold */
        {"a7" ASK "18 80 98 ff 00", XK_E_TRUNCATED, 36, "extension"},
        {"a7" ASK "18 80 9a ffffffff", XK_E_TRUNCATED, 38, "extension"},
        {"a7" ASK "18 80 bb 8000000000000000", XK_E_TRUNCATED, 42, "extension"},
        {"a7" ASK "18 80 82 00 00", XK_OK, 999, "untouched"},
        {"a7" ASK "18 80 a1 00 00", XK_OK, 999, "untouched"},
        {"a7" ASK "18 80 a1 00", XK_E_TRUNCATED, 35, "extension"},
        {"a7" ASK "18 80 63 61 62 ff", XK_E_UTF8, 33, "extension"},
        {"a7" ASK "18 80 43 61 62 ff", XK_OK, 999, "untouched"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum xk_status status = decode(rows[i].hex);
        if (status != rows[i].status || diag.offset != rows[i].offset || strcmp(diag.field, rows[i].field) != 0) {
            fail_msg("row %zu: %s at %zu in '%s'", i, xk_status_name(status), diag.offset, diag.field);
        }
    }
    assert_int_equal(decode("a4" ANSWER SESSION "04 18 ff"), XK_OK);
    assert_int_equal(sessions[0].cipher, 255);
    assert_int_equal(decode("a4" ANSWER SESSION "05 01"), XK_OK);
    assert_int_equal(sessions[0].encoding, XK_KEY_ENCODING_TEK);
    assert_int_equal(decode("a4" ANSWER SESSION "06 01"), XK_OK);
    assert_int_equal(sessions[0].expiry, 1);
}

/* `hex`, whose map has one entry more than it shows, filled with an extension until it has `size` octets. */
static size_t fill(const char *hex, uint8_t *out, size_t size)
{
    size_t at = hex_decode(hex, out, 128);
    size_t content = size - at - 2 - 5;
    out[at++] = 0x18;
    out[at++] = 0x80;
    out[at++] = 0x5a;
    for (unsigned int i = 0; i < 4; i++) {
        out[at++] = (uint8_t)(content >> 8 * (3 - i));
    }
    memset(out + at, 0x5b, content);
    return at + content;
}

static void a_message_may_fill_its_limit(void **state)
{
    (void)state;
    static uint8_t octets[XK_MESSAGE_MAX + 1];
    struct xk_get_keys ask;
    struct xk_get_keys_response answer;
    for (size_t over = 0; over < 2; over++) {
        enum xk_status wanted = over == 0 ? XK_OK : XK_E_LIMIT;
        assert_int_equal(fill("a7" ASK, octets, XK_MESSAGE_MAX + over), XK_MESSAGE_MAX + over);
        assert_int_equal(xk_get_keys_decode(octets, XK_MESSAGE_MAX + over, &ask, &diag), wanted);
        assert_true(over == 0 || diag.offset == XK_MESSAGE_MAX);
        assert_int_equal(fill("a5" ANSWER "04 01", octets, XK_MESSAGE_MAX + over), XK_MESSAGE_MAX + over);
        assert_int_equal(xk_get_keys_response_decode(octets, XK_MESSAGE_MAX + over, &answer, NULL, 0, &diag), wanted);
        assert_true(over == 0 || diag.offset == XK_MESSAGE_MAX);
    }
}

static void what_the_caller_did_wrong_has_no_place(void **state)
{
    (void)state;
    static const struct xk_get_keys_response answer = {.failure = XK_FAILURE_GENERIC};
    const uint8_t one = 1;
    const struct xk_get_keys ask = {.public_kms_identity = xk_text("k"), .transfer_init = {&one, 1}};
    struct xk_get_keys_response read;
    struct xk_get_keys asked;
    enum xk_message_type type;
    struct xk_transaction_id id;
    uint8_t out[8];
    size_t size = 0;
    assert_int_equal(xk_get_keys_response_decode(&one, 1, &read, NULL, 1, &diag), XK_E_ARGUMENT);
    for (unsigned int call = 0; call < 7; call++) {
        diag = (struct xk_diag){XK_OK, 999, NULL};
        enum xk_status status = call == 0   ? xk_get_keys_encode(NULL, out, 8, &size, &diag)
                                : call == 1 ? xk_get_keys_response_encode(NULL, out, 8, &size, &diag)
                                : call == 2 ? xk_get_keys_decode(NULL, 1, &asked, &diag)
                                : call == 3 ? xk_get_keys_response_decode(NULL, 1, &read, sessions, 1, &diag)
                                : call == 4 ? xk_message_peek(NULL, 1, &type, &id, &diag)
                                : call == 5 ? xk_get_keys_encode(&ask, out, 8, &size, &diag)
                                            : xk_get_keys_response_encode(&answer, out, 8, &size, &diag);
        assert_int_equal(status, call < 5 ? XK_E_ARGUMENT : XK_E_SPACE);
        assert_int_equal(diag.status, status);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_shortest_from_its_first_value_on),
        cmocka_unit_test(numbers_end_at_their_maximum),
        cmocka_unit_test(refusals_at_the_edge),
        cmocka_unit_test(a_message_may_fill_its_limit),
        cmocka_unit_test(what_the_caller_did_wrong_has_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
