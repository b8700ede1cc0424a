/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/engine_check.h"

#include <string.h>

#include "requester/ask.h"
#include "requester/chain.h"
#include "requester/share.h"

static enum xki_rq_state state_of(const struct xk_requester *r, uint32_t index)
{
    return (enum xki_rq_state)xki_rq_slot(r, index)->state;
}

static bool has_flag(const struct xk_requester *r, uint32_t index, enum xki_rq_flag flag)
{
    return (xki_rq_slot(r, index)->flags & flag) != 0;
}

static const struct xki_rq_window *window_at(const struct xk_requester *r, uint32_t kms)
{
    return (const struct xki_rq_window *)r->arrays[XKI_RQ_WINDOWS] + kms;
}

static const char *check_counts(const struct xk_requester *r)
{
    uint32_t free_slots = 0;
    uint32_t pending = 0;
    uint32_t owed = 0;
    uint32_t held = 0;
    uint32_t unused = 0;
    for (uint32_t i = 0; i < r->fresh; i++) {
        pending += xki_rq_is_pending(state_of(r, i));
        owed += xki_rq_is_owed(state_of(r, i));
        held += state_of(r, i) == XKI_RQ_HELD;
        unused += state_of(r, i) == XKI_RQ_FREE;
    }
    for (uint32_t i = r->free_first; i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->link.free) {
        if (i >= r->fresh || state_of(r, i) != XKI_RQ_FREE || free_slots++ > r->fresh) {
            return "the list of free slots is broken";
        }
    }
    if (free_slots != unused || r->free_count != r->config.max_pending - r->fresh + free_slots) {
        return "the count of free slots is wrong";
    }
    if (xki_rq_pending(r) != pending) {
        return "the count of pending requests is wrong";
    }
    return xki_rq_owed(r) == owed && r->in_state[XKI_RQ_HELD] == held ? NULL : "the count of owed outcomes is wrong";
}

/* What is at a KMS, asked or asked again, is what its window counts. */
static const char *check_windows(const struct xk_requester *r)
{
    uint32_t in_flight[XK_KMS_MAX] = {0};
    for (uint32_t i = 0; i < r->fresh; i++) {
        if (state_of(r, i) == XKI_RQ_ASKED || (state_of(r, i) == XKI_RQ_BLOCKED && has_flag(r, i, XKI_RQ_AGAIN))) {
            in_flight[xki_rq_asked_kms(r, i)]++;
        }
    }
    for (uint32_t k = 0; k < r->kms_count; k++) {
        if (window_at(r, k)->in_flight != in_flight[k] ||
            (r->config.kms_window > 0 && in_flight[k] > r->config.kms_window)) {
            return "the window of a KMS is wrong";
        }
    }
    return NULL;
}

/* A request behind windows is in the queue of each KMS of its list that it has not tried, and outside a call none of
 * these has a place. */
static const char *check_queues(const struct xk_requester *r)
{
    uint32_t queued = 0;
    uint32_t behind = 0;
    for (uint32_t k = 0; r->config.kms_window > 0 && k < r->kms_count; k++) {
        uint32_t before = XKI_RQ_NONE;
        for (uint32_t n = window_at(r, k)->first; n != XKI_RQ_NONE;) {
            const struct xki_rq_place *place = (const struct xki_rq_place *)r->arrays[XKI_RQ_PLACES] + n;
            uint32_t i = n / XK_ROUTES_MAX;
            if (i >= r->fresh || state_of(r, i) != XKI_RQ_BEHIND || place->prev != before ||
                xki_rq_routes(r, i)[n % XK_ROUTES_MAX] != k || queued++ > r->fresh * XK_ROUTES_MAX) {
                return "the queue of a KMS is broken";
            }
            before = n;
            n = place->next;
        }
        if (window_at(r, k)->last != before) {
            return "the end of the queue of a KMS is wrong";
        }
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        const struct xki_rq_record *record = xki_rq_record(r, i);
        if (state_of(r, i) == XKI_RQ_BEHIND) {
            behind++;
            for (unsigned int k = 0; k < record->route_count; k++) {
                queued -= (record->progress.pending.tried >> k & 1u) == 0;
            }
        }
    }
    return queued == 0 && behind == r->ask.behind ? NULL : "a request is queued nowhere";
}

