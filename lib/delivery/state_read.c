/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of the saved state for whoever looks at them. */
#include <xk/counters_read.h>

#include <string.h>

#include "delivery/state.h"
#include "support/diag.h"
#include "support/sized.h"

#define ENTRY_FIRST XKI_SIZED_FIRST(struct xk_counters_entry, lemfs)
#define COOKIE sizeof(struct xk_cookie)
#define RECORD_FIXED 33u   /* octets of a RECORD before its key */
#define RESERVED_FIXED 34u /* likewise */
#define CONTEXT_FIXED 8u   /* likewise */

const char *xk_counters_entry_kind_name(enum xk_counters_entry_kind kind)
{
    switch (kind) {
    case XK_COUNTERS_ENTRY_BEGIN:
        return "begin";
    case XK_COUNTERS_ENTRY_CONTEXT:
        return "context";
    case XK_COUNTERS_ENTRY_RECORD:
        return "record";
    case XK_COUNTERS_ENTRY_LEMF:
        return "lemf";
    case XK_COUNTERS_ENTRY_END:
        return "end";
    case XK_COUNTERS_ENTRY_RESERVED:
        return "reserved";
    case XK_COUNTERS_ENTRY_DELIVERED:
        return "delivered";
    case XK_COUNTERS_ENTRY_GONE:
        return "gone";
    case XK_COUNTERS_ENTRY_CONTEXT_ENDED:
        return "context-ended";
    case XK_COUNTERS_ENTRY_PURGED:
        return "purged";
    }
    return "?";
}

static bool read_key(const struct xki_dl_frame_view *f, size_t fixed, struct xk_counters_entry *entry)
{
    if (!xki_dl_key_is_whole(f, fixed)) {
        return false;
    }
    const uint8_t *key = f->body + fixed;
    size_t liid = key[1];
    entry->payload_class = key[0];
    entry->liid = (struct xk_bytes){key + 2, liid};
    entry->communication = (struct xk_bytes){key + 2 + liid, f->size - fixed - 2 - liid};
    return true;
}

static bool read_context(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    if (!read_key(f, CONTEXT_FIXED, entry)) {
        return false;
    }
    entry->number = (uint32_t)xki_dl_value(f->body, 4);
    memcpy(entry->country, f->body + 4, 2);
    entry->mixed = f->body[6] != 0;
    entry->ended = f->body[7] != 0;
    return true;
}

static bool read_record(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    bool reserved = f->kind == XKI_DL_RESERVED;
    if (!read_key(f, reserved ? RESERVED_FIXED : RECORD_FIXED, entry)) {
        return false;
    }
    memcpy(&entry->cookie, f->body, COOKIE);
    entry->number = (uint32_t)xki_dl_value(f->body + 16, 4);
    entry->time.seconds = (int64_t)xki_dl_value(f->body + 20, 8);
    entry->time.microseconds = (uint32_t)xki_dl_value(f->body + 28, 4);
    if (reserved) {
        memcpy(entry->country, f->body + 32, 2);
        return true;
    }
    entry->state = (enum xk_record_state)f->body[32];
    return entry->state == XK_RECORD_RESERVED || entry->state == XK_RECORD_DELIVERED;
}

static bool read_purged(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    if (f->size < 3 || f->size > 2 + XK_LIID_MAX) {
        return false;
    }
    memcpy(entry->country, f->body, 2);
    entry->liid = (struct xk_bytes){f->body + 2, f->size - 2};
    return true;
}

static bool read_begin(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    if (f->size != 1) {
        return false;
    }
    entry->state_lost = f->body[0] != 0;
    return true;
}

static bool read_lemf(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    if (f->size != 5) {
        return false;
    }
    entry->lemf = (uint32_t)xki_dl_value(f->body, 4);
    entry->reset_owed = f->body[4] != 0;
    return true;
}

static bool read_end(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    if (f->size != 12) {
        return false;
    }
    entry->contexts = (uint32_t)xki_dl_value(f->body, 4);
    entry->records = (uint32_t)xki_dl_value(f->body + 4, 4);
    entry->lemfs = (uint32_t)xki_dl_value(f->body + 8, 4);
    return true;
}

static bool read_cookie(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    if (f->size != COOKIE) {
        return false;
    }
    memcpy(&entry->cookie, f->body, COOKIE);
    return true;
}

static bool read_frame(const struct xki_dl_frame_view *f, struct xk_counters_entry *entry)
{
    entry->kind = (enum xk_counters_entry_kind)f->kind;
    switch (entry->kind) {
    case XK_COUNTERS_ENTRY_CONTEXT:
        return read_context(f, entry);
    case XK_COUNTERS_ENTRY_RECORD:
    case XK_COUNTERS_ENTRY_RESERVED:
        return read_record(f, entry);
    case XK_COUNTERS_ENTRY_CONTEXT_ENDED:
        return read_key(f, 0, entry);
    case XK_COUNTERS_ENTRY_PURGED:
        return read_purged(f, entry);
    case XK_COUNTERS_ENTRY_BEGIN:
        return read_begin(f, entry);
    case XK_COUNTERS_ENTRY_LEMF:
        return read_lemf(f, entry);
    case XK_COUNTERS_ENTRY_END:
        return read_end(f, entry);
    case XK_COUNTERS_ENTRY_DELIVERED:
    case XK_COUNTERS_ENTRY_GONE:
        return read_cookie(f, entry);
    }
    return false;
}

enum xk_status xk_counters_read(const uint8_t *data, size_t size, size_t *position, struct xk_counters_entry *entry,
                                struct xk_diag *diag)
{
    struct xk_counters_entry read;
    struct xki_dl_frame_view frame;
    if (data == NULL || position == NULL || entry == NULL || *position > size ||
        !xki_sized_good(entry, ENTRY_FIRST, sizeof read)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    size_t next = *position;
    if (next == size) {
        return xki_fail(diag, XK_E_UNKNOWN, next, "record");
    }
    memset(&read, 0, sizeof read);
    enum xk_status status = xki_dl_frame_read(data, size, &next, &frame);
    if (status == XK_OK && !read_frame(&frame, &read)) {
        status = XK_E_SNAPSHOT;
    }
    if (status != XK_OK) {
        return xki_fail(diag, status, *position, "record");
    }
    read.octets = (struct xk_bytes){data + *position, next - *position};
    (void)xki_sized_write(entry, &read, ENTRY_FIRST, sizeof read);
    *position = next;
    return XK_OK;
}
