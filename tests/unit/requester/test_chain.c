/* SPDX-License-Identifier: BSD-2-Clause */
/* What is owed to each LIID comes in the order of its decision, holds up no other LIID, and no pass runs for ever. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/engine_check.h"

#define LIIDS 80 /* more than the cells of an engine of 600, so that some share one */

static struct host h;
static uint8_t wire[512];
static uint8_t other_wire[512];
static uint64_t offered[4 * LIIDS];
static size_t offered_count;

static void note_offer(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    assert_true(offered_count < sizeof offered / sizeof offered[0]);
    offered[offered_count++] = outcome->request;
}

static void cancel(uint64_t handle)
{
    assert_int_equal(xk_requester_cancel(h.r, h.now, handle), XK_OK);
    assert_null(engine_check(h.r));
}

static bool was_offered(uint64_t handle)
{
    size_t at = 0;
    while (at < offered_count && offered[at] != handle) {
        at++;
    }
    return at < offered_count;
}

/* Two failures are owed to each of many LIIDs; of some the first is withdrawn, of some the second, of some both. */
static void what_is_withdrawn_leaves_its_chain_and_no_other(void **state)
{
    (void)state;
    static uint64_t handles[LIIDS][2];
    char liid[16];
    host_init(&h);
    h.config.max_pending = 600;
    host_start(&h);
    h.kit.inside_outcome = note_offer;
    h.kit.reply = XK_OUTCOME_REFUSED;
    for (size_t i = 0; i < 2 * LIIDS; i++) {
        (void)snprintf(liid, sizeof liid, "LI-%zu", i % LIIDS);
        handles[i % LIIDS][i / LIIDS] = host_must_submit(&h, liid, 1);
    }
    offered_count = 0;
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(offered_count, LIIDS);
    for (size_t i = 0; i < LIIDS; i++) {
        assert_true(offered[i] == handles[i][0]);
        if (i % 3 != 1) {
            cancel(handles[i][0]);
        }
        if (i % 3 != 0) {
            cancel(handles[i][1]);
        }
    }
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    offered_count = 0;
    assert_int_equal(host_tick(&h, 12000), XK_OK);
    assert_int_equal(offered_count, (LIIDS + 2) / 3 + (LIIDS + 1) / 3);
    for (size_t i = 0; i < LIIDS; i++) {
        assert_int_equal(was_offered(handles[i][0]), i % 3 == 1);
        assert_int_equal(was_offered(handles[i][1]), i % 3 == 0);
    }
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    host_end(&h);
}

/* Whichever of four is withdrawn, the others come in their order. */
static void the_others_keep_their_order(void **state)
{
    (void)state;
    for (size_t gone = 0; gone < 4; gone++) {
        uint64_t handles[4];
        host_init(&h);
        host_start(&h);
        h.kit.inside_outcome = note_offer;
        h.kit.reply = XK_OUTCOME_REFUSED;
        for (size_t i = 0; i < 4; i++) {
            handles[i] = host_must_submit(&h, "LI-A", 1);
        }
        (void)host_must_submit(&h, "LI-B", 1);
        assert_int_equal(host_tick(&h, 11000), XK_OK);
        cancel(handles[gone]);
        h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
        offered_count = 0;
        assert_int_equal(host_tick(&h, 12000), XK_OK);
        assert_int_equal(offered_count, 4);
        for (size_t i = 0, at = 0; i < 4; i++) {
            if (i != gone) {
                while (at < offered_count && offered[at] != handles[i]) {
                    at++;
                }
                assert_true(at < offered_count);
            }
        }
        assert_false(was_offered(handles[gone]));
        host_end(&h);
    }
}

static void purging_takes_exactly_the_liid(void **state)
{
    (void)state;
    static const char *const liids[] = {"LI-A", "LI-AA", "LI-B", "LI", "LI-A"};
    uint32_t purged = 77;
    host_init(&h);
    host_start(&h);
    for (size_t i = 0; i < 5; i++) {
        (void)host_must_submit(&h, liids[i], 1);
    }
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-A"), NULL, &purged), XK_OK);
    assert_int_equal(purged, 2);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(h.kit.outcomes[i].liid, liids[i + 1]);
    }
    host_end(&h);
}

