/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 5000
#define PAUSE_MS 500
#define SILENCE_S 10 /* before TCP asks whether the other host is there */

/* Without these a host that vanishes would be noticed after a quarter of an hour at best. */
void socket_prepare(int fd)
{
    const int on = 1;
    const int idle = SILENCE_S;
    const int interval = SILENCE_S / 2;
    const int count = 3;
    const unsigned int unacknowledged = 2000 * SILENCE_S;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged);
}

/* What an endpoint does not look at itself: its own events are the first member, so that its address is theirs. */
static size_t pass_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    const struct conn_events *events = user;
    return events->input(conn, data, size, events->user);
}

static struct conn_octets pass_output(struct conn *conn, void *user)
{
    const struct conn_events *events = user;
    return events->output(conn, events->user);
}

static void pass_written(struct conn *conn, size_t size, void *user)
{
    const struct conn_events *events = user;
    events->written(conn, size, events->user);
}

static void pass_drained(struct conn *conn, void *user)
{
    const struct conn_events *events = user;
    if (events->drained != NULL) {
        events->drained(conn, events->user);
    }
}

static struct conn_events passing(struct conn_events *events)
{
    return (struct conn_events){.drained = pass_drained,
                                .user = events,
                                .input = pass_input,
                                .output = events->output != NULL ? pass_output : NULL,
                                .written = pass_written};
}

static void on_accepted_closed(struct conn *conn, const char *why, void *user)
{
    struct listener *listener = user;
    for (size_t i = 0; i < listener->count; i++) {
        if (listener->connections[i] == conn) {
            listener->count--;
            memmove(&listener->connections[i], &listener->connections[i + 1],
                    (listener->count - i) * sizeof(struct conn *));
            break;
        }
    }
    listener->events.closed(conn, why, listener->events.user);
}

static void on_accepted_open(struct conn *conn, void *user)
{
    struct listener *listener = user;
    listener->events.open(conn, listener->events.user);
}

static enum conn_reply on_accepted_frame(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct listener *listener = user;
    return listener->events.frame(conn, data, size, listener->events.user);
}

static void on_pause_over(struct loop_timer *timer)
{
    struct listener *listener = timer->owner;
    loop_change(listener->loop, &listener->watch, EPOLLIN);
}

/* Who only connects must not keep those out who have a certificate. */
static bool make_room(struct listener *listener)
{
    for (size_t i = 0; i < listener->count; i++) {
        if (!conn_is_open(listener->connections[i])) {
            conn_drop(listener->connections[i], "others wait, and its handshake was not over");
            return true;
        }
    }
    return false;
}

static void on_incoming(struct loop_watch *watch, uint32_t flags)
{
    struct listener *listener = watch->owner;
    struct conn_events events = passing(&listener->events);
    events.open = on_accepted_open;
    events.frame = listener->events.frame != NULL ? on_accepted_frame : NULL;
    events.closed = on_accepted_closed;
    (void)flags;
    int fd = accept(watch->fd, NULL, NULL);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            loop_change(listener->loop, watch, 0);
            loop_arm(listener->loop, &listener->pause, PAUSE_MS);
        }
        return;
    }
    if ((listener->count >= listener->max && !make_room(listener)) || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        close(fd);
        return;
    }
    socket_prepare(fd);
    struct conn *conn = conn_start(listener->loop, listener->context, TLS_SERVER, fd, &listener->limits, &events);
    if (conn != NULL) {
        listener->connections[listener->count++] = conn;
    }
}

