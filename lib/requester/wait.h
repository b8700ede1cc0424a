/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines: each pending request has its own, and may wait for an earlier moment; a request in its grace time too. */
#ifndef XKI_REQUESTER_WAIT_H
#define XKI_REQUESTER_WAIT_H

#include "requester/engine.h"

void xki_rq_wait_init(struct xk_requester *r);
/* Its timer runs to `deadline`; it wakes at `wake`, which is not later. */
void xki_rq_wait_start(struct xk_requester *r, uint32_t index, uint64_t deadline, uint64_t wake);
void xki_rq_wait_stop(struct xk_requester *r, uint32_t index);

/* Wakes at `at`, or at the request's own deadline if that comes first. */
void xki_rq_wait_until(struct xk_requester *r, uint32_t index, uint64_t at);

/* The request's own deadline, whatever its timer waits for now. */
uint64_t xki_rq_wait_deadline(const struct xk_requester *r, uint32_t index);

/* The next request whose timer is due, now stopped, or XKI_RQ_NONE; *over tells that it is its own deadline. One that
 * only woke up is armed for its deadline again; it is left out if that is due as well. */
uint32_t xki_rq_wait_due(struct xk_requester *r, bool *over);

/* Never later than the first wake-up; XK_NEVER without one. */
uint64_t xki_rq_wait_next(const struct xk_requester *r);

/* Asks for the neighbours that stopping `index` touches. */
void xki_rq_wait_fetch(const struct xk_requester *r, uint32_t index);

/* The clock went from `from` back to r->now: everybody keeps the time that was left. */
void xki_rq_wait_rebase(struct xk_requester *r, uint64_t from);

#endif
