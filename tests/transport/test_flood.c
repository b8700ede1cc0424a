/* SPDX-License-Identifier: BSD-2-Clause */
/* Floods on the loopback, in which peers with a certificate get through. All of 127.0.0.0/8 is this host's, so that the
 * flood has addresses of its own. Bounded by count; nothing depends on how fast it goes. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/audit.h"

#define FLOOD_MAX 128
#define LEGITIMATE 8

/* Connections that begin a handshake, with a real ClientHello, and let it rest. */
struct flood {
    int fds[FLOOD_MAX];
    size_t count;
    uint8_t hello[4096];
    size_t hello_size;
};

static uint32_t loopback(uint32_t host)
{
    return (uint32_t)INADDR_LOOPBACK + host;
}

static int connect_from(const struct world *world, uint32_t from)
{
    const struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(from)};
    const struct sockaddr_in at = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)listener_port(&world->listener)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&own, sizeof own), 0);
    assert_true(connect(fd, (const struct sockaddr *)&at, sizeof at) == 0 || errno == EINPROGRESS);
    return fd;
}

static void flood_open(struct flood *flood)
{
    SSL_CTX *nobody = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(nobody);
    memset(flood, 0, sizeof *flood);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    assert_int_equal(SSL_connect(ssl), -1);
    int size = BIO_read(SSL_get_wbio(ssl), flood->hello, sizeof flood->hello);
    assert_true(size > 64);
    flood->hello_size = (size_t)size;
    SSL_free(ssl);
    SSL_CTX_free(nobody);
}

static void flood_one(struct flood *flood, const struct world *world, uint32_t from)
{
    int fd = connect_from(world, from);
    assert_true(flood->count < FLOOD_MAX);
    flood->fds[flood->count++] = fd;
    (void)send(fd, flood->hello, flood->hello_size, MSG_NOSIGNAL); /* whom the listener has closed already is as good */
}

static void flood_close(struct flood *flood)
{
    while (flood->count > 0) {
        close(flood->fds[--flood->count]);
    }
}

static void connect_side(struct world *world, struct side *side, SSL_CTX *own, uint32_t from)
{
    const struct conn_limits limits = patient_limits();
    const struct conn_events events = side_events(side);
    side->conn = conn_start(&world->loop, own, TLS_CLIENT, connect_from(world, from), &limits, &events);
    assert_non_null(side->conn);
}

/* As it was seen: 1,000 handshakes a second from one address, none with a certificate. Each of eight peers comes in the
 * middle of a hundred others that are there before its handshake goes on. */
static void a_flood_of_one_address_keeps_nobody_else_out(void **state)
{
    (void)state;
    static struct world world;
    static struct flood flood;
    struct side peers[LEGITIMATE] = {{0}};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    flood_open(&flood);
    for (size_t i = 0; i < LEGITIMATE; i++) {
        for (int k = 0; k < 50; k++) {
            flood_one(&flood, &world, loopback(1));
        }
        connect_side(&world, &peers[i], own, loopback(2));
        for (int k = 0; k < 50; k++) {
            flood_one(&flood, &world, loopback(1));
        }
        round_trip(&world, &peers[i]);
        flood_close(&flood);
    }
    for (size_t i = 0; i < LEGITIMATE; i++) {
        round_trip(&world, &peers[i]);
        assert_int_equal(peers[i].closed, 0);
        conn_free(peers[i].conn);
    }
    print_message("turned away: %llu of 800\n", (unsigned long long)world.listener.turned_away);
    assert_true(world.listener.turned_away > 0);
    world_close(&world);
    SSL_CTX_free(own);
}

static void wait_for_handshakes(struct world *world, size_t count)
{
    run_until(&world->loop, world->listener.count == count);
}

/* Each handshake has its time, whoever else comes: then others may have the place. Who was here lately is let in at
 * once, and the place is a stranger's. */
