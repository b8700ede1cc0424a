/* SPDX-License-Identifier: BSD-2-Clause */
/* What the requester refuses before it does anything: configurations, callbacks, requests, pointers. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define DAY 86400000u

static struct host h;
static struct xk_party party;
static struct xk_request request;
static uint8_t octets[1200]; /* text */

static struct xk_bytes bytes(size_t size)
{
    return (struct xk_bytes){octets, size};
}

static void kmss_have_names_and_a_number(void **state)
{
    (void)state;
    uint32_t kms = 77;
    host_init(&h);
    h.config.max_kms = 3;
    host_start(&h);
    assert_int_equal(xk_requester_add_kms(NULL, xk_text("a"), &kms, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_add_kms(h.r, xk_text("a"), NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_add_kms(h.r, (struct xk_bytes){NULL, 1}, &kms, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_add_kms(h.r, bytes(0), &kms, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_add_kms(h.r, bytes(XK_KMS_NAME_MAX + 1), &kms, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_add_kms(h.r, xk_text("a"), &kms, NULL), XK_E_FULL);
    assert_int_equal(kms, 77);
    assert_int_equal(xk_requester_add_kms(h.r, xk_text("kms2.example.com"), &kms, NULL), XK_OK);
    assert_int_equal(kms, h.kms[1]);
    host_end(&h);
    memset(octets, 'a', sizeof octets);
    h.config.max_kms = 4;
    host_start(&h);
    assert_int_equal(xk_requester_add_kms(h.r, bytes(XK_KMS_NAME_MAX), &kms, &h.diag), XK_OK);
    assert_int_equal(kms, 3);
    assert_int_equal(xk_requester_add_kms(h.r, bytes(XK_KMS_NAME_MAX - 1), &kms, &h.diag), XK_E_FULL);
    assert_string_equal(h.diag.field, "max_kms");
    assert_int_equal(h.diag.offset, 0);
    assert_int_equal(xk_requester_add_kms(h.r, bytes(XK_KMS_NAME_MAX), &kms, &h.diag), XK_OK);
    assert_int_equal(kms, 3);
    host_end(&h);
}

/* A host that was built with the header of version 0.1: what it cannot have set is not looked at. */
static void a_request_of_the_first_version_is_taken(void **state)
{
    (void)state;
    static const uint8_t cs_ids[] = {3};
    uint64_t handle = 0;
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.size = offsetof(struct xk_request, cs_count) + sizeof(size_t);
    request.cs_ids = cs_ids;
    request.cs_count = 1;
    request.module = (enum xk_hi2_module)77;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_keys(&h, octets, sizeof octets, 3, 7);
    assert_int_equal(host_receive(&h, 0, octets, size), XK_OK);
    assert_int_equal(h.kit.outcomes[0].kind, XK_OUTCOME_KEYS);
    host_end(&h);
}

/* One change each of a request that is good. */
#define REQUEST_FIRST (offsetof(struct xk_request, cs_count) + sizeof(size_t)) /* as of version 0.1 */
static void small_size(void) { request.size = REQUEST_FIRST - 1; }
static void large_size(void) { request.size++; }
static void no_module(void) { request.module = (enum xk_hi2_module)99; }
static void no_routes(void) { request.kms = NULL; }
static void zero_routes(void) { request.kms_count = 0; }
static void nine_routes(void) { request.kms_count = XK_ROUTES_MAX + 1; }
static void unknown_route(void) { static const uint32_t kms[] = {9}; request.kms = kms; request.kms_count = 1; }
static void timeout(void) { request.timeout = DAY + 1; }
static void initiator(void) { request.warrant.initiator = (enum xk_initiator)3; }
static void destination(void) { request.warrant.destination = (enum xk_destination)0; }
static void no_party(void) { request.warrant.party_count = 0; }
static void parties_nowhere(void) { request.warrant.parties = NULL; }
static void eleven_parties(void) { request.warrant.party_count = XK_PARTIES_MAX + 1; }
static void empty_party(void) { memset(&party, 0, sizeof party); }
static void long_liid(void) { request.warrant.liid = bytes(XK_LIID_MAX + 1); }
static void long_number(void) { request.warrant.correlation_number = bytes(XK_CORRELATION_NUMBER_MAX + 1); }
static void long_operator(void) { request.warrant.operator_identifier = bytes(XK_OPERATOR_IDENTIFIER_MAX + 1); }
static void long_authorisation(void) { request.warrant.authorisation = bytes(XK_AUTHORISATION_MAX + 1); }
static void large_warrant(void) { party.sip_uri = bytes(600); }
static void no_init(void) { request.get_keys.transfer_init = (struct xk_bytes){NULL, 0}; }
static void init_nowhere(void) { request.get_keys.transfer_init.data = NULL; }
static void resp_nowhere(void) { request.get_keys.transfer_resp.data = NULL; }
static void update_nowhere(void) { request.get_keys.update_init.size = 5; }
static void update_resp_nowhere(void) { request.get_keys.update_resp.size = 5; }
static void initiator_nowhere(void) { request.get_keys.initiator_hint.size = 5; }
static void responder_nowhere(void) { request.get_keys.responder_hint.size = 1; }
static void identity_nowhere(void) { request.get_keys.public_kms_identity.data = NULL; }
static void sessions_nowhere(void) { request.cs_count = 1; }
static void no_resp(void) { request.get_keys.transfer_resp = (struct xk_bytes){NULL, 0}; }
static void resp_is_init(void) { request.get_keys.transfer_resp = request.get_keys.transfer_init; }
static void update_has_ticket(void)
{
    request.get_keys.update_init = request.get_keys.transfer_init;
    request.get_keys.update_resp = request.get_keys.transfer_resp;
}
static void no_identity(void) { request.get_keys.public_kms_identity.size = 0; }
static void long_identity(void) { request.get_keys.public_kms_identity = bytes(XK_IDENTITY_MAX); }

static void a_request_outside_its_limits_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        enum xk_status status;
        const char *field;
    } rows[] = {
        {small_size, XK_E_ARGUMENT, "request.size"},
        {large_size, XK_E_ARGUMENT, "request.size"},
        {no_module, XK_E_CONFIG, "module"},
        {no_routes, XK_E_ARGUMENT, "KMS route"},
        {zero_routes, XK_E_ARGUMENT, "KMS route"},
        {nine_routes, XK_E_ARGUMENT, "KMS route"},
        {unknown_route, XK_E_ARGUMENT, "KMS route"},
        {timeout, XK_E_FIELD, "timeout"},
        {initiator, XK_E_FIELD, "initiator"},
        {destination, XK_E_FIELD, "destination"},
        {no_party, XK_E_FIELD_EMPTY, "partyInformation"},
        {parties_nowhere, XK_E_ARGUMENT, "partyInformation"},
        {eleven_parties, XK_E_FIELD_LIMIT, "partyInformation"},
        {empty_party, XK_E_FIELD_EMPTY, "partyIdentity"},
        {long_liid, XK_E_FIELD_LIMIT, "LIID"},
        {long_number, XK_E_FIELD_LIMIT, "correlation number"},
        {long_operator, XK_E_FIELD_LIMIT, "operator-Identifier"},
        {long_authorisation, XK_E_FIELD_LIMIT, "authorisation"},
        {large_warrant, XK_E_TOO_LARGE, "warrant"},
        {no_init, XK_E_FIELD_EMPTY, "TRANSFER_INIT"},
        {init_nowhere, XK_E_ARGUMENT, "TRANSFER_INIT"},
        {resp_nowhere, XK_E_ARGUMENT, "TRANSFER_RESP"},
        {update_nowhere, XK_E_ARGUMENT, "update TRANSFER_INIT"},
        {update_resp_nowhere, XK_E_ARGUMENT, "update TRANSFER_RESP"},
        {initiator_nowhere, XK_E_ARGUMENT, "initiator hint"},
        {responder_nowhere, XK_E_ARGUMENT, "responder hint"},
        {identity_nowhere, XK_E_ARGUMENT, "public KMS identity"},
        {sessions_nowhere, XK_E_ARGUMENT, "Crypto Session ID"},
        {no_resp, XK_E_MIKEY_MISMATCH, "TRANSFER_RESP"},
        {resp_is_init, XK_E_MIKEY_DATA_TYPE, "RESP: data type"},
        {update_has_ticket, XK_E_MIKEY_MISMATCH, "update INIT: T"},
        {no_identity, XK_E_FIELD_EMPTY, "Public KMS Identity"},
        {long_identity, XK_E_TOO_LARGE, "get_keys"},
    };
    memset(octets, 'a', sizeof octets);
    host_init(&h);
    h.config.max_request_size = 1024;
    host_start(&h);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag;
        uint64_t handle = 77;
        host_request(&h, "LI-A", 1, &party, &request);
        rows[i].change();
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.status, rows[i].status);
        if (xk_status_class(rows[i].status) == XK_CLASS_CALLER && rows[i].status != XK_E_TOO_LARGE) {
            assert_int_equal(diag.offset, 0);
        }
        assert_int_equal(handle, 77);
        assert_int_equal(host_usage(&h).pending, 0);
        assert_int_equal(host_usage(&h).free, h.config.max_pending);
    }
    assert_int_equal(h.kit.send_count, 0);
    host_end(&h);
}

/* With XK_CHECK_HOST the host names the Crypto Sessions, in any order and as often as it likes. */
static void crypto_sessions_that_the_host_names(void **state)
{
    (void)state;
    static const uint8_t mixed[] = {9, 1, 9, 4};
    uint64_t handle = 0;
    uint8_t wire[256];
    host_init(&h);
    h.config.exchange_check = XK_CHECK_HOST;
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_E_FIELD);
    request.cs_ids = mixed;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_E_FIELD);
    request.cs_count = XK_CRYPTO_SESSIONS_MAX + 1;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_E_FIELD);
    request.cs_count = sizeof mixed;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 4, 0x5a);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    const struct xk_test_outcome *o = &h.kit.outcomes[0];
    assert_int_equal(o->kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(o->session_count, 3);
    assert_int_equal(o->sessions[0].cs_id, 1);
    assert_int_equal(o->sessions[1].cs_id, 4);
    assert_int_equal(o->sessions[2].cs_id, 9);
    assert_int_equal(o->sessions[2].failure, XK_FAILURE_NOT_ANSWERED);
    host_end(&h);
}

