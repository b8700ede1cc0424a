/* SPDX-License-Identifier: BSD-2-Clause */
/* From octets to an answer: parse, authorise, verify that it relates to the target, ask the host. */
#include "responder/engine.h"

#include <string.h>

#include "exchange/exchange.h"
#include "messages/peek.h"
#include "support/diag.h"

static void enter(struct xk_responder *r, uint64_t now_ms)
{
    r->remarks = 0;
    if (now_ms > r->now_ms) {
        r->now_ms = now_ms;
    }
}

/* What cannot be decoded is refused by name if its transaction id can be read, else dropped. */
static enum xk_status refuse_octets(struct xk_responder *r, uint32_t peer, const uint8_t *data, size_t size,
                                    enum xk_status status, const char *field)
{
    enum xk_message_type type;
    struct xk_transaction_id id;
    if (status == XK_E_VERSION && xki_message_peek_newer(data, size, &type, &id) && type == XK_MESSAGE_GET_KEYS) {
        xki_rs_refuse(r, peer, &id, status, XK_FAILURE_VERSION, field);
        return status;
    }
    if (xk_message_peek(data, size, &type, &id, NULL) == XK_OK && type == XK_MESSAGE_GET_KEYS) {
        xki_rs_refuse(r, peer, &id, status, XK_FAILURE_MALFORMED, field);
        return status;
    }
    r->counters.dropped++;
    xki_rs_observe(r, XK_RESPONDER_DROPPED, status, XK_FAILURE_NONE, field, XKI_RS_NONE, peer);
    return status;
}

/* Of a transaction asked again they are the same: so is its get_keys. */
static size_t name_sessions(const struct xk_exchange *exchange, struct xki_rs_transaction *t, uint8_t *cs_ids)
{
    size_t count = xk_exchange_sessions(exchange, cs_ids);
    for (size_t i = 0; i < count; i++) {
        (void)xki_set256_add(&t->sessions, cs_ids[i]);
    }
    return count;
}

static enum xk_status answer_failure(struct xk_responder *r, uint32_t index, enum xk_failure failure,
                                     const char *field)
{
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.failure = failure;
    return xki_rs_answer(r, index, &answer, field);
}

static enum xk_status ask_host(struct xk_responder *r, uint32_t index, const struct xk_get_keys *message,
                               const struct xk_exchange *exchange, const struct xk_relation *relation)
{
    struct xki_rs_transaction *t = &r->transactions[index];
    uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
    struct xk_query query;
    memset(&query, 0, sizeof query);
    query.handle = xki_rs_handle(r, index);
    query.peer = t->peer;
    query.message = message;
    query.exchange = exchange;
    query.relation = relation;
    query.cs_ids = cs_ids;
    query.cs_count = name_sessions(exchange, t, cs_ids);
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.sessions = r->sessions;
    answer.key_space = r->key_space;
    answer.key_space_size = XKI_RS_KEY_SPACE;
    r->in_callback = true;
    enum xk_answer_time time = r->callbacks.resolve(&query, &answer, r->user);
    r->in_callback = false;
    enum xk_status status = XK_OK;
    if (time == XK_ANSWER_LATER) {
        xki_rs_enlist(r, index, XKI_RS_PENDING, r->config.answer_timeout);
        xki_rs_observe(r, XK_RESPONDER_PENDING, XK_OK, XK_FAILURE_NONE, "", index, t->peer);
    } else {
        status = xki_rs_answer(r, index, &answer, answer.field != NULL ? answer.field : "");
    }
    xki_rs_wipe_workspace(r);
    return status;
}

static bool is_authorised(struct xk_responder *r, uint32_t peer, struct xk_bytes identity)
{
    if (r->callbacks.authorise == NULL) {
        return true;
    }
    r->in_callback = true;
    bool allowed = r->callbacks.authorise(peer, identity, r->user);
    r->in_callback = false;
    return allowed;
}

