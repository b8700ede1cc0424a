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

struct found {
    uint32_t slot;
    const struct xki_tombstone *tombstone;
};

static struct found find(const struct xk_requester *r, const struct xk_transaction_id *id)
{
    struct found found = {XKI_NO_SLOT, NULL};
    uint32_t hash = xki_id_hash(id);
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t value;
    while ((value = xki_idmap_find(&r->ids, hash, &cursor)) != XKI_IDMAP_NONE) {
        if (value < r->config.max_pending) {
            if (xk_equal_secret(xki_slot(r, value)->transaction.octets, id->octets, sizeof id->octets)) {
                found.slot = value;
                return found;
            }
        } else {
            const struct xki_tombstone *grave =
                (const struct xki_tombstone *)r->arrays[XKI_TOMBSTONES] + (value - r->config.max_pending);
            if (xk_equal_secret(grave->transaction.octets, id->octets, sizeof id->octets)) {
                found.tombstone = grave;
                return found;
            }
        }
    }
    return found;
}

/* The decoder takes long enough for the lines of the request to come from memory meanwhile. Another encoding than
 * the one that libxk writes only fetches in vain. */
static void fetch_early(const struct xk_requester *r, const uint8_t *data, size_t size)
{
    struct xk_transaction_id id;
    if (size >= XKI_ID_OFFSET + sizeof id.octets) {
        memcpy(id.octets, data + XKI_ID_OFFSET, sizeof id.octets);
        xki_fetch_early(r, xki_idmap_guess(&r->ids, xki_id_hash(&id)));
    }
}

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

static bool has_keys(const struct xk_get_keys_response *answer)
{
    for (size_t i = 0; i < answer->session_count; i++) {
        if (answer->sessions[i].failure == XK_FAILURE_NONE) {
            return true;
        }
    }
    return false;
}

/* An answer to a transaction that is over. */
static enum xk_status refuse_ended(struct xk_requester *r, bool answered, bool same, bool keys)
{
    if (answered) {
        return same ? XK_E_DUPLICATE : XK_E_CONFLICT;
    }
    if (keys) {
        r->counters.late_keys++;
        xki_observe(r, XK_EVENT_LATE_KEYS, XK_E_LATE, XKI_NO_SLOT);
    }
    return XK_E_LATE;
}

/* The results for the Crypto Sessions that were asked for, and only these; both lists ascend. */
static size_t pick_requested(struct xk_requester *r, uint32_t index, const struct xk_get_keys_response *answer,
                             size_t *keys)
{
    const uint8_t *wanted = xki_record_sessions(r, index);
    size_t count = xki_record(r, index)->cs_count;
    size_t at = 0;
    size_t matched = 0;
    *keys = 0;
    for (size_t i = 0; i < count; i++) {
        while (at < answer->session_count && answer->sessions[at].cs_id < wanted[i]) {
            at++;
        }
        if (at < answer->session_count && answer->sessions[at].cs_id == wanted[i]) {
            r->results[i] = answer->sessions[at];
            *keys += r->results[i].failure == XK_FAILURE_NONE;
            matched++;
        } else {
            memset(&r->results[i], 0, sizeof r->results[i]);
            r->results[i].cs_id = wanted[i];
            r->results[i].failure = XK_FAILURE_NOT_ANSWERED;
            r->results[i].cipher = XK_CIPHER_ABSENT;
            r->results[i].encoding = XK_KEY_ENCODING_ABSENT;
        }
    }
    return answer->session_count - matched;
}

static void count_unrequested(struct xk_requester *r, uint32_t index, size_t unrequested)
{
    if (unrequested > 0 && !r->unrequested_seen) {
        r->unrequested_seen = true;
        r->counters.unrequested += unrequested;
        xki_observe(r, XK_EVENT_UNREQUESTED, XK_OK, index);
    }
}

/* One reason for a request none of whose Crypto Sessions got a key: theirs, if they agree. */
static enum xk_failure common_failure(const struct xk_requester *r, uint32_t index)
{
    enum xk_failure failure = r->results[0].failure;
    for (size_t i = 1; i < xki_record(r, index)->cs_count; i++) {
        if (r->results[i].failure != failure) {
            return XK_FAILURE_GENERIC;
        }
    }
    return failure;
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
                                   uint64_t fingerprint)
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
                                   const struct xk_get_keys_response *answer, uint64_t fingerprint)
{
    enum xki_state state = (enum xki_state)xki_slot(r, index)->state;
    if (answer->failure == XK_FAILURE_OTHER_KMS && answer->referral.data != NULL && xki_is_pending(state) &&
        xki_follow_referral(r, index, answer->referral)) {
        return XK_OK;
    }
    return take_failure(r, index, kms, answer->failure, fingerprint);
}

