/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/conn.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "transport/tls.h"

#define URGENT_MAX 256
/* Frames given to the owner in one round, so that one peer cannot keep the loop to itself. */
#define FRAMES_A_ROUND 32

struct conn {
    struct loop *loop;
    SSL *ssl;
    struct loop_watch watch;
    struct loop_timer deadline; /* handshake; then the frame that has begun, or idleness */
    struct loop_timer progress; /* of the output */
    struct loop_timer again;    /* work left for the next round, or a close that is due */
    struct conn_limits limits;
    struct conn_events events;
    uint8_t *in;
    size_t in_size;
    uint8_t *out; /* whole frames, the first perhaps sent in part */
    size_t out_start;
    size_t out_size;
    size_t out_left; /* octets left of the frame that is being sent */
    uint8_t urgent[URGENT_MAX];
    size_t urgent_size;
    bool urgent_busy; /* an urgent frame has been sent in part */
    bool open;
    bool paused;
    bool frame_begun;
    bool refused_room; /* conn_send() said no: drained is owed */
    bool want_write;   /* what OpenSSL waits for */
    const char *end_reason;
};

static void work(struct conn *conn);

static size_t header_size(const struct conn *conn)
{
    return conn->limits.framing == FRAMING_HI2 ? 5 : 4;
}

static size_t content_size(const uint8_t *length)
{
    return (size_t)length[0] << 24 | (size_t)length[1] << 16 | (size_t)length[2] << 8 | length[3];
}

void conn_limits_init(struct conn_limits *limits, enum framing framing)
{
    *limits = (struct conn_limits){
        .framing = framing,
        .frame_max = 98304,
        .output_max = 4 * 98304,
        .handshake_ms = 5000,
        .frame_ms = 5000,
        .write_ms = 10000,
    };
}

void conn_free(struct conn *conn)
{
    loop_disarm(conn->loop, &conn->deadline);
    loop_disarm(conn->loop, &conn->progress);
    loop_disarm(conn->loop, &conn->again);
    loop_remove(conn->loop, &conn->watch);
    close(conn->watch.fd);
    SSL_free(conn->ssl);
    if (conn->in != NULL) {
        OPENSSL_cleanse(conn->in, header_size(conn) + conn->limits.frame_max);
    }
    if (conn->out != NULL) {
        OPENSSL_cleanse(conn->out, conn->limits.output_max);
    }
    free(conn->in);
    free(conn->out);
    free(conn);
}

static void give_up(struct conn *conn, const char *why)
{
    if (conn->open) {
        SSL_shutdown(conn->ssl);
        ERR_clear_error();
    }
    conn->open = false;
    conn->events.closed(conn, why, conn->events.user);
    conn_free(conn);
}

static void on_deadline(struct loop_timer *timer)
{
    struct conn *conn = timer->owner;
    give_up(conn, !conn->open ? "the handshake took too long"
                              : conn->frame_begun ? "a frame took too long to arrive" : "nothing came for too long");
}

static void on_no_progress(struct loop_timer *timer)
{
    give_up(timer->owner, "the peer does not read what it is sent");
}

static void on_again(struct loop_timer *timer)
{
    struct conn *conn = timer->owner;
    if (conn->end_reason != NULL) {
        give_up(conn, conn->end_reason);
        return;
    }
    work(conn);
}

static void on_ready(struct loop_watch *watch, uint32_t events)
{
    (void)events;
    work(watch->owner);
}

struct conn *conn_start(struct loop *loop, SSL_CTX *context, enum tls_role role, int fd,
                        const struct conn_limits *limits, const struct conn_events *events)
{
    struct conn *conn = calloc(1, sizeof *conn);
    int low_water = 16384;
    if (conn == NULL) {
        close(fd);
        return NULL;
    }
    *conn = (struct conn){.loop = loop, .limits = *limits, .events = *events, .ssl = SSL_new(context)};
    conn->watch = (struct loop_watch){.fd = fd, .ready = on_ready, .owner = conn};
    conn->deadline = (struct loop_timer){.fire = on_deadline, .owner = conn};
    conn->progress = (struct loop_timer){.fire = on_no_progress, .owner = conn};
    conn->again = (struct loop_timer){.fire = on_again, .owner = conn};
    conn->in = malloc(header_size(conn) + limits->frame_max);
    conn->out = malloc(limits->output_max);
    if (conn->ssl == NULL || conn->in == NULL || conn->out == NULL || SSL_set_fd(conn->ssl, fd) != 1 ||
        !loop_add(loop, &conn->watch, EPOLLIN | EPOLLOUT)) {
        conn_free(conn);
        return NULL;
    }
    /* The backlog waits here and not in the kernel, where nothing could overtake it. */
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low_water, sizeof low_water);
    if (role == TLS_SERVER) {
        SSL_set_accept_state(conn->ssl);
    } else {
        SSL_set_connect_state(conn->ssl);
    }
    loop_arm(loop, &conn->deadline, limits->handshake_ms);
    return conn;
}

