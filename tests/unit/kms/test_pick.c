/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of several keys a Crypto Session begins with (RFC 6043 6.1.1, 6.2.1), and what is told about it. */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct scenario sc;

/* TEKs whose first octet and SPI tell them apart. */
static struct xk_mikey_key_data tek(unsigned int number)
{
    static uint8_t octets[16][16];
    struct xk_mikey_key_data key = key_of(XK_MIKEY_TEK, false);
    octets[number][0] = (uint8_t)number;
    octets[number][1] = 1;
    key.key = (struct xk_bytes){octets[number], 16};
    key.spi = (struct xk_bytes){octets[number], 1};
    return key;
}

/* A key in each KEMAC, and two in the ticket: 1 and 2, 3 of INIT, 4 of RESP, 5 and 6 of the update. */
static struct setting many(void)
{
    struct setting s = base();
    s.flags |= XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.ticket_key = tek(1);
    s.more[0] = tek(2);
    s.init_key = tek(3);
    s.resp_key = tek(4);
    s.update_key = tek(5);
    s.update_resp_key = tek(6);
    return s;
}

/* 0 for none. */
static void begins_with(const struct setting *s, unsigned int number)
{
    assert_int_equal(scenario_build(s, &sc), XK_OK);
    struct xk_session_result r = scenario_ask(s, &sc);
    if (number == 0) {
        assert_int_equal(r.failure, XK_FAILURE_SESSION_UNKNOWN);
        assert_int_equal(r.key.size, 0);
        assert_false(scenario_told(&sc, XK_KMS_NOTICE_OTHER_KEYS, 5));
        return;
    }
    assert_int_equal(r.failure, XK_FAILURE_NONE);
    assert_int_equal(r.key.data[0], number);
    assert_int_equal(r.salt.size, 0);
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_NO_SPI, 5));
}

static void the_last_spi_names_the_key(void **state)
{
    (void)state;
    static const struct {
        const char *init;
        const char *resp;
        unsigned int number;
        bool unnamed;
    } rows[] = {
        {"\1", "\2", 2, false}, {"\1", "", 1, false},  {"", "\3", 3, false},  {"\4", "", 4, false},
        {"\2", "\4", 4, false}, {"", "", 0, true},     {"\1", "\7", 0, false}, {"\7", "", 0, false},
        {"\1\1", "", 0, false},
    };
    struct setting s = many();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        s.spis[0] = rows[i].init;
        s.spis[1] = rows[i].resp;
        begins_with(&s, rows[i].number);
        assert_int_equal(scenario_told(&sc, XK_KMS_NOTICE_NO_SPI, 5), rows[i].unnamed);
        assert_int_equal(scenario_told(&sc, XK_KMS_NOTICE_OTHER_KEYS, 5), rows[i].number != 0);
    }
}

static void an_update_has_the_last_word(void **state)
{
    (void)state;
    static const struct {
        const char *init;
        const char *resp;
        unsigned int number;
    } rows[] = {
        {"\5", "\6", 6}, {"\5", "", 5}, {"", "\5", 5}, {"\3", "", 3}, {"", "", 0}, {"\7", "", 0}, {"\5", "\7", 0},
    };
    struct setting s = many();
    s.update = true;
    s.spis[0] = "";
    s.spis[1] = "\1";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        s.spis[2] = rows[i].init;
        s.spis[3] = rows[i].resp;
        begins_with(&s, rows[i].number);
    }
    /* One new key, and not a word for whom: it is for all. None: the old word stands. */
    s.spis[2] = s.spis[3] = "";
    memset(&s.update_resp_key, 0, sizeof s.update_resp_key);
    begins_with(&s, 5);
    s.update_resp_key = s.update_key;
    memset(&s.update_key, 0, sizeof s.update_key);
    begins_with(&s, 5);
    memset(&s.update_resp_key, 0, sizeof s.update_resp_key);
    begins_with(&s, 1);
}

/* The policy of a Crypto Session that an update names is looked for in the update first. */
static void an_update_may_change_the_policy(void **state)
{
    (void)state;
    static const uint8_t key_of_24[] = {1, 1, 24}, key_of_32[] = {1, 1, 32};
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.policy = (struct xk_bytes){key_of_24, 3};
    s.update_policy = (struct xk_bytes){key_of_32, 3};
    assert_int_equal(resolve(&s).key.size, 24);
    s.update = true;
    assert_int_equal(resolve(&s).key.size, 32);
}

static void the_only_key_needs_no_spi(void **state)
{
    (void)state;
    struct setting s = base();
    s.flags |= XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.spis[0] = s.spis[1] = "";
    begins_with(&s, 0); /* there is none at all */
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_NO_SPI, 5));
    s.resp_key = tek(4);
    begins_with(&s, 4);
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_OTHER_KEYS, 5));
    s.resp_key.validity = XK_MIKEY_KV_NULL;
    begins_with(&s, 4);
    s.more[2] = tek(5);
    begins_with(&s, 0);
    assert_true(scenario_told(&sc, XK_KMS_NOTICE_NO_SPI, 5));
}

