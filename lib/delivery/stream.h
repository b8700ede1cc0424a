/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From octets in pieces of any size to whole PS-PDUs, each octet looked at once. BER: a PS-PDU may have a length of any
 * form, or none and an end. What is longer than the buffer is stepped over if its length is told.
 */
#ifndef XKI_DELIVERY_STREAM_H
#define XKI_DELIVERY_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/status.h>

#include "hi2/der_read.h"

struct xki_dl_stream {
    uint8_t *buffer;
    size_t capacity;
    size_t have; /* octets in the buffer */
    size_t size; /* of the PS-PDU, once it is known; else 0 */
    size_t head; /* where the content of one without length begins; else 0 */
    size_t skip; /* octets of an over-long PS-PDU still to come */
    struct xki_ber_end end;
};

enum xki_dl_piece {
    XKI_DL_MORE,     /* all octets were taken, and no PS-PDU is whole */
    XKI_DL_WHOLE,    /* buffer[0..size) is one; xki_dl_stream_next() when done with it */
    XKI_DL_OVERLONG, /* one is longer than the buffer: it will be stepped over */
    XKI_DL_BROKEN    /* not the start of a PS-PDU, or no end can be found: the place is lost */
};

void xki_dl_stream_init(struct xki_dl_stream *s, uint8_t *buffer, size_t capacity);
void xki_dl_stream_reset(struct xki_dl_stream *s);

/* Takes octets up to the end of one PS-PDU at most. With XKI_DL_BROKEN *status tells why. */
enum xki_dl_piece xki_dl_stream_take(struct xki_dl_stream *s, const uint8_t *data, size_t size, size_t *used,
                                     enum xk_status *status);
void xki_dl_stream_next(struct xki_dl_stream *s);

/* Is a PS-PDU under way? */
static inline bool xki_dl_stream_partly(const struct xki_dl_stream *s)
{
    return s->have > 0 || s->skip > 0;
}

#endif
