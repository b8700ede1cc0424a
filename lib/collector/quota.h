/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XKI_COLLECTOR_QUOTA_H
#define XKI_COLLECTOR_QUOTA_H

#include "collector/store.h"

/* The oldest unanswered call of a caller who has no room for another; NULL if he has. */
struct xki_co_call *xki_co_quota_exceeded(const struct xk_collector *c, uint64_t caller);
void xki_co_quota_join(struct xk_collector *c, struct xki_co_call *call, uint64_t caller);
void xki_co_quota_leave(struct xk_collector *c, struct xki_co_call *call);
/* How many unanswered calls the caller of this one has. */
uint32_t xki_co_quota_used(const struct xk_collector *c, const struct xki_co_call *call);

#endif
