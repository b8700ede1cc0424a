/* SPDX-License-Identifier: BSD-2-Clause */
/* What the writer and the reader of a PS-PDU must agree on. */
#ifndef XKI_HI2_PS_TAGS_H
#define XKI_HI2_PS_TAGS_H

/* li-psDomainId without its last arc: 0.4.0.2.2.5.1 */
#define XKI_PS_DOMAIN {0x04, 0x00, 0x02, 0x02, 0x05, 0x01}

#define XKI_PS_PAYLOAD 2u

/* Payload */
#define XKI_PS_TRI 2u

#endif
