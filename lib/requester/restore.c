/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a snapshot or journal into a fresh engine.
 *
 * Two passes: the first reads every frame and every length and changes nothing; the second applies. Only
 * room can still be lacking then, and in that case everything is taken back.
 */
#include "requester/frame.h"

#include "messages/failure.h"
#include "messages/layout.h"
#include "support/diag.h"

#include <xk/secret.h>

#include <string.h>

struct cursor {
    const uint8_t *at;
    size_t left;
    bool good;
};

static const uint8_t *take(struct cursor *c, size_t size)
{
    if (!c->good || size > c->left) {
        c->good = false;
        return NULL;
    }
    const uint8_t *taken = c->at;
    c->at += size;
    c->left -= size;
    return taken;
}

static uint64_t take_number(struct cursor *c, unsigned int octets)
{
    const uint8_t *taken = take(c, octets);
    return taken == NULL ? 0 : xki_frame_value(taken, octets);
}

struct submitted {
    const uint8_t *ids;
    uint64_t left;
    uint8_t route;
    uint8_t asked;
    uint8_t cs_count;
    uint8_t route_count;
    const uint8_t *sessions;
    struct xk_bytes routes[XK_ROUTES_MAX];
    struct xk_bytes warrant;
    struct xk_bytes request;
};

static bool ascends(const uint8_t *ids, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ids[i] <= ids[i - 1]) {
            return false;
        }
    }
    return count > 0;
}

/* The retained get_keys is what will be sent: it must be one, under this transaction id, which stands where we write
 * it. */
static bool request_fits(const struct submitted *s)
{
    struct xk_get_keys ask;
    return xk_get_keys_decode(s->request.data, s->request.size, &ask, NULL) == XK_OK &&
           memcmp(s->request.data + XKI_ID_OFFSET, s->ids, XK_TRANSACTION_ID_SIZE) == 0;
}

static bool read_submitted(const struct xki_frame *frame, struct submitted *s)
{
    struct cursor c = {frame->body, frame->size, true};
    s->ids = take(&c, XKI_FRAME_IDS);
    s->left = take_number(&c, 8);
    s->route = (uint8_t)take_number(&c, 1);
    s->asked = (uint8_t)take_number(&c, 1);
    s->cs_count = (uint8_t)take_number(&c, 1);
    s->sessions = take(&c, s->cs_count);
    s->route_count = (uint8_t)take_number(&c, 1);
    if (!c.good || s->route_count == 0 || s->route_count > XK_ROUTES_MAX || s->route >= s->route_count) {
        return false;
    }
    for (unsigned int i = 0; i < s->route_count; i++) {
        s->routes[i].size = (size_t)take_number(&c, 1);
        s->routes[i].data = take(&c, s->routes[i].size);
        if (!c.good || s->routes[i].size == 0) {
            return false;
        }
    }
    s->warrant.size = (size_t)take_number(&c, 2);
    s->warrant.data = take(&c, s->warrant.size);
    s->request.size = (size_t)take_number(&c, 4);
    s->request.data = take(&c, s->request.size);
    return c.good && c.left == 0 && s->left <= UINT32_MAX && ascends(s->sessions, s->cs_count) &&
           (s->asked >> s->route_count) == 0 && xki_warrant_is_packed(s->warrant.data, s->warrant.size) &&
           request_fits(s);
}

#define DECIDED_SIZE (XKI_FRAME_IDS + 3 + 8 + 4 + 16)

static bool decided_is_sound(const struct xki_frame *frame)
{
    if (frame->size != DECIDED_SIZE) {
        return false;
    }
    const uint8_t *tail = frame->body + XKI_FRAME_IDS;
    bool keys = tail[0] == 1;
    return (keys && tail[1] == XK_CAUSE_NONE && tail[2] == XK_FAILURE_NONE) ||
           (tail[0] == 0 && tail[1] >= XK_CAUSE_KMS_REFUSED && tail[1] <= XK_CAUSE_UNREACHABLE &&
            xki_failure_is_known(tail[2]));
}

