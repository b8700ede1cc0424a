/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host's observer and auditor are told: the values of the moment of the call. */
#ifndef XKI_REQUESTER_WATCH_H
#define XKI_REQUESTER_WATCH_H

#include "requester/engine.h"

/* About the request `index`, or none; `kms` UINT32_MAX for the one that the request asked last, if it is known. */
void xki_rq_watch_observer(struct xk_requester *r, enum xk_event event, enum xk_status status, uint32_t index,
                           uint32_t kms);
void xki_rq_watch_auditor(struct xk_requester *r, enum xk_event event, uint32_t index);

static inline void xki_rq_observe_at(struct xk_requester *r, enum xk_event event, enum xk_status status,
                                     uint32_t index, uint32_t kms)
{
    if (r->callbacks.observe != NULL) {
        xki_rq_watch_observer(r, event, status, index, kms);
    }
}

static inline void xki_rq_observe(struct xk_requester *r, enum xk_event event, enum xk_status status, uint32_t index)
{
    xki_rq_observe_at(r, event, status, index, UINT32_MAX);
}

static inline void xki_rq_audit(struct xk_requester *r, enum xk_event event, uint32_t index)
{
    if (r->callbacks.audit != NULL) {
        xki_rq_watch_auditor(r, event, index);
    }
}

#endif
