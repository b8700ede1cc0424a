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

#include "kms/crypto.h"
#include "kms/derive.h"

static unsigned int left; /* calls before the one that fails; 0 for none */

static bool fails(void)
{
    return left > 0 && --left == 0;
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
    return fails() ? 0 : __real_EVP_MAC_init(context, key, size, params);
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
    return fails() ? 0 : __real_EVP_MAC_final(context, out, size, capacity);
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
        return fails() ? 0 : __real_EVP_##kind##Update(c, out, size, in, n);                                          \
    }                                                                                                                 \
    int __real_EVP_##kind##Final_ex(EVP_CIPHER_CTX *c, unsigned char *out, int *size);                                \
    int __wrap_EVP_##kind##Final_ex(EVP_CIPHER_CTX *c, unsigned char *out, int *size);                                \
    int __wrap_EVP_##kind##Final_ex(EVP_CIPHER_CTX *c, unsigned char *out, int *size)                                 \
    {                                                                                                                 \
        return fails() ? 0 : __real_EVP_##kind##Final_ex(c, out, size);                                               \
    }

CIPHER_CALLS(Encrypt)
CIPHER_CALLS(Decrypt)

static struct scenario sc;

/* Forking, keys of both messages and an update: every derivation there is. */
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
    const struct setting settings[] = {everything(), plain()};
    for (size_t i = 0; i < 2; i++) {
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
    const struct setting settings[] = {everything(), plain()};
    for (size_t i = 0; i < 2; i++) {
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
            assert_int_not_equal(r.failure, XK_FAILURE_NONE);
            assert_int_equal(r.key.size, 0);
            for (size_t k = 0; k < sizeof sc.key_space; k++) {
                assert_int_equal(sc.key_space[k], 0);
            }
        }
        left = 0;
        assert_true(count > 100);
    }
}

static void each_call_fails_in_what_is_offered_by_itself(void **state)
{
    (void)state;
    static const uint8_t zero[64];
    uint8_t a[64];
    uint8_t b[64];
    const struct xk_bytes key = {scenario_secret, 16};
    for (unsigned int i = 1; i <= 10; i++) {
        memset(a, 0x77, sizeof a);
        memset(b, 0x77, sizeof b);
        left = i;
        assert_int_equal(xk_kms_prf(0, key, xk_text("label"), a, 16), XK_E_HOST);
        assert_memory_equal(a, zero, 16);
        memset(a, 0x77, sizeof a);
        left = 30 + i; /* MPKi stands already */
        enum xk_status status = xk_kms_split_mpk(0, key, key, a, b);
        if (status != XK_OK) {
            assert_int_equal(status, XK_E_HOST);
            assert_memory_equal(a, zero, 16);
        }
        left = i;
        assert_int_equal(xk_kms_fork(1, XK_KMS_FORK_TGK, key, xk_text("sip:b@c"), key, b), XK_E_HOST);
        assert_memory_equal(b, zero, 16);
    }
    left = 0;
}

static void unwrapping_fails_clean(void **state)
{
    (void)state;
    static const uint8_t zero[16];
    const struct xk_bytes key = {scenario_secret, 16};
    static const uint8_t wrapped[24] = {1};
    uint8_t out[16];
    for (unsigned int i = 1; i <= 5; i++) {
        memset(out, 0x77, sizeof out);
        left = i;
        assert_false(xki_aes_unwrap(key, (struct xk_bytes){wrapped, 24}, out));
        assert_memory_equal(out, zero, 16);
    }
    left = 0;
}

static void sizes_that_no_algorithm_takes_are_refused(void **state)
{
    (void)state;
    static const uint8_t octets[600] = {1};
    static const uint8_t iv[16];
    uint8_t out[600];
    size_t size = 0;
    const struct xk_bytes key = {octets, 16};
    assert_false(xki_aes_cm(key, iv, (struct xk_bytes){octets, 0}, out));
    assert_false(xki_aes_cm((struct xk_bytes){octets, 24}, iv, (struct xk_bytes){octets, 16}, out));
    assert_false(xki_aes_unwrap((struct xk_bytes){octets, 32}, (struct xk_bytes){octets, 24}, out));
    assert_false(xki_aes_unwrap(key, (struct xk_bytes){octets, 16}, out));
    assert_false(xki_aes_unwrap(key, (struct xk_bytes){octets, 25}, out));
    struct xki_derivation d = {0, key, 5, 6, XKI_LABEL_SESSION, 2, {octets, 256}, {NULL, 0}};
    assert_false(xki_derive(&d, XKI_TEK, out, 16));
    d.first.size = 0;
    assert_true(xki_derive(&d, XKI_TEK, out, 16));
    assert_false(xki_derive(&d, XKI_TEK, out, 257));
    d.key.size = 0;
    assert_false(xki_derive(&d, XKI_TEK, out, 16));
    d.key.size = 16;
    d.prf = 2;
    assert_false(xki_derive(&d, XKI_TEK, out, 16));
    d.prf = 0;
    assert_false(xki_derive_fork(0, XKI_TGK_FORKED, key, (struct xk_bytes){octets, 65536}, key, out));
    assert_false(xki_derive_fork(0, XKI_TGK_FORKED, key, key, (struct xk_bytes){octets, 256}, out));
    assert_true(xki_derive_fork(0, XKI_TGK_FORKED, key, key, (struct xk_bytes){NULL, 0}, out));
    assert_false(xki_verification_mac(&d, 0, &key, 1, out, &size));
    assert_false(xki_kemac_open(&d, 4, 0, key, out, &size));
    assert_true(xki_kemac_open(&d, 0, 0, key, out, &size)); /* NULL: as it is */
    assert_memory_equal(out, octets, 16);
    assert_false(xki_kemac_open(&d, 2, 0, (struct xk_bytes){octets, 24}, out, &size)); /* not wrapped under this key */
    assert_int_equal(size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_fails_in_building),
        cmocka_unit_test(each_call_fails_in_answering),
        cmocka_unit_test(each_call_fails_in_what_is_offered_by_itself),
        cmocka_unit_test(unwrapping_fails_clean),
        cmocka_unit_test(sizes_that_no_algorithm_takes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
