/* SPDX-License-Identifier: BSD-2-Clause */
/* Header fields: RFC 3261 7.3 and 20.10; the same grammar serves the parts of a multipart body (RFC 2045). */
#include "sip/header.h"

#include "sip/text.h"
#include "support/diag.h"

static bool is_token(uint8_t c)
{
    return (c >= '0' && c <= '9') || (xki_lower(c) >= 'a' && xki_lower(c) <= 'z') ||
           (c != '\0' && strchr("-.!%*_+`'~", c) != NULL);
}

static enum xk_status read_name(struct xk_bytes line, size_t offset, struct xki_header *header, struct xk_diag *diag)
{
    size_t end = 0;
    while (end < line.size && is_token(line.data[end])) {
        end++;
    }
    size_t colon = end;
    while (colon < line.size && xki_is_blank(line.data[colon])) {
        colon++;
    }
    if (end == 0 || colon == line.size || line.data[colon] != ':') {
        return xki_fail(diag, XK_E_SIP, offset + colon, "header name");
    }
    header->name = xki_slice(line, 0, end);
    header->value = xki_slice(line, colon + 1, line.size);
    header->offset = offset;
    return XK_OK;
}

enum xk_status xki_next_header(struct xk_bytes text, size_t *at, struct xki_header *header, struct xk_diag *diag)
{
    struct xk_bytes line;
    size_t offset = *at;
    if (!xki_next_line(text, at, &line)) {
        return xki_fail(diag, XK_E_SIP, text.size, "end of headers");
    }
    memset(header, 0, sizeof *header);
    if (line.size == 0) {
        return XK_OK;
    }
    enum xk_status status = read_name(line, offset, header, diag);
    if (status != XK_OK) {
        return status;
    }
    while (*at < text.size && xki_is_blank(text.data[*at])) {
        (void)xki_next_line(text, at, &line);
        header->value.size = (size_t)(line.data + line.size - header->value.data);
    }
    if (memchr(header->value.data, '\0', header->value.size) != NULL) {
        return xki_fail(diag, XK_E_SIP, offset, "NUL");
    }
    header->value = xki_trim(header->value);
    return XK_OK;
}

/* Behind a quoted string that starts at `at`, its escapes obeyed; the size of the text if it does not end. */
static size_t skip_quoted(struct xk_bytes text, size_t at)
{
    for (at++; at < text.size; at++) {
        if (text.data[at] == '\\') {
            at++;
        } else if (text.data[at] == '"') {
            return at + 1;
        }
    }
    return text.size;
}

/* A URI on an Xk message or in a comparison has no white space and no delimiter in it. */
static bool is_plain(struct xk_bytes uri)
{
    for (size_t i = 0; i < uri.size; i++) {
        if (uri.data[i] <= ' ' || uri.data[i] == 0x7f || uri.data[i] == '<' || uri.data[i] == '>' ||
            uri.data[i] == '"') {
            return false;
        }
    }
    return uri.size > 0 && memchr(uri.data, ':', uri.size) != NULL;
}

bool xki_address_uri(struct xk_bytes value, struct xk_bytes *uri)
{
    size_t at = 0;
    while (at < value.size && value.data[at] != '<' && value.data[at] != ',') {
        at = value.data[at] == '"' ? skip_quoted(value, at) : at + 1;
    }
    if (at < value.size && value.data[at] == '<') {
        const uint8_t *end = memchr(value.data + at, '>', value.size - at);
        if (end == NULL) {
            return false;
        }
        *uri = xki_trim(xki_slice(value, at + 1, (size_t)(end - value.data)));
        return is_plain(*uri);
    }
    /* Without angle brackets what follows a comma is another address, and what follows a semicolon belongs to the
     * header field (RFC 3261 20.10). */
    value = xki_slice(value, 0, at < value.size ? at : value.size);
    const uint8_t *end = value.size > 0 ? memchr(value.data, ';', value.size) : NULL;
    *uri = xki_trim(end != NULL ? xki_slice(value, 0, (size_t)(end - value.data)) : value);
    return is_plain(*uri);
}

bool xki_is_media_type(struct xk_bytes value, const char *type)
{
    const uint8_t *end = value.size > 0 ? memchr(value.data, ';', value.size) : NULL;
    struct xk_bytes own = xki_trim(end != NULL ? xki_slice(value, 0, (size_t)(end - value.data)) : value);
    size_t size = strlen(type);
    if (type[size - 1] == '/') {
        return own.size > size && xki_equals(xki_slice(own, 0, size), type);
    }
    return xki_equals(own, type);
}

bool xki_parameter(struct xk_bytes value, const char *name, struct xk_bytes *parameter)
{
    size_t at = 0;
    while (at < value.size) {
        size_t start = at;
        while (at < value.size && value.data[at] != ';') {
            at = value.data[at] == '"' ? skip_quoted(value, at) : at + 1;
        }
        struct xk_bytes item = xki_slice(value, start, at);
        const uint8_t *equals = item.size > 0 ? memchr(item.data, '=', item.size) : NULL;
        if (equals != NULL && start > 0) {
            size_t split = (size_t)(equals - item.data);
            struct xk_bytes own = xki_trim(xki_slice(item, split + 1, item.size));
            if (xki_equals(xki_trim(xki_slice(item, 0, split)), name)) {
                if (own.size >= 2 && own.data[0] == '"' && own.data[own.size - 1] == '"') {
                    own = xki_slice(own, 1, own.size - 1);
                }
                *parameter = own;
                /* A quote that is left belongs to a string that does not end, or does not start here. */
                return own.size > 0 && memchr(own.data, '\\', own.size) == NULL &&
                       memchr(own.data, '"', own.size) == NULL;
            }
        }
        at++;
    }
    return false;
}
