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
    if (size > 0 && memory != NULL) {
        fill(memory, 0, size);
    }
}

/*
 * All octets are looked at, a word at a time, and nothing branches on them. Reading the sum through a volatile keeps
 * the compiler from seeing that an early end would do. What holds octets of the two ends as 0: a compiler that does
 * not optimise keeps it in memory.
 */
bool xk_equal_secret(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    volatile uint64_t sum = 0;
    uint64_t one = 0;
    uint64_t other = 0;
    uint64_t difference = 0;
    size_t at = 0;
    if (size > 0 && (a == NULL || b == NULL)) {
        return false;
    }
    for (; size - at >= sizeof difference; at += sizeof difference) {
        memcpy(&one, left + at, sizeof one);
        memcpy(&other, right + at, sizeof other);
        difference |= one ^ other;
    }
    for (; at < size; at++) {
        difference |= (uint64_t)(left[at] ^ right[at]);
    }
    sum = difference;
    bool same = sum == 0;
    one = other = difference = 0;
    sum = one | other | difference;
    return same;
}
