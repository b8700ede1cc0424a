/* SPDX-License-Identifier: BSD-2-Clause */
/* What the LEMF says. It is believed only where it answers what was asked. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"

void xki_dl_unexpected(struct xk_delivery *d, enum xk_status status, enum xk_tri_type tri)
{
    d->count.unexpected++;
    d->unexpected_untold++;
    d->unexpected_status = status;
    d->unexpected_tri = tri;
    if (++d->unexpected_here > d->config.max_unexpected) {
        xki_dl_close(d, XK_E_FLOOD);
    }
}

/* An answer to what is not yet wholly sent answers nothing. */
static bool is_going_out(const struct xk_delivery *d, enum xk_tri_type type)
{
    return d->control_size > 0 && d->control_type == type;
}

static void take_alive(struct xk_delivery *d, const struct xk_ps_header *header)
{
    if (!d->alive_open || is_going_out(d, XK_TRI_KEEP_ALIVE) || header->sequence_number != d->alive_number - 1) {
        xki_dl_unexpected(d, XK_E_ANSWER, XK_TRI_KEEP_ALIVE_RESPONSE);
        return;
    }
    d->alive_open = false;
    d->fruitful = true;
    d->proven = d->alive_position;
    xki_dl_release_by_rule(d);
}

/* An answer to a later request answers those before it: it says that all has been processed up to there. */
static void take_acknowledgement(struct xk_delivery *d, const struct xk_ps_header *header)
{
    uint32_t written = d->request_count;
    if (is_going_out(d, XK_TRI_ACKNOWLEDGEMENT_REQUEST)) {
        written--;
    }
    for (uint32_t i = 0; i < written; i++) {
        const struct xki_dl_request *request = &d->requests[(d->request_first + i) % XKI_DL_REQUESTS];
        if (request->number == header->sequence_number) {
            uint64_t covers = request->covers;
            d->request_first = (d->request_first + i + 1) % XKI_DL_REQUESTS;
            d->request_count -= i + 1;
            d->fruitful = true;
            xki_dl_release_before(d, covers);
            return;
        }
    }
    xki_dl_unexpected(d, XK_E_ANSWER, XK_TRI_ACKNOWLEDGEMENT_RESPONSE);
}

static void take_message(struct xk_delivery *d, const struct xk_tri *tri)
{
    d->messages_untold++;
    d->message_size = tri->octets.size;
    memcpy(d->message, tri->octets.data, tri->octets.size);
}

static void take_pdu(struct xk_delivery *d)
{
    struct xk_ps_header header;
    struct xk_tri tri;
    struct xk_diag diag;
    struct xk_read_options options;
    uint8_t scratch[512];
    xk_read_options_init(&options);
    options.scratch = scratch;
    options.scratch_size = sizeof scratch;
    enum xk_status status = xk_tri_decode(d->stream.buffer, d->stream.size, &options, &header, &tri, &diag);
    if (status != XK_OK) {
        if (d->link == XKI_DL_NEGOTIATING) {
            xki_dl_close(d, XK_E_UNEXPECTED);
        } else {
            xki_dl_unexpected(d, status, XK_TRI_INTEGRITY_CHECK);
        }
    } else if (d->link == XKI_DL_NEGOTIATING) {
        xki_dl_negotiate_take(d, &header, &tri);
    } else if (tri.type == XK_TRI_KEEP_ALIVE_RESPONSE) {
        take_alive(d, &header);
    } else if (tri.type == XK_TRI_ACKNOWLEDGEMENT_RESPONSE) {
        take_acknowledgement(d, &header);
    } else if (tri.type == XK_TRI_OPERATOR_LEA_MESSAGE) {
        take_message(d, &tri);
    } else {
        xki_dl_unexpected(d, XK_E_UNEXPECTED, tri.type);
    }
}

enum xk_status xk_delivery_input(struct xk_delivery *delivery, struct xk_moment now, const uint8_t *data, size_t size)
{
    struct xk_delivery *d = delivery;
    if (d == NULL || (data == NULL && size > 0)) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(d)) {
        return XK_E_BUSY;
    }
    xki_dl_now(d, now);
    if (!xki_dl_is_up(d)) {
        return XK_E_LATE;
    }
    d->count.octets_in += size;
    size_t at = 0;
    while (at < size && xki_dl_is_up(d)) {
        size_t used = 0;
        enum xk_status status = XK_OK;
        if (!xki_dl_stream_partly(&d->stream)) {
            d->input_ms = d->now_ms;
        }
        enum xki_dl_piece piece = xki_dl_stream_take(&d->stream, data + at, size - at, &used, &status);
        at += used;
        if (piece == XKI_DL_BROKEN) {
            xki_dl_close(d, status);
        } else if (piece == XKI_DL_OVERLONG) {
            xki_dl_unexpected(d, XK_E_TOO_LARGE, XK_TRI_INTEGRITY_CHECK);
        } else if (piece == XKI_DL_WHOLE) {
            take_pdu(d);
            xki_dl_stream_next(&d->stream);
        }
    }
    return XK_OK;
}

enum xk_status xk_delivery_transport_acknowledged(struct xk_delivery *delivery, struct xk_moment now, uint64_t octets)
{
    struct xk_delivery *d = delivery;
    if (d == NULL || octets > d->position) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(d)) {
        return XK_E_BUSY;
    }
    xki_dl_now(d, now);
    if (!xki_dl_is_up(d)) {
        return XK_E_LATE;
    }
    d->arrived = octets > d->arrived ? octets : d->arrived;
    xki_dl_release_by_rule(d);
    return XK_OK;
}
