/* SPDX-License-Identifier: BSD-2-Clause */
/* Which facts of a call go when there is no place for one more, and which never. */
#include "unit/collector/facts.h"
#include "unit/collector/spoken.h"

#include <stdio.h>
#include <string.h>

#include "collector/prune.h"
#include "collector/call.h"

#define NOW 1000000u
#define LONG_AGO 32500u /* 64 T1 and the time to settle */
#define UNANSWERED 190000u

static struct xk_collector *c;
static struct xki_co_call *call;

/* A call with no facts but those of the test. */
static void begin(void)
{
    static const uint64_t key[2] = {5, 6};
    start("sip:alice@example.com");
    c = tap.collector;
    c->now = tap.now = NOW;
    call = xki_co_new_call(c, key);
    assert_non_null(call);
}

static void end(void)
{
    xki_co_free_call(c, call);
    assert_int_equal(usage().facts_free, 16 * 64 + 256);
    assert_int_equal(usage().cells_free, 16 * 67 + 1024);
    tap_stop(&tap);
}

/* What is left of a kind: the numbers that the test gave. */
static const char *left(enum xki_co_kind kind)
{
    static char text[1024];
    size_t at = 0;
    text[0] = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, kind); f != NULL; f = xki_co_next(c, f)) {
        uint64_t number = kind == XKI_CO_PAIR       ? f->is.pair.init
                          : kind == XKI_CO_GAP      ? f->is.gap.key
                          : kind == XKI_CO_ITEM     ? f->is.item.reference
                          : kind == XKI_CO_FATE     ? f->is.fate.rejected
                          : kind == XKI_CO_IDENTITY ? f->is.identity.hash
                          : kind == XKI_CO_DIALOG   ? f->is.dialog.changed
                                                    : f->is.end.number;
        at += (size_t)snprintf(text + at, sizeof text - at, at == 0 ? "%u" : " %u", (unsigned int)number);
    }
    return text;
}

static struct xki_co_pair *add_pair(unsigned int number, unsigned int flags)
{
    struct xki_co_pair *pair = &xki_co_add(c, call, XKI_CO_PAIR)->is.pair;
    pair->init = number;
    pair->resp = number + 100;
    pair->flags = (uint8_t)flags;
    pair->b = 1;
    return pair;
}

static struct xki_co_item *add_item(unsigned int number, uint8_t owner, uint32_t cseq, uint8_t method, uint32_t age)
{
    struct xki_co_item *item = &xki_co_add(c, call, XKI_CO_ITEM)->is.item;
    item->reference = number;
    item->hash = number + 1000;
    item->owner_end = item->sender = owner;
    item->peer = (uint8_t)(1 - owner);
    item->cseq = cseq;
    item->method = method;
    item->at = NOW - age;
    return item;
}

static void add_fate(unsigned int number, uint8_t owner, uint32_t cseq, uint8_t method, unsigned int flags,
    uint64_t age)
{
    struct xki_co_fate *fate = &xki_co_add(c, call, XKI_CO_FATE)->is.fate;
    fate->rejected = (uint16_t)number;
    fate->owner = owner;
    fate->cseq = cseq;
    fate->method = method;
    fate->flags = (uint8_t)flags;
    fate->since = NOW - age;
}

/* Fresh items of transactions that nothing is known of, so that the call has `count`. */
static void fill_items(unsigned int count)
{
    while (call->counts[XKI_CO_ITEM] < count) {
        (void)add_item(900, 0, 900, XKI_CO_INVITE, 0);
    }
}

static void fill_fates(unsigned int count)
{
    while (call->counts[XKI_CO_FATE] < count) {
        add_fate(900, 0, 900, XKI_CO_INVITE, 0, 0);
    }
}

/* The first numbers that are left, without those that only fill. */
static void assert_left(enum xki_co_kind kind, const char *expected)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "%s", left(kind));
    char *fill = strstr(text, "900");
    if (fill != NULL) {
        *(fill > text ? fill - 1 : fill) = 0;
    }
    assert_string_equal(text, expected);
}

