/* SPDX-License-Identifier: BSD-2-Clause */
/* Small views of ASCII text: lines, tokens, comparison without case. SIP, MIME and SDP share them. */
#ifndef XKI_SIP_TEXT_H
#define XKI_SIP_TEXT_H

#include <stdbool.h>
#include <string.h>

#include <xk/bytes.h>

static inline uint8_t xki_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline bool xki_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* `literal` in lower case. */
static inline bool xki_equals(struct xk_bytes text, const char *literal)
{
    size_t size = strlen(literal);
    if (text.size != size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (xki_lower(text.data[i]) != (uint8_t)literal[i]) {
            return false;
        }
    }
    return true;
}

static inline struct xk_bytes xki_slice(struct xk_bytes text, size_t from, size_t to)
{
    struct xk_bytes slice = {text.data != NULL ? text.data + from : NULL, to - from};
    return slice;
}

/* Blanks and line ends (of folded values) off both ends. */
static inline struct xk_bytes xki_trim(struct xk_bytes text)
{
    size_t from = 0;
    size_t to = text.size;
    while (from < to && (xki_is_blank(text.data[from]) || text.data[from] == '\r' || text.data[from] == '\n')) {
        from++;
    }
    while (to > from && (xki_is_blank(text.data[to - 1]) || text.data[to - 1] == '\r' || text.data[to - 1] == '\n')) {
        to--;
    }
    return xki_slice(text, from, to);
}

/* The line at `*at` without its CRLF or LF; `*at` moves behind it. False at the end of the text. */
static inline bool xki_next_line(struct xk_bytes text, size_t *at, struct xk_bytes *line)
{
    if (*at >= text.size) {
        return false;
    }
    const uint8_t *end = memchr(text.data + *at, '\n', text.size - *at);
    size_t stop = end != NULL ? (size_t)(end - text.data) : text.size;
    *line = xki_slice(text, *at, stop);
    if (end != NULL && line->size > 0 && line->data[line->size - 1] == '\r') {
        line->size--;
    }
    *at = end != NULL ? stop + 1 : stop;
    return true;
}

#endif
