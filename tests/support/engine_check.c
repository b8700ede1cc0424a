/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/engine_check.h"

#include <string.h>

#include "requester/engine.h"

static enum xki_state state_of(const struct xk_requester *r, uint32_t index)
{
    return (enum xki_state)xki_slot(r, index)->state;
}

static bool has_flag(const struct xk_requester *r, uint32_t index, enum xki_slot_flag flag)
{
    return (xki_slot(r, index)->flags & flag) != 0;
}

static const char *check_counts(const struct xk_requester *r)
{
    uint32_t states[XKI_STATES] = {0};
    uint32_t in_flight[XK_KMS_MAX] = {0};
    uint32_t free_slots = 0;
    for (uint32_t i = 0; i < r->fresh; i++) {
        states[state_of(r, i)]++;
        in_flight[xki_slot(r, i)->kms] += state_of(r, i) == XKI_ASKED;
    }
    for (uint32_t i = r->free_first; i != XKI_NO_SLOT; i = xki_slot(r, i)->next) {
        if (i >= r->fresh || state_of(r, i) != XKI_FREE || free_slots++ > r->fresh) {
            return "the list of free slots is broken";
        }
    }
    if (free_slots != states[XKI_FREE] || r->free_count != r->config.max_pending - r->fresh + free_slots) {
        return "the count of free slots is wrong";
    }
    if (r->pending != states[XKI_WAITING] + states[XKI_ASKED] + states[XKI_SHARING]) {
        return "the count of pending requests is wrong";
    }
    if (r->owed != states[XKI_OFFERED] + states[XKI_BLOCKED] + states[XKI_OWED] + states[XKI_HELD] ||
        r->held != states[XKI_HELD]) {
        return "the count of owed outcomes is wrong";
    }
    for (uint32_t k = 0; k < r->kms_count; k++) {
        if (xki_kms(r, k)->in_flight != in_flight[k]) {
            return "the window of a KMS is wrong";
        }
    }
    return NULL;
}

/* Each queued request is in the queue of its KMS once; the links back agree. */
static const char *check_queues(const struct xk_requester *r)
{
    uint32_t queued = 0;
    for (uint32_t k = 0; k < r->kms_count; k++) {
        uint32_t before = XKI_NO_SLOT;
        for (uint32_t i = xki_kms(r, k)->queue.first; i != XKI_NO_SLOT; i = xki_slot(r, i)->next) {
            if (!has_flag(r, i, XKI_FLAG_QUEUED) || xki_slot(r, i)->kms != k || state_of(r, i) != XKI_WAITING ||
                xki_slot(r, i)->prev != before || queued++ > r->fresh) {
                return "the queue of a KMS is broken";
            }
            before = i;
        }
        if (xki_kms(r, k)->queue.last != before) {
            return "the end of the queue of a KMS is wrong";
        }
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        queued -= has_flag(r, i, XKI_FLAG_QUEUED);
    }
    return queued == 0 ? NULL : "a request is queued nowhere";
}

static const char *check_held(const struct xk_requester *r)
{
    uint32_t held = 0;
    uint32_t before = XKI_NO_SLOT;
    for (uint32_t i = r->held_list.first; i != XKI_NO_SLOT; i = xki_slot(r, i)->next) {
        if (state_of(r, i) != XKI_HELD || xki_slot(r, i)->prev != before || held++ > r->fresh) {
            return "the list of the held is broken";
        }
        before = i;
    }
    return held == r->held && r->held_list.last == before ? NULL : "not all that is held is in its list";
}

static const char *check_chain(const struct xk_requester *r, uint32_t first, uint32_t *seen)
{
    struct xk_bytes liid = xki_warrant_liid(xki_record_warrant(r, first));
    uint32_t before = xki_slot(r, first)->prev;
    if (xki_chain_first(r, first) != first) {
        return "a chain is not found by its LIID";
    }
    for (uint32_t i = first; i != XKI_NO_SLOT; i = xki_slot(r, i)->next) {
        struct xk_bytes own = xki_warrant_liid(xki_record_warrant(r, i));
        if (!has_flag(r, i, XKI_FLAG_CHAINED) || xki_slot(r, i)->prev != before || (*seen)++ > r->fresh ||
            own.size != liid.size || memcmp(own.data, liid.data, own.size) != 0) {
            return "a chain of owed outcomes is broken";
        }
        before = i;
    }
    return xki_slot(r, first)->prev == before ? NULL : "the end of a chain is wrong";
}

