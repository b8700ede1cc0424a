/* SPDX-License-Identifier: BSD-2-Clause */
/* Each observation in each of its members, in the order in which they come. */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/remains.h"

#define BOB "sip:bob@example.com"

static struct kms_host h;
static struct xk_responder_observation log_of[16];
static size_t logged;

static void keep(void *callback)
{
    if (callback == &h.observes) {
        assert_true(logged < sizeof log_of / sizeof log_of[0]);
        log_of[logged++] = h.seen;
    }
}

static int set_up(void **state)
{
    (void)state;
    host_init(&h);
    h.inside = keep;
    logged = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(xk_responder_destroy(h.engine), XK_OK);
    return 0;
}

static void are(const struct xk_responder_observation *wanted, size_t count)
{
    assert_int_equal(logged, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(log_of[i].event, wanted[i].event);
        assert_int_equal(log_of[i].status, wanted[i].status);
        assert_int_equal(log_of[i].failure, wanted[i].failure);
        assert_string_equal(log_of[i].field, wanted[i].field);
        assert_true(log_of[i].handle == wanted[i].handle);
        assert_int_equal(log_of[i].peer, wanted[i].peer);
        assert_true(log_of[i].now_ms == wanted[i].now_ms);
        assert_int_equal(log_of[i].remarks, 0);
    }
    logged = 0;
}

#define ARE(...) \
    do { \
        const struct xk_responder_observation wanted[] = {__VA_ARGS__}; \
        are(wanted, sizeof wanted / sizeof wanted[0]); \
    } while (0)

static void a_query_that_waits_too_long_is_told_twice(void **state)
{
    (void)state;
    host_start(&h);
    h.time = XK_ANSWER_LATER;
    host_ask(&h, 1, BOB);
    assert_int_equal(host_receive(&h, 10), XK_OK);
    ARE({XK_RESPONDER_PENDING, XK_OK, XK_FAILURE_NONE, "", h.handle, HOST_PEER, 10, 0});
    assert_int_equal(xk_responder_tick(h.engine, 109), XK_OK);
    assert_int_equal(logged, 0);
    assert_int_equal(xk_responder_tick(h.engine, 110), XK_OK);
    ARE({XK_RESPONDER_EXPIRED, XK_OK, XK_FAILURE_UNAVAILABLE, "", h.handle, HOST_PEER, 110, 0},
        {XK_RESPONDER_REFUSED, XK_OK, XK_FAILURE_UNAVAILABLE, "", h.handle, HOST_PEER, 110, 0});
}

static void an_answer_that_cannot_be_sent_is_told(void **state)
{
    (void)state;
    host_start(&h);
    h.send_fails = true;
    host_ask(&h, 1, BOB);
    assert_int_equal(host_receive(&h, 10), XK_OK);
    ARE({XK_RESPONDER_SEND_FAILED, XK_OK, XK_FAILURE_NONE, "", h.handle, HOST_PEER, 10, 0});
    assert_int_equal(host_counters(&h).send_failed, 1);
    assert_int_equal(host_counters(&h).answered, 1);
    h.send_fails = false;
    assert_int_equal(host_receive(&h, 11), XK_OK);
    ARE({XK_RESPONDER_REPEATED, XK_OK, XK_FAILURE_NONE, "", h.handle, HOST_PEER, 11, 0});
}

/* With all places pending there is none; what is refused for that has no handle. */
static void without_a_place_nobody_is_asked(void **state)
{
    (void)state;
    h.config.max_transactions = 1;
    host_start(&h);
    h.time = XK_ANSWER_LATER;
    host_ask(&h, 1, BOB);
    assert_int_equal(host_receive(&h, 10), XK_OK);
    ARE({XK_RESPONDER_PENDING, XK_OK, XK_FAILURE_NONE, "", h.handle, HOST_PEER, 10, 0});
    host_ask(&h, 2, BOB);
    assert_int_equal(host_receive(&h, 11), XK_OK);
    ARE({XK_RESPONDER_REFUSED, XK_E_FULL, XK_FAILURE_UNAVAILABLE, "", 0, HOST_PEER, 11, 0});
    assert_int_equal(host_sent(&h), XK_FAILURE_UNAVAILABLE);
    h.denies = true;
    assert_int_equal(host_receive(&h, 12), XK_OK);
    ARE({XK_RESPONDER_REFUSED, XK_OK, XK_FAILURE_NOT_AUTHORISED, "peer", 0, HOST_PEER, 12, 0});
    assert_int_equal(host_sent(&h), XK_FAILURE_NOT_AUTHORISED);
}

