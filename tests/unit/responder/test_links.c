/* SPDX-License-Identifier: BSD-2-Clause */
/* Several connections of one authenticated name: each gets what it asked, and whoever comes back what it missed. */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define ALICE "sip:alice@example.com"
#define FIRST UINT64_C(0x100000001)
#define SECOND UINT64_C(0x200000001) /* the same lower half */

static struct kms_host h;
static uint64_t sent_on[16]; /* the link of each answer */
static size_t answers;
static bool gone[3]; /* by link >> 32: that connection is closed */

static bool on_send_on(uint32_t peer, uint64_t link, struct xk_bytes octets, void *user)
{
    if (gone[link >> 32]) {
        return false;
    }
    assert_true(answers < sizeof sent_on / sizeof *sent_on);
    sent_on[answers++] = link;
    return h.callbacks.send(peer, octets, user);
}

static int start(void **state)
{
    (void)state;
    host_init(&h);
    answers = 0;
    memset(gone, 0, sizeof gone);
    h.callbacks.send_on = on_send_on;
    host_start(&h);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return xk_responder_destroy(h.engine) == XK_OK ? 0 : 1;
}

static enum xk_status ask(uint64_t now, uint64_t link, uint8_t id)
{
    host_ask(&h, id, ALICE);
    return xk_responder_receive_on(h.engine, now, HOST_PEER, link, h.wire, h.wire_size, NULL);
}

static enum xk_status complete(uint64_t now, uint64_t handle)
{
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.failure = XK_FAILURE_POLICY;
    return xk_responder_complete(h.engine, now, handle, &answer, NULL);
}

static void each_connection_of_a_name_gets_its_own_answer(void **state)
{
    (void)state;
    assert_int_equal(ask(1, FIRST, 1), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    assert_int_equal(ask(2, SECOND, 2), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    h.time = XK_ANSWER_LATER;
    assert_int_equal(ask(3, SECOND, 3), XK_OK);
    uint64_t second = h.handle;
    assert_int_equal(ask(4, FIRST, 4), XK_OK);
    assert_int_equal(complete(5, second), XK_OK);
    assert_int_equal(xk_responder_tick(h.engine, 104), XK_OK); /* the host never completes the first one's */
    assert_int_equal(answers, 4);
    assert_true(sent_on[0] == FIRST && sent_on[1] == SECOND && sent_on[2] == SECOND && sent_on[3] == FIRST);
    assert_int_equal(host_counters(&h).failure[XK_FAILURE_CONFLICT], 0);
}

static void whoever_comes_back_gets_the_answer_at_once(void **state)
{
    (void)state;
    uint8_t first[sizeof h.sent];
    assert_int_equal(ask(1, FIRST, 1), XK_OK);
    size_t size = h.sent_size;
    memcpy(first, h.sent, size);
    assert_int_equal(ask(2, SECOND, 1), XK_OK); /* the same get_keys after a reconnect */
    assert_int_equal(answers, 2);
    assert_true(sent_on[1] == SECOND);
    assert_int_equal(h.seen.event, XK_RESPONDER_REPEATED);
    assert_int_equal(h.sent_size, size);
    assert_memory_equal(h.sent, first, size);
    assert_int_equal(host_counters(&h).refused, 0);
}

static void an_answer_that_pends_goes_where_it_was_asked_for_last(void **state)
{
    (void)state;
    h.time = XK_ANSWER_LATER;
    assert_int_equal(ask(1, FIRST, 1), XK_OK);
    uint64_t handle = h.handle;
    gone[1] = true;
    assert_int_equal(ask(2, SECOND, 1), XK_E_DUPLICATE);
    assert_int_equal(complete(3, handle), XK_OK);
    assert_int_equal(answers, 1);
    assert_true(sent_on[0] == SECOND);
    assert_int_equal(host_counters(&h).send_failed, 0);
}

static void an_answer_to_a_closed_connection_is_kept_for_the_next(void **state)
{
    (void)state;
    gone[1] = true;
    assert_int_equal(ask(1, FIRST, 1), XK_OK);
    assert_int_equal(h.seen.event, XK_RESPONDER_SEND_FAILED);
    assert_int_equal(answers, 0);
    assert_int_equal(ask(2, SECOND, 1), XK_OK);
    assert_int_equal(answers, 1);
    assert_true(sent_on[0] == SECOND);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
}

/* What has no transaction of its own goes where it came from, and moves no answer of another: not a conflict's either.
 */
static void a_refusal_goes_where_its_octets_came_from(void **state)
{
    (void)state;
    h.time = XK_ANSWER_LATER;
    assert_int_equal(ask(1, FIRST, 1), XK_OK);
    uint64_t handle = h.handle;
    host_ask(&h, 1, "sip:bob@example.com");
    assert_int_equal(xk_responder_receive_on(h.engine, 2, HOST_PEER, SECOND, h.wire, h.wire_size, NULL), XK_E_CONFLICT);
    assert_int_equal(host_sent(&h), XK_FAILURE_CONFLICT);
    assert_true(sent_on[0] == SECOND);
    assert_int_equal(complete(3, handle), XK_OK);
    assert_true(sent_on[1] == FIRST);
    host_ask(&h, 2, ALICE);
    h.wire[h.wire_size] = 0;
    assert_int_equal(xk_responder_receive_on(h.engine, 4, HOST_PEER, SECOND, h.wire, h.wire_size + 1, NULL),
                     XK_E_TRAILING);
    assert_true(sent_on[2] == SECOND);
    assert_int_equal(host_sent(&h), XK_FAILURE_MALFORMED);
}

static void without_a_link_it_is_0(void **state)
{
    (void)state;
    host_ask(&h, 1, ALICE);
    assert_int_equal(host_receive(&h, 1), XK_OK);
    assert_int_equal(answers, 1);
    assert_true(sent_on[0] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_connection_of_a_name_gets_its_own_answer, start, stop),
        cmocka_unit_test_setup_teardown(whoever_comes_back_gets_the_answer_at_once, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_that_pends_goes_where_it_was_asked_for_last, start, stop),
        cmocka_unit_test_setup_teardown(an_answer_to_a_closed_connection_is_kept_for_the_next, start, stop),
        cmocka_unit_test_setup_teardown(a_refusal_goes_where_its_octets_came_from, start, stop),
        cmocka_unit_test_setup_teardown(without_a_link_it_is_0, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
