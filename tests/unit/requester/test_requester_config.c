/* SPDX-License-Identifier: BSD-2-Clause */
/* What an engine is made of: the defaults, the limits of each number on both sides, structures of an older header. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/remains.h"

#define DAY 86400000u
#define CONFIG_FIRST (offsetof(struct xk_requester_config, epoch) + sizeof(uint64_t)) /* as of version 0.1 */

static struct host h;
static struct xk_requester_callbacks whole;

static void the_defaults_are_as_documented(void **state)
{
    (void)state;
    struct xk_requester_config c;
    memset(&c, 0x55, sizeof c);
    xk_requester_config_init(&c);
    assert_int_equal(c.size, sizeof c);
    assert_int_equal(c.max_pending, 1024);
    assert_int_equal(c.max_request_size, 2048);
    assert_int_equal(c.max_warrant_size, 512);
    assert_int_equal(c.max_kms, 8);
    assert_int_equal(c.timeout, 10000);
    assert_int_equal(c.attempt_timeout, 0);
    assert_int_equal(c.max_attempts, 3);
    assert_int_equal(c.backoff_base, 500);
    assert_int_equal(c.backoff_max, 8000);
    assert_int_equal(c.kms_window, 0);
    assert_int_equal(c.reoffer_interval, 1000);
    assert_int_equal(c.tombstones, 1024);
    assert_int_equal(c.grace, 30000);
    assert_int_equal(c.late_keys, XK_LATE_KEYS_WIPE);
    assert_int_equal(c.exchange_check, XK_CHECK_LIBRARY);
    assert_false(c.share_queries);
    assert_false(c.follow_referral);
    assert_false(c.use_references);
    assert_int_equal(c.epoch, 1);
    assert_int_equal(c.max_refused, 0);
    assert_int_equal(c.passing_bound, 30000);
    assert_int_equal(c.clock_bound, 60000);
}

/* A caller built with an older header: nothing is written beyond its structure. */
static void only_the_callers_structure_is_filled(void **state)
{
    (void)state;
    struct xk_requester_config c;
    struct xk_requester_config before;
    memset(&before, 0x55, sizeof before);
    c = before;
    xk_requester_config_defaults(NULL, sizeof c);
    xk_requester_config_defaults(&c, CONFIG_FIRST - 1);
    xk_requester_config_defaults(&c, sizeof c + 1);
    assert_memory_equal(&c, &before, sizeof c);
    xk_requester_config_defaults(&c, CONFIG_FIRST);
    assert_int_equal(c.size, CONFIG_FIRST);
    assert_int_equal(c.epoch, 1);
    assert_memory_equal((uint8_t *)&c + CONFIG_FIRST, (uint8_t *)&before + CONFIG_FIRST, sizeof c - CONFIG_FIRST);
}

static enum xk_status create(const struct xk_requester_config *config, const struct xk_requester_callbacks *callbacks,
                             const struct xk_allocator *allocator, const char *field)
{
    struct xk_requester *r = NULL;
    struct xk_diag diag = {XK_OK, 99, NULL};
    const enum xk_status status = xk_requester_create(config, callbacks, allocator, &h.kit, &r, &diag);
    assert_int_equal(r != NULL, status == XK_OK);
    if (status != XK_OK) {
        assert_int_equal(diag.status, status);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, field);
    } else {
        assert_null(diag.field);
    }
    assert_int_equal(xk_requester_destroy(r), XK_OK);
    return status;
}

#define NUMBER(member, low, high) {#member, offsetof(struct xk_requester_config, member), low, high}

