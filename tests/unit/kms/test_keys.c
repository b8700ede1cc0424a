/* SPDX-License-Identifier: BSD-2-Clause */
/* Every way a Crypto Session can come to its key: kinds of keys, who supplies them, tickets without a RESP, updates. */
#include <xk_kms/kms.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "kms/crypto.h"
#include "kms/derive.h"
#include "scenario.h"
#include "support/hex.h"

static void is_the_secret(struct xk_session_result r, bool salted)
{
    assert_int_equal(r.failure, XK_FAILURE_NONE);
    assert_int_equal(r.key.size, 16);
    assert_memory_equal(r.key.data, scenario_secret, 16);
    assert_int_equal(r.salt.size, salted ? 14 : 0);
    if (salted) {
        assert_memory_equal(r.salt.data, scenario_salt, 14);
    }
}

static void is_derived(struct xk_session_result r, bool salt_carried)
{
    uint8_t tek[16];
    uint8_t salt[14];
    const struct xki_kms_derivation d = {
        0, {scenario_secret, 16}, 5, UINT32_MAX, XKI_KMS_LABEL_SESSION, 2, {scenario_rand, 16}, {NULL, 0}, NULL};
    assert_true(xki_kms_derive(&d, XKI_KMS_TEK, tek, 16) && xki_kms_derive(&d, XKI_KMS_SALT, salt, 14));
    assert_int_equal(r.failure, XK_FAILURE_NONE);
    assert_memory_equal(r.key.data, tek, 16);
    assert_memory_equal(r.salt.data, salt_carried ? scenario_salt : salt, 14);
}

static void a_tek_of_the_ticket_is_used_as_it_is(void **state)
{
    (void)state;
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    is_the_secret(resolve(&s), false);
    s.ticket_key = key_of(XK_MIKEY_TEK_SALT, true);
    is_the_secret(resolve(&s), true);
}

/* However long it is, up to what a session key may have. */
static void a_tek_has_its_own_length(void **state)
{
    (void)state;
    static const uint8_t octets[XK_SESSION_KEY_MAX] = {1, 2, 3};
    static const size_t sizes[] = {1, 15, 16, 17, 32, XK_SESSION_KEY_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct setting s = base();
        s.ticket_key = key_of(XK_MIKEY_TEK, false);
        s.ticket_key.key = (struct xk_bytes){octets, sizes[i]};
        s.options.allow_short = sizes[i] < 16;
        struct xk_session_result r = resolve(&s);
        assert_int_equal(r.failure, XK_FAILURE_NONE);
        assert_int_equal(r.key.size, sizes[i]);
        assert_memory_equal(r.key.data, octets, sizes[i]);
        assert_int_equal(r.salt.size, 0);
    }
}

static void tgk_and_gtgk_are_derived_from(void **state)
{
    (void)state;
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    is_derived(resolve(&s), false);
    s.ticket_key = key_of(XK_MIKEY_GTGK, false);
    is_derived(resolve(&s), false);
    s.ticket_key = key_of(XK_MIKEY_TGK_SALT, true);
    is_derived(resolve(&s), true);
    s.ticket_key = key_of(XK_MIKEY_GTGK_SALT, true);
    is_derived(resolve(&s), true);
}

static void a_ticket_without_resp_is_answered_from_the_init(void **state)
{
    (void)state;
    struct setting s = base();
    s.flags = BASE_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TEK_SALT, true);
    is_the_secret(resolve(&s), true);
}

static void the_initiator_may_supply_keys(void **state)
{
    (void)state;
    struct setting s = base();
    s.flags |= XK_MIKEY_FLAG_L;
    s.init_key = key_of(XK_MIKEY_TEK_SALT, true);
    is_the_secret(resolve(&s), true);
    s.init_key = key_of(XK_MIKEY_TGK, false);
    is_derived(resolve(&s), false);
    s.suite = XK_KMS_SUITE_256;
    s.options.allow_mixed = true; /* the PRF is of 128 bits */
    is_derived(resolve(&s), false);
}

static void the_responder_may_supply_keys(void **state)
{
    (void)state;
    struct setting s = base();
    s.flags |= XK_MIKEY_FLAG_M;
    s.resp_key = key_of(XK_MIKEY_TEK_SALT, true);
    is_the_secret(resolve(&s), true);
}