static bool put(uint8_t *at, size_t room, const struct conn *conn, enum frame_type type, const void *data, size_t size)
{
    size_t header = header_size(conn);
    if (room < header + size) {
        return false;
    }
    if (conn->limits.framing == FRAMING_HI2) {
        *at++ = (uint8_t)type;
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
        *at++ = (uint8_t)(size >> shift);
    }
    if (size > 0) {
        memcpy(at, data, size);
    }
    return true;
}

bool conn_send(struct conn *conn, enum frame_type type, const void *data, size_t size)
{
    if (!conn->open || conn->end_reason != NULL || size > conn->limits.frame_max) {
        return false;
    }
    if (conn->out_start > 0) {
        memmove(conn->out, conn->out + conn->out_start, conn->out_size);
        OPENSSL_cleanse(conn->out + conn->out_size, conn->out_start);
        conn->out_start = 0;
    }
    if (!put(conn->out + conn->out_size, conn->limits.output_max - conn->out_size, conn, type, data, size)) {
        conn->refused_room = true;
        return false;
    }
    conn->out_size += header_size(conn) + size;
    loop_arm(conn->loop, &conn->again, 0);
    return true;
}

bool conn_send_urgent(struct conn *conn, enum frame_type type, const void *data, size_t size)
{
    if (!conn->open || conn->end_reason != NULL ||
        !put(conn->urgent + conn->urgent_size, URGENT_MAX - conn->urgent_size, conn, type, data, size)) {
        return false;
    }
    conn->urgent_size += header_size(conn) + size;
    loop_arm(conn->loop, &conn->again, 0);
    return true;
}

size_t conn_waiting(const struct conn *conn)
{
    return conn->out_size + conn->urgent_size;
}

void conn_resume(struct conn *conn)
{
    conn->paused = false;
    loop_arm(conn->loop, &conn->again, 0);
}

void conn_end(struct conn *conn, const char *why)
{
    conn->end_reason = why;
    loop_arm(conn->loop, &conn->again, 0);
}

const char *conn_peer(const struct conn *conn)
{
    return tls_peer_name(conn->ssl);
}

/* False when the connection is gone. */
static bool fail(struct conn *conn, int result)
{
    char why[160];
    tls_explain(conn->ssl, result, why, sizeof why);
    conn->open = false; /* no shutdown after an error */
    give_up(conn, why);
    return false;
}

static bool shake_hands(struct conn *conn)
{
    ERR_clear_error();
    int result = SSL_do_handshake(conn->ssl);
    int error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(conn->ssl, result);
    conn->want_write = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        return true;
    }
    if (error != SSL_ERROR_NONE) {
        return fail(conn, result);
    }
    conn->open = true;
    loop_disarm(conn->loop, &conn->deadline);
    if (conn->limits.idle_ms > 0) {
        loop_arm(conn->loop, &conn->deadline, conn->limits.idle_ms);
    }
    conn->events.open(conn, conn->events.user);
    return true;
}

/* Writes `size` octets from the start of `data`; how many went, or -1 when the connection is gone. */
static int write_some(struct conn *conn, const uint8_t *data, size_t size)
{
    ERR_clear_error();
    int result = SSL_write(conn->ssl, data, (int)size);
    if (result > 0) {
        loop_arm(conn->loop, &conn->progress, conn->limits.write_ms);
        return result;
    }
    int error = SSL_get_error(conn->ssl, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        fail(conn, result);
        return -1;
    }
    conn->want_write = error == SSL_ERROR_WANT_WRITE;
    if (!conn->progress.armed) {
        loop_arm(conn->loop, &conn->progress, conn->limits.write_ms);
    }
    return 0;
}