static uint64_t behind;
static enum xk_status answered;

static void withdraw_the_one_behind(const struct xk_outcome *outcome, void *user)
{
    (void)user;
    if (outcome->request != behind) {
        answered = xk_requester_cancel(h.r, h.now, behind);
    }
}

/* While what stands in front of keys is offered, these are being handed over: nobody withdraws them. */
static void keys_being_handed_over_are_not_withdrawn_by_those_in_front(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_failure(&h, wire, sizeof wire, XK_FAILURE_POLICY, NULL);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    behind = host_must_submit(&h, "LI-A", 1);
    answered = XK_OK;
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    h.kit.inside_outcome = withdraw_the_one_behind;
    size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(answered, XK_E_ALREADY);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_int_equal(h.kit.outcomes[2].kind, XK_OUTCOME_KEYS);
    assert_null(engine_check(h.r));
    host_end(&h);
}

static void keys_wait_behind_a_failure_that_is_owed(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    h.timeout = 1000;
    uint64_t failure = host_must_submit(&h, "LI-A", 1);
    h.timeout = 0;
    uint64_t keys = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_tick(&h, 2000), XK_OK);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    assert_int_equal(h.kit.outcome_count, 2);
    assert_true(h.kit.outcomes[1].request == failure);
    assert_int_equal(host_usage(&h).owed, 2);
    assert_null(engine_check(h.r));
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 4);
    assert_true(h.kit.outcomes[2].request == failure);
    assert_true(h.kit.outcomes[3].request == keys);
    assert_int_equal(h.kit.outcomes[3].sessions[0].key[0], 7);
    assert_int_equal(wire[0], 0);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    host_end(&h);
}

static void keys_wait_behind_keys_that_are_not_taken(void **state)
{
    (void)state;
    host_init(&h);
    host_start(&h);
    uint64_t first = host_must_submit(&h, "LI-A", 1);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 1, 7);
    uint64_t second = host_must_submit(&h, "LI-A", 1);
    size_t other_size = host_answer_keys(&h, other_wire, sizeof other_wire, 1, 8);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_receive(&h, 0, wire, size), XK_E_BLOCKED);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
    assert_int_equal(host_receive(&h, 0, other_wire, other_size), XK_E_BLOCKED);
    assert_int_equal(h.kit.outcome_count, 1);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    assert_int_equal(host_receive(&h, 0, other_wire, other_size), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_true(h.kit.outcomes[1].request == first);
    assert_true(h.kit.outcomes[2].request == second);
    host_end(&h);
}

static uint64_t pair[2];
static struct xk_outcome_id pair_ids[2];

/* Of two that are held in turn the other one is given back. */
static void give_back_the_other(const struct xk_observation *seen, void *user)
{
    (void)user;
    if (seen->event == XK_EVENT_HELD) {
        const size_t own = seen->request == pair[1];
        pair_ids[own] = h.kit.outcomes[(h.kit.outcome_count - 1) % XK_TEST_SEEN_MAX].id;
        assert_int_equal(xk_requester_release(h.r, h.now, seen->request, &pair_ids[own]), XK_E_ALREADY);
        (void)xk_requester_release(h.r, h.now, pair[1 - own], &pair_ids[1 - own]);
    }
}

/* A host that takes a hold and gives another one back is offered no more than what is owed, then its call returns. */
static void holds_given_back_in_turn_do_not_go_round_for_ever(void **state)
{
    (void)state;
    struct xk_requester_callbacks callbacks;
    host_init(&h);
    xk_test_host_callbacks(&h.kit, &callbacks);
    callbacks.observe = give_back_the_other;
    host_start_with(&h, &callbacks);
    h.kit.reply = XK_OUTCOME_HELD;
    pair[0] = host_must_submit(&h, "LI-A", 1);
    pair[1] = host_must_submit(&h, "LI-B", 1);
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 5); /* as they were decided, then two outcomes and one LIID to offer to */
    assert_true(xk_requester_next_deadline(h.r) <= 11000); /* the last one given back is due */
    assert_null(engine_check(h.r));
    for (size_t i = 0; i < 5; i++) {
        assert_true(h.kit.outcomes[i].request == pair[i % 2]);
    }
    host_end(&h);
}

