/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The LI data of a warrant: its limits, which stand here once for the request that is stored and for the record that
 * is sent, and its packed form, which an engine keeps and journals.
 */
#ifndef XKI_WARRANT_H
#define XKI_WARRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/status.h>
#include <xk/warrant.h>

/* Every form of an observed identity within its limits, and at least one there. *forms and *octets get how many are
 * there and their size. */
enum xk_status xki_warrant_party(const struct xk_party *party, size_t *forms, size_t *octets, struct xk_diag *diag);

/* Every rule of the warrant that no module changes; *size gets the octets of its packed form. */
enum xk_status xki_warrant_check(const struct xk_warrant *warrant, size_t *size, struct xk_diag *diag);

/* Writes what xki_warrant_check() measured. */
void xki_warrant_pack(const struct xk_warrant *warrant, uint8_t *out);

/* Views into `packed`; `parties` has room for XK_PARTIES_MAX. */
void xki_warrant_unpack(const uint8_t *packed, struct xk_warrant *warrant, struct xk_party *parties);

/* Is this what xki_warrant_pack() writes, to the last octet? For octets that come from outside. */
bool xki_warrant_is_packed(const uint8_t *packed, size_t size);

struct xk_bytes xki_warrant_liid(const uint8_t *packed);

#endif
