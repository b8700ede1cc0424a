/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Where connections come from: a listener that accepts a bounded number of them, and a dialer that connects
 * and, whenever the connection is lost, connects again after a wait that doubles, with jitter. It tries all
 * addresses of the name, one after the other, before it waits. Both ask TCP to find out when the other host is gone.
 */
#ifndef TRANSPORT_ENDPOINT_H
#define TRANSPORT_ENDPOINT_H

#include "transport/address.h"
#include "transport/conn.h"
#include "transport/crowd.h"

/** Sets a TCP socket to send at once, and to notice within half a minute when the other host is gone. */
void socket_prepare(int fd);

/** Most connections of one listener. */
#define LISTENER_MAX 512

/** One connection of a listener. */
struct accepted {
    struct conn *conn;
    size_t place; /* in the crowd */
    bool open;
};

/**
 * Listens and accepts; caller-owned, at a fixed address while it runs. Who comes is held against the limits of
 * crowd.h first. When there are as many connections as there may be, a new one takes the place of the one that has been
 * shaking hands for the longest, if that has had `least_ms` for it; one from an address at which somebody has been
 * authenticated lately need not wait for that, and gives way to such a one only. Otherwise the new one is closed.
 */
struct listener {
    struct conn_events events; /* first: what only passes through is handed this */
    struct loop *loop;
    SSL_CTX *context;
    struct loop_watch watch;
    struct loop_timer pause; /* after the system had no descriptor left */
    struct conn_limits limits;
    struct accepted connections[LISTENER_MAX]; /* oldest first */
    size_t count;
    size_t max; /* LISTENER_MAX, unless the owner lowers it */
    uint32_t least_ms;
    struct crowd crowd;
    uint64_t turned_away; /* before a handshake could begin */
};

/** Keeps one connection to a peer; caller-owned, at a fixed address while it runs. */
struct dialer {
    struct conn_events events; /* first, as in a listener */
    struct loop *loop;
    SSL_CTX *context;
    struct addresses addresses;
    size_t next; /* of them, to be tried */
    struct conn_limits limits;
    struct conn *conn; /* NULL while there is none */
    bool open;         /* the handshake is over */
    struct loop_timer again;
    uint32_t wait_ms; /* before the next attempt; back to the least once a frame shows that the peer accepts us */
    uint32_t wait_min_ms;
    uint32_t wait_max_ms;
    bool directed; /* its owner says when to connect, by dialer_connect() */
};

/** Listens on "host:port"; port 0 lets the system choose. False with a line in `why`. */
bool listener_open(struct listener *listener, struct loop *loop, SSL_CTX *context, const char *address,
                   const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size);
/** The port that is listened on. */
int listener_port(const struct listener *listener);
/** Ends listening and the connections, without a word to their owner. Not from inside their callbacks. */
void listener_close(struct listener *listener);

/** Ends listening and the connections; each owner is told by `closed`. Not from inside their callbacks. */
void listener_end(struct listener *listener);
/** Goes on with a context made anew: who would not be taken any more is disconnected. The old one is the caller's. */
void listener_renew(struct listener *listener, SSL_CTX *context);

/** Prepares a dialer to "host:port" and starts to connect. False with a line in `why`. */
bool dialer_open(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                 const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size);
/** The same, but it waits for dialer_connect(). */
bool dialer_open_directed(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                          const struct conn_limits *limits, const struct conn_events *events, char *why,
                          size_t why_size);
/**
 * Tries all addresses once, soon. `open` tells that one of them took the connection; `closed` that none did, or later
 * that it is lost. For a dialer that is directed.
 */
void dialer_connect(struct dialer *dialer);
/** As listener_renew(). */
void dialer_renew(struct dialer *dialer, SSL_CTX *context);
/**
 * The same with a context that could perhaps not be made, and is then NULL: false, and whom the old one would not take
 * any more is disconnected. Otherwise the old one is freed.
 */
bool dialer_renew_or_check(struct dialer *dialer, SSL_CTX *context);
/** Ends the connection and the attempts. Not from inside a callback of the connection. */
void dialer_close(struct dialer *dialer);

#endif
