/* SPDX-License-Identifier: BSD-2-Clause */
/* Which ticket opens, by which of the host's keys, until when, and for whom. */
#include "scenario.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/mikey_build.h>

static struct scenario sc;

static void nothing_is_left(void)
{
    for (size_t i = 0; i < sizeof sc.key_space; i++) {
        assert_int_equal(sc.key_space[i], 0);
    }
}

static struct setting with_tek(void)
{
    struct setting s = base();
    s.ticket_key = key_of(XK_MIKEY_TEK, false);
    return s;
}

/* A key is given exactly when there is no failure. */
static void answer_is(const struct setting *s, enum xk_failure wanted)
{
    struct xk_session_result r = scenario_ask(s, &sc);
    assert_int_equal(r.failure, wanted);
    if (wanted == XK_FAILURE_NONE) {
        assert_int_equal(r.key.size, 16);
        assert_memory_equal(r.key.data, scenario_secret, 16);
    } else {
        assert_int_equal(r.key.size, 0);
        nothing_is_left();
    }
}

static void the_host_is_asked_for_keys_until_one_fits(void **state)
{
    (void)state;
    static const struct {
        unsigned int wrong_keys;
        size_t size;
        unsigned int asked;
        enum xk_failure failure;
    } rows[] = {
        {0, 16, 1, XK_FAILURE_NONE},
        {3, 16, 4, XK_FAILURE_NONE},
        {XK_KMS_GENERATIONS_MAX - 1, 16, XK_KMS_GENERATIONS_MAX, XK_FAILURE_NONE},
        {XK_KMS_GENERATIONS_MAX, 16, XK_KMS_GENERATIONS_MAX, XK_FAILURE_TICKET_MAC},
        {UINT_MAX, 16, XK_KMS_GENERATIONS_MAX, XK_FAILURE_TICKET_MAC},
        {0, 0, 1, XK_FAILURE_TICKET_KEY_UNKNOWN},
        {0, XK_KMS_KEY_MAX + 1, 1, XK_FAILURE_TICKET_KEY_UNKNOWN},
        {0, XK_KMS_KEY_MAX, 2, XK_FAILURE_TICKET_MAC}, /* not the key, but one: there might be more */
    };
    const struct setting s = with_tek();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        sc.wrong_keys = rows[i].wrong_keys;
        sc.tpk_size = rows[i].size;
        answer_is(&s, rows[i].failure);
        assert_int_equal(sc.keys_asked, rows[i].asked);
    }
    struct setting shorter = with_tek();
    shorter.options.allow_short = true;
    assert_int_equal(scenario_build(&shorter, &sc), XK_OK);
    sc.tpk_size = 0;
    answer_is(&shorter, XK_FAILURE_TICKET_KEY_UNKNOWN);
}

static void each_session_has_a_key_of_its_own_place(void **state)
{
    (void)state;
    const struct setting s = with_tek();
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    sc.twice = true;
    const struct xk_session_result first = scenario_ask(&s, &sc);
    sc.twice = false;
    assert_int_equal(first.failure, XK_FAILURE_NONE);
    assert_int_equal(sc.second.failure, XK_FAILURE_NONE);
    assert_ptr_equal(first.key.data, sc.key_space);
    assert_true(sc.second.key.data >= sc.key_space + first.key.size + first.salt.size);
    assert_true(sc.second.key.data + sc.second.key.size <= sc.key_space + sizeof sc.key_space);
    assert_int_equal(sc.second.key.size, 16);
    assert_memory_equal(sc.second.key.data, scenario_secret, 16);
}

/* Ticket Data of one KEMAC and one V, of which only the MAC may be wrong. */
static struct xk_bytes ticket_data(unsigned int encryption, size_t kemac_size, unsigned int mac, size_t mac_size)
{
    static uint8_t out[3000];
    static const uint8_t octets[XK_KMS_KEMAC_MAX + 1] = {1};
    const struct xk_mikey_time time = {0, 0, {octets, 8}, 0};
    const struct xk_mikey_kemac kemac = {(uint8_t)encryption, {octets, kemac_size}, 0, {NULL, 0}};
    const struct xk_mikey_verification v = {(uint8_t)mac, {octets, mac_size}};
    struct xk_mikey_builder b;
    size_t size = 0;
    xk_mikey_build_chain(&b, out, sizeof out, XK_MIKEY_CHAIN_IMPLIED);
    xk_mikey_add_ticket_header(&b, (struct xk_bytes){NULL, 0});
    xk_mikey_add_time(&b, &time);
    xk_mikey_add_rand(&b, 0, (struct xk_bytes){octets, 16});
    xk_mikey_add_kemac(&b, &kemac);
    xk_mikey_add_verification(&b, &v);
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){out, size};
}

