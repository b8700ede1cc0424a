/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Outcomes that the host has not taken, in the order of their decision for each LIID.
 *
 * Each LIID with something owed has a chain; the first slot of a chain stands for it in a list of all chains and in a
 * small table by LIID. While nothing is owed, which is nearly always, all of this is one test of a counter. Agencies
 * do not see each other: a chain that the host refuses holds up no other.
 *
 * Links, all in slots whose timer does not run: link.chain inside the chain (prev of the first is the last),
 * time.decided.next and .prev among the chains, more.bucket in the table.
 */
#ifndef XKI_REQUESTER_CHAIN_H
#define XKI_REQUESTER_CHAIN_H

#include "requester/engine.h"

void xki_rq_chain_init(struct xk_requester *r);
size_t xki_rq_chain_size(const struct xk_requester_config *config);

/* The first of the chain of this request's LIID, or XKI_RQ_NONE. */
uint32_t xki_rq_chain_first(const struct xk_requester *r, uint32_t index);

/* No-ops for one that is in a chain already, or in none. */
void xki_rq_chain_append(struct xk_requester *r, uint32_t index);
void xki_rq_chain_remove(struct xk_requester *r, uint32_t index);

/* All chains: how many, the one whose turn it is, and its turn is over. */
uint32_t xki_rq_chain_count(const struct xk_requester *r);
uint32_t xki_rq_chain_front(const struct xk_requester *r);
void xki_rq_chain_to_back(struct xk_requester *r, uint32_t first);

#endif
