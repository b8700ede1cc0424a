/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiving: what cannot be trusted never settles a request.
 *
 * In order: decode with every strictness of the profile, find the transaction, check the peer, check the
 * state, pick what was asked for. Each refusal has its own status; none changes the request, whose timer
 * runs on.
 */
#include "messages/failure.h"
#include "messages/layout.h"
#include "messages/response_decode.h"
#include "requester/ask.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"
#include "support/diag.h"

#include <xk/secret.h>

#include <string.h>

/* What a call has received, and from whom. */
struct received {
    uint32_t kms;
    uint32_t fingerprint;
    struct xk_get_keys_response answer;
    uint32_t concerned;    /* the request that a refusal is about, or none */
    bool unrequested_seen; /* what it has too much has been counted */
    enum xk_failure moved; /* why its KMS cannot answer, if it said so; else none */
};

static size_t count_keys(const struct xk_session_result *results, size_t count)
{
    size_t keys = 0;
    for (size_t i = 0; i < count; i++) {
        keys += results[i].failure == XK_FAILURE_NONE;
    }
    return keys;
}

/* An answer to a transaction that is over. */
static enum xk_status refuse_ended(struct xk_requester *r, const struct received *in, bool answered, bool same)
{
    if (answered) {
        return same ? XK_E_DUPLICATE : XK_E_CONFLICT;
    }
    if (count_keys(in->answer.sessions, in->answer.session_count) > 0) {
        r->counters.late_keys++;
        xki_rq_observe_at(r, XK_EVENT_LATE_KEYS, XK_E_LATE, in->concerned, in->kms);
    }
    return XK_E_LATE;
}

static bool is_exactly(const struct xk_get_keys_response *answer, const uint8_t *wanted, size_t count)
{
    if (answer->session_count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (answer->sessions[i].cs_id != wanted[i]) {
            return false;
        }
    }
    return true;
}

/* The results for the Crypto Sessions that were asked for, and only these; both lists ascend. Nearly always they are
 * the answer's own. */
static const struct xk_session_result *pick_requested(struct xk_requester *r, uint32_t index,
                                                      const struct xk_get_keys_response *answer, size_t *unrequested)
{
    const uint8_t *wanted = xki_rq_sessions(r, index);
    size_t count = xki_rq_record(r, index)->cs_count;
    *unrequested = 0;
    if (is_exactly(answer, wanted, count)) {
        return answer->sessions;
    }
    size_t at = 0;
    size_t matched = 0;
    for (size_t i = 0; i < count; i++) {
        while (at < answer->session_count && answer->sessions[at].cs_id < wanted[i]) {
            at++;
        }
        if (at < answer->session_count && answer->sessions[at].cs_id == wanted[i]) {
            r->results[i] = answer->sessions[at];
            matched++;
        } else {
            memset(&r->results[i], 0, sizeof r->results[i]);
            r->results[i].cs_id = wanted[i];
            r->results[i].failure = XK_FAILURE_NOT_ANSWERED;
            r->results[i].cipher = XK_CIPHER_ABSENT;
            r->results[i].encoding = XK_KEY_ENCODING_ABSENT;
        }
    }
    *unrequested = answer->session_count - matched;
    return r->results;
}

static void count_unrequested(struct xk_requester *r, uint32_t index, struct received *in, size_t unrequested)
{
    if (unrequested > 0 && !in->unrequested_seen) {
        in->unrequested_seen = true;
        r->counters.unrequested += unrequested;
        xki_rq_observe_at(r, XK_EVENT_UNREQUESTED, XK_OK, index, in->kms);
    }
}

/* One reason for a request none of whose Crypto Sessions got a key: theirs, if they agree. */
static enum xk_failure common_failure(const struct xk_session_result *results, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (results[i].failure != results[0].failure) {
            return XK_FAILURE_GENERIC;
        }
    }
    return results[0].failure;
}

/* A KMS that cannot answer, now or this version. It decides only when nobody else may answer and nothing more is
 * sent. */
static enum xk_status move_on(struct xk_requester *r, uint32_t index, struct received *in,
                              enum xk_failure failure)
{
    bool was_open = xki_rq_state(r, index) == XKI_RQ_SPENT && xki_rq_ask_may_answer(r, index);
    bool at = xki_rq_ask_is_at(r, index, in->kms);
    xki_rq_ask_answered(r, index, in->kms);
    if (was_open && !xki_rq_ask_may_answer(r, index)) {
        xki_rq_share_closed(r, index);
    }
    if (at) {
        xki_rq_attempt_failed(r, index, false);
    }
    in->moved = failure;
    return XK_OK;
}

