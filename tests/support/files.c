/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <xk_test/vectors.h>

size_t file_read_hex_line(const char *name, const char *key, uint8_t *out, size_t capacity)
{
    static uint8_t text[65536];
    struct xk_test_vectors vectors;
    char path[1024];
    size_t size = 0;
    int length = snprintf(path, sizeof path, "%s/%s", XK_TEST_VECTORS, name);
    assert_true(length > 0 && (size_t)length < sizeof path);
    assert_int_equal(xk_test_vectors_read(path, text, sizeof text, &vectors, NULL), XK_TEST_VECTORS_OK);
    assert_int_equal(xk_test_vectors_get(&vectors, NULL, key, out, capacity, &size), XK_TEST_VECTORS_OK);
    return size;
}
