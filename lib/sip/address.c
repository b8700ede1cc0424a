/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses as phones write them. Brackets tell where a URI is; without them a comma may be part of it or end it, and
 * so may a semicolon. What could be read in two ways stays whole and is not certain: a reader that cut sip:bond out of
 * sip:bond,james@example.com would name another person.
 */
#include "sip/address.h"

#include <xk/deviation.h>

#include "sip/header.h"
#include "sip/text.h"
#include "support/utf8.h"

static bool is_sip(struct xk_bytes uri)
{
    return xki_sip_begins(uri, "sip:") || xki_sip_begins(uri, "sips:");
}

/* RFC 3986 3.1. */
static bool has_scheme(struct xk_bytes text)
{
    size_t at = 0;
    while (at < text.size && ((xki_sip_lower(text.data[at]) >= 'a' && xki_sip_lower(text.data[at]) <= 'z') ||
                              (at > 0 && (xki_sip_is_digit(text.data[at]) || text.data[at] == '+' ||
                                          text.data[at] == '-' || text.data[at] == '.')))) {
        at++;
    }
    return at > 0 && at < text.size && text.data[at] == ':';
}

bool xki_sip_check_uri(struct xk_bytes uri, bool *certain, uint32_t *deviations)
{
    unsigned int ats = 0;
    bool raw = false;
    for (size_t i = 0; i < uri.size; i++) {
        uint8_t c = uri.data[i];
        if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"') {
            return false;
        }
        ats += c == '@';
        raw = raw || c > 0x7f;
    }
    if (raw) {
        *deviations |= XK_SIP_DEV_URI_OCTETS;
    }
    *certain = (ats <= 1 || !is_sip(uri)) && (!raw || xki_utf8_check(uri.data, uri.size) == uri.size);
    return has_scheme(uri) && xki_sip_find(uri, ':') + 1 < uri.size;
}

/* A display name is a quoted string or tokens with blanks between. */
static bool is_display_name(struct xk_bytes name)
{
    name = xki_trim(name);
    if (name.size > 0 && name.data[0] == '"') {
        return xki_sip_skip_quoted(name, 0) == name.size;
    }
    while (name.size > 0) {
        if (!xki_sip_is_token(xki_sip_word(&name))) {
            return false;
        }
    }
    return true;
}

/* What the search for the end of an address finds out. */
struct element {
    size_t open;     /* of the bracket; the end if there is none */
    size_t end;      /* the comma behind it, or the end of the value */
    bool closed;     /* the bracket */
    bool lone_quote; /* from a quote without its partner on, neither quotes nor commas mean anything */
};

/* Does another address begin at `at`? Looks no further than the next comma. */
static bool begins_address(struct xk_bytes value, size_t at)
{
    struct xk_bytes next = xki_sip_slice(value, at, value.size);
    next.size = xki_sip_find(next, ',');
    next = xki_trim(next);
    return next.size == 0 || next.data[0] == '"' || has_scheme(next) || xki_sip_find(next, '<') < next.size;
}

/* From `at` to the comma that ends the element, or the end of the value. */
static size_t find_end(struct xk_bytes value, size_t at, bool lone_quote)
{
    while (!lone_quote && at < value.size && value.data[at] != ',') {
        size_t behind = value.data[at] == '"' ? xki_sip_skip_quoted(value, at) : at + 1;
        lone_quote = behind == at;
        at = behind;
    }
    return lone_quote ? value.size : at;
}

/* The bracket at `at` counts if it is closed before another opens; what is broken ends with the next comma. */
static void end_bracketed(struct xk_bytes value, size_t at, struct element *e)
{
    size_t close = at + 1;
    while (close < value.size && value.data[close] != '<' && value.data[close] != '>') {
        close++;
    }
    e->open = at;
    e->closed = close < value.size && value.data[close] == '>';
    e->end = find_end(value, e->closed ? close : at, e->lone_quote);
}