/* Once all that share the transaction know: nobody is left who may answer this one. */
static enum xk_status settle(struct xk_requester *r, uint32_t index, const struct received *in)
{
    if (!xki_rq_is_forsaken(r, index)) {
        return XK_OK;
    }
    struct xki_rq_decision decision = {XKI_RQ_ANSWER_FAILURE, XK_CAUSE_KMS_REFUSED, in->moved, in->fingerprint};
    xki_rq_decide_failure(r, index, &decision);
    return r->fenced ? XK_E_FENCED : XK_OK;
}

/* A referral to the KMS to which one has led already: that one is asked in its turn. */
static bool names_followed(const struct xk_requester *r, uint32_t index, const struct received *in)
{
    unsigned int last = xki_rq_record(r, index)->route_count - 1u;
    return xki_failure_course(in->answer.failure) == XKI_FAILURE_REFERRED && xki_rq_is(r, index, XKI_RQ_REFERRED) &&
           in->answer.referral.data != NULL &&
           xki_rq_find_kms(r, in->answer.referral) == xki_rq_routes(r, index)[last];
}

static enum xk_status take_failure(struct xk_requester *r, uint32_t index, struct received *in,
                                   enum xk_failure failure)
{
    enum xki_rq_state state = xki_rq_state(r, index);
    if (state == XKI_RQ_GRACE) {
        return XK_E_LATE;
    }
    if (state == XKI_RQ_BLOCKED) {
        return XK_E_CONFLICT;
    }
    enum xki_failure_course course = xki_failure_course(failure);
    if (course == XKI_FAILURE_RETRIED || course == XKI_FAILURE_MOVES_ON || names_followed(r, index, in)) {
        return move_on(r, index, in, failure);
    }
    struct xki_rq_decision decision = {XKI_RQ_ANSWER_FAILURE, XK_CAUSE_KMS_REFUSED, failure, in->fingerprint};
    xki_rq_decide_failure(r, index, &decision);
    return r->fenced ? XK_E_FENCED : XK_OK;
}

/* The KMS names another one that issued the ticket (RFC 6043 section 10): ask that one, once, if it is known. */
static bool follow_referral(struct xk_requester *r, uint32_t index, const struct received *in)
{
    uint32_t named = xki_rq_find_kms(r, in->answer.referral);
    if (named == XKI_RQ_NONE || !xki_rq_ask_may_refer(r, index)) {
        return false;
    }
    xki_rq_move(r, index, XKI_RQ_REFER); /* first: the group counts who is SPENT and may be answered */
    xki_rq_ask_answered(r, index, in->kms);
    xki_rq_ask_refer(r, index, named);
    if (xki_rq_state(r, index) == XKI_RQ_READY) {
        xki_rq_wait_until(r, index, XK_NEVER);
    }
    r->counters.referred++;
    xki_rq_observe_at(r, XK_EVENT_REFERRED, XK_OK, index, named);
    return true;
}

static enum xk_status take_refusal(struct xk_requester *r, uint32_t index, struct received *in)
{
    if (xki_failure_course(in->answer.failure) == XKI_FAILURE_REFERRED && in->answer.referral.data != NULL &&
        xki_rq_is_pending(xki_rq_state(r, index)) && follow_referral(r, index, in)) {
        return XK_OK;
    }
    return take_failure(r, index, in, in->answer.failure);
}

static enum xk_status take_results(struct xk_requester *r, uint32_t index, struct received *in)
{
    size_t unrequested;
    const struct xk_session_result *results = pick_requested(r, index, &in->answer, &unrequested);
    if (xki_rq_state(r, index) != XKI_RQ_BLOCKED) {
        count_unrequested(r, index, in, unrequested);
    }
    size_t count = xki_rq_record(r, index)->cs_count;
    size_t keys = count_keys(results, count);
    if (keys == 0) {
        return take_failure(r, index, in, common_failure(results, count));
    }
    return xki_rq_decide_keys(r, index, in->kms, keys < count, results, count, in->fingerprint);
}

