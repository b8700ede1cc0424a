/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a warrant does not cover, masked in a copy of a SIP message. Line by line and without a parser that could
 * refuse: of a message that breaks the rules more is masked, never less. No octet moves, so all lengths stay true.
 */
#include <xk/hi2.h>

#include <string.h>

#define BOUNDARIES 4u /* multiparts inside each other */

struct line {
    uint8_t *text;
    size_t size;   /* without the line break */
    size_t whole;  /* with it, and with all lines that continue it */
};

struct scan {
    uint8_t *data;
    size_t size;
    size_t at;
    bool headers;   /* of the message or of a part of its body */
    bool pidf;      /* the body of these headers is a location */
    unsigned int boundaries;
    struct xk_bytes boundary[BOUNDARIES];
};

static bool ends_line(const struct scan *s, size_t at)
{
    return at >= s->size || s->data[at] == '\r' || s->data[at] == '\n';
}

static size_t skip_break(const struct scan *s, size_t at)
{
    at += at < s->size && s->data[at] == '\r' ? 1 : 0;
    at += at < s->size && s->data[at] == '\n' ? 1 : 0;
    return at;
}

/* The next line; in a header section with all that is folded behind it. False at the end. */
static bool next_line(struct scan *s, struct line *line)
{
    size_t at = s->at;
    if (at >= s->size) {
        return false;
    }
    line->text = s->data + at;
    for (;;) {
        while (!ends_line(s, at)) {
            at++;
        }
        line->size = (size_t)(s->data + at - line->text);
        at = skip_break(s, at);
        bool folded = s->headers && line->size > 0 && at < s->size && (s->data[at] == ' ' || s->data[at] == '\t');
        if (!folded) {
            break;
        }
    }
    line->whole = (size_t)(s->data + at - line->text);
    s->at = at;
    return true;
}