static const char *check_ready(const struct xk_requester *r)
{
    uint32_t ready = 0;
    uint32_t before = XKI_RQ_NONE;
    for (uint32_t i = r->ask.ready.first; i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->link.list.next) {
        unsigned int all = (1u << xki_rq_record(r, i)->route_count) - 1;
        if (state_of(r, i) != XKI_RQ_READY || xki_rq_slot(r, i)->link.list.prev != before || ready++ > r->fresh ||
            xki_rq_record(r, i)->progress.pending.tried == all) {
            return "the list of the ready is broken";
        }
        before = i;
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        ready -= state_of(r, i) == XKI_RQ_READY;
    }
    return ready == 0 && r->ask.ready.last == before ? NULL : "a request is ready nowhere";
}

static const char *check_held(const struct xk_requester *r)
{
    uint32_t held = 0;
    uint32_t before = XKI_RQ_NONE;
    for (uint32_t i = r->offer.held.first; i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->link.list.next) {
        if (state_of(r, i) != XKI_RQ_HELD || xki_rq_slot(r, i)->link.list.prev != before || held++ > r->fresh) {
            return "the list of the held is broken";
        }
        before = i;
    }
    bool all = held == r->in_state[XKI_RQ_HELD] && r->offer.held.last == before;
    return all ? NULL : "not all that is held is in its list";
}

static const char *check_chain(const struct xk_requester *r, uint32_t first, uint32_t *seen)
{
    struct xk_bytes liid = xki_warrant_liid(xki_rq_warrant(r, first));
    uint32_t before = xki_rq_slot(r, first)->link.chain.prev;
    if (xki_rq_chain_first(r, first) != first) {
        return "a chain is not found by its LIID";
    }
    for (uint32_t i = first; i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->link.chain.next) {
        struct xk_bytes own = xki_warrant_liid(xki_rq_warrant(r, i));
        if (!has_flag(r, i, XKI_RQ_CHAINED) || xki_rq_slot(r, i)->link.chain.prev != before || (*seen)++ > r->fresh ||
            own.size != liid.size || memcmp(own.data, liid.data, own.size) != 0) {
            return "a chain of owed outcomes is broken";
        }
        before = i;
    }
    return xki_rq_slot(r, first)->link.chain.prev == before ? NULL : "the end of a chain is wrong";
}

static const char *check_chains(const struct xk_requester *r)
{
    uint32_t seen = 0;
    uint32_t chains = 0;
    uint32_t before = XKI_RQ_NONE;
    for (uint32_t i = r->chain.first; i != XKI_RQ_NONE; i = xki_rq_slot(r, i)->time.decided.next) {
        if (xki_rq_slot(r, i)->time.decided.prev != before || chains++ > r->fresh) {
            return "the list of chains is broken";
        }
        const char *wrong = check_chain(r, i, &seen);
        if (wrong != NULL) {
            return wrong;
        }
        before = i;
    }
    if (r->chain.last != before || r->chain.count != chains) {
        return "the count of chains is wrong";
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        enum xki_rq_state state = state_of(r, i);
        bool waits = state == XKI_RQ_OWED || state == XKI_RQ_BLOCKED;
        seen -= has_flag(r, i, XKI_RQ_CHAINED);
        /* One that is being offered right now need not be in a chain yet. */
        if (waits && !has_flag(r, i, XKI_RQ_CHAINED) && !r->in_callback) {
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
            uint32_t i = r->wait.timers.buckets[level][bucket].first;
            while ((i & XKI_TIMER_BUCKET_BIT) == 0) {
                if (i >= r->fresh || armed++ > r->fresh ||
                    !(xki_rq_is_pending(state_of(r, i)) || state_of(r, i) == XKI_RQ_GRACE)) {
                    return "a timer runs for what has none";
                }
                i = xki_rq_slot(r, i)->time.node.next;
            }
        }
    }
    for (uint32_t i = 0; i < r->fresh; i++) {
        armed -= xki_rq_is_pending(state_of(r, i)) || state_of(r, i) == XKI_RQ_GRACE;
    }
    /* The one that is being fired has been taken out. */
    return armed == 0 || r->in_callback ? NULL : "a request that pends has no timer";
}