/* How many requests a snapshot has announced but not yet shown. */
static bool check_frame(const struct xki_frame *frame, uint32_t *announced)
{
    struct submitted s;
    switch (frame->kind) {
    case XKI_FRAME_BEGIN:
        if (frame->size != 4 || *announced != 0) {
            return false;
        }
        *announced = (uint32_t)xki_frame_value(frame->body, 4);
        return true;
    case XK_JOURNAL_SUBMITTED:
        *announced -= *announced > 0;
        return read_submitted(frame, &s);
    case XK_JOURNAL_DECIDED:
        return decided_is_sound(frame);
    case XK_JOURNAL_ENDED:
        return frame->size == XKI_FRAME_IDS;
    default:
        return false;
    }
}

static enum xk_status check_all(const struct xk_requester *r, const uint8_t *data, size_t size, uint64_t *last)
{
    uint32_t announced = 0;
    size_t at = 0;
    while (at < size) {
        struct xki_frame frame;
        enum xk_status status = xki_frame_read(data, size, &at, &frame);
        if (status != XK_OK) {
            return status;
        }
        if (frame.epoch > r->config.epoch) {
            return XK_E_FENCED;
        }
        if (!check_frame(&frame, &announced)) {
            return XK_E_SNAPSHOT;
        }
        *last = frame.time > *last ? frame.time : *last;
    }
    return announced == 0 ? XK_OK : XK_E_SNAPSHOT;
}

static uint32_t find_transaction(const struct xk_requester *r, const uint8_t *ids)
{
    struct xk_transaction_id id;
    memcpy(id.octets, ids, sizeof id.octets);
    return xki_find_transaction(r, &id, XKI_NO_SLOT);
}

static uint32_t find(const struct xk_requester *r, const uint8_t *ids)
{
    uint32_t index = find_transaction(r, ids);
    while (index != XKI_NO_SLOT &&
           memcmp(xki_slot(r, index)->outcome.octets, ids + XK_TRANSACTION_ID_SIZE, XK_OUTCOME_ID_SIZE) != 0) {
        index = xki_share_next(r, index);
    }
    return index;
}

static enum xk_status apply_submitted(struct xk_requester *r, const struct submitted *s, uint64_t elapsed)
{
    uint8_t routes[XK_ROUTES_MAX] = {0};
    for (unsigned int i = 0; i < s->route_count; i++) {
        uint32_t kms;
        enum xk_status status = xk_requester_add_kms(r, s->routes[i], &kms, NULL);
        if (status != XK_OK) {
            return status;
        }
        routes[i] = (uint8_t)kms;
    }
    if (s->cs_count + XK_ROUTES_MAX + s->warrant.size > r->config.max_warrant_size ||
        s->request.size > r->config.max_request_size) {
        return XK_E_TOO_LARGE;
    }
    if (r->free_count == 0) {
        return XK_E_FULL;
    }
    uint32_t first = find_transaction(r, s->ids);
    if (first != XKI_NO_SLOT && !r->config.share_queries) {
        return XK_E_CONFIG;
    }
    uint32_t index = xki_take_slot(r);
    struct xki_slot *slot = xki_slot(r, index);
    memcpy(slot->transaction.octets, s->ids, XK_TRANSACTION_ID_SIZE);
    memcpy(slot->outcome.octets, s->ids + XK_TRANSACTION_ID_SIZE, XK_OUTCOME_ID_SIZE);
    struct xki_record *record = xki_record(r, index);
    memset(record, 0, sizeof *record);
    record->request_size = (uint32_t)s->request.size;
    record->size = (uint16_t)(s->cs_count + XK_ROUTES_MAX + s->warrant.size);
    record->cs_count = s->cs_count;
    record->route_count = s->route_count;
    record->route = s->route;
    record->asked = s->asked;
    uint8_t *octets = xki_record_data(r, index);
    memcpy(octets, s->sessions, s->cs_count);
    memcpy(octets + s->cs_count, routes, XK_ROUTES_MAX);
    memcpy(octets + s->cs_count + XK_ROUTES_MAX, s->warrant.data, s->warrant.size);
    memcpy(xki_request_octets(r, index), s->request.data, s->request.size);
    if (first != XKI_NO_SLOT && !xki_share_fits(r, first, index)) {
        xk_wipe(record, r->record_stride);
        xk_wipe(xki_request_octets(r, index), s->request.size);
        xki_give_back_slot(r, index);
        return XK_E_SNAPSHOT;
    }
    slot->kms = routes[s->route];
    uint64_t left = s->left > elapsed ? s->left - elapsed : 0;
    xki_timers_arm(&r->timers, index, xki_after(r, left));
    if (first == XKI_NO_SLOT) {
        xki_share_start(r, index);
        xki_idmap_insert(&r->ids, xki_id_hash(&slot->transaction), index);
        xki_move(r, index, XKI_SUBMIT);
        xki_enqueue(r, index);
    } else {
        xki_share_join(r, first, index);
        xki_move(r, index, XKI_SUBMIT_SHARED);
        xki_share_wait(r, index, left);
    }
    r->pending++;
    return XK_OK;
}

