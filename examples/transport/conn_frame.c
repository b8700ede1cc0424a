/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/conn_inside.h"

#include <string.h>

#include <openssl/crypto.h>

size_t conn_frame_missing(const struct conn *conn)
{
    if (conn->in_size < FRAME_HEADER) {
        return FRAME_HEADER - conn->in_size;
    }
    return FRAME_HEADER + frame_read_size(conn->in) - conn->in_size;
}

bool conn_frame_check(struct conn *conn)
{
    if (conn->in_size == FRAME_HEADER && frame_read_size(conn->in) > conn->limits.frame_max) {
        conn_drop(conn, "the peer sent no frame of this protocol, or one over the limit");
        return false;
    }
    return true;
}

void conn_frame_arm(struct conn *conn)
{
    bool begun = conn->events.frame != NULL && conn->in_size > 0;
    if (begun && !conn->frame_begun) {
        loop_arm(conn->loop, &conn->deadline, conn->limits.frame_ms);
    } else if (!begun && conn->limits.idle_ms > 0) {
        loop_arm(conn->loop, &conn->deadline, conn->limits.idle_ms);
    } else if (!begun) {
        loop_disarm(conn->loop, &conn->deadline);
    }
    conn->frame_begun = begun;
}

bool conn_frame_hand_over(struct conn *conn)
{
    size_t size = frame_read_size(conn->in);
    enum conn_reply reply = conn->events.frame(conn, conn->in + FRAME_HEADER, size, conn->events.user);

    if (reply == CONN_LATER) {
        conn->paused = true;
        loop_disarm(conn->loop, &conn->deadline);
        return true;
    }
    OPENSSL_cleanse(conn->in, FRAME_HEADER + size);
    conn->in_size = 0;
    conn->frame_begun = false;
    conn_frame_arm(conn);
    if (reply == CONN_BROKEN && conn->end_reason == NULL) {
        conn_end(conn, "the peer broke the protocol");
    }
    return conn->end_reason == NULL;
}

bool conn_room(struct conn *conn, size_t size)
{
    if (conn->limits.output_max - conn->out_size < FRAME_HEADER + size) {
        conn->refused_room = true;
        return false;
    }
    return true;
}

bool conn_send(struct conn *conn, const void *data, size_t size)
{
    bool takes = conn->open && !conn->leaving && conn->end_reason == NULL;
    if (!takes || size > conn->limits.frame_max || !conn_room(conn, size)) {
        return false;
    }
    if (conn->out_start > 0) {
        memmove(conn->out, conn->out + conn->out_start, conn->out_size);
        OPENSSL_cleanse(conn->out + conn->out_size, conn->out_start);
        conn->out_start = 0;
    }
    uint8_t *at = conn->out + conn->out_size;
    frame_write_header(size, at);
    if (size > 0) {
        memcpy(at + FRAME_HEADER, data, size);
    }
    conn->out_size += FRAME_HEADER + size;
    conn_wake(conn);
    return true;
}

size_t conn_waiting(const struct conn *conn)
{
    return conn->out_size;
}
