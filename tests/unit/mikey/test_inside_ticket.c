/* SPDX-License-Identifier: BSD-2-Clause */
/* Policy, Ticket Data and Initiator Data of a ticket: what is kept, what is stepped over, what cannot be. */
#include "unit/mikey/recipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define INIT XK_MIKEY_TRANSFER_INIT
#define TICKET_AT 46 /* in "tiTV" with one Crypto Session: 10, map 7, T 10, RANDRi 19, and here begins TICKET */

static struct xk_mikey_ticket ticket;
static struct xk_mikey_message m;
static struct xk_diag diag;

static enum xk_status parse(unsigned int flags, const char *policy, const char *data, const char *initiator_data)
{
    diag = (struct xk_diag){XK_OK, 0, ""};
    recipe_ticket(&ticket, flags, policy, data, initiator_data);
    size_t size = recipe_message(0, INIT, "tiTV", &ticket, "a", 1);
    return xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, &diag);
}

static void a_policy_keeps_what_it_is_made_of(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        size_t responders, applications, ignored;
    } rows[] = {
        {"MIRRsenABA", 2, 3, 0}, {"R", 1, 0, 0},    {"MMR", 1, 0, 1}, {"IIR", 1, 0, 1}, {"ssR", 1, 0, 1},
        {"eeR", 1, 0, 1},        {"nnR", 1, 0, 1},  {"jR", 1, 0, 1},  {"YR", 1, 0, 1},  {"CR", 1, 0, 1},
        {"PR", 1, 0, 1},         {"RTStaV", 1, 0, 5}, {"DxR", 1, 0, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum xk_status status = parse(RECIPE_FLAGS, rows[i].policy, "htaKV", "");
        if (status != XK_OK) {
            fail_msg("%s: %s in '%s'", rows[i].policy, xk_status_name(status), diag.field);
        }
        assert_int_equal(m.ticket.responder_count, rows[i].responders);
        assert_int_equal(m.ticket.application_count, rows[i].applications);
        assert_int_equal(m.ticket.ignored_count, rows[i].ignored);
        assert_int_equal(m.ignored_count, 0);
        assert_int_equal(m.ticket.kms.data.data != NULL, strchr(rows[i].policy, 'M') != NULL);
        assert_int_equal(m.ticket.initiator.data.data != NULL, strchr(rows[i].policy, 'I') != NULL);
        assert_int_equal(m.ticket.valid_from.value.data != NULL, strchr(rows[i].policy, 's') != NULL);
        assert_int_equal(m.ticket.valid_until.value.data != NULL, strchr(rows[i].policy, 'e') != NULL);
        assert_int_equal(m.ticket.rekey.value.data != NULL, strchr(rows[i].policy, 'n') != NULL);
    }
}

