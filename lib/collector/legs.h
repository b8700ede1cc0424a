/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Legs: calls that are one call for the people in it. On both sides of a B2BUA they have one correlation; a call that
 * takes the place of another names it (Replaces, RFC 3891). They share the numbers of the call (CIN), and an exchange
 * that was told of one of them is not told of the next one to the same warrant (rule R12).
 */
#ifndef XKI_COLLECTOR_LEGS_H
#define XKI_COLLECTOR_LEGS_H

#include "collector/store.h"

/* A call joins the group that its correlation, what it replaces, or its own Call-ID names. */
void xki_co_join_group(struct xk_collector *c, struct xki_co_call *call, uint64_t group);
void xki_co_leave_group(struct xk_collector *c, struct xki_co_call *call);

/* The CIN under which a warrant knows another leg; false if it knows none. */
bool xki_co_cin_of_another_leg(const struct xk_collector *c, const struct xki_co_call *call, uint64_t warrant,
                               uint32_t *cin);

/* From now on the pair is found by other legs. */
void xki_co_remember_leg(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair);
/* Has the warrant had the same pair from another leg? */
bool xki_co_told_on_another_leg(const struct xk_collector *c, const struct xki_co_call *call,
                                const struct xki_co_pair *pair, uint64_t warrant);
/* A pair that goes is not found any more. */
void xki_co_forget_leg(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair);

#endif
