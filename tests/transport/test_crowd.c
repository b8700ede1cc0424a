/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits by address, at moments that the test names: each on both of its sides. */
#include "fixture.h"

#include <netinet/in.h>
#include <arpa/inet.h>
#include <string.h>

#include "transport/crowd.h"

#define NOW 1000000u

static struct crowd crowd;

static struct sockaddr_storage four(uint32_t address)
{
    struct sockaddr_storage out = {0};
    const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(address)};
    memcpy(&out, &at, sizeof at);
    return out;
}

static struct sockaddr_storage six(const char *text)
{
    struct sockaddr_storage out = {0};
    struct sockaddr_in6 at = {.sin6_family = AF_INET6};
    assert_int_equal(inet_pton(AF_INET6, text, &at.sin6_addr), 1);
    memcpy(&out, &at, sizeof at);
    return out;
}

static const char *enter_at(struct sockaddr_storage from, uint64_t now, size_t *place)
{
    return crowd_enter(&crowd, &from, now, place);
}

/* How many come in at one moment, and what the next is told. */
static size_t fill(struct sockaddr_storage from, uint64_t now, const char *told)
{
    size_t place;
    size_t count = 0;
    const char *why = NULL;
    while (count < 10000 && (why = enter_at(from, now, &place)) == NULL) {
        count++;
    }
    assert_non_null(why);
    assert_string_equal(why, told);
    return count;
}

static int begin(void **state)
{
    (void)state;
    memset(&crowd, 0, sizeof crowd);
    crowd_limits_init(&crowd.limits);
    return 0;
}

static void unbounded(void)
{
    crowd.limits.connections = crowd.limits.handshakes = UINT32_MAX;
    crowd.limits.a_second = crowd.limits.strangers_second = 1000000;
}

static void handshakes_of_an_address_are_limited(void **state)
{
    (void)state;
    size_t place;
    assert_int_equal(fill(four(1), NOW, "there are too many handshakes of this address under way"), 16);
    crowd_left(&crowd, 0, NOW, false);
    assert_null(enter_at(four(1), NOW, &place));
    assert_non_null(enter_at(four(1), NOW, &place));
    crowd_opened(&crowd, 0, NOW);
    assert_null(enter_at(four(1), NOW, &place));
    assert_null(enter_at(four(2), NOW, &place));
}

static void connections_of_an_address_are_limited(void **state)
{
    (void)state;
    size_t place;
    for (int i = 0; i < 64; i++) {
        assert_null(enter_at(four(1), NOW, &place));
        crowd_opened(&crowd, place, NOW);
    }
    assert_string_equal(enter_at(four(1), NOW, &place), "there are too many connections of this address");
    crowd_left(&crowd, 0, NOW, true);
    assert_null(enter_at(four(1), NOW, &place));
    assert_null(enter_at(four(2), NOW, &place));
}

/* A burst of twice as many as a second brings, and then one each time it is due. */
static void an_address_that_comes_too_fast_waits(void **state)
{
    (void)state;
    size_t place;
    unbounded();
    crowd.limits.a_second = 50;
    assert_int_equal(fill(four(1), NOW, "connections of this address come too fast"), 101);
    assert_non_null(enter_at(four(1), NOW + 19, &place));
    assert_null(enter_at(four(1), NOW + 20, &place));
    assert_non_null(enter_at(four(1), NOW + 20, &place));
    assert_null(enter_at(four(2), NOW + 20, &place));
    assert_int_equal(fill(four(1), NOW + 100000, "connections of this address come too fast"), 101);
}

static void strangers_share_a_limit_and_known_ones_are_free_of_it(void **state)
{
    (void)state;
    size_t place;
    size_t known;
    uint32_t count = 0;
    unbounded();
    crowd.limits.strangers_second = 200;
    assert_null(enter_at(four(1), NOW, &known));
    crowd_opened(&crowd, known, NOW);
    while (count < 1000 && enter_at(four(10 + count), NOW + 5, &place) == NULL) {
        count++;
    }
    assert_int_equal(count, 401);
    assert_string_equal(enter_at(four(5000), NOW + 5, &place), "connections of strangers come too fast");
    assert_null(enter_at(four(1), NOW + 5, &place));
    assert_null(enter_at(four(5000), NOW + 10, &place));
}

