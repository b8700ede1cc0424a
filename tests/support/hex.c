/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <xk_test/vectors.h>

size_t hex_decode(const char *text, uint8_t *out, size_t capacity)
{
    size_t size = 0;
    assert_int_equal(xk_test_hex(xk_text(text), out, capacity, &size), XK_TEST_VECTORS_OK);
    return size;
}
