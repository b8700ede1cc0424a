/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading DER or BER: one TLV at a time, forward only, no recursion.
 *
 * Strict DER is what hi2.h writes. BER has besides: lengths that are not the shortest or indefinite, INTEGERs with
 * zeros in front, and strings in pieces, which are joined in the caller's room.
 */
#ifndef XKI_HI2_DER_READ_H
#define XKI_HI2_DER_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/hi2_read.h>
#include <xk/status.h>

#include "support/ber.h"

/* How BER is read. Views of joined strings point into `room`, which fills up and is never given back. */
struct xki_ber {
    uint8_t *room;
    size_t size;
    size_t used;
};

/* The content of one constructed element, or a whole input. */
struct xki_der_in {
    const uint8_t *data;
    size_t size;
    size_t at;
    size_t base;         /* offset of `data` in the whole input */
    struct xki_ber *ber; /* NULL: strict DER */
};

struct xki_tlv {
    uint8_t kind; /* class and the constructed bit: the first three bits of the identifier octet */
    bool indefinite;
    uint32_t tag;
    size_t offset;       /* of the identifier in the whole input */
    size_t value_offset; /* of the value in the whole input */
    struct xk_bytes value;
    struct xk_bytes whole;
    struct xki_ber *ber;
};

/* The caller's options, or strict DER for NULL. False for a wrong size, or room that is nowhere. */
bool xki_read_options_take(const struct xk_read_options *given, struct xk_read_options *options);

/* Options to a reading of BER: NULL or DER gives NULL, and so strict reading. `place` is filled. */
struct xki_ber *xki_ber_from(const struct xk_read_options *options, struct xki_ber *place);

/* The next TLV of `in`; at its end XK_E_DER_TRUNCATED. */
enum xk_status xki_der_next(struct xki_der_in *in, struct xki_tlv *tlv, struct xk_diag *diag, const char *field);

static inline bool xki_der_more(const struct xki_der_in *in)
{
    return in->at < in->size;
}

static inline struct xki_der_in xki_der_inside(const struct xki_tlv *tlv)
{
    struct xki_der_in in = {tlv->value.data, tlv->value.size, 0, tlv->value_offset, tlv->ber};
    return in;
}

/* Exactly one TLV with this identifier. */
enum xk_status xki_der_expect(struct xki_der_in *in, unsigned int kind, uint32_t tag, struct xki_tlv *tlv,
                              struct xk_diag *diag, const char *field);

/* The next member of a SEQUENCE that may be extended: tagged [n], n not below *from, which is then n + 1. So no member
 * stands twice or in the wrong place. */
enum xk_status xki_der_member(struct xki_der_in *in, uint32_t *from, struct xki_tlv *tlv, struct xk_diag *diag,
                              const char *field);

/* A non-negative INTEGER or ENUMERATED up to `high`; never in pieces. */
enum xk_status xki_der_number(const struct xki_tlv *tlv, uint64_t high, uint64_t *number, struct xk_diag *diag,
                              const char *field);

/* A string whose size is within limits. In BER it may stand in pieces: XK_E_DER_PIECES if there is no room. */
enum xk_status xki_der_sized(const struct xki_tlv *tlv, size_t low, size_t high, struct xk_bytes *value,
                             struct xk_diag *diag, const char *field);

/* xki_der_next() and xki_der_sized(): one string tagged [tag], or with `class_bits` 0 of a universal type. */
enum xk_status xki_der_string(struct xki_der_in *in, unsigned int class_bits, uint32_t tag, size_t low, size_t high,
                              struct xk_bytes *value, struct xk_diag *diag, const char *field);

/* The last arcs of an OBJECT IDENTIFIER that begins with `prefix`: exactly `count`, each of up to four octets. */
bool xki_der_arcs(struct xk_bytes oid, const uint8_t *prefix, size_t prefix_size, uint32_t *arcs, size_t count);

#endif
