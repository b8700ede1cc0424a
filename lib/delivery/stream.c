/* SPDX-License-Identifier: BSD-2-Clause */
#include "delivery/stream.h"

#include <string.h>

#include <xk/ps_pdu.h>
#include <xk/secret.h>

#include "hi2/der_write.h"

void xki_dl_stream_init(struct xki_dl_stream *s, uint8_t *buffer, size_t capacity)
{
    memset(s, 0, sizeof *s);
    s->buffer = buffer;
    s->capacity = capacity;
}

void xki_dl_stream_next(struct xki_dl_stream *s)
{
    xk_wipe(s->buffer, s->have);
    s->have = 0;
    s->size = 0;
    s->head = 0;
    s->end.at = 0;
    s->end.open = 0;
}

void xki_dl_stream_reset(struct xki_dl_stream *s)
{
    xki_dl_stream_next(s);
    s->skip = 0;
}

/* With what is in the buffer: how long is the PS-PDU? */
static enum xki_dl_piece measure(struct xki_dl_stream *s, enum xk_status *status)
{
    struct xki_ber_head head;
    if (s->head == 0) {
        if (s->buffer[0] != XKI_DER_SEQUENCE) {
            *status = XK_E_DER_TAG;
            return XKI_DL_BROKEN;
        }
        *status = xki_ber_head(s->buffer, s->have, true, &head);
        if (*status == XK_E_DER_TRUNCATED) {
            return XKI_DL_MORE;
        }
        if (*status != XK_OK) {
            return XKI_DL_BROKEN;
        }
        if (!head.indefinite) {
            if (head.length > XK_PS_PDU_MAX - head.size) {
                *status = XK_E_LIMIT;
                return XKI_DL_BROKEN;
            }
            s->size = head.size + head.length;
            return s->size > s->capacity ? XKI_DL_OVERLONG : XKI_DL_WHOLE;
        }
        s->head = head.size;
    }
    *status = xki_ber_find_end(s->buffer + s->head, s->have - s->head, &s->end);
    if (*status == XK_OK) {
        s->size = s->head + s->end.at;
        return XKI_DL_WHOLE;
    }
    if (*status != XK_E_DER_TRUNCATED) {
        return XKI_DL_BROKEN;
    }
    if (s->have == s->capacity) {
        *status = XK_E_LIMIT;
        return XKI_DL_BROKEN;
    }
    return XKI_DL_MORE;
}

/* How many octets may be copied without going past what is known: one while the length is not, for it says how many
 * more there are. */
static size_t wanted(const struct xki_dl_stream *s)
{
    return s->size > 0 ? s->size - s->have : 1;
}

enum xki_dl_piece xki_dl_stream_take(struct xki_dl_stream *s, const uint8_t *data, size_t size, size_t *used,
                                     enum xk_status *status)
{
    size_t at = 0;
    *used = size;
    while (at < size) {
        if (s->skip > 0) {
            size_t over = s->skip < size - at ? s->skip : size - at;
            s->skip -= over;
            at += over;
            continue;
        }
        size_t count = wanted(s) < size - at ? wanted(s) : size - at;
        memcpy(s->buffer + s->have, data + at, count);
        s->have += count;
        at += count;
        enum xki_dl_piece piece = s->size == 0 ? measure(s, status) : XKI_DL_WHOLE;
        if (piece == XKI_DL_OVERLONG) {
            s->skip = s->size - s->have;
            xki_dl_stream_next(s);
        }
        if (piece == XKI_DL_OVERLONG || piece == XKI_DL_BROKEN || (piece == XKI_DL_WHOLE && s->have == s->size)) {
            *used = at;
            return piece;
        }
    }
    return XKI_DL_MORE;
}
