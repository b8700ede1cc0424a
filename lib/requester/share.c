/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/share.h"

#include "messages/layout.h"

#include <string.h>

#define AFTER_ID (XKI_ID_OFFSET + XK_TRANSACTION_ID_SIZE)

static struct xki_rq_member *member_of(const struct xk_requester *r, uint32_t index)
{
    return (struct xki_rq_member *)r->arrays[XKI_RQ_SHARES] + index;
}

static struct xki_rq_group *group_at(const struct xk_requester *r, uint32_t number)
{
    return (struct xki_rq_group *)r->arrays[XKI_RQ_GROUPS] + number;
}

static struct xki_rq_group *group_of(const struct xk_requester *r, uint32_t index)
{
    return group_at(r, member_of(r, index)->group);
}

size_t xki_rq_share_members_size(const struct xk_requester_config *config)
{
    return config->share_queries ? config->max_pending * sizeof(struct xki_rq_member) : 0;
}

size_t xki_rq_share_groups_size(const struct xk_requester_config *config)
{
    return config->share_queries ? config->max_pending * sizeof(struct xki_rq_group) : 0;
}

void xki_rq_share_init(struct xk_requester *r)
{
    r->share.free_first = XKI_RQ_NONE;
    if (r->config.share_queries) {
        xki_idmap_init(&r->share.groups, r->arrays[XKI_RQ_GROUP_CELLS], xki_idmap_cells(r->config.max_pending));
    }
}

static enum xki_rq_members list_of(enum xki_rq_state state)
{
    if (state == XKI_RQ_FREE) {
        return XKI_RQ_MEMBERS;
    }
    if (state == XKI_RQ_SHARING) {
        return XKI_RQ_SHARERS;
    }
    return state == XKI_RQ_OWED || state == XKI_RQ_HELD ? XKI_RQ_DONE : XKI_RQ_WANTERS;
}

/* All of the get_keys but its transaction id. The exchange comes from a caller that may be hostile, hence the key. */
static uint32_t hash_of(const struct xk_requester *r, uint32_t index)
{
    return (uint32_t)xki_siphash(&r->share_key, xki_rq_octets(r, index) + AFTER_ID,
                                 xki_rq_record(r, index)->request_size - AFTER_ID);
}

/* A referral may have made a list longer by one since then, and an answer that decided by another one: each of them. */
static size_t common_routes(const struct xki_rq_record *one, const struct xki_rq_record *other)
{
    size_t routes = one->route_count < other->route_count ? one->route_count : other->route_count;
    return routes > 3 ? routes - 2 : 1;
}

bool xki_rq_share_fits(const struct xk_requester *r, uint32_t a, uint32_t b)
{
    const struct xki_rq_record *one = xki_rq_record(r, a);
    const struct xki_rq_record *other = xki_rq_record(r, b);
    const uint8_t *octets = xki_rq_octets(r, a);
    const uint8_t *others = xki_rq_octets(r, b);
    return one->request_size == other->request_size && one->cs_count == other->cs_count &&
           memcmp(octets, others, XKI_ID_OFFSET) == 0 &&
           memcmp(octets + AFTER_ID, others + AFTER_ID, one->request_size - AFTER_ID) == 0 &&
           memcmp(xki_rq_sessions(r, a), xki_rq_sessions(r, b), one->cs_count + common_routes(one, other)) == 0;
}

static bool has_same_routes(const struct xk_requester *r, uint32_t a, uint32_t b)
{
    uint8_t count = xki_rq_record(r, a)->route_count;
    return count == xki_rq_record(r, b)->route_count &&
           memcmp(xki_rq_routes(r, a), xki_rq_routes(r, b), count) == 0;
}

static uint32_t any_member(const struct xki_rq_group *group)
{
    uint32_t any = group->lists[XKI_RQ_WANTERS].first;
    if (any == XKI_RQ_NONE) {
        any = group->lists[XKI_RQ_SHARERS].first;
    }
    return any != XKI_RQ_NONE ? any : group->lists[XKI_RQ_DONE].first;
}

