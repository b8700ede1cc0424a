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
#include "kms/kemac.h"

static const uint8_t secret[16] = {0x33, 0x44};
static const uint8_t plain[16] = {0x66};

static const uint8_t octets[600] = {1};
static const struct xk_bytes key = {octets, 16};

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static void sizes_that_no_algorithm_takes_are_refused(void **state)
{
    (void)state;
    static const uint8_t iv[16];
    uint8_t out[600];
    const struct xk_bytes endless = {octets, (size_t)INT_MAX + 1};
    memset(out, 0x77, sizeof out);
    assert_false(xki_kms_aes_cm(NULL, key, iv, endless, out));
    assert_false(xki_kms_aes_unwrap(NULL, key, iv, endless, out));
    assert_false(xki_kms_aes_wrap(NULL, key, iv, endless, out));
    /* of 8, but for 8 more */
    assert_false(xki_kms_aes_wrap(NULL, key, iv, (struct xk_bytes){octets, INT_MAX - 7}, out));
    assert_false(xki_kms_aes_cm(NULL, key, iv, bytes(0), out));
    assert_false(xki_kms_aes_cm(NULL, bytes(24), iv, bytes(16), out));
    assert_false(xki_kms_aes_unwrap(NULL, bytes(32), iv, bytes(24), out));
    assert_false(xki_kms_aes_unwrap(NULL, key, iv, bytes(16), out));
    assert_false(xki_kms_aes_unwrap(NULL, key, iv, bytes(25), out));
    assert_false(xki_kms_aes_wrap(NULL, bytes(32), iv, bytes(16), out));
    assert_false(xki_kms_aes_wrap(NULL, key, iv, bytes(8), out));
    assert_false(xki_kms_aes_wrap(NULL, key, iv, bytes(17), out));
    assert_int_equal(out[0], 0x77);
    assert_true(xki_kms_aes_wrap(NULL, key, iv, bytes(16), out));
    assert_int_equal(out[24], 0x77);
}

static void labels_that_no_derivation_takes_are_refused(void **state)
{
    (void)state;
    static const uint8_t zeros[16];
    uint8_t out[600];
    uint8_t other[16];
    struct xki_kms_derivation d = {0, key, 5, 6, XKI_KMS_LABEL_SESSION, 2, {octets, 256}, {NULL, 0}, NULL};
    assert_false(xki_kms_derive(&d, XKI_KMS_TEK, out, 16));
    d.first.size = 255;
    assert_true(xki_kms_derive(&d, XKI_KMS_TEK, out, 16));
    d.first.size = 0;
    assert_true(xki_kms_derive(&d, XKI_KMS_TEK, out, 16));
    assert_true(xki_kms_derive(&d, XKI_KMS_TEK, out, 256));
    assert_false(xki_kms_derive(&d, XKI_KMS_TEK, out, 257));
    assert_false(xki_kms_derive(&d, XKI_KMS_TEK, out, 0));
    d.rands = 3; /* there are no more than two */
    assert_true(xki_kms_derive(&d, XKI_KMS_TEK, out, 16));
    d.rands = 2;
    assert_true(xki_kms_derive(&d, XKI_KMS_TEK, other, 16));
    assert_memory_equal(out, other, 16);
    d.key.size = 0;
    assert_false(xki_kms_derive(&d, XKI_KMS_TEK, out, 16));
    d.key.size = 16;
    d.prf = 2;
    assert_false(xki_kms_derive(&d, XKI_KMS_TEK, out, 16));
    assert_memory_equal(out, zeros, 16);
    const struct xk_bytes none = {NULL, 0};
    static uint8_t large[65536];
    assert_false(xki_kms_derive_fork(NULL, 0, XKI_KMS_TGK_FORKED, key, (struct xk_bytes){large, 65536}, key, out));
    assert_true(xki_kms_derive_fork(NULL, 0, XKI_KMS_TGK_FORKED, key, (struct xk_bytes){large, 65535}, key, out));
    assert_false(xki_kms_derive_fork(NULL, 0, XKI_KMS_TGK_FORKED, key, key, bytes(256), out));
    assert_true(xki_kms_derive_fork(NULL, 0, XKI_KMS_TGK_FORKED, key, key, bytes(255), out));
    assert_true(xki_kms_derive_fork(NULL, 0, XKI_KMS_TGK_FORKED, key, key, none, out));
}

