/* SPDX-License-Identifier: BSD-2-Clause */
/* What is let go of leaves nothing: no drawn keys on the stack, no early message and no caller in its place. */
#include "unit/collector/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "collector/store.h"
#include "support/remains.h"

static struct tap tap;
static uint8_t drawn[64];

static bool draw(uint8_t *out, size_t size, void *user)
{
    (void)user;
    assert_int_equal(size, sizeof drawn);
    memcpy(out, drawn, size);
    return true;
}

static size_t watch_nobody(const struct xk_collector_question *question, struct xk_collector_match *matches,
                           size_t capacity, bool *perhaps, void *user)
{
    (void)question;
    (void)matches;
    (void)capacity;
    (void)perhaps;
    (void)user;
    return 0;
}

static enum xk_collector_reply take_exchange(const struct xk_collected *exchange, void *user)
{
    (void)exchange;
    (void)user;
    return XK_COLLECTOR_TAKEN;
}

static enum xk_collector_reply take_incomplete(const struct xk_incomplete *incomplete, void *user)
{
    (void)incomplete;
    (void)user;
    return XK_COLLECTOR_TAKEN;
}

static void create(void *context)
{
    static const struct xk_collector_callbacks calls = {sizeof calls,  draw, watch_nobody, take_exchange,
                                                        take_incomplete, NULL};
    (void)context;
    assert_int_equal(xk_collector_create(&tap.config, &calls, NULL, NULL, &tap.collector, NULL), XK_OK);
}

/* Keys are read from it eight octets at a time: what lies across two of them is only in what was drawn. */
static void drawn_keys_do_not_stay_on_the_stack(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof drawn; i++) {
        drawn[i] = (uint8_t)(i * 37 + 11);
    }
    tap_start(&tap, "sip:alice@example.com");
    assert_int_equal(remains_on_stack(create, NULL, drawn + 12, 8), 0);
    assert_int_equal(xk_collector_destroy(tap.collector), XK_OK);
}

static void say(const struct script_line *line)
{
    assert_int_equal(tap_give(&tap, script_sip(line), true, 0), XK_OK);
}

/* An ACK comes before its INVITE, which comes too late for it. */
static void an_early_message_that_is_too_old_is_wiped(void **state)
{
    (void)state;
    const struct script_line ack = {"ACK", 77777, "a", "b", 0};
    const struct script_line invite = {"INVITE", 1, "a", NULL, INIT1};
    tap_start(&tap, "sip:alice@example.com");
    tap_create(&tap);
    say(&ack);
    const struct xki_co_early *early = (const struct xki_co_early *)tap.collector->arrays[XKI_CO_EARLY];
    assert_true(early->used);
    assert_int_equal(early->cseq, 77777);
    tap.now += 2001;
    say(&invite);
    static const struct xki_co_early nothing;
    assert_memory_equal(early, &nothing, sizeof nothing);
    assert_int_equal(xk_collector_destroy(tap.collector), XK_OK);
}

static void a_caller_without_calls_is_wiped(void **state)
{
    (void)state;
    const struct script_line invite = {"INVITE", 1, "a", NULL, INIT1};
    tap_start(&tap, "sip:alice@example.com");
    tap_create(&tap);
    say(&invite);
    const struct xki_co_caller *callers = (const struct xki_co_caller *)tap.collector->arrays[XKI_CO_CALLERS];
    size_t busy = 0;
    while (busy < tap.config.max_calls && callers[busy].calls == 0) {
        busy++;
    }
    assert_true(busy < tap.config.max_calls);
    assert_true(callers[busy].hash != 0);
    tap.now += UINT64_C(24) * 3600 * 1000;
    assert_int_equal(xk_collector_tick(tap.collector, tap.now, 1000, NULL), XK_OK);
    assert_int_equal(callers[busy].calls, 0);
    assert_true(callers[busy].hash == 0);
    assert_int_equal(xk_collector_destroy(tap.collector), XK_OK);
}

/* In the pools what is free is its link and zeros; every octet else of it would be somebody's call. */
static void what_a_call_gives_back_is_wiped(void **state)
{
    (void)state;
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"UPDATE", 2, "a", "b", UPDATE}};
    tap_start(&tap, "sip:alice@example.com");
    tap_create(&tap);
    struct xk_collector *c = tap.collector;
    for (size_t i = 0; i < 3; i++) {
        say(&lines[i]);
    }
    assert_true(c->facts_left < 16 * 64 + 256 - 10);
    assert_true(c->cells_left < 16 * 67 + 1024 - 4);
    tap.now += UINT64_C(25) * 3600 * 1000;
    while (c->call_count > 0) {
        assert_int_equal(xk_collector_tick(c, tap.now, 0, NULL), XK_OK);
        tap.now += UINT64_C(25) * 3600 * 1000;
    }
    for (uint32_t i = 0; i < c->facts_left; i++) {
        struct xki_co_fact fact = *xki_co_fact(c, i);
        static const struct xki_co_fact nothing;
        fact.next = 0;
        assert_memory_equal(&fact, &nothing, sizeof nothing);
    }
    for (uint32_t i = 0; i < c->cells_left; i++) {
        static const uint8_t nothing[XKI_CO_CELL_DATA];
        const uint8_t *cell = (const uint8_t *)c->arrays[XKI_CO_CELLS] + (size_t)i * XKI_CO_CELL;
        assert_memory_equal(cell + sizeof(uint32_t), nothing, sizeof nothing);
    }
    for (uint32_t i = 0; i < tap.config.max_calls; i++) {
        struct xki_co_call call = *xki_co_call(c, i);
        static const struct xki_co_call nothing;
        call.class_next = 0;
        assert_memory_equal(&call, &nothing, sizeof nothing);
    }
    assert_int_equal(xk_collector_destroy(c), XK_OK);
}

/* An SDP in base64 is undone into the scratch, where no a=crypto may stay (RFC 4568: its key is in clear). */
static void a_description_that_was_undone_is_wiped(void **state)
{
    static const char message[] =
        "INVITE sip:bob@example.com SIP/2.0\r\nFrom: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\n"
        "Call-ID: c\r\nCSeq: 1 INVITE\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n"
        "Content-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "dj0wDQptPWF1ZGlvIDEgUlRQL1NBVlAgMA0KYT1jcnlwdG86MSBBRVNfQ01fMTI4X0hNQUNfU0hB"
        "MV84MCBpbmxpbmU6QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ0K\r\n--b--\r\n";
    static const char crypto[] = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    (void)state;
    tap_start(&tap, "sip:alice@example.com");
    tap_create(&tap);
    assert_int_equal(tap_give(&tap, xk_text(message), true, 0), XK_OK);
    assert_int_equal(tap.collector->body_used, 0);
    assert_int_equal(remains_in(tap.collector->arrays[XKI_CO_SCRATCH], tap.collector->sizes[XKI_CO_SCRATCH],
                                (const uint8_t *)crypto, sizeof crypto - 1), 0);
    assert_int_equal(xk_collector_destroy(tap.collector), XK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawn_keys_do_not_stay_on_the_stack),
        cmocka_unit_test(an_early_message_that_is_too_old_is_wiped),
        cmocka_unit_test(a_caller_without_calls_is_wiped),
        cmocka_unit_test(what_a_call_gives_back_is_wiped),
        cmocka_unit_test(a_description_that_was_undone_is_wiped),
    };
    return cmocka_run_group_tests_name("collector_wipes", tests, NULL, NULL);
}
