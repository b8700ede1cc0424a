/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SDP as far as keys need it: lines "x=value", the first one "v=0" (RFC 8866 5.1), m= opens a media section. To know
 * what a section says as a whole it is read once before it is stepped through.
 */
#include "sip/sdp.h"

#include <string.h>

#include "sip/text.h"
#include "support/diag.h"

#define NO_PORT 65536u

/* Nothing but blanks: it ends the description wherever it stands but at the start. */
static bool is_blank_line(struct xk_bytes line)
{
    return xki_trim(line).size == 0;
}

bool xki_sip_next_sdp_line(struct xk_bytes text, size_t *at, struct xki_sip_sdp_line *line, uint32_t *deviations)
{
    struct xk_bytes whole;
    bool first = *at == 0;
    line->type = 0;
    line->offset = *at;
    while (xki_sip_next_line(text, at, &whole)) {
        struct xk_bytes own = xki_trim(whole);
        if (is_blank_line(own)) {
            *deviations |= XK_SIP_DEV_SDP_BLANK_LINE;
            if (!first) {
                *at = text.size;
                break;
            }
            continue;
        }
        if (first && !xki_sip_equals(own, "v=0")) {
            *deviations |= XK_SIP_DEV_SDP_VERSION;
        }
        first = false;
        if (own.size < 2 || own.data != whole.data || own.data[0] < 'a' || own.data[0] > 'z' || own.data[1] != '=' ||
            xki_sip_find(own, '\0') < own.size) {
            *deviations |= XK_SIP_DEV_SDP_LINE;
            continue;
        }
        *deviations |= own.size < whole.size ? (uint32_t)XK_SIP_DEV_SDP_LINE_END : 0;
        line->type = own.data[0];
        line->value = xki_sip_slice(own, 2, own.size);
        line->offset = (size_t)(own.data - text.data);
        return true;
    }
    return false;
}

bool xki_sip_has_sdp_line(struct xk_bytes text)
{
    struct xki_sip_sdp_line line;
    uint32_t ignored = 0;
    size_t at = 0;
    return xki_sip_next_sdp_line(text, &at, &line, &ignored);
}

/* "audio 49170/2 RTP/SAVP 0" */
static void read_media_line(struct xk_bytes value, struct xki_sip_section *s)
{
    size_t blanks = 0;
    for (size_t i = 1; i < value.size; i++) {
        blanks += xki_sip_is_blank(value.data[i - 1]) && xki_sip_is_blank(value.data[i]);
    }
    s->deviations |= blanks > 0 ? (uint32_t)XK_SIP_DEV_SDP_LINE_END : 0;
    s->media = xki_sip_word(&value);
    struct xk_bytes port = xki_sip_word(&value);
    s->protocol = xki_sip_word(&value);
    if (s->protocol.size == 0) {
        s->protocol.data = NULL;
    }
    if (!xki_sip_number(&port, NO_PORT - 1, &s->port) || (port.size > 0 && port.data[0] != '/')) {
        s->port = NO_PORT;
        s->deviations |= XK_SIP_DEV_SDP_LINE;
    }
}

static void read_media_attribute(struct xk_bytes value, struct xki_sip_section *s)
{
    static const char *const directions[] = {"inactive", "sendonly", "recvonly", "sendrecv"};
    struct xk_bytes data;
    uint32_t capability;
    for (unsigned int i = 0; i < sizeof directions / sizeof directions[0]; i++) {
        if (xki_sip_equals(value, directions[i])) {
            s->direction = (enum xk_sdp_direction)i;
        }
    }
    if (xki_sip_equals(value, "bundle-only")) {
        s->bundle_only = true;
    } else if (xki_sip_read_key_mgmt(value, &data, &capability, &s->deviations)) {
        s->own_key = s->own_key || (capability == 0 && data.size > 0);
    }
}

