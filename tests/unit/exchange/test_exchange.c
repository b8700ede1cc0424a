/* SPDX-License-Identifier: BSD-2-Clause */
/* From the octets of a get_keys to an exchange: what is read, and each thing that keeps its parts from being one. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/exchange.h>

#include "unit/exchange/exchange.h"

static struct exchange_octets x;
static struct xk_exchange exchange;

static size_t count(const struct xk_mikey_message *message)
{
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    size_t sessions = 0;
    while (xk_mikey_next_crypto_session(message, &position, &session)) {
        sessions++;
    }
    return sessions;
}

static void what_the_get_keys_has_is_read(void **state)
{
    (void)state;
    static const struct {
        unsigned int sessions;
        bool update;
    } rows[] = {{0, false}, {1, false}, {3, false}, {XK_MIKEY_SESSIONS_MAX, false}, {0, true}, {1, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 0, ""};
        exchange_build(&x, rows[i].sessions, rows[i].update);
        x.message.initiator_hint = xk_text("sip:i@x");
        x.message.responder_hint = xk_text("sip:r@x");
        memset(&exchange, 0xcd, sizeof exchange);
        assert_int_equal(xk_exchange_parse(&x.message, &exchange, &diag), XK_OK);
        assert_int_equal(count(&exchange.init), 1);
        assert_int_equal(exchange.has_resp, rows[i].sessions > 0);
        assert_int_equal(count(&exchange.resp), rows[i].sessions);
        assert_int_equal(exchange.has_update, rows[i].update);
        assert_int_equal(count(&exchange.update_init), rows[i].update ? 2 : 0);
        assert_int_equal(count(&exchange.update_resp), rows[i].update ? 2 : 0);
        assert_ptr_equal(exchange.initiator_hint.data, x.message.initiator_hint.data);
        assert_ptr_equal(exchange.responder_hint.data, x.message.responder_hint.data);
    }
}

/* One change each, to an answered exchange of one session with an update. */
static void init_broken(void) { x.init[0] = 2; }
static void resp_broken(void) { x.resp[0] = 2; }
static void init_without_ticket(void) { x.message.transfer_init = x.message.update_init; }
static void resp_of_another(void) { x.resp[7] ^= 1; }
static void no_resp(void) { x.message.transfer_resp = (struct xk_bytes){NULL, 0}; }
static void update_init_broken(void) { x.update_init[0] = 2; }
static void update_resp_broken(void) { x.update_resp[0] = 2; }
static void update_resp_is_an_init(void) { x.message.update_resp = x.message.update_init; }
static void no_init(void) { x.message.transfer_init = (struct xk_bytes){NULL, 0}; }
static void resp_without_a_flag(void)
{
    exchange_build(&x, 0, false);
    x.message.transfer_resp = (struct xk_bytes){x.resp, 0};
}
static void first_as_update(void) { x.message.update_init = x.message.transfer_init; }
static void only_update_resp(void) { x.message.update_init = (struct xk_bytes){NULL, 0}; }
static void no_update_resp(void) { x.message.update_resp = (struct xk_bytes){NULL, 0}; }
static void no_sessions(void)
{
    /* A map of one entry, 7 octets, is cut out of RESP. */
    x.resp[8] = 0;
    memmove(x.resp + 10, x.resp + 17, x.message.transfer_resp.size - 17);
    x.message.transfer_resp.size -= 7;
    x.message.update_init = x.message.update_resp = (struct xk_bytes){NULL, 0};
}
static void update_of_another(void) { x.update_init[7] ^= 1; x.update_resp[7] ^= 1; }
static void update_of_another_prf(void) { x.update_init[3] ^= 1; x.update_resp[3] ^= 1; }
static void update_resp_of_another(void) { x.update_resp[7] ^= 1; }

