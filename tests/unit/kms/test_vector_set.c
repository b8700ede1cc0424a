/* SPDX-License-Identifier: BSD-2-Clause */
/* Every line of the vector set, by building; test_resolve.c opens it. */
#include <xk_kms/issue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

#include "kms/derive.h"
#include "kms/kemac.h"
#include "support/files.h"
#include "support/hex.h"

#define SET "mikey/set1.txt"

struct line {
    uint8_t octets[1024];
    size_t size;
};

static struct xk_bytes load(struct line *line, const char *key)
{
    line->size = file_read_hex_line(SET, key, line->octets, sizeof line->octets);
    return (struct xk_bytes){line->octets, line->size};
}

static void matches(const char *key, const uint8_t *octets, size_t size)
{
    struct line line;
    load(&line, key);
    assert_int_equal(size, line.size);
    assert_memory_equal(octets, line.octets, size);
}

static struct line tpk, mpk, tgk, ticket_rand, rand_i, rand_r, rand_kms;

static int load_inputs(void **state)
{
    (void)state;
    load(&tpk, "TPK");
    load(&mpk, "MPK");
    load(&tgk, "TGK");
    load(&ticket_rand, "ticket RAND");
    load(&rand_i, "RANDRi");
    load(&rand_r, "RANDRr");
    load(&rand_kms, "RANDRkms");
    return 0;
}

static struct xk_bytes view(const struct line *line)
{
    return (struct xk_bytes){line->octets, line->size};
}

static struct xk_mikey_time at(const uint8_t value[8], unsigned int role, unsigned int type)
{
    struct xk_mikey_time time = {(uint8_t)role, (uint8_t)type, {value, type == 3 ? 4 : 8}, 0};
    for (size_t i = 0; i < 8; i++) {
        time.ntp64 = time.ntp64 << 8 | value[i];
    }
    return time;
}

static const uint8_t ticket_time[8] = {0xd1, 0, 0, 0};
static const uint8_t init_time[8] = {0xd1, 0, 0, 0x10};
static const uint8_t resp_time[8] = {0xd1, 0, 0, 0x12};
static const uint8_t valid_from[8] = {0xd0, 0xff, 0xff, 0};
static const uint8_t valid_until[8] = {0xd1, 0x10, 0, 0};

static struct xk_mikey_identity identity(unsigned int role, const char *uri)
{
    return (struct xk_mikey_identity){(uint8_t)role, XK_MIKEY_ID_URI, xk_text(uri)};
}

static size_t build_policy(uint8_t *out, size_t capacity)
{
    struct xk_mikey_builder b;
    size_t size = 0;
    struct xk_mikey_identity kms = identity(XK_MIKEY_IDR_KMS, "sip:kms@example.com");
    struct xk_mikey_identity initiator = identity(XK_MIKEY_IDR_I, "sip:alice@example.com");
    struct xk_mikey_identity responder = identity(XK_MIKEY_IDR_R, "sip:bob@example.com");
    struct xk_mikey_time from = at(valid_from, XK_MIKEY_TR_S, 3);
    struct xk_mikey_time until = at(valid_until, XK_MIKEY_TR_E, 3);
    xk_mikey_build_chain(&b, out, capacity, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &kms);
    xk_mikey_add_identity(&b, &initiator);
    xk_mikey_add_time(&b, &from);
    xk_mikey_add_time(&b, &until);
    xk_mikey_add_identity(&b, &responder);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return size;
}

static uint8_t policy[256];
static uint8_t ticket_octets[1024];
static size_t ticket_size;
static struct xk_mikey_ticket ticket;

static void issue(void)
{
    static const uint8_t spi0[] = {0, 0};
    static const uint8_t spi1[] = {0, 1};
    const struct xk_bytes none = {NULL, 0};
    const struct xk_mikey_key_data keys[] = {
        {XK_MIKEY_MPK, XK_MIKEY_KV_SPI, view(&mpk), none, {spi0, 2}, none, none},
        {XK_MIKEY_TGK, XK_MIKEY_KV_SPI, view(&tgk), none, {spi1, 2}, none, none},
    };
    struct xk_kms_ticket_content c;
    memset(&c, 0, sizeof c);
    c.type = c.subtype = c.version = 1;
    c.flags = XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_E | XK_MIKEY_FLAG_F | XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_H |
              XK_MIKEY_FLAG_I | XK_MIKEY_FLAG_N | XK_MIKEY_FLAG_O;
    c.policy = (struct xk_bytes){policy, build_policy(policy, sizeof policy)};
    c.time = at(ticket_time, 0, 0);
    c.rand = view(&ticket_rand);
    c.keys = keys;
    c.key_count = 2;
    c.protection_key = view(&tpk);
    c.suite = XK_KMS_SUITE_128;
    assert_int_equal(xk_kms_issue_ticket(&c, ticket_octets, sizeof ticket_octets, &ticket_size, &ticket, NULL), XK_OK);
}

