/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first application/sdp part of a multipart body (RFC 2046 5.1). A part that is multipart itself is entered, not
 * by recursion but by going on inside it, at most XK_SIP_PARTS_MAX parts in all; what follows it is not looked at.
 */
#include "sip/body.h"

#include <xk/sip.h>

#include "sip/header.h"
#include "sip/text.h"
#include "support/diag.h"

struct part {
    struct xk_bytes content;
    struct xk_bytes content_type;
    bool encoded; /* with a transfer encoding that changes the octets */
};

/* Where the delimiter line "--boundary" stands at or behind `at`; the body's size if nowhere. */
static size_t find_delimiter(struct xk_bytes body, struct xk_bytes boundary, size_t at)
{
    struct xk_bytes line;
    while (at < body.size) {
        size_t start = at;
        (void)xki_next_line(body, &at, &line);
        if (line.size >= boundary.size + 2 && line.data[0] == '-' && line.data[1] == '-' &&
            memcmp(line.data + 2, boundary.data, boundary.size) == 0) {
            struct xk_bytes behind = xki_slice(line, boundary.size + 2, line.size);
            struct xk_bytes rest = xki_trim(behind);
            if (rest.size == 0 || (behind.data[0] == '-' && xki_equals(rest, "--"))) {
                return start;
            }
        }
    }
    return body.size;
}

/* The line end before a delimiter belongs to the delimiter; behind another delimiter there is always one. */
static size_t part_end(struct xk_bytes body, size_t delimiter)
{
    size_t end = delimiter - 1;
    return body.data[end - 1] == '\r' ? end - 1 : end;
}

/* A part without content may end with its header section, whose line end is then the delimiter's (RFC 2046 5.1.1). */
static enum xk_status read_part(struct xk_bytes text, size_t base, struct part *part, struct xk_diag *diag)
{
    memset(part, 0, sizeof *part);
    size_t at = 0;
    while (at < text.size) {
        struct xki_header header;
        size_t start = at;
        if (xki_next_header(text, &at, &header, NULL) != XK_OK) {
            return xki_fail(diag, XK_E_SIP_BODY, base + start, "part header");
        }
        if (header.name.size == 0) {
            break;
        }
        if (xki_equals(header.name, "content-type")) {
            part->content_type = header.value;
        } else if (xki_equals(header.name, "content-transfer-encoding")) {
            part->encoded = !xki_equals(header.value, "binary") && !xki_equals(header.value, "8bit") &&
                            !xki_equals(header.value, "7bit");
        }
    }
    part->content = xki_slice(text, at, text.size);
    return XK_OK;
}

static enum xk_status get_boundary(struct xk_bytes content_type, size_t base, struct xk_bytes *boundary,
                                   struct xk_diag *diag)
{
    if (!xki_parameter(content_type, "boundary", boundary) || boundary->size > XK_SIP_BOUNDARY_MAX) {
        return xki_fail(diag, XK_E_SIP_BODY, base, "boundary");
    }
    return XK_OK;
}

enum xk_status xki_sip_find_sdp(struct xk_bytes body, struct xk_bytes content_type, size_t base,
                                struct xk_bytes *sdp, struct xk_diag *diag)
{
    struct xk_bytes none = {NULL, 0};
    *sdp = none;
    if (body.size == 0 || !xki_is_media_type(content_type, "multipart/")) {
        if (body.size > 0 && xki_is_media_type(content_type, "application/sdp")) {
            *sdp = body;
        }
        return XK_OK;
    }
    struct xk_bytes boundary;
    enum xk_status status = get_boundary(content_type, base, &boundary, diag);
    size_t at = 0;
    const uint8_t *start = body.data;
    for (unsigned int parts = 0; status == XK_OK;) {
        size_t here = base + (size_t)(body.data - start);
        size_t delimiter = find_delimiter(body, boundary, at);
        if (delimiter == body.size) {
            return xki_fail(diag, XK_E_SIP_BODY, here + body.size, "closing boundary");
        }
        struct xk_bytes line = {NULL, 0};
        at = delimiter;
        (void)xki_next_line(body, &at, &line);
        if (line.size >= boundary.size + 4 && line.data[boundary.size + 2] == '-') {
            return XK_OK;
        }
        if (++parts > XK_SIP_PARTS_MAX) {
            return xki_fail(diag, XK_E_LIMIT, here + delimiter, "parts");
        }
        struct part part;
        size_t end = find_delimiter(body, boundary, at);
        if (end == body.size) {
            return xki_fail(diag, XK_E_SIP_BODY, here + body.size, "closing boundary");
        }
        if (end == at) {
            return xki_fail(diag, XK_E_SIP_BODY, here + at, "part header");
        }
        status = read_part(xki_slice(body, at, part_end(body, end)), here + at, &part, diag);
        if (status == XK_OK && xki_is_media_type(part.content_type, "application/sdp")) {
            if (part.encoded) {
                return xki_fail(diag, XK_E_SIP_BODY, here + at, "Content-Transfer-Encoding");
            }
            *sdp = part.content;
            return XK_OK;
        }
        if (status == XK_OK && xki_is_media_type(part.content_type, "multipart/")) {
            body = part.content;
            at = 0;
            status = get_boundary(part.content_type, base + (size_t)(body.data - start), &boundary, diag);
        }
    }
    return status;
}
