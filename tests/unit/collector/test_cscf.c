/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that a real proxy mirrored, in every order that a seeded shuffle gives, doubled, and with a message lost. */
#include "unit/collector/tap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* What must come of a file, whatever the order. */
static const struct expectation {
    const char *file;
    unsigned int bases;
    unsigned int contradicting;
    unsigned int updates;
    enum xk_role role;          /* of bob, who is watched, in the base */
    enum xk_identity_place place; /* at least */
} expectations[] = {
    {"01-basic.hep3", 1, 0, 0, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"02-early-prack.hep3", 1, 1, 0, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"03-fork-one-answers.hep3", 1, 0, 0, XK_ROLE_NONE, XK_PLACE_TO},
    {"05-offer-in-200.hep3", 1, 0, 0, XK_ROLE_INITIATOR, XK_PLACE_MIKEY},
    {"06-reinvite-csb-update.hep3", 1, 0, 1, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"07-cancel.hep3", 0, 0, 0, XK_ROLE_NONE, XK_PLACE_FROM},
    {"08-busy.hep3", 0, 0, 0, XK_ROLE_NONE, XK_PLACE_FROM},
    {"11-retransmissions.hep3", 1, 0, 0, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"12-multipart.hep3", 1, 0, 0, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"13-update-in-early-dialog.hep3", 1, 0, 1, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"15-compact-and-tel.hep3", 1, 0, 0, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"hep3-auth-key.hep3", 1, 0, 0, XK_ROLE_RESPONDER, XK_PLACE_MIKEY},
    {"hep3-tcp.stream", 3, 0, 1, XK_ROLE_NONE, XK_PLACE_FROM},
};

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* An order of all messages, each `copies` times; `lost` is left out once. */
static size_t make_order(size_t count, unsigned int copies, size_t lost, bool shuffle, size_t *order)
{
    size_t n = 0;
    for (unsigned int copy = 0; copy < copies; copy++) {
        for (size_t i = 0; i < count; i++) {
            if (copy != 0 || i != lost) {
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

static void check(const struct tap *tap, const struct expectation *e, const struct tap_told *first_run, size_t first)
{
    unsigned int bases = 0;
    unsigned int contradicting = 0;
    unsigned int updates = 0;
    for (size_t i = 0; i < tap->told_count; i++) {
        const struct tap_told *told = &tap->told[i];
        if (told->incomplete) {
            fail_msg("%s: incomplete, %s", e->file, xk_incomplete_reason_name(told->reason));
        }
        bases += told->kind == XK_COLLECTED_BASE && !told->contradicting;
        contradicting += told->contradicting;
        updates += told->kind == XK_COLLECTED_UPDATE;
        assert_true(told->answered);
        assert_true(told->init_hash != 0 && told->resp_hash != 0);
        assert_true((told->kind == XK_COLLECTED_UPDATE) == (told->update_hash != 0));
        if (e->place != XK_PLACE_FROM) {
            if (told->role != e->role || told->place < e->place) {
                fail_msg("%s: role %d, place %s", e->file, told->role, xk_identity_place_name(told->place));
            }
        }
        /* The same exchanges as in the order in which they were mirrored, by id. */
        bool found = first_run == NULL;
        for (size_t j = 0; j < first; j++) {
            found = found || memcmp(first_run[j].id, told->id, 16) == 0;
        }
        assert_true(found);
    }
    if (bases != e->bases || contradicting != e->contradicting || updates != e->updates) {
        fail_msg("%s: %u bases, %u contradicting, %u updates", e->file, bases, contradicting, updates);
    }
}

static void play(struct tap *tap, const struct tap_file *file, const size_t *order, size_t count)
{
    tap_start(tap, "sip:bob@example.com");
    tap_create(tap);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tap_give(tap, file->messages[order[i]], true, order[i] + 1), XK_OK);
    }
    tap_run(tap, UINT64_MAX);
    struct xk_collector_usage usage;
    xk_collector_read_usage(tap->collector, &usage);
    assert_int_equal(usage.calls, 0); /* nothing is kept for ever */
    tap_stop(tap);
}

static void each_file_gives_the_same_in_any_order(void **state)
{
    static struct tap_file file;
    static struct tap tap;
    static struct tap first;
    size_t order[2 * TAP_MESSAGES_MAX];
    (void)state;
    for (size_t f = 0; f < sizeof expectations / sizeof expectations[0]; f++) {
        const struct expectation *e = &expectations[f];
        tap_read(e->file, &file);
        play(&first, &file, order, make_order(file.count, 1, file.count, false, order));
        check(&first, e, NULL, 0);
        for (uint32_t run = 0; run < 60; run++) {
            seed = run * 7919 + (uint32_t)f;
            play(&tap, &file, order, make_order(file.count, 1 + run % 2, file.count, true, order));
            check(&tap, e, first.told, first.told_count);
        }
        /* Each message was mirrored on both sides of the proxy: any single one may be lost. */
        for (size_t lost = 0; lost < file.count; lost++) {
            seed = (uint32_t)lost;
            play(&tap, &file, order, make_order(file.count, 1, lost, lost % 2 == 1, order));
            check(&tap, e, first.told, first.told_count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_file_gives_the_same_in_any_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
