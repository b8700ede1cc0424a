/* SPDX-License-Identifier: BSD-2-Clause */
/* The IMEI URN of RFC 7254: urn:gsma:imei:TTTTTTTT-SSSSSS-C, perhaps with ;svn=VV behind it. */
#include <xk/warrant.h>

#include <string.h>

static const char scheme[] = "urn:gsma:imei:";
static const char version[] = ";svn=";

#define DIGITS 17u /* with the two hyphens and the check digit */

/* `text` begins with `lower`, whatever the case of its letters. */
static bool begins(struct xk_bytes text, size_t at, const char *lower)
{
    size_t length = strlen(lower);
    if (text.size - at < length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        uint8_t c = text.data[at + i];
        if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != lower[i]) {
            return false;
        }
    }
    return true;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool has_form(const uint8_t *urn)
{
    for (unsigned int i = 0; i < DIGITS; i++) {
        bool hyphen = i == 8 || i == 15;
        if (hyphen ? urn[i] != '-' : !is_digit(urn[i])) {
            return false;
        }
    }
    return true;
}

/* The first digit of a pair is in the lower half of the octet. */
static uint8_t pair(uint8_t first, uint8_t second)
{
    return (uint8_t)((unsigned int)(second - '0') << 4 | (unsigned int)(first - '0'));
}

enum xk_status xk_imei_from_instance(struct xk_bytes text, uint8_t imei[XK_IMEI_SIZE])
{
    size_t at = 0;
    if (text.data == NULL || imei == NULL) {
        return XK_E_ARGUMENT;
    }
    while (at < text.size && !begins(text, at, scheme)) {
        at++;
    }
    at += at < text.size ? sizeof scheme - 1 : 0;
    if (text.size - at < DIGITS || !has_form(text.data + at)) {
        return XK_E_MISSING;
    }
    const uint8_t *urn = text.data + at;
    size_t behind = at + DIGITS;
    uint8_t last = 0xf0; /* no SVN: a 0 and the filler */
    if (begins(text, behind, version)) {
        size_t svn = behind + sizeof version - 1;
        if (text.size - svn < 2 || !is_digit(text.data[svn]) || !is_digit(text.data[svn + 1])) {
            return XK_E_MISSING;
        }
        last = pair(text.data[svn], text.data[svn + 1]);
    } else if (behind < text.size && is_digit(text.data[behind])) {
        return XK_E_MISSING;
    }
    for (unsigned int i = 0; i < 4; i++) {
        imei[i] = pair(urn[2 * i], urn[2 * i + 1]);
    }
    for (unsigned int i = 0; i < 3; i++) {
        imei[4 + i] = pair(urn[9 + 2 * i], urn[10 + 2 * i]);
    }
    imei[7] = last;
    return XK_OK;
}
