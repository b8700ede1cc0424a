/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/conn.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "transport/audit.h"
#include "transport/conn_inside.h"

/* What is given to the owner in one round, so that one peer cannot keep the loop to itself. */
#define FRAMES_A_ROUND 32
#define OCTETS_MAX 16384 /* of input that is not cut into frames */

static void work(struct conn *conn);

void conn_limits_init(struct conn_limits *limits)
{
    *limits = (struct conn_limits){
        .frame_max = FRAME_MAX,
        .output_max = 4 * FRAME_MAX,
        .handshake_ms = 5000,
        .frame_ms = 5000,
        .write_ms = 10000,
        .life_ms = 86400000,
    };
}

static void tell(struct conn *conn, enum audit_word word, const char *reason)
{
    struct audit *audit = conn->limits.unaudited ? NULL : conn->loop->audit;
    audit_tell(audit, &(struct audit_event){.word = word,
                                            .address = &conn->address,
                                            .name = conn_peer(conn),
                                            .certificate = conn->ssl != NULL ? tls_shown(conn->ssl) : NULL,
                                            .reason = reason});
}

static void tell_end(struct conn *conn, const char *reason)
{
    if (!conn->told) {
        tell(conn, conn->opened ? AUDIT_ENDED : conn->role == TLS_SERVER ? AUDIT_REFUSED : AUDIT_FAILED, reason);
    }
    conn->told = true;
}

