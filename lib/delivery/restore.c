/* SPDX-License-Identifier: BSD-2-Clause */
/* Saved state, the reading half. What is contradictory was not written by this library, and is refused. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/state.h"
#include "support/diag.h"

#define COOKIE sizeof(struct xk_cookie)
#define KEY_LEAST 3u /* class, size of the LIID, one octet of it */

uint64_t xki_dl_value(const uint8_t *octets, unsigned int count)
{
    uint64_t value = 0;
    for (unsigned int i = 0; i < count; i++) {
        value = value << 8 | octets[i];
    }
    return value;
}

enum xk_status xki_dl_frame_read(const uint8_t *data, size_t size, size_t *at, struct xki_dl_frame_view *frame)
{
    static const struct xki_siphash_key checksum_key = {0, 0};
    const uint8_t *head = data + *at;
    size_t left = size - *at;
    if (left < XKI_DL_STATE_HEAD + XKI_DL_STATE_TAIL || head[0] != 'X' || head[1] != 'K' || head[2] != 'C') {
        return XK_E_SNAPSHOT;
    }
    if (head[3] != XKI_DL_STATE_VERSION) {
        return XK_E_SNAPSHOT_VERSION;
    }
    size_t body = (size_t)xki_dl_value(head + 5, 2);
    if (body > left - XKI_DL_STATE_HEAD - XKI_DL_STATE_TAIL) {
        return XK_E_SNAPSHOT;
    }
    uint64_t sum = xki_siphash(&checksum_key, head, XKI_DL_STATE_HEAD + body);
    if (xki_dl_value(head + XKI_DL_STATE_HEAD + body, XKI_DL_STATE_TAIL) != (uint32_t)sum) {
        return XK_E_SNAPSHOT;
    }
    frame->kind = head[4];
    frame->body = head + XKI_DL_STATE_HEAD;
    frame->size = body;
    *at += XKI_DL_STATE_HEAD + body + XKI_DL_STATE_TAIL;
    return XK_OK;
}

size_t xk_counters_whole(const uint8_t *data, size_t size)
{
    struct xki_dl_frame_view frame;
    size_t at = 0;
    while (data != NULL && at < size && xki_dl_frame_read(data, size, &at, &frame) == XK_OK) {
    }
    return at;
}

bool xki_dl_key_is_whole(const struct xki_dl_frame_view *f, size_t fixed)
{
    if (f->size < fixed + KEY_LEAST) {
        return false;
    }
    size_t liid = f->body[fixed + 1];
    return liid > 0 && liid <= XK_LIID_MAX && fixed + 2 + liid <= f->size;
}

/* The key at the end of a body: whole, and not longer than this object holds. */
static enum xk_status read_key(const struct xk_counters *c, const struct xki_dl_frame_view *f, size_t fixed,
                               struct xk_bytes *key)
{
    if (!xki_dl_key_is_whole(f, fixed)) {
        return XK_E_SNAPSHOT;
    }
    key->data = f->body + fixed;
    key->size = f->size - fixed;
    return key->size > c->config.max_context_size ? XK_E_TOO_LARGE : XK_OK;
}

static enum xk_status find_or_add(struct xk_counters *c, struct xk_bytes key, const uint8_t *country, uint32_t *context)
{
    uint32_t hash = xki_dl_hash(key.data, key.size);
    *context = xki_dl_find_context(c, key.data, key.size, hash);
    if (*context == XKI_DL_NONE) {
        *context = xki_dl_add_context(c, key.data, key.size, hash, (const char *)country);
    }
    return *context == XKI_DL_NONE ? XK_E_FULL : XK_OK;
}

