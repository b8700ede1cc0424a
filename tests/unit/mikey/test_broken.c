/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages that are well formed in each payload and unusual, or wrong, as a whole. */
#include "unit/mikey/recipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define INIT XK_MIKEY_TRANSFER_INIT
#define RESP XK_MIKEY_TRANSFER_RESP

/* What a message holds that its mode has a place for is kept, and the rest is counted (RFC 6043 4.2.2). */
static void what_has_no_place_is_stepped_over(void **state)
{
    (void)state;
    static const struct {
        unsigned int type;
        const char *recipe;
        size_t ignored;
    } rows[] = {
        {INIT, "tiTV", 0},     {INIT, "tiIRSFTKV", 0}, {INIT, "ttiTV", 1},   {INIT, "tiiTV", 1},   {INIT, "tiIITV", 1},
        {INIT, "tiRRTV", 1},   {INIT, "tiSSTV", 1},    {INIT, "tiaaTV", 1},  {INIT, "rrtiTV", 1},  {INIT, "kktiTV", 1},
        {INIT, "tixTV", 1},    {INIT, "tiYTV", 1},     {INIT, "tiCTV", 1},   {INIT, "tiMPATV", 3}, {INIT, "tijsTV", 2},
        {INIT, "tiDTV", 1},    {INIT, "ttttiTV", 3},   {INIT, "tV", 0},      {INIT, "tTV", 0},     {INIT, "tirkTV", 0},
        {RESP, "tV", 0},       {RESP, "tirkIRTKV", 0}, {RESP, "txYMjDV", 5}, {RESP, "oorkV", 1},   {RESP, "tCRYV", 2},
    };
    struct xk_mikey_ticket ticket;
    recipe_ticket(&ticket, RECIPE_FLAGS, "MIR", "htaKV", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t size = recipe_message(0, rows[i].type, rows[i].recipe, &ticket, "a", 1);
        enum xk_status status = rows[i].type == INIT ? xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, &diag)
                                                     : xk_mikey_parse_transfer_resp(recipe_wire[0], size, &m, &diag);
        if (status != XK_OK) {
            fail_msg("%s: %s in '%s'", rows[i].recipe, xk_status_name(status), diag.field);
        }
        assert_int_equal(m.ignored_count, rows[i].ignored);
        assert_int_equal(m.payload_count, strlen(rows[i].recipe));
        assert_int_equal(m.time.value.data != NULL, 1);
        assert_int_equal(m.rand_initiator.data != NULL, strchr(rows[i].recipe, 'i') != NULL);
        assert_int_equal(m.rand_responder.data != NULL, strchr(rows[i].recipe, 'r') != NULL);
        assert_int_equal(m.rand_kms.data != NULL, strchr(rows[i].recipe, 'k') != NULL);
        assert_int_equal(m.id_initiator.data.data != NULL, strchr(rows[i].recipe, 'I') != NULL);
        assert_int_equal(m.id_responder.data.data != NULL, strchr(rows[i].recipe, 'R') != NULL);
        assert_int_equal(m.ticket.whole.data != NULL, strchr(rows[i].recipe, 'T') != NULL);
        assert_int_equal(m.kemac.encrypted.data != NULL, strchr(rows[i].recipe, 'K') != NULL);
        assert_int_equal(m.policy_count, (strchr(rows[i].recipe, 'S') != NULL) + (strchr(rows[i].recipe, 'F') != NULL));
        assert_int_equal(m.v_mac_offset, size - 20);
    }
}