static bool flush(struct conn *conn)
{
    while (conn->urgent_size > 0 || conn->out_size > 0) {
        bool urgent = conn->urgent_size > 0 && (conn->urgent_busy || conn->out_left == 0);
        if (!urgent && conn->out_left == 0) {
            size_t header = header_size(conn);
            conn->out_left = header + content_size(conn->out + conn->out_start + header - 4);
        }
        int sent = urgent ? write_some(conn, conn->urgent, conn->urgent_size)
                          : write_some(conn, conn->out + conn->out_start, conn->out_left);
        if (sent <= 0) {
            return sent == 0;
        }
        if (urgent) {
            conn->urgent_size -= (size_t)sent;
            memmove(conn->urgent, conn->urgent + sent, conn->urgent_size);
            conn->urgent_busy = conn->urgent_size > 0;
        } else {
            OPENSSL_cleanse(conn->out + conn->out_start, (size_t)sent);
            conn->out_start += (size_t)sent;
            conn->out_size -= (size_t)sent;
            conn->out_left -= (size_t)sent;
        }
    }
    conn->out_start = 0;
    loop_disarm(conn->loop, &conn->progress);
    if (conn->refused_room) {
        conn->refused_room = false;
        if (conn->events.drained != NULL) {
            conn->events.drained(conn, conn->events.user);
        }
    }
    return true;
}

static void arm_reading(struct conn *conn)
{
    if (conn->in_size > 0) {
        if (!conn->frame_begun) {
            loop_arm(conn->loop, &conn->deadline, conn->limits.frame_ms);
        }
    } else if (conn->limits.idle_ms > 0) {
        loop_arm(conn->loop, &conn->deadline, conn->limits.idle_ms);
    } else {
        loop_disarm(conn->loop, &conn->deadline);
    }
    conn->frame_begun = conn->in_size > 0;
}

/* Hands over the frame in the input buffer if it is whole. False when the connection is to end. */
static bool hand_over(struct conn *conn)
{
    size_t header = header_size(conn);
    size_t size = content_size(conn->in + header - 4);
    enum frame_type type = header == 5 ? (enum frame_type)conn->in[0] : FRAME_XK;
    enum conn_reply reply = conn->events.frame(conn, type, conn->in + header, size, conn->events.user);

    if (reply == CONN_LATER) {
        conn->paused = true;
        loop_disarm(conn->loop, &conn->deadline);
        return true;
    }
    OPENSSL_cleanse(conn->in, header + size);
    conn->in_size = 0;
    conn->frame_begun = false;
    arm_reading(conn);
    if (reply == CONN_BROKEN && conn->end_reason == NULL) {
        conn_end(conn, "the peer broke the protocol");
    }
    return conn->end_reason == NULL;
}

/* The octets still missing of the header, then of the content; 0 when the frame is whole. */
static size_t missing(const struct conn *conn)
{
    size_t header = header_size(conn);
    if (conn->in_size < header) {
        return header - conn->in_size;
    }
    return header + content_size(conn->in + header - 4) - conn->in_size;
}

static bool frame_allowed(const struct conn *conn)
{
    size_t header = header_size(conn);
    if (conn->in_size != header) {
        return true;
    }
    return content_size(conn->in + header - 4) <= conn->limits.frame_max &&
           (header == 4 || (conn->in[0] >= FRAME_PS_PDU && conn->in[0] <= FRAME_ACKNOWLEDGE));
}

static void take_in(struct conn *conn)
{
    int frames = 0;
    while (!conn->paused && frames < FRAMES_A_ROUND) {
        size_t left = missing(conn);
        if (left == 0) {
            frames++;
            if (!hand_over(conn)) {
                return;
            }
            continue;
        }
        ERR_clear_error();
        int result = SSL_read(conn->ssl, conn->in + conn->in_size, (int)left);
        if (result <= 0) {
            int error = SSL_get_error(conn->ssl, result);
            if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
                fail(conn, result);
                return;
            }
            loop_change(conn->loop, &conn->watch,
                        EPOLLIN | (conn->want_write || error == SSL_ERROR_WANT_WRITE ? (uint32_t)EPOLLOUT : 0u));
            return;
        }
        conn->in_size += (size_t)result;
        if (!frame_allowed(conn)) {
            give_up(conn, "the peer sent no frame of this protocol, or one over the limit");
            return;
        }
        arm_reading(conn);
    }
    loop_change(conn->loop, &conn->watch,
                (conn->paused ? 0u : (uint32_t)EPOLLIN) | (conn->want_write ? (uint32_t)EPOLLOUT : 0u));
    if (!conn->paused) {
        loop_arm(conn->loop, &conn->again, 0);
    }
}

static void work(struct conn *conn)
{
    conn->want_write = false;
    if (conn->end_reason != NULL) {
        give_up(conn, conn->end_reason);
        return;
    }
    if (!conn->open) {
        if (!shake_hands(conn)) {
            return;
        }
        if (!conn->open) {
            loop_change(conn->loop, &conn->watch, conn->want_write ? EPOLLOUT : EPOLLIN);
            return;
        }
    }
    if (flush(conn)) {
        take_in(conn);
    }
}
