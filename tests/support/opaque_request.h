/* SPDX-License-Identifier: BSD-2-Clause */
/* A request without a real exchange, for tests that look at the engine and not at MIKEY. */
#ifndef SUPPORT_OPAQUE_REQUEST_H
#define SUPPORT_OPAQUE_REQUEST_H

#include <xk/requester.h>

/* For an engine with XK_CHECK_HOST and two KMSs: both are asked in turn, for Crypto Sessions 1 and 2. Fills `party` and
 * `request`, which refers to it and to both texts; the test may then change the request. */
void opaque_request(const char *identity, const char *liid, struct xk_party *party, struct xk_request *request);

#endif
