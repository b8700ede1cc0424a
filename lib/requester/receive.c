/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiving: what cannot be trusted never settles a request.
 *
 * In order: decode with every strictness of the profile, find the transaction, check the peer, check the
 * state, pick what was asked for. Each refusal has its own status; none changes the request, whose timer
 * runs on.
 */
#include "requester/engine.h"

#include "messages/layout.h"
#include "messages/response_decode.h"
#include "support/diag.h"

#include <xk/secret.h>

#include <string.h>

static bool has_asked(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    const struct xki_record *record = xki_record(r, index);
    const uint8_t *routes = xki_record_routes(r, index);
    for (unsigned int i = 0; i < record->route_count; i++) {
        if (routes[i] == kms && (record->asked & 1u << i) != 0) {
            return true;
        }
    }
    return false;
}

/* By one of all that share the transaction. */
static bool was_asked(const struct xk_requester *r, uint32_t first, uint32_t kms)
{
    uint32_t at = first;
    while (at != XKI_NO_SLOT && !has_asked(r, at, kms)) {
        at = xki_share_next(r, at);
    }
    return at != XKI_NO_SLOT;
}

static size_t count_keys(const struct xk_session_result *results, size_t count)
{
    size_t keys = 0;
    for (size_t i = 0; i < count; i++) {
        keys += results[i].failure == XK_FAILURE_NONE;
    }
    return keys;
}

