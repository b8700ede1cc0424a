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
    uint32_t watched;           /* events of the watch */
    struct loop_timer deadline; /* handshake; then the frame that has begun, or idleness */
    struct loop_timer progress; /* of the output */
    struct loop_timer again;    /* work left for the next round, or a close that is due */
    struct conn_limits limits;
    struct conn_events events;
    uint8_t *in; /* one frame, perhaps in part */
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
    bool refused_room; /* something did not fit: drained is owed */
    bool want_write;   /* what OpenSSL waits for */
    bool more;         /* there is something to read, or to offer again, for the next round */
    const char *end_reason;
};

static void work(struct conn *conn);

static size_t header_size(const struct conn *conn)
{
    return frame_header_size(conn->limits.framing);
}

void conn_limits_init(struct conn_limits *limits, enum framing framing)
{
    *limits = (struct conn_limits){
        .framing = framing,
        .frame_max = FRAME_MAX,
        .output_max = 4 * FRAME_MAX,
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
        OPENSSL_cleanse(conn->in, conn->in_size);
        OPENSSL_cleanse(conn->out, conn->out_start + conn->out_size);
        free(conn->in);
    }
    free(conn);
}

void conn_drop(struct conn *conn, const char *why)
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
    const char *late = conn->frame_begun ? "a frame took too long to arrive" : "nothing came for too long";
    conn_drop(conn, conn->open ? late : "the handshake took too long");
}

static void on_no_progress(struct loop_timer *timer)
{
    conn_drop(timer->owner, "the peer does not read what it is sent");
}

static void on_again(struct loop_timer *timer)
{
    work(timer->owner);
}

