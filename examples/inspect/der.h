/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where the elements of a DER or BER encoding stand, for octets that libxk has accepted: what they mean comes from
 * libxk.
 */
#ifndef INSPECT_DER_H
#define INSPECT_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

struct element {
    uint8_t kind; /* the three high bits of the tag: class and constructed */
    uint32_t tag;
    struct xk_bytes head;  /* tag and length */
    struct xk_bytes value; /* without the end of an indefinite length */
    struct xk_bytes whole;
};

/** Tag and length at `*at` inside `around`, whether or not the value is there; false if they are not whole. */
bool der_head(struct xk_bytes around, size_t *at, struct element *element);
/** The element at `*at` inside `around`; false at the end, or where there is no whole one. */
bool der_next(struct xk_bytes around, size_t *at, struct element *element);
/** The first element inside `around` with this tag, of any class; false if there is none. */
bool der_find(struct xk_bytes around, uint32_t tag, struct element *element);

#endif
