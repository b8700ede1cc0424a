/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a PSHeader. What is not known here, member or value, is stepped over. */
#include "hi2/ps_header.h"

#include <string.h>

#include "hi2/network.h"
#include "hi2/ps_tags.h"
#include "hi2/times.h"
#include "support/diag.h"

static const uint8_t ps_domain[] = XKI_PS_DOMAIN;

static enum xk_status read_country(const struct xki_tlv *tlv, char code[2], const char *field, struct xk_diag *diag)
{
    struct xk_bytes text;
    enum xk_status status = xki_der_sized(tlv, 2, 2, &text, diag, field);
    if (status == XK_OK) {
        memcpy(code, text.data, 2);
    }
    return status;
}

static enum xk_status read_number(const struct xki_tlv *tlv, uint32_t *number, const char *field,
                                  struct xk_diag *diag)
{
    uint64_t value = 0;
    enum xk_status status = xki_der_number(tlv, UINT32_MAX, &value, diag, field);
    if (status == XK_OK) {
        *number = (uint32_t)value;
    }
    return status;
}

static enum xk_status read_network(const struct xki_tlv *around, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint32_t from = 0;
    bool named = false;
    enum xk_status status = XK_OK;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "networkIdentifier");
        if (status != XK_OK) {
            return status;
        }
        if (tlv.tag == 0) {
            named = true;
            status = xki_der_sized(&tlv, 1, XK_PS_NETWORK_IDENTIFIER_MAX, &h->operator_identifier, diag,
                                   "operatorIdentifier");
        } else if (tlv.tag == 1) {
            status = xki_der_sized(&tlv, 1, XK_PS_NETWORK_IDENTIFIER_MAX, &h->network_element, diag,
                                   "networkElementIdentifier");
        } else if (tlv.tag == 2) {
            status = xki_hi2_read_element(&tlv, &h->intercepting_element, diag);
        }
    }
    return status != XK_OK || named ? status : xki_fail(diag, XK_E_DER_TAG, around->offset, "operatorIdentifier");
}

static enum xk_status read_communication(const struct xki_tlv *around, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, 0, &tlv, diag, "networkIdentifier");
    if (status == XK_OK) {
        status = read_network(&tlv, h, diag);
    }
    uint32_t from = 1;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "communicationIdentifier");
        if (status == XK_OK && tlv.tag == 1) {
            h->has_identity_number = true;
            status = read_number(&tlv, &h->identity_number, "communicationIdentityNumber", diag);
        } else if (status == XK_OK && tlv.tag == 2) {
            status = read_country(&tlv, h->delivery_country, "deliveryCountryCode", diag);
        } else if (status == XK_OK && tlv.tag == 3) {
            h->cin_extension = tlv.value;
        }
    }
    return status;
}

static enum xk_status read_microseconds(const struct xki_tlv *around, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint64_t seconds = 0;
    uint64_t microseconds = 0;
    enum xk_status status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 0, &tlv, diag, "seconds");
    if (status == XK_OK) {
        status = xki_der_number(&tlv, INT64_MAX, &seconds, diag, "seconds");
    }
    if (status == XK_OK) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, diag, "microSeconds");
    }
    if (status == XK_OK) {
        status = xki_der_number(&tlv, 999999, &microseconds, diag, "microSeconds");
    }
    h->time_form = XK_PS_TIME_MICROSECONDS;
    h->time.seconds = (int64_t)seconds;
    h->time.microseconds = (uint32_t)microseconds;
    return status;
}

static enum xk_status read_time_stamp(const struct xki_tlv *tlv, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xk_bytes text;
    struct xki_time time;
    enum xk_status status = xki_der_sized(tlv, 0, SIZE_MAX, &text, diag, "timeStamp");
    if (status == XK_OK && !xki_time_read_generalized(text, &time)) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, "timeStamp");
    }
    if (status == XK_OK) {
        h->time_form = XK_PS_TIME_GENERALIZED;
        h->time = xki_time_moment(&time);
    }
    return status;
}

/* ENUMERATED may grow: a value that is not known here is taken for none. */
static enum xk_status read_qualifier(const struct xki_tlv *tlv, struct xk_ps_header *h, struct xk_diag *diag)
{
    uint64_t number = 0;
    enum xk_status status = xki_der_number(tlv, UINT64_MAX, &number, diag, "timeStampQualifier");
    if (status == XK_OK && number <= XK_PS_QUALIFIER_AGGREGATION) {
        h->qualifier = (enum xk_ps_qualifier)number;
    }
    return status;
}

static enum xk_status read_optional(const struct xki_tlv *tlv, struct xk_ps_header *h, struct xk_diag *diag)
{
    switch (tlv->tag) {
    case 5:
        return read_time_stamp(tlv, h, diag);
    case 6:
        return xki_der_sized(tlv, 1, XK_PS_INTERCEPTION_POINT_MAX, &h->interception_point, diag,
                             "interceptionPointID");
    case 7:
        return tlv->kind == XKI_DER_CONSTRUCTED ? read_microseconds(tlv, h, diag)
                                                : xki_fail(diag, XK_E_DER_TAG, tlv->offset, "microSecondTimeStamp");
    case 8:
        return read_qualifier(tlv, h, diag);
    case 9:
        return xki_der_sized(tlv, 1, XK_PS_EXTENDED_POINT_MAX, &h->extended_interception_point, diag,
                             "extendedInterceptionPointID");
    case 10:
        return xki_der_sized(tlv, 1, XK_PS_EXTENDED_POINT_MAX, &h->network_function, diag,
                             "networkFunctionIdentifier");
    default:
        return XK_OK;
    }
}

/* li-psDomainId and LIID. */
static enum xk_status read_first(struct xki_der_in *in, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(in, XKI_DER_PRIMITIVE, 0, &tlv, diag, "li-psDomainId");
    if (status == XK_OK && !xki_der_arcs(tlv.value, ps_domain, sizeof ps_domain, &h->domain_version, 1)) {
        status = xki_fail(diag, XK_E_DER_VALUE, tlv.offset, "li-psDomainId");
    }
    return status == XK_OK ? xki_der_string(in, XKI_DER_PRIMITIVE, 1, 1, XK_LIID_MAX, &h->liid, diag, "LIID") : status;
}

enum xk_status xki_hi2_read_header(const struct xki_tlv *around, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    h->time_form = XK_PS_TIME_ABSENT;
    enum xk_status status = read_first(&in, h, diag);
    if (status == XK_OK) {
        status = xki_der_next(&in, &tlv, diag, "communicationIdentifier");
    }
    if (status == XK_OK && tlv.tag == 2 && (tlv.kind & 0xc0) == XKI_DER_PRIMITIVE) {
        status = read_country(&tlv, h->authorization_country, "authorizationCountryCode", diag);
        if (status == XK_OK) {
            status = xki_der_next(&in, &tlv, diag, "communicationIdentifier");
        }
    }
    if (status == XK_OK && (tlv.tag != 3 || tlv.kind != XKI_DER_CONSTRUCTED)) {
        status = xki_fail(diag, XK_E_DER_TAG, tlv.offset, "communicationIdentifier");
    }
    if (status == XK_OK) {
        status = read_communication(&tlv, h, diag);
    }
    if (status == XK_OK) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 4, &tlv, diag, "sequenceNumber");
    }
    if (status == XK_OK) {
        status = read_number(&tlv, &h->sequence_number, "sequenceNumber", diag);
    }
    uint32_t from = 5;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "pSHeader");
        if (status == XK_OK) {
            status = read_optional(&tlv, h, diag);
        }
    }
    return status;
}
