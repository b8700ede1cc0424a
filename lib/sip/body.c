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
            struct xk_bytes rest = xki_trim(xki_slice(line, boundary.size + 2, line.size));
            if (rest.size == 0 || xki_equals(rest, "--")) {
                return start;
            }
        }
    }
    return body.size;
}

/* The line end before a delimiter belongs to the delimiter. */
static size_t part_end(struct xk_bytes body, size_t from, size_t delimiter)
{
    size_t end = delimiter;
    if (end > from && body.data[end - 1] == '\n') {
        end--;
        if (end > from && body.data[end - 1] == '\r') {
            end--;
        }
    }
    return end;
}

static enum xk_status read_part(struct xk_bytes text, size_t base, struct part *part, struct xk_diag *diag)
{
    memset(part, 0, sizeof *part);
    size_t at = 0;
    struct xki_header header;
    do {
        if (xki_next_header(text, &at, &header, NULL) != XK_OK) {
            return xki_fail(diag, XK_E_SIP_BODY, base + at, "part header");
        }
        if (xki_equals(header.name, "content-type")) {
            part->content_type = header.value;
        } else if (xki_equals(header.name, "content-transfer-encoding")) {
            part->encoded = !xki_equals(header.value, "binary") && !xki_equals(header.value, "8bit") &&
                            !xki_equals(header.value, "7bit");
        }
    } while (header.name.size > 0);
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
        status = read_part(xki_slice(body, at, part_end(body, at, end)), here + at, &part, diag);
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
            status = get_boundary(part.content_type, here + at, &boundary, diag);
        }
    }
    return status;
}
