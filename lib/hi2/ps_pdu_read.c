/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a PS-PDU: the header, and the way to the record inside. */
#include <xk/ps_pdu.h>

#include <string.h>

#include "hi2/ps_header.h"
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
    while (xki_der_more(&in)) {
        enum xk_status status = xki_der_member(&in, &from, &tlv, diag, "networkIdentifier");
        if (status == XK_OK && tlv.tag == 0) {
            status = xki_der_sized(&tlv, 1, XK_PS_NETWORK_IDENTIFIER_MAX, &h->operator_identifier, diag,
                                   "operatorIdentifier");
        } else if (status == XK_OK && tlv.tag == 1) {
            status = xki_der_sized(&tlv, 1, XK_PS_NETWORK_IDENTIFIER_MAX, &h->network_element, diag,
                                   "networkElementIdentifier");
        }
        if (status != XK_OK) {
            return status;
        }
    }
    return h->operator_identifier.data != NULL ? XK_OK
                                               : xki_fail(diag, XK_E_DER_TAG, around->offset, "operatorIdentifier");
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

static enum xk_status read_optional(const struct xki_tlv *tlv, struct xk_ps_header *h, struct xk_diag *diag)
{
    uint64_t number = 0;
    enum xk_status status = XK_OK;
    if ((tlv->tag == 5 && tlv->kind != XKI_DER_PRIMITIVE) || (tlv->tag == 7 && tlv->kind != XKI_DER_CONSTRUCTED)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, "timeStamp");
    }
    switch (tlv->tag) {
    case 5:
        if (h->time_form == XK_PS_TIME_ABSENT) {
            h->time_form = XK_PS_TIME_GENERALIZED;
            struct xki_time time;
            if (!xki_time_read_generalized(tlv->value, &time)) {
                return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, "timeStamp");
            }
            h->time = xki_time_moment(&time);
        }
        return status;
    case 6:
        return xki_der_sized(tlv, 1, XK_PS_INTERCEPTION_POINT_MAX, &h->interception_point, diag,
                             "interceptionPointID");
    case 7:
        return read_microseconds(tlv, h, diag);
    case 8:
        status = xki_der_number(tlv, XK_PS_QUALIFIER_AGGREGATION, &number, diag, "timeStampQualifier");
        h->qualifier = (enum xk_ps_qualifier)number;
        return status;
    default:
        return XK_OK;
    }
}

enum xk_status xki_hi2_read_header(const struct xki_tlv *around, struct xk_ps_header *h, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 0, &tlv, diag, "li-psDomainId");
    if (status == XK_OK && !xki_der_arcs(tlv.value, ps_domain, sizeof ps_domain, &h->domain_version, 1)) {
        status = xki_fail(diag, XK_E_DER_VALUE, tlv.offset, "li-psDomainId");
    }
    if (status == XK_OK) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, diag, "LIID");
    }
    if (status == XK_OK) {
        status = xki_der_sized(&tlv, 1, XK_LIID_MAX, &h->liid, diag, "LIID");
    }
    if (status == XK_OK) {
        status = xki_der_next(&in, &tlv, diag, "communicationIdentifier");
    }
    if (status == XK_OK && tlv.tag == 2 && tlv.kind == XKI_DER_PRIMITIVE) {
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

static enum xk_status read_payloads(const struct xki_tlv *around, struct xk_ps_pdu *pdu, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, 0, &tlv, diag, "iRIPayloadSequence");
    if (status != XK_OK) {
        return status;
    }
    if (xki_der_more(&in)) {
        return xki_fail(diag, XK_E_DER_TRAILING, in.base + in.at, "payload");
    }
    pdu->payloads = tlv.value;
    pdu->payloads_offset = tlv.value_offset;
    struct xki_der_in list = xki_der_inside(&tlv);
    while (status == XK_OK && xki_der_more(&list)) {
        status = xki_der_next(&list, &tlv, diag, "IRIPayload");
        if (status == XK_OK && (tlv.kind != 0x20 || tlv.tag != 0x10)) {
            return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "IRIPayload");
        }
        pdu->payload_count++;
    }
    if (status == XK_OK && pdu->payload_count == 0) {
        return xki_fail(diag, XK_E_DER_VALUE, pdu->payloads_offset, "iRIPayloadSequence");
    }
    return status;
}

