/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a warrant: nothing of it stays, but the rest of a PS-PDU whose beginning is out already. */
#include <string.h>

#include "delivery/session.h"

static bool is_of(const struct xki_dl_slot *slot, struct xk_bytes liid, const char country[2])
{
    return slot->size > 0 && (slot->flags & XKI_DL_FLAG_GONE) == 0 && slot->liid_size == liid.size &&
           memcmp(slot->liid, liid.data, liid.size) == 0 && memcmp(slot->country, country, 2) == 0;
}

enum xk_status xk_delivery_purge(struct xk_delivery *delivery, struct xk_moment now, struct xk_bytes liid,
                                 const char country[2], uint32_t *purged)
{
    uint32_t count = 0;
    if (delivery == NULL || country == NULL || liid.data == NULL || liid.size == 0 || liid.size > XK_LIID_MAX) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(delivery)) {
        return XK_E_BUSY;
    }
    xki_dl_now(delivery, now);
    xki_dl_check_purge(delivery, liid, country);
    for (uint64_t i = delivery->released; i < delivery->tail; i++) {
        const struct xki_dl_slot *slot = xki_dl_slot(delivery, i);
        if (is_of(slot, liid, country)) {
            count += (slot->flags & XKI_DL_FLAG_RECORD) != 0 ? 1 : 0;
            xki_dl_give_up(delivery, i, 0);
        }
    }
    xki_dl_advance(delivery);
    if (purged != NULL) {
        *purged = count;
    }
    return XK_OK;
}
