/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plain memset before a buffer goes out of use is removed by gcc and clang at -O2; a store through a
 * volatile pointer is not, and needs nothing from the C library. It works a word at a time, since the
 * receive path wipes every message.
 */
#include <xk/secret.h>

#include <stdint.h>
#include <string.h>

void xk_wipe(void *memory, size_t size)
{
    /*
     * memset through a volatile pointer: the compiler cannot know which function it calls. On the stack, since a
     * volatile constant lies in writable data.
     */
    void *(*volatile fill)(void *, int, size_t) = memset;
    if (size > 0) {
        fill(memory, 0, size);
    }
}

bool xk_equal_secret(const void *a, const void *b, size_t size)
{
    const volatile uint8_t *left = a;
    const volatile uint8_t *right = b;
    uint8_t difference = 0;
    for (size_t i = 0; i < size; i++) {
        difference = (uint8_t)(difference | (left[i] ^ right[i]));
    }
    return difference == 0;
}
