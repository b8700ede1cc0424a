/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/der_read.h"

#include <string.h>

#include "hi2/calendar.h"
#include "support/diag.h"

static enum xk_status read_tag(const uint8_t *data, size_t size, size_t *at, struct xki_tlv *tlv)
{
    tlv->kind = data[0] & 0xe0;
    tlv->tag = data[0] & 0x1f;
    *at = 1;
    if (tlv->tag != 31) {
        return XK_OK;
    }
    tlv->tag = 0;
    for (unsigned int octets = 0; octets < 3; octets++) { /* 21 bits are more than any module uses */
        if (*at == size) {
            return XK_E_DER_TRUNCATED;
        }
        uint8_t octet = data[(*at)++];
        if (octets == 0 && octet == 0x80) {
            return XK_E_DER_TAG;
        }
        tlv->tag = tlv->tag << 7 | (octet & 0x7f);
        if ((octet & 0x80) == 0) {
            return tlv->tag >= 31 ? XK_OK : XK_E_DER_TAG;
        }
    }
    return XK_E_DER_TAG;
}

enum xk_status xki_der_head(const uint8_t *data, size_t size, struct xki_tlv *tlv, size_t *length)
{
    size_t at = 0;
    if (size == 0) {
        return XK_E_DER_TRUNCATED;
    }
    enum xk_status status = read_tag(data, size, &at, tlv);
    if (status != XK_OK) {
        return status;
    }
    if (at == size) {
        return XK_E_DER_TRUNCATED;
    }
    size_t value = data[at++];
    if (value >= 0x80) {
        size_t octets = value & 0x7f;
        if (octets == 0 || octets > 4) {
            return XK_E_DER_LENGTH;
        }
        if (octets > size - at) {
            return XK_E_DER_TRUNCATED;
        }
        bool shortest = data[at] != 0;
        value = 0;
        for (size_t i = 0; i < octets; i++) {
            value = value << 8 | data[at++];
        }
        if (!shortest || value < 0x80) {
            return XK_E_DER_LENGTH;
        }
    }
    tlv->value_offset = at;
    *length = value;
    return XK_OK;
}

enum xk_status xki_der_next(struct xki_der_in *in, struct xki_tlv *tlv, struct xk_diag *diag, const char *field)
{
    size_t length = 0;
    struct xki_tlv read;
    memset(&read, 0, sizeof read);
    const uint8_t *start = in->data + in->at;
    enum xk_status status = xki_der_head(start, in->size - in->at, &read, &length);
    if (status == XK_OK && length > in->size - in->at - read.value_offset) {
        status = XK_E_DER_TRUNCATED;
    }
    if (status != XK_OK) {
        return xki_fail(diag, status, in->base + in->at, field);
    }
    read.value.data = start + read.value_offset;
    read.value.size = length;
    read.whole.data = start;
    read.whole.size = read.value_offset + length;
    read.offset = in->base + in->at;
    read.value_offset += read.offset;
    in->at += read.whole.size;
    *tlv = read;
    return XK_OK;
}

enum xk_status xki_der_expect(struct xki_der_in *in, unsigned int kind, uint32_t tag, struct xki_tlv *tlv,
                              struct xk_diag *diag, const char *field)
{
    enum xk_status status = xki_der_next(in, tlv, diag, field);
    if (status == XK_OK && (tlv->kind != kind || tlv->tag != tag)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, field);
    }
    return status;
}

enum xk_status xki_der_member(struct xki_der_in *in, uint32_t *from, struct xki_tlv *tlv, struct xk_diag *diag,
                              const char *field)
{
    enum xk_status status = xki_der_next(in, tlv, diag, field);
    if (status == XK_OK && ((tlv->kind & 0xc0) != 0x80 || tlv->tag < *from)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, field);
    }
    *from = tlv->tag + 1;
    return status;
}

static bool is_constructed(const struct xki_tlv *tlv)
{
    return (tlv->kind & 0x20) != 0;
}

enum xk_status xki_der_number(const struct xki_tlv *tlv, uint64_t high, uint64_t *number, struct xk_diag *diag,
                              const char *field)
{
    const uint8_t *octets = tlv->value.data;
    size_t size = tlv->value.size;
    if (is_constructed(tlv)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, field);
    }
    bool shortest = size > 0 && (size == 1 || octets[0] != 0 || (octets[1] & 0x80) != 0);
    if (!shortest || size > 8 || (octets[0] & 0x80) != 0) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
    }
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | octets[i];
    }
    if (value > high) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
    }
    *number = value;
    return XK_OK;
}

enum xk_status xki_der_sized(const struct xki_tlv *tlv, size_t low, size_t high, struct xk_bytes *value,
                             struct xk_diag *diag, const char *field)
{
    if (is_constructed(tlv)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, field);
    }
    if (tlv->value.size < low || tlv->value.size > high) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
    }
    *value = tlv->value;
    return XK_OK;
}

bool xki_der_arcs(struct xk_bytes oid, const uint8_t *prefix, size_t prefix_size, uint32_t *arcs, size_t count)
{
    if (oid.size < prefix_size || memcmp(oid.data, prefix, prefix_size) != 0) {
        return false;
    }
    size_t at = prefix_size;
    for (size_t i = 0; i < count; i++) {
        uint32_t arc = 0;
        unsigned int octets = 0;
        do {
            if (at == oid.size || octets++ == 2 || (octets == 1 && oid.data[at] == 0x80)) {
                return false;
            }
            arc = arc << 7 | (oid.data[at] & 0x7fu);
        } while ((oid.data[at++] & 0x80) != 0);
        arcs[i] = arc;
    }
    return at == oid.size;
}

static bool digits(const uint8_t *text, size_t count, unsigned int *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *value = *value * 10 + (unsigned int)(text[i] - '0');
    }
    return true;
}

/* "MMDDhhmmss" behind a year. */
static bool read_rest(unsigned int year, const uint8_t *text, struct xk_utc *time)
{
    struct xki_calendar c = {year, 0, 0, 0, 0, 0};
    unsigned int *const parts[] = {&c.month, &c.day, &c.hour, &c.minute, &c.second};
    for (size_t i = 0; i < 5; i++) {
        if (!digits(text + 2 * i, 2, parts[i])) {
            return false;
        }
    }
    time->microseconds = 0;
    return xki_calendar_seconds(&c, &time->seconds);
}

bool xki_der_utc_time(struct xk_bytes text, struct xk_utc *time)
{
    unsigned int year;
    if (text.size != 13 || text.data[12] != 'Z' || !digits(text.data, 2, &year)) {
        return false;
    }
    return read_rest(year < 50 ? 2000 + year : 1900 + year, text.data + 2, time);
}

bool xki_der_generalized_time(struct xk_bytes text, bool utc, struct xk_utc *time)
{
    unsigned int year;
    size_t size = utc ? 15 : 14;
    if (text.size != size || (utc && text.data[14] != 'Z') || !digits(text.data, 4, &year)) {
        return false;
    }
    return read_rest(year, text.data + 4, time);
}
