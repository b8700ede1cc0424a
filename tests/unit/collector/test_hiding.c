/* SPDX-License-Identifier: BSD-2-Clause */
/* A target that hides, names of other people, legs and warrants of one call, and calls that go on for very long. */
#include "unit/collector/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct script_line offer = {"INVITE", 1, "a", NULL, INIT2};
static const struct script_line answer = {"200 INVITE", 1, "a", "b", RESP2};

/* One header line of the INVITE shows the target, and where it is said to stand. */
static void it_is_found_wherever_it_stands(void **state)
{
    static const struct {
        const char *extra;
        const char *uri;
        const char *asserted;
        unsigned int flags;
        enum xk_identity_place place; /* 0: it is not the target's */
        bool uncertain;
    } rows[] = {
        {"P-Preferred-Identity: <sip:zoe@example.com>", NULL, NULL, 0, XK_PLACE_FROM, false},
        {"From: Anonymous <sip:zoe@example.com>;tag=z", NULL, NULL, 0, XK_PLACE_FROM, false},
        {"To: <sip:zoe@example.com>", NULL, NULL, 0, XK_PLACE_TO, false},
        {"P-Called-Party-ID: <sip:zoe@example.com>", NULL, NULL, 0, XK_PLACE_REQUEST_URI, false},
        {"History-Info: <sip:x@example.com>;index=1, <sip:zoe@example.com>;index=1.1", NULL, NULL, 0, XK_PLACE_HISTORY,
         false},
        {"Diversion: <sip:zoe@example.com>;reason=unconditional", NULL, NULL, 0, XK_PLACE_HISTORY, false},
        {NULL, "sip:zoe@example.com", NULL, 0, XK_PLACE_REQUEST_URI, false},
        {NULL, NULL, "sip:zoe@example.com", 0, XK_PLACE_ASSERTED, false},
        {NULL, NULL, "sip:zoe@example.com", SCRIPT_UNTRUSTED, 0, false},
        {"History-Info: sip:zoe@example.com;x=a,b", NULL, NULL, 0, XK_PLACE_HISTORY, true},
        {"To: sip:zoe,james@example.com", NULL, NULL, 0, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script_line line = offer;
        line.extra = rows[i].extra;
        line.uri = rows[i].uri;
        line.asserted = rows[i].asserted;
        line.flags |= rows[i].flags;
        start("sip:zoe@example.com");
        say(&line);
        say(&answer);
        tap_run(&tap, 5000);
        if (tap.told_count != (rows[i].place != 0)) {
            fail_msg("row %zu: %zu outcomes", i, tap.told_count);
        }
        if (rows[i].place != 0) {
            assert_int_equal(tap.told[0].place, rows[i].place);
            assert_int_equal(tap.told[0].certain, !rows[i].uncertain);
            assert_string_equal(tap.told[0].target,
                                rows[i].uncertain ? "sip:zoe@example.com;x=a,b" : "sip:zoe@example.com");
        }
        tap_stop(&tap);
    }
}

/* What could be read in two ways is good for a comparison, is told, and names nobody in a get_keys. */
static void what_is_not_certain_is_told_so(void **state)
{
    struct script_line line = {"INVITE", 1, "a", NULL, INIT2, .uri = "sip:zoe@example.com@other"};
    (void)state;
    start(NULL);
    tap.octets = "sip:zoe@example.com@other";
    say(&line);
    say(&answer);
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 1);
    assert_false(tap.told[0].certain);
    assert_string_equal(tap.told[0].responder_hint, "sip:bob@example.com");
    tap_stop(&tap);
}

