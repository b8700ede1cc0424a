/* SPDX-License-Identifier: BSD-2-Clause */
/* A SIP message: start line, the header fields that a DF2/MF reads, and the body they delimit (RFC 3261 section 7). */
#include <xk/sip.h>

#include "sip/body.h"
#include "sip/header.h"
#include "sip/text.h"
#include "support/diag.h"

enum field { FROM, TO, CALL_ID, CSEQ, CONTENT_LENGTH, CONTENT_TYPE, ASSERTED, FIELDS };

static const struct {
    const char *name;
    char compact; /* NUL for none (RFC 3261 7.3.3) */
    const char *shown;
} fields[FIELDS] = {
    {"from", 'f', "From"},
    {"to", 't', "To"},
    {"call-id", 'i', "Call-ID"},
    {"cseq", '\0', "CSeq"},
    {"content-length", 'l', "Content-Length"},
    {"content-type", 'c', "Content-Type"},
    {"p-asserted-identity", '\0', "P-Asserted-Identity"},
};

static const char version[] = "sip/2.0";

static enum xk_status read_response_line(struct xk_bytes line, struct xk_sip_message *message, struct xk_diag *diag)
{
    const size_t at = sizeof version;
    unsigned int code = 0;
    for (size_t i = at; i < at + 3; i++) {
        if (i >= line.size || line.data[i] < '0' || line.data[i] > '9') {
            return xki_fail(diag, XK_E_SIP, i, "Status-Code");
        }
        code = code * 10 + (unsigned int)(line.data[i] - '0');
    }
    if (code < 100 || code > 699 || (line.size > at + 3 && line.data[at + 3] != ' ')) {
        return xki_fail(diag, XK_E_SIP, at, "Status-Code");
    }
    message->status_code = code;
    return XK_OK;
}

static enum xk_status read_start_line(struct xk_bytes line, struct xk_sip_message *message, struct xk_diag *diag)
{
    if (line.size > sizeof version && line.data[sizeof version - 1] == ' ' &&
        xki_equals(xki_slice(line, 0, sizeof version - 1), version)) {
        return read_response_line(line, message, diag);
    }
    const uint8_t *first = line.size > 0 ? memchr(line.data, ' ', line.size) : NULL;
    size_t method = first != NULL ? (size_t)(first - line.data) : 0;
    if (method == 0 || memchr(line.data, ':', method) != NULL) {
        return xki_fail(diag, XK_E_SIP, 0, "Method");
    }
    const uint8_t *second = memchr(first + 1, ' ', line.size - method - 1);
    size_t uri_end = second != NULL ? (size_t)(second - line.data) : line.size;
    if (second == NULL || uri_end == method + 1) {
        return xki_fail(diag, XK_E_SIP, method + 1, "Request-URI");
    }
    if (!xki_equals(xki_slice(line, uri_end + 1, line.size), version)) {
        return xki_fail(diag, XK_E_SIP, uri_end + 1, "SIP-Version");
    }
    message->is_request = true;
    message->method = xki_slice(line, 0, method);
    message->request_uri = xki_slice(line, method + 1, uri_end);
    return XK_OK;
}

static enum field which(struct xk_bytes name)
{
    for (unsigned int i = 0; i < FIELDS; i++) {
        bool compact = name.size == 1 && fields[i].compact != '\0' &&
                       xki_lower(name.data[0]) == (uint8_t)fields[i].compact;
        if (compact || xki_equals(name, fields[i].name)) {
            return (enum field)i;
        }
    }
    return FIELDS;
}

