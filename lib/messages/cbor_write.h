/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer over libcbor's encoders. Without a buffer it only counts: messages are measured first, so that one that is
 * too small stays untouched. Inline, so that counting is arithmetic and writing one call into libcbor an item.
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

typedef size_t xki_encode_head(size_t argument, unsigned char *out, size_t size);

XKI_INLINE void xki_write_head(struct xki_writer *w, xki_encode_head *encode, size_t argument)
{
    if (w->out != NULL) {
        (void)encode(argument, w->out + w->size, w->capacity - w->size);
    }
    w->size += xki_head_size(argument);
}

XKI_INLINE void xki_write_string(struct xki_writer *w, xki_encode_head *encode, struct xk_bytes string)
{
    xki_write_head(w, encode, string.size);
    if (w->out != NULL) {
        xki_copy(w->out + w->size, string.data, string.size);
    }
    w->size += string.size;
}

XKI_INLINE void xki_write_uint(struct xki_writer *w, uint64_t value)
{
    if (w->out != NULL && value <= UINT8_MAX) {
        (void)cbor_encode_uint8((uint8_t)value, w->out + w->size, w->capacity - w->size);
    } else if (w->out != NULL) {
        (void)cbor_encode_uint(value, w->out + w->size, w->capacity - w->size);
    }
    w->size += xki_head_size(value);
}

XKI_INLINE void xki_write_map(struct xki_writer *w, size_t entries)
{
    xki_write_head(w, cbor_encode_map_start, entries);
}

XKI_INLINE void xki_write_array(struct xki_writer *w, size_t entries)
{
    xki_write_head(w, cbor_encode_array_start, entries);
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
    xki_write_string(w, cbor_encode_bytestring_start, octets);
}

XKI_INLINE void xki_write_text(struct xki_writer *w, struct xk_bytes text)
{
    xki_write_string(w, cbor_encode_string_start, text);
}

#endif
