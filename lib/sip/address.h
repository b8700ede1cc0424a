/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses in a header field: name-addr and addr-spec (RFC 3261 20.10), as they stand in the field. */
#ifndef XKI_SIP_ADDRESS_H
#define XKI_SIP_ADDRESS_H

#include <stdbool.h>

#include <xk/bytes.h>

struct xki_sip_address {
    struct xk_bytes uri;        /* absent if there is none */
    struct xk_bytes parameters; /* of the field, without the first ';'; absent without */
    bool certain;               /* one reading, and UTF-8 */
    uint32_t deviations;
};

/* The address at `*at`, which moves behind it. False at the end. All calls together look at each octet a few times. */
bool xki_sip_next_address(struct xk_bytes value, size_t *at, struct xki_sip_address *address);

/* Is it one URI? Sets `certain` and `deviations`; false if it cannot be one at all. */
bool xki_sip_check_uri(struct xk_bytes uri, bool *certain, uint32_t *deviations);

#endif
