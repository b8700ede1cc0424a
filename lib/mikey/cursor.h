/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one way to read octets of a MIKEY message: a cursor that cannot pass the end. A read past it sets `past_end`
 * and gives zeros, so that a parser checks once after a run of reads.
 */
#ifndef XKI_MIKEY_CURSOR_H
#define XKI_MIKEY_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#include "support/inline.h"

struct xki_cursor {
    const uint8_t *data;
    size_t size;
    size_t at;
    bool past_end;
};

XKI_INLINE struct xk_bytes xki_take(struct xki_cursor *c, size_t size)
{
    struct xk_bytes taken = {NULL, 0};
    if (c->past_end || size > c->size - c->at) {
        c->past_end = true;
        return taken;
    }
    taken.data = c->data + c->at;
    taken.size = size;
    c->at += size;
    return taken;
}

/* One, two or four octets, a constant where it stands. */
XKI_INLINE uint32_t xki_take_number(struct xki_cursor *c, unsigned int octets)
{
    struct xk_bytes taken = xki_take(c, octets);
    const uint8_t *o = taken.data;
    if (o == NULL) {
        return 0;
    }
    if (octets == 1) {
        return o[0];
    }
    uint32_t two = (uint32_t)o[0] << 8 | o[1];
    return octets == 2 ? two : two << 16 | (uint32_t)o[2] << 8 | o[3];
}

#endif