/* The decision stands as it was journalled: keys must come again, a failure is offered as it is. Of a request that the
 * records do not hold it would be lost: then they are not whole. */
static enum xk_status apply_decided(struct xk_requester *r, const struct xki_frame *frame, uint64_t elapsed,
                                    struct xki_list *decided)
{
    uint32_t index = find(r, frame->body);
    if (index == XKI_NO_SLOT) {
        return XK_E_SNAPSHOT;
    }
    if (!xki_is_pending((enum xki_state)xki_slot(r, index)->state)) {
        return XK_OK;
    }
    const uint8_t *tail = frame->body + XKI_FRAME_IDS;
    struct xki_slot *slot = xki_slot(r, index);
    struct xki_record *record = xki_record(r, index);
    xki_stop_asking(r, index);
    xki_timers_disarm(&r->timers, index);
    record->cause = tail[1];
    record->failure = tail[2];
    uint64_t age = xki_frame_value(tail + 3, 8);
    record->fingerprint = (uint32_t)xki_frame_value(tail + 11, 4);
    r->hash_key.k0 = xki_frame_value(tail + 15, 8);
    r->hash_key.k1 = xki_frame_value(tail + 23, 8);
    slot->flags |= XKI_FLAG_JOURNALLED;
    slot->timer.deadline = r->now > elapsed && r->now - elapsed > age ? r->now - elapsed - age : 0;
    if (tail[0] == 1) {
        slot->flags |= XKI_FLAG_KEYS;
        xki_move(r, index, XKI_ANSWER_KEYS);
        xki_move(r, index, XKI_REFUSE);
        record->asked = (uint8_t)(record->asked | 1u << record->route);
    } else {
        xki_move(r, index, XKI_EXPIRY);
    }
    xki_list_append(r, decided, index);
    xki_share_go_on(r, xki_share_first(r, index));
    r->pending--;
    r->owed++;
    return XK_OK;
}

static void apply_ended(struct xk_requester *r, const struct xki_frame *frame, struct xki_list *decided)
{
    uint32_t index = find(r, frame->body);
    if (index == XKI_NO_SLOT) {
        return;
    }
    if (xki_is_pending((enum xki_state)xki_slot(r, index)->state)) {
        xki_stop_asking(r, index);
        xki_timers_disarm(&r->timers, index);
        r->pending--;
    } else {
        xki_list_remove(r, decided, index);
        r->owed--;
    }
    xki_move(r, index, XKI_CANCEL);
    xki_free_slot(r, index, false);
}

/* check_all() has read it already: that it cannot be read now means that the host has changed the octets since, as its
 * observer could. */
static enum xk_status apply(struct xk_requester *r, const struct xki_frame *frame, uint64_t since,
                            struct xki_list *decided)
{
    struct submitted s;
    if (frame->kind == XK_JOURNAL_DECIDED) {
        return apply_decided(r, frame, since, decided);
    }
    if (frame->kind == XK_JOURNAL_ENDED) {
        apply_ended(r, frame, decided);
        return XK_OK;
    }
    if (frame->kind == XKI_FRAME_BEGIN) {
        return XK_OK;
    }
    if (!read_submitted(frame, &s)) {
        return XK_E_SNAPSHOT;
    }
    return find(r, s.ids) == XKI_NO_SLOT ? apply_submitted(r, &s, since) : XK_OK;
}

