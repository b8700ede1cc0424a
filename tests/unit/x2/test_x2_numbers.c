/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sequence number says by each rule, and which context makes place for a new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "x2/sequence.h"

#define CONTEXTS 3

static struct xki_x2_sequences s;
static struct xki_x2_context contexts[CONTEXTS];
static uint64_t cells[64];

static void begin(enum xk_x2_sequence_rule rule)
{
    struct xk_x2_stream_config config;
    xk_x2_stream_config_init(&config);
    config.contexts = CONTEXTS;
    config.rule = rule;
    for (uint8_t i = 0; i < 16; i++) {
        config.hash_key[i] = (uint8_t)(i + 1);
    }
    assert_true(xki_idmap_cells(CONTEXTS) <= sizeof cells / sizeof cells[0]);
    memset(contexts, 0, sizeof contexts);
    memset(cells, 0, sizeof cells);
    xki_x2_sequences_init(&s, &config, contexts, cells);
}

/* Of the context of this letter. */
static enum xk_x2_notice see(char name, uint32_t number, struct xk_x2_event *event, bool *forgotten)
{
    uint8_t xid[XK_X2_XID_SIZE] = {(uint8_t)name};
    static const uint8_t correlation[XK_X2_CORRELATION_SIZE];
    struct xk_x2_pdu pdu;
    memset(&pdu, 0, sizeof pdu);
    memset(event, 0, sizeof *event);
    *forgotten = false;
    pdu.type = XK_X2_TYPE_X2;
    return xki_x2_sequence_see(&s, &pdu, xid, correlation, number, event, forgotten);
}

#define LAST UINT32_MAX
#define HALF UINT32_C(0x80000000)

struct row {
    uint32_t number;
    enum xk_x2_notice notice; /* 0: it comes next */
    uint32_t expected;
    uint64_t missing;
};

static void hold(enum xk_x2_sequence_rule rule, const struct row *rows, size_t count)
{
    begin(rule);
    for (size_t i = 0; i < count; i++) {
        struct xk_x2_event event;
        bool forgotten;
        enum xk_x2_notice notice = see('a', rows[i].number, &event, &forgotten);
        if (notice != rows[i].notice || event.missing != rows[i].missing || event.expected != rows[i].expected) {
            fail_msg("rule %d, row %zu: %s, %llu missing, %u expected", (int)rule, i,
                     (int)notice == 0 ? "next" : xk_x2_notice_name(notice), (unsigned long long)event.missing,
                     event.expected);
        }
        assert_int_equal(event.received, rows[i].number);
        assert_false(forgotten);
    }
}

#define NEXT ((enum xk_x2_notice)0)
#define GAP XK_X2_NOTICE_GAP
#define REPEATED XK_X2_NOTICE_REPEATED
#define RESTARTED XK_X2_NOTICE_RESTARTED

static void numbers_are_judged_by_their_rule(void **state)
{
    static const struct row from_0[] = {
        {0, NEXT, 0, 0}, {1, NEXT, 1, 0}, {3, GAP, 2, 1}, {2, REPEATED, 4, 0}, {3, REPEATED, 4, 0}, {4, NEXT, 4, 0},
        {0, RESTARTED, 5, 0}, {1, NEXT, 1, 0}, {HALF + 1, GAP, 2, HALF - 1}, {2, REPEATED, HALF + 2, 0},
        {1, GAP, HALF + 2, HALF - 1}, {LAST, REPEATED, 2, 0}, {HALF + 1, GAP, 2, HALF - 1},
        {LAST, GAP, HALF + 2, HALF - 3}, {0, NEXT, 0, 0}};
    static const struct row from_1[] = {{1, NEXT, 1, 0}, {2, NEXT, 2, 0}, {1, RESTARTED, 3, 0}, {0, REPEATED, 2, 0},
                                        {LAST, REPEATED, 2, 0}, {HALF, GAP, 2, HALF - 2},
                                        {LAST, GAP, HALF + 1, HALF - 2},
                                        {1, NEXT, 0, 0}, {2, NEXT, 2, 0}, {LAST - 1, REPEATED, 3, 0}};
    static const struct row from_1_by_0[] = {{0, REPEATED, 1, 0}, {3, GAP, 1, 2}};
    static const struct row connection[] = {{7, NEXT, 7, 0}, {8, NEXT, 8, 0}, {7, REPEATED, 9, 0}, {11, GAP, 9, 2},
                                            {0, REPEATED, 12, 0}, {12, NEXT, 12, 0}};
    static const struct row far_at_first[] = {{LAST, GAP, 0, LAST}, {0, NEXT, 0, 0}};
    (void)state;
    hold(XK_X2_SEQUENCE_FROM_0, from_0, sizeof from_0 / sizeof from_0[0]);
    hold(XK_X2_SEQUENCE_FROM_1, from_1, sizeof from_1 / sizeof from_1[0]);
    hold(XK_X2_SEQUENCE_FROM_1, from_1_by_0, sizeof from_1_by_0 / sizeof from_1_by_0[0]);
    hold(XK_X2_SEQUENCE_PER_CONNECTION, connection, sizeof connection / sizeof connection[0]);
    hold(XK_X2_SEQUENCE_FROM_0, far_at_first, sizeof far_at_first / sizeof far_at_first[0]);
}

/* From the one that was idle longest to the newest, and back. */
static const char *order(void)
{
    static char text[32];
    size_t at = 0;
    uint32_t last = XKI_IDMAP_NONE;
    for (uint32_t slot = s.oldest; slot != XKI_IDMAP_NONE; slot = contexts[slot].newer) {
        assert_int_equal(contexts[slot].older, last);
        text[at++] = (char)('0' + slot);
        last = slot;
    }
    assert_int_equal(s.newest, last);
    text[at] = 0;
    return text;
}

