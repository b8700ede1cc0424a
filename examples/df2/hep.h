/* SPDX-License-Identifier: BSD-2-Clause */
/** @file HEP3, as kamailio and others mirror SIP in it: chunks of vendor 0 that say where a message was seen. */
#ifndef DF2_HEP_H
#define DF2_HEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#define HEP_HEAD 6 /* "HEP3" and the length of all */
#define HEP_MAX 65535

/** One packet; views point into its octets. */
struct hep {
    struct xk_bytes source; /* 4 or 16 octets; absent where it does not say */
    uint16_t source_port;
    uint32_t seconds; /* 0 where it does not say */
    uint32_t microseconds;
    uint32_t capture; /* which agent mirrored it */
    bool is_sip;
    struct xk_bytes correlation;
    struct xk_bytes payload;
};

/** The octets of the packet at the start of `data`, at most HEP_MAX; 0 when they are not known yet, or SIZE_MAX: it is
 * none. */
size_t hep_measure(const uint8_t *data, size_t size);
/** Reads one whole packet. Chunks that are not known are stepped over; false when it is none. */
bool hep_read(const uint8_t *data, size_t size, struct hep *hep);

#endif
