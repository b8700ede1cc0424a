/* SPDX-License-Identifier: BSD-2-Clause */
/* The vector exchange: alice calls bob, bob answers; the ticket is alice's and lets bob answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <xk/relation.h>

#include "support/files.h"

#define SET "mikey/set1.txt"

static uint8_t init[512];
static uint8_t resp[256];
static struct xk_get_keys message;
static struct xk_exchange exchange;

static int load(void **state)
{
    (void)state;
    memset(&message, 0, sizeof message);
    message.transfer_init.data = init;
    message.transfer_init.size = file_read_hex_line(SET, "TRANSFER_INIT", init, sizeof init);
    message.transfer_resp.data = resp;
    message.transfer_resp.size = file_read_hex_line(SET, "TRANSFER_RESP", resp, sizeof resp);
    assert_int_equal(xk_exchange_parse(&message, &exchange, NULL), XK_OK);
    return 0;
}

static struct xk_relation check(const char *target, const struct xk_relation_rules *rules)
{
    struct xk_relation relation;
    assert_int_equal(xk_relation_check(&exchange, xk_text(target), rules, &relation), XK_OK);
    return relation;
}

static void expect(const char *target, enum xk_role role, enum xk_failure failure, const char *field)
{
    struct xk_relation relation = check(target, NULL);
    assert_int_equal(relation.role, role);
    assert_int_equal(relation.failure, failure);
    assert_string_equal(relation.field, field);
}

static void test_took_part(void **state)
{
    (void)state;
    expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
    expect("sip:bob@EXAMPLE.com", XK_ROLE_RESPONDER, XK_FAILURE_NONE, "");
    expect("sip:mallory@example.com", XK_ROLE_NONE, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
    expect("sip:kms@example.com", XK_ROLE_NONE, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
}

/* bob was dialled, carol answered: without a group rule carol may not; with one, bob was only dialled. */
static bool everybody(struct xk_bytes group, struct xk_bytes identity, void *user)
{
    (void)group;
    (void)identity;
    return *(bool *)user;
}

static void test_dialled_is_not_enough(void **state)
{
    (void)state;
    bool yes = true;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    rules.member = everybody;
    rules.user = &yes;
    exchange.resp.id_responder.data = xk_text("sip:carol@example.com");
    expect("sip:carol@example.com", XK_ROLE_NONE, XK_FAILURE_POLICY, "IDRr of TRANSFER_RESP");
    assert_int_equal(check("sip:carol@example.com", &rules).role, XK_ROLE_RESPONDER);
    assert_int_equal(check("sip:bob@example.com", &rules).failure, XK_FAILURE_TARGET_ONLY_DIALLED);
    assert_int_equal(check("sip:dave@example.com", &rules).failure, XK_FAILURE_TARGET_ONLY_ALLOWED);
    yes = false;
    assert_int_equal(check("sip:carol@example.com", &rules).failure, XK_FAILURE_POLICY);
}

static void test_allowed_is_not_enough(void **state)
{
    (void)state;
    exchange.init.id_responder.data = xk_text("sip:desk@example.com");
    memset(&exchange.resp.id_responder, 0, sizeof exchange.resp.id_responder);
    struct xk_relation relation = check("sip:bob@example.com", NULL);
    assert_int_equal(relation.failure, XK_FAILURE_TARGET_ONLY_ALLOWED);
    assert_null(relation.responder.data);
    assert_int_equal(check("sip:desk@example.com", NULL).failure, XK_FAILURE_TARGET_ONLY_DIALLED);
}

static void test_hints(void **state)
{
    (void)state;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    memset(&exchange.resp.id_responder, 0, sizeof exchange.resp.id_responder);
    exchange.responder_hint = xk_text("sip:bob@example.com");
    assert_int_equal(check("sip:bob@example.com", &rules).failure, XK_FAILURE_TARGET_ONLY_DIALLED);
    rules.trust_responder_hint = true;
    assert_int_equal(check("sip:bob@example.com", &rules).role, XK_ROLE_RESPONDER);
    memset(&exchange.init.id_initiator, 0, sizeof exchange.init.id_initiator);
    exchange.initiator_hint = xk_text("sip:mallory@example.com");
    assert_int_equal(check("sip:mallory@example.com", &rules).failure, XK_FAILURE_NOT_TARGET);
    assert_int_equal(check("sip:alice@example.com", &rules).role, XK_ROLE_INITIATOR);
    memset(&exchange.init.ticket.initiator, 0, sizeof exchange.init.ticket.initiator);
    assert_int_equal(check("sip:mallory@example.com", &rules).role, XK_ROLE_INITIATOR);
}

