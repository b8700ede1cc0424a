/* SPDX-License-Identifier: BSD-2-Clause */
/* Base64, strictly: what two decoders could read in two ways is refused (RFC 4648 sections 3.3 and 3.5). */
#include <xk/sip.h>

#include "support/diag.h"

#define NOT_A_DIGIT 64u

static unsigned int digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') {
        return (unsigned int)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (unsigned int)(c - 'a') + 26u;
    }
    if (c >= '0' && c <= '9') {
        return (unsigned int)(c - '0') + 52u;
    }
    if (c == '+') {
        return 62u;
    }
    return c == '/' ? 63u : NOT_A_DIGIT;
}

static size_t padding(struct xk_bytes text)
{
    size_t count = 0;
    while (count < 2 && text.data[text.size - 1 - count] == '=') {
        count++;
    }
    return count;
}

static enum xk_status check(struct xk_bytes text, struct xk_diag *diag)
{
    if (text.size == 0 || text.size % 4 != 0) {
        return xki_fail(diag, XK_E_BASE64, text.size, "length");
    }
    size_t digits = text.size - padding(text);
    for (size_t i = 0; i < digits; i++) {
        if (digit(text.data[i]) == NOT_A_DIGIT) {
            return xki_fail(diag, XK_E_BASE64, i, "digit");
        }
    }
    unsigned int last = digit(text.data[digits - 1]);
    unsigned int stray = text.size - digits == 2 ? 0xfu : text.size - digits == 1 ? 0x3u : 0u;
    return (last & stray) == 0 ? XK_OK : xki_fail(diag, XK_E_BASE64, digits - 1, "unused bits");
}

enum xk_status xk_key_mgmt_decode(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag)
{
    if (text.data == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = check(text, diag);
    if (status != XK_OK) {
        return status;
    }
    size_t needed = text.size / 4 * 3 - padding(text);
    *size = needed;
    if (capacity < needed) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    uint32_t bits = 0;
    size_t written = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned int value = digit(text.data[i]);
        bits = bits << 6 | (value == NOT_A_DIGIT ? 0 : value);
        if (i % 4 == 3) {
            for (unsigned int shift = 16; written < needed; shift -= 8) {
                out[written++] = (uint8_t)(bits >> shift);
                if (shift == 0) {
                    break;
                }
            }
        }
    }
    return XK_OK;
}