/* P(s, label, m) of RFC 3830 4.1.2 spelled out: each block of 256 bits of the key gives a chain, XORed. */
static void the_prf_chains_its_blocks(void **state)
{
    (void)state;
    static const size_t key_sizes[] = {16, 32, 33, 64};
    static const size_t out_sizes[] = {1, 20, 21, 32, 41, 64, 65, 256};
    const struct xk_bytes label = xk_text("label");
    for (unsigned int prf = 0; prf < 2; prf++) {
        enum xki_kms_hash hash = prf == 0 ? XKI_KMS_SHA_1 : XKI_KMS_SHA_256;
        size_t step = xki_kms_hash_size(hash);
        for (size_t k = 0; k < sizeof key_sizes / sizeof key_sizes[0]; k++) {
            uint8_t wanted[256 + 32] = {0}, out[256];
            for (size_t at = 0; at < key_sizes[k]; at += 32) {
                const struct xk_bytes block = {octets + at, key_sizes[k] - at < 32 ? key_sizes[k] - at : 32};
                uint8_t a[32], next[32], piece[32];
                struct xk_bytes parts[2] = {label, label};
                assert_true(xki_kms_hmac(NULL, hash, block, &label, 1, a)); /* A_1 */
                for (size_t done = 0; done < 256; done += step) {
                    parts[0] = (struct xk_bytes){a, step};
                    assert_true(xki_kms_hmac(NULL, hash, block, parts, 2, piece));
                    assert_true(xki_kms_hmac(NULL, hash, block, parts, 1, next));
                    memcpy(a, next, step);
                    for (size_t i = 0; i < step; i++) {
                        wanted[done + i] ^= piece[i];
                    }
                }
            }
            for (size_t o = 0; o < sizeof out_sizes / sizeof out_sizes[0]; o++) {
                assert_true(xki_kms_prf(NULL, prf, bytes(key_sizes[k]), label, out, out_sizes[o]));
                assert_memory_equal(out, wanted, out_sizes[o]);
            }
        }
    }
}

/* Lengths in the label of a fork are of 16 and 8 bits. */
static void the_label_of_a_fork_has_both_lengths(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 255, 256, 0x1ff, 0x203};
    uint8_t label[12 + 600 + 256];
    uint8_t wanted[16], out[16];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        static const uint8_t front[] = {0x15, 0x12, 0xb5, 0x4a, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
        size_t size = sizes[i];
        memcpy(label, front, sizeof front);
        label[10] = (uint8_t)(size / 256);
        label[11] = (uint8_t)(size % 256);
        memcpy(label + 12, octets, size);
        label[12 + size] = 9;
        memcpy(label + 13 + size, octets, 9);
        assert_true(xki_kms_prf(NULL, 1, key, (struct xk_bytes){label, 12 + size + 1 + 9}, wanted, 16));
        assert_true(xki_kms_derive_fork(NULL, 1, XKI_KMS_TGK_FORKED, key, bytes(size), bytes(9), out));
        assert_memory_equal(out, wanted, 16);
    }
}

static void the_iv_has_csb_id_and_time(void **state)
{
    (void)state;
    static const uint8_t salt[14] = {0x80, 0x40, 0xff, 0, 0, 1};
    static const uint8_t wanted[16] = {0x80, 0x40, 0xed, 0x34, 0x56, 0x79, 0x9a, 0xbc,
                                       0xde, 0xf0, 0x11, 0x22, 0x33, 0x44};
    uint8_t iv[16];
    xki_kms_kemac_iv(salt, 0x12345678, UINT64_C(0x9abcdef011223344), iv);
    assert_memory_equal(iv, wanted, 16);
}

