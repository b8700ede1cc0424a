/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequences: by which rule they count, which PDUs belong to one, and what is told. */
#include "x2_fixture.h"

#include <stdlib.h>

#include <xk/x2_stream.h>

struct seen {
    struct xk_x2_event last;
    unsigned int events;
    uint8_t xid[16];
    uint8_t correlation[8];
    struct xk_x2_stream *stream;
    void *memory;
};

static bool take_pdu(void *user, const struct xk_x2_pdu *pdu)
{
    (void)user;
    (void)pdu;
    return true;
}

static void take_event(void *user, const struct xk_x2_event *event)
{
    struct seen *seen = user;
    seen->last = *event;
    seen->events++;
    if (event->xid != NULL) {
        memcpy(seen->xid, event->xid, sizeof seen->xid);
        memcpy(seen->correlation, event->correlation, sizeof seen->correlation);
    }
}

static void begin(struct seen *seen, enum xk_x2_sequence_rule rule, uint32_t contexts)
{
    static const struct xk_x2_stream_callbacks callbacks = {sizeof callbacks, take_pdu, NULL, take_event};
    struct xk_x2_stream_config config;
    xk_x2_stream_config_init(&config);
    config.rule = rule;
    config.contexts = contexts;
    memcpy(config.hash_key, "0123456789abcdef", 16);
    memset(seen, 0, sizeof *seen);
    size_t size = xk_x2_stream_memory(&config);
    seen->memory = malloc(size);
    assert_int_equal(xk_x2_stream_begin(&config, &callbacks, seen, seen->memory, size, &seen->stream, NULL), XK_OK);
}

static void end(struct seen *seen)
{
    assert_int_equal(xk_x2_stream_end(seen->stream), XK_OK);
    free(seen->memory);
}

static void feed(struct seen *seen, const struct xk_x2_pdu *pdu, const struct xk_x2_attribute *more, size_t count)
{
    uint8_t data[512];
    size_t size = 0;
    size_t used = 0;
    memset(&seen->last, 0, sizeof seen->last);
    assert_int_equal(xk_x2_write(pdu, more, count, data, sizeof data, &size, NULL), XK_OK);
    assert_int_equal(xk_x2_stream_feed(seen->stream, data, size, &used, NULL), XK_OK);
    assert_int_equal(used, size);
}

static struct xk_x2_pdu make(uint32_t sequence)
{
    struct xk_x2_pdu pdu;
    memset(&pdu, 0, sizeof pdu);
    pdu.type = XK_X2_TYPE_X2;
    pdu.format = XK_X2_FORMAT_SIP;
    pdu.direction = XK_X2_DIRECTION_TO_TARGET;
    pdu.has_sequence = true;
    pdu.sequence = sequence;
    memset(pdu.xid, 1, sizeof pdu.xid);
    memset(pdu.correlation, 2, sizeof pdu.correlation);
    return pdu;
}

static struct xk_x2_stream_counters counters_of(const struct seen *seen)
{
    struct xk_x2_stream_counters counters;
    counters.size = sizeof counters;
    assert_int_equal(xk_x2_stream_read_counters(seen->stream, &counters), XK_OK);
    return counters;
}

/* What one context's numbers give, by each rule: a letter a number, '.' nothing, 'g' gap, 'r' repeated, 's' restarted.
 */
