/* SPDX-License-Identifier: BSD-2-Clause */
/* The body of a message: what it is, and the SDP parts in it. */
#ifndef XKI_SIP_BODY_H
#define XKI_SIP_BODY_H

#include <xk/sip.h>

/* Values of the header fields of a message or of one part; absent ones are {NULL, 0}. */
struct xki_sip_content {
    struct xk_bytes type;
    struct xk_bytes disposition;
    struct xk_bytes transfer_encoding;
    struct xk_bytes encoding;
};

/* Takes `message->body` apart and sets all that follows it in the structure. */
void xki_sip_read_body(struct xk_sip_message *message, const struct xki_sip_content *content);

/* The SDP in a part is plain: what its lines deviate in, and which way its media flow. */
uint32_t xki_sip_look_at_sdp(struct xk_bytes sdp, enum xk_sdp_direction *direction);

/* Base64 of a body: other octets are stepped over (RFC 2045 6.8). `out` may be NULL to count only. The octets decoded,
 * or needed; 0 if there is none. */
size_t xki_sip_undo_base64(struct xk_bytes text, uint8_t *out);

/* As xk_key_mgmt_decode(), and `out` may lie at or before `text` in the same buffer. */
enum xk_status xki_sip_decode(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size,
                              struct xk_diag *diag);

#endif