/* `last` is the time of the last record, `elapsed` what has passed since then. */
static enum xk_status apply_all(struct xk_requester *r, const uint8_t *data, size_t size, uint64_t last,
                                uint64_t elapsed, struct xki_list *decided)
{
    size_t at = 0;
    while (at < size) {
        struct xki_frame frame;
        enum xk_status status = xki_frame_read(data, size, &at, &frame);
        if (status == XK_OK) {
            uint64_t since = last - frame.time;
            since = elapsed > UINT64_MAX - since ? UINT64_MAX : since + elapsed;
            status = apply(r, &frame, since, decided);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    return XK_OK;
}

/* Back to an engine without requests. */
static void take_back(struct xk_requester *r, uint32_t kms_count)
{
    for (uint32_t i = 0; i < r->fresh; i++) {
        enum xki_state state = (enum xki_state)xki_slot(r, i)->state;
        if (state == XKI_FREE) {
            continue;
        }
        if (xki_is_pending(state)) {
            xki_stop_asking(r, i);
            xki_timers_disarm(&r->timers, i);
        }
        xki_move(r, i, XKI_CANCEL);
        xki_free_slot(r, i, false);
    }
    memset(r->arrays[XKI_CELLS], 0, r->array_sizes[XKI_CELLS]);
    xk_wipe(r->arrays[XKI_TOMBSTONES], r->array_sizes[XKI_TOMBSTONES]);
    r->pending = 0;
    r->owed = 0;
    r->kms_count = kms_count;
}

/* In the order of their decisions. Only now, since the chains are found by the engine's own hash, whose key a record
 * may have brought. */
static void chain_all(struct xk_requester *r, uint32_t first)
{
    for (uint32_t index = first; index != XKI_NO_SLOT;) {
        uint32_t next = xki_slot(r, index)->next;
        xki_chain_append(r, index);
        index = next;
    }
}

/* Each by itself: its handle is all that a host can cancel it by. A callback may end what has not been told yet. */
static void tell_restored(struct xk_requester *r)
{
    uint32_t count = r->fresh;
    for (uint32_t i = 0; i < count; i++) {
        if (xki_slot(r, i)->state != XKI_FREE) {
            uint64_t handle = xki_handle(r, i);
            xki_observe(r, XK_EVENT_RESTORED, XK_OK, i);
            if (xki_find_handle(r, handle) == i) {
                xki_audit(r, XK_EVENT_RESTORED, i);
            }
        }
    }
}

size_t xk_journal_whole(const uint8_t *data, size_t size)
{
    size_t whole = 0;
    size_t at = 0;
    struct xki_frame frame;
    while (data != NULL && at < size && xki_frame_read(data, size, &at, &frame) == XK_OK) {
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
    if (r->in_callback) {
        return xki_count(r, XK_E_BUSY);
    }
    if (r->free_count != r->config.max_pending) {
        return xki_count(r, XK_E_ALREADY);
    }
    uint64_t last = 0;
    enum xk_status status = check_all(r, data, size, &last);
    if (status != XK_OK) {
        return xki_count(r, status);
    }
    xki_set_now(r, now_ms);
    uint32_t kms_count = r->kms_count;
    struct xki_siphash_key hash_key = r->hash_key;
    struct xki_list decided = {XKI_NO_SLOT, XKI_NO_SLOT};
    status = apply_all(r, data, size, last, elapsed_ms, &decided);
    if (status != XK_OK) {
        take_back(r, kms_count);
        r->hash_key = hash_key;
        return xki_count(r, status);
    }
    chain_all(r, decided.first);
    r->record_time = (elapsed_ms > UINT64_MAX - last ? UINT64_MAX : last + elapsed_ms) - r->now;
    xki_offer_again_at(r, r->now);
    r->counters.restored += r->pending + r->owed;
    if (restored != NULL) {
        *restored = r->pending + r->owed;
    }
    tell_restored(r);
    return xki_count(r, XK_OK);
}
