/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths and algorithms of RFC 6043 12.1: what is refused unless the host allows it, and what is told. */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct scenario sc;
static const uint8_t octets[64] = {0x33, 0x44};

static struct setting forking(void)
{
    struct setting s = base();
    s.flags = FORKING_FLAGS | XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    return s;
}

static void is_refused(const struct setting *s, const char *field)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    assert_int_equal(scenario_ask(s, &sc).failure, XK_FAILURE_ALGORITHM);
    assert_string_equal(sc.field, field);
    for (size_t i = 0; i < sizeof sc.key_space; i++) {
        assert_int_equal(sc.key_space[i], 0);
    }
}

static void is_taken(const struct setting *s, bool short_rand, bool long_key)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    assert_int_equal(scenario_ask(s, &sc).failure, XK_FAILURE_NONE);
    assert_int_equal(scenario_told(&sc, XK_KMS_NOTICE_SHORT_RAND, -1), short_rand);
    assert_int_equal(scenario_told(&sc, XK_KMS_NOTICE_LONG_KEY, -1), long_key);
}

/* Refused, unless the host allows it. */
static void needs_leave(struct setting s, const char *field)
{
    is_refused(&s, field);
    s.options.allow_short = true;
    is_taken(&s, s.rand_i == 7 || s.rand_kms == 15 || s.rand_ticket == 15, false);
}

static void rands_of_128_bits_are_needed(void **state)
{
    (void)state;
    struct setting s = forking();
    is_taken(&s, false, false);
    s.rand_i = 7;
    s.rand_r = 8;
    needs_leave(s, "RAND");
    s.rand_r = 9; /* together they are enough */
    is_taken(&s, false, false);
    s = forking();
    s.rand_kms = 15;
    needs_leave(s, "RAND");
    s = forking();
    s.rand_ticket = 15;
    needs_leave(s, "RAND");
    s = base();
    s.flags = BASE_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.rand_i = 15; /* there is no RESP whose RAND could help */
    is_refused(&s, "RAND");
    s.flags |= XK_MIKEY_FLAG_I; /* and nobody to fork for */
    s.rand_i = 16;
    s.ticket_key = key_of(XK_MIKEY_GTGK, false);
    is_taken(&s, false, false);
}

static void keys_of_128_bits_are_needed(void **state)
{
    (void)state;
    struct setting s = forking();
    s.mpk_size = 15;
    needs_leave(s, "Key data");
    s = forking();
    s.ticket_key.key.size = 15;
    needs_leave(s, "Key data");
    s = forking();
    s.update = true;
    s.update_resp_key = s.ticket_key;
    s.update_resp_key.key.size = 15;
    needs_leave(s, "Key data");
    s = forking();
    s.resp_key = key_of(XK_MIKEY_TEK, false);
    s.resp_key.key.size = 15;
    needs_leave(s, "Key data");
    s = forking();
    s.tpk_size = 15;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_TICKET_KEY_UNKNOWN);
    assert_string_equal(sc.field, "IDRpsk");
    s.options.allow_short = true;
    is_taken(&s, false, false);
}

/* The RANDs are to be as long as the longest key that is derived from with them. */
static void rands_shorter_than_the_keys_are_told(void **state)
{
    (void)state;
    struct setting s = forking();
    s.ticket_key.key = (struct xk_bytes){octets, 32};
    s.rand_kms = 32;
    is_taken(&s, false, true);
    s.rand_kms = 31;
    is_taken(&s, true, true);
    s.rand_kms = 32;
    s.rand_r = 15;
    is_taken(&s, true, true);
    s.rand_r = 0;
    s.mpk_size = 17;
    is_taken(&s, true, true); /* the ticket's */
    s.rand_ticket = 17;
    is_taken(&s, false, true);
    s.tpk_size = 18;
    is_taken(&s, true, true);
    s.rand_ticket = 18;
    is_taken(&s, false, true);
    s.mpk_size = 19;
    s.rand_ticket = 19;
    is_taken(&s, false, true);
    s = forking();
    s.resp_key = key_of(XK_MIKEY_TEK, false); /* from a TEK nothing is derived */
    s.resp_key.key = (struct xk_bytes){octets, 64};
    is_taken(&s, false, true);
}

