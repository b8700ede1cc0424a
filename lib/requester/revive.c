/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A snapshot or journal becomes the requests of a fresh engine.
 *
 * Two passes: the first reads every frame and every length and changes nothing; the second applies. Only room can
 * still be lacking then, and in that case everything is taken back. No callback runs before all is there.
 */
#include "requester/ask.h"
#include "requester/chain.h"
#include "requester/offer.h"
#include "requester/reference.h"
#include "requester/restore.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"
#include "support/diag.h"

#include <xk/secret.h>

#include <string.h>

/* What the second pass needs to know. */
struct revival {
    uint64_t last;               /* time of the last record */
    uint64_t before;             /* of the one before the one that is being applied */
    uint64_t left;               /* what passed from the one that is being applied to the last one */
    uint64_t elapsed;            /* what has passed since then */
    struct xki_rq_list decided;  /* in the order of their decisions */
    size_t at;                   /* of the record that is being applied */
    struct xk_diag *diag;
};

static uint32_t find_transaction(const struct xk_requester *r, const uint8_t *ids)
{
    struct xk_transaction_id id;
    memcpy(id.octets, ids, sizeof id.octets);
    return xki_rq_find_transaction(r, &id, XKI_RQ_NONE);
}

static uint32_t outcome_hash(const uint8_t *ids)
{
    uint32_t hash;
    memcpy(&hash, ids + XK_TRANSACTION_ID_SIZE, sizeof hash);
    return hash;
}

static bool has_outcome(const struct xk_requester *r, uint32_t index, const uint8_t *ids)
{
    return memcmp(xki_rq_slot(r, index)->outcome.octets, ids + XK_TRANSACTION_ID_SIZE, XK_OUTCOME_ID_SIZE) == 0;
}

/* The request with both ids. The map of ids knows one of each transaction; while a restore runs, the others by their
 * outcome ids. */
static uint32_t find(const struct xk_requester *r, const uint8_t *ids)
{
    uint32_t index = find_transaction(r, ids);
    uint32_t cursor = XKI_IDMAP_NONE;
    if (index == XKI_RQ_NONE || has_outcome(r, index, ids)) {
        return index;
    }
    do {
        index = xki_idmap_find(&r->ids, outcome_hash(ids), &cursor);
    } while (index != XKI_IDMAP_NONE &&
             !(has_outcome(r, index, ids) &&
               memcmp(xki_rq_slot(r, index)->transaction.octets, ids, XK_TRANSACTION_ID_SIZE) == 0));
    return index;
}

static void know_by_outcome(struct xk_requester *r, uint32_t index, const uint8_t *ids)
{
    xki_idmap_insert(&r->ids, outcome_hash(ids), index);
    xki_rq_set(r, index, XKI_RQ_BY_OUTCOME);
}

static void forget_outcome(struct xk_requester *r, uint32_t index)
{
    uint32_t hash;
    memcpy(&hash, xki_rq_slot(r, index)->outcome.octets, sizeof hash);
    if (xki_rq_is(r, index, XKI_RQ_BY_OUTCOME)) {
        xki_idmap_remove(&r->ids, hash, index);
        xki_rq_clear(r, index, XKI_RQ_BY_OUTCOME);
    }
}

static enum xk_status check_room(const struct xk_requester *r, const struct xki_rq_submitted *s, struct xk_diag *diag)
{
    size_t stored = s->cs_count + XK_ROUTES_MAX + s->warrant.size;
    if (stored > r->config.max_warrant_size) {
        return xki_fail(diag, XK_E_TOO_LARGE, stored, "max_warrant_size");
    }
    if (s->request.size > r->config.max_request_size) {
        return xki_fail(diag, XK_E_TOO_LARGE, s->request.size, "max_request_size");
    }
    return r->free_count == 0 ? xki_fail(diag, XK_E_FULL, 0, "max_pending") : XK_OK;
}

static enum xk_status add_routes(struct xk_requester *r, const struct xki_rq_submitted *s, uint8_t *routes,
                                 struct xk_diag *diag)
{
    for (unsigned int i = 0; i < s->route_count; i++) {
        uint32_t kms;
        enum xk_status status = xk_requester_add_kms(r, s->routes[i], &kms, diag);
        if (status != XK_OK) {
            return status;
        }
        routes[i] = (uint8_t)kms;
    }
    return XK_OK;
}

