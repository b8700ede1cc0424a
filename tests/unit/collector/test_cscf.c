/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that a real proxy mirrored: in every order that a seeded shuffle gives, each message twice, one mirrored copy
 * lost, and one message lost with all its copies. What must come of each is in vectors/cscf/outcomes.txt, exactly.
 */
#include "unit/collector/tap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <xk/sip.h>

#define ORDERS 24
#define TEXT_MAX 4096
#define ROWS_MAX 256

static const char *const files[] = {
    "01-basic.hep3", "02-early-prack.hep3", "03-fork-one-answers.hep3", "05-offer-in-200.hep3",
    "06-reinvite-csb-update.hep3", "07-cancel.hep3", "08-busy.hep3", "11-retransmissions.hep3", "12-multipart.hep3",
    "13-update-in-early-dialog.hep3", "15-compact-and-tel.hep3", "hep3-auth-key.hep3", "hep3-tcp.stream",
};

/* The messages of a file: copies of one another have the same `same`, the number of the first. */
static struct tap_file file;
static size_t same[TAP_MESSAGES_MAX];
static uint64_t mikey[TAP_MESSAGES_MAX]; /* hash of its MIKEY octets; 0 without */
static char labels[TAP_MESSAGES_MAX][64];

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static bool equal(struct xk_bytes a, struct xk_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool is_copy(const struct xk_sip_message *a, const struct xk_sip_message *b)
{
    return a->status_code == b->status_code && equal(a->method, b->method) && equal(a->call_id, b->call_id) &&
           equal(a->from_tag, b->from_tag) && equal(a->to_tag, b->to_tag) && a->cseq_number == b->cseq_number &&
           equal(a->cseq_method, b->cseq_method) && a->rseq == b->rseq && a->rack.rseq == b->rack.rseq;
}

static void know(void)
{
    static struct xk_sip_message parsed[TAP_MESSAGES_MAX];
    for (size_t i = 0; i < file.count; i++) {
        uint8_t octets[4096];
        size_t size;
        struct xk_bytes text = file.messages[i];
        assert_int_equal(xk_sip_parse(text.data, text.size, &parsed[i], NULL), XK_OK);
        mikey[i] = xk_sip_find_mikey(text.data, text.size, octets, sizeof octets, &size, NULL) == XK_OK
                       ? tap_hash((struct xk_bytes){octets, size})
                       : 0;
        same[i] = i;
        for (size_t j = 0; j < i && same[i] == i; j++) {
            same[i] = is_copy(&parsed[i], &parsed[j]) && mikey[i] == mikey[j] ? same[j] : i;
        }
        (void)snprintf(labels[i], sizeof labels[i], "%zu:%.0u%.*s%s", same[i], parsed[i].status_code,
                       (int)parsed[i].cseq_method.size, (const char *)parsed[i].cseq_method.data,
                       mikey[i] != 0 ? "+" : "");
    }
}

/* The message that brought these octets first, in the order of the file. */
static const char *who(uint64_t hash)
{
    for (size_t i = 0; hash != 0 && i < file.count; i++) {
        if (mikey[i] == hash) {
            return labels[i];
        }
    }
    assert_int_equal(hash, 0);
    return "-";
}

static void describe(const struct tap_told *told, char *out, size_t size)
{
    static const char *const roles[] = {"none", "initiator", "responder"};
    assert_true(told->references[0] >= 1 && told->references[0] <= file.count);
    if (told->incomplete) {
        (void)snprintf(out, size, "%s of %s", xk_incomplete_reason_name(told->reason),
                       labels[same[told->references[0] - 1]]);
        return;
    }
    assert_true(told->answered);
    assert_false(told->mismatch);
    assert_int_equal(told->warrant, 1);
    assert_int_equal(told->kind == XK_COLLECTED_UPDATE, told->update_hash != 0);
    const uint64_t hashes[] = {told->init_hash, told->resp_hash, told->update_hash, told->update_resp_hash};
    for (unsigned int i = 0; i < 4; i++) { /* a reference names a message that has these octets */
        assert_true(hashes[i] == 0 ? told->references[i] == 0 : mikey[told->references[i] - 1] == hashes[i]);
    }
    (void)snprintf(out, size, "%s%s %s %s%s%s%s%s for %s %s %s", told->contradicting ? "contradicting " : "",
                   told->kind == XK_COLLECTED_UPDATE ? "update" : "base", who(told->init_hash), who(told->resp_hash),
                   told->update_hash != 0 ? " " : "", told->update_hash != 0 ? who(told->update_hash) : "",
                   told->update_resp_hash != 0 ? " " : "",
                   told->update_resp_hash != 0 ? who(told->update_resp_hash) : "", told->target,
                   roles[told->role], xk_identity_place_name(told->place));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* All outcomes in the order of their texts, each once for each time that it was told. */
static void summarize(const struct tap *tap, char *out)
{
    char texts[TAP_TOLD_MAX][256];
    size_t at = 0;
    for (size_t i = 0; i < tap->told_count; i++) {
        describe(&tap->told[i], texts[i], sizeof texts[i]);
    }
    qsort(texts, tap->told_count, sizeof texts[0], by_text);
    out[0] = 0;
    for (size_t i = 0; i < tap->told_count; i++) {
        at += (size_t)snprintf(out + at, TEXT_MAX - at, "%s%s", i == 0 ? "" : "; ", texts[i]);
        assert_true(at < TEXT_MAX);
    }
}

/* Rows "FILE LOST | OUTCOMES": LOST is the label of a message, "copy-" and the number of a copy, or "nothing". */
static char rows[ROWS_MAX][TEXT_MAX];
static size_t row_count;

static void read_rows(void)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/cscf/outcomes.txt", XK_TEST_VECTORS);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (row_count < ROWS_MAX && fgets(rows[row_count], TEXT_MAX, in) != NULL) {
        rows[row_count][strcspn(rows[row_count], "\n")] = 0;
        row_count += rows[row_count][0] != '#' && rows[row_count][0] != 0;
    }
    assert_int_equal(fclose(in), 0);
}

