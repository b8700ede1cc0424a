/* SPDX-License-Identifier: BSD-2-Clause */
/* Saved state, the writing half: frames, the journal and the snapshot. */
#include "delivery/state.h"

#include <string.h>

#include <xk/secret.h>

static const struct xki_siphash_key checksum_key = {0, 0};

void xki_dl_body_octets(struct xki_dl_body *b, const void *data, size_t size)
{
    memcpy(b->octets + b->size, data, size);
    b->size += size;
}

static void put_number(uint8_t *out, uint64_t value, unsigned int octets)
{
    for (unsigned int i = 0; i < octets; i++) {
        out[i] = (uint8_t)(value >> (8u * (octets - 1 - i)));
    }
}

void xki_dl_body_number(struct xki_dl_body *b, uint64_t value, unsigned int octets)
{
    put_number(b->octets + b->size, value, octets);
    b->size += octets;
}

size_t xki_dl_frame(enum xki_dl_kind kind, const struct xki_dl_body *b, uint8_t *out)
{
    static const uint8_t magic[4] = {'X', 'K', 'C', XKI_DL_STATE_VERSION};
    size_t size = b->size + b->key.size;
    if (out != NULL) {
        memcpy(out, magic, sizeof magic);
        out[4] = (uint8_t)kind;
        put_number(out + 5, size, 2);
        memcpy(out + XKI_DL_STATE_HEAD, b->octets, b->size);
        if (b->key.size > 0) {
            memcpy(out + XKI_DL_STATE_HEAD + b->size, b->key.data, b->key.size);
        }
        uint64_t sum = xki_siphash(&checksum_key, out, XKI_DL_STATE_HEAD + size);
        put_number(out + XKI_DL_STATE_HEAD + size, sum, XKI_DL_STATE_TAIL);
    }
    return XKI_DL_STATE_HEAD + size + XKI_DL_STATE_TAIL;
}

static size_t frame_begin(const struct xk_counters *c, uint8_t *out)
{
    struct xki_dl_body body;
    xki_dl_body_begin(&body);
    xki_dl_body_number(&body, c->config.state_lost ? 1 : 0, 1);
    return xki_dl_frame(XKI_DL_BEGIN, &body, out);
}

static size_t frame_end(uint32_t contexts, uint32_t records, uint32_t lemfs, uint8_t *out)
{
    struct xki_dl_body body;
    xki_dl_body_begin(&body);
    xki_dl_body_number(&body, contexts, 4);
    xki_dl_body_number(&body, records, 4);
    xki_dl_body_number(&body, lemfs, 4);
    return xki_dl_frame(XKI_DL_END, &body, out);
}

bool xki_dl_journal(struct xk_counters *c, enum xki_dl_kind kind, const struct xki_dl_body *b)
{
    size_t size = 0;
    if (c->callbacks.journal == NULL) {
        return true;
    }
    if (!c->begun) {
        size = frame_begin(c, c->scratch);
        size += frame_end(0, 0, 0, c->scratch + size);
    }
    size += xki_dl_frame(kind, b, c->scratch + size);
    c->in_callback = true;
    bool stored = c->callbacks.journal((struct xk_bytes){c->scratch, size}, c->user);
    c->in_callback = false;
    xk_wipe(c->scratch, size);
    if (stored) {
        c->begun = true;
    } else {
        c->journal_failed++;
    }
    return stored;
}

static void context_body(const struct xk_counters *c, uint32_t index, struct xki_dl_body *body)
{
    const struct xki_dl_context *context = &c->contexts[index];
    body->size = 0;
    xki_dl_body_number(body, context->next_number, 4);
    xki_dl_body_octets(body, context->country, 2);
    xki_dl_body_number(body, context->mixed, 1);
    xki_dl_body_number(body, context->ended, 1);
    body->key = (struct xk_bytes){xki_dl_context_key(c, index), context->key_size};
}

/* A held record is only reserved for whoever restores: its octets are not there. */
static void record_body(const struct xk_counters *c, const struct xki_dl_entry *entry, struct xki_dl_body *body)
{
    bool delivered = entry->state == XK_RECORD_DELIVERED;
    body->size = 0;
    xki_dl_body_octets(body, &entry->cookie, sizeof entry->cookie);
    xki_dl_body_number(body, entry->number, 4);
    xki_dl_body_number(body, (uint64_t)entry->time.seconds, 8);
    xki_dl_body_number(body, entry->time.microseconds, 4);
    xki_dl_body_number(body, delivered ? XK_RECORD_DELIVERED : XK_RECORD_RESERVED, 1);
    body->key = (struct xk_bytes){xki_dl_context_key(c, entry->context), c->contexts[entry->context].key_size};
}

static uint8_t *past(uint8_t *out, size_t size)
{
    return out == NULL ? NULL : out + size;
}

/* The size of the snapshot; written too unless `out` is NULL. */
static size_t write_snapshot(const struct xk_counters *c, uint8_t *out)
{
    struct xki_dl_body body;
    size_t size = frame_begin(c, out);
    for (uint32_t i = 0; i < c->config.max_contexts; i++) {
        if (c->contexts[i].in_use) {
            context_body(c, i, &body);
            size += xki_dl_frame(XKI_DL_CONTEXT, &body, past(out, size));
        }
    }
    for (uint32_t i = c->first_entry; i != XKI_DL_NONE; i = c->entries[i].next) {
        record_body(c, &c->entries[i], &body);
        size += xki_dl_frame(XKI_DL_RECORD, &body, past(out, size));
    }
    for (uint32_t i = 0; i < c->lemf_count; i++) {
        xki_dl_body_begin(&body);
        xki_dl_body_number(&body, c->lemfs[i].id, 4);
        xki_dl_body_number(&body, c->lemfs[i].reset_owed, 1);
        size += xki_dl_frame(XKI_DL_LEMF, &body, past(out, size));
    }
    return size + frame_end(c->context_count, c->entry_count, c->lemf_count, past(out, size));
}

enum xk_status xk_counters_snapshot(struct xk_counters *counters, uint8_t *out, size_t capacity, size_t *size)
{
    if (counters == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return XK_E_ARGUMENT;
    }
    if (counters->in_callback) {
        return XK_E_BUSY;
    }
    *size = write_snapshot(counters, NULL);
    if (*size > capacity) {
        return XK_E_SPACE;
    }
    (void)write_snapshot(counters, out);
    counters->begun = true;
    return XK_OK;
}
