/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XKI_COLLECTOR_CALL_H
#define XKI_COLLECTOR_CALL_H

#include "collector/store.h"

struct xki_co_call *xki_co_new_call(struct xk_collector *c, const uint64_t key[2]);
struct xki_co_call *xki_co_find_call(const struct xk_collector *c, const uint64_t key[2]);
/* Gives back all that a call has, wiped. */
void xki_co_free_call(struct xk_collector *c, struct xki_co_call *call);
void xki_co_arm(struct xk_collector *c, struct xki_co_call *call, uint64_t at);
/* Moves a call to the end of the list of its class. */
void xki_co_classify(struct xk_collector *c, struct xki_co_call *call, enum xki_co_class class_of);

#endif
