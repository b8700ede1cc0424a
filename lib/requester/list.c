/* SPDX-License-Identifier: BSD-2-Clause */
/* A list through the slots' next and prev: those that are ready, those that the host holds. */
#include "requester/engine.h"

void xki_rq_list_append(struct xk_requester *r, struct xki_rq_list *list, uint32_t index)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    slot->link.list.next = XKI_RQ_NONE;
    slot->link.list.prev = list->last;
    if (list->last == XKI_RQ_NONE) {
        list->first = index;
    } else {
        xki_rq_slot(r, list->last)->link.list.next = index;
    }
    list->last = index;
}

void xki_rq_list_remove(struct xk_requester *r, struct xki_rq_list *list, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    if (slot->link.list.prev == XKI_RQ_NONE) {
        list->first = slot->link.list.next;
    } else {
        xki_rq_slot(r, slot->link.list.prev)->link.list.next = slot->link.list.next;
    }
    if (slot->link.list.next == XKI_RQ_NONE) {
        list->last = slot->link.list.prev;
    } else {
        xki_rq_slot(r, slot->link.list.next)->link.list.prev = slot->link.list.prev;
    }
}
