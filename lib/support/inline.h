/* SPDX-License-Identifier: BSD-2-Clause */
/* Hints to the compiler where the cost is in the calls; without them everything works, only slower. */
#ifndef XKI_INLINE_H
#define XKI_INLINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A count of coverage defines XKI_NO_INLINE: it would take each place into which a function goes for branches of its
 * own. */
#if defined(__GNUC__) && !defined(XKI_NO_INLINE)
#define XKI_INLINE static inline __attribute__((always_inline))
#else
#define XKI_INLINE static inline
#endif

#if defined(__GNUC__)
#define XKI_COLD __attribute__((noinline, cold))
#else
#define XKI_COLD
#endif

/* memcpy for the short strings of which records and messages are made: two moves of a fixed size, which may meet in
 * the middle, instead of a call. */
XKI_INLINE void xki_copy(uint8_t *to, const uint8_t *from, size_t size)
{
    if (size > 32) {
        memcpy(to, from, size);
    } else if (size >= 16) {
        memcpy(to, from, 16);
        memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
        memcpy(to, from, 8);
        memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
        memcpy(to, from, 4);
        memcpy(to + size - 4, from + size - 4, 4);
    } else if (size > 0) {
        to[0] = from[0];
        to[size / 2] = from[size / 2];
        to[size - 1] = from[size - 1];
    }
}

/* A size that the compiler does not know: for some hundred octets it would write a string instruction, which takes
 * longer to begin than memcpy and memset need for all of them. */
XKI_INLINE size_t xki_unknown(size_t size)
{
#if defined(__GNUC__)
    __asm__("" : "+r"(size));
#endif
    return size;
}

#endif
