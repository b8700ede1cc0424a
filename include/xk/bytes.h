/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A view of octets that somebody else owns.
 *
 * libxk copies nothing that it only reads: decoders answer with views into the caller's buffer, builders
 * take views. A view is valid as long as the buffer that it points into; no function of libxk frees one. What a call
 * writes may never overlap what its arguments point to, unless the call says that it works in place.
 */
#ifndef XK_BYTES_H
#define XK_BYTES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Octets that somebody else owns. Absent is {NULL, 0}; empty and present is {not NULL, 0}. */
struct xk_bytes {
    const uint8_t *data;
    size_t size;
};

/**
 * The octets of a C text, without its final NUL.
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: one strlen.
 *
 * @param text NUL-terminated, or NULL for an absent view; borrowed for as long as the view is used
 * @retval view the octets of `text`
 */
static inline struct xk_bytes xk_text(const char *text)
{
    struct xk_bytes view = {0, 0};
    if (text != 0) {
        view.data = (const uint8_t *)text;
        while (text[view.size] != '\0') {
            view.size++;
        }
    }
    return view;
}

#ifdef __cplusplus
}
#endif
#endif
