/* SPDX-License-Identifier: BSD-2-Clause */
/* A sticky writer over libcbor's encoders: counts what it is given, and writes it too while it fits. */
#ifndef XKI_MESSAGES_CBOR_WRITE_H
#define XKI_MESSAGES_CBOR_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/status.h>

struct xki_writer {
    uint8_t *out;
    size_t capacity;
    size_t size; /* of the whole message, even when it does not fit */
};

void xki_write_uint(struct xki_writer *w, uint64_t value);
void xki_write_map(struct xki_writer *w, size_t entries);
void xki_write_array(struct xki_writer *w, size_t entries);
void xki_write_null(struct xki_writer *w);
void xki_write_octets(struct xki_writer *w, struct xk_bytes octets);
void xki_write_text(struct xki_writer *w, struct xk_bytes text);

/* Octets that the head of an argument takes: 1, 2, 3, 5 or 9. */
size_t xki_head_size(uint64_t argument);

#endif
