/* SPDX-License-Identifier: BSD-2-Clause */
/* PS-PDUs of TS 102 232-1, as many as stand one behind the other. */
#include <stdio.h>

#include <xk/ps_pdu.h>

#include "inspect/der.h"
#include "inspect/hi2.h"

#define CLAUSE "TS 102 232-1"

static void show_country(struct sheet *s, const struct element *e, const char *name)
{
    sheet_text(s, sheet_span(e->head, e->value), e->value, CLAUSE, name);
}

static void show_communication(struct sheet *s, const struct element *around, const struct xk_ps_header *h)
{
    struct element element;
    size_t at = 0;
    sheet_line(s, around->head, CLAUSE, "communicationIdentifier");
    s->depth++;
    while (der_next(around->value, &at, &element)) {
        struct xk_bytes whole = sheet_span(element.head, element.value);
        if (element.tag == 0) {
            sheet_line(s, element.head, CLAUSE, "networkIdentifier");
            s->depth++;
            sheet_text(s, h->operator_identifier, h->operator_identifier, NULL, "operatorIdentifier");
            if (h->network_element.data != NULL) {
                sheet_text(s, h->network_element, h->network_element, NULL, "networkElementIdentifier");
            }
            if (h->intercepting_element.form != XK_NETWORK_ELEMENT_ABSENT) {
                sheet_octets(s, h->intercepting_element.value, h->intercepting_element.value, NULL, "eTSI671NEID");
            }
            s->depth--;
        } else if (element.tag == 1) {
            sheet_line(s, whole, CLAUSE, "communicationIdentityNumber: %lu", (unsigned long)h->identity_number);
        } else if (element.tag == 2) {
            show_country(s, &element, "deliveryCountryCode");
        } else {
            sheet_closed(s, whole, CLAUSE, "[%u]: %zu octets, %s", element.tag, element.value.size,
                         element.tag == 3 ? "cINExtension" : "not known here");
        }
    }
    s->depth--;
}

static void show_header_field(struct sheet *s, const struct element *e, const struct xk_ps_header *h)
{
    static const char *const qualifiers[] = {"unknown", "timeOfInterception", "timeOfMediation", "timeOfAggregation"};
    struct xk_bytes whole = sheet_span(e->head, e->value);
    char text[SHEET_TEXT_MAX];
    switch (e->tag) {
    case 0:
        sheet_line(s, whole, CLAUSE, "li-psDomainId: 0.4.0.2.2.5.1.%lu", (unsigned long)h->domain_version);
        break;
    case 1:
        sheet_text(s, whole, h->liid, CLAUSE, "lawfulInterceptionIdentifier");
        break;
    case 2:
        show_country(s, e, "authorizationCountryCode");
        break;
    case 3:
        show_communication(s, e, h);
        break;
    case 4:
        sheet_line(s, whole, CLAUSE, "sequenceNumber: %lu", (unsigned long)h->sequence_number);
        break;
    case 5:
    case 7:
        sheet_line(s, whole, CLAUSE, "%s: %s UTC", e->tag == 5 ? "timeStamp" : "microSecondTimeStamp",
                   sheet_time(h->time, text));
        break;
    case 6:
        sheet_text(s, whole, h->interception_point, CLAUSE, "interceptionPointID");
        break;
    case 8:
        sheet_line(s, whole, CLAUSE, "timeStampQualifier: %s",
                   h->qualifier == XK_PS_QUALIFIER_ABSENT ? "not known here" : qualifiers[h->qualifier]);
        break;
    case 9:
        sheet_octets(s, whole, h->extended_interception_point, CLAUSE, "extendedInterceptionPointID");
        break;
    case 10:
        sheet_octets(s, whole, h->network_function, CLAUSE, "networkFunctionIdentifier");
        break;
    default:
        sheet_closed(s, whole, CLAUSE, "[%u]: %zu octets, not known here", e->tag, e->value.size);
        break;
    }
}

