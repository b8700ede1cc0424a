/* SPDX-License-Identifier: BSD-2-Clause */
/* Peers that do not behave: each costs its own connection and nothing else. A good connection makes a round trip
 * before, while and after. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOON_MS 150

/* A world with one good connection in it. */
struct scene {
    struct world world;
    struct side good;
    SSL_CTX *own;
};

/* The limits of the connections after that one are the test's to change. */
static struct conn_limits *scene_open(struct scene *scene)
{
    const struct conn_limits limits = patient_limits();
    memset(scene, 0, sizeof *scene);
    scene->own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&scene->world, context(TLS_SERVER, "kms1", "df2"), &limits);
    scene->world.server.echo = true;
    side_connect(&scene->world, &scene->good, scene->own, &limits);
    round_trip(&scene->world, &scene->good);
    return &scene->world.listener.limits;
}

/* Waits until the server has given the bad peer up, for this reason. */
static void expect_refusal(struct scene *scene, const char *why)
{
    struct side *server = &scene->world.server;
    round_trip(&scene->world, &scene->good);
    run_until(&scene->world.loop, server->closed > 0);
    assert_string_equal(server->why, why);
    assert_int_equal(server->closed, 1);
    assert_int_equal(scene->world.listener.count, 1);
    round_trip(&scene->world, &scene->good);
    assert_int_equal(scene->good.closed, 0);
}

static void scene_close(struct scene *scene)
{
    if (scene->good.conn != NULL) {
        conn_free(scene->good.conn);
    }
    world_close(&scene->world);
    SSL_CTX_free(scene->own);
}

static void a_stall_before_the_handshake_ends_at_its_deadline(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene)->handshake_ms = SOON_MS;
    int fd = connect_tcp(listener_port(&scene.world.listener));
    expect_refusal(&scene, "the handshake took too long");
    assert_int_equal(scene.world.server.opened, 1);
    close(fd);
    scene_close(&scene);
}

/* Half of a real ClientHello. */
static void a_stall_in_the_handshake_ends_at_its_deadline(void **state)
{
    (void)state;
    struct scene scene;
    uint8_t hello[4096];
    scene_open(&scene)->handshake_ms = SOON_MS;
    SSL *ssl = SSL_new(scene.own);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    assert_int_equal(SSL_connect(ssl), -1);
    int size = BIO_read(SSL_get_wbio(ssl), hello, sizeof hello);
    assert_true(size > 64);
    SSL_free(ssl);
    int fd = connect_tcp(listener_port(&scene.world.listener));
    assert_int_equal(send(fd, hello, (size_t)size / 2, 0), size / 2);
    expect_refusal(&scene, "the handshake took too long");
    close(fd);
    scene_close(&scene);
}

static void garbage_is_no_handshake(void **state)
{
    (void)state;
    struct scene scene;
    static const char garbage[] = "GET / HTTP/1.1\r\nHost: kms1\r\n\r\n";
    scene_open(&scene);
    int fd = connect_tcp(listener_port(&scene.world.listener));
    assert_int_equal(send(fd, garbage, sizeof garbage - 1, 0), sizeof garbage - 1);
    expect_refusal(&scene, "TLS failed: http request");
    close(fd);
    scene_close(&scene);
}

/* After the handshake: octets under TLS that are not TLS. */
static void garbage_in_an_open_connection_ends_it(void **state)
{
    (void)state;
    struct scene scene;
    struct raw raw;
    uint8_t garbage[64];
    memset(garbage, 0x17, sizeof garbage);
    scene_open(&scene);
    raw_open(&scene.world, &raw, scene.own);
    assert_int_equal(send(raw.fd, garbage, sizeof garbage, 0), sizeof garbage);
    expect_refusal(&scene, "TLS failed: wrong version number");
    raw_close(&raw);
    scene_close(&scene);
}

static void a_frame_that_stops_in_the_middle_ends_at_its_deadline(void **state)
{
    (void)state;
    static const uint8_t begun[2][5] = {{0, 0}, {0, 0, 0, 9, 'x'}};
    static const size_t sizes[] = {2, 5}; /* in the header, in the content */
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;
        struct raw raw;
        scene_open(&scene)->frame_ms = SOON_MS;
        raw_open(&scene.world, &raw, scene.own);
        raw_write(&scene.world, &raw, begun[i], sizes[i]);
        expect_refusal(&scene, "a frame took too long to arrive");
        raw_close(&raw);
        scene_close(&scene);
    }
}

