/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/cbor_write.h"

#include <cbor.h>
#include <string.h>

size_t xki_head_size(uint64_t argument)
{
    if (argument < 24) {
        return 1;
    }
    if (argument <= UINT8_MAX) {
        return 2;
    }
    if (argument <= UINT16_MAX) {
        return 3;
    }
    return argument <= UINT32_MAX ? 5 : 9;
}

typedef size_t encode_head(size_t argument, unsigned char *out, size_t size);

static void write_head(struct xki_writer *w, encode_head *encode, size_t argument)
{
    if (w->size < w->capacity) {
        (void)encode(argument, w->out + w->size, w->capacity - w->size);
    }
    w->size += xki_head_size(argument);
}

static void write_string(struct xki_writer *w, encode_head *encode, struct xk_bytes string)
{
    write_head(w, encode, string.size);
    if (w->size <= w->capacity && string.size <= w->capacity - w->size) {
        memcpy(w->out + w->size, string.data, string.size);
    }
    w->size += string.size;
}

void xki_write_uint(struct xki_writer *w, uint64_t value)
{
    if (w->size < w->capacity) {
        (void)cbor_encode_uint(value, w->out + w->size, w->capacity - w->size);
    }
    w->size += xki_head_size(value);
}

void xki_write_map(struct xki_writer *w, size_t entries)
{
    write_head(w, cbor_encode_map_start, entries);
}

void xki_write_array(struct xki_writer *w, size_t entries)
{
    write_head(w, cbor_encode_array_start, entries);
}

void xki_write_null(struct xki_writer *w)
{
    if (w->size < w->capacity) {
        (void)cbor_encode_null(w->out + w->size, w->capacity - w->size);
    }
    w->size += 1;
}

void xki_write_octets(struct xki_writer *w, struct xk_bytes octets)
{
    write_string(w, cbor_encode_bytestring_start, octets);
}

void xki_write_text(struct xki_writer *w, struct xk_bytes text)
{
    write_string(w, cbor_encode_string_start, text);
}
