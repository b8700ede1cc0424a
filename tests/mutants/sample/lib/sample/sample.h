/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include <sample/status.h>

struct store {
    uint8_t octets[4];
    size_t size;
    unsigned int taken;
    unsigned int peak;
};

enum xk_status store_put(struct store *store, uint8_t octet);
void store_wipe(struct store *store);
void store_end(struct store *store);
unsigned int store_free(const struct store *store);
unsigned int store_count(const uint8_t *octets, size_t size);
unsigned int store_level(const struct store *store);

/* A header's code is mutated in all that includes it. */
static inline unsigned int store_half(unsigned int value)
{
    return value >> 1;
}

#endif
