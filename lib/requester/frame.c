/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/frame.h"

#include <string.h>

static const struct xki_siphash_key checksum_key = {0, 0};

static void put(struct xki_rq_writer *w, const void *data, size_t size)
{
    if (size > 0 && w->size <= w->capacity && size <= w->capacity - w->size) {
        memcpy(w->out + w->size, data, size);
    }
    w->size += size;
}

void xki_rq_frame_number(struct xki_rq_writer *w, uint64_t value, unsigned int octets)
{
    uint8_t out[8];
    for (unsigned int i = 0; i < octets; i++) {
        out[i] = (uint8_t)(value >> (8u * (octets - 1 - i)));
    }
    put(w, out, octets);
}

uint64_t xki_rq_frame_value(const uint8_t *octets, unsigned int count)
{
    uint64_t value = 0;
    for (unsigned int i = 0; i < count; i++) {
        value = value << 8 | octets[i];
    }
    return value;
}

size_t xki_rq_frame_begin(struct xki_rq_writer *w, uint8_t kind, uint64_t epoch, uint64_t time)
{
    static const uint8_t magic[4] = {'X', 'K', 'J', XKI_RQ_FRAME_VERSION};
    size_t start = w->size;
    put(w, magic, sizeof magic);
    xki_rq_frame_number(w, kind, 1);
    xki_rq_frame_number(w, epoch, 8);
    xki_rq_frame_number(w, time, 8);
    xki_rq_frame_number(w, 0, 4);
    return start;
}

void xki_rq_frame_end(struct xki_rq_writer *w, size_t start)
{
    size_t size = w->size - start;
    if (w->size > w->capacity) {
        w->size += XKI_RQ_FRAME_TAIL;
        return;
    }
    uint8_t *frame = w->out + start;
    size_t body = size - XKI_RQ_FRAME_HEAD;
    for (unsigned int i = 0; i < 4; i++) {
        frame[XKI_RQ_FRAME_HEAD - 4 + i] = (uint8_t)(body >> (24 - 8 * i));
    }
    xki_rq_frame_number(w, xki_siphash(&checksum_key, frame, size), 8);
}

static void ids(struct xki_rq_writer *w, const struct xki_rq_slot *slot)
{
    put(w, slot->transaction.octets, sizeof slot->transaction.octets);
    put(w, slot->outcome.octets, sizeof slot->outcome.octets);
}

static void put_name(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, unsigned int route)
{
    const struct xki_rq_kms *kms = xki_rq_kms(r, xki_rq_routes(r, index)[route]);
    xki_rq_frame_number(w, kms->size, 1);
    put(w, kms->name, kms->size);
}

void xki_rq_frame_submitted(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now,
                            uint64_t left)
{
    const struct xki_rq_record *record = xki_rq_record(r, index);
    size_t start = xki_rq_frame_begin(w, XK_JOURNAL_SUBMITTED, r->config.epoch, now + r->record_time);
    ids(w, xki_rq_slot(r, index));
    xki_rq_frame_number(w, left, 8);
    xki_rq_frame_number(w, record->asked, 1);
    xki_rq_frame_number(w, xki_rq_is(r, index, XKI_RQ_REFERRED), 1);
    xki_rq_frame_number(w, record->cs_count, 1);
    put(w, xki_rq_sessions(r, index), record->cs_count);
    xki_rq_frame_number(w, record->route_count, 1);
    for (unsigned int i = 0; i < record->route_count; i++) {
        put_name(w, r, index, i);
    }
    size_t warrant = (size_t)record->size - record->cs_count - XK_ROUTES_MAX;
    xki_rq_frame_number(w, warrant, 2);
    put(w, xki_rq_warrant(r, index), warrant);
    xki_rq_frame_number(w, record->request_size, 4);
    put(w, xki_rq_octets(r, index), record->request_size);
    xki_rq_frame_end(w, start);
}

static unsigned int kind_of(const struct xk_requester *r, uint32_t index)
{
    if (!xki_rq_is(r, index, XKI_RQ_KEYS)) {
        return XK_OUTCOME_FAILURE;
    }
    return xki_rq_is(r, index, XKI_RQ_PARTIAL) ? XK_OUTCOME_PARTIAL : XK_OUTCOME_KEYS;
}

void xki_rq_frame_decided(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    const struct xki_rq_record *record = xki_rq_record(r, index);
    size_t start = xki_rq_frame_begin(w, XK_JOURNAL_DECIDED, r->config.epoch, now + r->record_time);
    ids(w, slot);
    xki_rq_frame_number(w, kind_of(r, index), 1);
    xki_rq_frame_number(w, record->cause, 1);
    xki_rq_frame_number(w, record->failure, 1);
    xki_rq_frame_number(w, now - slot->time.decided.at, 8);
    xki_rq_frame_number(w, record->progress.fingerprint, 4);
    xki_rq_frame_number(w, r->hash_key.k0, 8);
    xki_rq_frame_number(w, r->hash_key.k1, 8);
    if (xki_rq_is(r, index, XKI_RQ_KEYS) && record->answerer < record->route_count) {
        put_name(w, r, index, record->answerer);
    } else {
        xki_rq_frame_number(w, 0, 1);
    }
    if (xki_rq_is(r, index, XKI_RQ_REFERRED)) {
        put_name(w, r, index, record->route_count - 1u);
    } else {
        xki_rq_frame_number(w, 0, 1);
    }
    xki_rq_frame_end(w, start);
}

size_t xki_rq_frame_size(const struct xk_requester_config *config)
{
    return 128 + XK_ROUTES_MAX * (XK_KMS_NAME_MAX + 1) + config->max_warrant_size + config->max_request_size;
}

void xki_rq_frame_ended(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now)
{
    size_t start = xki_rq_frame_begin(w, XK_JOURNAL_ENDED, r->config.epoch, now + r->record_time);
    ids(w, xki_rq_slot(r, index));
    xki_rq_frame_end(w, start);
}

enum xk_status xki_rq_frame_read(const uint8_t *data, size_t size, size_t *at, struct xki_rq_frame *frame)
{
    const uint8_t *head = data + *at;
    size_t left = size - *at;
    if (left < XKI_RQ_FRAME_HEAD + XKI_RQ_FRAME_TAIL || head[0] != 'X' || head[1] != 'K' || head[2] != 'J') {
        return XK_E_SNAPSHOT;
    }
    if (head[3] != XKI_RQ_FRAME_VERSION) {
        return XK_E_SNAPSHOT_VERSION;
    }
    size_t body = (size_t)xki_rq_frame_value(head + XKI_RQ_FRAME_HEAD - 4, 4);
    if (body > left - XKI_RQ_FRAME_HEAD - XKI_RQ_FRAME_TAIL) {
        return XK_E_SNAPSHOT;
    }
    uint64_t checksum = xki_rq_frame_value(head + XKI_RQ_FRAME_HEAD + body, 8);
    if (checksum != xki_siphash(&checksum_key, head, XKI_RQ_FRAME_HEAD + body)) {
        return XK_E_SNAPSHOT;
    }
    frame->kind = head[4];
    frame->epoch = xki_rq_frame_value(head + 5, 8);
    frame->time = xki_rq_frame_value(head + 13, 8);
    frame->body = head + XKI_RQ_FRAME_HEAD;
    frame->size = body;
    *at += XKI_RQ_FRAME_HEAD + body + XKI_RQ_FRAME_TAIL;
    return XK_OK;
}
