/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/peek.h"

#include "requester/ask.h"

static enum peek_state state_of(enum xki_rq_state state)
{
    static const enum peek_state states[XKI_RQ_STATES] = {
        PEEK_OTHER, PEEK_READY, PEEK_BEHIND, PEEK_BACKOFF, PEEK_ASKED, PEEK_SHARING,
        PEEK_SPENT, PEEK_OFFERED, PEEK_OTHER,  PEEK_OTHER,   PEEK_OTHER, PEEK_OTHER};
    return states[state];
}

uint32_t peek_losses(const struct xk_requester *engine, uint32_t kms)
{
    return ((const struct xki_rq_window *)engine->arrays[XKI_RQ_WINDOWS] + kms)->losses;
}

struct peek peek_at(const struct xk_requester *engine, uint64_t handle)
{
    struct peek peek = {PEEK_OTHER, 0, 0, 0, false};
    uint32_t index = xki_rq_find_handle(engine, handle);
    if (index == XKI_RQ_NONE) {
        return peek;
    }
    peek.state = state_of(xki_rq_state(engine, index));
    if (peek.state != PEEK_OTHER && peek.state != PEEK_OFFERED) {
        peek.tried = xki_rq_record(engine, index)->progress.pending.tried;
        peek.until = xki_rq_slot(engine, index)->time.node.deadline;
    }
    peek.route = xki_rq_slot(engine, index)->route;
    peek.again = xki_rq_is(engine, index, XKI_RQ_AGAIN);
    return peek;
}
