/* SPDX-License-Identifier: BSD-2-Clause */
/* The few primitives of MIKEY-TICKET over OpenSSL's EVP. True is success; outputs are wiped on failure. */
#ifndef XKI_KMS_CRYPTO_H
#define XKI_KMS_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

enum xki_hash {
    XKI_SHA_1 = 1,
    XKI_SHA_256 = 2
};

size_t xki_hash_size(enum xki_hash hash);

/* HMAC over the parts, one after the other. */
bool xki_hmac(enum xki_hash hash, struct xk_bytes key, const struct xk_bytes *parts, size_t count, uint8_t *mac);

/* AES in counter mode with MIKEY's 16-octet IV; key of 16 or 32 octets. Sizes that it does not take leave `out`. */
bool xki_aes_cm(struct xk_bytes key, const uint8_t iv[16], struct xk_bytes in, uint8_t *out);

/* AES key unwrap (RFC 3394), 128-bit key; `out` takes in.size - 8 octets. Sizes: likewise. */
bool xki_aes_unwrap(struct xk_bytes key, struct xk_bytes in, uint8_t *out);

#endif
