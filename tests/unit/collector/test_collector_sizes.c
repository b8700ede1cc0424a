/* SPDX-License-Identifier: BSD-2-Clause */
/* What a collector is made with, and the largest message, identity and Call-ID that it keeps. */
#include "unit/collector/facts.h"
#include "unit/collector/spoken.h"

#include <stdio.h>
#include <string.h>

static const struct script_line offer = {"INVITE", 1, "a", NULL, INIT1};
static const struct script_line answer = {"200 INVITE", 1, "a", "b", RESP1};

static void the_defaults_are_those_of_the_manual(void **state)
{
    struct xk_collector_config config;
    static const uint8_t zeros[16];
    (void)state;
    memset(&config, 0xee, sizeof config);
    xk_collector_config_init(&config);
    assert_int_equal(config.size, sizeof config);
    assert_int_equal(config.max_calls, 4096);
    assert_int_equal(config.facts_per_call, 24);
    assert_int_equal(config.octets_per_call, 1536);
    assert_int_equal(config.max_init, 8192);
    assert_int_equal(config.max_resp, 2048);
    assert_int_equal(config.calls_per_caller, 64);
    assert_int_equal(config.t1, 500);
    assert_int_equal(config.settle, 500);
    assert_int_equal(config.unanswered, 190000);
    assert_int_equal(config.idle, 86400000);
    assert_int_equal(config.retry, 200);
    assert_false(config.early);
    assert_memory_equal(config.group_key, zeros, 16);
    assert_memory_equal(config.cin_key, zeros, 16);
    assert_int_equal(config.cin_seconds, 0);
    /* A caller that was built with a shorter one gets that much of it. */
    memset(&config, 0xee, sizeof config);
    xk_collector_config_defaults(&config, offsetof(struct xk_collector_config, facts_per_call));
    assert_int_equal(config.size, offsetof(struct xk_collector_config, facts_per_call));
    assert_int_equal(config.max_calls, 4096);
    assert_int_equal(config.facts_per_call, 0xeeeeeeee);
    memset(&config, 0xee, sizeof config);
    xk_collector_config_defaults(&config, sizeof config + 1);
    assert_int_equal(config.max_calls, 0xeeeeeeee);
    xk_collector_config_defaults(&config, 2); /* less than its size itself */
    assert_int_equal(config.size, 0xeeeeeeeeeeee0002);
}

static uint64_t little(const uint8_t *at)
{
    uint64_t value = 0;
    for (unsigned int i = 8; i > 0; i--) {
        value = value << 8 | at[i - 1];
    }
    return value;
}

/* 64 octets are drawn: two keys of Call-IDs, the group's and that of the CINs where the host gives none. */
static void keys_are_drawn_or_the_host_s(void **state)
{
    uint8_t drawn[64];
    (void)state;
    for (size_t i = 0; i < sizeof drawn; i++) {
        drawn[i] = (uint8_t)(i * 37 + 11); /* as the tap draws them */
    }
    for (unsigned int given = 0; given < 2; given++) {
        tap_start(&tap, NULL);
        memset(tap.config.group_key, 0, 16);
        memset(tap.config.cin_key, 0, 16);
        tap.config.group_key[15] = given ? 9 : 0;
        tap.config.cin_key[0] = given ? 8 : 0;
        tap_create(&tap);
        const struct xk_collector *c = tap.collector;
        assert_true(c->keys[0].k0 == little(drawn) && c->keys[0].k1 == little(drawn + 8));
        assert_true(c->keys[1].k0 == little(drawn + 16) && c->keys[1].k1 == little(drawn + 24));
        uint64_t group[2] = {given ? 0 : little(drawn + 32), given ? UINT64_C(9) << 56 : little(drawn + 40)};
        assert_true(c->group_keys[0].k0 == group[0] && c->group_keys[0].k1 == group[1]);
        assert_true(c->group_keys[1].k0 == ~group[1] && c->group_keys[1].k1 == group[0]);
        assert_true(c->cin_key.k0 == (given ? 8 : little(drawn + 48)));
        assert_true(c->cin_key.k1 == (given ? 0 : little(drawn + 56)));
        tap_stop(&tap);
    }
}

