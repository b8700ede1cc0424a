/* SPDX-License-Identifier: BSD-2-Clause */
/* How answers arrive: when, in which order, and again after the host could not take them. */
#include "unit/testkit/sample.h"

static struct sample s;
static struct xk_test_kms *kms;

/* The code under test: remembers what came and answers as it is told. */
static struct {
    enum xk_status reply;
    size_t count;
    uint32_t from[8];
    uint8_t id[8]; /* first octet of the transaction id */
    const uint8_t *data;
    size_t size;
    bool acts; /* asks again from inside */
    enum xk_status inner[3];
} seen;

static enum xk_status receive(uint64_t now_ms, uint32_t from, uint8_t *data, size_t size, void *user)
{
    const struct xk_test_subject *subject = user;
    enum xk_message_type type;
    struct xk_transaction_id id;
    assert_int_equal(xk_message_peek(data, size, &type, &id, NULL), XK_OK);
    assert_true(seen.count < 8);
    seen.from[seen.count] = from;
    seen.id[seen.count++] = id.octets[0];
    seen.data = data;
    seen.size = size;
    if (seen.acts) {
        uint8_t out[1];
        size_t ignored = 0;
        assert_int_equal(xk_test_kms_take(kms, now_ms, sample_ask(&s, 99, 0, BOB)), XK_OK);
        seen.inner[0] = xk_test_kms_deliver(kms, now_ms, subject, NULL);
        seen.inner[1] = xk_test_kms_pull(kms, now_ms, out, sizeof out, &ignored, NULL);
        seen.inner[2] = xk_test_kms_destroy(kms);
    }
    return seen.reply;
}

static struct xk_test_subject subject = {receive, NULL, NULL, &subject};

static int start(void **state)
{
    (void)state;
    struct xk_test_kms_config config;
    xk_test_kms_config_init(&config);
    config.blocked_wait_ms = 40;
    memset(&seen, 0, sizeof seen);
    return xk_test_kms_create(&config, NULL, &kms) == XK_OK ? 0 : 1;
}

static int stop(void **state)
{
    (void)state;
    return xk_test_kms_destroy(kms) == XK_OK ? 0 : 1;
}

static void ask(uint64_t now, uint8_t id, uint32_t delay_ms)
{
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.delay_ms = delay_ms;
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    assert_int_equal(xk_test_kms_take(kms, now, sample_ask(&s, id, id % 4, BOB)), XK_OK);
}

static size_t deliver(uint64_t now)
{
    size_t delivered = 77;
    assert_int_equal(xk_test_kms_deliver(kms, now, &subject, &delivered), XK_OK);
    return delivered;
}

static struct xk_test_kms_counters counters(void)
{
    struct xk_test_kms_counters c;
    xk_test_kms_read_counters(kms, &c);
    return c;
}

static void answers_come_when_they_are_due_and_in_order(void **state)
{
    (void)state;
    static const uint8_t order[] = {3, 1, 4, 2};
    ask(0, 1, 20);
    ask(0, 2, 30);
    ask(0, 3, 10);
    ask(5, 4, 15); /* due with 1, sent after it */
    assert_int_equal(counters().packets_left, 4);
    assert_int_equal(deliver(9), 0);
    assert_int_equal(deliver(10), 1);
    assert_int_equal(deliver(10), 0);
    assert_int_equal(deliver(1000), 3);
    assert_memory_equal(seen.id, order, sizeof order);
    assert_int_equal(seen.from[0], 3);
    assert_int_equal(seen.from[1], 1);
    assert_int_equal(counters().packets_left, 0);
    assert_int_equal(counters().delivered, 4);
    assert_int_equal(counters().status[xk_status_index(XK_OK)], 4);
}

/* A place that has become free is taken again: what is due at once still comes in the order of sending. */
static void of_those_due_at_once_the_first_sent_comes_first(void **state)
{
    (void)state;
    static const uint8_t order[] = {1, 2, 3};
    ask(0, 1, 10);
    ask(0, 2, 30);
    assert_int_equal(deliver(10), 1);
    ask(15, 3, 15); /* in the place of 1, before that of 2 */
    assert_true(xk_test_kms_next_due(kms) == 30);
    assert_int_equal(deliver(30), 2);
    assert_memory_equal(seen.id, order, sizeof order);
}

/* Code under test may answer what libxk does not know: it is delivered all the same, and counted nowhere. */
static void an_unknown_status_is_not_counted(void **state)
{
    (void)state;
    uint64_t counted = 0;
    ask(0, 1, 0);
    seen.reply = (enum xk_status)9999;
    assert_int_equal(deliver(0), 1);
    struct xk_test_kms_counters c = counters();
    for (size_t i = 0; i < XK_STATUS_COUNT; i++) {
        counted += c.status[i];
    }
    assert_int_equal(counted, 0);
    assert_int_equal(c.delivered, 1);
    assert_int_equal(c.packets_left, 0);
}

