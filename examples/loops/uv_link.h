/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A TLS connection to a KMS as a handle of libuv: it connects, and again a little later whenever it is lost.
 */
#ifndef LOOPS_UV_LINK_H
#define LOOPS_UV_LINK_H

#include <uv.h>

#include "loops/job.h"
#include "loops/tls_stream.h"

struct uv_link;

/** Octets have come: the owner takes the frames from `tls`, and calls uv_link_settle() whether there are any or not. */
typedef void uv_link_heard(struct uv_link *link);

/** Caller-owned, at a fixed address while the loop runs. */
struct uv_link {
    const struct job_kms *kms;
    uint32_t number; /* in the requester */
    uv_link_heard *heard;
    void *user;
    struct tls_stream tls;
    /* the link's own */
    SSL_CTX *context;
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_timer_t timer;   /* to connect, or to give a handshake up */
    char octets[16384]; /* encrypted, as they come */
    bool up;            /* there is a TCP connection, or one is coming */
    bool ending;
};

/** Begins to connect once the loop runs. */
void uv_link_open(struct uv_link *link, uv_loop_t *loop, const struct job *job, uint32_t number, uv_link_heard *heard,
                  void *user);
/** Sends what waits in `tls`, ends the connection if TLS has ended it, reads on. */
void uv_link_settle(struct uv_link *link);
/** Closes the handles; once the loop has run to its end uv_link_free() may follow. */
void uv_link_end(struct uv_link *link);
void uv_link_free(struct uv_link *link);

#endif
