/* SPDX-License-Identifier: BSD-2-Clause */
/* The PSHeader, written back to front: read xki_hi2_with_header() from its last line up to see it as it is sent. */
#include "hi2/ps_header.h"

#include <string.h>

#include "hi2/network.h"
#include "hi2/ps_tags.h"
#include "hi2/times.h"
#include "support/bounds.h"
#include "support/sized.h"

#define FIRST XKI_SIZED_FIRST(struct xk_ps_header, qualifier)

static const uint8_t ps_domain[] = XKI_PS_DOMAIN;

void xk_ps_header_defaults(struct xk_ps_header *header, size_t size)
{
    struct xk_ps_header h;
    if (header == NULL || size < FIRST || size > sizeof h) {
        return;
    }
    memset(&h, 0, xki_unknown(sizeof h));
    h.size = size;
    h.domain_version = 17;
    h.time_form = XK_PS_TIME_GENERALIZED;
    h.qualifier = XK_PS_QUALIFIER_ABSENT;
    h.pdu_max = XK_PDU_OCTETS_DEFAULT;
    memcpy(header, &h, size);
}

const struct xk_ps_header *xki_hi2_take_header(const struct xk_ps_header *given, struct xk_ps_header *place)
{
    if (given->size == sizeof *given) {
        return given;
    }
    xk_ps_header_init(place);
    return xki_sized_read(place, given, FIRST, sizeof *place) ? place : NULL;
}

enum xk_status xk_ps_header_from_event(const struct xk_iri_event *event, struct xk_ps_header *header)
{
    if (event == NULL || event->warrant == NULL || header == NULL || header->size != sizeof *header) {
        return XK_E_ARGUMENT;
    }
    const struct xk_warrant *w = event->warrant;
    header->liid = w->liid;
    header->operator_identifier = w->operator_identifier;
    header->intercepting_element = w->network_element;
    header->time = event->time;
    header->has_identity_number = w->has_cin;
    header->identity_number = w->cin;
    memcpy(header->authorization_country, w->country, sizeof w->country);
    memcpy(header->delivery_country, w->delivery_country, sizeof w->delivery_country);
    return XK_OK;
}

static bool is_printable(struct xk_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c == 0 || strchr(" '()+,-./:=?", c) == NULL)) {
            return false;
        }
    }
    return true;
}

static enum xk_status check_time(const struct xk_ps_header *h, struct xk_diag *diag)
{
    if ((unsigned int)h->time_form > XK_PS_TIME_MICROSECONDS) {
        return xki_fail(diag, XK_E_FIELD, 0, "time form");
    }
    if ((int)h->qualifier < XK_PS_QUALIFIER_ABSENT || (int)h->qualifier > XK_PS_QUALIFIER_AGGREGATION) {
        return xki_fail(diag, XK_E_FIELD, 0, "timeStampQualifier");
    }
    return h->time_form == XK_PS_TIME_ABSENT || xki_time_fits(h->time) ? XK_OK
                                                                       : xki_fail(diag, XK_E_FIELD, 0, "timeStamp");
}

/* networkElementIdentifier names the mediation function, eTSI671NEID the element that intercepts: one of them. */
static enum xk_status check_network(const struct xk_ps_header *h, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(h->operator_identifier, 1, XK_PS_NETWORK_IDENTIFIER_MAX,
                                             "operatorIdentifier", diag);
    if (status == XK_OK) {
        status = xki_check_bounds(h->network_element, 0, XK_PS_NETWORK_IDENTIFIER_MAX, "networkElementIdentifier",
                                  diag);
    }
    if (status == XK_OK) {
        status = xki_network_element_check(&h->intercepting_element, diag);
    }
    bool both = h->network_element.size > 0 && h->intercepting_element.form != XK_NETWORK_ELEMENT_ABSENT;
    return status == XK_OK && both ? xki_fail(diag, XK_E_FIELD, 0, "eTSI671NEID") : status;
}

static enum xk_status check_points(const struct xk_ps_header *h, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(h->interception_point, 0, XK_PS_INTERCEPTION_POINT_MAX,
                                             "interceptionPointID", diag);
    if (status == XK_OK && !is_printable(h->interception_point)) {
        status = xki_fail(diag, XK_E_FIELD, 0, "interceptionPointID");
    }
    if (status == XK_OK) {
        status = xki_check_bounds(h->extended_interception_point, 0, XK_PS_EXTENDED_POINT_MAX,
                                  "extendedInterceptionPointID", diag);
    }
    if (status == XK_OK && h->interception_point.size > 0 && h->extended_interception_point.size > 0) {
        status = xki_fail(diag, XK_E_FIELD, 0, "extendedInterceptionPointID");
    }
    return status == XK_OK ? xki_check_bounds(h->network_function, 0, XK_PS_EXTENDED_POINT_MAX,
                                              "networkFunctionIdentifier", diag)
                           : status;
}

