/* SPDX-License-Identifier: BSD-2-Clause */
/* TICKET: the Ticket Policy (RFC 6043 6.10) is read, the Ticket Data stays closed. */
#include "mikey/parse.h"

#include <string.h>

#include "support/diag.h"

#define FIXED 10 /* next payload to TP Data length */

/* Wire bits to enum xk_mikey_ticket_flag: D in bit 0 of the octet with the PRF, then E to L and M to O downwards. */
static uint16_t read_flags(uint32_t prf_and_d, uint32_t e_to_l, uint32_t m_to_o)
{
    uint16_t flags = (uint16_t)(prf_and_d & 1u);
    for (unsigned int i = 0; i < 8; i++) {
        if ((e_to_l & 0x80u >> i) != 0) {
            flags = (uint16_t)(flags | 1u << (1 + i));
        }
    }
    for (unsigned int i = 0; i < 3; i++) {
        if ((m_to_o & 0x80u >> i) != 0) {
            flags = (uint16_t)(flags | 1u << (9 + i));
        }
    }
    return flags;
}

/* RFC 6043 6.10: what one flag says of another. */
static const char *contradiction(uint16_t flags)
{
    static const struct {
        uint16_t given;
        uint16_t needed;
        const char *name;
    } rules[] = {
        {XK_MIKEY_FLAG_G, XK_MIKEY_FLAG_F, "flag G without F"}, {XK_MIKEY_FLAG_I, XK_MIKEY_FLAG_E, "flag I without E"},
        {XK_MIKEY_FLAG_K, XK_MIKEY_FLAG_D, "flag K without D"}, {XK_MIKEY_FLAG_M, XK_MIKEY_FLAG_F, "flag M without F"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((flags & rules[i].given) != 0 && (flags & rules[i].needed) == 0) {
            return rules[i].name;
        }
    }
    if ((flags & (XK_MIKEY_FLAG_G | XK_MIKEY_FLAG_H)) == 0) {
        return "neither flag G nor H";
    }
    return (flags & (XK_MIKEY_FLAG_D | XK_MIKEY_FLAG_L)) == 0 ? "neither flag D nor L" : NULL;
}

/* IDRkms and IDRi may come once, IDRr and IDRapp several times; others have no place here. */
static enum xk_status keep_identity(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                    struct xk_diag *diag)
{
    struct xk_mikey_identity identity;
    const bool kms = xki_mikey_is_identity(payload, XK_MIKEY_IDR_KMS);
    const bool initiator = xki_mikey_is_identity(payload, XK_MIKEY_IDR_I);
    const bool responder = xki_mikey_is_identity(payload, XK_MIKEY_IDR_R);
    const bool application = xki_mikey_is_identity(payload, XK_MIKEY_IDR_APP);
    if (!kms && !initiator && !responder && !application) {
        ticket->ignored_count++;
        return XK_OK;
    }
    enum xk_status status = xki_mikey_identity(payload, &identity, diag);
    if (status != XK_OK) {
        return status;
    }
    if (responder || application) {
        size_t *count = responder ? &ticket->responder_count : &ticket->application_count;
        if (responder && *count == 0) {
            ticket->responder = identity;
        }
        (*count)++;
        return XK_OK;
    }
    struct xk_mikey_identity *place = kms ? &ticket->kms : &ticket->initiator;
    if (place->data.data == NULL) {
        *place = identity;
        return XK_OK;
    }
    if (place->type != identity.type) {
        return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, "IDR");
    }
    return xki_mikey_again(payload, place->data, identity.data, "IDR", &ticket->ignored_count, diag);
}