/* `at` is the payload at fault, and `more` the octets into it; of a map the octets into the message. */
static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned int type;
        const char *recipe;
        const char *ids;
        size_t policies;
        size_t at;
        size_t more;
        enum xk_status status;
        const char *field;
    } rows[] = {
        {INIT, "tiTV", "aa", 1, SIZE_MAX, 10 + 7, XK_E_MIKEY_MAP, "CS ID"},
        {INIT, "tiT", "a", 1, 3, 0, XK_E_MIKEY_VERIFICATION, "V"},
        {INIT, "iTV", "a", 1, 3, 0, XK_E_MIKEY_MISSING, "T"},
        {INIT, "t1iTV", "a", 1, 1, 0, XK_E_MIKEY_CHAIN, "T"},
        {INIT, "tiwTV", "a", 1, 2, 0, XK_E_MIKEY_CHAIN, "RANDRi"},
        {INIT, "tizTV", "a", 1, 2, 0, XK_E_MIKEY_VALUE, "RANDRi"},
        {INIT, "tzTV", "a", 1, 1, 0, XK_E_MIKEY_VALUE, "RANDRi"},
        {INIT, "tiIJTV", "a", 1, 3, 0, XK_E_MIKEY_CHAIN, "IDR"},
        {INIT, "tiINTV", "a", 1, 3, 0, XK_E_MIKEY_CHAIN, "IDR"},
        {INIT, "tiRQTV", "a", 1, 3, 0, XK_E_MIKEY_CHAIN, "IDR"},
        {INIT, "tiSGTV", "a", 1, 3, 0, XK_E_MIKEY_CHAIN, "SP"},
        {INIT, "tiTTV", "a", 1, 3, 0, XK_E_MIKEY_CHAIN, "TICKET"},
        {INIT, "tiTKKV", "a", 1, 4, 0, XK_E_MIKEY_CHAIN, "KEMAC"},
        {INIT, "tiTHV", "a", 1, 3, 8, XK_E_MIKEY_VALUE, "MAC alg of KEMAC"},
        {INIT, "tiTVS", "a", 1, 3, 0, XK_E_MIKEY_VERIFICATION, "V"},
        {INIT, "tiTVV", "a", 1, 3, 0, XK_E_MIKEY_VERIFICATION, "V"},
        {INIT, "tiZTV", "a", 1, 2, 5 + 4, XK_E_MIKEY_IDENTITY, "ID data"},
        {INIT, "tiETV", "a", 1, 2, 0, XK_E_MIKEY_IDENTITY, "ID data"},
        {INIT, "tiLTV", "a", 1, 2, 0, XK_E_LIMIT, "ID data"},
        {RESP, "tV", "a", 0, SIZE_MAX, 10 + 2, XK_E_MIKEY_MAP, "#P"},
        {RESP, "tV", "a", 2, SIZE_MAX, 10 + 2, XK_E_MIKEY_MAP, "#P"},
        {RESP, "tHV", "a", 1, 1, 8, XK_E_MIKEY_VALUE, "MAC alg of KEMAC"},
        {RESP, "t", "a", 1, 1, 0, XK_E_MIKEY_VERIFICATION, "V"},
        {RESP, "V", "a", 1, 1, 0, XK_E_MIKEY_MISSING, "T"},
    };
    struct xk_mikey_ticket ticket;
    recipe_ticket(&ticket, RECIPE_FLAGS, "MIR", "htaKV", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_mikey_message m;
        struct xk_mikey_message before;
        struct xk_diag diag = {XK_OK, 0, ""};
        size_t size = recipe_message(0, rows[i].type, rows[i].recipe, &ticket, rows[i].ids, rows[i].policies);
        size_t offset = rows[i].more;
        if (rows[i].at != SIZE_MAX) {
            offset += recipe_offset(rows[i].type, rows[i].recipe, &ticket, rows[i].ids, rows[i].policies, rows[i].at);
        }
        memset(&m, 0x33, sizeof m);
        before = m;
        enum xk_status status = rows[i].type == INIT ? xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, &diag)
                                                     : xk_mikey_parse_transfer_resp(recipe_wire[0], size, &m, &diag);
        if (status != rows[i].status || diag.status != status || diag.offset != offset ||
            strcmp(diag.field, rows[i].field) != 0) {
            fail_msg("%s: %s at %zu in '%s', wanted %s at %zu in '%s'", rows[i].recipe, xk_status_name(status),
                     diag.offset, diag.field, xk_status_name(rows[i].status), offset, rows[i].field);
        }
        assert_memory_equal(&m, &before, sizeof m);
    }
}

static void maps_are_generic_or_empty(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct xk_diag diag;
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    size_t size = recipe_message(0, INIT, "tV", NULL, "", 0);
    recipe_wire[0][9] = XK_MIKEY_MAP_EMPTY;
    assert_int_equal(xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, NULL), XK_OK);
    assert_false(xk_mikey_next_crypto_session(&m, &position, &session));
    recipe_wire[0][9] = XK_MIKEY_MAP_SRTP_ID;
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, NULL), XK_OK);
    assert_int_equal(xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, &diag), XK_E_MIKEY_MAP);
    assert_int_equal(diag.offset, 9);
    assert_string_equal(diag.field, "CS ID map type");
}

