/* SPDX-License-Identifier: BSD-2-Clause */
/* The PSHeader by itself: every PS-PDU has one, whatever its payload, and a part of it names the sequence. */
#ifndef XKI_HI2_PS_HEADER_H
#define XKI_HI2_PS_HEADER_H

#include <xk/ps_pdu.h>

#include "hi2/der_read.h"
#include "hi2/der_write.h"

/* The caller's header, or if that is shorter `place` with defaults for what it does not have. NULL for a wrong size. */
const struct xk_ps_header *xki_hi2_take_header(const struct xk_ps_header *given, struct xk_ps_header *place);

/* Do the fields keep to their ASN.1 types? */
enum xk_status xki_hi2_check_header(const struct xk_ps_header *h, struct xk_diag *diag);

/* xk_ps_pdu_encode() with a header that has been checked. */
enum xk_status xki_hi2_encode_pdu(const struct xk_ps_header *h, enum xk_hi2_module id, enum xk_ps_form form,
                                  struct xk_bytes record, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag);

/* The header with its tag [1]; it has been checked. */
void xki_hi2_write_header(struct xki_der *w, const struct xk_ps_header *h);

/* The same for a writer that is to stay in registers, out of its parts: its new size. One whose address is known
 * elsewhere is kept in memory. */
size_t xki_hi2_with_header(uint8_t *end, size_t size, const struct xk_ps_header *h);

/* What is inside communicationIdentifier [3]; likewise. */
size_t xki_hi2_with_communication(uint8_t *end, size_t size, const struct xk_ps_header *h);

/* Fill `h`, which xk_ps_header_init() has prepared, from the element [1]. Without a time in it, `h` has none. */
enum xk_status xki_hi2_read_header(const struct xki_tlv *around, struct xk_ps_header *h, struct xk_diag *diag);

#endif
