/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections that carry octets without frames, with TLS and without; names that stand for several addresses. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BULK 1000000u

/* An owner of one end. */
struct end {
    struct conn *conn;
    size_t opened;
    size_t closed;
    char why[160];
    size_t got;     /* octets taken, each what octet_at() says */
    size_t portion; /* most that it takes of one offer; 0: nothing */
    size_t offers;
    size_t to_send; /* octets that it has to write */
    size_t written;
    bool resumes; /* as soon as it has taken a portion */
};

static uint8_t octet_at(size_t place)
{
    return (uint8_t)(place * 7 + place / 251);
}

static void on_open(struct conn *conn, void *user)
{
    struct end *end = user;
    end->conn = conn;
    end->opened++;
}

static void on_closed(struct conn *conn, const char *why, void *user)
{
    struct end *end = user;
    (void)conn;
    end->conn = NULL;
    end->closed++;
    snprintf(end->why, sizeof end->why, "%s", why);
}

static size_t on_input(struct conn *conn, uint8_t *data, size_t size, void *user)
{
    struct end *end = user;
    size_t take = size < end->portion ? size : end->portion;
    end->offers++;
    for (size_t i = 0; i < take; i++) {
        assert_int_equal(data[i], octet_at(end->got + i));
    }
    end->got += take;
    if (end->resumes) {
        conn_resume(conn);
    }
    return take;
}

static struct conn_octets on_output(struct conn *conn, void *user)
{
    static uint8_t octets[BULK];
    const struct end *end = user;
    (void)conn;
    for (size_t i = end->written; i < end->to_send; i++) {
        octets[i] = octet_at(i);
    }
    return (struct conn_octets){octets + end->written, end->to_send - end->written};
}

static void on_written(struct conn *conn, size_t size, void *user)
{
    struct end *end = user;
    (void)conn;
    end->written += size;
    assert_true(end->written <= end->to_send);
}

static struct conn_events events_of(struct end *end)
{
    return (struct conn_events){.open = on_open,
                                .closed = on_closed,
                                .user = end,
                                .input = on_input,
                                .output = on_output,
                                .written = on_written};
}

/* Two ends, with TLS or without. */
struct pair {
    struct loop loop;
    struct listener listener;
    struct end server;
    struct end client;
    SSL_CTX *own;
    SSL_CTX *other;
};

static void pair_open(struct pair *pair, bool tls, const struct conn_limits *limits)
{
    char why[160] = "";
    memset(pair, 0, sizeof *pair);
    assert_true(loop_open(&pair->loop));
    pair->own = tls ? context(TLS_CLIENT, "df2", "kms1") : NULL;
    pair->other = tls ? context(TLS_SERVER, "kms1", "df2") : NULL;
    const struct conn_events server = events_of(&pair->server);
    const struct conn_events client = events_of(&pair->client);
    assert_true(
        listener_open(&pair->listener, &pair->loop, pair->other, "127.0.0.1:0", limits, &server, why, sizeof why));
    pair->client.conn =
        conn_start(&pair->loop, pair->own, TLS_CLIENT, connect_tcp(listener_port(&pair->listener)), limits, &client);
    assert_non_null(pair->client.conn);
    run_until(&pair->loop, pair->client.opened == 1 && pair->server.opened == 1);
}

static void pair_close(struct pair *pair)
{
    if (pair->client.conn != NULL) {
        conn_free(pair->client.conn);
    }
    listener_close(&pair->listener);
    SSL_CTX_free(pair->own);
    SSL_CTX_free(pair->other);
    loop_close(&pair->loop);
}

