/* SPDX-License-Identifier: BSD-2-Clause */
/* The sequences that are hard for a collector: each in many orders, each message also twice. */
#include "unit/collector/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof (a)[0])
#define SCRIPT(lines, wants, ordered) {__func__, lines, COUNT(lines), wants, COUNT(wants), ordered}
#define NOTHING(lines, ordered) {__func__, lines, COUNT(lines), NULL, 0, ordered}
#define TRY(lines, wants) \
    const struct script script = SCRIPT(lines, wants, false); \
    (void)state; \
    script_try(&script, "sip:alice@example.com")
#define TRY_IN_ORDER(lines, wants) \
    const struct script script = SCRIPT(lines, wants, true); \
    (void)state; \
    script_try(&script, "sip:alice@example.com")

static void of_parallel_branches_the_one_that_wins(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER}, {"183 INVITE", 1, "a", "c", RESP1},
        {"200 INVITE", 1, "a", "c", RESP1}, {"CANCEL", 1, "a", NULL}, {"487 INVITE", 1, "a", NULL},
        {"ACK", 1, "a", "c"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_branch_that_is_cancelled_early_says_nothing_of_the_call(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"CANCEL", 1, "a", NULL}, {"487 INVITE", 1, "a", NULL},
        {"487 INVITE", 1, "a", "b"}, {"180 INVITE", 1, "a", "c"}, {"", 160, .flags = SCRIPT_WAIT},
        {"180 INVITE", 1, "a", "c"}, {"", 170, .flags = SCRIPT_WAIT}, {"200 INVITE", 1, "a", "c", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY_IN_ORDER(lines, wants);
}

static void two_that_answer_are_two_exchanges(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1_OTHER}, {"200 INVITE", 1, "a", "c", RESP1},
        {"ACK", 1, "a", "b"}, {"ACK", 1, "a", "c"}, {"BYE", 2, "a", "b"}, {"200 BYE", 2, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1_OTHER}};
    TRY(lines, wants);
}

static void an_offer_in_a_2xx_is_answered_in_the_ack(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL}, {"180 INVITE", 1, "a", "b"},
                                        {"200 INVITE", 1, "a", "b", INIT1}, {"200 INVITE", 1, "a", "b", INIT1},
                                        {"ACK", 1, "a", "b", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void an_offer_in_a_2xx_without_an_ack_is_incomplete(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL}, {"200 INVITE", 1, "a", "b", INIT1}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_ANSWER}};
    TRY(lines, wants);
}

static void an_offer_in_a_reliable_response_is_answered_in_its_prack(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL}, {"183 INVITE", 1, "a", "b", INIT1, SCRIPT_RELIABLE, 7},
        {"PRACK", 2, "a", "b", RESP1, 0, 7, 1}, {"200 PRACK", 2, "a", "b"}, {"200 INVITE", 1, "a", "b"},
        {"ACK", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_prack_of_another_response_answers_nothing(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL}, {"183 INVITE", 1, "a", "b", INIT1, SCRIPT_RELIABLE, 7},
        {"PRACK", 2, "a", "b", RESP1, 0, 8, 1}, {"200 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_ANSWER}};
    TRY(lines, wants);
}

static void the_reliable_answer_counts_before_the_final_one(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
        {"PRACK", 2, "a", "b", NO_MIKEY, 0, 1, 1}, {"200 PRACK", 2, "a", "b"},
        {"200 INVITE", 1, "a", "b", RESP1_OTHER}, {"ACK", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1_OTHER, .contradicting = true}};
    TRY(lines, wants);
}

static void of_two_reliable_answers_the_one_with_the_lower_number(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 9},
        {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 8}, {"200 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1_OTHER, .contradicting = true}};
    TRY(lines, wants);
}

static void a_preview_does_not_count(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER},
                                        {"200 INVITE", 1, "a", "b", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1_OTHER, .contradicting = true}};
    TRY(lines, wants);
}

