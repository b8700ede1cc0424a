/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal text to octets, for tests. */
#ifndef XK_TEST_HEX_H
#define XK_TEST_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Octets of `text`, white space skipped; fails the running test when it is not hexadecimal or does not fit. */
size_t hex_decode(const char *text, uint8_t *out, size_t capacity);

#endif
