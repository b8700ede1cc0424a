/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message with each of its octets changed in turn: what is refused, where and for which field, and of what is not
 * refused, what is read otherwise than of the message as it was. Outcomes that are equal for octets in a row are one
 * line. What must come of it stands in a file below tests/vectors.
 */
#ifndef SUPPORT_CHANGES_H
#define SUPPORT_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/status.h>

/* What a reader shows of what it read, a line each; absent views and zeros are not shown. */
__attribute__((format(printf, 1, 2))) void changes_put(const char *format, ...);
void changes_view(const char *name, struct xk_bytes view);
void changes_number(const char *name, int64_t value);
void changes_refused(enum xk_status status, const struct xk_diag *diag);

/* Reads the octets by the rules of this variant, and shows what it read, or why not. */
typedef void changes_read(const uint8_t *data, size_t size, unsigned int variant);

enum changes_kind { CHANGES_CUT, CHANGES_REMOVED, CHANGES_SPACE, CHANGES_XOR_01, CHANGES_XOR_20, CHANGES_XOR_9F };

/* Shows the message as it is, then each change of these kinds. With two variants, the second where it differs. */
void changes_try(const char *name, changes_read *read, unsigned int variants, const uint8_t *data, size_t size,
                 const enum changes_kind *kinds, size_t kind_count);

/* The main() of such a program: one test, that what `tell` shows is what the file holds; or, with a word behind its
 * name, what it shows now, for who changes it. */
int changes_main(int argc, const char *file, void (*tell)(void));

#endif
