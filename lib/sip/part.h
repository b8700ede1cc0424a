/* SPDX-License-Identifier: BSD-2-Clause */
/* One body, or one part of it: what its header fields and its first line say it is. */
#ifndef XKI_SIP_PART_H
#define XKI_SIP_PART_H

#include <xk/sip.h>

/* Values of the header fields of a message or of one part; absent ones are {NULL, 0}. */
struct xki_sip_content {
    struct xk_bytes type;
    struct xk_bytes disposition;
    struct xk_bytes transfer_encoding;
    struct xk_bytes encoding;
};

/* An SDP part: its encoding, disposition and direction. */
struct xk_sip_sdp xki_sip_make_part(struct xk_bytes data, const struct xki_sip_content *content,
                                    uint32_t *deviations);

enum xk_sip_encoding xki_sip_read_encoding(const struct xki_sip_content *content, struct xk_bytes data,
                                           uint32_t *deviations);

/* Is it SDP, by its type or, where it has none, by its first line? */
bool xki_sip_is_sdp(struct xk_bytes type, struct xk_bytes data, uint32_t *deviations);

bool xki_sip_looks_like_sdp(struct xk_bytes data);

#endif
