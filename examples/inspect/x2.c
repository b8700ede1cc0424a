/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PDUs of TS 103 221-2. A header length tells where a PDU ends and nothing where one begins: behind one whose header
 * is broken nothing can be read.
 */
#include "inspect/x2.h"

#include <stdio.h>
#include <string.h>

#include <xk/x2.h>

#include "inspect/hi2.h"
#include "inspect/names.h"
#include "inspect/sip.h"

#define CLAUSE(number) "TS 103 221-2 " number
#define ATTRIBUTE_HEAD 4

static const struct name types[] = {
    {1, "X2", NULL}, {2, "X3", NULL}, {3, "keep-alive", NULL}, {4, "keep-alive acknowledgement", NULL}, {0, NULL, NULL},
};
static const struct name directions[] = {
    {0, "keep-alive", NULL},    {1, "unknown", NULL}, {2, "to target", NULL},
    {3, "from target", NULL},   {4, "several", NULL}, {5, "not applicable", NULL},
    {0, NULL, NULL},
};
static const struct name formats[] = {
    {0, "keep-alive", NULL},   {1, "TS 102 232-1", NULL}, {2, "TS 33.128", NULL}, {3, "TS 33.108", NULL},
    {4, "proprietary", NULL},  {5, "IPv4", NULL},         {6, "IPv6", NULL},      {7, "Ethernet", NULL},
    {8, "RTP", NULL},          {9, "SIP", NULL},          {10, "DHCP", NULL},     {11, "RADIUS", NULL},
    {12, "GTP-U", NULL},       {13, "MSRP", NULL},        {14, "EpsIRIContent", NULL}, {15, "MIME", NULL},
    {16, "unstructured", NULL}, {0, NULL, NULL},
};
static const struct name attributes[] = {
    {1, "TS 102 232-1", NULL},       {2, "TS 33.128", NULL},        {3, "TS 33.108", NULL},
    {4, "proprietary", NULL},        {5, "DID", NULL},              {6, "NFID", NULL},
    {7, "IPID", NULL},               {8, "sequence number", NULL},  {9, "time", NULL},
    {10, "source IPv4", NULL},       {11, "destination IPv4", NULL}, {12, "source IPv6", NULL},
    {13, "destination IPv6", NULL},  {14, "source port", NULL},     {15, "destination port", NULL},
    {16, "IP protocol", NULL},       {17, "matched target", NULL},  {18, "other target", NULL},
    {19, "MIME type", NULL},         {20, "MIME transfer encoding", NULL}, {21, "further XID", NULL},
    {22, "SDP", NULL},               {0, NULL, NULL},
};

static uint32_t number_of(struct xk_bytes octets)
{
    uint32_t number = 0;
    for (size_t i = 0; i < octets.size; i++) {
        number = number << 8 | octets.data[i];
    }
    return number;
}

static void show_header(struct sheet *s, const uint8_t *at, const struct xk_x2_pdu *pdu)
{
    const struct xk_bytes correlation = {at + 32, XK_X2_CORRELATION_SIZE};
    sheet_line(s, (struct xk_bytes){at, 2}, CLAUSE("5.2.1"), "version: %u", pdu->version);
    sheet_line(s, (struct xk_bytes){at + 2, 2}, CLAUSE("5.2.2"), "PDU type: %u %s", pdu->type,
               name_text(types, pdu->type));
    sheet_line(s, (struct xk_bytes){at + 4, 4}, CLAUSE("5.2.3"), "header length: %lu",
               (unsigned long)number_of((struct xk_bytes){at + 4, 4}));
    sheet_line(s, (struct xk_bytes){at + 8, 4}, CLAUSE("5.2.4"), "payload length: %zu", pdu->payload.size);
    sheet_line(s, (struct xk_bytes){at + 12, 2}, CLAUSE("5.2.5"), "payload format: %u %s", pdu->format,
               name_text(formats, pdu->format));
    sheet_line(s, (struct xk_bytes){at + 14, 2}, CLAUSE("5.2.6"), "payload direction: %u %s", pdu->direction,
               name_text(directions, pdu->direction));
    sheet_octets(s, (struct xk_bytes){at + 16, XK_X2_XID_SIZE}, (struct xk_bytes){pdu->xid, sizeof pdu->xid},
                 CLAUSE("5.2.7"), "XID");
    sheet_octets(s, correlation, (struct xk_bytes){pdu->correlation, sizeof pdu->correlation}, CLAUSE("5.2.8"),
                 "correlation ID");
}

