/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An HI2 record. What its parameters say comes from libxk's reader, where they stand from the encoding. Parameters
 * that are not known here are told by tag and size: nobody knows whether there is a key in them.
 */
#include "inspect/hi2.h"

#include <stdio.h>
#include <string.h>

#include <xk/hi2_read.h>

#include "inspect/der.h"
#include "inspect/parameter.h"
#include "inspect/sip.h"

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

static void show_correlation(const struct parameter *p)
{
    const struct xk_hi2_record *r = p->record;
    const char *form = r->correlation_both              ? "both-IRI-CC"
                       : r->correlation_cc.data != NULL ? "iri-to-CC"
                                                        : "iri-to-iri";
    sheet_line(p->sheet, p->element.head, p->section, "correlation: %s", form);
    p->sheet->depth++;
    if (r->correlation_cc.data != NULL) {
        sheet_text(p->sheet, sheet_place(p->sheet, r->correlation_cc, p->element.value), r->correlation_cc, NULL, "cc");
    }
    if (r->correlation_iri.data != NULL) {
        sheet_text(p->sheet, sheet_place(p->sheet, r->correlation_iri, p->element.value), r->correlation_iri, NULL,
                   "iri");
    }
    p->sheet->depth--;
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
    const struct xk_hi2_record *r = p->record;
    sheet_line(p->sheet, p->element.head, p->section, "networkIdentifier");
    p->sheet->depth++;
    sheet_text(p->sheet, sheet_place(p->sheet, r->operator_identifier, p->element.head), r->operator_identifier, NULL,
               "operator-Identifier");
    show_element(p->sheet, &r->network_element, p->element.head);
    p->sheet->depth--;
}

static void show_roaming(const struct parameter *p)
{
    static const char *const names[] = {"not known here", "roamingLBO", "roamingS8HR"};
    sheet_line(p->sheet, p->whole, p->section, "roamingIndication: %s", names[p->record->roaming]);
}

/* A SIP message is shown as far as it can be read, and does not count. */
static void show_text(const struct parameter *p, struct xk_bytes text, const char *name, bool body)
{
    sheet_line(p->sheet, p->element.head, p->section, "%s: %zu octets", name, text.size);
    p->sheet->depth++;
    if (p->element.tag == 30) {
        show_message(p->sheet, text, p->element.value);
    } else {
        show_lines(p->sheet, text, p->element.value, body);
    }
    p->sheet->depth--;
}

/* Parameters whose tags the modules do not share. */
static bool show_own(const struct parameter *p)
{
    static const struct {
        uint8_t umts;
        uint8_t eps;
    } tags[] = {{36, 42}, {44, 50}, {38, 44}, {39, 45}, {40, 46}, {41, 47}, {45, 56}, {46, 57}, {0, 76}};
    const struct xk_hi2_record *r = p->record;
    size_t row = 0;
    while (row < sizeof tags / sizeof tags[0] &&
           p->element.tag != (r->module == XK_HI2_UMTS ? tags[row].umts : tags[row].eps)) {
        row++;
    }
    switch (row) {
    case 0:
        show_keys(p);
        return true;
    case 1:
        sheet_line(p->sheet, p->whole, "TS 33.107 7A.7.2", "mediaSecFailureIndication: genericFailure");
        return true;
    case 2:
        show_text(p, r->header_offer, "sipMessageHeaderOffer", false);
        return true;
    case 3:
        show_text(p, r->header_answer, "sipMessageHeaderAnswer", false);
        return true;
    case 4:
        show_text(p, r->sdp_offer, "sdpOffer", true);
        return true;
    case 5:
        show_text(p, r->sdp_answer, "sdpAnswer", true);
        return true;
    case 6:
        show_pani(p);
        return true;
    case 7:
        show_ims_voip(p);
        return true;
    case 8:
        show_roaming(p);
        return true;
    default:
        return false;
    }
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
        show_text(p, r->sip_message, "sIPMessage", false);
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
    if (!show_own(p)) {
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
        size_t end = (size_t)(element.whole.data + element.whole.size - (element.value.data + element.value.size));
        sheet_open(sheet, (struct xk_bytes){element.value.data + element.value.size, end});
        if ((element.kind & 0x20) != 0 && level + 1 < HI2_LEVELS) {
            level++;
            inside[level] = element.value;
            at[level] = 0;
        }
    }
}

void show_record(struct sheet *sheet, struct xk_bytes part, bool bare, const struct xk_hi2_record *record)
{
    struct parameter p = {sheet, record, {0, 0, {part.data, 0}, part, part}, {NULL, 0}, module_section(record)};
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
        p.whole = p.element.whole;
        show_parameter(&p);
    }
    sheet->depth--;
}

/* Is it DER, as it is to be when libxk wrote it? That is told, and does not count: B.1 of TS 33.108 allows BER. */
static void show_rules(const struct sheet *s, struct xk_bytes part)
{
    struct xk_hi2_record record;
    struct xk_diag diag = {XK_OK, 0, ""};
    if (xk_hi2_record_decode(part.data, part.size, NULL, &record, &diag) != XK_OK) {
        sheet_not_der(s, (size_t)(part.data - s->octets.data), &diag);
    }
}

enum verdict inspect_record(struct sheet *sheet, struct xk_bytes part)
{
    struct xk_hi2_record record;
    struct xk_diag diag = {XK_OK, 0, ""};
    const struct xk_read_options options = sheet_ber(sheet, READER_RECORD);
    enum xk_status status = xk_hi2_record_decode(part.data, part.size, &options, &record, &diag);
    if (status != XK_OK) {
        return sheet_invalid(sheet, (size_t)(part.data - sheet->octets.data), status, &diag);
    }
    show_rules(sheet, part);
    open_heads(sheet, part);
    show_record(sheet, part, false, &record);
    return VALID;
}

/* Records may stand one behind the other; what begins like none belongs to the one before, whose fault it is. */
enum verdict inspect_hi2(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        struct element element;
        struct xk_bytes part = sheet_part(sheet, at, sheet->octets.size - at);
        bool whole = der_next(sheet->octets, &at, &element);
        bool more = whole && at < sheet->octets.size && sheet->octets.data[at] >= 0xa1 &&
                    sheet->octets.data[at] <= 0xa4;
        part = more ? element.whole : part;
        verdict = inspect_record(sheet, part) == VALID ? verdict : INVALID;
        at = more ? at : sheet->octets.size;
    } while (at < sheet->octets.size);
    return verdict;
}