static void the_ticket(void **state)
{
    (void)state;
    issue();
    matches("TICKET w/o NextPayload and InitiatorData", ticket_octets + 1, ticket_size - 3);
}

static void ticket_keys(void **state)
{
    (void)state;
    uint8_t key[20];
    const struct xki_kms_derivation d = {0, view(&tpk), 0xff, UINT32_MAX, XKI_KMS_LABEL_TICKET, 1, view(&ticket_rand),
                                     {NULL, 0}, NULL};
    assert_true(xki_kms_derive(&d, XKI_KMS_ENCR_KEY, key, 16));
    matches("tkt encr_key", key, 16);
    assert_true(xki_kms_derive(&d, XKI_KMS_AUTH_KEY, key, 20));
    matches("tkt auth_key", key, 20);
    assert_true(xki_kms_derive(&d, XKI_KMS_SALT_KEY, key, 14));
    matches("tkt salt_key", key, 14);
    uint8_t iv[16];
    xki_kms_kemac_iv(key, UINT32_MAX, UINT64_C(0xd100000000000000), iv);
    matches("tkt IV", iv, 16);
}

static void split_and_forked_keys(void **state)
{
    (void)state;
    uint8_t mpki[16];
    uint8_t mpkr[16];
    uint8_t forked[16];
    const struct xk_bytes bob = xk_text("sip:bob@example.com");
    assert_int_equal(xk_kms_split_mpk(0, view(&mpk), view(&ticket_rand), mpki, mpkr, NULL), XK_OK);
    matches("MPKi", mpki, 16);
    matches("MPKr", mpkr, 16);
    const struct xk_bytes mpkr_view = {mpkr, 16};
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_MPKR, mpkr_view, bob, view(&rand_kms), forked, NULL), XK_OK);
    matches("MPKr'", forked, 16);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, view(&tgk), bob, view(&rand_kms), forked, NULL), XK_OK);
    matches("TGK'", forked, 16);
    const struct xki_kms_derivation session = {0, {forked, 16}, 1, UINT32_MAX, XKI_KMS_LABEL_SESSION, 2, view(&rand_i),
                                           view(&rand_r), NULL};
    uint8_t out[16];
    assert_true(xki_kms_derive(&session, XKI_KMS_TEK, out, 16));
    matches("TEK (CS ID 1)", out, 16);
    assert_true(xki_kms_derive(&session, XKI_KMS_SALT, out, 14));
    matches("salt (CS ID 1)", out, 14);
}

static uint8_t init_octets[1024];
static size_t init_size;

static struct xk_kms_transfer transfer(unsigned int type)
{
    struct xk_kms_transfer t;
    memset(&t, 0, sizeof t);
    t.header.version = 1;
    t.header.data_type = (uint8_t)type;
    t.header.v_flag = type == XK_MIKEY_TRANSFER_INIT;
    t.header.csb_id = 0x1a2b3c4d;
    t.header.map_type = XK_MIKEY_MAP_GENERIC_ID;
    t.rand_initiator = view(&rand_i);
    t.responder = identity(XK_MIKEY_IDR_R, "sip:bob@example.com");
    t.suite = XK_KMS_SUITE_128;
    return t;
}

