/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/x2.h>

#include <string.h>

#include "support/bounds.h"
#include "support/diag.h"
#include "x2/attribute.h"
#include "x2/octets.h"

#define NANOSECONDS_LAST 999999999u
#define ATTRIBUTE_MAX 0xffffu

/* Octets so far; with `out` NULL they are only counted. */
struct writer {
    uint8_t *out;
    size_t size;
};

static void put(struct writer *w, const uint8_t *data, size_t size)
{
    if (w->out != NULL && size > 0) {
        memcpy(w->out + w->size, data, size);
    }
    w->size += size;
}

static void put_attribute(struct writer *w, uint16_t type, struct xk_bytes value)
{
    uint8_t head[XKI_X2_ATTRIBUTE_HEAD];
    xki_x2_put16(head, type);
    xki_x2_put16(head + 2, (uint16_t)value.size);
    put(w, head, sizeof head);
    put(w, value.data, value.size);
}

/* The members and `more`, merged by type; a member comes before those of its type in `more`. */
static void put_attributes(struct writer *w, const struct xk_x2_pdu *pdu, const struct xk_x2_attribute *more,
                           size_t count)
{
    size_t next = 0;
    for (uint16_t type = 0; type <= XKI_X2_ATTRIBUTE_LAST; type++) {
        uint8_t scratch[8];
        struct xk_bytes value;
        if (xki_x2_member(pdu, type, scratch, &value)) {
            put_attribute(w, type, value);
        }
        for (; next < count && more[next].type == type; next++) {
            put_attribute(w, type, more[next].value);
        }
    }
    for (; next < count; next++) {
        put_attribute(w, more[next].type, more[next].value);
    }
}

static enum xk_status check_value(struct xk_bytes value, const char *field, struct xk_diag *diag)
{
    if (xki_is_nowhere(value)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, field);
    }
    return value.size <= ATTRIBUTE_MAX ? XK_OK : xki_fail(diag, XK_E_FIELD_LIMIT, 0, field);
}

static enum xk_status check_more(const struct xk_x2_attribute *more, size_t count, struct xk_diag *diag)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = xki_x2_attribute_size(more[i].type);
        enum xk_status status = check_value(more[i].value, "more", diag);
        if (status != XK_OK) {
            return status;
        }
        if ((i > 0 && more[i].type < more[i - 1].type) || (size > 0 && more[i].value.size != size)) {
            return xki_fail(diag, XK_E_FIELD, i, "more");
        }
    }
    return XK_OK;
}

static enum xk_status check_views(const struct xk_x2_pdu *pdu, struct xk_diag *diag)
{
    const struct {
        struct xk_bytes value;
        const char *field;
    } views[] = {
        {pdu->did, "did"},
        {pdu->nfid, "nfid"},
        {pdu->ipid, "ipid"},
        {pdu->source_ip, "source_ip"},
        {pdu->destination_ip, "destination_ip"},
        {pdu->matched_target, "matched_target"},
        {pdu->mime_type, "mime_type"},
        {pdu->mime_encoding, "mime_encoding"},
        {pdu->sdp, "sdp"},
    };
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        bool address = i == 3 || i == 4;
        struct xk_bytes value = views[i].value;
        enum xk_status status = check_value(value, views[i].field, diag);
        if (status != XK_OK) {
            return status;
        }
        if (address && value.data != NULL && value.size != 4 && value.size != 16) {
            return xki_fail(diag, XK_E_FIELD, 0, views[i].field);
        }
    }
    return XK_OK;
}

/* 5.1: a keep-alive is its type and a sequence number. */
static bool is_bare(const struct xk_x2_pdu *pdu, size_t more_count)
{
    static const uint8_t zero[XK_X2_XID_SIZE] = {0};
    struct writer attributes = {NULL, 0};
    put_attributes(&attributes, pdu, NULL, 0);
    return pdu->format == 0 && pdu->direction == 0 && pdu->payload.size == 0 && more_count == 0 &&
           attributes.size == (pdu->has_sequence ? XK_X2_KEEP_ALIVE_SIZE - XK_X2_HEADER_SIZE : 0u) &&
           memcmp(pdu->xid, zero, sizeof pdu->xid) == 0 && memcmp(pdu->correlation, zero, sizeof pdu->correlation) == 0;
}

