/* SPDX-License-Identifier: BSD-2-Clause */
/* A PDU whose lengths have been looked at. */
#ifndef XKI_X2_PDU_H
#define XKI_X2_PDU_H

#include <xk/x2.h>

#define XKI_X2_LENGTHS_END 12 /* as many octets tell how long a PDU is */

/* Of octets that xk_x2_measure() took. */
uint64_t xki_x2_pdu_size(const uint8_t *data);

/* Has the PDU a view without data that claims to have octets? */
bool xki_x2_points_nowhere(const struct xk_x2_pdu *pdu);

/* Reads a PDU of exactly that size. */
void xki_x2_read_pdu(const uint8_t *data, size_t size, struct xk_x2_pdu *pdu);

#endif
