/* SPDX-License-Identifier: BSD-2-Clause */
/* What leaves: PS-PDUs of the ring, and between two of them what the session has to say itself. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"

static void skip_empty(struct xk_delivery *d)
{
    while (d->next < d->tail && xki_dl_slot(d, d->next)->size == 0) {
        d->next++;
    }
}

bool xki_dl_request_is_wanted(const struct xk_delivery *d)
{
    uint64_t mark = d->request_mark > d->released ? d->request_mark : d->released;
    return d->link == XKI_DL_OPEN && d->acknowledging && d->next > mark && d->request_count < XKI_DL_REQUESTS;
}

static bool request_is_due(const struct xk_delivery *d)
{
    return xki_dl_request_is_wanted(d) && (d->request_due || d->next - d->request_mark >= d->config.acknowledge_count);
}

static void encode(struct xk_delivery *d, const struct xk_tri *tri, uint32_t number)
{
    struct xk_ps_header header = d->identity;
    size_t size = 0;
    header.sequence_number = number;
    header.time = d->utc;
    if (xk_tri_encode(&header, tri, d->control, sizeof d->control, &size, NULL) == XK_OK) {
        d->control_size = size;
        d->control_at = 0;
        d->control_type = tri->type;
    }
}

/* At a boundary between PS-PDUs: is there something to say? It is encoded, and what follows from sending it begins. */
void xki_dl_control(struct xk_delivery *d)
{
    struct xk_tri tri;
    uint32_t number = 0;
    if (d->link == XKI_DL_NEGOTIATING && xki_dl_negotiate_control(d, &tri, &number)) {
        encode(d, &tri, number);
    } else if (d->alive_due) {
        xk_tri_init(&tri, XK_TRI_KEEP_ALIVE);
        encode(d, &tri, d->alive_number++);
        d->alive_due = false;
        d->alive_open = true;
        d->alive_ms = d->now_ms;
        d->alive_position = d->position;
        d->count.keep_alives++;
    } else if (request_is_due(d)) {
        struct xki_dl_request *request = &d->requests[(d->request_first + d->request_count++) % XKI_DL_REQUESTS];
        request->covers = d->next;
        request->sent_ms = d->now_ms;
        request->number = d->request_number++;
        d->request_mark = d->next;
        d->request_due = false;
        xk_tri_init(&tri, XK_TRI_ACKNOWLEDGEMENT_REQUEST);
        encode(d, &tri, request->number);
        d->count.requests++;
    }
}

/* PS-PDUs that lie one behind the other leave in one piece; a single one may be longer than a view. */
static size_t view_size(const struct xk_delivery *d)
{
    const struct xki_dl_slot *slot = xki_dl_slot(d, d->next);
    size_t size = slot->size - d->cursor;
    size_t behind = (size_t)slot->at + slot->size;
    for (uint64_t i = d->next + 1; i < d->tail; i++) {
        slot = xki_dl_slot(d, i);
        if (slot->at != behind || slot->size == 0 || size + slot->size > XKI_DL_VIEW ||
            (d->acknowledging && i - d->request_mark >= d->config.acknowledge_count)) {
            break;
        }
        size += slot->size;
        behind += slot->size;
    }
    return size;
}

enum xk_status xk_delivery_output(struct xk_delivery *delivery, struct xk_moment now, struct xk_bytes *octets)
{
    struct xk_delivery *d = delivery;
    if (d == NULL || octets == NULL) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(d)) {
        return XK_E_BUSY;
    }
    xki_dl_now(d, now);
    *octets = (struct xk_bytes){NULL, 0};
    if (!xki_dl_is_up(d)) {
        return XK_OK;
    }
    skip_empty(d);
    if (d->control_size == 0 && d->cursor == 0) {
        xki_dl_control(d);
    }
    if (d->control_size > 0) {
        *octets = (struct xk_bytes){d->control + d->control_at, d->control_size - d->control_at};
    } else if (d->link == XKI_DL_OPEN && d->next < d->tail) {
        *octets = (struct xk_bytes){d->ring + xki_dl_slot(d, d->next)->at + d->cursor, view_size(d)};
    }
    d->lent = octets->size;
    if (d->lent > 0 && !d->pdu_waits) {
        d->pdu_waits = true;
        d->pdu_ms = d->now_ms;
    }
    return XK_OK;
}

static void sent_whole(struct xk_delivery *d, struct xki_dl_slot *slot)
{
    d->count.sent++;
    d->count.repeated += (slot->flags & XKI_DL_FLAG_SENT) != 0 ? 1 : 0;
    slot->flags |= XKI_DL_FLAG_SENT;
    slot->end = d->position;
    slot->sent_ms = d->now_ms;
    if ((slot->flags & XKI_DL_FLAG_FINISH) != 0) {
        xki_dl_wipe_slot(d, slot);
    }
    d->cursor = 0;
    d->next++;
    d->pdu_waits = false;
}

static void consume_records(struct xk_delivery *d, size_t size)
{
    while (size > 0) {
        struct xki_dl_slot *slot = xki_dl_slot(d, d->next);
        size_t left = slot->size - d->cursor;
        size_t part = size < left ? size : left;
        d->position += part;
        d->cursor += part;
        size -= part;
        if (part == left) {
            sent_whole(d, slot);
        }
    }
}

static void consume_control(struct xk_delivery *d, size_t size)
{
    d->position += size;
    d->control_at += size;
    if (d->control_at == d->control_size) {
        d->control_size = 0;
        d->pdu_waits = false;
        if (d->link == XKI_DL_NEGOTIATING) {
            xki_dl_negotiate_sent(d);
        }
    }
}

enum xk_status xk_delivery_consumed(struct xk_delivery *delivery, struct xk_moment now, size_t size)
{
    struct xk_delivery *d = delivery;
    if (d == NULL || size > d->lent) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(d)) {
        return XK_E_BUSY;
    }
    xki_dl_now(d, now);
    bool waited = d->lent > size;
    d->lent = 0;
    if (size == 0 || !xki_dl_is_up(d)) {
        return XK_OK;
    }
    d->count.octets_out += size;
    d->last_sent_ms = d->now_ms;
    if (d->control_size > 0) {
        consume_control(d, size);
    } else {
        consume_records(d, size);
    }
    /* The next one, of which octets were given too, has been waiting from now on. */
    if (waited && !d->pdu_waits) {
        d->pdu_waits = true;
        d->pdu_ms = d->now_ms;
    }
    xki_dl_release_by_rule(d);
    xki_dl_advance(d);
    return XK_OK;
}
