/* SPDX-License-Identifier: BSD-2-Clause */
/* What the MAC of a TRANSFER_INIT covers (RFC 6043 5.5): all before the MAC, but Initiator Data and its length. */
#include "kms/work.h"

void xki_kms_cover_init(const struct xk_mikey_message *m, struct xk_bytes parts[2])
{
    size_t cut = m->v_mac_offset;
    size_t after = m->v_mac_offset;
    if (m->ticket.whole.data != NULL) {
        cut = m->ticket.offset + m->ticket.initiator_data_offset;
        after = cut + 2 + m->ticket.initiator_data.size;
    }
    parts[0] = (struct xk_bytes){m->whole.data, cut};
    parts[1] = (struct xk_bytes){m->whole.data + after, m->v_mac_offset - after};
}
