/* SPDX-License-Identifier: BSD-2-Clause */
/* One transaction has one answer: whatever the host, its rights and its peers do between two repetitions. */
#include "unit/responder/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/hex.h"

#define ALICE "sip:alice@example.com"

static struct kms_host h;

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

static void is_seen(enum xk_responder_event event, enum xk_status status, enum xk_failure failure, const char *field)
{
    assert_int_equal(h.seen.event, event);
    assert_int_equal(h.seen.status, status);
    assert_int_equal(h.seen.failure, failure);
    assert_string_equal(h.seen.field, field);
    assert_int_equal(h.seen.peer, HOST_PEER);
}

/* What is not answered in time may be asked for again, and the host is asked again, under a handle of its own. */
static void a_retry_after_a_timeout_reaches_the_host(void **state)
{
    (void)state;
    struct xk_answer late;
    memset(&late, 0, sizeof late);
    late.failure = XK_FAILURE_POLICY;
    h.time = XK_ANSWER_LATER;
    assert_int_equal(host_receive(&h, 0), XK_OK);
    const uint64_t first = h.handle;
    assert_int_equal(xk_responder_tick(h.engine, 100), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_UNAVAILABLE);
    assert_int_equal(xk_responder_complete(h.engine, 100, first, &late, NULL), XK_E_UNKNOWN);
    assert_int_equal(host_receive(&h, 110), XK_OK);
    assert_int_equal(h.resolves, 2);
    assert_true(h.handle != first);
    assert_int_equal(h.sends, 1);
    assert_int_equal(xk_responder_complete(h.engine, 120, first, &late, NULL), XK_E_UNKNOWN);
    assert_int_equal(xk_responder_tick(h.engine, 209), XK_OK);
    assert_int_equal(h.sends, 1);
    assert_int_equal(xk_responder_tick(h.engine, 210), XK_OK);
    assert_int_equal(h.sends, 2);
    assert_int_equal(host_sent(&h), XK_FAILURE_UNAVAILABLE);
    h.time = XK_ANSWER_NOW;
    assert_int_equal(host_receive(&h, 220), XK_OK);
    assert_int_equal(h.resolves, 3);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    is_seen(XK_RESPONDER_ANSWERED, XK_OK, XK_FAILURE_NONE, "");
    const struct xk_responder_counters c = host_counters(&h);
    assert_int_equal(c.expired, 2);
    assert_int_equal(c.refused, 2);
    assert_int_equal(c.failure[XK_FAILURE_UNAVAILABLE], 2);
    assert_int_equal(c.answered, 1);
    assert_int_equal(c.repeated, 0);
    assert_int_equal(c.changed, 0);
    /* From here on that is the answer. */
    h.failure = XK_FAILURE_UNAVAILABLE;
    assert_int_equal(host_receive(&h, 230), XK_E_CONFLICT);
    assert_int_equal(h.sends, 3);
    is_seen(XK_RESPONDER_CHANGED, XK_E_CONFLICT, XK_FAILURE_UNAVAILABLE, "");
    h.failure = XK_FAILURE_NONE;
    assert_int_equal(host_receive(&h, 240), XK_OK);
    is_seen(XK_RESPONDER_REPEATED, XK_OK, XK_FAILURE_NONE, "");
}

static void a_host_that_is_unavailable_is_asked_again(void **state)
{
    (void)state;
    h.failure = XK_FAILURE_UNAVAILABLE;
    h.field = "store";
    assert_int_equal(host_receive(&h, 0), XK_OK);
    is_seen(XK_RESPONDER_REFUSED, XK_OK, XK_FAILURE_UNAVAILABLE, "store");
    assert_int_equal(host_receive(&h, 1), XK_OK);
    assert_int_equal(h.resolves, 2);
    is_seen(XK_RESPONDER_REFUSED, XK_OK, XK_FAILURE_UNAVAILABLE, "store");
    h.failure = XK_FAILURE_TICKET_MAC;
    assert_int_equal(host_receive(&h, 2), XK_OK);
    assert_int_equal(h.resolves, 3);
    assert_int_equal(host_sent(&h), XK_FAILURE_TICKET_MAC);
    h.failure = XK_FAILURE_NONE; /* too late */
    assert_int_equal(host_receive(&h, 3), XK_OK);
    assert_int_equal(h.resolves, 3);
    assert_int_equal(host_sent(&h), XK_FAILURE_TICKET_MAC);
    is_seen(XK_RESPONDER_REPEATED, XK_OK, XK_FAILURE_TICKET_MAC, "");
    assert_int_equal(host_counters(&h).refused, 3);
    assert_int_equal(host_counters(&h).repeated, 1);
}

