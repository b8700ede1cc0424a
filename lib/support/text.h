/* SPDX-License-Identifier: BSD-2-Clause */
/* White space of the texts that are read here: SIP, XML of a target identifier, files of vectors. */
#ifndef XKI_TEXT_H
#define XKI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

/* A blank, or the end of a line. */
static inline bool xki_is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without the white space at both ends. */
static inline struct xk_bytes xki_trim(struct xk_bytes text)
{
    while (text.size > 0 && xki_is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && xki_is_space(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

#endif