static void an_update_supplies_keys_under_either_reading(void **state)
{
    (void)state;
    struct setting s = base();
    s.update = true;
    s.flags |= XK_MIKEY_FLAG_L;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    is_derived(resolve(&s), false);
    s.update_key = key_of(XK_MIKEY_TEK_SALT, true);
    is_the_secret(resolve(&s), true);
    s.made.update_key = s.options.update_key = XK_KMS_UPDATE_DERIVED_AGAIN;
    is_the_secret(resolve(&s), true);
}

static void without_spi_only_one_key_can_be_meant(void **state)
{
    (void)state;
    struct setting s = base();
    s.no_spi = true;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    is_derived(resolve(&s), false);
    s.flags |= XK_MIKEY_FLAG_L;
    s.init_key = key_of(XK_MIKEY_TEK, false);
    assert_int_equal(resolve(&s).failure, XK_FAILURE_SESSION_UNKNOWN);
}

static enum xk_failure open_with_other_keys(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                            void *user)
{
    static const uint8_t content[] = {0x14, 0x61, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0,
                                      0x00, 0x21, 0x00, 0x10, 0x33, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
                                      0, 7};
    (void)user;
    assert_int_equal(ticket->type, 2);
    memcpy(opened->content, content, sizeof content);
    memcpy(opened->content + 4, scenario_mpk, 16);
    opened->size = sizeof content;
    memcpy(opened->rand, scenario_rand, 16);
    opened->rand_size = 16;
    return XK_FAILURE_NONE;
}

static void the_3gpp_ticket_has_a_default_and_an_opener(void **state)
{
    (void)state;
    struct setting s = base();
    s.type = 2;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    is_derived(resolve(&s), false);
    s.open_ticket = open_with_other_keys;
    is_the_secret(resolve(&s), false);
    s.type = 61440;
    s.open_ticket = NULL;
    assert_int_equal(resolve(&s).failure, XK_FAILURE_ALGORITHM);
}

static void wraps_the_example_of_rfc_3394(void **state)
{
    (void)state;
    uint8_t key[16], in[24], wanted[16], out[16], wrapped[24], iv[8];
    memset(iv, 0xa6, sizeof iv); /* the default of RFC 3394, which MIKEY does not use */
    hex_decode("000102030405060708090a0b0c0d0e0f", key, sizeof key);
    hex_decode("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5", in, sizeof in);
    hex_decode("00112233445566778899aabbccddeeff", wanted, sizeof wanted);
    assert_true(xki_kms_aes_unwrap(NULL, (struct xk_bytes){key, 16}, iv, (struct xk_bytes){in, 24}, out));
    assert_memory_equal(out, wanted, 16);
    assert_true(xki_kms_aes_wrap(NULL, (struct xk_bytes){key, 16}, iv, (struct xk_bytes){wanted, 16}, wrapped));
    assert_memory_equal(wrapped, in, 24);
    iv[7] ^= 1;
    assert_false(xki_kms_aes_unwrap(NULL, (struct xk_bytes){key, 16}, iv, (struct xk_bytes){in, 24}, out));
    iv[7] ^= 1;
    in[3] ^= 1;
    assert_false(xki_kms_aes_unwrap(NULL, (struct xk_bytes){key, 16}, iv, (struct xk_bytes){in, 24}, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tek_of_the_ticket_is_used_as_it_is),
        cmocka_unit_test(a_tek_has_its_own_length),
        cmocka_unit_test(tgk_and_gtgk_are_derived_from),
        cmocka_unit_test(a_ticket_without_resp_is_answered_from_the_init),
        cmocka_unit_test(the_initiator_may_supply_keys),
        cmocka_unit_test(the_responder_may_supply_keys),
        cmocka_unit_test(an_update_supplies_keys_under_either_reading),
        cmocka_unit_test(without_spi_only_one_key_can_be_meant),
        cmocka_unit_test(the_3gpp_ticket_has_a_default_and_an_opener),
        cmocka_unit_test(wraps_the_example_of_rfc_3394),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
