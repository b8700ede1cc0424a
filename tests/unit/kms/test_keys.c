/* SPDX-License-Identifier: BSD-2-Clause */
/* Every way a Crypto Session can come to its key: kinds of keys, who supplies them, tickets without a RESP, updates. */
#include <xk_kms/kms.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>
#include <xk_kms/issue.h>

#include "kms/crypto.h"
#include "kms/derive.h"
#include "support/hex.h"

#define BASE_FLAGS (XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_H)

static const uint8_t tpk[16] = {1};
static const uint8_t mpk[16] = {2};
static const uint8_t secret[16] = {0x33, 0x44};
static const uint8_t salt_octets[14] = {0x55};
static const uint8_t rand_octets[16] = {0x66};
static const uint8_t spi_octets[] = {0, 7};
static const uint8_t when[8] = {0xd1};
static const struct xk_bytes none;

struct setting {
    uint16_t type;
    unsigned int flags;
    struct xk_mikey_key_data ticket_key;
    struct xk_mikey_key_data init_key;
    struct xk_mikey_key_data resp_key;
    struct xk_mikey_key_data update_key;
    bool update;
    bool no_spi;
    enum xk_kms_suite suite;
    struct xk_kms_options options;
    enum xk_failure (*open_ticket)(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                   void *user);
};

static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
static uint8_t key_space[512];
static uint8_t init[4096], resp[2048], update_init[2048], update_resp[2048];

static struct xk_mikey_key_data key_of(unsigned int type, bool salted)
{
    struct xk_mikey_key_data key = {(uint8_t)type, XK_MIKEY_KV_SPI, {secret, 16}, none, {spi_octets, 2}, none, none};
    if (salted) {
        key.salt = (struct xk_bytes){salt_octets, 14};
    }
    return key;
}

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    memcpy(key, tpk, 16);
    *size = 16;
    return generation == 0;
}