static void an_answer_that_no_profile_allows_is_the_hosts_fault(void **state)
{
    (void)state;
    host_start(&h);
    h.too_much = true;
    host_ask(&h, 1, BOB);
    assert_int_equal(host_receive(&h, 10), XK_E_HOST);
    ARE({XK_RESPONDER_REFUSED, XK_E_HOST, XK_FAILURE_GENERIC, "", h.handle, HOST_PEER, 10, 0});
}

static void a_clock_that_steps_back_is_not_followed(void **state)
{
    (void)state;
    host_start(&h);
    host_ask(&h, 1, BOB);
    assert_int_equal(host_receive(&h, 10), XK_OK);
    ARE({XK_RESPONDER_ANSWERED, XK_OK, XK_FAILURE_NONE, "", h.handle, HOST_PEER, 10, 0});
    assert_int_equal(host_receive(&h, 9), XK_OK);
    ARE({XK_RESPONDER_REPEATED, XK_OK, XK_FAILURE_NONE, "", h.handle, HOST_PEER, 10, 0});
}

static void a_configuration_begins_with_its_defaults(void **state)
{
    (void)state;
    struct xk_responder_config config;
    struct xk_diag diag = {XK_OK, 9, ""};
    host_start(&h);
    memset(&config, 0x5a, sizeof config);
    xk_responder_config_init(&config);
    assert_int_equal(config.size, sizeof config);
    assert_int_equal(config.max_transactions, 4096);
    assert_int_equal(config.answer_timeout, 5000);
    assert_int_equal(config.remember, 60000);
    config.max_transactions = 0;
    struct xk_responder *engine = NULL;
    assert_int_equal(xk_responder_create(&config, &h.callbacks, NULL, &h, &engine, &diag), XK_E_CONFIG);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "max_transactions");
    config.max_transactions = 1;
    config.answer_timeout = 0;
    diag.offset = 9;
    assert_int_equal(xk_responder_create(&config, &h.callbacks, NULL, &h, &engine, &diag), XK_E_CONFIG);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "answer_timeout");
}

static uint8_t drawn[16];

static bool draw(uint8_t *out, size_t size, void *user)
{
    (void)user;
    assert_int_equal(size, sizeof drawn);
    memcpy(out, drawn, size);
    return true;
}

static void start(void *context)
{
    host_start(context);
}

/* The key is used eight octets at a time: what lies across its middle is only in the whole. */
static void the_drawn_key_does_not_stay_on_the_stack(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof drawn; i++) {
        drawn[i] = (uint8_t)(i * 37 + 11);
    }
    h.callbacks.random = draw;
    assert_int_equal(remains_on_stack(start, &h, drawn + 4, 8), 0);
}

static void a_call_is_refused_without_a_place(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 9, ""};
    struct xk_answer answer;
    host_start(&h);
    memset(&answer, 0, sizeof answer);
    answer.failure = XK_FAILURE_GENERIC;
    assert_int_equal(xk_responder_complete(h.engine, 1, 1, &answer, &diag), XK_E_UNKNOWN);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "handle");
    answer.session_count = 1;
    diag.offset = 9;
    assert_int_equal(xk_responder_complete(h.engine, 1, 1, &answer, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "sessions");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_query_that_waits_too_long_is_told_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_cannot_be_sent_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_place_nobody_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_no_profile_allows_is_the_hosts_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_steps_back_is_not_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_configuration_begins_with_its_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_drawn_key_does_not_stay_on_the_stack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_is_refused_without_a_place, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("observations", tests, NULL, NULL);
}
