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
#include <stddef.h>

#include <xk/bytes.h>
#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Are two URIs equal? SIP and SIPS URIs by RFC 3261 19.1.4, their addresses by RFC 5954 4.2, TEL URIs by RFC 3966
 * section 4, anything else octet by octet.
 *
 * Strict where the standards leave doubt: a SIP URI never equals a SIPS or TEL URI; an escape in a host is not its
 * character; transport= must be on both sides, as the examples of RFC 3261 have it; a SIP URI with a second '@' equals
 * none. xk_uri_same_identity() asks a wider question.
 *
 * @param a borrowed
 * @param b borrowed
 * @retval true  equal
 * @retval false not equal, or one is empty
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: proportional to the sizes, and to the square
 * of the number of parameters or headers, of which URIs with more than 32 never are equal to any.
 */
XK_API bool xk_uri_equal(struct xk_bytes a, struct xk_bytes b);

/**
 * Do two URIs name the same public user identity?
 *
 * A URI of signalling says also how to reach the user. So this leaves out what RFC 3261 10.3 takes off an address of
 * record: SIP or SIPS, parameters but user=phone, headers, escapes, and the dot of the root behind a host. Of a TEL URI
 * it leaves out all parameters but ext, isub and phone-context.
 *
 * In IMS tel:+N and sip:+N\@d;user=phone are one identity (TS 24.229) where d is a domain of the operator's own: only
 * there may a user part be a number without being anybody's. The caller names these domains; with none the two are
 * never the same.
 *
 * @param a borrowed
 * @param b borrowed
 * @param domains host names or addresses, such as ims.example.org; NULL for none
 * @param count of `domains`
 * @retval true  the same
 * @retval false another, or one is empty or names nobody with certainty
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: proportional to the sizes, and for SIP URIs with
 * user=phone to that of the domains.
 */
XK_API bool xk_uri_same_identity(struct xk_bytes a, struct xk_bytes b, const struct xk_bytes *domains, size_t count);

#ifdef __cplusplus
}
#endif
#endif