struct xki_sip_section xki_sip_read_section(struct xk_bytes text, size_t at, const struct xki_sip_sdp_line *line,
                                            enum xk_sdp_direction direction)
{
    struct xki_sip_section s;
    struct xki_sip_sdp_line next;
    memset(&s, 0, sizeof s);
    s.direction = direction;
    if (line->type == 'm') {
        read_media_line(line->value, &s);
    }
    while (xki_sip_next_sdp_line(text, &at, &next, &s.deviations)) {
        if (next.type == 'm') {
            s.next = next.offset;
            return s;
        }
        if (next.type == 'a') {
            read_media_attribute(next.value, &s);
        }
    }
    s.next = text.size;
    return s;
}

bool xki_sip_is_rejected(const struct xki_sip_section *section)
{
    return section->port == 0 && !section->bundle_only;
}

/* RFC 4567 section 3.1: the protocol's name, one space, its data. Others than mikey are none of ours. */
bool xki_sip_read_key_mgmt(struct xk_bytes value, struct xk_bytes *data, uint32_t *capability, uint32_t *deviations)
{
    static const char capabilities[] = "acap:";
    static const char attribute[] = "key-mgmt:";
    *capability = 0;
    if (xki_sip_begins(value, capabilities)) {
        value = xki_trim(xki_sip_slice(value, sizeof capabilities - 1, value.size));
        if (!xki_sip_number(&value, 0x7fffffff, capability) || *capability == 0) {
            return false;
        }
        value = xki_trim(value);
    }
    if (!xki_sip_begins(value, attribute)) {
        return false;
    }
    struct xk_bytes rest = xki_sip_slice(value, sizeof attribute - 1, value.size);
    struct xk_bytes after = rest;
    if (!xki_sip_equals(xki_sip_word(&after), "mikey")) {
        return false;
    }
    *data = after;
    if (after.size == 0) {
        *deviations |= XK_SIP_DEV_SDP_LINE;
    } else if (rest.size != after.size + sizeof "mikey") {
        *deviations |= XK_SIP_DEV_SDP_LINE_END;
    }
    *deviations |= after.size % 4 != 0 ? (uint32_t)XK_SIP_DEV_BASE64 : 0;
    return true;
}

/* The next medium; at the end false, and `deviations` has what the rest of the text deviates in. */
static bool next_medium(struct xk_bytes text, struct xk_sdp_medium *m)
{
    struct xki_sip_sdp_line line = {0, {NULL, 0}, 0};
    if (m->number == 0) {
        struct xki_sip_section session = xki_sip_read_section(text, 0, &line, XK_SDP_SENDRECV);
        m->session_direction = session.direction;
        m->deviations |= session.deviations;
        m->next = session.next;
    }
    size_t at = m->next;
    uint32_t seen = 0; /* the m= line has been seen at the end of the section before */
    if (!xki_sip_next_sdp_line(text, &at, &line, &seen)) {
        return false;
    }
    struct xki_sip_section s = xki_sip_read_section(text, at, &line, m->session_direction);
    m->number++;
    m->media = s.media;
    m->protocol = s.protocol;
    m->port = s.port;
    m->rejected = xki_sip_is_rejected(&s);
    m->direction = s.direction;
    m->deviations |= s.deviations;
    m->next = s.next;
    return true;
}

enum xk_status xk_sdp_next_medium(const uint8_t *data, size_t size, struct xk_sdp_medium *medium, struct xk_diag *diag)
{
    if (data == NULL || medium == NULL || medium->next > size) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes text = {data, size};
    struct xk_sdp_medium search = *medium;
    if (search.number == 0 && !xki_sip_has_sdp_line(text)) {
        return xki_fail(diag, XK_E_SDP, 0, "line");
    }
    if (!next_medium(text, &search)) {
        return xki_fail(diag, XK_E_UNKNOWN, size, "m=");
    }
    *medium = search;
    return XK_OK;
}

uint32_t xki_sip_look_at_sdp(struct xk_bytes sdp, enum xk_sdp_direction *direction)
{
    struct xk_sdp_medium medium;
    unsigned int all = 0;
    memset(&medium, 0, sizeof medium);
    while (next_medium(sdp, &medium)) {
        all |= medium.rejected ? 0u : (unsigned int)medium.direction;
    }
    *direction = (enum xk_sdp_direction)all;
    return medium.deviations;
}