static void show_header(struct sheet *s, struct xk_bytes pdu, const struct xk_ps_header *h)
{
    struct element element;
    size_t at = 0;
    if (!der_next(pdu, &at, &element)) {
        return;
    }
    sheet_line(s, element.head, CLAUSE, "PS-PDU");
    s->depth++;
    if (der_find(element.value, 1, &element)) {
        struct xk_bytes around = element.value;
        sheet_line(s, element.head, CLAUSE, "pSHeader");
        s->depth++;
        at = 0;
        while (der_next(around, &at, &element)) {
            show_header_field(s, &element, h);
        }
        s->depth--;
    }
    s->depth--;
}

/* One IRIPayload that carries a record. */
static enum verdict show_payload(struct sheet *s, const struct xk_ps_payload *payload)
{
    struct xk_hi2_record record;
    struct xk_diag diag = {XK_OK, 0, ""};
    const uint8_t *data = payload->record.data;
    size_t size = payload->record.size;
    bool bare = payload->form == XK_PS_BARE_PARAMETERS;
    if (payload->module == 0) {
        sheet_closed(s, payload->record, CLAUSE, "IRIPayload: contents [%u], not a Umts or Eps record",
                     (unsigned int)payload->contents);
        return VALID;
    }
    enum xk_status status = bare ? xk_hi2_parameters_decode(payload->record_type, data, size, NULL, &record, &diag)
                                 : xk_hi2_record_decode(data, size, NULL, &record, &diag);
    if (status != XK_OK) {
        return sheet_invalid(s, (size_t)(data - s->octets.data), status, &diag);
    }
    sheet_line(s, (struct xk_bytes){data, 0}, CLAUSE, "IRIPayload: %s",
               payload->module == XK_HI2_UMTS ? "uMTSIRI" : "ePSIRI");
    s->depth++;
    show_record(s, payload->record, bare, &record);
    s->depth--;
    return VALID;
}

static enum verdict show_payloads(struct sheet *s, struct xk_bytes part, const struct xk_ps_pdu *pdu)
{
    enum verdict verdict = VALID;
    size_t base = (size_t)(part.data - s->octets.data);
    size_t position = 0;
    for (size_t i = 0; i < pdu->payload_count; i++) {
        struct xk_ps_payload payload;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t before = position;
        enum xk_status status = xk_ps_pdu_next_payload(pdu, &position, &payload, &diag);
        if (status != XK_OK) {
            verdict = sheet_invalid(s, base, status, &diag);
        } else if (show_payload(s, &payload) != VALID) {
            verdict = INVALID;
        }
        if (position == before) {
            break;
        }
    }
    return verdict;
}

static const char *const kinds[] = {
    "iRIPayloadSequence",     "cCPayloadSequence", "tRIPayload", "hI1-Operation", "encryptionContainer",
    "threeGPP-HI1-Operation", "iLHIPayload",       "hI4Payload", "not known here",
};

static enum verdict inspect_one(struct sheet *s, struct xk_bytes part)
{
    struct xk_ps_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t base = (size_t)(part.data - s->octets.data);
    enum xk_status status = xk_ps_pdu_decode(part.data, part.size, NULL, &pdu, &diag);
    if (status != XK_OK) {
        return sheet_invalid(s, base, status, &diag);
    }
    open_heads(s, part);
    show_header(s, part, &pdu.header);
    s->depth++;
    if (pdu.kind != XK_PS_IRI) {
        sheet_closed(s, pdu.payload, CLAUSE, "payload: %s, %zu octets", kinds[pdu.kind < 8 ? pdu.kind : 8],
                     pdu.payload.size);
    }
    enum verdict verdict = show_payloads(s, part, &pdu);
    s->depth--;
    return verdict;
}

enum verdict inspect_ps_pdus(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        struct xk_bytes left = sheet_part(sheet, at, sheet->octets.size - at);
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t size = 0;
        enum xk_status status = xk_ps_pdu_measure(left.data, left.size, NULL, &size, &diag);
        if (status != XK_OK) {
            return sheet_invalid(sheet, at, status, &diag);
        }
        if (inspect_one(sheet, sheet_part(sheet, at, size)) != VALID) {
            verdict = INVALID;
        }
        at += size < left.size ? size : left.size;
    } while (at < sheet->octets.size);
    return verdict;
}
