/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/der_read.h"

#include <string.h>

#include "support/diag.h"
#include "support/sized.h"

#define CONSTRUCTED 0x20u
#define CONTEXT 0x80u

void xk_read_options_init(struct xk_read_options *options)
{
    if (options != NULL) {
        memset(options, 0, sizeof *options);
        options->size = sizeof *options;
        options->rules = XK_RULES_BER;
    }
}

bool xki_read_options_take(const struct xk_read_options *given, struct xk_read_options *options)
{
    xk_read_options_init(options);
    if (given == NULL) {
        options->rules = XK_RULES_DER;
        return true;
    }
    return xki_sized_read(options, given, XKI_SIZED_FIRST(struct xk_read_options, scratch_size), sizeof *options) &&
           (options->scratch != NULL || options->scratch_size == 0);
}

struct xki_ber *xki_ber_from(const struct xk_read_options *options, struct xki_ber *place)
{
    if (options == NULL || options->rules == XK_RULES_DER) {
        return NULL;
    }
    place->room = options->scratch;
    place->size = options->scratch_size;
    place->used = 0;
    return place;
}

enum xk_status xki_der_next(struct xki_der_in *in, struct xki_tlv *tlv, struct xk_diag *diag, const char *field)
{
    struct xki_ber_head head;
    size_t behind = 0; /* end-of-contents octets */
    const uint8_t *start = in->data + in->at;
    size_t left = in->size - in->at;
    enum xk_status status = xki_ber_head(start, left, in->ber != NULL, &head);
    if (status == XK_OK && head.indefinite) {
        struct xki_ber_end end = {0, 0};
        status = xki_ber_find_end(start + head.size, left - head.size, &end);
        behind = 2;
        head.length = end.at - behind;
    } else if (status == XK_OK && head.length > left - head.size) {
        status = XK_E_DER_TRUNCATED;
    }
    if (status != XK_OK) {
        return xki_fail(diag, status, in->base + in->at, field);
    }
    /* One by one: a copy of what has just been written in parts would wait for all of them. */
    tlv->kind = head.kind;
    tlv->indefinite = head.indefinite;
    tlv->tag = head.tag;
    tlv->offset = in->base + in->at;
    tlv->value_offset = tlv->offset + head.size;
    tlv->value.data = start + head.size;
    tlv->value.size = head.length;
    tlv->whole.data = start;
    tlv->whole.size = head.size + head.length + behind;
    tlv->ber = in->ber;
    in->at += tlv->whole.size;
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
    if (status == XK_OK && ((tlv->kind & 0xc0) != CONTEXT || tlv->tag < *from)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, field);
    }
    *from = tlv->tag + 1;
    return status;
}

static bool is_constructed(const struct xki_tlv *tlv)
{
    return (tlv->kind & CONSTRUCTED) != 0;
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
    if (size == 0 || (!shortest && tlv->ber == NULL) || (octets[0] & 0x80) != 0) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
    }
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        if (value > UINT64_MAX >> 8) {
            return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
        }
        value = value << 8 | octets[i];
    }
    if (value > high) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
    }
    *number = value;
    return XK_OK;
}

/* A string in pieces: OCTET STRINGs, which may be in pieces themselves. One piece that is all is left where it is. */
static enum xk_status join(const struct xki_tlv *tlv, struct xk_bytes *value, struct xk_diag *diag, const char *field)
{
    struct xki_der_in levels[XKI_BER_DEPTH];
    unsigned int depth = 0;
    struct xki_ber *ber = tlv->ber;
    size_t start = ber->used;
    struct xk_bytes joined = {tlv->value.data, 0};
    levels[0] = xki_der_inside(tlv);
    for (;;) {
        struct xki_tlv piece;
        if (!xki_der_more(&levels[depth])) {
            if (depth == 0) {
                break;
            }
            depth--;
            continue;
        }
        enum xk_status status = xki_der_next(&levels[depth], &piece, diag, field);
        if (status != XK_OK) {
            return status;
        }
        if ((piece.kind & ~CONSTRUCTED) != 0 || piece.tag != 4) {
            return xki_fail(diag, XK_E_DER_TAG, piece.offset, field);
        }
        if (is_constructed(&piece)) {
            if (++depth == XKI_BER_DEPTH) {
                return xki_fail(diag, XK_E_DER_DEPTH, piece.offset, field);
            }
            levels[depth] = xki_der_inside(&piece);
        } else if (joined.size == 0) {
            joined = piece.value;
        } else if (piece.value.size > 0) {
            if (ber->used == start) { /* the first piece moves only when there is a second */
                if (joined.size > ber->size - start) {
                    return xki_fail(diag, XK_E_DER_PIECES, tlv->offset, field);
                }
                memcpy(ber->room + start, joined.data, joined.size);
                joined.data = ber->room + start;
                ber->used += joined.size;
            }
            if (piece.value.size > ber->size - ber->used) {
                return xki_fail(diag, XK_E_DER_PIECES, tlv->offset, field);
            }
            memcpy(ber->room + ber->used, piece.value.data, piece.value.size);
            ber->used += piece.value.size;
            joined.size += piece.value.size;
        }
    }
    *value = joined;
    return XK_OK;
}

enum xk_status xki_der_sized(const struct xki_tlv *tlv, size_t low, size_t high, struct xk_bytes *value,
                             struct xk_diag *diag, const char *field)
{
    struct xk_bytes whole = tlv->value;
    if (is_constructed(tlv)) {
        if (tlv->ber == NULL) {
            return xki_fail(diag, XK_E_DER_TAG, tlv->offset, field);
        }
        enum xk_status status = join(tlv, &whole, diag, field);
        if (status != XK_OK) {
            return status;
        }
    }
    if (whole.size < low || whole.size > high) {
        return xki_fail(diag, XK_E_DER_VALUE, tlv->offset, field);
    }
    *value = whole;
    return XK_OK;
}

enum xk_status xki_der_string(struct xki_der_in *in, unsigned int class_bits, uint32_t tag, size_t low, size_t high,
                              struct xk_bytes *value, struct xk_diag *diag, const char *field)
{
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(in, &tlv, diag, field);
    if (status != XK_OK) {
        return status;
    }
    if ((tlv.kind & ~CONSTRUCTED) != class_bits || tlv.tag != tag) {
        return xki_fail(diag, XK_E_DER_TAG, tlv.offset, field);
    }
    return xki_der_sized(&tlv, low, high, value, diag, field);
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
            if (at == oid.size || octets++ == 4 || (octets == 1 && oid.data[at] == 0x80)) {
                return false;
            }
            arc = arc << 7 | (oid.data[at] & 0x7fu);
        } while ((oid.data[at++] & 0x80) != 0);
        arcs[i] = arc;
    }
    return at == oid.size;
}