void conn_free(struct conn *conn)
{
    if (conn->opened) {
        tell_end(conn, "this end stops");
    }
    loop_disarm(conn->loop, &conn->life);
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

void conn_drop(struct conn *conn, const char *reason)
{
    const char *why = conn->leaving ? "its longest life is over" : reason;
    if (conn->open && conn->ssl != NULL) {
        SSL_shutdown(conn->ssl);
        ERR_clear_error();
    }
    tell_end(conn, why);
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

/* Nothing is sent any more; the peer may finish what it was about to send, within the time for it. */
static void on_life_over(struct loop_timer *timer)
{
    struct conn *conn = timer->owner;
    if (conn->leaving || conn->ssl == NULL) {
        conn->leaving = true;
        conn_drop(conn, "");
        return;
    }
    conn->leaving = true;
    SSL_shutdown(conn->ssl);
    ERR_clear_error();
    loop_disarm(conn->loop, &conn->progress);
    loop_arm(conn->loop, &conn->life, conn->limits.write_ms);
}

static void on_again(struct loop_timer *timer)
{
    work(timer->owner);
}

static void on_ready(struct loop_watch *watch, uint32_t events)
{
    struct conn *conn = watch->owner;
    /* Nothing is read while the owner keeps something back, so that nothing else would tell. */
    if (conn->paused && (events & ((uint32_t)EPOLLHUP | (uint32_t)EPOLLERR)) != 0) {
        conn->open = false;
        conn_drop(conn, "the connection broke");
        return;
    }
    work(conn);
}

/* A client names whom it wants to talk to: the name that it will then demand of the certificate. */
static bool start_tls(struct conn *conn, SSL_CTX *context, enum tls_role role, int fd)
{
    conn->ssl = SSL_new(context);
    if (conn->ssl == NULL || SSL_set_fd(conn->ssl, fd) != 1) {
        return false;
    }
    if (role == TLS_SERVER) {
        SSL_set_accept_state(conn->ssl);
        return true;
    }
    SSL_set_connect_state(conn->ssl);
    return tls_set_server_name(conn->ssl);
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
    *conn = (struct conn){.loop = loop, .limits = *limits, .events = *events, .role = role, .begun = loop_now()};
    conn->watch = (struct loop_watch){.fd = fd, .ready = on_ready, .owner = conn};
    conn->watched = (uint32_t)EPOLLIN | (uint32_t)EPOLLOUT;
    conn->deadline = (struct loop_timer){.fire = on_deadline, .owner = conn};
    conn->progress = (struct loop_timer){.fire = on_no_progress, .owner = conn};
    conn->again = (struct loop_timer){.fire = on_again, .owner = conn};
    conn->life = (struct loop_timer){.fire = on_life_over, .owner = conn};
    if ((context != NULL && !start_tls(conn, context, role, fd)) || !loop_add(loop, &conn->watch, conn->watched)) {
        conn_free(conn);
        return NULL;
    }
    /* The backlog waits here and not in the kernel, where nothing could overtake it. */
    setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low_water, sizeof low_water);
    loop_arm(loop, &conn->deadline, limits->handshake_ms);
    return conn;
}

void conn_set_address(struct conn *conn, const struct sockaddr_storage *address)
{
    conn->address = *address;
}

uint64_t conn_begun(const struct conn *conn)
{
    return conn->begun;
}

void conn_wake(struct conn *conn)
{
    conn->awake = true;
    loop_arm(conn->loop, &conn->again, 0);
}

void conn_resume(struct conn *conn)
{
    if (conn->paused) {
        conn->paused = false;
        conn->more = true;
        conn_wake(conn);
    }
}

void conn_end(struct conn *conn, const char *why)
{
    conn->end_reason = why;
    conn_wake(conn);
}

bool conn_is_open(const struct conn *conn)
{
    return conn->open;
}

bool conn_is_acknowledged(const struct conn *conn)
{
    int waiting = 0;
    return conn->open && !conn->want_write && ioctl(conn->watch.fd, SIOCOUTQ, &waiting) == 0 && waiting == 0;
}

void conn_attach(struct conn *conn, void *thing)
{
    conn->attached = thing;
}

void *conn_attached(const struct conn *conn)
{
    return conn->attached;
}

void conn_check_again(struct conn *conn, SSL_CTX *context)
{
    if (conn->open && conn->ssl != NULL && context != NULL && !tls_check_again(conn->ssl, context)) {
        conn_end(conn, "the peer's certificate is not accepted any more");
    }
}

const char *conn_peer(const struct conn *conn)
{
    return conn->opened && conn->ssl != NULL ? tls_peer_name(conn->ssl) : "";
}

static bool take_buffers(struct conn *conn)
{
    bool framed = conn->events.frame != NULL;
    conn->in_max = framed ? (size_t)FRAME_HEADER + conn->limits.frame_max : OCTETS_MAX;
    conn->in = malloc(conn->in_max + (framed ? conn->limits.output_max : 0));
    if (conn->in != NULL) {
        conn->out = conn->in + conn->in_max;
    }
    return conn->in != NULL;
}

static bool shake_hands(struct conn *conn)
{
    bool done = false;
    if (!conn_io_shake_hands(conn, &done)) {
        return false;
    }
    if (!done) {
        return true;
    }
    if (!take_buffers(conn)) {
        conn_drop(conn, "no memory");
        return false;
    }
    conn->open = conn->opened = true;
    conn_frame_arm(conn);
    if (conn->limits.life_ms > 0) { /* not all at once, after a start of everything */
        loop_arm(conn->loop, &conn->life, conn->limits.life_ms - loop_random(conn->limits.life_ms / 10 + 1));
    }
    tell(conn, conn->role == TLS_SERVER ? AUDIT_ACCEPTED : AUDIT_CONNECTED, NULL);
    conn->events.open(conn, conn->events.user);
    return true;
}

/* What to write next: of the frames that wait, or what the owner gives. */
static struct conn_octets next_output(struct conn *conn)
{
    if (conn->events.frame == NULL && conn->events.output != NULL) {
        return conn->events.output(conn, conn->events.user);
    }
    return (struct conn_octets){conn->out + conn->out_start, conn->out_size};
}

static void note_written(struct conn *conn, size_t size)
{
    if (conn->events.frame == NULL) {
        conn->events.written(conn, size, conn->events.user);
        return;
    }
    OPENSSL_cleanse(conn->out + conn->out_start, size);
    conn->out_start += size;
    conn->out_size -= size;
}

/* False when the connection is gone. */
static bool flush(struct conn *conn)
{
    for (struct conn_octets next = next_output(conn); next.size > 0; next = next_output(conn)) {
        int sent = conn_io_write(conn, next.data, next.size > OCTETS_MAX ? OCTETS_MAX : next.size);
        if (sent <= 0) {
            return sent == 0;
        }
        note_written(conn, (size_t)sent);
        if (conn->end_reason != NULL) {
            return true;
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

/* Hands octets over. False when the connection is to end. */
static bool give_octets(struct conn *conn)
{
    conn->paused = true; /* unless the owner resumes meanwhile */
    size_t used = conn->events.input(conn, conn->in, conn->in_size, conn->events.user);
    conn->paused = conn->paused && used < conn->in_size;
    conn->in_size -= used;
    memmove(conn->in, conn->in + used, conn->in_size);
    OPENSSL_cleanse(conn->in + conn->in_size, used);
    return conn->end_reason == NULL;
}

static bool is_due(const struct conn *conn)
{
    return conn->events.frame != NULL ? conn_frame_missing(conn) == 0 : conn->in_size > 0;
}

/* Reads until there is no more, the owner has had enough, or the round is over. False when the connection is gone. */
static bool take_in(struct conn *conn)
{
    int rounds = 0;
    while (!conn->paused && rounds < FRAMES_A_ROUND) {
        if (is_due(conn)) {
            rounds++;
            if (!(conn->events.frame != NULL ? conn_frame_hand_over(conn) : give_octets(conn))) {
                return true;
            }
            continue;
        }
        size_t left = conn->events.frame != NULL ? conn_frame_missing(conn) : conn->in_max;
        int got = conn_io_read(conn, conn->in + conn->in_size, left);
        if (got <= 0) {
            return got == 0;
        }
        conn->in_size += (size_t)got;
        if (conn->events.frame != NULL && !conn_frame_check(conn)) {
            return false;
        }
        conn_frame_arm(conn);
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
    bool unsent = conn->out_size > 0 && !conn->want_write && !conn->leaving;
    if (conn->more || conn->end_reason != NULL || unsent) {
        conn_wake(conn);
    } else if (!conn->awake) {
        loop_disarm(conn->loop, &conn->again);
    }
}

static void work(struct conn *conn)
{
    conn->want_write = false;
    conn->more = false;
    conn->awake = false;
    if (conn->end_reason != NULL) {
        conn_drop(conn, conn->end_reason);
        return;
    }
    if (!conn->open && !shake_hands(conn)) {
        return;
    }
    if (conn->open && (!take_in(conn) || (!conn->leaving && !flush(conn)))) {
        return;
    }
    watch_for(conn);
}
