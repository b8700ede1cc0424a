/* SPDX-License-Identifier: BSD-2-Clause */
/* Test data from tests/vectors. */
#ifndef XK_TEST_FILES_H
#define XK_TEST_FILES_H

#include <stddef.h>
#include <stdint.h>

/* The octets of the line "KEY = HEX" in a text file below tests/vectors; fails the running test when it is missing or
 * does not fit. */
size_t file_read_hex_line(const char *name, const char *key, uint8_t *out, size_t capacity);

#endif
