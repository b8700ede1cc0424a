/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A TLS connection to a KMS on a non-blocking socket, for loops that wait for descriptors (epoll, poll): it neither
 * waits nor calls back, it does what can be done now. Lost, it is due to be connected again a little later.
 */
#ifndef LOOPS_LINK_H
#define LOOPS_LINK_H

#include "loops/job.h"
#include "loops/tls_stream.h"

/** Caller-owned. */
struct link {
    const struct job_kms *kms;
    uint32_t number; /* in the requester */
    SSL_CTX *context;
    struct tls_stream tls;
    int fd;       /* -1 while there is no connection */
    uint64_t due; /* then: when to connect; during the handshake: when to give up; else UINT64_MAX */
};

/** Prepares a link, which is due at once. */
void link_init(struct link *link, const struct job *job, uint32_t number);
void link_free(struct link *link);
/** Does what is due: connects, or gives up a handshake that takes too long. */
void link_due(struct link *link, uint64_t now_ms);
/** Reads once what the socket has; frames are then with tls_stream_receive(). */
void link_read(struct link *link, uint64_t now_ms);
/** Writes what the socket takes. */
void link_write(struct link *link, uint64_t now_ms);
/** Is there something that the socket has not taken? */
bool link_waits_to_write(struct link *link);
/** Ends the connection if TLS has ended it, and tells why on stderr. */
void link_check(struct link *link, uint64_t now_ms);

#endif
