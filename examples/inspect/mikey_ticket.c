/* SPDX-License-Identifier: BSD-2-Clause */
/* The TICKET payload: fixed fields and flags, policy, Ticket Data and Initiator Data (RFC 6043 6.10, appendix A). */
#include <stdio.h>

#include <xk/mikey_ticket.h>

#include "inspect/mikey.h"
#include "inspect/names.h"

#define FIXED 10 /* octets up to and with the length of TP Data */

static struct xk_bytes slice(struct xk_bytes whole, size_t from, size_t size)
{
    return (struct xk_bytes){whole.data + from, size};
}

static void show_flags(struct sheet *s, const struct xk_mikey_ticket *ticket)
{
    static const char letters[] = "DEFGHIJKLMNO";
    char set[2 * sizeof letters] = "";
    size_t at = 0;
    for (unsigned int i = 0; letters[i] != '\0'; i++) {
        if ((ticket->flags & 1u << i) != 0) {
            set[at++] = ' ';
            set[at++] = letters[i];
        }
    }
    sheet_line(s, slice(ticket->whole, 5, 3), NULL, "PRF func: %u %s; flags:%s", ticket->prf,
               name_text(names_prf, ticket->prf), at > 0 ? set : " none");
}

/* The policy: an octet with the type of its first payload, which counts as part of it, then the chain. */
static void show_tp_data(struct sheet *s, const struct xk_mikey_ticket *ticket)
{
    sheet_line(s, slice(ticket->whole, FIXED - 2, 3), "RFC 6043 6.10", "TP Data: %zu octets", ticket->policy.size);
    s->depth++;
    show_chain(s, ticket->policy, 1, ticket->policy.data[0]);
    s->depth--;
}

static enum verdict show_base_ticket(struct sheet *s, const struct xk_mikey_ticket *ticket)
{
    struct xk_mikey_ticket_data data;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t base = (size_t)(ticket->whole.data - s->octets.data) - ticket->offset;
    enum xk_status status = xk_mikey_read_ticket_data(ticket, &data, &diag);
    if (status != XK_OK) {
        return sheet_invalid(s, base, status, &diag);
    }
    size_t header = data.header.size + 3;
    s->depth++;
    sheet_line(s, slice(ticket->ticket_data, 0, 3), "RFC 6043 A", "THDR: %zu octets", data.header.size);
    show_chain(s, ticket->ticket_data, header, ticket->ticket_data.data[0]);
    s->depth--;
    return VALID;
}

static enum verdict show_ticket_data(struct sheet *s, const struct xk_mikey_ticket *ticket)
{
    size_t at = FIXED + ticket->policy.size;
    sheet_line(s, slice(ticket->whole, at, 2), "RFC 6043 6.10", "Ticket Data: %zu octets%s", ticket->ticket_data.size,
               ticket->type == 1 ? "" : ", not looked into");
    return ticket->type == 1 ? show_base_ticket(s, ticket) : VALID;
}

enum verdict show_ticket(struct sheet *sheet, const struct xk_mikey_ticket *ticket)
{
    sheet_line(sheet, slice(ticket->whole, 0, 5), "RFC 6043 6.10", "TICKET: type %u %s, subtype %u, version %u",
               ticket->type, name_text(names_ticket_type, ticket->type), ticket->subtype, ticket->version);
    sheet->depth++;
    show_flags(sheet, ticket);
    show_tp_data(sheet, ticket);
    enum verdict verdict = show_ticket_data(sheet, ticket);
    size_t at = ticket->initiator_data_offset;
    sheet_line(sheet, slice(ticket->whole, at, 2), "RFC 6043 6.10", "Initiator Data: %zu octets",
               ticket->initiator_data.size);
    if (ticket->initiator_data.size > 0) {
        sheet->depth++;
        sheet_line(sheet, slice(ticket->initiator_data, 0, 1), NULL, "Vi, Vr");
        show_chain(sheet, ticket->initiator_data, 1, ticket->initiator_data.data[0]);
        sheet->depth--;
    }
    sheet->depth--;
    return verdict;
}
