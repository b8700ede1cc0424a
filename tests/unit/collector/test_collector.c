/* SPDX-License-Identifier: BSD-2-Clause */
/* The collector's promises beside the pairs that it finds: warrants, numbers, time, what is refused. */
#include "unit/collector/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct script_line offer = {"INVITE", 1, "a", NULL, INIT1};
static const struct script_line answer = {"200 INVITE", 1, "a", "b", RESP1};

static void an_exchange_settles_and_not_sooner(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&offer);
    say(&answer);
    assert_true(xk_collector_next_deadline(tap.collector) <= 1500);
    tap_run(&tap, 1499);
    assert_int_equal(tap.told_count, 0);
    tap_run(&tap, 1500);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].role, XK_ROLE_INITIATOR);
    assert_true(tap.told[0].answered);
    assert_int_equal(counters().exchanges, 1);
    assert_int_equal(usage().calls, 1);
    assert_int_equal(usage().answered, 1);
    say(&(struct script_line){"BYE", 2, "a", "b"});
    uint64_t end = tap.now + 64 * 500;
    tap_run(&tap, end - 1);
    assert_int_equal(usage().calls, 1);
    tap_run(&tap, end);
    assert_int_equal(usage().calls, 0);
    assert_int_equal(usage().answered, 0);
    tap_stop(&tap);
}

static void by_option_a_pair_is_told_before_it_is_answered(void **state)
{
    (void)state;
    tap_start(&tap, "sip:alice@example.com");
    tap.config.early = true;
    tap.config.settle = 0;
    tap_create(&tap);
    say(&offer);
    say(&(struct script_line){"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1});
    assert_int_equal(tap.told_count, 1);
    assert_false(tap.told[0].answered);
    say(&(struct script_line){"200 INVITE", 1, "a", "b"});
    tap_run(&tap, UINT64_MAX);
    assert_int_equal(tap.told_count, 1);
    tap_stop(&tap);
}

static void who_is_not_watched_costs_nothing(void **state)
{
    (void)state;
    start("sip:zoe@example.com");
    say(&offer);
    say(&answer);
    say(&(struct script_line){"INVITE", 1, "a", NULL, NO_MIKEY, SCRIPT_PLAIN, .call = "other"});
    assert_int_equal(counters().unwatched, 1);
    assert_int_equal(counters().unprotected, 1);
    assert_int_equal(tap.asked, 2);
    /* The answer waits two seconds for an INVITE that may have been overtaken, and shows somebody else. */
    assert_int_equal(usage().calls, 1);
    tap_run(&tap, 2999);
    assert_int_equal(usage().calls, 1);
    tap_run(&tap, 3000);
    assert_int_equal(usage().calls, 0);
    assert_int_equal(counters().unwatched, 2);
    assert_int_equal(tap.told_count, 0);
    assert_int_equal(xk_collector_next_deadline(tap.collector), UINT64_MAX);
    tap_stop(&tap);
}

static void a_host_that_is_not_sure_keeps_the_call(void **state)
{
    (void)state;
    tap_start(&tap, "sip:zoe@example.com");
    tap.perhaps = true;
    tap_create(&tap);
    say(&offer);
    say(&answer);
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 0);
    assert_int_equal(usage().calls, 1);
    /* The warrant begins while the call runs. */
    tap.watched[tap.watched_count++] = "sip:bob@example.com";
    assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].warrant, 2);
    assert_true(tap.told[0].mid_call);
    tap.perhaps = false;
    tap.watched_count = 0;
    assert_int_equal(xk_collector_warrant_ended(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(usage().calls, 0);
    tap_stop(&tap);
}

static void a_second_warrant_gets_what_is_kept_and_the_first_nothing(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&offer);
    say(&answer);
    tap_run(&tap, 2000);
    assert_int_equal(tap.told_count, 1);
    assert_false(tap.told[0].mid_call);
    tap.watched[tap.watched_count++] = "sip:alice@example.com";
    tap.busy = true;
    assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(tap.told_count, 1);
    tap.busy = false;
    tap_run(&tap, 3000);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[1].warrant, 2);
    assert_true(tap.told[1].mid_call);
    assert_memory_equal(tap.told[0].id, tap.told[1].id, 16);
    assert_int_not_equal(tap.told[0].cin, tap.told[1].cin);
    assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(tap.told_count, 2);
    /* One ends: the other one's call stays, and goes on. */
    tap.watched_count = 1;
    assert_int_equal(xk_collector_warrant_ended(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(usage().calls, 1);
    say(&(struct script_line){"UPDATE", 2, "a", "b", UPDATE});
    say(&(struct script_line){"200 UPDATE", 2, "a", "b", UPDATE_RESP});
    tap_run(&tap, 4000);
    assert_int_equal(tap.told_count, 3);
    assert_int_equal(tap.told[2].warrant, 1);
    assert_int_equal(tap.told[2].cin, tap.told[0].cin);
    tap_stop(&tap);
}

static void a_host_without_room_is_asked_again(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    tap.busy = true;
    say(&offer);
    say(&answer);
    tap_run(&tap, 1500);
    assert_true(xk_collector_next_deadline(tap.collector) <= 1700);
    tap_run(&tap, 1699);
    assert_int_equal(counters().later, 1);
    tap_run(&tap, 1700);
    assert_int_equal(counters().later, 2);
    tap.busy = false;
    tap_run(&tap, 1900);
    assert_int_equal(tap.told_count, 1);
    tap_run(&tap, 60000);
    assert_int_equal(tap.told_count, 1);
    tap_stop(&tap);
}

static void an_incomplete_call_is_told_again_until_it_is_taken(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    tap.busy = true;
    say(&offer);
    say(&(struct script_line){"200 INVITE", 1, "a", "b"});
    tap_run(&tap, 1000 + 64 * 500);
    assert_int_equal(counters().later, 1);
    tap.busy = false;
    tap_run(&tap, 1000 + 64 * 500 + 200);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].reason, XK_INCOMPLETE_NO_ANSWER);
    assert_int_equal(counters().incomplete, 1);
    tap_stop(&tap);
}