/* Keys that were given may be given again, or nothing: no "not authorised" follows keys, and no keys follow it. */
static void a_right_that_is_withdrawn_sends_nothing(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 9, ""};
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(h.sends, 1);
    h.denies = true;
    assert_int_equal(xk_responder_receive(h.engine, 1, HOST_PEER, h.wire, h.wire_size, &diag), XK_E_CONFLICT);
    assert_int_equal(diag.status, XK_E_CONFLICT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "peer");
    assert_int_equal(h.sends, 1);
    assert_int_equal(h.resolves, 1);
    is_seen(XK_RESPONDER_CHANGED, XK_E_CONFLICT, XK_FAILURE_NOT_AUTHORISED, "peer");
    assert_int_equal(h.seen.handle, h.handle);
    assert_int_equal(host_counters(&h).changed, 1);
    assert_int_equal(host_counters(&h).failure[XK_FAILURE_NOT_AUTHORISED], 0);
    h.denies = false;
    assert_int_equal(host_receive(&h, 2), XK_OK);
    assert_int_equal(h.sends, 2);
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
    assert_int_equal(host_counters(&h).repeated, 1);
}

static void a_right_that_is_granted_comes_too_late(void **state)
{
    (void)state;
    h.denies = true;
    assert_int_equal(host_receive(&h, 0), XK_OK);
    is_seen(XK_RESPONDER_REFUSED, XK_OK, XK_FAILURE_NOT_AUTHORISED, "peer");
    h.denies = false;
    assert_int_equal(host_receive(&h, 999), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NOT_AUTHORISED);
    is_seen(XK_RESPONDER_REPEATED, XK_OK, XK_FAILURE_NOT_AUTHORISED, "");
    assert_int_equal(h.resolves, 0);
    assert_int_equal(h.authorises, 1);
    assert_int_equal(xk_responder_next_deadline(h.engine), 1999);
    assert_int_equal(xk_responder_tick(h.engine, 1999), XK_OK);
    assert_true(xk_responder_next_deadline(h.engine) == UINT64_MAX);
    assert_int_equal(host_receive(&h, 2000), XK_OK); /* under the same id, but it is another transaction now */
    assert_int_equal(host_sent(&h), XK_FAILURE_NONE);
}

