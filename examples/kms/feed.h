/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How the operator's own ticket resolution tells xk-kms what it brought: a Unix socket of this user, in a folder that
 * only he may write; who connects must be this user too (SO_PEERCRED). One line a resolution, its answer one line:
 *
 *     resolved TICKET RESPONDER RANDRKMS KEYS SECONDS
 *     kept | refused: REASON
 *
 * The first four in hexadecimal, "-" for what is absent (xk-kms.1 says what they are). A line that is too long, late or
 * no such line ends the connection. What was read is wiped line by line.
 */
#ifndef KMS_FEED_H
#define KMS_FEED_H

#include "kms/resolved.h"
#include "transport/loop.h"

/** Most connections at a time. */
#define FEED_MAX 4
/** Octets of a line: the longest ticket, IDRr, RANDRkms and keys, and what is around them. */
#define FEED_LINE_MAX ((size_t)2 * (16384 + 1024 + 255 + XK_KMS_KEMAC_MAX) + 64)
/** From one line's end to the next line's. */
#define FEED_LINE_MS 10000

struct feed;

/** One who feeds. */
struct feed_peer {
    struct loop_watch watch; /* its descriptor is -1 where there is none */
    struct loop_timer late;
    struct feed *feed;
    size_t size;
    char *line; /* FEED_LINE_MAX octets of locked memory */
};

/** The socket and the cache behind it; caller-owned, at a fixed address while it runs. */
struct feed {
    struct loop *loop;
    struct loop_watch watch;
    struct loop_timer expiry;
    struct resolved *cache;
    uint64_t lifetime_ms; /* the longest */
    char *lines;
    struct feed_peer peers[FEED_MAX];
    char path[108];
    const char *name; /* of the program, for its timeline */
};

/** Makes room for `max` resolutions and listens. False with a line in `why`. */
bool feed_open(struct feed *feed, struct loop *loop, const char *path, size_t max, uint64_t lifetime_ms,
               const char *name, char *why, size_t why_size);
/** Ends it, removes the socket, wipes all. */
void feed_close(struct feed *feed);

#endif