/* The deadline is the frame's and not the octet's. */
static void octets_that_drip_do_not_move_the_deadline(void **state)
{
    (void)state;
    struct scene scene;
    struct raw raw;
    static const uint8_t header[] = {0, 1, 0, 0};
    scene_open(&scene)->frame_ms = SOON_MS;
    raw_open(&scene.world, &raw, scene.own);
    raw_write(&scene.world, &raw, header, sizeof header);
    uint64_t until = loop_now() + PATIENCE_MS;
    while (scene.world.server.closed == 0 && loop_now() < until) {
        (void)SSL_write(raw.ssl, "x", 1);
        loop_once(&scene.world.loop, 1);
    }
    expect_refusal(&scene, "a frame took too long to arrive");
    raw_close(&raw);
    scene_close(&scene);
}

static void silence_ends_where_there_is_a_limit_to_it(void **state)
{
    (void)state;
    struct scene scene;
    struct raw raw;
    scene_open(&scene)->idle_ms = SOON_MS;
    raw_open(&scene.world, &raw, scene.own);
    expect_refusal(&scene, "nothing came for too long");
    raw_close(&raw);
    scene_close(&scene);
}

static void a_frame_over_the_limit_is_not_waited_for(void **state)
{
    (void)state;
    static const uint8_t huge[][4] = {{0xff, 0xff, 0xff, 0xff}, {0, 1, 0x80, 1}};
    for (size_t i = 0; i < 2; i++) {
        struct scene scene;
        struct raw raw;
        assert_int_equal(scene_open(&scene)->frame_max, 0x18000);
        raw_open(&scene.world, &raw, scene.own);
        raw_write(&scene.world, &raw, huge[i], sizeof huge[i]);
        expect_refusal(&scene, "the peer sent no frame of this protocol, or one over the limit");
        raw_close(&raw);
        scene_close(&scene);
    }
}

static void a_peer_that_vanishes_in_a_frame_is_told_from_one_that_closes(void **state)
{
    (void)state;
    static const uint8_t begun[] = {0, 0, 0, 9, 'x'};
    for (int clean = 0; clean < 2; clean++) {
        struct scene scene;
        struct raw raw;
        scene_open(&scene);
        raw_open(&scene.world, &raw, scene.own);
        raw_write(&scene.world, &raw, begun, sizeof begun);
        if (clean) {
            SSL_shutdown(raw.ssl);
        }
        raw_close(&raw);
        expect_refusal(&scene, clean ? "the peer closed the connection" : "the connection broke");
        scene_close(&scene);
    }
}

/* A peer that sends and never reads: its frames come back until nothing takes them any more. From then on nothing is
 * read from it, the output stays within its bound, and after the deadline it is gone. */
static void a_peer_that_does_not_read_is_given_up(void **state)
{
    (void)state;
    struct scene scene;
    struct raw raw;
    static uint8_t frame[4 + 65536] = {0, 1, 0, 0};
    size_t at = 0;
    scene_open(&scene)->write_ms = SOON_MS;
    raw_open(&scene.world, &raw, scene.own);
    struct conn *conn = scene.world.server.conn;
    uint64_t until = loop_now() + PATIENCE_MS;
    while (scene.world.server.closed == 0 && loop_now() < until) {
        int sent = SSL_write(raw.ssl, frame + at, (int)(sizeof frame - at));
        at = sent > 0 ? (at + (size_t)sent) % sizeof frame : at;
        loop_once(&scene.world.loop, 1);
        if (scene.world.server.closed == 0) {
            assert_true(conn_waiting(conn) <= scene.world.listener.limits.output_max);
        }
    }
    expect_refusal(&scene, "the peer does not read what it is sent");
    raw_close(&raw);
    scene_close(&scene);
}