uint32_t xki_rq_group_find(const struct xk_requester *r, uint32_t index)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t hash = hash_of(r, index);
    for (;;) {
        uint32_t number = xki_idmap_find(&r->share.groups, hash, &cursor);
        if (number == XKI_IDMAP_NONE) {
            return XKI_RQ_NONE;
        }
        uint32_t other = any_member(group_at(r, number)); /* the map holds those that ask, so there is one */
        if (!group_at(r, number)->answering && has_same_routes(r, other, index) &&
            xki_rq_share_fits(r, other, index)) {
            return other;
        }
    }
}

static void append(struct xk_requester *r, uint32_t index, enum xki_rq_members list)
{
    struct xki_rq_member *own = member_of(r, index);
    struct xki_rq_list *to = &group_of(r, index)->lists[list];
    group_of(r, index)->counts[list]++;
    own->next = XKI_RQ_NONE;
    own->prev = to->last;
    if (to->last == XKI_RQ_NONE) {
        to->first = index;
    } else {
        member_of(r, to->last)->next = index;
    }
    to->last = index;
}

static void take_out(struct xk_requester *r, uint32_t index, enum xki_rq_members list)
{
    const struct xki_rq_member *own = member_of(r, index);
    struct xki_rq_group *group = group_of(r, index);
    group->counts[list]--;
    if (group->cursor == index) {
        group->cursor = own->next;
    }
    if (own->prev == XKI_RQ_NONE) {
        group->lists[list].first = own->next;
    } else {
        member_of(r, own->prev)->next = own->next;
    }
    if (own->next == XKI_RQ_NONE) {
        group->lists[list].last = own->prev;
    } else {
        member_of(r, own->next)->prev = own->prev;
    }
}

static uint32_t new_group(struct xk_requester *r, uint32_t index)
{
    uint32_t number = r->share.free_first;
    if (number != XKI_RQ_NONE) {
        r->share.free_first = group_at(r, number)->hash;
    } else {
        number = r->share.fresh++;
    }
    struct xki_rq_group *group = group_at(r, number);
    memset(group, 0, sizeof *group);
    for (unsigned int i = 0; i < XKI_RQ_MEMBERS; i++) {
        group->lists[i] = (struct xki_rq_list){XKI_RQ_NONE, XKI_RQ_NONE};
    }
    group->cursor = XKI_RQ_NONE;
    group->hash = hash_of(r, index);
    return number;
}

static void drop_group(struct xk_requester *r, uint32_t number)
{
    group_at(r, number)->hash = r->share.free_first; /* the next free one */
    r->share.free_first = number;
}

void xki_rq_group_join(struct xk_requester *r, uint32_t index, uint32_t other)
{
    uint32_t number = other == XKI_RQ_NONE ? new_group(r, index) : member_of(r, other)->group;
    member_of(r, index)->group = number;
}

static void count_asking(struct xk_requester *r, uint32_t number, bool was, bool is)
{
    struct xki_rq_group *group = group_at(r, number);
    if (is && !was && group->asking++ == 0) {
        xki_idmap_insert(&r->share.groups, group->hash, number);
    } else if (was && !is && --group->asking == 0) {
        xki_idmap_remove(&r->share.groups, group->hash, number);
    }
}

static bool is_open(const struct xk_requester *r, uint32_t index, enum xki_rq_state state)
{
    return state == XKI_RQ_SPENT && xki_rq_record(r, index)->progress.pending.open != 0;
}

/* The KMSs of a member that sends nothing more have all answered. */
void xki_rq_share_closed(struct xk_requester *r, uint32_t index)
{
    if (r->config.share_queries) {
        group_of(r, index)->open--;
    }
}