static void the_room_is_what_the_configuration_says(void **state)
{
    static const struct {
        uint32_t octets;
        uint32_t cells;
    } rows[] = {{512, 5}, {620, 5}, {621, 6}, {65536, 529}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tap_start(&tap, NULL);
        tap.config.max_calls = 3;
        tap.config.facts_per_call = 9;
        tap.config.octets_per_call = rows[i].octets;
        tap.config.cin_seconds = 7000 + i;
        tap_create(&tap);
        assert_int_equal(usage().facts_free, 3 * 9 + 256);
        assert_int_equal(usage().cells_free, 3 * rows[i].cells + 1024);
        assert_int_equal(usage().memory, xk_collector_memory(&tap.config));
        assert_int_equal(usage().calls, 0);
        assert_int_equal(usage().answered, 0);
        assert_int_equal(usage().cin_next, 7000 + i);
        /* Every call, and every fact, can be had. */
        struct xk_collector *c = tap.collector;
        uint32_t facts = 0;
        for (uint32_t at = c->fact_free; at != XKI_CO_NONE; at = xki_co_fact(c, at)->next) {
            facts++;
        }
        assert_int_equal(facts, 3 * 9 + 256);
        uint32_t calls = 0;
        for (uint32_t at = c->call_free; at != XKI_CO_NONE; at = xki_co_call(c, at)->class_next) {
            calls++;
        }
        assert_int_equal(calls, 3);
        uint32_t callers = 0;
        for (uint32_t at = c->caller_free; at != XKI_CO_NONE;
             at = ((const struct xki_co_caller *)c->arrays[XKI_CO_CALLERS])[at].next) {
            callers++;
        }
        assert_int_equal(callers, 3);
        for (unsigned int i2 = 0; i2 < XKI_CO_CLASSES; i2++) {
            assert_int_equal(c->classes[i2].first, XKI_CO_NONE);
            assert_int_equal(c->classes[i2].last, XKI_CO_NONE);
        }
        tap_stop(&tap);
    }
    /* The largest has more of both than can be counted, and is cut. */
    struct xk_collector_config config;
    xk_collector_config_init(&config);
    config.max_calls = XK_COLLECTOR_CALLS_MAX;
    config.facts_per_call = 256;
    config.octets_per_call = 65536;
    assert_true(xk_collector_memory(&config) > (size_t)XK_COLLECTOR_CALLS_MAX * 256 * sizeof(struct xki_co_fact));
}

/* 160 facts and the cells of what it shows are there before a message is taken. */
static void a_message_needs_room_for_all_that_it_may_bring(void **state)
{
    struct xk_diag diag;
    (void)state;
    for (unsigned int row = 0; row < 6; row++) {
        start("sip:alice@example.com");
        struct xk_collector *c = tap.collector;
        struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&offer), .source = 5};
        c->facts_left = row == 1 ? 159 : 160;
        c->cells_left = row == 2 ? 7 : row == 3 ? 8 : row == 4 ? 8 : 9;
        m.correlation = row == 3 || row == 5 ? xk_text("c") : m.correlation;
        bool full = row == 1 || row == 2 || row == 3;
        assert_int_equal(xk_collector_take(c, 1000, &m, &diag), full ? XK_E_FULL : XK_OK);
        assert_int_equal(counters().full, full);
        assert_int_equal(tap.observed[XK_COLLECTOR_FULL], full);
        assert_int_equal(usage().calls, !full);
        if (full) {
            assert_int_equal(diag.status, XK_E_FULL);
            assert_string_equal(diag.field, "");
        }
        tap_stop(&tap);
    }
}

static void a_mikey_message_over_the_configured_size_is_told(void **state)
{
    (void)state;
    assert_int_equal(script_mikey(INIT1).size, 271);
    for (uint32_t most = 270; most < 272; most++) {
        tap_start(&tap, "sip:alice@example.com");
        tap.config.max_init = most;
        tap_create(&tap);
        say(&offer);
        bool large = most == 270;
        assert_int_equal(counters().too_large, large);
        assert_int_equal(tap.observed[XK_COLLECTOR_TOO_LARGE], large);
        assert_int_equal(tap.told_count, large);
        if (large) {
            assert_int_equal(tap.told[0].reason, XK_INCOMPLETE_UNREADABLE);
            assert_int_equal(tap.told[0].status, XK_E_TOO_LARGE);
        }
        say(&answer);
        tap_run(&tap, 2000);
        assert_int_equal(counters().exchanges, !large);
        tap_stop(&tap);
    }
    /* What is broken is no large one. */
    start("sip:alice@example.com");
    say(&(struct script_line){"INVITE", 1, "a", NULL, MIKEY_BROKEN});
    assert_int_equal(counters().too_large, 0);
    assert_int_equal(tap.told_count, 1);
    tap_stop(&tap);
}

