/* SPDX-License-Identifier: BSD-2-Clause */
/* A list through the slots' next and prev: those that are ready, those that the host holds. */
#include "requester/engine.h"

void xki_rq_list_append(struct xk_requester *r, struct xki_rq_list *list, uint32_t index)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    slot->next = XKI_RQ_NONE;
    slot->prev = list->last;
    if (list->last == XKI_RQ_NONE) {
        list->first = index;
    } else {
        xki_rq_slot(r, list->last)->next = index;
    }
    list->last = index;
}

void xki_rq_list_remove(struct xk_requester *r, struct xki_rq_list *list, uint32_t index)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    if (slot->prev == XKI_RQ_NONE) {
        list->first = slot->next;
    } else {
        xki_rq_slot(r, slot->prev)->next = slot->next;
    }
    if (slot->next == XKI_RQ_NONE) {
        list->last = slot->prev;
    } else {
        xki_rq_slot(r, slot->next)->prev = slot->prev;
    }
}