static void a_mac_is_of_a_known_algorithm(void **state)
{
    (void)state;
    const struct xki_kms_derivation d = {0, key, 5, 6, XKI_KMS_LABEL_SESSION, 2, {NULL, 0}, {NULL, 0}, NULL};
    uint8_t out[32];
    size_t size = 77;
    assert_false(xki_kms_mac(&d, 0, &key, 1, out, &size));
    assert_false(xki_kms_mac(&d, 3, &key, 1, out, &size));
    assert_int_equal(size, 77);
    assert_true(xki_kms_mac(&d, 1, &key, 1, out, &size));
    assert_int_equal(size, 20);
    assert_true(xki_kms_mac(&d, 2, &key, 1, out, &size));
    assert_int_equal(size, 32);
}

static void a_kemac_that_no_key_opens_is_told(void **state)
{
    (void)state;
    static const struct {
        uint8_t encryption;
        size_t size;
        enum xk_failure failure;
    } rows[] = {
        {0, 0, XK_FAILURE_NONE},       {0, 16, XK_FAILURE_NONE}, {0, 599, XK_FAILURE_NONE},
        {1, 0, XK_FAILURE_KEMAC},      {1, 1, XK_FAILURE_NONE},  {3, 0, XK_FAILURE_KEMAC},
        {3, 33, XK_FAILURE_NONE},      {2, 0, XK_FAILURE_KEMAC}, {2, 24, XK_FAILURE_KEMAC}, /* not wrapped by us */
        {2, 23, XK_FAILURE_KEMAC},     {4, 16, XK_FAILURE_ALGORITHM},
    };
    const struct xki_kms_derivation d = {0, key, 5, 6, XKI_KMS_LABEL_SESSION, 2, {NULL, 0}, {NULL, 0}, NULL};
    static uint8_t large[XK_KMS_KEMAC_MAX + 1];
    uint8_t out[XK_KMS_KEMAC_MAX];
    size_t size = 77;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct xk_mikey_kemac kemac = {rows[i].encryption, bytes(rows[i].size), 0, {NULL, 0}};
        size = 77;
        assert_int_equal(xki_kms_kemac_open(&d, &kemac, 0, out, &size), rows[i].failure);
        assert_int_equal(size, rows[i].failure == XK_FAILURE_NONE ? rows[i].size : 0);
        assert_true(rows[i].encryption != 0 || memcmp(out, octets, rows[i].size) == 0); /* NULL: as it is */
    }
    struct xk_mikey_kemac kemac = {0, {large, XK_KMS_KEMAC_MAX + 1}, 0, {NULL, 0}};
    assert_int_equal(xki_kms_kemac_open(&d, &kemac, 0, out, &size), XK_FAILURE_ALGORITHM);
    kemac.encrypted.size--;
    assert_int_equal(xki_kms_kemac_open(&d, &kemac, 0, out, &size), XK_FAILURE_NONE);
}

