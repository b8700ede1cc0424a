/* SPDX-License-Identifier: BSD-2-Clause */
/* Never silence (rule R18): why a call that offered a key brings no exchange. */
#include "collector/judge.h"
#include "collector/match.h"
#include "collector/scratch.h"
#include "collector/watch.h"

#include <string.h>

bool xki_co_tell(struct xk_collector *c, struct xki_co_call *call, enum xk_incomplete_reason reason,
                 enum xk_status status, uint64_t reference)
{
    struct xki_co_concerns concerns;
    xki_co_ask(c, call, NULL, &concerns);
    struct xk_incomplete out;
    memset(&out, 0, sizeof out);
    out.reason = reason;
    out.status = status;
    out.reference = reference;
    out.call_id = xki_co_in_one_piece(c, XKI_CO_AT_CALL_ID, 0, &call->call_id);
    bool all = true;
    for (size_t i = 0; i < concerns.count; i++) {
        out.warrant = concerns.of[i].warrant;
        out.cin = concerns.of[i].cin;
        out.target = concerns.of[i].target;
        out.place = (enum xk_identity_place)concerns.of[i].place;
        c->in_callback = true;
        enum xk_collector_reply reply = c->callbacks.on_incomplete(&out, c->user);
        c->in_callback = false;
        if (reply == XK_COLLECTOR_TAKEN) {
            c->counters.incomplete++;
        } else {
            c->counters.later++;
            all = false;
        }
    }
    return all;
}

/* What a dialog has of MIKEY. */
struct has {
    const struct xki_co_item *init;   /* with a ticket */
    const struct xki_co_item *update; /* without one, and no base of its CSB ID */
    const struct xki_co_item *resp;
    const struct xki_co_item *plain;  /* an INIT that was answered without a key */
    uint64_t plain_since;
};

static uint64_t plain_answer(const struct xk_collector *c, const struct xki_co_call *call,
                             const struct xki_co_item *init, const struct xki_co_dialog *d)
{
    uint8_t other = init->sender == d->a ? d->b : d->a;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        bool of_init = init->position == XKI_CO_REQUEST
                           ? fate->owner == init->owner_end && fate->cseq == init->cseq && fate->method == init->method
                           : fate->owner == other && fate->cseq == init->cseq && fate->method == XKI_CO_ACK;
        if (of_init && (fate->flags & XKI_CO_PLAIN) != 0 && (fate->peer == other || fate->peer == init->sender)) {
            return fate->since;
        }
    }
    return UINT64_MAX;
}

static void look(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_dialog *d,
                 struct has *has)
{
    memset(has, 0, sizeof *has);
    has->plain_since = UINT64_MAX;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if (!xki_co_in_dialog(item, d)) {
            continue;
        }
        if ((item->flags & XKI_CO_RESP) != 0) {
            has->resp = item;
        } else if ((item->flags & XKI_CO_TICKET) == 0) {
            has->update = item;
        } else if ((xki_co_fate(c, call, item, d) & (XKI_CO_FAILED | XKI_CO_OK)) != XKI_CO_FAILED) {
            uint64_t since = plain_answer(c, call, item, d);
            has->init = item;
            if (since < has->plain_since) {
                has->plain = item;
                has->plain_since = since;
            }
        }
    }
}

/* What an answered dialog lacks, and since when that is sure. */
static enum xk_incomplete_reason lacks(const struct xk_collector *c, const struct xki_co_dialog *d,
                                       const struct has *has, uint64_t *sure, uint64_t *reference)
{
    *sure = d->changed + xki_co_patience(c);
    if (has->plain != NULL && has->resp == NULL) {
        uint64_t settled = (has->plain_since > d->changed ? has->plain_since : d->changed) + c->config.settle;
        *sure = settled;
        *reference = has->plain->reference;
        return XK_INCOMPLETE_NO_KEY;
    }
    if (has->init != NULL) {
        *reference = has->init->reference;
        return XK_INCOMPLETE_NO_ANSWER;
    }
    if (has->update != NULL) {
        *reference = has->update->reference;
        return XK_INCOMPLETE_NO_BASE;
    }
    *reference = has->resp == NULL ? 0 : has->resp->reference;
    return XK_INCOMPLETE_NO_OFFER;
}

uint64_t xki_co_tell_incomplete(struct xk_collector *c, struct xki_co_call *call)
{
    uint64_t next = UINT64_MAX;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_DIALOG); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_dialog *d = &f->is.dialog;
        struct has has;
        if ((d->flags & XKI_CO_ANSWERED) == 0 || d->told || xki_co_has_pair(c, call, d)) {
            continue;
        }
        look(c, call, d, &has);
        if (has.init == NULL && has.update == NULL && has.resp == NULL) {
            continue;
        }
        uint64_t sure;
        uint64_t reference;
        enum xk_incomplete_reason reason = lacks(c, d, &has, &sure, &reference);
        if (sure <= c->now) {
            if (xki_co_tell(c, call, reason, XK_OK, reference)) {
                d->told = true;
                continue;
            }
            sure = c->now + c->config.retry;
        }
        next = sure < next ? sure : next;
    }
    return next;
}

/* Has nothing been said of the end of an offer's transaction? */
static bool is_open(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_item *init)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_fate *fate = &f->is.fate;
        if (fate->owner == init->owner_end && fate->method == init->method && fate->cseq >= init->cseq &&
            (fate->flags & (XKI_CO_OK | XKI_CO_FAILED)) != 0) {
            return false;
        }
    }
    return true;
}

bool xki_co_tell_unanswered(struct xk_collector *c, struct xki_co_call *call)
{
    const struct xki_co_item *init = NULL;
    const struct xki_co_item *resp = NULL;
    bool open = true;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_item *item = &f->is.item;
        if ((item->flags & XKI_CO_RESP) != 0) {
            resp = item;
        } else {
            init = item;
        }
        open = open && is_open(c, call, item);
    }
    if (!open || (init == NULL && resp == NULL)) {
        return true;
    }
    enum xk_incomplete_reason reason = init == NULL   ? XK_INCOMPLETE_NO_OFFER
                                       : resp == NULL ? XK_INCOMPLETE_NO_ANSWER
                                                      : XK_INCOMPLETE_NO_FINAL;
    return xki_co_tell(c, call, reason, XK_OK, init == NULL ? resp->reference : init->reference);
}
