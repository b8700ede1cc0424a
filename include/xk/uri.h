/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Comparing identities that are URIs.
 *
 * Level 1: no state, no allocation.
 */
#ifndef XK_URI_H
#define XK_URI_H

#include <stdbool.h>

#include <xk/bytes.h>
#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Do two identities name the same user? SIP and SIPS URIs by RFC 3261 19.1.4, TEL URIs by RFC 3966
 * section 4, anything else octet by octet.
 *
 * Strict where the standards leave doubt: a SIP URI never equals a SIPS or TEL URI, not even with
 * user=phone, since the domain of a SIP URI may claim any number. A host that knows better overrides.
 *
 * @param a borrowed
 * @param b borrowed
 * @retval true  equal
 * @retval false not equal, or one is empty
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: proportional to the sizes, and to the square
 * of the number of parameters, of which URIs with more than 32 never are equal to any.
 */
XK_API bool xk_uri_equal(struct xk_bytes a, struct xk_bytes b);

#ifdef __cplusplus
}
#endif
#endif
