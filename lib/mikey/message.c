/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole message: header, then the chain, each payload that has a place put there. */
#include "mikey/parse.h"

#include <string.h>

#include "support/diag.h"
#include "support/set256.h"

static enum xk_status keep_time(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                                struct xk_diag *diag)
{
    struct xk_mikey_time time;
    enum xk_status status = xki_mikey_time(payload, &time, diag);
    if (status != XK_OK) {
        return status;
    }
    if (m->time.value.data == NULL) {
        m->time = time;
        return XK_OK;
    }
    const struct xk_bytes first = {m->time.value.data - 1, m->time.value.size + 1}; /* the type stands before it */
    const struct xk_bytes second = {time.value.data - 1, time.value.size + 1};
    return xki_mikey_again(payload, first, second, "T", &m->ignored_count, diag);
}

static enum xk_status keep_identity(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                                    struct xk_diag *diag)
{
    struct xk_mikey_identity identity;
    struct xk_mikey_identity *place = &m->id_initiator;
    if (!xki_mikey_is_identity(payload, XK_MIKEY_IDR_I)) {
        place = &m->id_responder;
        if (!xki_mikey_is_identity(payload, XK_MIKEY_IDR_R)) {
            m->ignored_count++;
            return XK_OK;
        }
    }
    enum xk_status status = xki_mikey_identity(payload, &identity, diag);
    if (status != XK_OK) {
        return status;
    }
    if (place->data.data == NULL) {
        *place = identity;
        return XK_OK;
    }
    if (place->type != identity.type) {
        return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, "IDR");
    }
    return xki_mikey_again(payload, place->data, identity.data, "IDR", &m->ignored_count, diag);
}

static enum xk_status keep_rand(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                                struct xk_diag *diag)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    struct xk_bytes *place = &m->rand;
    const char *field = "RAND";
    if (payload->type == XK_MIKEY_RANDR) {
        static const char *const fields[] = {"RANDRi", "RANDRr", "RANDRkms"};
        struct xk_bytes *const places[] = {&m->rand_initiator, &m->rand_responder, &m->rand_kms};
        uint32_t role = xki_take_number(&c, 1);
        if (role < XK_MIKEY_RANDR_I || role > XK_MIKEY_RANDR_KMS) {
            m->ignored_count++;
            return XK_OK;
        }
        place = places[role - XK_MIKEY_RANDR_I];
        field = fields[role - XK_MIKEY_RANDR_I];
    }
    struct xk_bytes value = xki_take(&c, xki_take_number(&c, 1));
    if (value.size == 0) {
        return xki_fail(diag, XK_E_MIKEY_VALUE, payload->offset, field);
    }
    if (place->data != NULL) {
        return xki_mikey_again(payload, *place, value, field, &m->ignored_count, diag);
    }
    *place = value;
    return XK_OK;
}

/* Each policy has a number of its own (RFC 3830 6.10). */
static enum xk_status keep_policy(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                                  struct xki_set256 *numbers, struct xk_diag *diag)
{
    struct xk_mikey_policy first;
    const struct xk_bytes second = {payload->whole.data + 1, payload->whole.size - 1};
    if (xki_set256_add(numbers, payload->whole.data[1])) {
        m->policy_count++;
        return XK_OK;
    }
    (void)xki_mikey_find_policy(xki_mikey_chain_of(m), payload->whole.data[1], &first);
    return xki_mikey_again(payload, (struct xk_bytes){first.parameters.data - 4, first.parameters.size + 4}, second,
                           "SP", &m->ignored_count, diag);
}

static enum xk_status keep(const struct xk_mikey_payload *payload, struct xk_mikey_message *m,
                           struct xki_set256 *policies, struct xk_diag *diag)
{
    switch (payload->type) {
    case XK_MIKEY_T:
        return keep_time(payload, m, diag);
    case XK_MIKEY_IDR:
        return keep_identity(payload, m, diag);
    case XK_MIKEY_RAND:
    case XK_MIKEY_RANDR:
        return keep_rand(payload, m, diag);
    case XK_MIKEY_TICKET:
        return m->ticket.whole.data != NULL ? xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, "TICKET")
                                            : xki_mikey_ticket(payload, &m->ticket, diag);
    case XK_MIKEY_KEMAC:
        if (m->kemac.encrypted.data != NULL) {
            return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, "KEMAC");
        }
        xki_mikey_kemac(payload, &m->kemac);
        return XK_OK;
    case XK_MIKEY_V:
        xki_mikey_verification(payload, &m->v);
        m->v_mac_offset = payload->offset + 2;
        return payload->next == XK_MIKEY_LAST ? XK_OK
                                              : xki_fail(diag, XK_E_MIKEY_VERIFICATION, payload->offset, "V");
    case XK_MIKEY_SP:
        return keep_policy(payload, m, policies, diag);
    default:
        m->ignored_count++;
        return XK_OK;
    }
}

enum xk_status xki_mikey_parse(const uint8_t *data, size_t size, int data_type, struct xk_mikey_message *message,
                               struct xk_diag *diag)
{
    memset(message, 0, xki_unknown(sizeof *message));
    message->whole.data = data;
    message->whole.size = size;
    /* Before anything that another mode of MIKEY may have in its own way. */
    if (data_type != XKI_MIKEY_ANY_TYPE && size > 1 && data[0] == 1 && data[1] != data_type) {
        return xki_fail(diag, XK_E_MIKEY_DATA_TYPE, 1, "data type");
    }
    struct xki_chain chain = {{data, size, 0, false}, 0, 0, 0, diag};
    enum xk_status status = xki_mikey_header(&chain.cursor, &message->header, diag);
    if (status != XK_OK) {
        return status;
    }
    chain.next = message->header.first;
    message->payloads_offset = chain.cursor.at;
    struct xki_set256 policies = {{0}};
    for (;;) {
        struct xk_mikey_payload payload;
        status = xki_mikey_next(&chain, &payload);
        if (status == XK_OK && payload.type == XK_MIKEY_LAST) {
            break;
        }
        if (status == XK_OK) {
            status = keep(&payload, message, &policies, diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    if (chain.cursor.at != size) {
        return xki_fail(diag, XK_E_MIKEY_CHAIN, chain.cursor.at, "octets after the last payload");
    }
    message->payload_count = chain.count;
    return XK_OK;
}

enum xk_status xk_mikey_parse(const uint8_t *data, size_t size, struct xk_mikey_message *message, struct xk_diag *diag)
{
    struct xk_mikey_message read;
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_mikey_parse(data, size, XKI_MIKEY_ANY_TYPE, &read, diag);
    if (status == XK_OK) {
        *message = read;
    }
    return status;
}

void xk_mikey_covered(const struct xk_mikey_message *message, struct xk_bytes parts[2])
{
    if (message == NULL || parts == NULL) {
        return;
    }
    const struct xk_mikey_ticket *ticket = &message->ticket;
    parts[0] = (struct xk_bytes){message->whole.data, message->v_mac_offset};
    parts[1] = (struct xk_bytes){NULL, 0};
    if (message->header.data_type == XK_MIKEY_TRANSFER_INIT && ticket->whole.data != NULL) {
        size_t cut = ticket->offset + ticket->initiator_data_offset;
        size_t after = cut + 2 + ticket->initiator_data.size;
        parts[0].size = cut;
        parts[1] = (struct xk_bytes){message->whole.data + after, message->v_mac_offset - after};
    }
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
