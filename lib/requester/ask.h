/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is asked next: rounds, attempts, the window of each KMS and who waits behind it.
 *
 * A KMS's queue holds every request that may take a place there, so a request behind windows is in as many queues as
 * it has KMSs left to try: whichever falls free first takes it. Nothing here calls the host.
 */
#ifndef XKI_REQUESTER_ASK_H
#define XKI_REQUESTER_ASK_H

#include "requester/engine.h"

/* One KMS: how many it was sent and has not answered, and who waits for a place. */
struct xki_rq_window {
    uint32_t in_flight;
    uint32_t first; /* number of a place in a queue */
    uint32_t last;
    uint32_t losses; /* of its link since it answered last */
};

/* A request's place in the queue of one KMS of its list. Its number: XK_ROUTES_MAX * request + KMS's in the list. */
struct xki_rq_place {
    uint32_t next;
    uint32_t prev;
};

void xki_rq_ask_init(struct xk_requester *r);
size_t xki_rq_ask_windows_size(const struct xk_requester_config *config);
size_t xki_rq_ask_places_size(const struct xk_requester_config *config);

/* A KMS has been added. */
void xki_rq_ask_add(struct xk_requester *r, uint32_t kms);

/* For a request that is READY now. */
void xki_rq_ask_ready(struct xk_requester *r, uint32_t index);

/* It leaves what its state says that it is in. */
void xki_rq_ask_leave(struct xk_requester *r, uint32_t index);

/* The next one that takes its turn, or XKI_RQ_NONE. *placed: it has a place at a KMS now and is to be sent; else it is
 * in the queues. */
uint32_t xki_rq_ask_next(struct xk_requester *r, bool *placed);
bool xki_rq_ask_has_next(const struct xk_requester *r);

/* The transport has taken the get_keys. */
void xki_rq_ask_sent(struct xk_requester *r, uint32_t index);

/* The attempt of an ASKED request came to nothing: what happens to it. */
enum xki_rq_input xki_rq_ask_failed(const struct xk_requester *r, uint32_t index);

/* Likewise, since the transport refused the get_keys. *given_up: it has refused too often. */
enum xki_rq_input xki_rq_ask_refused(struct xk_requester *r, uint32_t index, bool *given_up);

/* How long one attempt of it lasts. */
uint32_t xki_rq_ask_patience(const struct xk_requester *r, uint32_t index);

/* The back-off that begins, without its random part. */
uint32_t xki_rq_ask_backoff(struct xk_requester *r, uint32_t index);

/* A new round: none of its KMSs has been tried. */
void xki_rq_ask_round(struct xk_requester *r, uint32_t index);

bool xki_rq_ask_was_asked(const struct xk_requester *r, uint32_t index, uint32_t kms);
bool xki_rq_ask_is_at(const struct xk_requester *r, uint32_t index, uint32_t kms); /* now, within its attempt */
bool xki_rq_ask_may_answer(const struct xk_requester *r, uint32_t index);           /* may any KMS still? */

/* A KMS has answered without deciding anything. */
void xki_rq_ask_answered(struct xk_requester *r, uint32_t index, uint32_t kms);

/* The link to a KMS fell; it answered; does it fall again and again? */
void xki_rq_ask_lose(struct xk_requester *r, uint32_t kms);
void xki_rq_ask_alive(struct xk_requester *r, uint32_t kms);
bool xki_rq_ask_is_shaky(const struct xk_requester *r, uint32_t kms);

/* What a pending request was sent to a KMS and has no answer to will not be answered: true if there was any. */
bool xki_rq_ask_forget(struct xk_requester *r, uint32_t index, uint32_t kms);

/* What happens to one that waited for that, ASKED or SPENT. If another KMS of its round is left the attempt is taken
 * back. */
enum xki_rq_input xki_rq_ask_lost(struct xk_requester *r, uint32_t index);

/* A new round in which that KMS alone is asked. */
void xki_rq_ask_round_at(struct xk_requester *r, uint32_t index, uint32_t kms);

/* BLOCKED: is it being asked for again there? From the KMS that answered on, without waiting. */
bool xki_rq_ask_is_again_at(const struct xk_requester *r, uint32_t index, uint32_t kms);
bool xki_rq_ask_answerer_is(const struct xk_requester *r, uint32_t index, uint32_t kms);
void xki_rq_ask_again_at_once(struct xk_requester *r, uint32_t index, bool from_answerer);

/* Its place in the list; XK_ROUTES_MAX if it is not there. */
uint8_t xki_rq_ask_place(const struct xk_requester *r, uint32_t index, uint32_t kms);

/* Likewise of the KMS whose keys decided it: that one joins the list if it may, since it alone has the octets. (Others
 * that share the transaction may have been referred to it.) */
uint8_t xki_rq_ask_answerer(struct xk_requester *r, uint32_t index, uint32_t kms);

/* A KMS that a refusal named joins the list, if it may, and is the only one left to try: of a request that is READY,
 * and so in no queue, or SHARING. */
bool xki_rq_ask_may_refer(const struct xk_requester *r, uint32_t index);
void xki_rq_ask_refer(struct xk_requester *r, uint32_t index, uint32_t kms);

/* The next KMS that a BLOCKED request is asked for again takes it, if it has a place: then send. */
bool xki_rq_ask_again(struct xk_requester *r, uint32_t index);

/* How many intervals pass until the next time; the upper half of them is to be random. */
uint32_t xki_rq_ask_again_wait(const struct xk_requester *r, uint32_t index);

#endif