static void an_update_that_was_told_goes_before_a_base(void **state)
{
    (void)state;
    begin();
    (void)add_pair(1, XKI_CO_OWED | XKI_CO_IS_UPDATE);
    (void)add_pair(2, 0);
    (void)add_pair(3, XKI_CO_EMITTED);
    (void)add_pair(4, XKI_CO_IS_UPDATE);
    (void)add_pair(5, XKI_CO_IS_UPDATE);
    for (unsigned int i = 6; i < 32; i++) {
        (void)add_pair(900, XKI_CO_OWED);
    }
    assert_true(xki_co_make_place(c, call, XKI_CO_PAIR));
    assert_left(XKI_CO_PAIR, "1 2 3 4 5");
    static const char *const then[] = {"1 2 3 5", "1 2 3", "1 3", "1"};
    for (size_t i = 0; i < 4; i++) {
        while (call->counts[XKI_CO_PAIR] < XKI_CO_PAIRS_MAX) {
            (void)add_pair(900, XKI_CO_OWED);
        }
        assert_true(xki_co_make_place(c, call, XKI_CO_PAIR));
        assert_int_equal(call->counts[XKI_CO_PAIR], XKI_CO_PAIRS_MAX - 1);
        assert_left(XKI_CO_PAIR, then[i]);
    }
    (void)add_pair(900, XKI_CO_OWED);
    assert_false(xki_co_make_place(c, call, XKI_CO_PAIR));
    assert_int_equal(call->counts[XKI_CO_PAIR], XKI_CO_PAIRS_MAX);
    end();
}

static void the_first_gap_that_was_told_goes(void **state)
{
    (void)state;
    begin();
    for (unsigned int i = 1; i < XKI_CO_GAPS_MAX; i++) {
        struct xki_co_gap *gap = &xki_co_add(c, call, XKI_CO_GAP)->is.gap;
        gap->key = i < 5 ? i : 900;
        gap->owed = i != 2 && i != 3;
    }
    assert_true(xki_co_make_place(c, call, XKI_CO_GAP));
    assert_left(XKI_CO_GAP, "1 2 3 4");
    static const char *const then[] = {"1 3 4", "1 4"};
    for (unsigned int i = 0; i < 2; i++) {
        struct xki_co_gap *gap = &xki_co_add(c, call, XKI_CO_GAP)->is.gap;
        gap->key = 900;
        gap->owed = true;
        assert_true(xki_co_make_place(c, call, XKI_CO_GAP));
        assert_int_equal(call->counts[XKI_CO_GAP], XKI_CO_GAPS_MAX - 1);
        assert_left(XKI_CO_GAP, then[i]);
    }
    xki_co_add(c, call, XKI_CO_GAP)->is.gap.owed = true;
    assert_false(xki_co_make_place(c, call, XKI_CO_GAP));
    assert_int_equal(call->counts[XKI_CO_GAP], XKI_CO_GAPS_MAX);
    end();
}

/* Rows of items: each is of a transaction of its own, with what is known of it. */
static const struct {
    unsigned int number;
    uint8_t owner;
    uint8_t method;
    uint32_t age;
    uint8_t fate; /* flags; 0: none */
    bool goes_old;  /* when the call is answered */
} items[] = {
    {1, 0, XKI_CO_INVITE, LONG_AGO, XKI_CO_OK, false},
    {2, 0, XKI_CO_INVITE, LONG_AGO + 1, XKI_CO_OK, true},
    {3, 1, XKI_CO_UPDATE, LONG_AGO + 1, XKI_CO_FAILED, true},
    {4, 0, XKI_CO_INVITE, UNANSWERED, 0, false},
    {5, 0, XKI_CO_INVITE, UNANSWERED + 1, 0, true},
    {6, 0, XKI_CO_ACK, LONG_AGO, 0, false},
    {7, 0, XKI_CO_ACK, LONG_AGO + 1, 0, true},
    {8, 0, XKI_CO_INVITE, 0, XKI_CO_FAILED, false},
    {9, 0, XKI_CO_INVITE, LONG_AGO + 1, XKI_CO_OPENING | XKI_CO_PLAIN | XKI_CO_BROKEN | XKI_CO_CHOSE, false},
    {10, 1, XKI_CO_INVITE, 0, XKI_CO_OK | XKI_CO_FAILED, false},
};
#define ITEM_ROWS (sizeof items / sizeof items[0])

