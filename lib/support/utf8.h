/* SPDX-License-Identifier: BSD-2-Clause */
/* Is a text valid UTF-8 (RFC 3629) without a NUL? Identities on Xk and in MIKEY must be. */
#ifndef XKI_UTF8_H
#define XKI_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The offset of the first octet that cannot stand there; `size` when all of the text is valid. */
size_t xki_utf8_check(const uint8_t *text, size_t size);

#endif
