/* SPDX-License-Identifier: BSD-2-Clause */
/* Header fields: RFC 3261 7.3 and 25.1; the same grammar serves the parts of a multipart body (RFC 2045). */
#include "sip/header.h"

#include "sip/text.h"

static bool is_token_octet(uint8_t c)
{
    return xki_sip_is_digit(c) || (xki_sip_lower(c) >= 'a' && xki_sip_lower(c) <= 'z') ||
           (c != '\0' && strchr("-.!%*_+`'~", c) != NULL);
}

bool xki_sip_is_token(struct xk_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_token_octet(text.data[i])) {
            return false;
        }
    }
    return text.size > 0;
}

static bool read_name(struct xk_bytes line, struct xki_sip_header *header)
{
    size_t end = 0;
    while (end < line.size && is_token_octet(line.data[end])) {
        end++;
    }
    size_t colon = end;
    while (colon < line.size && xki_sip_is_blank(line.data[colon])) {
        colon++;
    }
    if (end == 0 || colon == line.size || line.data[colon] != ':') {
        return false;
    }
    header->name = xki_sip_slice(line, 0, end);
    header->value = xki_sip_slice(line, colon + 1, line.size);
    return true;
}

/* RFC 3261 25.1: a quoted-pair may be a backslash and a NUL. */
static bool has_bare_nul(struct xk_bytes value)
{
    size_t at = 0;
    for (;;) {
        at += xki_sip_find(xki_sip_slice(value, at, value.size), '\0');
        if (at == value.size) {
            return false;
        }
        if (at == 0 || value.data[at - 1] != '\\') {
            return true;
        }
        at++;
    }
}

enum xki_sip_line xki_sip_next_header(struct xk_bytes text, size_t *at, struct xki_sip_header *header)
{
    struct xk_bytes line;
    memset(header, 0, sizeof *header);
    header->offset = *at;
    if (!xki_sip_next_line(text, at, &line) || text.data[*at - 1] != '\n') {
        return XKI_SIP_LINE_CUT; /* what is cut could be half of a URI */
    }
    if (line.size == 0) {
        return XKI_SIP_LINE_END;
    }
    bool field = read_name(line, header);
    while (*at < text.size && xki_sip_is_blank(text.data[*at])) {
        (void)xki_sip_next_line(text, at, &line);
        header->value.size = field ? (size_t)(line.data + line.size - header->value.data) : 0;
    }
    if (!field) {
        return XKI_SIP_LINE_JUNK;
    }
    header->has_nul = has_bare_nul(header->value);
    header->value = xki_trim(header->value);
    return XKI_SIP_LINE_FIELD;
}

size_t xki_sip_skip_quoted(struct xk_bytes text, size_t at)
{
    for (size_t i = at + 1; i < text.size; i++) {
        if (text.data[i] == '\\') {
            i++;
        } else if (text.data[i] == '"') {
            return i + 1;
        }
    }
    return at;
}

size_t xki_sip_find_unquoted(struct xk_bytes text, char mark)
{
    size_t at = 0;
    while (at < text.size && text.data[at] != (uint8_t)mark) {
        size_t behind = text.data[at] == '"' ? xki_sip_skip_quoted(text, at) : at + 1;
        at = behind > at ? behind : text.size;
    }
    return at;
}

struct xk_bytes xki_sip_parameters(struct xk_bytes *value)
{
    struct xk_bytes behind = {NULL, 0};
    size_t end = xki_sip_find_unquoted(*value, ';');
    if (end < value->size) {
        behind = xki_sip_slice(*value, end + 1, value->size);
        *value = xki_sip_slice(*value, 0, end);
    }
    return behind;
}

bool xki_sip_next_parameter(struct xk_bytes *rest, struct xk_bytes *name, struct xk_bytes *value)
{
    if (rest->data == NULL) {
        return false;
    }
    struct xk_bytes item = *rest;
    *rest = xki_sip_parameters(&item);
    *value = xki_trim(xki_sip_cut(&item, '='));
    *name = xki_trim(item);
    return true;
}

bool xki_sip_parameter(struct xk_bytes parameters, const char *name, struct xk_bytes *value)
{
    struct xk_bytes own;
    while (xki_sip_next_parameter(&parameters, &own, value)) {
        if (xki_sip_equals(own, name)) {
            return true;
        }
    }
    return false;
}

bool xki_sip_unquote(struct xk_bytes *text)
{
    struct xk_bytes own = *text;
    if (own.size >= 2 && own.data[0] == '"' && own.data[own.size - 1] == '"') {
        own = xki_sip_slice(own, 1, own.size - 1);
    }
    if (xki_sip_find(own, '\\') < own.size || xki_sip_find(own, '"') < own.size) {
        return false;
    }
    *text = own;
    return true;
}

/* Behind the type may stand what the field has no place for, such as a comma. */
bool xki_sip_is_media_type(struct xk_bytes value, const char *type)
{
    struct xk_bytes own = value;
    (void)xki_sip_cut(&own, ';');
    (void)xki_sip_cut(&own, ',');
    own = xki_trim(own);
    size_t size = strlen(type);
    if (type[size - 1] == '/') {
        return own.size > size && xki_sip_begins(own, type);
    }
    return xki_sip_equals(own, type);
}