static void add_items(void)
{
    for (size_t i = 0; i < ITEM_ROWS; i++) {
        uint32_t cseq = items[i].number + 10;
        (void)add_item(items[i].number, items[i].owner, cseq, items[i].method, items[i].age);
        if (items[i].fate != 0) {
            add_fate(items[i].number, items[i].owner, cseq, items[i].method, items[i].fate, 0);
        }
    }
    /* What is like them in all but one is not theirs. */
    add_fate(800, 1, 15, XKI_CO_INVITE, XKI_CO_OK, 0);
    add_fate(801, 0, 10, XKI_CO_INVITE, XKI_CO_OK, 0);
    add_fate(802, 0, 14, XKI_CO_UPDATE, XKI_CO_OK, 0);
    add_fate(803, 0, 6, XKI_CO_INVITE, XKI_CO_OK, 0);
}

static void what_is_settled_and_old_goes_when_there_is_much(void **state)
{
    (void)state;
    begin();
    call->answered = true;
    add_items();
    fill_items(32);
    xki_co_prune(c, call);
    assert_left(XKI_CO_ITEM, "1 2 3 4 5 6 7 8 9 10");
    fill_items(33);
    xki_co_prune(c, call);
    assert_left(XKI_CO_ITEM, "1 4 6 8 9 10");
    end();

    begin(); /* the same by many fates */
    call->answered = true;
    add_items();
    fill_fates(32);
    xki_co_prune(c, call);
    assert_left(XKI_CO_ITEM, "1 2 3 4 5 6 7 8 9 10");
    fill_fates(33);
    xki_co_prune(c, call);
    assert_left(XKI_CO_ITEM, "1 4 6 8 9 10");
    end();
}

static void of_an_unanswered_call_only_what_has_an_end_goes(void **state)
{
    (void)state;
    begin();
    add_items();
    fill_items(33);
    xki_co_prune(c, call);
    assert_left(XKI_CO_ITEM, "1 4 5 6 7 8 9 10");
    end();
}

static void what_failed_goes_at_any_age_when_all_places_are_taken(void **state)
{
    (void)state;
    begin();
    call->answered = true;
    add_items();
    fill_items(XKI_CO_ITEMS_MAX - 1);
    assert_true(xki_co_make_place(c, call, XKI_CO_ITEM));
    assert_left(XKI_CO_ITEM, "1 2 3 4 5 6 7 8 9 10");
    fill_items(XKI_CO_ITEMS_MAX);
    assert_true(xki_co_make_place(c, call, XKI_CO_ITEM));
    assert_left(XKI_CO_ITEM, "1 4 6 8 9 10");
    fill_items(XKI_CO_ITEMS_MAX); /* nothing old is left: now what failed */
    assert_true(xki_co_make_place(c, call, XKI_CO_ITEM));
    assert_left(XKI_CO_ITEM, "1 4 6 9 10");
    assert_int_equal(call->counts[XKI_CO_ITEM], XKI_CO_ITEMS_MAX - 1);
    fill_items(XKI_CO_ITEMS_MAX);
    assert_false(xki_co_make_place(c, call, XKI_CO_ITEM));
    assert_left(XKI_CO_ITEM, "1 4 6 9 10");
    end();
}

static void what_an_exchange_is_made_of_stays_once(void **state)
{
    (void)state;
    begin();
    call->answered = true;
    for (unsigned int i = 1; i <= 8; i++) { /* all old, of one sender, and accepted */
        (void)add_item(i, 0, 7, XKI_CO_INVITE, LONG_AGO + 1);
    }
    add_fate(1, 0, 7, XKI_CO_INVITE, XKI_CO_OK, 0);
    struct xki_co_item *same[8];
    unsigned int count = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL; f = xki_co_next(c, f)) {
        same[count++] = &f->is.item;
    }
    same[1]->hash = same[2]->hash = same[3]->hash = same[4]->hash = 42; /* octets that were sent four times */
    same[3]->peer = XKI_CO_NO_END;
    same[4]->sender = 1;
    same[6]->hash = 43;
    (void)add_pair(42, 0);
    add_pair(41, 0)->resp = 43;
    fill_items(33);
    xki_co_prune(c, call);
    assert_left(XKI_CO_ITEM, "2 4 5 7");
    end();
}

