/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Who knocks at a listener, by address, so that a flood of some keeps out nobody else. An address is one of IPv4, or
 * the first 64 bits of one of IPv6, which is what one subscriber has. For each there is a limit of connections, one of
 * those whose handshake is not over, and one to how many come in a second; strangers, from whose address nobody has
 * been authenticated lately, share a further one. All memory is in the structure.
 */
#ifndef TRANSPORT_CROWD_H
#define TRANSPORT_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/** Addresses that are remembered; more than a listener has connections, so that there is always one to forget. */
#define CROWD_MAX 1024
/** Of them, at most so many without a connection for having been authenticated lately. */
#define CROWD_KNOWN_MAX 256

/** Limits; crowd_limits_init() fills them. */
struct crowd_limits {
    uint32_t connections;      /* of one address */
    uint32_t handshakes;       /* of one address, that are not over */
    uint32_t a_second;         /* connections that one address may begin, after a burst of twice as many */
    uint32_t strangers_second; /* likewise, all strangers together */
    uint32_t known_ms;         /* how long it counts that a peer was authenticated */
};

/** One address. */
struct crowd_address {
    uint8_t prefix[8];
    uint8_t size; /* of the prefix; 0: a free place, or no address of IP */
    uint32_t connections;
    uint32_t handshakes;
    uint64_t next_us; /* when the next one would be due, were they to come evenly */
    uint64_t seen;    /* when a peer was authenticated last; 0: never */
    uint64_t used;    /* when somebody came or left last */
};

/** All zero but for the limits at first. */
struct crowd {
    struct crowd_limits limits;
    struct crowd_address of[CROWD_MAX];
    size_t count;
    uint64_t strangers_next_us;
};

void crowd_limits_init(struct crowd_limits *limits);
/**
 * Somebody comes. NULL: is let in, and `place` stands for the address until crowd_left(); otherwise the reason why not,
 * a constant text. `now` is in milliseconds.
 */
const char *crowd_enter(struct crowd *crowd, const struct sockaddr_storage *from, uint64_t now, size_t *place);
/** The handshake is over: the peer is authenticated. */
void crowd_opened(struct crowd *crowd, size_t place, uint64_t now);
/** The connection is gone, `opened` or not. */
void crowd_left(struct crowd *crowd, size_t place, uint64_t now, bool opened);
/** Has a peer at this address been authenticated lately? */
bool crowd_knows(const struct crowd *crowd, size_t place, uint64_t now);

#endif
