/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An HI2 record. What its parameters say comes from libxk's reader, where they stand from the encoding. Parameters
 * that are not known here are told by tag and size: nobody knows whether there is a key in them.
 */
#include "inspect/hi2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/hi2_read.h>
#include <xk/message.h>
#include <xk/secret.h>
#include <xk/sip.h>

#include "inspect/der.h"
#include "inspect/mikey.h"

/* One parameter on the way, and all that a line about it needs. */
struct parameter {
    struct sheet *sheet;
    const struct xk_hi2_record *record;
    struct element element;
    struct xk_bytes whole;
    const char *section;
};

static const char *record_name(enum xk_hi2_record_type type)
{
    static const char *const names[] = {"?", "BEGIN", "END", "CONTINUE", "REPORT"};
    return names[(unsigned int)type <= XK_HI2_REPORT ? type : 0];
}

static const char *module_section(const struct xk_hi2_record *record)
{
    return record->module == XK_HI2_UMTS ? "TS 33.108 B.3" : "TS 33.108 B.9";
}

static void show_time(const struct parameter *p)
{
    static const char *const seasons[] = {"not provided", "winter", "summer"};
    const struct xk_hi2_record *r = p->record;
    char text[SHEET_TEXT_MAX];
    if (r->time_form == XK_HI2_LOCAL_TIME) {
        sheet_line(p->sheet, p->whole, p->section, "timeStamp: localTime %s, winterSummerIndication %s",
                   sheet_time(r->time, text), seasons[r->season]);
    } else {
        sheet_line(p->sheet, p->whole, p->section, "timeStamp: utcTime %s UTC", sheet_time(r->time, text));
    }
}

/* Telephony BCD: the low half of an octet first, 15 fills up. */
static void show_digits(struct sheet *s, struct xk_bytes value, const char *name)
{
    char digits[2 * 16 + 1];
    size_t at = 0;
    for (size_t i = 0; i < value.size && i < 16; i++) {
        const unsigned int halves[2] = {value.data[i] & 0x0fu, value.data[i] >> 4};
        for (size_t k = 0; k < 2; k++) {
            if (halves[k] != 15) {
                digits[at++] = "0123456789*#abc?"[halves[k]];
            }
        }
    }
    digits[at] = '\0';
    sheet_line(s, value, NULL, "%s: %s", name, digits);
}

static void show_party(struct sheet *s, const struct xk_party *party)
{
    const struct xk_bytes digits[] = {party->imei, party->imsi};
    const struct xk_bytes texts[] = {party->e164, party->sip_uri, party->tel_uri, party->nai, party->impi};
    static const char *const digits_names[] = {"imei", "imsi"};
    static const char *const texts_names[] = {"e164-Format", "sip-uri", "tel-uri", "nai", "iMPI"};
    for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
        if (digits[i].data != NULL) {
            show_digits(s, digits[i], digits_names[i]);
        }
    }
    if (party->msisdn.data != NULL) {
        sheet_octets(s, party->msisdn, party->msisdn, NULL, "msISDN, AddressString");
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].data != NULL) {
            sheet_text(s, texts[i], texts[i], NULL, texts_names[i]);
        }
    }
}

static void show_parties(const struct parameter *p)
{
    struct xk_party party;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, p->section, "partyInformation: %zu", p->record->party_count);
    p->sheet->depth++;
    while (xk_hi2_next_party(p->record, &position, &party) && der_next(p->element.value, &at, &element)) {
        sheet_line(p->sheet, element.head, NULL, "PartyInformation");
        p->sheet->depth++;
        show_party(p->sheet, &party);
        p->sheet->depth--;
    }
    p->sheet->depth--;
}

static void show_keys(const struct parameter *p)
{
    struct xk_iri_key key;
    struct element element;
    size_t position = 0;
    size_t at = 0;
    sheet_line(p->sheet, p->element.head, p->section, "mediaDecryption-info: %zu key(s)", p->record->key_count);
    p->sheet->depth++;
    while (xk_hi2_next_key(p->record, &position, &key) && der_next(p->element.value, &at, &element)) {
        sheet_line(p->sheet, element.head, NULL, "CCKeyInfo");
        p->sheet->depth++;
        sheet_octets(p->sheet, key.cs_id, key.cs_id, "RFC 6043 6.1.1", "cCCSID");
        sheet_secret(p->sheet, key.key, key.key, "TS 33.107 7A.7.2", "cCDecKey");
        if (key.salt.data != NULL) {
            sheet_secret(p->sheet, key.salt, key.salt, "TS 33.107 7A.7.2", "cCSalt");
        }
        p->sheet->depth--;
    }
    p->sheet->depth--;
}