static enum xk_status keep_time(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                struct xk_diag *diag)
{
    struct xk_mikey_time time;
    enum xk_status status = xki_mikey_time(payload, &time, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xk_mikey_time *const places[] = {&ticket->valid_from, &ticket->valid_until, &ticket->rekey};
    if (time.role < XK_MIKEY_TR_S || time.role > XK_MIKEY_TR_R) {
        ticket->ignored_count++;
        return XK_OK;
    }
    struct xk_mikey_time *place = places[time.role - XK_MIKEY_TR_S];
    if (place->value.data == NULL) {
        *place = time;
        return XK_OK;
    }
    const struct xk_bytes first = {place->value.data - 1, place->value.size + 1}; /* the type stands before it */
    const struct xk_bytes second = {time.value.data - 1, time.value.size + 1};
    return xki_mikey_again(payload, first, second, "TR", &ticket->ignored_count, diag);
}

static enum xk_status keep_policy_part(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                       struct xk_diag *diag)
{
    switch (payload->type) {
    case XK_MIKEY_IDR:
        return keep_identity(payload, ticket, diag);
    case XK_MIKEY_TR:
        return keep_time(payload, ticket, diag);
    case XK_MIKEY_KEMAC: /* in a wanted policy only, which is a TP */
        return xki_fail(diag, XK_E_MIKEY_TICKET, payload->offset, "KEMAC in TP Data");
    default:
        ticket->ignored_count++;
        return XK_OK;
    }
}

static struct xki_chain chain_of(struct xk_bytes data, size_t base, struct xk_diag *diag)
{
    const struct xki_chain chain = {{data.data, data.size, 1, false}, base, data.data[0], 0, diag};
    return chain;
}

/* Unexpected payloads of a policy are stepped over (RFC 6043 6.10). */
static enum xk_status read_policy(struct xk_mikey_ticket *ticket, size_t base, struct xk_diag *diag)
{
    if (ticket->policy.size == 0) {
        return xki_fail(diag, XK_E_MIKEY_LENGTH, base, "TP Data");
    }
    struct xki_chain chain = chain_of(ticket->policy, base, diag);
    for (;;) {
        struct xk_mikey_payload payload;
        enum xk_status status = xki_mikey_next(&chain, &payload);
        if (status == XK_OK && payload.type == XK_MIKEY_LAST) {
            break;
        }
        if (status == XK_OK) {
            status = keep_policy_part(&payload, ticket, diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    if (chain.cursor.at != chain.cursor.size) {
        return xki_fail(diag, XK_E_MIKEY_LENGTH, base + chain.cursor.at, "TP Data");
    }
    return ticket->responder_count > 0 ? XK_OK : xki_fail(diag, XK_E_MIKEY_TICKET, base, "IDRr");
}

/* First Payload, Vi, Vr, with payloads between them that are stepped over: the first V is Vi, and Vr is the last
 * payload of all. */
static enum xk_status read_initiator_data(const struct xk_mikey_ticket *ticket, size_t base,
                                          struct xk_mikey_initiator_data *data, struct xk_diag *diag)
{
    struct xki_chain chain = chain_of(ticket->initiator_data, base, diag);
    struct xk_mikey_payload payload;
    struct xk_mikey_payload last = {.type = XK_MIKEY_LAST};
    size_t seen = 0; /* of V */
    memset(data, 0, sizeof *data);
    for (;;) {
        enum xk_status status = xki_mikey_next(&chain, &payload);
        if (status != XK_OK) {
            return status;
        }
        if (payload.type == XK_MIKEY_LAST) {
            break;
        }
        last = payload;
        if (payload.type == XK_MIKEY_V && seen++ == 0) {
            xki_mikey_verification(&payload, &data->vi);
        }
    }
    if (chain.cursor.at != chain.cursor.size) {
        return xki_fail(diag, XK_E_MIKEY_TICKET, base + chain.cursor.at, "Initiator Data");
    }
    if (seen < 2 || last.type != XK_MIKEY_V) {
        return xki_fail(diag, XK_E_MIKEY_TICKET, base + chain.cursor.at, seen == 0 ? "Vi" : "Vr");
    }
    xki_mikey_verification(&last, &data->vr);
    if (data->vr.algorithm != data->vi.algorithm) {
        return xki_fail(diag, XK_E_MIKEY_TICKET, last.offset + 1, "Vr");
    }
    data->vr_mac_offset = chain.cursor.at - data->vr.mac.size;
    data->ignored_count = chain.count - 2;
    return XK_OK;
}

/* Initiator Data is there exactly when keys are forked. */
static enum xk_status check_initiator_data(struct xk_mikey_ticket *ticket, size_t base, struct xk_diag *diag)
{
    struct xk_mikey_initiator_data data;
    bool forking = (ticket->flags & XK_MIKEY_FLAG_I) != 0;
    if (forking != (ticket->initiator_data.size > 0)) {
        return xki_fail(diag, XK_E_MIKEY_TICKET, base, "Initiator Data");
    }
    enum xk_status status = forking ? read_initiator_data(ticket, base, &data, diag) : XK_OK;
    if (status == XK_OK && forking) {
        ticket->ignored_count += data.ignored_count;
    }
    return status;
}

enum xk_status xki_mikey_ticket(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                struct xk_diag *diag)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    ticket->whole = payload->whole;
    ticket->offset = payload->offset;
    ticket->type = (uint16_t)xki_take_number(&c, 2);
    ticket->subtype = (uint8_t)xki_take_number(&c, 1);
    ticket->version = (uint8_t)xki_take_number(&c, 1);
    uint32_t prf_and_d = xki_take_number(&c, 1);
    uint32_t e_to_l = xki_take_number(&c, 1);
    uint32_t m_to_o = xki_take_number(&c, 1);
    ticket->prf = (uint8_t)(prf_and_d >> 1);
    ticket->flags = read_flags(prf_and_d, e_to_l, m_to_o);
    ticket->policy = xki_take(&c, xki_take_number(&c, 2));
    ticket->ticket_data = xki_take(&c, xki_take_number(&c, 2));
    ticket->initiator_data_offset = c.at;
    ticket->initiator_data = xki_take(&c, xki_take_number(&c, 2));
    const char *wrong = contradiction(ticket->flags);
    if (wrong != NULL) {
        return xki_fail(diag, XK_E_MIKEY_TICKET, payload->offset + 5, wrong);
    }
    enum xk_status status = read_policy(ticket, payload->offset + FIXED, diag);
    if (status != XK_OK) {
        return status;
    }
    return check_initiator_data(ticket, payload->offset + ticket->initiator_data_offset + 2, diag);
}

/* The IDR payload of this role that is behind `*position` others of it. */
static bool next_identity(const struct xk_mikey_ticket *ticket, unsigned int role, size_t *position,
                          struct xk_mikey_identity *identity)
{
    struct xki_chain chain = chain_of(ticket->policy, 0, NULL);
    struct xk_mikey_payload payload;
    size_t seen = 0;
    while (xki_mikey_next(&chain, &payload) == XK_OK && payload.type != XK_MIKEY_LAST) {
        if (xki_mikey_is_identity(&payload, role) && seen++ == *position) {
            (void)!xki_mikey_identity(&payload, identity, NULL); /* it was good when the ticket was read */
            (*position)++;
            return true;
        }
    }
    return false;
}

bool xk_mikey_ticket_next_responder(const struct xk_mikey_ticket *ticket, size_t *position,
                                    struct xk_mikey_identity *responder)
{
    return ticket != NULL && position != NULL && responder != NULL && *position < ticket->responder_count &&
           next_identity(ticket, XK_MIKEY_IDR_R, position, responder);
}

bool xk_mikey_ticket_next_application(const struct xk_mikey_ticket *ticket, size_t *position,
                                      struct xk_mikey_identity *application)
{
    return ticket != NULL && position != NULL && application != NULL && *position < ticket->application_count &&
           next_identity(ticket, XK_MIKEY_IDR_APP, position, application);
}

enum xk_status xk_mikey_read_initiator_data(const struct xk_mikey_ticket *ticket, struct xk_mikey_initiator_data *data,
                                            struct xk_diag *diag)
{
    struct xk_mikey_initiator_data read;
    if (ticket == NULL || data == NULL || (ticket->initiator_data.data == NULL && ticket->initiator_data.size > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (ticket->initiator_data.size == 0) {
        return xki_fail(diag, XK_E_MIKEY_MISSING, ticket->offset, "Initiator Data");
    }
    enum xk_status status =
        read_initiator_data(ticket, ticket->offset + ticket->initiator_data_offset + 2, &read, diag);
    if (status == XK_OK) {
        *data = read;
    }
    return status;
}
