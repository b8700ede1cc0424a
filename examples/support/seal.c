/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/seal.h"

#include <limits.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "support/support.h"

void seal_read_key(struct seal *seal, const char *path)
{
    uint8_t octets[SEAL_KEY + 1];
    size_t size = read_key(path, octets, sizeof octets);
    if (size != SEAL_KEY) {
        die("%s: not a key of 64 hexadecimal digits", path);
    }
    memcpy(seal->key, octets, SEAL_KEY);
    OPENSSL_cleanse(octets, sizeof octets);
}

bool seal_derive(const struct seal *seal, const char *purpose, uint8_t out[SEAL_KEY])
{
    unsigned int size = 0;
    return HMAC(EVP_sha256(), seal->key, SEAL_KEY, (const unsigned char *)purpose, strlen(purpose), out, &size) !=
               NULL &&
           size == SEAL_KEY;
}

bool seal_close(const struct seal *seal, const void *with, size_t with_size, const uint8_t *plain, size_t size,
                uint8_t *out)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int length = 0;
    bool good = cipher != NULL && size <= INT_MAX - SEAL_MORE && with_size <= INT_MAX &&
                RAND_bytes(out, SEAL_NONCE) == 1 &&
                EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), seal->key, out, NULL) == 1 &&
                EVP_EncryptUpdate(cipher, NULL, &length, with, (int)with_size) == 1 &&
                EVP_EncryptUpdate(cipher, out + SEAL_NONCE, &length, plain, (int)size) == 1 &&
                EVP_EncryptFinal_ex(cipher, out + SEAL_NONCE + size, &length) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG, out + SEAL_NONCE + size) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return good;
}

bool seal_open(const struct seal *seal, const void *with, size_t with_size, const uint8_t *sealed, size_t size,
               uint8_t *out)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    uint8_t tag[SEAL_TAG];
    int length = 0;
    if (cipher == NULL || size < SEAL_MORE || size > INT_MAX || with_size > INT_MAX) {
        EVP_CIPHER_CTX_free(cipher);
        return false;
    }
    const size_t plain = size - SEAL_MORE;
    memcpy(tag, sealed + SEAL_NONCE + plain, SEAL_TAG);
    bool good = EVP_DecryptInit_ex2(cipher, EVP_aes_256_gcm(), seal->key, sealed, NULL) == 1 &&
                EVP_DecryptUpdate(cipher, NULL, &length, with, (int)with_size) == 1 &&
                EVP_DecryptUpdate(cipher, out, &length, sealed + SEAL_NONCE, (int)plain) == 1 &&
                EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG, tag) == 1 &&
                EVP_DecryptFinal_ex(cipher, out + plain, &length) == 1;
    if (!good) {
        OPENSSL_cleanse(out, plain);
    }
    EVP_CIPHER_CTX_free(cipher);
    return good;
}
