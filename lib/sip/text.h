/* SPDX-License-Identifier: BSD-2-Clause */
/* Small views of ASCII text: lines, numbers, comparison without case. SIP, MIME, SDP and URIs share them. */
#ifndef XKI_SIP_TEXT_H
#define XKI_SIP_TEXT_H

#include <stdbool.h>
#include <string.h>

#include <xk/bytes.h>

#include "support/text.h"

static inline uint8_t xki_sip_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline bool xki_sip_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool xki_sip_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Does `text` begin with `literal`, which is in lower case? */
static inline bool xki_sip_begins(struct xk_bytes text, const char *literal)
{
    size_t at = 0;
    while (at < text.size && literal[at] != '\0' && xki_sip_lower(text.data[at]) == (uint8_t)literal[at]) {
        at++;
    }
    return literal[at] == '\0';
}

/* `literal` in lower case. */
static inline bool xki_sip_equals(struct xk_bytes text, const char *literal)
{
    return xki_sip_begins(text, literal) && text.size == strlen(literal);
}

static inline struct xk_bytes xki_sip_slice(struct xk_bytes text, size_t from, size_t to)
{
    struct xk_bytes slice = {text.data != NULL ? text.data + from : NULL, to - from};
    return slice;
}

/* Where `mark` stands first; the size of the text if nowhere. */
static inline size_t xki_sip_find(struct xk_bytes text, char mark)
{
    const uint8_t *at = text.size > 0 ? memchr(text.data, mark, text.size) : NULL;
    return at != NULL ? (size_t)(at - text.data) : text.size;
}

/* Cut `*text` at the first `mark`; what is behind it is returned, absent without a mark. */
static inline struct xk_bytes xki_sip_cut(struct xk_bytes *text, char mark)
{
    struct xk_bytes behind = {NULL, 0};
    size_t at = xki_sip_find(*text, mark);
    if (at < text->size) {
        behind = xki_sip_slice(*text, at + 1, text->size);
        text->size = at;
    }
    return behind;
}

/* Cuts the first word off `*text`, which is then trimmed. */
static inline struct xk_bytes xki_sip_word(struct xk_bytes *text)
{
    struct xk_bytes rest = xki_trim(*text);
    size_t end = 0;
    while (end < rest.size && !xki_is_space(rest.data[end])) {
        end++;
    }
    *text = xki_trim(xki_sip_slice(rest, end, rest.size));
    return xki_sip_slice(rest, 0, end);
}

/* The digits at the start of `*text`, cut off it. False without one, or if the number is over `most`. */
static inline bool xki_sip_number(struct xk_bytes *text, uint32_t most, uint32_t *number)
{
    uint64_t value = 0;
    size_t at = 0;
    while (at < text->size && xki_sip_is_digit(text->data[at]) && value <= most) {
        value = value * 10 + (uint64_t)(text->data[at++] - '0');
    }
    if (at == 0 || value > most) {
        return false;
    }
    *number = (uint32_t)value;
    *text = xki_sip_slice(*text, at, text->size);
    return true;
}

/* The line at `*at` without its CRLF or LF; `*at` moves behind it. False at the end of the text. */
static inline bool xki_sip_next_line(struct xk_bytes text, size_t *at, struct xk_bytes *line)
{
    if (*at >= text.size) {
        return false;
    }
    const uint8_t *end = memchr(text.data + *at, '\n', text.size - *at);
    size_t stop = end != NULL ? (size_t)(end - text.data) : text.size;
    *line = xki_sip_slice(text, *at, stop);
    if (end != NULL && line->size > 0 && line->data[line->size - 1] == '\r') {
        line->size--;
    }
    *at = end != NULL ? stop + 1 : stop;
    return true;
}

#endif
