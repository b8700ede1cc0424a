/* SPDX-License-Identifier: BSD-2-Clause */
/* How a receiver finds what was lost or repeated (TS 102 232-1: sequenceNumber). */
#include <xk/ps_pdu.h>

enum xk_status xk_ps_sequence_check(const struct xk_ps_sequence *sequence, uint32_t received, uint32_t *lost)
{
    if (sequence == NULL) {
        return XK_E_ARGUMENT;
    }
    uint32_t ahead = sequence->started ? received - sequence->next : 0;
    if (lost != NULL) {
        *lost = ahead < UINT32_C(0x80000000) ? ahead : 0;
    }
    return ahead == 0 ? XK_OK : XK_E_SEQUENCE;
}

void xk_ps_sequence_advance(struct xk_ps_sequence *sequence, uint32_t received)
{
    if (sequence != NULL) {
        sequence->started = true;
        sequence->next = received + 1;
    }
}
