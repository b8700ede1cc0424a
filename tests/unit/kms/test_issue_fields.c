/* SPDX-License-Identifier: BSD-2-Clause */
/* Each member of what is issued, wrong by itself: the status and the name of the field. */
#include <xk_kms/issue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include <xk_kms/kms.h>

#include "scenario.h"

static const uint8_t octets[3000] = {1};
static uint8_t out[4096];
static const uint8_t when[8] = {0xd1};

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static void says(const struct xk_diag *diag, enum xk_status status, const char *field)
{
    assert_int_equal(diag->status, status);
    assert_int_equal(diag->offset, 0);
    assert_string_equal(diag->field, field);
}

static struct xk_kms_ticket_content content(const struct xk_mikey_key_data *key)
{
    static const uint8_t policy[] = {0, 9};
    struct xk_kms_ticket_content c;
    memset(&c, 0, sizeof c);
    c.type = c.subtype = c.version = 1;
    c.flags = BASE_FLAGS;
    c.policy = (struct xk_bytes){policy, sizeof policy};
    c.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    c.rand = bytes(16);
    c.header = bytes(2);
    c.psk = (struct xk_mikey_identity){XK_MIKEY_IDR_PSK, XK_MIKEY_ID_BYTES, bytes(3)};
    c.keys = key;
    c.key_count = 1;
    c.protection_key = bytes(16);
    c.suite = XK_KMS_SUITE_128;
    return c;
}

static enum xk_status issue(const struct xk_kms_ticket_content *c, struct xk_diag *diag)
{
    struct xk_mikey_ticket ticket;
    size_t size = 77;
    enum xk_status status = xk_kms_issue_ticket(c, out, sizeof out, &size, &ticket, diag);
    assert_int_equal(status != XK_OK, size == 77);
    return status;
}