static void nothing_written_by_a_phone_takes_the_place_of_the_target(void **state)
{
    static char extra[8192];
    size_t at = 0;
    (void)state;
    for (unsigned int i = 0; i < 60; i++) {
        at += (size_t)snprintf(extra + at, sizeof extra - at, "%s <sip:h%u@example.com>;index=1.%u",
                               i == 0 ? "History-Info:" : ",", i, i);
    }
    for (unsigned int later = 0; later < 2; later++) {
        start("sip:zoe@example.com");
        tap.perhaps = true;
        struct script_line lines[2] = {offer, offer};
        lines[0].long_extra = extra;
        lines[later].asserted = "sip:zoe@example.com";
        say(&lines[0]);
        say(&lines[1]);
        say(&answer);
        tap_run(&tap, 5000);
        assert_int_equal(tap.told_count, 1);
        assert_int_equal(tap.told[0].place, XK_PLACE_ASSERTED);
        assert_int_equal(tap.told[0].role, XK_ROLE_INITIATOR);
        assert_true(counters().too_many > 0);
        tap_stop(&tap);
    }
}

/* The network names the caller on one copy of the INVITE alone, and the answer overtook it. */
static void an_assertion_on_egress_alone_is_enough_in_any_order(void **state)
{
    struct script_line lines[] = {offer, offer, answer, {"ACK", 1, "a", "b"}};
    static const unsigned int orders[][4] = {{0, 1, 2, 3}, {2, 0, 1, 3}, {2, 3, 1, 0}, {3, 2, 0, 1}, {0, 2, 3, 1}};
    (void)state;
    lines[1].asserted = "sip:zoe@example.com";
    for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
        start("sip:zoe@example.com");
        for (unsigned int i = 0; i < 4; i++) {
            say(&lines[orders[o][i]]);
        }
        tap_run(&tap, UINT64_MAX);
        assert_int_equal(tap.told_count, 1);
        assert_false(tap.told[0].incomplete);
        assert_int_equal(tap.told[0].place, XK_PLACE_ASSERTED);
        assert_int_equal(usage().calls, 0);
        tap_stop(&tap);
    }
}

static void an_identity_that_comes_late_brings_the_exchange_to_its_warrant(void **state)
{
    struct script_line lines[] = {offer, answer, {"INVITE", 2, "a", "b"}};
    (void)state;
    start("sip:alice@example.com");
    tap.watched[tap.watched_count++] = "sip:zoe@example.com";
    lines[2].asserted = "sip:zoe@example.com";
    say(&lines[0]);
    say(&lines[1]);
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].warrant, 1);
    say(&lines[2]);
    tap_run(&tap, 5499);
    assert_int_equal(tap.told_count, 1);
    tap_run(&tap, 5500);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[1].warrant, 2);
    assert_false(tap.told[1].mid_call);
    assert_memory_equal(tap.told[0].id, tap.told[1].id, 16);
    tap_stop(&tap);
}

/* Of two branches that answer, the target is in one: the other one's exchange ends nothing. */
static void a_branch_without_the_target_does_not_end_the_other(void **state)
{
    struct script_line lines[] = {offer, {"200 INVITE", 1, "a", "b", RESP2}, {"200 INVITE", 1, "a", "c", RESP2}};
    (void)state;
    start("sip:zoe@example.com");
    lines[2].asserted = "sip:zoe@example.com";
    say(&lines[2]);
    say(&lines[0]);
    say(&lines[1]);
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(tap.told[0].role, XK_ROLE_RESPONDER);
    tap_stop(&tap);
}

static void several_xids_are_several_warrants(void **state)
{
    static const uint8_t xids[32] = {1, [16] = 2};
    (void)state;
    for (unsigned int which = 0; which < 2; which++) {
        tap_start(&tap, NULL);
        tap.xid = xids + (size_t)which * 16;
        tap_create(&tap);
        struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&offer), .xid = xids, .xid_count = 2,
                                         .direction = XK_DIRECTION_TO_TARGET};
        assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
        say(&answer);
        tap_run(&tap, 5000);
        assert_int_equal(tap.told_count, 1);
        assert_int_equal(tap.told[0].warrant, 99);
        tap_stop(&tap);
    }
}

