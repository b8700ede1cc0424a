/* SPDX-License-Identifier: BSD-2-Clause */
/* Base64 as attributes and as bodies have it. */
#ifndef XKI_SIP_BASE64_H
#define XKI_SIP_BASE64_H

#include <xk/bytes.h>
#include <xk/status.h>

/* Base64 of a body: other octets are stepped over (RFC 2045 6.8). `out` may be NULL to count only. The octets decoded,
 * or needed; 0 if there is none. */
size_t xki_sip_undo_base64(struct xk_bytes text, uint8_t *out);

/* As xk_key_mgmt_decode(), and `out` may lie at or before `text` in the same buffer. */
enum xk_status xki_sip_decode(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size,
                              struct xk_diag *diag);

#endif