/* An AES key wrap as another would make it: the 64-bit salt is the IV (RFC 3830 4.2.3). */
static void wrap(const uint8_t encr_key[16], const uint8_t iv[8], const uint8_t in[16], uint8_t out[24])
{
    int size = 0;
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-WRAP", NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    assert_non_null(cipher);
    assert_non_null(context);
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    assert_int_equal(EVP_EncryptInit_ex2(context, cipher, encr_key, iv, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(context, out, &size, in, 16), 1);
    assert_int_equal(size, 24);
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
}

static void the_iv_of_a_key_wrap_is_the_derived_salt(void **state)
{
    (void)state;
    const struct xki_kms_derivation d = {0, {secret, 16}, 5, 6, XKI_KMS_LABEL_SESSION, 0, {NULL, 0}, {NULL, 0}, NULL};
    uint8_t encr_key[16], iv[8], sealed[24], out[24];
    size_t size = 77;
    const struct xk_mikey_kemac kemac = {2, {sealed, 24}, 0, {NULL, 0}};
    assert_true(xki_kms_derive(&d, XKI_KMS_ENCR_KEY, encr_key, 16));
    assert_true(xki_kms_derive(&d, XKI_KMS_SALT_KEY, iv, 8));
    wrap(encr_key, iv, plain, sealed);
    memset(out, 0x77, sizeof out);
    assert_int_equal(xki_kms_kemac_open(&d, &kemac, 0, out, &size), XK_FAILURE_NONE);
    assert_int_equal(size, 16);
    assert_memory_equal(out, plain, 16);
    assert_int_equal(out[16], 0x77);
    sealed[0] ^= 1;
    assert_int_equal(xki_kms_kemac_open(&d, &kemac, 0, out, &size), XK_FAILURE_KEMAC);
    assert_int_equal(size, 0);
    memset(iv, 0xa6, sizeof iv); /* the default of RFC 3394 is not it */
    wrap(encr_key, iv, plain, sealed);
    assert_int_equal(xki_kms_kemac_open(&d, &kemac, 0, out, &size), XK_FAILURE_KEMAC);
}

/* Octets of key data sub-payloads, and what they are. */
static void key_data_is_read_to_its_end(void **state)
{
    (void)state;
#define MPK "\x14\x60\0\1\x41"
#define LAST_MPK "\0\x60\0\1\x41"
#define TEK "\x14\x20\0\1\x42"
#define LAST_TEK "\0\x20\0\1\x42"
    static const struct {
        const char *octets;
        size_t size;
        unsigned int mpks;
        bool readable;
    } rows[] = {
        {LAST_MPK, 5, 1, true},          {LAST_MPK, 5, 0, false},
        {LAST_MPK, 5, 2, false},         {LAST_TEK, 5, 0, true},
        {LAST_TEK, 5, 1, false},         {MPK LAST_TEK, 10, 1, true},
        {MPK LAST_TEK, 10, 0, false},    {MPK LAST_MPK, 10, 1, false},
        {MPK LAST_MPK, 10, 2, true},     {MPK MPK LAST_TEK, 15, 2, true},
        {MPK MPK LAST_TEK, 15, 1, false}, {TEK LAST_MPK, 10, 1, false},
        {MPK TEK LAST_MPK, 15, 2, false}, {"", 0, 0, false},
        {LAST_TEK "\0", 6, 0, false},    {TEK, 5, 0, false},
        {"\0\x90\0\1\x42", 5, 0, false}, /* a type of no number */
        {"\0\x30\0\1\x42\0\1\x43", 8, 0, true}, /* TEK+SALT */
        {"\0\x30\0\1\x42\0\0", 7, 0, false},
        {"\0\x10\0\1\x42\0\0", 7, 0, false},
        {"\0\x50\0\1\x42\0\0", 7, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct xk_bytes content = {(const uint8_t *)rows[i].octets, rows[i].size};
        assert_int_equal(xki_kms_is_readable(content, rows[i].mpks), rows[i].readable);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_no_algorithm_takes_are_refused),
        cmocka_unit_test(labels_that_no_derivation_takes_are_refused),
        cmocka_unit_test(the_prf_chains_its_blocks),
        cmocka_unit_test(the_label_of_a_fork_has_both_lengths),
        cmocka_unit_test(the_iv_has_csb_id_and_time),
        cmocka_unit_test(a_mac_is_of_a_known_algorithm),
        cmocka_unit_test(a_kemac_that_no_key_opens_is_told),
        cmocka_unit_test(the_iv_of_a_key_wrap_is_the_derived_salt),
        cmocka_unit_test(key_data_is_read_to_its_end),
    };
    return cmocka_run_group_tests_name("primitives", tests, NULL, NULL);
}
