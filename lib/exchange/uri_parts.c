/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange/uri.h"

#include "sip/text.h"

/* The port behind a host; an IPv6 reference has colons of its own. */
static void split_port(struct xki_ex_uri *uri)
{
    size_t from = 0;
    if (uri->host.size > 0 && uri->host.data[0] == '[') {
        from = xki_sip_find(uri->host, ']');
    }
    struct xk_bytes rest = xki_sip_slice(uri->host, from, uri->host.size);
    size_t colon = from + xki_sip_find(rest, ':');
    if (colon < uri->host.size) {
        uri->port = xki_sip_slice(uri->host, colon + 1, uri->host.size);
        uri->host.size = colon;
    }
}

/* Both characters after the '@' may stand in a user part too, so that is looked for first. */
static bool split_sip(struct xk_bytes rest, struct xki_ex_uri *uri)
{
    struct xk_bytes front = rest;
    struct xk_bytes behind = xki_sip_cut(&front, '@');
    uri->host = rest;
    if (behind.data != NULL) {
        uri->user = front;
        uri->host = behind;
    }
    if (xki_sip_find(uri->host, '@') < uri->host.size) {
        return false;
    }
    uri->headers = xki_sip_cut(&uri->host, '?');
    uri->params = xki_sip_cut(&uri->host, ';');
    split_port(uri);
    return uri->host.size > 0;
}

bool xki_ex_split_uri(struct xk_bytes text, struct xki_ex_uri *uri)
{
    static const char *const schemes[] = {[XKI_EX_SIP] = "sip:", [XKI_EX_SIPS] = "sips:", [XKI_EX_TEL] = "tel:"};
    memset(uri, 0, sizeof *uri);
    for (unsigned int i = XKI_EX_SIP; i <= XKI_EX_TEL; i++) {
        if (!xki_sip_begins(text, schemes[i])) {
            continue;
        }
        struct xk_bytes rest = xki_sip_slice(text, strlen(schemes[i]), text.size);
        uri->scheme = (enum xki_ex_scheme)i;
        if (i != XKI_EX_TEL) {
            return split_sip(rest, uri);
        }
        uri->user = rest;
        uri->params = xki_sip_cut(&uri->user, ';');
        return uri->user.size > 0;
    }
    return false;
}

static int hex(uint8_t c)
{
    if (xki_sip_is_digit(c)) {
        return c - '0';
    }
    uint8_t l = xki_sip_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* The next character; an escaped one that is not its character comes back as 256 + itself. */
static unsigned int next_character(struct xk_bytes text, size_t *at, enum xki_ex_escapes escapes)
{
    uint8_t c = text.data[(*at)++];
    if (escapes == XKI_EX_AS_THEY_ARE || c != '%' || text.size - *at < 2 || hex(text.data[*at]) < 0 ||
        hex(text.data[*at + 1]) < 0) {
        return c;
    }
    unsigned int value = (unsigned int)(hex(text.data[*at]) * 16 + hex(text.data[*at + 1]));
    *at += 2;
    bool reserved = value == 0 || value == '%' || (value < 128 && strchr(";/?:@&=+$,", (int)value) != NULL);
    return reserved && escapes == XKI_EX_UNRESERVED ? 256 + value : value;
}

bool xki_ex_same_text(struct xk_bytes a, struct xk_bytes b, bool fold_case, enum xki_ex_escapes escapes)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.size && j < b.size) {
        unsigned int x = next_character(a, &i, escapes);
        unsigned int y = next_character(b, &j, escapes);
        if (fold_case) {
            x = x < 256 ? xki_sip_lower((uint8_t)x) : x;
            y = y < 256 ? xki_sip_lower((uint8_t)y) : y;
        }
        if (x != y) {
            return false;
        }
    }
    return i == a.size && j == b.size;
}

static bool is_visual_separator(uint8_t c)
{
    return c == '-' || c == '.' || c == '(' || c == ')';
}

bool xki_ex_same_number(struct xk_bytes a, struct xk_bytes b)
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
        if (xki_sip_lower(a.data[i++]) != xki_sip_lower(b.data[j++])) {
            return false;
        }
        digits++;
    }
}

bool xki_ex_next_pair(struct xk_bytes *rest, char mark, struct xk_bytes *name, struct xk_bytes *value)
{
    if (rest->data == NULL) {
        return false;
    }
    *name = *rest;
    *rest = xki_sip_cut(name, mark);
    *value = xki_sip_cut(name, '=');
    return true;
}

bool xki_ex_find_parameter(struct xk_bytes params, struct xk_bytes wanted, struct xk_bytes *value)
{
    struct xk_bytes name;
    while (xki_ex_next_pair(&params, ';', &name, value)) {
        if (xki_ex_same_text(name, wanted, true, XKI_EX_UNRESERVED)) {
            return true;
        }
    }
    return false;
}

bool xki_ex_same_tel_value(struct xk_bytes name, struct xk_bytes a, struct xk_bytes b)
{
    bool number = xki_sip_equals(name, "ext") || (a.size > 0 && a.data[0] == '+');
    return number ? xki_ex_same_number(a, b) : xki_ex_same_text(a, b, true, XKI_EX_UNRESERVED);
}

bool xki_ex_has_too_many(struct xk_bytes pairs, char mark)
{
    size_t count = 0;
    for (size_t i = 0; i < pairs.size; i++) {
        count += pairs.data[i] == (uint8_t)mark;
    }
    return count >= XKI_EX_PAIRS_MAX;
}
