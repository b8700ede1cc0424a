/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Wiping and comparing secrets in a way that the optimiser leaves alone.
 *
 * Session keys and salts pass through libxk as views (struct #xk_bytes) into a buffer that the host owns;
 * the library keeps no copy. The host wipes its own copies with the calls below.
 */
#ifndef XK_SECRET_H
#define XK_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Overwrite memory with zeros; never removed by the optimiser.
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: one pass over the memory.
 *
 * @param memory owned by the caller; NULL is nothing to overwrite
 * @param size octets to overwrite
 */
XK_API void xk_wipe(void *memory, size_t size);

/**
 * Compare two secrets in time that depends on their size only.
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: one pass over both.
 *
 * @param a borrowed, `size` octets
 * @param b borrowed, `size` octets
 * @param size octets to compare
 * @retval true all octets are equal
 * @retval false at least one differs, or a pointer is NULL and `size` is not 0
 */
XK_API XK_NODISCARD bool xk_equal_secret(const void *a, const void *b, size_t size);

#ifdef __cplusplus
}
#endif
#endif
