/* SPDX-License-Identifier: BSD-2-Clause */
/* A SIP message: start line, the header fields that a DF2/MF reads, and the body they delimit (RFC 3261 section 7). */
#include <xk/sip.h>

#include "sip/address.h"
#include "sip/body.h"
#include "sip/field.h"
#include "sip/header.h"
#include "sip/option.h"
#include "sip/partly.h"
#include "sip/text.h"
#include "support/diag.h"

#define CSEQ_LAST 0x7fffffffu /* RFC 3261 8.1.1.5 */

/* What the header section says, before it is known where it ends. */
struct reading {
    struct xk_sip_message message;
    struct xki_sip_header found[XKI_SIP_KEPT];
    size_t length; /* the largest Content-Length */
    bool has_length;
    unsigned int asserted;
};

static enum xk_status read_response_line(struct xk_bytes rest, size_t offset, struct xk_sip_message *message,
                                         struct xk_diag *diag)
{
    unsigned int code = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i >= rest.size || !xki_sip_is_digit(rest.data[i])) {
            return xki_fail(diag, XK_E_SIP, offset + i, "Status-Code");
        }
        code = code * 10 + (unsigned int)(rest.data[i] - '0');
    }
    if (code < 100 || code > 699 || (rest.size > 3 && !xki_sip_is_blank(rest.data[3]))) {
        return xki_fail(diag, XK_E_SIP, offset, "Status-Code");
    }
    message->status_code = code;
    return XK_OK;
}

/* `uri` is not empty. */
static void keep_request_uri(struct xk_bytes uri, struct xk_sip_message *message)
{
    bool certain = false;
    bool is_uri;
    if (uri.data[0] == '<' && uri.data[uri.size - 1] == '>') {
        uri = xki_trim(xki_sip_slice(uri, 1, uri.size - 1));
        message->deviations |= XK_SIP_DEV_REQUEST_URI;
    }
    is_uri = xki_sip_check_uri(uri, &certain, &message->deviations);
    if (is_uri) {
        message->request_target = uri;
    }
    if (!is_uri) {
        message->deviations |= XK_SIP_DEV_REQUEST_URI | XK_SIP_DEV_URI;
    } else if (!certain) {
        message->deviations |= XK_SIP_DEV_URI;
    } else {
        message->request_uri = uri;
    }
}

/* The version is the last word and the method the first; what is between is the Request-URI, blanks and all. */
static enum xk_status read_request_line(struct xk_bytes line, struct xk_bytes method, struct xk_bytes rest, size_t at,
                                        struct xk_sip_message *message, struct xk_diag *diag)
{
    if (!xki_sip_is_token(method)) {
        return xki_fail(diag, XK_E_SIP, at, "Method");
    }
    size_t uri_at = at + (size_t)(rest.data - line.data);
    size_t end = rest.size;
    while (end > 0 && !xki_sip_is_blank(rest.data[end - 1])) {
        end--;
    }
    if (end == 0) {
        return xki_fail(diag, XK_E_SIP, uri_at, "Request-URI");
    }
    if (!xki_sip_equals(xki_sip_slice(rest, end, rest.size), "sip/2.0")) {
        return xki_fail(diag, XK_E_SIP, uri_at + end, "SIP-Version");
    }
    struct xk_bytes uri = xki_trim(xki_sip_slice(rest, 0, end));
    message->is_request = true;
    message->method = method;
    if (line.size != method.size + uri.size + rest.size - end + 2) {
        message->deviations |= XK_SIP_DEV_START_LINE;
    }
    keep_request_uri(uri, message);
    return XK_OK;
}

/* `at` is the offset of the line. */
static enum xk_status read_start_line(struct xk_bytes line, size_t at, struct xk_sip_message *message,
                                      struct xk_diag *diag)
{
    struct xk_bytes rest = line;
    struct xk_bytes first = xki_sip_word(&rest);
    if (!xki_sip_equals(first, "sip/2.0")) {
        return read_request_line(line, first, rest, at, message, diag);
    }
    size_t code_at = (size_t)(rest.data - line.data);
    if (code_at != first.size + 1) {
        message->deviations |= XK_SIP_DEV_START_LINE;
    }
    return read_response_line(rest, at + code_at, message, diag);
}

/* What keeps a connection alive may stand before a message (RFC 3261 7.5 has empty lines, the field more). */
static size_t skip_before_start(struct xk_bytes text, uint32_t *deviations)
{
    size_t at = 0;
    while (at < text.size && (xki_is_space(text.data[at]) || text.data[at] == '\0')) {
        bool empty_line = text.data[at] == '\r' && at + 1 < text.size && text.data[at + 1] == '\n';
        *deviations |= empty_line ? 0 : (uint32_t)XK_SIP_DEV_BEFORE_START;
        at += empty_line ? 2 : 1;
    }
    return at;
}

static bool is_body_type(struct xk_bytes type)
{
    return xki_sip_is_media_type(type, "application/sdp") || xki_sip_is_media_type(type, "multipart/");
}