static void null_is_refused_everywhere(void **state)
{
    (void)state;
    struct xk_requester_usage usage = {0};
    struct xk_requester_counters counters;
    struct xk_outcome_id id = {{0}};
    uint64_t handle;
    size_t size;
    uint8_t out[4];
    host_init(&h);
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    assert_int_equal(xk_requester_submit(NULL, 1, &request, &handle, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_submit(h.r, 1, NULL, &handle, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_submit(h.r, 1, &request, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_receive(NULL, 1, 0, out, 4, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_receive(h.r, 1, 0, NULL, 4, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_tick(NULL, 1, 0, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_resume(NULL, 1, 0, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_cancel(NULL, 1, 1), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_purge(NULL, 1, xk_text("a"), NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_purge(h.r, 1, (struct xk_bytes){NULL, 1}, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_purge(h.r, 1, bytes(0), NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_purge(h.r, 1, bytes(XK_LIID_MAX + 1), NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_acknowledge(NULL, 1, 1, &id), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_acknowledge(h.r, 1, 1, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_release(NULL, 1, 1, &id), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_release(h.r, 1, 1, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_snapshot(NULL, 1, out, 4, &size), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_snapshot(h.r, 1, out, 4, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_snapshot(h.r, 1, NULL, 4, &size), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_restore(NULL, 1, out, 4, 0, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(xk_requester_restore(h.r, 1, NULL, 4, 0, NULL, NULL), XK_E_ARGUMENT);
    assert_true(xk_requester_next_deadline(NULL) == XK_NEVER);
    assert_int_equal(xk_requester_destroy(NULL), XK_OK);
    usage.free = 77;
    xk_requester_read_usage(NULL, &usage);
    assert_int_equal(usage.free, 77);
    memset(&counters, 0x33, sizeof counters);
    struct xk_requester_counters before = counters;
    xk_requester_read_counters(NULL, &counters);
    assert_memory_equal(&counters, &before, sizeof counters);
    xk_requester_read_usage(h.r, NULL);
    xk_requester_read_counters(h.r, NULL);
    host_end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kmss_have_names_and_a_number),
        cmocka_unit_test(a_request_of_the_first_version_is_taken),
        cmocka_unit_test(a_request_outside_its_limits_changes_nothing),
        cmocka_unit_test(crypto_sessions_that_the_host_names),
        cmocka_unit_test(null_is_refused_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