static void each_number_has_its_limits(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t at;
        uint32_t low; /* the least and the largest that are good */
        uint32_t high;
    } rows[] = {
        NUMBER(max_pending, 1, XK_PENDING_MAX), NUMBER(max_request_size, 256, XK_MESSAGE_MAX),
        NUMBER(max_warrant_size, 64, 16384),    NUMBER(max_kms, 1, XK_KMS_MAX),
        NUMBER(timeout, 1, DAY),                NUMBER(attempt_timeout, 0, DAY),
        NUMBER(max_attempts, 1, 255),           NUMBER(backoff_base, 0, DAY),
        NUMBER(backoff_max, 0, DAY),            NUMBER(reoffer_interval, 1, DAY),
        NUMBER(tombstones, 1, XK_PENDING_MAX),  NUMBER(grace, 0, DAY),
        NUMBER(max_refused, 0, 255),            NUMBER(passing_bound, 0, DAY),
        NUMBER(clock_bound, 1, DAY),
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint32_t values[] = {rows[i].low, rows[i].high, rows[i].high + 1, rows[i].low - 1};
        for (size_t v = 0; v < 4 - (size_t)(rows[i].low == 0); v++) {
            struct xk_requester_config config = h.config;
            memcpy((uint8_t *)&config + rows[i].at, &values[v], sizeof values[v]);
            assert_int_equal(xk_requester_memory(&config) > 0, v < 2);
            if (values[v] != XK_PENDING_MAX) { /* which would take all memory */
                assert_int_equal(create(&config, &whole, NULL, rows[i].name), v < 2 ? XK_OK : XK_E_CONFIG);
            }
        }
    }
}

static void each_choice_is_one_that_there_is(void **state)
{
    (void)state;
    struct xk_requester_config config = h.config;
    config.late_keys = XK_LATE_KEYS_SUPPLEMENT;
    config.exchange_check = XK_CHECK_HOST;
    assert_int_equal(create(&config, &whole, NULL, ""), XK_OK);
    config.late_keys = (enum xk_late_keys)2;
    assert_int_equal(create(&config, &whole, NULL, "late_keys"), XK_E_CONFIG);
    config = h.config;
    config.exchange_check = (enum xk_exchange_check)2;
    assert_int_equal(create(&config, &whole, NULL, "exchange_check"), XK_E_CONFIG);
}

static void sizes_from_the_first_version_on_are_taken(void **state)
{
    (void)state;
    struct xk_requester_config config = h.config;
    config.size++;
    assert_int_equal(xk_requester_memory(&config), 0);
    assert_int_equal(xk_requester_memory(NULL), 0);
    assert_int_equal(create(&config, &whole, NULL, "config.size"), XK_E_ARGUMENT);
    config.size = CONFIG_FIRST - 1;
    assert_int_equal(xk_requester_memory(&config), 0);
    assert_int_equal(create(&config, &whole, NULL, "config.size"), XK_E_ARGUMENT);
    config.size = CONFIG_FIRST;
    config.clock_bound = 0; /* beyond its end: not looked at */
    config.max_refused = 1000;
    assert_int_equal(xk_requester_memory(&config), xk_requester_memory(&h.config));
    assert_int_equal(create(&config, &whole, NULL, ""), XK_OK);
}

static void callbacks_are_whole(void **state)
{
    (void)state;
    struct xk_requester_callbacks c = whole;
    c.size--;
    assert_int_equal(create(&h.config, &c, NULL, "callbacks.size"), XK_E_ARGUMENT);
    c.size += 2;
    assert_int_equal(create(&h.config, &c, NULL, "callbacks.size"), XK_E_ARGUMENT);
    c = whole;
    c.random = NULL;
    assert_int_equal(create(&h.config, &c, NULL, "callbacks"), XK_E_ARGUMENT);
    c = whole;
    c.send = NULL;
    assert_int_equal(create(&h.config, &c, NULL, "callbacks"), XK_E_ARGUMENT);
    c = whole;
    c.on_outcome = NULL;
    assert_int_equal(create(&h.config, &c, NULL, "callbacks"), XK_E_ARGUMENT);
    c = whole;
    c.on_room = NULL;
    c.observe = NULL;
    assert_int_equal(create(&h.config, &c, NULL, ""), XK_OK);
}

static void an_allocator_is_whole(void **state)
{
    (void)state;
    struct remains_heap heap;
    remains_heap_init(&heap);
    heap.filling = 0;
    struct xk_allocator a = heap.allocator;
    a.size--;
    assert_int_equal(create(&h.config, &whole, &a, "allocator"), XK_E_ARGUMENT);
    a = heap.allocator;
    a.allocate = NULL;
    assert_int_equal(create(&h.config, &whole, &a, "allocator"), XK_E_ARGUMENT);
    a = heap.allocator;
    a.release = NULL;
    assert_int_equal(create(&h.config, &whole, &a, "allocator"), XK_E_ARGUMENT);
    assert_int_equal(create(&h.config, &whole, &heap.allocator, ""), XK_OK);
    assert_int_equal(heap.held, 0);
    assert_int_equal(heap.dirty, 0);
    assert_int_equal(heap.octets, xk_requester_memory(&h.config));
    assert_int_equal(create(NULL, &whole, NULL, ""), XK_E_ARGUMENT);
    assert_int_equal(create(&h.config, NULL, NULL, ""), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_create(&h.config, &whole, NULL, &h.kit, NULL, NULL), XK_E_ARGUMENT);
}

