/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No secret stays on the stack. Each call runs on a stack of its own, which is then searched for the ticket's keys and
 * for all that is derived from them on the way, in pieces of eight octets.
 */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include <pthread.h>

#include "kms/kemac.h"

#define STACK (512 * 1024)
#define PIECE 8
#define SECRETS_MAX 40

static _Alignas(4096) uint8_t stack[STACK];

static struct {
    char name[24];
    uint8_t octets[64];
    size_t size;
} secrets[SECRETS_MAX];
static size_t secret_count;

static void add_secret(const char *name, const uint8_t *octets, size_t size)
{
    assert_true(secret_count < SECRETS_MAX && size >= PIECE && size <= sizeof secrets[0].octets);
    (void)strncpy(secrets[secret_count].name, name, sizeof secrets[0].name - 1);
    memcpy(secrets[secret_count].octets, octets, size);
    secrets[secret_count++].size = size;
}

static bool is_on_stack(const uint8_t *octets)
{
    const uint8_t *at = stack;
    size_t left = sizeof stack;
    while ((at = memchr(at, octets[0], left)) != NULL) {
        left = sizeof stack - (size_t)(at - stack);
        if (left < PIECE) {
            return false;
        }
        if (memcmp(at, octets, PIECE) == 0) {
            return true;
        }
        at++;
        left--;
    }
    return false;
}

/* The name of a secret that is there; NULL for none. */
static const char *found_secret(void)
{
    for (size_t i = 0; i < secret_count; i++) {
        for (size_t at = 0; at + PIECE <= secrets[i].size; at += PIECE) {
            if (is_on_stack(secrets[i].octets + at)) {
                return secrets[i].name;
            }
        }
    }
    return NULL;
}

/* The call begins deep in the stack: what ends the thread would write over what a shallow one leaves. */
static void *(*body)(void *argument);

static void *dive(void *argument)
{
    volatile uint8_t water[64 * 1024];
    water[0] = water[sizeof water - 1] = 0x5a;
    void *result = body(argument);
    return water[0] == 0x5a ? result : NULL;
}

static void run(void *(*function)(void *argument), void *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;
    memset(stack, 0x5a, sizeof stack);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, sizeof stack), 0);
    body = function;
    assert_int_equal(pthread_create(&thread, &attributes, dive, argument), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    const char *found = found_secret();
    if (found != NULL) {
        print_message("on the stack: %s\n", found);
    }
    assert_null(found);
}

static int start(void **state)
{
    (void)state;
    secret_count = 0;
    return 0;
}

/* What a derivation leads to: the keys of a KEMAC and of a MAC, and the IV. */
static void add_derived(const char *name, const struct xki_kms_derivation *d, uint64_t time, bool wrap)
{
    uint8_t key[32];
    uint8_t iv[16];
    assert_true(xki_kms_derive(d, XKI_KMS_ENCR_KEY, key, 16));
    add_secret(name, key, 16);
    assert_true(xki_kms_derive(d, XKI_KMS_AUTH_KEY, key, 20));
    add_secret(name, key, 20);
    assert_true(xki_kms_derive(d, XKI_KMS_SALT_KEY, key, wrap ? 8 : 14));
    add_secret(name, key, wrap ? 8 : 14);
    if (!wrap) {
        xki_kms_kemac_iv(key, d->csb_id, time, iv);
        add_secret(name, iv, 12); /* the counter is OpenSSL's */
    }
}

static const uint8_t tpk[16] = {0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd};
static const uint8_t mpk[16] = {0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd};
static const uint8_t tgk[16] = {0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xec, 0xed};
static const struct xk_bytes none;

static struct xk_mikey_key_data key_data(unsigned int type, const uint8_t *octets)
{
    struct xk_mikey_key_data key = key_of(type, false);
    key.key = (struct xk_bytes){octets, 16};
    return key;
}

static struct scenario sc;
static struct setting setting;
static enum xk_failure failure;

