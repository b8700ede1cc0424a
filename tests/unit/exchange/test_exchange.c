/* SPDX-License-Identifier: BSD-2-Clause */
/* From the octets of a get_keys to an exchange: what is read, and each thing that keeps its parts from being one. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/relation.h>

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
static void update_with_ticket(void) { x.message.update_init = x.message.transfer_init; }
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
        {init_broken, XK_E_MIKEY_VERSION, 0, "version"},
        {resp_broken, XK_E_MIKEY_VERSION, 0, "version"},
        {init_without_ticket, XK_E_MIKEY_MISMATCH, 24, "TICKET"}, /* 10 octets, a map of twice 7: then payloads */
        {resp_of_another, XK_E_MIKEY_MISMATCH, 4, "CSB ID"},
        {no_resp, XK_E_MIKEY_MISMATCH, 0, "TRANSFER_RESP"},
        {update_init_broken, XK_E_MIKEY_VERSION, 0, "version"},
        {update_resp_broken, XK_E_MIKEY_VERSION, 0, "version"},
        {update_resp_is_an_init, XK_E_MIKEY_DATA_TYPE, 1, "data type"},
        {update_with_ticket, XK_E_MIKEY_MISMATCH, 92, "TICKET"}, /* behind T, IDRi, IDRr and RANDRi */
        {update_of_another, XK_E_MIKEY_MISMATCH, 4, "CSB ID"},
        {update_of_another_prf, XK_E_MIKEY_MISMATCH, 3, "PRF func"},
        {update_resp_of_another, XK_E_MIKEY_MISMATCH, 4, "CSB ID"},
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

/* Either side may begin an update, so either flag lets it bring keys, whichever message they are in. */
static void an_update_brings_keys_where_the_ticket_lets_it(void **state)
{
    (void)state;
    static const unsigned int flags[] = {0, XK_MIKEY_FLAG_L, XK_MIKEY_FLAG_M, XK_MIKEY_FLAG_L | XK_MIKEY_FLAG_M};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        for (unsigned int in = 0; in < 4; in++) {
            struct xk_diag diag = {XK_OK, 0, ""};
            const bool good = flags[i] != 0 || in == 0;
            exchange_build_keys(&x, flags[i], (in & 1u) != 0, (in & 2u) != 0);
            assert_int_equal(xk_exchange_parse(&x.message, &exchange, &diag), good ? XK_OK : XK_E_MIKEY_MISMATCH);
            assert_string_equal(diag.field, good ? "" : "KEMAC");
            assert_int_equal(diag.offset, good ? 0 : 24); /* of the first payload */
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_get_keys_has_is_read),
        cmocka_unit_test(parts_that_are_no_exchange_are_refused),
        cmocka_unit_test(an_update_brings_keys_where_the_ticket_lets_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