static void test_initiator_must_be_the_tickets(void **state)
{
    (void)state;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    exchange.init.id_initiator.data = xk_text("sip:mallory@example.com");
    expect("sip:mallory@example.com", XK_ROLE_NONE, XK_FAILURE_POLICY, "IDRi of TRANSFER_INIT");
    rules.allow_other_initiator = true;
    assert_int_equal(check("sip:mallory@example.com", &rules).failure, XK_FAILURE_POLICY);
    exchange.init.ticket.flags &= (uint16_t)~XK_MIKEY_FLAG_I;
    assert_int_equal(check("sip:mallory@example.com", &rules).role, XK_ROLE_INITIATOR);
    rules.allow_other_initiator = false;
    assert_int_equal(check("sip:mallory@example.com", &rules).failure, XK_FAILURE_POLICY);
    memset(&exchange.init.ticket.initiator, 0, sizeof exchange.init.ticket.initiator); /* says nothing against it */
    assert_int_equal(check("sip:mallory@example.com", &rules).role, XK_ROLE_INITIATOR);
}

static void set_time(struct xk_mikey_time *time, uint32_t seconds)
{
    time->type = XK_MIKEY_TIME_NTP_UTC;
    time->ntp64 = (uint64_t)seconds << 32;
    time->value.data = init;
    time->value.size = 8;
}

static void test_validity(void **state)
{
    (void)state;
    set_time(&exchange.init.time, 0xd1000010);
    set_time(&exchange.init.ticket.valid_from, 0xd1000010);
    set_time(&exchange.init.ticket.valid_until, 0xd1000010);
    expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
    set_time(&exchange.init.ticket.valid_from, 0xd1000011);
    expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
    set_time(&exchange.init.ticket.valid_from, 0xd100000f);
    set_time(&exchange.init.ticket.valid_until, 0xd100000f);
    expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
    /* 2036: a clear top bit is the era that begins then. */
    set_time(&exchange.init.ticket.valid_until, 0x00000001);
    expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
    set_time(&exchange.init.time, 0x00000002);
    expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
    /* A counter cannot be held against a time of day. */
    exchange.init.time.type = XK_MIKEY_TIME_COUNTER;
    expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
}

