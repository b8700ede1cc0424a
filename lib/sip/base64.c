/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Base64. In an attribute strictly: what two decoders could read in two ways is refused (RFC 4648 sections 3.3 and
 * 3.5); padding alone may be missing. In a body as MIME has it: other octets are stepped over.
 */
#include <xk/sdp.h>

#include "sip/base64.h"
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

static size_t count_padding(struct xk_bytes text)
{
    size_t count = 0;
    while (text.size % 4 == 0 && count < 2 && text.data[text.size - 1 - count] == '=') {
        count++;
    }
    return count;
}

static enum xk_status check(struct xk_bytes text, struct xk_diag *diag)
{
    if (text.size == 0 || text.size % 4 == 1) {
        return xki_fail(diag, XK_E_BASE64, text.size, "length");
    }
    size_t digits = text.size - count_padding(text);
    for (size_t i = 0; i < digits; i++) {
        if (digit(text.data[i]) == NOT_A_DIGIT) {
            return xki_fail(diag, XK_E_BASE64, i, "digit");
        }
    }
    unsigned int last = digit(text.data[digits - 1]);
    unsigned int stray = digits % 4 == 2 ? 0xfu : digits % 4 == 3 ? 0x3u : 0u;
    return (last & stray) == 0 ? XK_OK : xki_fail(diag, XK_E_BASE64, digits - 1, "unused bits");
}

/* Up to four digits: three octets, or as many as they fill. */
static size_t put(const unsigned int *digits, size_t count, uint8_t *out)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        bits = bits << 6 | (i < count ? digits[i] : 0);
    }
    size_t size = count * 3 / 4;
    for (size_t i = 0; i < size && out != NULL; i++) {
        out[i] = (uint8_t)(bits >> (16 - 8 * i));
    }
    return size;
}

size_t xki_sip_undo_base64(struct xk_bytes text, uint8_t *out)
{
    unsigned int digits[4];
    size_t count = 0;
    size_t written = 0;
    for (size_t i = 0; i < text.size && text.data[i] != '='; i++) {
        unsigned int value = digit(text.data[i]);
        if (value == NOT_A_DIGIT) {
            continue;
        }
        digits[count++] = value;
        if (count == 4) {
            written += put(digits, count, out != NULL ? out + written : NULL);
            count = 0;
        }
    }
    return written + put(digits, count, out != NULL ? out + written : NULL);
}

enum xk_status xki_sip_decode(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size,
                              struct xk_diag *diag)
{
    enum xk_status status = check(text, diag);
    if (status != XK_OK) {
        return status;
    }
    size_t needed = (text.size - count_padding(text)) * 3 / 4;
    *size = needed;
    if (capacity < needed) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    (void)xki_sip_undo_base64(text, out);
    return XK_OK;
}

enum xk_status xk_key_mgmt_decode(struct xk_bytes text, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag)
{
    if (text.data == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    return xki_sip_decode(text, out, capacity, size, diag);
}
