/* SPDX-License-Identifier: BSD-2-Clause */
/* What answers what, by the places where SIP put them: each rule with all that it asks for, and each lacking once. */
#include "unit/collector/spoken.h"

#include <stddef.h>
#include <string.h>

#include "collector/call.h"
#include "collector/judge.h"
#include "collector/match.h"

#define NO_RANK XKI_CO_NO_RANK

/* The caller is end 0, the callee end 1. */
static const struct xki_co_item offer = {.hash = 10, .csb = 5, .cseq = 7, .sender = 0, .peer = XKI_CO_NO_END,
                                         .owner_end = 0, .method = XKI_CO_INVITE, .position = XKI_CO_REQUEST,
                                         .medium = 1, .covers = 1, .flags = XKI_CO_TICKET | XKI_CO_F};
static const struct xki_co_item answer = {.hash = 20, .csb = 5, .cseq = 7, .sender = 1, .peer = 0, .owner_end = 0,
                                          .method = XKI_CO_INVITE, .position = XKI_CO_SUCCESS, .medium = 1, .covers = 1,
                                          .flags = XKI_CO_RESP};

static void an_item_is_of_the_dialog_of_its_ends(void **state)
{
    static const struct {
        uint8_t sender;
        uint8_t peer;
        bool is;
    } rows[] = {{3, 4, true},  {4, 3, true},  {3, XKI_CO_NO_END, true}, {4, XKI_CO_NO_END, true},  {3, 5, false},
                {4, 5, false}, {5, 3, false}, {5, XKI_CO_NO_END, false}, {5, 4, false}, {3, 3, false}, {4, 4, false}};
    const struct xki_co_dialog d = {.a = 3, .b = 4};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct xki_co_item item = {.sender = rows[i].sender, .peer = rows[i].peer};
        assert_int_equal(xki_co_in_dialog(&item, &d), rows[i].is);
    }
}

static void answers_have_an_order(void **state)
{
    (void)state;
    struct xki_co_item item = answer;
    assert_true(xki_co_answer_order(&item) == UINT64_C(1) << 32);
    item.position = XKI_CO_REQUEST;
    assert_true(xki_co_answer_order(&item) == NO_RANK);
    item.position = XKI_CO_PROVISIONAL;
    item.rseq = 9;
    assert_true(xki_co_answer_order(&item) == UINT64_C(1) << 33);
    item.flags |= XKI_CO_RELIABLE;
    assert_true(xki_co_answer_order(&item) == 9);
}

static void an_offer_in_a_request_is_answered_in_its_responses(void **state)
{
    (void)state;
    assert_true(xki_co_rank(&offer, &answer) == UINT64_C(1) << 32);
    struct xki_co_item other = answer;
    other.owner_end = 1;
    assert_true(xki_co_rank(&offer, &other) == NO_RANK);
    other = answer;
    other.method = XKI_CO_UPDATE;
    assert_true(xki_co_rank(&offer, &other) == NO_RANK);
    other = answer;
    other.cseq = 8;
    assert_true(xki_co_rank(&offer, &other) == NO_RANK);
    other = answer;
    other.sender = 0;
    assert_true(xki_co_rank(&offer, &other) == NO_RANK);
    other = answer;
    other.csb = 6;
    assert_true(xki_co_rank(&offer, &other) == NO_RANK);
    assert_true(xki_co_place_rank(&offer, &other) == UINT64_C(1) << 32);
}