static void what_is_known_of_a_transaction_goes_after_its_messages(void **state)
{
    (void)state;
    begin();
    add_fate(1, 0, 1, XKI_CO_INVITE, XKI_CO_OK, LONG_AGO);
    add_fate(2, 0, 2, XKI_CO_INVITE, XKI_CO_OK, LONG_AGO + 1);
    add_fate(3, 0, 3, XKI_CO_INVITE, XKI_CO_OK, LONG_AGO + 1); /* has an item */
    add_fate(4, 0, 4, XKI_CO_INVITE, XKI_CO_OK, LONG_AGO + 1); /* has its ACK's */
    add_fate(5, 0, 5, XKI_CO_UPDATE, XKI_CO_OK, LONG_AGO + 1); /* has one of another method only */
    add_fate(6, 1, 3, XKI_CO_INVITE, XKI_CO_OK, LONG_AGO + 1); /* of another owner */
    add_fate(7, 0, 6, XKI_CO_INVITE, XKI_CO_FAILED, 0);
    add_fate(8, 0, 7, XKI_CO_INVITE, XKI_CO_OK | XKI_CO_FAILED, 0);
    (void)add_item(1, 0, 3, XKI_CO_INVITE, 0);
    (void)add_item(2, 0, 4, XKI_CO_ACK, 0);
    (void)add_item(3, 0, 5, XKI_CO_INVITE, 0);
    fill_fates(XKI_CO_FATES_MAX - 1);
    assert_true(xki_co_make_place(c, call, XKI_CO_FATE));
    assert_left(XKI_CO_FATE, "1 2 3 4 5 6 7 8");
    fill_fates(XKI_CO_FATES_MAX);
    assert_true(xki_co_make_place(c, call, XKI_CO_FATE));
    assert_left(XKI_CO_FATE, "1 3 4 7 8");
    fill_fates(XKI_CO_FATES_MAX);
    assert_true(xki_co_make_place(c, call, XKI_CO_FATE));
    assert_left(XKI_CO_FATE, "1 3 4 8");
    fill_fates(XKI_CO_FATES_MAX);
    assert_false(xki_co_make_place(c, call, XKI_CO_FATE));
    end();
}

static void add_identity(unsigned int number, enum xk_identity_place place, bool matched, uint8_t whose, uint8_t by)
{
    struct xki_co_identity *is = &xki_co_add(c, call, XKI_CO_IDENTITY)->is.identity;
    is->hash = number;
    is->place = (uint8_t)place;
    is->matched = matched;
    is->end = whose;
    is->by = by;
    assert_true(xki_co_keep(c, (const uint8_t *)"sip:x@example.com", 17, &is->uri));
}

