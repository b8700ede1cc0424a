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

static void show_identities(struct sheet *s, const struct xk_sip_message *m)
{
    static const struct {
        const char *name;
        const char *section;
    } sources[] = {
        [XK_SIP_REQUEST_URI] = {"Request-URI", "RFC 3261 7.1"},
        [XK_SIP_FROM] = {"From", "RFC 3261 20.20"},
        [XK_SIP_TO] = {"To", "RFC 3261 20.39"},
        [XK_SIP_ASSERTED] = {"P-Asserted-Identity", "RFC 3325 9.1"},
        [XK_SIP_PREFERRED] = {"P-Preferred-Identity", "RFC 3325 9.2"},
        [XK_SIP_CALLED_PARTY] = {"P-Called-Party-ID", "RFC 7315 4.2"},
        [XK_SIP_HISTORY] = {"History-Info", "RFC 7044 5"},
        [XK_SIP_DIVERSION] = {"Diversion", "RFC 5806 4"},
    };
    struct xk_sip_identity identity;
    memset(&identity, 0, sizeof identity);
    while (xk_sip_next_identity(m, &identity)) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", sources[identity.source].name, identity.certain ? "" : ", not certain");
        sheet_text(s, identity.uri, identity.uri, sources[identity.source].section, name);
    }
}

static void show_sip(struct sheet *s, const struct xk_sip_message *m)
{
    char text[SHEET_TEXT_MAX];
    const struct xk_bytes start = {s->octets.data, 0};
    if (m->is_request) {
        sheet_line(s, start, "RFC 3261 7.1", "request %s", sheet_quote(m->method, text));
    } else {
        sheet_line(s, start, "RFC 3261 7.2", "response %u to %s", m->status_code, sheet_quote(m->cseq_method, text));
    }
    show_text(s, m->from_tag, "RFC 3261 20.20", "From tag");
    show_text(s, m->to_tag, "RFC 3261 20.39", "To tag");
    show_text(s, m->call_id, "RFC 3261 20.8", "Call-ID");
    show_text(s, m->instance, "RFC 5626 4.1", "+sip.instance");
    show_identities(s, m);
    for (unsigned int i = 0; i < XK_SIP_DEVIATION_COUNT; i++) {
        enum xk_sip_deviation deviation = (enum xk_sip_deviation)(1u << i);
        if ((m->deviations & (uint32_t)deviation) != 0) {
            sheet_line(s, start, "", "deviation: %s", xk_sip_deviation_name(deviation));
        }
    }
}

static enum verdict inspect_sdp(struct sheet *s, struct xk_bytes sdp, struct found *found)
{
    static const char *const standings[] = {
        [XK_SDP_IN_FORCE] = "",
        [XK_SDP_POTENTIAL] = ", a capability",
        [XK_SDP_OVERRIDDEN] = ", overridden",
        [XK_SDP_REJECTED] = ", of what is rejected",
    };
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
        char where[96];
        snprintf(where, sizeof where, "a=key-mgmt:mikey of %s%s", attribute.media == 0 ? "the session" : "a medium",
                 standings[attribute.standing]);
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

/* SDP that is wrapped in base64 has a sheet of its own: its offsets are those of the text inside. */
static enum verdict inspect_encoded(struct sheet *s, const struct xk_sip_sdp *part, struct found *found)
{
    struct sheet inner;
    struct xk_bytes sdp;
    struct xk_diag diag = {XK_OK, 0, ""};
    size_t base = (size_t)(part->data.data - s->octets.data);
    uint8_t *scratch = malloc(part->data.size);
    enum xk_status status = XK_E_MEMORY;
    if (scratch != NULL) {
        status = xk_sip_undo(part, scratch, part->data.size, &sdp, &diag);
    }
    if (status != XK_OK) {
        free(scratch);
        return sheet_invalid(s, base, status, &diag);
    }
    sheet_closed(s, part->data, "RFC 2045 6.8", "base64 of %zu octets, counted from 0 below", sdp.size);
    sheet_begin(&inner, sdp, s->depth + 1, s->show_keys);
    enum verdict verdict = inspect_sdp(&inner, sdp, found);
    sheet_end(&inner);
    xk_wipe(scratch, sdp.size);
    free(scratch);
    return verdict;
}

/* What the library reads on past, since phones do, is wrong all the same where the rest of the message is missing. */
static enum verdict judge_end(struct sheet *s, const struct xk_sip_message *m)
{
    const struct xk_diag diag = {XK_E_SIP_BODY, s->octets.size, "Content-Length"};
    return (m->deviations & (XK_SIP_DEV_CONTENT_LENGTH | XK_SIP_DEV_HEADER_END)) != 0
               ? sheet_invalid(s, 0, XK_E_SIP_BODY, &diag)
               : VALID;
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
    if (status != XK_OK) {
        return sheet_invalid(sheet, 0, status, &diag);
    }
    show_sip(sheet, &message);
    if (message.session == XK_SIP_SDP_MAX) {
        diag = (struct xk_diag){XK_E_NO_KEY_MGMT, size, "application/sdp"};
        return sheet_invalid(sheet, 0, diag.status, &diag);
    }
    const struct xk_sip_sdp *part = &message.parts[message.session];
    enum verdict verdict = part->encoding == XK_SIP_ENCODING_NONE ? inspect_sdp(sheet, part->data, found)
                                                                  : inspect_encoded(sheet, part, found);
    return verdict == VALID ? judge_end(sheet, &message) : verdict;
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