static void add_scenario_secrets(bool wrap)
{
    const uint64_t when = UINT64_C(0xd100000000000000);
    const struct xk_bytes rand = {scenario_rand, 16};
    const struct xk_bytes bob = xk_text("sip:bob@example.com");
    uint8_t mpki[16], mpkr[16], forked[16], key[16];
    assert_int_equal(xk_kms_split_mpk(0, (struct xk_bytes){scenario_mpk, 16}, rand, mpki, mpkr, NULL), XK_OK);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_MPKR, (struct xk_bytes){mpkr, 16}, bob, rand, forked, NULL), XK_OK);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, (struct xk_bytes){tgk, 16}, bob, rand, key, NULL), XK_OK);
    add_secret("TPK", scenario_tpk, 16);
    add_secret("TGK", tgk, 16);
    add_secret("TGK'", key, 16);
    add_secret("MPK", scenario_mpk, 16);
    add_secret("MPKi", mpki, 16);
    add_secret("MPKr", mpkr, 16);
    add_secret("MPKr'", forked, 16);
    const struct xki_kms_derivation session = {0, {key, 16}, 5, UINT32_MAX, XKI_KMS_LABEL_SESSION, 2, rand, rand, NULL};
    uint8_t out[16];
    assert_true(xki_kms_derive(&session, XKI_KMS_TEK, out, 16));
    add_secret("TEK", out, 16);
    assert_true(xki_kms_derive(&session, XKI_KMS_SALT, out, 14));
    add_secret("salt", out, 14);
    const struct xki_kms_derivation init = {0, {mpki, 16}, 0xff, 77, XKI_KMS_LABEL_INIT, 2, rand, none, NULL};
    const struct xki_kms_derivation resp = {0, {forked, 16}, 0xff, 77, XKI_KMS_LABEL_RESP, 2, rand, rand, NULL};
    const struct xki_kms_derivation vr = {0, {mpkr, 16}, 0xff, UINT32_MAX, XKI_KMS_LABEL_VR, 0, none, none, NULL};
    add_derived("keys of the INIT", &init, when, wrap);
    add_derived("keys of the RESP", &resp, when, wrap);
    add_derived("keys of Vr", &vr, when, wrap);
}

static void *ask(void *argument)
{
    failure = scenario_ask(argument, &sc).failure;
    return NULL;
}

static struct setting everything(bool wrap)
{
    struct setting s = base();
    s.flags = FORKING_FLAGS | XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.ticket_key = key_data(XK_MIKEY_TGK, tgk);
    if (wrap) {
        static const uint8_t spi[] = {0, 7, 0};
        s.encryption = XK_KMS_ENCRYPTION_AES_KW_128;
        s.ticket_key.spi = (struct xk_bytes){spi, 3};
        s.spis[0] = s.spis[1] = NULL;
    }
    return s;
}

static void answering_leaves_nothing(void **state)
{
    (void)state;
    static const uint8_t init_key[16] = {0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac};
    static const uint8_t resp_key[16] = {0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc};
    static const uint8_t spi[] = {0, 8};
    setting = everything(false);
    setting.init_key = key_data(XK_MIKEY_TEK, init_key);
    setting.resp_key = key_data(XK_MIKEY_TEK, resp_key);
    setting.init_key.spi = setting.resp_key.spi = (struct xk_bytes){spi, 2};
    add_scenario_secrets(false);
    add_secret("TEK of the INIT", init_key, 16);
    add_secret("TEK of the RESP", resp_key, 16);
    assert_int_equal(scenario_build(&setting, &sc), XK_OK);
    run(ask, &setting);
    assert_int_equal(failure, XK_FAILURE_NONE);
    /* A salt that does not fit, after the key was derived. */
    static const uint8_t long_salt[XK_SALT_MAX + 1] = {1};
    setting.ticket_key.type = XK_MIKEY_TGK_SALT;
    setting.ticket_key.salt = (struct xk_bytes){long_salt, sizeof long_salt};
    assert_int_equal(scenario_build(&setting, &sc), XK_OK);
    run(ask, &setting);
    assert_int_equal(failure, XK_FAILURE_ALGORITHM);
}

/* Where a MAC is wrong, the right one is a secret: who learns it may use it. */
static void refusing_leaves_nothing(void **state)
{
    (void)state;
    setting = everything(false);
    add_scenario_secrets(false);
    assert_int_equal(scenario_build(&setting, &sc), XK_OK);
    struct xk_bytes *const messages[] = {&sc.message.transfer_init, &sc.message.transfer_resp};
    uint8_t *const octets[] = {sc.init, sc.resp};
    for (size_t i = 0; i < 2; i++) {
        uint8_t *mac = octets[i] + messages[i]->size - 20;
        size_t count = secret_count;
        add_secret("the right MAC", mac, 16);
        memset(mac, 0x11, 20);
        run(ask, &setting);
        assert_int_equal(failure, i == 0 ? XK_FAILURE_INIT_MAC : XK_FAILURE_RESP_MAC);
        memcpy(mac, secrets[count].octets, 16);
        secret_count = count;
        assert_int_equal(scenario_build(&setting, &sc), XK_OK);
    }
}