/* The first of those that say least goes, and none for one that says less than it. */
static void who_went_past_goes_before_who_is_in_the_call(void **state)
{
    static const struct {
        enum xk_identity_place new_one;
        bool taken;
        const char *left;
    } rows[] = {
        {XK_PLACE_HISTORY, true, "1 2 3 4 5 6 7 9"}, {XK_PLACE_HISTORY, true, "1 2 3 4 5 6 7"},
        {XK_PLACE_HISTORY, false, "1 2 3 4 5 6 7"}, {XK_PLACE_REQUEST_URI, true, "1 2 3 4 5 6"},
        {XK_PLACE_REQUEST_URI, false, "1 2 3 4 5 6"}, {XK_PLACE_FROM, true, "1 3 4 5 6"},
        {XK_PLACE_TO, true, "1 3 4 5"}, {XK_PLACE_TO, false, "1 3 4 5"}, {XK_PLACE_ASSERTED, true, "1 3 5"},
        {XK_PLACE_ASSERTED, false, "1 3 5"}, {XK_PLACE_TARGET_ID, true, "1 5"}, {XK_PLACE_MIKEY, true, "1"},
        {XK_PLACE_MIKEY, false, "1"},
    };
    (void)state;
    begin();
    add_identity(1, XK_PLACE_HISTORY, true, 0, 0);
    add_identity(2, XK_PLACE_TO, false, 0, 0);
    add_identity(3, XK_PLACE_TARGET_ID, false, 0, 0);
    add_identity(4, XK_PLACE_ASSERTED, false, 0, 0);
    add_identity(5, XK_PLACE_MIKEY, false, 0, 0);
    add_identity(6, XK_PLACE_FROM, false, 0, 0);
    add_identity(7, XK_PLACE_REQUEST_URI, false, 0, 0);
    add_identity(8, XK_PLACE_HISTORY, false, 0, 0);
    add_identity(9, XK_PLACE_HISTORY, false, 0, 0);
    while (call->counts[XKI_CO_IDENTITY] < XK_COLLECTOR_IDENTITIES_MAX - 1) {
        add_identity(900, XK_PLACE_MIKEY, true, 0, 0);
    }
    assert_true(xki_co_make_place_for(c, call, XK_PLACE_HISTORY));
    assert_left(XKI_CO_IDENTITY, "1 2 3 4 5 6 7 8 9");
    assert_int_equal(counters().too_many, 0);
    uint64_t gone = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        while (call->counts[XKI_CO_IDENTITY] < XK_COLLECTOR_IDENTITIES_MAX) {
            add_identity(900, XK_PLACE_MIKEY, true, 0, 0);
        }
        assert_int_equal(xki_co_make_place_for(c, call, (uint8_t)rows[i].new_one), rows[i].taken);
        gone += rows[i].taken;
        assert_int_equal(counters().too_many, gone);
        assert_left(XKI_CO_IDENTITY, rows[i].left);
    }
    end();
}

static void add_end(unsigned int number, bool is_caller)
{
    struct xki_co_end *is = &xki_co_add(c, call, XKI_CO_END)->is.end;
    is->number = (uint8_t)number;
    is->tag = number + 1;
    is->is_caller = is_caller;
}

static void add_dialog(unsigned int number, uint8_t a, uint8_t b, unsigned int flags)
{
    struct xki_co_dialog *is = &xki_co_add(c, call, XKI_CO_DIALOG)->is.dialog;
    is->changed = number;
    is->a = a;
    is->b = b;
    is->flags = (uint8_t)flags;
}

/* What an end takes along: all that it said, and what was said to it alone. */
static void an_end_that_is_given_up_takes_along_what_is_its_own(void **state)
{
    (void)state;
    begin();
    for (unsigned int i = 0; i < 4; i++) {
        add_end(i, i == 0);
    }
    add_dialog(1, 0, 1, XKI_CO_ANSWERED);
    add_dialog(2, 0, 2, XKI_CO_REJECTED);
    add_dialog(3, 3, 2, 0);
    add_dialog(4, 1, 3, XKI_CO_ANSWERED);
    static const uint8_t sides[][2] = {{0, 1}, {0, 2}, {2, 0}, {1, 3}, {0, XKI_CO_NO_END}};
    for (unsigned int i = 0; i < 5; i++) {
        struct xki_co_item *item = add_item(i + 1, 0, i + 1, XKI_CO_INVITE, 0);
        item->sender = sides[i][0];
        item->peer = sides[i][1];
        add_fate(i + 1, sides[i][0], i + 1, XKI_CO_INVITE, 0, 0);
        struct xki_co_pair *pair = add_pair(i + 1, 0);
        pair->a = sides[i][0];
        pair->b = sides[i][1];
        struct xki_co_gap *gap = &xki_co_add(c, call, XKI_CO_GAP)->is.gap;
        gap->key = i + 1;
        gap->a = sides[i][0];
        gap->b = sides[i][1];
        add_identity(i + 1, XK_PLACE_FROM, true, sides[i][0], sides[i][1]);
    }
    unsigned int at = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_FATE); f != NULL; f = xki_co_next(c, f)) {
        f->is.fate.peer = sides[at++][1];
    }
    while (call->counts[XKI_CO_DIALOG] < XK_COLLECTOR_DIALOGS_MAX - 1) {
        add_dialog(900, 0, 1, XKI_CO_ANSWERED);
    }
    assert_true(xki_co_make_ends(c, call, 1));
    assert_int_equal(call->counts[XKI_CO_END], 4);
    add_dialog(900, 0, 1, XKI_CO_ANSWERED);
    assert_true(xki_co_make_ends(c, call, 0)); /* no new end needs no dialog */
    assert_int_equal(call->counts[XKI_CO_END], 4);
    assert_int_equal(counters().too_many, 0);
    assert_true(xki_co_make_ends(c, call, 1));
    assert_int_equal(counters().too_many, 1);
    assert_int_equal(tap.observed[XK_COLLECTOR_TOO_MANY], 1);
    assert_string_equal(left(XKI_CO_END), "0 1 3");
    assert_left(XKI_CO_DIALOG, "1 4");
    assert_left(XKI_CO_ITEM, "1 4 5");
    assert_left(XKI_CO_FATE, "1 4 5");
    assert_left(XKI_CO_PAIR, "1 4 5");
    assert_left(XKI_CO_GAP, "1 4 5");
    assert_left(XKI_CO_IDENTITY, "1 4 5");
    end();
}

