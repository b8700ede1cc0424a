/* SPDX-License-Identifier: BSD-2-Clause */
/* What a call's facts amount to, and what is told of it. */
#ifndef XKI_COLLECTOR_JUDGE_H
#define XKI_COLLECTOR_JUDGE_H

#include "collector/store.h"

/* judge.c: finds what is complete, tells what is due, and arms the call's timer or frees it. `changed`: there are new
 * facts. The call may be gone afterwards. */
void xki_co_judge(struct xk_collector *c, struct xki_co_call *call, bool changed);

/* What was told is offered at once to those who have not had it: a warrant has begun. */
void xki_co_owe_all(struct xk_collector *c, struct xki_co_call *call);

/* pair.c: adds a pair for each exchange of the call that is complete now. */
void xki_co_find_pairs(struct xk_collector *c, struct xki_co_call *call);
/* The answer that counts for a main pair, as far as it is known; NULL without. */
const struct xki_co_item *xki_co_best_answer(struct xk_collector *c, const struct xki_co_call *call,
                                             const struct xki_co_dialog *d, const struct xki_co_item *init,
                                             bool update);
/* The pair of a dialog's base with this CSB ID that has been told; NULL without. */
const struct xki_co_pair *xki_co_base_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, uint32_t csb);
/* The first item of these octets that this end sent in a dialog. */
const struct xki_co_item *xki_co_item_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, uint64_t hash, uint8_t sender);
/* The items of a pair; NULL when there is none any more, or without a RESP. */
const struct xki_co_item *xki_co_init_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, const struct xki_co_pair *pair);
const struct xki_co_item *xki_co_resp_of(const struct xk_collector *c, const struct xki_co_call *call,
                                         const struct xki_co_dialog *d, const struct xki_co_pair *pair);

/* emit.c: tells a pair to every warrant that has not had it. False: the host said later. */
bool xki_co_emit(struct xk_collector *c, struct xki_co_call *call, struct xki_co_pair *pair);

/* The key of what is told of a transaction as a whole. */
uint64_t xki_co_transaction_key(uint8_t owner, uint32_t cseq, uint8_t method);
/* incomplete.c: notes what the dialogs of a call lack. The next time to look. */
uint64_t xki_co_find_gaps(struct xk_collector *c, struct xki_co_call *call);
/* Notes what an unanswered call lacks whose time is over. True if anything is owed now. */
bool xki_co_find_unanswered(struct xk_collector *c, struct xki_co_call *call);

/* gap.c: notes a gap, once; told when `due`. */
struct xki_co_gap_of {
    uint64_t key;
    uint64_t reference;
    uint64_t due;
    enum xk_incomplete_reason reason;
    enum xk_status status;
    const struct xki_co_dialog *dialog; /* NULL: the call as a whole */
};
void xki_co_note_gap(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_gap_of *what);
/* Is one noted? `dialog` NULL: of the call as a whole. */
bool xki_co_has_gap(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *dialog,
                    uint64_t key);
/* Tells one that is owed and due. True if there was one. */
bool xki_co_tell_gap(struct xk_collector *c, struct xki_co_call *call);
/* When the next one is due; UINT64_MAX for none. */
uint64_t xki_co_next_gap(const struct xk_collector *c, const struct xki_co_call *call);
/* Tells at once that a call is given up. True if a warrant concerns it. */
bool xki_co_tell_given_up(struct xk_collector *c, struct xki_co_call *call);

#endif