static const char *check_chains(const struct xk_requester *r)
{
    uint32_t seen = 0;
    uint32_t chains = 0;
    uint32_t before = XKI_NO_SLOT;
    for (uint32_t i = r->chain_first; i != XKI_NO_SLOT; i = xki_slot(r, i)->timer.next) {
        if (xki_slot(r, i)->timer.prev != before || chains++ > r->fresh) {
            return "the list of chains is broken";
        }
        const char *wrong = check_chain(r, i, &seen);
        if (wrong != NULL) {
            return wrong;
        }
        before = i;
    }
    if (r->chain_last != before || r->chain_count != chains) {
        return "the count of chains is wrong";
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        enum xki_state state = state_of(r, i);
        bool waits = state == XKI_OWED || state == XKI_BLOCKED;
        seen -= has_flag(r, i, XKI_FLAG_CHAINED);
        /* One that is being offered right now need not be in a chain yet. */
        if (waits && !has_flag(r, i, XKI_FLAG_CHAINED) && !r->in_callback) {
            return "an owed outcome is in no chain";
        }
    }
    return seen == 0 ? NULL : "an outcome is chained nowhere";
}

static const char *check_timers(const struct xk_requester *r)
{
    uint32_t armed = 0;
    for (unsigned int level = 0; level < XKI_TIMER_LEVELS; level++) {
        for (unsigned int bucket = 0; bucket < XKI_TIMER_BUCKETS; bucket++) {
            uint32_t i = r->timers.buckets[level][bucket].first;
            while ((i & XKI_TIMER_BUCKET_BIT) == 0) {
                if (i >= r->fresh || armed++ > r->fresh ||
                    !(xki_is_pending(state_of(r, i)) || state_of(r, i) == XKI_GRACE)) {
                    return "a timer runs for what has none";
                }
                i = xki_slot(r, i)->timer.next;
            }
        }
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        armed -= xki_is_pending(state_of(r, i)) || state_of(r, i) == XKI_GRACE;
    }
    /* The one that is being fired has been taken out. */
    return armed == 0 || r->in_callback ? NULL : "a request that pends has no timer";
}

static uint32_t by_transaction(const struct xk_requester *r, uint32_t index)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t value;
    do {
        value = xki_idmap_find(&r->ids, xki_id_hash(&xki_slot(r, index)->transaction), &cursor);
    } while (value != XKI_IDMAP_NONE && memcmp(&xki_slot(r, value)->transaction, &xki_slot(r, index)->transaction,
                                               XK_TRANSACTION_ID_SIZE) != 0);
    return value;
}

/* Every request is found by its transaction, itself or through the first of those that share it. */
static const char *check_ids(const struct xk_requester *r)
{
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (state_of(r, i) == XKI_FREE) {
            continue;
        }
        uint32_t at = by_transaction(r, i);
        if (at != xki_share_first(r, i)) {
            return "a transaction is not found, or finds another than the first";
        }
        for (uint32_t steps = 0; at != XKI_NO_SLOT && at != i; at = xki_share_next(r, at)) {
            if (steps++ > r->fresh || state_of(r, at) == XKI_FREE) {
                return "the list of those that share a transaction is broken";
            }
        }
        if (at != i) {
            return "a request is not among those that share its transaction";
        }
    }
    return NULL;
}

const char *engine_check(const struct xk_requester *r)
{
    const char *(*const checks[])(const struct xk_requester *) = {check_counts, check_queues, check_held,
                                                                  check_chains, check_timers, check_ids};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const char *wrong = checks[i](r);
        if (wrong != NULL) {
            return wrong;
        }
    }
    return NULL;
}
