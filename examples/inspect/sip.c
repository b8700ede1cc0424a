/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/sip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/message.h>
#include <xk/secret.h>
#include <xk/sip.h>

#include "inspect/mikey.h"

void found_end(struct found *found)
{
    if (found->octets != NULL) {
        xk_wipe(found->octets, found->sheet.octets.size);
        free(found->octets);
        sheet_end(&found->sheet);
    }
    memset(found, 0, sizeof *found);
}

/* Writes the message of one attribute's text, on a sheet of its own: its offsets are those of the decoded octets. */
static enum verdict inspect_text(struct sheet *s, struct xk_bytes text, const char *where, struct found *found)
{
    struct xk_diag diag = {XK_OK, 0, ""};
    uint8_t *octets = malloc(XK_MIKEY_MAX);
    size_t size = 0;
    enum xk_status status = XK_E_MEMORY;
    memset(found, 0, sizeof *found);
    if (octets != NULL) {
        status = xk_key_mgmt_decode(text, octets, XK_MIKEY_MAX, &size, &diag);
    }
    if (status != XK_OK) {
        free(octets);
        return sheet_invalid(s, (size_t)(text.data - s->octets.data), status, &diag);
    }
    sheet_closed(s, text, "RFC 4567 3", "%s, base64 of %zu octets, counted from 0 below", where, size);
    found->octets = octets;
    sheet_begin(&found->sheet, (struct xk_bytes){octets, size}, s->depth + 1, s->show_keys);
    enum verdict verdict = inspect_mikey(&found->sheet, found->sheet.octets, &found->message);
    found->valid = verdict == VALID;
    return verdict;
}

static void show_text(struct sheet *s, struct xk_bytes value, const char *section, const char *name)
{
    if (value.data != NULL) {
        sheet_text(s, value, value, section, name);
    }
}

static void show_sip(struct sheet *s, const struct xk_sip_message *m)
{
    char text[SHEET_TEXT_MAX];
    const struct xk_bytes start = {s->octets.data, 0};
    if (m->is_request) {
        sheet_line(s, start, "RFC 3261 7.1", "request %s", sheet_quote(m->method, text));
        show_text(s, m->request_uri, "RFC 3261 7.1", "Request-URI");
    } else {
        sheet_line(s, start, "RFC 3261 7.2", "response %u to %s", m->status_code, sheet_quote(m->cseq_method, text));
    }
    show_text(s, m->from_uri, "RFC 3261 20.20", "From");
    show_text(s, m->to_uri, "RFC 3261 20.39", "To");
    show_text(s, m->call_id, "RFC 3261 20.8", "Call-ID");
    show_text(s, m->asserted_uri, "RFC 3325 9.1", "P-Asserted-Identity");
}

static enum verdict inspect_sdp(struct sheet *s, struct xk_bytes sdp, struct found *found)
{
    struct xk_sdp_key_mgmt attribute;
    struct xk_diag diag = {XK_OK, 0, ""};
    enum verdict verdict = VALID;
    size_t base = (size_t)(sdp.data - s->octets.data);
    unsigned int count = 0;
    memset(&attribute, 0, sizeof attribute);
    sheet_closed(s, sdp, "RFC 8866 5", "SDP: %zu octets", sdp.size);
    s->depth++;
    for (;;) {
        struct found further;
        enum xk_status status = xk_sdp_next_key_mgmt(sdp.data, sdp.size, &attribute, &diag);
        if (status == XK_E_NO_KEY_MGMT && count > 0) {
            break;
        }
        if (status != XK_OK) {
            verdict = sheet_invalid(s, base, status, &diag);
            break;
        }
        const char *where = attribute.media == 0 ? "a=key-mgmt:mikey of the session" : "a=key-mgmt:mikey of a medium";
        if (inspect_text(s, attribute.data, where, count == 0 ? found : &further) != VALID) {
            verdict = INVALID;
        }
        if (count++ > 0) {
            found_end(&further);
        }
    }
    s->depth--;
    return verdict;
}

enum verdict inspect_sip(struct sheet *sheet, struct found *found)
{
    struct xk_sip_message message;
    struct xk_diag diag = {XK_OK, 0, ""};
    const uint8_t *data = sheet->octets.data;
    size_t size = sheet->octets.size;
    if (size >= 2 && memcmp(data, "v=", 2) == 0) {
        return inspect_sdp(sheet, sheet->octets, found);
    }
    enum xk_status status = xk_sip_parse(data, size, &message, &diag);
    if (status == XK_OK) {
        show_sip(sheet, &message);
        if (message.sdp.data != NULL) {
            return inspect_sdp(sheet, message.sdp, found);
        }
        diag = (struct xk_diag){XK_E_NO_KEY_MGMT, size, "application/sdp"};
        status = diag.status;
    }
    return sheet_invalid(sheet, 0, status, &diag);
}

/* Blanks and line ends around the text are the file's, not the message's. */
enum verdict inspect_base64(struct sheet *sheet, struct found *found)
{
    struct xk_bytes text = sheet->octets;
    while (text.size > 0 && strchr(" \t\r\n", text.data[text.size - 1]) != NULL && text.data[text.size - 1] != '\0') {
        text.size--;
    }
    return inspect_text(sheet, text, "MIKEY message", found);
}