static enum xk_status take_context(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    struct xk_bytes key;
    uint32_t index = XKI_DL_NONE;
    enum xk_status status = read_key(c, f, 8, &key);
    if (status == XK_OK) {
        status = find_or_add(c, key, f->body + 4, &index);
    }
    if (status != XK_OK) {
        return status;
    }
    struct xki_dl_context *context = &c->contexts[index];
    context->next_number = (uint32_t)xki_dl_value(f->body, 4);
    memcpy(context->country, f->body + 4, 2);
    context->mixed = f->body[6] != 0;
    context->ended = f->body[7] != 0;
    return XK_OK;
}

static enum xk_status add_record(struct xk_counters *c, const struct xki_dl_frame_view *f, uint32_t context,
                                 uint8_t state)
{
    struct xk_cookie cookie;
    memcpy(&cookie, f->body, COOKIE);
    if (xki_dl_find_entry(c, &cookie) != XKI_DL_NONE) {
        return XK_E_SNAPSHOT;
    }
    uint8_t ended = c->contexts[context].ended;
    uint32_t index = xki_dl_add_entry(c, &cookie, context);
    if (index == XKI_DL_NONE) {
        return XK_E_FULL;
    }
    struct xki_dl_entry *entry = &c->entries[index];
    entry->number = (uint32_t)xki_dl_value(f->body + 16, 4);
    entry->time.seconds = (int64_t)xki_dl_value(f->body + 20, 8);
    entry->time.microseconds = (uint32_t)xki_dl_value(f->body + 28, 4);
    entry->state = state;
    c->contexts[context].ended = ended;
    return XK_OK;
}

static enum xk_status take_record(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    struct xk_bytes key;
    enum xk_status status = read_key(c, f, 33, &key);
    if (status != XK_OK) {
        return status;
    }
    uint32_t context = xki_dl_find_context(c, key.data, key.size, xki_dl_hash(key.data, key.size));
    uint8_t state = f->body[32];
    if (context == XKI_DL_NONE || (state != XK_RECORD_RESERVED && state != XK_RECORD_DELIVERED)) {
        return XK_E_SNAPSHOT;
    }
    return add_record(c, f, context, state);
}

static enum xk_status take_reserved(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    struct xk_bytes key;
    uint32_t context = XKI_DL_NONE;
    enum xk_status status = read_key(c, f, 34, &key);
    if (status == XK_OK) {
        status = find_or_add(c, key, f->body + 32, &context);
    }
    if (status != XK_OK) {
        return status;
    }
    if (xki_dl_value(f->body + 16, 4) != c->contexts[context].next_number) {
        return XK_E_SNAPSHOT;
    }
    c->contexts[context].next_number++;
    c->contexts[context].ended = 0;
    xki_dl_country(&c->contexts[context], (const char *)f->body + 32);
    return add_record(c, f, context, XK_RECORD_RESERVED);
}

static enum xk_status take_lemf(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    if (f->size != 5) {
        return XK_E_SNAPSHOT;
    }
    uint32_t id = (uint32_t)xki_dl_value(f->body, 4);
    uint32_t at = 0;
    while (at < c->lemf_count && c->lemfs[at].id != id) {
        at++;
    }
    if (at == c->config.max_lemfs) {
        return XK_E_FULL;
    }
    c->lemf_count += at == c->lemf_count ? 1 : 0;
    c->lemfs[at].id = id;
    c->lemfs[at].reset_owed = f->body[4] != 0;
    return XK_OK;
}

static enum xk_status take_cookie(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    struct xk_cookie cookie;
    if (f->size != COOKIE) {
        return XK_E_SNAPSHOT;
    }
    memcpy(&cookie, f->body, COOKIE);
    uint32_t entry = xki_dl_find_entry(c, &cookie);
    if (entry == XKI_DL_NONE) {
        return XK_E_SNAPSHOT;
    }
    if (f->kind == XKI_DL_GONE) {
        xki_dl_drop_entry(c, entry);
    } else {
        c->entries[entry].state = XK_RECORD_DELIVERED;
    }
    return XK_OK;
}

