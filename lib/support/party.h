/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits of one observed target identity (PartyInformation), for the warrant that is stored and the record. */
#ifndef XKI_PARTY_H
#define XKI_PARTY_H

#include <stddef.h>

#include <xk/status.h>
#include <xk/warrant.h>

/* Every form within its limits, and at least one there. *forms and *octets get how many are there and their size. */
enum xk_status xki_party_check(const struct xk_party *party, size_t *forms, size_t *octets, struct xk_diag *diag);

#endif