static enum xk_status judge(struct xk_responder *r, uint32_t index, const struct xk_get_keys *message,
                            struct xk_diag *diag)
{
    struct xk_diag local = {XK_OK, 0, ""};
    struct xk_exchange exchange;
    struct xk_relation relation = {.failure = XK_FAILURE_GENERIC, .field = ""};
    enum xk_status status = xki_ex_parse(message, &exchange, &local);
    r->remarks = status == XK_OK ? exchange.remarks : 0;
    if (status != XK_OK) {
        bool apart = status == XK_E_MIKEY_MISMATCH || status == XK_E_MIKEY_DATA_TYPE;
        (void)answer_failure(r, index, apart ? XK_FAILURE_MISMATCH : XK_FAILURE_MALFORMED, local.field);
        return xki_fail(diag, status, local.offset, local.field);
    }
    /* The rules' callbacks are the host's too: from inside them no call of the engine may change it. */
    r->in_callback = true;
    (void)!xk_relation_check(&exchange, message->public_kms_identity, &r->config.rules, &relation, NULL);
    r->in_callback = false;
    status = relation.failure != XK_FAILURE_NONE ? answer_failure(r, index, relation.failure, relation.field)
                                                 : ask_host(r, index, message, &exchange, &relation);
    return status == XK_OK ? XK_OK : xki_fail(diag, status, 0, "answer");
}

/* Nothing is sent: what was answered before stands, and this would be another answer. */
static enum xk_status withhold(struct xk_responder *r, uint32_t index, enum xk_failure failure, const char *field,
                               struct xk_diag *diag)
{
    r->counters.changed++;
    xki_rs_observe(r, XK_RESPONDER_CHANGED, XK_E_CONFLICT, failure, field, index, r->transactions[index].peer);
    return xki_fail(diag, XK_E_CONFLICT, 0, field);
}

/* The same get_keys again: while its answer is pending there is nothing to say. A failure is said again. For keys and
 * referrals, of which only a mark is left, the host is asked again, and so it is where there was no answer yet. */
static enum xk_status repeat(struct xk_responder *r, uint32_t index, const struct xk_get_keys *message,
                             struct xk_diag *diag)
{
    struct xki_rs_transaction *t = &r->transactions[index];
    const bool answered = t->answer_mark != 0;
    if (t->state == XKI_RS_PENDING) {
        r->counters.duplicates++;
        return xki_fail(diag, XK_E_DUPLICATE, 0, "transaction id");
    }
    if (answered && t->failure != XK_FAILURE_NONE && t->failure != XK_FAILURE_OTHER_KMS) {
        return answer_failure(r, index, (enum xk_failure)t->failure, "");
    }
    if (!is_authorised(r, t->peer, message->public_kms_identity)) {
        return answered ? withhold(r, index, XK_FAILURE_NOT_AUTHORISED, "peer", diag)
                        : answer_failure(r, index, XK_FAILURE_NOT_AUTHORISED, "peer");
    }
    xki_rs_renew(r, index);
    return judge(r, index, message, diag);
}

/* A get_keys under an id that is not known. One who may not ask gets a place only where it costs nobody else's. */
static enum xk_status begin(struct xk_responder *r, uint32_t peer, const struct xk_get_keys *message, uint64_t mark,
                            struct xk_diag *diag)
{
    const bool denied = !is_authorised(r, peer, message->public_kms_identity);
    uint32_t index = xki_rs_open(r, &message->transaction_id, denied);
    if (index == XKI_RS_NONE) {
        xki_rs_refuse(r, peer, &message->transaction_id, denied ? XK_OK : XK_E_FULL,
                      denied ? XK_FAILURE_NOT_AUTHORISED : XK_FAILURE_UNAVAILABLE, denied ? "peer" : "");
        return XK_OK;
    }
    struct xki_rs_transaction *t = &r->transactions[index];
    t->request_mark = mark;
    t->peer = peer;
    t->link = r->link;
    t->denied = denied;
    return denied ? answer_failure(r, index, XK_FAILURE_NOT_AUTHORISED, "peer") : judge(r, index, message, diag);
}