static uint32_t twice(enum xki_sip_field field)
{
    switch ((int)field) {
    case XKI_SIP_FROM:
        return XK_SIP_DEV_FROM_TWICE;
    case XKI_SIP_TO:
        return XK_SIP_DEV_TO_TWICE;
    case XKI_SIP_CALL_ID:
        return XK_SIP_DEV_CALL_ID;
    case XKI_SIP_CSEQ:
        return XK_SIP_DEV_CSEQ;
    case XKI_SIP_CONTACT:
        return 0;
    case XKI_SIP_CONTENT_TYPE:
        return XK_SIP_DEV_CONTENT_TYPE;
    default:
        return XK_SIP_DEV_FIELD;
    }
}

static void keep_length(struct xk_bytes value, struct reading *r)
{
    size_t length = 0;
    bool good = value.size > 0;
    for (size_t i = 0; good && i < value.size; i++) {
        good = xki_sip_is_digit(value.data[i]);
        length = length >= SIZE_MAX / 10 ? SIZE_MAX : length * 10 + (size_t)(value.data[i] - '0');
    }
    if (!good || (r->has_length && length != r->length)) {
        r->message.deviations |= XK_SIP_DEV_CONTENT_LENGTH;
    }
    if (good) {
        r->length = r->has_length && r->length > length ? r->length : length;
        r->has_length = true;
    }
}

static void keep_asserted(struct xk_bytes value, struct reading *r)
{
    struct xki_sip_address address;
    size_t at = 0;
    unsigned int before = r->asserted;
    while (xki_sip_next_address(value, &at, &address)) {
        r->message.deviations |= address.deviations;
        if (!address.certain || ++r->asserted > 2) {
            r->message.deviations |= XK_SIP_DEV_ASSERTED;
        }
        if (address.certain && r->message.asserted_uri.data == NULL) {
            r->message.asserted_uri = address.uri;
        }
    }
    if (r->asserted == before) {
        r->message.deviations |= XK_SIP_DEV_ASSERTED;
    }
}

static void keep_first(const struct xki_sip_header *header, enum xki_sip_field field, struct reading *r)
{
    if (r->found[field].name.size == 0) {
        r->found[field] = *header;
        return;
    }
    r->message.deviations |= twice(field);
    if (field == XKI_SIP_CONTENT_TYPE && !is_body_type(r->found[field].value) && is_body_type(header->value)) {
        r->found[field] = *header;
    }
}

static void keep_header(const struct xki_sip_header *header, struct reading *r)
{
    enum xki_sip_field field = xki_sip_which(header->name);
    r->message.deviations |= header->has_nul ? (uint32_t)XK_SIP_DEV_HEADER_NUL : 0;
    if (field == XKI_SIP_CONTENT_LENGTH) {
        keep_length(header->value, r);
    } else if (field < XKI_SIP_KEPT) {
        keep_first(header, field, r);
    } else if (field == XKI_SIP_P_ASSERTED) {
        keep_asserted(header->value, r);
    }
}

static void read_headers(struct xk_bytes text, size_t *at, struct reading *r)
{
    size_t start = *at;
    for (;;) {
        struct xki_sip_header header;
        switch (xki_sip_next_header(text, at, &header)) {
        case XKI_SIP_LINE_FIELD:
            keep_header(&header, r);
            break;
        case XKI_SIP_LINE_JUNK:
            r->message.deviations |= XK_SIP_DEV_HEADER_LINE;
            break;
        case XKI_SIP_LINE_CUT:
            r->message.deviations |= XK_SIP_DEV_HEADER_END;
            r->message.headers = xki_sip_slice(text, start, header.offset);
            return;
        case XKI_SIP_LINE_END:
            r->message.headers = xki_sip_slice(text, start, header.offset);
            return;
        }
    }
}

/* A tag that is no token still tells two dialogs apart, as long as it has an end. */
static void keep_tag(struct xk_bytes parameters, struct xk_bytes *tag, uint32_t *deviations)
{
    struct xk_bytes value;
    if (!xki_sip_parameter(parameters, "tag", &value)) {
        return;
    }
    *deviations |= xki_sip_is_token(value) ? 0 : (uint32_t)XK_SIP_DEV_TAG;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] <= ' ' || value.data[i] == '"' || value.data[i] == '<' || value.data[i] == '>') {
            return;
        }
    }
    if (value.size > 0) {
        *tag = value;
    }
}

static void keep_address(struct xk_bytes value, uint32_t more, struct xk_bytes *uri, struct xk_bytes *tag,
                         uint32_t *deviations)
{
    struct xki_sip_address address;
    struct xki_sip_address further;
    size_t at = 0;
    (void)xki_sip_next_address(value, &at, &address);
    *deviations |= address.deviations;
    if (address.certain) {
        *uri = address.uri;
    } else {
        *deviations |= XK_SIP_DEV_URI;
    }
    keep_tag(address.parameters, tag, deviations);
    if (xki_sip_next_address(value, &at, &further)) {
        *deviations |= more;
    }
}

