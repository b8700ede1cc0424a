/* SPDX-License-Identifier: BSD-2-Clause */
/* From octets to an answer: parse, authorise, verify that it relates to the target, ask the host. */
#include "responder/engine.h"

#include <string.h>

#include "exchange/exchange.h"
#include "support/diag.h"

static void enter(struct xk_responder *r, uint64_t now_ms)
{
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
    if (xk_message_peek(data, size, &type, &id, NULL) == XK_OK && type == XK_MESSAGE_GET_KEYS) {
        xki_responder_refuse(r, peer, &id, status, XK_FAILURE_MALFORMED, field);
        return status;
    }
    r->counters.dropped++;
    xki_responder_observe(r, XK_RESPONDER_DROPPED, status, XK_FAILURE_NONE, field, XKI_NO_TRANSACTION, peer);
    return status;
}

static size_t name_sessions(const struct xk_exchange *exchange, struct xki_transaction *t, uint8_t *cs_ids)
{
    size_t count = xk_exchange_sessions(exchange, cs_ids);
    memset(&t->sessions, 0, sizeof t->sessions);
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
    return xki_responder_answer(r, index, &answer, field);
}

static enum xk_status ask_host(struct xk_responder *r, uint32_t index, const struct xk_get_keys *message,
                               const struct xk_exchange *exchange, const struct xk_relation *relation)
{
    struct xki_transaction *t = &r->transactions[index];
    uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
    struct xk_query query;
    memset(&query, 0, sizeof query);
    query.handle = xki_transaction_handle(r, index);
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
    answer.key_space_size = XKI_KEY_SPACE;
    r->in_callback = true;
    enum xk_answer_time time = r->callbacks.resolve(&query, &answer, r->user);
    r->in_callback = false;
    enum xk_status status = XK_OK;
    if (time == XK_ANSWER_LATER) {
        xki_transaction_enlist(r, index, XKI_T_PENDING, r->config.answer_timeout);
        xki_responder_observe(r, XK_RESPONDER_PENDING, XK_OK, XK_FAILURE_NONE, "", index, t->peer);
    } else {
        status = xki_responder_answer(r, index, &answer, answer.field != NULL ? answer.field : "");
    }
    xki_responder_wipe_workspace(r);
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
    if (status != XK_OK) {
        bool apart = status == XK_E_MIKEY_MISMATCH || status == XK_E_MIKEY_DATA_TYPE;
        (void)answer_failure(r, index, apart ? XK_FAILURE_MISMATCH : XK_FAILURE_MALFORMED, local.field);
        return xki_fail(diag, status, local.offset, local.field);
    }
    /* The rules' callbacks are the host's too: from inside them no call of the engine may change it. */
    r->in_callback = true;
    (void)!xk_relation_check(&exchange, message->public_kms_identity, &r->config.rules, &relation, NULL);
    r->in_callback = false;
    if (relation.failure != XK_FAILURE_NONE) {
        return answer_failure(r, index, relation.failure, relation.field);
    }
    return ask_host(r, index, message, &exchange, &relation);
}

/* The same get_keys again: while its answer is pending there is nothing to say; a failure is said again. */
static enum xk_status repeat(struct xk_responder *r, uint32_t index, const struct xk_get_keys *message,
                             struct xk_diag *diag)
{
    struct xki_transaction *t = &r->transactions[index];
    if (t->state == XKI_T_PENDING) {
        r->counters.duplicates++;
        return xki_fail(diag, XK_E_DUPLICATE, 0, "transaction id");
    }
    if (t->failure != XK_FAILURE_NONE && t->failure != XK_FAILURE_OTHER_KMS) {
        return answer_failure(r, index, (enum xk_failure)t->failure, "");
    }
    if (!is_authorised(r, t->peer, message->public_kms_identity)) {
        xki_responder_refuse(r, t->peer, &message->transaction_id, XK_OK, XK_FAILURE_NOT_AUTHORISED, "peer");
        return XK_OK;
    }
    return judge(r, index, message, diag);
}

enum xk_status xk_responder_receive(struct xk_responder *responder, uint64_t now_ms, uint32_t peer,
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
    r->counters.received++;
    enum xk_status status = xk_get_keys_decode(data, size, &message, &local);
    if (status != XK_OK) {
        (void)xki_fail(diag, status, local.offset, local.field);
        return refuse_octets(r, peer, data, size, status, local.field);
    }
    uint64_t mark = xki_siphash(&r->hash_key, data, size);
    uint32_t index = xki_transaction_find(r, &message.transaction_id);
    if (index != XKI_NO_TRANSACTION) {
        if (r->transactions[index].request_mark != mark || r->transactions[index].peer != peer) {
            xki_responder_refuse(r, peer, &message.transaction_id, XK_E_CONFLICT, XK_FAILURE_CONFLICT,
                                 "transaction id");
            return xki_fail(diag, XK_E_CONFLICT, 0, "transaction id");
        }
        return repeat(r, index, &message, diag);
    }
    /* Before it gets a place: others' answers are not forgotten for one who may not ask. */
    if (!is_authorised(r, peer, message.public_kms_identity)) {
        xki_responder_refuse(r, peer, &message.transaction_id, XK_OK, XK_FAILURE_NOT_AUTHORISED, "peer");
        return XK_OK;
    }
    index = xki_transaction_open(r, &message.transaction_id);
    if (index == XKI_NO_TRANSACTION) {
        xki_responder_refuse(r, peer, &message.transaction_id, XK_E_FULL, XK_FAILURE_UNAVAILABLE, "");
        return XK_OK;
    }
    r->transactions[index].request_mark = mark;
    r->transactions[index].peer = peer;
    return judge(r, index, &message, diag);
}

enum xk_status xk_responder_complete(struct xk_responder *responder, uint64_t now_ms, uint64_t handle,
                                     const struct xk_answer *answer)
{
    if (responder == NULL || answer == NULL || (answer->sessions == NULL && answer->session_count > 0)) {
        return XK_E_ARGUMENT;
    }
    if (responder->in_callback) {
        return XK_E_BUSY;
    }
    enter(responder, now_ms);
    uint32_t index = xki_transaction_by_handle(responder, handle);
    if (index == XKI_NO_TRANSACTION) {
        return XK_E_UNKNOWN;
    }
    return xki_responder_answer(responder, index, answer, answer->field != NULL ? answer->field : "");
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
    while (r->pending.first != XKI_NO_TRANSACTION && r->transactions[r->pending.first].deadline <= r->now_ms) {
        uint32_t index = r->pending.first;
        r->counters.expired++;
        xki_responder_observe(r, XK_RESPONDER_EXPIRED, XK_OK, XK_FAILURE_UNAVAILABLE, "", index,
                              r->transactions[index].peer);
        (void)answer_failure(r, index, XK_FAILURE_UNAVAILABLE, "");
    }
    while (r->remembered.first != XKI_NO_TRANSACTION && r->transactions[r->remembered.first].deadline <= r->now_ms) {
        xki_transaction_close(r, r->remembered.first);
    }
    return XK_OK;
}

uint64_t xk_responder_next_deadline(const struct xk_responder *responder)
{
    uint64_t next = UINT64_MAX;
    const uint32_t firsts[] = {responder->pending.first, responder->remembered.first};
    for (size_t i = 0; i < 2; i++) {
        if (firsts[i] != XKI_NO_TRANSACTION && responder->transactions[firsts[i]].deadline < next) {
            next = responder->transactions[firsts[i]].deadline;
        }
    }
    return next;
}
