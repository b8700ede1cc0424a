/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/message.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

/* Written by hand from xk.cddl: map of 6, version 1, type 1, id, identity "sip:a@b", INIT 0102, RESP 03. */
#define HEAD "a6 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f"
#define BODY "03 67 7369703a614062 04 42 0102 05 41 03"

static struct xk_get_keys sample(void)
{
    static const uint8_t init[] = {1, 2};
    static const uint8_t resp[] = {3};
    struct xk_get_keys m;
    memset(&m, 0, sizeof m);
    for (uint8_t i = 0; i < 16; i++) {
        m.transaction_id.octets[i] = i;
    }
    m.public_kms_identity = xk_text("sip:a@b");
    m.transfer_init.data = init;
    m.transfer_init.size = sizeof init;
    m.transfer_resp.data = resp;
    m.transfer_resp.size = sizeof resp;
    return m;
}

static void encodes_to_the_octets_of_the_schema(void **state)
{
    (void)state;
    uint8_t wanted[64];
    uint8_t out[64];
    size_t size = 0;
    size_t expected = hex_decode(HEAD BODY, wanted, sizeof wanted);
    struct xk_get_keys m = sample();
    assert_int_equal(xk_get_keys_encode(&m, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(size, expected);
    assert_memory_equal(out, wanted, size);
}

static void too_small_a_buffer_is_told_the_size_and_left_alone(void **state)
{
    (void)state;
    struct xk_get_keys m = sample();
    size_t needed = 0;
    assert_int_equal(xk_get_keys_encode(&m, NULL, 0, &needed, NULL), XK_E_SPACE);
    for (size_t capacity = 0; capacity < needed; capacity++) {
        uint8_t out[64];
        size_t size = 0;
        memset(out, 0xee, sizeof out);
        assert_int_equal(xk_get_keys_encode(&m, out, capacity, &size, NULL), XK_E_SPACE);
        assert_int_equal(size, needed);
        for (size_t i = 0; i < sizeof out; i++) {
            assert_int_equal(out[i], 0xee);
        }
    }
}

static void bad_fields_are_named(void **state)
{
    (void)state;
    static uint8_t large[XK_MIKEY_MAX + 1];
    uint8_t out[64];
    size_t size;
    struct xk_diag diag;
    struct xk_get_keys m = sample();
    m.public_kms_identity = xk_text("sip:\xff");
    assert_int_equal(xk_get_keys_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "Public KMS Identity");
    assert_int_equal(diag.offset, 4);
    m = sample();
    m.transfer_init.size = 0;
    assert_int_equal(xk_get_keys_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD_EMPTY);
    assert_string_equal(diag.field, "TRANSFER_INIT");
    m = sample();
    m.transfer_resp.data = large;
    m.transfer_resp.size = sizeof large;
    assert_int_equal(xk_get_keys_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD_LIMIT);
    assert_string_equal(diag.field, "TRANSFER_RESP");
    m = sample();
    m.update_resp = m.transfer_init;
    assert_int_equal(xk_get_keys_encode(&m, out, sizeof out, &size, &diag), XK_E_FIELD);
    assert_string_equal(diag.field, "update TRANSFER_INIT");
}

static void everything_it_can_hold_comes_back(void **state)
{
    (void)state;
    struct xk_get_keys m = sample();
    m.transfer_resp.data = NULL;
    m.transfer_resp.size = 0;
    m.update_init = xk_text("update init");
    m.update_resp = xk_text("update resp");
    m.initiator_hint = xk_text("sip:i@x");
    m.responder_hint = xk_text("tel:+1555");
    uint8_t out[256];
    size_t size;
    struct xk_get_keys back;
    assert_int_equal(xk_get_keys_encode(&m, out, sizeof out, &size, NULL), XK_OK);
    assert_int_equal(xk_get_keys_decode(out, size, &back, NULL), XK_OK);
    assert_memory_equal(back.transaction_id.octets, m.transaction_id.octets, 16);
    assert_null(back.transfer_resp.data);
    const struct xk_bytes *const got[] = {&back.public_kms_identity, &back.transfer_init, &back.update_init,
                                          &back.update_resp, &back.initiator_hint, &back.responder_hint};
    const struct xk_bytes *const put[] = {&m.public_kms_identity, &m.transfer_init, &m.update_init,
                                          &m.update_resp, &m.initiator_hint, &m.responder_hint};
    for (size_t i = 0; i < sizeof got / sizeof got[0]; i++) {
        assert_int_equal(got[i]->size, put[i]->size);
        assert_memory_equal(got[i]->data, put[i]->data, put[i]->size);
        assert_true(got[i]->data > out && got[i]->data < out + size);
    }
}

struct refusal {
    const char *hex;
    enum xk_status status;
    size_t offset;
    const char *field;
};

static const struct refusal refusals[] = {
    {HEAD BODY "00", XK_E_TRAILING, 39, "message"},
    {"80", XK_E_TYPE, 0, "message"},
    {"a0", XK_E_MISSING, 1, "version"},
    {"bf 00 01 ff", XK_E_INDEFINITE, 0, "message"},
    {"b8 06 00 01", XK_E_NONCANONICAL, 0, "message"},
    {"b8 41 00 01", XK_E_LIMIT, 0, "message"},
    {"bb ffffffffffffffff 00 01", XK_E_LIMIT, 0, "message"},
    {"bb 80", XK_E_TRUNCATED, 2, "message"},
    {"fc", XK_E_MALFORMED, 0, "message"},
    {"f9 7e00", XK_E_MALFORMED, 0, "message"},
    {"c2 a0", XK_E_MALFORMED, 0, "message"},
    {"f8 00", XK_E_MALFORMED, 0, "message"},
    {"1f", XK_E_MALFORMED, 0, "message"},
    {"3f", XK_E_MALFORMED, 0, "message"},
    {"5f", XK_E_INDEFINITE, 0, "message"},
    {"df", XK_E_MALFORMED, 0, "message"},
    {"ff", XK_E_MALFORMED, 0, "message"},
    {"a6 20 01", XK_E_TYPE, 1, "map key"},
    {"a6 00 02", XK_E_VERSION, 2, "version"},
    {"a6 00 19 0100", XK_E_VERSION, 2, "version"},
    {"a6 00 1a 00010000", XK_E_VERSION, 2, "version"},
    {"a6 00 1b 0000000100000000", XK_E_VERSION, 2, "version"},
    {"a6 00 20", XK_E_TYPE, 2, "version"},
    {"a6 00 39 0100", XK_E_TYPE, 2, "version"},
    {"a6 00 3a 00010000", XK_E_TYPE, 2, "version"},
    {"a6 00 18 00", XK_E_NONCANONICAL, 2, "version"},
    {"a6 00 19 0000", XK_E_NONCANONICAL, 2, "version"},
    {"a6 00 01 01 03", XK_E_MESSAGE_TYPE, 4, "message type"},
    {"a6 00 01 01 02 02 50 000102030405060708090a0b0c0d0e0f", XK_E_MESSAGE_TYPE, 4, "message type"},
    {"a6 00 01 02", XK_E_MISSING, 3, "message type"},
    {"a6 00 01 00 01", XK_E_DUPLICATE_KEY, 3, "map key"},
    {"a6 00 01 01 01 02 62 6162", XK_E_TYPE, 6, "transaction id"},
    {"a6 00 01 01 01 02 4f 000102030405060708090a0b0c0d0e", XK_E_VALUE, 6, "transaction id"},
    {"a6 00 01 01 01 02 51 000102030405060708090a0b0c0d0e0f10", XK_E_LIMIT, 6, "transaction id"},
    {"a6 00 01 01 01 02 5f 41 00 ff", XK_E_INDEFINITE, 6, "transaction id"},
    {HEAD "03 61 ff", XK_E_UTF8, 25, "Public KMS Identity"},
    {HEAD "03 62 c080", XK_E_UTF8, 25, "Public KMS Identity"},
    {HEAD "03 63 eda080", XK_E_UTF8, 25, "Public KMS Identity"},
    {HEAD "03 63 610062", XK_E_UTF8, 26, "Public KMS Identity"},
    {HEAD "03 60", XK_E_EMPTY, 24, "Public KMS Identity"},
    {HEAD "03 41 61", XK_E_TYPE, 24, "Public KMS Identity"},
    {HEAD "03 79 0401", XK_E_TRUNCATED, 27, "Public KMS Identity"},
    {HEAD "03 61 61 03 61 61", XK_E_DUPLICATE_KEY, 26, "map key"},
    {HEAD "04 41 01 03 61 61", XK_E_KEY_ORDER, 26, "map key"},
    {HEAD "03 61 61 04 40", XK_E_EMPTY, 27, "TRANSFER_INIT"},
    {HEAD "03 61 61 04 5b ffffffffffffffff", XK_E_TRUNCATED, 36, "TRANSFER_INIT"},
    {HEAD "03 61 61 04 41 01 05 f7", XK_E_MALFORMED, 30, "TRANSFER_RESP"},
    {HEAD "03 61 61 04 41 01 05 fa 7fc00000", XK_E_MALFORMED, 30, "TRANSFER_RESP"},
    {HEAD "03 61 61 04 41 01 05 3b ffffffffffffffff", XK_E_TYPE, 30, "TRANSFER_RESP"},
    {HEAD "03 61 61 04 41 01 0a 00", XK_E_CRITICAL, 29, "map key"},
    {HEAD "03 61 61 04 41 01 18 7f 00", XK_E_CRITICAL, 29, "map key"},
    {"a7 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 07 41 01", XK_E_MISSING, 34,
     "update TRANSFER_INIT"},
    {"a5 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01", XK_E_MISSING, 29, "TRANSFER_RESP"},
    {"a5 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 05 41 01", XK_E_MISSING, 29, "TRANSFER_INIT"},
    {"a4 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 04 41 01", XK_E_MISSING, 26, "Public KMS Identity"},
    /* extensions are skipped, but not unseen */
    {"a7 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 18 80 81 81 81 81 00",
     XK_E_DEPTH, 36, "extension"},
    {"a8 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 18 80 00 18 40 00",
     XK_E_KEY_ORDER, 34, "map key"},
    {"a8 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 18 80 00 18 80 00",
     XK_E_DUPLICATE_KEY, 34, "map key"},
    {"a7 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 18 80 9f ff", XK_E_INDEFINITE, 33,
     "extension"},
    {"a7 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 18 80 61 ff", XK_E_UTF8, 33,
     "extension"},
    {"a7 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f 03 61 61 04 41 01 05 f6 18 80 9b ffffffffffffffff",
     XK_E_TRUNCATED, 42, "extension"},
};

static void every_refusal_names_its_cause_and_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        uint8_t data[256];
        size_t size = hex_decode(refusals[i].hex, data, sizeof data);
        struct xk_get_keys m;
        struct xk_get_keys untouched;
        struct xk_diag diag;
        memset(&m, 0xcd, sizeof m);
        memset(&untouched, 0xcd, sizeof untouched);
        enum xk_status status = xk_get_keys_decode(data, size, &m, &diag);
        if (status != refusals[i].status || diag.offset != refusals[i].offset ||
            strcmp(diag.field, refusals[i].field) != 0) {
            fail_msg("case %zu: %s at %zu in '%s', wanted %s at %zu in '%s'", i, xk_status_name(status), diag.offset,
                     diag.field, xk_status_name(refusals[i].status), refusals[i].offset, refusals[i].field);
        }
        assert_int_equal(diag.status, status);
        assert_memory_equal(&m, &untouched, sizeof m);
    }
}