static uint32_t next_to_ask(const struct xki_rq_group *group)
{
    return group->asking == 0 && !group->answering ? group->lists[XKI_RQ_SHARERS].first : XKI_RQ_NONE;
}

uint32_t xki_rq_group_moved(struct xk_requester *r, uint32_t index, enum xki_rq_state before)
{
    struct xki_rq_group *group = group_of(r, index);
    enum xki_rq_state after = xki_rq_state(r, index);
    enum xki_rq_members from = list_of(before);
    enum xki_rq_members to = list_of(after);
    if (from != to) {
        if (from != XKI_RQ_MEMBERS) {
            take_out(r, index, from);
        }
        if (to != XKI_RQ_MEMBERS) {
            append(r, index, to);
        }
    }
    group->open -= is_open(r, index, before);
    group->open += is_open(r, index, after);
    count_asking(r, member_of(r, index)->group, xki_rq_is_asking(before), xki_rq_is_asking(after));
    return next_to_ask(group);
}

static bool is_empty(const struct xki_rq_group *group)
{
    return any_member(group) == XKI_RQ_NONE;
}

uint32_t xki_rq_group_quit(struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_group *group = group_of(r, index);
    if (is_empty(group) && !group->answering) {
        drop_group(r, member_of(r, index)->group);
        return XKI_RQ_NONE;
    }
    return any_member(group);
}

void xki_rq_group_note(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    uint8_t *octet = &group_of(r, index)->asked[kms / 8];
    *octet = (uint8_t)(*octet | 1u << kms % 8);
}

bool xki_rq_group_was_asked(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    return (group_of(r, index)->asked[kms / 8] & 1u << kms % 8) != 0;
}

bool xki_rq_group_has_asked(const struct xk_requester *r, uint32_t index)
{
    static const uint8_t nobody[32];
    return memcmp(group_of(r, index)->asked, nobody, sizeof nobody) != 0;
}

bool xki_rq_group_others_ask(const struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_group *group = group_of(r, index);
    enum xki_rq_state state = xki_rq_state(r, index);
    return group->asking > xki_rq_is_asking(state) || group->open > is_open(r, index, state);
}

uint32_t xki_rq_group_forsaken(const struct xk_requester *r, uint32_t index)
{
    const struct xki_rq_group *group = group_of(r, index);
    bool forsaken = group->asking == 0 && group->open == 0 && group->counts[XKI_RQ_SHARERS] == 0;
    return forsaken ? group->lists[XKI_RQ_WANTERS].first : XKI_RQ_NONE;
}

uint32_t xki_rq_share_follower(const struct xk_requester *r, uint32_t index)
{
    return member_of(r, index)->next;
}

uint32_t xki_rq_share_begin(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_group *group = group_of(r, index);
    group->answering = true;
    group->second = false;
    group->cursor = group->lists[XKI_RQ_WANTERS].first;
    /* Not again those whose hold the host gives back meanwhile. */
    group->turns = group->counts[XKI_RQ_WANTERS] + group->counts[XKI_RQ_SHARERS];
    return member_of(r, index)->group;
}

uint32_t xki_rq_share_next(struct xk_requester *r, uint32_t number)
{
    struct xki_rq_group *group = group_at(r, number);
    if (group->cursor == XKI_RQ_NONE && !group->second) {
        group->second = true;
        group->cursor = group->lists[XKI_RQ_SHARERS].first;
    }
    uint32_t index = group->cursor;
    if (index == XKI_RQ_NONE || group->turns == 0) {
        return XKI_RQ_NONE;
    }
    group->turns--;
    group->cursor = member_of(r, index)->next;
    return index;
}

uint32_t xki_rq_share_end(struct xk_requester *r, uint32_t number)
{
    struct xki_rq_group *group = group_at(r, number);
    group->answering = false;
    group->cursor = XKI_RQ_NONE;
    if (is_empty(group)) {
        drop_group(r, number);
        return XKI_RQ_NONE;
    }
    return next_to_ask(group);
}