/* Session data of SRTP is SSRC, and with the S flag ROC and SEQ besides; of other protocols it is what they say. */
static void session_data_is_as_long_as_its_flag_says(void **state)
{
    (void)state;
    static const struct {
        uint8_t protocol, s_and_count, size;
        bool good;
    } rows[] = {
        {0, 0x01, 0, true},  {0, 0x01, 3, false},  {0, 0x01, 4, true},   {0, 0x01, 5, false}, {0, 0x01, 10, false},
        {0, 0x81, 0, true},  {0, 0x81, 4, false},  {0, 0x81, 9, false},  {0, 0x81, 10, true}, {0, 0x81, 11, false},
        {1, 0x01, 5, true},  {1, 0x81, 3, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t message[64] = {1, RESP, XK_MIKEY_T, 0, 0, 0, 0, 7, 2, XK_MIKEY_MAP_GENERIC_ID,
                               0, 0, 1, 2, 0, 0, 0, /* CS 0, without session data */
                               2, rows[i].protocol, rows[i].s_and_count, 2, 0, rows[i].size};
        static const uint8_t payloads[] = {0, XK_MIKEY_V, XK_MIKEY_TIME_COUNTER, 0, 0, 0, 1, 0, 0}; /* SPI, T, V */
        size_t size = 23 + rows[i].size;
        memcpy(message + size, payloads, sizeof payloads);
        struct xk_mikey_message m;
        struct xk_diag diag = {XK_OK, 0, ""};
        enum xk_status status = xk_mikey_parse_transfer_resp(message, size + sizeof payloads, &m, &diag);
        assert_int_equal(status, rows[i].good ? XK_OK : XK_E_MIKEY_MAP);
        assert_int_equal(diag.offset, rows[i].good ? 0 : 17);
        assert_string_equal(diag.field, rows[i].good ? "" : "Session Data Length");
    }
}

/* All in front of the MAC; of an INIT with a ticket without Initiator Data and its length (RFC 6043 5.5). */
static void what_the_mac_covers_is_told(void **state)
{
    (void)state;
    struct xk_mikey_ticket ticket;
    struct xk_mikey_message m;
    struct xk_bytes parts[2];
    recipe_ticket(&ticket, RECIPE_FORKING, "R", "htaKV", "VV");
    size_t size = recipe_message(0, INIT, "tiTSV", &ticket, "a", 1);
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, NULL), XK_OK);
    size_t policy = recipe_offset(INIT, "tiTSV", &ticket, "a", 1, 3);
    xk_mikey_covered(&m, parts);
    assert_ptr_equal(parts[0].data, recipe_wire[0]);
    assert_int_equal(parts[0].size, policy - 2 - ticket.initiator_data.size);
    assert_ptr_equal(parts[1].data, recipe_wire[0] + policy);
    assert_int_equal(parts[1].size, size - 20 - policy);
    size = recipe_message(0, INIT, "tV", NULL, "a", 1);
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, NULL), XK_OK);
    xk_mikey_covered(&m, parts);
    assert_ptr_equal(parts[0].data, recipe_wire[0]);
    assert_int_equal(parts[0].size, size - 20);
    assert_null(parts[1].data);
    assert_int_equal(parts[1].size, 0);
    size = recipe_message(0, RESP, "tTW", &ticket, "a", 1);
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, NULL), XK_OK);
    xk_mikey_covered(&m, parts);
    assert_int_equal(parts[0].size, size - 32);
    assert_null(parts[1].data);
    size = recipe_message(0, INIT, "t", NULL, "a", 1);
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, NULL), XK_OK);
    xk_mikey_covered(&m, parts);
    assert_int_equal(parts[0].size, 0);
}

