/* SPDX-License-Identifier: BSD-2-Clause */
/* All that lives, as one run of records. */
#include "requester/chain.h"
#include "requester/frame.h"
#include "requester/offer.h"
#include "requester/wait.h"
#include "requester/work.h"

#include <xk/secret.h>

/* A supplement and a request in its grace time have kept their promise already. */
static bool lives(const struct xk_requester *r, uint32_t index)
{
    enum xki_rq_state state = xki_rq_state(r, index);
    return state != XKI_RQ_FREE && state != XKI_RQ_GRACE && !xki_rq_is(r, index, XKI_RQ_SUPPLEMENT);
}

static uint64_t time_left(const struct xk_requester *r, uint32_t index, uint64_t now)
{
    if (!xki_rq_is_pending(xki_rq_state(r, index))) {
        return 0;
    }
    uint64_t deadline = xki_rq_wait_deadline(r, index);
    return deadline > now ? deadline - now : 0;
}

static uint32_t write_decided(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now)
{
    if (!lives(r, index)) {
        return 0;
    }
    xki_rq_frame_decided(w, r, index, now);
    return 1;
}

static void write_count(struct xki_rq_writer *w, const struct xk_requester *r, uint8_t kind, uint64_t now,
                        uint32_t submitted, uint32_t decided)
{
    size_t start = xki_rq_frame_begin(w, kind, r->config.epoch, now + r->record_time);
    xki_rq_frame_number(w, submitted, 4);
    if (kind == XKI_RQ_FRAME_END) {
        xki_rq_frame_number(w, decided, 4);
    }
    xki_rq_frame_end(w, start);
}

/* What pends and what is owed, then what is decided in the order in which it is to be offered again. */
static void write_snapshot(struct xki_rq_writer *w, const struct xk_requester *r, uint64_t now)
{
    uint32_t submitted = 0;
    for (uint32_t i = 0; i < r->fresh; i++) {
        submitted += lives(r, i);
    }
    write_count(w, r, XKI_RQ_FRAME_BEGIN, now, submitted, 0);
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (lives(r, i)) {
            xki_rq_frame_submitted(w, r, i, now, time_left(r, i, now));
        }
    }
    uint32_t decided = 0;
    for (uint32_t i = xki_rq_offer_first_held(r); i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->link.list.next) {
        decided += write_decided(w, r, i, now);
    }
    for (uint32_t first = xki_rq_chain_front(r); first != XKI_RQ_NONE;
         first = xki_rq_slot(r, first)->time.decided.next) {
        for (uint32_t i = first; i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->link.chain.next) {
            decided += write_decided(w, r, i, now);
        }
    }
    write_count(w, r, XKI_RQ_FRAME_END, now, submitted, decided);
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
    struct xki_rq_writer w = {out, capacity, 0};
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
