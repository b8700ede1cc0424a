/* SPDX-License-Identifier: BSD-2-Clause */
/* Transport-related information: what the two ends of a delivery say about the delivery itself. */
#include <stdio.h>

#include <xk/tri.h>

#include "inspect/hi2.h"
#include "inspect/names.h"

#define CLAUSE "TS 102 232-1"
#define NUMBERS_SHOWN 32 /* of the numbers that an integrity check covers */

static void show_numbers(struct sheet *s, struct xk_bytes place, const struct xk_tri *tri)
{
    char text[11 * NUMBERS_SHOWN + 1] = "";
    size_t at = 0;
    size_t position = 0;
    uint32_t number;
    for (size_t i = 0; i < NUMBERS_SHOWN && xk_tri_next_number(tri, &position, &number) == XK_OK; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, " %lu", (unsigned long)number);
    }
    sheet_line(s, place, CLAUSE, "includedSequenceNumbers: %zu:%s%s", tri->number_count, text,
               tri->number_count > NUMBERS_SHOWN ? " ..." : "");
}

static void show_check(struct sheet *s, struct xk_bytes payload, const struct xk_tri *tri)
{
    static const struct name checks[] = {{1, "hash", NULL}, {2, "signature", NULL}, {0, NULL, NULL}};
    static const struct name data[] = {
        {0, "absent", NULL}, {1, "iRI", NULL}, {2, "cC", NULL}, {3, "iLHI", NULL}, {0, NULL, NULL}};
    static const struct name hashes[] = {{0, "absent", NULL},  {1, "SHA-1", NULL},   {2, "SHA-256", NULL},
                                         {3, "SHA-384", NULL}, {4, "SHA-512", NULL}, {0, NULL, NULL}};
    static const struct name signatures[] = {
        {0, "absent", NULL}, {1, "dSA", NULL}, {2, "eCDSA", NULL}, {3, "edDSA", NULL}, {0, NULL, NULL}};
    struct xk_bytes none = {payload.data, 0};
    show_numbers(s, sheet_place(s, tri->included, payload), tri);
    sheet_line(s, none, CLAUSE, "checkType: %s", name_text(checks, tri->check_type));
    sheet_line(s, none, CLAUSE, "dataType: %s", name_text(data, tri->data_type));
    sheet_line(s, none, CLAUSE, "hashAlgorithm: %s", name_text(hashes, tri->hash_algorithm));
    sheet_line(s, none, CLAUSE, "signatureAlgorithm: %s", name_text(signatures, tri->signature_algorithm));
    sheet_octets(s, sheet_place(s, tri->check_value, payload), tri->check_value, CLAUSE, "checkValue");
}

static const char *option_text(uint32_t options)
{
    if ((options & XK_TRI_OPTION_ACKNOWLEDGEMENT) != 0) {
        return (options & XK_TRI_OPTION_UNKNOWN) != 0 ? "pDUAcknowledgement and others not known here"
                                                      : "pDUAcknowledgement";
    }
    return options != 0 ? "none that is known here" : "none";
}

static void show_content(struct sheet *s, struct xk_bytes payload, const struct xk_tri *tri)
{
    static const struct name priorities[] = {
        {0, "absent", NULL}, {1, "error", NULL}, {2, "informational", NULL}, {0, NULL, NULL}};
    struct xk_bytes none = {payload.data, 0};
    switch (tri->type) {
    case XK_TRI_INTEGRITY_CHECK:
        show_check(s, payload, tri);
        break;
    case XK_TRI_PADDING:
        sheet_closed(s, sheet_place(s, tri->octets, payload), CLAUSE, "padding: %zu octets", tri->octets.size);
        break;
    case XK_TRI_OPERATOR_LEA_MESSAGE:
        sheet_line(s, none, CLAUSE, "messagePriority: %s", name_text(priorities, tri->priority));
        sheet_text(s, sheet_place(s, tri->octets, payload), tri->octets, CLAUSE, "message");
        break;
    case XK_TRI_OPTION_REQUEST:
        sheet_line(s, none, CLAUSE, "requestedOptions: %s", option_text(tri->options));
        break;
    case XK_TRI_OPTION_RESPONSE:
        sheet_line(s, none, CLAUSE, "acceptedOptions: %s", option_text(tri->options));
        sheet_line(s, none, CLAUSE, "declinedOptions: %s", option_text(tri->declined));
        break;
    case XK_TRI_TEST_PDU:
    case XK_TRI_KEEP_ALIVE:
    case XK_TRI_KEEP_ALIVE_RESPONSE:
    case XK_TRI_FIRST_SEGMENT:
    case XK_TRI_LAST_SEGMENT:
    case XK_TRI_CIN_RESET:
    case XK_TRI_OPTION_COMPLETE:
    case XK_TRI_ACKNOWLEDGEMENT_REQUEST:
    case XK_TRI_ACKNOWLEDGEMENT_RESPONSE:
        break;
    }
}

enum verdict show_tri(struct sheet *sheet, struct xk_bytes pdu, struct xk_bytes payload)
{
    const struct xk_read_options options = sheet_ber(sheet, READER_RECORD);
    struct xk_ps_header header;
    struct xk_tri tri;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status = xk_tri_decode(pdu.data, pdu.size, &options, &header, &tri, &diag);
    if (status != XK_OK) {
        return sheet_invalid(sheet, (size_t)(pdu.data - sheet->octets.data), status, &diag);
    }
    struct xk_bytes none = {payload.data, 0};
    sheet->depth++;
    sheet_line(sheet, none, CLAUSE, "TRI: [%u] %s", (unsigned int)tri.type, xk_tri_type_name(tri.type));
    sheet->depth++;
    show_content(sheet, payload, &tri);
    sheet->depth -= 2;
    return VALID;
}
