/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside a ticket: Ticket Data of a MIKEY base ticket (RFC 6043 appendix A). */
#include <xk/mikey_ticket.h>

#include <string.h>

#include "mikey/parse.h"
#include "support/diag.h"

/* What may come once. A second T or RAND with the same octets is stepped over; two KEMACs are one too many. */
static enum xk_status keep(const struct xk_mikey_payload *p, struct xk_mikey_ticket_data *data, struct xk_diag *diag)
{
    const struct xk_bytes content = {p->whole.data + 1, p->whole.size - 1};
    switch (p->type) {
    case XK_MIKEY_T:
        if (data->time.value.data == NULL) {
            return xki_mikey_time(p, &data->time, diag);
        }
        return xki_mikey_again(p, (struct xk_bytes){data->time.value.data - 1, data->time.value.size + 1}, content, "T",
                               &data->ignored_count, diag);
    case XK_MIKEY_RAND:
        if (data->rand.data == NULL) {
            data->rand = (struct xk_bytes){p->whole.data + 2, p->whole.size - 2};
            return XK_OK;
        }
        return xki_mikey_again(p, (struct xk_bytes){data->rand.data - 1, data->rand.size + 1}, content, "RAND",
                               &data->ignored_count, diag);
    case XK_MIKEY_KEMAC:
        if (data->kemac.encrypted.data != NULL) {
            return xki_fail(diag, XK_E_MIKEY_CHAIN, p->offset, "KEMAC");
        }
        xki_mikey_kemac(p, &data->kemac);
        return data->kemac.mac.size == 0
                   ? XK_OK
                   : xki_fail(diag, XK_E_MIKEY_VALUE, p->offset + p->whole.size - data->kemac.mac.size - 1,
                              "MAC alg of KEMAC");
    case XK_MIKEY_IDR:
        if (data->psk.data.data == NULL && xki_mikey_is_identity(p, XK_MIKEY_IDR_PSK)) {
            return xki_mikey_identity(p, &data->psk, diag);
        }
        data->ignored_count++;
        return XK_OK;
    case XK_MIKEY_V:
        xki_mikey_verification(p, &data->v);
        return XK_OK;
    default:
        data->ignored_count++;
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