bool listener_open(struct listener *listener, struct loop *loop, SSL_CTX *context, const char *address,
                   const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size)
{
    struct addresses found;
    int on = 1;

    *listener = (struct listener){.loop = loop, .context = context, .limits = *limits, .events = *events};
    listener->watch = (struct loop_watch){.fd = -1, .ready = on_incoming, .owner = listener};
    listener->pause = (struct loop_timer){.fire = on_pause_over, .owner = listener};
    listener->max = LISTENER_MAX;
    if (!addresses_look_up(address, true, &found, why, why_size)) {
        return false;
    }
    const struct address *at = &found.of[0];
    int fd = socket(at->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    listener->watch.fd = fd;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)&at->at, at->size) != 0 || listen(fd, 64) != 0 ||
        !loop_add(loop, &listener->watch, EPOLLIN)) {
        snprintf(why, why_size, "cannot listen: %s", strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    return true;
}

int listener_port(const struct listener *listener)
{
    struct sockaddr_storage at = {0};
    socklen_t size = sizeof at;
    return getsockname(listener->watch.fd, (struct sockaddr *)&at, &size) == 0 ? address_port(&at) : 0;
}

void listener_close(struct listener *listener)
{
    loop_disarm(listener->loop, &listener->pause);
    loop_remove(listener->loop, &listener->watch);
    close(listener->watch.fd);
    while (listener->count > 0) {
        conn_free(listener->connections[--listener->count]);
    }
}

void listener_end(struct listener *listener)
{
    while (listener->count > 0) {
        conn_drop(listener->connections[0], "this end stops");
    }
    listener_close(listener);
}

void listener_renew(struct listener *listener, SSL_CTX *context)
{
    listener->context = context;
    for (size_t i = 0; i < listener->count; i++) {
        conn_check_again(listener->connections[i], context);
    }
}

static void on_dialed_open(struct conn *conn, void *user)
{
    struct dialer *dialer = user;
    dialer->open = true;
    dialer->next = 0;
    dialer->events.open(conn, dialer->events.user);
}

static enum conn_reply on_dialed_frame(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct dialer *dialer = user;
    dialer->wait_ms = dialer->wait_min_ms;
    return dialer->events.frame(conn, data, size, dialer->events.user);
}

/* Between half the wait and all of it, so that the peers of a server that restarts do not come at once. */
static void connect_later(struct dialer *dialer)
{
    loop_arm(dialer->loop, &dialer->again, dialer->wait_ms / 2 + loop_random(dialer->wait_ms / 2 + 1));
    dialer->wait_ms = dialer->wait_ms > dialer->wait_max_ms / 2 ? dialer->wait_max_ms : dialer->wait_ms * 2;
}

/* Of the attempts at one name the owner hears only the last one's end. */
static void on_dialed_closed(struct conn *conn, const char *why, void *user)
{
    struct dialer *dialer = user;
    bool was_open = dialer->open;
    dialer->conn = NULL;
    dialer->open = false;
    if (!was_open && dialer->next < dialer->addresses.count) {
        loop_arm(dialer->loop, &dialer->again, 0);
        return;
    }
    dialer->next = 0;
    if (!dialer->directed) {
        connect_later(dialer);
    }
    dialer->events.closed(conn, why, dialer->events.user);
}

/* A connection that could not even be begun. */
static void give_up(struct dialer *dialer)
{
    on_dialed_closed(NULL, strerror(errno), dialer);
}

static void connect_now(struct loop_timer *timer)
{
    struct dialer *dialer = timer->owner;
    const struct address *address = &dialer->addresses.of[dialer->next++];
    struct conn_events events = passing(&dialer->events);
    events.open = on_dialed_open;
    events.frame = dialer->events.frame != NULL ? on_dialed_frame : NULL;
    events.closed = on_dialed_closed;
    int fd = socket(address->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        give_up(dialer);
        return;
    }
    socket_prepare(fd);
    if (connect(fd, (const struct sockaddr *)&address->at, address->size) != 0 && errno != EINPROGRESS) {
        close(fd);
        give_up(dialer);
        return;
    }
    dialer->conn = conn_start(dialer->loop, dialer->context, TLS_CLIENT, fd, &dialer->limits, &events);
    if (dialer->conn == NULL) {
        give_up(dialer);
    }
}

void dialer_connect(struct dialer *dialer)
{
    dialer->next = 0;
    loop_arm(dialer->loop, &dialer->again, 0);
}

bool dialer_open_directed(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                          const struct conn_limits *limits, const struct conn_events *events, char *why,
                          size_t why_size)
{
    *dialer = (struct dialer){.loop = loop, .context = context, .limits = *limits, .events = *events};
    dialer->directed = true;
    dialer->wait_min_ms = WAIT_MIN_MS;
    dialer->wait_max_ms = WAIT_MAX_MS;
    dialer->wait_ms = WAIT_MIN_MS;
    dialer->again = (struct loop_timer){.fire = connect_now, .owner = dialer};
    return addresses_look_up(address, false, &dialer->addresses, why, why_size);
}

bool dialer_open(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                 const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size)
{
    if (!dialer_open_directed(dialer, loop, context, address, limits, events, why, why_size)) {
        return false;
    }
    dialer->directed = false;
    loop_arm(loop, &dialer->again, 0);
    return true;
}

void dialer_close(struct dialer *dialer)
{
    loop_disarm(dialer->loop, &dialer->again);
    if (dialer->conn != NULL) {
        conn_free(dialer->conn);
        dialer->conn = NULL;
        dialer->open = false;
    }
}

void dialer_renew(struct dialer *dialer, SSL_CTX *context)
{
    if (dialer->conn != NULL) {
        conn_check_again(dialer->conn, context);
    }
    dialer->context = context;
}