/* A transaction without an answer yet may end in that one. */
static void a_right_that_is_withdrawn_before_the_answer_is_told(void **state)
{
    (void)state;
    h.failure = XK_FAILURE_UNAVAILABLE;
    assert_int_equal(host_receive(&h, 0), XK_OK);
    h.denies = true;
    assert_int_equal(host_receive(&h, 1), XK_OK);
    is_seen(XK_RESPONDER_REFUSED, XK_OK, XK_FAILURE_NOT_AUTHORISED, "peer");
    assert_int_equal(h.resolves, 1);
    h.denies = false;
    h.failure = XK_FAILURE_NONE;
    assert_int_equal(host_receive(&h, 2), XK_OK);
    assert_int_equal(host_sent(&h), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(h.resolves, 1);
}

static enum xk_failure ask(uint8_t id, uint64_t now, bool denied)
{
    h.denies = denied;
    host_ask(&h, id, ALICE);
    assert_int_equal(host_receive(&h, now), XK_OK);
    return host_sent(&h);
}

/* Four places: those of the denied are free for everybody, the oldest first; an answer gives way to an answer only. */
static void the_denied_give_way_first(void **state)
{
    (void)state;
    assert_int_equal(ask(1, 0, false), XK_FAILURE_NONE);
    assert_int_equal(ask(2, 1, true), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(ask(3, 2, true), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(ask(4, 3, false), XK_FAILURE_NONE);
    assert_int_equal(ask(5, 4, true), XK_FAILURE_NOT_AUTHORISED); /* in the place of 2 */
    assert_int_equal(ask(3, 5, false), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(ask(6, 6, false), XK_FAILURE_NONE);          /* in the place of 5, the older one now */
    assert_int_equal(ask(7, 7, false), XK_FAILURE_NONE);          /* in the place of 3 */
    assert_int_equal(host_counters(&h).evicted, 0);
    assert_int_equal(ask(8, 8, true), XK_FAILURE_NOT_AUTHORISED); /* without one */
    assert_int_equal(host_counters(&h).evicted, 0);
    assert_int_equal(ask(8, 9, false), XK_FAILURE_NONE);          /* in the place of 1 */
    assert_int_equal(host_counters(&h).evicted, 1);
    assert_int_equal(host_counters(&h).answered, 5);
    assert_int_equal(ask(4, 10, false), XK_FAILURE_NONE);
    assert_int_equal(host_counters(&h).repeated, 2);
}

/* The same id, and other octets or another peer: the field says which. The peer is part of who a transaction is. */
static void a_conflict_says_of_what(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 9, ""};
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(xk_responder_receive(h.engine, 1, HOST_PEER + 1, h.wire, h.wire_size, &diag), XK_E_CONFLICT);
    assert_string_equal(diag.field, "peer");
    assert_int_equal(diag.offset, 0);
    assert_int_equal(h.seen.peer, HOST_PEER + 1);
    assert_string_equal(h.seen.field, "peer");
    assert_int_equal(h.seen.handle, 0);
    host_ask(&h, 1, "sip:bob@example.com");
    assert_int_equal(xk_responder_receive(h.engine, 2, HOST_PEER, h.wire, h.wire_size, &diag), XK_E_CONFLICT);
    assert_string_equal(diag.field, "transaction id");
    is_seen(XK_RESPONDER_REFUSED, XK_E_CONFLICT, XK_FAILURE_CONFLICT, "transaction id");
    assert_int_equal(xk_responder_receive(h.engine, 3, HOST_PEER + 1, h.wire, h.wire_size, &diag), XK_E_CONFLICT);
    assert_string_equal(diag.field, "peer");
    h.too_much = true;
    host_ask(&h, 2, ALICE);
    assert_int_equal(xk_responder_receive(h.engine, 4, HOST_PEER, h.wire, h.wire_size, &diag), XK_E_HOST);
    assert_int_equal(diag.status, XK_E_HOST);
    assert_string_equal(diag.field, "answer");
}

/* A get_keys of a newer version is answered so that the DF2/MF can go elsewhere; a response of one is dropped. */
static void a_newer_version_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        enum xk_status status;
        enum xk_failure failure; /* none: dropped */
    } rows[] = {
        {"a3 00 02 01 01 02 50 01010101010101010101010101010101", XK_E_VERSION, XK_FAILURE_VERSION},
        {"a4 00 1a ffffffff 01 01 02 50 01010101010101010101010101010101 03 f5", XK_E_VERSION, XK_FAILURE_VERSION},
        {"a3 00 02 01 02 02 50 01010101010101010101010101010101", XK_E_VERSION, XK_FAILURE_NONE},
        {"a3 00 00 01 01 02 50 01010101010101010101010101010101", XK_E_VERSION, XK_FAILURE_NONE},
        {"a3 00 02 01 01 02 4f 010101010101010101010101010101", XK_E_VERSION, XK_FAILURE_NONE},
        {"a3 00 02 01 01", XK_E_VERSION, XK_FAILURE_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t octets[64];
        struct xk_diag diag = {XK_OK, 9, ""};
        const size_t size = hex_decode(rows[i].octets, octets, sizeof octets);
        const bool answered = rows[i].failure != XK_FAILURE_NONE;
        h.sends = 0;
        assert_int_equal(xk_responder_receive(h.engine, 0, HOST_PEER, octets, size, &diag), rows[i].status);
        assert_int_equal(diag.status, rows[i].status);
        assert_int_equal(diag.offset, 2);
        assert_string_equal(diag.field, "version");
        assert_int_equal(h.sends, answered);
        is_seen(answered ? XK_RESPONDER_REFUSED : XK_RESPONDER_DROPPED, XK_E_VERSION, rows[i].failure, "version");
        if (answered) {
            assert_int_equal(host_sent(&h), rows[i].failure);
        }
    }
    assert_int_equal(host_counters(&h).failure[XK_FAILURE_VERSION], 2);
    assert_int_equal(host_counters(&h).dropped, 4);
}

/* What is unusual about an exchange is told with its answer, and not with what comes after it. */
static void remarks_are_told(void **state)
{
    (void)state;
    h.exchange.init[3] ^= 0x80;
    host_ask(&h, 2, ALICE);
    assert_int_equal(host_receive(&h, 0), XK_OK);
    assert_int_equal(h.seen.remarks, XK_REMARK_V_FLAG);
    assert_int_equal(xk_responder_receive(h.engine, 1, HOST_PEER, h.wire, 3, NULL), XK_E_TRUNCATED);
    assert_int_equal(h.seen.event, XK_RESPONDER_DROPPED);
    assert_int_equal(h.seen.remarks, 0);
    h.time = XK_ANSWER_LATER;
    host_ask(&h, 3, ALICE);
    assert_int_equal(host_receive(&h, 2), XK_OK);
    assert_int_equal(h.seen.event, XK_RESPONDER_PENDING);
    assert_int_equal(h.seen.remarks, XK_REMARK_V_FLAG);
    assert_int_equal(xk_responder_tick(h.engine, 200), XK_OK);
    assert_int_equal(h.seen.event, XK_RESPONDER_REFUSED);
    assert_int_equal(h.seen.remarks, 0);
}

static void events_and_counters_have_names(void **state)
{
    (void)state;
    static const char *const events[] = {"?", "answered", "refused", "pending", "repeated", "dropped", "expired",
                                         "changed", "send-failed", "?"};
    static const char *const names[] = {"received", "answered", "refused", "repeated", "duplicates", "dropped",
                                        "expired", "changed", "send_failed", "evicted"};
    const struct xk_responder_counters counters = {.received = 1, .answered = 2, .refused = 3, .repeated = 4,
                                                   .duplicates = 5, .dropped = 6, .expired = 7, .changed = 8,
                                                   .send_failed = 9, .evicted = 10};
    const char *name = NULL;
    uint64_t value = 0;
    size_t position = 0;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        assert_string_equal(xk_responder_event_name((enum xk_responder_event)i), events[i]);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_true(xk_responder_next_counter(&counters, &position, &name, &value));
        assert_string_equal(name, names[i]);
        assert_int_equal(value, i + 1);
        assert_int_equal(position, i + 1);
    }
    assert_false(xk_responder_next_counter(&counters, &position, &name, &value));
    position = 0;
    assert_false(xk_responder_next_counter(NULL, &position, &name, &value));
    assert_false(xk_responder_next_counter(&counters, NULL, &name, &value));
    assert_false(xk_responder_next_counter(&counters, &position, NULL, &value));
    assert_false(xk_responder_next_counter(&counters, &position, &name, NULL));
    assert_int_equal(position, 0);
}

/* Many transactions through few places: none is answered twice, and the oldest give way. */
static void places_are_used_again(void **state)
{
    (void)state;
    struct xk_transaction_id *id = &h.exchange.message.transaction_id;
    for (uint32_t n = 0; n < 20000; n++) {
        memcpy(id->octets, &n, sizeof n);
        assert_int_equal(xk_get_keys_encode(&h.exchange.message, h.wire, sizeof h.wire, &h.wire_size, NULL), XK_OK);
        assert_int_equal(host_receive(&h, n / 8), XK_OK);
    }
    assert_int_equal(host_counters(&h).answered, 20000);
    assert_int_equal(host_counters(&h).evicted, 20000 - 4);
    assert_int_equal(h.resolves, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_retry_after_a_timeout_reaches_the_host, start, stop),
        cmocka_unit_test_setup_teardown(a_host_that_is_unavailable_is_asked_again, start, stop),
        cmocka_unit_test_setup_teardown(a_right_that_is_withdrawn_sends_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_right_that_is_granted_comes_too_late, start, stop),
        cmocka_unit_test_setup_teardown(a_right_that_is_withdrawn_before_the_answer_is_told, start, stop),
        cmocka_unit_test_setup_teardown(the_denied_give_way_first, start, stop),
        cmocka_unit_test_setup_teardown(a_conflict_says_of_what, start, stop),
        cmocka_unit_test_setup_teardown(a_newer_version_is_told, start, stop),
        cmocka_unit_test_setup_teardown(remarks_are_told, start, stop),
        cmocka_unit_test(events_and_counters_have_names),
        cmocka_unit_test_setup_teardown(places_are_used_again, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