/* While the owner keeps a frame back nothing is read; a reset must be noticed all the same, and must not spin. */
static void a_reset_is_noticed_while_nothing_is_read(void **state)
{
    (void)state;
    struct world world;
    struct raw raw;
    static const uint8_t frame[] = {0, 0, 0, 1, 'x'};
    const struct linger at_once = {1, 0};
    const struct conn_limits limits = patient_limits();
    SSL_CTX *own = context(TLS_CLIENT, "df2", "kms1");
    world_open(&world, context(TLS_SERVER, "kms1", "df2"), &limits);
    world.server.reply = CONN_LATER;
    raw_open(&world, &raw, own);
    raw_write(&world, &raw, frame, sizeof frame);
    for (int i = 0; i < 5; i++) {
        loop_once(&world.loop, 5);
    }
    assert_int_equal(world.server.closed, 0);
    assert_int_equal(setsockopt(raw.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    raw_close(&raw);
    run_until(&world.loop, world.server.closed > 0);
    assert_string_equal(world.server.why, "the connection broke");
    assert_int_equal(world.server.frames, 0);
    world_close(&world);
    SSL_CTX_free(own);
}

static void who_only_connects_makes_room_for_who_shakes_hands(void **state)
{
    (void)state;
    struct scene scene;
    struct side late = {0};
    int idle[2];
    const struct conn_limits limits = patient_limits();
    scene_open(&scene);
    scene.world.listener.max = 3;
    scene.world.listener.least_ms = 0;
    for (int i = 0; i < 2; i++) {
        idle[i] = connect_tcp(listener_port(&scene.world.listener));
    }
    run_until(&scene.world.loop, scene.world.listener.count == 3);
    side_connect(&scene.world, &late, scene.own, &limits);
    round_trip(&scene.world, &late);
    assert_int_equal(scene.world.server.closed, 1);
    assert_string_equal(scene.world.server.why, "others wait, and its handshake was not over");
    round_trip(&scene.world, &scene.good);
    conn_free(late.conn);
    close(idle[0]);
    close(idle[1]);
    scene_close(&scene);
}

static void over_the_limit_a_connection_is_closed_and_the_others_stay(void **state)
{
    (void)state;
    struct scene scene;
    struct side second = {0};
    struct side third = {0};
    const struct conn_limits limits = patient_limits();
    scene_open(&scene);
    scene.world.listener.max = 2;
    side_connect(&scene.world, &second, scene.own, &limits);
    round_trip(&scene.world, &second);
    side_connect(&scene.world, &third, scene.own, &limits);
    run_until(&scene.world.loop, third.closed == 1);
    assert_int_equal(third.opened, 0);
    assert_int_equal(strncmp(third.why, "the connection broke", 20), 0);
    assert_int_equal(scene.world.server.closed, 0);
    round_trip(&scene.world, &scene.good);
    round_trip(&scene.world, &second);
    conn_free(second.conn);
    run_until(&scene.world.loop, scene.world.listener.count == 1);
    side_connect(&scene.world, &third, scene.own, &limits);
    round_trip(&scene.world, &third);
    conn_free(third.conn);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stall_before_the_handshake_ends_at_its_deadline),
        cmocka_unit_test(a_stall_in_the_handshake_ends_at_its_deadline),
        cmocka_unit_test(garbage_is_no_handshake),
        cmocka_unit_test(garbage_in_an_open_connection_ends_it),
        cmocka_unit_test(a_frame_that_stops_in_the_middle_ends_at_its_deadline),
        cmocka_unit_test(octets_that_drip_do_not_move_the_deadline),
        cmocka_unit_test(silence_ends_where_there_is_a_limit_to_it),
        cmocka_unit_test(a_frame_over_the_limit_is_not_waited_for),
        cmocka_unit_test(a_peer_that_vanishes_in_a_frame_is_told_from_one_that_closes),
        cmocka_unit_test(a_peer_that_does_not_read_is_given_up),
        cmocka_unit_test(a_reset_is_noticed_while_nothing_is_read),
        cmocka_unit_test(who_only_connects_makes_room_for_who_shakes_hands),
        cmocka_unit_test(over_the_limit_a_connection_is_closed_and_the_others_stay),
    };
    return cmocka_run_group_tests(tests, certificates_make, certificates_remove);
}