static void an_identity_and_a_call_id_have_their_sizes(void **state)
{
    static char uri[600];
    static char call_id[1100];
    (void)state;
    for (size_t size = 512; size < 514; size++) {
        (void)snprintf(uri, sizeof uri, "sip:%0*d", (int)size - 4, 7);
        assert_int_equal(strlen(uri), size);
        start(NULL);
        tap.perhaps = true;
        struct script_line line = offer;
        line.asserted = "sip:x@example.com";
        static char extra[700];
        (void)snprintf(extra, sizeof extra, "P-Preferred-Identity: <%s>", uri);
        line.long_extra = extra;
        say(&line);
        assert_int_equal(counters().too_large, size == 513);
        assert_int_equal(tap.observed[XK_COLLECTOR_TOO_LARGE], size == 513);
        const struct xki_co_call *call = facts_call(tap.collector, "call@example.com");
        assert_int_equal(call->counts[XKI_CO_IDENTITY], size == 513 ? 5 : 6);
        tap_stop(&tap);
    }
    for (size_t size = 1024; size < 1026; size++) {
        memset(call_id, 'c', size);
        call_id[size] = 0;
        start("sip:alice@example.com");
        struct script_line line = offer;
        line.call = call_id;
        say(&line);
        assert_int_equal(usage().calls, 1);
        call_id[1024] = 0; /* so much of it is told */
        assert_non_null(facts_call(tap.collector, call_id));
        tap_stop(&tap);
    }
}

/* Three queries answer inside a callback; whatever changes something is told to come again. */
static struct xk_collector *inner;
static unsigned int tried;

static void look(const struct xk_collector_observation *observation, void *user)
{
    struct xk_collector_message m = {.size = sizeof m, .octets = xk_text("x")};
    struct xk_collector_established e = {.size = sizeof e, .offer_sdp = xk_text("v=0\r\n"),
      .correlation = xk_text("c")};
    struct xk_diag diag;
    (void)user;
    assert_int_equal(observation->event, XK_COLLECTOR_REFUSED);
    assert_int_equal(observation->status, XK_E_SIP);
    assert_int_equal(observation->source, 5);
    assert_int_equal(observation->now_ms, 77);
    assert_int_equal(xk_collector_take(inner, 0, &m, &diag), XK_E_BUSY);
    assert_int_equal(diag.status, XK_E_BUSY);
    assert_int_equal(xk_collector_take_established(inner, 0, &e, &diag), XK_E_BUSY);
    assert_int_equal(xk_collector_tick(inner, 0, 0, NULL), XK_E_BUSY);
    assert_int_equal(xk_collector_warrant_started(inner, 0, 1), XK_E_BUSY);
    assert_int_equal(xk_collector_warrant_ended(inner, 0, 1), XK_E_BUSY);
    assert_int_equal(xk_collector_destroy(inner), XK_E_BUSY);
    assert_true(xk_collector_next_deadline(inner) == UINT64_MAX);
    tried++;
}

static void inside_a_callback_only_queries_answer(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    tap.collector->callbacks.observe = look;
    inner = tap.collector;
    struct xk_collector_message m = {.size = sizeof m, .octets = xk_text("no SIP"), .source = 5};
    for (unsigned int i = 1; i < 3; i++) { /* the second time: it is not taken for one that is still inside */
        assert_int_equal(xk_collector_take(tap.collector, 77, &m, NULL), XK_E_SIP);
        assert_int_equal(tried, i);
    }
    assert_int_equal(counters().messages, 2);
    tap_stop(&tap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_those_of_the_manual),
        cmocka_unit_test(keys_are_drawn_or_the_host_s),
        cmocka_unit_test(the_room_is_what_the_configuration_says),
        cmocka_unit_test(a_message_needs_room_for_all_that_it_may_bring),
        cmocka_unit_test(a_mikey_message_over_the_configured_size_is_told),
        cmocka_unit_test(an_identity_and_a_call_id_have_their_sizes),
        cmocka_unit_test(inside_a_callback_only_queries_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
