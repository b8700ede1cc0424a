/* SPDX-License-Identifier: BSD-2-Clause */
#include "transport/endpoint.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "transport/audit.h"

#define WAIT_MIN_MS 100
#define WAIT_MAX_MS 5000
#define PAUSE_MS 500
#define LEAST_MS 1000
#define ACCEPTS_A_ROUND 64
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

static size_t find_accepted(const struct listener *listener, const struct conn *conn)
{
    size_t i = 0;
    while (i < listener->count && listener->connections[i].conn != conn) {
        i++;
    }
    return i;
}

/* Of a connection that ends, or that could not even begin. */
static void forget_accepted(struct listener *listener, size_t i)
{
    const struct accepted gone = listener->connections[i];
    crowd_left(&listener->crowd, gone.place, loop_now(), gone.open);
    listener->count--;
    memmove(&listener->connections[i], &listener->connections[i + 1], (listener->count - i) * sizeof gone);
}

static void on_accepted_closed(struct conn *conn, const char *why, void *user)
{
    struct listener *listener = user;
    size_t i = find_accepted(listener, conn);
    if (i < listener->count) {
        forget_accepted(listener, i);
    }
    listener->events.closed(conn, why, listener->events.user);
}

static void on_accepted_open(struct conn *conn, void *user)
{
    struct listener *listener = user;
    size_t i = find_accepted(listener, conn);
    if (i < listener->count) {
        listener->connections[i].open = true;
        crowd_opened(&listener->crowd, listener->connections[i].place, loop_now());
    }
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

/* Who only connects must not keep those out who have a certificate, least of all those who were here lately. */
static bool make_room(struct listener *listener, bool known)
{
    const uint64_t now = loop_now();
    for (int round = 0; round < (known ? 2 : 1); round++) {
        for (size_t i = 0; i < listener->count; i++) {
            const struct accepted *at = &listener->connections[i];
            bool stranger = !crowd_knows(&listener->crowd, at->place, now);
            bool had_time = now - conn_begun(at->conn) >= listener->least_ms;
            if (!at->open && (round == 0 ? stranger && (had_time || known) : had_time)) {
                conn_drop(at->conn, "others wait, and its handshake was not over");
                return true;
            }
        }
    }
    return false;
}

/* Why somebody is not let in; NULL: has a place. */
static const char *enter(struct listener *listener, const struct sockaddr_storage *from, size_t *place)
{
    const uint64_t now = loop_now();
    const char *why = crowd_enter(&listener->crowd, from, now, place);
    if (why != NULL) {
        return why;
    }
    if (listener->count >= listener->max && !make_room(listener, crowd_knows(&listener->crowd, *place, now))) {
        crowd_left(&listener->crowd, *place, now, false);
        return "there is no room for a further connection";
    }
    return NULL;
}

static void turn_away(struct listener *listener, int fd, const struct sockaddr_storage *from, const char *why)
{
    listener->turned_away++;
    struct audit *audit = listener->limits.unaudited ? NULL : listener->loop->audit;
    audit_tell(audit, &(struct audit_event){.word = AUDIT_REFUSED, .address = from, .reason = why});
    close(fd);
}

static void take(struct listener *listener, int fd, const struct sockaddr_storage *from)
{
    struct conn_events events = passing(&listener->events);
    size_t place = 0;
    const char *why = enter(listener, from, &place);
    if (why != NULL) {
        turn_away(listener, fd, from, why);
        return;
    }
    events.open = on_accepted_open;
    events.frame = listener->events.frame != NULL ? on_accepted_frame : NULL;
    events.closed = on_accepted_closed;
    socket_prepare(fd);
    struct conn *conn = conn_start(listener->loop, listener->context, TLS_SERVER, fd, &listener->limits, &events);
    if (conn == NULL) {
        crowd_left(&listener->crowd, place, loop_now(), false);
        return;
    }
    conn_set_address(conn, from);
    listener->connections[listener->count++] = (struct accepted){.conn = conn, .place = place};
}

static void on_incoming(struct loop_watch *watch, uint32_t flags)
{
    struct listener *listener = watch->owner;
    (void)flags;
    for (int i = 0; i < ACCEPTS_A_ROUND; i++) {
        struct sockaddr_storage from = {.ss_family = AF_UNSPEC};
        socklen_t size = sizeof from;
        int fd = accept4(watch->fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            loop_change(listener->loop, watch, 0);
            loop_arm(listener->loop, &listener->pause, PAUSE_MS);
        }
        if (fd < 0) {
            return;
        }
        take(listener, fd, &from);
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
    listener->least_ms = LEAST_MS;
    crowd_limits_init(&listener->crowd.limits);
    if (!addresses_look_up(address, true, &found, why, why_size)) {
        return false;
    }
    const struct address *at = &found.of[0];
    int fd = socket(at->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    listener->watch.fd = fd;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)&at->at, at->size) != 0 || listen(fd, SOMAXCONN) != 0 ||
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
        conn_free(listener->connections[--listener->count].conn);
    }
}

void listener_end(struct listener *listener)
{
    while (listener->count > 0) {
        conn_drop(listener->connections[0].conn, "this end stops");
    }
    listener_close(listener);
}

void listener_renew(struct listener *listener, SSL_CTX *context)
{
    listener->context = context;
    for (size_t i = 0; i < listener->count; i++) {
        conn_check_again(listener->connections[i].conn, context);
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
        return;
    }
    conn_set_address(dialer->conn, &address->at);
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

bool dialer_renew_or_check(struct dialer *dialer, SSL_CTX *context)
{
    SSL_CTX *old = dialer->context;
    dialer_renew(dialer, context != NULL ? context : old);
    if (context != NULL) {
        SSL_CTX_free(old);
    }
    return context != NULL;
}