/* A chain of identities and times, each with its role. */
static struct xk_bytes policy(const struct xk_mikey_identity *identities, size_t identity_count,
                              const struct xk_mikey_time *times, size_t time_count)
{
    static uint8_t out[512];
    struct xk_mikey_builder b;
    size_t size = 0;
    xk_mikey_build_chain(&b, out, sizeof out, XK_MIKEY_CHAIN_FIRST_PAYLOAD);
    for (size_t i = 0; i < identity_count; i++) {
        xk_mikey_add_identity(&b, &identities[i]);
    }
    for (size_t i = 0; i < time_count; i++) {
        if (times[i].value.data != NULL) {
            xk_mikey_add_time(&b, &times[i]);
        }
    }
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){out, size};
}

static void no_key_is_fetched_for_an_algorithm_that_is_not_known(void **state)
{
    (void)state;
    static const struct {
        unsigned int encryption;
        size_t kemac_size;
        unsigned int mac;
        size_t mac_size;
        enum xk_failure failure;
        const char *field;
    } rows[] = {
        {1, 16, 1, 20, XK_FAILURE_TICKET_MAC, "V of the ticket"},
        {3, 16, 2, 32, XK_FAILURE_TICKET_MAC, "V of the ticket"},
        {0, XK_KMS_KEMAC_MAX, 1, 20, XK_FAILURE_TICKET_MAC, "V of the ticket"},
        {4, 16, 1, 20, XK_FAILURE_ALGORITHM, "KEMAC of the ticket"},
        {0, XK_KMS_KEMAC_MAX + 1, 1, 20, XK_FAILURE_ALGORITHM, "KEMAC of the ticket"},
        {1, 16, 0, 0, XK_FAILURE_ALGORITHM, "V of the ticket"}, /* the NULL MAC proves nothing */
    };
    const struct xk_mikey_identity bob = party(XK_MIKEY_IDR_R);
    struct xk_mikey_ticket ticket = {.type = 1, .subtype = 1, .version = 1, .flags = BASE_FLAGS};
    struct setting s = base();
    s.flags = BASE_FLAGS;
    s.ticket = &ticket;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ticket.policy = policy(&bob, 1, NULL, 0);
        ticket.ticket_data = ticket_data(rows[i].encryption, rows[i].kemac_size, rows[i].mac, rows[i].mac_size);
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        answer_is(&s, rows[i].failure);
        assert_string_equal(sc.field, rows[i].field);
        /* The host has one key; it says so when asked for a second. */
        assert_int_equal(sc.keys_asked, rows[i].failure == XK_FAILURE_ALGORITHM ? 0 : 2);
    }
}

