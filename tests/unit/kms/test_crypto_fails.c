/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenSSL fails: each of its calls in turn, in issuing, building and answering. Every failure is told, no key is left
 * behind, and the next attempt succeeds. The linker puts the functions here before OpenSSL's.
 */
#include "scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include <xk/mikey_build.h>

#include "kms/crypto.h"
#include "kms/derive.h"
#include "support/hex.h"

static unsigned int left; /* calls before the one that fails; 0 for none */
static bool lies;         /* what ends an operation succeeds, but tells one octet more than there is */

static bool fails(void)
{
    return left > 0 && --left == 0;
}

/* The contexts that have been given a key, and nothing since. */
static const void *keyed[8];

static size_t keyed_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof keyed / sizeof keyed[0]; i++) {
        count += keyed[i] != NULL;
    }
    return count;
}

static void note(const void *context, bool key)
{
    size_t place = sizeof keyed / sizeof keyed[0];
    for (size_t i = 0; i < sizeof keyed / sizeof keyed[0]; i++) {
        if (keyed[i] == context) {
            keyed[i] = NULL;
        }
        place = keyed[i] == NULL ? i : place;
    }
    if (key) {
        assert_true(place < sizeof keyed / sizeof keyed[0]);
        keyed[place] = context;
    }
}

/* Names and signatures are OpenSSL's, with the prefix of the linker's --wrap. */
EVP_MAC *__real_EVP_MAC_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties);
EVP_MAC *__wrap_EVP_MAC_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties);
EVP_MAC *__wrap_EVP_MAC_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties)
{
    return fails() ? NULL : __real_EVP_MAC_fetch(context, name, properties);
}

EVP_MAC_CTX *__real_EVP_MAC_CTX_new(EVP_MAC *mac);
EVP_MAC_CTX *__wrap_EVP_MAC_CTX_new(EVP_MAC *mac);
EVP_MAC_CTX *__wrap_EVP_MAC_CTX_new(EVP_MAC *mac)
{
    return fails() ? NULL : __real_EVP_MAC_CTX_new(mac);
}

int __real_EVP_MAC_init(EVP_MAC_CTX *context, const unsigned char *key, size_t size, const OSSL_PARAM params[]);
int __wrap_EVP_MAC_init(EVP_MAC_CTX *context, const unsigned char *key, size_t size, const OSSL_PARAM params[]);
int __wrap_EVP_MAC_init(EVP_MAC_CTX *context, const unsigned char *key, size_t size, const OSSL_PARAM params[])
{
    static const uint8_t zeros[64];
    if (key != NULL) {
        note(context, memcmp(key, zeros, size) != 0);
    }
    return fails() ? 0 : __real_EVP_MAC_init(context, key, size, params);
}

void __real_EVP_MAC_CTX_free(EVP_MAC_CTX *context);
void __wrap_EVP_MAC_CTX_free(EVP_MAC_CTX *context);
void __wrap_EVP_MAC_CTX_free(EVP_MAC_CTX *context)
{
    note(context, false);
    __real_EVP_MAC_CTX_free(context);
}

int __real_EVP_MAC_update(EVP_MAC_CTX *context, const unsigned char *data, size_t size);
int __wrap_EVP_MAC_update(EVP_MAC_CTX *context, const unsigned char *data, size_t size);
int __wrap_EVP_MAC_update(EVP_MAC_CTX *context, const unsigned char *data, size_t size)
{
    return fails() ? 0 : __real_EVP_MAC_update(context, data, size);
}

int __real_EVP_MAC_final(EVP_MAC_CTX *context, unsigned char *out, size_t *size, size_t capacity);
int __wrap_EVP_MAC_final(EVP_MAC_CTX *context, unsigned char *out, size_t *size, size_t capacity);
int __wrap_EVP_MAC_final(EVP_MAC_CTX *context, unsigned char *out, size_t *size, size_t capacity)
{
    int done = fails() ? 0 : __real_EVP_MAC_final(context, out, size, capacity);
    *size += lies ? 1 : 0;
    return done;
}

EVP_CIPHER *__real_EVP_CIPHER_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties);
EVP_CIPHER *__wrap_EVP_CIPHER_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties);
EVP_CIPHER *__wrap_EVP_CIPHER_fetch(OSSL_LIB_CTX *context, const char *name, const char *properties)
{
    return fails() ? NULL : __real_EVP_CIPHER_fetch(context, name, properties);
}

