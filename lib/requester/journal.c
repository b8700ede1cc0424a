/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/journal.h"

#include "requester/frame.h"

#include <xk/secret.h>

static void write_frame(struct xki_rq_writer *w, const struct xk_requester *r, enum xk_journal_kind kind,
                        uint32_t index)
{
    if (kind == XK_JOURNAL_SUBMITTED) {
        xki_rq_frame_submitted(w, r, index, r->now, xki_rq_record(r, index)->span.timer);
    } else if (kind == XK_JOURNAL_DECIDED) {
        xki_rq_frame_decided(w, r, index, r->now);
    } else {
        xki_rq_frame_ended(w, r, index, r->now);
    }
}

enum xk_status xki_rq_journal_write(struct xk_requester *r, enum xk_journal_kind kind, uint32_t index)
{
    struct xki_rq_writer w = {r->arrays[XKI_RQ_FRAME], r->array_sizes[XKI_RQ_FRAME], 0};
    write_frame(&w, r, kind, index);
    struct xk_journal_record record = {kind, r->config.epoch, {r->arrays[XKI_RQ_FRAME], w.size}};
    struct xki_rq_guard guard = xki_rq_enter(r, XKI_RQ_NONE);
    r->closed = true;
    enum xk_journal_reply reply = r->callbacks.journal(&record, r->user);
    r->closed = false;
    xki_rq_exit(r, guard);
    xk_wipe(r->arrays[XKI_RQ_FRAME], w.size);
    if (reply == XK_JOURNAL_STORED) {
        return XK_OK;
    }
    r->counters.journal_failed++;
    return reply == XK_JOURNAL_FENCED ? XK_E_FENCED : XK_E_JOURNAL;
}