static void octets_come_whole_and_in_order_however_little_is_taken(void **state)
{
    (void)state;
    static const size_t portions[] = {BULK, 1000, 37};
    for (size_t i = 0; i < 6; i++) {
        struct pair pair;
        const struct conn_limits limits = patient_limits();
        const size_t bulk = portions[i % 3] < 100 ? BULK / 50 : BULK;
        pair_open(&pair, i < 3, &limits);
        pair.server.portion = portions[i % 3];
        pair.server.resumes = true;
        pair.client.portion = BULK;
        pair.client.to_send = bulk;
        pair.server.to_send = 12345;
        conn_wake(pair.client.conn);
        conn_wake(pair.server.conn);
        run_until(&pair.loop, pair.server.got == bulk && pair.client.got == 12345);
        assert_int_equal(pair.client.written, bulk);
        assert_int_equal(pair.server.written, 12345);
        run_until(&pair.loop, conn_is_acknowledged(pair.client.conn));
        assert_int_equal(pair.client.closed + pair.server.closed, 0);
        pair_close(&pair);
    }
}

/* Who takes nothing is not asked again until it says so, and nothing more is read: the writer is held up. */
static void what_is_not_taken_waits_and_comes_again(void **state)
{
    (void)state;
    struct pair pair;
    const struct conn_limits limits = patient_limits();
    pair_open(&pair, true, &limits);
    pair.client.to_send = BULK;
    conn_wake(pair.client.conn);
    run_until(&pair.loop, pair.server.offers == 1);
    for (int i = 0; i < 20; i++) {
        loop_once(&pair.loop, 5);
    }
    assert_int_equal(pair.server.offers, 1);
    assert_int_equal(pair.server.got, 0);
    conn_resume(pair.server.conn);
    run_until(&pair.loop, pair.server.offers == 2);
    assert_int_equal(pair.server.got, 0);
    pair.server.portion = BULK;
    conn_resume(pair.server.conn);
    run_until(&pair.loop, pair.server.got == BULK);
    pair_close(&pair);
}

static void a_reader_that_stays_away_is_given_up_and_silence_too(void **state)
{
    (void)state;
    struct pair pair;
    struct conn_limits limits = patient_limits();
    limits.write_ms = 150;
    pair_open(&pair, false, &limits);
    pair.client.to_send = BULK;
    conn_wake(pair.client.conn);
    const uint64_t until = loop_now() + PATIENCE_MS;
    while (pair.client.closed == 0 && loop_now() < until) {
        pair.client.to_send = BULK;
        pair.client.written = pair.client.written > BULK / 2 ? 0 : pair.client.written; /* it never has enough */
        loop_once(&pair.loop, 20);
    }
    assert_string_equal(pair.client.why, "the peer does not read what it is sent");
    pair_close(&pair);
    limits = patient_limits();
    limits.idle_ms = 100;
    pair_open(&pair, true, &limits);
    run_until(&pair.loop, pair.server.closed == 1 && pair.client.closed == 1);
    /* Both ends have the same patience: whichever loses it first tells the other by closing. */
    assert_true(strcmp(pair.server.why, "nothing came for too long") == 0 ||
                strcmp(pair.client.why, "nothing came for too long") == 0);
    pair_close(&pair);
}

/* The peers' other end closes: told to both kinds. */
static void an_end_is_told_without_tls_too(void **state)
{
    (void)state;
    struct pair pair;
    const struct conn_limits limits = patient_limits();
    pair_open(&pair, false, &limits);
    assert_string_equal(conn_peer(pair.server.conn), "");
    conn_end(pair.client.conn, "test");
    run_until(&pair.loop, pair.server.closed == 1 && pair.client.closed == 1);
    assert_string_equal(pair.server.why, "the peer closed the connection");
    assert_string_equal(pair.client.why, "test");
    pair_close(&pair);
}