/* No FREE one is found by its id, and none is OFFERED while the host cannot call. */
static enum xk_status give(struct xk_requester *r, uint32_t index, struct received *in)
{
    enum xki_rq_state state = xki_rq_state(r, index);
    in->concerned = index;
    bool same = in->fingerprint == xki_rq_record(r, index)->progress.fingerprint;
    if (state == XKI_RQ_OWED || state == XKI_RQ_HELD) {
        return refuse_ended(r, in, xki_rq_is_answered(r, index), same);
    }
    if (state == XKI_RQ_BLOCKED && !same) {
        /* A KMS that cannot answer now contradicts nothing: another one is asked again with a later pass of offers. */
        xki_rq_ask_answered(r, index, in->kms);
        return xki_failure_course(in->answer.failure) == XKI_FAILURE_RETRIED ? XK_OK : XK_E_CONFLICT;
    }
    if (in->answer.failure != XK_FAILURE_NONE) {
        return take_refusal(r, index, in);
    }
    return take_results(r, index, in);
}

/* Of two that share a transaction: octets that one still needs may not be wiped, and one that was served suffices. */
static enum xk_status both(enum xk_status a, enum xk_status b)
{
    static const enum xk_status order[] = {XK_E_FENCED, XK_E_BLOCKED, XK_OK};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return a;
}

static void end_group(struct xk_requester *r, uint32_t group)
{
    uint32_t next = xki_rq_share_end(r, group);
    if (next != XKI_RQ_NONE) {
        xki_rq_carry(r, next);
    }
}

static enum xk_status settle_all(struct xk_requester *r, struct received *in)
{
    uint32_t found = xki_rq_find_transaction(r, &in->answer.transaction_id, XKI_RQ_NONE);
    enum xk_status status = XK_OK;
    if (found == XKI_RQ_NONE) {
        return status; /* a callback has ended them all */
    }
    uint32_t group = xki_rq_share_begin(r, found);
    for (uint32_t i = xki_rq_share_next(r, group); i != XKI_RQ_NONE && !r->fenced; i = xki_rq_share_next(r, group)) {
        status = both(status, settle(r, i, in));
    }
    end_group(r, group);
    return status;
}

/* To every request of the transaction. What callbacks end meanwhile is left out; what they submit does not join. */
static enum xk_status give_to_all(struct xk_requester *r, uint32_t found, struct received *in)
{
    if (!r->config.share_queries) {
        enum xk_status alone = give(r, found, in);
        return in->moved == XK_FAILURE_NONE ? alone : settle(r, found, in);
    }
    uint32_t group = xki_rq_share_begin(r, found);
    uint32_t index = xki_rq_share_next(r, group);
    enum xk_status status = give(r, index != XKI_RQ_NONE ? index : found, in);
    while (!r->fenced && index != XKI_RQ_NONE) {
        index = xki_rq_share_next(r, group);
        if (index != XKI_RQ_NONE) {
            status = both(status, give(r, index, in));
        }
    }
    end_group(r, group);
    if (in->moved != XK_FAILURE_NONE && !r->fenced) {
        status = both(status, settle_all(r, in));
    }
    return status;
}

/* Where libxk writes the id, so that what it names can be on its way; in another encoding, in vain. */
static bool usual_id(const uint8_t *data, size_t size, struct xk_transaction_id *id)
{
    if (data == NULL || size < XKI_ID_OFFSET + sizeof id->octets) {
        return false;
    }
    memcpy(id->octets, data + XKI_ID_OFFSET, sizeof id->octets);
    return true;
}

static void fetch_cell(const struct xk_requester *r, const uint8_t *data, size_t size)
{
    struct xk_transaction_id id;
    if (usual_id(data, size, &id)) {
        xki_idmap_fetch(&r->ids, xki_rq_id_hash(&id));
    }
}

/* The order is for the cache: what is read from the map, then from the slot, then of the timers beside it, each is
 * asked for while something else is computed. */
