/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking for a cache line before it is needed: a hint, with no effect on what a program does. */
#ifndef XKI_PREFETCH_H
#define XKI_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

#define XKI_CACHE_LINE 64u

/* The lines from `memory` on, which may be anywhere, to be written soon. */
static inline void xki_prefetch(const void *memory, size_t size)
{
#if defined(__GNUC__)
    const uint8_t *line = memory;
    for (size_t at = 0; at < size; at += XKI_CACHE_LINE) {
        __builtin_prefetch(line + at, 1);
    }
#else
    (void)memory;
    (void)size;
#endif
}

#endif