static void show_further(struct sheet *s, struct xk_bytes whole, struct xk_bytes value)
{
    struct xk_x2_further_xid further;
    char xid[SHEET_TEXT_MAX];
    if (xk_x2_read_further_xid(value, &further, NULL) != XK_OK) {
        sheet_closed(s, whole, CLAUSE("5.3.22"), "further XID: %zu octets, broken", value.size);
        return;
    }
    snprintf(xid, sizeof xid, "further XID, correlation ID%s", further.has_sequence ? ", sequence number" : "");
    sheet_octets(s, whole, value, CLAUSE("5.3.22"), xid);
}

static void show_attribute(struct sheet *s, const struct xk_x2_attribute *attribute)
{
    const char *name = name_text(attributes, attribute->type);
    struct xk_bytes value = attribute->value;
    const struct xk_bytes whole = {value.data - ATTRIBUTE_HEAD, value.size + ATTRIBUTE_HEAD};
    char text[SHEET_TEXT_MAX];
    switch (attribute->type) {
    case XK_X2_ATTRIBUTE_DID:
    case XK_X2_ATTRIBUTE_NFID:
    case XK_X2_ATTRIBUTE_IPID:
    case XK_X2_ATTRIBUTE_MATCHED_TARGET:
    case XK_X2_ATTRIBUTE_OTHER_TARGET:
    case XK_X2_ATTRIBUTE_MIME_TYPE:
    case XK_X2_ATTRIBUTE_MIME_ENCODING:
        sheet_text(s, whole, value, CLAUSE("5.3"), name);
        return;
    case XK_X2_ATTRIBUTE_SEQUENCE:
    case XK_X2_ATTRIBUTE_SOURCE_PORT:
    case XK_X2_ATTRIBUTE_DESTINATION_PORT:
    case XK_X2_ATTRIBUTE_IP_PROTOCOL:
        if (value.size > 4) {
            break;
        }
        sheet_line(s, whole, CLAUSE("5.3"), "%s: %lu", name, (unsigned long)number_of(value));
        return;
    case XK_X2_ATTRIBUTE_TIME:
        if (value.size != 8) {
            break;
        }
        sheet_time((struct xk_utc){number_of((struct xk_bytes){value.data, 4}), 0}, text);
        sheet_line(s, whole, CLAUSE("5.3"), "%s: %s UTC and %lu ns", name, text,
                   (unsigned long)number_of((struct xk_bytes){value.data + 4, 4}));
        return;
    case XK_X2_ATTRIBUTE_SOURCE_IPV4:
    case XK_X2_ATTRIBUTE_DESTINATION_IPV4:
    case XK_X2_ATTRIBUTE_SOURCE_IPV6:
    case XK_X2_ATTRIBUTE_DESTINATION_IPV6:
        sheet_octets(s, whole, value, CLAUSE("5.3"), name);
        return;
    case XK_X2_ATTRIBUTE_FURTHER_XID:
        show_further(s, whole, value);
        return;
    case XK_X2_ATTRIBUTE_SDP:
        sheet_line(s, (struct xk_bytes){whole.data, ATTRIBUTE_HEAD}, CLAUSE("5.3"), "%s: %zu octets", name,
                   value.size);
        s->depth++;
        show_lines(s, value, whole, true);
        s->depth--;
        return;
    default:
        break;
    }
    sheet_closed(s, whole, CLAUSE("5.3"), "attribute %u %s: %zu octets", attribute->type, name, value.size);
}

