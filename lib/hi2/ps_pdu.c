/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PS-PDU, written back to front: read write_pdu() from its last line up to see it as it is sent. The record is
 * copied as it stands, so that its octets are the same inside the envelope and out of it.
 */
#include <xk/ps_pdu.h>

#include "hi2/calendar.h"
#include "hi2/ps_header.h"
#include "hi2/ps_tags.h"
#include "support/bounds.h"

static const uint8_t ps_domain[] = XKI_PS_DOMAIN;

void xk_ps_header_init(struct xk_ps_header *header)
{
    if (header == NULL) {
        return;
    }
    memset(header, 0, sizeof *header);
    header->size = sizeof *header;
    header->domain_version = 17;
    header->qualifier = XK_PS_QUALIFIER_ABSENT;
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

static enum xk_status check_country(const char code[2], const char *field, struct xk_diag *diag)
{
    struct xk_bytes text = {(const uint8_t *)code, 2};
    bool absent = code[0] == '\0' && code[1] == '\0';
    return absent || is_printable(text) ? XK_OK : xki_fail(diag, XK_E_FIELD, 0, field);
}

static enum xk_status check_time(const struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_calendar calendar;
    if ((unsigned int)h->time_form > XK_PS_TIME_MICROSECONDS) {
        return xki_fail(diag, XK_E_FIELD, 0, "time form");
    }
    if ((int)h->qualifier < XK_PS_QUALIFIER_ABSENT || (int)h->qualifier > XK_PS_QUALIFIER_AGGREGATION) {
        return xki_fail(diag, XK_E_FIELD, 0, "timeStampQualifier");
    }
    bool fits = h->time.seconds >= 0 && xki_calendar(h->time.seconds, &calendar) && h->time.microseconds <= 999999;
    return h->time_form == XK_PS_TIME_ABSENT || fits ? XK_OK : xki_fail(diag, XK_E_FIELD, 0, "timeStamp");
}

enum xk_status xki_hi2_check_header(const struct xk_ps_header *h, struct xk_diag *diag)
{
    if (h->domain_version > XK_PS_DOMAIN_VERSION_MAX) {
        return xki_fail(diag, XK_E_FIELD, 0, "li-psDomainId");
    }
    enum xk_status status = xki_check_bounds(h->liid, 1, XK_LIID_MAX, "LIID", diag);
    if (status == XK_OK) {
        status = xki_check_bounds(h->operator_identifier, 1, XK_PS_NETWORK_IDENTIFIER_MAX, "operatorIdentifier", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(h->network_element, 0, XK_PS_NETWORK_IDENTIFIER_MAX, "networkElementIdentifier",
                                  diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(h->interception_point, 0, XK_PS_INTERCEPTION_POINT_MAX, "interceptionPointID", diag);
    }
    if (status == XK_OK && !is_printable(h->interception_point)) {
        status = xki_fail(diag, XK_E_FIELD, 0, "interceptionPointID");
    }
    if (status == XK_OK) {
        status = check_country(h->authorization_country, "authorizationCountryCode", diag);
    }
    if (status == XK_OK) {
        status = check_country(h->delivery_country, "deliveryCountryCode", diag);
    }
    return status == XK_OK ? check_time(h, diag) : status;
}

static void write_country(struct xki_der *w, unsigned int tag, const char code[2])
{
    struct xk_bytes text = {(const uint8_t *)code, code[0] == '\0' ? 0 : 2};
    xki_der_optional(w, tag, text);
}

static void write_payload(struct xki_der *w, enum xk_hi2_module module, enum xk_ps_form form,
                          const struct xki_tlv *record)
{
    size_t start = w->size;
    if (form == XK_PS_WHOLE_RECORD) {
        xki_der_raw(w, record->whole.data, record->whole.size);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, start);
    } else {
        xki_der_raw(w, record->value.data, record->value.size);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, start);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, module == XK_HI2_UMTS ? XKI_PS_UMTS_IRI : XKI_PS_EPS_IRI, start);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 2, start);
    xki_der_small(w, 0, record->tag);
    xki_der_length(w, w->size - start);
    xki_der_octet(w, XKI_DER_SEQUENCE);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, start);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 2, start);
}