static void long_keys_ask_for_long_algorithms(void **state)
{
    (void)state;
    struct setting s = forking();
    s.ticket_key.key = (struct xk_bytes){octets, 17};
    s.rand_kms = 17;
    is_taken(&s, false, true);
    s.prf = 1;
    s.suite = XK_KMS_SUITE_256;
    is_taken(&s, false, false);
    s = forking();
    s.mpk_size = s.rand_ticket = s.rand_kms = XK_KMS_KEY_MAX;
    s.rand_r = XK_KMS_KEY_MAX - 16;
    is_taken(&s, false, false);
    s = forking();
    s.mpk_size = s.rand_ticket = s.rand_kms = 32; /* an MPK is no session key */
    is_taken(&s, false, false);
}

static void algorithms_of_both_lengths_are_not_mixed(void **state)
{
    (void)state;
    struct setting rows[8];
    for (size_t i = 0; i < 8; i++) {
        rows[i] = forking();
        rows[i].resp_key = key_of(XK_MIKEY_TEK, false);
    }
    rows[0].other_header_prf = true;
    rows[1].suite = XK_KMS_SUITE_256; /* PRFs of 128 bits */
    rows[2].prf = 1;                  /* of 256 bits */
    rows[3].encryption = XK_KMS_ENCRYPTION_AES_CM_256;
    rows[4].prf = 1;
    rows[4].suite = XK_KMS_SUITE_256;
    rows[4].encryption = XK_KMS_ENCRYPTION_AES_CM_128;
    rows[5] = rows[4];
    rows[5].encryption = XK_KMS_ENCRYPTION_AES_KW_128;
    static const uint8_t spi[] = {0, 7, 0, 0};
    rows[5].ticket_key.spi = (struct xk_bytes){spi, 2};
    rows[5].resp_key.key = (struct xk_bytes){octets, 17}; /* 24 octets with its front and SPI */
    rows[5].ticket_key.key = (struct xk_bytes){octets, 17};
    rows[5].mpk_size = 17;
    rows[5].rand_ticket = rows[5].rand_kms = 17;
    rows[6].other_message_suite = true;
    rows[7].prf = 1;
    rows[7].suite = XK_KMS_SUITE_256;
    rows[7].other_message_suite = true;
    for (size_t i = 0; i < 8; i++) {
        is_refused(&rows[i], "128 and 256 bits");
        rows[i].options.allow_mixed = true;
        assert_int_equal(scenario_build(&rows[i], &sc), XK_OK);
        assert_int_equal(scenario_ask(&rows[i], &sc).failure, XK_FAILURE_NONE);
    }
    struct setting s = forking();
    s.prf = 1;
    s.suite = XK_KMS_SUITE_256;
    is_taken(&s, false, false);
}

static void a_kemac_may_be_wrapped(void **state)
{
    (void)state;
    struct setting s = forking();
    s.encryption = XK_KMS_ENCRYPTION_AES_KW_128;
    s.ticket_key.key = s.resp_key.key = (struct xk_bytes){octets, 17};
    s.resp_key = s.ticket_key;
    s.mpk_size = 17;
    s.rand_ticket = s.rand_kms = 17;
    is_taken(&s, false, true);
    s.resp_key.key.size = 16;
    assert_int_equal(scenario_build(&s, &sc), XK_E_FIELD); /* no whole blocks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rands_of_128_bits_are_needed),
        cmocka_unit_test(keys_of_128_bits_are_needed),
        cmocka_unit_test(rands_shorter_than_the_keys_are_told),
        cmocka_unit_test(long_keys_ask_for_long_algorithms),
        cmocka_unit_test(algorithms_of_both_lengths_are_not_mixed),
        cmocka_unit_test(a_kemac_may_be_wrapped),
    };
    return cmocka_run_group_tests_name("strength", tests, NULL, NULL);
}
