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
    assert_int_equal(xk_relation_check(&exchange, xk_text(target), rules, &relation, NULL), XK_OK);
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
}

static enum xk_validity decided;

static bool decide(const struct xk_exchange *asked, enum xk_validity validity, void *user)
{
    assert_ptr_equal(asked, &exchange);
    decided = validity;
    return *(bool *)user;
}

/* T may be a counter, which cannot be held against a time of day; a validity may not be one. */
static void test_validity_by_a_counter_is_the_hosts_to_judge(void **state)
{
    (void)state;
    bool answer = false;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    rules.user = &answer;
    rules.counter_valid = decide;
    exchange.init.time.type = XK_MIKEY_TIME_COUNTER;
    expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_TICKET_EXPIRED);
    assert_int_equal(decided, XK_VALIDITY_UNKNOWN);
    exchange.init.ticket.valid_until.type = XK_MIKEY_TIME_COUNTER;
    expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
    answer = true;
    assert_int_equal(check("sip:alice@example.com", &rules).role, XK_ROLE_INITIATOR);
    assert_int_equal(decided, XK_VALIDITY_COUNTER);
    /* Nobody is asked where the times speak for themselves. */
    set_time(&exchange.init.time, 0xd2000000);
    set_time(&exchange.init.ticket.valid_until, 0xd1ffffff);
    decided = XK_VALIDITY_WITHIN;
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_TICKET_EXPIRED);
    set_time(&exchange.init.time, 0xd1000010);
    answer = false;
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_NONE);
    assert_int_equal(decided, XK_VALIDITY_WITHIN);
}

static void test_the_tolerance_is_for_every_time(void **state)
{
    (void)state;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    rules.clock_tolerance = 5;
    set_time(&exchange.init.time, 0xd1000010);
    set_time(&exchange.init.ticket.valid_until, 0xd100000b);
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_NONE);
    set_time(&exchange.init.ticket.valid_until, 0xd100000a);
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_TICKET_EXPIRED);
}

/* An update is made after what it updates (RFC 6043 5.2), as far as two clocks can tell. */
static void test_an_update_is_not_older_than_its_exchange(void **state)
{
    (void)state;
    struct xk_mikey_time *const times[] = {&exchange.update_init.time, &exchange.update_resp.time};
    static const char *const fields[] = {"T of update TRANSFER_INIT", "T of update TRANSFER_RESP"};
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    rules.clock_tolerance = 2;
    exchange.has_update = exchange.has_update_resp = true;
    for (size_t i = 0; i < 2; i++) {
        set_time(&exchange.init.time, 0xd1000010);
        set_time(times[0], 0xd1000011);
        set_time(times[1], 0xd1000011);
        expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
        set_time(times[i], 0xd1000010);
        expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
        set_time(times[i], 0xd100000f);
        expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_POLICY, fields[i]);
        assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_NONE);
        set_time(times[i], 0xd100000e);
        assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_NONE);
        set_time(times[i], 0xd100000d);
        assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_POLICY);
        set_time(times[i], 0x51000010); /* half an era away: it may as well be ahead */
        expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
        set_time(times[i], 0x51000011);
        expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_POLICY, fields[i]);
        times[i]->type = XK_MIKEY_TIME_COUNTER;
        expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
        /* 2036 lies between them. */
        memset(&exchange.init.ticket.valid_until, 0, sizeof exchange.init.ticket.valid_until);
        set_time(&exchange.init.time, 0xffffffff);
        set_time(times[0], 2);
        set_time(times[1], 2);
        expect("sip:alice@example.com", XK_ROLE_INITIATOR, XK_FAILURE_NONE, "");
        set_time(&exchange.init.time, 2);
        set_time(times[1 - i], 3);
        set_time(times[i], 0xffffffff);
        expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_POLICY, fields[i]);
    }
}

