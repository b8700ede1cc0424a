/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/hex.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static unsigned int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned int)(c - '0');
    }
    c = (char)tolower((unsigned char)c);
    assert_true(c >= 'a' && c <= 'f');
    return (unsigned int)(c - 'a') + 10;
}

size_t hex_decode(const char *text, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    while (*text != '\0') {
        if (isspace((unsigned char)*text)) {
            text++;
            continue;
        }
        assert_true(size < capacity);
        assert_true(text[1] != '\0');
        out[size++] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
        text += 2;
    }
    return size;
}