static void media_answer_media_and_the_session_stands_for_what_it_covers(void **state)
{
    static const struct {
        uint8_t media[2];
        uint16_t covers[2];
        uint8_t early[2];
        bool is;
    } rows[] = {
        {{1, 1}, {1, 1}, {0, 0}, true},  {{1, 2}, {1, 2}, {0, 0}, false}, {{1, 2}, {3, 3}, {0, 0}, false},
        {{0, 2}, {3, 2}, {0, 0}, true},  {{0, 2}, {1, 2}, {0, 0}, false}, {{1, 0}, {1, 1}, {0, 0}, true},
        {{1, 0}, {1, 2}, {0, 0}, false}, {{0, 0}, {1, 2}, {0, 0}, true},  {{1, 1}, {1, 1}, {1, 0}, false},
        {{1, 1}, {1, 1}, {0, 1}, false}, {{1, 1}, {1, 1}, {1, 1}, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xki_co_item items[2] = {offer, answer};
        for (unsigned int j = 0; j < 2; j++) {
            items[j].medium = rows[i].media[j];
            items[j].covers = rows[i].covers[j];
            items[j].flags |= rows[i].early[j] ? XKI_CO_IS_EARLY : 0;
        }
        if ((xki_co_rank(&items[0], &items[1]) != NO_RANK) != rows[i].is) {
            fail_msg("row %zu", i);
        }
    }
}

static void an_offer_in_a_2xx_is_answered_in_the_ack(void **state)
{
    const struct xki_co_item in_2xx = {.csb = 5, .cseq = 7, .sender = 1, .peer = 0, .method = XKI_CO_INVITE,
                                       .position = XKI_CO_SUCCESS};
    const struct xki_co_item ack = {.csb = 5, .cseq = 7, .sender = 0, .peer = 1, .method = XKI_CO_ACK,
                                    .position = XKI_CO_REQUEST};
    (void)state;
    assert_true(xki_co_rank(&in_2xx, &ack) == 0);
    struct xki_co_item other = ack;
    other.cseq = 8;
    assert_true(xki_co_rank(&in_2xx, &other) == NO_RANK);
    other = ack;
    other.method = XKI_CO_PRACK;
    assert_true(xki_co_rank(&in_2xx, &other) == NO_RANK);
    other = ack;
    other.peer = 2;
    assert_true(xki_co_rank(&in_2xx, &other) == NO_RANK);
    other = ack;
    other.position = XKI_CO_SUCCESS;
    assert_true(xki_co_rank(&in_2xx, &other) == NO_RANK);
    other = ack;
    other.owner_end = 2;
    assert_true(xki_co_rank(&in_2xx, &other) == NO_RANK);
    other = ack;
    other.sender = 1;
    assert_true(xki_co_rank(&in_2xx, &other) == NO_RANK);
}

static void an_offer_in_a_reliable_response_is_answered_in_its_prack(void **state)
{
    const struct xki_co_item in_183 = {.csb = 5, .cseq = 7, .rseq = 3, .sender = 1, .peer = 0, .method = XKI_CO_INVITE,
                                       .position = XKI_CO_PROVISIONAL, .flags = XKI_CO_RELIABLE};
    const struct xki_co_item prack = {.csb = 5, .cseq = 8, .rseq = 3, .answers = 7, .sender = 0, .peer = 1,
                                      .method = XKI_CO_PRACK, .position = XKI_CO_REQUEST};
    (void)state;
    assert_true(xki_co_rank(&in_183, &prack) == 0);
    struct xki_co_item other = prack;
    other.rseq = 4;
    assert_true(xki_co_rank(&in_183, &other) == NO_RANK);
    other = prack;
    other.answers = 8;
    assert_true(xki_co_rank(&in_183, &other) == NO_RANK);
    other = prack;
    other.method = XKI_CO_ACK;
    assert_true(xki_co_rank(&in_183, &other) == NO_RANK);
}

static struct xki_co_call *call;

static void begin(void)
{
    start(NULL);
    call = xki_co_new_call(tap.collector, (const uint64_t[2]){1, 2});
    for (uint8_t i = 0; i < 2; i++) {
        struct xki_co_end *end = &xki_co_add(tap.collector, call, XKI_CO_END)->is.end;
        end->number = i;
        end->is_caller = i == 0;
    }
}

static void a_dialog_is_answered_by_a_2xx_or_by_how_it_ends(void **state)
{
    static const struct {
        unsigned int flags;
        bool swapped;      /* the callee is its first end */
        bool is;
    } rows[] = {
        {0, false, false},
        {XKI_CO_ANSWERED, false, true},
        {XKI_CO_ANSWERED | XKI_CO_REJECTED, false, true},
        {XKI_CO_REJECTED, false, false},
        {XKI_CO_REJECTED | XKI_CO_ACKED | XKI_CO_BYE_OF_A, false, false},
        {XKI_CO_ACKED, false, false},
        {XKI_CO_ACKED | XKI_CO_BYE_OF_A, false, true},
        {XKI_CO_ACKED | XKI_CO_BYE_OF_B, false, true},
        {XKI_CO_BYE_OF_A, false, false},
        {XKI_CO_BYE_OF_B, false, true},
        {XKI_CO_BYE_OF_A, true, true},
        {XKI_CO_BYE_OF_B, true, false},
        {XKI_CO_BYE_OF_A | XKI_CO_BYE_OF_B, false, true},
        {XKI_CO_BYE_REFUSED | XKI_CO_BYE_DONE, false, false},
    };
    (void)state;
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct xki_co_dialog d = {.a = rows[i].swapped, .b = !rows[i].swapped, .flags = (uint8_t)rows[i].flags};
        if (xki_co_is_answered(tap.collector, call, &d) != rows[i].is) {
            fail_msg("row %zu", i);
        }
    }
    /* Of two callers, or of ends that nobody knows, a BYE says nothing. */
    struct xki_co_dialog d = {.a = 0, .b = 9, .flags = XKI_CO_BYE_OF_B};
    assert_false(xki_co_is_answered(tap.collector, call, &d));
    d = (struct xki_co_dialog){.a = 9, .b = 0, .flags = XKI_CO_BYE_OF_A};
    assert_false(xki_co_is_answered(tap.collector, call, &d));
    struct xki_co_fact *end = xki_co_first(tap.collector, call, XKI_CO_END);
    assert_non_null(end);
    if (end != NULL) { /* gcc does not know that the line before ends the test */
        end->is.end.is_caller = false;
    }
    d = (struct xki_co_dialog){.a = 0, .b = 1, .flags = XKI_CO_BYE_OF_A | XKI_CO_BYE_OF_B};
    assert_false(xki_co_is_answered(tap.collector, call, &d));
    tap_stop(&tap);
}

