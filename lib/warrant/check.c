/* SPDX-License-Identifier: BSD-2-Clause */
/* Every limit of a warrant, those of the module that its records will be written in, and the size that they can
 * have. */
#include <xk/message.h>

#include <string.h>

#include "support/bounds.h"
#include "warrant/modules.h"
#include "warrant/warrant.h"

enum xk_status xki_network_element_check_form(const struct xk_network_element *element, struct xk_diag *diag)
{
    size_t low = 1;
    size_t high = XK_NETWORK_ELEMENT_MAX;
    bool ipv6 = false;
    switch (element->form) {
    case XK_NETWORK_ELEMENT_ABSENT:
        low = 0;
        high = 0;
        break;
    case XK_NETWORK_ELEMENT_E164:
    case XK_NETWORK_ELEMENT_X25:
    case XK_NETWORK_ELEMENT_IP:
    case XK_NETWORK_ELEMENT_DNS:
        break;
    case XK_NETWORK_ELEMENT_IP_BINARY:
        ipv6 = element->value.size != 4;
        low = ipv6 ? 16 : 4;
        high = low;
        break;
    case XK_NETWORK_ELEMENT_IP_TEXT:
        ipv6 = xki_network_element_is_ipv6(element);
        low = XK_NETWORK_ELEMENT_TEXT_MIN;
        high = XK_NETWORK_ELEMENT_TEXT_MAX;
        break;
    default:
        return xki_fail(diag, XK_E_FIELD, 0, "network-Element-Identifier");
    }
    enum xk_status status = xki_check_bounds(element->value, low, high, "network-Element-Identifier", diag);
    if (status != XK_OK) {
        return status;
    }
    bool missing = ipv6 && element->form == XK_NETWORK_ELEMENT_IP_BINARY && element->ipv6_prefix == 0;
    bool wrong = element->ipv6_prefix > (ipv6 ? 128 : 0);
    return missing || wrong ? xki_fail(diag, XK_E_FIELD, 0, "iPv6PrefixLength") : XK_OK;
}

bool xki_network_element_is_ipv6(const struct xk_network_element *element)
{
    if (element->form == XK_NETWORK_ELEMENT_IP_BINARY) {
        return element->value.size == 16;
    }
    return element->value.data != NULL && memchr(element->value.data, ':', element->value.size) != NULL;
}

enum xk_status xki_country_check_there(const char code[2], const char *field, struct xk_diag *diag)
{
    for (unsigned int i = 0; i < 2; i++) {
        char c = code[i];
        if ((c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
            return xki_fail(diag, XK_E_FIELD, 0, field);
        }
    }
    return XK_OK;
}

XKI_INLINE enum xk_status check_form(const struct xk_party *party, unsigned int index, unsigned int *forms,
                                     size_t *octets, struct xk_diag *diag)
{
    const struct xki_party_form *form = &xki_party_forms[index];
    const struct xk_bytes *value = xki_party_form(party, index);
    if (value->size == 0) {
        return XK_OK;
    }
    *forms |= 1u << index;
    *octets += 2 + value->size;
    return xki_check_bounds(*value, form->low, form->high, form->field, diag);
}

/* One form after the other and not in a loop, so that each has its limits as constants. *forms gets a bit for each that
 * is there, *octets what they take when they are packed. */
XKI_INLINE enum xk_status check_party(const struct xk_party *party, unsigned int *forms, size_t *octets,
                                      struct xk_diag *diag)
{
    unsigned int there = 0;
    enum xk_status status = check_form(party, 0, &there, octets, diag);
    if (status == XK_OK) {
        status = check_form(party, 1, &there, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 2, &there, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 3, &there, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 4, &there, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 5, &there, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 6, &there, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 7, &there, octets, diag);
    }
    *forms |= there;
    return status == XK_OK && there == 0 ? xki_fail(diag, XK_E_FIELD_EMPTY, 0, "partyIdentity") : status;
}

XKI_INLINE enum xk_status check_views(const struct xk_warrant *w, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(w->liid, 1, XK_LIID_MAX, "LIID", diag);
    if (status == XK_OK) {
        status = xki_check_bounds(w->correlation_number, 0, XK_CORRELATION_NUMBER_MAX, "correlation number", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(w->operator_identifier, 1, XK_OPERATOR_IDENTIFIER_MAX, "operator-Identifier", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(w->authorisation, 0, XK_AUTHORISATION_MAX, "authorisation", diag);
    }
    if (status == XK_OK) {
        status = xki_network_element_check(&w->network_element, diag);
    }
    if (status == XK_OK) {
        status = xki_country_check(w->country, "authorizationCountryCode", diag);
    }
    return status == XK_OK ? xki_country_check(w->delivery_country, "deliveryCountryCode", diag) : status;
}

/* *forms gets a bit for each form of identity that any party has. */
XKI_INLINE enum xk_status check(const struct xk_warrant *warrant, size_t *size, unsigned int *forms,
                                struct xk_diag *diag)
{
    enum xk_status status = check_views(warrant, diag);
    if (status != XK_OK) {
        return status;
    }
    if ((unsigned int)warrant->initiator > XK_INITIATOR_TERMINATING_TARGET) {
        return xki_fail(diag, XK_E_FIELD, 0, "initiator");
    }
    if (warrant->destination != XK_DESTINATION_LEMF && warrant->destination != XK_DESTINATION_DF3) {
        return xki_fail(diag, XK_E_FIELD, 0, "destination");
    }
    if (warrant->party_count == 0) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, "partyInformation");
    }
    if (warrant->parties == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "partyInformation");
    }
    if (warrant->party_count > XK_PARTIES_MAX) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, "partyInformation");
    }
    *size = XKI_WARRANT_FIXED + warrant->liid.size + warrant->correlation_number.size +
            warrant->operator_identifier.size + warrant->authorisation.size + warrant->network_element.value.size;
    *forms = 0;
    for (size_t i = 0; i < warrant->party_count; i++) {
        *size += 1;
        status = check_party(&warrant->parties[i], forms, size, diag);
        if (status != XK_OK) {
            return status;
        }
    }
    return XK_OK;
}

