/* SPDX-License-Identifier: BSD-2-Clause */
/* What the KMS engine refuses: at creation, in each call, from inside its callbacks; and what it leaves of keys. */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "responder/engine.h"

#define ALICE "sip:alice@example.com"

static struct kms_host h;
static struct xk_allocator allocator;
static size_t taken;

static void *take_memory(size_t size, void *user)
{
    (void)user;
    taken++;
    return malloc(size);
}

static void give_memory(void *memory, size_t size, void *user)
{
    (void)size;
    (void)user;
    taken--;
    free(memory);
}

static int start(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    host_ask(&h, 1, ALICE);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return xk_responder_destroy(h.engine) == XK_OK ? 0 : 1;
}

/* One change each. */
#define RULES_FIRST (offsetof(struct xk_relation_rules, allow_other_initiator) + sizeof(bool))
#define CONFIG_FIRST (offsetof(struct xk_responder_config, rules) + RULES_FIRST)
static void config_small(void) { h.config.size = CONFIG_FIRST - 1; }
static void config_first(void) { h.config.size = CONFIG_FIRST; }
static void config_large(void) { h.config.size++; }
static void rules_small(void) { h.config.rules.size = RULES_FIRST - 1; }
static void rules_first(void) { h.config.rules.size = RULES_FIRST; }
static void rules_large(void) { h.config.rules.size++; }
#define CALLBACKS_FIRST offsetof(struct xk_responder_callbacks, send_on)
static void callbacks_small(void) { h.callbacks.size = CALLBACKS_FIRST - 1; }
static void callbacks_first(void) { h.callbacks.size = CALLBACKS_FIRST; }
static void callbacks_large(void) { h.callbacks.size++; }
static void no_random(void) { h.callbacks.random = NULL; }
static void no_send(void) { h.callbacks.send = NULL; }
static void no_resolve(void) { h.callbacks.resolve = NULL; }
static void allocator_size(void) { allocator.size++; }
static void no_allocate(void) { allocator.allocate = NULL; }
static void no_release(void) { allocator.release = NULL; }
static void transactions_0(void) { h.config.max_transactions = 0; }
static void transactions_1(void) { h.config.max_transactions = 1; }
static void transactions_all(void) { h.config.max_transactions = 1048576; }
static void transactions_over(void) { h.config.max_transactions = 1048577; }
static void timeout_1(void) { h.config.answer_timeout = 1; }
static void timeout_0(void) { h.config.answer_timeout = 0; }
static void optional_absent(void)
{
    h.callbacks.authorise = NULL;
    h.callbacks.observe = NULL;
}

