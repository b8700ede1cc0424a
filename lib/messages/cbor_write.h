/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer of the profile's items. Without a buffer it only counts: messages are measured first, so that one that is
 * too small stays untouched. Inline, so that counting is arithmetic. A head with none to two octets of argument, as
 * nearly every item has, is written here as libcbor would; any other by libcbor.
 */
#ifndef XKI_MESSAGES_CBOR_WRITE_H
#define XKI_MESSAGES_CBOR_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include <cbor.h>

#include <xk/bytes.h>

#include "support/inline.h"

struct xki_writer {
    uint8_t *out;    /* NULL while measuring; then with room for all that has been measured */
    size_t capacity; /* of `out` */
    size_t size;     /* so far */
};

/* Octets that the head of an argument takes. */
XKI_INLINE size_t xki_head_size(uint64_t argument)
{
    if (argument < 24) {
        return 1;
    }
    if (argument <= UINT8_MAX) {
        return 2;
    }
    if (argument <= UINT16_MAX) {
        return 3;
    }
    return argument <= UINT32_MAX ? 5 : 9;
}

/* Major types, as in the first three bits of a head. */
#define XKI_CBOR_UINT 0u
#define XKI_CBOR_OCTETS 2u
#define XKI_CBOR_TEXT 3u
#define XKI_CBOR_ARRAY 4u
#define XKI_CBOR_MAP 5u

XKI_INLINE void xki_write_head(struct xki_writer *w, unsigned int major, uint64_t argument)
{
    if (w->out != NULL) {
        uint8_t *head = w->out + w->size;
        if (argument < 24) {
            head[0] = (uint8_t)(major << 5 | argument);
        } else if (argument <= UINT8_MAX) {
            head[0] = (uint8_t)(major << 5 | 24);
            head[1] = (uint8_t)argument;
        } else if (argument <= UINT16_MAX) {
            head[0] = (uint8_t)(major << 5 | 25);
            head[1] = (uint8_t)(argument >> 8);
            head[2] = (uint8_t)argument;
        } else {
            (void)cbor_encode_uint(argument, head, w->capacity - w->size);
            head[0] = (uint8_t)(major << 5 | head[0]);
        }
    }
    w->size += xki_head_size(argument);
}

XKI_INLINE void xki_write_string(struct xki_writer *w, unsigned int major, struct xk_bytes string)
{
    xki_write_head(w, major, string.size);
    if (w->out != NULL) {
        xki_copy(w->out + w->size, string.data, string.size);
    }
    w->size += string.size;
}

XKI_INLINE void xki_write_uint(struct xki_writer *w, uint64_t value)
{
    xki_write_head(w, XKI_CBOR_UINT, value);
}

XKI_INLINE void xki_write_map(struct xki_writer *w, size_t entries)
{
    xki_write_head(w, XKI_CBOR_MAP, entries);
}

XKI_INLINE void xki_write_array(struct xki_writer *w, size_t entries)
{
    xki_write_head(w, XKI_CBOR_ARRAY, entries);
}

XKI_INLINE void xki_write_null(struct xki_writer *w)
{
    if (w->out != NULL) {
        (void)cbor_encode_null(w->out + w->size, w->capacity - w->size);
    }
    w->size += 1;
}

XKI_INLINE void xki_write_octets(struct xki_writer *w, struct xk_bytes octets)
{
    xki_write_string(w, XKI_CBOR_OCTETS, octets);
}

XKI_INLINE void xki_write_text(struct xki_writer *w, struct xk_bytes text)
{
    xki_write_string(w, XKI_CBOR_TEXT, text);
}

#endif