static void give(const struct script_line *line, const char *call, const char *correlation)
{
    struct script_line one = *line;
    one.call = call;
    struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&one), .trusted = true,
                                     .correlation = correlation == NULL ? (struct xk_bytes){NULL, 0}
                                                                        : xk_text(correlation)};
    assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
}

/* A leg that shows one target does not hide the exchange from the warrant that the other leg concerns. */
static void each_leg_serves_its_own_warrant_under_one_number(void **state)
{
    struct script_line in[] = {offer, answer};
    struct script_line out[] = {offer, answer};
    (void)state;
    start("sip:alice@example.com");
    tap.watched[tap.watched_count++] = "sip:zoe@example.com";
    tap.watched[tap.watched_count++] = "sip:alice@example.com";
    out[0].uri = out[1].uri = "sip:zoe@example.com";
    for (unsigned int i = 0; i < 2; i++) {
        give(&in[i], "in", "c");
        give(&out[i], "out", "c");
    }
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 3);
    uint64_t sum = 0;
    for (unsigned int i = 0; i < 3; i++) {
        sum |= UINT64_C(1) << tap.told[i].warrant;
    }
    assert_int_equal(sum, 0xe);
    tap_stop(&tap);
}

static void legs_have_one_number_for_a_warrant(void **state)
{
    (void)state;
    for (unsigned int with = 0; with < 2; with++) {
        start("sip:alice@example.com");
        give(&offer, "in", with ? "c" : NULL);
        give(&answer, "in", with ? "c" : NULL);
        give(&(struct script_line){"INVITE", 1, "a", NULL, INIT1}, "out", with ? "c" : NULL);
        give(&(struct script_line){"200 INVITE", 1, "a", "b", RESP1}, "out", with ? "c" : NULL);
        tap_run(&tap, 5000);
        assert_int_equal(tap.told_count, 2);
        assert_int_equal(tap.told[0].cin == tap.told[1].cin, with != 0);
        tap_stop(&tap);
    }
}

static void a_correlation_of_zeros_is_none(void **state)
{
    static const uint8_t zeros[8];
    (void)state;
    start("sip:alice@example.com");
    for (unsigned int i = 0; i < 4; i++) {
        struct script_line line = i % 2 == 0 ? offer : answer;
        line.call = i < 2 ? "one" : "two";
        struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&line),
                                         .correlation = {zeros, sizeof zeros}};
        assert_int_equal(xk_collector_take(tap.collector, tap.now, &m, NULL), XK_OK);
    }
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 2);
    assert_int_not_equal(tap.told[0].cin, tap.told[1].cin);
    tap_stop(&tap);
}

/* RFC 3891, whichever call is seen first: one call goes on as another, with the keys that it has. */
static void a_call_that_replaces_another_is_that_call(void **state)
{
    (void)state;
    for (unsigned int first = 0; first < 2; first++) {
        start("sip:alice@example.com");
        for (unsigned int i = 0; i < 4; i++) {
            bool old = (i < 2) == (first == 0);
            struct script_line line = i % 2 == 0 ? offer : answer;
            line.call = old ? "old" : "new";
            line.extra = !old && i % 2 == 0 ? "Replaces: old;to-tag=b;from-tag=a" : NULL;
            say(&line);
        }
        say(&(struct script_line){"INVITE", 2, "a", "b", INIT1, .call = "new"});
        say(&(struct script_line){"200 INVITE", 2, "a", "b", RESP1, .call = "new"});
        tap_run(&tap, 5000);
        assert_int_equal(tap.told_count, 2);
        assert_int_equal(tap.told[0].cin, tap.told[1].cin);
        tap_run(&tap, UINT64_MAX);
        tap_stop(&tap);
    }
}