static void an_address_is_known_for_as_long_as_is_configured(void **state)
{
    (void)state;
    size_t place;
    crowd.limits.known_ms = 5000;
    assert_null(enter_at(four(1), NOW, &place));
    assert_false(crowd_knows(&crowd, place, NOW));
    crowd_opened(&crowd, place, NOW);
    assert_true(crowd_knows(&crowd, place, NOW + 4999));
    assert_false(crowd_knows(&crowd, place, NOW + 5000));
    crowd_left(&crowd, place, NOW + 6000, true);
    assert_true(crowd_knows(&crowd, place, NOW + 10999));
    assert_null(enter_at(four(2), NOW, &place));
    crowd_left(&crowd, place, NOW, false);
    assert_false(crowd_knows(&crowd, place, NOW));
}

/* One subscriber has 2^64 addresses of IPv6, and one of IPv4 may come as either. */
static void an_address_of_ipv6_is_its_first_half(void **state)
{
    (void)state;
    size_t place[5];
    assert_null(enter_at(six("2001:db8::1"), NOW, &place[0]));
    assert_null(enter_at(six("2001:db8::ffff:1"), NOW, &place[1]));
    assert_null(enter_at(six("2001:db8:0:1::1"), NOW, &place[2]));
    assert_null(enter_at(six("::ffff:192.0.2.1"), NOW, &place[3]));
    assert_null(enter_at(four(0xc0000201), NOW, &place[4]));
    assert_int_equal(place[0], place[1]);
    assert_int_not_equal(place[0], place[2]);
    assert_int_equal(place[3], place[4]);
}

static void strangers_are_forgotten_before_known_ones_and_nobody_who_is_there(void **state)
{
    (void)state;
    size_t known;
    size_t here;
    size_t place;
    unbounded();
    assert_null(enter_at(four(1), NOW, &known));
    crowd_opened(&crowd, known, NOW);
    crowd_left(&crowd, known, NOW, true);
    assert_null(enter_at(four(2), NOW, &here));
    for (uint32_t i = 0; i < 2 * CROWD_MAX; i++) {
        assert_null(enter_at(four(100 + i), NOW + 1 + i, &place));
        assert_int_not_equal(place, known);
        assert_int_not_equal(place, here);
        crowd_left(&crowd, place, NOW + 1 + i, false);
    }
    assert_true(crowd_knows(&crowd, known, NOW));
    assert_int_equal(crowd.of[here].connections, 1);
}

/* Who was authenticated once must not fill the table for good. */
static void of_known_ones_only_so_many_are_kept_before_strangers(void **state)
{
    (void)state;
    size_t place;
    size_t count = 0;
    unbounded();
    for (uint32_t i = 0; i < CROWD_MAX; i++) {
        assert_null(enter_at(four(100 + i), NOW + i, &place));
        if (i <= CROWD_KNOWN_MAX) {
            crowd_opened(&crowd, place, NOW + i);
        }
        crowd_left(&crowd, place, NOW + i, i <= CROWD_KNOWN_MAX);
    }
    assert_null(enter_at(four(5000), NOW + CROWD_MAX, &place));
    assert_int_equal(place, 0); /* of the known ones the oldest, one too many */
    assert_null(enter_at(four(5001), NOW + CROWD_MAX, &place));
    assert_int_equal(place, CROWD_KNOWN_MAX + 1);
    for (size_t i = 0; i < CROWD_MAX; i++) {
        count += crowd_knows(&crowd, i, NOW + CROWD_MAX);
    }
    assert_int_equal(count, CROWD_KNOWN_MAX);
}

static void where_everybody_is_there_nobody_else_comes_in(void **state)
{
    (void)state;
    size_t place;
    unbounded();
    for (uint32_t i = 0; i < CROWD_MAX; i++) {
        assert_null(enter_at(four(100 + i), NOW, &place));
    }
    assert_string_equal(enter_at(four(1), NOW, &place), "there are too many addresses");
    crowd_left(&crowd, 7, NOW, false);
    assert_null(enter_at(four(1), NOW, &place));
    assert_int_equal(place, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(handshakes_of_an_address_are_limited, begin),
        cmocka_unit_test_setup(connections_of_an_address_are_limited, begin),
        cmocka_unit_test_setup(an_address_that_comes_too_fast_waits, begin),
        cmocka_unit_test_setup(strangers_share_a_limit_and_known_ones_are_free_of_it, begin),
        cmocka_unit_test_setup(an_address_is_known_for_as_long_as_is_configured, begin),
        cmocka_unit_test_setup(an_address_of_ipv6_is_its_first_half, begin),
        cmocka_unit_test_setup(strangers_are_forgotten_before_known_ones_and_nobody_who_is_there, begin),
        cmocka_unit_test_setup(of_known_ones_only_so_many_are_kept_before_strangers, begin),
        cmocka_unit_test_setup(where_everybody_is_there_nobody_else_comes_in, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
