/* SPDX-License-Identifier: BSD-2-Clause */
/* TS 33.107 7A.7.5: a call that was running when its interception began, as the CSCF kept it. */
#include "collector/collect.h"
#include "collector/judge.h"
#include "collector/read.h"
#include "collector/scratch.h"
#include "collector/watch.h"
#include "support/diag.h"
#include "support/sized.h"

#include <string.h>

#define EVENT_FIRST XKI_SIZED_FIRST(struct xk_collector_established, reference)

/* Ends of a dialog whose tags nobody kept. */
static const struct xk_bytes offerer = {(const uint8_t *)"offer", 5};
static const struct xk_bytes answerer = {(const uint8_t *)"answer", 6};

static uint64_t tag_of(const struct xk_collector *c, struct xk_bytes name)
{
    return xki_siphash(&c->group_keys[0], name.data, name.size);
}

static void copy_call(const struct xki_co_event *from, struct xki_co_event *to)
{
    to->call_id = from->call_id;
    to->key[0] = from->key[0];
    to->key[1] = from->key[1];
}

/* What the headers of an answer would say, if there are none: to an offer in a request its 2xx, to one in a 2xx the
 * ACK, to one in a reliable response the PRACK that names it. */
static void make_answer(const struct xki_co_event *offer, struct xki_co_event *answer)
{
    answer->cseq = offer->cseq;
    if (offer->status_code == 0) {
        answer->status_code = 200;
        answer->method = offer->method;
    } else {
        bool final = offer->status_code >= 200;
        answer->method = final ? XKI_CO_ACK : XKI_CO_PRACK;
        answer->rseq = final ? 0 : offer->rseq;
        answer->answers = final ? 0 : offer->cseq;
    }
}

/* And those of an offer. */
static void make_offer(const struct xki_co_event *answer, struct xki_co_event *offer)
{
    bool in_response = answer->status_code == 0;
    bool in_final = in_response && answer->method == XKI_CO_ACK;
    offer->method = in_response ? (uint8_t)XKI_CO_INVITE : answer->method;
    offer->status_code = !in_response ? 0 : in_final ? 200 : 183;
    offer->cseq = in_response && !in_final ? answer->answers : answer->cseq;
    offer->rseq = in_response && !in_final ? answer->rseq : 0;
}

/* What one of the two lacks the other may have; both are messages of one dialog. */
static void complete(const struct xk_collector *c, const struct xk_collector_established *event,
                     struct xki_co_event *offer, struct xki_co_event *answer)
{
    bool has_offer = event->offer_headers.size != 0;
    bool has_answer = event->answer_headers.size != 0;
    if (!has_offer && !has_answer) {
        offer->call_id = event->correlation;
        offer->key[0] = xki_siphash(&c->keys[0], event->correlation.data, event->correlation.size);
        offer->key[1] = xki_siphash(&c->keys[1], event->correlation.data, event->correlation.size);
        offer->from_tag = tag_of(c, offerer);
    } else if (!has_offer) {
        copy_call(answer, offer);
        offer->from_tag = answer->from_tag;
        make_offer(answer, offer);
    }
    copy_call(offer, answer);
    if (!has_answer) {
        answer->from_tag = offer->from_tag;
        make_answer(offer, answer);
    }
    if (!answer->has_to_tag) {
        answer->to_tag = offer->has_to_tag ? offer->to_tag : tag_of(c, answerer);
        answer->has_to_tag = true;
    }
    if (offer->status_code != 0 && !offer->has_to_tag) {
        offer->to_tag = answer->to_tag;
        offer->has_to_tag = true;
    }
}

enum xk_status xk_collector_take_established(struct xk_collector *collector, uint64_t now_ms,
                                             const struct xk_collector_established *event, struct xk_diag *diag)
{
    struct xk_collector_established e;
    memset(&e, 0, sizeof e);
    if (collector == NULL || event == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_sized_read(&e, event, EVENT_FIRST, sizeof e)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (e.correlation.size > XKI_CO_CORRELATION_MAX || (e.correlation.data == NULL && e.correlation.size != 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "correlation");
    }
    e.correlation = xki_co_correlation(e.correlation);
    if (e.correlation.size == 0 && e.offer_headers.size == 0 && e.answer_headers.size == 0) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "correlation");
    }
    const struct xk_bytes *parts[] = {&e.offer_headers, &e.answer_headers, &e.offer_sdp, &e.answer_sdp};
    for (unsigned int i = 0; i < 4; i++) {
        if (parts[i]->data == NULL && parts[i]->size != 0) {
            return xki_fail(diag, XK_E_ARGUMENT, 0, i < 2 ? "headers" : "sdp");
        }
    }
    if (e.offer_sdp.size == 0 && e.answer_sdp.size == 0) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "sdp");
    }
    if (collector->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    xki_co_set_now(collector, now_ms);
    collector->counters.messages++;
    struct xk_collector_message m = {.size = sizeof m, .octets = e.offer_headers, .source = e.source,
                                     .trusted = e.trusted, .correlation = e.correlation, .xid = e.xid,
                                     .reference = e.reference};
    struct xki_co_event both[2];
    enum xk_status status = xki_co_read_apart(collector, &m, e.offer_sdp, false, &both[0], diag);
    if (status == XK_OK) {
        m.octets = e.answer_headers;
        m.xid = NULL;
        status = xki_co_read_apart(collector, &m, e.answer_sdp, true, &both[1], diag);
    }
    if (status != XK_OK) {
        xki_co_refuse(collector, status, e.source);
        return status;
    }
    complete(collector, &e, &both[0], &both[1]);
    for (unsigned int i = 0; i < 2 && status == XK_OK; i++) {
        status = xki_co_take_event(collector, &both[i], diag);
    }
    return status;
}
