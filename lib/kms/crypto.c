/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/crypto.h"

#include <limits.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <xk/secret.h>

enum cipher { AES_128_CTR, AES_256_CTR, AES_128_WRAP };

size_t xki_kms_hash_size(enum xki_kms_hash hash)
{
    return hash == XKI_KMS_SHA_1 ? 20 : 32;
}

void xki_kms_crypto_forget(struct xki_kms_crypto *crypto)
{
    static const uint8_t zeros[32];
    for (size_t i = 0; i < sizeof crypto->macs / sizeof crypto->macs[0]; i++) {
        if (crypto->macs[i] != NULL && EVP_MAC_init(crypto->macs[i], zeros, sizeof zeros, NULL) != 1) {
            EVP_MAC_CTX_free(crypto->macs[i]); /* which wipes */
            crypto->macs[i] = NULL;
        }
    }
}

void xki_kms_crypto_free(struct xki_kms_crypto *crypto)
{
    for (size_t i = 0; i < sizeof crypto->macs / sizeof crypto->macs[0]; i++) {
        EVP_MAC_CTX_free(crypto->macs[i]);
    }
    EVP_MAC_free(crypto->hmac);
    EVP_CIPHER_CTX_free(crypto->cipher);
    for (size_t i = 0; i < XKI_KMS_CIPHERS; i++) {
        EVP_CIPHER_free(crypto->ciphers[i]);
    }
    memset(crypto, 0, sizeof *crypto);
}

/* The context of a hash, with a key: a new one is told the hash, and keeps it. */
static EVP_MAC_CTX *begin(struct xki_kms_crypto *crypto, enum xki_kms_hash hash, struct xk_bytes key)
{
    char sha_1[] = "SHA1";
    char sha_256[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash == XKI_KMS_SHA_1 ? sha_1 : sha_256, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC_CTX **place = &crypto->macs[hash == XKI_KMS_SHA_1 ? 0 : 1];
    const OSSL_PARAM *told = NULL;
    if (crypto->hmac == NULL) {
        crypto->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    }
    if (*place == NULL && crypto->hmac != NULL) {
        *place = EVP_MAC_CTX_new(crypto->hmac);
        told = params;
    }
    if (*place != NULL && EVP_MAC_init(*place, key.data, key.size, told) != 1) {
        EVP_MAC_CTX_free(*place); /* it may not have been told its hash */
        *place = NULL;
    }
    return *place;
}

static bool finish(EVP_MAC_CTX *context, enum xki_kms_hash hash, const struct xk_bytes *parts, size_t count,
                   uint8_t *mac)
{
    size_t size = 0;
    bool good = context != NULL;
    for (size_t i = 0; good && i < count; i++) {
        good = parts[i].size == 0 || EVP_MAC_update(context, parts[i].data, parts[i].size) == 1;
    }
    good = good && EVP_MAC_final(context, mac, &size, xki_kms_hash_size(hash)) == 1 && size == xki_kms_hash_size(hash);
    if (!good) {
        xk_wipe(mac, xki_kms_hash_size(hash));
    }
    return good;
}

bool xki_kms_hmac(struct xki_kms_crypto *crypto, enum xki_kms_hash hash, struct xk_bytes key,
                  const struct xk_bytes *parts, size_t count, uint8_t *mac)
{
    struct xki_kms_crypto own = {0};
    bool good = finish(begin(crypto != NULL ? crypto : &own, hash, key), hash, parts, count, mac);
    xki_kms_crypto_free(&own);
    return good;
}

bool xki_kms_hmac_again(struct xki_kms_crypto *crypto, enum xki_kms_hash hash, const struct xk_bytes *parts,
                        size_t count, uint8_t *mac)
{
    EVP_MAC_CTX *context = crypto->macs[hash == XKI_KMS_SHA_1 ? 0 : 1];
    bool good = EVP_MAC_init(context, NULL, 0, NULL) == 1;
    return finish(good ? context : NULL, hash, parts, count, mac);
}

/* Counter mode and key wrap give all in one go: neither has anything left for a last call. What is kept is emptied, so
 * that no key stays in it. */
static bool run(struct xki_kms_crypto *crypto, enum cipher which, bool encrypt, struct xk_bytes key, const uint8_t *iv,
                struct xk_bytes in, uint8_t *out, size_t out_size)
{
    static const char *const names[] = {
        [AES_128_CTR] = "AES-128-CTR", [AES_256_CTR] = "AES-256-CTR", [AES_128_WRAP] = "AES-128-WRAP"};
    struct xki_kms_crypto own = {0};
    struct xki_kms_crypto *c = crypto != NULL ? crypto : &own;
    int written = 0;
    if (c->ciphers[which] == NULL) {
        c->ciphers[which] = EVP_CIPHER_fetch(NULL, names[which], NULL);
    }
    if (c->cipher == NULL) {
        c->cipher = EVP_CIPHER_CTX_new();
    }
    bool good = c->ciphers[which] != NULL && c->cipher != NULL;
    if (good) {
        EVP_CIPHER_CTX_set_flags(c->cipher, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW); /* of no meaning to the other modes */
    }
    if (good && encrypt) {
        good = EVP_EncryptInit_ex2(c->cipher, c->ciphers[which], key.data, iv, NULL) == 1 &&
               EVP_EncryptUpdate(c->cipher, out, &written, in.data, (int)in.size) == 1;
    } else if (good) {
        good = EVP_DecryptInit_ex2(c->cipher, c->ciphers[which], key.data, iv, NULL) == 1 &&
               EVP_DecryptUpdate(c->cipher, out, &written, in.data, (int)in.size) == 1;
    }
    good = good && (size_t)written == out_size;
    if (c->cipher != NULL) {
        (void)EVP_CIPHER_CTX_reset(c->cipher);
    }
    xki_kms_crypto_free(&own);
    if (!good) {
        xk_wipe(out, out_size);
    }
    return good;
}

bool xki_kms_aes_cm(struct xki_kms_crypto *crypto, struct xk_bytes key, const uint8_t iv[16], struct xk_bytes in,
                    uint8_t *out)
{
    if (in.size == 0 || in.size > INT_MAX || (key.size != 16 && key.size != 32)) {
        return false;
    }
    return run(crypto, key.size == 16 ? AES_128_CTR : AES_256_CTR, true, key, iv, in, out, in.size);
}

bool xki_kms_aes_wrap(struct xki_kms_crypto *crypto, struct xk_bytes key, const uint8_t iv[XKI_KMS_WRAP_IV_SIZE],
                      struct xk_bytes in, uint8_t *out)
{
    if (key.size != 16 || in.size < 16 || in.size > INT_MAX - XKI_KMS_WRAP_IV_SIZE || in.size % 8 != 0) {
        return false;
    }
    return run(crypto, AES_128_WRAP, true, key, iv, in, out, in.size + XKI_KMS_WRAP_IV_SIZE);
}

bool xki_kms_aes_unwrap(struct xki_kms_crypto *crypto, struct xk_bytes key, const uint8_t iv[XKI_KMS_WRAP_IV_SIZE],
                        struct xk_bytes in, uint8_t *out)
{
    if (key.size != 16 || in.size < 24 || in.size > INT_MAX || in.size % 8 != 0) {
        return false;
    }
    return run(crypto, AES_128_WRAP, false, key, iv, in, out, in.size - XKI_KMS_WRAP_IV_SIZE);
}