static enum xk_status check_fields(const struct xk_x2_pdu *pdu, size_t more_count, struct xk_diag *diag)
{
    if (pdu->type < XK_X2_TYPE_X2 || pdu->type > XK_X2_TYPE_KEEP_ALIVE_ACK) {
        return xki_fail(diag, XK_E_FIELD, 0, "type");
    }
    if (pdu->has_time && pdu->nanoseconds > NANOSECONDS_LAST) {
        return xki_fail(diag, XK_E_FIELD, 0, "nanoseconds");
    }
    if (xki_is_nowhere(pdu->payload)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "payload");
    }
#if SIZE_MAX > UINT32_MAX
    if (pdu->payload.size > UINT32_MAX) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, "payload");
    }
#endif
    if (pdu->type >= XK_X2_TYPE_KEEP_ALIVE) {
        return is_bare(pdu, more_count) ? XK_OK : xki_fail(diag, XK_E_FIELD, 0, "keep-alive");
    }
    if (pdu->format < XK_X2_FORMAT_TS_102_232_1 || pdu->format > XK_X2_FORMAT_UNSTRUCTURED) {
        return xki_fail(diag, XK_E_FIELD, 0, "format");
    }
    if (pdu->direction < XK_X2_DIRECTION_UNKNOWN || pdu->direction > XK_X2_DIRECTION_NOT_APPLICABLE) {
        return xki_fail(diag, XK_E_FIELD, 0, "direction");
    }
    return pdu->format == XK_X2_FORMAT_SIP && pdu->sdp.data != NULL ? xki_fail(diag, XK_E_FIELD, 0, "sdp") : XK_OK;
}

static void put_header(struct writer *w, const struct xk_x2_pdu *pdu, uint32_t header)
{
    uint8_t fixed[16];
    xki_x2_put16(fixed, pdu->version != 0 ? pdu->version : XK_X2_VERSION);
    xki_x2_put16(fixed + 2, pdu->type);
    xki_x2_put32(fixed + 4, header);
    xki_x2_put32(fixed + 8, (uint32_t)pdu->payload.size);
    xki_x2_put16(fixed + 12, pdu->format);
    xki_x2_put16(fixed + 14, pdu->direction);
    put(w, fixed, sizeof fixed);
    put(w, pdu->xid, sizeof pdu->xid);
    put(w, pdu->correlation, sizeof pdu->correlation);
}

enum xk_status xk_x2_write(const struct xk_x2_pdu *pdu, const struct xk_x2_attribute *more, size_t more_count,
                           uint8_t *out, size_t capacity, size_t *size, struct xk_diag *diag)
{
    if (pdu == NULL || size == NULL || (more == NULL && more_count > 0) || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check_more(more, more_count, diag);
    status = status == XK_OK ? check_views(pdu, diag) : status;
    status = status == XK_OK ? check_fields(pdu, more_count, diag) : status;
    if (status != XK_OK) {
        return status;
    }
    struct writer count = {NULL, XK_X2_HEADER_SIZE};
    put_attributes(&count, pdu, more, more_count);
#if SIZE_MAX > UINT32_MAX
    if (count.size > UINT32_MAX) {
        return xki_fail(diag, XK_E_FIELD_LIMIT, 0, "more");
    }
#endif
    *size = count.size + pdu->payload.size;
    if (capacity < *size) {
        return xki_fail(diag, XK_E_SPACE, *size, "");
    }
    struct writer w = {out, 0};
    put_header(&w, pdu, (uint32_t)count.size);
    put_attributes(&w, pdu, more, more_count);
    put(&w, pdu->payload.data, pdu->payload.size);
    return XK_OK;
}

enum xk_status xk_x2_answer_keep_alive(const struct xk_x2_pdu *asked, uint8_t *out, size_t capacity, size_t *size,
                                       struct xk_diag *diag)
{
    struct xk_x2_pdu answer;
    if (asked == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (asked->type != XK_X2_TYPE_KEEP_ALIVE) {
        return xki_fail(diag, XK_E_FIELD, 0, "type");
    }
    memset(&answer, 0, sizeof answer);
    answer.type = XK_X2_TYPE_KEEP_ALIVE_ACK;
    answer.has_sequence = asked->has_sequence;
    answer.sequence = asked->sequence;
    return xk_x2_write(&answer, NULL, 0, out, capacity, size, diag);
}