/* A failure each is owed to LI-A and LI-B, which the host has refused once. */
static void owe_two(void)
{
    host_init(&h);
    host_keep_journal(&h);
    host_start(&h);
    (void)host_must_submit(&h, "LI-A", 1);
    (void)host_must_submit(&h, "LI-B", 1);
    h.kit.reply = XK_OUTCOME_REFUSED;
    assert_int_equal(host_tick(&h, 11000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 2);
    h.kit.reply = XK_OUTCOME_ACKNOWLEDGED;
}

static void purge_b(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    (void)user;
    uint32_t purged = 0;
    assert_int_equal(xk_requester_purge(h.r, h.now, xk_text("LI-B"), NULL, &purged), XK_OK);
    assert_int_equal(purged, 1);
}

static void a_pass_ends_when_the_host_withdraws_what_is_left_of_it(void **state)
{
    (void)state;
    owe_two();
    h.kit.inside_outcome = purge_b;
    assert_int_equal(host_tick(&h, 12000), XK_OK);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_string_equal(h.kit.outcomes[2].liid, "LI-A");
    assert_int_equal(host_usage(&h).owed, 0);
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
    host_end(&h);
}

static void be_fenced(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    (void)user;
    h.kit.journal_reply = XK_JOURNAL_FENCED;
}

static void a_pass_ends_when_another_engine_has_taken_over(void **state)
{
    (void)state;
    owe_two();
    h.kit.inside_outcome = be_fenced;
    assert_int_equal(host_tick(&h, 12000), XK_E_FENCED);
    assert_int_equal(h.kit.outcome_count, 3);
    assert_int_equal(h.kit.events[XK_EVENT_FENCED], 1);
    assert_true(xk_requester_next_deadline(h.r) == XK_NEVER);
    assert_int_equal(host_tick(&h, 13000), XK_E_FENCED);
    assert_int_equal(h.kit.outcome_count, 3);
    host_end(&h);
}

static void a_budget_interrupts_a_pass_which_goes_on_where_it_was(void **state)
{
    (void)state;
    bool more = false;
    owe_two();
    h.kit.reply = XK_OUTCOME_REFUSED;
    h.now = 12000;
    assert_int_equal(xk_requester_tick(h.r, h.now, 1, &more), XK_OK);
    assert_true(more);
    assert_string_equal(h.kit.outcomes[2].liid, "LI-A");
    assert_true(xk_requester_next_deadline(h.r) == h.now);
    assert_int_equal(xk_requester_tick(h.r, h.now, 1, &more), XK_OK);
    assert_false(more);
    assert_string_equal(h.kit.outcomes[3].liid, "LI-B");
    assert_int_equal(h.kit.outcome_count, 4);
    assert_in_range(xk_requester_next_deadline(h.r), h.now + 1, h.now + h.config.reoffer_interval);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_withdrawn_leaves_its_chain_and_no_other),
        cmocka_unit_test(the_others_keep_their_order),
        cmocka_unit_test(purging_takes_exactly_the_liid),
        cmocka_unit_test(keys_being_handed_over_are_not_withdrawn_by_those_in_front),
        cmocka_unit_test(keys_wait_behind_a_failure_that_is_owed),
        cmocka_unit_test(keys_wait_behind_keys_that_are_not_taken),
        cmocka_unit_test(holds_given_back_in_turn_do_not_go_round_for_ever),
        cmocka_unit_test(a_pass_ends_when_the_host_withdraws_what_is_left_of_it),
        cmocka_unit_test(a_pass_ends_when_another_engine_has_taken_over),
        cmocka_unit_test(a_budget_interrupts_a_pass_which_goes_on_where_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
