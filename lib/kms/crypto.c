/* SPDX-License-Identifier: BSD-2-Clause */
#include "kms/crypto.h"

#include <limits.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <xk/secret.h>

size_t xki_kms_hash_size(enum xki_kms_hash hash)
{
    return hash == XKI_KMS_SHA_1 ? 20 : 32;
}

bool xki_kms_hmac(enum xki_kms_hash hash, struct xk_bytes key, const struct xk_bytes *parts, size_t count, uint8_t *mac)
{
    char sha_1[] = "SHA1";
    char sha_256[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash == XKI_KMS_SHA_1 ? sha_1 : sha_256, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;
    size_t size = 0;
    bool good = context != NULL && EVP_MAC_init(context, key.data, key.size, params) == 1;
    for (size_t i = 0; good && i < count; i++) {
        good = parts[i].size == 0 || EVP_MAC_update(context, parts[i].data, parts[i].size) == 1;
    }
    good = good && EVP_MAC_final(context, mac, &size, xki_kms_hash_size(hash)) == 1 && size == xki_kms_hash_size(hash);
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(algorithm);
    if (!good) {
        xk_wipe(mac, xki_kms_hash_size(hash));
    }
    return good;
}

/* Counter mode and key wrap give all in one go: neither has anything left for a last call. */
static bool run(const char *name, bool encrypt, struct xk_bytes key, const uint8_t *iv, struct xk_bytes in,
                uint8_t *out, size_t out_size)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool good = cipher != NULL && context != NULL;
    if (good) {
        EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW); /* of no meaning to the other modes */
    }
    if (good && encrypt) {
        good = EVP_EncryptInit_ex2(context, cipher, key.data, iv, NULL) == 1 &&
               EVP_EncryptUpdate(context, out, &written, in.data, (int)in.size) == 1;
    } else if (good) {
        good = EVP_DecryptInit_ex2(context, cipher, key.data, iv, NULL) == 1 &&
               EVP_DecryptUpdate(context, out, &written, in.data, (int)in.size) == 1;
    }
    good = good && (size_t)written == out_size;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    if (!good) {
        xk_wipe(out, out_size);
    }
    return good;
}

bool xki_kms_aes_cm(struct xk_bytes key, const uint8_t iv[16], struct xk_bytes in, uint8_t *out)
{
    if (in.size == 0 || in.size > INT_MAX || (key.size != 16 && key.size != 32)) {
        return false;
    }
    return run(key.size == 16 ? "AES-128-CTR" : "AES-256-CTR", true, key, iv, in, out, in.size);
}

bool xki_kms_aes_wrap(struct xk_bytes key, const uint8_t iv[XKI_KMS_WRAP_IV_SIZE], struct xk_bytes in, uint8_t *out)
{
    if (key.size != 16 || in.size < 16 || in.size > INT_MAX - XKI_KMS_WRAP_IV_SIZE || in.size % 8 != 0) {
        return false;
    }
    return run("AES-128-WRAP", true, key, iv, in, out, in.size + XKI_KMS_WRAP_IV_SIZE);
}

bool xki_kms_aes_unwrap(struct xk_bytes key, const uint8_t iv[XKI_KMS_WRAP_IV_SIZE], struct xk_bytes in, uint8_t *out)
{
    if (key.size != 16 || in.size < 24 || in.size > INT_MAX || in.size % 8 != 0) {
        return false;
    }
    return run("AES-128-WRAP", false, key, iv, in, out, in.size - XKI_KMS_WRAP_IV_SIZE);
}