EVP_CIPHER_CTX *__real_EVP_CIPHER_CTX_new(void);
EVP_CIPHER_CTX *__wrap_EVP_CIPHER_CTX_new(void);
EVP_CIPHER_CTX *__wrap_EVP_CIPHER_CTX_new(void)
{
    return fails() ? NULL : __real_EVP_CIPHER_CTX_new();
}

#define CIPHER_CALLS(kind)                                                                                            \
    int __real_EVP_##kind##Init_ex2(EVP_CIPHER_CTX *c, const EVP_CIPHER *type, const unsigned char *key,              \
                                    const unsigned char *iv, const OSSL_PARAM params[]);                              \
    int __wrap_EVP_##kind##Init_ex2(EVP_CIPHER_CTX *c, const EVP_CIPHER *type, const unsigned char *key,              \
                                    const unsigned char *iv, const OSSL_PARAM params[]);                              \
    int __wrap_EVP_##kind##Init_ex2(EVP_CIPHER_CTX *c, const EVP_CIPHER *type, const unsigned char *key,              \
                                    const unsigned char *iv, const OSSL_PARAM params[])                               \
    {                                                                                                                 \
        return fails() ? 0 : __real_EVP_##kind##Init_ex2(c, type, key, iv, params);                                   \
    }                                                                                                                 \
    int __real_EVP_##kind##Update(EVP_CIPHER_CTX *c, unsigned char *out, int *size, const unsigned char *in, int n);  \
    int __wrap_EVP_##kind##Update(EVP_CIPHER_CTX *c, unsigned char *out, int *size, const unsigned char *in, int n);  \
    int __wrap_EVP_##kind##Update(EVP_CIPHER_CTX *c, unsigned char *out, int *size, const unsigned char *in, int n)   \
    {                                                                                                                 \
        int done = fails() ? 0 : __real_EVP_##kind##Update(c, out, size, in, n);                                      \
        *size += lies ? 1 : 0;                                                                                        \
        return done;                                                                                                  \
    }

CIPHER_CALLS(Encrypt)
CIPHER_CALLS(Decrypt)

static struct scenario sc;

/* A TGK of the ticket, forked for the Responder. */
static struct setting forked(void)
{
    struct setting s = base();
    s.flags = FORKING_FLAGS;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    return s;
}

/* Forking, and keys of both messages: they go before the ticket's. */
static struct setting everything(void)
{
    struct setting s = base();
    s.flags = FORKING_FLAGS | XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M;
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.init_key = key_of(XK_MIKEY_TGK, false);
    s.resp_key = key_of(XK_MIKEY_TGK, false);
    return s;
}

static struct setting plain(void)
{
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TGK, false);
    s.update_key = key_of(XK_MIKEY_TEK, false);
    s.flags |= XK_MIKEY_FLAG_L;
    s.update = true;
    return s;
}

static void each_call_fails_in_building(void **state)
{
    (void)state;
    const struct setting settings[] = {everything(), plain(), forked()};
    for (size_t i = 0; i < 3; i++) {
        unsigned int count = 0;
        enum xk_status status;
        do {
            left = ++count;
            status = scenario_build(&settings[i], &sc);
            assert_true(status == XK_OK || status == XK_E_HOST);
            assert_true(status == XK_OK || left == 0);
        } while (left == 0);
        left = 0;
        assert_int_equal(status, XK_OK);
        assert_true(count > 100);
        assert_int_equal(scenario_ask(&settings[i], &sc).failure, XK_FAILURE_NONE);
    }
}

static void each_call_fails_in_answering(void **state)
{
    (void)state;
    const struct setting settings[] = {everything(), plain(), forked()};
    for (size_t i = 0; i < 3; i++) {
        left = 0;
        assert_int_equal(scenario_build(&settings[i], &sc), XK_OK);
        unsigned int count = 0;
        for (;;) {
            memset(sc.key_space, 0, sizeof sc.key_space);
            left = ++count;
            struct xk_session_result r = scenario_ask(&settings[i], &sc);
            if (left > 0) {
                assert_int_equal(r.failure, XK_FAILURE_NONE);
                break;
            }
            /* Nobody's MAC is blamed. */
            assert_true(r.failure == XK_FAILURE_GENERIC || r.failure == XK_FAILURE_ALGORITHM);
            assert_int_equal(r.key.size, 0);
            for (size_t k = 0; k < sizeof sc.key_space; k++) {
                assert_int_equal(sc.key_space[k], 0);
            }
        }
        left = 0;
        assert_true(count > 100);
    }
}

