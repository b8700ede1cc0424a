/* SPDX-License-Identifier: BSD-2-Clause */
/* Issuing and building: what is refused, and that nothing is written where it is. */
#include <xk_kms/issue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk_kms/kms.h>

#include "scenario.h"

static const uint8_t octets[3000] = {1};
static uint8_t out[4096];
static const uint8_t when[8] = {0xd1};
static const uint8_t policy[] = {0, 9}; /* what the policy says is of no concern to the issuer */

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static struct xk_kms_ticket_content content(const struct xk_mikey_key_data *key)
{
    struct xk_kms_ticket_content c;
    memset(&c, 0, sizeof c);
    c.type = c.subtype = c.version = 1;
    c.flags = BASE_FLAGS;
    c.policy = (struct xk_bytes){policy, sizeof policy};
    c.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    c.rand = bytes(16);
    c.keys = key;
    c.key_count = 1;
    c.protection_key = bytes(16);
    c.suite = XK_KMS_SUITE_128;
    return c;
}

static void is_refused(const struct xk_kms_ticket_content *c, enum xk_status wanted)
{
    struct xk_mikey_ticket ticket;
    struct xk_mikey_ticket before;
    size_t size = 77;
    memset(&ticket, 0x33, sizeof ticket);
    before = ticket;
    assert_int_equal(xk_kms_issue_ticket(c, out, sizeof out, &size, &ticket, NULL), wanted);
    assert_int_equal(size, 77);
    assert_memory_equal(&ticket, &before, sizeof ticket);
}

static void a_ticket_that_has_no_encoding_is_refused(void **state)
{
    (void)state;
    struct xk_mikey_key_data key = key_of(XK_MIKEY_TGK, false);
    struct xk_kms_ticket_content c = content(&key);
    c.prf = 2;
    is_refused(&c, XK_E_FIELD);
    c = content(&key);
    c.suite = (enum xk_kms_suite)3;
    is_refused(&c, XK_E_FIELD);
    c = content(&key);
    c.key_count = 0;
    is_refused(&c, XK_E_FIELD_EMPTY);
    c = content(&key);
    c.rand = bytes(0);
    is_refused(&c, XK_E_FIELD);
    c = content(&key);
    c.policy.size = 0;
    is_refused(&c, XK_E_FIELD);
    key.key = bytes(XK_KMS_KEMAC_MAX);
    c = content(&key);
    is_refused(&c, XK_E_SPACE);
}

static void a_ticket_names_its_key_and_ends_where_it_says(void **state)
{
    (void)state;
    const struct xk_mikey_key_data key = key_of(XK_MIKEY_TGK, false);
    struct xk_kms_ticket_content c = content(&key);
    struct xk_mikey_ticket ticket;
    struct xk_mikey_ticket_data data;
    size_t whole = 0;
    size_t size = 0;
    c.psk = (struct xk_mikey_identity){XK_MIKEY_IDR_PSK, XK_MIKEY_ID_BYTES, xk_text("key 9")};
    assert_int_equal(xk_kms_issue_ticket(&c, out, sizeof out, &whole, &ticket, NULL), XK_OK);
    assert_int_equal(xk_mikey_read_ticket_data(&ticket, &data, NULL), XK_OK);
    assert_ptr_equal(ticket.whole.data, out);
    assert_int_equal(ticket.whole.size, whole);
    assert_ptr_equal(ticket.policy.data, out + 10);
    assert_int_equal(ticket.policy.size, sizeof policy);
    assert_ptr_equal(ticket.ticket_data.data, out + 10 + sizeof policy + 2);
    assert_int_equal(ticket.ticket_data.size, whole - 10 - sizeof policy - 4);
    assert_int_equal(ticket.initiator_data_offset, whole - 2);
    assert_int_equal(data.psk.data.size, 5);
    assert_memory_equal(data.psk.data.data, "key 9", 5);
    for (size_t capacity = 0; capacity < whole; capacity++) {
        out[capacity] = 0x77;
        assert_int_equal(xk_kms_issue_ticket(&c, out, capacity, &size, &ticket, NULL), XK_E_SPACE);
        assert_int_equal(out[capacity], 0x77);
    }
}