static void a_chain_has_an_end(void **state)
{
    (void)state;
    struct xk_mikey_message m;
    struct xk_diag diag;
    size_t size = recipe_message(0, XK_MIKEY_TRANSFER_INIT, "tV", NULL, "", 0);
    /* Sixty-five policies without parameters, written by hand: the builder makes no more than sixty-four. */
    recipe_wire[0][2] = XK_MIKEY_SP;
    for (size_t i = 0; i < XK_MIKEY_PAYLOADS_MAX + 1; i++) {
        const uint8_t policy[] = {XK_MIKEY_SP, (uint8_t)i, 0, 0, 0};
        memcpy(recipe_wire[0] + 10 + 5 * i, policy, 5);
    }
    size = 10 + 5 * (XK_MIKEY_PAYLOADS_MAX + 1);
    recipe_wire[0][size - 5] = XK_MIKEY_LAST;
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, &diag), XK_E_MIKEY_CHAIN);
    assert_string_equal(diag.field, "number of payloads");
    assert_int_equal(diag.offset, 10 + 5 * XK_MIKEY_PAYLOADS_MAX);
    recipe_wire[0][size - 10] = XK_MIKEY_LAST;
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size - 5, &m, &diag), XK_OK);
    assert_int_equal(m.policy_count, XK_MIKEY_PAYLOADS_MAX);
    assert_int_equal(m.payload_count, XK_MIKEY_PAYLOADS_MAX);
    assert_int_equal(m.ignored_count, 0);
}

static void keys_that_lie_are_told(void **state)
{
    (void)state;
    static const struct {
        uint8_t octets[8];
        size_t size;
        enum xk_status status;
    } rows[] = {
        {{0, 0x20, 0, 1, 7}, 5, XK_OK},
        {{0, 0x20, 0, 0}, 4, XK_E_EMPTY},
        {{0, 0x70, 0, 1, 7}, 5, XK_E_MIKEY_VALUE},
        {{0, 0x23, 0, 1, 7}, 5, XK_E_MIKEY_VALUE},
        {{0, 0x20, 0, 2, 7}, 5, XK_E_MIKEY_TRUNCATED},
        {{0, 0x21, 0, 1, 7}, 5, XK_E_MIKEY_TRUNCATED},
        {{20, 0x20, 0, 1, 7}, 5, XK_E_MIKEY_CHAIN},   /* one more is promised */
        {{0, 0x20, 0, 1, 7, 1}, 6, XK_E_MIKEY_CHAIN}, /* and here not */
        {{5, 0x20, 0, 1, 7, 1}, 6, XK_E_MIKEY_CHAIN}, /* another payload follows */
    };
    struct xk_mikey_key_data key;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t position = 0;
        struct xk_bytes keys = {rows[i].octets, rows[i].size};
        assert_int_equal(xk_mikey_next_key_data(keys, &position, &key), rows[i].status);
        assert_int_equal(position, rows[i].status == XK_OK ? rows[i].size : 0);
    }
}

static void policies_are_found_by_number_and_parameter(void **state)
{
    (void)state;
    static const uint8_t parameters[] = {0, 1, 5, 1, 5, 1, 2, 3, 4, 5, 2, 0, 3, 4, 0xff, 0xff, 0xff, 0xff, 4, 3, 1};
    struct xk_mikey_policy policy = {.parameters = {parameters, sizeof parameters}};
    uint32_t value = 77;
    struct xk_mikey_message m;
    assert_true(xk_mikey_policy_parameter(&policy, 0, &value));
    assert_int_equal(value, 5);
    assert_true(xk_mikey_policy_parameter(&policy, 3, &value));
    assert_true(value == UINT32_MAX);
    assert_false(xk_mikey_policy_parameter(&policy, 1, &value)); /* five octets */
    assert_false(xk_mikey_policy_parameter(&policy, 2, &value)); /* none */
    assert_false(xk_mikey_policy_parameter(&policy, 4, &value)); /* three, of which one is there */
    assert_false(xk_mikey_policy_parameter(&policy, 9, &value)); /* not before what is cut */
    policy.parameters.size = 3;
    assert_false(xk_mikey_policy_parameter(&policy, 9, &value));
    assert_true(value == UINT32_MAX);
    size_t size = recipe_message(0, XK_MIKEY_TRANSFER_INIT, "tSV", NULL, "", 0);
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, &m, NULL), XK_OK);
    assert_true(xk_mikey_find_policy(&m, 3, &policy));
    assert_int_equal(policy.parameters.size, 6);
    assert_false(xk_mikey_find_policy(&m, 4, &policy));
    m.whole.size = m.payloads_offset + 1; /* as a host's copy of it may be cut */
    assert_false(xk_mikey_find_policy(&m, 3, &policy));
}

