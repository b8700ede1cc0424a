/* SPDX-License-Identifier: BSD-2-Clause */
/* SDP as far as a=key-mgmt needs it: lines "x=value", the first one "v=0" (RFC 8866 5.1), m= opens a media section. */
#include <xk/sip.h>

#include "sip/text.h"
#include "support/diag.h"

static const char attribute[] = "a=key-mgmt:";

/* RFC 4567 section 3.1: the protocol's name, one space, its data. Others than mikey are none of ours. */
static enum xk_status read_attribute(struct xk_bytes line, struct xk_bytes *data, size_t offset, struct xk_diag *diag)
{
    size_t at = sizeof attribute - 1;
    if (at < line.size && line.data[at] == ' ') {
        at++;
    }
    size_t name = at;
    while (at < line.size && line.data[at] != ' ') {
        at++;
    }
    if (at == name || at == line.size) {
        return xki_fail(diag, XK_E_SDP, offset + at, "key-mgmt");
    }
    if (!xki_equals(xki_slice(line, name, at), "mikey")) {
        data->data = NULL;
        data->size = 0;
        return XK_OK;
    }
    *data = xki_slice(line, at + 1, line.size);
    return data->size > 0 ? XK_OK : xki_fail(diag, XK_E_SDP, offset + line.size, "key-mgmt");
}

static enum xk_status check_line(struct xk_bytes line, bool first, size_t offset, struct xk_diag *diag)
{
    if (line.size < 2 || line.data[0] < 'a' || line.data[0] > 'z' || line.data[1] != '=') {
        return xki_fail(diag, XK_E_SDP, offset, "line");
    }
    if (first && !xki_equals(line, "v=0")) {
        return xki_fail(diag, XK_E_SDP, offset, "v=");
    }
    if (memchr(line.data, '\0', line.size) != NULL) {
        return xki_fail(diag, XK_E_SDP, offset, "NUL");
    }
    return XK_OK;
}

enum xk_status xk_sdp_next_key_mgmt(const uint8_t *data, size_t size, struct xk_sdp_key_mgmt *found,
                                    struct xk_diag *diag)
{
    if (data == NULL || found == NULL || found->next > size) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes text = {data, size};
    struct xk_sdp_key_mgmt search = *found;
    struct xk_bytes line;
    if (size == 0) {
        return xki_fail(diag, XK_E_SDP, 0, "v=");
    }
    while (search.next < size) {
        size_t offset = search.next;
        (void)xki_next_line(text, &search.next, &line);
        enum xk_status status = check_line(line, search.lines == 0, offset, diag);
        if (status != XK_OK) {
            return status;
        }
        if (++search.lines > XK_SDP_LINES_MAX) {
            return xki_fail(diag, XK_E_LIMIT, offset, "lines");
        }
        if (line.data[0] == 'm') {
            search.media_seen++;
        }
        if (line.size < sizeof attribute - 1 || !xki_equals(xki_slice(line, 0, sizeof attribute - 1), attribute)) {
            continue;
        }
        status = read_attribute(line, &search.data, offset, diag);
        if (status != XK_OK) {
            return status;
        }
        if (search.data.data != NULL) {
            search.media = search.media_seen;
            search.offset = (size_t)(search.data.data - data);
            *found = search;
            return XK_OK;
        }
    }
    return xki_fail(diag, XK_E_NO_KEY_MGMT, size, "a=key-mgmt:mikey");
}
