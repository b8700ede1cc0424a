/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where connections come from: a listener that accepts a bounded number of them, and a dialer that connects
 * and, whenever the connection is lost, connects again after a wait that doubles, with jitter. Both ask TCP to find
 * out when the other host is gone.
 */
#ifndef TRANSPORT_ENDPOINT_H
#define TRANSPORT_ENDPOINT_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "transport/conn.h"

/**
 * Splits "host:port" or "[host]:port" and looks it up: the address to connect to, or with `passive` to listen on.
 * This may block and so belongs to the start of a program. False with a line in `why`.
 */
bool address_look_up(const char *address, bool passive, struct sockaddr_storage *out, socklen_t *size, char *why,
                     size_t why_size);
/** Sets a TCP socket to send at once, and to notice within half a minute when the other host is gone. */
void socket_prepare(int fd);

/** Most connections of one listener. */
#define LISTENER_MAX 64

/**
 * Listens and accepts; caller-owned, at a fixed address while it runs. When it has as many connections as it may,
 * a new one takes the place of the one that has been shaking hands for the longest; if all are open it is closed.
 */
struct listener {
    struct loop *loop;
    SSL_CTX *context;
    struct loop_watch watch;
    struct loop_timer pause; /* after the system had no descriptor left */
    struct conn_limits limits;
    struct conn_events events;
    struct conn *connections[LISTENER_MAX]; /* oldest first */
    size_t count;
    size_t max; /* LISTENER_MAX, unless the owner lowers it */
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
    struct loop_timer again;
    uint32_t wait_ms; /* before the next attempt; back to the least once a frame shows that the peer accepts us */
    uint32_t wait_min_ms;
    uint32_t wait_max_ms;
};

/** Listens on "host:port"; port 0 lets the system choose. False with a line in `why`. */
bool listener_open(struct listener *listener, struct loop *loop, SSL_CTX *context, const char *address,
                   const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size);
/** The port that is listened on. */
int listener_port(const struct listener *listener);
/** Ends listening and the connections, without a word to their owner. Not from inside their callbacks. */
void listener_close(struct listener *listener);

/** Prepares a dialer to "host:port" and starts to connect. False with a line in `why`. */
bool dialer_open(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                 const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size);
/** Ends the connection and the attempts. Not from inside a callback of the connection. */
void dialer_close(struct dialer *dialer);

#endif
