/* SPDX-License-Identifier: BSD-2-Clause */
/* Every counter of every structure comes in the loop that hosts export them by, once and under a name of its own. */
#include <xk/xk.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define MOST 64

/* The structure's words from `first` on hold 0, 1, 2 ...; next() is to bring them all. */
#define TRY(structure, first_member, after_last, next, first_name, last_name)                                          \
    do {                                                                                                               \
        static struct structure counters;                                                                              \
        const size_t first = offsetof(struct structure, first_member);                                                 \
        const size_t count = ((after_last) - first) / sizeof(uint64_t);                                                \
        const char *names[MOST] = {NULL};                                                                              \
        uint64_t value = 0;                                                                                            \
        size_t position = 0;                                                                                           \
        fill((uint8_t *)&counters + first, count);                                                                     \
        for (size_t i = 0; i < count; i++) {                                                                           \
            assert_true(next(&counters, &position, &names[i], &value));                                                \
            assert_int_equal(value, i);                                                                                \
        }                                                                                                              \
        are_different(names, count);                                                                                   \
        assert_string_equal(names[0], first_name);                                                                     \
        assert_string_equal(names[count - 1], last_name);                                                              \
        assert_false(next(&counters, &position, &names[0], &value));                                                   \
        assert_string_equal(names[0], first_name);                                                                     \
        position = 0;                                                                                                  \
        assert_false(next(NULL, &position, &names[0], &value));                                                        \
        assert_false(next(&counters, NULL, &names[0], &value));                                                        \
        assert_false(next(&counters, &position, NULL, &value));                                                        \
        assert_false(next(&counters, &position, &names[0], NULL));                                                     \
        assert_int_equal(position, 0);                                                                                 \
    } while (0)

static void fill(uint8_t *octets, size_t count)
{
    assert_true(count > 0 && count <= MOST);
    for (uint64_t i = 0; i < count; i++) {
        memcpy(octets + i * sizeof i, &i, sizeof i);
    }
}

static void are_different(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(names[i], names[k]);
        }
    }
}

static void every_counter_comes_once(void **state)
{
    (void)state;
    TRY(xk_requester_counters, submitted, sizeof counters, xk_requester_next_counter, "submitted", "asked_anew");
    TRY(xk_responder_counters, received, offsetof(struct xk_responder_counters, failure), xk_responder_next_counter,
        "received", "evicted");
    TRY(xk_collector_counters, messages, sizeof counters, xk_collector_next_counter, "messages", "later");
    TRY(xk_delivery_counters, put, sizeof counters, xk_delivery_next_counter, "put", "clock_back");
    TRY(xk_x2_stream_counters, octets, sizeof counters, xk_x2_stream_next_counter, "octets", "cut");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_counter_comes_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
