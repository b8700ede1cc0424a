/* SPDX-License-Identifier: BSD-2-Clause */
#include "sip/body.h"

#include "sip/header.h"
#include "sip/multipart.h"

/* How well a part serves as the session's description; 0 for not at all. */
static unsigned int rank(const struct xk_sip_sdp *part)
{
    if (part->superseded || part->disposition == XK_SIP_DISPOSITION_EARLY_SESSION) {
        return 0;
    }
    return (part->disposition == XK_SIP_DISPOSITION_SESSION ? 3u : 1u) +
           (part->encoding != XK_SIP_ENCODING_OTHER ? 1u : 0u);
}

static void choose_session(struct xk_sip_message *message)
{
    unsigned int best = 0;
    message->session = XK_SIP_SDP_MAX;
    for (size_t i = 0; i < message->part_count; i++) {
        if (rank(&message->parts[i]) > best) {
            best = rank(&message->parts[i]);
            message->session = i;
        }
    }
    if (best > 0 && message->parts[message->session].encoding == XK_SIP_ENCODING_NONE) {
        message->sdp = message->parts[message->session].data;
    }
    if (best > 0 && best < 3) {
        message->deviations |= XK_SIP_DEV_DISPOSITION;
    }
}

void xki_sip_read_body(struct xk_sip_message *message, const struct xki_sip_content *content)
{
    struct xk_bytes body = message->body;
    uint32_t *deviations = &message->deviations;
    if (body.size > 0) {
        message->encoding = xki_sip_read_encoding(content, body, deviations);
        if (xki_sip_is_sdp(content->type, body, deviations)) {
            message->parts[0] = xki_sip_make_part(body, content, deviations);
            message->part_count = 1;
        } else if (!xki_sip_is_media_type(content->type, "multipart/")) {
            message->encoding = XK_SIP_ENCODING_NONE;
        } else if (message->encoding == XK_SIP_ENCODING_NONE) {
            xki_sip_walk_multipart(message, content);
        } else {
            *deviations |= XK_SIP_DEV_PARTS;
        }
    }
    choose_session(message);
}