static void a_preview_is_better_than_nothing(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1},
                                        {"200 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void an_update_before_the_answer_waits_for_its_base(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
        {"PRACK", 2, "a", "b", NO_MIKEY, 0, 1, 1}, {"UPDATE", 3, "a", "b", UPDATE},
        {"200 UPDATE", 3, "a", "b", UPDATE_RESP}, {"200 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1, UPDATE, UPDATE_RESP}};
    TRY(lines, wants);
}

static void updates_by_either_end(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"ACK", 1, "a", "b"},
        {"INVITE", 2, "a", "b", UPDATE}, {"200 INVITE", 2, "a", "b", UPDATE_RESP},
        {"UPDATE", 1, "b", "a", UPDATE_BACK}, {"200 UPDATE", 1, "b", "a", UPDATE_BACK_RESP}};
    const struct script_want wants[] = {
        {INIT1, RESP1}, {INIT1, RESP1, UPDATE, UPDATE_RESP}, {INIT1, RESP1, UPDATE_BACK, UPDATE_BACK_RESP}};
    TRY(lines, wants);
}

static void glare_and_the_update_that_is_tried_again(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"INVITE", 2, "a", "b", UPDATE},
        {"INVITE", 1, "b", "a", UPDATE_BACK}, {"491 INVITE", 2, "a", "b"}, {"491 INVITE", 1, "b", "a"},
        {"INVITE", 3, "a", "b", UPDATE}, {"200 INVITE", 3, "a", "b", UPDATE_RESP}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1, UPDATE, UPDATE_RESP}};
    TRY(lines, wants);
}

static void an_update_without_answer_counts_when_it_is_accepted(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"UPDATE", 2, "a", "b", UPDATE_ALONE},
                                        {"200 UPDATE", 2, "a", "b", NO_MIKEY, SCRIPT_PLAIN}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1, UPDATE_ALONE}};
    TRY(lines, wants);
}

static void an_update_without_answer_that_is_refused_is_none(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"UPDATE", 2, "a", "b", UPDATE_ALONE}, {"504 UPDATE", 2, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void an_update_may_repeat_the_ticket(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"INVITE", 2, "a", "b", UPDATE_TICKET},
                                        {"200 INVITE", 2, "a", "b", UPDATE_RESP}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1, UPDATE_TICKET, UPDATE_RESP}};
    TRY(lines, wants);
}

static void an_exchange_without_answer_by_its_ticket(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT_ALONE},
                                        {"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN}};
    const struct script_want wants[] = {{INIT_ALONE}};
    TRY(lines, wants);
}

static void a_new_base_in_mid_call(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"INVITE", 2, "a", "b", INIT2}, {"200 INVITE", 2, "a", "b", RESP2}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT2, RESP2}};
    TRY(lines, wants);
}

static void a_session_refresh_is_nothing_new(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"INVITE", 2, "a", "b", INIT1}, {"200 INVITE", 2, "a", "b", RESP1},
                                        {"INVITE", 1, "b", "a", RESP1}, {"200 INVITE", 1, "b", "a", INIT1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY_IN_ORDER(lines, wants);
}

static void the_same_offer_answered_anew_is_a_new_exchange(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"INVITE", 2, "a", "b", INIT1}, {"200 INVITE", 2, "a", "b", RESP1_OTHER}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1_OTHER}};
    TRY(lines, wants);
}

static void an_authenticated_and_diverted_call_is_one(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"407 INVITE", 1, "a", "p1"}, {"INVITE", 2, "a", NULL, INIT1},
        {"407 INVITE", 2, "a", "p2"}, {"INVITE", 3, "a", NULL, INIT1}, {"422 INVITE", 3, "a", "p3"},
        {"INVITE", 4, "a", NULL, INIT1}, {"302 INVITE", 4, "a", "b"},
        {"INVITE", 5, "a", NULL, INIT1, .uri = "sip:carol@example.com"}, {"200 INVITE", 5, "a", "c", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_2xx_is_sovereign(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"CANCEL", 1, "a", NULL},
                                        {"200 CANCEL", 1, "a", "x"}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"487 INVITE", 1, "a", NULL}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_second_call_with_the_same_octets_is_its_own(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
        {"INVITE", 1, "a", NULL, INIT1, .call = "second"}, {"200 INVITE", 1, "a", "b", RESP1, .call = "second"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_false_offer_is_a_candidate_and_hides_nothing(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1_FALSE}, {"INVITE", 1, "a", NULL, INIT1},
                                        {"200 INVITE", 1, "a", "b", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1_FALSE, RESP1}};
    TRY(lines, wants);
}