/* Times as the octets of their payloads; an empty one is left out. */
static void a_ticket_is_good_from_its_start_to_its_end(void **state)
{
    (void)state;
    enum { CLOCK = XK_MIKEY_TIME_NTP_UTC, COUNTER = XK_MIKEY_TIME_COUNTER };
    static const struct when {
        unsigned int type;
        const char *octets;
    } no = {CLOCK, NULL}, now = {CLOCK, "\xd1\0\0\x10\0\0\0\0"}, before = {CLOCK, "\xd1\0\0\x0f\xff\xff\xff\xff"},
      after = {CLOCK, "\xd1\0\0\x10\0\0\0\1"}, past_2036 = {CLOCK, "\0\0\0\1\0\0\0\0"}, low = {COUNTER, "\0\0\0\0"},
      high = {COUNTER, "\xff\xff\xff\xff"};
    const struct {
        struct when made, from, until;
        enum xk_failure failure;
    } rows[] = {
        {now, no, no, XK_FAILURE_NONE},
        {now, now, no, XK_FAILURE_NONE},
        {now, after, no, XK_FAILURE_TICKET_EXPIRED},
        {now, no, now, XK_FAILURE_NONE},
        {now, no, before, XK_FAILURE_TICKET_EXPIRED},
        {now, before, after, XK_FAILURE_NONE},
        {now, high, low, XK_FAILURE_TICKET_EXPIRED}, /* a counter is no validity */
        {now, high, before, XK_FAILURE_TICKET_EXPIRED},
        {now, after, low, XK_FAILURE_TICKET_EXPIRED},
        {low, now, now, XK_FAILURE_NONE},
        {past_2036, now, no, XK_FAILURE_NONE}, /* NTP began to count again */
        {past_2036, no, now, XK_FAILURE_TICKET_EXPIRED},
        {now, past_2036, no, XK_FAILURE_TICKET_EXPIRED},
        {now, no, past_2036, XK_FAILURE_NONE},
    };
    const struct xk_mikey_identity bob = party(XK_MIKEY_IDR_R);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_time times[3];
        const struct when *given[] = {&rows[i].from, &rows[i].until, &rows[i].made};
        static const uint8_t roles[] = {XK_MIKEY_TR_S, XK_MIKEY_TR_E, 0};
        for (size_t k = 0; k < 3; k++) {
            struct xk_bytes value = {(const uint8_t *)given[k]->octets, given[k]->type == CLOCK ? 8 : 4};
            times[k] = (struct xk_mikey_time){roles[k], (uint8_t)given[k]->type, value, 0};
        }
        struct setting s = with_tek();
        s.ticket_policy = policy(&bob, 1, times, 2);
        s.time = times[2];
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        answer_is(&s, rows[i].failure);
        sc.related = true; /* what the relation's rules let pass is not judged again */
        answer_is(&s, XK_FAILURE_NONE);
    }
}

