/* SPDX-License-Identifier: BSD-2-Clause */
/* A get_keys whose MIKEY messages do not make one exchange, and what is known of it without them. */
#include <xk/mikey_build.h>
#include <xk/relation.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"

#define SET "mikey/set1.txt"

static uint8_t init[512];
static uint8_t resp[256];
static uint8_t update[2][128];
static struct xk_get_keys message;
static struct xk_exchange exchange;

/* A message of a CSB update: a time, a MAC and no ticket. */
static struct xk_bytes make_with(unsigned int place, unsigned int type, uint32_t csb_id, unsigned int prf, bool keys)
{
    static const uint8_t octets[20];
    static const uint8_t policy[] = {0};
    struct xk_mikey_builder b;
    struct xk_mikey_header header = {.version = 1, .data_type = (uint8_t)type, .csb_id = csb_id, .prf = (uint8_t)prf,
                                     .map_type = XK_MIKEY_MAP_GENERIC_ID};
    const struct xk_mikey_crypto_session session = {1, 0, false, {policy, 1}, {NULL, 0}, {NULL, 0}};
    size_t size = 0;
    xk_mikey_build_message(&b, update[place], sizeof update[place], &header, &session, 1);
    xk_mikey_add_time(&b, &(struct xk_mikey_time){.type = XK_MIKEY_TIME_NTP_UTC, .value = {octets, 8}});
    if (keys) {
        xk_mikey_add_kemac(&b, &(struct xk_mikey_kemac){.encrypted = {octets, 4}});
    }
    xk_mikey_add_verification(&b, &(struct xk_mikey_verification){1, {octets, 20}});
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){update[place], size};
}

static struct xk_bytes make(unsigned int place, unsigned int type, uint32_t csb_id)
{
    return make_with(place, type, csb_id, 0, false);
}

static int load(void **state)
{
    (void)state;
    memset(&message, 0, sizeof message);
    message.transfer_init = (struct xk_bytes){init, file_read_hex_line(SET, "TRANSFER_INIT", init, sizeof init)};
    message.transfer_resp = (struct xk_bytes){resp, file_read_hex_line(SET, "TRANSFER_RESP", resp, sizeof resp)};
    return 0;
}

static void is_refused(enum xk_status wanted, const char *field)
{
    struct xk_diag diag;
    struct xk_exchange before;
    memset(&exchange, 0x33, sizeof exchange);
    before = exchange;
    assert_int_equal(xk_exchange_parse(&message, &exchange, &diag), wanted);
    assert_string_equal(diag.field, field);
    assert_memory_equal(&exchange, &before, sizeof exchange);
}

static void an_update_belongs_to_its_bundle(void **state)
{
    (void)state;
    message.update_init = make(0, XK_MIKEY_TRANSFER_INIT, 0x1a2b3c4d);
    message.update_resp = make(1, XK_MIKEY_TRANSFER_RESP, 0x1a2b3c4d);
    assert_int_equal(xk_exchange_parse(&message, &exchange, NULL), XK_OK);
    assert_true(exchange.has_update);
    message.update_init = make(0, XK_MIKEY_TRANSFER_INIT, 0x1a2b3c4e);
    is_refused(XK_E_MIKEY_MISMATCH, "CSB ID");
    message.update_init = make_with(0, XK_MIKEY_TRANSFER_INIT, 0x1a2b3c4d, 1, false);
    is_refused(XK_E_MIKEY_MISMATCH, "PRF func");
    /* The ticket has neither L nor M. */
    message.update_init = make_with(0, XK_MIKEY_TRANSFER_INIT, 0x1a2b3c4d, 0, true);
    is_refused(XK_E_MIKEY_MISMATCH, "KEMAC");
    message.update_init = message.transfer_init;
    is_refused(XK_E_MIKEY_MISMATCH, "TICKET");
    message.update_init = (struct xk_bytes){init, 5};
    is_refused(XK_E_MIKEY_TRUNCATED, "HDR");
    message.update_init = make(0, XK_MIKEY_TRANSFER_INIT, 0x1a2b3c4d);
    message.update_resp = message.update_init;
    is_refused(XK_E_MIKEY_DATA_TYPE, "data type");
}

static void an_exchange_begins_with_a_ticket(void **state)
{
    (void)state;
    message.transfer_init = make(0, XK_MIKEY_TRANSFER_INIT, 7);
    message.transfer_resp = make(1, XK_MIKEY_TRANSFER_RESP, 7);
    is_refused(XK_E_MIKEY_MISMATCH, "TICKET");
    assert_int_equal(xk_exchange_parse(NULL, &exchange, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_exchange_parse(&message, NULL, NULL), XK_E_ARGUMENT);
}

/* Who was dialled and not named in the INIT comes from the SIP; to have been dialled is still not enough. */
static void the_dialled_one_may_come_from_the_sip(void **state)
{
    (void)state;
    struct xk_relation relation;
    message.responder_hint = xk_text("sip:carol@example.com");
    assert_int_equal(xk_exchange_parse(&message, &exchange, NULL), XK_OK);
    exchange.init.id_responder.data.data = NULL;
    assert_int_equal(xk_relation_check(&exchange, xk_text("sip:carol@example.com"), NULL, &relation), XK_OK);
    assert_int_equal(relation.failure, XK_FAILURE_TARGET_ONLY_DIALLED);
    assert_int_equal(xk_relation_check(&exchange, (struct xk_bytes){NULL, 1}, NULL, &relation), XK_E_ARGUMENT);
    assert_int_equal(xk_relation_check(&exchange, (struct xk_bytes){init, 0}, NULL, &relation), XK_E_ARGUMENT);
    assert_int_equal(xk_relation_check(NULL, xk_text("a"), NULL, &relation), XK_E_ARGUMENT);
    assert_int_equal(xk_relation_check(&exchange, xk_text("a"), NULL, NULL), XK_E_ARGUMENT);
    struct xk_relation_rules rules;
    xk_relation_rules_init(&rules);
    rules.size--;
    assert_int_equal(xk_relation_check(&exchange, xk_text("a"), &rules, &relation), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_update_belongs_to_its_bundle, load),
        cmocka_unit_test_setup(an_exchange_begins_with_a_ticket, load),
        cmocka_unit_test_setup(the_dialled_one_may_come_from_the_sip, load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
