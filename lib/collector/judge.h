/* SPDX-License-Identifier: BSD-2-Clause */
/* What a call's facts amount to, and what is told of it. */
#ifndef XKI_COLLECTOR_JUDGE_H
#define XKI_COLLECTOR_JUDGE_H

#include "collector/store.h"

/* judge.c: finds what is complete, tells what is due, and arms the call's timer or frees it. `changed`: there are new
 * facts. The call may be gone afterwards. */
void xki_co_judge(struct xk_collector *c, struct xki_co_call *call, bool changed);

/* pair.c: adds a pair for each exchange of the call that is complete now. */
void xki_co_find_pairs(struct xk_collector *c, struct xki_co_call *call);
/* The answer that counts for a main pair, as far as it is known; NULL without. */
const struct xki_co_item *xki_co_best_answer(struct xk_collector *c, const struct xki_co_call *call,
                                             const struct xki_co_dialog *d, const struct xki_co_item *init,
                                             bool update);
/* The pair of a dialog's base with this CSB ID that has been told; NULL without. */
const struct xki_co_pair *xki_co_base_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, uint32_t csb);
/* The first item of these octets in a dialog. */
const struct xki_co_item *xki_co_item_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, uint64_t hash);
/* Has the dialog a pair, whether told or not yet? */
bool xki_co_has_pair(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d);

/* emit.c: tells a pair to every warrant that has not had it. False: the host said later. */
bool xki_co_emit(struct xk_collector *c, struct xki_co_call *call, struct xki_co_pair *pair);

/* incomplete.c: what a dialog, or a call, lacks. Tells what is due; the next time to look. */
uint64_t xki_co_tell_incomplete(struct xk_collector *c, struct xki_co_call *call);
/* Tells one reason to each warrant of the call. False: the host said later. */
bool xki_co_tell(struct xk_collector *c, struct xki_co_call *call, enum xk_incomplete_reason reason,
                 enum xk_status status, uint64_t reference);
/* The same of an unanswered call whose time is over. */
bool xki_co_tell_unanswered(struct xk_collector *c, struct xki_co_call *call);

#endif
