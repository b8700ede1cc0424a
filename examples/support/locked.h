/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Memory for keys that rest for a while: locked, so that it never reaches the swap, left out of core dumps, and
 * empty in a child process.
 */
#ifndef EXAMPLES_LOCKED_H
#define EXAMPLES_LOCKED_H

#include <stddef.h>

/** Whole pages of zeros; NULL, with errno, if the system refuses any of the three. */
void *locked_take(size_t size);
/** Wipes them and gives them back. NULL does nothing. */
void locked_give(void *memory, size_t size);

#endif
