/* SPDX-License-Identifier: BSD-2-Clause */
/** @file HEP3 over TCP: cuts the octets of each connection of a listener into packets. */
#ifndef DF2_HEP_STREAM_H
#define DF2_HEP_STREAM_H

#include "df2/hep.h"
#include "transport/endpoint.h"

/** Whoever takes the packets; it lives as long as the listener. */
struct hep_taker {
    const char *name; /* of the program, for its log */
    /* One whole packet. False: no room now; it comes again once reading goes on. */
    bool (*packet)(struct hep_taker *taker, const uint8_t *data, size_t size);
    void *owner;
};

/** Listens without TLS, on an address of this host only; ends the program when it cannot. */
void hep_stream_open(struct listener *listener, struct loop *loop, const char *address, struct hep_taker *taker);

#endif