enum xk_status xki_warrant_check(const struct xk_warrant *warrant, size_t *size, struct xk_diag *diag)
{
    unsigned int forms;
    return check(warrant, size, &forms, diag);
}

/* The first form, party by party, that the module does not have: one of `forms`. */
static enum xk_status refuse_form(const struct xk_warrant *warrant, unsigned int forms, struct xk_diag *diag)
{
    const struct xk_party *party = warrant->parties;
    unsigned int f = 0;
    while ((forms & 1u << f) == 0 || xki_party_form(party, f)->size == 0) {
        f = (f + 1) % XKI_PARTY_FORMS;
        party += f == 0;
    }
    return xki_fail(diag, XK_E_FIELD, 0, xki_party_forms[f].field);
}

enum xk_status xki_warrant_check_of(const struct xk_warrant *warrant, const struct xki_hi2_module *module,
                                    struct xk_diag *diag)
{
    size_t packed;
    unsigned int forms;
    enum xk_status status = check(warrant, &packed, &forms, diag);
    if (status != XK_OK) {
        return status;
    }
    if (module == NULL) {
        return xki_fail(diag, XK_E_CONFIG, 0, "module");
    }
    if ((forms & ~(unsigned int)module->forms) != 0) {
        return refuse_form(warrant, forms & ~(unsigned int)module->forms, diag);
    }
    if (warrant->correlation_number.size == 0) {
        return XK_OK;
    }
    return xki_check_bounds(warrant->correlation_number, module->correlation_min, module->correlation_max,
                            "correlation number", diag);
}

enum xk_status xki_warrant_check_module(const struct xk_warrant *warrant, enum xk_hi2_module id, struct xk_diag *diag)
{
    return xki_warrant_check_of(warrant, xki_hi2_module(id), diag);
}

/* Octets around what differs, rounded up: both headers with every optional member, the OBJECT IDENTIFIERs, all other
 * parameters that are always there. The test tries that records never have more. */
#define AROUND 1024u
#define AROUND_PARTY 16u /* the SEQUENCEs of a party, with party-Qualifier */
#define AROUND_FORM 5u   /* tag and length of a form, which has up to 1024 octets */
#define KEY_OCTETS (7u + XKI_CS_ID_MAX + XK_SESSION_KEY_MAX + XK_SALT_MAX + 2u)

static size_t pdu_octets(const struct xk_warrant *warrant, size_t key_count)
{
    size_t size = AROUND + key_count * KEY_OCTETS;
    for (size_t i = 0; i < warrant->party_count; i++) {
        size += AROUND_PARTY;
        for (unsigned int f = 0; f < XKI_PARTY_FORMS; f++) {
            size_t octets = xki_party_form(&warrant->parties[i], f)->size;
            size += octets > 0 ? octets + AROUND_FORM : 0;
        }
    }
    return size;
}

enum xk_status xki_warrant_check_size(const struct xk_warrant *warrant, size_t key_count, size_t pdu_max, size_t *size,
                                      struct xk_diag *diag)
{
    *size = pdu_octets(warrant, key_count);
    return *size <= (pdu_max > 0 ? pdu_max : XK_PDU_OCTETS_DEFAULT)
               ? XK_OK
               : xki_fail(diag, XK_E_TOO_LARGE, *size, "partyInformation");
}

enum xk_status xk_hi2_check_warrant(const struct xk_warrant *warrant, enum xk_hi2_module module, size_t key_count,
                                    size_t pdu_max, size_t *size, struct xk_diag *diag)
{
    size_t bound;
    if (warrant == NULL || key_count > XK_CRYPTO_SESSIONS_MAX) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, warrant == NULL ? "warrant" : "key_count");
    }
    enum xk_status status = xki_warrant_check_module(warrant, module, diag);
    if (status != XK_OK) {
        return status;
    }
    status = xki_warrant_check_size(warrant, key_count, pdu_max, &bound, diag);
    if (size != NULL) {
        *size = bound;
    }
    return status;
}