static enum xk_status take_results(struct xk_requester *r, uint32_t index, uint32_t kms,
                                   const struct xk_get_keys_response *answer, uint64_t fingerprint)
{
    bool again = xki_slot(r, index)->state == XKI_BLOCKED;
    size_t keys = 0;
    size_t unrequested = pick_requested(r, index, answer, &keys);
    if (!again) {
        uint64_t handle = xki_handle(r, index);
        count_unrequested(r, index, unrequested);
        if (xki_find_handle(r, handle) != index) {
            return XK_E_LATE; /* the observer cancelled it */
        }
    }
    if (keys == 0) {
        return take_failure(r, index, kms, common_failure(r, index), fingerprint);
    }
    if (!again) {
        xki_timers_disarm(&r->timers, index);
    }
    size_t count = xki_record(r, index)->cs_count;
    return xki_decide_keys(r, index, keys == count ? XK_OUTCOME_KEYS : XK_OUTCOME_PARTIAL, r->results, count,
                           fingerprint);
}

static enum xk_status take_answer(struct xk_requester *r, uint32_t index, uint32_t kms,
                                  const struct xk_get_keys_response *answer, uint64_t fingerprint)
{
    if (xki_slot(r, index)->state == XKI_BLOCKED && fingerprint != xki_fingerprint(r, index)) {
        return XK_E_CONFLICT;
    }
    if (answer->failure != XK_FAILURE_NONE) {
        return take_refusal(r, index, kms, answer, fingerprint);
    }
    return take_results(r, index, kms, answer, fingerprint);
}

static enum xk_status give(struct xk_requester *r, uint32_t index, uint32_t kms,
                           const struct xk_get_keys_response *answer, uint64_t fingerprint)
{
    switch ((enum xki_state)xki_slot(r, index)->state) {
    case XKI_WAITING:
    case XKI_ASKED:
    case XKI_SHARING:
    case XKI_BLOCKED:
    case XKI_GRACE:
        return take_answer(r, index, kms, answer, fingerprint);
    case XKI_OWED:
    case XKI_HELD:
        return refuse_ended(r, xki_is_answered(r, index), fingerprint == xki_fingerprint(r, index), has_keys(answer));
    case XKI_FREE:
    case XKI_OFFERED:
    case XKI_STATES:
        break;
    }
    return XK_E_UNKNOWN;
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
                                  const struct xk_get_keys_response *answer, uint64_t fingerprint)
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
        xki_share_go_on(r, find(r, &answer->transaction_id).slot);
    }
    return status;
}

static enum xk_status receive(struct xk_requester *r, uint32_t kms, const uint8_t *data, size_t size)
{
    struct xk_get_keys_response answer;
    size_t extensions = 0;
    fetch_early(r, data, size);
    enum xk_status status = xki_response_decode(data, size, &answer, r->answer, XK_CRYPTO_SESSIONS_MAX, &extensions,
                                                &r->diag);
    if (status != XK_OK) {
        return status;
    }
    r->counters.extensions += extensions > 0;
    struct found found = find(r, &answer.transaction_id);
    uint64_t fingerprint = xki_siphash(&r->hash_key, data, size);
    if (found.tombstone != NULL) {
        return refuse_ended(r, found.tombstone->answered != 0, found.tombstone->fingerprint == fingerprint,
                            has_keys(&answer));
    }
    if (found.slot == XKI_NO_SLOT) {
        return XK_E_UNKNOWN;
    }
    if (!was_asked(r, found.slot, kms)) {
        return XK_E_PEER;
    }
    return give_to_all(r, found.slot, kms, &answer, fingerprint);
}

enum xk_status xk_requester_receive(struct xk_requester *requester, uint64_t now_ms, uint32_t kms, uint8_t *data,
                                    size_t size)
{
    if (requester == NULL || data == NULL) {
        return XK_E_ARGUMENT;
    }
    struct xk_requester *r = requester;
    if (r->in_callback) {
        return xki_count(r, XK_E_BUSY);
    }
    xki_set_now(r, now_ms);
    r->counters.received++;
    enum xk_status status = XK_E_FENCED;
    if (kms >= r->kms_count) {
        status = xki_fail(&r->diag, XK_E_ARGUMENT, 0, "KMS");
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
