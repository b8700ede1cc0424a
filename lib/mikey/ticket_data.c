/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside a ticket: Ticket Data of a MIKEY base ticket (RFC 6043 appendix A) and Initiator Data (6.10). */
#include <xk/mikey_ticket.h>

#include <string.h>

#include "mikey/parse.h"
#include "support/diag.h"

static enum xk_status keep(const struct xk_mikey_payload *p, struct xk_mikey_ticket_data *data, struct xk_diag *diag)
{
    struct xk_mikey_identity identity;
    enum xk_status status = XK_OK;
    switch (p->type) {
    case XK_MIKEY_T:
        return data->time.value.data == NULL ? xki_mikey_time(p, &data->time, diag)
                                             : xki_fail(diag, XK_E_MIKEY_CHAIN, p->offset, "T");
    case XK_MIKEY_RAND:
        if (data->rand.data != NULL) {
            return xki_fail(diag, XK_E_MIKEY_CHAIN, p->offset, "RAND");
        }
        data->rand.data = p->whole.data + 2;
        data->rand.size = p->whole.size - 2;
        return XK_OK;
    case XK_MIKEY_KEMAC:
        if (data->kemac.encrypted.data != NULL) {
            return xki_fail(diag, XK_E_MIKEY_CHAIN, p->offset, "KEMAC");
        }
        xki_mikey_kemac(p, &data->kemac);
        return XK_OK;
    case XK_MIKEY_IDR:
        status = xki_mikey_identity(p, &identity, diag);
        if (status == XK_OK && identity.role == XK_MIKEY_IDR_PSK) {
            data->psk = identity;
        }
        return status;
    case XK_MIKEY_V:
        xki_mikey_verification(p, &data->v);
        return XK_OK;
    default:
        return XK_OK;
    }
}

enum xk_status xk_mikey_read_ticket_data(const struct xk_mikey_ticket *ticket, struct xk_mikey_ticket_data *data,
                                         struct xk_diag *diag)
{
    struct xk_mikey_ticket_data read;
    if (ticket == NULL || data == NULL || ticket->ticket_data.data == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    memset(&read, 0, sizeof read);
    size_t base = ticket->offset + (size_t)(ticket->ticket_data.data - ticket->whole.data);
    struct xki_chain chain = {{ticket->ticket_data.data, ticket->ticket_data.size, 0, false}, base, 0, 0, diag};
    chain.next = (uint8_t)xki_take_number(&chain.cursor, 1);
    read.header = xki_take(&chain.cursor, xki_take_number(&chain.cursor, 2));
    if (chain.cursor.past_end) {
        return xki_fail(diag, XK_E_MIKEY_TRUNCATED, base, "THDR");
    }
    while (chain.next != XK_MIKEY_LAST) {
        struct xk_mikey_payload payload;
        if (read.v.mac.data != NULL) {
            return xki_fail(diag, XK_E_MIKEY_VERIFICATION, base + chain.cursor.at, "V");
        }
        enum xk_status status = xki_mikey_next(&chain, &payload);
        if (status == XK_OK) {
            status = keep(&payload, &read, diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    if (chain.cursor.at != chain.cursor.size) {
        return xki_fail(diag, XK_E_MIKEY_LENGTH, base + chain.cursor.at, "Ticket Data");
    }
    const char *missing = read.time.value.data == NULL        ? "T"
                          : read.rand.data == NULL            ? "RAND"
                          : read.kemac.encrypted.data == NULL ? "KEMAC"
                          : read.v.mac.data == NULL           ? "V"
                                                              : NULL;
    if (missing != NULL) {
        return xki_fail(diag, XK_E_MIKEY_MISSING, base + chain.cursor.size, missing);
    }
    *data = read;
    return XK_OK;
}

enum xk_status xk_mikey_read_initiator_data(const struct xk_mikey_ticket *ticket, struct xk_mikey_initiator_data *data)
{
    if (ticket == NULL || data == NULL) {
        return XK_E_ARGUMENT;
    }
    if (ticket->initiator_data.size == 0) {
        return XK_E_MIKEY_MISSING;
    }
    struct xk_mikey_initiator_data read;
    struct xk_mikey_payload payload;
    struct xki_chain chain = {{ticket->initiator_data.data, ticket->initiator_data.size, 1, false}, 0,
                              ticket->initiator_data.data[0], 0, NULL};
    if (xki_mikey_next(&chain, &payload) != XK_OK || payload.type != XK_MIKEY_V) {
        return XK_E_MIKEY_MISSING;
    }
    xki_mikey_verification(&payload, &read.vi);
    if (xki_mikey_next(&chain, &payload) != XK_OK || payload.type != XK_MIKEY_V) {
        return XK_E_MIKEY_MISSING;
    }
    xki_mikey_verification(&payload, &read.vr);
    read.vr_mac_offset = chain.cursor.at - read.vr.mac.size;
    *data = read;
    return XK_OK;
}