enum xk_status xk_responder_receive(struct xk_responder *responder, uint64_t now_ms, uint32_t peer,
                                    const uint8_t *data, size_t size, struct xk_diag *diag)
{
    return xk_responder_receive_on(responder, now_ms, peer, 0, data, size, diag);
}

enum xk_status xk_responder_receive_on(struct xk_responder *responder, uint64_t now_ms, uint32_t peer, uint64_t link,
                                       const uint8_t *data, size_t size, struct xk_diag *diag)
{
    struct xk_responder *r = responder;
    struct xk_diag local = {XK_OK, 0, ""};
    struct xk_get_keys message;
    if (r == NULL || data == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (r->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    enter(r, now_ms);
    r->link = link;
    r->counters.received++;
    enum xk_status status = xk_get_keys_decode(data, size, &message, &local);
    if (status != XK_OK) {
        (void)xki_fail(diag, status, local.offset, local.field);
        return refuse_octets(r, peer, data, size, status, local.field);
    }
    uint64_t mark = xki_siphash(&r->hash_key, data, size);
    uint32_t index = xki_rs_find(r, &message.transaction_id);
    if (index == XKI_RS_NONE) {
        return begin(r, peer, &message, mark, diag);
    }
    struct xki_rs_transaction *t = &r->transactions[index];
    if (t->peer != peer || t->request_mark != mark) {
        const char *field = t->peer != peer ? "peer" : "transaction id";
        xki_rs_refuse(r, peer, &message.transaction_id, XK_E_CONFLICT, XK_FAILURE_CONFLICT, field);
        return xki_fail(diag, XK_E_CONFLICT, 0, field);
    }
    t->link = link;
    return repeat(r, index, &message, diag);
}

enum xk_status xk_responder_complete(struct xk_responder *responder, uint64_t now_ms, uint64_t handle,
                                     const struct xk_answer *answer, struct xk_diag *diag)
{
    if (responder == NULL || answer == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (answer->sessions == NULL && answer->session_count > 0) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "sessions");
    }
    if (responder->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    enter(responder, now_ms);
    uint32_t index = xki_rs_by_handle(responder, handle);
    if (index == XKI_RS_NONE) {
        return xki_fail(diag, XK_E_UNKNOWN, 0, "handle");
    }
    enum xk_status status = xki_rs_answer(responder, index, answer, answer->field != NULL ? answer->field : "");
    return status == XK_OK ? XK_OK : xki_fail(diag, status, 0, "answer");
}

static bool is_due(const struct xk_responder *r, enum xki_rs_state state)
{
    uint32_t oldest = xki_rs_oldest(r, state);
    return oldest != XKI_RS_NONE && r->transactions[oldest].deadline <= r->now_ms;
}

enum xk_status xk_responder_tick(struct xk_responder *responder, uint64_t now_ms)
{
    struct xk_responder *r = responder;
    if (r == NULL) {
        return XK_E_ARGUMENT;
    }
    if (r->in_callback) {
        return XK_E_BUSY;
    }
    enter(r, now_ms);
    while (is_due(r, XKI_RS_PENDING)) {
        uint32_t index = xki_rs_oldest(r, XKI_RS_PENDING);
        r->counters.expired++;
        xki_rs_observe(r, XK_RESPONDER_EXPIRED, XK_OK, XK_FAILURE_UNAVAILABLE, "", index, r->transactions[index].peer);
        (void)answer_failure(r, index, XK_FAILURE_UNAVAILABLE, "");
    }
    static const enum xki_rs_state kept[] = {XKI_RS_REMEMBERED, XKI_RS_DENIED};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        while (is_due(r, kept[i])) {
            xki_rs_close(r, xki_rs_oldest(r, kept[i]));
        }
    }
    return XK_OK;
}

uint64_t xk_responder_next_deadline(const struct xk_responder *responder)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; responder != NULL && i < XKI_RS_LISTS; i++) {
        uint32_t oldest = responder->lists[i].first;
        if (oldest != XKI_RS_NONE && responder->transactions[oldest].deadline < next) {
            next = responder->transactions[oldest].deadline;
        }
    }
    return next;
}
