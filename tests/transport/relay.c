/* SPDX-License-Identifier: BSD-2-Clause */
#include "relay.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture.h"

static void cut(struct relay *relay, struct loop_watch *watch)
{
    if (watch->fd >= 0) {
        loop_remove(relay->loop, watch);
        close(watch->fd);
        watch->fd = -1;
    }
}

void relay_cut(struct relay *relay)
{
    cut(relay, &relay->client);
    cut(relay, &relay->server);
}

static void on_octets(struct loop_watch *watch, uint32_t events)
{
    struct relay *relay = watch->owner;
    struct loop_watch *other = watch == &relay->client ? &relay->server : &relay->client;
    uint8_t octets[16384];
    (void)events;
    if (watch == &relay->server && relay->hold) {
        loop_change(relay->loop, watch, 0);
        return;
    }
    ssize_t size = recv(watch->fd, octets, sizeof octets, MSG_DONTWAIT);
    if (size <= 0 || send(other->fd, octets, (size_t)size, MSG_NOSIGNAL) != size) {
        relay_cut(relay);
    }
}

static void on_incoming(struct loop_watch *watch, uint32_t events)
{
    struct relay *relay = watch->owner;
    const struct sockaddr_in at = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)relay->server_port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)events;
    relay_cut(relay);
    relay->client.fd = accept(watch->fd, NULL, NULL);
    relay->server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(relay->client.fd >= 0 && relay->server.fd >= 0);
    assert_true(loop_add(relay->loop, &relay->client, EPOLLIN) && loop_add(relay->loop, &relay->server, EPOLLIN));
    relay->taken++;
    if (connect(relay->server.fd, (const struct sockaddr *)&at, sizeof at) != 0) {
        relay_cut(relay);
    }
}

void relay_open(struct relay *relay, struct loop *loop, int server_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    *relay = (struct relay){.loop = loop,
                            .listener = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .ready = on_incoming},
                            .client = {.fd = -1, .ready = on_octets},
                            .server = {.fd = -1, .ready = on_octets},
                            .server_port = server_port};
    relay->listener.owner = relay->client.owner = relay->server.owner = relay;
    assert_int_equal(bind(relay->listener.fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(relay->listener.fd, 8), 0);
    assert_int_equal(getsockname(relay->listener.fd, (struct sockaddr *)&at, &size), 0);
    relay->port = ntohs(at.sin_port);
    assert_true(loop_add(loop, &relay->listener, EPOLLIN));
}

void relay_close(struct relay *relay)
{
    relay_cut(relay);
    loop_remove(relay->loop, &relay->listener);
    close(relay->listener.fd);
}