/* CSeq is a number, blanks and the method. */
static bool keep_cseq(struct xk_bytes value, struct xk_sip_message *message)
{
    if (!xki_sip_number(&value, CSEQ_LAST, &message->cseq_number)) {
        return false;
    }
    bool apart = value.size > 0 && xki_is_space(value.data[0]);
    message->cseq_method = xki_sip_word(&value);
    if (!apart || value.size > 0 ||
        (message->is_request && (message->method.size != message->cseq_method.size ||
                                 memcmp(message->method.data, message->cseq_method.data, message->method.size) != 0))) {
        message->deviations |= XK_SIP_DEV_CSEQ;
    }
    return xki_sip_is_token(message->cseq_method);
}

static bool keep_call_id(struct xk_bytes value, struct xk_sip_message *message)
{
    message->call_id = value;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] <= ' ') {
            message->deviations |= XK_SIP_DEV_CALL_ID;
        }
    }
    return value.size > 0;
}

static enum xk_status keep_fields(struct reading *r, struct xk_diag *diag)
{
    struct xk_sip_message *m = &r->message;
    for (unsigned int i = 0; i < XKI_SIP_MANDATORY; i++) {
        const struct xki_sip_header *header = &r->found[i];
        bool good = header->name.size > 0;
        if (good && i == XKI_SIP_FROM) {
            keep_address(header->value, XK_SIP_DEV_FROM_TWICE, &m->from_uri, &m->from_tag, &m->deviations);
        } else if (good && i == XKI_SIP_TO) {
            keep_address(header->value, XK_SIP_DEV_TO_TWICE, &m->to_uri, &m->to_tag, &m->deviations);
        } else if (good && i == XKI_SIP_CALL_ID) {
            good = keep_call_id(header->value, m);
        } else if (good) {
            good = keep_cseq(header->value, m);
        }
        if (!good) {
            return xki_fail(diag, XK_E_SIP, header->offset, xki_sip_field_name((enum xki_sip_field)i));
        }
    }
    m->deviations |= m->from_tag.data == NULL ? (uint32_t)XK_SIP_DEV_TAG : 0;
    xki_sip_keep_options(r->found, m);
    return XK_OK;
}

static void keep_body(struct xk_bytes rest, struct reading *r)
{
    struct xk_sip_message *m = &r->message;
    m->body = rest;
    if (r->has_length && r->length > rest.size) {
        m->deviations |= XK_SIP_DEV_CONTENT_LENGTH;
    } else if (r->has_length && r->length < rest.size) {
        m->deviations |= XK_SIP_DEV_SURPLUS;
        m->body.size = r->length;
    }
    const struct xki_sip_content content = {
        .type = r->found[XKI_SIP_CONTENT_TYPE].value,
        .disposition = r->found[XKI_SIP_CONTENT_DISPOSITION].value,
        .transfer_encoding = r->found[XKI_SIP_CONTENT_TRANSFER_ENCODING].value,
        .encoding = r->found[XKI_SIP_CONTENT_ENCODING].value,
    };
    xki_sip_read_body(m, &content);
}

enum xk_status xk_sip_parse(const uint8_t *data, size_t size, struct xk_sip_message *message, struct xk_diag *diag)
{
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_bytes text = {data, size};
    struct xk_bytes line = {data, 0};
    struct reading r;
    memset(&r, 0, sizeof r);
    size_t start = skip_before_start(text, &r.message.deviations);
    size_t at = start;
    (void)xki_sip_next_line(text, &at, &line);
    enum xk_status status = read_start_line(line, start, &r.message, diag);
    if (status != XK_OK) {
        return status;
    }
    read_headers(text, &at, &r);
    status = keep_fields(&r, diag);
    if (status == XK_OK) {
        keep_body(xki_sip_slice(text, at, size), &r);
        *message = r.message;
    }
    return status;
}

bool xki_sip_parse_partly(const uint8_t *data, size_t size, struct xk_sip_message *message)
{
    struct xk_bytes text = {data, size};
    struct xk_bytes line = {data, 0};
    struct reading r;
    memset(&r, 0, sizeof r);
    size_t at = skip_before_start(text, &r.message.deviations);
    size_t start = at;
    (void)xki_sip_next_line(text, &at, &line);
    if (read_start_line(line, start, &r.message, NULL) != XK_OK) {
        at = start; /* it may be a header field */
    }
    read_headers(text, &at, &r);
    struct xk_sip_message *m = &r.message;
    keep_address(r.found[XKI_SIP_FROM].value, XK_SIP_DEV_FROM_TWICE, &m->from_uri, &m->from_tag, &m->deviations);
    keep_address(r.found[XKI_SIP_TO].value, XK_SIP_DEV_TO_TWICE, &m->to_uri, &m->to_tag, &m->deviations);
    if (!keep_call_id(r.found[XKI_SIP_CALL_ID].value, m)) {
        return false;
    }
    *message = r.message;
    return true;
}
