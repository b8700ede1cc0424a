/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole way: SIP or SDP, attribute, base64, each refusal told with its offset from the first octet given. */
#include <xk/sip.h>

#include "support/diag.h"

/* An offset inside a part, told from the start of the whole. */
static enum xk_status from_start(enum xk_status status, struct xk_diag *diag, size_t base)
{
    if (status != XK_OK && diag != NULL) {
        diag->offset += base;
    }
    return status;
}

static bool is_sdp(const uint8_t *data, size_t size)
{
    return size >= 2 && data[0] == 'v' && data[1] == '=';
}

enum xk_status xk_sip_find_mikey(const uint8_t *data, size_t size, uint8_t *out, size_t capacity,
                                 size_t *mikey_size, struct xk_diag *diag)
{
    if (data == NULL || mikey_size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes sdp = {data, size};
    if (!is_sdp(data, size)) {
        struct xk_sip_message message;
        enum xk_status status = xk_sip_parse(data, size, &message, diag);
        if (status != XK_OK) {
            return status;
        }
        if (message.sdp.data == NULL) {
            return xki_fail(diag, XK_E_NO_KEY_MGMT, size, "application/sdp");
        }
        sdp = message.sdp;
    }
    size_t base = (size_t)(sdp.data - data);
    struct xk_sdp_key_mgmt found = {{NULL, 0}, 0, 0, 0, 0, 0};
    enum xk_status status = from_start(xk_sdp_next_key_mgmt(sdp.data, sdp.size, &found, diag), diag, base);
    if (status != XK_OK) {
        return status;
    }
    return from_start(xk_key_mgmt_decode(found.data, out, capacity, mikey_size, diag), diag, base + found.offset);
}
