/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/iri.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t octets[16] = {1, 2, 3};
static struct xk_warrant warrant;
static struct xk_session_result results[3];
static struct xk_outcome outcome;
static struct xk_iri_key keys[3];
static const struct xk_utc noon = {1767268800, 5};

static void start(enum xk_outcome_kind kind, size_t with_key, size_t without)
{
    memset(&warrant, 0, sizeof warrant);
    memset(results, 0, sizeof results);
    memset(&outcome, 0, sizeof outcome);
    warrant.destination = XK_DESTINATION_LEMF;
    for (size_t i = 0; i < with_key + without; i++) {
        results[i].cs_id = (uint8_t)(i + 1);
        if (i < with_key) {
            results[i].key = (struct xk_bytes){octets, sizeof octets};
        } else {
            results[i].failure = XK_FAILURE_SESSION_UNKNOWN;
        }
    }
    outcome.kind = kind;
    outcome.warrant = &warrant;
    outcome.sessions = results;
    outcome.session_count = with_key + without;
}

static void keys_become_entries(void **state)
{
    (void)state;
    struct xk_iri_event event;
    start(XK_OUTCOME_KEYS, 2, 0);
    results[1].salt = (struct xk_bytes){octets, 14};
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_OK);
    assert_int_equal(event.key_count, 2);
    assert_false(event.failure);
    assert_ptr_equal(event.keys, keys);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(keys[i].cs_id.size, 1);
        assert_ptr_equal(keys[i].cs_id.data, &results[i].cs_id);
        assert_ptr_equal(keys[i].key.data, octets);
        assert_int_equal(keys[i].key.size, sizeof octets);
        assert_int_equal(keys[i].salt.size, i == 0 ? 0 : 14);
        assert_ptr_equal(keys[i].salt.data, i == 0 ? NULL : octets);
    }
    assert_ptr_equal(event.warrant, &warrant);
    assert_int_equal(event.time.seconds, noon.seconds);
    assert_int_equal(event.time.microseconds, 5);
}

/* As many keys as there is room for; where there is less, nothing is written behind it. */
static void the_room_for_keys_is_kept_to(void **state)
{
    (void)state;
    struct xk_iri_event event;
    static const struct xk_iri_key untouched;
    start(XK_OUTCOME_KEYS, 2, 0);
    memset(keys, 0, sizeof keys);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 1, &event), XK_E_SPACE);
    assert_memory_equal(&keys[1], &untouched, sizeof untouched);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 2, &event), XK_OK);
    assert_int_equal(event.key_count, 2);
    assert_memory_equal(&keys[2], &untouched, sizeof untouched);
}

static void partial_has_keys_and_the_failure_indication(void **state)
{
    (void)state;
    struct xk_iri_event event;
    start(XK_OUTCOME_PARTIAL, 1, 2);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_OK);
    assert_int_equal(event.key_count, 1);
    assert_ptr_equal(event.keys, keys);
    assert_int_equal(event.keys[0].cs_id.data[0], 1);
    assert_true(event.failure);
}

static void failure_has_only_the_indication(void **state)
{
    (void)state;
    struct xk_iri_event event;
    start(XK_OUTCOME_FAILURE, 0, 0);
    outcome.sessions = NULL;
    assert_int_equal(xk_iri_assemble(&outcome, noon, NULL, 0, &event), XK_OK);
    assert_int_equal(event.key_count, 0);
    assert_true(event.failure);
    memset(&event, 0x5a, sizeof event);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_OK);
    assert_null(event.keys); /* room for keys makes none */
    assert_int_equal(event.key_count, 0);
    assert_true(event.failure);
}

static void df3_keys_make_no_event(void **state)
{
    (void)state;
    struct xk_iri_event event;
    memset(&event, 0x5a, sizeof event);
    struct xk_iri_event before = event;
    start(XK_OUTCOME_KEYS, 1, 0);
    warrant.destination = XK_DESTINATION_DF3;
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_DESTINATION);
    assert_memory_equal(&event, &before, sizeof event);
}

/* Only keys are kept from HI2 there, not the news that there are none. */
static void a_failure_makes_an_event_in_df3_mode_too(void **state)
{
    (void)state;
    struct xk_iri_event event;
    start(XK_OUTCOME_FAILURE, 0, 1);
    warrant.destination = XK_DESTINATION_DF3;
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_OK);
    assert_true(event.failure);
    assert_int_equal(event.key_count, 0);
}

static void bad_input_changes_nothing(void **state)
{
    (void)state;
    struct xk_iri_event event;
    memset(&event, 0x5a, sizeof event);
    struct xk_iri_event before = event;
    start(XK_OUTCOME_KEYS, 2, 0);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 1, &event), XK_E_SPACE);
    assert_int_equal(xk_iri_assemble(NULL, noon, keys, 3, &event), XK_E_ARGUMENT);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_iri_assemble(&outcome, noon, NULL, 3, &event), XK_E_ARGUMENT);
    outcome.warrant = NULL;
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    start(XK_OUTCOME_KEYS, 2, 0);
    outcome.sessions = NULL;
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    start(XK_OUTCOME_KEYS, 2, 0);
    results[1].key.size = 0; /* neither a key nor a failure */
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    results[1].key.data = NULL;
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    start(XK_OUTCOME_FAILURE, 1, 0);
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    start(XK_OUTCOME_KEYS, 0, 1); /* keys without a key */
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    start(XK_OUTCOME_FAILURE, 0, 1);
    assert_int_equal(xk_iri_assemble(&outcome, noon, NULL, 1, &event), XK_E_ARGUMENT);
    outcome.sessions = NULL;
    assert_int_equal(xk_iri_assemble(&outcome, noon, keys, 3, &event), XK_E_ARGUMENT);
    assert_memory_equal(&event, &before, sizeof event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_become_entries),
        cmocka_unit_test(the_room_for_keys_is_kept_to),
        cmocka_unit_test(partial_has_keys_and_the_failure_indication),
        cmocka_unit_test(failure_has_only_the_indication),
        cmocka_unit_test(df3_keys_make_no_event),
        cmocka_unit_test(a_failure_makes_an_event_in_df3_mode_too),
        cmocka_unit_test(bad_input_changes_nothing),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
