/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few primitives of MIKEY-TICKET over OpenSSL's EVP. True is success; outputs are wiped on failure.
 *
 * What OpenSSL fetches and allocates is kept in a struct xki_kms_crypto, of one thread at a time. It holds no key once
 * xki_kms_crypto_forget() has been called. NULL for it: one of the call's own, which costs several times the work.
 */
#ifndef XKI_KMS_CRYPTO_H
#define XKI_KMS_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include <xk/bytes.h>

#define XKI_KMS_WRAP_IV_SIZE 8 /* of AES key wrap; what it adds to the octets, too */

/* The numbers are those of the MAC algorithms of MIKEY. */
enum xki_kms_hash {
    XKI_KMS_SHA_1 = 1,
    XKI_KMS_SHA_256 = 2
};

#define XKI_KMS_CIPHERS 3

/* All NULL to begin with; each is made when it is first needed. */
struct xki_kms_crypto {
    EVP_MAC *hmac;
    EVP_MAC_CTX *macs[2]; /* SHA-1, SHA-256 */
    EVP_CIPHER *ciphers[XKI_KMS_CIPHERS];
    EVP_CIPHER_CTX *cipher;
};

/* No key stays in what is kept. */
void xki_kms_crypto_forget(struct xki_kms_crypto *crypto);
void xki_kms_crypto_free(struct xki_kms_crypto *crypto);

size_t xki_kms_hash_size(enum xki_kms_hash hash);

/* HMAC over the parts, one after the other. */
bool xki_kms_hmac(struct xki_kms_crypto *crypto, enum xki_kms_hash hash, struct xk_bytes key,
                  const struct xk_bytes *parts, size_t count, uint8_t *mac);

/* The same with the key of the HMAC before, of the same hash. */
bool xki_kms_hmac_again(struct xki_kms_crypto *crypto, enum xki_kms_hash hash, const struct xk_bytes *parts,
                        size_t count, uint8_t *mac);

/* AES in counter mode with MIKEY's 16-octet IV; key of 16 or 32 octets. Sizes that it does not take leave `out`. */
bool xki_kms_aes_cm(struct xki_kms_crypto *crypto, struct xk_bytes key, const uint8_t iv[16], struct xk_bytes in,
                    uint8_t *out);

/* AES key wrap (RFC 3394) with an IV of our own, 128-bit key. `out` takes in.size + 8 octets, and in.size - 8 to
 * unwrap; what was wrapped under another key or IV is not unwrapped. Sizes: likewise. */
bool xki_kms_aes_wrap(struct xki_kms_crypto *crypto, struct xk_bytes key, const uint8_t iv[XKI_KMS_WRAP_IV_SIZE],
                      struct xk_bytes in, uint8_t *out);
bool xki_kms_aes_unwrap(struct xki_kms_crypto *crypto, struct xk_bytes key, const uint8_t iv[XKI_KMS_WRAP_IV_SIZE],
                        struct xk_bytes in, uint8_t *out);

#endif