/* P-Asserted-Identity may stand twice, a SIP and a TEL URI (RFC 3325 9.1): the first one counts. */
static enum xk_status read_headers(struct xk_bytes text, size_t *at, struct xki_header *found, struct xk_diag *diag)
{
    for (unsigned int count = 0;; count++) {
        struct xki_header header;
        enum xk_status status = xki_next_header(text, at, &header, diag);
        if (status != XK_OK || header.name.size == 0) {
            return status;
        }
        if (count >= XK_SIP_HEADERS_MAX) {
            return xki_fail(diag, XK_E_LIMIT, header.offset, "headers");
        }
        enum field field = which(header.name);
        if (field == FIELDS || (field == ASSERTED && found[field].name.size > 0)) {
            continue;
        }
        if (found[field].name.size > 0) {
            return xki_fail(diag, XK_E_SIP, header.offset, fields[field].shown);
        }
        found[field] = header;
    }
}

static enum xk_status read_length(const struct xki_header *header, size_t left, size_t *length, struct xk_diag *diag)
{
    size_t value = 0;
    for (size_t i = 0; i < header->value.size; i++) {
        uint8_t c = header->value.data[i];
        if (c < '0' || c > '9' || value > left) {
            return xki_fail(diag, XK_E_SIP_BODY, header->offset, "Content-Length");
        }
        value = value * 10 + (size_t)(c - '0');
    }
    if (header->value.size == 0 || value != left) {
        return xki_fail(diag, XK_E_SIP_BODY, header->offset, "Content-Length");
    }
    *length = value;
    return XK_OK;
}

/* CSeq is a number, blanks and the method. */
static bool read_cseq(struct xk_bytes value, struct xk_bytes *method)
{
    size_t at = 0;
    while (at < value.size && value.data[at] >= '0' && value.data[at] <= '9') {
        at++;
    }
    *method = xki_trim(xki_slice(value, at, value.size));
    return at > 0 && method->size > 0 && method->size < value.size - at;
}

static enum xk_status keep_headers(const struct xki_header *found, struct xk_sip_message *message,
                                   struct xk_diag *diag)
{
    struct xk_bytes *const uris[] = {[FROM] = &message->from_uri, [TO] = &message->to_uri};
    for (unsigned int i = FROM; i <= CSEQ; i++) {
        const struct xki_header *header = &found[i];
        bool good = header->name.size > 0 && header->value.size > 0;
        if (i == FROM || i == TO) {
            good = good && xki_address_uri(header->value, uris[i]);
        } else if (i == CSEQ) {
            good = good && read_cseq(header->value, &message->cseq_method);
        }
        if (!good) {
            return xki_fail(diag, XK_E_SIP, header->offset, fields[i].shown);
        }
    }
    message->call_id = found[CALL_ID].value;
    if (found[ASSERTED].name.size > 0 && !xki_address_uri(found[ASSERTED].value, &message->asserted_uri)) {
        return xki_fail(diag, XK_E_SIP, found[ASSERTED].offset, fields[ASSERTED].shown);
    }
    return XK_OK;
}

enum xk_status xk_sip_parse(const uint8_t *data, size_t size, struct xk_sip_message *message, struct xk_diag *diag)
{
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes text = {data, size};
    struct xk_sip_message read;
    struct xki_header found[FIELDS];
    memset(&read, 0, sizeof read);
    memset(found, 0, sizeof found);
    struct xk_bytes line = {data, 0};
    size_t at = 0;
    /* RFC 3261 7.5: empty lines before a message keep a connection alive. */
    while (size - at >= 2 && data[at] == '\r' && data[at + 1] == '\n') {
        at += 2;
    }
    (void)xki_next_line(text, &at, &line);
    enum xk_status status = read_start_line(line, &read, diag);
    if (status == XK_OK) {
        status = read_headers(text, &at, found, diag);
    }
    if (status == XK_OK) {
        status = keep_headers(found, &read, diag);
    }
    size_t length = size - at;
    if (status == XK_OK && found[CONTENT_LENGTH].name.size > 0) {
        status = read_length(&found[CONTENT_LENGTH], size - at, &length, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    read.body = xki_slice(text, at, at + length);
    status = xki_sip_find_sdp(read.body, found[CONTENT_TYPE].value, at, &read.sdp, diag);
    if (status == XK_OK) {
        *message = read;
    }
    return status;
}
