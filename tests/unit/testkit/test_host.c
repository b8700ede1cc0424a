/* SPDX-License-Identifier: BSD-2-Clause */
/* The kit's host remembers what it was given; the tests of the requester use all the rest of it. */
#include <xk_test/host.h>

#include "unit/requester/fixture.h"
#include "unit/testkit/sample.h"

static struct host h;
static uint8_t wire[1024];

static void an_outcome_is_copied_with_its_results(void **state)
{
    (void)state;
    static const uint8_t key[XK_SESSION_KEY_MAX] = {1, 2, 3};
    static const uint8_t salt[XK_SALT_MAX] = {4, 5};
    const struct xk_test_result result = {1, XK_FAILURE_NONE, {key, sizeof key}, {salt, sizeof salt}};
    const struct xk_test_answer answer = {0, XK_FAILURE_NONE, {NULL, 0}, &result, 1};
    uint64_t handle;
    size_t size = 0;
    host_init(&h);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-2026-0001-ABCDEFGHIJKL", 1, &handle), XK_OK);
    const struct xk_bytes sent = {h.kit.sent, h.kit.sent_size};
    assert_int_equal(xk_test_answer_encode(sent, &answer, wire, sizeof wire, &size), XK_OK);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    const struct xk_test_outcome *seen = &h.kit.outcomes[0];
    assert_string_equal(seen->liid, "LI-2026-0001-ABCDEFGHIJKL"); /* as long as a LIID can be */
    assert_true(seen->request == handle);
    assert_int_equal(seen->session_count, 1);
    assert_int_equal(seen->sessions[0].cs_id, 1);
    assert_int_equal(seen->sessions[0].key_size, sizeof key);
    assert_memory_equal(seen->sessions[0].key, key, sizeof key);
    assert_int_equal(seen->sessions[0].salt_size, sizeof salt);
    assert_memory_equal(seen->sessions[0].salt, salt, sizeof salt);
    host_end(&h);
    xk_test_host_init(&h.kit, 1);
    assert_int_equal(h.kit.outcomes[0].sessions[0].key[0], 0);
}

static void the_last_outcomes_are_kept(void **state)
{
    (void)state;
    uint64_t handle = 0;
    host_init(&h);
    h.config.max_pending = XK_TEST_SEEN_MAX + 2;
    host_start(&h);
    for (size_t i = 0; i < XK_TEST_SEEN_MAX + 2; i++) {
        assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    }
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.send_count, XK_TEST_SEEN_MAX + 2);
    assert_int_equal(h.kit.outcome_count, XK_TEST_SEEN_MAX + 2);
    assert_true(h.kit.outcomes[1].request == handle);
    host_end(&h);
}

static enum xk_status receive_keys(size_t count)
{
    static uint8_t octets[512];
    struct xk_test_result results[XK_TEST_SESSIONS_SEEN + 1];
    const struct xk_bytes sent = {h.kit.sent, h.kit.sent_size};
    const struct xk_test_answer answer = {7, XK_FAILURE_NONE, {NULL, 0}, results, count};
    size_t size = 0;
    memset(results, 0, sizeof results);
    for (size_t i = 0; i < count; i++) {
        results[i].cs_id = (uint8_t)(i + 1);
    }
    assert_int_equal(xk_test_answer_encode(sent, &answer, octets, sizeof octets, &size), XK_OK);
    return host_receive(&h, 0, octets, size);
}

static void of_many_results_the_first_are_kept(void **state)
{
    (void)state;
    enum { MANY = XK_TEST_SESSIONS_SEEN + 1 };
    uint8_t cs_ids[MANY];
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    for (size_t i = 0; i < MANY; i++) {
        cs_ids[i] = (uint8_t)(i + 1);
    }
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.cs_ids = cs_ids;
    request.cs_count = MANY;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    assert_int_equal(receive_keys(MANY), XK_OK);
    assert_int_equal(h.kit.outcome_count, 1);
    const struct xk_test_outcome *seen = &h.kit.outcomes[0];
    assert_int_equal(seen->session_count, MANY);
    for (size_t i = 0; i < XK_TEST_SESSIONS_SEEN; i++) {
        assert_int_equal(seen->sessions[i].cs_id, i + 1);
        assert_int_equal(seen->sessions[i].key_size, XK_TEST_KEY_SIZE);
    }
    host_end(&h);
}

static void an_event_of_a_newer_library_is_not_counted(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    struct xk_observation observation;
    static struct xk_test_host before;
    memset(&observation, 0, sizeof observation);
    xk_test_host_init(&h.kit, 1);
    xk_test_host_callbacks(&h.kit, &callbacks);
    before = h.kit;
    observation.event = (enum xk_event)XK_TEST_EVENTS;
    callbacks.observe(&observation, &h.kit);
    assert_memory_equal(&h.kit, &before, sizeof before);
    observation.event = (enum xk_event)(XK_TEST_EVENTS - 1);
    callbacks.observe(&observation, &h.kit);
    assert_int_equal(h.kit.events[XK_TEST_EVENTS - 1], 1);
}

/* Without a clock a KMS cannot be given the time of sending: what is sent is only remembered. */
static void a_kms_without_a_clock_is_not_asked(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_kms_counters counters;
    uint64_t handle;
    host_init(&h);
    xk_test_kms_config_init(&config);
    assert_int_equal(xk_test_kms_create(&config, NULL, &h.kit.kms), XK_OK);
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(h.kit.events[XK_EVENT_SENT], 1);
    assert_true(h.kit.sent_size > 0);
    xk_test_kms_read_counters(h.kit.kms, &counters);
    assert_int_equal(counters.taken + counters.malformed, 0);
    host_end(&h);
    assert_int_equal(xk_test_kms_destroy(h.kit.kms), XK_OK);
}