static void what_is_no_sip_is_told_where_its_call_is_watched(void **state)
{
    static const char *const texts[] = {
        ("INVITE sip:bob@example.com SIP/2.0\r\nFrom: <sip:alice@example.com>;tag=a\r\nTo: <sip:bob@example.com>\r\n"
         "Call-ID: c\r\nCSeq: 4294967296 INVITE\r\n\r\n"),
        "INVITE sip:bob@example.com SIP/2.0\r\nTo: <sip:alice@example.com>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n",
        "INVITE sip:bob@example.com\r\nFrom: <sip:alice@example.com>\r\nCall-ID: c\r\n\r\n",
        "INVITE sip:alice@example.com SIP/2.0\r\ni: c\r\nf: <sip:b@example.com>\r\n\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (unsigned int watched = 0; watched < 2; watched++) {
            start(watched ? "sip:alice@example.com" : "sip:zoe@example.com");
            assert_int_equal(tap_give(&tap, xk_text(texts[i]), true, 77), XK_E_SIP);
            assert_int_equal(counters().refused, 1);
            assert_int_equal(tap.observed[XK_COLLECTOR_REFUSED], 1);
            assert_int_equal(tap.told_count, watched);
            if (watched) {
                assert_int_equal(tap.told[0].reason, XK_INCOMPLETE_UNREADABLE);
                assert_int_equal(tap.told[0].status, XK_E_SIP);
                assert_int_equal(tap.told[0].references[0], 77);
                assert_string_equal(tap.told[0].call_id, "c");
            }
            assert_int_equal(tap_give(&tap, xk_text(texts[i]), true, 78), XK_E_SIP);
            assert_int_equal(tap.told_count, watched);
            tap_run(&tap, UINT64_MAX);
            assert_int_equal(tap.told_count, watched);
            assert_int_equal(usage().calls, 0);
            tap_stop(&tap);
        }
    }
}

/* A phone that has its BYE refused has not hung up, whatever it does then. */
static void a_refused_bye_ends_nothing(void **state)
{
    (void)state;
    for (unsigned int code = 0; code < 9; code++) {
        static const char *const said[] = {"407 BYE", "401 BYE", "409 BYE", "480 BYE", "482 BYE", "300 BYE",
                                           "481 BYE", "200 BYE", "408 BYE"};
        start("sip:alice@example.com");
        say(&offer);
        say(&answer);
        tap_run(&tap, 5000);
        say(&(struct script_line){"BYE", 2, "a", "b"});
        say(&(struct script_line){said[code], 2, "a", "b"});
        tap_run(&tap, 600000);
        assert_int_equal(usage().calls, code < 6 ? 1 : 0);
        if (code < 6) {
            say(&(struct script_line){"BYE", 3, "a", "b"});
            say(&(struct script_line){"200 BYE", 3, "a", "b"});
            tap_run(&tap, 600000 + 31999);
            assert_int_equal(usage().calls, 1);
            tap_run(&tap, 600000 + 32000);
            assert_int_equal(usage().calls, 0);
        }
        tap_stop(&tap);
    }
}

