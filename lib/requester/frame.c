/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/frame.h"

#include <string.h>

static const struct xki_siphash_key checksum_key = {0, 0};

void xki_frame_octets(struct xki_frame_writer *w, const void *data, size_t size)
{
    if (size > 0 && w->size <= w->capacity && size <= w->capacity - w->size) {
        memcpy(w->out + w->size, data, size);
    }
    w->size += size;
}

void xki_frame_number(struct xki_frame_writer *w, uint64_t value, unsigned int octets)
{
    uint8_t out[8];
    for (unsigned int i = 0; i < octets; i++) {
        out[i] = (uint8_t)(value >> (8u * (octets - 1 - i)));
    }
    xki_frame_octets(w, out, octets);
}

uint64_t xki_frame_value(const uint8_t *octets, unsigned int count)
{
    uint64_t value = 0;
    for (unsigned int i = 0; i < count; i++) {
        value = value << 8 | octets[i];
    }
    return value;
}

size_t xki_frame_begin(struct xki_frame_writer *w, uint8_t kind, uint64_t epoch, uint64_t time)
{
    static const uint8_t magic[4] = {'X', 'K', 'J', XKI_FRAME_VERSION};
    size_t start = w->size;
    xki_frame_octets(w, magic, sizeof magic);
    xki_frame_number(w, kind, 1);
    xki_frame_number(w, epoch, 8);
    xki_frame_number(w, time, 8);
    xki_frame_number(w, 0, 4);
    return start;
}

void xki_frame_end(struct xki_frame_writer *w, size_t start)
{
    size_t size = w->size - start;
    if (w->size > w->capacity) {
        w->size += XKI_FRAME_TAIL;
        return;
    }
    uint8_t *frame = w->out + start;
    size_t body = size - XKI_FRAME_HEAD;
    for (unsigned int i = 0; i < 4; i++) {
        frame[XKI_FRAME_HEAD - 4 + i] = (uint8_t)(body >> (24 - 8 * i));
    }
    xki_frame_number(w, xki_siphash(&checksum_key, frame, size), 8);
}

static void ids(struct xki_frame_writer *w, const struct xki_slot *slot)
{
    xki_frame_octets(w, slot->transaction.octets, sizeof slot->transaction.octets);
    xki_frame_octets(w, slot->outcome.octets, sizeof slot->outcome.octets);
}

static uint64_t time_left(const struct xk_requester *r, uint32_t index, uint64_t now)
{
    if (!xki_is_pending((enum xki_state)xki_slot(r, index)->state)) {
        return 0;
    }
    uint64_t deadline = xki_deadline(r, index);
    return deadline > now ? deadline - now : 0;
}

void xki_frame_submitted(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now)
{
    const struct xki_record *record = xki_record(r, index);
    size_t start = xki_frame_begin(w, XK_JOURNAL_SUBMITTED, r->config.epoch, now + r->record_time);
    ids(w, xki_slot(r, index));
    xki_frame_number(w, time_left(r, index, now), 8);
    xki_frame_number(w, record->route, 1);
    xki_frame_number(w, record->asked, 1);
    xki_frame_number(w, record->cs_count, 1);
    xki_frame_octets(w, xki_record_sessions(r, index), record->cs_count);
    xki_frame_number(w, record->route_count, 1);
    for (unsigned int i = 0; i < record->route_count; i++) {
        const struct xki_kms *kms = xki_kms(r, xki_record_routes(r, index)[i]);
        xki_frame_number(w, kms->name_size, 1);
        xki_frame_octets(w, kms->name, kms->name_size);
    }
    size_t warrant = (size_t)record->size - record->cs_count - XK_ROUTES_MAX;
    xki_frame_number(w, warrant, 2);
    xki_frame_octets(w, xki_record_warrant(r, index), warrant);
    xki_frame_number(w, record->request_size, 4);
    xki_frame_octets(w, xki_request_octets(r, index), record->request_size);
    xki_frame_end(w, start);
}

void xki_frame_decided(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now)
{
    const struct xki_slot *slot = xki_slot(r, index);
    const struct xki_record *record = xki_record(r, index);
    size_t start = xki_frame_begin(w, XK_JOURNAL_DECIDED, r->config.epoch, now + r->record_time);
    ids(w, slot);
    xki_frame_number(w, (slot->flags & XKI_FLAG_KEYS) != 0, 1);
    xki_frame_number(w, record->cause, 1);
    xki_frame_number(w, record->failure, 1);
    xki_frame_number(w, now - slot->timer.deadline, 8);
    xki_frame_number(w, record->fingerprint, 4);
    xki_frame_number(w, r->hash_key.k0, 8);
    xki_frame_number(w, r->hash_key.k1, 8);
    xki_frame_end(w, start);
}

void xki_frame_ended(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now)
{
    size_t start = xki_frame_begin(w, XK_JOURNAL_ENDED, r->config.epoch, now + r->record_time);
    ids(w, xki_slot(r, index));
    xki_frame_end(w, start);
}

enum xk_status xki_frame_read(const uint8_t *data, size_t size, size_t *at, struct xki_frame *frame)
{
    const uint8_t *head = data + *at;
    size_t left = size - *at;
    if (left < XKI_FRAME_HEAD + XKI_FRAME_TAIL || head[0] != 'X' || head[1] != 'K' || head[2] != 'J') {
        return XK_E_SNAPSHOT;
    }
    if (head[3] != XKI_FRAME_VERSION) {
        return XK_E_SNAPSHOT_VERSION;
    }
    size_t body = (size_t)xki_frame_value(head + XKI_FRAME_HEAD - 4, 4);
    if (body > left - XKI_FRAME_HEAD - XKI_FRAME_TAIL) {
        return XK_E_SNAPSHOT;
    }
    uint64_t checksum = xki_frame_value(head + XKI_FRAME_HEAD + body, 8);
    if (checksum != xki_siphash(&checksum_key, head, XKI_FRAME_HEAD + body)) {
        return XK_E_SNAPSHOT;
    }
    frame->kind = head[4];
    frame->epoch = xki_frame_value(head + 5, 8);
    frame->time = xki_frame_value(head + 13, 8);
    frame->body = head + XKI_FRAME_HEAD;
    frame->size = body;
    *at += XKI_FRAME_HEAD + body + XKI_FRAME_TAIL;
    return XK_OK;
}