static void numbers_of_calls_are_not_used_again(void **state)
{
    static uint32_t seen[2][200];
    (void)state;
    tap_start(&tap, "sip:alice@example.com");
    tap.watched[tap.watched_count++] = "sip:alice@example.com";
    tap.config.settle = 0;
    tap.config.cin_key[0] = 7;
    tap_create(&tap);
    for (unsigned int i = 0; i < 200; i++) {
        char call[32] = {'c', (char)('0' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10)};
        struct script_line lines[] = {offer, answer, {"BYE", 2, "a", "b"}};
        tap.told_count = 0;
        for (unsigned int j = 0; j < 3; j++) {
            lines[j].call = call;
            say(&lines[j]);
        }
        assert_int_equal(tap.told_count, 2);
        for (unsigned int w = 0; w < 2; w++) {
            seen[w][i] = tap.told[w].cin;
            for (unsigned int j = 0; j < i; j++) {
                assert_int_not_equal(seen[w][j], seen[w][i]);
            }
        }
        assert_int_not_equal(seen[0][i], seen[1][i]);
        tap_run(&tap, tap.now + 64 * 500);
    }
    tap_stop(&tap);
}

static void an_xid_names_the_side_by_its_direction(void **state)
{
    static const uint8_t xid[16] = {9, 9};
    static const struct {
        enum xk_collector_direction direction;
        enum xk_role role;
    } rows[] = {{XK_DIRECTION_FROM_TARGET, XK_ROLE_INITIATOR}, {XK_DIRECTION_TO_TARGET, XK_ROLE_RESPONDER},
                {XK_DIRECTION_UNKNOWN, XK_ROLE_NONE}};
    (void)state;
    for (unsigned int i = 0; i < 3; i++) {
        tap_start(&tap, NULL);
        tap.xid = xid;
        tap_create(&tap);
        struct script_line in_dialog = {"UPDATE", 2, "a", "b"};
        struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&offer), .xid = xid,
                                         .direction = XK_DIRECTION_UNKNOWN};
        assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
        say(&answer);
        m.octets = script_sip(&in_dialog);
        m.direction = rows[i].direction;
        assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
        tap_run(&tap, 3000);
        assert_int_equal(tap.told_count, 1);
        assert_int_equal(tap.told[0].warrant, 99);
        assert_int_equal(tap.told[0].place, XK_PLACE_TARGET_ID);
        assert_string_equal(tap.told[0].target, "");
        assert_int_equal(tap.told[0].role, rows[i].role);
        tap_stop(&tap);

        tap_start(&tap, NULL);
        tap.xid = xid;
        tap_create(&tap);
        m.octets = script_sip(&offer);
        assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
        m.octets = script_sip(&answer);
        m.direction = rows[i].direction == XK_DIRECTION_UNKNOWN       ? XK_DIRECTION_UNKNOWN
                      : rows[i].direction == XK_DIRECTION_FROM_TARGET ? XK_DIRECTION_TO_TARGET
                                                                      : XK_DIRECTION_FROM_TARGET;
        assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
        tap_run(&tap, 3000);
        assert_int_equal(tap.told_count, 1);
        if (rows[i].direction == XK_DIRECTION_FROM_TARGET) {
            assert_int_equal(tap.told[0].role, XK_ROLE_INITIATOR);
        }
        tap_stop(&tap);
    }
}

