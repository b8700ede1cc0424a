/* SPDX-License-Identifier: BSD-2-Clause */
/* How a request ends: acknowledged, cancelled or purged. Its data are wiped, its id stays behind for a while. */
#include "requester/engine.h"

#include <xk/secret.h>

#include <string.h>

void xki_free_slot(struct xk_requester *r, uint32_t index, bool answered)
{
    struct xki_slot *slot = xki_slot(r, index);
    const struct xki_record *record = xki_record(r, index);
    uint32_t others = xki_share_leave(r, index);
    if (others == XKI_NO_SLOT) {
        xki_idmap_remove(&r->ids, xki_id_hash(&slot->transaction), index);
        xki_bury(r, index, answered);
    }
    xki_reference_drop(r, index);
    xk_wipe(xki_request_octets(r, index), record->request_size);
    xk_wipe(xki_record(r, index), sizeof *record + record->size);
    xk_wipe(slot, sizeof *slot);
    slot->next = r->free_first;
    r->free_first = index;
    r->free_count++;
    xki_share_go_on(r, others);
}

void xki_end_hold(struct xk_requester *r, uint32_t index)
{
    xki_list_remove(r, &r->held_list, index);
    r->held--;
}

/* The journal first: a withdrawal that it does not hold would be undone by a crash. */
enum xk_status xki_withdraw(struct xk_requester *r, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    enum xki_state state = (enum xki_state)slot->state;
    slot->flags |= XKI_FLAG_BUSY;
    enum xk_status status = xki_journal(r, XK_JOURNAL_ENDED, index);
    if (status != XK_OK) {
        slot->flags = (uint8_t)(slot->flags & ~XKI_FLAG_BUSY);
        return status;
    }
    xki_observe(r, XK_EVENT_CANCELLED, XK_OK, index);
    xki_audit(r, XK_EVENT_CANCELLED, index);
    if (xki_is_pending(state) || state == XKI_GRACE) {
        xki_timers_disarm(&r->timers, index);
    }
    if (xki_is_pending(state)) {
        xki_stop_asking(r, index);
        r->pending--;
    } else if (state != XKI_GRACE) {
        r->owed--;
    }
    if (state == XKI_HELD) {
        xki_end_hold(r, index);
    }
    if ((slot->flags & XKI_FLAG_CHAINED) != 0) {
        xki_chain_remove(r, index);
    }
    xki_move(r, index, XKI_CANCEL);
    xki_free_slot(r, index, false);
    return XK_OK;
}

static enum xk_status cancel(struct xk_requester *r, uint64_t handle)
{
    if (r->closed) {
        return XK_E_BUSY;
    }
    if (r->fenced) {
        return XK_E_FENCED;
    }
    uint32_t index = xki_find_handle(r, handle);
    if (index == XKI_NO_SLOT) {
        return XK_E_UNKNOWN;
    }
    if ((xki_slot(r, index)->flags & XKI_FLAG_BUSY) != 0) {
        return XK_E_ALREADY;
    }
    enum xk_status status = xki_withdraw(r, index);
    r->counters.cancelled += status == XK_OK;
    return status;
}

enum xk_status xk_requester_cancel(struct xk_requester *requester, uint64_t now_ms, uint64_t handle)
{
    if (requester == NULL) {
        return XK_E_ARGUMENT;
    }
    xki_set_now(requester, now_ms);
    enum xk_status status = xki_count(requester, cancel(requester, handle));
    xki_leave(requester);
    return status;
}

static bool belongs_to(const struct xk_requester *r, uint32_t index, struct xk_bytes liid)
{
    if (xki_slot(r, index)->state == XKI_FREE) {
        return false;
    }
    struct xk_bytes own = xki_warrant_liid(xki_record_warrant(r, index));
    return own.size == liid.size && memcmp(own.data, liid.data, liid.size) == 0;
}

static enum xk_status purge(struct xk_requester *r, struct xk_bytes liid, uint32_t *count)
{
    if (r->closed) {
        return XK_E_BUSY;
    }
    if (r->fenced) {
        return XK_E_FENCED;
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (belongs_to(r, i, liid) && (xki_slot(r, i)->flags & XKI_FLAG_BUSY) != 0) {
            return XK_E_BUSY;
        }
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (belongs_to(r, i, liid)) {
            enum xk_status status = xki_withdraw(r, i);
            if (status != XK_OK) {
                return status;
            }
            r->counters.purged++;
            (*count)++;
        }
    }
    return XK_OK;
}

enum xk_status xk_requester_purge(struct xk_requester *requester, uint64_t now_ms, struct xk_bytes liid,
                                  uint32_t *purged)
{
    if (requester == NULL || liid.data == NULL || liid.size == 0 || liid.size > XK_LIID_MAX) {
        return XK_E_ARGUMENT;
    }
    xki_set_now(requester, now_ms);
    uint32_t count = 0;
    enum xk_status status = xki_count(requester, purge(requester, liid, &count));
    if (purged != NULL && (status == XK_OK || status == XK_E_JOURNAL || status == XK_E_FENCED)) {
        *purged = count;
    }
    xki_leave(requester);
    return status;
}

/* The request of a held outcome, if both names are right. */
static enum xk_status find_held(const struct xk_requester *r, uint64_t handle, const struct xk_outcome_id *id,
                                uint32_t *index)
{
    if (r->closed) {
        return XK_E_BUSY;
    }
    if (r->fenced) {
        return XK_E_FENCED;
    }
    *index = xki_find_handle(r, handle);
    if (*index == XKI_NO_SLOT) {
        return XK_E_UNKNOWN;
    }
    if ((xki_slot(r, *index)->flags & XKI_FLAG_BUSY) != 0) {
        return XK_E_ALREADY;
    }
    if (xki_slot(r, *index)->state != XKI_HELD) {
        return XK_E_UNKNOWN;
    }
    struct xk_outcome_id own = xki_outcome_id(r, *index);
    return memcmp(own.octets, id->octets, sizeof own.octets) == 0 ? XK_OK : XK_E_UNKNOWN;
}

enum xk_status xk_requester_acknowledge(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                        const struct xk_outcome_id *id)
{
    if (requester == NULL || id == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t index;
    xki_set_now(requester, now_ms);
    enum xk_status status = find_held(requester, handle, id, &index);
    if (status == XK_OK) {
        xki_acknowledged(requester, index);
    }
    xki_leave(requester);
    return xki_count(requester, status);
}

enum xk_status xk_requester_release(struct xk_requester *requester, uint64_t now_ms, uint64_t handle,
                                    const struct xk_outcome_id *id)
{
    if (requester == NULL || id == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t index;
    xki_set_now(requester, now_ms);
    enum xk_status status = find_held(requester, handle, id, &index);
    if (status == XK_OK) {
        bool keys = (xki_slot(requester, index)->flags & XKI_FLAG_KEYS) != 0;
        xki_end_hold(requester, index);
        xki_move(requester, index, keys ? XKI_RELEASE_KEYS : XKI_RELEASE_FAILURE);
        xki_chain_append(requester, index);
        xki_offer_again_at(requester, requester->now);
    }
    return xki_count(requester, status);
}