static enum xk_status receive(struct xk_requester *r, struct received *in, const uint8_t *data, size_t size,
                              struct xk_diag *diag)
{
    struct xki_response_reader reader;
    size_t extensions = 0;
    fetch_cell(r, data, size);
    enum xk_status status = xki_response_begin(&reader, &r->response_head, data, size, diag);
    if (status != XK_OK) {
        return status;
    }
    /* Of what may differ between two answers to one transaction. */
    in->fingerprint = (uint32_t)xki_siphash(&r->hash_key, data + reader.reader.at, size - reader.reader.at);
    uint32_t guess = xki_idmap_guess(&r->ids, xki_rq_id_hash(&reader.transaction));
    xki_rq_fetch_answered(r, guess);
    xki_rq_fetch_grave(r, &reader.transaction);
    status = xki_response_finish(&reader, &in->answer, r->answer, XK_CRYPTO_SESSIONS_MAX, &extensions);
    if (status != XK_OK) {
        return status;
    }
    if (guess != XKI_RQ_NONE) {
        xki_rq_wait_fetch(r, guess);
    }
    r->counters.extensions += extensions > 0;
    uint32_t found = xki_rq_find_transaction(r, &in->answer.transaction_id, guess);
    if (found == XKI_RQ_NONE) {
        const struct xki_rq_grave *grave = xki_rq_find_grave(r, &in->answer.transaction_id);
        status = grave == NULL ? XK_E_UNKNOWN
                               : refuse_ended(r, in, grave->answered, grave->fingerprint == in->fingerprint);
        return xki_fail(diag, status, 0, "transaction id");
    }
    in->concerned = found;
    if (!xki_rq_ask_was_asked(r, found, in->kms) && !xki_rq_share_was_asked(r, found, in->kms)) {
        return xki_fail(diag, XK_E_PEER, 0, "peer");
    }
    xki_rq_ask_alive(r, in->kms);
    uint64_t handle = xki_rq_handle(r, found);
    status = give_to_all(r, found, in);
    if (status == XK_OK) {
        return XK_OK;
    }
    in->concerned = xki_rq_find_handle(r, handle);
    return xki_fail(diag, status, 0, "");
}

enum xk_status xk_requester_receive(struct xk_requester *requester, uint64_t now_ms, uint32_t kms, uint8_t *data,
                                    size_t size, struct xk_diag *diag)
{
    if (requester == NULL || data == NULL) {
        if (data != NULL) {
            xk_wipe(data, size);
        }
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_requester *r = requester;
    if (r->in_callback) {
        return xki_rq_count(r, xki_fail(diag, XK_E_BUSY, 0, ""));
    }
    xki_rq_time(r, now_ms);
    r->counters.received++;
    struct received in;
    in.kms = kms;
    in.concerned = XKI_RQ_NONE;
    in.unrequested_seen = false;
    in.moved = XK_FAILURE_NONE;
    enum xk_status status;
    if (kms >= r->kms_count) {
        in.kms = UINT32_MAX;
        status = xki_fail(diag, XK_E_ARGUMENT, 0, "KMS");
    } else if (r->fenced) {
        status = xki_fail(diag, XK_E_FENCED, 0, "");
    } else {
        status = receive(r, &in, data, size, diag);
    }
    if (status != XK_E_BLOCKED) {
        xk_wipe(data, size);
    }
    if (status != XK_OK) {
        xki_rq_observe_at(r, XK_EVENT_RECEIVE_REFUSED, status, in.concerned, in.kms);
    }
    xki_rq_leave(r);
    return xki_rq_count(r, status);
}

/* How many are looked ahead at. More lines than a core fetches at a time would push each other out. */
#define AHEAD 8u

/* First the cells of all, then the slots and records that they name, then the neighbours of their timers. */
static void fetch_all(const struct xk_requester *r, const struct xk_received *messages, size_t count)
{
    uint32_t guesses[AHEAD];
    for (size_t i = 0; i < count; i++) {
        fetch_cell(r, messages[i].data, messages[i].size);
    }
    for (size_t i = 0; i < count; i++) {
        struct xk_transaction_id id;
        bool usual = usual_id(messages[i].data, messages[i].size, &id);
        guesses[i] = usual ? xki_idmap_guess(&r->ids, xki_rq_id_hash(&id)) : XKI_RQ_NONE;
        xki_rq_fetch_answered(r, guesses[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (guesses[i] != XKI_RQ_NONE && xki_rq_is_pending(xki_rq_state(r, guesses[i]))) {
            xki_rq_wait_fetch(r, guesses[i]);
        }
    }
}

enum xk_status xk_requester_receive_many(struct xk_requester *requester, uint64_t now_ms,
                                         struct xk_received *messages, size_t count)
{
    if (messages == NULL) {
        return requester != NULL && count == 0 ? XK_OK : XK_E_ARGUMENT;
    }
    for (size_t at = 0; at < count; at++) {
        struct xk_received *one = &messages[at];
        if (requester != NULL && at % AHEAD == 0) {
            fetch_all(requester, one, count - at < AHEAD ? count - at : AHEAD);
        }
        one->diag = (struct xk_diag){XK_OK, 0, ""};
        one->status = xk_requester_receive(requester, now_ms, one->kms, one->data, one->size, &one->diag);
    }
    return requester != NULL ? XK_OK : XK_E_ARGUMENT;
}
