/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparing SIP, SIPS and TEL URIs. Two walks side by side over the same grammar; escapes are resolved on the way
 * (RFC 3261 19.1.4: a character outside the reserved set equals its %HH form), nothing is copied.
 */
#include <xk/uri.h>

#include <string.h>

struct uri {
    struct xk_bytes user;    /* SIP: with password; absent without '@'. TEL: the number */
    struct xk_bytes host;    /* SIP: host and port */
    struct xk_bytes params;  /* without the first ';' */
    struct xk_bytes headers; /* SIP: without '?' */
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool has_scheme(struct xk_bytes text, const char *scheme)
{
    size_t size = strlen(scheme);
    if (text.size < size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (lower(text.data[i]) != (uint8_t)scheme[i]) {
            return false;
        }
    }
    return true;
}

static struct xk_bytes slice(struct xk_bytes text, size_t from, size_t to)
{
    struct xk_bytes part = {text.data + from, to - from};
    return part;
}

/* Cut `*text` at the first `mark`; what is behind it is returned, absent without a mark. */
static struct xk_bytes cut(struct xk_bytes *text, char mark)
{
    struct xk_bytes behind = {NULL, 0};
    const uint8_t *at = text->size > 0 ? memchr(text->data, mark, text->size) : NULL;
    if (at != NULL) {
        size_t front = (size_t)(at - text->data);
        behind = slice(*text, front + 1, text->size);
        text->size = front;
    }
    return behind;
}

static int hex(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    uint8_t l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* The next character; an escaped reserved one comes back as 256 + itself, so that it never equals a bare one. */
static unsigned int next_character(struct xk_bytes text, size_t *at)
{
    uint8_t c = text.data[(*at)++];
    if (c != '%' || text.size - *at < 2 || hex(text.data[*at]) < 0 || hex(text.data[*at + 1]) < 0) {
        return c;
    }
    unsigned int value = (unsigned int)(hex(text.data[*at]) * 16 + hex(text.data[*at + 1]));
    *at += 2;
    bool reserved = value == 0 || value == '%' || (value < 128 && strchr(";/?:@&=+$,", (int)value) != NULL);
    return reserved ? 256 + value : value;
}

static bool same_text(struct xk_bytes a, struct xk_bytes b, bool fold_case)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.size && j < b.size) {
        unsigned int x = next_character(a, &i);
        unsigned int y = next_character(b, &j);
        if (fold_case) {
            x = x < 256 ? lower((uint8_t)x) : x;
            y = y < 256 ? lower((uint8_t)y) : y;
        }
        if (x != y) {
            return false;
        }
    }
    return i == a.size && j == b.size;
}

static bool next_parameter(struct xk_bytes *params, struct xk_bytes *name, struct xk_bytes *value)
{
    if (params->data == NULL) {
        return false;
    }
    *name = *params;
    *params = cut(name, ';');
    *value = cut(name, '=');
    return true;
}

static bool find_parameter(struct xk_bytes params, struct xk_bytes wanted, struct xk_bytes *value)
{
    struct xk_bytes name;
    while (next_parameter(&params, &name, value)) {
        if (same_text(name, wanted, true)) {
            return true;
        }
    }
    return false;
}

static bool is_visual_separator(uint8_t c)
{
    return c == '-' || c == '.' || c == '(' || c == ')';
}

/* Digits of a telephone number, visual separators apart (RFC 3966 section 4). */
static bool same_number(struct xk_bytes a, struct xk_bytes b)
{
    size_t i = 0;
    size_t j = 0;
    size_t digits = 0;
    for (;;) {
        while (i < a.size && is_visual_separator(a.data[i])) {
            i++;
        }
        while (j < b.size && is_visual_separator(b.data[j])) {
            j++;
        }
        if (i == a.size || j == b.size) {
            return i == a.size && j == b.size && digits > 0;
        }
        if (lower(a.data[i++]) != lower(b.data[j++])) {
            return false;
        }
        digits++;
    }
}

/* RFC 3261 19.1.4: these never match when only one side has them. */
static bool must_be_on_both(struct xk_bytes name)
{
    static const char *const names[] = {"user", "ttl", "method", "maddr"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (same_text(name, xk_text(names[i]), true)) {
            return true;
        }
    }
    return false;
}

#define PARAMETERS_MAX 32 /* of a URI that is compared: each is looked for among the other's */

static bool has_too_many(struct xk_bytes params)
{
    size_t count = 0;
    for (size_t i = 0; i < params.size; i++) {
        count += params.data[i] == ';';
    }
    return count >= PARAMETERS_MAX;
}

/* Every parameter of `a` against those of `b`. In a TEL URI each must be there (RFC 3966 section 4). */
static bool parameters_agree(struct xk_bytes a, struct xk_bytes b, bool tel)
{
    struct xk_bytes name;
    struct xk_bytes value;
    struct xk_bytes other;
    struct xk_bytes rest = a;
    if (has_too_many(a) || has_too_many(b)) {
        return false;
    }
    while (next_parameter(&rest, &name, &value)) {
        if (!find_parameter(b, name, &other)) {
            if (tel || must_be_on_both(name)) {
                return false;
            }
            continue;
        }
        bool number = tel && value.size > 0 && value.data[0] == '+';
        if (number ? !same_number(value, other) : !same_text(value, other, true)) {
            return false;
        }
    }
    return true;
}

static struct uri split_sip(struct xk_bytes rest)
{
    struct uri uri;
    memset(&uri, 0, sizeof uri);
    struct xk_bytes front = rest;
    struct xk_bytes behind = cut(&front, '@');
    if (behind.data != NULL) {
        uri.user = front;
        uri.host = behind;
    } else {
        uri.host = rest;
    }
    uri.headers = cut(&uri.host, '?');
    uri.params = cut(&uri.host, ';');
    return uri;
}

static bool same_sip(struct xk_bytes a, struct xk_bytes b)
{
    struct uri x = split_sip(a);
    struct uri y = split_sip(b);
    return (x.user.data == NULL) == (y.user.data == NULL) && same_text(x.user, y.user, false) && x.host.size > 0 &&
           same_text(x.host, y.host, true) && (x.headers.data == NULL) == (y.headers.data == NULL) &&
           same_text(x.headers, y.headers, false) && parameters_agree(x.params, y.params, false) &&
           parameters_agree(y.params, x.params, false);
}

static bool same_tel(struct xk_bytes a, struct xk_bytes b)
{
    struct xk_bytes number_a = a;
    struct xk_bytes number_b = b;
    struct xk_bytes params_a = cut(&number_a, ';');
    struct xk_bytes params_b = cut(&number_b, ';');
    return same_number(number_a, number_b) && parameters_agree(params_a, params_b, true) &&
           parameters_agree(params_b, params_a, true);
}

bool xk_uri_equal(struct xk_bytes a, struct xk_bytes b)
{
    static const char *const schemes[] = {"sip:", "sips:", "tel:"};
    if (a.data == NULL || b.data == NULL || a.size == 0 || b.size == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t size = strlen(schemes[i]);
        bool in_a = has_scheme(a, schemes[i]);
        if (in_a != has_scheme(b, schemes[i])) {
            return false;
        }
        if (in_a) {
            struct xk_bytes rest_a = slice(a, size, a.size);
            struct xk_bytes rest_b = slice(b, size, b.size);
            return schemes[i][0] == 't' ? same_tel(rest_a, rest_b) : same_sip(rest_a, rest_b);
        }
    }
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}
