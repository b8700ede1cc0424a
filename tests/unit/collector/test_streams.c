/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys at several levels, of several media, in early streams and in capabilities, and calls that are hard in other
 * ways: each in many orders, each message also twice. */
#include "unit/collector/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof (a)[0])
#define TRY_FOR(identity, lines, wants) \
    const struct script script = {__func__, lines, COUNT(lines), wants, COUNT(wants), false}; \
    (void)state; \
    script_try(&script, identity)
#define TRY(lines, wants) TRY_FOR("sip:alice@example.com", lines, wants)
#define TRY_NOTHING(lines) \
    const struct script script = {__func__, lines, COUNT(lines), NULL, 0, false}; \
    (void)state; \
    script_try(&script, "sip:alice@example.com")

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define AUDIO "m=audio 40000 RTP/SAVP 0\r\n"
#define VIDEO "m=video 40002 RTP/SAVP 31\r\n"
#define NO_VIDEO "m=video 0 RTP/SAVP 31\r\n"
#define KEY(name) "a=key-mgmt:mikey {" name "}\r\n"
#define ACAP(n, name) "a=acap:" n " key-mgmt:mikey {" name "}\r\n"

static void two_media_have_a_key_each(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1") VIDEO KEY("INIT2")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") VIDEO KEY("RESP2")}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT2, RESP2}};
    TRY(lines, wants);
}

static void media_of_one_csb_id_are_told_apart_by_their_place(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1") VIDEO KEY("INIT1_FALSE")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") VIDEO KEY("RESP1_OTHER")}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1_FALSE, RESP1_OTHER}};
    TRY(lines, wants);
}

static void the_session_level_stands_for_what_has_none(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD KEY("INIT1") AUDIO VIDEO KEY("INIT2")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") VIDEO KEY("RESP2")}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT2, RESP2}};
    TRY(lines, wants);
}

static void a_medium_that_the_answer_rejects_needs_nothing(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1") VIDEO KEY("INIT2")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") NO_VIDEO}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_medium_that_is_taken_without_a_key_is_told(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1") VIDEO KEY("INIT2")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") VIDEO}};
    const struct script_want wants[] = {{INIT1, RESP1}, {.reason = XK_INCOMPLETE_NO_KEY}};
    TRY(lines, wants);
}

static void a_call_of_which_all_media_are_rejected_is_nothing(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1")},
                                        {"200 INVITE", 1, "a", "b", .sdp = HEAD "m=audio 0 RTP/SAVP 0\r\n"}};
    TRY_NOTHING(lines);
}

static void several_offers_at_one_level_are_candidates(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1") KEY("INIT2")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP2")}};
    const struct script_want wants[] = {{INIT2, RESP2}};
    TRY(lines, wants);
}

static void a_broken_line_beside_a_good_one_is_stepped_over(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("MIKEY_BROKEN") KEY("INIT1")},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") KEY("MIKEY_BROKEN")}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void an_answer_that_cannot_be_read_is_told_once(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1},
                                        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("MIKEY_BROKEN")}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_UNREADABLE}};
    TRY(lines, wants);
}

static void a_capability_counts_when_it_is_chosen(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD "m=audio 40000 RTP/AVP 0\r\n" ACAP("1", "INIT1") ACAP("2", "INIT1_FALSE")
         "a=tcap:1 RTP/SAVP\r\na=pcfg:1 a=1 t=1\r\na=pcfg:2 a=2 t=1\r\n"},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD AUDIO KEY("RESP1") "a=acfg:1 a=1 t=1\r\n"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_capability_that_nobody_takes_is_told(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD "m=audio 40000 RTP/AVP 0\r\n" ACAP("1", "INIT1") "a=pcfg:1 a=1\r\n"},
        {"200 INVITE", 1, "a", "b", .sdp = HEAD "m=audio 40000 RTP/AVP 0\r\n"}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_KEY}};
    TRY(lines, wants);
}

static void an_early_stream_has_a_key_of_its_own(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, .sdp = HEAD AUDIO KEY("INIT1")},
        {"183 INVITE", 1, "a", "b", NO_MIKEY, SCRIPT_RELIABLE, 1, .early = HEAD AUDIO KEY("INIT1_FALSE"),
         .sdp = HEAD AUDIO KEY("RESP1")},
        {"PRACK", 2, "a", "b", NO_MIKEY, 0, 1, 1, .early = HEAD AUDIO KEY("RESP1_OTHER"), .sdp = ""},
        {"200 PRACK", 2, "a", "b"}, {"200 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1_FALSE, RESP1_OTHER}};
    TRY(lines, wants);
}