static void build_init(const uint8_t *mpki, const uint8_t *mpkr)
{
    static const uint8_t policy_0[] = {0};
    struct line wanted;
    const struct xk_mikey_crypto_session session = {1, 0, false, {policy_0, 1}, {NULL, 0}, {NULL, 0}};
    struct xk_kms_transfer t = transfer(XK_MIKEY_TRANSFER_INIT);
    issue();
    load(&wanted, "TRANSFER_INIT");
    struct xk_mikey_message parsed;
    assert_int_equal(xk_mikey_parse_transfer_init(wanted.octets, wanted.size, &parsed, NULL), XK_OK);
    struct xk_mikey_policy sp;
    bool has_policy = xk_mikey_find_policy(&parsed, 0, &sp);
    t.sessions = &session;
    t.session_count = 1;
    t.time = at(init_time, 0, 0);
    t.initiator = identity(XK_MIKEY_IDR_I, "sip:alice@example.com");
    t.policies = &sp;
    t.policy_count = has_policy ? 1 : 0;
    t.ticket = ticket;
    t.message_key = (struct xk_bytes){mpki, 16};
    t.vr_key = (struct xk_bytes){mpkr, 16};
    assert_int_equal(xk_kms_build_transfer(&t, init_octets, sizeof init_octets, &init_size, NULL), XK_OK);
}

static void the_messages(void **state)
{
    (void)state;
    static const uint8_t policy_0[] = {0};
    static const uint8_t ssrc[] = {0x11, 0x22, 0x33, 0x44};
    static const uint8_t spi[] = {0, 1};
    uint8_t mpki[16];
    uint8_t mpkr[16];
    uint8_t forked[16];
    uint8_t resp[512];
    size_t resp_size = 0;
    assert_int_equal(xk_kms_split_mpk(0, view(&mpk), view(&ticket_rand), mpki, mpkr, NULL), XK_OK);
    build_init(mpki, mpkr);
    matches("TRANSFER_INIT", init_octets, init_size);
    const struct xk_bytes mpkr_view = {mpkr, 16};
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_MPKR, mpkr_view, xk_text("sip:bob@example.com"), view(&rand_kms),
                                 forked, NULL),
                     XK_OK);
    const struct xk_mikey_crypto_session session = {1, 0, false, {policy_0, 1}, {ssrc, 4}, {spi, 2}};
    struct xk_kms_transfer t = transfer(XK_MIKEY_TRANSFER_RESP);
    t.sessions = &session;
    t.session_count = 1;
    t.time = at(resp_time, 0, 0);
    t.rand_responder = view(&rand_r);
    t.rand_kms = view(&rand_kms);
    t.message_key = (struct xk_bytes){forked, 16};
    t.init = (struct xk_bytes){init_octets, init_size};
    assert_int_equal(xk_kms_build_transfer(&t, resp, sizeof resp, &resp_size, NULL), XK_OK);
    matches("TRANSFER_RESP", resp, resp_size);
}

/* Known answers of another implementation, with the label of RFC 3830: RAND without its length. */
static void prf_with_sha_256_agrees_with_others(void **state)
{
    (void)state;
    const struct {
        const char *label;
        const char *out;
    } cases[] = {
        {"15798CEF0405A85C164339F62F55AAC86348846A482C893802", "3924935940c154ccbc3c2ad05c8f5181"},
        {"39A2C14B0405A85C164339F62F55AAC86348846A482C893802", "1725869b80f370cc9f24e13b"},
        {"15798CEF0005A85C164339F62F55AAC86348846A482C893802", "f17c80a8d2f9befa47cf712603d7229a"},
        {"39A2C14B0005A85C164339F62F55AAC86348846A482C893802", "c3b7b561a291a1d3abef482b"},
        {"2AD01C64040633F4574339F62F55AAC86348846A482C893802", "59AAA49EBB54813602B7CC165961B4E8"},
        {"39A2C14B040633F4574339F62F55AAC86348846A482C893802", "745EB4DF7D155C473114A799"},
    };
    uint8_t key[16];
    hex_decode("A27B7D578EEB9B1EE7705E385996D300", key, sizeof key);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t label[64];
        uint8_t wanted[16];
        uint8_t out[16];
        struct xk_bytes label_view = {label, hex_decode(cases[i].label, label, sizeof label)};
        size_t size = hex_decode(cases[i].out, wanted, sizeof wanted);
        assert_int_equal(xk_kms_prf(1, (struct xk_bytes){key, 16}, label_view, out, size, NULL), XK_OK);
        assert_memory_equal(out, wanted, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticket_keys),
        cmocka_unit_test(the_ticket),
        cmocka_unit_test(split_and_forked_keys),
        cmocka_unit_test(the_messages),
        cmocka_unit_test(prf_with_sha_256_agrees_with_others),
    };
    return cmocka_run_group_tests_name("vector_set", tests, load_inputs, NULL);
}