static struct element find_element(struct xk_bytes value, size_t start)
{
    struct element e = {value.size, value.size, false, false};
    struct xk_bytes piece = xki_sip_slice(value, start, value.size);
    bool whole = has_scheme(piece) && !is_sip(piece); /* so far: what is behind a comma would be another one */
    bool in_uri = has_scheme(piece);
    size_t at = start;
    while (at < value.size) {
        uint8_t c = value.data[at];
        if (c == '<') {
            end_bracketed(value, at, &e);
            return e;
        }
        in_uri = in_uri && c != ';';
        whole = whole || (in_uri && c == '@');
        if (c == ',' && !e.lone_quote && whole && begins_address(value, at + 1)) {
            e.end = at;
            return e;
        }
        size_t behind = c == '"' && !e.lone_quote ? xki_sip_skip_quoted(value, at) : at + 1;
        e.lone_quote = e.lone_quote || behind == at;
        at = behind > at ? behind : at + 1;
    }
    return e;
}

static void read_bracketed(struct xk_bytes value, size_t start, const struct element *e, struct xki_sip_address *a)
{
    struct xk_bytes inner = xki_sip_slice(value, e->open + 1, e->end);
    size_t size = xki_sip_find(inner, '>');
    if (e->lone_quote || !is_display_name(xki_sip_slice(value, start, e->open))) {
        a->deviations |= XK_SIP_DEV_DISPLAY_NAME;
    }
    if (!e->closed) {
        a->deviations |= XK_SIP_DEV_BRACKETS;
        a->parameters = xki_sip_cut(&inner, ';');
        return; /* half a URI may be another one */
    }
    struct xk_bytes behind = xki_trim(xki_sip_slice(inner, size + 1, inner.size));
    struct xk_bytes uri = xki_trim(xki_sip_slice(inner, 0, size));
    if (xki_sip_check_uri(uri, &a->certain, &a->deviations)) {
        a->uri = uri;
    }
    if (uri.size != size || (behind.size > 0 && behind.data[0] != ';')) {
        a->deviations |= XK_SIP_DEV_BRACKETS;
    }
    if ((e->lone_quote ? xki_sip_find(behind, '<') : xki_sip_find_unquoted(behind, '<')) < behind.size) {
        a->certain = false; /* two of them in one */
    }
    a->parameters = xki_sip_cut(&behind, ';');
}

/* What follows a semicolon belongs to the field (RFC 3261 20.10), unless it shows that it belonged to the URI: a comma,
 * the '@' that the URI lacks, or the context without which a local number is another's. */
static void read_bare(struct xk_bytes text, struct xki_sip_address *a)
{
    struct xk_bytes uri = text;
    struct xk_bytes context;
    struct xk_bytes behind = xki_sip_cut(&uri, ';');
    bool odd = xki_sip_find(behind, ',') < behind.size ||
               (is_sip(uri) && xki_sip_find(uri, '@') == uri.size && xki_sip_find(behind, '@') < behind.size) ||
               (xki_sip_begins(uri, "tel:") && xki_sip_parameter(behind, "phone-context", &context));
    uri = odd ? text : xki_trim(uri);
    if (xki_sip_check_uri(uri, &a->certain, &a->deviations)) {
        a->uri = uri;
    }
    if (odd || xki_sip_find(uri, ',') < uri.size || xki_sip_find(uri, '?') < uri.size) {
        a->deviations |= XK_SIP_DEV_BRACKETS;
    }
    a->certain = a->certain && !odd;
    a->parameters = behind;
}

bool xki_sip_next_address(struct xk_bytes value, size_t *at, struct xki_sip_address *address)
{
    size_t start = *at;
    memset(address, 0, sizeof *address);
    while (start < value.size && (value.data[start] == ',' || xki_is_space(value.data[start]))) {
        start++;
    }
    *at = start;
    if (start == value.size) {
        return false;
    }
    struct element e = find_element(value, start);
    if (e.open < e.end) {
        read_bracketed(value, start, &e, address);
    } else {
        read_bare(xki_trim(xki_sip_slice(value, start, e.end)), address);
    }
    address->certain = address->certain && address->uri.data != NULL;
    *at = e.end;
    return true;
}
