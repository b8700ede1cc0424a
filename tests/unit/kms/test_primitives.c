/* SPDX-License-Identifier: BSD-2-Clause */
/* The primitives by themselves: sizes and numbers that none of them takes, and a key wrap that OpenSSL made. */
#include <xk_kms/issue.h>

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "kms/crypto.h"
#include "kms/derive.h"

static const uint8_t secret[16] = {0x33, 0x44};
static const uint8_t plain[16] = {0x66};

static void sizes_that_no_algorithm_takes_are_refused(void **state)
{
    (void)state;
    static const uint8_t octets[600] = {1};
    static const uint8_t iv[16];
    uint8_t out[600];
    uint8_t other[16];
    size_t size = 0;
    const struct xk_bytes key = {octets, 16};
    const struct xk_bytes endless = {octets, (size_t)INT_MAX + 1};
    memset(out, 0x77, sizeof out);
    assert_false(xki_aes_cm(key, iv, endless, out));
    assert_false(xki_aes_unwrap(key, endless, out));
    assert_int_equal(out[0], 0x77);
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
    assert_false(xki_derive(&d, XKI_TEK, out, 0));
    d.rands = 3; /* there are no more than two */
    assert_true(xki_derive(&d, XKI_TEK, out, 16));
    d.rands = 2;
    assert_true(xki_derive(&d, XKI_TEK, other, 16));
    assert_memory_equal(out, other, 16);
    d.key.size = 0;
    assert_false(xki_derive(&d, XKI_TEK, out, 16));
    d.key.size = 16;
    d.prf = 2;
    assert_false(xki_derive(&d, XKI_TEK, out, 16));
    d.prf = 0;
    assert_false(xki_derive_fork(0, XKI_TGK_FORKED, key, (struct xk_bytes){octets, 65536}, key, out));
    assert_false(xki_derive_fork(0, XKI_TGK_FORKED, key, key, (struct xk_bytes){octets, 256}, out));
    assert_true(xki_derive_fork(0, XKI_TGK_FORKED, key, key, (struct xk_bytes){NULL, 0}, out));
    /* A RAND that no label takes: what is wiped is wiped then too. */
    memset(out, 0x77, sizeof out);
    assert_int_equal(xk_kms_fork(0, XK_KMS_FORK_TGK, key, key, (struct xk_bytes){octets, 256}, out), XK_E_HOST);
    assert_memory_equal(out, iv, 16);
    assert_int_equal(out[16], 0x77);
    assert_false(xki_verification_mac(&d, 0, &key, 1, out, &size));
    assert_false(xki_kemac_open(&d, 4, 0, key, out, &size));
    assert_true(xki_kemac_open(&d, 0, 0, key, out, &size)); /* NULL: as it is */
    assert_memory_equal(out, octets, 16);
    assert_false(xki_kemac_open(&d, 2, 0, (struct xk_bytes){octets, 24}, out, &size)); /* not wrapped under this key */
    assert_int_equal(size, 0);
}

/* An AES key wrap as another would make it. */
static void wrap(const uint8_t key[16], const uint8_t in[16], uint8_t out[24])
{
    int size = 0;
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-WRAP", NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_non_null(cipher);
    assert_non_null(context);
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    assert_int_equal(EVP_EncryptInit_ex2(context, cipher, key, NULL, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(context, out, &size, in, 16), 1);
    assert_int_equal(size, 24);
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
}

static void a_wrapped_kemac_is_unwrapped(void **state)
{
    (void)state;
    const struct xki_derivation d = {0, {secret, 16}, 5, 6, XKI_LABEL_SESSION, 0, {NULL, 0}, {NULL, 0}};
    uint8_t encr_key[16], sealed[24], out[24];
    size_t size = 77;
    assert_true(xki_derive(&d, XKI_ENCR_KEY, encr_key, 16));
    wrap(encr_key, plain, sealed);
    memset(out, 0x77, sizeof out);
    assert_true(xki_kemac_open(&d, 2, 0, (struct xk_bytes){sealed, 24}, out, &size));
    assert_int_equal(size, 16);
    assert_memory_equal(out, plain, 16);
    assert_int_equal(out[16], 0x77);
    sealed[0] ^= 1;
    assert_false(xki_kemac_open(&d, 2, 0, (struct xk_bytes){sealed, 24}, out, &size));
    assert_int_equal(size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_no_algorithm_takes_are_refused),
        cmocka_unit_test(a_wrapped_kemac_is_unwrapped),
    };
    return cmocka_run_group_tests_name("primitives", tests, NULL, NULL);
}
