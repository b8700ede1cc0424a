/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Getting a get_keys to a KMS: the window of each KMS, attempts, back-off and fail-over.
 *
 * Each KMS has a queue of its own, so one that is dead or slow delays nobody else. The overall deadline of a
 * request always wins: the next attempt is armed only if it comes before it.
 */
#include "requester/engine.h"

#include <string.h>

/* The request's own deadline, whatever its timer waits for now. */
uint64_t xki_deadline(const struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    return slot->timer.deadline + slot->left;
}

/* Wait for `at`, or for the request's own deadline if that comes first. */
void xki_wait_until(struct xk_requester *r, uint32_t index, uint64_t at)
{
    struct xki_slot *slot = xki_slot(r, index);
    uint64_t deadline = xki_deadline(r, index);
    uint64_t wake = at < deadline ? at : deadline;
    if (wake == slot->timer.deadline) {
        return;
    }
    xki_timers_disarm(&r->timers, index);
    slot->left = (uint32_t)(deadline - wake);
    xki_timers_arm(&r->timers, index, wake);
}

void xki_enqueue(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    slot->flags |= XKI_FLAG_QUEUED;
    xki_list_append(r, &xki_kms(r, slot->kms)->queue, index);
    r->queued++;
}

static void dequeue(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    xki_list_remove(r, &xki_kms(r, slot->kms)->queue, index);
    slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_QUEUED);
    r->queued--;
}

static bool window_is_open(const struct xk_requester *r, const struct xki_kms *kms)
{
    return r->config.kms_window == 0 || kms->in_flight < r->config.kms_window;
}

static bool call_send(struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    struct xk_send out;
    out.kms = slot->kms;
    out.request = xki_handle(r, index);
    out.attempt = slot->attempts;
    out.octets.data = xki_request_octets(r, index);
    out.octets.size = xki_record(r, index)->request_size;
    r->in_callback = true;
    bool sent = r->callbacks.send(&out, r->user);
    r->in_callback = false;
    return sent;
}

/* One attempt. The state says ASKED before the host is called, so that whatever it does meets a request that
 * has been sent. */
static void attempt(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    struct xki_record *record = xki_record(r, index);
    uint64_t handle = xki_handle(r, index);
    xki_move(r, index, XKI_SENT);
    slot->attempts++;
    xki_kms(r, slot->kms)->in_flight++;
    uint8_t asked_before = record->asked;
    record->asked = (uint8_t)(record->asked | 1u << record->route);
    if (r->config.attempt_timeout > 0 && slot->attempts < r->config.max_attempts) {
        xki_wait_until(r, index, xki_after(r, r->config.attempt_timeout));
    }
    bool sent = call_send(r, index);
    if (sent) {
        r->counters.sent++;
        r->counters.retried += slot->attempts > 1;
        xki_observe(r, XK_EVENT_SENT, XK_OK, xki_find_handle(r, handle));
        return;
    }
    r->counters.send_failed++;
    if (xki_find_handle(r, handle) != index) {
        return; /* the host cancelled it from inside the callback */
    }
    record->asked = asked_before;
    xki_observe(r, XK_EVENT_SEND_FAILED, XK_OK, index);
    if (xki_find_handle(r, handle) == index) {
        xki_attempt_failed(r, index);
    }
}

void xki_send_now_or_queue(struct xk_requester *r, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    const struct xki_kms *kms = xki_kms(r, slot->kms);
    if (!r->in_callback && kms->queue.first == XKI_NO_SLOT && window_is_open(r, kms)) {
        attempt(r, index);
    } else {
        xki_enqueue(r, index);
    }
}

/* The first retry of a KMS that has not been tried comes at once; one that has, after a back-off that doubles,
 * of which half is drawn at random so that many requests do not come back together. */
static uint32_t backoff(struct xk_requester *r, unsigned int attempts)
{
    uint64_t wait = r->config.backoff_base;
    for (unsigned int i = 1; i < attempts && wait < r->config.backoff_max; i++) {
        wait *= 2;
    }
    if (wait > r->config.backoff_max) {
        wait = r->config.backoff_max;
    }
    uint8_t random[2] = {0, 0};
    if (wait > 1 && xki_random(r, random, sizeof random)) {
        uint64_t half = wait / 2;
        wait = wait - half + half * (((uint64_t)random[0] << 8) | random[1]) / 65535u;
    }
    return (uint32_t)wait;
}

