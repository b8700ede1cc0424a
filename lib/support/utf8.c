/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/utf8.h"

#include <stdbool.h>
#include <string.h>

/* Eight octets without a high bit or a NUL? */
static bool is_ascii(const uint8_t *text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t block;
    memcpy(&block, text, sizeof block);
    return ((block | (block - ones)) & highs) == 0;
}

/* Identities are nearly always ASCII: eight octets at a time, and the last eight once more as one. */
static size_t skip_ascii(const uint8_t *text, size_t size)
{
    size_t at = 0;
    while (size - at >= 8) {
        if (!is_ascii(text + at)) {
            return at;
        }
        at += 8;
    }
    return at > 0 && is_ascii(text + size - 8) ? size : at;
}

/* Octets of the sequence that starts with `lead` and the range of its second octet; 0 for no lead. */
static size_t sequence(uint8_t lead, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        *low = lead == 0xe0 ? 0xa0 : 0x80;
        *high = lead == 0xed ? 0x9f : 0xbf;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        *low = lead == 0xf0 ? 0x90 : 0x80;
        *high = lead == 0xf4 ? 0x8f : 0xbf;
        return 4;
    }
    return 0;
}

size_t xki_utf8_check(const uint8_t *text, size_t size)
{
    size_t at = skip_ascii(text, size);
    while (at < size) {
        if (text[at] > 0 && text[at] < 0x80) {
            at++;
            continue;
        }
        uint8_t low;
        uint8_t high;
        size_t length = sequence(text[at], &low, &high);
        if (length == 0 || size - at < length || text[at + 1] < low || text[at + 1] > high) {
            return at;
        }
        for (size_t i = 2; i < length; i++) {
            if ((text[at + i] & 0xc0) != 0x80) {
                return at;
            }
        }
        at += length;
    }
    return size;
}
