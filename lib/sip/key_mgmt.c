/* SPDX-License-Identifier: BSD-2-Clause */
/* Which a=key-mgmt:mikey there are, and what each counts for (RFC 4567 3.1, RFC 3264 6, RFC 5939). */
#include <xk/sdp.h>

#include <string.h>

#include "sip/sdp.h"
#include "sip/text.h"
#include "support/diag.h"

/* What stands at session level counts for each medium that has a stream and no attribute of its own. */
static enum xk_sdp_standing judge_session(struct xk_bytes text)
{
    struct xki_sip_sdp_line line = {0, {NULL, 0}, 0};
    struct xki_sip_section s = xki_sip_read_section(text, 0, &line, XK_SDP_SENDRECV);
    uint32_t seen = 0;
    enum xk_sdp_standing standing = s.next == text.size ? XK_SDP_IN_FORCE : XK_SDP_REJECTED;
    while (s.next < text.size) {
        size_t at = s.next;
        (void)xki_sip_next_sdp_line(text, &at, &line, &seen);
        s = xki_sip_read_section(text, at, &line, XK_SDP_SENDRECV);
        if (!xki_sip_is_rejected(&s) && !s.own_key) {
            return XK_SDP_IN_FORCE;
        }
        standing = xki_sip_is_rejected(&s) ? standing : XK_SDP_OVERRIDDEN;
    }
    return standing;
}

static enum xk_sdp_standing judge(const struct xk_sdp_key_mgmt *found)
{
    enum xk_sdp_standing level = found->session;
    if (found->media > 0) {
        level = found->rejected ? XK_SDP_REJECTED : XK_SDP_IN_FORCE;
    }
    return found->capability > 0 && level != XK_SDP_REJECTED ? XK_SDP_POTENTIAL : level;
}

static bool next_key_mgmt(struct xk_bytes text, struct xk_sdp_key_mgmt *search)
{
    struct xki_sip_sdp_line line;
    if ((int)search->session == 0) {
        search->session = judge_session(text);
    }
    while (xki_sip_next_sdp_line(text, &search->next, &line, &search->deviations)) {
        if (line.type == 'm') {
            struct xki_sip_section s = xki_sip_read_section(text, search->next, &line, XK_SDP_SENDRECV);
            search->media_seen++;
            search->rejected = xki_sip_is_rejected(&s);
        } else if (line.type == 'a' && xki_sip_read_key_mgmt(line.value, &search->data, &search->capability,
                                                            &search->deviations)) {
            search->offset = (size_t)(search->data.data - text.data);
            search->media = search->media_seen;
            search->standing = judge(search);
            return true;
        }
    }
    return false;
}

enum xk_status xk_sdp_next_key_mgmt(const uint8_t *data, size_t size, struct xk_sdp_key_mgmt *found,
                                    struct xk_diag *diag)
{
    if (data == NULL || found == NULL || found->next > size) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes text = {data, size};
    struct xk_sdp_key_mgmt search = *found;
    if (search.next == 0 && !xki_sip_has_sdp_line(text)) {
        return xki_fail(diag, XK_E_SDP, 0, "line");
    }
    if (!next_key_mgmt(text, &search)) {
        return xki_fail(diag, XK_E_NO_KEY_MGMT, size, "a=key-mgmt:mikey");
    }
    *found = search;
    return XK_OK;
}

/* RFC 5939 3.5.2: "a=acfg:1 t=1 a=-m:1,[2]". */
static bool read_choice(struct xk_bytes value, struct xk_sdp_choice *choice)
{
    if (!xki_sip_number(&value, 0x7fffffff, &choice->configuration) || choice->configuration == 0) {
        return false;
    }
    choice->made = true;
    while (value.size > 0) {
        struct xk_bytes word = xki_sip_word(&value);
        if (!xki_sip_begins(word, "a=")) {
            continue;
        }
        struct xk_bytes list = xki_sip_slice(word, 2, word.size);
        if (list.size > 0 && list.data[0] == '-') {
            struct xk_bytes deleted = list;
            list = xki_sip_cut(&deleted, ':');
            choice->without_media = xki_sip_equals(deleted, "-m") || xki_sip_equals(deleted, "-ms");
            choice->without_session = xki_sip_equals(deleted, "-s") || xki_sip_equals(deleted, "-ms");
        }
        choice->capabilities = list;
    }
    return true;
}

enum xk_status xk_sdp_find_choice(const uint8_t *data, size_t size, uint32_t media, struct xk_sdp_choice *choice,
                                  struct xk_diag *diag)
{
    static const char attribute[] = "acfg:";
    if (data == NULL || choice == NULL || media == 0) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes text = {data, size};
    struct xki_sip_sdp_line line;
    struct xk_sdp_choice made;
    uint32_t seen = 0;
    uint32_t deviations = 0;
    size_t at = 0;
    if (!xki_sip_has_sdp_line(text)) {
        return xki_fail(diag, XK_E_SDP, 0, "line");
    }
    memset(&made, 0, sizeof made);
    while (seen <= media && xki_sip_next_sdp_line(text, &at, &line, &deviations)) {
        seen += line.type == 'm';
        if (seen == media && line.type == 'a' && !made.made && xki_sip_begins(line.value, attribute) &&
            !read_choice(xki_sip_slice(line.value, sizeof attribute - 1, line.value.size), &made)) {
            return xki_fail(diag, XK_E_SDP, line.offset, "acfg");
        }
    }
    if (seen < media) {
        return xki_fail(diag, XK_E_UNKNOWN, size, "m=");
    }
    *choice = made;
    return XK_OK;
}

bool xk_sdp_choice_has(const struct xk_sdp_choice *choice, uint32_t capability)
{
    if (choice == NULL || choice->capabilities.data == NULL || capability == 0) {
        return false;
    }
    struct xk_bytes rest = choice->capabilities;
    while (rest.size > 0) {
        uint32_t number = 0;
        if (!xki_sip_number(&rest, 0x7fffffff, &number)) {
            rest = xki_sip_slice(rest, 1, rest.size); /* a comma, a bracket, or the rest of what is no number */
        } else if (number == capability) {
            return true;
        }
    }
    return false;
}