/* An identity is read by its type: a NAI by its own rules, and it is never a URI (RFC 3830 6.7). */
static void test_identities_are_compared_by_their_type(void **state)
{
    (void)state;
    exchange.init.id_initiator =
        (struct xk_mikey_identity){XK_MIKEY_IDR_I, XK_MIKEY_ID_NAI, xk_text("alice@EXAMPLE.com")};
    expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_POLICY, "IDRi of TRANSFER_INIT");
    exchange.init.ticket.initiator =
        (struct xk_mikey_identity){XK_MIKEY_IDR_I, XK_MIKEY_ID_NAI, xk_text("alice@example.COM")};
    expect("sip:alice@example.com", XK_ROLE_NONE, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
    expect("alice@example.com", XK_ROLE_NONE, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
    expect("sip:bob@example.com", XK_ROLE_RESPONDER, XK_FAILURE_NONE, "");
}

/* Without a RESP nobody answered; without IDRr in INIT it is the DF2/MF that knows who was dialled. */
static void test_who_was_dialled(void **state)
{
    (void)state;
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    exchange.has_resp = false;
    struct xk_relation relation = check("sip:bob@example.com", NULL);
    assert_int_equal(relation.failure, XK_FAILURE_TARGET_ONLY_DIALLED);
    assert_null(relation.responder.data);
    memset(&exchange.init.id_responder, 0, sizeof exchange.init.id_responder);
    expect("sip:carol@example.com", XK_ROLE_NONE, XK_FAILURE_NOT_TARGET, "Public KMS Identity");
    exchange.responder_hint = xk_text("sip:carol@example.com");
    expect("sip:carol@example.com", XK_ROLE_NONE, XK_FAILURE_TARGET_ONLY_DIALLED, "IDRr of TRANSFER_INIT");
    exchange.responder_hint = xk_text("sip:bob@example.com"); /* where no RESP is sent, SIP still tells who answered */
    rules.trust_responder_hint = true;
    assert_int_equal(check("sip:bob@example.com", &rules).role, XK_ROLE_RESPONDER);
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
    struct xk_diag diag = {XK_OK, 9, ""};
    const size_t first = offsetof(struct xk_relation_rules, allow_other_initiator) + sizeof(bool);
    const size_t wrong[] = {0, first - 1, sizeof rules + 1};
    for (size_t i = 0; i < 3; i++) {
        rules.size = wrong[i];
        assert_int_equal(xk_relation_check(&exchange, xk_text("a"), &rules, &relation, &diag), XK_E_ARGUMENT);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, "size");
    }
    assert_int_equal(xk_relation_check(&exchange, xk_text(""), NULL, &relation, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "Public KMS Identity");
    assert_int_equal(xk_relation_check(&exchange, xk_text(NULL), NULL, &relation, NULL), XK_E_ARGUMENT);
    assert_memory_equal(&relation, &untouched, sizeof relation);
    assert_int_equal(xk_relation_check(NULL, xk_text("a"), NULL, &relation, &diag), XK_E_ARGUMENT);
    assert_string_equal(diag.field, "");
    /* An older caller's structure is filled as far as it goes, a stranger's not at all. */
    memset(&rules, 0xcd, sizeof rules);
    xk_relation_rules_defaults(NULL, sizeof rules);
    xk_relation_rules_defaults(&rules, first - 1);
    xk_relation_rules_defaults(&rules, sizeof rules + 1);
    assert_int_equal(((const uint8_t *)&rules)[0], 0xcd);
    xk_relation_rules_defaults(&rules, first);
    assert_int_equal(rules.size, first);
    assert_false(rules.allow_other_initiator);
    assert_int_equal(rules.clock_tolerance, 0xcdcdcdcd);
    xk_relation_rules_init(&rules);
    assert_int_equal(rules.size, sizeof rules);
    assert_int_equal(rules.clock_tolerance, 0);
    assert_null(rules.counter_valid);
    rules.size = first; /* of a caller that knows no tolerance: what lies behind is not read */
    rules.clock_tolerance = UINT32_MAX;
    set_time(&exchange.init.time, 0xd2000000);
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_TICKET_EXPIRED);
    rules.size = sizeof rules;
    assert_int_equal(check("sip:alice@example.com", &rules).failure, XK_FAILURE_NONE);
    assert_int_equal(xk_relation_check(&exchange, xk_text("a"), NULL, NULL, NULL), XK_E_ARGUMENT);
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
        cmocka_unit_test_setup(test_validity_by_a_counter_is_the_hosts_to_judge, load),
        cmocka_unit_test_setup(test_the_tolerance_is_for_every_time, load),
        cmocka_unit_test_setup(test_an_update_is_not_older_than_its_exchange, load),
        cmocka_unit_test_setup(test_identities_are_compared_by_their_type, load),
        cmocka_unit_test_setup(test_who_was_dialled, load),
        cmocka_unit_test_setup(test_host_override_and_arguments, load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