static void cut_at_any_octet_it_is_truncated(void **state)
{
    (void)state;
    uint8_t data[64];
    size_t size = hex_decode(HEAD BODY, data, sizeof data);
    for (size_t cut = 0; cut < size; cut++) {
        struct xk_get_keys m;
        struct xk_diag diag;
        assert_int_equal(xk_get_keys_decode(data, cut, &m, &diag), XK_E_TRUNCATED);
        assert_int_equal(diag.offset, cut);
    }
}

static void a_flipped_bit_is_refused_or_means_something_else(void **state)
{
    (void)state;
    uint8_t data[64];
    size_t size = hex_decode(HEAD BODY, data, sizeof data);
    for (size_t bit = 0; bit < size * 8; bit++) {
        struct xk_get_keys m;
        uint8_t again[128];
        size_t length;
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (xk_get_keys_decode(data, size, &m, NULL) == XK_OK) {
            assert_int_equal(xk_get_keys_encode(&m, again, sizeof again, &length, NULL), XK_OK);
            assert_int_equal(length, size);
            assert_memory_equal(again, data, size);
        }
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void non_critical_extensions_are_skipped(void **state)
{
    (void)state;
    uint8_t data[128];
    size_t size = hex_decode("a7 00 01 01 01 02 50 000102030405060708090a0b0c0d0e0f" BODY "18 80 82 a1 01 f5 38 20",
                             data, sizeof data);
    struct xk_get_keys m;
    assert_int_equal(xk_get_keys_decode(data, size, &m, NULL), XK_OK);
    assert_int_equal(m.transfer_resp.data[0], 3);
}

static void message_types_have_names(void **state)
{
    (void)state;
    assert_string_equal(xk_message_type_name(XK_MESSAGE_GET_KEYS), "get_keys");
    assert_string_equal(xk_message_type_name(XK_MESSAGE_GET_KEYS_RESPONSE), "get_keys_response");
    assert_string_equal(xk_message_type_name((enum xk_message_type)0), "?");
    assert_string_equal(xk_message_type_name((enum xk_message_type)3), "?");
}

static void peek_reads_the_first_three_fields(void **state)
{
    (void)state;
    uint8_t data[64];
    size_t size = hex_decode(HEAD, data, sizeof data);
    enum xk_message_type type;
    struct xk_transaction_id id;
    assert_int_equal(xk_message_peek(data, size, &type, &id, NULL), XK_OK);
    assert_int_equal(type, XK_MESSAGE_GET_KEYS);
    assert_int_equal(id.octets[15], 15);
    assert_int_equal(xk_message_peek(data, size - 1, &type, &id, NULL), XK_E_TRUNCATED);
    assert_int_equal(xk_message_peek(NULL, 0, &type, &id, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_to_the_octets_of_the_schema),
        cmocka_unit_test(too_small_a_buffer_is_told_the_size_and_left_alone),
        cmocka_unit_test(bad_fields_are_named),
        cmocka_unit_test(everything_it_can_hold_comes_back),
        cmocka_unit_test(every_refusal_names_its_cause_and_place),
        cmocka_unit_test(cut_at_any_octet_it_is_truncated),
        cmocka_unit_test(a_flipped_bit_is_refused_or_means_something_else),
        cmocka_unit_test(non_critical_extensions_are_skipped),
        cmocka_unit_test(message_types_have_names),
        cmocka_unit_test(peek_reads_the_first_three_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
