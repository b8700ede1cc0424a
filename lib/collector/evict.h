/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XKI_COLLECTOR_EVICT_H
#define XKI_COLLECTOR_EVICT_H

#include "collector/store.h"

/* Gives up a call, and tells its warrants if it still owed them something. */
void xki_co_give_up(struct xk_collector *c, struct xki_co_call *call);

/* Gives up the call that is worth least, but not `keep`. False if there is none: an answered one that still owes
 * something is never given up. */
bool xki_co_evict(struct xk_collector *c, const struct xki_co_call *keep);

#endif
