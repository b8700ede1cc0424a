/* SPDX-License-Identifier: BSD-2-Clause */
/* Room within a call: nobody's call may grow without end, neither by a flood nor by a day of session refreshes. */
#ifndef XKI_COLLECTOR_PRUNE_H
#define XKI_COLLECTOR_PRUNE_H

#include "collector/store.h"

/* Takes away what is settled and old, if a call has much. */
void xki_co_prune(struct xk_collector *c, struct xki_co_call *call);

/* Is there a place for one more fact of this kind? Makes one where something may go. */
bool xki_co_make_place(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind);

/* The same for an identity of this place: one that says less goes. */
bool xki_co_make_place_for(struct xk_collector *c, struct xki_co_call *call, uint8_t place);

/* Is there a place for so many new ends, and a dialog between them? Gives up those that are worth least. */
bool xki_co_make_ends(struct xk_collector *c, struct xki_co_call *call, unsigned int count);

#endif
