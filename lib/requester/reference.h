/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's own numbers of requests: with `use_references` none may pend twice. Costs nothing when not used. */
#ifndef XKI_REQUESTER_REFERENCE_H
#define XKI_REQUESTER_REFERENCE_H

#include "requester/engine.h"

void xki_rq_reference_init(struct xk_requester *r);

/* With `use_references`. */
uint32_t xki_rq_reference_look_up(const struct xk_requester *r, uint64_t reference);
void xki_rq_reference_write(struct xk_requester *r, uint32_t index, uint64_t reference);
void xki_rq_reference_wipe(struct xk_requester *r, uint32_t index);

/* A request of its number, or XKI_RQ_NONE. */
static inline uint32_t xki_rq_reference_find(const struct xk_requester *r, uint64_t reference)
{
    return r->config.use_references ? xki_rq_reference_look_up(r, reference) : XKI_RQ_NONE;
}

static inline void xki_rq_reference_keep(struct xk_requester *r, uint32_t index, uint64_t reference)
{
    if (r->config.use_references) {
        xki_rq_reference_write(r, index, reference);
    }
}

static inline void xki_rq_reference_drop(struct xk_requester *r, uint32_t index)
{
    if (r->config.use_references) {
        xki_rq_reference_wipe(r, index);
    }
}

#endif
