/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of calls that are not kept (rule R17). A proxy with several workers may mirror a 2xx before the INVITE that
 * it answers; if that one had no offer, or its answer no key, nothing else would say that the call was answered. Kept
 * for two seconds, in a ring of fixed size: the oldest goes first.
 */
#ifndef XKI_COLLECTOR_EARLY_H
#define XKI_COLLECTOR_EARLY_H

#include "collector/learn.h"

uint32_t xki_co_early_slots(const struct xk_collector_config *config);

/* Remembers what a message says, if it is one that matters. */
void xki_co_early_keep(struct xk_collector *c, const struct xki_co_event *event);

/* Adds to a call what was remembered of it. True if anything was. */
bool xki_co_early_learn(struct xk_collector *c, struct xki_co_call *call);

#endif
