/* SPDX-License-Identifier: BSD-2-Clause */
/* From the octets in a get_keys to a parsed exchange whose parts belong together. */
#include <xk/exchange.h>

#include <string.h>

#include "mikey/parse.h"
#include "support/diag.h"

/* A CSB update changes the bundle that the first exchange set up (RFC 6043 5.2), without a ticket. */
static enum xk_status parse_update(const struct xk_get_keys *message, struct xk_exchange *exchange,
                                   struct xk_diag *diag)
{
    enum xk_status status = xk_mikey_parse_transfer_init(message->update_init.data, message->update_init.size,
                                                         &exchange->update_init, diag);
    if (status == XK_OK) {
        status = xk_mikey_parse_transfer_resp(message->update_resp.data, message->update_resp.size,
                                              &exchange->update_resp, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if (exchange->update_init.ticket.whole.data != NULL) {
        return xki_fail(diag, XK_E_MIKEY_MISMATCH, exchange->update_init.ticket.offset, "TICKET");
    }
    status = xki_mikey_check_update(&exchange->init.header, &exchange->update_init.header, diag);
    if (status != XK_OK) {
        return status;
    }
    /* Either side may begin an update, so either flag of the ticket lets it bring keys (read so: RFC 6043 6.10 speaks
     * of the Initiator and the Responder of the first exchange). */
    bool keys =
        exchange->update_init.kemac.encrypted.data != NULL || exchange->update_resp.kemac.encrypted.data != NULL;
    if (keys && (exchange->init.ticket.flags & (XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M)) == 0) {
        return xki_fail(diag, XK_E_MIKEY_MISMATCH, exchange->update_init.payloads_offset, "KEMAC");
    }
    return xk_mikey_check_exchange(&exchange->update_init, &exchange->update_resp, diag);
}

enum xk_status xk_exchange_parse(const struct xk_get_keys *message, struct xk_exchange *exchange,
                                 struct xk_diag *diag)
{
    if (message == NULL || exchange == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_exchange made;
    memset(&made, 0, sizeof made);
    made.has_resp = message->transfer_resp.data != NULL;
    made.has_update = message->update_init.data != NULL;
    made.initiator_hint = message->initiator_hint;
    made.responder_hint = message->responder_hint;
    enum xk_status status =
        xk_mikey_parse_transfer_init(message->transfer_init.data, message->transfer_init.size, &made.init, diag);
    if (status == XK_OK && made.has_resp) {
        status =
            xk_mikey_parse_transfer_resp(message->transfer_resp.data, message->transfer_resp.size, &made.resp, diag);
    }
    if (status == XK_OK && made.init.ticket.whole.data == NULL) {
        status = xki_fail(diag, XK_E_MIKEY_MISMATCH, made.init.payloads_offset, "TICKET");
    }
    if (status == XK_OK) {
        status = xk_mikey_check_exchange(&made.init, made.has_resp ? &made.resp : NULL, diag);
    }
    if (status == XK_OK && made.has_update) {
        status = parse_update(message, &made, diag);
    }
    if (status == XK_OK) {
        *exchange = made;
    }
    return status;
}
