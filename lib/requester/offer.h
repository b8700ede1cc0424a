/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handing over: when a pass of offers is due, what an outcome looks like, what the host's reply means. The host is
 * called by whoever has filled an outcome here.
 */
#ifndef XKI_REQUESTER_OFFER_H
#define XKI_REQUESTER_OFFER_H

#include "requester/engine.h"

void xki_rq_offer_init(struct xk_requester *r);

/* The failure whose turn it is, or none: who has it offered looks himself at what stands behind it. */
void xki_rq_offer_turn(struct xk_requester *r, uint32_t index);
bool xki_rq_offer_has_turn(const struct xk_requester *r, uint32_t index);

/* The list of those that the host holds. */
void xki_rq_offer_hold(struct xk_requester *r, uint32_t index);
void xki_rq_offer_unhold(struct xk_requester *r, uint32_t index);
uint32_t xki_rq_offer_first_held(const struct xk_requester *r);

/* A pass begins at `at` at the latest; it visits each LIID that is owed something once. An early one does what is due
 * without waiting for an interval. */
void xki_rq_offer_at(struct xk_requester *r, uint64_t at);
void xki_rq_offer_early(struct xk_requester *r, uint64_t at);
uint64_t xki_rq_offer_next(const struct xk_requester *r); /* when; the present while one runs */
void xki_rq_offer_start(struct xk_requester *r, uint32_t chains, bool urgent);
bool xki_rq_offer_is_running(const struct xk_requester *r);
bool xki_rq_offer_is_due(struct xk_requester *r, uint32_t index); /* in this pass, whose intervals it counts */
void xki_rq_offer_visited(struct xk_requester *r);
void xki_rq_offer_stop(struct xk_requester *r);
void xki_rq_offer_rebase(struct xk_requester *r, uint64_t from); /* as xki_rq_wait_rebase() */

/* The outcome of a decided request, valid until the next one is filled. `sessions` are of keys. */
struct xki_rq_offer {
    struct xk_outcome outcome;
    struct xk_warrant warrant;
};
void xki_rq_offer_fill(struct xk_requester *r, uint32_t index, const struct xk_session_result *sessions, size_t count,
                       struct xki_rq_offer *offer);

/* Keys are welcome late if the policy says so and the failure was no answer of a KMS's. `asked`: a KMS may answer. */
bool xki_rq_offer_wants_late(const struct xk_requester *r, uint32_t index, bool asked);

/* Keys whose octets have been away long enough for later outcomes to pass them. */
bool xki_rq_offer_may_be_passed(const struct xk_requester *r, uint32_t index);
uint64_t xki_rq_offer_bound(const struct xk_requester *r, uint32_t index); /* from when on */

/* The octets of keys are here, or have been until now. */
void xki_rq_offer_seen(struct xk_requester *r, uint32_t index);

#endif
