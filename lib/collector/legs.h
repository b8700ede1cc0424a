/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XKI_COLLECTOR_LEGS_H
#define XKI_COLLECTOR_LEGS_H

#include "collector/store.h"

/* Was the same pair told for another leg of this call, of the same correlation (rule R12)? If not, it is remembered. */
bool xki_co_told_for_another_leg(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair,
                                 struct xk_bytes correlation);
/* A pair that goes is not found by its correlation any more. */
void xki_co_forget_leg(struct xk_collector *c, struct xki_co_pair *pair);

#endif
