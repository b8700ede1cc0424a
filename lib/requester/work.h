/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The middle of the star: what the public calls do, out of what the rooms can. Only work calls rooms; a room calls no
 * other, and names the request to wake in its result.
 *
 *   call.c     entering and leaving a public call: the clock, the sends that wait for the end of the outermost one
 *   decide.c   a decision is made, told and offered; an outcome ends
 *   submit.c, receive.c, tick.c, end.c, link.c, snapshot.c, revive.c, create.c   the public calls
 *
 * What a call answers it does at once. What follows from it (a place that fell free, a request that is to ask in
 * another's stead) makes requests READY, which is a list; xki_rq_leave() works it off when the outermost call ends.
 * Nothing else is ever left to be done: every other wait has a deadline or somebody who wakes it.
 */
#ifndef XKI_REQUESTER_WORK_H
#define XKI_REQUESTER_WORK_H

#include "requester/engine.h"
#include "requester/journal.h"

/* call.c: the only way to change a state. False if the table has no such move: nothing changed. */
bool xki_rq_move(struct xk_requester *r, uint32_t index, enum xki_rq_input input);

/* One that shares asks itself from now on. */
void xki_rq_carry(struct xk_requester *r, uint32_t index);

/* The clock is now_ms. set_clock alone calls nobody; it is true if the clock went back, to be told. */
void xki_rq_time(struct xk_requester *r, uint64_t now_ms);
bool xki_rq_set_clock(struct xk_requester *r, uint64_t now_ms);
void xki_rq_tell_clock(struct xk_requester *r, bool back);

/* Ends a public call: if it is the outermost one, sends what is ready and tells the host that there is room. */
void xki_rq_leave(struct xk_requester *r);

/* A public call that changes something may begin: XK_OK, XK_E_BUSY or XK_E_FENCED. */
static inline enum xk_status xki_rq_may_change(const struct xk_requester *r)
{
    if (r->closed) {
        return XK_E_BUSY;
    }
    return r->fenced ? XK_E_FENCED : XK_OK;
}

/* A request that FREE was the last move of is gone: its id is buried, its data are wiped. */
void xki_rq_bury_slot(struct xk_requester *r, uint32_t index, bool answered);

/* Its attempt came to nothing: the next KMS, a back-off, or no more sends. */
void xki_rq_attempt_failed(struct xk_requester *r, uint32_t index, bool refused);

/* What follows an attempt: READY, a back-off that begins now, or SPENT. */
void xki_rq_go_on(struct xk_requester *r, uint32_t index, enum xki_rq_input input);

/* SPENT, and nobody is left who may answer it or asks for it. */
bool xki_rq_is_forsaken(const struct xk_requester *r, uint32_t index);

/* If nobody of those that share a transaction asks, and no KMS may answer them: who was given up ends. The decision is
 * left to the next tick, since submit hands nothing over. */
void xki_rq_wake_given_up(struct xk_requester *r, uint32_t index);

/* Asks a KMS again for the octets of keys that are decided. */
void xki_rq_ask_for_octets(struct xk_requester *r, uint32_t index);

/* A journal record, and the news that there is none. XK_OK without a journal. */
static inline enum xk_status xki_rq_journal(struct xk_requester *r, enum xk_journal_kind kind, uint32_t index)
{
    return r->callbacks.journal == NULL ? XK_OK : xki_rq_journal_write(r, kind, index);
}
void xki_rq_tell_journal(struct xk_requester *r, enum xk_status status, uint32_t index);

/* decide.c. Each ends with the outcome taken by the host, or owed. */
struct xki_rq_decision {
    enum xki_rq_input input; /* XKI_RQ_ANSWER_FAILURE or XKI_RQ_EXPIRY */
    enum xk_cause cause;
    enum xk_failure failure;
    uint32_t fingerprint; /* of the answer, 0 without one */
};
void xki_rq_decide_failure(struct xk_requester *r, uint32_t index, const struct xki_rq_decision *decision);
enum xk_status xki_rq_decide_keys(struct xk_requester *r, uint32_t index, uint32_t kms, bool partial,
                                  const struct xk_session_result *results, size_t count, uint32_t fingerprint);

/* Offers what is first in its chain or in none: an OWED failure. True if it was taken. */
bool xki_rq_offer_failure(struct xk_requester *r, uint32_t index);

/* It joins the chain of its LIID, if it is not there. */
void xki_rq_queue_up(struct xk_requester *r, uint32_t index);

/* It leaves the chain of its LIID, if it is there: what stood behind it is offered without waiting for an interval. */
void xki_rq_step_out(struct xk_requester *r, uint32_t index);

/* May what stands behind it in its chain go first? Tells the host so. */
bool xki_rq_lets_pass(struct xk_requester *r, uint32_t index);

/* The host can make no record of an OFFERED or HELD outcome. Keys, unless they are a supplement, are the failure
 * indication from now on, if the journal has it; what follows is the caller's. Anything else ends. */
bool xki_rq_may_revise(const struct xk_requester *r, uint32_t index);
enum xk_status xki_rq_revise(struct xk_requester *r, uint32_t index);
void xki_rq_drop(struct xk_requester *r, uint32_t index);

/* The host has it for good. */
void xki_rq_acknowledged(struct xk_requester *r, uint32_t index);

/* end.c: journal first; a withdrawal that it does not hold would be undone by a crash. */
enum xk_status xki_rq_withdraw(struct xk_requester *r, uint32_t index);

#endif
