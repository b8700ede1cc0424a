/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections: how they begin and end, and what of the session belongs to one connection only. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"

/* Nothing of an earlier connection counts on a new one, but the numbers of keep-alives and requests. */
static void forget_connection(struct xk_delivery *d)
{
    xk_wipe(d->control, sizeof d->control);
    d->control_size = 0;
    d->lent = 0;
    d->cursor = 0;
    d->position = 0;
    d->proven = 0;
    d->arrived = 0;
    d->pdu_waits = false;
    d->alive_due = false;
    d->alive_open = false;
    d->request_count = 0;
    d->request_due = false;
    d->acknowledging = false;
    d->unexpected_here = 0;
    xki_dl_stream_reset(&d->stream);
    for (uint64_t i = d->released; i < d->tail; i++) {
        struct xki_dl_slot *slot = xki_dl_slot(d, i);
        slot->end = 0;
        if ((slot->flags & XKI_DL_FLAG_FINISH) != 0) {
            xki_dl_wipe_slot(d, slot);
        }
    }
    d->next = d->released;
    d->request_mark = d->released;
    xki_dl_advance(d);
    d->request_mark = d->released;
}

enum xk_status xk_delivery_connected(struct xk_delivery *delivery, struct xk_moment now)
{
    if (delivery == NULL) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(delivery)) {
        return XK_E_BUSY;
    }
    if (xki_dl_is_up(delivery) || delivery->link == XKI_DL_CLOSING) {
        return XK_E_ALREADY;
    }
    xki_dl_now(delivery, now);
    forget_connection(delivery);
    delivery->connect_untold = false;
    delivery->connected_ms = delivery->now_ms;
    delivery->last_sent_ms = delivery->now_ms;
    delivery->fruitful = false;
    delivery->release = delivery->config.release;
    delivery->count.connections++;
    if (delivery->config.acknowledgement == XK_ACKNOWLEDGEMENT_NEGOTIATED) {
        delivery->link = XKI_DL_NEGOTIATING;
        xki_dl_negotiate_begin(delivery);
    } else {
        xki_dl_open(delivery, delivery->config.acknowledgement == XK_ACKNOWLEDGEMENT_AGREED);
    }
    return XK_OK;
}

enum xk_status xk_delivery_disconnected(struct xk_delivery *delivery, struct xk_moment now)
{
    struct xk_delivery *d = delivery;
    if (d == NULL) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(d)) {
        return XK_E_BUSY;
    }
    xki_dl_now(d, now);
    if (d->link == XKI_DL_DOWN) {
        return XK_OK;
    }
    if (d->link == XKI_DL_CONNECTING) {
        d->count.connect_failed++;
        d->connect_at = d->now_ms + d->config.reconnect;
    } else {
        /* A LEMF that takes each connection and ends it at once would be called without pause: only once. */
        bool lasted = d->now_ms - d->connected_ms >= d->config.reconnect;
        d->fruitless = d->fruitful || lasted ? 0 : d->fruitless + 1;
        d->connect_at = d->now_ms + (d->fruitless > 1 ? d->config.reconnect : 0);
        forget_connection(d);
    }
    d->link = XKI_DL_DOWN;
    d->connect_untold = false;
    d->close_untold = false;
    d->negotiated_untold = false;
    d->messages_untold = 0;
    d->message_size = 0;
    xk_wipe(d->message, sizeof d->message);
    if (d->connect_at <= d->now_ms) {
        d->link = XKI_DL_CONNECTING;
        d->connect_untold = true;
    }
    return XK_OK;
}

enum xk_status xk_delivery_close(struct xk_delivery *delivery)
{
    if (delivery == NULL) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(delivery)) {
        return XK_E_BUSY;
    }
    if (!xki_dl_is_up(delivery)) {
        return XK_E_LATE;
    }
    xki_dl_close(delivery, XK_OK);
    return XK_OK;
}
