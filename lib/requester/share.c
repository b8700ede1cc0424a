/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several warrants, one query: requests for the same exchange share its get_keys and the transaction id, and
 * nothing else. Each keeps its deadline, its outcome, its outcome id and its place in the chain of its LIID.
 *
 * Whoever finds such a request pending joins it as SHARING and sends nothing. So that nothing is lost by it, a
 * SHARING request carries on by itself, under the same transaction, when the one that asked ends without an
 * answer, and also when its own patience is over (see xki_share_wait()).
 *
 * The requests of one transaction are a list through an array of their own, in order of submission; the map of ids
 * and the map of exchanges know the first. Without share_queries neither array exists and each request is alone.
 */
#include "requester/engine.h"

#include "messages/layout.h"

#include <string.h>

#define AFTER_ID (XKI_ID_OFFSET + XK_TRANSACTION_ID_SIZE)

static enum xki_state state_of(const struct xk_requester *r, uint32_t index)
{
    return (enum xki_state)xki_slot(r, index)->state;
}

/* All of the get_keys but its transaction id. The exchange comes from a caller that may be hostile, hence the key. */
static uint32_t hash_of(const struct xk_requester *r, uint32_t index)
{
    return (uint32_t)xki_siphash(&r->share_key, xki_request_octets(r, index) + AFTER_ID,
                                 xki_record(r, index)->request_size - AFTER_ID);
}

/* The same question about the same Crypto Sessions, to the same KMSs as far as both lists go? A referral makes one
 * longer. */
bool xki_share_fits(const struct xk_requester *r, uint32_t a, uint32_t b)
{
    const struct xki_record *one = xki_record(r, a);
    const struct xki_record *other = xki_record(r, b);
    const uint8_t *octets = xki_request_octets(r, a);
    const uint8_t *others = xki_request_octets(r, b);
    size_t routes = one->route_count < other->route_count ? one->route_count : other->route_count;
    return one->request_size == other->request_size && one->cs_count == other->cs_count &&
           memcmp(octets, others, XKI_ID_OFFSET) == 0 &&
           memcmp(octets + AFTER_ID, others + AFTER_ID, one->request_size - AFTER_ID) == 0 &&
           memcmp(xki_record_data(r, a), xki_record_data(r, b), one->cs_count + routes) == 0;
}

/* With the same KMSs to the last one? */
static bool is_same(const struct xk_requester *r, uint32_t a, uint32_t b)
{
    return xki_record(r, a)->route_count == xki_record(r, b)->route_count && xki_share_fits(r, a, b);
}

/* The first from `first` on that asks, or waits to ask; or none. */
static uint32_t carrier(const struct xk_requester *r, uint32_t first)
{
    uint32_t at = first;
    while (at != XKI_NO_SLOT && state_of(r, at) != XKI_WAITING && state_of(r, at) != XKI_ASKED) {
        at = xki_share_next(r, at);
    }
    return at;
}

/* Requests for the exchange of this one that are being asked for: the first of them, or none. */
uint32_t xki_share_find(const struct xk_requester *r, uint32_t index)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t first = XKI_NO_SLOT;
    if (!r->config.share_queries || r->answering) {
        return XKI_NO_SLOT;
    }
    uint32_t hash = hash_of(r, index);
    do {
        first = xki_idmap_find(&r->shares, hash, &cursor);
    } while (first != XKI_IDMAP_NONE && !(is_same(r, first, index) && carrier(r, first) != XKI_NO_SLOT));
    return first;
}

/* A transaction of its own, which others may join. */
void xki_share_start(struct xk_requester *r, uint32_t index)
{
    if (!r->config.share_queries) {
        return;
    }
    struct xki_share *own = xki_share(r, index);
    own->next = XKI_NO_SLOT;
    own->prev = index;
    own->hash = hash_of(r, index);
    xki_idmap_insert(&r->shares, own->hash, index);
}