static bool is_one_of(uint8_t c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Where `word`, in lower case, begins in `text` from `at` on; text.size if nowhere. */
static size_t find(struct xk_bytes text, size_t at, const char *word)
{
    size_t length = strlen(word);
    for (; at < text.size && text.size - at >= length; at++) {
        size_t same = 0;
        while (same < length && lower(text.data[at + same]) == (uint8_t)word[same]) {
            same++;
        }
        if (same == length) {
            return at;
        }
    }
    return text.size;
}

static bool is_header(const struct line *line, const char *name)
{
    const struct xk_bytes text = {line->text, line->size};
    size_t at = strlen(name);
    if (find(text, 0, name) != 0) {
        return false;
    }
    while (at < text.size && (text.data[at] == ' ' || text.data[at] == '\t')) {
        at++;
    }
    return at < text.size && text.data[at] == ':';
}

static size_t mask(uint8_t *from, const uint8_t *to)
{
    size_t masked = 0;
    for (; from < to; from++) {
        if (*from != '\r' && *from != '\n' && *from != '*') {
            *from = '*';
            masked++;
        }
    }
    return masked;
}

static void keep_boundary(struct scan *s, struct xk_bytes type)
{
    size_t at = find(type, 0, "boundary=") + sizeof "boundary=" - 1;
    if (at >= type.size || s->boundaries == BOUNDARIES) {
        return;
    }
    bool quoted = type.data[at] == '"';
    at += quoted ? 1 : 0;
    size_t end = at;
    while (end < type.size && (quoted ? type.data[end] != '"' : !is_one_of(type.data[end], "; \t\r\n"))) {
        end++;
    }
    s->boundary[s->boundaries++] = (struct xk_bytes){type.data + at, end - at};
}

static bool is_boundary(const struct scan *s, const struct line *line)
{
    for (unsigned int i = 0; i < s->boundaries; i++) {
        struct xk_bytes b = s->boundary[i];
        if (line->size >= b.size + 2 && memcmp(line->text, "--", 2) == 0 &&
            memcmp(line->text + 2, b.data, b.size) == 0) {
            return true;
        }
    }
    return false;
}

/* Header sections and bodies change places at empty lines and at boundaries. False for a line that is one of those. */
static bool follow(struct scan *s, const struct line *line)
{
    if (s->headers && line->size == 0) {
        s->headers = false;
        return false;
    }
    if (!s->headers && is_boundary(s, line)) {
        s->headers = true;
        s->pidf = false;
        return false;
    }
    if (s->headers && (is_header(line, "content-type") || is_header(line, "c"))) {
        const struct xk_bytes type = {line->text, line->size};
        s->pidf = s->pidf || find(type, 0, "pidf+xml") < type.size;
        keep_boundary(s, type);
    }
    return true;
}

static bool start(struct scan *s, uint8_t *message, size_t size, size_t *masked)
{
    memset(s, 0, sizeof *s);
    if (message == NULL || masked == NULL) {
        return false;
    }
    s->data = message;
    s->size = size;
    s->headers = size < 2 || message[0] != 'v' || message[1] != '='; /* else SDP by itself */
    return true;
}

/* a=crypto, in force or as a capability (RFC 5939 3.3.1). */
static bool is_crypto(struct xk_bytes line)
{
    bool capability = find(line, 0, "a=acap:") == 0 && find(line, 0, "crypto:") < line.size;
    return capability || find(line, 0, "a=crypto:") == 0;
}

/* Each key and salt of a=crypto (RFC 4568 6.1): from "inline:" to what ends it. */
static size_t mask_inline(const struct line *line)
{
    const struct xk_bytes text = {line->text, line->size};
    size_t masked = 0;
    for (size_t at = find(text, 0, "inline:"); at < text.size; at = find(text, at, "inline:")) {
        at += sizeof "inline:" - 1;
        size_t end = at;
        while (end < text.size && !is_one_of(text.data[end], "|; \t,")) {
            end++;
        }
        masked += mask(line->text + at, line->text + end);
    }
    return masked;
}

/* The key of k= (RFC 4566 5.12): all behind its method. */
static size_t mask_k(const struct line *line)
{
    const struct xk_bytes text = {line->text, line->size};
    size_t at = find(text, 0, ":");
    return at < text.size ? mask(line->text + at + 1, line->text + line->size) : 0;
}

enum xk_status xk_hi2_sip_mask_keys(uint8_t *message, size_t size, size_t *masked)
{
    struct scan s;
    struct line line;
    size_t count = 0;
    if (!start(&s, message, size, masked)) {
        return XK_E_ARGUMENT;
    }
    while (next_line(&s, &line)) {
        const struct xk_bytes text = {line.text, line.size};
        if (!follow(&s, &line) || s.headers) {
            continue;
        }
        if (is_crypto(text)) {
            count += mask_inline(&line);
        } else if (find(text, 0, "k=") == 0) {
            count += mask_k(&line);
        }
    }
    *masked = count;
    return XK_OK;
}

/* The value of each parameter; which access it is, and that the network has told, stay. */
static size_t mask_parameters(const struct line *line)
{
    size_t masked = 0;
    bool quoted = false;
    bool value = false;
    for (size_t i = 0; i < line->size; i++) {
        uint8_t *c = line->text + i;
        quoted = *c == '"' ? !quoted : quoted;
        if (!quoted && (*c == ';' || *c == ',')) {
            value = false;
        } else if (value && *c != '"') {
            masked += mask(c, c + 1);
        } else if (*c == '=') {
            value = true;
        }
    }
    return masked;
}

static size_t mask_header(const struct line *line)
{
    if (is_header(line, "p-access-network-info") || is_header(line, "cellular-network-info")) {
        return mask_parameters(line);
    }
    if (is_header(line, "geolocation")) {
        uint8_t *colon = memchr(line->text, ':', line->size);
        return mask(colon + 1, line->text + line->size);
    }
    return 0;
}

enum xk_status xk_hi2_sip_mask_location(uint8_t *message, size_t size, size_t *masked)
{
    struct scan s;
    struct line line;
    size_t count = 0;
    if (!start(&s, message, size, masked)) {
        return XK_E_ARGUMENT;
    }
    while (next_line(&s, &line)) {
        if (!follow(&s, &line)) {
            continue;
        }
        if (s.headers) {
            count += mask_header(&line);
        } else if (s.pidf) {
            count += mask(line.text, line.text + line.size);
        }
    }
    *masked = count;
    return XK_OK;
}