static enum xk_status take_ended(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    struct xk_bytes key;
    enum xk_status status = read_key(c, f, 0, &key);
    if (status != XK_OK) {
        return status;
    }
    uint32_t context = xki_dl_find_context(c, key.data, key.size, xki_dl_hash(key.data, key.size));
    if (context == XKI_DL_NONE) {
        return XK_E_SNAPSHOT;
    }
    xki_dl_end_context(c, context);
    return XK_OK;
}

static enum xk_status take_purged(struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    if (f->size < 3 || f->size > 2 + XK_LIID_MAX) {
        return XK_E_SNAPSHOT;
    }
    (void)xki_dl_purge(c, (struct xk_bytes){f->body + 2, f->size - 2}, (const char *)f->body);
    return XK_OK;
}

static bool counts_are_right(const struct xk_counters *c, const struct xki_dl_frame_view *f)
{
    return f->size == 12 && xki_dl_value(f->body, 4) == c->context_count &&
           xki_dl_value(f->body + 4, 4) == c->entry_count && xki_dl_value(f->body + 8, 4) == c->lemf_count;
}

/* Inside the snapshot only its own kinds may stand, behind it only the journal's: what belongs to neither is damage. */
static enum xk_status take_frame(struct xk_counters *c, const struct xki_dl_frame_view *f, bool *inside)
{
    switch (f->kind) {
    case XKI_DL_CONTEXT:
        return take_context(c, f);
    case XKI_DL_LEMF:
        return take_lemf(c, f);
    case XKI_DL_RECORD:
        return *inside ? take_record(c, f) : XK_E_SNAPSHOT;
    case XKI_DL_END:
        if (!*inside || !counts_are_right(c, f)) {
            return XK_E_SNAPSHOT;
        }
        *inside = false;
        return XK_OK;
    case XKI_DL_RESERVED:
        return *inside ? XK_E_SNAPSHOT : take_reserved(c, f);
    case XKI_DL_DELIVERED:
    case XKI_DL_GONE:
        return *inside ? XK_E_SNAPSHOT : take_cookie(c, f);
    case XKI_DL_CONTEXT_ENDED:
        return *inside ? XK_E_SNAPSHOT : take_ended(c, f);
    case XKI_DL_PURGED:
        return *inside ? XK_E_SNAPSHOT : take_purged(c, f);
    default:
        return XK_E_SNAPSHOT;
    }
}

static enum xk_status take_all(struct xk_counters *c, const uint8_t *data, size_t size, size_t *at)
{
    struct xki_dl_frame_view frame;
    bool inside = true;
    enum xk_status status = xki_dl_frame_read(data, size, at, &frame);
    if (status == XK_OK && (frame.kind != XKI_DL_BEGIN || frame.size != 1)) {
        *at = 0;
        status = XK_E_SNAPSHOT;
    }
    if (status != XK_OK) {
        return status;
    }
    c->config.state_lost = frame.body[0] != 0;
    while (*at < size) {
        size_t start = *at;
        status = xki_dl_frame_read(data, size, at, &frame);
        if (status == XK_OK) {
            status = take_frame(c, &frame, &inside);
        }
        if (status != XK_OK) {
            *at = start;
            return status;
        }
    }
    return inside ? XK_E_SNAPSHOT : XK_OK;
}

enum xk_status xk_counters_restore(struct xk_counters *counters, const uint8_t *data, size_t size, struct xk_diag *diag)
{
    size_t at = 0;
    if (counters == NULL || data == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (counters->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    if (counters->context_count > 0 || counters->entry_count > 0 || counters->lemf_count > 0 ||
        counters->sessions > 0 || counters->begun) {
        return xki_fail(diag, XK_E_ALREADY, 0, "");
    }
    bool state_lost = counters->config.state_lost;
    enum xk_status status = take_all(counters, data, size, &at);
    if (status != XK_OK) {
        xki_dl_counters_clear(counters);
        counters->config.state_lost = state_lost;
        return xki_fail(diag, status, at, "");
    }
    counters->begun = true;
    return XK_OK;
}