static struct xk_kms_transfer transfer(void)
{
    struct xk_kms_transfer t;
    memset(&t, 0, sizeof t);
    t.header = (struct xk_mikey_header){.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT,
                                        .map_type = XK_MIKEY_MAP_GENERIC_ID};
    t.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    t.message_key = bytes(16);
    t.suite = XK_KMS_SUITE_128;
    return t;
}

static void a_message_that_has_no_encoding_is_refused(void **state)
{
    (void)state;
    static const struct xk_mikey_key_data none;
    size_t size = 77;
    struct xk_kms_transfer t = transfer();
    assert_int_equal(xk_kms_build_transfer(NULL, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_build_transfer(&t, NULL, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, NULL, NULL), XK_E_ARGUMENT);
    t.message_key.data = NULL;
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    t = transfer();
    t.header.prf = 2;
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_E_FIELD);
    t = transfer();
    t.suite = (enum xk_kms_suite)0;
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_E_FIELD);
    t = transfer();
    t.header.data_type = 2;
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_E_FIELD);
    t = transfer();
    t.keys = &none;
    t.key_count = 1;
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_E_FIELD);
    t = transfer();
    t.header.data_type = XK_MIKEY_TRANSFER_RESP;
    const struct xk_mikey_key_data key = key_of(XK_MIKEY_TEK, false);
    t.keys = &key;
    t.key_count = 1;
    t.init = bytes(20); /* no message whose time it could take */
    assert_int_not_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_OK);
    t = transfer();
    t.header.version = 2; /* what the reader refuses is not given a MAC */
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &size, NULL), XK_E_MIKEY_VERSION);
    assert_int_equal(size, 77);
}

static void a_message_without_a_ticket_has_its_mac(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    size_t whole = 0;
    size_t size = 0;
    struct xk_kms_transfer t = transfer();
    assert_int_equal(xk_kms_build_transfer(&t, out, sizeof out, &whole, NULL), XK_OK);
    assert_int_equal(xk_mikey_parse_transfer_init(out, whole, &m, NULL), XK_OK);
    assert_int_equal(m.v.mac.size, 20);
    for (size_t capacity = 0; capacity < whole; capacity++) {
        assert_int_equal(xk_kms_build_transfer(&t, out, capacity, &size, NULL), XK_E_SPACE);
    }
}

static void null_and_unknown_are_refused(void **state)
{
    (void)state;
    uint8_t a[16];
    uint8_t b[16];
    const struct xk_bytes key = bytes(16);
    const struct xk_bytes no = {NULL, 0};
    const struct xk_mikey_key_data tgk = key_of(XK_MIKEY_TGK, false);
    struct xk_kms_ticket_content c = content(&tgk);
    struct xk_mikey_ticket ticket;
    size_t size;
    assert_int_equal(xk_kms_prf(0, no, key, a, 16, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_prf(0, key, no, a, 16, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_prf(0, key, key, NULL, 16, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_prf(0, key, key, a, 0, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_prf(0, key, key, out, 257, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_prf(2, key, key, a, 16, NULL), XK_E_FIELD);
    assert_int_equal(xk_kms_split_mpk(0, no, key, a, b, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_split_mpk(0, bytes(0), key, a, b, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_split_mpk(0, key, key, NULL, b, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_split_mpk(0, key, key, a, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_split_mpk(2, key, key, a, b, NULL), XK_E_FIELD);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, no, key, key, a, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, bytes(0), key, key, a, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, no, key, a, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, key, no, a, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, key, key, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(2, XK_KMS_FORK_TGK, key, key, key, a, NULL), XK_E_FIELD);
    assert_int_equal(xk_kms_issue_ticket(NULL, out, sizeof out, &size, &ticket, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_issue_ticket(&c, NULL, sizeof out, &size, &ticket, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_issue_ticket(&c, out, sizeof out, NULL, &ticket, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_issue_ticket(&c, out, sizeof out, &size, NULL, NULL), XK_E_ARGUMENT);
    c.protection_key = no;
    assert_int_equal(xk_kms_issue_ticket(&c, out, sizeof out, &size, &ticket, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_that_has_no_encoding_is_refused),
        cmocka_unit_test(a_ticket_names_its_key_and_ends_where_it_says),
        cmocka_unit_test(a_message_that_has_no_encoding_is_refused),
        cmocka_unit_test(a_message_without_a_ticket_has_its_mac),
        cmocka_unit_test(null_and_unknown_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
