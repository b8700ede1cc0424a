/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XKI_COLLECTOR_OBSERVE_H
#define XKI_COLLECTOR_OBSERVE_H

#include "collector/store.h"

/* Tells the observer. Inside, the collector answers XK_E_BUSY. */
static inline void xki_co_observe(struct xk_collector *c, enum xk_collector_event event, enum xk_status status,
                                  uint32_t source)
{
    if (c->callbacks.observe != NULL) {
        struct xk_collector_observation seen = {event, status, source, c->now};
        bool before = c->in_callback;
        c->in_callback = true;
        c->callbacks.observe(&seen, c->user);
        c->in_callback = before;
    }
}

/* A fact beyond a limit was left out. */
static inline void xki_co_too_many(struct xk_collector *c)
{
    c->counters.too_many++;
    xki_co_observe(c, XK_COLLECTOR_TOO_MANY, XK_E_LIMIT, UINT32_MAX);
}

#endif