static void an_early_answer_is_none_of_the_session(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1},
        {"200 INVITE", 1, "a", "b", .early = HEAD AUDIO KEY("RESP1_OTHER"), .sdp = HEAD AUDIO KEY("RESP1")}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void branches_one_after_the_other(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 1},
        {"PRACK", 2, "a", "b", NO_MIKEY, 0, 1, 1}, {"200 PRACK", 2, "a", "b"}, {"408 INVITE", 1, "a", "b"},
        {"180 INVITE", 1, "a", "c"}, {"200 INVITE", 1, "a", "c", RESP1}, {"ACK", 1, "a", "c"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

/* The ticket names alice whoever sends it here: what MIKEY says of the ends goes before what SIP says. */
static void a_re_invite_without_offer_is_answered_in_its_ack(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"ACK", 1, "a", "b"},
        {"INVITE", 2, "a", "b"}, {"200 INVITE", 2, "a", "b", INIT2}, {"ACK", 2, "a", "b", RESP2}};
    const struct script_want wants[] = {{INIT1, RESP1, .role = XK_ROLE_INITIATOR},
                                        {INIT2, RESP2, .role = XK_ROLE_INITIATOR}};
    TRY(lines, wants);
}

static void an_offer_in_a_prack_is_answered_in_its_2xx(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 5},
        {"PRACK", 2, "a", "b", INIT2, 0, 5, 1}, {"200 PRACK", 2, "a", "b", RESP2}, {"200 INVITE", 1, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT2, RESP2}};
    TRY(lines, wants);
}

static void five_attempts_with_an_offer_each(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1_FALSE}, {"407 INVITE", 1, "a", "p1"}, {"INVITE", 2, "a", NULL, INIT2},
        {"407 INVITE", 2, "a", "p2"}, {"INVITE", 3, "a", NULL, UPDATE_TICKET}, {"422 INVITE", 3, "a", "p3"},
        {"INVITE", 4, "a", NULL, INIT_ALONE}, {"302 INVITE", 4, "a", "p4"}, {"INVITE", 5, "a", NULL, INIT1},
        {"200 INVITE", 5, "a", "b", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

/* The 407 was lost: the first attempt failed all the same. */
static void an_attempt_whose_failure_was_lost_is_nothing(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT2}, {"INVITE", 2, "a", NULL, INIT1},
                                        {"200 INVITE", 2, "a", "b", RESP1}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void an_attempt_that_was_answered_without_a_key_is_told_once(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT2}, {"INVITE", 2, "a", NULL, INIT1},
                                        {"200 INVITE", 2, "a", "b", NO_MIKEY, SCRIPT_PLAIN}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_KEY}};
    TRY(lines, wants);
}

static void a_later_offer_that_fails_is_told_beside_the_first_exchange(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"INVITE", 2, "a", "b", INIT2},
        {"200 INVITE", 2, "a", "b", NO_MIKEY, SCRIPT_PLAIN}};
    const struct script_want wants[] = {{INIT1, RESP1}, {.reason = XK_INCOMPLETE_NO_KEY}};
    TRY(lines, wants);
}

static void an_update_whose_answer_was_lost_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"UPDATE", 2, "a", "b", UPDATE}};
    const struct script_want wants[] = {{INIT1, RESP1}, {.reason = XK_INCOMPLETE_NO_ANSWER}};
    TRY(lines, wants);
}

static void an_answer_whose_update_was_lost_is_told(void **state)
{
    const struct script_line lines[] = {{"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1},
                                        {"200 UPDATE", 2, "a", "b", UPDATE_RESP}};
    const struct script_want wants[] = {{INIT1, RESP1}, {.reason = XK_INCOMPLETE_NO_OFFER}};
    TRY(lines, wants);
}

static void an_update_waits_and_is_told_without_a_base_when_that_never_comes(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b"}, {"UPDATE", 2, "a", "b", UPDATE},
        {"200 UPDATE", 2, "a", "b", UPDATE_RESP}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_ANSWER}, {.reason = XK_INCOMPLETE_NO_BASE}};
    TRY(lines, wants);
}

static void a_lost_2xx_is_known_from_the_callees_bye(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
        {"BYE", 1, "b", "a"}, {"200 BYE", 1, "b", "a"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_lost_2xx_is_known_from_ack_and_bye(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
        {"ACK", 1, "a", "b"}, {"BYE", 2, "a", "b"}};
    const struct script_want wants[] = {{INIT1, RESP1}};
    TRY(lines, wants);
}

/* RFC 3261 15: the caller may end what rings with BYE; the failure says that nobody answered. */
static void a_bye_of_the_caller_answers_nothing(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1, SCRIPT_RELIABLE, 1},
        {"BYE", 2, "a", "b"}, {"200 BYE", 2, "a", "b"}, {"487 INVITE", 1, "a", "b"}, {"ACK", 1, "a", "b"}};
    TRY_NOTHING(lines);
}

