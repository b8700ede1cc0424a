/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring of octets and the ring of slots over it; how records leave it. */
#include <string.h>

#include <xk/secret.h>

#include "delivery/session.h"
#include "support/inline.h"

/* The oldest octets that are in use, or none. */
static const struct xki_dl_slot *oldest(const struct xk_delivery *d)
{
    return d->released < d->tail ? xki_dl_slot(d, d->released) : NULL;
}

size_t xki_dl_octets(const struct xk_delivery *d)
{
    const struct xki_dl_slot *first = oldest(d);
    if (first == NULL) {
        return 0;
    }
    return d->ring_tail > first->at ? d->ring_tail - first->at : d->config.buffer_size - first->at + d->ring_tail;
}

/* A PS-PDU lies in one piece. What does not fit behind the last one goes to the beginning, if that is free; the tail
 * never meets the oldest octet from behind, so that full and empty differ. */
size_t xki_dl_room(const struct xk_delivery *d, size_t size)
{
    const struct xki_dl_slot *first = oldest(d);
    if (d->tail - d->told == d->config.max_records) {
        return SIZE_MAX;
    }
    if (first == NULL) {
        return size <= d->config.buffer_size ? 0 : SIZE_MAX;
    }
    if (d->ring_tail > first->at) {
        if (size <= d->config.buffer_size - d->ring_tail) {
            return d->ring_tail;
        }
        return size < first->at ? 0 : SIZE_MAX;
    }
    return size < first->at - d->ring_tail ? d->ring_tail : SIZE_MAX;
}

size_t xki_dl_space(const struct xk_delivery *d, size_t *at)
{
    const struct xki_dl_slot *first = oldest(d);
    *at = first == NULL ? 0 : d->ring_tail;
    if (d->tail - d->told == d->config.max_records) {
        return 0;
    }
    bool behind = first == NULL || d->ring_tail > first->at;
    return behind ? d->config.buffer_size - *at : first->at - d->ring_tail - 1;
}

struct xki_dl_slot *xki_dl_append(struct xk_delivery *d, size_t at, size_t size)
{
    struct xki_dl_slot *slot = xki_dl_slot(d, d->tail);
    memset(slot, 0, xki_unknown(sizeof *slot));
    slot->at = (uint32_t)at;
    slot->size = (uint32_t)size;
    slot->put_ms = d->now_ms;
    slot->entry = XKI_DL_NONE;
    d->ring_tail = at + size;
    d->tail++;
    return slot;
}

void xki_dl_wipe_slot(struct xk_delivery *d, struct xki_dl_slot *slot)
{
    xk_wipe(d->ring + slot->at, slot->size);
    xk_wipe(slot->liid, sizeof slot->liid);
    slot->size = 0;
}

static void deliver(struct xk_delivery *d, struct xki_dl_slot *slot)
{
    if (slot->entry != XKI_DL_NONE) {
        xki_dl_delivered(d->counters, slot->entry);
        slot->entry = XKI_DL_NONE;
    }
    if ((slot->flags & XKI_DL_FLAG_RESET) != 0) {
        xki_dl_reset_done(d->counters, d->config.lemf);
    }
    if ((slot->flags & XKI_DL_FLAG_RECORD) != 0) {
        d->count.delivered++;
    }
    slot->flags |= XKI_DL_FLAG_DONE;
    d->fruitful = true;
    xki_dl_wipe_slot(d, slot);
}

/* After a refusal: is there room again for what was refused? */
void xki_dl_made_room(struct xk_delivery *d)
{
    d->check_retry = true;
    if (d->room_wanted > 0 && xki_dl_room(d, d->room_wanted) != SIZE_MAX) {
        d->room_wanted = 0;
        d->room_untold = true;
    }
}

void xki_dl_advance(struct xk_delivery *d)
{
    uint64_t before = d->released;
    while (d->released < d->tail && xki_dl_slot(d, d->released)->size == 0) {
        d->next = d->next == d->released ? d->next + 1 : d->next;
        d->released++;
    }
    if (d->released != before) {
        xki_dl_made_room(d);
    }
}

