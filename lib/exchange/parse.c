/* SPDX-License-Identifier: BSD-2-Clause */
/* From the octets in a get_keys to an exchange whose parts belong together. */
#include "exchange/exchange.h"

#include <stddef.h>
#include <string.h>

#include "mikey/parse.h"
#include "support/bounds.h"
#include "support/diag.h"

static enum xk_status parse_part(struct xk_bytes octets, enum xki_ex_part part, struct xk_mikey_message *message,
                                 struct xk_diag *diag)
{
    struct xk_diag local = {XK_OK, 0, ""};
    bool init = part == XKI_EX_INIT || part == XKI_EX_UPDATE_INIT;
    enum xk_status status = init ? xki_mikey_transfer_init(octets.data, octets.size, message, &local)
                                 : xki_mikey_transfer_resp(octets.data, octets.size, message, &local);
    return status == XK_OK ? XK_OK : xki_ex_fail(diag, status, part, local.offset, local.field);
}

static enum xk_status parse_all(const struct xk_get_keys *message, struct xk_exchange *e, struct xk_diag *diag)
{
    enum xk_status status = parse_part(message->transfer_init, XKI_EX_INIT, &e->init, diag);
    if (status == XK_OK && e->has_resp) {
        status = parse_part(message->transfer_resp, XKI_EX_RESP, &e->resp, diag);
    }
    if (status == XK_OK && e->has_update) {
        status = parse_part(message->update_init, XKI_EX_UPDATE_INIT, &e->update_init, diag);
    }
    if (status == XK_OK && e->has_update_resp) {
        status = parse_part(message->update_resp, XKI_EX_UPDATE_RESP, &e->update_resp, diag);
    }
    return status;
}

/* Which messages there are, before one is read. */
static enum xk_status check_presence(const struct xk_get_keys *message, struct xk_diag *diag)
{
    const struct {
        struct xk_bytes view;
        const char *field;
    } rows[] = {
        {message->public_kms_identity, "Public KMS Identity"}, {message->transfer_init, "TRANSFER_INIT"},
        {message->transfer_resp, "TRANSFER_RESP"},             {message->update_init, "update TRANSFER_INIT"},
        {message->update_resp, "update TRANSFER_RESP"},        {message->initiator_hint, "initiator hint"},
        {message->responder_hint, "responder hint"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (xki_is_nowhere(rows[i].view)) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, rows[i].field);
        }
    }
    if (message->transfer_init.data == NULL) {
        return xki_ex_fail(diag, XK_E_FIELD_EMPTY, XKI_EX_INIT, 0, "");
    }
    if (message->update_init.data == NULL && message->update_resp.data != NULL) {
        return xki_ex_fail(diag, XK_E_MIKEY_MISMATCH, XKI_EX_UPDATE_INIT, 0, "");
    }
    return XK_OK;
}

/* What is told of an exchange once it is known to be one. */
static void add_remarks(struct xk_exchange *e)
{
    const struct xk_mikey_message *messages[4];
    size_t count = xk_exchange_messages(e, messages);
    for (size_t i = 0; i < count; i++) {
        e->ignored_count += messages[i]->ignored_count + messages[i]->ticket.ignored_count;
        if (messages[i]->header.map_type == XK_MIKEY_MAP_EMPTY) {
            e->remarks |= XK_REMARK_EMPTY_MAP;
        }
    }
    const struct xk_mikey_ticket *ticket = &e->init.ticket;
    e->remarks |= e->ignored_count > 0 ? XK_REMARK_IGNORED : 0u;
    e->remarks |= ticket->application_count > 0 ? XK_REMARK_APPLICATIONS : 0u;
    e->remarks |= (ticket->flags & XK_MIKEY_FLAG_N) == 0 ? XK_REMARK_N_FLAG : 0u;
    e->remarks |= (ticket->flags & XK_MIKEY_FLAG_O) == 0 ? XK_REMARK_O_FLAG : 0u;
    e->remarks |= xk_exchange_validity(e, 0) == XK_VALIDITY_UNKNOWN ? XK_REMARK_COUNTER : 0u;
}

enum xk_status xki_ex_parse(const struct xk_get_keys *message, struct xk_exchange *e, struct xk_diag *diag)
{
    enum xk_status status = check_presence(message, diag);
    if (status != XK_OK) {
        return status;
    }
    /* All but the parts that are nearly always there. */
    const bool has_resp = message->transfer_resp.data != NULL;
    const size_t first = has_resp ? offsetof(struct xk_exchange, update_init) : offsetof(struct xk_exchange, resp);
    memset((uint8_t *)e + first, 0, xki_unknown(sizeof *e - first));
    e->has_resp = has_resp;
    e->has_update = message->update_init.data != NULL;
    e->has_update_resp = message->update_resp.data != NULL;
    e->initiator_hint = message->initiator_hint;
    e->responder_hint = message->responder_hint;
    status = parse_all(message, e, diag);
    if (status == XK_OK) {
        status = xki_ex_check_first(e, diag);
    }
    if (status == XK_OK && e->has_update) {
        status = xki_ex_check_update(e, diag);
    }
    if (status == XK_OK && xki_ex_last_word(e)->header.map.size == 0) {
        status = xki_ex_fail(diag, XK_E_MIKEY_MAP, e->has_resp ? XKI_EX_RESP : XKI_EX_INIT, 8, "Crypto Session map");
    }
    if (status == XK_OK) {
        add_remarks(e);
    }
    return status;
}

enum xk_status xk_exchange_parse(const struct xk_get_keys *message, struct xk_exchange *exchange,
                                 struct xk_diag *diag)
{
    struct xk_exchange made;
    if (message == NULL || exchange == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_ex_parse(message, &made, diag);
    if (status == XK_OK) {
        memcpy(exchange, &made, xki_unknown(sizeof made));
    }
    return status;
}
