/* SPDX-License-Identifier: BSD-2-Clause */
/* PS-PDUs of TS 102 232-1, as many as stand one behind the other. */
#include <stdio.h>
#include <string.h>

#include <xk/ps_pdu.h>

#include "inspect/der.h"
#include "inspect/hi2.h"

#define CLAUSE "TS 102 232-1"

static void show_country(struct sheet *s, const struct element *e, const char country[2], const char *name)
{
    sheet_text(s, e->whole, (struct xk_bytes){(const uint8_t *)country, 2}, CLAUSE, name);
}

void show_element(struct sheet *sheet, const struct xk_network_element *element, struct xk_bytes around)
{
    static const char *const forms[] = {"", "e164-Format", "x25-Format", "iP-Format", "dNS-Format", "iP-Address",
                                        "iP-Address"};
    struct xk_bytes place = sheet_place(sheet, element->value, around);
    if (element->form == XK_NETWORK_ELEMENT_ABSENT) {
        return;
    }
    if (element->form == XK_NETWORK_ELEMENT_DNS || element->form == XK_NETWORK_ELEMENT_IP_TEXT) {
        sheet_text(sheet, place, element->value, NULL, forms[element->form]);
    } else {
        sheet_octets(sheet, place, element->value, NULL, forms[element->form]);
    }
    if (element->ipv6_prefix != 0) {
        sheet_line(sheet, (struct xk_bytes){around.data, 0}, NULL, "iPv6PrefixLength: %u", element->ipv6_prefix);
    }
}

/* Behind an identifier for which this program has no name may be anything. */
static void show_identifier(struct sheet *s, const struct element *around, const struct xk_ps_header *h)
{
    sheet_line(s, around->head, CLAUSE, "networkIdentifier");
    s->depth++;
    sheet_text(s, sheet_place(s, h->operator_identifier, around->head), h->operator_identifier, NULL,
               "operatorIdentifier");
    if (h->network_element.data != NULL) {
        sheet_text(s, sheet_place(s, h->network_element, around->head), h->network_element, NULL,
                   "networkElementIdentifier");
    }
    if (h->intercepting_element.form != XK_NETWORK_ELEMENT_ABSENT) {
        sheet_line(s, (struct xk_bytes){around->head.data, 0}, NULL, "eTSI671NEID");
        s->depth++;
        show_element(s, &h->intercepting_element, around->head);
        s->depth--;
    }
    s->depth--;
}

