/* SPDX-License-Identifier: BSD-2-Clause */
/** @file The LEMF at work: takes connections, stores what comes, and only then acknowledges it. */
#ifndef LEMF_SESSION_H
#define LEMF_SESSION_H

#include <xk/delivery_lemf.h>

#include "lemf/digests.h"
#include "lemf/sequences.h"
#include "lemf/store.h"
#include "transport/endpoint.h"

/** What all connections share; caller-owned. */
struct lemf {
    struct store *store;
    struct sequences sequences;
    struct digests seen; /* of PS-PDUs that are stored: what comes again, octet by octet, is not stored twice */
    bool options;        /* negotiates */
    uint8_t *room;       /* for reading one PS-PDU */
};

/** Learns from the store what has been received before. Ends the program when there is no memory. */
void lemf_open(struct lemf *lemf, struct store *store, bool options);
void lemf_close(struct lemf *lemf);
/** The events of a listener whose connections are this LEMF's. */
struct conn_events lemf_events(struct lemf *lemf);

#endif
