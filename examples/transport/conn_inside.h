/* SPDX-License-Identifier: BSD-2-Clause */
/** @file A connection inside: conn.c works it, conn_io.c reads and writes, conn_frame.c makes frames of it. */
#ifndef TRANSPORT_CONN_INSIDE_H
#define TRANSPORT_CONN_INSIDE_H

#include "transport/conn.h"

struct conn {
    struct loop *loop;
    SSL *ssl; /* NULL: no TLS */
    struct loop_watch watch;
    uint32_t watched;           /* events of the watch */
    struct loop_timer deadline; /* handshake; then the frame that has begun, or idleness */
    struct loop_timer progress; /* of the output */
    struct loop_timer again;    /* work left for the next round, or a close that is due */
    struct conn_limits limits;
    struct conn_events events;
    uint8_t *in; /* one frame, perhaps in part; or octets that were not taken */
    size_t in_size;
    size_t in_max;
    uint8_t *out; /* whole frames, the first perhaps sent in part */
    size_t out_start;
    size_t out_size;
    enum tls_role role;
    struct loop_timer life;
    struct sockaddr_storage address; /* of the peer */
    uint64_t begun;
    bool open;
    bool opened;  /* it was open once */
    bool told;    /* the audit knows of its end */
    bool leaving; /* its life is over: the peer was told, what it still sends is read */
    bool paused;
    bool frame_begun;
    bool refused_room; /* something did not fit: drained is owed */
    bool want_write;   /* what OpenSSL, or the socket, waits for */
    bool awake;        /* somebody woke it since it last worked */
    bool more;         /* there is something to read, or to offer again, for the next round */
    const char *end_reason;
    void *attached;
};

/* conn_io.c. Each is false, or below 0, when the connection is gone; 0 octets: not now. */
bool conn_io_shake_hands(struct conn *conn, bool *done);
int conn_io_read(struct conn *conn, uint8_t *out, size_t size);
int conn_io_write(struct conn *conn, const uint8_t *data, size_t size);

/* conn_frame.c. How many octets are missing of the frame in the input; 0 when it is whole. */
size_t conn_frame_missing(const struct conn *conn);
/* False, and the connection is gone, when the header in the input is none of a frame. */
bool conn_frame_check(struct conn *conn);
/* Hands over the frame in the input. False when the connection is to end. */
bool conn_frame_hand_over(struct conn *conn);
/* Sets the deadline that the input is under. */
void conn_frame_arm(struct conn *conn);

#endif
