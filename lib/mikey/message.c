/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole message: header, then the chain, each payload that has a place put there. */
#include "mikey/parse.h"

#include <string.h>

#include "support/diag.h"

static enum xk_status repeated(const struct xk_mikey_payload *payload, const char *field, struct xk_diag *diag)
{
    return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, field);
}

static enum xk_status keep_identity(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                                    struct xk_diag *diag)
{
    struct xk_mikey_identity identity;
    enum xk_status status = xki_mikey_identity(payload, &identity, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xk_mikey_identity *place = NULL;
    if (identity.role == XK_MIKEY_IDR_I) {
        place = &m->id_initiator;
    } else if (identity.role == XK_MIKEY_IDR_R) {
        place = &m->id_responder;
    } else {
        m->ignored_count++;
        return XK_OK;
    }
    if (place->data.data != NULL) {
        return repeated(payload, "IDR", diag);
    }
    *place = identity;
    return XK_OK;
}

static enum xk_status keep_rand(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                                struct xk_diag *diag)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    struct xk_bytes *place = &m->rand;
    if (payload->type == XK_MIKEY_RANDR) {
        uint32_t role = xki_take_number(&c, 1);
        struct xk_bytes *const places[] = {&m->rand_initiator, &m->rand_responder, &m->rand_kms};
        if (role < XK_MIKEY_RANDR_I || role > XK_MIKEY_RANDR_KMS) {
            return xki_fail(diag, XK_E_MIKEY_VALUE, payload->offset, "RANDR role");
        }
        place = places[role - XK_MIKEY_RANDR_I];
    }
    if (place->data != NULL) {
        return repeated(payload, "RANDR", diag);
    }
    struct xk_bytes value = xki_take(&c, xki_take_number(&c, 1));
    if (value.size == 0) {
        return xki_fail(diag, XK_E_MIKEY_VALUE, payload->offset, "RAND length");
    }
    *place = value;
    return XK_OK;
}

static enum xk_status keep(const struct xk_mikey_payload *payload, struct xk_mikey_message *m, struct xk_diag *diag)
{
    switch (payload->type) {
    case XK_MIKEY_T:
        return m->time.value.data != NULL ? repeated(payload, "T", diag) : xki_mikey_time(payload, &m->time, diag);
    case XK_MIKEY_IDR:
    case XK_MIKEY_ID:
        return keep_identity(payload, m, diag);
    case XK_MIKEY_RAND:
    case XK_MIKEY_RANDR:
        return keep_rand(payload, m, diag);
    case XK_MIKEY_TICKET:
        return m->ticket.whole.data != NULL ? repeated(payload, "TICKET", diag)
                                            : xki_mikey_ticket(payload, &m->ticket, diag);
    case XK_MIKEY_KEMAC:
        if (m->kemac.encrypted.data != NULL) {
            return repeated(payload, "KEMAC", diag);
        }
        xki_mikey_kemac(payload, &m->kemac);
        return XK_OK;
    case XK_MIKEY_V:
        xki_mikey_verification(payload, &m->v);
        m->v_mac_offset = payload->offset + 2;
        return payload->next == XK_MIKEY_LAST ? XK_OK
                                              : xki_fail(diag, XK_E_MIKEY_VERIFICATION, payload->offset, "V");
    case XK_MIKEY_SP:
        m->policy_count++;
        return XK_OK;
    default:
        m->ignored_count++;
        return XK_OK;
    }
}

enum xk_status xk_mikey_parse(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                              struct xk_diag *diag)
{
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_mikey_message read;
    memset(&read, 0, sizeof read);
    read.whole.data = data;
    read.whole.size = size;
    struct xki_chain chain = {{data, size, 0, false}, 0, 0, 0, diag};
    enum xk_status status = xki_mikey_header(&chain.cursor, &read.header, diag);
    if (status != XK_OK) {
        return status;
    }
    chain.next = read.header.first;
    read.payloads_offset = chain.cursor.at;
    for (;;) {
        struct xk_mikey_payload payload;
        status = xki_mikey_next(&chain, &payload);
        if (status == XK_OK && payload.type == XK_MIKEY_LAST) {
            break;
        }
        if (status == XK_OK) {
            status = keep(&payload, &read, diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    if (chain.cursor.at != size) {
        return xki_fail(diag, XK_E_MIKEY_CHAIN, chain.cursor.at, "octets after the last payload");
    }
    read.payload_count = chain.count;
    *message = read;
    return XK_OK;
}

bool xk_mikey_next_payload(const struct xk_mikey_message *message, struct xk_mikey_payload *payload)
{
    if (message == NULL || payload == NULL) {
        return false;
    }
    bool first = payload->whole.data == NULL;
    size_t at = first ? message->payloads_offset : payload->offset + payload->whole.size;
    uint8_t type = first ? message->header.first : payload->next;
    struct xki_chain chain = {{message->whole.data, message->whole.size, at, false}, 0, type, 0, NULL};
    struct xk_mikey_payload next;
    if (type == XK_MIKEY_LAST || xki_mikey_next(&chain, &next) != XK_OK) {
        return false;
    }
    *payload = next;
    return true;
}