static void issue(const struct setting *s, uint8_t *out, size_t capacity, struct xk_mikey_ticket *ticket)
{
    static uint8_t policy[256];
    static const uint8_t spi_mpk[] = {0, 0};
    const struct xk_mikey_identity ids[] = {
        {XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:alice@example.com")},
        {XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:bob@example.com")},
    };
    const struct xk_mikey_key_data keys[] = {
        {XK_MIKEY_MPK, XK_MIKEY_KV_SPI, {mpk, 16}, none, {spi_mpk, 2}, none, none}, s->ticket_key};
    struct xk_mikey_builder b;
    struct xk_kms_ticket_content c;
    size_t size = 0;
    memset(&c, 0, sizeof c);
    xk_mikey_build_chain(&b, policy, sizeof policy, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &ids[0]);
    xk_mikey_add_identity(&b, &ids[1]);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    c.type = s->type;
    c.subtype = c.version = 1;
    c.flags = (uint16_t)s->flags;
    c.policy = (struct xk_bytes){policy, size};
    c.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    c.rand = (struct xk_bytes){rand_octets, 16};
    c.keys = keys;
    c.key_count = s->ticket_key.key.size > 0 ? 2 : 1;
    c.protection_key = (struct xk_bytes){tpk, 16};
    c.suite = s->suite;
    assert_int_equal(xk_kms_issue_ticket(&c, out, capacity, &size, ticket), XK_OK);
}

static size_t build(struct xk_kms_transfer *t, const struct xk_mikey_key_data *key, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    t->keys = key;
    t->key_count = key->key.size > 0 ? 1 : 0;
    assert_int_equal(xk_kms_build_transfer(t, out, capacity, &size), XK_OK);
    return size;
}

static struct xk_session_result resolve(const struct setting *s)
{
    static uint8_t ticket_octets[2048];
    static const uint8_t policy_number[] = {0};
    static const uint8_t ssrc[] = {1, 2, 3, 4};
    static const uint8_t cs_ids[] = {5};
    const struct xk_kms_callbacks callbacks = {ticket_key, NULL, NULL, s->open_ticket};
    struct xk_mikey_crypto_session session = {5, 0, false, {policy_number, 1}, {ssrc, 4}, {spi_octets, 2}};
    uint8_t mpki[16];
    uint8_t mpkr[16];
    struct xk_kms_transfer t;
    struct xk_get_keys message;
    static struct xk_exchange exchange;
    struct xk_kms kms;
    struct xk_query query;
    struct xk_answer answer;
    session.spi = s->no_spi ? none : session.spi;
    memset(&t, 0, sizeof t);
    memset(&message, 0, sizeof message);
    memset(&query, 0, sizeof query);
    memset(&answer, 0, sizeof answer);
    issue(s, ticket_octets, sizeof ticket_octets, &t.ticket);
    const struct xk_bytes rand = {rand_octets, 16};
    assert_int_equal(xk_kms_split_mpk(0, (struct xk_bytes){mpk, 16}, rand, mpki, mpkr), XK_OK);
    t.header = (struct xk_mikey_header){.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT, .csb_id = 77,
                                        .map_type = XK_MIKEY_MAP_GENERIC_ID};
    t.sessions = &session;
    t.session_count = 1;
    t.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    t.rand_initiator = rand;
    t.initiator = (struct xk_mikey_identity){XK_MIKEY_IDR_I, XK_MIKEY_ID_URI, xk_text("sip:alice@example.com")};
    t.responder = (struct xk_mikey_identity){XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text("sip:bob@example.com")};
    t.message_key = (struct xk_bytes){mpki, 16};
    t.suite = s->suite;
    message.transfer_init = (struct xk_bytes){init, build(&t, &s->init_key, init, sizeof init)};
    t.header.data_type = XK_MIKEY_TRANSFER_RESP;
    t.init = message.transfer_init;
    if ((s->flags & XK_MIKEY_FLAG_F) != 0) {
        message.transfer_resp = (struct xk_bytes){resp, build(&t, &s->resp_key, resp, sizeof resp)};
    }
    if (s->update) {
        memset(&t.ticket, 0, sizeof t.ticket);
        t.header.data_type = XK_MIKEY_TRANSFER_INIT;
        t.init = none;
        t.message_key = (struct xk_bytes){mpki, 16};
        struct xk_kms_transfer u = t;
        u.rand_initiator = none;
        u.label_rand_initiator = rand;
        size_t size = build(&u, &s->update_key, update_init, sizeof update_init);
        message.update_init = (struct xk_bytes){update_init, size};
        u.header.data_type = XK_MIKEY_TRANSFER_RESP;
        u.init = message.update_init;
        message.update_resp = (struct xk_bytes){update_resp, build(&u, &(struct xk_mikey_key_data){0}, update_resp,
                                                                   sizeof update_resp)};
    }
    assert_int_equal(xk_exchange_parse(&message, &exchange, NULL), XK_OK);
    xk_kms_init(&kms, &callbacks, NULL);
    kms.options = s->options;
    query.exchange = &exchange;
    query.cs_ids = cs_ids;
    query.cs_count = 1;
    answer.sessions = sessions;
    answer.key_space = key_space;
    answer.key_space_size = sizeof key_space;
    assert_int_equal(xk_kms_resolve(&kms, &query, &answer), XK_ANSWER_NOW);
    struct xk_session_result failed = {.cs_id = 5, .failure = answer.failure};
    return answer.failure != XK_FAILURE_NONE ? failed : sessions[0];
}

static struct setting base(void)
{
    struct setting s;
    memset(&s, 0, sizeof s);
    s.type = 1;
    s.flags = BASE_FLAGS | XK_MIKEY_FLAG_F;
    s.suite = XK_KMS_SUITE_128;
    return s;
}

static void is_the_secret(struct xk_session_result r, bool salted)
{
    assert_int_equal(r.failure, XK_FAILURE_NONE);
    assert_int_equal(r.key.size, 16);
    assert_memory_equal(r.key.data, secret, 16);
    assert_int_equal(r.salt.size, salted ? 14 : 0);
    if (salted) {
        assert_memory_equal(r.salt.data, salt_octets, 14);
    }
}

static void is_derived(struct xk_session_result r, bool salt_carried)
{
    uint8_t tek[16];
    uint8_t salt[14];
    const struct xki_derivation d = {0, {secret, 16}, 5, UINT32_MAX, XKI_LABEL_SESSION, 2, {rand_octets, 16}, none};
    assert_true(xki_derive(&d, XKI_TEK, tek, 16) && xki_derive(&d, XKI_SALT, salt, 14));
    assert_int_equal(r.failure, XK_FAILURE_NONE);
    assert_memory_equal(r.key.data, tek, 16);
    assert_memory_equal(r.salt.data, salt_carried ? salt_octets : salt, 14);
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
    s.options.update_key = XK_KMS_UPDATE_DERIVED_AGAIN;
    assert_int_equal(resolve(&s).failure, XK_FAILURE_INIT_MAC);
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
    static const uint8_t content[] = {0x14, 0x61, 0x00, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0,
                                      0x00, 0x21, 0x00, 0x10, 0x33, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
                                      0, 7};
    (void)user;
    assert_int_equal(ticket->type, 2);
    memcpy(opened->content, content, sizeof content);
    opened->size = sizeof content;
    memcpy(opened->rand, rand_octets, 16);
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

static void unwraps_the_example_of_rfc_3394(void **state)
{
    (void)state;
    uint8_t key[16], in[24], wanted[16], out[16];
    hex_decode("000102030405060708090a0b0c0d0e0f", key, sizeof key);
    hex_decode("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5", in, sizeof in);
    hex_decode("00112233445566778899aabbccddeeff", wanted, sizeof wanted);
    assert_true(xki_aes_unwrap((struct xk_bytes){key, 16}, (struct xk_bytes){in, 24}, out));
    assert_memory_equal(out, wanted, 16);
    in[3] ^= 1;
    assert_false(xki_aes_unwrap((struct xk_bytes){key, 16}, (struct xk_bytes){in, 24}, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tek_of_the_ticket_is_used_as_it_is),
        cmocka_unit_test(tgk_and_gtgk_are_derived_from),
        cmocka_unit_test(a_ticket_without_resp_is_answered_from_the_init),
        cmocka_unit_test(the_initiator_may_supply_keys),
        cmocka_unit_test(the_responder_may_supply_keys),
        cmocka_unit_test(an_update_supplies_keys_under_either_reading),
        cmocka_unit_test(without_spi_only_one_key_can_be_meant),
        cmocka_unit_test(the_3gpp_ticket_has_a_default_and_an_opener),
        cmocka_unit_test(unwraps_the_example_of_rfc_3394),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