static void on_ready(struct loop_watch *watch, uint32_t events)
{
    struct conn *conn = watch->owner;
    /* Nothing is read while the owner keeps a frame back, so that nothing else would tell. */
    if (conn->paused && (events & ((uint32_t)EPOLLHUP | (uint32_t)EPOLLERR)) != 0) {
        conn->open = false;
        conn_drop(conn, "the connection broke");
        return;
    }
    work(conn);
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
    conn->watched = (uint32_t)EPOLLIN | (uint32_t)EPOLLOUT;
    conn->deadline = (struct loop_timer){.fire = on_deadline, .owner = conn};
    conn->progress = (struct loop_timer){.fire = on_no_progress, .owner = conn};
    conn->again = (struct loop_timer){.fire = on_again, .owner = conn};
    if (conn->ssl == NULL || SSL_set_fd(conn->ssl, fd) != 1 || !loop_add(loop, &conn->watch, conn->watched)) {
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

static void put(uint8_t *at, const struct conn *conn, enum frame_type type, const void *data, size_t size)
{
    frame_write_header(conn->limits.framing, type, size, at);
    if (size > 0) {
        memcpy(at + header_size(conn), data, size);
    }
}

bool conn_room(struct conn *conn, size_t size)
{
    if (conn->limits.output_max - conn->out_size < header_size(conn) + size) {
        conn->refused_room = true;
        return false;
    }
    return true;
}

bool conn_send(struct conn *conn, enum frame_type type, const void *data, size_t size)
{
    if (!conn->open || conn->end_reason != NULL || size > conn->limits.frame_max || !conn_room(conn, size)) {
        return false;
    }
    if (conn->out_start > 0) {
        memmove(conn->out, conn->out + conn->out_start, conn->out_size);
        OPENSSL_cleanse(conn->out + conn->out_size, conn->out_start);
        conn->out_start = 0;
    }
    put(conn->out + conn->out_size, conn, type, data, size);
    conn->out_size += header_size(conn) + size;
    loop_arm(conn->loop, &conn->again, 0);
    return true;
}

bool conn_send_urgent(struct conn *conn, enum frame_type type, const void *data, size_t size)
{
    if (!conn->open || conn->end_reason != NULL) {
        return false;
    }
    if (URGENT_MAX - conn->urgent_size < header_size(conn) + size) {
        conn->refused_room = true;
        return false;
    }
    put(conn->urgent + conn->urgent_size, conn, type, data, size);
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
    if (conn->paused) {
        conn->paused = false;
        conn->more = true;
        loop_arm(conn->loop, &conn->again, 0);
    }
}

void conn_end(struct conn *conn, const char *why)
{
    conn->end_reason = why;
    loop_arm(conn->loop, &conn->again, 0);
}

bool conn_is_open(const struct conn *conn)
{
    return conn->open;
}

const char *conn_peer(const struct conn *conn)
{
    return tls_peer_name(conn->ssl);
}

/* False: the connection is gone. */
static bool fail(struct conn *conn, int result)
{
    char why[160];
    bool unread = SSL_get_error(conn->ssl, result) == SSL_ERROR_SYSCALL && conn->open;
    tls_explain(conn->ssl, result, why, sizeof why);
    /* A peer that refuses us says why and closes; writing may meet the second before the first has been read. */
    if (unread) {
        uint8_t octet;
        result = SSL_read(conn->ssl, &octet, sizeof octet);
        if (result <= 0 && SSL_get_error(conn->ssl, result) == SSL_ERROR_SSL) {
            tls_explain(conn->ssl, result, why, sizeof why);
        }
    }
    conn->open = false; /* no shutdown after an error */
    conn_drop(conn, why);
    return false;
}

static bool take_buffers(struct conn *conn)
{
    size_t in_max = header_size(conn) + conn->limits.frame_max;
    conn->in = malloc(in_max + conn->limits.output_max);
    if (conn->in != NULL) {
        conn->out = conn->in + in_max;
    }
    return conn->in != NULL;
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
    if (!take_buffers(conn)) {
        conn_drop(conn, "no memory");
        return false;
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
    conn->want_write = conn->want_write || error == SSL_ERROR_WANT_WRITE;
    if (!conn->progress.armed) {
        loop_arm(conn->loop, &conn->progress, conn->limits.write_ms);
    }
    return 0;
}

/* False when the connection is gone. */
static bool flush(struct conn *conn)
{
    while (conn->urgent_size > 0 || conn->out_size > 0) {
        bool urgent = conn->urgent_size > 0 && (conn->urgent_busy || conn->out_left == 0);
        if (!urgent && conn->out_left == 0) {
            conn->out_left = header_size(conn) + frame_read_size(conn->limits.framing, conn->out + conn->out_start);
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
    size_t size = frame_read_size(conn->limits.framing, conn->in);
    enum frame_type type = frame_read_type(conn->limits.framing, conn->in);
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
    return header + frame_read_size(conn->limits.framing, conn->in) - conn->in_size;
}

/* Reads until there is no more, the owner has had enough, or the round is over. False when the connection is gone. */
static bool take_in(struct conn *conn)
{
    int frames = 0;
    while (!conn->paused && frames < FRAMES_A_ROUND) {
        size_t left = missing(conn);
        if (left == 0) {
            frames++;
            if (!hand_over(conn)) {
                return true;
            }
            continue;
        }
        ERR_clear_error();
        int result = SSL_read(conn->ssl, conn->in + conn->in_size, (int)left);
        if (result <= 0) {
            int error = SSL_get_error(conn->ssl, result);
            conn->want_write = conn->want_write || error == SSL_ERROR_WANT_WRITE;
            return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE || fail(conn, result);
        }
        conn->in_size += (size_t)result;
        if (conn->in_size == header_size(conn) &&
            !frame_allowed(conn->limits.framing, conn->in, conn->limits.frame_max)) {
            conn_drop(conn, "the peer sent no frame of this protocol, or one over the limit");
            return false;
        }
        arm_reading(conn);
    }
    conn->more = !conn->paused;
    return true;
}

static void watch_for(struct conn *conn)
{
    uint32_t events = (conn->paused ? 0u : (uint32_t)EPOLLIN) | (conn->want_write ? (uint32_t)EPOLLOUT : 0u);
    if (events != conn->watched) {
        loop_change(conn->loop, &conn->watch, events);
        conn->watched = events;
    }
    if (conn->more || conn->end_reason != NULL || (conn_waiting(conn) > 0 && !conn->want_write)) {
        loop_arm(conn->loop, &conn->again, 0);
    } else {
        loop_disarm(conn->loop, &conn->again);
    }
}

static void work(struct conn *conn)
{
    conn->want_write = false;
    conn->more = false;
    if (conn->end_reason != NULL) {
        conn_drop(conn, conn->end_reason);
        return;
    }
    if (!conn->open && !shake_hands(conn)) {
        return;
    }
    if (conn->open && (!take_in(conn) || !flush(conn))) {
        return;
    }
    watch_for(conn);
}