static void show_national(const struct parameter *p)
{
    struct xk_bytes parameter;
    size_t position = 0;
    sheet_line(p->sheet, p->element.head, p->section, "national-Parameters: %zu", p->record->national_count);
    p->sheet->depth++;
    while (xk_hi2_next_national(p->record, &position, &parameter)) {
        sheet_closed(p->sheet, parameter, NULL, "national parameter: %zu octets", parameter.size);
    }
    p->sheet->depth--;
}

static void show_correlation(const struct parameter *p)
{
    const struct xk_hi2_record *r = p->record;
    const char *form = r->correlation_both              ? "both-IRI-CC"
                       : r->correlation_cc.data != NULL ? "iri-to-CC"
                                                        : "iri-to-iri";
    sheet_line(p->sheet, p->element.head, p->section, "correlation: %s", form);
    p->sheet->depth++;
    if (r->correlation_cc.data != NULL) {
        sheet_text(p->sheet, r->correlation_cc, r->correlation_cc, NULL, "cc");
    }
    if (r->correlation_iri.data != NULL) {
        sheet_text(p->sheet, r->correlation_iri, r->correlation_iri, NULL, "iri");
    }
    p->sheet->depth--;
}

/* The MIKEY message in it has offsets of its own, since it stands there in base64. */
static void show_sip(const struct parameter *p)
{
    struct xk_bytes sip = p->record->sip_message;
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_mikey_message message;
    size_t size = 0;
    uint8_t *mikey = malloc(XK_MIKEY_MAX);
    enum xk_status status = XK_E_MEMORY;
    sheet_line(p->sheet, p->element.head, p->section, "sIPMessage: %zu octets", sip.size);
    if (mikey != NULL) {
        status = xk_sip_find_mikey(sip.data, sip.size, mikey, XK_MIKEY_MAX, &size, &diag);
    }
    p->sheet->depth++;
    if (status == XK_OK) {
        struct sheet inner;
        sheet_closed(p->sheet, p->element.value, "RFC 4567 3",
                     "a=key-mgmt:mikey, base64 of %zu octets, counted from 0 below", size);
        sheet_begin(&inner, (struct xk_bytes){mikey, size}, p->sheet->depth + 1, p->sheet->show_keys);
        (void)inspect_mikey(&inner, inner.octets, &message);
        sheet_end(&inner);
    } else {
        sheet_closed(p->sheet, p->element.value, NULL, "no MIKEY message in it: %s, %s", xk_status_name(status),
                     xk_status_text(status));
    }
    p->sheet->depth--;
    xk_wipe(mikey, size);
    free(mikey);
}

static void show_domain(const struct parameter *p)
{
    const struct xk_hi2_record *r = p->record;
    bool umts = r->module == XK_HI2_UMTS;
    sheet_line(p->sheet, p->whole, p->section, "%s: 0.4.0.2.2.4.%d.%u.%u, %s", umts ? "hi2DomainId" : "hi2epsDomainId",
               umts ? 1 : 8, r->oid_release, r->oid_version, umts ? "UmtsHI2Operations" : "EpsHI2Operations");
}

static void show_initiator(const struct parameter *p)
{
    static const char *const names[] = {"not-Available", "originating-Target", "terminating-Target"};
    sheet_line(p->sheet, p->whole, p->section, "initiator: %s", names[p->record->initiator]);
}

static void show_event(const struct parameter *p)
{
    static const char *const names[] = {
        "", " unfilteredSIPmessage", " sIPheaderOnly", " decryptionKeysAvailable",
        " startOfInterceptionForIMSEstablishedSession",
    };
    uint8_t event = p->record->event;
    sheet_line(p->sheet, p->whole, event == 3 ? "TS 33.107 7A.7.2" : p->section, "iMSevent: %u%s", event,
               names[event < sizeof names / sizeof names[0] ? event : 0]);
}

static void show_network(const struct parameter *p)
{
    static const char *const forms[] = {"", "e164-Format", "x25-Format", "iP-Format", "dNS-Format", "iP-Address",
                                        "iP-Address"};
    const struct xk_hi2_record *r = p->record;
    const struct xk_network_element *e = &r->network_element;
    sheet_line(p->sheet, p->element.head, p->section, "networkIdentifier");
    p->sheet->depth++;
    sheet_text(p->sheet, r->operator_identifier, r->operator_identifier, NULL, "operator-Identifier");
    if (e->form == XK_NETWORK_ELEMENT_DNS || e->form == XK_NETWORK_ELEMENT_IP_TEXT) {
        sheet_text(p->sheet, e->value, e->value, NULL, forms[e->form]);
    } else if (e->form != XK_NETWORK_ELEMENT_ABSENT) {
        sheet_octets(p->sheet, e->value, e->value, NULL, forms[e->form]);
    }
    p->sheet->depth--;
}

