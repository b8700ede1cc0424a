/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash with one compression and three finalisation rounds (Aumasson and Bernstein, 2012). */
#include "support/siphash.h"

static inline uint64_t rotate(uint64_t value, unsigned int bits)
{
    return (value << bits) | (value >> (64u - bits));
}

static inline void mix(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

/* Little-endian on every machine, so that a fingerprint in a journal means the same everywhere. */
static uint64_t word(const uint8_t *octets, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value |= (uint64_t)octets[i] << (8u * i);
    }
    return value;
}

/* The same for a whole word, written out: compilers make one load of it. */
static inline uint64_t whole_word(const uint8_t *o)
{
    return (uint64_t)o[0] | (uint64_t)o[1] << 8 | (uint64_t)o[2] << 16 | (uint64_t)o[3] << 24 | (uint64_t)o[4] << 32 |
           (uint64_t)o[5] << 40 | (uint64_t)o[6] << 48 | (uint64_t)o[7] << 56;
}

uint64_t xki_siphash(const struct xki_siphash_key *key, const uint8_t *data, size_t size)
{
    uint64_t v[4] = {UINT64_C(0x736f6d6570736575) ^ key->k0, UINT64_C(0x646f72616e646f6d) ^ key->k1,
                     UINT64_C(0x6c7967656e657261) ^ key->k0, UINT64_C(0x7465646279746573) ^ key->k1};
    size_t left = size;
    while (left >= 8) {
        uint64_t block = whole_word(data);
        v[3] ^= block;
        mix(v);
        v[0] ^= block;
        data += 8;
        left -= 8;
    }
    uint64_t last = word(data, left) | ((uint64_t)(size & 0xff) << 56);
    v[3] ^= last;
    mix(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    mix(v);
    mix(v);
    mix(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
