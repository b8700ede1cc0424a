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

uint64_t xki_co_answer_order(const struct xki_co_item *resp)
{
    if (resp->position == XKI_CO_SUCCESS) {
        return RANK_SUCCESS;
    }
    if (resp->position != XKI_CO_PROVISIONAL) {
        return XKI_CO_NO_RANK;
    }
    return (resp->flags & XKI_CO_RELIABLE) != 0 ? resp->rseq : RANK_PREVIEW;
}

/* An offer in a request is answered in the responses to it. */
static uint64_t rank_response(const struct xki_co_item *init, const struct xki_co_item *resp)
{
    if (resp->owner_end != init->owner_end || resp->method != init->method || resp->cseq != init->cseq) {
        return XKI_CO_NO_RANK;
    }
    return xki_co_answer_order(resp);
}

bool xki_co_is_answered(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d)
{
    if ((d->flags & (XKI_CO_ANSWERED | XKI_CO_REJECTED)) != 0) {
        return (d->flags & XKI_CO_ANSWERED) != 0;
    }
    /* The 2xx was lost. A caller that ends what it has acknowledged, and a callee that ends anything at all, had one
     * (RFC 3261 15: the callee does not send BYE before it has answered). */
    unsigned int byes = d->flags & (XKI_CO_BYE_OF_A | XKI_CO_BYE_OF_B);
    if (byes != 0 && (d->flags & XKI_CO_ACKED) != 0) {
        return true;
    }
    const struct xki_co_end *a = byes == 0 ? NULL : xki_co_find_end(c, call, d->a);
    const struct xki_co_end *b = byes == 0 ? NULL : xki_co_find_end(c, call, d->b);
    return a != NULL && b != NULL && a->is_caller != b->is_caller &&
           (byes & (a->is_caller ? XKI_CO_BYE_OF_B : XKI_CO_BYE_OF_A)) != 0;
}

/* Media level is answered at media level; the session's key stands for every medium that has no other (rule R13), and
 * an early stream is none of the session's. */
static bool same_stream(const struct xki_co_item *init, const struct xki_co_item *resp)
{
    return ((init->flags ^ resp->flags) & XKI_CO_IS_EARLY) == 0 &&
           (init->medium == resp->medium || ((init->medium == 0 || resp->medium == 0) &&
                                             (init->covers & resp->covers) != 0));
}

uint64_t xki_co_rank(const struct xki_co_item *init, const struct xki_co_item *resp)
{
    return resp->csb == init->csb && same_stream(init, resp) ? xki_co_place_rank(init, resp) : XKI_CO_NO_RANK;
}

uint64_t xki_co_place_rank(const struct xki_co_item *init, const struct xki_co_item *resp)
{
    if (resp->sender == init->sender) {
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

uint64_t xki_co_base_rank(const struct xki_co_item *init)
{
    if ((init->flags & XKI_CO_TICKET) == 0) {
        return XKI_CO_NO_TICKET;
    }
    /* All offers of opening INVITEs are equal: a caller that is asked to authenticate offers once more. */
    return (init->flags & XKI_CO_IS_OPENING) != 0 ? 0 : UINT64_C(1) + init->cseq;
}

bool xki_co_is_update(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                      const struct xki_co_item *init)
{
    uint64_t rank = xki_co_base_rank(init);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if ((item->flags & XKI_CO_RESP) == 0 && item->csb == init->csb && item->hash != init->hash &&
            xki_co_in_dialog(item, d) && xki_co_base_rank(item) < rank) {
            return true;
        }
    }
    return rank >= XKI_CO_NO_TICKET;
}

struct xki_co_fate xki_co_fate_of(const struct xk_collector *c, const struct xki_co_call *call,
                                  const struct xki_co_item *item, const struct xki_co_dialog *d)
{
    struct xki_co_fate all = {.since = 0};
    uint8_t other = item->sender == d->a ? d->b : d->a;
    bool in_response = item->position != XKI_CO_REQUEST;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        bool of_dialog = fate->peer == XKI_CO_NO_END || fate->peer == d->a || fate->peer == d->b;
        bool own = fate->owner == item->owner_end && fate->method == item->method && fate->cseq == item->cseq;
        /* An offer in a response is answered in the ACK, or in the PRACK, of the other end. */
        bool answer = in_response && fate->owner == other &&
                      ((fate->method == XKI_CO_ACK && fate->cseq == item->cseq) ||
                       (fate->method == XKI_CO_PRACK && item->position == XKI_CO_PROVISIONAL));
        if (!of_dialog || !(own || answer)) {
            continue;
        }
        unsigned int flags = fate->flags;
        if (in_response) { /* what the description with the offer says is no answer to it */
            flags &= own ? ~(unsigned int)(XKI_CO_PLAIN | XKI_CO_CHOSE) : ~(unsigned int)(XKI_CO_OK | XKI_CO_FAILED);
        }
        bool counts = !in_response || answer;
        all.flags |= (uint8_t)flags;
        all.plain |= counts ? fate->plain : 0;
        all.rejected |= counts ? fate->rejected : 0;
        all.chosen |= counts ? fate->chosen : 0;
        all.status = all.status == 0 ? fate->status : all.status;
        all.since = fate->since > all.since ? fate->since : all.since;
    }
    return all;
}