static void a_spi_names_one_key_of_a_kemac(void **state)
{
    (void)state;
    struct setting s = many();
    s.spis[0] = "\1";
    s.spis[1] = "";
    s.more[0].spi = s.ticket_key.spi;
    begins_with(&s, 0); /* of two with one SPI neither is meant */
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_NO_SPI, 5));
    s.resp_key.spi = s.ticket_key.spi;
    begins_with(&s, 4); /* the newer takes its place */
    s.more[2] = s.resp_key;
    begins_with(&s, 0);
}

/* A key whose SPI is empty is named by nobody. */
static void an_empty_spi_is_no_name(void **state)
{
    (void)state;
    struct setting s = base();
    s.ticket_key = tek(1);
    s.ticket_key.spi.size = 0;
    s.more[0] = tek(2);
    s.spis[0] = s.spis[1] = "";
    begins_with(&s, 0);
    s.spis[1] = "\2";
    begins_with(&s, 2);
}

static void what_is_assumed_is_told(void **state)
{
    (void)state;
    static const uint8_t gcm[] = {0, 1, 6};
    static const uint8_t octets[] = {3};
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    assert_int_equal(scenario_build(&s, &sc), XK_OK); /* the Crypto Session names a policy that nobody describes */
    struct xk_session_result r = scenario_ask(&s, &sc);
    assert_int_equal(r.key.size, 16);
    assert_int_equal(r.salt.size, 14);
    assert_int_equal(r.cipher, XK_CIPHER_ABSENT);
    assert_true(scenario_told(&sc, XK_KMS_NOTICE_POLICY_ASSUMED, 5));
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_LENGTH_ASSUMED, 5));
    s.policy = (struct xk_bytes){gcm, sizeof gcm};
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).cipher, XK_CIPHER_AES_GCM);
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_POLICY_ASSUMED, 5));
    /* Of another protocol the length of a TEK is the host's to say. */
    s.policy.size = 0;
    s.other_protocol = true;
    static const struct {
        uint32_t option;
        size_t size;
    } rows[] = {{0, 16}, {1, 1}, {48, 48}, {XK_SESSION_KEY_MAX, XK_SESSION_KEY_MAX}, {XK_SESSION_KEY_MAX + 1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        s.options.other_tek_size = rows[i].option;
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        r = scenario_ask(&s, &sc);
        assert_int_equal(r.failure, rows[i].size > 0 ? XK_FAILURE_NONE : XK_FAILURE_ALGORITHM);
        assert_int_equal(r.key.size, rows[i].size);
        assert_int_equal(r.salt.size, 0);
        assert_int_equal(r.cipher, XK_CIPHER_ABSENT);
        assert_int_equal(r.encoding, rows[i].size > 0 ? XK_KEY_ENCODING_TEK : XK_KEY_ENCODING_ABSENT);
        assert_int_equal(scenario_told(&sc, XK_KMS_NOTICE_LENGTH_ASSUMED, 5), rows[i].size > 0);
        assert_false(scenario_told(&sc, XK_KMS_NOTICE_POLICY_ASSUMED, 5));
    }
    s.options.other_tek_size = 0;
    s.ticket_key = key_of(XK_MIKEY_TEK_SALT, true);
    s.ticket_key.salt = (struct xk_bytes){octets, 1};
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    r = scenario_ask(&s, &sc);
    assert_int_equal(r.key.size, 16);
    assert_int_equal(r.salt.size, 1);
    assert_false(scenario_told(&sc, XK_KMS_NOTICE_LENGTH_ASSUMED, 5)); /* a TEK has its own */
}

static void each_notice_has_its_name(void **state)
{
    (void)state;
    static const char *const names[] = {"?",          "policy-assumed", "length-assumed", "no-spi",
                                        "other-keys", "short-rand",     "long-key",       "?"};
    for (int i = 0; i < 8; i++) {
        assert_string_equal(xk_kms_notice_name((enum xk_kms_notice)i), names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_spi_names_the_key), cmocka_unit_test(an_update_has_the_last_word),
        cmocka_unit_test(an_update_may_change_the_policy),
        cmocka_unit_test(the_only_key_needs_no_spi),  cmocka_unit_test(a_spi_names_one_key_of_a_kemac),
        cmocka_unit_test(an_empty_spi_is_no_name),    cmocka_unit_test(what_is_assumed_is_told),
        cmocka_unit_test(each_notice_has_its_name),
    };
    return cmocka_run_group_tests_name("pick", tests, NULL, NULL);
}