static void responders_and_applications_are_told_one_by_one(void **state)
{
    (void)state;
    struct xk_mikey_identity identity;
    size_t position = 0;
    assert_int_equal(parse(RECIPE_FLAGS, "ARYBQ", "htaKV", ""), XK_OK);
    assert_memory_equal(m.ticket.responder.data.data, "sip:c@d", 7);
    assert_true(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
    assert_memory_equal(identity.data.data, "sip:c@d", 7);
    assert_true(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
    assert_memory_equal(identity.data.data, "sip:g@h", 7);
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
    assert_int_equal(position, 2);
    position = 0;
    assert_true(xk_mikey_ticket_next_application(&m.ticket, &position, &identity));
    assert_int_equal(identity.role, XK_MIKEY_IDR_APP);
    assert_int_equal(identity.type, XK_MIKEY_ID_BYTES);
    assert_memory_equal(identity.data.data, "\x01", 1);
    assert_true(xk_mikey_ticket_next_application(&m.ticket, &position, &identity));
    assert_memory_equal(identity.data.data, "app", 3);
    assert_false(xk_mikey_ticket_next_application(&m.ticket, &position, &identity));
    m.ticket.application_count = 3; /* of which the policy has two */
    assert_false(xk_mikey_ticket_next_application(&m.ticket, &position, &identity));
    assert_int_equal(position, 2);
}

/* `more`: octets from the beginning of the ticket. TP Data is behind 10 of them and its First Payload octet; Initiator
 * Data behind the policy "R", the Ticket Data "htaKV" and two lengths. */
#define POLICY (TICKET_AT + 11)
#define OF_R 12                                   /* octets of IDRr: 5 and "sip:c@d" */
#define TICKET_DATA (3 + 10 + 18 + 9 + 22)        /* THDR, T, RAND, KEMAC, V */
#define INITIATOR_DATA (TICKET_AT + 10 + 1 + OF_R + 2 + TICKET_DATA + 2)

static void a_ticket_that_contradicts_itself_is_told(void **state)
{
    (void)state;
    static const struct {
        unsigned int flags;
        const char *policy;
        const char *initiator_data;
        size_t offset;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {RECIPE_FLAGS, "MI", "", TICKET_AT + 10, XK_E_MIKEY_TICKET, "IDRr"},
        {RECIPE_FLAGS, "YA", "", TICKET_AT + 10, XK_E_MIKEY_TICKET, "IDRr"},
        {RECIPE_FLAGS, "IJR", "", POLICY + OF_R, XK_E_MIKEY_CHAIN, "IDR"},
        {RECIPE_FLAGS, "INR", "", POLICY + OF_R, XK_E_MIKEY_CHAIN, "IDR"},
        {RECIPE_FLAGS, "Z", "", POLICY + 5 + 4, XK_E_MIKEY_IDENTITY, "ID data"},
        {RECIPE_FLAGS, "E", "", POLICY, XK_E_MIKEY_IDENTITY, "ID data"},
        {RECIPE_FLAGS, "efR", "", POLICY + 11, XK_E_MIKEY_CHAIN, "TR"},
        {RECIPE_FLAGS, "Rc", "", POLICY + OF_R, XK_E_MIKEY_VALUE, "TS type"},
        {RECIPE_FLAGS, "RK", "", POLICY + OF_R, XK_E_MIKEY_TICKET, "KEMAC in TP Data"},
        {RECIPE_FORKING, "R", "", INITIATOR_DATA, XK_E_MIKEY_TICKET, "Initiator Data"},
        {RECIPE_FORKING, "R", "V", INITIATOR_DATA + 1 + 22, XK_E_MIKEY_TICKET, "Vr"},
        {RECIPE_FORKING, "R", "SV", INITIATOR_DATA + 1 + 11 + 22, XK_E_MIKEY_TICKET, "Vr"},
        {RECIPE_FORKING, "R", "S", INITIATOR_DATA + 1 + 11, XK_E_MIKEY_TICKET, "Vi"},
        {RECIPE_FORKING, "R", "VVS", INITIATOR_DATA + 1 + 44 + 11, XK_E_MIKEY_TICKET, "Vr"},
        {RECIPE_FORKING, "R", "VW", INITIATOR_DATA + 1 + 22 + 1, XK_E_MIKEY_TICKET, "Vr"},
        {RECIPE_FLAGS, "R", "VV", INITIATOR_DATA, XK_E_MIKEY_TICKET, "Initiator Data"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum xk_status status = parse(rows[i].flags, rows[i].policy, "htaKV", rows[i].initiator_data);
        if (status != rows[i].status || diag.status != status || diag.offset != rows[i].offset ||
            strcmp(diag.field, rows[i].field) != 0) {
            fail_msg("row %zu: %s at %zu in '%s', wanted %s at %zu in '%s'", i, xk_status_name(status), diag.offset,
                     diag.field, xk_status_name(rows[i].status), rows[i].offset, rows[i].field);
        }
    }
}

/* A chain ends where its length says, neither before nor behind. */
static void tp_data_is_as_long_as_it_says(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more++) {
        diag = (struct xk_diag){XK_OK, 0, ""};
        recipe_ticket(&ticket, RECIPE_FLAGS, "R", "htaKV", "");
        ticket.policy.size = (size_t)((int)ticket.policy.size + more);
        size_t size = recipe_message(0, INIT, "tiTV", &ticket, "a", 1);
        static const enum xk_status wanted[] = {XK_E_MIKEY_TRUNCATED, XK_OK, XK_E_MIKEY_LENGTH};
        assert_int_equal(xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, &diag), wanted[more + 1]);
        assert_int_equal(diag.offset, more == 0 ? 0 : POLICY + OF_R + (more < 0 ? 0 : 1) - 1);
        assert_string_equal(diag.field, more == 0 ? "" : more < 0 ? "IDR" : "TP Data");
    }
}

static void ticket_data_that_is_no_base_ticket_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t ignored; /* or, of what is refused, the octets into Ticket Data */
        enum xk_status status;
        const char *field;
    } rows[] = {
        {"htaKV", 0, XK_OK, ""},
        {"htaKPMSV", 2, XK_OK, ""},
        {"httaKV", 1, XK_OK, ""},
        {"htaaKV", 1, XK_OK, ""},
        {"htaKPPV", 1, XK_OK, ""},
        {"htaKZYV", 2, XK_OK, ""}, /* identities that are not looked at */
        {"ht1aKV", 3 + 10, XK_E_MIKEY_CHAIN, "T"},
        {"htaKKV", 3 + 10 + 18 + 9, XK_E_MIKEY_CHAIN, "KEMAC"},
        {"htaHV", 3 + 10 + 18 + 8, XK_E_MIKEY_VALUE, "MAC alg of KEMAC"},
        {"htaKVV", TICKET_DATA, XK_E_MIKEY_VERIFICATION, "V"},
        {"haKV", 3 + 18 + 9 + 22, XK_E_MIKEY_MISSING, "T"},
        {"htKV", 3 + 10 + 9 + 22, XK_E_MIKEY_MISSING, "RAND"},
        {"htaV", 3 + 10 + 18 + 22, XK_E_MIKEY_MISSING, "KEMAC"},
        {"htaK", 3 + 10 + 18 + 9, XK_E_MIKEY_MISSING, "V"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_ticket_data data;
        struct xk_mikey_ticket_data before;
        memset(&data, 0x5a, sizeof data);
        before = data;
        assert_int_equal(parse(RECIPE_FLAGS, "R", rows[i].data, ""), XK_OK);
        enum xk_status status = xk_mikey_read_ticket_data(&m.ticket, &data, &diag);
        if (status != rows[i].status || strcmp(diag.field, rows[i].field) != 0) {
            fail_msg("%s: %s in '%s'", rows[i].data, xk_status_name(status), diag.field);
        }
        if (status == XK_OK) {
            assert_int_equal(data.ignored_count, rows[i].ignored);
            assert_int_equal(data.psk.data.data != NULL, strchr(rows[i].data, 'P') != NULL);
            assert_int_equal(data.rand.size, 16);
            assert_int_equal(data.kemac.encrypted.size, 4);
            assert_int_equal(data.v.mac.size, 20);
        } else {
            assert_int_equal(diag.offset, POLICY + OF_R + 2 + rows[i].ignored);
            assert_memory_equal(&data, &before, sizeof data);
        }
    }
}

