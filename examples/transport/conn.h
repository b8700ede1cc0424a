/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * One connection over TLS, or without it: non-blocking, with deadlines and bounded buffers both ways. It carries frames
 * (frame.h), for owners with the `frame` callback, or octets that its owner cuts by itself, for those with `input`.
 * A peer that has not finished its handshake costs a descriptor and what TLS takes; the buffers come after it.
 *
 * Back-pressure with frames: conn_send() refuses when the output buffer is full and `drained` tells when to go on; the
 * `frame` callback answers CONN_LATER to be given the same frame again after conn_resume(), and nothing is read from
 * the socket meanwhile. With octets: `input` takes fewer than it is given, and `output` is asked for more whenever the
 * socket takes more.
 *
 * A connection whose longest life is over tells its peer so, by TLS's close_notify, and goes on reading until the peer
 * has closed too, or `write_ms` have passed, so that nothing is lost of what was under way. Without TLS it just ends.
 */
#ifndef TRANSPORT_CONN_H
#define TRANSPORT_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>

#include <openssl/ssl.h>

#include "transport/frame.h"
#include "transport/loop.h"
#include "transport/tls.h"

/** What the owner says to a frame. */
enum conn_reply {
    CONN_TAKEN = 1,
    CONN_LATER = 2,
    CONN_BROKEN = 3 /* end the connection: the peer breaks the protocol */
};

/** Limits of a connection; conn_limits_init() fills it. Times in milliseconds. */
struct conn_limits {
    uint32_t frame_max;    /* octets of one frame's content */
    uint32_t output_max;   /* octets of frames that wait to be sent */
    uint32_t handshake_ms; /* from the TCP connection to the end of the TLS handshake */
    uint32_t frame_ms;     /* from the first octet of a frame to its last */
    uint32_t write_ms;     /* without progress of the output before the peer is given up */
    uint32_t idle_ms;      /* without any frame or octet before the peer is given up; 0: no limit */
    uint32_t life_ms;      /* since it was opened, less up to a tenth, until it is ended; 0: no limit */
    bool unaudited;        /* of no interest to the audit */
};

struct conn;

/** Octets to be written, owned by whoever gives them. */
struct conn_octets {
    const uint8_t *data;
    size_t size;
};

/** What the owner is told. `closed` is the last call; the connection is gone when it returns. */
struct conn_events {
    void (*open)(struct conn *conn, void *user);
    enum conn_reply (*frame)(struct conn *conn, uint8_t *data, size_t size, void *user); /* NULL: octets */
    void (*drained)(struct conn *conn, void *user);                                      /* may be NULL */
    void (*closed)(struct conn *conn, const char *why, void *user);
    void *user;
    /* Without `frame`: octets came; how many of them were taken. The rest comes again after conn_resume(). */
    size_t (*input)(struct conn *conn, uint8_t *data, size_t size, void *user);
    /* Without `frame`: what to write next. It stays as it is until `written` tells how much of it was. NULL: nothing.
     */
    struct conn_octets (*output)(struct conn *conn, void *user);
    void (*written)(struct conn *conn, size_t size, void *user);
};

/** Fills the limits with the defaults. */
void conn_limits_init(struct conn_limits *limits);
/**
 * Takes over `fd` (non-blocking, connected or connecting); NULL and `fd` closed when there is no memory. Without a
 * context there is no TLS: what that may carry is for the owner to judge.
 */
struct conn *conn_start(struct loop *loop, SSL_CTX *context, enum tls_role role, int fd,
                        const struct conn_limits *limits, const struct conn_events *events);
/** Whom it connects, for the audit; before the loop runs. */
void conn_set_address(struct conn *conn, const struct sockaddr_storage *address);
/** When it was begun, by loop_now(). */
uint64_t conn_begun(const struct conn *conn);
/** Queues one frame; false when it does not fit, and then `drained` will tell; false too when it is not open. */
bool conn_send(struct conn *conn, const void *data, size_t size);
/** Would conn_send() take a frame of `size` octets now? If not, `drained` will tell. */
bool conn_room(struct conn *conn, size_t size);
/** Octets of frames that wait to be sent. */
size_t conn_waiting(const struct conn *conn);
/** There is something for `output` to give. */
void conn_wake(struct conn *conn);
/** After CONN_LATER, or octets not taken: offer them again, and read on. Nothing happens if reading goes on already. */
void conn_resume(struct conn *conn);
/** Ends the connection soon; `closed` is called from the loop, with this constant text. */
void conn_end(struct conn *conn, const char *why);
/** Ends the connection now; `closed` is called from inside. Not from inside its callbacks. */
void conn_drop(struct conn *conn, const char *why);
/** Ends the connection now, without a word to its owner. Not from inside its callbacks. */
void conn_free(struct conn *conn);
/** Is the handshake over? */
bool conn_is_open(const struct conn *conn);
/** Has all that was written reached the other host, as TCP knows? */
bool conn_is_acknowledged(const struct conn *conn);
/** Whatever the owner wants to keep with a connection; NULL at first. */
void conn_attach(struct conn *conn, void *thing);
void *conn_attached(const struct conn *conn);
/** After certificates and lists were read anew: ends the connection if the peer would not be taken any more. */
void conn_check_again(struct conn *conn, SSL_CTX *context);
/** The certificate name of the peer; "" before the connection is open, and without TLS. */
const char *conn_peer(const struct conn *conn);

#endif