/* One context for all: what fails in one query is not felt in the next, and no key stays from one to the other. */
static void each_call_fails_in_a_context(void **state)
{
    (void)state;
    const struct setting settings[] = {everything(), plain(), forked()};
    unsigned int without = 0;
    for (size_t i = 0; i < 3; i++) {
        uint8_t keys[sizeof sc.key_space];
        struct xk_kms_context *context = NULL;
        left = 0;
        assert_int_equal(scenario_build(&settings[i], &sc), XK_OK);
        memset(sc.key_space, 0, sizeof sc.key_space);
        left = 1000000;
        assert_int_equal(scenario_ask(&settings[i], &sc).failure, XK_FAILURE_NONE);
        without = 1000000 - left;
        memcpy(keys, sc.key_space, sizeof keys);
        left = 0;
        assert_int_equal(xk_kms_context_create(&context), XK_OK);
        sc.context = context;
        unsigned int count = 0;
        for (;;) {
            memset(sc.key_space, 0, sizeof sc.key_space);
            left = ++count;
            struct xk_session_result r = scenario_ask(&settings[i], &sc);
            assert_int_equal(keyed_count(), 0);
            bool done = left > 0;
            /* The last that can fail is the forgetting: the answer stands, and what could not be emptied is freed. */
            assert_true(r.failure == XK_FAILURE_NONE || r.failure == XK_FAILURE_GENERIC ||
                        (!done && r.failure == XK_FAILURE_ALGORITHM));
            left = 0;
            memset(sc.key_space, 0, sizeof sc.key_space);
            assert_int_equal(scenario_ask(&settings[i], &sc).failure, XK_FAILURE_NONE);
            assert_memory_equal(sc.key_space, keys, sizeof keys);
            assert_int_equal(keyed_count(), 0);
            if (done) {
                break;
            }
        }
        assert_true(count > 50);
        left = 1000000;
        assert_int_equal(scenario_ask(&settings[i], &sc).failure, XK_FAILURE_NONE);
        assert_true(1000000 - left < without); /* nothing is fetched or made anew */
        left = 0;
        sc.context = NULL;
        xk_kms_context_destroy(context);
    }
    assert_int_equal(xk_kms_context_create(NULL), XK_E_ARGUMENT);
    xk_kms_context_destroy(NULL);
}

static struct xk_diag diag;

static void says(enum xk_status status, const char *field)
{
    assert_int_equal(diag.status, status);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, field);
}

static enum xk_status prf(const uint8_t *key, uint8_t *a, uint8_t *b)
{
    memset(b, 0, 16);
    return xk_kms_prf(0, (struct xk_bytes){key, 16}, xk_text("label"), a, 16, &diag);
}

static enum xk_status split(const uint8_t *key, uint8_t *a, uint8_t *b)
{
    return xk_kms_split_mpk(1, (struct xk_bytes){key, 16}, (struct xk_bytes){scenario_rand, 16}, a, b, &diag);
}

static enum xk_status fork_tgk(const uint8_t *key, uint8_t *a, uint8_t *b)
{
    memset(b, 0, 16);
    return xk_kms_fork(1, XK_KMS_FORK_TGK, (struct xk_bytes){key, 16}, xk_text("sip:b@c"),
                       (struct xk_bytes){scenario_rand, 16}, a, &diag);
}

/* Whichever call fails, of two keys none is left, not even the one that stood already. */
static void each_call_fails_in_what_is_offered_by_itself(void **state)
{
    (void)state;
    static enum xk_status (*const offered[])(const uint8_t *, uint8_t *, uint8_t *) = {prf, split, fork_tgk};
    static const uint8_t zero[16];
    uint8_t a[16];
    uint8_t b[16];
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++) {
        unsigned int count = 0;
        for (;;) {
            memset(a, 0x77, sizeof a);
            memset(b, 0x77, sizeof b);
            left = ++count;
            enum xk_status status = offered[i](scenario_secret, a, b);
            if (left > 0) {
                assert_int_equal(status, XK_OK);
                assert_memory_not_equal(a, zero, 16);
                break;
            }
            assert_int_equal(status, XK_E_HOST);
            says(XK_E_HOST, "");
            assert_memory_equal(a, zero, 16);
            assert_memory_equal(b, zero, 16);
        }
        left = 0;
        assert_true(count > 8);
    }
}