/* The key that was tried last, and that which fitted and opened nothing. */
static void keys_that_open_nothing_are_wiped(void **state)
{
    (void)state;
    setting = everything(false);
    add_secret("TPK", scenario_tpk, 16);
    for (unsigned int i = 0; i < 2; i++) {
        struct xk_mikey_message m;
        struct xk_mikey_ticket_data data;
        assert_int_equal(scenario_build(&setting, &sc), XK_OK);
        assert_int_equal(xk_mikey_parse(sc.init, sc.message.transfer_init.size, &m, NULL), XK_OK);
        assert_int_equal(xk_mikey_read_ticket_data(&m.ticket, &data, NULL), XK_OK);
        sc.init[data.v.mac.data - sc.init] ^= 1;
        sc.wrong_keys = i * XK_KMS_GENERATIONS_MAX; /* all of them wrong by their first octet */
        run(ask, &setting);
        assert_int_equal(failure, XK_FAILURE_TICKET_MAC);
    }
}

static struct xki_kms_derivation opener;
static struct xk_mikey_kemac sealed;

static void *open_kemac(void *argument)
{
    static uint8_t plain[XK_KMS_KEMAC_MAX];
    size_t size = 0;
    (void)argument;
    failure = xki_kms_kemac_open(&opener, &sealed, UINT64_C(0xd100000000000000), plain, &size);
    return NULL;
}

static void opening_a_kemac_leaves_nothing(void **state)
{
    (void)state;
    static const uint8_t octets[24] = {7};
    for (unsigned int i = 1; i <= 2; i++) {
        secret_count = 0;
        opener = (struct xki_kms_derivation){
            0, {mpk, 16}, 0xff, 5, XKI_KMS_LABEL_INIT, 2, {scenario_rand, 16}, none, NULL};
        sealed = (struct xk_mikey_kemac){(uint8_t)i, {octets, sizeof octets}, 0, {NULL, 0}};
        add_secret("MPKi", mpk, 16);
        add_derived("keys of the KEMAC", &opener, UINT64_C(0xd100000000000000), i == 2);
        run(open_kemac, NULL);
        assert_int_equal(failure, i == 1 ? XK_FAILURE_NONE : XK_FAILURE_KEMAC);
    }
}

static enum xk_status status;
static uint8_t out[4096];
static struct xk_kms_ticket_content content;
static struct xk_kms_transfer transfer;

static void *issue(void *argument)
{
    struct xk_mikey_ticket ticket;
    size_t size = 0;
    (void)argument;
    status = xk_kms_issue_ticket(&content, out, sizeof out, &size, &ticket, NULL);
    return NULL;
}

static void *build(void *argument)
{
    size_t size = 0;
    (void)argument;
    status = xk_kms_build_transfer(&transfer, out, sizeof out, &size, NULL);
    return NULL;
}

static const uint8_t when_octets[8] = {0xd1};
static const struct xk_mikey_time when = {0, 0, {when_octets, 8}, UINT64_C(0xd100000000000000)};

