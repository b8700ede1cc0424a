/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5, RFC 6337: rules R2, R4, R8 and R10. */
#include "collector/match.h"

bool xki_co_in_dialog(const struct xki_co_item *item, const struct xki_co_dialog *d)
{
    if (item->sender == d->a) {
        return item->peer == d->b || item->peer == XKI_CO_NO_END;
    }
    return item->sender == d->b && (item->peer == d->a || item->peer == XKI_CO_NO_END);
}

#define RANK_SUCCESS (UINT64_C(1) << 32) /* after every RSeq */
#define RANK_PREVIEW (UINT64_C(1) << 33)

/* An offer in a request is answered in the responses to it. */
static uint64_t rank_response(const struct xki_co_item *init, const struct xki_co_item *resp)
{
    if (resp->owner_end != init->owner_end || resp->method != init->method || resp->cseq != init->cseq) {
        return XKI_CO_NO_RANK;
    }
    if (resp->position == XKI_CO_SUCCESS) {
        return RANK_SUCCESS;
    }
    if (resp->position != XKI_CO_PROVISIONAL) {
        return XKI_CO_NO_RANK;
    }
    return (resp->flags & XKI_CO_RELIABLE) != 0 ? resp->rseq : RANK_PREVIEW;
}

uint64_t xki_co_rank(const struct xki_co_item *init, const struct xki_co_item *resp)
{
    if (resp->sender == init->sender || resp->csb != init->csb) {
        return XKI_CO_NO_RANK;
    }
    if (init->position == XKI_CO_REQUEST) {
        return rank_response(init, resp);
    }
    /* An offer in a response to an INVITE is answered in the ACK, or in the PRACK that names it. */
    if (resp->position != XKI_CO_REQUEST || resp->owner_end != init->owner_end || resp->peer != init->sender) {
        return XKI_CO_NO_RANK;
    }
    if (init->position == XKI_CO_SUCCESS) {
        return resp->method == XKI_CO_ACK && resp->cseq == init->cseq ? 0 : XKI_CO_NO_RANK;
    }
    bool names_it = resp->method == XKI_CO_PRACK && resp->answers == init->cseq && resp->rseq == init->rseq;
    return names_it ? 0 : XKI_CO_NO_RANK;
}

/* Does the item stand in the INVITE that opened the call, or in what answers that one? */
static bool is_opening(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *item)
{
    if (item->method != XKI_CO_INVITE && item->method != XKI_CO_ACK) {
        return false;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        if ((fate->flags & XKI_CO_OPENING) != 0 && fate->owner == item->owner_end && fate->cseq == item->cseq) {
            return true;
        }
    }
    return false;
}

uint64_t xki_co_base_rank(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *init)
{
    if ((init->flags & XKI_CO_TICKET) == 0) {
        return XKI_CO_NO_TICKET;
    }
    /* All offers of opening INVITEs are equal: a caller that is asked to authenticate offers once more. */
    return is_opening(c, call, init) ? 0 : UINT64_C(1) + init->cseq;
}

bool xki_co_is_update(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                      const struct xki_co_item *init)
{
    uint64_t rank = xki_co_base_rank(c, call, init);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if ((item->flags & XKI_CO_RESP) == 0 && item->csb == init->csb && item->hash != init->hash &&
            xki_co_in_dialog(item, d) && xki_co_base_rank(c, call, item) < rank) {
            return true;
        }
    }
    return rank >= XKI_CO_NO_TICKET;
}

uint8_t xki_co_fate(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *item,
                    const struct xki_co_dialog *d)
{
    uint8_t flags = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        bool of_dialog = fate->peer == XKI_CO_NO_END || fate->peer == d->a || fate->peer == d->b;
        if (fate->owner == item->owner_end && fate->method == item->method && fate->cseq == item->cseq && of_dialog) {
            flags |= fate->flags;
        }
    }
    return flags;
}
