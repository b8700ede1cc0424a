/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A strict reader over libcbor's streaming decoder.
 *
 * libcbor tells what an item is; the profile asks more: shortest form, definite lengths, keys in order, no
 * duplicates, bounded nesting. One cursor, no recursion, no allocation.
 *
 * A response has some twenty items, and beside libcbor's own work what is left to win is the calls: so the good path
 * is inline, and whatever is refused is found out in a call.
 */
#ifndef XKI_MESSAGES_CBOR_READ_H
#define XKI_MESSAGES_CBOR_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cbor.h>

#include <xk/bytes.h>
#include <xk/status.h>

#include "support/inline.h"

/* XKI_UNUSED: a kind of item that the profile never uses. */
enum xki_kind { XKI_UNUSED, XKI_UINT, XKI_NEGATIVE, XKI_OCTETS, XKI_TEXT, XKI_ARRAY, XKI_MAP, XKI_BOOL, XKI_NULL };

struct xki_item {
    enum xki_kind kind;
    uint64_t value; /* the number; entries of an array or map; octets of a string */
    const uint8_t *data;
    size_t offset; /* of the item's first octet */
};

struct xki_reader {
    const uint8_t *data;
    size_t size;
    size_t at;
    struct xk_diag *diag; /* may be NULL */
};

/* Keys of one map, as they come. */
struct xki_keys {
    uint64_t left;
    uint64_t last;
    uint64_t seen; /* bit per key below 64 */
    size_t offset; /* of the key read last */
    bool begun;    /* there is a last one */
};

/* libcbor's callbacks: they fill a struct xki_item whose kind is XKI_UNUSED before. */
extern const struct cbor_callbacks xki_cbor_callbacks;

/* What becomes of a head that is not one plain octet, of an item that libcbor or the profile does not take, of a number
 * or size outside its limits, and of a key that may not stand here. */
enum xk_status xki_check_head(const struct xki_reader *r, const char *field);
enum xk_status xki_refuse_item(const struct xki_reader *r, enum cbor_decoder_status status, const char *field);
enum xk_status xki_refuse_value(const struct xki_reader *r, const struct xki_item *item, enum xki_kind wanted,
                                const char *field);
enum xk_status xki_refuse_key(const struct xki_reader *r, const struct xki_keys *keys, uint64_t key);

/* All answer XK_OK, or fill the diag and answer its status. `field` is what is being read. */

XKI_INLINE enum xk_status xki_read_item(struct xki_reader *r, struct xki_item *item, const char *field)
{
    if (r->at == r->size || (r->data[r->at] & 0x1f) >= 24) {
        enum xk_status status = xki_check_head(r, field);
        if (status != XK_OK) {
            return status;
        }
    }
    item->kind = XKI_UNUSED;
    struct cbor_decoder_result result =
        cbor_stream_decode(r->data + r->at, r->size - r->at, &xki_cbor_callbacks, item);
    if (result.status != CBOR_DECODER_FINISHED || item->kind == XKI_UNUSED) {
        return xki_refuse_item(r, result.status, field);
    }
    item->offset = r->at;
    r->at += result.read;
    return XK_OK;
}

XKI_INLINE enum xk_status xki_read_uint(struct xki_reader *r, uint64_t max, uint64_t *value, const char *field)
{
    struct xki_item item;
    enum xk_status status = xki_read_item(r, &item, field);
    if (status != XK_OK) {
        return status;
    }
    if (item.kind != XKI_UINT || item.value > max) {
        return xki_refuse_value(r, &item, XKI_UINT, field);
    }
    *value = item.value;
    return XK_OK;
}

/* A string of `kind` with 1 to `max` octets. */
XKI_INLINE enum xk_status xki_read_string(struct xki_reader *r, enum xki_kind kind, size_t max, struct xk_bytes *out,
                                          const char *field)
{
    struct xki_item item;
    enum xk_status status = xki_read_item(r, &item, field);
    if (status != XK_OK) {
        return status;
    }
    if (item.kind != kind || item.value - 1 >= max) {
        return xki_refuse_value(r, &item, kind, field);
    }
    out->data = item.data;
    out->size = (size_t)item.value;
    return XK_OK;
}

XKI_INLINE enum xk_status xki_read_octets(struct xki_reader *r, size_t max, struct xk_bytes *octets,
                                          const char *field)
{
    return xki_read_string(r, XKI_OCTETS, max, octets, field);
}

/* The next key of a map; keys->left tells whether there is one. */
XKI_INLINE enum xk_status xki_read_key(struct xki_reader *r, struct xki_keys *keys, uint64_t *key)
{
    keys->offset = r->at;
    enum xk_status status = xki_read_uint(r, UINT64_MAX, key, "map key");
    if (status != XK_OK) {
        return status;
    }
    if (keys->begun && *key <= keys->last) {
        return xki_refuse_key(r, keys, *key);
    }
    keys->seen |= *key < 64 ? UINT64_C(1) << *key : 0;
    keys->last = *key;
    keys->begun = true;
    keys->left--;
    return XK_OK;
}

enum xk_status xki_read_text(struct xki_reader *r, size_t max, struct xk_bytes *text, const char *field);
enum xk_status xki_read_map(struct xki_reader *r, struct xki_keys *keys, const char *field);

/* Step over the value of a key that is not known, at nesting `depth`; critical ones are refused. */
enum xk_status xki_skip_unknown(struct xki_reader *r, const struct xki_keys *keys, uint64_t key, unsigned int depth);

/* Version, type and transaction id: the first three keys of every message. */
struct xki_envelope {
    uint64_t type;
    struct xk_bytes transaction;
};
enum xk_status xki_read_envelope(struct xki_reader *r, struct xki_keys *keys, struct xki_envelope *envelope);
/* The same of a version that is not known here, with keys 0, 1 and 2 where they always are. */
enum xk_status xki_read_newer_envelope(struct xki_reader *r, struct xki_keys *keys, struct xki_envelope *envelope);

#endif
