/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256 (FIPS 180-4) for tests that check integrity checks: so that they need no cryptographic library. */
#ifndef SUPPORT_SHA256_H
#define SUPPORT_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t octets;
    uint8_t block[64];
};

void sha256_begin(struct sha256 *s);
void sha256_update(struct sha256 *s, const void *data, size_t size);
void sha256_end(struct sha256 *s, uint8_t out[32]);

#endif