void xki_dl_release_before(struct xk_delivery *d, uint64_t end)
{
    for (uint64_t i = d->released; i < end; i++) {
        struct xki_dl_slot *slot = xki_dl_slot(d, i);
        if (slot->size > 0 && (slot->flags & XKI_DL_FLAG_GONE) == 0) {
            deliver(d, slot);
        }
    }
    xki_dl_advance(d);
}

/* A cINReset that gets lost would make all that follows unreadable. So without acknowledgement it counts as delivered
 * only when a keep-alive behind it was answered. */
static bool lacks_proof(const struct xk_delivery *d, const struct xki_dl_slot *slot)
{
    return (slot->flags & XKI_DL_FLAG_RESET) != 0 && d->config.keep_alive > 0 && slot->end > d->proven;
}

static void want_proof(struct xk_delivery *d)
{
    bool sent = d->link == XKI_DL_OPEN && !d->acknowledging && d->released < d->next;
    if (sent && lacks_proof(d, xki_dl_slot(d, d->released)) && !d->alive_open) {
        d->alive_due = true;
    }
}

/* Is what lies before position `end`, written at `sent_ms`, delivered by the rule of 6.4.3? */
static bool is_delivered(const struct xk_delivery *d, const struct xki_dl_slot *slot)
{
    if (lacks_proof(d, slot)) {
        return false;
    }
    if (d->release == XK_RELEASE_WRITTEN) {
        return true;
    }
    if (d->release == XK_RELEASE_FURTHER) {
        bool later = d->position - slot->end >= d->config.further_octets;
        bool idle = slot->end <= d->proven && d->now_ms - slot->sent_ms >= d->config.further_time;
        return later || idle;
    }
    return d->release == XK_RELEASE_TRANSPORT && slot->end <= d->arrived;
}

void xki_dl_release_by_rule(struct xk_delivery *d)
{
    uint64_t end = d->released;
    if (d->link != XKI_DL_OPEN || d->acknowledging) {
        return;
    }
    while (end < d->next && (xki_dl_slot(d, end)->size == 0 || is_delivered(d, xki_dl_slot(d, end)))) {
        end++;
    }
    xki_dl_release_before(d, end);
    want_proof(d);
}

/* Octets that the host may be writing just now, or of which some are out, stay until they are out. */
static bool is_lent(const struct xk_delivery *d, uint64_t number)
{
    const struct xki_dl_slot *slot = xki_dl_slot(d, number);
    const struct xki_dl_slot *first = xki_dl_slot(d, d->next);
    if (number < d->next || !xki_dl_is_up(d)) {
        return false;
    }
    if (number == d->next && d->cursor > 0) {
        return true;
    }
    bool view = d->lent > 0 && d->control_size == 0;
    return view && slot->at >= first->at && slot->at < first->at + d->cursor + d->lent;
}

void xki_dl_give_up(struct xk_delivery *d, uint64_t number, unsigned int flags)
{
    struct xki_dl_slot *slot = xki_dl_slot(d, number);
    slot->flags = (uint8_t)(slot->flags | flags | XKI_DL_FLAG_GONE);
    /* What is too old may be put again, under its number; of what is purged nothing stays. */
    if (slot->entry != XKI_DL_NONE && (flags & XKI_DL_FLAG_LATE) != 0) {
        xki_dl_let_go(d->counters, slot->entry);
    } else if (slot->entry != XKI_DL_NONE) {
        xki_dl_gone(d->counters, slot->entry);
    }
    slot->entry = XKI_DL_NONE;
    if ((slot->flags & XKI_DL_FLAG_RECORD) != 0) {
        d->count.holes++;
    }
    d->holes++;
    if (is_lent(d, number)) {
        slot->flags |= XKI_DL_FLAG_FINISH;
    } else {
        xki_dl_wipe_slot(d, slot);
    }
}
