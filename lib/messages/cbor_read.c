/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/cbor_read.h"

#include <cbor.h>
#include <string.h>

#include "messages/layout.h"
#include "support/utf8.h"

/* libcbor's callbacks fill a struct xki_item, whose kind is XKI_UNUSED before. */
static inline void take(void *context, enum xki_kind kind, uint64_t value)
{
    struct xki_item *item = context;
    item->kind = kind;
    item->value = value;
}

static inline void take_string(void *context, enum xki_kind kind, const uint8_t *data, size_t size)
{
    struct xki_item *item = context;
    item->kind = kind;
    item->value = size;
    item->data = data;
}

static void on_uint8(void *c, uint8_t value)
{
    take(c, XKI_UINT, value);
}

static void on_uint16(void *c, uint16_t value)
{
    take(c, XKI_UINT, value);
}

static void on_uint32(void *c, uint32_t value)
{
    take(c, XKI_UINT, value);
}

static void on_uint64(void *c, uint64_t value)
{
    take(c, XKI_UINT, value);
}

static void on_negative8(void *c, uint8_t value)
{
    take(c, XKI_NEGATIVE, value);
}

static void on_negative16(void *c, uint16_t value)
{
    take(c, XKI_NEGATIVE, value);
}

static void on_negative32(void *c, uint32_t value)
{
    take(c, XKI_NEGATIVE, value);
}

static void on_negative64(void *c, uint64_t value)
{
    take(c, XKI_NEGATIVE, value);
}

static void on_octets(void *c, cbor_data data, size_t size)
{
    take_string(c, XKI_OCTETS, data, size);
}

static void on_text(void *c, cbor_data data, size_t size)
{
    take_string(c, XKI_TEXT, data, size);
}

static void on_array(void *c, size_t count)
{
    take(c, XKI_ARRAY, count);
}

static void on_map(void *c, size_t count)
{
    take(c, XKI_MAP, count);
}

static void on_bool(void *c, bool value)
{
    take(c, XKI_BOOL, value);
}

static void on_null(void *c)
{
    take(c, XKI_NULL, 0);
}

/* Kinds that the profile never uses leave the item as it is. */
static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negative8,
    .negint16 = on_negative16,
    .negint32 = on_negative32,
    .negint64 = on_negative64,
    .byte_string_start = cbor_null_byte_string_start_callback,
    .byte_string = on_octets,
    .string = on_text,
    .string_start = cbor_null_string_start_callback,
    .indef_array_start = cbor_null_indef_array_start_callback,
    .array_start = on_array,
    .indef_map_start = cbor_null_indef_map_start_callback,
    .map_start = on_map,
    .tag = cbor_null_tag_callback,
    .float2 = cbor_null_float2_callback,
    .float4 = cbor_null_float4_callback,
    .float8 = cbor_null_float8_callback,
    .undefined = cbor_null_undefined_callback,
    .null = on_null,
    .boolean = on_bool,
    .indef_break = cbor_null_indef_break_callback,
};

static enum xk_status fail(const struct xki_reader *r, enum xk_status status, size_t offset, const char *field)
{
    return xki_fail(r->diag, status, offset, field);
}

/* What libcbor accepts and the profile does not: read off the item's first octets. */
static enum xk_status check_head(const struct xki_reader *r, const char *field)
{
    const uint8_t *head = r->data + r->at;
    if (r->at == r->size) {
        return fail(r, XK_E_TRUNCATED, r->at, field);
    }
    unsigned int major = head[0] >> 5;
    unsigned int info = head[0] & 0x1f;
    if (info == 31) {
        bool length = major >= 2 && major <= 5;
        return fail(r, length ? XK_E_INDEFINITE : XK_E_MALFORMED, r->at, field);
    }
    if (info > 27 || major == 7) {
        return fail(r, XK_E_MALFORMED, r->at, field);
    }
    size_t width = (size_t)1 << (info - 24);
    if (r->size - r->at - 1 < width) {
        return fail(r, XK_E_TRUNCATED, r->size, field);
    }
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | head[1 + i];
    }
    bool shortest = width == 1 ? value >= 24 : value >> (4 * width) != 0;
    return shortest ? XK_OK : fail(r, XK_E_NONCANONICAL, r->at, field);
}

enum xk_status xki_judge_item(struct xki_reader *r, struct xki_item *item, const char *field)
{
    if (r->at == r->size || (r->data[r->at] & 0x1f) >= 24) {
        enum xk_status status = check_head(r, field);
        if (status != XK_OK) {
            return status;
        }
    }
    item->kind = XKI_UNUSED;
    struct cbor_decoder_result result =
        cbor_stream_decode(r->data + r->at, r->size - r->at, &callbacks, item);
    if (result.status != CBOR_DECODER_FINISHED || item->kind == XKI_UNUSED) {
        bool more = result.status == CBOR_DECODER_NEDATA;
        return fail(r, more ? XK_E_TRUNCATED : XK_E_MALFORMED, more ? r->size : r->at, field);
    }
    item->offset = r->at;
    r->at += result.read;
    return XK_OK;
}

static enum xk_status judge_kind(struct xki_reader *r, enum xki_kind kind, struct xki_item *item, const char *field)
{
    enum xk_status status = xki_judge_item(r, item, field);
    return status == XK_OK && item->kind != kind ? fail(r, XK_E_TYPE, item->offset, field) : status;
}

enum xk_status xki_judge_uint(struct xki_reader *r, uint64_t max, uint64_t *value, const char *field)
{
    struct xki_item item;
    enum xk_status status = judge_kind(r, XKI_UINT, &item, field);
    if (status == XK_OK && item.value > max) {
        return fail(r, XK_E_LIMIT, item.offset, field);
    }
    if (status == XK_OK) {
        *value = item.value;
    }
    return status;
}