static void each_view_of_a_ticket_has_an_address(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *name;
    } views[] = {
        {offsetof(struct xk_kms_ticket_content, protection_key), "protection_key"},
        {offsetof(struct xk_kms_ticket_content, rand), "rand"},
        {offsetof(struct xk_kms_ticket_content, policy), "policy"},
        {offsetof(struct xk_kms_ticket_content, header), "header"},
        {offsetof(struct xk_kms_ticket_content, psk.data), "psk"},
    };
    const struct xk_mikey_key_data key = key_of(XK_MIKEY_TGK, false);
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        struct xk_kms_ticket_content c = content(&key);
        struct xk_diag diag = {XK_OK, 9, NULL};
        const struct xk_bytes nowhere = {NULL, 5};
        assert_int_equal(issue(&c, &diag), XK_OK);
        memcpy((uint8_t *)&c + views[i].offset, &nowhere, sizeof nowhere);
        assert_int_equal(issue(&c, &diag), XK_E_ARGUMENT);
        says(&diag, XK_E_ARGUMENT, views[i].name);
    }
    struct xk_kms_ticket_content c = content(NULL);
    struct xk_diag diag;
    assert_int_equal(issue(&c, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "keys");
    c = content(&key);
    c.protection_key.size = 0;
    assert_int_equal(issue(&c, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "protection_key");
    c = content(&key);
    c.rand.size = 256;
    assert_int_equal(issue(&c, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "rand");
    c.rand.size = 255;
    assert_int_equal(issue(&c, &diag), XK_OK);
    c.header = c.psk.data = (struct xk_bytes){NULL, 0}; /* they may be left out */
    assert_int_equal(issue(&c, &diag), XK_OK);
}

static void each_algorithm_of_a_ticket_is_known(void **state)
{
    (void)state;
    const struct xk_mikey_key_data key = key_of(XK_MIKEY_TGK, false);
    struct xk_diag diag;
    struct xk_kms_ticket_content c = content(&key);
    c.prf = 2;
    assert_int_equal(issue(&c, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "PRF func");
    for (unsigned int suite = 0; suite < 4; suite++) {
        c = content(&key);
        c.suite = (enum xk_kms_suite)suite;
        bool known = suite == 1 || suite == 2;
        assert_int_equal(issue(&c, &diag), known ? XK_OK : XK_E_FIELD);
        if (!known) {
            says(&diag, XK_E_FIELD, "suite");
        }
    }
    c = content(&key);
    c.encryption = XK_KMS_ENCRYPTION_AES_CM_256;
    assert_int_equal(issue(&c, &diag), XK_OK);
    c.encryption = (enum xk_kms_encryption)4;
    assert_int_equal(issue(&c, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "KEMAC");
    c.encryption = XK_KMS_ENCRYPTION_AES_KW_128; /* 4, 16 and 3 octets of key data */
    assert_int_equal(issue(&c, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "KEMAC");
    c.keys = NULL;
    c.key_count = 0;
    assert_int_equal(issue(&c, &diag), XK_E_FIELD_EMPTY);
    assert_int_equal(diag.status, XK_E_FIELD_EMPTY);
}

static void a_ticket_may_be_as_large_as_its_parts(void **state)
{
    (void)state;
    struct xk_mikey_key_data key = key_of(XK_MIKEY_TGK, false);
    struct xk_diag diag;
    key.validity = XK_MIKEY_KV_NULL;
    key.key = bytes(XK_KMS_KEMAC_MAX - 4);
    struct xk_kms_ticket_content c = content(&key);
    c.rand = bytes(255);
    c.header = bytes(500);
    c.psk.data = bytes(100);
    assert_int_equal(issue(&c, &diag), XK_OK);
    c.encryption = XK_KMS_ENCRYPTION_AES_KW_128;
    assert_int_equal(issue(&c, &diag), XK_OK);
    key.key.size++;
    assert_int_equal(issue(&c, &diag), XK_E_SPACE);
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

static enum xk_status build(const struct xk_kms_transfer *t, struct xk_diag *diag)
{
    size_t size = 77;
    enum xk_status status = xk_kms_build_transfer(t, out, sizeof out, &size, diag);
    assert_int_equal(status != XK_OK, size == 77);
    return status;
}

static void each_view_of_a_message_has_an_address(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *name;
    } views[] = {
        {offsetof(struct xk_kms_transfer, message_key), "message_key"},
        {offsetof(struct xk_kms_transfer, rand_initiator), "rand_initiator"},
        {offsetof(struct xk_kms_transfer, rand_responder), "rand_responder"},
        {offsetof(struct xk_kms_transfer, rand_kms), "rand_kms"},
        {offsetof(struct xk_kms_transfer, vr_key), "vr_key"},
        {offsetof(struct xk_kms_transfer, peer_identity_i), "peer_identity_i"},
        {offsetof(struct xk_kms_transfer, peer_identity_r), "peer_identity_r"},
        {offsetof(struct xk_kms_transfer, init), "init"},
        {offsetof(struct xk_kms_transfer, initiator.data), "initiator"},
        {offsetof(struct xk_kms_transfer, responder.data), "responder"},
        {offsetof(struct xk_kms_transfer, ticket.policy), "ticket"},
    };
    static const struct {
        size_t offset;
        const char *name;
    } counts[] = {
        {offsetof(struct xk_kms_transfer, session_count), "sessions"},
        {offsetof(struct xk_kms_transfer, policy_count), "policies"},
        {offsetof(struct xk_kms_transfer, key_count), "keys"},
    };
    struct xk_kms_transfer t = transfer();
    struct xk_diag diag = {XK_OK, 9, NULL};
    assert_int_equal(build(&t, &diag), XK_OK);
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        const struct xk_bytes nowhere = {NULL, 5};
        t = transfer();
        memcpy((uint8_t *)&t + views[i].offset, &nowhere, sizeof nowhere);
        assert_int_equal(build(&t, &diag), XK_E_ARGUMENT);
        says(&diag, XK_E_ARGUMENT, views[i].name);
    }
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const size_t one = 1;
        t = transfer();
        memcpy((uint8_t *)&t + counts[i].offset, &one, sizeof one);
        assert_int_equal(build(&t, &diag), XK_E_ARGUMENT);
        says(&diag, XK_E_ARGUMENT, counts[i].name);
    }
    t = transfer();
    t.message_key.size = 0;
    assert_int_equal(build(&t, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "message_key");
}

static void each_algorithm_of_a_message_is_known(void **state)
{
    (void)state;
    struct xk_diag diag;
    struct xk_kms_transfer t = transfer();
    t.header.prf = 2;
    assert_int_equal(build(&t, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "PRF func");
    t = transfer();
    t.header.data_type = XK_MIKEY_TRANSFER_RESP + 1;
    assert_int_equal(build(&t, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "data type");
    t = transfer();
    t.suite = (enum xk_kms_suite)3;
    assert_int_equal(build(&t, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "suite");
    t = transfer();
    t.encryption = (enum xk_kms_encryption)4;
    assert_int_equal(build(&t, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "KEMAC");
    t.encryption = XK_KMS_ENCRYPTION_AES_CM_256;
    assert_int_equal(build(&t, &diag), XK_OK);
}

static void derivations_say_what_is_wrong(void **state)
{
    (void)state;
    struct xk_diag diag;
    uint8_t a[64], b[64];
    const struct xk_bytes nowhere = {NULL, 5};
    const struct xk_bytes key = bytes(16);
    assert_int_equal(xk_kms_prf(0, bytes(0), key, a, 16, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "");
    assert_int_equal(xk_kms_prf(2, key, key, a, 16, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "PRF func");
    assert_int_equal(xk_kms_prf(0, key, key, out, 256, &diag), XK_OK);
    assert_int_equal(xk_kms_split_mpk(0, key, nowhere, a, b, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "");
    assert_int_equal(xk_kms_split_mpk(0, key, bytes(256), a, b, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_split_mpk(0, bytes(XK_KMS_KEY_MAX + 1), key, a, b, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_split_mpk(0, bytes(XK_KMS_KEY_MAX), bytes(255), a, b, &diag), XK_OK);
    assert_int_equal(xk_kms_split_mpk(2, key, key, a, b, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "PRF func");
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, bytes(XK_KMS_KEY_MAX + 1), key, key, a, &diag), XK_E_ARGUMENT);
    says(&diag, XK_E_ARGUMENT, "");
    static uint8_t large[65536];
    const struct xk_bytes longest = {large, 65535};
    const struct xk_bytes too_long = {large, 65536};
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, too_long, key, a, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, longest, key, a, &diag), XK_OK);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, key, bytes(256), a, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, key, bytes(255), a, &diag), XK_OK);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_MPKR, key, key, bytes(255), b, &diag), XK_OK);
    assert_memory_not_equal(a, b, 16);
    assert_int_equal(xk_kms_fork(2, XK_KMS_FORK_TGK, key, key, key, a, &diag), XK_E_FIELD);
    says(&diag, XK_E_FIELD, "PRF func");
}

/* An older header's structure is filled as far as it goes; a newer one's is not taken. */
static void a_kms_is_filled_as_far_as_it_goes(void **state)
{
    (void)state;
    struct {
        struct xk_kms kms;
        uint8_t behind[8];
    } place;
    memset(&place, 0x77, sizeof place);
    xk_kms_defaults(&place.kms, sizeof place.kms - 8, NULL, &place);
    assert_int_equal(place.kms.size, sizeof place.kms - 8);
    assert_ptr_equal(place.kms.user, &place);
    assert_int_equal(((uint8_t *)&place.kms)[sizeof place.kms - 9], 0);
    assert_int_equal(((uint8_t *)&place.kms)[sizeof place.kms - 8], 0x77);
    xk_kms_defaults(&place.kms, sizeof place.kms + 8, NULL, NULL);
    assert_int_equal(place.kms.size, 0);
    assert_int_equal(place.behind[0], 0x77);
    memset(&place, 0x77, sizeof place);
    xk_kms_defaults(&place.kms, sizeof place.kms.size - 1, NULL, NULL);
    assert_int_equal(((uint8_t *)&place.kms)[0], 0x77);
    xk_kms_defaults(&place.kms, sizeof place.kms.size, NULL, NULL);
    assert_int_equal(place.kms.size, sizeof place.kms.size);
    xk_kms_defaults(NULL, sizeof place.kms, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_view_of_a_ticket_has_an_address), cmocka_unit_test(each_algorithm_of_a_ticket_is_known),
        cmocka_unit_test(a_ticket_may_be_as_large_as_its_parts),
        cmocka_unit_test(each_view_of_a_message_has_an_address), cmocka_unit_test(each_algorithm_of_a_message_is_known),
        cmocka_unit_test(derivations_say_what_is_wrong), cmocka_unit_test(a_kms_is_filled_as_far_as_it_goes),
    };
    return cmocka_run_group_tests_name("issue_fields", tests, NULL, NULL);
}
