/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A strict reader over libcbor's streaming decoder.
 *
 * libcbor tells what an item is; the profile asks more: shortest form, definite lengths, keys in order, no
 * duplicates, bounded nesting. One cursor, no recursion, no allocation.
 *
 * A good message consists of plain items: a kind that is expected, and a head of one octet with none to two octets of
 * argument in shortest form. These are decided inline. Every other item goes to libcbor, every refusal is found there
 * or by what stands behind it, and a test holds the inline answer against libcbor's for all heads that there are.
 */
#ifndef XKI_MESSAGES_CBOR_READ_H
#define XKI_MESSAGES_CBOR_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/message.h>

#include "support/diag.h"
#include "support/inline.h"

/* XKI_UNUSED: a kind of item that the profile never uses. Up to XKI_MAP each is one more than its major type. */
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

/* All answer XK_OK, or fill the diag and answer its status. `field` is what is being read. */

/* The next item, of whatever kind, by libcbor. */
enum xk_status xki_judge_item(struct xki_reader *r, struct xki_item *item, const char *field);

/* The same, of one kind: a number up to `max`, a string of 1 to `max` octets, the entries of an array or map. */
enum xk_status xki_judge_uint(struct xki_reader *r, uint64_t max, uint64_t *value, const char *field);
enum xk_status xki_judge_string(struct xki_reader *r, enum xki_kind kind, size_t max, struct xk_bytes *out,
                                const char *field);
enum xk_status xki_judge_count(struct xki_reader *r, enum xki_kind kind, uint64_t *count, const char *field);

/* A key that may not stand here. */
enum xk_status xki_refuse_key(const struct xki_reader *r, const struct xki_keys *keys, uint64_t key);

/* Octets of the head of a plain item of `kind`, and the number in it; 0 for every other item. A build that defines
 * XKI_CBOR_JUDGE_ALL leaves everything to libcbor, to be compared with. */
XKI_INLINE size_t xki_plain_head(const uint8_t *data, size_t left, enum xki_kind kind, uint64_t *value)
{
#if defined(XKI_CBOR_JUDGE_ALL)
    (void)data;
    (void)left;
    (void)kind;
    (void)value;
    return 0;
#else
    if (left == 0) {
        return 0;
    }
    unsigned int info = data[0] ^ ((unsigned int)kind - 1) << 5; /* more than five bits: another kind */
    if (info < 24) {
        *value = info;
        return 1;
    }
    if (info == 24 && left > 1 && data[1] >= 24) {
        *value = data[1];
        return 2;
    }
    if (info == 25 && left > 2 && data[1] > 0) {
        *value = (uint64_t)data[1] << 8 | data[2];
        return 3;
    }
    return 0;
#endif
}

XKI_INLINE enum xk_status xki_read_uint(struct xki_reader *r, uint64_t max, uint64_t *value, const char *field)
{
    uint64_t number;
    size_t head = xki_plain_head(r->data + r->at, r->size - r->at, XKI_UINT, &number);
    if (head == 0 || number > max) {
        return xki_judge_uint(r, max, value, field);
    }
    r->at += head;
    *value = number;
    return XK_OK;
}

/* A string of `kind` with 1 to `max` octets. */
XKI_INLINE enum xk_status xki_read_string(struct xki_reader *r, enum xki_kind kind, size_t max, struct xk_bytes *out,
                                          const char *field)
{
    uint64_t size;
    size_t left = r->size - r->at;
    size_t head = xki_plain_head(r->data + r->at, left, kind, &size);
    if (head == 0 || size == 0 || size > max || size > left - head) {
        return xki_judge_string(r, kind, max, out, field);
    }
    out->data = r->data + r->at + head;
    out->size = (size_t)size;
    r->at += head + (size_t)size;
    return XK_OK;
}

/* The entries of an array or a map. */
XKI_INLINE enum xk_status xki_read_count(struct xki_reader *r, enum xki_kind kind, uint64_t *count, const char *field)
{
    uint64_t number;
    size_t head = xki_plain_head(r->data + r->at, r->size - r->at, kind, &number);
    if (head == 0) {
        return xki_judge_count(r, kind, count, field);
    }
    r->at += head;
    *count = number;
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

/* The head of a map, whose keys then come one by one. */
XKI_INLINE enum xk_status xki_read_map(struct xki_reader *r, struct xki_keys *keys, const char *field)
{
    size_t offset = r->at;
    uint64_t count = 0;
    enum xk_status status = xki_read_count(r, XKI_MAP, &count, field);
    if (status != XK_OK) {
        return status;
    }
    if (count > XK_MAP_ENTRIES_MAX) {
        return xki_fail(r->diag, XK_E_LIMIT, offset, field);
    }
    *keys = (struct xki_keys){.left = count, .offset = offset};
    return XK_OK;
}

enum xk_status xki_read_text(struct xki_reader *r, size_t max, struct xk_bytes *text, const char *field);

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