/* With every option, what is taken is what was told, and each array costs what its option says. */
static void memory_is_told_to_the_octet(void **state)
{
    (void)state;
    for (unsigned int options = 0; options < 8; options++) {
        struct remains_heap heap;
        struct xk_requester *r = NULL;
        struct xk_requester_usage usage;
        struct xk_requester_config config = h.config;
        config.kms_window = options & 1 ? 5 : 0;
        config.use_references = (options & 2) != 0;
        config.share_queries = (options & 4) != 0;
        remains_heap_init(&heap);
        heap.filling = 0;
        assert_int_equal(xk_requester_create(&config, &whole, &heap.allocator, &h.kit, &r, NULL), XK_OK);
        xk_requester_read_usage(r, &usage);
        assert_int_equal(usage.memory, xk_requester_memory(&config));
        assert_int_equal(usage.free, config.max_pending);
        assert_int_equal(heap.held, 10 + (options & 1) + (options & 2) + (options & 4 ? 3 : 0));
        assert_int_equal(xk_requester_destroy(r), XK_OK);
        assert_int_equal(heap.octets, usage.memory);
        assert_int_equal(heap.dirty, 0);
    }
}

static void the_source_of_randomness_may_fail(void **state)
{
    (void)state;
    xk_test_random_fail(&h.kit.random, 1, 1);
    assert_int_equal(create(&h.config, &whole, NULL, "random"), XK_E_RANDOM);
    assert_int_equal(create(&h.config, &whole, NULL, ""), XK_OK);
}

static void every_event_kind_and_cause_has_a_name(void **state)
{
    (void)state;
    static const char *const events[] = {
        "?", "submitted", "sent", "send-failed", "attempt-expired", "shared", "referred", "decided", "offer-refused",
        "held", "acknowledged", "cancelled", "receive-refused", "unrequested", "late-keys", "clock-back", "fenced",
        "restored", "journal-failed", "passed", "impossible", "undeliverable", "kms-lost", "kms-ready", "?",
    };
    static const char *const kinds[] = {"?", "keys", "partial", "failure", "supplement", "?"};
    static const char *const causes[] = {"none", "kms-refused", "timer-expired", "unreachable", "impossible", "?"};
    static const char *const records[] = {"?", "submitted", "decided", "ended", "?"};
    for (unsigned int i = 0; i < sizeof events / sizeof events[0]; i++) {
        assert_string_equal(xk_event_name((enum xk_event)i), events[i]);
    }
    for (unsigned int i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_string_equal(xk_outcome_kind_name((enum xk_outcome_kind)i), kinds[i]);
    }
    for (unsigned int i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        assert_string_equal(xk_cause_name((enum xk_cause)i), causes[i]);
    }
    for (unsigned int i = 0; i < sizeof records / sizeof records[0]; i++) {
        assert_string_equal(xk_journal_kind_name((enum xk_journal_kind)i), records[i]);
    }
}

static int set_up(void **state)
{
    (void)state;
    host_init(&h);
    xk_test_host_callbacks(&h.kit, &whole);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_as_documented),
        cmocka_unit_test(only_the_callers_structure_is_filled),
        cmocka_unit_test_setup(each_number_has_its_limits, set_up),
        cmocka_unit_test_setup(each_choice_is_one_that_there_is, set_up),
        cmocka_unit_test_setup(sizes_from_the_first_version_on_are_taken, set_up),
        cmocka_unit_test_setup(callbacks_are_whole, set_up),
        cmocka_unit_test_setup(an_allocator_is_whole, set_up),
        cmocka_unit_test_setup(memory_is_told_to_the_octet, set_up),
        cmocka_unit_test_setup(the_source_of_randomness_may_fail, set_up),
        cmocka_unit_test(every_event_kind_and_cause_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
