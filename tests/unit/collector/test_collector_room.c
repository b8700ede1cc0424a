/* SPDX-License-Identifier: BSD-2-Clause */
/* Room: what a flood may take, what is never given up, and memory that is asked for once and given back wiped. */
#include "unit/collector/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct script_line offer = {"INVITE", 1, "a", NULL, INIT1};
static const struct script_line answer = {"200 INVITE", 1, "a", "b", RESP1};

static void one_caller_does_not_take_all_the_room(void **state)
{
    (void)state;
    tap_start(&tap, "sip:alice@example.com");
    tap.config.calls_per_caller = 3;
    tap_create(&tap);
    struct script_line line = offer;
    char call[8] = "call-0";
    line.call = call;
    for (unsigned int i = 0; i < 5; i++) {
        call[5] = (char)('0' + i);
        say(&line);
    }
    assert_int_equal(usage().calls, 3);
    assert_int_equal(counters().evicted, 2);
    assert_int_equal(counters().evicted_watched, 2);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[0].reason, XK_INCOMPLETE_EVICTED);
    assert_string_equal(tap.told[0].call_id, "call-0");
    assert_string_equal(tap.told[1].call_id, "call-1");
    assert_int_equal(tap.observed[XK_COLLECTOR_EVICTED], 2);
    tap_stop(&tap);
}

static void a_flood_leaves_answered_calls_alone(void **state)
{
    (void)state;
    tap_start(&tap, "sip:alice@example.com");
    tap.config.max_calls = 4;
    tap_create(&tap);
    struct script_line lines[] = {offer, {"200 INVITE", 1, "a", "b"}};
    lines[0].call = lines[1].call = "kept";
    say(&lines[0]);
    say(&lines[1]);
    char call[] = "flood-00";
    struct script_line flood = offer;
    flood.call = call;
    for (unsigned int i = 0; i < 60; i++) {
        call[6] = (char)('0' + i / 10);
        call[7] = (char)('0' + i % 10);
        say(&flood);
    }
    assert_int_equal(usage().calls, 4);
    say(&(struct script_line){"ACK", 1, "a", "b", .call = "kept"});
    say(&(struct script_line){"200 INVITE", 1, "a", "b", RESP1, .call = "kept"});
    tap.told_count = 0;
    tap_run(&tap, 1500);
    assert_int_equal(tap.told_count, 1);
    assert_string_equal(tap.told[0].call_id, "kept");
    tap_stop(&tap);
}

static void a_flood_of_branches_is_bounded_and_the_answer_found(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&offer);
    char tag[] = "b000";
    for (unsigned int i = 0; i < 300; i++) {
        tag[1] = (char)('0' + i / 100);
        tag[2] = (char)('0' + i / 10 % 10);
        tag[3] = (char)('0' + i % 10);
        say(&(struct script_line){"183 INVITE", 1, "a", tag, RESP1_OTHER});
    }
    assert_true(counters().too_many > 0);
    assert_true(usage().facts_free > 256);
    say(&(struct script_line){"200 INVITE", 1, "a", "final", RESP1});
    tap_run(&tap, 1500);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].resp_hash, tap_hash(script_mikey(RESP1)));
    tap_stop(&tap);
}

static void a_fifth_offer_in_one_place_is_too_many(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&offer);
    say(&(struct script_line){"INVITE", 1, "a", NULL, INIT1_FALSE});
    say(&(struct script_line){"INVITE", 1, "a", NULL, INIT2});
    say(&(struct script_line){"INVITE", 1, "a", NULL, INIT_ALONE});
    assert_int_equal(counters().too_many, 0);
    say(&(struct script_line){"INVITE", 1, "a", NULL, UPDATE_TICKET});
    assert_int_equal(counters().too_many, 1);
    assert_int_equal(tap.observed[XK_COLLECTOR_TOO_MANY], 1);
    tap_stop(&tap);
}

static void each_number_of_a_configuration_has_its_limits(void **state)
{
    static const struct {
        const char *name;
        size_t at;
        uint32_t low;
        uint32_t high;
    } rows[] = {
        {"max_calls", offsetof(struct xk_collector_config, max_calls), 1, XK_COLLECTOR_CALLS_MAX},
        {"facts_per_call", offsetof(struct xk_collector_config, facts_per_call), 8, 256},
        {"octets_per_call", offsetof(struct xk_collector_config, octets_per_call), 512, 65536},
        {"max_init", offsetof(struct xk_collector_config, max_init), 256, 16384},
        {"max_resp", offsetof(struct xk_collector_config, max_resp), 64, 16384},
        {"calls_per_caller", offsetof(struct xk_collector_config, calls_per_caller), 1, 65535},
        {"t1", offsetof(struct xk_collector_config, t1), 500, 10000},
        {"settle", offsetof(struct xk_collector_config, settle), 0, 60000},
        {"unanswered", offsetof(struct xk_collector_config, unanswered), 180001, 86400000},
        {"idle", offsetof(struct xk_collector_config, idle), 1, 86400000},
        {"retry", offsetof(struct xk_collector_config, retry), 1, 60000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_collector_config config;
        xk_collector_config_init(&config);
        config.max_calls = 1;
        uint32_t *value = (uint32_t *)(void *)((uint8_t *)&config + rows[i].at);
        *value = rows[i].low;
        assert_true(xk_collector_memory(&config) > 0);
        *value = rows[i].high;
        assert_true(xk_collector_memory(&config) > 0);
        *value = rows[i].high + 1;
        assert_int_equal(xk_collector_memory(&config), 0);
        if (rows[i].low > 0) {
            *value = rows[i].low - 1;
            assert_int_equal(xk_collector_memory(&config), 0);
        }
    }
    assert_int_equal(xk_collector_memory(NULL), 0);
    xk_collector_config_init(NULL);
    xk_collector_read_counters(NULL, NULL);
    xk_collector_read_usage(NULL, NULL);
}

/* An allocator that fails at the nth block, and looks whether what comes back is wiped. */
struct pool {
    unsigned int calls;
    unsigned int fail_at;
    unsigned int out;
    size_t octets;
};

static void *allocate(size_t size, void *user)
{
    struct pool *pool = user;
    if (++pool->calls == pool->fail_at) {
        return NULL;
    }
    pool->out++;
    pool->octets += size;
    return malloc(size);
}

static void release(void *memory, size_t size, void *user)
{
    struct pool *pool = user;
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(((const uint8_t *)memory)[i], 0);
    }
    pool->out--;
    free(memory);
}