enum xk_status xki_judge_string(struct xki_reader *r, enum xki_kind kind, size_t max, struct xk_bytes *out,
                                const char *field)
{
    struct xki_item item;
    enum xk_status status = judge_kind(r, kind, &item, field);
    if (status == XK_OK && (item.value == 0 || item.value > max)) {
        return fail(r, item.value == 0 ? XK_E_EMPTY : XK_E_LIMIT, item.offset, field);
    }
    if (status == XK_OK) {
        out->data = item.data;
        out->size = (size_t)item.value;
    }
    return status;
}

enum xk_status xki_judge_count(struct xki_reader *r, enum xki_kind kind, uint64_t *count, const char *field)
{
    struct xki_item item;
    enum xk_status status = judge_kind(r, kind, &item, field);
    if (status == XK_OK) {
        *count = item.value;
    }
    return status;
}

enum xk_status xki_refuse_key(const struct xki_reader *r, const struct xki_keys *keys, uint64_t key)
{
    bool again = key == keys->last || (key < 64 && (keys->seen & UINT64_C(1) << key) != 0);
    return fail(r, again ? XK_E_DUPLICATE_KEY : XK_E_KEY_ORDER, keys->offset, "map key");
}

enum xk_status xki_read_text(struct xki_reader *r, size_t max, struct xk_bytes *text, const char *field)
{
    enum xk_status status = xki_read_string(r, XKI_TEXT, max, text, field);
    if (status != XK_OK) {
        return status;
    }
    size_t bad = xki_utf8_check(text->data, text->size);
    return bad < text->size ? fail(r, XK_E_UTF8, r->at - text->size + bad, field) : XK_OK;
}

/* Items below a skipped one, counted level by level. */
static enum xk_status skip_value(struct xki_reader *r, unsigned int depth)
{
    uint64_t left[XK_DEPTH_MAX + 1] = {0};
    unsigned int level = 0;
    left[0] = 1;
    for (;;) {
        while (left[level] == 0) {
            if (level == 0) {
                return XK_OK;
            }
            level--;
        }
        left[level]--;
        struct xki_item item;
        enum xk_status status = xki_judge_item(r, &item, "extension");
        if (status != XK_OK) {
            return status;
        }
        if (item.kind == XKI_TEXT && xki_utf8_check(item.data, (size_t)item.value) < item.value) {
            return fail(r, XK_E_UTF8, item.offset, "extension");
        }
        if (item.kind != XKI_ARRAY && item.kind != XKI_MAP) {
            continue;
        }
        if (depth + level + 1 > XK_DEPTH_MAX) {
            return fail(r, XK_E_DEPTH, item.offset, "extension");
        }
        if (item.value > r->size) {
            return fail(r, XK_E_TRUNCATED, r->size, "extension");
        }
        left[++level] = item.kind == XKI_MAP ? item.value * 2 : item.value;
    }
}

enum xk_status xki_skip_unknown(struct xki_reader *r, const struct xki_keys *keys, uint64_t key, unsigned int depth)
{
    if (key < XKI_KEY_FIRST_EXTENSION) {
        return fail(r, XK_E_CRITICAL, keys->offset, "map key");
    }
    return skip_value(r, depth);
}

static enum xk_status expect_key(struct xki_reader *r, struct xki_keys *keys, uint64_t wanted, const char *field)
{
    uint64_t key = 0;
    if (keys->left == 0) {
        return fail(r, XK_E_MISSING, r->at, field);
    }
    enum xk_status status = xki_read_key(r, keys, &key);
    if (status != XK_OK) {
        return status;
    }
    return key == wanted ? XK_OK : fail(r, XK_E_MISSING, keys->offset, field);
}

static enum xk_status read_envelope(struct xki_reader *r, struct xki_keys *keys, struct xki_envelope *envelope,
                                    bool newer)
{
    uint64_t version = 0;
    enum xk_status status = xki_read_map(r, keys, "message");
    if (status == XK_OK) {
        status = expect_key(r, keys, XKI_KEY_VERSION, "version");
    }
    if (status == XK_OK) {
        status = xki_read_uint(r, UINT64_MAX, &version, "version");
    }
    if (status == XK_OK && (newer ? version <= XK_PROFILE_VERSION : version != XK_PROFILE_VERSION)) {
        return fail(r, XK_E_VERSION, keys->offset + 1, "version");
    }
    if (status == XK_OK) {
        status = expect_key(r, keys, XKI_KEY_TYPE, "message type");
    }
    if (status == XK_OK) {
        status = xki_read_uint(r, UINT64_MAX, &envelope->type, "message type");
    }
    if (status == XK_OK && envelope->type != XK_MESSAGE_GET_KEYS &&
        envelope->type != XK_MESSAGE_GET_KEYS_RESPONSE) {
        return fail(r, XK_E_MESSAGE_TYPE, keys->offset + 1, "message type");
    }
    if (status == XK_OK) {
        status = expect_key(r, keys, XKI_KEY_TRANSACTION, "transaction id");
    }
    if (status == XK_OK) {
        status = xki_read_octets(r, XK_TRANSACTION_ID_SIZE, &envelope->transaction, "transaction id");
    }
    if (status == XK_OK && envelope->transaction.size != XK_TRANSACTION_ID_SIZE) {
        return fail(r, XK_E_VALUE, keys->offset + 1, "transaction id");
    }
    return status;
}

enum xk_status xki_read_envelope(struct xki_reader *r, struct xki_keys *keys, struct xki_envelope *envelope)
{
    return read_envelope(r, keys, envelope, false);
}

enum xk_status xki_read_newer_envelope(struct xki_reader *r, struct xki_keys *keys, struct xki_envelope *envelope)
{
    return read_envelope(r, keys, envelope, true);
}