static void show_attributes(struct sheet *s, const struct xk_x2_pdu *pdu)
{
    struct xk_x2_attribute attribute;
    size_t at = 0;
    while (xk_x2_next_attribute(pdu, &at, &attribute)) {
        show_attribute(s, &attribute);
    }
    for (unsigned int i = 0; i < XK_X2_DEVIATION_COUNT; i++) {
        enum xk_x2_deviation deviation = (enum xk_x2_deviation)(1u << i);
        if ((pdu->deviations & (uint32_t)deviation) != 0) {
            sheet_line(s, (struct xk_bytes){pdu->payload.data, 0}, NULL, "deviation: %s",
                       xk_x2_deviation_name(deviation));
        }
    }
}

static enum verdict show_ims_message(struct sheet *s, const struct xk_x2_pdu *pdu)
{
    struct xk_x2_payload payload;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = xk_x2_read_payload(pdu, &payload, &diag);
    if (status != XK_OK) {
        return sheet_invalid(s, (size_t)(pdu->payload.data - s->octets.data), status, &diag);
    }
    struct xk_bytes none = {pdu->payload.data, 0};
    sheet_closed(s, pdu->payload, "TS 33.128", "XIRIEvent %lu%s", (unsigned long)payload.event,
                 payload.event == XK_X2_EVENT_IMS_MESSAGE ? " iMSMessage" : ", not known here");
    if (payload.sip.data == NULL) {
        return VALID;
    }
    s->depth++;
    sheet_line(s, none, "TS 33.128", "session direction: %u %s%s", payload.direction,
               name_text(directions, payload.direction), payload.modified ? ", modified by the CSCF" : "");
    if (payload.source_ip.data != NULL) {
        sheet_octets(s, payload.source_ip, payload.source_ip, "TS 33.128", "source IP address");
    }
    if (payload.destination_ip.data != NULL) {
        sheet_octets(s, payload.destination_ip, payload.destination_ip, "TS 33.128", "destination IP address");
    }
    show_message(s, payload.sip, payload.sip);
    s->depth--;
    return VALID;
}

static enum verdict show_payload(struct sheet *s, const struct xk_x2_pdu *pdu)
{
    struct xk_bytes payload = pdu->payload;
    struct xk_bytes none = {payload.data, 0};
    if (payload.size == 0) {
        return VALID;
    }
    switch (pdu->format) {
    case XK_X2_FORMAT_SIP:
        sheet_line(s, none, CLAUSE("5.4"), "SIP message: %zu octets", payload.size);
        s->depth++;
        show_message(s, payload, payload);
        s->depth--;
        return VALID;
    case XK_X2_FORMAT_TS_33_128:
        return show_ims_message(s, pdu);
    case XK_X2_FORMAT_EPS_IRI:
        return inspect_record(s, payload);
    case XK_X2_FORMAT_TS_102_232_1:
        return inspect_ps_pdus_in(s, payload);
    default:
        break;
    }
    sheet_closed(s, payload, CLAUSE("5.4"), "payload: %s, %zu octets", name_text(formats, pdu->format), payload.size);
    return VALID;
}

static enum verdict inspect_one(struct sheet *s, struct xk_bytes part)
{
    struct xk_x2_pdu pdu;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = xk_x2_parse(part.data, part.size, &pdu, &diag);
    if (status != XK_OK) {
        return sheet_invalid(s, (size_t)(part.data - s->octets.data), status, &diag);
    }
    sheet_line(s, (struct xk_bytes){part.data, 0}, CLAUSE("5"), "PDU: %zu octets", part.size);
    s->depth++;
    show_header(s, part.data, &pdu);
    show_attributes(s, &pdu);
    enum verdict verdict = show_payload(s, &pdu);
    s->depth--;
    return verdict;
}

enum verdict inspect_x2(struct sheet *sheet)
{
    enum verdict verdict = VALID;
    size_t at = 0;
    do {
        struct xk_bytes left = sheet_part(sheet, at, sheet->octets.size - at);
        struct xk_diag diag = {XK_OK, 0, ""};
        uint64_t size = 0;
        enum xk_status status = xk_x2_measure(left.data, left.size, &size, &diag);
        if (status != XK_OK) {
            return sheet_invalid(sheet, at, status, &diag);
        }
        left.size = size < left.size ? (size_t)size : left.size;
        verdict = inspect_one(sheet, left) == VALID ? verdict : INVALID;
        at += left.size;
    } while (at < sheet->octets.size);
    return verdict;
}
