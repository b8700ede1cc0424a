/* SPDX-License-Identifier: BSD-2-Clause */
/* Multipart bodies, one inside another (RFC 2046 5.1, RFC 5621). */
#ifndef XKI_SIP_MULTIPART_H
#define XKI_SIP_MULTIPART_H

#include "sip/part.h"

/* Adds every SDP part of the multipart `message->body`. */
void xki_sip_walk_multipart(struct xk_sip_message *message, const struct xki_sip_content *content);

#endif
