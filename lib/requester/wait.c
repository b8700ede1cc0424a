/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/wait.h"

void xki_rq_wait_init(struct xk_requester *r)
{
    xki_timers_init(&r->wait.timers, &xki_rq_slot(r, 0)->time.node, sizeof(struct xki_rq_slot));
}

void xki_rq_wait_start(struct xk_requester *r, uint32_t index, uint64_t deadline, uint64_t wake)
{
    xki_rq_slot(r, index)->more.left = (uint32_t)(deadline - wake);
    xki_timers_arm(&r->wait.timers, index, wake);
}

void xki_rq_wait_stop(struct xk_requester *r, uint32_t index)
{
    xki_timers_disarm(&r->wait.timers, index);
}

uint64_t xki_rq_wait_deadline(const struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    return slot->time.node.deadline + slot->more.left;
}

void xki_rq_wait_until(struct xk_requester *r, uint32_t index, uint64_t at)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    uint64_t deadline = xki_rq_wait_deadline(r, index);
    uint64_t wake = at < deadline ? at : deadline;
    if (wake == slot->time.node.deadline) {
        return;
    }
    xki_timers_disarm(&r->wait.timers, index);
    xki_rq_wait_start(r, index, deadline, wake);
}

uint32_t xki_rq_wait_due(struct xk_requester *r, bool *over)
{
    for (;;) {
        uint32_t index = xki_timers_pop(&r->wait.timers, r->now);
        if (index == XKI_TIMER_NONE) {
            return XKI_RQ_NONE;
        }
        *over = xki_rq_slot(r, index)->more.left == 0;
        if (*over) {
            return index;
        }
        uint64_t deadline = xki_rq_wait_deadline(r, index);
        xki_rq_wait_start(r, index, deadline, deadline);
        if (deadline > r->now) {
            return index;
        }
    }
}

uint64_t xki_rq_wait_next(const struct xk_requester *r)
{
    return xki_timers_next(&r->wait.timers);
}

void xki_rq_wait_fetch(const struct xk_requester *r, uint32_t index)
{
    xki_timers_fetch(&r->wait.timers, index);
}

void xki_rq_wait_rebase(struct xk_requester *r, uint64_t from)
{
    xki_rq_wait_init(r);
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (xki_rq_is_pending(xki_rq_state(r, i)) || xki_rq_state(r, i) == XKI_RQ_GRACE) {
            uint64_t deadline = xki_rq_moved(r, from, xki_rq_wait_deadline(r, i));
            uint64_t wake = xki_rq_moved(r, from, xki_rq_slot(r, i)->time.node.deadline);
            xki_rq_slot(r, i)->more.left = (uint32_t)(deadline - wake);
            xki_timers_arm(&r->wait.timers, i, wake);
        }
    }
}
