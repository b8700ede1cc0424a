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

#include "support/inline.h"

/* An octet for the length of each of five views; form, prefix, initiator, destination, its number, CIN, countries and
 * the count of parties. */
#define XKI_WARRANT_FIXED (5u + 18u)

/* The rules of one network element identifier. */
enum xk_status xki_network_element_check_form(const struct xk_network_element *element, struct xk_diag *diag);

XKI_INLINE enum xk_status xki_network_element_check(const struct xk_network_element *element, struct xk_diag *diag)
{
    bool absent = element->form == XK_NETWORK_ELEMENT_ABSENT && element->value.size == 0 && element->ipv6_prefix == 0;
    return absent ? XK_OK : xki_network_element_check_form(element, diag);
}

bool xki_network_element_is_ipv6(const struct xk_network_element *element);

/* Two letters or digits, or two NULs, which most have. */
enum xk_status xki_country_check_there(const char code[2], const char *field, struct xk_diag *diag);

XKI_INLINE enum xk_status xki_country_check(const char code[2], const char *field, struct xk_diag *diag)
{
    return code[0] == '\0' && code[1] == '\0' ? XK_OK : xki_country_check_there(code, field, diag);
}

/* Every rule of the warrant that no module changes; *size gets the octets of its packed form. */
enum xk_status xki_warrant_check(const struct xk_warrant *warrant, size_t *size, struct xk_diag *diag);

/* That, and the limits of the module that its records will be written in; XK_E_CONFIG if it is none. */
enum xk_status xki_warrant_check_module(const struct xk_warrant *warrant, enum xk_hi2_module module,
                                        struct xk_diag *diag);

/* The same with the module's row at hand; NULL for none. */
struct xki_hi2_module;
enum xk_status xki_warrant_check_of(const struct xk_warrant *warrant, const struct xki_hi2_module *module,
                                    struct xk_diag *diag);

/* Of a checked warrant: what one PS-PDU with that many keys can have at most. XK_E_TOO_LARGE if it is more than
 * `pdu_max`, where 0 stands for XK_PDU_OCTETS_DEFAULT. */
enum xk_status xki_warrant_check_size(const struct xk_warrant *warrant, size_t key_count, size_t pdu_max, size_t *size,
                                      struct xk_diag *diag);

/* Writes what xki_warrant_check() measured. */
void xki_warrant_pack(const struct xk_warrant *warrant, uint8_t *out);

/* Views into `packed`; `parties` has room for XK_PARTIES_MAX. */
void xki_warrant_unpack(const uint8_t *packed, struct xk_warrant *warrant, struct xk_party *parties);

/* Is this what xki_warrant_pack() writes, to the last octet? For octets that come from outside. */
bool xki_warrant_is_packed(const uint8_t *packed, size_t size);

struct xk_bytes xki_warrant_liid(const uint8_t *packed);

/* Its country of authorisation: two octets in `packed`. */
const char *xki_warrant_country(const uint8_t *packed);

/* Is it a warrant of that LIID, and of that country of authorisation? NULL: of whatever country. One LIID in two
 * countries is two warrants. */
bool xki_warrant_is_of(const uint8_t *packed, struct xk_bytes liid, const char country[2]);

#endif