static const char *row_of(const char *name, const char *lost)
{
    char head[128];
    int size = snprintf(head, sizeof head, "%s %s | ", name, lost);
    for (size_t i = 0; i < row_count; i++) {
        if (strncmp(rows[i], head, (size_t)size) == 0) {
            return rows[i] + size;
        }
    }
    return NULL;
}

/* A copy that is lost is nothing lost, unless the table says otherwise. */
static const char *expected(const char *name, const char *lost)
{
    const char *row = row_of(name, lost);
    row = row == NULL && strncmp(lost, "copy-", 5) == 0 ? row_of(name, "nothing") : row;
    return row == NULL ? "a row of the table" : row;
}

/* An order of all messages but those lost, each `copies` times. */
static size_t make_order(unsigned int copies, const bool *lost, bool shuffle, size_t *order)
{
    size_t n = 0;
    for (unsigned int copy = 0; copy < copies; copy++) {
        for (size_t i = 0; i < file.count; i++) {
            if (!lost[i]) {
                order[n++] = i;
            }
        }
    }
    for (size_t i = n; shuffle && i > 1; i--) {
        size_t j = draw((uint32_t)i);
        size_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    return n;
}

static void play(struct tap *tap, const size_t *order, size_t count)
{
    tap_start(tap, "sip:bob@example.com");
    tap_create(tap);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tap_give(tap, file.messages[order[i]], true, order[i] + 1), XK_OK);
    }
    tap_run(tap, UINT64_MAX);
    struct xk_collector_usage usage;
    xk_collector_read_usage(tap->collector, &usage);
    assert_int_equal(usage.calls, 0); /* nothing is kept for ever */
    tap_stop(tap);
}

/* The ids of exchanges do not depend on order, repeats or what else was lost. */
static struct tap whole;

static void check(const struct tap *tap, const char *name, const char *lost, uint32_t order)
{
    char text[TEXT_MAX];
    summarize(tap, text);
    if (strcmp(text, expected(name, lost)) != 0) {
        fail_msg("order %u\n%s %s | %s\nbut expected:\n%s", order, name, lost, text, expected(name, lost));
    }
    for (size_t i = 0; i < tap->told_count; i++) {
        bool found = tap->told[i].incomplete;
        for (size_t j = 0; j < whole.told_count; j++) {
            found = found || memcmp(whole.told[j].id, tap->told[i].id, 16) == 0;
        }
        assert_true(found);
    }
}

static void each_file_gives_what_the_table_says_in_any_order(void **state)
{
    static struct tap tap;
    size_t order[2 * TAP_MESSAGES_MAX];
    (void)state;
    read_rows();
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        bool lost[TAP_MESSAGES_MAX] = {false};
        tap_read(files[f], &file);
        know();
        play(&whole, order, make_order(1, lost, false, order));
        check(&whole, files[f], "nothing", 0);
        for (uint32_t run = 1; run <= 2 * ORDERS; run++) {
            seed = run * 7919 + (uint32_t)f;
            play(&tap, order, make_order(1 + run % 2, lost, true, order));
            check(&tap, files[f], "nothing", run);
        }
        for (size_t i = 0; i < file.count; i++) { /* a copy: the other one is enough */
            bool has_other = false;
            for (size_t j = 0; j < file.count; j++) {
                has_other = has_other || (j != i && same[j] == same[i]);
            }
            seed = (uint32_t)i;
            lost[i] = has_other;
            play(&tap, order, make_order(1, lost, i % 2 == 1, order));
            char label[32];
            (void)snprintf(label, sizeof label, "copy-%zu", i);
            check(&tap, files[f], has_other ? label : "nothing", (uint32_t)i);
            lost[i] = false;
        }
        for (size_t i = 0; i < file.count; i++) { /* a message, wherever it was mirrored */
            for (size_t j = 0; j < file.count; j++) {
                lost[j] = same[j] == i;
            }
            for (uint32_t run = 0; same[i] == i && run < ORDERS; run++) {
                seed = run * 104729 + (uint32_t)i;
                play(&tap, order, make_order(1 + run % 2, lost, run != 0, order));
                check(&tap, files[f], labels[i], run);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_file_gives_what_the_table_says_in_any_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
