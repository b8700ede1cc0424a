/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The call's RTP, encrypted under the negotiated keys, as an interceptor sees it: a pcap file. */
#ifndef UE_MEDIA_H
#define UE_MEDIA_H

#include <xk_test/exchange.h>

/**
 * Writes PREFIX.pcap, and PREFIX.<CS ID>.audio with the PCMU octets of the packets that are in it, in order of
 * their sequence numbers. Some packets are lost and some come out of order.
 */
void make_media(const struct xk_test_exchange *exchange, size_t session_count, const char *prefix);

#endif
