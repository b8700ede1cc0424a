/* SPDX-License-Identifier: BSD-2-Clause */
/* Back-pressure both ways, order, fairness, and connecting again. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BULK 400
#define BULK_SIZE 20000

static uint32_t number_of(const uint8_t *data)
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static bool send_number(struct conn *conn, uint32_t number, size_t size)
{
    static uint8_t frame[BULK_SIZE];
    for (int i = 0; i < 4; i++) {
        frame[i] = (uint8_t)(number >> (24 - 8 * i));
    }
    return conn_send(conn, frame, size);
}

/* Frames come in the order of their numbers, none twice, none left out. */
static void check_order(struct side *side, const uint8_t *data, size_t size)
{
    assert_int_equal(size, BULK_SIZE);
    assert_int_equal(number_of(data), side->frames - 1);
}

/* The receiver takes nothing for a while: the sender is told no, its memory stays bounded, and later all comes. */
static void what_is_refused_room_goes_on_when_the_output_has_drained(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    uint32_t next = 0;
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.reply = CONN_LATER;
    world.server.on_frame = check_order;
    side_connect(&world, &client, own, &limits);
    run_until(&world.loop, client.opened == 1);
    /* Until everything between here and there is full: no round moves anything any more. */
    size_t still = 0;
    for (int round = 0; round < 1000 && still < 10; round++) {
        uint32_t before = next;
        while (next < BULK && send_number(client.conn, next, BULK_SIZE)) {
            next++;
        }
        assert_true(conn_waiting(client.conn) <= limits.output_max);
        still = next == before ? still + 1 : 0;
        loop_once(&world.loop, 5);
    }
    assert_true(next > 0 && next < BULK);
    assert_int_equal(world.server.frames, 0);
    world.server.reply = CONN_TAKEN;
    conn_resume(world.server.conn);
    while (next < BULK) {
        size_t drained = client.drained;
        while (next < BULK && send_number(client.conn, next, BULK_SIZE)) {
            next++;
        }
        if (next < BULK) {
            run_until(&world.loop, client.drained > drained);
        }
    }
    run_until(&world.loop, world.server.frames == BULK);
    assert_int_equal(client.closed + world.server.closed, 0);
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

static void a_frame_put_off_comes_again_and_is_the_same(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.reply = CONN_LATER;
    world.server.on_frame = check_order;
    side_connect(&world, &client, own, &limits);
    run_until(&world.loop, client.opened == 1);
    assert_true(send_number(client.conn, 0, BULK_SIZE));
    assert_true(send_number(client.conn, 1, BULK_SIZE));
    run_until(&world.loop, world.server.opened == 1);
    for (int i = 0; i < 5; i++) {
        conn_resume(world.server.conn); /* put off again */
        loop_once(&world.loop, 5);
    }
    assert_int_equal(world.server.frames, 0);
    world.server.reply = CONN_TAKEN;
    conn_resume(world.server.conn);
    run_until(&world.loop, world.server.frames == 2);
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

static void an_owner_that_finds_the_protocol_broken_ends_the_connection(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.reply = CONN_BROKEN;
    side_connect(&world, &client, own, &limits);
    run_until(&world.loop, client.opened == 1);
    assert_true(send_number(client.conn, 0, 4));
    assert_true(send_number(client.conn, 1, 4));
    run_until(&world.loop, client.closed == 1);
    assert_string_equal(world.server.why, "the peer broke the protocol");
    assert_string_equal(client.why, "the peer closed the connection");
    world_close(&world);
    SSL_CTX_free(own);
}

/* A flood of small frames: in one round no peer gets more than its share, so that others get their turn. */
static void one_peer_does_not_keep_the_loop_to_itself(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    const size_t flood = 2000;
    const size_t share = 2 * 32; /* its descriptor and its timer */
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    side_connect(&world, &client, own, &limits);
    run_until(&world.loop, client.opened == 1);
    for (uint32_t i = 0; i < flood; i++) {
        assert_true(send_number(client.conn, i, 4));
    }
    uint64_t until = loop_now() + PATIENCE_MS;
    while (world.server.frames < flood && loop_now() < until) {
        size_t before = world.server.frames;
        loop_once(&world.loop, 20);
        assert_true(world.server.frames - before <= share);
    }
    assert_int_equal(world.server.frames, flood);
    conn_free(client.conn);
    world_close(&world);
    SSL_CTX_free(own);
}

static void open_dialer(struct dialer *dialer, struct side *side, struct world *world, SSL_CTX *own,
                        const struct conn_limits *limits)
{
    char why[160] = "";
    const struct conn_events events = side_events(side);
    assert_true(dialer_open(dialer, &world->loop, own, world->address, limits, &events, why, sizeof why));
    dialer->wait_ms = dialer->wait_min_ms = 8;
    dialer->wait_max_ms = 64;
}

/* The wait that begins now lies between half of the whole and the whole; not always at the same place. */
static void check_wait(struct dialer *dialer, uint32_t whole, uint64_t before, uint64_t after)
{
    assert_true(dialer->again.armed);
    assert_true(dialer->again.due >= before + whole / 2);
    assert_true(dialer->again.due <= after + whole);
}

static void the_waits_between_attempts_double_up_to_a_bound(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    struct dialer dialer;
    static const uint32_t waits[] = {8, 16, 32, 64, 64, 64};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    loop_remove(&world.loop, &world.listener.watch);
    close(world.listener.watch.fd); /* nobody listens */
    open_dialer(&dialer, &client, &world, own, &limits);
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        uint64_t before = loop_now();
        while (client.closed == i && loop_now() < before + PATIENCE_MS) {
            before = loop_now();
            loop_once(&world.loop, 20);
        }
        assert_int_equal(client.closed, i + 1);
        assert_string_equal(client.why, "the connection broke: Connection refused");
        check_wait(&dialer, waits[i], before, loop_now());
    }
    assert_int_equal(client.opened, 0);
    dialer_close(&dialer);
    SSL_CTX_free(world.listener.context);
    loop_close(&world.loop);
    SSL_CTX_free(own);
}

/* With TLS 1.3 a client's handshake is over before the server has looked at its certificate: to open is not enough for
 * the waits to begin anew, a frame is. */
static void only_a_frame_shows_that_the_peer_accepts_us(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    struct dialer dialer;
    const struct conn_limits limits = patient_limits();
    SSL_CTX *wrong = context(TLS_CLIENT, "df3", "kms1");
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    open_dialer(&dialer, &client, &world, wrong, &limits);
    run_until(&world.loop, client.closed == 3);
    assert_int_equal(client.opened, 3);
    assert_int_equal(dialer.wait_ms, 64);
    dialer.context = own; /* a certificate that is accepted */
    run_until(&world.loop, client.opened == 4);
    assert_int_equal(dialer.wait_ms, 64);
    round_trip(&world, &client);
    assert_int_equal(dialer.wait_ms, 8);
    dialer_close(&dialer);
    world_close(&world);
    SSL_CTX_free(own);
    SSL_CTX_free(wrong);
}

static void a_lost_connection_comes_back(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    struct dialer dialer;
    char why[160] = "";
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    open_dialer(&dialer, &client, &world, own, &limits);
    for (size_t i = 1; i <= 3; i++) {
        run_until(&world.loop, client.opened == i && world.server.opened == i);
        round_trip(&world, &client);
        assert_true(dialer.open);
        conn_end(world.server.conn, "test");
        run_until(&world.loop, client.closed == i);
        assert_string_equal(client.why, "the peer closed the connection");
        assert_false(dialer.open);
    }
    /* The server goes away and comes back on its port. */
    SSL_CTX *server = world.listener.context;
    const struct conn_events events = side_events(&world.server);
    size_t closed = client.closed;
    listener_close(&world.listener);
    run_until(&world.loop, client.closed > closed + 1);
    assert_true(listener_open(&world.listener, &world.loop, server, world.address, &limits, &events, why, sizeof why));
    run_until(&world.loop, dialer.open);
    round_trip(&world, &client);
    dialer_close(&dialer);
    assert_false(dialer.open);
    world_close(&world);
    SSL_CTX_free(own);
}

/* The peer is told, may finish what it was about to send, and then the connection is over. */
static void after_its_longest_life_a_connection_ends_and_loses_nothing(void **state)
{
    (void)state;
    struct world world;
    struct raw raw;
    uint8_t octet;
    int result = 1;
    static const uint8_t late[] = {0, 0, 0, 4, 'l', 'a', 't', 'e'};
    struct conn_limits limits = patient_limits();
    limits.life_ms = 100;
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    raw_open(&world, &raw, own);
    run_until(&world.loop,
              (result = SSL_read(raw.ssl, &octet, 1)) <= 0 && SSL_get_error(raw.ssl, result) == SSL_ERROR_ZERO_RETURN);
    assert_int_equal(world.server.closed, 0);
    assert_false(conn_send(world.server.conn, "x", 1));
    raw_write(&world, &raw, late, sizeof late);
    run_until(&world.loop, world.server.frames == 1);
    assert_memory_equal(world.server.octets, "late", 4);
    raw_close(&raw);
    run_until(&world.loop, world.server.closed == 1);
    assert_string_equal(world.server.why, "its longest life is over");
    world_close(&world);
    SSL_CTX_free(own);
}

static void a_peer_that_does_not_heed_the_end_of_a_connection_is_cut_off(void **state)
{
    (void)state;
    struct world world;
    struct raw raw;
    struct conn_limits limits = patient_limits();
    limits.life_ms = limits.write_ms = 100;
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    raw_open(&world, &raw, own);
    run_until(&world.loop, world.server.closed == 1);
    assert_string_equal(world.server.why, "its longest life is over");
    raw_close(&raw);
    world_close(&world);
    SSL_CTX_free(own);
}

static void a_dialer_whose_connection_was_old_connects_again(void **state)
{
    (void)state;
    struct world world;
    struct side client = {0};
    struct dialer dialer;
    const struct conn_limits limits = patient_limits();
    struct conn_limits short_lived = limits;
    short_lived.life_ms = 100;
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.echo = true;
    open_dialer(&dialer, &client, &world, own, &short_lived);
    run_until(&world.loop, client.closed == 2);
    assert_string_equal(client.why, "its longest life is over");
    run_until(&world.loop, client.opened >= 3);
    dialer_close(&dialer);
    world_close(&world);
    SSL_CTX_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused_room_goes_on_when_the_output_has_drained),
        cmocka_unit_test(a_frame_put_off_comes_again_and_is_the_same),
        cmocka_unit_test(an_owner_that_finds_the_protocol_broken_ends_the_connection),
        cmocka_unit_test(one_peer_does_not_keep_the_loop_to_itself),
        cmocka_unit_test(the_waits_between_attempts_double_up_to_a_bound),
        cmocka_unit_test(only_a_frame_shows_that_the_peer_accepts_us),
        cmocka_unit_test(a_lost_connection_comes_back),
        cmocka_unit_test(after_its_longest_life_a_connection_ends_and_loses_nothing),
        cmocka_unit_test(a_peer_that_does_not_heed_the_end_of_a_connection_is_cut_off),
        cmocka_unit_test(a_dialer_whose_connection_was_old_connects_again),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