/* The first V is Vi, the last payload is Vr, and what stands between them is stepped over. */
static void initiator_data_has_a_mac_at_both_ends(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t ignored;
    } rows[] = {{"VV", 0}, {"SVV", 1}, {"VSV", 1}, {"VVV", 1}, {"SVSaVV", 4}, {"WW", 0}, {"WVW", 1}};
    struct xk_mikey_initiator_data data;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t mac = rows[i].data[strlen(rows[i].data) - 1] == 'W' ? 32 : 20;
        assert_int_equal(parse(RECIPE_FORKING, "R", "htaKV", rows[i].data), XK_OK);
        assert_int_equal(m.ticket.ignored_count, rows[i].ignored);
        assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, &data, &diag), XK_OK);
        assert_int_equal(data.ignored_count, rows[i].ignored);
        assert_int_equal(data.vi.mac.size, mac);
        assert_int_equal(data.vr.mac.size, mac);
        assert_true(data.vi.mac.data < data.vr.mac.data);
        assert_int_equal(data.vr_mac_offset, m.ticket.initiator_data.size - mac);
    }
}

/* The structure is the caller's: it may hold what no message had. */
static void initiator_data_is_read_again_with_every_check(void **state)
{
    (void)state;
    struct xk_mikey_initiator_data data;
    struct xk_mikey_initiator_data before;
    memset(&data, 0x5a, sizeof data);
    before = data;
    assert_int_equal(parse(RECIPE_FORKING, "R", "htaKV", "VV"), XK_OK);
    m.ticket.initiator_data.size--;
    assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, &data, &diag), XK_E_MIKEY_TRUNCATED);
    assert_int_equal(diag.offset, INITIATOR_DATA + 1 + 44 - 1);
    m.ticket.initiator_data.size++;
    m.ticket.initiator_data.size++; /* the first octet of the message's V is not of it */
    assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, &data, &diag), XK_E_MIKEY_TICKET);
    assert_int_equal(diag.offset, INITIATOR_DATA + 1 + 44);
    assert_string_equal(diag.field, "Initiator Data");
    m.ticket.initiator_data = (struct xk_bytes){NULL, 5};
    assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, &data, &diag), XK_E_ARGUMENT);
    m.ticket.initiator_data = (struct xk_bytes){NULL, 0};
    assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, &data, &diag), XK_E_MIKEY_MISSING);
    assert_int_equal(diag.offset, TICKET_AT);
    assert_string_equal(diag.field, "Initiator Data");
    assert_memory_equal(&data, &before, sizeof data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_keeps_what_it_is_made_of),
        cmocka_unit_test(responders_and_applications_are_told_one_by_one),
        cmocka_unit_test(a_ticket_that_contradicts_itself_is_told),
        cmocka_unit_test(tp_data_is_as_long_as_it_says),
        cmocka_unit_test(ticket_data_that_is_no_base_ticket_is_told),
        cmocka_unit_test(initiator_data_has_a_mac_at_both_ends),
        cmocka_unit_test(initiator_data_is_read_again_with_every_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
