/* SPDX-License-Identifier: BSD-2-Clause */
/* Events wait as flags and as slots, so that none needs memory of its own and none can be lost. */
#include <string.h>

#include "delivery/session.h"

const char *xk_delivery_event_name(enum xk_delivery_event_kind kind)
{
    static const char *const names[] = {"NOTHING", "CONNECT",    "CLOSE",   "NEGOTIATED", "DELIVERED", "HOLE",
                                        "ROOM",    "UNEXPECTED", "MESSAGE", "RESET",      "UNCHECKED"};
    return (unsigned int)kind <= XK_DELIVERY_UNCHECKED ? names[kind] : "?";
}

static bool take(bool *flag)
{
    bool was = *flag;
    *flag = false;
    return was;
}

static uint32_t take_count(uint32_t *count)
{
    uint32_t was = *count;
    *count = 0;
    return was;
}

/* What belongs to the connection goes first: the host must know of its end before it goes on with it. */
static bool link_event(struct xk_delivery *d, struct xk_delivery_event *event)
{
    if (d->unexpected_untold > 0) {
        event->kind = XK_DELIVERY_UNEXPECTED;
        event->count = take_count(&d->unexpected_untold);
        event->status = d->unexpected_status;
        event->tri = d->unexpected_tri;
    } else if (d->messages_untold > 0) {
        event->kind = XK_DELIVERY_MESSAGE;
        event->count = take_count(&d->messages_untold);
        event->message = (struct xk_bytes){d->message, d->message_size};
    } else if (take(&d->close_untold)) {
        event->kind = XK_DELIVERY_CLOSE;
        event->status = d->close_status;
    } else if (take(&d->connect_untold)) {
        event->kind = XK_DELIVERY_CONNECT;
    } else if (take(&d->negotiated_untold)) {
        event->kind = XK_DELIVERY_NEGOTIATED;
        event->acknowledgement = d->acknowledging;
    } else {
        return false;
    }
    return true;
}

static void hole(const struct xki_dl_slot *slot, struct xk_delivery_event *event)
{
    event->kind = XK_DELIVERY_HOLE;
    event->status = (slot->flags & XKI_DL_FLAG_LATE) != 0 ? XK_E_LATE : XK_OK;
    event->cookie = slot->cookie;
    event->number = slot->number;
    event->sent = (slot->flags & (XKI_DL_FLAG_SENT | XKI_DL_FLAG_FINISH)) != 0;
}

static bool hole_event(struct xk_delivery *d, struct xk_delivery_event *event)
{
    for (uint64_t i = d->told; d->holes > 0 && i < d->tail; i++) {
        struct xki_dl_slot *slot = xki_dl_slot(d, i);
        if ((slot->flags & XKI_DL_FLAG_GONE) != 0 && (slot->flags & XKI_DL_FLAG_TOLD) == 0) {
            slot->flags |= XKI_DL_FLAG_TOLD;
            d->holes--;
            if ((slot->flags & XKI_DL_FLAG_RECORD) != 0) {
                hole(slot, event);
                return true;
            }
        }
    }
    return false;
}

static bool delivered_event(struct xk_delivery *d, struct xk_delivery_event *event)
{
    while (d->told < d->released) {
        const struct xki_dl_slot *slot = xki_dl_slot(d, d->told);
        xki_dl_leave_slot(d);
        xki_dl_made_room(d);
        if ((slot->flags & XKI_DL_FLAG_DONE) != 0 && (slot->flags & XKI_DL_FLAG_RECORD) != 0) {
            event->kind = XK_DELIVERY_DELIVERED;
            event->cookie = slot->cookie;
            event->number = slot->number;
            return true;
        }
        if ((slot->flags & XKI_DL_FLAG_DONE) != 0 && (slot->flags & XKI_DL_FLAG_RESET) != 0) {
            event->kind = XK_DELIVERY_RESET;
            return true;
        }
    }
    return false;
}

bool xk_delivery_next_event(struct xk_delivery *delivery, struct xk_delivery_event *event)
{
    struct xk_delivery *d = delivery;
    if (event == NULL) {
        return false;
    }
    memset(event, 0, sizeof *event);
    event->size = sizeof *event;
    if (d == NULL || xki_dl_is_busy(d)) {
        return false;
    }
    if (link_event(d, event) || hole_event(d, event) || delivered_event(d, event)) {
        return true;
    }
    if (take(&d->room_untold)) {
        event->kind = XK_DELIVERY_ROOM;
    } else if (d->unchecked_untold > 0) {
        event->kind = XK_DELIVERY_UNCHECKED;
        event->count = take_count(&d->unchecked_untold);
    } else {
        return false;
    }
    return true;
}
