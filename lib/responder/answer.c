/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers: encoded into the working space, marked, sent, wiped. The mark, a keyed hash, is all that is left of an
 * answer: enough to see that a repeated one is the same, and nothing that tells a key.
 */
#include "responder/engine.h"

#include <string.h>

#include <xk/secret.h>

void xki_rs_observe(struct xk_responder *r, enum xk_responder_event event, enum xk_status status,
                           enum xk_failure failure, const char *field, uint32_t index, uint32_t peer)
{
    if (r->callbacks.observe == NULL) {
        return;
    }
    const struct xk_responder_observation observation = {
        .event = event,
        .status = status,
        .failure = failure,
        .field = field,
        .handle = index != XKI_RS_NONE ? xki_rs_handle(r, index) : 0,
        .peer = peer,
        .now_ms = r->now_ms,
        .remarks = r->remarks,
    };
    r->in_callback = true;
    r->callbacks.observe(&observation, r->user);
    r->in_callback = false;
}

void xki_rs_wipe_workspace(struct xk_responder *r)
{
    xk_wipe(r->key_space, XKI_RS_KEY_SPACE);
    xk_wipe(r->sessions, XK_CRYPTO_SESSIONS_MAX * sizeof *r->sessions);
}

static bool send(struct xk_responder *r, uint32_t peer, uint64_t link, size_t size)
{
    struct xk_bytes octets = {r->out, size};
    r->in_callback = true;
    bool sent = r->callbacks.send_on != NULL ? r->callbacks.send_on(peer, link, octets, r->user)
                                             : r->callbacks.send(peer, octets, r->user);
    r->in_callback = false;
    if (!sent) {
        r->counters.send_failed++;
    }
    return sent;
}

/* The space takes every response, and a failure alone breaks no rule: it is always encoded. */
static size_t encode_failure(struct xk_responder *r, const struct xk_transaction_id *id, enum xk_failure failure)
{
    struct xk_get_keys_response response;
    size_t size = 0;
    memset(&response, 0, sizeof response);
    response.transaction_id = *id;
    response.failure = failure;
    (void)!xk_get_keys_response_encode(&response, r->out, XKI_RS_ANSWER_SPACE, &size, NULL);
    return size;
}

/* An answer of the host's that the profile forbids becomes the generic failure: the DF2/MF must not be left waiting. */
static enum xk_status encode(struct xk_responder *r, const struct xki_rs_transaction *t, const struct xk_answer *answer,
                             size_t *size)
{
    struct xk_get_keys_response response;
    memset(&response, 0, sizeof response);
    response.transaction_id = t->id;
    response.failure = answer->failure;
    response.referral = answer->referral;
    response.sessions = answer->session_count > 0 ? answer->sessions : NULL;
    response.session_count = answer->session_count;
    bool inside = answer->session_count <= XK_CRYPTO_SESSIONS_MAX;
    for (size_t i = 0; i < answer->session_count && inside; i++) {
        inside = xki_set256_has(&t->sessions, answer->sessions[i].cs_id);
    }
    if (inside && xk_get_keys_response_encode(&response, r->out, XKI_RS_ANSWER_SPACE, size, NULL) == XK_OK) {
        return XK_OK;
    }
    *size = encode_failure(r, &t->id, XK_FAILURE_GENERIC);
    return XK_E_HOST;
}

static void count_first(struct xk_responder *r, enum xk_failure failure)
{
    if (failure == XK_FAILURE_NONE) {
        r->counters.answered++;
    } else {
        r->counters.refused++;
        r->counters.failure[failure]++;
    }
}

/* What the answer means for the transaction. "Unavailable" is no answer that would bind: the DF2/MF asks again, and may
 * get another. */
static enum xk_responder_event settle(struct xk_responder *r, struct xki_rs_transaction *t, uint64_t mark,
                                      enum xk_failure failure)
{
    if (t->answer_mark != 0 && mark != t->answer_mark) {
        r->counters.changed++;
        return XK_RESPONDER_CHANGED;
    }
    if (t->answer_mark != 0) {
        r->counters.repeated++;
        return XK_RESPONDER_REPEATED;
    }
    t->answer_mark = failure != XK_FAILURE_UNAVAILABLE ? mark : 0;
    t->failure = (uint8_t)failure;
    count_first(r, failure);
    return failure == XK_FAILURE_NONE ? XK_RESPONDER_ANSWERED : XK_RESPONDER_REFUSED;
}

enum xk_status xki_rs_answer(struct xk_responder *r, uint32_t index, const struct xk_answer *answer,
                             const char *field)
{
    struct xki_rs_transaction *t = &r->transactions[index];
    size_t size = 0;
    enum xk_status status = encode(r, t, answer, &size);
    enum xk_failure failure = status == XK_OK ? answer->failure : XK_FAILURE_GENERIC;
    uint64_t mark = xki_siphash(&r->hash_key, r->out, size) | 1u;
    xki_rs_enlist(r, index, t->denied ? XKI_RS_DENIED : XKI_RS_REMEMBERED, r->config.remember);
    enum xk_responder_event event = settle(r, t, mark, failure);
    if (event == XK_RESPONDER_CHANGED) {
        status = XK_E_CONFLICT;
    } else if (!send(r, t->peer, t->link, size)) {
        event = XK_RESPONDER_SEND_FAILED;
    }
    xk_wipe(r->out, size);
    xki_rs_observe(r, event, status, failure, field, index, t->peer);
    return status;
}

void xki_rs_refuse(struct xk_responder *r, uint32_t peer, const struct xk_transaction_id *id,
                   enum xk_status status, enum xk_failure failure, const char *field)
{
    size_t size = encode_failure(r, id, failure);
    count_first(r, failure);
    bool sent = send(r, peer, r->link, size);
    xki_rs_observe(r, sent ? XK_RESPONDER_REFUSED : XK_RESPONDER_SEND_FAILED, status, failure, field, XKI_RS_NONE,
                   peer);
}
