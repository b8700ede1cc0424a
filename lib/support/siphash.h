/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-1-3: a keyed 64-bit hash of short inputs that an attacker cannot steer or invert.
 *
 * Used for tables whose keys come from outside, and to tell a repeated answer from a changed one: the
 * answer holds keys, so its fingerprint must not give them away.
 */
#ifndef XKI_SIPHASH_H
#define XKI_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct xki_siphash_key {
    uint64_t k0;
    uint64_t k1;
};

uint64_t xki_siphash(const struct xki_siphash_key *key, const uint8_t *data, size_t size);

#endif