/* What is absent, or a counter, sets no limit. */
static void test_validity_without_a_time_of_day(void **state)
{
    (void)state;
    enum kind { ABSENT, COUNTER, WRONG };
    static const struct {
        enum kind made;
        enum kind from;
        enum kind until;
        enum xk_failure failure;
    } rows[] = {
        {WRONG, WRONG, ABSENT, XK_FAILURE_TICKET_EXPIRED},  {WRONG, ABSENT, WRONG, XK_FAILURE_TICKET_EXPIRED},
        {WRONG, WRONG, COUNTER, XK_FAILURE_TICKET_EXPIRED}, {WRONG, COUNTER, WRONG, XK_FAILURE_TICKET_EXPIRED},
        {WRONG, ABSENT, ABSENT, XK_FAILURE_NONE},           {WRONG, COUNTER, COUNTER, XK_FAILURE_NONE},
        {ABSENT, WRONG, WRONG, XK_FAILURE_NONE},            {COUNTER, WRONG, WRONG, XK_FAILURE_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_time *const times[] = {&exchange.init.time, &exchange.init.ticket.valid_from,
                                               &exchange.init.ticket.valid_until};
        const enum kind kinds[] = {rows[i].made, rows[i].from, rows[i].until};
        const uint32_t seconds[] = {0xd1000010, 0xd1000011, 0xd100000f}; /* not begun, and ended */
        for (size_t k = 0; k < 3; k++) {
            set_time(times[k], seconds[k]);
            if (kinds[k] == ABSENT) {
                memset(times[k], 0, sizeof *times[k]);
            } else if (kinds[k] == COUNTER) {
                times[k]->type = XK_MIKEY_TIME_COUNTER;
            }
        }
        struct xk_relation relation = check("sip:alice@example.com", NULL);
        assert_int_equal(relation.failure, rows[i].failure);
        assert_int_equal(relation.role, rows[i].failure == XK_FAILURE_NONE ? XK_ROLE_INITIATOR : XK_ROLE_NONE);
    }
}

/* Without a RESP nobody answered; without IDRr in INIT it is the DF2/MF that knows who was dialled. */
static void test_who_was_dialled(void **state)
{
    (void)state;
    exchange.has_resp = false;
    struct xk_relation relation = check("sip:bob@example.com", NULL);
    assert_int_equal(relation.failure, XK_FAILURE_TARGET_ONLY_DIALLED);
    assert_null(relation.responder.data);
    memset(&exchange.init.id_responder, 0, sizeof exchange.init.id_responder);
    expect("sip:carol@example.com", XK_ROLE_NONE, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
    exchange.responder_hint = xk_text("sip:carol@example.com");
    expect("sip:carol@example.com", XK_ROLE_NONE, XK_FAILURE_TARGET_ONLY_DIALLED, "IDRr of TRANSFER_INIT");
}

static bool nobody(struct xk_bytes a, struct xk_bytes b, void *user)
{
    (void)a;
    (void)b;
    (*(unsigned int *)user)++;
    return false;
}

static void test_host_override_and_arguments(void **state)
{
    (void)state;
    unsigned int calls = 0;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    rules.same_user = nobody;
    rules.user = &calls;
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_POLICY);
    assert_true(calls > 0);
    struct xk_relation relation;
    struct xk_relation untouched;
    memset(&relation, 0xcd, sizeof relation);
    memset(&untouched, 0xcd, sizeof untouched);
    rules.size = 0;
    assert_int_equal(xk_relation_check(&exchange, xk_text("a"), &rules, &relation), XK_E_ARGUMENT);
    assert_int_equal(xk_relation_check(&exchange, xk_text(""), NULL, &relation), XK_E_ARGUMENT);
    assert_int_equal(xk_relation_check(&exchange, xk_text(NULL), NULL, &relation), XK_E_ARGUMENT);
    assert_memory_equal(&relation, &untouched, sizeof relation);
    assert_int_equal(xk_relation_check(NULL, xk_text("a"), NULL, &relation), XK_E_ARGUMENT);
    assert_int_equal(xk_relation_check(&exchange, xk_text("a"), NULL, NULL), XK_E_ARGUMENT);
}

static void test_parse_refuses_what_is_apart(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 0, ""};
    struct xk_get_keys wrong = message;
    wrong.transfer_init = message.transfer_resp;
    assert_int_equal(xk_exchange_parse(&wrong, &exchange, &diag), XK_E_MIKEY_DATA_TYPE);
    assert_int_equal(diag.offset, 1);
    wrong = message;
    wrong.transfer_resp = xk_text(NULL);
    assert_int_equal(xk_exchange_parse(&wrong, &exchange, &diag), XK_E_MIKEY_MISMATCH);
    assert_string_equal(diag.field, "TRANSFER_RESP");
    resp[7] ^= 1; /* CSB ID */
    assert_int_equal(xk_exchange_parse(&message, &exchange, &diag), XK_E_MIKEY_MISMATCH);
    assert_string_equal(diag.field, "CSB ID");
    resp[7] ^= 1;
    wrong = message;
    wrong.update_init = message.transfer_init;
    wrong.update_resp = message.transfer_resp;
    assert_int_equal(xk_exchange_parse(&wrong, &exchange, &diag), XK_E_MIKEY_MISMATCH);
    assert_string_equal(diag.field, "TICKET");
    assert_int_equal(xk_exchange_parse(NULL, &exchange, &diag), XK_E_ARGUMENT);
    assert_int_equal(xk_exchange_parse(&message, NULL, &diag), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_took_part, load),
        cmocka_unit_test_setup(test_dialled_is_not_enough, load),
        cmocka_unit_test_setup(test_allowed_is_not_enough, load),
        cmocka_unit_test_setup(test_hints, load),
        cmocka_unit_test_setup(test_initiator_must_be_the_tickets, load),
        cmocka_unit_test_setup(test_validity, load),
        cmocka_unit_test_setup(test_validity_without_a_time_of_day, load),
        cmocka_unit_test_setup(test_who_was_dialled, load),
        cmocka_unit_test_setup(test_host_override_and_arguments, load),
        cmocka_unit_test_setup(test_parse_refuses_what_is_apart, load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