/* One CorrelationValues, and nothing else: a CHOICE of [0] to [2]. */
static enum xk_status check_extension(struct xk_bytes extension, struct xk_diag *diag)
{
    struct xki_der_in in = {extension.data, extension.size, 0, 0, NULL};
    struct xki_tlv tlv;
    enum xk_status status = xki_check_bounds(extension, 0, XK_PS_PDU_MAX, "cINExtension", diag);
    if (status != XK_OK || extension.size == 0) {
        return status;
    }
    bool good = xki_der_next(&in, &tlv, NULL, "") == XK_OK && !xki_der_more(&in) && (tlv.kind & 0xc0) == 0x80 &&
                tlv.tag <= 2;
    return good ? XK_OK : xki_fail(diag, XK_E_FIELD, 0, "cINExtension");
}

enum xk_status xki_hi2_check_header(const struct xk_ps_header *h, struct xk_diag *diag)
{
    if (h->domain_version > XK_PS_DOMAIN_VERSION_MAX) {
        return xki_fail(diag, XK_E_FIELD, 0, "li-psDomainId");
    }
    enum xk_status status = xki_check_bounds(h->liid, 1, XK_LIID_MAX, "LIID", diag);
    if (status == XK_OK) {
        status = check_network(h, diag);
    }
    if (status == XK_OK) {
        status = check_extension(h->cin_extension, diag);
    }
    if (status == XK_OK) {
        status = check_points(h, diag);
    }
    if (status == XK_OK) {
        status = xki_country_check(h->authorization_country, "authorizationCountryCode", diag);
    }
    if (status == XK_OK) {
        status = xki_country_check(h->delivery_country, "deliveryCountryCode", diag);
    }
    return status == XK_OK ? check_time(h, diag) : status;
}

XKI_INLINE void write_country(struct xki_der *w, unsigned int tag, const char code[2])
{
    struct xk_bytes text = {(const uint8_t *)code, code[0] == '\0' ? 0 : 2};
    xki_der_optional(w, tag, text);
}

/* timeStamp and all that stands behind it. */
XKI_INLINE void write_times(struct xki_der *w, const struct xk_ps_header *h)
{
    xki_der_optional(w, 10, h->network_function);
    xki_der_optional(w, 9, h->extended_interception_point);
    if (h->qualifier != XK_PS_QUALIFIER_ABSENT) {
        xki_der_small(w, 8, (unsigned int)h->qualifier);
    }
    if (h->time_form == XK_PS_TIME_MICROSECONDS) {
        size_t start = w->size;
        xki_der_integer(w, 1, h->time.microseconds);
        xki_der_integer(w, 0, (uint64_t)h->time.seconds);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 7, start);
    }
    xki_der_optional(w, 6, h->interception_point);
    if (h->time_form == XK_PS_TIME_GENERALIZED) {
        uint8_t text[XKI_TIME_MAX];
        size_t start = w->size;
        xki_der_raw(w, text, xki_time_write_generalized(h->time, 0, 3, true, text));
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 5, start);
    }
}

XKI_INLINE void write_communication(struct xki_der *w, const struct xk_ps_header *h)
{
    if (h->cin_extension.size > 0) {
        size_t extension = w->size;
        xki_der_raw(w, h->cin_extension.data, h->cin_extension.size);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 3, extension);
    }
    write_country(w, 2, h->delivery_country);
    if (h->has_identity_number) {
        xki_der_integer(w, 1, h->identity_number);
    }
    size_t network = w->size;
    if (h->intercepting_element.form != XK_NETWORK_ELEMENT_ABSENT) {
        w->size = xki_hi2_with_element(*w, 2, &h->intercepting_element);
    }
    xki_der_optional(w, 1, h->network_element);
    xki_der_bytes(w, 0, h->operator_identifier);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, network);
}

size_t xki_hi2_with_communication(uint8_t *end, size_t size, const struct xk_ps_header *h)
{
    struct xki_der writer = {end, size, end != NULL};
    write_communication(&writer, h);
    return writer.size;
}

size_t xki_hi2_with_header(uint8_t *end, size_t size, const struct xk_ps_header *h)
{
    struct xki_der writer = {end, size, end != NULL};
    struct xki_der *w = &writer;
    size_t start = w->size;
    write_times(w, h);
    xki_der_integer(w, 4, h->sequence_number);
    size_t communication = w->size;
    write_communication(w, h);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 3, communication);
    write_country(w, 2, h->authorization_country);
    xki_der_bytes(w, 1, h->liid);
    size_t domain = w->size;
    xki_der_arc(w, h->domain_version);
    xki_der_raw(w, ps_domain, sizeof ps_domain);
    xki_der_wrap(w, XKI_DER_PRIMITIVE, 0, domain);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, start);
    return w->size;
}

void xki_hi2_write_header(struct xki_der *w, const struct xk_ps_header *h)
{
    w->size = xki_hi2_with_header(w->end, w->size, h);
}
