/* SPDX-License-Identifier: BSD-2-Clause */
/* A set of octet values: Crypto Session IDs, map keys, tags. It lies in records as its 32 octets, value 0 in the lowest
 * bit of the first. All zero is the empty set. */
#ifndef XKI_SET256_H
#define XKI_SET256_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct xki_set256 {
    uint8_t octets[32];
};

static inline bool xki_set256_has(const struct xki_set256 *set, uint8_t value)
{
    return (set->octets[value / 8] >> value % 8 & 1) != 0;
}

/* Tells whether it was not in the set before. */
static inline bool xki_set256_add(struct xki_set256 *set, uint8_t value)
{
    bool fresh = !xki_set256_has(set, value);
    set->octets[value / 8] = (uint8_t)(set->octets[value / 8] | 1u << value % 8);
    return fresh;
}

static inline void xki_set256_remove(struct xki_set256 *set, uint8_t value)
{
    set->octets[value / 8] = (uint8_t)(set->octets[value / 8] & ~(1u << value % 8));
}

/* Values from `from` on, ascending: the first in the set, or 256. */
static inline unsigned int xki_set256_next(const struct xki_set256 *set, unsigned int from)
{
    while (from < 256 && !xki_set256_has(set, (uint8_t)from)) {
        from++;
    }
    return from;
}

static inline unsigned int xki_set256_count(const struct xki_set256 *set)
{
    unsigned int count = 0;
    for (unsigned int at = xki_set256_next(set, 0); at < 256; at = xki_set256_next(set, at + 1)) {
        count++;
    }
    return count;
}

/* Both hold the same values. */
static inline bool xki_set256_equal(const struct xki_set256 *a, const struct xki_set256 *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

#endif
