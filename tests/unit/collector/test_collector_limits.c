/* SPDX-License-Identifier: BSD-2-Clause */
/* The last that fits and the first that does not: pools, early messages, quotas, classes, ticks, sizes of a message. */
#include "unit/collector/facts.h"
#include "unit/collector/spoken.h"

#include <stdio.h>
#include <string.h>

#include "collector/call.h"
#include "collector/early.h"
#include "collector/evict.h"
#include "collector/quota.h"

static const struct script_line offer = {"INVITE", 1, "a", NULL, INIT1};
static const struct script_line answer = {"200 INVITE", 1, "a", "b", RESP1};

#define CELL 124u /* octets of text in a cell */

static void a_text_takes_as_many_cells_as_it_needs(void **state)
{
    static const size_t sizes[] = {0, 1, CELL - 1, CELL, CELL + 1, 2 * CELL, 2 * CELL + 1};
    uint8_t in[3 * CELL];
    uint8_t out[3 * CELL + 1];
    (void)state;
    for (size_t i = 0; i < sizeof in; i++) {
        in[i] = (uint8_t)(i * 7 + 1);
    }
    start(NULL);
    uint32_t all = usage().cells_free;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct xki_co_text text = {0, 9};
        assert_true(xki_co_keep(tap.collector, in, sizes[i], &text));
        assert_int_equal(text.size, sizes[i]);
        assert_int_equal(usage().cells_free, all - (sizes[i] + CELL - 1) / CELL);
        memset(out, 0xee, sizeof out);
        xki_co_copy(tap.collector, &text, out);
        assert_memory_equal(out, in, sizes[i]);
        assert_int_equal(out[sizes[i]], 0xee);
        xki_co_drop(tap.collector, &text);
        assert_int_equal(text.size, 0);
        assert_int_equal(usage().cells_free, all);
    }
    tap_stop(&tap);
}

/* The last cell is given, and one more is not. */
static void the_last_cell_is_used(void **state)
{
    static uint8_t octets[256 * CELL];
    static struct xki_co_text texts[4096];
    size_t count = 0;
    (void)state;
    start(NULL);
    struct xki_co_text text;
    while (usage().cells_free > 2) {
        assert_true(xki_co_keep(tap.collector, octets, CELL, &texts[count]));
        count++;
    }
    assert_false(xki_co_keep(tap.collector, octets, 2 * CELL + 1, &text));
    assert_int_equal(usage().cells_free, 2);
    assert_true(xki_co_keep(tap.collector, octets, 2 * CELL, &text));
    assert_int_equal(usage().cells_free, 0);
    assert_false(xki_co_keep(tap.collector, octets, 1, &text));
    for (size_t i = 0; i < count; i++) {
        xki_co_drop(tap.collector, &texts[i]);
    }
    assert_int_equal(usage().cells_free, count);
    tap_stop(&tap);
}

/* Octets that several facts share go with the last of them. */
static void shared_octets_go_with_the_last_that_has_them(void **state)
{
    (void)state;
    start(NULL);
    struct xk_collector *c = tap.collector;
    uint32_t all = usage().cells_free;
    uint32_t facts = usage().facts_free;
    struct xki_co_call *call = xki_co_new_call(c, (const uint64_t[2]){1, 2});
    struct xki_co_fact *items[3];
    for (unsigned int i = 0; i < 3; i++) {
        items[i] = xki_co_add(c, call, XKI_CO_ITEM);
        items[i]->is.item.hash = i < 2 ? 7 : 8;
        items[i]->is.item.owns_octets = i != 1;
    }
    assert_true(xki_co_keep(c, (const uint8_t *)"one", 3, &items[0]->is.item.octets));
    items[1]->is.item.octets = items[0]->is.item.octets;
    assert_true(xki_co_keep(c, (const uint8_t *)"two", 3, &items[2]->is.item.octets));
    assert_int_equal(usage().facts_free, facts - 3);
    xki_co_remove(c, call, XKI_CO_ITEM, items[0]);
    assert_int_equal(usage().cells_free, all - 2);
    assert_true(items[1]->is.item.owns_octets);
    assert_int_equal(call->counts[XKI_CO_ITEM], 2);
    assert_int_equal(call->facts[XKI_CO_ITEM], (uint32_t)(items[1] - xki_co_fact(c, 0)));
    xki_co_remove(c, call, XKI_CO_ITEM, items[2]);
    assert_int_equal(usage().cells_free, all - 1);
    assert_int_equal(call->last[XKI_CO_ITEM], (uint32_t)(items[1] - xki_co_fact(c, 0)));
    xki_co_remove(c, call, XKI_CO_ITEM, items[1]);
    assert_int_equal(usage().cells_free, all);
    assert_int_equal(call->last[XKI_CO_ITEM], XKI_CO_NONE);
    assert_int_equal(call->facts[XKI_CO_ITEM], XKI_CO_NONE);
    assert_int_equal(usage().facts_free, facts);
    while (usage().facts_free > 0) {
        assert_non_null(xki_co_add(c, call, XKI_CO_FATE));
    }
    assert_null(xki_co_add(c, call, XKI_CO_END));
    xki_co_free_call(c, call);
    assert_int_equal(usage().facts_free, facts);
    tap_stop(&tap);
}

