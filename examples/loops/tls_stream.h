/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The client's end of a TLS connection without a socket: encrypted octets go in and come out, frames of Xk
 * (transport/frame.h) come out and go in. Any loop can carry it.
 *
 * Memory is bounded as long as its owner stops feeding while a frame is not taken.
 */
#ifndef LOOPS_TLS_STREAM_H
#define LOOPS_TLS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "transport/frame.h"

/** Caller-owned, all zero before tls_stream_open(). */
struct tls_stream {
    SSL *ssl;
    BIO *in;  /* encrypted octets from the peer; belongs to `ssl` */
    BIO *out; /* encrypted octets for the peer; likewise */
    bool open;
    char why[160];  /* why it is over; empty as long as it is not */
    uint8_t *frame; /* may hold keys */
    size_t frame_size;
};

/** Begins; the first octets of the handshake wait to be sent. False when there is no memory. */
bool tls_stream_open(struct tls_stream *stream, SSL_CTX *context);
/** Ends, wipes and frees; all zero afterwards. One that is not open stays so. */
void tls_stream_close(struct tls_stream *stream);

/** Takes encrypted octets from the peer. False when the connection is over: `why` tells. */
bool tls_stream_feed(struct tls_stream *stream, const void *octets, size_t size);
/** The next whole frame, the same one until tls_stream_taken(). False when there is none yet, or `why` tells. */
bool tls_stream_receive(struct tls_stream *stream, uint8_t **message, size_t *size);
/** The frame has been dealt with. */
void tls_stream_taken(struct tls_stream *stream);

/** Encrypts one frame. False when the handshake is not over or too much waits already. */
bool tls_stream_send(struct tls_stream *stream, const uint8_t *message, size_t size);
/** What waits to be sent to the peer, valid until the next call; how many octets. */
size_t tls_stream_output(struct tls_stream *stream, const uint8_t **octets);
/** That many octets of it have been sent. */
void tls_stream_sent(struct tls_stream *stream, size_t size);

#endif