/* The request leaves its KMS, whichever way. */
void xki_stop_asking(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    if ((slot->flags & XKI_FLAG_QUEUED) != 0) {
        dequeue(r, index);
    }
    if (slot->state == XKI_ASKED) {
        xki_kms(r, slot->kms)->in_flight--;
    }
}

void xki_attempt_failed(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    struct xki_record *record = xki_record(r, index);
    xki_stop_asking(r, index);
    xki_move(r, index, XKI_SEND_FAILED);
    if (slot->attempts >= r->config.max_attempts) {
        if (record->asked == 0) {
            /* Nobody can answer. The decision is left to the next tick, since submit hands nothing over. */
            slot->flags |= XKI_FLAG_SPENT;
            xki_wait_until(r, index, r->now);
        } else {
            xki_wait_until(r, index, XK_NEVER);
        }
        return;
    }
    uint8_t next = (uint8_t)((record->route + 1) % record->route_count);
    bool untried = slot->attempts < record->route_count;
    record->route = next;
    r->counters.failed_over += record->route_count > 1;
    slot->kms = xki_record_routes(r, index)[next];
    if (untried) {
        xki_wait_until(r, index, XK_NEVER);
        xki_enqueue(r, index);
    } else {
        xki_wait_until(r, index, xki_after(r, backoff(r, slot->attempts)));
    }
}

/* The KMS that it asks becomes another one. What shares the query of another request goes on sharing it. */
static void turn_to(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    struct xki_slot *slot = xki_slot(r, index);
    xki_stop_asking(r, index);
    slot->kms = (uint8_t)kms;
    if (slot->state == XKI_SHARING) {
        return;
    }
    if (slot->state == XKI_ASKED) {
        xki_move(r, index, XKI_SEND_FAILED);
    }
    xki_wait_until(r, index, XK_NEVER);
    xki_enqueue(r, index);
}

/* The KMS names another one that issued the ticket (RFC 6043 section 10): ask that one, once, if it is known. */
bool xki_follow_referral(struct xk_requester *r, uint32_t index, struct xk_bytes name)
{
    struct xki_slot *slot = xki_slot(r, index);
    struct xki_record *record = xki_record(r, index);
    if (!r->config.follow_referral || (slot->flags & XKI_FLAG_REFERRED) != 0 || record->route_count == XK_ROUTES_MAX) {
        return false;
    }
    for (uint32_t k = 0; k < r->kms_count; k++) {
        const struct xki_kms *kms = xki_kms(r, k);
        if (kms->name_size == name.size && memcmp(kms->name, name.data, name.size) == 0) {
            record->route = record->route_count++;
            xki_record_data(r, index)[record->cs_count + record->route] = (uint8_t)k;
            slot->flags |= XKI_FLAG_REFERRED;
            turn_to(r, index, k);
            r->counters.referred++;
            xki_observe(r, XK_EVENT_REFERRED, XK_OK, index);
            return true;
        }
    }
    return false;
}

/* Keys were decided but the octets are gone: the same transaction is put to the KMS that answered. It stays
 * BLOCKED, outside every window, and a failed send is tried again with the next pass of offers. */
void xki_ask_again(struct xk_requester *r, uint32_t index)
{
    uint64_t handle = xki_handle(r, index);
    struct xki_record *record = xki_record(r, index);
    /* The KMS that is next in turn may not be the one that answered: from now on its answer counts too. */
    record->asked = (uint8_t)(record->asked | 1u << record->route);
    if (call_send(r, index)) {
        r->counters.sent++;
        r->counters.retried++;
        xki_observe(r, XK_EVENT_SENT, XK_OK, xki_find_handle(r, handle));
    } else {
        r->counters.send_failed++;
    }
}

void xki_pump(struct xk_requester *r)
{
    /* Bounded: each turn takes one out of a queue, and only a callback, once for each, can put one in. */
    uint32_t turns = r->queued;
    for (uint32_t k = 0; k < r->kms_count && turns > 0; k++) {
        struct xki_kms *kms = xki_kms(r, k);
        while (kms->queue.first != XKI_NO_SLOT && window_is_open(r, kms) && turns > 0) {
            uint32_t index = kms->queue.first;
            dequeue(r, index);
            attempt(r, index);
            turns--;
        }
    }
}