/* The MAC of an INIT without IDRi and IDRr covers them all the same. */
static void who_is_not_named_is_known_from_sip_or_the_ticket(void **state)
{
    (void)state;
    static const char alice[] = "sip:alice@example.com", bob[] = "sip:bob@example.com", eve[] = "sip:eve@example.com";
    enum { I = XK_MIKEY_IDR_I, R = XK_MIKEY_IDR_R };
    static const struct {
        struct {
            unsigned int role;
            const char *uri;
        } ticket[3];
        size_t count;
        const char *initiator;
        const char *responder;
        enum xk_failure failure;
    } rows[] = {
        {{{I, alice}, {R, bob}}, 2, NULL, NULL, XK_FAILURE_NONE},
        {{{I, alice}, {R, bob}}, 2, eve, NULL, XK_FAILURE_NONE}, /* of the Initiator the ticket knows more than SIP */
        {{{I, eve}, {R, bob}}, 2, alice, NULL, XK_FAILURE_INIT_MAC},
        {{{R, bob}}, 1, alice, NULL, XK_FAILURE_NONE},
        {{{R, bob}}, 1, eve, NULL, XK_FAILURE_INIT_MAC},
        {{{R, bob}}, 1, NULL, NULL, XK_FAILURE_INIT_MAC},
        {{{I, alice}, {R, eve}}, 2, NULL, bob, XK_FAILURE_NONE}, /* of the Responder SIP knows more */
        {{{I, alice}, {R, bob}}, 2, NULL, eve, XK_FAILURE_NONE}, /* who is tried first does not matter */
        {{{I, alice}, {R, bob}, {R, eve}}, 3, NULL, bob, XK_FAILURE_NONE},
        {{{I, alice}, {R, bob}, {R, eve}}, 3, NULL, NULL, XK_FAILURE_NONE}, /* any may be meant: the MAC decides */
        {{{I, alice}, {R, eve}, {R, bob}}, 3, NULL, eve, XK_FAILURE_NONE},
        {{{I, alice}, {R, eve}}, 2, NULL, NULL, XK_FAILURE_INIT_MAC},
        {{{I, alice}, {R, eve}}, 2, NULL, eve, XK_FAILURE_INIT_MAC},
        {{{R, eve}, {R, bob}}, 2, alice, eve, XK_FAILURE_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_identity identities[3];
        for (size_t k = 0; k < rows[i].count; k++) {
            identities[k] = (struct xk_mikey_identity){(uint8_t)rows[i].ticket[k].role, XK_MIKEY_ID_URI,
                                                       xk_text(rows[i].ticket[k].uri)};
        }
        struct setting s = with_tek();
        s.bare = true;
        s.update = true; /* which names nobody either */
        s.ticket_policy = policy(identities, rows[i].count, NULL, 0);
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        sc.message.initiator_hint = rows[i].initiator != NULL ? xk_text(rows[i].initiator) : (struct xk_bytes){NULL, 0};
        sc.message.responder_hint = rows[i].responder != NULL ? xk_text(rows[i].responder) : (struct xk_bytes){NULL, 0};
        answer_is(&s, rows[i].failure);
    }
}

/* The Initiator is known from SIP alone; then the Responder is known from the messages or the ticket, and SIP's word
 * for him is not tried. */
static void a_responder_is_asserted_by_more_than_sip(void **state)
{
    (void)state;
    static const char bob[] = "sip:bob@example.com", eve[] = "sip:eve@example.com"; /* of one length */
    enum { NOBODY, INIT, RESP };
    static const struct {
        unsigned int names;
        bool answered;
        const char *ticket;
        const char *hint;
        enum xk_failure failure;
    } rows[] = {
        {NOBODY, true, bob, bob, XK_FAILURE_NONE},
        {NOBODY, true, eve, bob, XK_FAILURE_INIT_MAC},
        {NOBODY, true, bob, "", XK_FAILURE_NONE}, /* the ticket's, whatever SIP says */
        {NOBODY, false, bob, bob, XK_FAILURE_NONE},
        {NOBODY, false, eve, bob, XK_FAILURE_INIT_MAC},
        {RESP, true, eve, bob, XK_FAILURE_NONE},
        {RESP, true, eve, "sip:mallory@example.com", XK_FAILURE_NONE},
        {INIT, true, eve, eve, XK_FAILURE_NONE},
        {INIT, true, eve, "sip:mallory@example.com", XK_FAILURE_NONE}, /* SIP is not asked */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct xk_mikey_identity identity = {XK_MIKEY_IDR_R, XK_MIKEY_ID_URI, xk_text(rows[i].ticket)};
        struct setting s = with_tek();
        s.flags = rows[i].answered ? s.flags : BASE_FLAGS;
        s.bare = true;
        s.init_names_responder = rows[i].names == INIT;
        s.resp_names_responder = rows[i].names == RESP;
        s.ticket_policy = policy(&identity, 1, NULL, 0);
        assert_int_equal(scenario_build(&s, &sc), XK_OK);
        sc.message.initiator_hint = xk_text("sip:alice@example.com");
        sc.message.responder_hint = xk_text(rows[i].hint);
        answer_is(&s, rows[i].failure);
    }
}

/* A host may open tickets whose PRF it alone knows, but the MPK is split by one of ours. */
static enum xk_failure open_any(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened, void *user)
{
    static const uint8_t head[] = {0, XK_MIKEY_MPK << 4, 0, 16};
    (void)ticket;
    (void)user;
    memcpy(opened->content, head, sizeof head);
    opened->size = sizeof head + 16;
    opened->rand_size = 16;
    return XK_FAILURE_NONE;
}

static void a_prf_that_only_the_host_knows_is_told(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct setting s = with_tek();
    s.type = 2;
    s.open_ticket = open_any;
    assert_int_equal(scenario_build(&s, &sc), XK_OK);
    answer_is(&s, XK_FAILURE_INIT_MAC); /* opened, but with another MPK */
    assert_int_equal(xk_mikey_parse(sc.init, sc.message.transfer_init.size, &m, NULL), XK_OK);
    sc.init[m.ticket.offset + 5] = 5 << 1 | 1; /* PRF, flag D */
    answer_is(&s, XK_FAILURE_ALGORITHM);
    assert_string_equal(sc.field, "PRF Func of the ticket");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_is_asked_for_keys_until_one_fits),
        cmocka_unit_test(each_session_has_a_key_of_its_own_place),
        cmocka_unit_test(no_key_is_fetched_for_an_algorithm_that_is_not_known),
        cmocka_unit_test(a_ticket_is_good_from_its_start_to_its_end),
        cmocka_unit_test(who_is_not_named_is_known_from_sip_or_the_ticket),
        cmocka_unit_test(a_responder_is_asserted_by_more_than_sip),
        cmocka_unit_test(a_prf_that_only_the_host_knows_is_told),
    };
    return cmocka_run_group_tests_name("tickets", tests, NULL, NULL);
}