static void legs_of_one_correlation_are_one_exchange(void **state)
{
    (void)state;
    for (unsigned int with = 0; with < 2; with++) {
        start("sip:alice@example.com");
        const char *calls[] = {"leg-1", "leg-2"};
        for (unsigned int i = 0; i < 2; i++) {
            struct script_line lines[] = {offer, answer};
            for (unsigned int j = 0; j < 2; j++) {
                lines[j].call = calls[i];
                struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&lines[j])};
                m.correlation = with != 0 ? xk_text("call 7") : (struct xk_bytes){NULL, 0};
                assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
            }
        }
        tap_run(&tap, 3000);
        assert_int_equal(tap.told_count, with != 0 ? 1 : 2);
        tap_run(&tap, UINT64_MAX);
        tap_stop(&tap);
    }
}

static void hints_say_what_mikey_does_not(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    struct script_line lines[] = {offer, answer};
    lines[0].asserted = "sip:asserted-a@example.com";
    lines[1].asserted = "sip:asserted-b@example.com";
    lines[1].flags |= SCRIPT_UNTRUSTED;
    say(&lines[0]);
    say(&lines[1]);
    tap_run(&tap, 3000);
    assert_int_equal(tap.told_count, 1);
    /* The ticket of the vector names alice, which the assertion contradicts; nobody asserted the answerer credibly. */
    assert_string_equal(tap.told[0].initiator_hint, "");
    assert_string_equal(tap.told[0].responder_hint, "sip:bob@example.com");
    assert_true(tap.told[0].mismatch);
    tap_stop(&tap);
}

static void a_mikey_message_out_of_place_is_told_and_pairs_with_nothing(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&(struct script_line){"INVITE", 1, "a", NULL, RESP1});
    assert_int_equal(counters().odd, 1);
    say(&(struct script_line){"ACK", 1, "a", "b", INIT1});
    assert_int_equal(counters().odd, 2);
    assert_int_equal(tap.observed[XK_COLLECTOR_ODD], 2);
    tap_stop(&tap);
}