/* An answer to a transaction that is over. */
static enum xk_status refuse_ended(struct xk_requester *r, bool answered, bool same,
                                   const struct xk_get_keys_response *answer)
{
    if (answered) {
        return same ? XK_E_DUPLICATE : XK_E_CONFLICT;
    }
    if (count_keys(answer->sessions, answer->session_count) > 0) {
        r->counters.late_keys++;
        xki_observe(r, XK_EVENT_LATE_KEYS, XK_E_LATE, XKI_NO_SLOT);
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
    const uint8_t *wanted = xki_record_sessions(r, index);
    size_t count = xki_record(r, index)->cs_count;
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

static void count_unrequested(struct xk_requester *r, uint32_t index, size_t unrequested)
{
    if (!r->unrequested_seen) {
        r->unrequested_seen = true;
        r->counters.unrequested += unrequested;
        xki_observe(r, XK_EVENT_UNREQUESTED, XK_OK, index);
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

/* A KMS that cannot answer now is a failed attempt, as long as there are others. */
static enum xk_status take_unavailable(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    const struct xki_slot *slot = xki_slot(r, index);
    if (slot->state == XKI_ASKED && slot->kms == kms) {
        xki_attempt_failed(r, index);
    }
    return XK_OK;
}

static enum xk_status take_failure(struct xk_requester *r, uint32_t index, uint32_t kms, enum xk_failure failure,
                                   uint32_t fingerprint)
{
    const struct xki_slot *slot = xki_slot(r, index);
    if (slot->state == XKI_GRACE) {
        return XK_E_LATE;
    }
    if (slot->state == XKI_BLOCKED) {
        return XK_E_CONFLICT;
    }
    if (failure == XK_FAILURE_UNAVAILABLE && slot->attempts < r->config.max_attempts) {
        return take_unavailable(r, index, kms);
    }
    struct xki_decision decision = {XKI_ANSWER_FAILURE, XK_CAUSE_KMS_REFUSED, failure, fingerprint};
    xki_timers_disarm(&r->timers, index);
    xki_decide_failure(r, index, &decision);
    return r->fenced ? XK_E_FENCED : XK_OK;
}

static enum xk_status take_refusal(struct xk_requester *r, uint32_t index, uint32_t kms,
                                   const struct xk_get_keys_response *answer, uint32_t fingerprint)
{
    enum xki_state state = (enum xki_state)xki_slot(r, index)->state;
    if (answer->failure == XK_FAILURE_OTHER_KMS && answer->referral.data != NULL && xki_is_pending(state) &&
        xki_follow_referral(r, index, answer->referral)) {
        return XK_OK;
    }
    return take_failure(r, index, kms, answer->failure, fingerprint);
}

static enum xk_status take_results(struct xk_requester *r, uint32_t index, uint32_t kms,
                                   const struct xk_get_keys_response *answer, uint32_t fingerprint)
{
    bool again = xki_slot(r, index)->state == XKI_BLOCKED;
    size_t unrequested;
    const struct xk_session_result *results = pick_requested(r, index, answer, &unrequested);
    if (!again && unrequested > 0) {
        uint64_t handle = xki_handle(r, index);
        count_unrequested(r, index, unrequested);
        if (xki_find_handle(r, handle) != index) {
            return XK_E_LATE; /* the observer cancelled it */
        }
    }
    size_t count = xki_record(r, index)->cs_count;
    size_t keys = count_keys(results, count);
    if (keys == 0) {
        return take_failure(r, index, kms, common_failure(results, count), fingerprint);
    }
    if (!again) {
        xki_timers_disarm(&r->timers, index);
    }
    return xki_decide_keys(r, index, keys == count ? XK_OUTCOME_KEYS : XK_OUTCOME_PARTIAL, results, count,
                           fingerprint);
}

static enum xk_status take_answer(struct xk_requester *r, uint32_t index, uint32_t kms,
                                  const struct xk_get_keys_response *answer, uint32_t fingerprint)
{
    if (xki_slot(r, index)->state == XKI_BLOCKED && fingerprint != xki_record(r, index)->fingerprint) {
        /* A KMS that cannot answer now contradicts nothing: it is asked again with the next pass of offers. */
        return answer->failure == XK_FAILURE_UNAVAILABLE ? XK_OK : XK_E_CONFLICT;
    }
    if (answer->failure != XK_FAILURE_NONE) {
        return take_refusal(r, index, kms, answer, fingerprint);
    }
    return take_results(r, index, kms, answer, fingerprint);
}

/* No FREE one is found by its id, and none is OFFERED while the host cannot call. */
static enum xk_status give(struct xk_requester *r, uint32_t index, uint32_t kms,
                           const struct xk_get_keys_response *answer, uint32_t fingerprint)
{
    enum xki_state state = (enum xki_state)xki_slot(r, index)->state;
    if (state == XKI_OWED || state == XKI_HELD) {
        return refuse_ended(r, xki_is_answered(r, index), fingerprint == xki_record(r, index)->fingerprint, answer);
    }
    return take_answer(r, index, kms, answer, fingerprint);
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

/* To every request of the transaction, in order of submission. What callbacks end meanwhile is left out; what they
 * submit does not join. */
static enum xk_status give_to_all(struct xk_requester *r, uint32_t first, uint32_t kms,
                                  const struct xk_get_keys_response *answer, uint32_t fingerprint)
{
    enum xk_status status = XK_OK;
    r->answering = true;
    r->unrequested_seen = false;
    r->share_cursor = first;
    for (bool begun = false; r->share_cursor != XKI_NO_SLOT && !r->fenced; begun = true) {
        uint32_t index = r->share_cursor;
        r->share_cursor = xki_share_next(r, index);
        enum xk_status one = give(r, index, kms, answer, fingerprint);
        status = begun ? both(status, one) : one;
    }
    r->answering = false;
    if (r->config.share_queries) {
        xki_share_go_on(r, xki_find_transaction(r, &answer->transaction_id, XKI_NO_SLOT));
    }
    return status;
}

/* Where libxk writes the id, so that the cell of the map can be on its way; another encoding fetches in vain. */
static void fetch_cell(const struct xk_requester *r, const uint8_t *data, size_t size)
{
    struct xk_transaction_id id;
    if (size >= XKI_ID_OFFSET + sizeof id.octets) {
        memcpy(id.octets, data + XKI_ID_OFFSET, sizeof id.octets);
        xki_idmap_fetch(&r->ids, xki_id_hash(&id));
    }
}

/* The order is for the cache: what is read from the map, then from the slot, then of the timers beside it, each is
 * asked for while something else is computed. */
static enum xk_status receive(struct xk_requester *r, uint32_t kms, const uint8_t *data, size_t size)
{
    struct xki_response_reader in;
    struct xk_get_keys_response answer;
    size_t extensions = 0;
    fetch_cell(r, data, size);
    enum xk_status status = xki_response_begin(&in, &r->response_head, data, size, r->diag);
    if (status != XK_OK) {
        return status;
    }
    /* Of what may differ between two answers to one transaction. */
    uint32_t fingerprint = (uint32_t)xki_siphash(&r->hash_key, data + in.reader.at, size - in.reader.at);
    uint32_t guess = xki_idmap_guess(&r->ids, xki_id_hash(&in.transaction));
    xki_fetch_answered(r, guess);
    status = xki_response_finish(&in, &answer, r->answer, XK_CRYPTO_SESSIONS_MAX, &extensions);
    if (status != XK_OK) {
        return status;
    }
    if (guess != XKI_NO_SLOT) {
        xki_timers_fetch(&r->timers, guess);
    }
    r->counters.extensions += extensions > 0;
    uint32_t first = xki_find_transaction(r, &answer.transaction_id, guess);
    if (first == XKI_NO_SLOT) {
        const struct xki_tombstone *grave = xki_find_grave(r, &answer.transaction_id);
        return grave == NULL ? XK_E_UNKNOWN
                             : refuse_ended(r, grave->answered, grave->fingerprint == fingerprint, &answer);
    }
    if (!was_asked(r, first, kms)) {
        return XK_E_PEER;
    }
    return give_to_all(r, first, kms, &answer, fingerprint);
}

enum xk_status xk_requester_receive(struct xk_requester *requester, uint64_t now_ms, uint32_t kms, uint8_t *data,
                                    size_t size, struct xk_diag *diag)
{
    if (requester == NULL || data == NULL) {
        if (data != NULL) {
            xk_wipe(data, size);
        }
        return XK_E_ARGUMENT;
    }
    struct xk_requester *r = requester;
    if (r->in_callback) {
        return xki_count(r, XK_E_BUSY);
    }
    xki_set_now(r, now_ms);
    r->diag = diag;
    r->counters.received++;
    enum xk_status status = XK_E_FENCED;
    if (kms >= r->kms_count) {
        status = xki_fail(r->diag, XK_E_ARGUMENT, 0, "KMS");
    } else if (!r->fenced) {
        status = receive(r, kms, data, size);
    }
    if (status != XK_E_BLOCKED) {
        xk_wipe(data, size);
    }
    if (status != XK_OK) {
        xki_observe(r, XK_EVENT_RECEIVE_REFUSED, status, XKI_NO_SLOT);
    }
    xki_leave(r);
    return xki_count(r, status);
}