static void an_answer_without_a_key_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1},
                                        {"200 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_PLAIN}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_KEY}};
    TRY(lines, wants);
}

static void a_mikey_error_in_the_answer_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", MIKEY_ERROR}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_KEY}};
    TRY(lines, wants);
}

static void an_answer_alone_is_told(void **state)
{
    const struct script_line lines[] = {{"200 INVITE", 1, "a", "b", RESP1}, {"ACK", 1, "a", "b"}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_OFFER}};
    TRY(lines, wants);
}

static void a_pair_without_any_final_response_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1},
                                        {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_FINAL}};
    TRY(lines, wants);
}

static void an_update_whose_base_nobody_saw_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 5, "a", "b", UPDATE}, {"200 INVITE", 5, "a", "b", UPDATE_RESP}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_BASE}};
    TRY(lines, wants);
}

static void what_cannot_be_read_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, MIKEY_BROKEN}, {"486 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_UNREADABLE}};
    TRY(lines, wants);
}

static void a_call_that_fails_is_nothing(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1},
                                        {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
                                        {"603 INVITE", 1, "a", "b"}};
    const struct script script = NOTHING(lines, false);
    (void)state;
    script_try(&script, "sip:alice@example.com");
}

static void a_pair_in_a_re_invite_that_fails_later_counts(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"INVITE", 2, "a", "b", INIT2},
        {"183 INVITE", 2, "a", "b", RESP2, SCRIPT_RELIABLE, 4}, {"PRACK", 3, "a", "b", NO_MIKEY, 0, 4, 2},
        {"500 INVITE", 2, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT2, RESP2}};
    TRY(lines, wants);
}

static void the_key_may_stand_at_either_level(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1, SCRIPT_SESSION},
                                        {"200 INVITE", 1, "a", "b", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_parallel_branches_the_one_that_wins),
        cmocka_unit_test(a_branch_that_is_cancelled_early_says_nothing_of_the_call),
        cmocka_unit_test(two_that_answer_are_two_exchanges),
        cmocka_unit_test(an_offer_in_a_2xx_is_answered_in_the_ack),
        cmocka_unit_test(an_offer_in_a_2xx_without_an_ack_is_incomplete),
        cmocka_unit_test(an_offer_in_a_reliable_response_is_answered_in_its_prack),
        cmocka_unit_test(a_prack_of_another_response_answers_nothing),
        cmocka_unit_test(the_reliable_answer_counts_before_the_final_one),
        cmocka_unit_test(of_two_reliable_answers_the_one_with_the_lower_number),
        cmocka_unit_test(a_preview_does_not_count),
        cmocka_unit_test(a_preview_is_better_than_nothing),
        cmocka_unit_test(an_update_before_the_answer_waits_for_its_base),
        cmocka_unit_test(updates_by_either_end),
        cmocka_unit_test(glare_and_the_update_that_is_tried_again),
        cmocka_unit_test(an_update_without_answer_counts_when_it_is_accepted),
        cmocka_unit_test(an_update_without_answer_that_is_refused_is_none),
        cmocka_unit_test(an_update_may_repeat_the_ticket),
        cmocka_unit_test(an_exchange_without_answer_by_its_ticket),
        cmocka_unit_test(a_new_base_in_mid_call),
        cmocka_unit_test(a_session_refresh_is_nothing_new),
        cmocka_unit_test(the_same_offer_answered_anew_is_a_new_exchange),
        cmocka_unit_test(an_authenticated_and_diverted_call_is_one),
        cmocka_unit_test(a_2xx_is_sovereign),
        cmocka_unit_test(a_second_call_with_the_same_octets_is_its_own),
        cmocka_unit_test(a_false_offer_is_a_candidate_and_hides_nothing),
        cmocka_unit_test(an_answer_without_a_key_is_told),
        cmocka_unit_test(a_mikey_error_in_the_answer_is_told),
        cmocka_unit_test(an_answer_alone_is_told),
        cmocka_unit_test(a_pair_without_any_final_response_is_told),
        cmocka_unit_test(an_update_whose_base_nobody_saw_is_told),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(a_call_that_fails_is_nothing),
        cmocka_unit_test(a_pair_in_a_re_invite_that_fails_later_counts),
        cmocka_unit_test(the_key_may_stand_at_either_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