static void an_established_call_is_told_at_once(void **state)
{
    (void)state;
    for (unsigned int with = 0; with < 3; with++) {
        static uint8_t octets[2][8192];
        struct xk_bytes sip[2];
        struct xk_bytes sdp[2];
        const struct script_line *lines[] = {&offer, &answer};
        for (unsigned int i = 0; i < 2; i++) {
            struct xk_bytes whole = script_sip(lines[i]);
            memcpy(octets[i], whole.data, whole.size);
            size_t head = 0;
            while (memcmp(octets[i] + head, "\r\n\r\n", 4) != 0) {
                head++;
            }
            sip[i] = (struct xk_bytes){octets[i], head + 2};
            sdp[i] = (struct xk_bytes){octets[i] + head + 4, whole.size - head - 4};
        }
        tap_start(&tap, "sip:alice@example.com");
        tap_create(&tap);
        struct xk_collector_established e = {.size = sizeof e, .offer_sdp = sdp[0], .answer_sdp = sdp[1],
                                             .correlation = xk_text("corr"), .reference = 5};
        e.offer_headers = with > 0 ? sip[0] : (struct xk_bytes){NULL, 0};
        e.answer_headers = with > 1 ? sip[1] : (struct xk_bytes){NULL, 0};
        assert_int_equal(xk_collector_take_established(tap.collector, tap.now, &e, NULL), XK_OK);
        assert_int_equal(tap.told_count, 1); /* alice is named by the ticket */
        assert_int_equal(tap.told[0].init_hash, tap_hash(script_mikey(INIT1)));
        assert_int_equal(tap.told[0].resp_hash, tap_hash(script_mikey(RESP1)));
        assert_int_equal(tap.told[0].references[0], 5);
        assert_string_equal(tap.told[0].call_id, with == 0 ? "corr" : "call@example.com");
        tap_run(&tap, 60000);
        assert_int_equal(tap.told_count, 1);
        tap_stop(&tap);
    }
}

/* The event in all its forms: which headers are there, and where offer and answer stood. */
static void an_established_call_in_each_form_of_offer_and_answer(void **state)
{
    static const struct {
        struct script_line offer;
        struct script_line answer;
    } rows[] = {
        {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}},
        {{"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 4}},
        {{"200 INVITE", 1, "a", "b", INIT1}, {"ACK", 1, "a", "b", RESP1}},
        {{"183 INVITE", 1, "a", "b", INIT1, SCRIPT_RELIABLE, 4}, {"PRACK", 2, "a", "b", RESP1, 0, 4, 1}},
        {{"UPDATE", 5, "a", "b", INIT1}, {"200 UPDATE", 5, "a", "b", RESP1}},
        {{"INVITE", 7, "b", "a", INIT1}, {"200 INVITE", 7, "b", "a", RESP1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned int headers = 0; headers < 4; headers++) {
            static uint8_t octets[2][8192];
            struct xk_bytes sip[2];
            struct xk_bytes sdp[2];
            for (unsigned int part = 0; part < 2; part++) {
                struct xk_bytes whole = script_sip(part == 0 ? &rows[i].offer : &rows[i].answer);
                memcpy(octets[part], whole.data, whole.size);
                size_t head = 0;
                while (memcmp(octets[part] + head, "\r\n\r\n", 4) != 0) {
                    head++;
                }
                sip[part] = (struct xk_bytes){octets[part], (headers >> part & 1u) != 0 ? head + 2 : 0};
                sdp[part] = (struct xk_bytes){octets[part] + head + 4, whole.size - head - 4};
            }
            tap_start(&tap, "sip:alice@example.com");
            tap_create(&tap);
            struct xk_collector_established e = {.size = sizeof e, .offer_headers = sip[0], .answer_headers = sip[1],
                                                 .offer_sdp = sdp[0], .answer_sdp = sdp[1],
                                                 .correlation = xk_text("corr"), .reference = 5};
            assert_int_equal(xk_collector_take_established(tap.collector, tap.now, &e, NULL), XK_OK);
            if (tap.told_count != 1) {
                fail_msg("row %zu, headers %u: %zu outcomes", i, headers, tap.told_count);
            }
            assert_false(tap.told[0].incomplete);
            assert_int_equal(tap.told[0].init_hash, tap_hash(script_mikey(INIT1)));
            assert_int_equal(tap.told[0].resp_hash, tap_hash(script_mikey(RESP1)));
            assert_true(tap.told[0].mid_call);
            assert_true(tap.told[0].answered);
            assert_int_equal(counters().messages, 1);
            assert_int_equal(usage().answered, 1);
            /* The same once more, as from a second CSCF, is nothing new. */
            assert_int_equal(xk_collector_take_established(tap.collector, tap.now, &e, NULL), XK_OK);
            tap_run(&tap, 60000);
            assert_int_equal(tap.told_count, 1);
            tap_stop(&tap);
        }
    }
}

/* What lacks a part is told like any other call. */
static void an_established_call_that_lacks_something_is_incomplete(void **state)
{
    static const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}};
    (void)state;
    for (unsigned int lost = 0; lost < 2; lost++) {
        tap_start(&tap, "sip:alice@example.com");
        tap_create(&tap);
        struct xk_bytes whole = script_sip(&lines[1 - lost]);
        size_t head = 0;
        while (memcmp(whole.data + head, "\r\n\r\n", 4) != 0) {
            head++;
        }
        struct xk_bytes sdp = {whole.data + head + 4, whole.size - head - 4};
        struct xk_collector_established e = {.size = sizeof e};
        *(lost == 1 ? &e.offer_headers : &e.answer_headers) = (struct xk_bytes){whole.data, head + 2};
        *(lost == 1 ? &e.offer_sdp : &e.answer_sdp) = sdp;
        assert_int_equal(xk_collector_take_established(tap.collector, tap.now, &e, NULL), XK_OK);
        assert_int_equal(tap.told_count, 0);
        tap_run(&tap, 1000 + 64 * 500);
        assert_int_equal(tap.told_count, 1);
        assert_int_equal(tap.told[0].reason, lost == 1 ? XK_INCOMPLETE_NO_ANSWER : XK_INCOMPLETE_NO_OFFER);
        tap_stop(&tap);
    }
}