static uint32_t fill(struct xk_requester *r, const struct xki_rq_submitted *s, const uint8_t *routes, uint64_t left)
{
    uint32_t index = xki_rq_take_slot(r);
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    struct xki_rq_record *record = xki_rq_record(r, index);
    memcpy(slot->transaction.octets, s->ids, XK_TRANSACTION_ID_SIZE);
    memcpy(slot->outcome.octets, s->ids + XK_TRANSACTION_ID_SIZE, XK_OUTCOME_ID_SIZE);
    slot->flags = (uint16_t)(XKI_RQ_RESTORED | (s->referred != 0 ? XKI_RQ_REFERRED : 0));
    record->request_size = (uint32_t)s->request.size;
    record->size = (uint16_t)(s->cs_count + XK_ROUTES_MAX + s->warrant.size);
    record->cs_count = s->cs_count;
    record->route_count = s->route_count;
    record->span.timer = (uint32_t)left;
    record->asked = s->asked;
    record->progress.pending.tried = (uint8_t)(s->referred != 0 ? (1u << (s->route_count - 1u)) - 1 : 0);
    memcpy(xki_rq_sessions(r, index), s->sessions, s->cs_count);
    memcpy(xki_rq_routes(r, index), routes, XK_ROUTES_MAX);
    memcpy(xki_rq_warrant(r, index), s->warrant.data, s->warrant.size);
    memcpy(xki_rq_octets(r, index), s->request.data, s->request.size);
    return index;
}

static void start(struct xk_requester *r, uint32_t index, uint32_t other, uint64_t left)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    xki_rq_reference_keep(r, index, 0); /* no record keeps it */
    uint64_t deadline = xki_rq_after(r, left);
    xki_rq_wait_start(r, index, deadline, deadline);
    xki_rq_share_join(r, index, other);
    for (unsigned int i = 0; i < xki_rq_record(r, index)->route_count; i++) {
        if ((xki_rq_record(r, index)->asked & 1u << i) != 0) {
            xki_rq_share_note(r, index, xki_rq_routes(r, index)[i]);
        }
    }
    if (other == XKI_RQ_NONE) {
        xki_idmap_insert(&r->ids, xki_rq_id_hash(&slot->transaction), index);
        xki_rq_move(r, index, XKI_RQ_SUBMIT);
        return;
    }
    uint32_t patience = xki_rq_ask_patience(r, index);
    xki_rq_wait_until(r, index, xki_rq_after(r, patience < left / 2 ? patience : left / 2));
    xki_rq_move(r, index, XKI_RQ_SUBMIT_SHARED);
}