/* Two blocks of a key, three pieces of an output: what stood already of it is wiped too. */
static void a_prf_that_fails_half_way_leaves_no_half(void **state)
{
    (void)state;
    static const uint8_t long_key[33] = "more than a block of 256 bits is";
    static const uint8_t zero[50];
    uint8_t out[50];
    unsigned int count = 0;
    for (;;) {
        memset(out, 0x77, sizeof out);
        left = ++count;
        enum xk_status status =
            xk_kms_prf(0, (struct xk_bytes){long_key, sizeof long_key}, xk_text("label"), out, sizeof out, &diag);
        if (left > 0) {
            assert_int_equal(status, XK_OK);
            assert_memory_not_equal(out, zero, sizeof out);
            break;
        }
        assert_int_equal(status, XK_E_HOST);
        assert_memory_equal(out, zero, sizeof out);
    }
    left = 0;
    assert_true(count > 24); /* 12 HMACs */
}

static void unwrapping_fails_clean(void **state)
{
    (void)state;
    static const uint8_t zero[16];
    uint8_t key[16], wrapped[24], plain_key[16], out[16], iv[8];
    hex_decode("000102030405060708090a0b0c0d0e0f", key, sizeof key); /* RFC 3394 4.1 */
    hex_decode("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5", wrapped, sizeof wrapped);
    hex_decode("00112233445566778899aabbccddeeff", plain_key, sizeof plain_key);
    memset(iv, 0xa6, sizeof iv);
    for (unsigned int i = 1; i <= 4; i++) {
        memset(out, 0x77, sizeof out);
        left = i;
        assert_false(xki_kms_aes_unwrap(NULL, (struct xk_bytes){key, 16}, iv, (struct xk_bytes){wrapped, 24}, out));
        assert_int_equal(left, 0);
        assert_memory_equal(out, zero, 16);
    }
    left = 5; /* there are no more calls that could fail */
    assert_true(xki_kms_aes_unwrap(NULL, (struct xk_bytes){key, 16}, iv, (struct xk_bytes){wrapped, 24}, out));
    assert_int_equal(left, 1);
    assert_memory_equal(out, plain_key, 16);
    left = 0;
}

static void a_result_of_another_size_is_no_result(void **state)
{
    (void)state;
    static const uint8_t zero[32];
    static const uint8_t iv[16];
    uint8_t key[16], wrapped[24], out[32], wrap_iv[8];
    memset(wrap_iv, 0xa6, sizeof wrap_iv);
    hex_decode("000102030405060708090a0b0c0d0e0f", key, sizeof key);
    hex_decode("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5", wrapped, sizeof wrapped);
    const struct xk_bytes view = {key, 16};
    for (unsigned int i = 0; i < 2; i++) {
        lies = i == 0;
        memset(out, 0x77, sizeof out);
        assert_int_equal(xki_kms_hmac(NULL, XKI_KMS_SHA_256, view, &view, 1, out), !lies);
        assert_int_equal(memcmp(out, zero, 32) == 0, lies);
        memset(out, 0x77, sizeof out);
        assert_int_equal(xki_kms_aes_cm(NULL, view, iv, view, out), !lies);
        assert_int_equal(memcmp(out, zero, 16) == 0, lies);
        memset(out, 0x77, sizeof out);
        assert_int_equal(xki_kms_aes_unwrap(NULL, view, wrap_iv, (struct xk_bytes){wrapped, 24}, out), !lies);
        assert_int_equal(memcmp(out, zero, 16) == 0, lies);
    }
}