static void issuing_leaves_nothing(void **state)
{
    (void)state;
    static const uint8_t policy[] = {0, 9};
    static const uint8_t spi[] = {1, 2};
    static const enum xk_kms_encryption encryptions[] = {XK_KMS_ENCRYPTION_OF_SUITE, XK_KMS_ENCRYPTION_AES_KW_128};
    const struct xk_bytes rand = {scenario_rand, 16};
    struct xk_mikey_key_data keys[] = {key_data(XK_MIKEY_MPK, mpk), key_data(XK_MIKEY_TGK, tgk)};
    const struct xki_kms_derivation d = {0, {tpk, 16}, 0xff, UINT32_MAX, XKI_KMS_LABEL_TICKET, 1, rand, none, NULL};
    keys[0].spi = (struct xk_bytes){spi, 1};
    keys[1].validity = XK_MIKEY_KV_NULL; /* 22 and 20 octets: with the ends of their KVs 42, so one more of each */
    memset(&content, 0, sizeof content);
    content.type = content.subtype = content.version = 1;
    content.flags = BASE_FLAGS;
    content.policy = (struct xk_bytes){policy, sizeof policy};
    content.time = when;
    content.rand = rand;
    content.keys = keys;
    content.key_count = 2;
    content.protection_key = (struct xk_bytes){tpk, 16};
    content.suite = XK_KMS_SUITE_128;
    for (size_t i = 0; i < 2; i++) {
        secret_count = 0;
        add_secret("TPK", tpk, 16);
        add_secret("MPK", mpk, 16);
        add_secret("TGK", tgk, 16);
        add_derived("keys of the ticket", &d, when.ntp64, i == 1);
        content.encryption = encryptions[i];
        content.key_count = i == 0 ? 2 : 1;
        keys[0].validity = i == 0 ? XK_MIKEY_KV_SPI : XK_MIKEY_KV_INTERVAL;
        keys[0].valid_from = keys[0].valid_until = (struct xk_bytes){spi, 1};
        run(issue, NULL);
        assert_int_equal(status, XK_OK);
    }
    content.encryption = XK_KMS_ENCRYPTION_AES_KW_128; /* no whole blocks: refused when the plain text stands */
    content.key_count = 2;
    run(issue, NULL);
    assert_int_equal(status, XK_E_FIELD);
}

static void building_leaves_nothing(void **state)
{
    (void)state;
    const struct xk_mikey_key_data key = key_data(XK_MIKEY_TEK, tgk);
    const struct xk_bytes rand = {scenario_rand, 16};
    const struct xki_kms_derivation d = {0, {mpk, 16}, 0xff, 5, XKI_KMS_LABEL_INIT, 2, rand, none, NULL};
    memset(&transfer, 0, sizeof transfer);
    transfer.header = (struct xk_mikey_header){.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT, .csb_id = 5,
                                               .map_type = XK_MIKEY_MAP_GENERIC_ID};
    transfer.time = when;
    transfer.rand_initiator = rand;
    transfer.message_key = (struct xk_bytes){mpk, 16};
    transfer.keys = &key;
    transfer.key_count = 1;
    transfer.suite = XK_KMS_SUITE_128;
    add_secret("MPKi", mpk, 16);
    add_secret("TEK", tgk, 16);
    add_derived("keys of the message", &d, when.ntp64, false);
    run(build, NULL);
    assert_int_equal(status, XK_OK);
}

static uint8_t made[3][64];

static void *derive(void *argument)
{
    const struct xk_bytes key = {tgk, 16};
    const struct xk_bytes rand = {scenario_rand, 16};
    (void)argument;
    status = xk_kms_prf(0, key, xk_text("label"), made[0], 16, NULL);
    if (status == XK_OK) {
        status = xk_kms_fork(1, XK_KMS_FORK_TGK, key, xk_text("sip:b@c"), rand, made[1], NULL);
    }
    return NULL;
}

/* Of the PRF also what it makes on the way: A_1, A_2 of RFC 3830 4.1.2. */
static void deriving_leaves_nothing(void **state)
{
    (void)state;
    const struct xk_bytes key = {tgk, 16};
    const struct xk_bytes label = xk_text("label");
    uint8_t a[2][20];
    assert_true(xki_kms_hmac(NULL, XKI_KMS_SHA_1, key, &label, 1, a[0]));
    const struct xk_bytes first = {a[0], 20};
    assert_true(xki_kms_hmac(NULL, XKI_KMS_SHA_1, key, &first, 1, a[1]));
    add_secret("A_1", a[0], 20);
    add_secret("A_2", a[1], 20);
    add_secret("TGK", tgk, 16);
    derive(NULL);
    assert_int_equal(status, XK_OK);
    add_secret("output", made[0], 16);
    add_secret("TGK'", made[1], 16);
    run(derive, NULL);
    assert_int_equal(status, XK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(answering_leaves_nothing, start), cmocka_unit_test_setup(refusing_leaves_nothing, start),
        cmocka_unit_test_setup(issuing_leaves_nothing, start),   cmocka_unit_test_setup(building_leaves_nothing, start),
        cmocka_unit_test_setup(deriving_leaves_nothing, start),
        cmocka_unit_test_setup(keys_that_open_nothing_are_wiped, start),
        cmocka_unit_test_setup(opening_a_kemac_leaves_nothing, start),
    };
    return cmocka_run_group_tests_name("wipes", tests, NULL, NULL);
}