/* The call was seen whole; its second warrant brings the CSCF's event, which is that warrant's alone. */
static void an_established_call_that_is_known_serves_the_new_warrant_alone(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&offer);
    say(&answer);
    tap_run(&tap, 2000);
    assert_int_equal(tap.told_count, 1);
    tap.watched[tap.watched_count++] = "sip:bob@example.com";
    static uint8_t octets[2][8192];
    struct xk_collector_established e = {.size = sizeof e};
    for (unsigned int i = 0; i < 2; i++) {
        struct xk_bytes whole = script_sip(i == 0 ? &offer : &answer);
        memcpy(octets[i], whole.data, whole.size);
        size_t head = 0;
        while (memcmp(octets[i] + head, "\r\n\r\n", 4) != 0) {
            head++;
        }
        *(i == 0 ? &e.offer_headers : &e.answer_headers) = (struct xk_bytes){octets[i], head + 2};
        *(i == 0 ? &e.offer_sdp : &e.answer_sdp) = (struct xk_bytes){octets[i] + head + 4, whole.size - head - 4};
    }
    assert_int_equal(xk_collector_take_established(tap.collector, tap.now, &e, NULL), XK_OK);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[1].warrant, 2);
    assert_memory_equal(tap.told[0].id, tap.told[1].id, 16);
    tap_stop(&tap);
}