static void what_cannot_be_an_engine_is_refused(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        enum xk_status status;
        const char *field;
    } rows[] = {
        {config_small, XK_E_ARGUMENT, "size"},
        {config_first, XK_OK, ""},
        {config_large, XK_E_ARGUMENT, "size"},
        {rules_small, XK_E_ARGUMENT, "size"},
        {rules_first, XK_OK, ""},
        {rules_large, XK_E_ARGUMENT, "size"},
        {callbacks_small, XK_E_ARGUMENT, "size"},
        {callbacks_first, XK_OK, ""},
        {callbacks_large, XK_E_ARGUMENT, "size"},
        {allocator_size, XK_E_ARGUMENT, "size"},
        {no_random, XK_E_ARGUMENT, "random"},
        {no_send, XK_E_ARGUMENT, "send"},
        {no_resolve, XK_E_ARGUMENT, "resolve"},
        {no_allocate, XK_E_ARGUMENT, "allocate"},
        {no_release, XK_E_ARGUMENT, "release"},
        {transactions_0, XK_E_CONFIG, "max_transactions"},
        {transactions_1, XK_OK, ""},
        {transactions_all, XK_OK, ""},
        {transactions_over, XK_E_CONFIG, "max_transactions"},
        {timeout_0, XK_E_CONFIG, "answer_timeout"},
        {timeout_1, XK_OK, ""},
        {optional_absent, XK_OK, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_responder *made = NULL;
        host_init(&h);
        allocator = (struct xk_allocator){sizeof allocator, take_memory, give_memory, NULL};
        rows[i].change();
        struct xk_diag diag = {XK_OK, 0, ""};
        enum xk_status status = xk_responder_create(&h.config, &h.callbacks, &allocator, &h, &made, &diag);
        if (status != rows[i].status || diag.status != status || strcmp(diag.field, rows[i].field) != 0) {
            fail_msg("row %zu: %s in '%s'", i, xk_status_name(status), diag.field);
        }
        assert_int_equal(made != NULL, rows[i].status == XK_OK);
        assert_int_equal(h.randoms > 0, rows[i].status == XK_OK);
        assert_int_equal(taken > 0, rows[i].status == XK_OK);
        assert_int_equal(xk_responder_destroy(made), XK_OK);
        assert_int_equal(taken, 0);
    }
    struct xk_responder *made = NULL;
    assert_int_equal(xk_responder_create(NULL, &h.callbacks, NULL, &h, &made, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_responder_create(&h.config, NULL, NULL, &h, &made, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_responder_create(&h.config, &h.callbacks, NULL, &h, NULL, NULL), XK_E_ARGUMENT);
    assert_null(made);
}

static void a_call_without_its_arguments_changes_nothing(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 9, "before"};
    struct xk_session_result session;
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    memset(&session, 0, sizeof session);
    h.time = XK_ANSWER_LATER;
    assert_int_equal(host_receive(&h, 5), XK_OK);
    assert_int_equal(xk_responder_receive(h.engine, 200, HOST_PEER, NULL, 4, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_responder_receive(NULL, 200, HOST_PEER, h.wire, h.wire_size, NULL), XK_E_ARGUMENT);
    diag.offset = 9;
    assert_int_equal(xk_responder_complete(NULL, 200, h.handle, &answer, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_responder_complete(h.engine, 200, h.handle, NULL, NULL), XK_E_ARGUMENT);
    answer.session_count = 1;
    assert_int_equal(xk_responder_complete(h.engine, 200, h.handle, &answer, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "sessions");
    assert_int_equal(xk_responder_tick(NULL, 200), XK_E_ARGUMENT);
    assert_true(xk_responder_next_deadline(NULL) == UINT64_MAX);
    struct xk_responder_counters counters = {.received = 77};
    xk_responder_read_counters(NULL, &counters);
    xk_responder_read_counters(h.engine, NULL);
    assert_int_equal(counters.received, 77);
    struct xk_responder_config config;
    memset(&config, 0xcd, sizeof config);
    xk_responder_config_defaults(NULL, sizeof config);
    xk_responder_config_defaults(&config, CONFIG_FIRST - 1);
    xk_responder_config_defaults(&config, sizeof config + 1);
    assert_int_equal(config.max_transactions, 0xcdcdcdcd);
    xk_responder_config_defaults(&config, CONFIG_FIRST);
    assert_int_equal(config.size, CONFIG_FIRST);
    assert_int_equal(config.rules.size, RULES_FIRST);
    assert_int_equal(config.max_transactions, 4096);
    assert_int_equal(config.rules.clock_tolerance, 0xcdcdcdcd);
    assert_int_equal(host_counters(&h).received, 1);
    assert_int_equal(h.sends, 0);
    assert_int_equal(xk_responder_next_deadline(h.engine), 105); /* no time passed either */
    answer.sessions = &session;
    answer.session_count = 0;
    answer.failure = XK_FAILURE_POLICY;
    assert_int_equal(xk_responder_complete(h.engine, 10, h.handle + 1, &answer, &diag), XK_E_UNKNOWN);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "handle");
    answer.field = "as it is";
    diag.offset = 77; /* where nothing is refused, nothing is told */
    assert_int_equal(xk_responder_complete(h.engine, 10, h.handle, &answer, &diag), XK_OK);
    assert_int_equal(diag.offset, 77);
    assert_string_equal(diag.field, "handle");
    assert_int_equal(host_sent(&h), XK_FAILURE_POLICY);
    assert_string_equal(h.seen.field, "as it is");
}

static void try_all(void *callback)
{
    (void)callback;
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.failure = XK_FAILURE_GENERIC;
    assert_int_equal(xk_responder_receive(h.engine, 9999, HOST_PEER, h.wire, h.wire_size, &diag), XK_E_BUSY);
    assert_int_equal(diag.status, XK_E_BUSY);
    assert_int_equal(diag.offset, 0);
    assert_int_equal(xk_responder_complete(h.engine, 9999, h.handle, &answer, &diag), XK_E_BUSY);
    assert_int_equal(diag.offset, 0);
    assert_int_equal(xk_responder_tick(h.engine, 9999), XK_E_BUSY);
    assert_int_equal(xk_responder_destroy(h.engine), XK_E_BUSY);
    assert_int_equal(host_counters(&h).received, 1); /* to ask is allowed */
    (void)xk_responder_next_deadline(h.engine);
}

static void inside_every_callback_each_call_is_busy(void **state)
{
    (void)state;
    h.inside = try_all;
    assert_int_equal(host_receive(&h, 5), XK_OK);
    assert_int_equal(h.authorises, 1);
    assert_true(h.compares > 0);
    assert_int_equal(h.resolves, 1);
    assert_int_equal(h.sends, 1);
    assert_int_equal(h.observes, 1);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    assert_int_equal(h.seen.now_ms, 5);
    assert_int_equal(xk_responder_next_deadline(h.engine), 1005);
    h.inside = NULL;
    assert_int_equal(xk_responder_tick(h.engine, 6), XK_OK); /* it is free again */
}

static void a_response_is_no_request(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(xk_responder_receive(h.engine, 0, HOST_PEER, h.sent, h.sent_size, &diag), XK_E_MESSAGE_TYPE);
    assert_string_equal(diag.field, "message type");
    assert_int_equal(h.sends, 1);
    assert_int_equal(h.seen.event, XK_RESPONDER_DROPPED);
    assert_int_equal(h.seen.status, XK_E_MESSAGE_TYPE);
    assert_int_equal(h.seen.handle, 0);
    assert_int_equal(host_counters(&h).dropped, 1);
    assert_int_equal(host_counters(&h).refused, 0);
}

static void a_refusal_that_cannot_be_sent_is_told(void **state)
{
    (void)state;
    assert_int_equal(host_receive(&h, 0), XK_OK);
    h.send_fails = true;
    host_ask(&h, 1, "sip:bob@example.com");
    assert_int_equal(host_receive(&h, 0), XK_E_CONFLICT);
    assert_int_equal(host_sent(&h), XK_FAILURE_CONFLICT);
    assert_int_equal(h.seen.event, XK_RESPONDER_SEND_FAILED);
    assert_int_equal(h.seen.failure, XK_FAILURE_CONFLICT);
    assert_int_equal(h.seen.peer, HOST_PEER);
    assert_int_equal(host_counters(&h).send_failed, 1);
    assert_int_equal(host_counters(&h).failure[XK_FAILURE_CONFLICT], 1);
    h.send_fails = false;
    assert_int_equal(host_receive(&h, 0), XK_E_CONFLICT);
    assert_int_equal(h.seen.event, XK_RESPONDER_REFUSED);
}

static void parts_in_each_others_place_do_not_match(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 0, ""};
    h.exchange.message.transfer_init = h.exchange.message.transfer_resp;
    host_ask(&h, 1, ALICE);
    assert_int_equal(xk_responder_receive(h.engine, 0, HOST_PEER, h.wire, h.wire_size, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_string_equal(diag.field, "INIT: data type");
    assert_int_equal(host_sent(&h), XK_FAILURE_MISMATCH);
    assert_string_equal(h.seen.field, "INIT: data type");
    assert_int_equal(h.resolves, 0);
}

static bool is_zero(const void *memory, size_t size)
{
    const uint8_t *octets = memory;
    for (size_t i = 0; i < size; i++) {
        if (octets[i] != 0) {
            return false;
        }
    }
    return true;
}

/* The host fills all of the key space each time; whatever becomes of the answer, nothing of it stays. */
static void no_answer_leaves_a_key_behind(void **state)
{
    (void)state;
    static const struct {
        enum xk_answer_time time;
        bool too_much;
        bool send_fails;
        enum xk_failure failure;
        enum xk_status status;
    } rows[] = {
        {XK_ANSWER_NOW, false, false, XK_FAILURE_NONE, XK_OK},
        {XK_ANSWER_NOW, false, true, XK_FAILURE_NONE, XK_OK},
        {XK_ANSWER_NOW, true, false, XK_FAILURE_NONE, XK_E_HOST},
        {XK_ANSWER_LATER, false, false, XK_FAILURE_NONE, XK_OK},
        {XK_ANSWER_NOW, false, false, XK_FAILURE_POLICY, XK_OK},
    };
    for (uint8_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        host_init(&h);
        host_start(&h);
        h.time = rows[i].time;
        h.too_much = rows[i].too_much;
        h.send_fails = rows[i].send_fails;
        h.failure = rows[i].failure;
        host_ask(&h, 1, ALICE);
        assert_int_equal(host_receive(&h, 0), rows[i].status);
        assert_int_equal(h.resolves, 1);
        assert_true(is_zero(h.engine->key_space, XKI_RS_KEY_SPACE));
        assert_true(is_zero(h.engine->sessions, XK_CRYPTO_SESSIONS_MAX * sizeof *h.engine->sessions));
        assert_true(is_zero(h.engine->out, XKI_RS_ANSWER_SPACE));
        assert_int_equal(xk_responder_destroy(h.engine), XK_OK);
    }
}

/* What is forgotten, leaves nothing in its place but the way to the next free one. */
static void no_transaction_leaves_anything_behind(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    host_ask(&h, 9, ALICE);
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_false(is_zero(&h.engine->transactions[0].id, sizeof h.engine->transactions[0].id));
    assert_int_equal(xk_responder_tick(h.engine, 1000), XK_OK);
    struct xki_rs_transaction *t = &h.engine->transactions[0];
    assert_int_equal(t->next, 1);
    t->next = 0;
    assert_true(is_zero(t, sizeof *t));
    t->next = 1;
    assert_int_equal(xk_responder_destroy(h.engine), XK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_an_engine_is_refused),
        cmocka_unit_test_setup_teardown(a_call_without_its_arguments_changes_nothing, start, stop),
        cmocka_unit_test_setup_teardown(inside_every_callback_each_call_is_busy, start, stop),
        cmocka_unit_test_setup_teardown(a_response_is_no_request, start, stop),
        cmocka_unit_test_setup_teardown(a_refusal_that_cannot_be_sent_is_told, start, stop),
        cmocka_unit_test_setup_teardown(parts_in_each_others_place_do_not_match, start, stop),
        cmocka_unit_test(no_answer_leaves_a_key_behind),
        cmocka_unit_test(no_transaction_leaves_anything_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