/* Parameters that are named and not opened. */
static const char *closed_name(uint32_t tag, bool umts)
{
    static const struct {
        uint8_t umts;
        uint8_t eps;
        const char *name;
    } rows[] = {
        {38, 44, "sipMessageHeaderOffer"}, {39, 45, "sipMessageHeaderAnswer"}, {40, 46, "sdpOffer"},
        {41, 47, "sdpAnswer"},             {45, 56, "pANI-Header-Info"},       {46, 57, "imsVoIP"},
        {0, 76, "roamingIndication"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (tag == (umts ? rows[i].umts : rows[i].eps)) {
            return rows[i].name;
        }
    }
    return NULL;
}

static void show_parameter(const struct parameter *p)
{
    const struct xk_hi2_record *r = p->record;
    bool umts = r->module == XK_HI2_UMTS;
    switch (p->element.tag) {
    case 0:
        show_domain(p);
        return;
    case 1:
        sheet_text(p->sheet, p->whole, r->liid, p->section, "lawfulInterceptionIdentifier");
        return;
    case 3:
        show_time(p);
        return;
    case 4:
        show_initiator(p);
        return;
    case 9:
        show_parties(p);
        return;
    case 16:
        show_national(p);
        return;
    case 18:
        sheet_text(p->sheet, p->whole, r->correlation_number, p->section,
                   umts ? "gPRSCorrelationNumber" : "ePSCorrelationNumber");
        return;
    case 23:
        sheet_line(p->sheet, p->whole, p->section, "iRIversion: %u", r->iri_version);
        return;
    case 26:
        show_network(p);
        return;
    case 29:
        show_event(p);
        return;
    case 30:
        show_sip(p);
        return;
    case 35:
        show_correlation(p);
        return;
    case 255:
        sheet_text(p->sheet, p->whole, (struct xk_bytes){(const uint8_t *)r->country_code, 2}, p->section,
                   "national-HI2-ASN1parameters: countryCode");
        return;
    default:
        break;
    }
    if (p->element.tag == (umts ? 36u : 42u)) {
        show_keys(p);
    } else if (p->element.tag == (umts ? 44u : 50u)) {
        sheet_line(p->sheet, p->whole, "TS 33.107 7A.7.2", "mediaSecFailureIndication: genericFailure");
    } else if (closed_name(p->element.tag, umts) != NULL) {
        sheet_closed(p->sheet, p->whole, p->section, "%s: %zu octets", closed_name(p->element.tag, umts),
                     p->element.value.size);
    } else {
        sheet_closed(p->sheet, p->whole, p->section, "[%u]: %zu octets, not known here", p->element.tag,
                     p->element.value.size);
    }
}

void open_heads(struct sheet *sheet, struct xk_bytes around)
{
    struct xk_bytes inside[HI2_LEVELS] = {around};
    size_t at[HI2_LEVELS] = {0};
    unsigned int level = 0;
    struct element element;
    for (;;) {
        if (!der_next(inside[level], &at[level], &element)) {
            if (level-- == 0) {
                return;
            }
            continue;
        }
        sheet_open(sheet, element.head);
        if ((element.kind & 0x20) != 0 && level + 1 < HI2_LEVELS) {
            level++;
            inside[level] = element.value;
            at[level] = 0;
        }
    }
}

void show_record(struct sheet *sheet, struct xk_bytes part, bool bare, const struct xk_hi2_record *record)
{
    struct parameter p = {sheet, record, {0, 0, {part.data, 0}, part}, {NULL, 0}, module_section(record)};
    size_t at = 0;
    if (!bare) {
        (void)der_next(part, &at, &p.element);
    }
    struct xk_bytes parameters = p.element.value;
    sheet_line(sheet, p.element.head, p.section, "%s record%s", record_name(record->record_type),
               bare ? ", bare parameters" : "");
    sheet->depth++;
    at = 0;
    while (der_next(parameters, &at, &p.element)) {
        p.whole = sheet_span(p.element.head, p.element.value);
        show_parameter(&p);
    }
    sheet->depth--;
}

enum verdict inspect_hi2(struct sheet *sheet)
{
    struct xk_hi2_record record;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = xk_hi2_record_decode(sheet->octets.data, sheet->octets.size, NULL, &record, &diag);
    if (status != XK_OK) {
        return sheet_invalid(sheet, 0, status, &diag);
    }
    open_heads(sheet, sheet->octets);
    show_record(sheet, sheet->octets, false, &record);
    return VALID;
}
