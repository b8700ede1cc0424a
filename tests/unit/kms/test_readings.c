/* SPDX-License-Identifier: BSD-2-Clause */
/* Where RFC 6043 leaves two readings: what is made under one is taken under it and refused under the other. */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

static struct scenario sc;

/* Where both readings come to the same, each takes what the other made. */
static void is_read(struct setting s, const struct xk_kms_options *a, const struct xk_kms_options *b,
                    enum xk_failure otherwise)
{
    const struct xk_kms_options *const both[] = {a, b};
    for (size_t made = 0; made < 2; made++) {
        for (size_t asked = 0; asked < 2; asked++) {
            s.made = *both[made];
            s.options = *both[asked];
            s.options.allow_mixed = s.other_header_prf;
            assert_int_equal(scenario_build(&s, &sc), XK_OK);
            assert_int_equal(scenario_ask(&s, &sc).failure, made == asked ? XK_FAILURE_NONE : otherwise);
        }
    }
}

static struct setting forking(void)
{
    struct setting s = base();
    s.flags = FORKING_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    return s;
}

static void the_prf_of_vr(void **state)
{
    (void)state;
    const struct xk_kms_options policy = {.vr_prf = XK_KMS_VR_PRF_POLICY};
    const struct xk_kms_options header = {.vr_prf = XK_KMS_VR_PRF_HEADER};
    struct setting s = forking();
    is_read(s, &policy, &header, XK_FAILURE_NONE); /* one PRF for both */
    s.other_header_prf = true;
    is_read(s, &policy, &header, XK_FAILURE_INIT_MAC);
    assert_string_equal(sc.field, "");
    s.made = policy;
    s.options = header;
    s.options.allow_mixed = true;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_INIT_MAC);
    assert_string_equal(sc.field, "Vr");
}

static void the_prf_of_message_keys(void **state)
{
    (void)state;
    const struct xk_kms_options header = {.message_prf = XK_KMS_MESSAGE_PRF_HEADER};
    const struct xk_kms_options policy = {.message_prf = XK_KMS_MESSAGE_PRF_POLICY};
    struct setting s = forking();
    is_read(s, &header, &policy, XK_FAILURE_NONE);
    s.other_header_prf = true;
    is_read(s, &header, &policy, XK_FAILURE_INIT_MAC);
    s.update = true;
    s.flags |= XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.update_key = s.resp_key = key_of(XK_MIKEY_TEK, false);
    is_read(s, &header, &policy, XK_FAILURE_INIT_MAC);
}

static void the_time_in_a_kemac_of_the_resp(void **state)
{
    (void)state;
    const struct xk_kms_options init = {.resp_time = XK_KMS_RESP_TIME_INIT};
    const struct xk_kms_options resp = {.resp_time = XK_KMS_RESP_TIME_RESP};
    struct setting s = base();
    s.flags |= XK_MIKEY_FLAG_M | XK_MIKEY_FLAG_L;
    s.init_key = key_of(XK_MIKEY_TEK, false); /* not under another reading either */
    s.resp_key = key_of(XK_MIKEY_TEK, false);
    is_read(s, &init, &resp, XK_FAILURE_NONE); /* one T for both */
    s.resp_later = true;
    is_read(s, &init, &resp, XK_FAILURE_KEMAC);
    s.made = init;
    s.options = resp;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_KEMAC);
    assert_string_equal(sc.field, "KEMAC of TRANSFER_RESP");
    memset(&s.resp_key, 0, sizeof s.resp_key);
    s.update = true;
    s.update_key = key_of(XK_MIKEY_TEK, false); /* in the update's INIT: no reading of it */
    is_read(s, &init, &resp, XK_FAILURE_NONE);
    s.update_resp_key = s.update_key;
    is_read(s, &init, &resp, XK_FAILURE_KEMAC);
    s.made = resp;
    s.options = init;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    assert_int_equal(scenario_ask(&s, &sc).failure, XK_FAILURE_KEMAC);
    assert_string_equal(sc.field, "KEMAC of the update's TRANSFER_RESP");
}

static void the_keys_of_an_update(void **state)
{
    (void)state;
    const struct xk_kms_options same = {.update_key = XK_KMS_UPDATE_SAME_AUTH_KEY};
    const struct xk_kms_options again = {.update_key = XK_KMS_UPDATE_DERIVED_AGAIN};
    struct setting s = forking();
    s.update = true;
    is_read(s, &same, &again, XK_FAILURE_INIT_MAC);
    s.flags |= XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.update_key = s.update_resp_key = key_of(XK_MIKEY_TEK, false); /* the KEMACs with the MACs */
    is_read(s, &same, &again, XK_FAILURE_INIT_MAC);
    s = base();
    s.flags = BASE_FLAGS | XK_MIKEY_FLAG_L;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.update_key = key_of(XK_MIKEY_TEK, false);
    s.update = true; /* after an exchange without RESP there is one reading */
    is_read(s, &same, &again, XK_FAILURE_NONE);
}

static void who_answers_an_update(void **state)
{
    (void)state;
    const struct xk_kms_options answered = {.update_identity = XK_KMS_UPDATE_IDENTITY_ANSWERED};
    const struct xk_kms_options dialled = {.update_identity = XK_KMS_UPDATE_IDENTITY_DIALLED};
    static uint8_t out[256];
    struct xk_mikey_builder b;
    size_t size = 0;
    struct xk_mikey_identity ids[] = {party(XK_MIKEY_IDR_I), party(XK_MIKEY_IDR_R), party(XK_MIKEY_IDR_R)};
    struct setting s = forking();
    ids[2].data = xk_text("sip:it@example.com");
    xk_mikey_build_chain(&b, out, sizeof out, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    for (size_t i = 0; i < 3; i++) {
        xk_mikey_add_identity(&b, &ids[i]);
    }
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    s.ticket_policy = (struct xk_bytes){out, size};
    s.dialled = "sip:it@example.com";
    s.update = true;
    is_read(s, &answered, &dialled, XK_FAILURE_INIT_MAC);
    s.dialled = "sip:bob@example.com";
    is_read(s, &answered, &dialled, XK_FAILURE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_prf_of_vr),           cmocka_unit_test(the_prf_of_message_keys),
        cmocka_unit_test(the_time_in_a_kemac_of_the_resp), cmocka_unit_test(the_keys_of_an_update),
        cmocka_unit_test(who_answers_an_update),
    };
    return cmocka_run_group_tests_name("readings", tests, NULL, NULL);
}