static void numbers_are_judged_by_the_senders_rule(void **state)
{
    static const struct {
        enum xk_x2_sequence_rule rule;
        uint32_t numbers[8];
        const char *notices;
        uint64_t missing;
    } rows[] = {
        {XK_X2_SEQUENCE_FROM_0, {0, 1, 2}, "...", 0},
        {XK_X2_SEQUENCE_FROM_0, {1, 2, 5, 6}, "g.g.", 3},
        {XK_X2_SEQUENCE_FROM_0, {0, 1, 1, 0, 2}, "..rsg", 1},
        {XK_X2_SEQUENCE_FROM_0, {0, 3, 1, 4}, ".gr.", 2},
        {XK_X2_SEQUENCE_FROM_0, {0, 1, 0, 1, 2}, "..s..", 0},
        {XK_X2_SEQUENCE_FROM_0, {0xffffffff, 0, 1}, "g..", 0xffffffff},
        {XK_X2_SEQUENCE_FROM_0, {0, 0x80000000, 0x80000001}, ".g.", 0x7fffffff},
        {XK_X2_SEQUENCE_FROM_0, {0, 0x80000001, 1}, ".r.", 0},
        {XK_X2_SEQUENCE_FROM_1, {1, 2, 3}, "...", 0},
        {XK_X2_SEQUENCE_FROM_1, {2, 3}, "g.", 1},
        {XK_X2_SEQUENCE_FROM_1, {0, 1, 2}, "r..", 0},
        {XK_X2_SEQUENCE_FROM_1, {1, 2, 1, 2}, "..s.", 0},
        {XK_X2_SEQUENCE_FROM_1, {1, 2, 0, 3}, "..r.", 0},
        {XK_X2_SEQUENCE_FROM_1, {0xffffffff, 1, 2}, "g..", 0xfffffffe},
        {XK_X2_SEQUENCE_FROM_1, {0xffffffff, 0, 1}, "g..", 0xfffffffe},
        {XK_X2_SEQUENCE_FROM_1, {0xffffffff, 2, 3}, "gg.", 0x100000000},
        {XK_X2_SEQUENCE_PER_CONNECTION, {7, 8, 9}, "...", 0},
        {XK_X2_SEQUENCE_PER_CONNECTION, {7, 9, 10, 9}, ".g.r", 1},
        {XK_X2_SEQUENCE_PER_CONNECTION, {7, 8, 0}, "..r", 0},
        {XK_X2_SEQUENCE_PER_CONNECTION, {0xffffffff, 0, 1}, "...", 0},
        {XK_X2_SEQUENCE_NONE, {7, 3, 7}, "...", 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct seen seen;
        uint64_t counts[128] = {0};
        begin(&seen, rows[i].rule, 4);
        for (size_t j = 0; rows[i].notices[j] != '\0'; j++) {
            struct xk_x2_pdu pdu = make(rows[i].numbers[j]);
            feed(&seen, &pdu, NULL, 0);
            char notice = ".grs"[seen.last.notice];
            if (notice != rows[i].notices[j]) {
                fail_msg("row %zu, number %zu: %c", i, j, notice);
            }
            counts[(unsigned char)notice]++;
            if (notice != '.') {
                assert_int_equal(seen.last.received, rows[i].numbers[j]);
                assert_int_equal(seen.last.type, XK_X2_TYPE_X2);
                assert_memory_equal(seen.xid, pdu.xid, 16);
                assert_memory_equal(seen.correlation, pdu.correlation, 8);
            }
            if (notice == 'g') {
                assert_int_equal(seen.last.missing, rows[i].numbers[j] - seen.last.expected);
            } else {
                assert_int_equal(seen.last.missing, 0);
            }
        }
        struct xk_x2_stream_counters counters = counters_of(&seen);
        assert_int_equal(counters.gaps, counts['g']);
        assert_true(counters.missing == rows[i].missing);
        assert_int_equal(counters.repeated, counts['r']);
        assert_int_equal(counters.restarted, counts['s']);
        assert_int_equal(counters.absent, 0);
        assert_int_equal(counters.forgotten, 0);
        end(&seen);
    }
}

/* Of so many contexts some ten pairs share 32 bits of their names' hashes. Each begins with 0. */
static void contexts_of_one_hash_count_by_themselves(void **state)
{
    enum { MANY = 300000 };
    struct seen seen;
    (void)state;
    begin(&seen, XK_X2_SEQUENCE_FROM_0, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        struct xk_x2_pdu pdu = make(0);
        memcpy(pdu.correlation, &i, sizeof i);
        feed(&seen, &pdu, NULL, 0);
    }
    struct xk_x2_stream_counters counters = counters_of(&seen);
    assert_int_equal(counters.restarted, 0);
    assert_int_equal(counters.repeated, 0);
    assert_int_equal(counters.gaps, 0);
    assert_int_equal(counters.forgotten, 0);
    end(&seen);
}

/* 5.3.9: XID, DID, NFID, IPID, correlation ID, and X2 apart from X3. */
static void each_context_counts_by_itself(void **state)
{
    (void)state;
    struct seen seen;
    begin(&seen, XK_X2_SEQUENCE_FROM_0, 16);
    for (uint32_t round = 0; round < 3; round++) {
        for (unsigned int i = 0; i < 11; i++) {
            struct xk_x2_pdu pdu = make(round);
            pdu.xid[15] = i == 1;
            pdu.correlation[7] = i == 2;
            pdu.type = i == 3 ? XK_X2_TYPE_X3 : XK_X2_TYPE_X2;
            pdu.did = i == 4 ? xk_text("x") : i == 8 ? xk_text("") : pdu.did;
            pdu.nfid = i == 5 ? xk_text("x") : i == 9 ? xk_text("") : pdu.nfid;
            pdu.ipid = i == 6 ? xk_text("x") : i == 10 ? xk_text("") : pdu.ipid;
            pdu.xid[0] = i == 7;
            feed(&seen, &pdu, NULL, 0);
            assert_int_equal(seen.events, 0);
        }
    }
    assert_int_equal(counters_of(&seen).pdus, 33);
    end(&seen);
    begin(&seen, XK_X2_SEQUENCE_PER_CONNECTION, 1);
    for (uint32_t i = 0; i < 4; i++) {
        struct xk_x2_pdu pdu = make(7 + i);
        pdu.xid[0] = (uint8_t)i;
        pdu.did = i == 2 ? xk_text("x") : pdu.did;
        feed(&seen, &pdu, NULL, 0);
    }
    assert_int_equal(seen.events, 0);
    assert_int_equal(counters_of(&seen).forgotten, 0);
    end(&seen);
}

/* A full table forgets the context that was idle longest. */
static void the_one_idle_longest_is_forgotten(void **state)
{
    (void)state;
    struct seen seen;
    begin(&seen, XK_X2_SEQUENCE_FROM_0, 3);
    static const struct {
        uint8_t xid;
        uint32_t number;
        unsigned int notice;
        uint64_t forgotten;
    } steps[] = {
        {1, 0, 0, 0},
        {2, 0, 0, 0},
        {3, 0, 0, 0},
        {1, 1, 0, 0},
        {4, 0, 0, 1}, /* 2 goes */
        {1, 2, 0, 1},
        {3, 1, 0, 1},
        {2, 1, XK_X2_NOTICE_GAP, 2}, /* 4 goes */
        {1, 3, 0, 2},
        {3, 2, 0, 2},
        {2, 2, 0, 2},
        {4, 1, XK_X2_NOTICE_GAP, 3},
        {3, 3, 0, 3},
        {2, 3, 0, 3},
        {1, 4, XK_X2_NOTICE_GAP, 4},
    };
    for (size_t i = 0; i < LENGTH(steps); i++) {
        struct xk_x2_pdu pdu = make(steps[i].number);
        pdu.xid[0] = steps[i].xid;
        feed(&seen, &pdu, NULL, 0);
        assert_int_equal(seen.last.notice, steps[i].notice);
        assert_int_equal(counters_of(&seen).forgotten, steps[i].forgotten);
    }
    end(&seen);
    begin(&seen, XK_X2_SEQUENCE_FROM_0, 1);
    for (uint32_t i = 0; i < 20; i++) {
        struct xk_x2_pdu pdu = make(0);
        pdu.xid[0] = (uint8_t)(i % 2);
        feed(&seen, &pdu, NULL, 0);
    }
    assert_int_equal(seen.events, 0);
    assert_int_equal(counters_of(&seen).forgotten, 19);
    end(&seen);
}

static void a_missing_number_is_told(void **state)
{
    (void)state;
    for (unsigned int rule = XK_X2_SEQUENCE_FROM_0; rule <= XK_X2_SEQUENCE_NONE; rule++) {
        struct seen seen;
        struct xk_x2_pdu pdu = make(0);
        pdu.has_sequence = false;
        begin(&seen, (enum xk_x2_sequence_rule)rule, 4);
        feed(&seen, &pdu, NULL, 0);
        bool told = rule != XK_X2_SEQUENCE_NONE;
        assert_int_equal(seen.events, told);
        assert_int_equal(seen.last.notice, told ? XK_X2_NOTICE_ABSENT : 0);
        assert_int_equal(counters_of(&seen).absent, told);
        if (told) {
            assert_int_equal(seen.last.type, XK_X2_TYPE_X2);
            assert_memory_equal(seen.xid, pdu.xid, 16);
            assert_memory_equal(seen.correlation, pdu.correlation, 8);
        }
        end(&seen);
    }
}

/* 5.3.22: the same PDU for further XIDs, each with a sequence of its own. */
static void sequences_of_further_xids_are_watched(void **state)
{
    (void)state;
    uint8_t further[2][28] = {{9}, {8}};
    const struct xk_x2_attribute more[] = {
        {XK_X2_ATTRIBUTE_OTHER_TARGET, xk_text("123456789012345678901234\0\0\0\1")},
        {XK_X2_ATTRIBUTE_FURTHER_XID, {further[0], 28}},
        {XK_X2_ATTRIBUTE_FURTHER_XID, {further[0], 24}}, /* without a number */
        {XK_X2_ATTRIBUTE_FURTHER_XID, {further[0], 23}}, /* broken */
        {XK_X2_ATTRIBUTE_FURTHER_XID, {further[1], 28}},
    };
    struct seen seen;
    begin(&seen, XK_X2_SEQUENCE_FROM_0, 8);
    for (uint32_t i = 0; i < 3; i++) {
        struct xk_x2_pdu pdu = make(i);
        further[0][27] = (uint8_t)i;
        further[1][27] = (uint8_t)(i == 2 ? 5 : i);
        feed(&seen, &pdu, more, LENGTH(more));
    }
    assert_int_equal(seen.events, 1);
    assert_int_equal(seen.last.notice, XK_X2_NOTICE_GAP);
    assert_int_equal(seen.last.expected, 2);
    assert_int_equal(seen.last.received, 5);
    assert_int_equal(seen.last.missing, 3);
    assert_memory_equal(seen.xid, further[1], 16);
    assert_memory_equal(seen.correlation, further[1] + 16, 8);
    end(&seen);
    begin(&seen, XK_X2_SEQUENCE_PER_CONNECTION, 8);
    struct xk_x2_pdu pdu = make(50);
    feed(&seen, &pdu, more, LENGTH(more));
    assert_int_equal(seen.events, 0);
    end(&seen);
}

static void sequences_outlive_a_connection(void **state)
{
    (void)state;
    struct seen seen;
    begin(&seen, XK_X2_SEQUENCE_FROM_0, 4);
    struct xk_x2_pdu pdu = make(0);
    feed(&seen, &pdu, NULL, 0);
    assert_int_equal(xk_x2_stream_reconnected(seen.stream), XK_OK);
    pdu.sequence = 2;
    feed(&seen, &pdu, NULL, 0);
    assert_int_equal(seen.last.notice, XK_X2_NOTICE_GAP);
    assert_int_equal(seen.last.missing, 1);
    end(&seen);
    begin(&seen, XK_X2_SEQUENCE_PER_CONNECTION, 4);
    assert_int_equal(xk_x2_stream_reconnected(seen.stream), XK_OK); /* nothing to begin anew */
    feed(&seen, &pdu, NULL, 0);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(xk_x2_stream_reconnected(seen.stream), XK_OK);
        pdu.sequence = 100 * i;
        feed(&seen, &pdu, NULL, 0);
        pdu.sequence++;
        feed(&seen, &pdu, NULL, 0);
    }
    assert_int_equal(seen.events, 0);
    end(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts_of_one_hash_count_by_themselves),
        cmocka_unit_test(numbers_are_judged_by_the_senders_rule), cmocka_unit_test(each_context_counts_by_itself),
        cmocka_unit_test(the_one_idle_longest_is_forgotten),      cmocka_unit_test(a_missing_number_is_told),
        cmocka_unit_test(sequences_of_further_xids_are_watched),  cmocka_unit_test(sequences_outlive_a_connection),
    };
    return cmocka_run_group_tests_name("x2_sequence", tests, NULL, NULL);
}
