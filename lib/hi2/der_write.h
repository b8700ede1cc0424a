/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing DER from the back to the front: when a length is due, it is known.
 *
 * The same calls run twice: first without a buffer, to learn the size; then into exactly that many octets.
 * So a buffer that is too small stays untouched, and there is no second description of each size.
 * Inline, because a record is about forty calls of a few octets each, and because the first run then is arithmetic.
 */
#ifndef XKI_HI2_DER_WRITE_H
#define XKI_HI2_DER_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#include "support/inline.h"

#define XKI_DER_PRIMITIVE 0x80u   /* context class */
#define XKI_DER_CONSTRUCTED 0xa0u /* context class */
#define XKI_DER_SEQUENCE 0x30u
#define XKI_DER_UNIVERSAL 0x00u
#define XKI_DER_TAG_INTEGER 2u

struct xki_der {
    uint8_t *end; /* one past the last octet of the record; NULL while measuring */
    size_t size;  /* written so far */
    bool writes;  /* false while measuring: a constant where all is inline */
};

XKI_INLINE struct xki_der xki_der_measure(void)
{
    return (struct xki_der){NULL, 0, false};
}

XKI_INLINE struct xki_der xki_der_write(uint8_t *end)
{
    return (struct xki_der){end, 0, true};
}

XKI_INLINE void xki_der_octet(struct xki_der *w, unsigned int octet)
{
    w->size++;
    if (w->writes) {
        w->end[-(ptrdiff_t)w->size] = (uint8_t)octet;
    }
}

XKI_INLINE void xki_der_raw(struct xki_der *w, const void *octets, size_t size)
{
    w->size += size;
    if (w->writes) {
        xki_copy(w->end - w->size, octets, size);
    }
}

XKI_INLINE void xki_der_length(struct xki_der *w, size_t length)
{
    if (length < 0x80) {
        xki_der_octet(w, (unsigned int)length);
        return;
    }
    unsigned int count = 0;
    while (length > 0) {
        xki_der_octet(w, (unsigned int)(length & 0xff));
        length >>= 8;
        count++;
    }
    xki_der_octet(w, 0x80u | count);
}

/* Tag and length in front of what has been written since the writer's size was `start`. */
XKI_INLINE void xki_der_wrap(struct xki_der *w, unsigned int class_bits, unsigned int tag, size_t start)
{
    xki_der_length(w, w->size - start);
    if (tag < 31) {
        xki_der_octet(w, class_bits | tag);
        return;
    }
    xki_der_octet(w, tag & 0x7f);
    if (tag > 0x7f) {
        xki_der_octet(w, 0x80u | tag >> 7);
    }
    xki_der_octet(w, class_bits | 31u);
}

XKI_INLINE void xki_der_bytes(struct xki_der *w, unsigned int tag, struct xk_bytes value)
{
    size_t start = w->size;
    xki_der_raw(w, value.data, value.size);
    xki_der_wrap(w, XKI_DER_PRIMITIVE, tag, start);
}

/* Of a value whose limit is below 128 octets, and of its tag below 31: each is one octet, without a look. */
XKI_INLINE void xki_der_short(struct xki_der *w, unsigned int identifier, struct xk_bytes value)
{
    xki_der_raw(w, value.data, value.size);
    xki_der_octet(w, (unsigned int)value.size);
    xki_der_octet(w, identifier);
}

/* Absent views are left out. */
XKI_INLINE void xki_der_optional(struct xki_der *w, unsigned int tag, struct xk_bytes value)
{
    if (value.size > 0) {
        xki_der_bytes(w, tag, value);
    }
}

/* A small ENUMERATED: one octet, below 128. */
XKI_INLINE void xki_der_small(struct xki_der *w, unsigned int tag, unsigned int value)
{
    xki_der_octet(w, value);
    xki_der_octet(w, 1);
    if (tag < 31) {
        xki_der_octet(w, XKI_DER_PRIMITIVE | tag);
    } else {
        xki_der_octet(w, tag & 0x7f);
        xki_der_octet(w, XKI_DER_PRIMITIVE | 31u);
    }
}

/* A non-negative INTEGER: signed, so a set top bit takes a zero octet in front. */
static inline void xki_der_integer_of(struct xki_der *w, unsigned int class_bits, unsigned int tag, uint64_t value)
{
    size_t start = w->size;
    unsigned int last;
    do {
        last = (unsigned int)(value & 0xff);
        xki_der_octet(w, last);
        value >>= 8;
    } while (value > 0);
    if ((last & 0x80) != 0) {
        xki_der_octet(w, 0);
    }
    xki_der_wrap(w, class_bits, tag, start);
}

static inline void xki_der_integer(struct xki_der *w, unsigned int tag, uint64_t value)
{
    xki_der_integer_of(w, XKI_DER_PRIMITIVE, tag, value);
}

/* One arc of an OBJECT IDENTIFIER up to 16383. */
XKI_INLINE void xki_der_arc(struct xki_der *w, uint32_t arc)
{
    xki_der_octet(w, arc & 0x7f);
    if (arc > 0x7f) {
        xki_der_octet(w, 0x80u | (arc >> 7 & 0x7f));
    }
}

#endif