static void show_communication(struct sheet *s, const struct element *around, const struct xk_ps_header *h)
{
    struct element element;
    size_t at = 0;
    sheet_line(s, around->head, CLAUSE, "communicationIdentifier");
    s->depth++;
    while (der_next(around->value, &at, &element)) {
        struct xk_bytes whole = element.whole;
        if (element.tag == 0) {
            show_identifier(s, &element, h);
        } else if (element.tag == 1) {
            sheet_line(s, whole, CLAUSE, "communicationIdentityNumber: %lu", (unsigned long)h->identity_number);
        } else if (element.tag == 2) {
            show_country(s, &element, h->delivery_country, "deliveryCountryCode");
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
    struct xk_bytes whole = e->whole;
    char text[SHEET_TEXT_MAX];
    switch (e->tag) {
    case 0:
        sheet_line(s, whole, CLAUSE, "li-psDomainId: 0.4.0.2.2.5.1.%lu", (unsigned long)h->domain_version);
        break;
    case 1:
        sheet_text(s, whole, h->liid, CLAUSE, "lawfulInterceptionIdentifier");
        break;
    case 2:
        show_country(s, e, h->authorization_country, "authorizationCountryCode");
        break;
    case 3:
        show_communication(s, e, h);
        break;
    case 4:
        sheet_line(s, whole, CLAUSE, "sequenceNumber: %lu", (unsigned long)h->sequence_number);
        break;
    case 5:
    case 7:
        if (e->tag == 5 && h->time_form != XK_PS_TIME_GENERALIZED) { /* where both are, the other one counts */
            sheet_text(s, whole, e->value, CLAUSE, "timeStamp");
            break;
        }
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
        sheet_text(s, whole, h->extended_interception_point, CLAUSE, "extendedInterceptionPointID");
        break;
    case 10:
        sheet_text(s, whole, h->network_function, CLAUSE, "networkFunctionIdentifier");
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
    const struct xk_read_options options = sheet_ber(s, READER_RECORD);
    struct xk_hi2_record record;
    struct xk_diag diag = {XK_OK, 0, ""};
    const uint8_t *data = payload->record.data;
    size_t size = payload->record.size;
    size_t base = (size_t)(data - s->octets.data);
    bool bare = payload->form == XK_PS_BARE_PARAMETERS;
    enum xk_hi2_record_type type = payload->record_type;
    if (payload->module == 0) {
        sheet_closed(s, payload->record, CLAUSE, "IRIPayload: contents [%u], not a Umts or Eps record",
                     (unsigned int)payload->contents);
        return VALID;
    }
    enum xk_status status = bare ? xk_hi2_parameters_decode(type, data, size, &options, &record, &diag)
                                 : xk_hi2_record_decode(data, size, &options, &record, &diag);
    if (status != XK_OK) {
        return sheet_invalid(s, base, status, &diag);
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

/* Is all of it DER, records included? That is told, and does not count: 5.3 of TS 102 232-1 allows BER. */
static void show_rules(const struct sheet *s, struct xk_bytes part)
{
    struct xk_ps_pdu pdu;
    struct xk_ps_payload payload;
    struct xk_hi2_record record;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t base = (size_t)(part.data - s->octets.data);
    size_t position = 0;
    enum xk_status status = xk_ps_pdu_decode(part.data, part.size, NULL, &pdu, &diag);
    for (size_t i = 0; status == XK_OK && i < pdu.payload_count; i++) {
        status = xk_ps_pdu_next_payload(&pdu, &position, &payload, &diag);
        if (status != XK_OK || payload.module == 0) {
            continue;
        }
        base = (size_t)(payload.record.data - s->octets.data);
        const uint8_t *data = payload.record.data;
        status = payload.form == XK_PS_BARE_PARAMETERS
                     ? xk_hi2_parameters_decode(payload.record_type, data, payload.record.size, NULL, &record, &diag)
                     : xk_hi2_record_decode(data, payload.record.size, NULL, &record, &diag);
    }
    if (status != XK_OK) {
        sheet_not_der(s, base, &diag);
    }
}

static enum verdict inspect_one(struct sheet *s, struct xk_bytes part)
{
    const struct xk_read_options options = sheet_ber(s, READER_ENVELOPE);
    struct xk_ps_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t base = (size_t)(part.data - s->octets.data);
    enum xk_status status = xk_ps_pdu_decode(part.data, part.size, &options, &pdu, &diag);
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
    enum verdict verdict = pdu.kind == XK_PS_TRI ? show_tri(s, part, pdu.payload) : show_payloads(s, part, &pdu);
    if (verdict == VALID) {
        show_rules(s, part);
    }
    s->depth--;
    return verdict;
}

/* Where the next PS-PDU may begin, from `at` on: three heads one inside the other, and li-psDomainId in the last. */
static size_t find_next(struct xk_bytes octets, size_t at)
{
    static const uint8_t domain[] = {4, 0, 2, 2, 5, 1};
    for (; at < octets.size; at++) {
        struct element pdu;
        struct element header;
        struct element id;
        size_t in = at;
        if (octets.data[at] == 0x30 && der_head(octets, &in, &pdu) && der_head(octets, &in, &header) &&
            header.head.data[0] == 0xa1 && der_head(octets, &in, &id) && id.head.data[0] == 0x80 &&
            octets.size - in >= sizeof domain && memcmp(octets.data + in, domain, sizeof domain) == 0) {
            break;
        }
    }
    return at;
}

/* The next of the PS-PDUs in `octets`; `*at` moves behind it, or to where the next one may begin if it is broken. */
static enum verdict inspect_next(struct sheet *sheet, struct xk_bytes octets, size_t *at)
{
    const struct xk_read_options options = sheet_ber(sheet, READER_ENVELOPE);
    const struct xk_bytes left = {octets.data + *at, octets.size - *at};
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t size = 0;
    enum xk_status status = xk_ps_pdu_measure(left.data, left.size, &options, &size, &diag);
    size = size < left.size ? size : left.size;
    enum verdict verdict = status == XK_OK
                               ? inspect_one(sheet, (struct xk_bytes){left.data, size})
                               : sheet_invalid(sheet, (size_t)(left.data - sheet->octets.data), status, &diag);
    if (verdict == VALID) {
        *at += size;
        return VALID;
    }
    size_t next = find_next(octets, *at + 1);
    if (next < octets.size) {
        sheet_closed(sheet, (struct xk_bytes){left.data, next - *at}, NULL,
                     "%zu octets stepped over, to where a PS-PDU begins again", next - *at);
    }
    *at = next;
    return INVALID;
}

enum verdict inspect_ps_pdus_in(struct sheet *sheet, struct xk_bytes part)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        if (inspect_next(sheet, part, &at) != VALID) {
            verdict = INVALID;
        }
    } while (at < part.size);
    return verdict;
}

enum verdict inspect_ps_pdus(struct sheet *sheet)
{
    return inspect_ps_pdus_in(sheet, sheet->octets);
}