/* RFC 4028: what the 2xx agrees on counts, and less than 90 seconds is not to be agreed on. */
static void a_session_timer_is_believed_within_reason(void **state)
{
    static const struct {
        const char *invite;
        const char *ok;
        uint64_t end; /* of silence, milliseconds */
    } rows[] = {
        {"Session-Expires: 1", NULL, 86400000},
        {NULL, "Session-Expires: 1", 180000},
        {"Session-Expires: 90", "Session-Expires: 300;refresher=uac", 600000},
        {NULL, "x: 4294967295", 86400000},
        {NULL, "Session-Expires: 4294967295", 86400000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script_line lines[] = {offer, answer};
        lines[0].extra = rows[i].invite;
        lines[1].extra = rows[i].ok;
        start("sip:alice@example.com");
        say(&lines[0]);
        say(&lines[1]);
        tap_run(&tap, 1000 + rows[i].end - 1);
        assert_int_equal(usage().calls, 1);
        tap_run(&tap, 1000 + rows[i].end);
        assert_int_equal(usage().calls, 0);
        tap_stop(&tap);
    }
}

/* A day of session refreshes, and of updates, costs what a minute does; then an update is still found. */
static void a_long_call_does_not_grow(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&(struct script_line){"INVITE", 1, "a", NULL, INIT1});
    say(&(struct script_line){"200 INVITE", 1, "a", "b", RESP1});
    tap_run(&tap, 5000);
    uint32_t least = UINT32_MAX;
    for (unsigned int i = 0; i < 1000; i++) {
        say(&(struct script_line){"INVITE", 2 + i, "a", "b", INIT1});
        say(&(struct script_line){"200 INVITE", 2 + i, "a", "b", RESP1});
        tap_run(&tap, tap.now + 90000);
        least = usage().facts_free < least ? usage().facts_free : least;
    }
    assert_int_equal(tap.told_count, 1);
    assert_int_equal(counters().too_many, 0);
    assert_true(least > 16 * 64 + 256 - 100);
    say(&(struct script_line){"UPDATE", 2000, "a", "b", UPDATE});
    say(&(struct script_line){"200 UPDATE", 2000, "a", "b", UPDATE_RESP});
    tap_run(&tap, tap.now + 5000);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[1].update_hash, tap_hash(script_mikey(UPDATE)));
    tap_stop(&tap);
}

/* Within one call: transactions, callers, branches without end. Others keep their room. */
static void a_flood_within_a_call_takes_no_room_of_others(void **state)
{
    char tag[16];
    (void)state;
    start("sip:alice@example.com");
    say(&(struct script_line){"INVITE", 1, "a", NULL, INIT1, .call = "other"});
    for (unsigned int i = 0; i < 2000; i++) {
        say(&(struct script_line){"INVITE", 1 + i, "a", NULL, i % 2 == 0 ? INIT1 : INIT2});
        (void)snprintf(tag, sizeof tag, "a%u", i);
        say(&(struct script_line){"INVITE", 1, tag, NULL, INIT1});
        (void)snprintf(tag, sizeof tag, "b%u", i);
        say(&(struct script_line){"183 INVITE", 1, "a", tag, RESP1, SCRIPT_RELIABLE, i + 1});
        say(&(struct script_line){"UPDATE", 1 + i, "a", tag, UPDATE});
    }
    assert_true(usage().facts_free > 16 * 64 + 256 - 300);
    assert_int_equal(counters().evicted, 0);
    assert_int_equal(usage().calls, 2);
    say(&(struct script_line){"200 INVITE", 1, "a", "b", RESP1, .call = "other"});
    tap_run(&tap, 1500);
    assert_int_equal(tap.told_count, 1);
    assert_string_equal(tap.told[0].call_id, "other");
    tap_stop(&tap);
}

/* Warrants that come and go through one call use numbers of which there are 32, again and again. */
static void a_hundred_warrants_one_after_the_other(void **state)
{
    (void)state;
    start(NULL);
    tap.perhaps = true;
    tap.first_warrant = 1;
    tap.watched[0] = "sip:alice@example.com";
    say(&offer);
    say(&answer);
    tap_run(&tap, 5000);
    for (unsigned int i = 1; i <= 100; i++) {
        tap.first_warrant = i;
        tap.watched_count = 1;
        tap.told_count = 0;
        assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, i), XK_OK);
        assert_int_equal(tap.told_count, 1);
        assert_int_equal(tap.told[0].warrant, i);
        assert_true(tap.told[0].mid_call);
        tap.watched_count = 0;
        assert_int_equal(xk_collector_warrant_ended(tap.collector, tap.now, i), XK_OK);
    }
    tap_stop(&tap);
}

