/* SPDX-License-Identifier: BSD-2-Clause */
/* The codec as a careful user writes it with libcbor's streaming calls: a callback a kind, one state machine. */
#include <string.h>

#include <cbor.h>

#include "bench/stack.h"

size_t stream_encode_get_keys(const struct xk_get_keys *m, uint8_t *out, size_t capacity)
{
    size_t at = cbor_encode_map_start(6, out, capacity);
    const struct xk_bytes values[] = {{m->transaction_id.octets, ID_SIZE}, m->public_kms_identity, m->transfer_init,
                                      m->transfer_resp};
    for (uint8_t key = 0; key < 2; key++) {
        at += cbor_encode_uint8(key, out + at, capacity - at);
        at += cbor_encode_uint8(1, out + at, capacity - at);
    }
    for (uint8_t i = 0; i < 4; i++) {
        at += cbor_encode_uint8((uint8_t)(i + 2), out + at, capacity - at);
        at += i == 1 ? cbor_encode_string_start(values[i].size, out + at, capacity - at)
                     : cbor_encode_bytestring_start(values[i].size, out + at, capacity - at);
        if (values[i].size > capacity - at) {
            return 0;
        }
        memcpy(out + at, values[i].data, values[i].size);
        at += values[i].size;
    }
    return at;
}

enum kind { NONE, UINT, BYTES, ARRAY, MAP, OTHER };

struct item {
    enum kind kind;
    uint64_t value;
    const uint8_t *data;
};

static void on_uint8(void *context, uint8_t value)
{
    *(struct item *)context = (struct item){UINT, value, NULL};
}

static void on_bytes(void *context, cbor_data data, size_t size)
{
    *(struct item *)context = (struct item){BYTES, size, data};
}

static void on_array(void *context, size_t size)
{
    *(struct item *)context = (struct item){ARRAY, size, NULL};
}

static void on_map(void *context, size_t size)
{
    *(struct item *)context = (struct item){MAP, size, NULL};
}

static struct cbor_callbacks callbacks(void)
{
    struct cbor_callbacks c = cbor_empty_callbacks;
    c.uint8 = on_uint8;
    c.byte_string = on_bytes;
    c.array_start = on_array;
    c.map_start = on_map;
    return c;
}

struct cursor {
    const uint8_t *data;
    size_t size;
    size_t at;
    struct cbor_callbacks callbacks;
};

static bool next(struct cursor *c, enum kind kind, struct item *item)
{
    item->kind = NONE;
    struct cbor_decoder_result result = cbor_stream_decode(c->data + c->at, c->size - c->at, &c->callbacks, item);
    c->at += result.read;
    return result.status == CBOR_DECODER_FINISHED && item->kind == kind;
}

static bool next_number(struct cursor *c, uint64_t value)
{
    struct item item;
    return next(c, UINT, &item) && item.value == value;
}

bool stream_decode_response(const uint8_t *data, size_t size, struct answer *answer)
{
    struct cursor c = {data, size, 0, callbacks()};
    struct item item;
    if (!next(&c, MAP, &item) || item.value != 4 || !next_number(&c, 0) || !next_number(&c, 1) ||
        !next_number(&c, 1) || !next_number(&c, 2) || !next_number(&c, 2) || !next(&c, BYTES, &item) ||
        item.value != ID_SIZE) {
        return false;
    }
    answer->id = item.data;
    if (!next_number(&c, 3) || !next(&c, ARRAY, &item) || item.value > 8) {
        return false;
    }
    answer->count = item.value;
    for (size_t i = 0; i < answer->count; i++) {
        if (!next(&c, MAP, &item) || item.value != 3 || !next_number(&c, 0) || !next(&c, UINT, &item)) {
            return false;
        }
        answer->sessions[i].cs_id = (uint8_t)item.value;
        if (!next_number(&c, 1) || !next(&c, BYTES, &item) || item.value > XK_SESSION_KEY_MAX) {
            return false;
        }
        answer->sessions[i].key = item.data;
        answer->sessions[i].key_size = item.value;
        if (!next_number(&c, 2) || !next(&c, BYTES, &item) || item.value > XK_SALT_MAX) {
            return false;
        }
        answer->sessions[i].salt = item.data;
        answer->sessions[i].salt_size = item.value;
    }
    return c.at == size;
}

size_t stream_raw(const uint8_t *data, size_t size)
{
    size_t at = 0;
    while (at < size) {
        struct cbor_decoder_result result = cbor_stream_decode(data + at, size - at, &cbor_empty_callbacks, NULL);
        if (result.status != CBOR_DECODER_FINISHED) {
            break;
        }
        at += result.read;
    }
    return at;
}
