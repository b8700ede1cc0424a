/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading DER: one TLV at a time, forward only, no recursion. */
#ifndef XKI_HI2_DER_READ_H
#define XKI_HI2_DER_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/iri.h>
#include <xk/status.h>

/* The content of one constructed element, or a whole input. */
struct xki_der_in {
    const uint8_t *data;
    size_t size;
    size_t at;
    size_t base; /* offset of `data` in the whole input */
};

struct xki_tlv {
    uint8_t kind; /* class and the constructed bit: the first three bits of the identifier octet */
    uint32_t tag;
    size_t offset;       /* of the identifier in the whole input */
    size_t value_offset; /* of the value in the whole input */
    struct xk_bytes value;
    struct xk_bytes whole;
};

/* Identifier and length at the start of `data`. XK_E_DER_TRUNCATED if they are not all there; whether the value is
 * there is the caller's question. */
enum xk_status xki_der_head(const uint8_t *data, size_t size, struct xki_tlv *tlv, size_t *length);

/* The next TLV of `in`; at its end XK_E_DER_TRUNCATED. */
enum xk_status xki_der_next(struct xki_der_in *in, struct xki_tlv *tlv, struct xk_diag *diag, const char *field);

static inline bool xki_der_more(const struct xki_der_in *in)
{
    return in->at < in->size;
}

static inline struct xki_der_in xki_der_inside(const struct xki_tlv *tlv)
{
    struct xki_der_in in = {tlv->value.data, tlv->value.size, 0, tlv->value_offset};
    return in;
}

/* Exactly one TLV with this identifier. */
enum xk_status xki_der_expect(struct xki_der_in *in, unsigned int kind, uint32_t tag, struct xki_tlv *tlv,
                              struct xk_diag *diag, const char *field);

/* The next member of a SEQUENCE that may be extended: tagged [n], n not below *from, which is then n + 1. So no member
 * stands twice or in the wrong place. */
enum xk_status xki_der_member(struct xki_der_in *in, uint32_t *from, struct xki_tlv *tlv, struct xk_diag *diag,
                              const char *field);

/* A non-negative INTEGER up to `high`. This and the next: of a primitive encoding only. */
enum xk_status xki_der_number(const struct xki_tlv *tlv, uint64_t high, uint64_t *number, struct xk_diag *diag,
                              const char *field);

/* The value's size is within limits. */
enum xk_status xki_der_sized(const struct xki_tlv *tlv, size_t low, size_t high, struct xk_bytes *value,
                             struct xk_diag *diag, const char *field);

/* The last arcs of an OBJECT IDENTIFIER that begins with `prefix`: exactly `count`, each up to 16383. */
bool xki_der_arcs(struct xk_bytes oid, const uint8_t *prefix, size_t prefix_size, uint32_t *arcs, size_t count);

/* UTCTime (two-digit year, 1950 to 2049) and GeneralizedTime, both in whole seconds. A `Z` must, may or may not end
 * GeneralizedTime: the caller says which. */
bool xki_der_utc_time(struct xk_bytes text, struct xk_utc *time);
bool xki_der_generalized_time(struct xk_bytes text, bool utc, struct xk_utc *time);

#endif