/* Of two warrants one has no room: the other one hears once, of an exchange and of a gap. */
static void who_has_heard_is_not_told_again_while_another_waits(void **state)
{
    (void)state;
    for (unsigned int gap = 0; gap < 2; gap++) {
        start("sip:alice@example.com");
        tap.watched[tap.watched_count++] = "sip:alice@example.com";
        tap.busy_for = 2;
        say(&offer);
        say(gap ? &(struct script_line){"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN} : &answer);
        tap_run(&tap, 5000);
        assert_int_equal(tap.told_count, 1);
        assert_int_equal(tap.told[0].warrant, 1);
        tap.busy_for = 0;
        tap_run(&tap, 10000);
        assert_int_equal(tap.told_count, 2);
        assert_int_equal(tap.told[1].warrant, 2);
        assert_int_equal(tap.told[1].incomplete, gap);
        tap_stop(&tap);
    }
}

/* What a second warrant is told of a call that had no keys. */
static void a_second_warrant_hears_of_gaps_too(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    say(&offer);
    say(&(struct script_line){"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN});
    tap_run(&tap, 5000);
    assert_int_equal(tap.told_count, 1);
    tap.watched[tap.watched_count++] = "sip:alice@example.com";
    assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(tap.told_count, 2);
    assert_int_equal(tap.told[1].warrant, 2);
    assert_int_equal(tap.told[1].reason, XK_INCOMPLETE_NO_KEY);
    assert_int_equal(xk_collector_warrant_started(tap.collector, tap.now, 2), XK_OK);
    assert_int_equal(tap.told_count, 2);
    tap_stop(&tap);
}

/* One more a second than the clock counts, then a restart. */
static void numbers_go_on_after_a_restart(void **state)
{
    static uint32_t seen[60];
    (void)state;
    uint64_t from = 1000;
    for (unsigned int run = 0; run < 2; run++) {
        tap_start(&tap, "sip:alice@example.com");
        tap.config.cin_key[0] = 1;
        tap.config.cin_seconds = from;
        tap.config.max_calls = 64;
        tap_create(&tap);
        for (unsigned int i = 0; i < 30; i++) {
            char call[8];
            (void)snprintf(call, sizeof call, "c%u", i);
            give(&offer, call, NULL);
            give(&answer, call, NULL);
        }
        tap_run(&tap, 2000);
        assert_int_equal(tap.told_count, 30);
        for (unsigned int i = 0; i < 30; i++) {
            seen[run * 30 + i] = tap.told[i].cin;
            for (unsigned int j = 0; j < run * 30 + i; j++) {
                assert_int_not_equal(seen[j], tap.told[i].cin);
            }
        }
        from = usage().cin_next;
        assert_int_equal(from, run == 0 ? 1031 : 1062);
        tap_stop(&tap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_found_wherever_it_stands),
        cmocka_unit_test(what_is_not_certain_is_told_so),
        cmocka_unit_test(nothing_written_by_a_phone_takes_the_place_of_the_target),
        cmocka_unit_test(an_assertion_on_egress_alone_is_enough_in_any_order),
        cmocka_unit_test(an_identity_that_comes_late_brings_the_exchange_to_its_warrant),
        cmocka_unit_test(a_branch_without_the_target_does_not_end_the_other),
        cmocka_unit_test(several_xids_are_several_warrants),
        cmocka_unit_test(each_leg_serves_its_own_warrant_under_one_number),
        cmocka_unit_test(legs_have_one_number_for_a_warrant),
        cmocka_unit_test(a_correlation_of_zeros_is_none),
        cmocka_unit_test(a_call_that_replaces_another_is_that_call),
        cmocka_unit_test(what_is_no_sip_is_told_where_its_call_is_watched),
        cmocka_unit_test(a_refused_bye_ends_nothing),
        cmocka_unit_test(a_session_timer_is_believed_within_reason),
        cmocka_unit_test(a_long_call_does_not_grow),
        cmocka_unit_test(a_flood_within_a_call_takes_no_room_of_others),
        cmocka_unit_test(a_hundred_warrants_one_after_the_other),
        cmocka_unit_test(who_has_heard_is_not_told_again_while_another_waits),
        cmocka_unit_test(a_second_warrant_hears_of_gaps_too),
        cmocka_unit_test(numbers_go_on_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