/* Who was rejected goes first, then another callee, then a caller; never one of an answered dialog. */
static void ends_go_by_what_they_are_worth(void **state)
{
    (void)state;
    begin();
    for (unsigned int i = 0; i < XKI_CO_ENDS_MAX; i++) {
        add_end(i, i < 2 || i == 5);
    }
    add_dialog(1, 0, 3, XKI_CO_ANSWERED);
    add_dialog(2, 1, 4, XKI_CO_REJECTED);
    add_dialog(3, 5, 6, 0);
    assert_true(xki_co_make_ends(c, call, 0));
    assert_int_equal(call->counts[XKI_CO_END], XKI_CO_ENDS_MAX);
    assert_true(xki_co_make_ends(c, call, 1)); /* the rejected callee */
    assert_int_equal(call->counts[XKI_CO_END], XKI_CO_ENDS_MAX - 1);
    assert_null(xki_co_find_end(c, call, 4));
    assert_true(xki_co_make_ends(c, call, 2)); /* the first of the callees */
    assert_int_equal(call->counts[XKI_CO_END], XKI_CO_ENDS_MAX - 2);
    assert_null(xki_co_find_end(c, call, 2));
    assert_true(xki_co_make_ends(c, call, 2));
    assert_int_equal(call->counts[XKI_CO_END], XKI_CO_ENDS_MAX - 2);
    assert_true(xki_co_make_ends(c, call, XKI_CO_ENDS_MAX - 4)); /* all callees but one, and no caller */
    assert_int_equal(call->counts[XKI_CO_END], 4);
    assert_non_null(xki_co_find_end(c, call, 0));
    assert_non_null(xki_co_find_end(c, call, 1));
    assert_non_null(xki_co_find_end(c, call, 3));
    assert_non_null(xki_co_find_end(c, call, 5));
    assert_true(xki_co_make_ends(c, call, XKI_CO_ENDS_MAX - 2));
    assert_string_equal(left(XKI_CO_END), "0 3");
    assert_false(xki_co_make_ends(c, call, XKI_CO_ENDS_MAX - 1));
    assert_string_equal(left(XKI_CO_END), "0 3");
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_that_was_told_goes_before_a_base),
        cmocka_unit_test(the_first_gap_that_was_told_goes),
        cmocka_unit_test(what_is_settled_and_old_goes_when_there_is_much),
        cmocka_unit_test(of_an_unanswered_call_only_what_has_an_end_goes),
        cmocka_unit_test(what_failed_goes_at_any_age_when_all_places_are_taken),
        cmocka_unit_test(what_an_exchange_is_made_of_stays_once),
        cmocka_unit_test(what_is_known_of_a_transaction_goes_after_its_messages),
        cmocka_unit_test(who_went_past_goes_before_who_is_in_the_call),
        cmocka_unit_test(an_end_that_is_given_up_takes_along_what_is_its_own),
        cmocka_unit_test(ends_go_by_what_they_are_worth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
