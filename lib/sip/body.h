/* SPDX-License-Identifier: BSD-2-Clause */
/* The body of a message: what it is, and the SDP parts in it. */
#ifndef XKI_SIP_BODY_H
#define XKI_SIP_BODY_H

#include "sip/part.h"

/* Takes `message->body` apart and sets all that follows it in the structure. */
void xki_sip_read_body(struct xk_sip_message *message, const struct xki_sip_content *content);

#endif