static const struct xki_co_early *early(unsigned int index)
{
    return (const struct xki_co_early *)tap.collector->arrays[XKI_CO_EARLY] + index;
}

static unsigned int kept(void)
{
    unsigned int count = 0;
    for (unsigned int i = 0; i < 16; i++) {
        count += early(i)->used;
    }
    return count;
}

static struct xki_co_event ack(uint64_t key, uint32_t cseq)
{
    struct xki_co_event event;
    memset(&event, 0, sizeof event);
    event.key[0] = key;
    event.key[1] = key + 1;
    event.from_tag = 3;
    event.to_tag = 4;
    event.has_to_tag = true;
    event.method = XKI_CO_ACK;
    event.cseq = cseq;
    event.plain = 5;
    event.rejected = 6;
    event.has_sdp = true;
    return event;
}

/* Which messages of a call that nobody knows yet are remembered. */
static void what_ends_something_is_remembered(void **state)
{
    static const struct {
        enum xki_co_method method;
        unsigned int status;
        bool kept;
    } rows[] = {
        {XKI_CO_INVITE, 0, false}, {XKI_CO_INVITE, 199, false}, {XKI_CO_INVITE, 200, true}, {XKI_CO_INVITE, 699, true},
        {XKI_CO_UPDATE, 0, false}, {XKI_CO_UPDATE, 199, false}, {XKI_CO_UPDATE, 200, true}, {XKI_CO_PRACK, 0, false},
        {XKI_CO_PRACK, 199, false}, {XKI_CO_PRACK, 200, true},  {XKI_CO_BYE, 0, true},      {XKI_CO_BYE, 199, false},
        {XKI_CO_BYE, 200, true},   {XKI_CO_ACK, 0, true},       {XKI_CO_OTHER, 0, false},   {XKI_CO_OTHER, 200, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(NULL);
        struct xki_co_event event = ack(1, 1);
        event.method = (uint8_t)rows[i].method;
        event.status_code = rows[i].status;
        xki_co_early_keep(tap.collector, &event);
        if (kept() != rows[i].kept) {
            fail_msg("row %zu", i);
        }
        tap_stop(&tap);
    }
}

/* Each member tells two of them apart; the same once more is one, and as young as its last. */
static void what_is_the_same_is_remembered_once(void **state)
{
    (void)state;
    for (unsigned int member = 0; member <= 11; member++) {
        start(NULL);
        struct xki_co_event event = ack(1, 1);
        event.status_code = 200;
        event.method = XKI_CO_INVITE;
        tap.collector->now = 1000;
        xki_co_early_keep(tap.collector, &event);
        tap.collector->now = 3000;
        event.key[0] += member == 1 ? UINT64_C(1) << 32 : 0; /* found in the same place of the map */
        event.key[1] += member == 2;
        event.from_tag += member == 3;
        event.to_tag += member == 4;
        event.cseq += member == 5;
        event.method = member == 6 ? XKI_CO_UPDATE : XKI_CO_INVITE;
        event.status_code += member == 7;
        event.has_to_tag = member != 8;
        event.has_sdp = member != 9;
        event.plain = (uint16_t)(event.plain + (member == 10));
        event.rejected = (uint16_t)(event.rejected + (member == 11));
        xki_co_early_keep(tap.collector, &event);
        assert_int_equal(kept(), member == 0 ? 1 : 2);
        assert_true(early(0)->at == (member == 0 ? 3000 : 1000));
        tap_stop(&tap);
    }
}

/* Two seconds old is remembered still; a millisecond more, and the next one takes its place. */
static void what_is_too_old_gives_its_place_away(void **state)
{
    (void)state;
    for (unsigned int more = 0; more < 2; more++) {
        start(NULL);
        struct xki_co_event event = ack(1, 1);
        tap.collector->now = 1000;
        xki_co_early_keep(tap.collector, &event);
        event.cseq = 2;
        tap.collector->now = 3000 + more;
        xki_co_early_keep(tap.collector, &event);
        assert_int_equal(kept(), 2 - more);
        assert_int_equal(early(0)->cseq, 1 + more);
        tap_stop(&tap);
    }
}

static void the_oldest_early_message_goes_first_and_one_call_has_sixteen(void **state)
{
    (void)state;
    tap_start(&tap, NULL);
    tap.config.max_calls = 17; /* and so many places */
    tap_create(&tap);
    assert_int_equal(xki_co_early_slots(&tap.config), 17);
    for (uint32_t i = 0; i < 17; i++) {
        struct xki_co_event event = ack(1, i);
        xki_co_early_keep(tap.collector, &event);
    }
    assert_true(early(15)->used);
    assert_false(early(16)->used); /* the 17th of one call */
    struct xki_co_event event = ack(2, 100);
    xki_co_early_keep(tap.collector, &event);
    assert_int_equal(early(16)->cseq, 100);
    event = ack(3, 200);
    xki_co_early_keep(tap.collector, &event);
    assert_int_equal(early(0)->cseq, 200);
    assert_int_equal(early(1)->cseq, 1);
    tap_stop(&tap);
    struct xk_collector_config config = {.max_calls = 15};
    assert_int_equal(xki_co_early_slots(&config), 16);
    config.max_calls = 16;
    assert_int_equal(xki_co_early_slots(&config), 16);
}

/* A call learns all that was remembered of it, once, and nothing of another. */
static void a_call_learns_what_came_before_it(void **state)
{
    (void)state;
    start(NULL);
    struct xk_collector *c = tap.collector;
    struct xki_co_event event = ack(1, 1);
    xki_co_early_keep(c, &event);
    event.status_code = 486;
    event.method = XKI_CO_INVITE;
    xki_co_early_keep(c, &event);
    event = ack(1, 9);
    event.key[1] = 77;
    xki_co_early_keep(c, &event);
    struct xki_co_call *call = xki_co_new_call(c, (const uint64_t[2]){1, 2});
    c->now += 2000;
    assert_true(xki_co_early_learn(c, call));
    assert_string_equal(facts_text(c, call, FACTS_ALL & ~FACTS_OF(XKI_CO_KINDS)),
                        "end 0\nend 1\n"
                        "fate ACK 1 0>1 since 2000 plain 0005 rejected 0006 chosen 0 status 0: plain\n"
                        "fate INVITE 1 0>1 since 2000 plain 0000 rejected 0000 chosen 0 status 0: failed\n"
                        "dialog 0-1 changed 2000: answered rejected\n");
    assert_int_equal(kept(), 1);
    assert_false(xki_co_early_learn(c, call));
    tap_stop(&tap);
}

/* Three calls of one caller: whichever leaves, the others stay in their order. */
static void calls_of_a_caller_keep_their_order(void **state)
{
    (void)state;
    for (unsigned int leaves = 0; leaves < 3; leaves++) {
        tap_start(&tap, NULL);
        tap.config.calls_per_caller = 2;
        tap_create(&tap);
        struct xk_collector *c = tap.collector;
        struct xki_co_call *calls[3];
        for (uint64_t i = 0; i < 3; i++) {
            assert_ptr_equal(xki_co_quota_exceeded(c, 9), i < 2 ? NULL : calls[0]);
            calls[i] = xki_co_new_call(c, (const uint64_t[2]){i, i});
            assert_int_equal(xki_co_quota_used(c, calls[i]), 0);
            xki_co_quota_join(c, calls[i], 9);
            assert_int_equal(xki_co_quota_used(c, calls[i]), i + 1);
        }
        assert_null(xki_co_quota_exceeded(c, UINT64_C(9) + (UINT64_C(1) << 32)));
        xki_co_quota_leave(c, calls[leaves]);
        xki_co_quota_leave(c, calls[leaves]); /* once */
        assert_int_equal(xki_co_quota_used(c, calls[leaves]), 0);
        const struct xki_co_call *first = calls[leaves == 0 ? 1 : 0];
        const struct xki_co_call *last = calls[leaves == 2 ? 1 : 2];
        assert_int_equal(xki_co_quota_used(c, first), 2);
        assert_ptr_equal(xki_co_quota_exceeded(c, 9), first);
        assert_int_equal(first->caller_next, xki_co_call_index(c, last));
        assert_int_equal(first->caller_prev, XKI_CO_NONE);
        assert_int_equal(last->caller_prev, xki_co_call_index(c, first));
        assert_int_equal(last->caller_next, XKI_CO_NONE);
        xki_co_quota_join(c, calls[leaves], 9);
        assert_int_equal(last->caller_next, xki_co_call_index(c, calls[leaves]));
        for (unsigned int i = 0; i < 3; i++) {
            xki_co_quota_leave(c, calls[i]);
        }
        assert_null(xki_co_quota_exceeded(c, 9));
        assert_int_equal(c->caller_free, 0);
        tap_stop(&tap);
    }
}

/* Calls of each class: the first class that has one gives up the call of the caller who has most, among the sixteen
 * oldest; an answered call that is owed something is never given up. */
static void who_has_most_gives_up_first_within_the_class_that_is_worth_least(void **state)
{
    (void)state;
    tap_start(&tap, NULL);
    tap.config.max_calls = 32;
    tap_create(&tap);
    struct xk_collector *c = tap.collector;
    struct xki_co_call *calls[32];
    for (uint64_t i = 0; i < 32; i++) {
        static const enum xki_co_class classes[] = {XKI_CO_EMITTED_CALL, XKI_CO_FAILED_CALL, XKI_CO_DOUBTFUL_CALL,
                                                    XKI_CO_ANSWERED_CALL};
        calls[i] = xki_co_new_call(c, (const uint64_t[2]){i, i});
        xki_co_quota_join(c, calls[i], i >= 20 ? 500 : i == 4 || i == 5 ? 400 : i);
        if (i < 4) {
            xki_co_classify(c, calls[i], classes[i]);
        }
    }
    assert_null(xki_co_new_call(c, (const uint64_t[2]){99, 99}));
    static const unsigned int order[] = {2, 1, 4};
    for (unsigned int i = 0; i < 3; i++) {
        assert_true(calls[order[i]]->used);
        assert_true(xki_co_evict(c, NULL));
        assert_false(calls[order[i]]->used);
        assert_int_equal(counters().evicted, i + 1);
        assert_int_equal(counters().evicted_watched, 0);
        assert_int_equal(tap.observed[XK_COLLECTOR_EVICTED], i + 1);
    }
    /* The calls from 20 on have most, and are among the sixteen oldest now: 5 to 20. */
    assert_true(xki_co_evict(c, NULL));
    assert_false(calls[20]->used);
    assert_true(xki_co_evict(c, calls[21])); /* 21 is kept, and not counted: 22 is the sixteenth */
    assert_true(calls[21]->used);
    assert_false(calls[22]->used);
    while (c->call_count > 3) {
        assert_true(xki_co_evict(c, calls[21]));
    }
    assert_true(calls[0]->used && calls[3]->used && calls[21]->used);
    assert_true(xki_co_evict(c, calls[21]));
    assert_false(calls[0]->used);
    assert_false(xki_co_evict(c, calls[21]));
    assert_true(xki_co_evict(c, NULL));
    assert_false(xki_co_evict(c, NULL));
    assert_true(calls[3]->used);
    tap_stop(&tap);
}

/* Three calls are due: a tick does as many as it may, and says whether there is more. */
static void a_tick_does_as_much_as_it_may(void **state)
{
    (void)state;
    for (uint32_t budget = 0; budget < 5; budget++) {
        start("sip:alice@example.com");
        static const char *const names[] = {"one", "two", "three"};
        for (unsigned int i = 0; i < 3; i++) {
            struct script_line lines[] = {offer, answer};
            lines[0].call = lines[1].call = names[i];
            say(&lines[0]);
            say(&lines[1]);
        }
        bool more = true;
        assert_int_equal(xk_collector_tick(tap.collector, 1499, 0, &more), XK_OK);
        assert_false(more);
        assert_int_equal(xk_collector_tick(tap.collector, 1500, budget, &more), XK_OK);
        assert_int_equal(tap.told_count, budget == 0 || budget > 3 ? 3 : budget);
        assert_int_equal(more, budget == 1 || budget == 2);
        /* Time does not go back. */
        assert_int_equal(xk_collector_tick(tap.collector, 5, 0, &more), XK_OK);
        assert_int_equal(tap.told_count, 3);
        assert_false(more);
        tap_stop(&tap);
    }
}

static const uint8_t zeros[65];

static void what_a_message_may_have_at_the_most(void **state)
{
    static const uint8_t xids[17 * 16];
    struct xk_diag diag;
    (void)state;
    start("sip:alice@example.com");
    struct xk_collector_message m = {.size = sizeof m, .octets = script_sip(&offer), .correlation = {zeros, 64}};
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_OK);
    m.correlation.size = 65;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation");
    m.correlation = (struct xk_bytes){NULL, 1};
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation");
    m.correlation = (struct xk_bytes){NULL, 0};
    m.xid = xids;
    m.xid_count = 16;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_OK);
    m.xid_count = 17;
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "xid");
    m.octets = (struct xk_bytes){NULL, 1};
    assert_int_equal(xk_collector_take(tap.collector, 0, &m, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "octets");
    assert_int_equal(counters().messages, 2);
    assert_int_equal(counters().refused, 0);
    struct xk_collector_established e = {.size = sizeof e, .offer_sdp = xk_text("v=0\r\n"), .correlation = {zeros, 64}};
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation"); /* zeros are none, and there are no headers */
    e.correlation = (struct xk_bytes){(const uint8_t *)"x", 65};
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation");
    e.correlation = (struct xk_bytes){NULL, 1};
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "correlation");
    e.correlation = xk_text("c");
    static const size_t parts[] = {offsetof(struct xk_collector_established, offer_headers),
                                   offsetof(struct xk_collector_established, answer_headers),
                                   offsetof(struct xk_collector_established, offer_sdp),
                                   offsetof(struct xk_collector_established, answer_sdp)};
    for (unsigned int i = 0; i < 4; i++) {
        struct xk_collector_established bad = e;
        *(struct xk_bytes *)(void *)((uint8_t *)&bad + parts[i]) = (struct xk_bytes){NULL, 1};
        assert_int_equal(xk_collector_take_established(tap.collector, 0, &bad, &diag), XK_E_ARGUMENT);
        assert_string_equal(diag.field, i < 2 ? "headers" : "sdp");
    }
    e.size++;
    assert_int_equal(xk_collector_take_established(tap.collector, 0, &e, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "size");
    tap_stop(&tap);
}

