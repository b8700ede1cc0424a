/* SPDX-License-Identifier: BSD-2-Clause */
/* Where each attribute goes in struct xk_x2_pdu: one table for the reader and the writer. */
#ifndef XKI_X2_ATTRIBUTE_H
#define XKI_X2_ATTRIBUTE_H

#include <xk/x2.h>

#define XKI_X2_ATTRIBUTE_HEAD 4 /* octets of type and length */
#define XKI_X2_ATTRIBUTE_LAST XK_X2_ATTRIBUTE_SDP

/* The size that a value of this type has; 0 for any. */
size_t xki_x2_attribute_size(uint16_t type);

bool xki_x2_attribute_repeats(uint16_t type);

/* The value into its member of `*pdu`, if the structure has one for the type. */
void xki_x2_keep_attribute(const struct xk_x2_attribute *attribute, struct xk_x2_pdu *pdu);

/* The member of this type as it goes on the wire; `scratch` has room for 8 octets. False if the PDU has none. */
bool xki_x2_member(const struct xk_x2_pdu *pdu, uint16_t type, uint8_t *scratch, struct xk_bytes *value);

#endif
