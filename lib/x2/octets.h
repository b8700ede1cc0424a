/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of two and four octets in network order. */
#ifndef XKI_X2_OCTETS_H
#define XKI_X2_OCTETS_H

#include <stdint.h>

static inline uint16_t xki_x2_get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t xki_x2_get32(const uint8_t *at)
{
    return (uint32_t)xki_x2_get16(at) << 16 | xki_x2_get16(at + 2);
}

static inline void xki_x2_put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void xki_x2_put32(uint8_t *at, uint32_t value)
{
    xki_x2_put16(at, (uint16_t)(value >> 16));
    xki_x2_put16(at + 2, (uint16_t)value);
}

#endif
