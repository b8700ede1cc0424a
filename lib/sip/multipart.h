/* SPDX-License-Identifier: BSD-2-Clause */
/* Multipart bodies, one inside another (RFC 2046 5.1, RFC 5621). */
#ifndef XKI_SIP_MULTIPART_H
#define XKI_SIP_MULTIPART_H

#include "sip/body.h"

/* Adds every SDP part of the multipart `message->body`. */
void xki_sip_walk_multipart(struct xk_sip_message *message, const struct xki_sip_content *content);

/* One SDP part or body: its encoding, disposition and direction. */
struct xk_sip_sdp xki_sip_make_part(struct xk_bytes data, const struct xki_sip_content *content,
                                    uint32_t *deviations);

enum xk_sip_encoding xki_sip_read_encoding(const struct xki_sip_content *content, struct xk_bytes data,
                                           uint32_t *deviations);

/* Is it SDP, by its type or, where it has none, by its first line? */
bool xki_sip_is_sdp(struct xk_bytes type, struct xk_bytes data, uint32_t *deviations);

bool xki_sip_looks_like_sdp(struct xk_bytes data);

#endif
