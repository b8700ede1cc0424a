/* SPDX-License-Identifier: BSD-2-Clause */
/* The SDP description in a SIP body. */
#ifndef XKI_SIP_BODY_H
#define XKI_SIP_BODY_H

#include <xk/bytes.h>
#include <xk/status.h>

/* `base` is the offset of `body` in the message. `*sdp` is absent where there is none. */
enum xk_status xki_sip_find_sdp(struct xk_bytes body, struct xk_bytes content_type, size_t base,
                                struct xk_bytes *sdp, struct xk_diag *diag);

#endif