/* The MAC of a RESP is the last thing that is made: its place stays empty, whatever the stack held. */
static void a_resp_without_its_mac_has_none(void **state)
{
    (void)state;
    static const uint8_t zero[20];
    static const uint8_t when[8] = {0xd1};
    uint8_t whole[256], out[256];
    size_t size = 0;
    size_t unchanged = 77;
    struct xk_kms_transfer t;
    memset(&t, 0, sizeof t);
    t.header = (struct xk_mikey_header){.version = 1, .data_type = XK_MIKEY_TRANSFER_RESP,
                                        .map_type = XK_MIKEY_MAP_GENERIC_ID};
    t.time = (struct xk_mikey_time){0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    t.message_key = (struct xk_bytes){scenario_secret, 16};
    t.init = (struct xk_bytes){when, 8};
    t.suite = XK_KMS_SUITE_128;
    assert_int_equal(xk_kms_build_transfer(&t, whole, sizeof whole, &size, NULL), XK_OK);
    assert_memory_not_equal(whole + size - 20, zero, 20);
    unsigned int count = 0;
    do {
        memset(out, 0x77, sizeof out);
        left = ++count;
        enum xk_status status = xk_kms_build_transfer(&t, out, sizeof out, &unchanged, &diag);
        if (left > 0) {
            assert_int_equal(status, XK_OK);
            assert_memory_equal(out, whole, size);
            break;
        }
        assert_int_equal(status, XK_E_HOST);
        says(XK_E_HOST, "V");
        assert_int_equal(unchanged, 77);
        assert_memory_equal(out, whole, size - 20);
        assert_memory_equal(out + size - 20, zero, 20);
    } while (count < 1000);
    left = 0;
    assert_int_equal(unchanged, size);
    assert_true(count > 10);
}

/* What could not be made is named: first the KEMAC, then V, then Vr. */
static void is_named_in_order(bool ticket)
{
    static const char *const names[] = {"KEMAC", "V", "Vr"};
    static const uint8_t when[8] = {0xd1};
    static const uint8_t tp[] = {0, 9};
    static uint8_t out[2048], message[4096];
    const struct xk_mikey_key_data keys[] = {key_of(XK_MIKEY_MPK, false)};
    const struct xk_bytes rand = {scenario_rand, 16};
    const struct xk_bytes key = {scenario_secret, 16};
    const struct xk_mikey_identity bob = party(XK_MIKEY_IDR_R);
    const struct xk_mikey_time time = {0, 0, {when, 8}, UINT64_C(0xd100000000000000)};
    uint8_t policy[64];
    struct xk_mikey_builder b;
    size_t size = 0;
    xk_mikey_build_chain(&b, policy, sizeof policy, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    xk_mikey_add_identity(&b, &bob);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    struct xk_kms_ticket_content c = {.type = 1, .subtype = 1, .version = 1, .flags = FORKING_FLAGS,
                                      .policy = ticket ? (struct xk_bytes){tp, 2} : (struct xk_bytes){policy, size},
                                      .time = time, .rand = rand, .keys = keys, .key_count = 1,
                                      .protection_key = key, .suite = XK_KMS_SUITE_128};
    struct xk_kms_transfer t = {.header = {.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT,
                                           .map_type = XK_MIKEY_MAP_GENERIC_ID},
                                .time = time, .rand_initiator = rand, .keys = keys, .key_count = 1,
                                .message_key = key, .vr_key = key, .suite = XK_KMS_SUITE_128};
    struct xk_mikey_ticket issued;
    left = 0;
    assert_int_equal(xk_kms_issue_ticket(&c, out, sizeof out, &size, ticket ? &issued : &t.ticket, NULL), XK_OK);
    unsigned int name = 0;
    for (unsigned int count = 1;; count++) {
        left = count;
        enum xk_status status = ticket ? xk_kms_issue_ticket(&c, out, sizeof out, &size, &issued, &diag)
                                       : xk_kms_build_transfer(&t, message, sizeof message, &size, &diag);
        if (left > 0) {
            left = 0;
            assert_int_equal(status, XK_OK);
            break;
        }
        assert_int_equal(status, XK_E_HOST);
        name += strcmp(diag.field, names[name]) != 0;
        assert_true(name < 3);
        says(XK_E_HOST, names[name]);
    }
    assert_int_equal(name, ticket ? 1 : 2);
}

static void what_could_not_be_made_is_named(void **state)
{
    (void)state;
    is_named_in_order(true);
    is_named_in_order(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_fails_in_building),
        cmocka_unit_test(each_call_fails_in_answering),
        cmocka_unit_test(each_call_fails_in_a_context),
        cmocka_unit_test(each_call_fails_in_what_is_offered_by_itself),
        cmocka_unit_test(a_prf_that_fails_half_way_leaves_no_half),
        cmocka_unit_test(unwrapping_fails_clean),
        cmocka_unit_test(a_result_of_another_size_is_no_result),
        cmocka_unit_test(a_resp_without_its_mac_has_none),
        cmocka_unit_test(what_could_not_be_made_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
