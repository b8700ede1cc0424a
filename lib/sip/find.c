/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole way: SIP or SDP, attribute, base64, each refusal told with its offset from the first octet given. */
#include <xk/sip.h>

#include <string.h>

#include <xk/secret.h>

#include "sip/base64.h"
#include "support/diag.h"

enum xk_status xk_sip_undo(const struct xk_sip_sdp *part, uint8_t *scratch, size_t capacity, struct xk_bytes *sdp,
                           struct xk_diag *diag)
{
    if (part == NULL || sdp == NULL || part->data.data == NULL || (scratch == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (part->encoding == XK_SIP_ENCODING_NONE) {
        *sdp = part->data;
        return XK_OK;
    }
    if (part->encoding != XK_SIP_ENCODING_BASE64) {
        return xki_fail(diag, XK_E_ENCODING, 0, "Content-Encoding");
    }
    size_t needed = xki_sip_undo_base64(part->data, NULL);
    if (needed == 0) {
        return xki_fail(diag, XK_E_BASE64, 0, "length");
    }
    if (capacity < needed) {
        *sdp = (struct xk_bytes){NULL, needed};
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    *sdp = (struct xk_bytes){scratch, xki_sip_undo_base64(part->data, scratch)};
    return XK_OK;
}

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

/* The first attribute of this standing that can be decoded; else why the first of them could not. XK_E_NO_KEY_MGMT if
 * there is none. */
static enum xk_status decode_first(struct xk_bytes sdp, enum xk_sdp_standing standing, uint8_t *out, size_t capacity,
                                   size_t *size, struct xk_diag *diag)
{
    struct xk_sdp_key_mgmt found;
    struct xk_diag first = {XK_E_NO_KEY_MGMT, sdp.size, "a=key-mgmt:mikey"};
    enum xk_status status;
    memset(&found, 0, sizeof found);
    for (;;) {
        struct xk_diag own = {XK_OK, 0, ""};
        status = xk_sdp_next_key_mgmt(sdp.data, sdp.size, &found, &own);
        if (status == XK_E_NO_KEY_MGMT) {
            return xki_fail(diag, first.status, first.offset, first.field);
        }
        if (status != XK_OK) {
            return xki_fail(diag, status, own.offset, own.field);
        }
        if (found.standing != standing) {
            continue;
        }
        status = from_start(xki_sip_decode(found.data, out, capacity, size, &own), &own, found.offset);
        if (status == XK_OK || status == XK_E_SPACE) {
            return status == XK_OK ? XK_OK : xki_fail(diag, status, own.offset, own.field);
        }
        if (first.status == XK_E_NO_KEY_MGMT) {
            first = own;
        }
    }
}

static enum xk_status find_in_sdp(struct xk_bytes sdp, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag)
{
    struct xk_diag first = {XK_OK, 0, ""};
    enum xk_status status = decode_first(sdp, XK_SDP_IN_FORCE, out, capacity, size, &first);
    if (status == XK_E_NO_KEY_MGMT) {
        return decode_first(sdp, XK_SDP_POTENTIAL, out, capacity, size, diag);
    }
    return status == XK_OK ? XK_OK : xki_fail(diag, status, first.offset, first.field);
}

/* The text is undone at the start of `out`, and the octets of its attribute replace it from there. */
static enum xk_status find_in_encoded(const struct xk_sip_sdp *part, uint8_t *out, size_t capacity, size_t *size,
                                      struct xk_diag *diag)
{
    struct xk_bytes sdp;
    enum xk_status status = xk_sip_undo(part, out, capacity, &sdp, diag);
    if (status != XK_OK) {
        *size = status == XK_E_SPACE ? sdp.size : *size;
        return status;
    }
    status = find_in_sdp(sdp, out, capacity, size, diag);
    size_t kept = status == XK_OK ? *size : 0;
    xk_wipe(out + kept, sdp.size - kept);
    if (diag != NULL && status != XK_OK) {
        diag->offset = 0; /* the place in the text is no place in what was given */
    }
    return status;
}

/* Why there is no SDP part. */
static enum xk_status refuse_body(const struct xk_sip_message *message, const uint8_t *data, size_t size,
                                  struct xk_diag *diag)
{
    size_t base = (size_t)(message->body.data - data);
    if ((message->deviations & XK_SIP_DEV_PARTS) != 0 && message->encoding != XK_SIP_ENCODING_NONE) {
        return xki_fail(diag, XK_E_ENCODING, base, "Content-Encoding");
    }
    if ((message->deviations & XK_SIP_DEV_MULTIPART) != 0) {
        return xki_fail(diag, XK_E_SIP_BODY, base, "boundary");
    }
    return xki_fail(diag, XK_E_NO_KEY_MGMT, size, "application/sdp");
}

enum xk_status xk_sip_find_mikey(const uint8_t *data, size_t size, uint8_t *out, size_t capacity,
                                 size_t *mikey_size, struct xk_diag *diag)
{
    if (data == NULL || mikey_size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (is_sdp(data, size)) {
        return find_in_sdp((struct xk_bytes){data, size}, out, capacity, mikey_size, diag);
    }
    struct xk_sip_message message;
    enum xk_status status = xk_sip_parse(data, size, &message, diag);
    if (status != XK_OK) {
        return status;
    }
    if (message.session == XK_SIP_SDP_MAX) {
        return refuse_body(&message, data, size, diag);
    }
    const struct xk_sip_sdp *part = &message.parts[message.session];
    size_t base = (size_t)(part->data.data - data);
    if (part->encoding != XK_SIP_ENCODING_NONE) {
        return from_start(find_in_encoded(part, out, capacity, mikey_size, diag), diag, base);
    }
    return from_start(find_in_sdp(part->data, out, capacity, mikey_size, diag), diag, base);
}