static void what_was_handed_over_is_wiped(void **state)
{
    (void)state;
    ask(0, 1, 0);
    seen.reply = XK_E_DUPLICATE;
    assert_int_equal(deliver(0), 1);
    assert_true(seen.size > 30);
    for (size_t i = 0; i < seen.size; i++) {
        assert_int_equal(seen.data[i], 0);
    }
    assert_int_equal(counters().status[xk_status_index(XK_E_DUPLICATE)], 1);
    assert_int_equal(counters().status[xk_status_index(XK_OK)], 0);
}

static void what_the_host_could_not_take_comes_again(void **state)
{
    (void)state;
    uint8_t before[512];
    const enum xk_status not_now[] = {XK_E_BLOCKED, XK_E_BUSY};
    ask(0, 1, 0);
    for (uint64_t i = 0; i < 2; i++) {
        seen.reply = not_now[i];
        assert_int_equal(deliver(i * 40), 1);
        assert_true(xk_test_kms_next_due(kms) == i * 40 + 40);
        memcpy(before, seen.data, seen.size);
        assert_int_equal(deliver(i * 40 + 39), 0);
    }
    seen.reply = XK_E_UNKNOWN;
    assert_int_equal(deliver(80), 1);
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.id[2], 1); /* still the same message: it was not wiped meanwhile */
    assert_int_equal(before[0], 0xa4);
    assert_int_equal(deliver(10000), 0);
    assert_int_equal(counters().status[xk_status_index(XK_E_BLOCKED)], 1);
}

static void what_is_sent_meanwhile_waits_for_the_next_call(void **state)
{
    (void)state;
    ask(0, 1, 0);
    seen.acts = true;
    assert_int_equal(deliver(0), 1);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(seen.inner[i], XK_E_BUSY);
    }
    seen.acts = false;
    assert_int_equal(deliver(0), 1);
    assert_int_equal(seen.id[1], 99);
}

static void a_pulled_answer_is_gone(void **state)
{
    (void)state;
    uint8_t out[512];
    size_t size = 0;
    size_t needed = 0;
    ask(0, 1, 0);
    assert_int_equal(xk_test_kms_pull(kms, 0, NULL, 0, &needed, NULL), XK_E_SPACE);
    assert_int_equal(xk_test_kms_pull(kms, 0, out, needed - 1, &size, NULL), XK_E_SPACE);
    assert_int_equal(xk_test_kms_pull(kms, 0, out, needed, &size, NULL), XK_OK);
    assert_int_equal(size, needed);
    (void)sample_response(&s, out, size, (struct xk_session_result[2]){{0}, {0}}, 2);
    assert_int_equal(deliver(0), 0);
}

static void an_answer_of_which_nothing_is_left_needs_no_room(void **state)
{
    (void)state;
    size_t size = 77;
    uint32_t from = 77;
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.cut = SIZE_MAX;
    assert_int_equal(xk_test_kms_script(kms, &rule), XK_OK);
    assert_int_equal(xk_test_kms_take(kms, 0, sample_ask(&s, 1, 3, BOB)), XK_OK);
    assert_int_equal(xk_test_kms_pull(kms, 0, NULL, 0, &size, &from), XK_OK);
    assert_int_equal(size, 0);
    assert_int_equal(from, 3);
    assert_int_equal(xk_test_kms_pull(kms, 0, NULL, 0, &size, &from), XK_E_UNKNOWN);
}

static void null_pointers_are_refused(void **state)
{
    (void)state;
    const struct xk_test_subject deaf = {NULL, NULL, NULL, NULL};
    uint8_t out[512];
    size_t size = 77;
    ask(0, 1, 0);
    assert_int_equal(xk_test_kms_deliver(NULL, 0, &subject, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_deliver(kms, 0, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_deliver(kms, 0, &deaf, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_pull(kms, 0, NULL, 1, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_pull(NULL, 0, out, sizeof out, &size, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_test_kms_pull(kms, 0, out, sizeof out, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(size, 77);
    assert_int_equal(counters().packets_left, 1);
    assert_int_equal(counters().delivered, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_come_when_they_are_due_and_in_order, start, stop),
        cmocka_unit_test_setup_teardown(of_those_due_at_once_the_first_sent_comes_first, start, stop),
        cmocka_unit_test_setup_teardown(an_unknown_status_is_not_counted, start, stop),
        cmocka_unit_test_setup_teardown(what_was_handed_over_is_wiped, start, stop),
        cmocka_unit_test_setup_teardown(what_the_host_could_not_take_comes_again, start, stop),
        cmocka_unit_test_setup_teardown(what_is_sent_meanwhile_waits_for_the_next_call, start, stop),
        cmocka_unit_test_setup_teardown(a_pulled_answer_is_gone, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_of_which_nothing_is_left_needs_no_room, start, stop),
        cmocka_unit_test_setup_teardown(null_pointers_are_refused, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