static struct xki_co_item *add_item(const struct xki_co_item *item)
{
    struct xki_co_item *added = &xki_co_add(tap.collector, call, XKI_CO_ITEM)->is.item;
    *added = *item;
    return added;
}

static void the_base_is_what_ranks_lowest_of_its_csb_id(void **state)
{
    const struct xki_co_dialog d = {.a = 0, .b = 1};
    struct xki_co_item opening = offer;
    struct xki_co_item later = offer;
    struct xki_co_item bare = offer;
    (void)state;
    opening.flags |= XKI_CO_IS_OPENING;
    later.hash = 11;
    later.cseq = 8;
    bare.hash = 12;
    bare.flags = 0;
    assert_true(xki_co_base_rank(&opening) == 0);
    assert_true(xki_co_base_rank(&offer) == 8);
    assert_true(xki_co_base_rank(&later) == 9);
    assert_true(xki_co_base_rank(&bare) == UINT64_C(1) << 40);
    static const struct {
        int member; /* of the older offer that differs */
        bool update;
    } rows[] = {{0, true}, {1, false}, {2, false}, {3, false}, {4, false}, {5, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        struct xki_co_item *older = add_item(&offer);
        older->csb += rows[i].member == 1;
        older->flags |= rows[i].member == 2 ? XKI_CO_RESP : 0;
        older->hash += rows[i].member == 3; /* the same octets */
        older->sender = rows[i].member == 4 ? 5 : 0;
        older->cseq += rows[i].member == 5; /* as late */
        assert_int_equal(xki_co_is_update(tap.collector, call, &d, &later), rows[i].update);
        assert_true(xki_co_is_update(tap.collector, call, &d, &bare));
        tap_stop(&tap);
    }
}

static void add_fate(const struct xki_co_fate *fate)
{
    xki_co_add(tap.collector, call, XKI_CO_FATE)->is.fate = *fate;
}

static void assert_fate(const struct xki_co_fate *is, unsigned int flags, unsigned int media, uint64_t since,
                        unsigned int status)
{
    assert_int_equal(is->flags, flags);
    assert_int_equal(is->plain, media);
    assert_int_equal(is->rejected, media << 4);
    assert_int_equal(is->chosen, media << 8);
    assert_int_equal(is->since, since);
    assert_int_equal(is->status, status);
}

#define MEDIA(n) .plain = (n), .rejected = (n) << 4, .chosen = (n) << 8

static void what_became_of_an_offer_is_all_that_was_said_of_its_transaction(void **state)
{
    const struct xki_co_dialog d = {.a = 0, .b = 1};
    (void)state;
    begin();
    add_fate(&(struct xki_co_fate){.since = 9, .cseq = 7, .peer = 1, .method = XKI_CO_INVITE, .flags = XKI_CO_OK,
        MEDIA(1)});
    add_fate(&(struct xki_co_fate){.since = 5, .cseq = 7, .peer = XKI_CO_NO_END, .method = XKI_CO_INVITE,
                                   .flags = XKI_CO_PLAIN, MEDIA(2), .status = 3});
    add_fate(&(struct xki_co_fate){.since = 7, .cseq = 7, .peer = 0, .method = XKI_CO_INVITE, .flags = XKI_CO_CHOSE,
                                   .status = 4});
    /* Of others: another peer, owner, method, CSeq. */
    add_fate(&(struct xki_co_fate){.since = 90, .cseq = 7, .peer = 2, .method = XKI_CO_INVITE, .flags = 0x10,
        MEDIA(4)});
    add_fate(&(struct xki_co_fate){.since = 90, .cseq = 7, .owner = 1, .peer = 1, .method = XKI_CO_INVITE,
        .flags = 0x10,
                                   MEDIA(4)});
    add_fate(&(struct xki_co_fate){.since = 90, .cseq = 7, .peer = 1, .method = XKI_CO_UPDATE, .flags = 0x10,
        MEDIA(4)});
    add_fate(&(struct xki_co_fate){.since = 90, .cseq = 8, .peer = 1, .method = XKI_CO_INVITE, .flags = 0x10,
        MEDIA(4)});
    /* Of the ACK and of a PRACK, which answer offers in responses. */
    add_fate(&(struct xki_co_fate){.since = 20, .cseq = 7, .peer = 1, .method = XKI_CO_ACK,
                                   .flags = XKI_CO_PLAIN | XKI_CO_OK, MEDIA(8), .status = 6});
    add_fate(&(struct xki_co_fate){.since = 30, .cseq = 8, .peer = 1, .method = XKI_CO_PRACK, .flags = XKI_CO_CHOSE,
        MEDIA(4)});
    struct xki_co_fate is = xki_co_fate_of(tap.collector, call, &offer, &d);
    assert_fate(&is, XKI_CO_OK | XKI_CO_PLAIN | XKI_CO_CHOSE, 3, 9, 3);
    struct xki_co_item in_2xx = answer;
    is = xki_co_fate_of(tap.collector, call, &in_2xx, &d);
    assert_fate(&is, XKI_CO_OK | XKI_CO_PLAIN, 8, 20, 3);
    struct xki_co_item in_183 = answer;
    in_183.position = XKI_CO_PROVISIONAL;
    is = xki_co_fate_of(tap.collector, call, &in_183, &d);
    assert_fate(&is, XKI_CO_OK | XKI_CO_PLAIN | XKI_CO_CHOSE, 12, 30, 3);
    in_183.cseq = 6;
    is = xki_co_fate_of(tap.collector, call, &in_183, &d); /* of another INVITE: PRACKs alone */
    assert_fate(&is, XKI_CO_CHOSE, 4, 30, 0);
    tap_stop(&tap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_of_the_dialog_of_its_ends),
        cmocka_unit_test(answers_have_an_order),
        cmocka_unit_test(an_offer_in_a_request_is_answered_in_its_responses),
        cmocka_unit_test(media_answer_media_and_the_session_stands_for_what_it_covers),
        cmocka_unit_test(an_offer_in_a_2xx_is_answered_in_the_ack),
        cmocka_unit_test(an_offer_in_a_reliable_response_is_answered_in_its_prack),
        cmocka_unit_test(a_dialog_is_answered_by_a_2xx_or_by_how_it_ends),
        cmocka_unit_test(the_base_is_what_ranks_lowest_of_its_csb_id),
        cmocka_unit_test(what_became_of_an_offer_is_all_that_was_said_of_its_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
