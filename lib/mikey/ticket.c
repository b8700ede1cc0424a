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

static enum xk_status keep_identity(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                    struct xk_diag *diag)
{
    struct xk_mikey_identity identity;
    enum xk_status status = xki_mikey_identity(payload, &identity, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xk_mikey_identity *once = identity.role == XK_MIKEY_IDR_KMS ? &ticket->kms : NULL;
    once = identity.role == XK_MIKEY_IDR_I ? &ticket->initiator : once;
    if (once != NULL) {
        if (once->data.data != NULL) {
            return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, "IDR");
        }
        *once = identity;
    } else if (identity.role == XK_MIKEY_IDR_R) {
        if (ticket->responder_count++ == 0) {
            ticket->responder = identity;
        }
    }
    return XK_OK;
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
        return XK_OK;
    }
    struct xk_mikey_time *place = places[time.role - XK_MIKEY_TR_S];
    if (place->value.data != NULL) {
        return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, "TR");
    }
    *place = time;
    return XK_OK;
}

/* Unexpected payloads of a policy are stepped over (RFC 6043 6.10), but no ticket stands inside a ticket. */
static enum xk_status read_policy(struct xk_mikey_ticket *ticket, size_t base, struct xk_diag *diag)
{
    if (ticket->policy.size == 0) {
        return xki_fail(diag, XK_E_MIKEY_LENGTH, base, "TP Data");
    }
    struct xki_chain chain = {{ticket->policy.data, ticket->policy.size, 1, false}, base, ticket->policy.data[0], 0,
                              diag};
    for (;;) {
        struct xk_mikey_payload payload;
        enum xk_status status = xki_mikey_next(&chain, &payload);
        if (status != XK_OK) {
            return status;
        }
        if (payload.type == XK_MIKEY_LAST) {
            break;
        }
        if (payload.type == XK_MIKEY_TICKET || payload.type == XK_MIKEY_TP) {
            return xki_fail(diag, XK_E_MIKEY_PAYLOAD, payload.offset, "TP Data");
        }
        if (payload.type == XK_MIKEY_IDR) {
            status = keep_identity(&payload, ticket, diag);
        } else if (payload.type == XK_MIKEY_TR) {
            status = keep_time(&payload, ticket, diag);
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

/* Initiator Data: First Payload, then V twice, there exactly when keys are forked. */
static enum xk_status check_initiator_data(const struct xk_mikey_ticket *ticket, size_t base, struct xk_diag *diag)
{
    bool forking = (ticket->flags & XK_MIKEY_FLAG_I) != 0;
    if (forking != (ticket->initiator_data.size > 0)) {
        return xki_fail(diag, XK_E_MIKEY_TICKET, base, "Initiator Data");
    }
    if (!forking) {
        return XK_OK;
    }
    struct xki_chain chain = {{ticket->initiator_data.data, ticket->initiator_data.size, 1, false}, base,
                              ticket->initiator_data.data[0], 0, diag};
    for (unsigned int i = 0; i < 2; i++) {
        struct xk_mikey_payload payload;
        enum xk_status status = xki_mikey_next(&chain, &payload);
        if (status != XK_OK) {
            return status;
        }
        if (payload.type != XK_MIKEY_V) {
            return xki_fail(diag, XK_E_MIKEY_TICKET, payload.offset, i == 0 ? "Vi" : "Vr");
        }
    }
    bool ends = chain.next == XK_MIKEY_LAST && chain.cursor.at == chain.cursor.size;
    return ends ? XK_OK : xki_fail(diag, XK_E_MIKEY_TICKET, base + chain.cursor.at, "Initiator Data");
}

enum xk_status xki_mikey_ticket(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                struct xk_diag *diag)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    memset(ticket, 0, sizeof *ticket);
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

bool xk_mikey_ticket_next_responder(const struct xk_mikey_ticket *ticket, size_t *position,
                                    struct xk_mikey_identity *responder)
{
    if (ticket == NULL || position == NULL || responder == NULL || *position >= ticket->responder_count) {
        return false;
    }
    struct xki_chain chain = {{ticket->policy.data, ticket->policy.size, 1, false}, 0, ticket->policy.data[0], 0, NULL};
    struct xk_mikey_payload payload;
    size_t seen = 0;
    while (xki_mikey_next(&chain, &payload) == XK_OK && payload.type != XK_MIKEY_LAST) {
        struct xk_mikey_identity identity;
        if (payload.type == XK_MIKEY_IDR && xki_mikey_identity(&payload, &identity, NULL) == XK_OK &&
            identity.role == XK_MIKEY_IDR_R && seen++ == *position) {
            *responder = identity;
            (*position)++;
            return true;
        }
    }
    return false;
}
