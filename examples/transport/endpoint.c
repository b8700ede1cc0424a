/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 5000
#define PAUSE_MS 500
#define SILENCE_S 10 /* before TCP asks whether the other host is there */

bool address_look_up(const char *address, bool passive, struct sockaddr_storage *out, socklen_t *size, char *why,
                     size_t why_size)
{
    char host[256];
    const char *colon = strrchr(address, ':');
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : 0};
    struct addrinfo *found = NULL;
    const char *start = address;
    size_t length = colon == NULL ? 0 : (size_t)(colon - address);

    if (length > 1 && start[0] == '[' && colon[-1] == ']') {
        start++;
        length -= 2;
    }
    if (colon == NULL || length >= sizeof host) {
        snprintf(why, why_size, "not an address of the form host:port");
        return false;
    }
    memcpy(host, start, length);
    host[length] = '\0';
    int code = getaddrinfo(length > 0 ? host : NULL, colon + 1, &hints, &found);
    if (code != 0 || found == NULL) {
        snprintf(why, why_size, "cannot look up the address: %s", gai_strerror(code));
        return false;
    }
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *size = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

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

static enum conn_reply on_accepted_frame(struct conn *conn, enum frame_type type, uint8_t *data, size_t size,
                                         void *user)
{
    struct listener *listener = user;
    return listener->events.frame(conn, type, data, size, listener->events.user);
}

static void on_accepted_drained(struct conn *conn, void *user)
{
    struct listener *listener = user;
    if (listener->events.drained != NULL) {
        listener->events.drained(conn, listener->events.user);
    }
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
    const struct conn_events events = {on_accepted_open, on_accepted_frame, on_accepted_drained, on_accepted_closed,
                                       listener};
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
    struct sockaddr_storage at = {0};
    socklen_t size;
    int on = 1;

    *listener = (struct listener){.loop = loop, .context = context, .limits = *limits, .events = *events};
    listener->watch = (struct loop_watch){.fd = -1, .ready = on_incoming, .owner = listener};
    listener->pause = (struct loop_timer){.fire = on_pause_over, .owner = listener};
    listener->max = LISTENER_MAX;
    if (!address_look_up(address, true, &at, &size, why, why_size)) {
        return false;
    }
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    listener->watch.fd = fd;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 64) != 0 ||
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
    struct sockaddr_in6 six;
    struct sockaddr_in four;
    if (getsockname(listener->watch.fd, (struct sockaddr *)&at, &size) != 0) {
        return 0;
    }
    memcpy(&six, &at, sizeof six);
    memcpy(&four, &at, sizeof four);
    return ntohs(at.ss_family == AF_INET6 ? six.sin6_port : four.sin_port);
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

static void on_dialed_open(struct conn *conn, void *user)
{
    struct dialer *dialer = user;
    dialer->open = true;
    dialer->events.open(conn, dialer->events.user);
}

static enum conn_reply on_dialed_frame(struct conn *conn, enum frame_type type, uint8_t *data, size_t size, void *user)
{
    struct dialer *dialer = user;
    dialer->wait_ms = dialer->wait_min_ms;
    return dialer->events.frame(conn, type, data, size, dialer->events.user);
}

static void on_dialed_drained(struct conn *conn, void *user)
{
    struct dialer *dialer = user;
    if (dialer->events.drained != NULL) {
        dialer->events.drained(conn, dialer->events.user);
    }
}

/* Between half the wait and all of it, so that the peers of a server that restarts do not come at once. */
static void connect_later(struct dialer *dialer)
{
    loop_arm(dialer->loop, &dialer->again, dialer->wait_ms / 2 + loop_random(dialer->wait_ms / 2 + 1));
    dialer->wait_ms = dialer->wait_ms > dialer->wait_max_ms / 2 ? dialer->wait_max_ms : dialer->wait_ms * 2;
}

static void on_dialed_closed(struct conn *conn, const char *why, void *user)
{
    struct dialer *dialer = user;
    dialer->conn = NULL;
    dialer->open = false;
    connect_later(dialer);
    dialer->events.closed(conn, why, dialer->events.user);
}

static void connect_now(struct loop_timer *timer)
{
    struct dialer *dialer = timer->owner;
    const struct conn_events events = {on_dialed_open, on_dialed_frame, on_dialed_drained, on_dialed_closed, dialer};
    int fd = socket(dialer->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        connect_later(dialer);
        return;
    }
    socket_prepare(fd);
    if (connect(fd, (struct sockaddr *)&dialer->address, dialer->address_size) != 0 && errno != EINPROGRESS) {
        close(fd);
        connect_later(dialer);
        return;
    }
    dialer->conn = conn_start(dialer->loop, dialer->context, TLS_CLIENT, fd, &dialer->limits, &events);
    if (dialer->conn == NULL) {
        connect_later(dialer);
    }
}

bool dialer_open(struct dialer *dialer, struct loop *loop, SSL_CTX *context, const char *address,
                 const struct conn_limits *limits, const struct conn_events *events, char *why, size_t why_size)
{
    *dialer = (struct dialer){.loop = loop, .context = context, .limits = *limits, .events = *events};
    dialer->wait_min_ms = WAIT_MIN_MS;
    dialer->wait_max_ms = WAIT_MAX_MS;
    dialer->wait_ms = WAIT_MIN_MS;
    dialer->again = (struct loop_timer){.fire = connect_now, .owner = dialer};
    if (!address_look_up(address, false, &dialer->address, &dialer->address_size, why, why_size)) {
        return false;
    }
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
