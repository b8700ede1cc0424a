/* SPDX-License-Identifier: BSD-2-Clause */
#include "sip/part.h"

#include "sip/header.h"
#include "sip/sdp.h"
#include "sip/text.h"

bool xki_sip_looks_like_sdp(struct xk_bytes data)
{
    struct xk_bytes line;
    size_t at = 0;
    while (xki_sip_next_line(data, &at, &line)) {
        line = xki_trim(line);
        if (line.size > 0) {
            return xki_sip_equals(line, "v=0");
        }
    }
    return false;
}

bool xki_sip_is_sdp(struct xk_bytes type, struct xk_bytes data, uint32_t *deviations)
{
    if (type.size > 0) {
        return xki_sip_is_media_type(type, "application/sdp");
    }
    if (!xki_sip_looks_like_sdp(data)) {
        return false;
    }
    *deviations |= XK_SIP_DEV_CONTENT_TYPE;
    return true;
}

static bool is_one_of(struct xk_bytes value, const char *const *names, size_t count)
{
    (void)xki_sip_cut(&value, ';');
    value = xki_trim(value);
    for (size_t i = 0; i < count; i++) {
        if (xki_sip_equals(value, names[i])) {
            return true;
        }
    }
    return value.size == 0;
}

/* A part that is plain to see is not in the encoding that its header names. */
enum xk_sip_encoding xki_sip_read_encoding(const struct xki_sip_content *content, struct xk_bytes data,
                                           uint32_t *deviations)
{
    static const char *const plain[] = {"7bit", "8bit", "binary"};
    static const char *const identity[] = {"identity"};
    static const char *const base64[] = {"base64"};
    enum xk_sip_encoding encoding = XK_SIP_ENCODING_NONE;
    if (!is_one_of(content->encoding, identity, 1)) {
        encoding = XK_SIP_ENCODING_OTHER;
    } else if (!is_one_of(content->transfer_encoding, plain, 3)) {
        encoding = is_one_of(content->transfer_encoding, base64, 1) ? XK_SIP_ENCODING_BASE64 : XK_SIP_ENCODING_OTHER;
    }
    if (encoding != XK_SIP_ENCODING_NONE && (xki_sip_looks_like_sdp(data) || xki_sip_begins(data, "--"))) {
        *deviations |= XK_SIP_DEV_ENCODING;
        return XK_SIP_ENCODING_NONE;
    }
    return encoding;
}

static enum xk_sip_disposition read_disposition(struct xk_bytes value)
{
    static const char *const session[] = {"session"};
    static const char *const early[] = {"early-session"};
    if (is_one_of(value, session, 1)) {
        return XK_SIP_DISPOSITION_SESSION;
    }
    return is_one_of(value, early, 1) ? XK_SIP_DISPOSITION_EARLY_SESSION : XK_SIP_DISPOSITION_OTHER;
}

struct xk_sip_sdp xki_sip_make_part(struct xk_bytes data, const struct xki_sip_content *content,
                                    uint32_t *deviations)
{
    struct xk_sip_sdp part = {data, XK_SIP_ENCODING_NONE, XK_SIP_DISPOSITION_SESSION, false, XK_SDP_INACTIVE};
    part.encoding = xki_sip_read_encoding(content, data, deviations);
    part.disposition = read_disposition(content->disposition);
    if (part.encoding == XK_SIP_ENCODING_NONE) {
        *deviations |= xki_sip_look_at_sdp(data, &part.direction);
    }
    return part;
}
