/* SPDX-License-Identifier: BSD-2-Clause */
/* How a request ends otherwise than by an offer: cancelled, purged, acknowledged later. */
#include "requester/offer.h"
#include "requester/watch.h"
#include "requester/work.h"

#include <string.h>

enum xk_status xki_rq_withdraw(struct xk_requester *r, uint32_t index)
{
    enum xk_status status = xki_rq_journal(r, XK_JOURNAL_ENDED, index);
    if (status != XK_OK) {
        xki_rq_tell_journal(r, status, index);
        return status;
    }
    xki_rq_observe(r, XK_EVENT_CANCELLED, XK_OK, index);
    xki_rq_audit(r, XK_EVENT_CANCELLED, index);
    xki_rq_step_out(r, index);
    xki_rq_move(r, index, XKI_RQ_CANCEL);
    xki_rq_bury_slot(r, index, false);
    return XK_OK;
}

static enum xk_status cancel(struct xk_requester *r, uint64_t handle)
{
    enum xk_status status = xki_rq_may_change(r);
    if (status != XK_OK) {
        return status;
    }
    uint32_t index = xki_rq_find_handle(r, handle);
    if (index == XKI_RQ_NONE) {
        return XK_E_UNKNOWN;
    }
    if (xki_rq_is(r, index, XKI_RQ_BUSY)) {
        return XK_E_ALREADY;
    }
    status = xki_rq_withdraw(r, index);
    r->counters.cancelled += status == XK_OK;
    return status;
}

enum xk_status xk_requester_cancel(struct xk_requester *requester, uint64_t now_ms, uint64_t handle)
{
    if (requester == NULL) {
        return XK_E_ARGUMENT;
    }
    xki_rq_time(requester, now_ms);
    enum xk_status status = cancel(requester, handle);
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}

static bool belongs_to(const struct xk_requester *r, uint32_t index, struct xk_bytes liid, const char *country)
{
    return xki_rq_state(r, index) != XKI_RQ_FREE && xki_warrant_is_of(xki_rq_warrant(r, index), liid, country);
}

static enum xk_status purge(struct xk_requester *r, struct xk_bytes liid, const char *country, uint32_t *count)
{
    enum xk_status status = xki_rq_may_change(r);
    for (uint32_t i = 0; status == XK_OK && i < r->fresh; i++) {
        if (belongs_to(r, i, liid, country) && xki_rq_is(r, i, XKI_RQ_BUSY)) {
            status = XK_E_BUSY;
        }
    }
    for (uint32_t i = 0; status == XK_OK && i < r->fresh; i++) {
        if (belongs_to(r, i, liid, country)) {
            status = xki_rq_withdraw(r, i);
            r->counters.purged += status == XK_OK;
            *count += status == XK_OK;
        }
    }
    return status;
}

enum xk_status xk_requester_purge(struct xk_requester *requester, uint64_t now_ms, struct xk_bytes liid,
                                  const char *country, uint32_t *purged)
{
    if (requester == NULL || liid.data == NULL || liid.size == 0 || liid.size > XK_LIID_MAX) {
        return XK_E_ARGUMENT;
    }
    xki_rq_time(requester, now_ms);
    uint32_t count = 0;
    enum xk_status status = purge(requester, liid, country, &count);
    if (purged != NULL && (status == XK_OK || status == XK_E_JOURNAL || status == XK_E_FENCED)) {
        *purged = count;
    }
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}

/* The request of a held outcome, if both names are right. */
static enum xk_status find_held(const struct xk_requester *r, uint64_t handle, const struct xk_outcome_id *id,
                                uint32_t *index)
{
    enum xk_status status = xki_rq_may_change(r);
    if (status != XK_OK) {
        return status;
    }
    *index = xki_rq_find_handle(r, handle);
    if (*index == XKI_RQ_NONE) {
        return XK_E_UNKNOWN;
    }
    if (xki_rq_is(r, *index, XKI_RQ_BUSY)) {
        return XK_E_ALREADY;
    }
    if (xki_rq_state(r, *index) != XKI_RQ_HELD) {
        return XK_E_UNKNOWN;
    }
    struct xk_outcome_id own = xki_rq_outcome_id(r, *index);
    return memcmp(own.octets, id->octets, sizeof own.octets) == 0 ? XK_OK : XK_E_UNKNOWN;
}

enum xk_status xk_requester_acknowledge(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                        const struct xk_outcome_id *id)
{
    if (requester == NULL || id == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t index;
    xki_rq_time(requester, now_ms);
    enum xk_status status = find_held(requester, handle, id, &index);
    if (status == XK_OK) {
        xki_rq_acknowledged(requester, index);
    }
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}

enum xk_status xk_requester_release(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                    const struct xk_outcome_id *id)
{
    if (requester == NULL || id == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t index;
    xki_rq_time(requester, now_ms);
    enum xk_status status = find_held(requester, handle, id, &index);
    if (status == XK_OK) {
        bool keys = xki_rq_is(requester, index, XKI_RQ_KEYS);
        xki_rq_move(requester, index, keys ? XKI_RQ_RELEASE_KEYS : XKI_RQ_RELEASE_FAILURE);
        xki_rq_offer_seen(requester, index);
        xki_rq_record(requester, index)->wait = 0;
        xki_rq_queue_up(requester, index);
        xki_rq_offer_early(requester, requester->now);
    }
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}

enum xk_status xk_requester_impossible(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                       const struct xk_outcome_id *id)
{
    if (requester == NULL || id == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t index;
    xki_rq_time(requester, now_ms);
    enum xk_status status = find_held(requester, handle, id, &index);
    if (status == XK_OK && !xki_rq_may_revise(requester, index)) {
        xki_rq_drop(requester, index);
    } else if (status == XK_OK) {
        status = xki_rq_revise(requester, index);
        if (status == XK_OK) {
            xki_rq_queue_up(requester, index);
            xki_rq_offer_early(requester, requester->now);
        }
    }
    xki_rq_leave(requester);
    return xki_rq_count(requester, status);
}