/* Takes over the transaction of those from `first` on. */
void xki_share_join(struct xk_requester *r, uint32_t first, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    struct xki_share *own = xki_share(r, index);
    slot->transaction = xki_slot(r, first)->transaction;
    memcpy(xki_request_octets(r, index) + XKI_ID_OFFSET, slot->transaction.octets, XK_TRANSACTION_ID_SIZE);
    own->next = XKI_NO_SLOT;
    own->prev = xki_share(r, first)->prev;
    own->hash = xki_share(r, first)->hash;
    xki_share(r, own->prev)->next = index;
    xki_share(r, first)->prev = index;
}

/* The next one stands in both maps where the first stood. */
static void replace_first(struct xk_requester *r, uint32_t first, uint32_t by)
{
    const struct xki_share *own = xki_share(r, first);
    xki_idmap_replace(&r->ids, xki_id_hash(&xki_slot(r, first)->transaction), first, by);
    xki_idmap_replace(&r->shares, own->hash, first, by);
    xki_share(r, by)->prev = own->prev;
}

/* What it has been told by which KMS counts for the others from now on. */
uint32_t xki_share_quit(struct xk_requester *r, uint32_t index)
{
    const struct xki_share *own = xki_share(r, index);
    bool is_first = xki_share(r, own->prev)->next == XKI_NO_SLOT;
    uint32_t heir = is_first ? own->next : own->prev;
    if (r->answering && r->share_cursor == index) {
        r->share_cursor = own->next;
    }
    if (heir == XKI_NO_SLOT) {
        xki_idmap_remove(&r->shares, own->hash, index);
        return XKI_NO_SLOT;
    }
    if (is_first) {
        replace_first(r, index, heir);
    } else {
        xki_share(r, own->prev)->next = own->next;
        uint32_t follower = own->next == XKI_NO_SLOT ? xki_share_first(r, own->prev) : own->next;
        xki_share(r, follower)->prev = own->prev;
    }
    struct xki_record *record = xki_record(r, heir);
    record->asked = (uint8_t)(record->asked | (xki_record(r, index)->asked & ((1u << record->route_count) - 1)));
    return xki_share_first(r, heir);
}

/* The one before the first is the last, behind which there is none. */
uint32_t xki_share_head(const struct xk_requester *r, uint32_t index)
{
    uint32_t first = index;
    while (xki_share(r, xki_share(r, first)->prev)->next != XKI_NO_SLOT) {
        first = xki_share(r, first)->prev;
    }
    return first;
}

/* Has any of them reached a KMS, so that an answer may come? */
bool xki_share_has_asked(const struct xk_requester *r, uint32_t index)
{
    uint32_t at = xki_share_first(r, index);
    while (at != XKI_NO_SLOT && xki_record(r, at)->asked == 0) {
        at = xki_share_next(r, at);
    }
    return at != XKI_NO_SLOT;
}

/* How long it waits for what others have asked before it asks itself: as long as for one attempt, and half of its
 * time at most, so that its outcome never hangs on theirs. */
void xki_share_wait(struct xk_requester *r, uint32_t index, uint64_t timeout)
{
    uint64_t attempt = r->config.attempt_timeout;
    xki_wait_until(r, index, xki_after(r, attempt > 0 && attempt < timeout / 2 ? attempt : timeout / 2));
}

/* Asks itself, if it does not do so already. */
void xki_share_carry(struct xk_requester *r, uint32_t index)
{
    if (!xki_move(r, index, XKI_CARRY)) {
        return;
    }
    xki_wait_until(r, index, XK_NEVER);
    xki_enqueue(r, index);
}

void xki_share_promote(struct xk_requester *r, uint32_t first)
{
    if (r->answering || carrier(r, first) != XKI_NO_SLOT) {
        return;
    }
    uint32_t at = first;
    while (at != XKI_NO_SLOT && state_of(r, at) != XKI_SHARING) {
        at = xki_share_next(r, at);
    }
    if (at != XKI_NO_SLOT) {
        xki_share_carry(r, at);
    }
}
