/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

static FILE *open_vector(const char *name)
{
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/%s", XK_TEST_VECTORS, name);
    assert_true(length > 0 && (size_t)length < sizeof path);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    return file;
}

size_t file_read(const char *name, uint8_t *out, size_t capacity)
{
    FILE *file = open_vector(name);
    size_t size = fread(out, 1, capacity, file);
    assert_int_equal(ferror(file), 0);
    assert_true(size < capacity);
    fclose(file);
    return size;
}

size_t file_read_hex_line(const char *name, const char *key, uint8_t *out, size_t capacity)
{
    static char line[65536];
    FILE *file = open_vector(name);
    size_t key_size = strlen(key);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, key_size) == 0 && strncmp(line + key_size, " = ", 3) == 0) {
            fclose(file);
            return hex_decode(line + key_size + 3, out, capacity);
        }
    }
    fclose(file);
    fail_msg("no line '%s' in %s", key, name);
    return 0;
}
