/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identity_i and Identity_r as the Initiator knew them (RFC 6043 4.2.2.1, 5.5). Where the INIT does not name them, they
 * are known from the ticket, from SIP and from who answered.
 *
 * The MAC covers both with nothing between them. Whoever asks gives SIP's word for either; for both, he could move the
 * boundary between them, and with it the target. So SIP's word for the Responder counts only beside an Initiator whom
 * the INIT or the ticket names.
 */
#include "kms/work.h"

static bool is_asserted(const struct xk_mikey_message *init)
{
    return init->id_initiator.data.data != NULL || init->ticket.initiator.data.data != NULL;
}

struct xk_bytes xki_kms_initiator(const struct xki_kms_work *w)
{
    const struct xk_mikey_message *init = &w->exchange->init;
    if (init->id_initiator.data.data != NULL) {
        return init->id_initiator.data;
    }
    return init->ticket.initiator.data.data != NULL ? init->ticket.initiator.data : w->exchange->initiator_hint;
}

/* Positions: 0 SIP, 1 the RESP, from 2 on the ticket. */
bool xki_kms_next_responder(const struct xki_kms_work *w, size_t *position, struct xk_bytes *responder)
{
    const struct xk_exchange *e = w->exchange;
    struct xk_mikey_identity named;
    if (e->init.id_responder.data.data != NULL) {
        *responder = e->init.id_responder.data;
        return (*position)++ == 0;
    }
    if (*position == 0) {
        (*position)++;
        if (e->responder_hint.data != NULL && is_asserted(&e->init)) {
            *responder = e->responder_hint;
            return true;
        }
    }
    if (*position == 1) {
        (*position)++;
        if (e->has_resp && e->resp.id_responder.data.data != NULL) {
            *responder = e->resp.id_responder.data;
            return true;
        }
    }
    size_t index = *position - 2;
    (*position)++;
    if (!xk_mikey_ticket_next_responder(&e->init.ticket, &index, &named)) {
        return false;
    }
    *responder = named.data;
    return true;
}