static void a_journal_that_is_taken_away_fails(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    h.kit.journal = NULL;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_JOURNAL);
    assert_int_equal(h.kit.journal_size, 0);
    assert_int_equal(h.kit.send_count, 0);
    host_end(&h);
}

static void a_journal_that_is_full_fails(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    h.kit.journal_capacity = 100;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_E_JOURNAL);
    assert_int_equal(h.kit.journal_size, 0);
    h.kit.journal_capacity = sizeof h.journal;
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    size_t first = h.kit.journal_size;
    assert_true(first > 100);
    h.kit.journal_capacity = first; /* not an octet more */
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_JOURNAL);
    assert_int_equal(h.kit.journal_size, first);
    h.kit.journal_capacity = first + 25 + 32 + 7; /* an octet less than ENDED has */
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_E_JOURNAL);
    h.kit.journal_capacity++;
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    assert_int_equal(h.kit.journal_size, h.kit.journal_capacity);
    host_end(&h);
}

static void a_kms_that_takes_nothing_is_a_send_that_failed(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    struct xk_test_clock clock = {1000};
    uint64_t handle;
    host_init(&h);
    xk_test_kms_config_init(&config);
    config.max_kms = 1;
    config.max_packets = 1;
    assert_int_equal(xk_test_kms_create(&config, NULL, &h.kit.kms), XK_OK);
    h.kit.clock = &clock;
    host_start(&h);
    assert_int_equal(host_submit(&h, "LI-A", 1, &handle), XK_OK);
    assert_int_equal(h.kit.events[XK_EVENT_SENT], 1);
    assert_int_equal(host_submit(&h, "LI-B", 1, &handle), XK_OK);
    assert_true(h.kit.events[XK_EVENT_SEND_FAILED] > 0);
    host_end(&h);
    assert_int_equal(xk_test_kms_destroy(h.kit.kms), XK_OK);
}

static void a_get_keys_that_cannot_be_remembered_is_not_sent(void **state)
{
    (void)state;
    static const uint8_t octets[XK_TEST_SENT_MAX] = {1};
    static const uint8_t cs_id = 1;
    struct xk_party party;
    struct xk_request request;
    uint64_t handle;
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    h.config.max_request_size = 2 * XK_TEST_SENT_MAX;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.get_keys.transfer_init = (struct xk_bytes){octets, sizeof octets};
    request.get_keys.transfer_resp = (struct xk_bytes){octets, 1};
    request.cs_ids = &cs_id;
    request.cs_count = 1;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    assert_true(h.kit.events[XK_EVENT_SEND_FAILED] > 0);
    assert_int_equal(h.kit.events[XK_EVENT_SENT], 0);
    assert_int_equal(h.kit.sent_size, 0);
    host_end(&h);
}

static void what_is_sent_is_remembered_to_its_last_octet(void **state)
{
    (void)state;
    static uint8_t octets[XK_TEST_SENT_MAX + 1];
    struct xk_requester_callbacks callbacks;
    struct xk_send send = {.kms = 2, .request = 1, .attempt = 1, .octets = {octets, XK_TEST_SENT_MAX}};
    memset(octets, 7, sizeof octets);
    xk_test_host_init(&h.kit, 1);
    xk_test_host_callbacks(&h.kit, &callbacks);
    assert_true(callbacks.send(&send, &h.kit));
    assert_int_equal(h.kit.sent_size, XK_TEST_SENT_MAX);
    assert_memory_equal(h.kit.sent, octets, XK_TEST_SENT_MAX);
    send.octets.size++;
    assert_false(callbacks.send(&send, &h.kit));
    assert_int_equal(h.kit.sent_size, XK_TEST_SENT_MAX);
    assert_int_equal(h.kit.send_count, 2);
    assert_int_equal(h.kit.sent_to[1], 2);
}

static void randomness_without_a_host_is_none(void **state)
{
    (void)state;
    struct xk_test_host kit;
    struct xk_requester_callbacks callbacks;
    uint8_t octets[4] = {1, 2, 3, 4};
    xk_test_host_init(&kit, 1);
    xk_test_host_callbacks(&kit, &callbacks);
    assert_false(callbacks.random(octets, sizeof octets, NULL));
    assert_memory_equal(octets, "\1\2\3\4", 4);
    assert_true(callbacks.random(octets, sizeof octets, &kit));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(randomness_without_a_host_is_none),
        cmocka_unit_test(an_outcome_is_copied_with_its_results),
        cmocka_unit_test(the_last_outcomes_are_kept),
        cmocka_unit_test(of_many_results_the_first_are_kept),
        cmocka_unit_test(an_event_of_a_newer_library_is_not_counted),
        cmocka_unit_test(a_kms_without_a_clock_is_not_asked),
        cmocka_unit_test(a_journal_that_is_taken_away_fails),
        cmocka_unit_test(a_journal_that_is_full_fails),
        cmocka_unit_test(a_kms_that_takes_nothing_is_a_send_that_failed),
        cmocka_unit_test(a_get_keys_that_cannot_be_remembered_is_not_sent),
        cmocka_unit_test(what_is_sent_is_remembered_to_its_last_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