static uint32_t by_transaction(const struct xk_requester *r, uint32_t index)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t value;
    do {
        value = xki_idmap_find(&r->ids, xki_rq_id_hash(&xki_rq_slot(r, index)->transaction), &cursor);
    } while (value != XKI_IDMAP_NONE && memcmp(&xki_rq_slot(r, value)->transaction, &xki_rq_slot(r, index)->transaction,
                                               XK_TRANSACTION_ID_SIZE) != 0);
    return value;
}

/* Every request is found by its transaction, itself or through one that shares it. */
static const char *check_ids(const struct xk_requester *r)
{
    for (uint32_t i = 0; i < r->fresh; i++) {
        uint32_t at = state_of(r, i) == XKI_RQ_FREE ? i : by_transaction(r, i);
        if (at == XKI_IDMAP_NONE || (at != i && !r->config.share_queries)) {
            return "a transaction is not found";
        }
    }
    return NULL;
}

static enum xki_rq_members members_of(enum xki_rq_state state)
{
    if (state == XKI_RQ_SHARING) {
        return XKI_RQ_SHARERS;
    }
    return state == XKI_RQ_OWED || state == XKI_RQ_HELD ? XKI_RQ_DONE : XKI_RQ_WANTERS;
}

static const struct xki_rq_member *member_at(const struct xk_requester *r, uint32_t index)
{
    return (const struct xki_rq_member *)r->arrays[XKI_RQ_SHARES] + index;
}

static const char *check_group(const struct xk_requester *r, uint32_t number, uint32_t *seen)
{
    const struct xki_rq_group *group = (const struct xki_rq_group *)r->arrays[XKI_RQ_GROUPS] + number;
    uint32_t asking = 0;
    uint32_t open = 0;
    for (unsigned int list = 0; list < XKI_RQ_MEMBERS; list++) {
        uint32_t count = 0;
        uint32_t before = XKI_RQ_NONE;
        for (uint32_t i = group->lists[list].first; i != XKI_RQ_NONE; i = member_at(r, i)->next) {
            if (member_at(r, i)->group != number || member_at(r, i)->prev != before ||
                (unsigned int)members_of(state_of(r, i)) != list || count++ > r->fresh) {
                return "a list of those that share a transaction is broken";
            }
            asking += xki_rq_is_asking(state_of(r, i));
            open += state_of(r, i) == XKI_RQ_SPENT && xki_rq_record(r, i)->progress.pending.open != 0;
            before = i;
        }
        if (count != group->counts[list] || group->lists[list].last != before) {
            return "the count of those that share a transaction is wrong";
        }
        *seen += count;
    }
    if (asking != group->asking || open != group->open) {
        return "a group is wrong about who asks";
    }
    bool silent = asking == 0 && group->lists[XKI_RQ_SHARERS].first != XKI_RQ_NONE && !group->answering;
    return silent ? "nobody asks for those that share" : NULL;
}

static const char *check_groups(const struct xk_requester *r)
{
    uint32_t seen = 0;
    uint32_t members = 0;
    for (uint32_t i = 0; r->config.share_queries && i < r->fresh; i++) {
        members += state_of(r, i) != XKI_RQ_FREE;
    }
    for (uint32_t i = 0; r->config.share_queries && i < r->share.fresh; i++) {
        const struct xki_rq_group *group = (const struct xki_rq_group *)r->arrays[XKI_RQ_GROUPS] + i;
        if (group->counts[0] + group->counts[1] + group->counts[2] > 0) {
            const char *wrong = check_group(r, i, &seen);
            if (wrong != NULL) {
                return wrong;
            }
        }
    }
    return seen == members ? NULL : "a request is in no group";
}

const char *engine_check(const struct xk_requester *r)
{
    const char *(*const checks[])(const struct xk_requester *) = {check_counts, check_windows, check_queues,
                                                                  check_ready,  check_held,    check_chains,
                                                                  check_timers, check_ids,     check_groups};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const char *wrong = checks[i](r);
        if (wrong != NULL) {
            return wrong;
        }
    }
    return NULL;
}