static void what_is_given_wrongly_is_refused(void **state)
{
    struct xk_diag diag;
    struct xk_collector_message m = {.size = sizeof m, .octets = xk_text("no SIP")};
    struct xk_collector_established e = {.size = sizeof e};
    (void)state;
    start("sip:alice@example.com");
    assert_int_equal(xk_collector_take(NULL, 0, &m, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_take(tap.collector, 0, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_SIP);
    assert_int_equal(diag.status, XK_E_SIP);
    assert_int_equal(counters().refused, 1);
    assert_int_equal(tap.observed[XK_COLLECTOR_REFUSED], 1);
    m.size = offsetof(struct xk_collector_message, xid_count) - 1;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    m.size++; /* of version 0.1 */
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_SIP);
    m.size = sizeof m + 1;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    m.size = sizeof m;
    m.xid_count = 1;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "xid");
    m.xid = (const uint8_t *)"sixteen octets..";
    m.xid_count = XK_COLLECTOR_XIDS_MAX + 1;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "xid");
    m.xid_count = 0;
    m.correlation = (struct xk_bytes){(const uint8_t *)"x", 65};
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation");
    m.octets.size = 0;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "octets");
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation");
    e.correlation = xk_text("c");
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "sdp");
    e.offer_headers.size = 1;
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "headers");
    assert_int_equal(xk_collector_take_established(NULL, 0, &e, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_take_established(tap.collector, 0, NULL, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_warrant_started(tap.collector, 0, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_warrant_started(NULL, 0, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_warrant_ended(NULL, 0, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_tick(NULL, 0, 0, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_collector_next_deadline(NULL), UINT64_MAX);
    assert_int_equal(xk_collector_destroy(NULL), XK_OK);
    tap_stop(&tap);
}

static void names_are_constant(void **state)
{
    (void)state;
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_NO_ANSWER), "no-answer");
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_NO_OFFER), "no-offer");
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_NO_KEY), "no-key-in-answer");
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_NO_FINAL), "no-final");
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_NO_BASE), "no-base");
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_UNREADABLE), "unreadable");
    assert_string_equal(xk_incomplete_reason_name(XK_INCOMPLETE_EVICTED), "evicted");
    assert_string_equal(xk_incomplete_reason_name((enum xk_incomplete_reason)0), "");
    assert_string_equal(xk_identity_place_name(XK_PLACE_FROM), "from");
    assert_string_equal(xk_identity_place_name(XK_PLACE_TO), "to");
    assert_string_equal(xk_identity_place_name(XK_PLACE_REQUEST_URI), "request-uri");
    assert_string_equal(xk_identity_place_name(XK_PLACE_HISTORY), "history");
    assert_string_equal(xk_identity_place_name(XK_PLACE_ASSERTED), "asserted");
    assert_string_equal(xk_identity_place_name(XK_PLACE_TARGET_ID), "xid");
    assert_string_equal(xk_identity_place_name(XK_PLACE_MIKEY), "mikey");
    assert_string_equal(xk_identity_place_name((enum xk_identity_place)0), "");
    assert_string_equal(xk_collector_event_name(XK_COLLECTOR_REFUSED), "refused");
    assert_string_equal(xk_collector_event_name(XK_COLLECTOR_TOO_LARGE), "too-large");
    assert_string_equal(xk_collector_event_name(XK_COLLECTOR_TOO_MANY), "too-many");
    assert_string_equal(xk_collector_event_name(XK_COLLECTOR_ODD), "odd");
    assert_string_equal(xk_collector_event_name(XK_COLLECTOR_EVICTED), "evicted");
    assert_string_equal(xk_collector_event_name(XK_COLLECTOR_FULL), "full");
    assert_string_equal(xk_collector_event_name((enum xk_collector_event)0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exchange_settles_and_not_sooner),
        cmocka_unit_test(by_option_a_pair_is_told_before_it_is_answered),
        cmocka_unit_test(who_is_not_watched_costs_nothing),
        cmocka_unit_test(a_host_that_is_not_sure_keeps_the_call),
        cmocka_unit_test(a_second_warrant_gets_what_is_kept_and_the_first_nothing),
        cmocka_unit_test(a_host_without_room_is_asked_again),
        cmocka_unit_test(an_incomplete_call_is_told_again_until_it_is_taken),
        cmocka_unit_test(numbers_of_calls_are_not_used_again),
        cmocka_unit_test(an_xid_names_the_side_by_its_direction),
        cmocka_unit_test(legs_of_one_correlation_are_one_exchange),
        cmocka_unit_test(hints_say_what_mikey_does_not),
        cmocka_unit_test(a_mikey_message_out_of_place_is_told_and_pairs_with_nothing),
        cmocka_unit_test(an_established_call_is_told_at_once),
        cmocka_unit_test(an_established_call_in_each_form_of_offer_and_answer),
        cmocka_unit_test(an_established_call_that_lacks_something_is_incomplete),
        cmocka_unit_test(an_established_call_that_is_known_serves_the_new_warrant_alone),
        cmocka_unit_test(what_is_given_wrongly_is_refused),
        cmocka_unit_test(names_are_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