static void a_branch_without_end_beside_one_that_failed_is_told(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER, SCRIPT_RELIABLE, 1},
        {"486 INVITE", 1, "a", "b"}, {"183 INVITE", 1, "a", "c", RESP1, SCRIPT_RELIABLE, 1}};
    const struct script_want wants[] = {{.reason = XK_INCOMPLETE_NO_FINAL}};
    TRY(lines, wants);
}

/* The service layer puts a third party into the dialog: SIP names the old peer, MIKEY does not (RFC 3725). */
static void a_transfer_by_re_invite_is_a_base_of_its_own(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"200 INVITE", 1, "a", "b", RESP1}, {"ACK", 1, "a", "b"},
        {"INVITE", 7, "b", "a", INIT2}, {"200 INVITE", 7, "b", "a", RESP2}, {"ACK", 7, "b", "a"}};
    const struct script_want wants[] = {{INIT1, RESP1, .role = XK_ROLE_INITIATOR},
                                        {INIT2, RESP2, .role = XK_ROLE_INITIATOR}};
    TRY_FOR("sip:alice@example.com", lines, wants);
}

/* RFC 3725 4.1: the controller offers to one what the other offered, and is the sender on both legs. */
static void third_party_call_control_gives_both_legs_the_pair(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "ctrl", NULL, .call = "leg1"}, {"200 INVITE", 1, "ctrl", "b", INIT1, .call = "leg1"},
        {"INVITE", 1, "ctrl2", NULL, INIT1, .call = "leg2"}, {"200 INVITE", 1, "ctrl2", "c", RESP1, .call = "leg2"},
        {"ACK", 1, "ctrl2", "c", .call = "leg2"}, {"ACK", 1, "ctrl", "b", RESP1, .call = "leg1"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT1, RESP1}};
    TRY(lines, wants);
}

static void a_border_that_ends_mikey_makes_two_calls(void **state)
{
    const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1, .call = "in"}, {"INVITE", 1, "a", NULL, INIT2, .call = "out"},
        {"200 INVITE", 1, "a", "b", RESP2, .call = "out"}, {"200 INVITE", 1, "a", "b", RESP1, .call = "in"}};
    const struct script_want wants[] = {{INIT1, RESP1}, {INIT2, RESP2}};
    TRY(lines, wants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_media_have_a_key_each),
        cmocka_unit_test(media_of_one_csb_id_are_told_apart_by_their_place),
        cmocka_unit_test(the_session_level_stands_for_what_has_none),
        cmocka_unit_test(a_medium_that_the_answer_rejects_needs_nothing),
        cmocka_unit_test(a_medium_that_is_taken_without_a_key_is_told),
        cmocka_unit_test(a_call_of_which_all_media_are_rejected_is_nothing),
        cmocka_unit_test(several_offers_at_one_level_are_candidates),
        cmocka_unit_test(a_broken_line_beside_a_good_one_is_stepped_over),
        cmocka_unit_test(an_answer_that_cannot_be_read_is_told_once),
        cmocka_unit_test(a_capability_counts_when_it_is_chosen),
        cmocka_unit_test(a_capability_that_nobody_takes_is_told),
        cmocka_unit_test(an_early_stream_has_a_key_of_its_own),
        cmocka_unit_test(an_early_answer_is_none_of_the_session),
        cmocka_unit_test(branches_one_after_the_other),
        cmocka_unit_test(a_re_invite_without_offer_is_answered_in_its_ack),
        cmocka_unit_test(an_offer_in_a_prack_is_answered_in_its_2xx),
        cmocka_unit_test(five_attempts_with_an_offer_each),
        cmocka_unit_test(an_attempt_whose_failure_was_lost_is_nothing),
        cmocka_unit_test(an_attempt_that_was_answered_without_a_key_is_told_once),
        cmocka_unit_test(a_later_offer_that_fails_is_told_beside_the_first_exchange),
        cmocka_unit_test(an_update_whose_answer_was_lost_is_told),
        cmocka_unit_test(an_answer_whose_update_was_lost_is_told),
        cmocka_unit_test(an_update_waits_and_is_told_without_a_base_when_that_never_comes),
        cmocka_unit_test(a_lost_2xx_is_known_from_the_callees_bye),
        cmocka_unit_test(a_lost_2xx_is_known_from_ack_and_bye),
        cmocka_unit_test(a_bye_of_the_caller_answers_nothing),
        cmocka_unit_test(a_branch_without_end_beside_one_that_failed_is_told),
        cmocka_unit_test(a_transfer_by_re_invite_is_a_base_of_its_own),
        cmocka_unit_test(third_party_call_control_gives_both_legs_the_pair),
        cmocka_unit_test(a_border_that_ends_mikey_makes_two_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