static void write_times(struct xki_der *w, const struct xk_ps_header *h)
{
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
        struct xki_calendar calendar;
        uint8_t digits[14];
        (void)xki_calendar(h->time.seconds, &calendar);
        xki_calendar_digits(&calendar, digits);
        size_t start = w->size;
        xki_der_octet(w, 'Z');
        xki_der_raw(w, digits, sizeof digits);
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 5, start);
    }
}

void xki_hi2_write_communication(struct xki_der *w, const struct xk_ps_header *h)
{
    write_country(w, 2, h->delivery_country);
    if (h->has_identity_number) {
        xki_der_integer(w, 1, h->identity_number);
    }
    size_t network = w->size;
    xki_der_optional(w, 1, h->network_element);
    xki_der_bytes(w, 0, h->operator_identifier);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, network);
}

void xki_hi2_write_header(struct xki_der *w, const struct xk_ps_header *h)
{
    size_t start = w->size;
    write_times(w, h);
    xki_der_integer(w, 4, h->sequence_number);
    size_t communication = w->size;
    xki_hi2_write_communication(w, h);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 3, communication);
    write_country(w, 2, h->authorization_country);
    xki_der_bytes(w, 1, h->liid);
    size_t domain = w->size;
    xki_der_arc(w, h->domain_version);
    xki_der_raw(w, ps_domain, sizeof ps_domain);
    xki_der_wrap(w, XKI_DER_PRIMITIVE, 0, domain);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, start);
}

static void write_pdu(struct xki_der *w, const struct xk_ps_header *header, enum xk_hi2_module module,
                      enum xk_ps_form form, const struct xki_tlv *record)
{
    write_payload(w, module, form, record);
    xki_hi2_write_header(w, header);
    xki_der_length(w, w->size);
    xki_der_octet(w, XKI_DER_SEQUENCE);
}

/* One record and nothing else: its tag says which kind. */
static enum xk_status check_record(struct xk_bytes record, struct xki_tlv *tlv, struct xk_diag *diag)
{
    struct xki_der_in in = {record.data, record.size, 0, 0, NULL};
    enum xk_status status = xki_der_next(&in, tlv, diag, "record");
    if (status != XK_OK) {
        return status;
    }
    if (tlv->kind != XKI_DER_CONSTRUCTED || tlv->tag < XK_HI2_BEGIN || tlv->tag > XK_HI2_REPORT) {
        return xki_fail(diag, XK_E_DER_TAG, 0, "record");
    }
    return xki_der_more(&in) ? xki_fail(diag, XK_E_DER_TRAILING, in.at, "record") : XK_OK;
}

enum xk_status xk_ps_pdu_encode(const struct xk_ps_header *header, enum xk_hi2_module module, enum xk_ps_form form,
                                struct xk_bytes record, uint8_t *out, size_t capacity, size_t *size,
                                struct xk_diag *diag)
{
    struct xki_tlv tlv;
    if (header == NULL || record.data == NULL || size == NULL || (out == NULL && capacity > 0) ||
        header->size != sizeof *header || (module != XK_HI2_UMTS && module != XK_HI2_EPS) ||
        (form != XK_PS_WHOLE_RECORD && form != XK_PS_BARE_PARAMETERS)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_hi2_check_header(header, diag);
    if (status == XK_OK) {
        status = check_record(record, &tlv, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    struct xki_der measure = {NULL, 0};
    write_pdu(&measure, header, module, form, &tlv);
    *size = measure.size;
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_der writer = {out + measure.size, 0};
    write_pdu(&writer, header, module, form, &tlv);
    return XK_OK;
}
