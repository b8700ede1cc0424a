/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SIP and SDP as they stand in records and X2 PDUs, line by line. Keys stand in a=crypto (SDES), perhaps as a
 * capability, in k=, and in MIKEY messages without encryption; and what is neither header nor SDP may be anything in an
 * encoding. All of that is masked.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/message.h>
#include <xk/secret.h>
#include <xk/sip.h>

#include "inspect/mikey.h"
#include "inspect/sip.h"

static bool holds(struct xk_bytes line, const char *word)
{
    size_t length = strlen(word);
    for (size_t at = 0; at + length <= line.size; at++) {
        size_t same = 0;
        while (same < length && tolower(line.data[at + same]) == word[same]) {
            same++;
        }
        if (same == length) {
            return true;
        }
    }
    return false;
}

/* "Name:", as a header begins; "x=", as a line of SDP does; or "--", as the boundary of a multipart does. */
static bool has_form(struct xk_bytes line, bool body)
{
    size_t at = 0;
    if (line.size >= 2 && isalpha(line.data[0]) && line.data[1] == '=') {
        return body;
    }
    if (line.size >= 2 && line.data[0] == '-' && line.data[1] == '-') {
        return body;
    }
    while (at < line.size && (isalnum(line.data[at]) || line.data[at] == '-')) {
        at++;
    }
    while (at < line.size && line.data[at] == ' ') {
        at++;
    }
    return at > 0 && at < line.size && line.data[at] == ':';
}

static bool may_show(struct xk_bytes line, bool first, bool body)
{
    bool folded = !body && line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
    if (line.size > 0 && !folded && !(first && !body) && !has_form(line, body)) {
        return false;
    }
    bool key = line.size > 0 && tolower(line.data[0]) == 'k' && has_form(line, true) && line.data[1] == '=';
    return !key && !holds(line, "crypto") && !holds(line, "inline:") && !holds(line, "key-mgmt");
}

static void show_line(struct sheet *s, struct xk_bytes place, struct xk_bytes line, bool shown)
{
    char text[SHEET_TEXT_MAX];
    if (shown || s->show_keys) {
        sheet_line(s, place, NULL, "%s", sheet_escape(line, text));
    } else {
        sheet_closed(s, place, NULL, "masked line: %zu octets", line.size);
    }
}

void show_lines(struct sheet *sheet, struct xk_bytes text, struct xk_bytes around, bool body)
{
    for (size_t at = 0; at < text.size;) {
        const uint8_t *start = text.data + at;
        const uint8_t *stop = memchr(start, '\n', text.size - at);
        struct xk_bytes line = {start, stop != NULL ? (size_t)(stop - start) + 1 : text.size - at};
        struct xk_bytes place = sheet_place(sheet, line, around);
        bool first = at == 0;
        at += line.size;
        line.size -= stop != NULL ? 1 : 0;
        line.size -= line.size > 0 && line.data[line.size - 1] == '\r' ? 1 : 0;
        show_line(sheet, place, line, may_show(line, first, body));
        body = body || line.size == 0;
    }
}

/* The MIKEY message has offsets of its own, since it stands there in base64. */
void show_message(struct sheet *sheet, struct xk_bytes text, struct xk_bytes around)
{
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_mikey_message message;
    struct xk_bytes place = {sheet_place(sheet, text, around).data, 0};
    size_t size = 0;
    uint8_t *mikey = malloc(XK_MIKEY_MAX);
    enum xk_status status = XK_E_MEMORY;
    show_lines(sheet, text, around, false);
    if (mikey != NULL) {
        status = xk_sip_find_mikey(text.data, text.size, mikey, XK_MIKEY_MAX, &size, &diag);
    }
    if (status == XK_OK) {
        struct sheet inner;
        sheet_closed(sheet, place, "RFC 4567 3", "a=key-mgmt:mikey, base64 of %zu octets, counted from 0 below", size);
        sheet_begin(&inner, (struct xk_bytes){mikey, size}, sheet->depth + 1, sheet->show_keys);
        (void)inspect_mikey(&inner, inner.octets, &message);
        sheet_end(&inner);
    } else {
        sheet_closed(sheet, place, NULL, "no MIKEY message in it: %s, %s", xk_status_name(status),
                     xk_status_text(status));
    }
    xk_wipe(mikey, size);
    free(mikey);
}