enum xk_status xk_ps_pdu_measure(const uint8_t *data, size_t size, size_t *pdu_size, struct xk_diag *diag)
{
    struct xki_tlv tlv;
    size_t length = 0;
    if (data == NULL || pdu_size == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (size > 0 && data[0] != XKI_DER_SEQUENCE) {
        return xki_fail(diag, XK_E_DER_TAG, 0, "PS-PDU");
    }
    enum xk_status status = xki_der_head(data, size, false, &tlv, &length);
    if (status != XK_OK) {
        return xki_fail(diag, status, 0, "PS-PDU");
    }
    if (length > XK_PS_PDU_MAX - tlv.value_offset) {
        return xki_fail(diag, XK_E_LIMIT, 0, "PS-PDU");
    }
    *pdu_size = tlv.value_offset + length;
    return XK_OK;
}

enum xk_status xk_ps_pdu_decode(const uint8_t *data, size_t size, struct xk_ps_pdu *pdu, struct xk_diag *diag)
{
    struct xk_ps_pdu read;
    struct xki_tlv tlv;
    if (data == NULL || pdu == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    memset(&read, 0, sizeof read);
    xk_ps_header_init(&read.header);
    struct xki_der_in in = {data, size, 0, 0, NULL};
    enum xk_status status = xki_der_expect(&in, 0x20, 0x10, &tlv, diag, "PS-PDU");
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_fail(diag, XK_E_DER_TRAILING, in.at, "PS-PDU");
    }
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in inside = xki_der_inside(&tlv);
    status = xki_der_expect(&inside, XKI_DER_CONSTRUCTED, 1, &tlv, diag, "pSHeader");
    if (status == XK_OK) {
        status = xki_hi2_read_header(&tlv, &read.header, diag);
    }
    if (status == XK_OK) {
        status = xki_der_expect(&inside, XKI_DER_CONSTRUCTED, 2, &tlv, diag, "payload");
    }
    if (status == XK_OK) {
        status = read_payloads(&tlv, &read, diag);
    }
    if (status == XK_OK && xki_der_more(&inside)) {
        status = xki_fail(diag, XK_E_DER_TRAILING, inside.base + inside.at, "PS-PDU");
    }
    if (status == XK_OK) {
        *pdu = read;
    }
    return status;
}

/* iRIContents, down to the record or its parameters. */
static enum xk_status read_contents(const struct xki_tlv *contents, uint64_t iri_type, struct xk_ps_payload *payload,
                                    struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(contents);
    struct xki_tlv tlv;
    if (contents->kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, contents->offset, "iRIContents");
    }
    enum xk_status status = xki_der_next(&in, &tlv, diag, "iRIContents");
    if (status != XK_OK) {
        return status;
    }
    if (tlv.kind != XKI_DER_CONSTRUCTED || (tlv.tag != XKI_PS_UMTS_IRI && tlv.tag != XKI_PS_EPS_IRI)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "iRIContents");
    }
    payload->module = tlv.tag == XKI_PS_UMTS_IRI ? XK_HI2_UMTS : XK_HI2_EPS;
    struct xki_der_in choice = xki_der_inside(&tlv);
    status = xki_der_next(&choice, &tlv, diag, "iRIContents");
    if (status != XK_OK) {
        return status;
    }
    if (tlv.kind != XKI_DER_CONSTRUCTED || tlv.tag > 1) {
        return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "iRIContents");
    }
    payload->form = tlv.tag == 1 ? XK_PS_WHOLE_RECORD : XK_PS_BARE_PARAMETERS;
    payload->record = tlv.value;
    payload->offset = tlv.value_offset;
    if (payload->form == XK_PS_WHOLE_RECORD) {
        struct xki_der_in whole = xki_der_inside(&tlv);
        status = xki_der_next(&whole, &tlv, diag, "record");
        if (status == XK_OK && iri_type != 0 && iri_type != tlv.tag) {
            return xki_fail(diag, XK_E_DER_VALUE, contents->offset, "iRIType");
        }
        iri_type = status == XK_OK ? tlv.tag : 0;
    }
    if (status == XK_OK && (iri_type < XK_HI2_BEGIN || iri_type > XK_HI2_REPORT)) {
        status = xki_fail(diag, XK_E_DER_TAG, contents->offset, "iRIType");
    }
    payload->record_type = (enum xk_hi2_record_type)iri_type;
    return status;
}

enum xk_status xk_ps_pdu_next_payload(const struct xk_ps_pdu *pdu, size_t *position, struct xk_ps_payload *payload,
                                      struct xk_diag *diag)
{
    struct xki_tlv tlv;
    if (pdu == NULL || position == NULL || payload == NULL || *position > pdu->payloads.size) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_der_in list = {pdu->payloads.data, pdu->payloads.size, *position, pdu->payloads_offset, NULL};
    enum xk_status status = xki_der_next(&list, &tlv, diag, "IRIPayload");
    if (status != XK_OK) {
        return status;
    }
    *position = list.at;
    struct xki_der_in in = xki_der_inside(&tlv);
    struct xk_ps_payload read;
    uint64_t iri_type = 0;
    uint32_t from = 0;
    memset(&read, 0, sizeof read);
    while (xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "IRIPayload");
        if (status == XK_OK && tlv.tag == 0) {
            status = xki_der_number(&tlv, XK_HI2_REPORT, &iri_type, diag, "iRIType");
        } else if (status == XK_OK && tlv.tag == 2) {
            status = read_contents(&tlv, iri_type, &read, diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    if (read.record.data == NULL) {
        return xki_fail(diag, XK_E_DER_TAG, list.base + list.at, "iRIContents");
    }
    *payload = read;
    return XK_OK;
}
