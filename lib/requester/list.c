/* SPDX-License-Identifier: BSD-2-Clause */
/* A list through the slots' next and prev: those that wait for a KMS, those that the host holds. */
#include "requester/engine.h"

void xki_list_append(struct xk_requester *r, struct xki_list *list, uint32_t index)
{
    struct xki_slot *slot = xki_slot(r, index);
    slot->next = XKI_NO_SLOT;
    slot->prev = list->last;
    if (list->last == XKI_NO_SLOT) {
        list->first = index;
    } else {
        xki_slot(r, list->last)->next = index;
    }
    list->last = index;
}

void xki_list_remove(struct xk_requester *r, struct xki_list *list, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    if (slot->prev == XKI_NO_SLOT) {
        list->first = slot->next;
    } else {
        xki_slot(r, slot->prev)->next = slot->next;
    }
    if (slot->next == XKI_NO_SLOT) {
        list->last = slot->prev;
    } else {
        xki_slot(r, slot->next)->prev = slot->prev;
    }
}