static void who_was_idle_longest_makes_place(void **state)
{
    static const struct {
        char name;
        uint32_t number;
        bool is_new;
        bool forgets;
        const char *order;
    } rows[] = {
        {'a', 0, true, false, "0"},    {'b', 0, true, false, "01"},  {'a', 1, false, false, "10"},
        {'c', 0, true, false, "102"},  {'b', 1, false, false, "021"}, {'c', 1, false, false, "012"},
        {'d', 0, true, true, "120"},   {'a', 0, true, true, "201"},  {'c', 2, false, false, "012"},
        {'d', 1, false, false, "120"}, {'a', 1, false, false, "201"}, {'b', 0, true, true, "012"},
    };
    (void)state;
    begin(XK_X2_SEQUENCE_FROM_0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_x2_event event;
        bool forgotten;
        assert_int_equal(see(rows[i].name, rows[i].number, &event, &forgotten), 0);
        assert_int_equal(event.expected, rows[i].number);
        assert_int_equal(forgotten, rows[i].forgets);
        assert_string_equal(order(), rows[i].order);
    }
    assert_int_equal(s.count, CONTEXTS);
}

/* A name has two hashes, of two keys that are made of the host's. */
static void contexts_are_named_by_two_keys(void **state)
{
    struct xk_x2_event event;
    bool forgotten;
    uint64_t halves[2];
    uint8_t key[16];
    (void)state;
    begin(XK_X2_SEQUENCE_FROM_0);
    for (uint8_t i = 0; i < 16; i++) {
        key[i] = (uint8_t)(i + 1);
    }
    memcpy(halves, key, sizeof halves);
    assert_true(s.keys[0].k0 == halves[0] && s.keys[0].k1 == halves[1]);
    assert_true(s.keys[1].k0 == ~halves[0] && s.keys[1].k1 == halves[1]);
    assert_int_equal(see('a', 0, &event, &forgotten), 0);
    /* Type, XID, correlation, and three names that are absent. */
    uint8_t named[2 + 16 + 8 + 24] = {0, 1, 'a'};
    for (unsigned int i = 0; i < 2; i++) {
        assert_true(contexts[0].name[i] == xki_siphash(&s.keys[i], named, sizeof named));
    }
}

/* DID, NFID, IPID, correlation, and X2 or X3 tell contexts apart; by connection nothing does. */
static void each_name_tells_contexts_apart(void **state)
{
    (void)state;
    for (unsigned int rule = 0; rule < 2; rule++) {
        for (unsigned int member = 0; member < 8; member++) {
            static const uint8_t xid[XK_X2_XID_SIZE];
            uint8_t correlation[XK_X2_CORRELATION_SIZE] = {0};
            struct xk_x2_pdu pdu;
            struct xk_x2_event event;
            bool forgotten = false;
            memset(&pdu, 0, sizeof pdu);
            memset(&event, 0, sizeof event);
            pdu.type = XK_X2_TYPE_X2;
            pdu.did = pdu.nfid = pdu.ipid = xk_text("x");
            begin(rule == 0 ? XK_X2_SEQUENCE_FROM_0 : XK_X2_SEQUENCE_PER_CONNECTION);
            assert_int_equal(xki_x2_sequence_see(&s, &pdu, xid, correlation, 0, &event, &forgotten), 0);
            struct xk_bytes *const names[] = {&pdu.did, &pdu.nfid, &pdu.ipid};
            if (member > 0 && member < 4) {
                *names[member - 1] = xk_text("y");
            }
            pdu.type = (uint16_t)(pdu.type + (member == 4) + (member == 5 ? 256 : 0));
            correlation[7] = member == 6;
            if (member == 7) {
                pdu.did = xk_text("");
                pdu.nfid = (struct xk_bytes){NULL, 0};
            }
            (void)xki_x2_sequence_see(&s, &pdu, xid, correlation, 0, &event, &forgotten);
            assert_int_equal(s.count, rule == 0 && member > 0 ? 2 : 1);
        }
    }
}

static void a_new_connection_counts_anew_by_its_rule_alone(void **state)
{
    struct xk_x2_event event;
    bool forgotten;
    (void)state;
    begin(XK_X2_SEQUENCE_PER_CONNECTION);
    xki_x2_sequences_reconnected(&s);
    assert_int_equal(see('a', 50, &event, &forgotten), 0);
    xki_x2_sequences_reconnected(&s);
    assert_int_equal(s.count, 0);
    assert_string_equal(order(), "");
    assert_int_equal(see('a', 9, &event, &forgotten), 0);
    assert_int_equal(see('b', 10, &event, &forgotten), 0);
    assert_string_equal(order(), "0");
    begin(XK_X2_SEQUENCE_FROM_0);
    assert_int_equal(see('a', 0, &event, &forgotten), 0);
    xki_x2_sequences_reconnected(&s);
    assert_int_equal(see('a', 1, &event, &forgotten), 0);
    assert_string_equal(order(), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_judged_by_their_rule),
        cmocka_unit_test(who_was_idle_longest_makes_place),
        cmocka_unit_test(contexts_are_named_by_two_keys),
        cmocka_unit_test(each_name_tells_contexts_apart),
        cmocka_unit_test(a_new_connection_counts_anew_by_its_rule_alone),
    };
    return cmocka_run_group_tests_name("x2_numbers", tests, NULL, NULL);
}
