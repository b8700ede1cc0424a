/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing: one record at a time to the host's journal, or all that lives as a snapshot. */
#include "requester/frame.h"

#include <xk/secret.h>

static void write_frame(struct xki_frame_writer *w, const struct xk_requester *r, enum xk_journal_kind kind,
                        uint32_t index)
{
    if (kind == XK_JOURNAL_SUBMITTED) {
        xki_frame_submitted(w, r, index, r->now);
    } else if (kind == XK_JOURNAL_DECIDED) {
        xki_frame_decided(w, r, index, r->now);
    } else {
        xki_frame_ended(w, r, index, r->now);
    }
}

enum xk_status xki_write_journal(struct xk_requester *r, enum xk_journal_kind kind, uint32_t index)
{
    struct xki_frame_writer w = {r->arrays[XKI_FRAME], r->array_sizes[XKI_FRAME], 0};
    write_frame(&w, r, kind, index);
    struct xk_journal_record record = {kind, r->config.epoch, {r->arrays[XKI_FRAME], w.size}};
    bool outer = r->in_callback;
    r->in_callback = true;
    r->closed = true;
    enum xk_journal_reply reply = r->callbacks.journal(&record, r->user);
    r->closed = false;
    r->in_callback = outer;
    xk_wipe(r->arrays[XKI_FRAME], w.size);
    if (reply == XK_JOURNAL_STORED) {
        return XK_OK;
    }
    r->counters.journal_failed++;
    if (reply == XK_JOURNAL_FENCED) {
        if (!r->fenced) {
            r->fenced = true;
            xki_observe(r, XK_EVENT_FENCED, XK_E_FENCED, XKI_NO_SLOT);
        }
        return XK_E_FENCED;
    }
    xki_observe(r, XK_EVENT_JOURNAL_FAILED, XK_E_JOURNAL, XKI_NO_SLOT);
    return XK_E_JOURNAL;
}

/* A supplement and a request in its grace time have kept their promise already. */
static bool lives(const struct xki_slot *slot)
{
    return slot->state != XKI_FREE && slot->state != XKI_GRACE && (slot->flags & XKI_FLAG_SUPPLEMENT) == 0;
}

static void write_decided(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t first, uint64_t now)
{
    for (uint32_t i = first; i != XKI_NO_SLOT; i = xki_slot(r, i)->next) {
        if (lives(xki_slot(r, i))) {
            xki_frame_decided(w, r, i, now);
        }
    }
}

/* What pends and what is owed, then what is decided in the order in which it is to be offered again. */
static void write_snapshot(struct xki_frame_writer *w, const struct xk_requester *r, uint64_t now)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->fresh; i++) {
        count += lives(xki_slot(r, i));
    }
    size_t start = xki_frame_begin(w, XKI_FRAME_BEGIN, r->config.epoch, now + r->record_time);
    xki_frame_number(w, count, 4);
    xki_frame_end(w, start);
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (lives(xki_slot(r, i))) {
            xki_frame_submitted(w, r, i, now);
        }
    }
    write_decided(w, r, r->held_list.first, now);
    for (uint32_t chain = r->chain_first; chain != XKI_NO_SLOT; chain = xki_slot(r, chain)->timer.next) {
        write_decided(w, r, chain, now);
    }
}

enum xk_status xk_requester_snapshot(const struct xk_requester *requester, uint64_t now_ms, uint8_t *out,
                                     size_t capacity, size_t *size)
{
    if (requester == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return XK_E_ARGUMENT;
    }
    if (requester->in_callback) {
        return XK_E_BUSY;
    }
    if (requester->fenced) {
        return XK_E_FENCED;
    }
    uint64_t now = now_ms > requester->now ? now_ms : requester->now;
    struct xki_frame_writer w = {out, capacity, 0};
    write_snapshot(&w, requester, now);
    *size = w.size;
    if (w.size > capacity) {
        if (capacity > 0) {
            xk_wipe(out, capacity);
        }
        return XK_E_SPACE;
    }
    return XK_OK;
}