static bool fill(uint8_t *out, size_t size, void *user)
{
    memset(out, 0x5a, size);
    return user == NULL;
}

static size_t watch_all(const struct xk_collector_question *question, struct xk_collector_match *matches,
                        size_t capacity, bool *perhaps, void *user)
{
    (void)question;
    (void)perhaps;
    (void)user;
    assert_true(capacity > 0);
    matches[0] = (struct xk_collector_match){1, SIZE_MAX, 0};
    return 1;
}

static enum xk_collector_reply take_exchange(const struct xk_collected *exchange, void *user)
{
    (void)user;
    assert_int_equal(exchange->target.size, 0);
    assert_int_equal(exchange->role, XK_ROLE_NONE);
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply take_incomplete(const struct xk_incomplete *incomplete, void *user)
{
    (void)incomplete;
    (void)user;
    return XK_COLLECTOR_TAKEN;
}

static void memory_is_asked_for_once_and_given_back_wiped(void **state)
{
    const struct xk_collector_callbacks calls = {sizeof calls, fill, watch_all, take_exchange, take_incomplete, NULL};
    struct pool pool = {0, 0, 0, 0};
    struct xk_allocator allocator = {sizeof allocator, allocate, release, &pool};
    struct xk_collector_config config;
    struct xk_collector *collector = NULL;
    struct xk_diag diag;
    int failing = 1;
    (void)state;
    xk_collector_config_init(&config);
    config.max_calls = 4;
    assert_int_equal(xk_collector_create(&config, &calls, &allocator, NULL, &collector, &diag), XK_OK);
    assert_int_equal(pool.octets, xk_collector_memory(&config));
    unsigned int blocks = pool.calls;
    for (unsigned int i = 0; i < 2; i++) {
        const struct script_line *line = i == 0 ? &offer : &answer;
        struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(line)};
        assert_int_equal(xk_collector_take(collector, 0, &m, NULL), XK_OK);
    }
    assert_int_equal(xk_collector_tick(collector, 1000, 1, NULL), XK_OK);
    assert_int_equal(pool.calls, blocks);
    assert_int_equal(xk_collector_destroy(collector), XK_OK);
    assert_int_equal(pool.out, 0);
    for (unsigned int i = 1; i <= blocks; i++) {
        pool = (struct pool){0, i, 0, 0};
        assert_int_equal(xk_collector_create(&config, &calls, &allocator, NULL, &collector, &diag), XK_E_MEMORY);
        assert_int_equal(pool.out, 0);
    }
    pool = (struct pool){0, 0, 0, 0};
    assert_int_equal(xk_collector_create(&config, &calls, &allocator, &failing, &collector, &diag), XK_E_RANDOM);
    assert_int_equal(pool.out, 0);
    config.t1 = 1;
    assert_int_equal(xk_collector_create(&config, &calls, &allocator, NULL, &collector, &diag), XK_E_CONFIG);
    assert_string_equal(diag.field, "t1");
    config.size++;
    assert_int_equal(xk_collector_create(&config, &calls, &allocator, NULL, &collector, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    struct xk_collector_callbacks lacking = calls;
    lacking.watch = NULL;
    assert_int_equal(xk_collector_create(&config, &lacking, NULL, NULL, &collector, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "callbacks");
    config.size--;
    config.t1 = 500;
    struct xk_allocator half = {sizeof half, NULL, release, &pool};
    assert_int_equal(xk_collector_create(&config, &calls, &half, NULL, &collector, &diag), XK_E_ARGUMENT);
    half = (struct xk_allocator){sizeof half, allocate, NULL, &pool};
    assert_int_equal(xk_collector_create(&config, &calls, &half, NULL, &collector, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "allocator");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_caller_does_not_take_all_the_room),
        cmocka_unit_test(a_flood_leaves_answered_calls_alone),
        cmocka_unit_test(a_flood_of_branches_is_bounded_and_the_answer_found),
        cmocka_unit_test(a_fifth_offer_in_one_place_is_too_many),
        cmocka_unit_test(each_number_of_a_configuration_has_its_limits),
        cmocka_unit_test(memory_is_asked_for_once_and_given_back_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
