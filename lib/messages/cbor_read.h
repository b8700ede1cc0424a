/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A strict reader over libcbor's streaming decoder.
 *
 * libcbor tells what an item is; the profile asks more: shortest form, definite lengths, keys in order, no
 * duplicates, bounded nesting. One cursor, no recursion, no allocation.
 */
#ifndef XKI_MESSAGES_CBOR_READ_H
#define XKI_MESSAGES_CBOR_READ_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/status.h>

enum xki_kind { XKI_UINT, XKI_NEGATIVE, XKI_OCTETS, XKI_TEXT, XKI_ARRAY, XKI_MAP, XKI_BOOL, XKI_NULL };

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
};

/* All answer XK_OK, or fill the diag and answer its status. `field` is what is being read. */
enum xk_status xki_read_item(struct xki_reader *r, struct xki_item *item, const char *field);
enum xk_status xki_read_uint(struct xki_reader *r, uint64_t max, uint64_t *value, const char *field);
enum xk_status xki_read_octets(struct xki_reader *r, size_t max, struct xk_bytes *octets, const char *field);
enum xk_status xki_read_text(struct xki_reader *r, size_t max, struct xk_bytes *text, const char *field);
enum xk_status xki_read_map(struct xki_reader *r, struct xki_keys *keys, const char *field);
/* The next key of a map; keys->left tells whether there is one. */
enum xk_status xki_read_key(struct xki_reader *r, struct xki_keys *keys, uint64_t *key);
/* Step over the value of a key that is not known, at nesting `depth`; critical ones are refused. */
enum xk_status xki_skip_unknown(struct xki_reader *r, const struct xki_keys *keys, uint64_t key, unsigned int depth,
                                size_t *extensions);
/* Version, type and transaction id: the first three keys of every message. */
struct xki_envelope {
    uint64_t type;
    struct xk_bytes transaction;
};
enum xk_status xki_read_envelope(struct xki_reader *r, struct xki_keys *keys, struct xki_envelope *envelope);

#endif