static void null_is_refused(void **state)
{
    (void)state;
    struct xk_mikey_ticket ticket;
    struct xk_mikey_message m;
    struct xk_mikey_ticket_data data;
    struct xk_mikey_initiator_data initiator_data;
    struct xk_mikey_key_data key;
    struct xk_mikey_policy policy = {.parameters = {(const uint8_t *)"\1\1\1", 3}};
    struct xk_mikey_payload payload = {0};
    struct xk_mikey_identity identity;
    struct xk_mikey_crypto_session session;
    const struct xk_bytes five = {(const uint8_t *)"12345", 5};
    struct xk_diag diag = {XK_OK, 9, NULL};
    size_t position = 0;
    uint32_t value;
    recipe_ticket(&ticket, RECIPE_FLAGS, "R", "htaKV", "");
    size_t size = recipe_message(0, XK_MIKEY_TRANSFER_INIT, "tiTV", &ticket, "a", 1);
    assert_int_equal(xk_mikey_parse(NULL, size, &m, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_string_equal(diag.field, "");
    assert_int_equal(xk_mikey_parse(recipe_wire[0], size, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse_transfer_init(recipe_wire[0], size, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse_transfer_resp(recipe_wire[0], size, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_parse_transfer_init(recipe_wire[0], size, &m, NULL), XK_OK);
    assert_int_equal(xk_mikey_read_ticket_data(NULL, &data, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_ticket_data(&m.ticket, NULL, NULL), XK_E_ARGUMENT);
    memset(&ticket, 0, sizeof ticket);
    assert_int_equal(xk_mikey_read_ticket_data(&ticket, &data, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_initiator_data(NULL, &initiator_data, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_read_initiator_data(&m.ticket, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_next_key_data((struct xk_bytes){NULL, 0}, &position, &key), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_next_key_data(five, NULL, &key), XK_E_ARGUMENT);
    assert_int_equal(xk_mikey_next_key_data(five, &position, NULL), XK_E_ARGUMENT);
    assert_false(xk_mikey_find_policy(NULL, 0, &policy));
    assert_false(xk_mikey_find_policy(&m, 0, NULL));
    assert_false(xk_mikey_policy_parameter(NULL, 1, &value));
    assert_false(xk_mikey_policy_parameter(&policy, 1, NULL));
    assert_false(xk_mikey_next_payload(NULL, &payload));
    assert_false(xk_mikey_next_payload(&m, NULL));
    assert_false(xk_mikey_next_crypto_session(NULL, &position, &session));
    assert_false(xk_mikey_next_crypto_session(&m, NULL, &session));
    assert_false(xk_mikey_next_crypto_session(&m, &position, NULL));
    assert_false(xk_mikey_ticket_next_responder(NULL, &position, &identity));
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, NULL, &identity));
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, &position, NULL));
    assert_false(xk_mikey_ticket_next_application(NULL, &position, &identity));
    assert_false(xk_mikey_ticket_next_application(&m.ticket, NULL, &identity));
    assert_false(xk_mikey_ticket_next_application(&m.ticket, &position, NULL));
    struct xk_bytes parts[2] = {{NULL, 7}, {NULL, 8}};
    xk_mikey_covered(NULL, parts);
    xk_mikey_covered(&m, NULL);
    assert_int_equal(parts[0].size, 7);
    assert_int_equal(parts[1].size, 8);
    assert_int_equal(position, 0);
    assert_true(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
    assert_false(xk_mikey_ticket_next_responder(&m.ticket, &position, &identity));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_place_is_stepped_over),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(maps_are_generic_or_empty),
        cmocka_unit_test(session_data_is_as_long_as_its_flag_says),
        cmocka_unit_test(what_the_mac_covers_is_told),
        cmocka_unit_test(a_chain_has_an_end),
        cmocka_unit_test(keys_that_lie_are_told),
        cmocka_unit_test(policies_are_found_by_number_and_parameter),
        cmocka_unit_test(null_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
