/* SPDX-License-Identifier: BSD-2-Clause */
/* As much BER as it takes to find an element inside another: any length form, tags of a few octets. */
#ifndef XKI_X2_BER_H
#define XKI_X2_BER_H

#include <stdbool.h>

#include <xk/bytes.h>

struct xki_x2_ber {
    uint32_t tag;      /* number, whatever the form */
    uint8_t tag_class; /* 0 universal to 3 private */
    bool constructed;
    struct xk_bytes content; /* without the end mark of an indefinite length */
};

#define XKI_X2_BER_CONTEXT 2

/* The element at `*at`, which moves behind it. False at the end, at an end mark and at what is broken. */
bool xki_x2_next_element(struct xk_bytes text, size_t *at, struct xki_x2_ber *element);

/* The first element of this context tag among those in `text`. */
bool xki_x2_find_element(struct xk_bytes text, uint32_t tag, struct xki_x2_ber *element);

#endif
