/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Who is connected to xk-kms. The responder's peer is the number of the authenticated name, its place in --peer, the
 * same for all connections of that name; its link is a number of the connection that never comes again. So whoever
 * repeats a get_keys after a reconnect has the answer at once, and two DF2/MFs of one name each get their own.
 */
#ifndef KMS_PEERS_H
#define KMS_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include "transport/conn.h"
#include "transport/endpoint.h"
#include "transport/tls.h"

/** One connection that is open. */
struct peer {
    struct conn *conn; /* NULL: a free place */
    uint32_t number;   /* of its name */
    uint64_t link;
};

/** All of them, and the names that may connect; caller-owned. */
struct peers {
    char *list; /* what `names` points into */
    const char *names[TLS_PEERS_MAX];
    size_t name_count;
    struct peer open[LISTENER_MAX];
    uint64_t links; /* that have been given */
};

/** Takes "a,b" for the names; ends the program for what is no such list. */
void peers_begin(struct peers *peers, const char *list);
void peers_end(struct peers *peers);
/** A connection is open; false when there is no place, or its name is none of these. */
bool peers_add(struct peers *peers, struct conn *conn);
/** It is closed; false when it never was open. */
bool peers_remove(struct peers *peers, const struct conn *conn);
/** By its connection; NULL if it is not open. */
const struct peer *peers_of(const struct peers *peers, const struct conn *conn);
/** By its link; NULL if it is closed. */
const struct peer *peers_on(const struct peers *peers, uint64_t link);

#endif
