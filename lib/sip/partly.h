/* SPDX-License-Identifier: BSD-2-Clause */
/* What is left of a message that xk_sip_parse() refuses. */
#ifndef XKI_SIP_PARTLY_H
#define XKI_SIP_PARTLY_H

#include <xk/sip.h>

/* Reads the header section as far as it goes, so that it can be told whose message was lost: Call-ID, tags, and the
 * identities (xk_sip_next_identity()). No body, and nothing of CSeq. False without a Call-ID. */
bool xki_sip_parse_partly(const uint8_t *data, size_t size, struct xk_sip_message *message);

#endif
