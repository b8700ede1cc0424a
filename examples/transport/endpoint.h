/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where connections come from: a listener that accepts a bounded number of them, and a dialer that connects
 * and, whenever the connection is lost, connects again after a wait that doubles, with jitter.
 */
#ifndef TRANSPORT_ENDPOINT_H
#define TRANSPORT_ENDPOINT_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "transport/conn.h"

/** Listens and accepts; caller-owned. */
struct listener {
    struct loop *loop;
    SSL_CTX *context;
    struct loop_watch watch;
    struct loop_timer pause; /* after the system had no descriptor left */
    struct conn_limits limits;
    struct conn_events events;
    int connections;
    int connections_max;
};

/** Keeps one connection to a peer; caller-owned, at a fixed address while it runs. */
struct dialer {
    struct loop *loop;
    SSL_CTX *context;
    struct sockaddr_storage address;
    socklen_t address_size;
    struct conn_limits limits;
    struct conn_events events;
    struct conn *conn; /* NULL while there is none */
    bool open;         /* the handshake is over */
    bool heard;        /* a frame has come: only now is the peer known to accept us */
    struct loop_timer again;
    uint32_t wait_ms;
    uint32_t wait_min_ms;
    uint32_t wait_max_ms;
};

/** Listens on "host:port"; port 0 lets the system choose. False with a line in `why`. */
bool listener_open(struct listener *listener, struct loop *loop, SSL_CTX *context, const char *address,
                   const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size);
/** The port that is listened on. */
int listener_port(const struct listener *listener);
/** Ends listening; connections live on with their owner. */
void listener_close(struct listener *listener);

/** Prepares a dialer to "host:port" and starts to connect. False with a line in `why`. */
bool dialer_open(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                 const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size);
/** Ends the connection and the attempts. Not from inside a callback of the connection. */
void dialer_close(struct dialer *dialer);

#endif
