/* SPDX-License-Identifier: BSD-2-Clause */
/* An event comes to its call. */
#ifndef XKI_COLLECTOR_COLLECT_H
#define XKI_COLLECTOR_COLLECT_H

#include "collector/learn.h"

void xki_co_set_now(struct xk_collector *c, uint64_t now_ms);

/* Counts and tells a message that cannot be read. */
void xki_co_refuse(struct xk_collector *c, enum xk_status status, uint32_t source);

/* A correlation of zeros is none. */
struct xk_bytes xki_co_correlation(struct xk_bytes given);

/* Adds an event to its call, and judges the call. */
enum xk_status xki_co_take_event(struct xk_collector *c, const struct xki_co_event *event, struct xk_diag *diag);

#endif