static void parts_that_are_no_exchange_are_refused(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        enum xk_status status;
        size_t offset;
        const char *field;
    } rows[] = {
        {init_broken, XK_E_MIKEY_VERSION, 0, "INIT: version"},
        {resp_broken, XK_E_MIKEY_VERSION, 0, "RESP: version"},
        {no_init, XK_E_FIELD_EMPTY, 0, "TRANSFER_INIT"},
        {init_without_ticket, XK_E_MIKEY_MISMATCH, 24, "INIT: TICKET"}, /* 10 octets, a map of twice 7: then payloads */
        {resp_of_another, XK_E_MIKEY_MISMATCH, 4, "RESP: CSB ID"},
        {no_resp, XK_E_MIKEY_MISMATCH, 0, "TRANSFER_RESP"},
        {resp_without_a_flag, XK_E_MIKEY_TRUNCATED, 0, "RESP: HDR"},
        {no_sessions, XK_E_MIKEY_MAP, 8, "RESP: Crypto Session map"},
        {update_init_broken, XK_E_MIKEY_VERSION, 0, "update INIT: version"},
        {update_resp_broken, XK_E_MIKEY_VERSION, 0, "update RESP: version"},
        {update_resp_is_an_init, XK_E_MIKEY_DATA_TYPE, 1, "update RESP: data type"},
        {first_as_update, XK_E_MIKEY_MISMATCH, 17, "update INIT: T"},
        {update_of_another, XK_E_MIKEY_MISMATCH, 4, "update INIT: CSB ID"},
        {update_of_another_prf, XK_E_MIKEY_MISMATCH, 3, "update INIT: PRF func"},
        {update_resp_of_another, XK_E_MIKEY_MISMATCH, 4, "update RESP: CSB ID"},
        {only_update_resp, XK_E_MIKEY_MISMATCH, 0, "update TRANSFER_INIT"},
        {no_update_resp, XK_E_MIKEY_MISMATCH, 0, "update TRANSFER_RESP"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag = {XK_OK, 0, ""};
        struct xk_exchange untouched;
        memset(&untouched, 0xcd, sizeof untouched);
        memset(&exchange, 0xcd, sizeof exchange);
        exchange_build(&x, 1, true);
        rows[i].change();
        enum xk_status status = xk_exchange_parse(&x.message, &exchange, &diag);
        if (status != rows[i].status || diag.status != status || diag.offset != rows[i].offset ||
            strcmp(diag.field, rows[i].field) != 0) {
            fail_msg("row %zu: %s at %zu in '%s', wanted %s at %zu in '%s'", i, xk_status_name(status), diag.offset,
                     diag.field, xk_status_name(rows[i].status), rows[i].offset, rows[i].field);
        }
        assert_memory_equal(&exchange, &untouched, sizeof exchange);
        assert_int_equal(xk_exchange_parse(&x.message, &exchange, NULL), status);
    }
}

static void a_view_without_an_address_is_refused(void **state)
{
    (void)state;
    static const char *const fields[] = {"TRANSFER_INIT",        "TRANSFER_RESP",       "update TRANSFER_INIT",
                                         "update TRANSFER_RESP", "Public KMS Identity", "initiator hint",
                                         "responder hint"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct xk_diag diag = {XK_OK, 9, ""};
        exchange_build(&x, 1, true);
        struct xk_bytes *const views[] = {&x.message.transfer_init,       &x.message.transfer_resp,
                                          &x.message.update_init,         &x.message.update_resp,
                                          &x.message.public_kms_identity, &x.message.initiator_hint,
                                          &x.message.responder_hint};
        *views[i] = (struct xk_bytes){NULL, 1};
        assert_int_equal(xk_exchange_parse(&x.message, &exchange, &diag), XK_E_ARGUMENT);
        assert_int_equal(diag.status, XK_E_ARGUMENT);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, fields[i]);
    }
    struct xk_diag diag = {XK_OK, 9, ""};
    assert_int_equal(xk_exchange_parse(NULL, &exchange, &diag), XK_E_ARGUMENT);
    assert_int_equal(diag.status, XK_E_ARGUMENT);
    assert_int_equal(diag.offset, 0);
    assert_int_equal(xk_exchange_parse(&x.message, NULL, NULL), XK_E_ARGUMENT);
}

/* Whatever octet of a message is changed, the diagnostic names a message and its field: none is left without. What is
 * wrong with one message alone is told of that one; what is wrong between two, of the later one. */
static void every_field_of_a_message_says_which_message(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"INIT: ", "RESP: ", "update INIT: ", "update RESP: "};
    exchange_build(&x, 1, true);
    const struct xk_bytes messages[] = {x.message.transfer_init, x.message.transfer_resp, x.message.update_init,
                                        x.message.update_resp};
    uint8_t *const octets[] = {x.init, x.resp, x.update_init, x.update_resp};
    for (size_t part = 0; part < 4; part++) {
        size_t refused = 0;
        for (size_t at = 0; at < messages[part].size; at++) {
            const uint8_t before = octets[part][at];
            for (unsigned int value = 0; value < 256; value++) {
                struct xk_diag diag = {XK_OK, 0, ""};
                octets[part][at] = (uint8_t)value;
                enum xk_status status = xk_exchange_parse(&x.message, &exchange, &diag);
                size_t named = 0;
                while (named < 4 && strncmp(diag.field, prefixes[named], strlen(prefixes[named])) != 0) {
                    named++;
                }
                bool between = status == XK_E_MIKEY_MISMATCH && named >= part;
                if (status != XK_OK && named != part && !between) {
                    fail_msg("octet %zu of part %zu as %u: '%s'", at, part, value, diag.field);
                }
                refused += status != XK_OK;
            }
            octets[part][at] = before;
        }
        assert_true(refused > messages[part].size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_get_keys_has_is_read),
        cmocka_unit_test(parts_that_are_no_exchange_are_refused),
        cmocka_unit_test(a_view_without_an_address_is_refused),
        cmocka_unit_test(every_field_of_a_message_says_which_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