/* Of a call without headers both hashes are of its correlation. */
static void a_call_without_headers_has_the_key_of_its_correlation(void **state)
{
    (void)state;
    start("sip:alice@example.com");
    struct xk_collector *c = tap.collector;
    struct xk_bytes whole = script_sip(&offer);
    const char *body = strstr((const char *)whole.data, "\r\n\r\n") + 4;
    struct xk_collector_established e = {.size = sizeof e, .offer_sdp = xk_text(body), .correlation = xk_text("corr")};
    assert_int_equal(xk_collector_take_established(c, 1000, &e, NULL), XK_OK);
    const struct xki_co_call *call = facts_call(c, "corr");
    assert_non_null(call);
    for (unsigned int i = 0; i < 2; i++) {
        assert_true(call->key[i] == xki_siphash(&c->keys[i], (const uint8_t *)"corr", 4));
    }
    assert_int_equal(xk_collector_take_established(c, 1000, &e, NULL), XK_OK);
    assert_int_equal(usage().calls, 1);
    tap_stop(&tap);
}

/* The host forgot to say that a warrant ended: the call goes with its next exchange, unless a branch is of somebody. */
static void a_call_of_which_nobody_wants_the_exchange_is_let_go(void **state)
{
    (void)state;
    for (unsigned int branch = 0; branch < 2; branch++) {
        start("sip:alice@example.com");
        tap.watched[tap.watched_count++] = "sip:zoe@example.com";
        say(&offer);
        say(&answer);
        struct script_line other = {"183 INVITE", 1, "a", "c", .asserted = branch ? "sip:zoe@example.com" : NULL};
        say(&other);
        tap.watched[0] = "sip:nobody@example.com";
        tap_run(&tap, 1500);
        assert_int_equal(tap.told_count, 0);
        assert_int_equal(usage().calls, branch);
        tap_stop(&tap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_takes_as_many_cells_as_it_needs),
        cmocka_unit_test(the_last_cell_is_used),
        cmocka_unit_test(shared_octets_go_with_the_last_that_has_them),
        cmocka_unit_test(what_ends_something_is_remembered),
        cmocka_unit_test(what_is_the_same_is_remembered_once),
        cmocka_unit_test(what_is_too_old_gives_its_place_away),
        cmocka_unit_test(the_oldest_early_message_goes_first_and_one_call_has_sixteen),
        cmocka_unit_test(a_call_learns_what_came_before_it),
        cmocka_unit_test(calls_of_a_caller_keep_their_order),
        cmocka_unit_test(who_has_most_gives_up_first_within_the_class_that_is_worth_least),
        cmocka_unit_test(a_tick_does_as_much_as_it_may),
        cmocka_unit_test(what_a_message_may_have_at_the_most),
        cmocka_unit_test(a_call_without_headers_has_the_key_of_its_correlation),
        cmocka_unit_test(a_call_of_which_nobody_wants_the_exchange_is_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