static void a_flood_of_many_addresses_gives_way_to_who_was_here_lately(void **state)
{
    (void)state;
    static struct world world;
    static struct flood flood;
    struct side known[2] = {{0}};
    struct side stranger[2] = {{0}};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    world.listener.max = 32;
    world.listener.least_ms = 100 * PATIENCE_MS;
    connect_side(&world, &known[0], own, loopback(0));
    round_trip(&world, &known[0]);
    flood_open(&flood);
    for (uint32_t i = 0; i < 31; i++) {
        flood_one(&flood, &world, loopback(256 + i));
    }
    wait_for_handshakes(&world, 32);

    connect_side(&world, &stranger[0], own, loopback(3));
    run_until(&world.loop, stranger[0].closed == 1);
    assert_int_equal(stranger[0].opened, 0);
    assert_int_equal(world.listener.turned_away, 1);
    assert_int_equal(world.server.closed, 0);

    connect_side(&world, &known[1], own, loopback(0));
    round_trip(&world, &known[1]);
    assert_int_equal(world.server.closed, 1);
    assert_string_equal(world.server.why, "others wait, and its handshake was not over");

    world.listener.least_ms = 0;
    connect_side(&world, &stranger[1], own, loopback(3));
    round_trip(&world, &stranger[1]);
    assert_int_equal(world.server.closed, 2);
    for (size_t i = 0; i < 2; i++) {
        round_trip(&world, &known[i]);
        conn_free(known[i].conn);
    }
    conn_free(stranger[1].conn);
    flood_close(&flood);
    world_close(&world);
    SSL_CTX_free(own);
}

/* What a handshake of somebody who was here lately loses its place to: another such one, once it has had its time. */
static void who_was_here_lately_does_not_lose_a_place_to_a_stranger(void **state)
{
    (void)state;
    static struct world world;
    static struct flood flood;
    struct side known[2] = {{0}};
    struct side stranger = {0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    world.listener.max = 3;
    world.listener.least_ms = 0;
    connect_side(&world, &known[0], own, loopback(0));
    round_trip(&world, &known[0]);
    flood_open(&flood);
    flood_one(&flood, &world, loopback(0));
    flood_one(&flood, &world, loopback(0));
    wait_for_handshakes(&world, 3);
    connect_side(&world, &stranger, own, loopback(3));
    run_until(&world.loop, stranger.closed == 1);
    assert_int_equal(stranger.opened, 0);
    assert_int_equal(world.server.closed, 0);
    connect_side(&world, &known[1], own, loopback(0));
    round_trip(&world, &known[1]);
    assert_int_equal(world.server.closed, 1);
    conn_free(known[0].conn);
    conn_free(known[1].conn);
    flood_close(&flood);
    world_close(&world);
    SSL_CTX_free(own);
}

/* The audit says why, and an address that left may come again. */
static void who_has_too_many_connections_is_told_apart(void **state)
{
    (void)state;
    static struct world world;
    struct side peers[2] = {{0}};
    struct side third = {0};
    struct audit audit;
    char path[128];
    char line[512] = "";
    char why[160] = "";
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    snprintf(path, sizeof path, "%s/flood.audit", certificates);
    assert_true(audit_open(&audit, &world.loop, "test", path, why, sizeof why));
    world.server.echo = true;
    world.listener.crowd.limits.connections = 2;
    for (size_t i = 0; i < 2; i++) {
        connect_side(&world, &peers[i], own, loopback(0));
        round_trip(&world, &peers[i]);
    }
    world.loop.audit = &audit;
    connect_side(&world, &third, own, loopback(0));
    run_until(&world.loop, audit.counts[AUDIT_REFUSED] == 1);
    run_until(&world.loop, third.closed == 1);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_non_null(strstr(line, "Z test refused 127.0.0.1:"));
    assert_non_null(strstr(line, " serial=- subject=- reason=\"there are too many connections of this address\"\n"));
    conn_free(peers[0].conn);
    run_until(&world.loop, world.listener.count == 1);
    connect_side(&world, &third, own, loopback(0));
    round_trip(&world, &third);
    conn_free(peers[1].conn);
    conn_free(third.conn);
    world_close(&world);
    audit_close(&audit);
    SSL_CTX_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_of_one_address_keeps_nobody_else_out),
        cmocka_unit_test(a_flood_of_many_addresses_gives_way_to_who_was_here_lately),
        cmocka_unit_test(who_was_here_lately_does_not_lose_a_place_to_a_stranger),
        cmocka_unit_test(who_has_too_many_connections_is_told_apart),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