/* A name that stands for two hosts of which one is away; then for two that are. */
static void all_addresses_of_a_name_are_tried(void **state)
{
    (void)state;
    struct pair pair;
    struct end end = {0};
    struct dialer dialer;
    char address[32];
    char why[160] = "";
    const struct conn_limits limits = patient_limits();
    const struct conn_events events = events_of(&end);
    pair_open(&pair, true, &limits);
    snprintf(address, sizeof address, "127.0.0.1:%d", listener_port(&pair.listener));
    assert_true(dialer_open_directed(&dialer, &pair.loop, pair.own, address, &limits, &events, why, sizeof why));
    for (int i = 0; i < 5; i++) {
        loop_once(&pair.loop, 5);
    }
    assert_int_equal(pair.server.opened, 1); /* it waits for its owner's word */
    struct sockaddr_in away = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    dialer.addresses.of[1] = dialer.addresses.of[0];
    memcpy(&dialer.addresses.of[0].at, &away, sizeof away);
    dialer.addresses.count = 2;
    dialer_connect(&dialer);
    run_until(&pair.loop, end.opened == 1);
    assert_int_equal(end.closed, 0);
    conn_end(dialer.conn, "test");
    run_until(&pair.loop, end.closed == 1);
    assert_false(dialer.again.armed); /* nor does it connect again by itself */
    memcpy(&dialer.addresses.of[1].at, &away, sizeof away);
    dialer_connect(&dialer);
    run_until(&pair.loop, end.closed == 2);
    assert_int_equal(end.opened, 1);
    assert_string_equal(end.why, "the connection broke: Connection refused");
    dialer_close(&dialer);
    pair_close(&pair);
}

static void addresses_are_read_and_told_apart(void **state)
{
    (void)state;
    struct addresses found;
    char why[160] = "";
    static const char *const own[] = {"127.0.0.1:5", "127.9.8.7:5", "[::1]:5"};
    static const char *const others[] = {"192.0.2.1:5", "[2001:db8::1]:5", "0.0.0.0:5", "128.0.0.1:5"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        assert_true(addresses_look_up(own[i], false, &found, why, sizeof why));
        assert_true(addresses_are_loopback(&found));
        assert_int_equal(address_port(&found.of[0].at), 5);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_true(addresses_look_up(others[i], false, &found, why, sizeof why));
        assert_false(addresses_are_loopback(&found));
    }
    assert_true(addresses_look_up(":5", true, &found, why, sizeof why));
    assert_false(addresses_are_loopback(&found)); /* everywhere is not here */
    assert_false(addresses_look_up("no-port", false, &found, why, sizeof why));
    assert_string_equal(why, "not an address of the form host:port");
}

static int note_server_name(SSL *ssl, int *alert, void *user)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)alert;
    snprintf(user, 64, "%s", name != NULL ? name : "");
    return SSL_TLSEXT_ERR_OK;
}

static void a_client_names_the_peer_that_it_wants(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    char name[64] = "";
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    SSL_CTX *other = context(TLS_SERVER, "kms1", "df2");
    SSL_CTX_set_tlsext_servername_callback(other, note_server_name);
    SSL_CTX_set_tlsext_servername_arg(other, name);
    world_open(&world, other, &limits);
    world.server.echo = true;
    side_connect(&world, &client, own, &limits);
    round_trip(&world, &client);
    assert_string_equal(name, "kms1");
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

/* Lists and names are read anew: who would not be taken any more is disconnected, the others stay. */
static void open_connections_are_checked_again(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    SSL_CTX *first = context(TLS_SERVER, "kms1", "df2");
    SSL_CTX *same = context(TLS_SERVER, "kms1", "df2");
    SSL_CTX *stranger = context(TLS_SERVER, "kms1", "df3");
    world_open(&world, first, &limits);
    world.server.echo = true;
    side_connect(&world, &client, own, &limits);
    round_trip(&world, &client);
    listener_renew(&world.listener, same);
    round_trip(&world, &client);
    assert_int_equal(client.closed, 0);
    listener_renew(&world.listener, stranger);
    run_until(&world.loop, client.closed == 1);
    assert_string_equal(world.server.why, "the peer's certificate is not accepted any more");
    world_close(&world); /* the last context with it */
    SSL_CTX_free(first);
    SSL_CTX_free(same);
    SSL_CTX_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_come_whole_and_in_order_however_little_is_taken),
        cmocka_unit_test(what_is_not_taken_waits_and_comes_again),
        cmocka_unit_test(a_reader_that_stays_away_is_given_up_and_silence_too),
        cmocka_unit_test(an_end_is_told_without_tls_too),
        cmocka_unit_test(all_addresses_of_a_name_are_tried),
        cmocka_unit_test(addresses_are_read_and_told_apart),
        cmocka_unit_test(a_client_names_the_peer_that_it_wants),
        cmocka_unit_test(open_connections_are_checked_again),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