static enum xk_status apply_submitted(struct xk_requester *r, const struct xki_rq_submitted *s, uint64_t since,
                                      struct xk_diag *diag)
{
    uint8_t routes[XK_ROUTES_MAX] = {0};
    enum xk_status status = add_routes(r, s, routes, diag);
    if (status == XK_OK) {
        status = check_room(r, s, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    uint32_t other = find_transaction(r, s->ids);
    if (other != XKI_RQ_NONE && !r->config.share_queries) {
        return xki_fail(diag, XK_E_CONFIG, 0, "share_queries");
    }
    uint64_t left = s->left > since ? s->left - since : 0;
    uint32_t index = fill(r, s, routes, left);
    if (other != XKI_RQ_NONE && !xki_rq_share_fits(r, other, index)) {
        xki_rq_give_back(r, index);
        return XK_E_SNAPSHOT;
    }
    if (other != XKI_RQ_NONE) {
        know_by_outcome(r, index, s->ids);
    }
    start(r, index, other, left);
    return XK_OK;
}

/* A referral that was followed since the request was recorded. */
static enum xk_status add_referral(struct xk_requester *r, uint32_t index, struct xk_bytes name, struct xk_diag *diag)
{
    uint32_t kms;
    struct xki_rq_record *record = xki_rq_record(r, index);
    if (name.size == 0 || xki_rq_is(r, index, XKI_RQ_REFERRED) || record->route_count == XK_ROUTES_MAX) {
        return XK_OK;
    }
    enum xk_status status = xk_requester_add_kms(r, name, &kms, diag);
    if (status == XK_OK) {
        xki_rq_routes(r, index)[record->route_count++] = (uint8_t)kms;
        xki_rq_set(r, index, XKI_RQ_REFERRED);
    }
    return status;
}

/* The KMS that answered, which the request as it was recorded need not name. */
static enum xk_status set_keys(struct xk_requester *r, uint32_t index, const struct xki_rq_decided *d,
                               struct xk_diag *diag)
{
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->answerer = XK_ROUTES_MAX;
    if (d->answerer.size > 0) {
        uint32_t kms;
        enum xk_status status = xk_requester_add_kms(r, d->answerer, &kms, diag);
        if (status != XK_OK) {
            return status;
        }
        record->answerer = xki_rq_ask_answerer(r, index, kms);
        xki_rq_share_note(r, index, kms);
    }
    if (record->answerer < record->route_count) {
        record->asked = (uint8_t)(record->asked | 1u << record->answerer);
    }
    xki_rq_set(r, index, XKI_RQ_KEYS);
    if (d->kind == XK_OUTCOME_PARTIAL) {
        xki_rq_set(r, index, XKI_RQ_PARTIAL);
    }
    return XK_OK;
}

/* Keys that were decided became the failure indication after all. */
static void revise(struct xk_requester *r, uint32_t index)
{
    xki_rq_clear(r, index, XKI_RQ_KEYS);
    xki_rq_clear(r, index, XKI_RQ_PARTIAL);
    xki_rq_record(r, index)->cause = XK_CAUSE_IMPOSSIBLE;
    xki_rq_move(r, index, XKI_RQ_REVISE);
}

/* The decision stands as it was journalled: keys must come again, a failure is offered as it is. Of a request that the
 * records do not hold it would be lost: then they are not whole. */
static enum xk_status apply_decided(struct xk_requester *r, const struct xki_rq_decided *d, uint64_t since,
                                    struct revival *v)
{
    uint32_t index = find(r, d->ids);
    if (index == XKI_RQ_NONE) {
        return XK_E_SNAPSHOT;
    }
    if (!xki_rq_is_pending(xki_rq_state(r, index))) {
        if (xki_rq_is(r, index, XKI_RQ_KEYS) && d->cause == XK_CAUSE_IMPOSSIBLE) {
            revise(r, index);
        }
        return XK_OK;
    }
    enum xk_status status = add_referral(r, index, d->referral, v->diag);
    if (status == XK_OK && d->kind != XK_OUTCOME_FAILURE) {
        status = set_keys(r, index, d, v->diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if (d->kind == XK_OUTCOME_FAILURE) {
        xki_rq_move(r, index, XKI_RQ_ANSWER_FAILURE);
    } else {
        xki_rq_move(r, index, XKI_RQ_ANSWER_KEYS);
        xki_rq_move(r, index, XKI_RQ_REFUSE);
    }
    struct xki_rq_record *record = xki_rq_record(r, index);
    record->cause = d->cause;
    record->failure = d->failure;
    record->progress.fingerprint = d->fingerprint;
    r->hash_key = d->key;
    xki_rq_set(r, index, XKI_RQ_JOURNALLED);
    uint64_t age = d->age > UINT64_MAX - since ? UINT64_MAX : d->age + since;
    xki_rq_slot(r, index)->time.decided.at = r->now > age ? r->now - age : 0;
    xki_rq_offer_seen(r, index);
    xki_rq_list_append(r, &v->decided, index);
    return XK_OK;
}

static void withdraw(struct xk_requester *r, uint32_t index)
{
    forget_outcome(r, index);
    xki_rq_move(r, index, XKI_RQ_CANCEL);
    xki_rq_bury_slot(r, index, false);
}

static void apply_ended(struct xk_requester *r, const struct xki_rq_frame *frame, struct revival *v)
{
    uint32_t index = find(r, frame->body);
    if (index == XKI_RQ_NONE) {
        return;
    }
    if (xki_rq_is_owed(xki_rq_state(r, index))) {
        xki_rq_list_remove(r, &v->decided, index);
    }
    withdraw(r, index);
}

static enum xk_status apply(struct xk_requester *r, const struct xki_rq_frame *frame, struct revival *v)
{
    struct xki_rq_submitted submitted;
    struct xki_rq_decided decided;
    uint64_t since = v->elapsed > UINT64_MAX - v->left ? UINT64_MAX : v->left + v->elapsed;
    switch (frame->kind) {
    case XK_JOURNAL_SUBMITTED:
        (void)xki_rq_restore_submitted(frame, &submitted);
        return find(r, submitted.ids) == XKI_RQ_NONE ? apply_submitted(r, &submitted, since, v->diag) : XK_OK;
    case XK_JOURNAL_DECIDED:
        (void)xki_rq_restore_decided(frame, &decided);
        return apply_decided(r, &decided, since, v);
    case XK_JOURNAL_ENDED:
        apply_ended(r, frame, v);
        break;
    default:
        break;
    }
    return XK_OK;
}

/* No callback has run since the frames were checked. */
static enum xk_status apply_all(struct xk_requester *r, const uint8_t *data, size_t size, struct revival *v)
{
    enum xk_status status = XK_OK;
    size_t next = 0;
    while (status == XK_OK && next < size) {
        struct xki_rq_frame frame;
        v->at = next;
        (void)xki_rq_frame_read(data, size, &next, &frame);
        v->left -= v->at == 0 ? 0 : xki_rq_restore_step(v->before, frame.time);
        v->before = frame.time;
        status = apply(r, &frame, v);
    }
    return status == XK_E_SNAPSHOT ? xki_fail(v->diag, status, v->at, "record") : status;
}

/* Back to an engine without requests. */
static void take_back(struct xk_requester *r, uint32_t kms_count)
{
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (xki_rq_state(r, i) != XKI_RQ_FREE) {
            withdraw(r, i);
        }
    }
    xk_wipe(r->arrays[XKI_RQ_GRAVES], r->array_sizes[XKI_RQ_GRAVES]);
    r->kms_count = kms_count;
}

/* In the order of their decisions. Only now, since the chains are found by the engine's own hash, whose key a record
 * may have brought. */
static void chain_all(struct xk_requester *r, uint32_t first)
{
    for (uint32_t index = first; index != XKI_RQ_NONE;) {
        uint32_t next = xki_rq_slot(r, index)->link.list.next;
        xki_rq_chain_append(r, index);
        index = next;
    }
}

/* Each by itself: its handle is all that a host can cancel it by. A callback may end what has not been told yet, and
 * submit into its place. */
static void tell_restored(struct xk_requester *r)
{
    uint32_t count = r->fresh;
    for (uint32_t i = 0; i < count; i++) {
        if (xki_rq_is(r, i, XKI_RQ_RESTORED)) {
            xki_rq_clear(r, i, XKI_RQ_RESTORED);
            xki_rq_observe(r, XK_EVENT_RESTORED, XK_OK, i);
            xki_rq_audit(r, XK_EVENT_RESTORED, i);
        }
    }
}

static enum xk_status revive(struct xk_requester *r, const uint8_t *data, size_t size, struct revival *v)
{
    uint32_t kms_count = r->kms_count;
    struct xki_siphash_key hash_key = r->hash_key;
    enum xk_status status = apply_all(r, data, size, v);
    if (status != XK_OK) {
        take_back(r, kms_count);
        r->hash_key = hash_key;
        return status;
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        forget_outcome(r, i);
    }
    chain_all(r, v->decided.first);
    uint64_t elapsed = v->elapsed < UINT64_MAX / 4 ? v->elapsed : UINT64_MAX / 4; /* less than half a round */
    r->record_time = v->last + elapsed - r->now;
    xki_rq_offer_at(r, r->now);
    r->counters.restored += xki_rq_pending(r) + xki_rq_owed(r);
    return XK_OK;
}

size_t xk_journal_whole(const uint8_t *data, size_t size)
{
    size_t whole = 0;
    size_t at = 0;
    struct xki_rq_frame frame;
    while (data != NULL && at < size && xki_rq_frame_read(data, size, &at, &frame) == XK_OK) {
        whole = at;
    }
    return whole;
}

enum xk_status xk_requester_restore(struct xk_requester *requester, uint64_t now_ms, const uint8_t *data, size_t size,
                                    uint64_t elapsed_ms, uint32_t *restored, struct xk_diag *diag)
{
    if (requester == NULL || (data == NULL && size > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_requester *r = requester;
    struct revival v = {0, 0, 0, elapsed_ms, {XKI_RQ_NONE, XKI_RQ_NONE}, 0, diag};
    if (r->in_callback || r->fenced) {
        return xki_rq_count(r, xki_fail(diag, r->in_callback ? XK_E_BUSY : XK_E_FENCED, 0, ""));
    }
    if (r->free_count != r->config.max_pending) {
        return xki_rq_count(r, xki_fail(diag, XK_E_ALREADY, 0, ""));
    }
    enum xk_status status = xki_rq_restore_check(r, data, size, &v.last, &v.left, &v.at);
    if (status != XK_OK) {
        return xki_rq_count(r, xki_fail(diag, status, v.at, "record"));
    }
    bool back = xki_rq_set_clock(r, now_ms);
    status = revive(r, data, size, &v);
    if (status == XK_OK && restored != NULL) {
        *restored = xki_rq_pending(r) + xki_rq_owed(r);
    }
    xki_rq_tell_clock(r, back);
    tell_restored(r);
    return xki_rq_count(r, status);
}
