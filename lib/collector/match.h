/* SPDX-License-Identifier: BSD-2-Clause */
/* Offer and answer: which MIKEY message answers which, by the places where SIP put them. */
#ifndef XKI_COLLECTOR_MATCH_H
#define XKI_COLLECTOR_MATCH_H

#include "collector/store.h"

#define XKI_CO_NO_RANK UINT64_MAX

/* Is the item's sender one end of the dialog, and the other end its peer, or not yet known (rule R2)? */
bool xki_co_in_dialog(const struct xki_co_item *item, const struct xki_co_dialog *d);

/* How good an answer is `resp` to `init` in this place: the lowest counts (rule R8). XKI_CO_NO_RANK: none. */
uint64_t xki_co_rank(const struct xki_co_item *init, const struct xki_co_item *resp);

/* The same by place alone, whatever the two say. */
uint64_t xki_co_place_rank(const struct xki_co_item *init, const struct xki_co_item *resp);

/* Of the answers in one transaction the one with the lowest number counts; XKI_CO_NO_RANK: in a request. */
uint64_t xki_co_answer_order(const struct xki_co_item *resp);

/* Has the callee of this dialog answered (rule R6)? */
bool xki_co_is_answered(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d);

/* How likely an INIT is the base of its CSB ID: the lowest is (rule R10). From XKI_CO_NO_TICKET on it cannot be one. */
#define XKI_CO_NO_TICKET (UINT64_C(1) << 40)
uint64_t xki_co_base_rank(const struct xki_co_item *init);

/* Does a base of the CSB ID in this dialog rank lower than this INIT? Then it is a CSB update. */
bool xki_co_is_update(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                      const struct xki_co_item *init);

/* What is known of the transaction that an offer belongs to, in the dialog, and of its answer; all zero for nothing. */
struct xki_co_fate xki_co_fate_of(const struct xk_collector *c, const struct xki_co_call *call,
                                  const struct xki_co_item *item, const struct xki_co_dialog *d);

#endif
