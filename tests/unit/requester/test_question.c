/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request asks: an exchange with or without its update, and when two requests ask the same. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk/exchange.h>
#include <xk/mikey_build.h>

#include "support/engine_check.h"

#define CSB_ID 0x1a2b3c4d /* of the vector set */

static struct host h;
static struct host second;
static struct host heir;
static struct xk_party party;
static struct xk_request request;
static uint8_t wire[512];

static bool with_kemac; /* make() */

/* A message of a CSB update, which has no ticket: a time, a MAC and the Crypto Sessions 1 to `sessions`. */
static struct xk_bytes make(enum xk_mikey_data_type type, uint32_t csb_id, unsigned int prf, size_t sessions)
{
    static uint8_t out[2][128];
    static const uint8_t zeros[24];
    struct xk_mikey_builder b;
    struct xk_mikey_header header = {.version = 1, .data_type = (uint8_t)type, .csb_id = csb_id, .prf = (uint8_t)prf,
                                     .map_type = XK_MIKEY_MAP_GENERIC_ID};
    struct xk_mikey_crypto_session list[2] = {{1, 0, false, {zeros, 1}, {NULL, 0}, {NULL, 0}}};
    uint8_t *to = out[type == XK_MIKEY_TRANSFER_RESP];
    size_t size = 0;
    list[1] = list[0];
    list[1].cs_id = 2;
    xk_mikey_build_message(&b, to, sizeof out[0], &header, list, sessions);
    xk_mikey_add_time(&b, &(struct xk_mikey_time){.type = XK_MIKEY_TIME_NTP_UTC, .value = {zeros, 8}});
    if (with_kemac) {
        xk_mikey_add_kemac(&b, &(struct xk_mikey_kemac){.encryption = 1, .encrypted = {zeros, 24}});
    }
    xk_mikey_add_verification(&b, &(struct xk_mikey_verification){1, {zeros, 20}});
    assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
    return (struct xk_bytes){to, size};
}

static void the_keys_of_an_update_are_those_of_its_own_crypto_sessions(void **state)
{
    (void)state;
    uint64_t handle;
    host_init(&h);
    host_start(&h);
    host_request(&h, "LI-A", 1, &party, &request);
    request.get_keys.update_init = make(XK_MIKEY_TRANSFER_INIT, CSB_ID, 0, 2);
    request.get_keys.update_resp = make(XK_MIKEY_TRANSFER_RESP, CSB_ID, 0, 2);
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_OK);
    size_t size = host_answer_keys(&h, wire, sizeof wire, 2, 7);
    assert_int_equal(host_receive(&h, 0, wire, size), XK_OK);
    const struct xk_test_outcome *o = &h.kit.outcomes[0];
    assert_int_equal(o->kind, XK_OUTCOME_PARTIAL);
    assert_int_equal(o->session_count, 2);
    assert_int_equal(o->sessions[0].failure, XK_FAILURE_NOT_ANSWERED);
    assert_int_equal(o->sessions[1].cs_id, 2);
    assert_int_equal(o->sessions[1].key[0], 7);
    host_end(&h);
}

/* Keys that come with an update from a side whom the ticket lets supply none (flags L and M): submit judges as the
 * other end will, by xk_exchange_parse(). */
static void an_update_is_judged_as_the_other_side_judges_it(void **state)
{
    (void)state;
    for (unsigned int which = 0; which < 4; which++) {
        struct xk_exchange exchange;
        struct xk_diag diag = {XK_OK, 0, ""};
        uint64_t handle = 0;
        host_init(&h);
        host_start(&h);
        host_request(&h, "LI-A", 1, &party, &request);
        with_kemac = (which & 1) != 0;
        request.get_keys.update_init = make(XK_MIKEY_TRANSFER_INIT, CSB_ID, 0, 1);
        with_kemac = (which & 2) != 0;
        request.get_keys.update_resp = make(XK_MIKEY_TRANSFER_RESP, CSB_ID, 0, 1);
        with_kemac = false;
        const enum xk_status parsed = xk_exchange_parse(&request.get_keys, &exchange, &diag);
        assert_int_equal(parsed, which == 0 ? XK_OK : XK_E_MIKEY_MISMATCH);
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, &h.diag), parsed);
        if (which > 0) {
            assert_string_equal(h.diag.field, diag.field);
            assert_int_equal(h.diag.offset, diag.offset);
        }
        assert_int_equal(h.kit.send_count, which == 0 ? 1 : 0);
        host_end(&h);
    }
}

static void messages_that_are_no_exchange_are_refused(void **state)
{
    (void)state;
    static const struct {
        bool is_update; /* else in place of the exchange itself */
        uint32_t csb_id;
        unsigned int prf;
        size_t sessions;
        enum xk_status status;
        const char *field;
        size_t offset;
    } rows[] = {
        {false, CSB_ID, 0, 1, XK_E_MIKEY_MISMATCH, "INIT: TICKET", 17},
        {true, CSB_ID + 1, 0, 1, XK_E_MIKEY_MISMATCH, "update INIT: CSB ID", 4},
        {true, CSB_ID, 1, 1, XK_E_MIKEY_MISMATCH, "update INIT: PRF func", 3},
    };
    host_init(&h);
    host_start(&h);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xk_diag diag;
        uint64_t handle = 77;
        const struct xk_bytes init = make(XK_MIKEY_TRANSFER_INIT, rows[i].csb_id, rows[i].prf, rows[i].sessions);
        const struct xk_bytes resp = make(XK_MIKEY_TRANSFER_RESP, rows[i].csb_id, rows[i].prf, rows[i].sessions);
        host_request(&h, "LI-A", 1, &party, &request);
        *(rows[i].is_update ? &request.get_keys.update_init : &request.get_keys.transfer_init) = init;
        *(rows[i].is_update ? &request.get_keys.update_resp : &request.get_keys.transfer_resp) = resp;
        assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, &diag), rows[i].status);
        assert_string_equal(diag.field, rows[i].field);
        assert_int_equal(diag.offset, rows[i].offset);
        assert_int_equal(handle, 77);
    }
    host_request(&h, "LI-A", 1, &party, &request);
    request.get_keys.transfer_init.size -= 1;
    uint64_t handle = 77;
    assert_int_equal(xk_requester_submit(h.r, h.now, &request, &handle, NULL), XK_E_MIKEY_TRUNCATED);
    assert_int_equal(handle, 77);
    assert_int_equal(host_usage(&h).free, h.config.max_pending);
    assert_int_equal(h.kit.send_count, 0);
    host_end(&h);
}

/* What one question may differ in from another; those of one size and those of another. */
static const uint8_t one[] = {1};
static const uint8_t two[] = {2};
static const uint8_t both[] = {1, 2};

static void ask(const uint8_t *ids, size_t count)
{
    request.cs_ids = ids;
    request.cs_count = count;
}

static void nothing(void) {}
static void other_session(void) { ask(two, 1); }
static void more_sessions(void) { ask(both, 2); }
static void other_kms(void) { request.kms = second.kms + 1; }
static void more_kmss(void) { request.kms_count = 2; }
static void other_identity(void) { request.get_keys.public_kms_identity = xk_text("sip:eve@example.com"); }
static void longer_identity(void) { request.get_keys.public_kms_identity = xk_text("sip:alice@example.com"); }
static void other_form(void) /* as long as without a hint */
{
    request.get_keys.initiator_hint = xk_text("abc");
    request.get_keys.public_kms_identity = xk_text("sip:bob@exampl");
}

static const struct {
    void (*change)(void);
    bool asks_the_same;
    bool fits; /* under one transaction, as a referral may leave it */
} questions[] = {
    {nothing, true, true},          {other_session, false, false},  {more_sessions, false, false},
    {other_kms, false, false},      {more_kmss, false, true},       {other_identity, false, false},
    {longer_identity, false, false}, {other_form, false, false},
};

#define QUESTIONS (sizeof questions / sizeof questions[0])

static void init_host(struct host *host)
{
    host_init(host);
    host->config.share_queries = true;
    host->config.exchange_check = XK_CHECK_HOST;
    host_keep_journal(host);
}

static void submit(struct host *host, const char *liid, void (*change)(void))
{
    uint64_t handle = 0;
    host_request(host, liid, 1, &party, &request);
    ask(one, 1);
    change();
    assert_int_equal(xk_requester_submit(host->r, host->now, &request, &handle, NULL), XK_OK);
}

static void only_the_same_question_is_shared(void **state)
{
    (void)state;
    for (size_t i = 0; i < QUESTIONS; i++) {
        init_host(&h);
        host_start(&h);
        memcpy(second.kms, h.kms, sizeof second.kms);
        submit(&h, "LI-A", nothing);
        submit(&h, "LI-B", questions[i].change);
        assert_int_equal(h.kit.send_count, questions[i].asks_the_same ? 1 : 2);
        assert_int_equal(h.kit.events[XK_EVENT_SHARED], questions[i].asks_the_same);
        submit(&h, "LI-C", questions[i].change);
        assert_int_equal(h.kit.events[XK_EVENT_SHARED], questions[i].asks_the_same ? 2 : 1);
        assert_null(engine_check(h.r));
        host_end(&h);
    }
}

static uint8_t outcome_id;

/* The same transaction for each request, but another outcome. */
static bool same_transaction(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 0x11, size);
    memset(out + size / 2, ++outcome_id, size - size / 2);
    return true;
}

static void start_second(struct host *host)
{
    struct xk_requester_callbacks callbacks;
    init_host(host);
    xk_test_host_callbacks(&host->kit, &callbacks);
    callbacks.random = same_transaction;
    host_start_with(host, &callbacks);
}

/* Records of two that claim one transaction: keys of one question must not reach the warrant of another. */
static void records_of_one_transaction_hold_one_question(void **state)
{
    (void)state;
    static uint8_t store[8192];
    for (size_t i = 0; i < QUESTIONS; i++) {
        uint32_t restored = 77;
        start_second(&h);
        start_second(&second);
        submit(&h, "LI-A", nothing);
        submit(&second, "LI-B", questions[i].change);
        size_t first = h.kit.journal_size;
        memcpy(store, h.journal, first);
        memcpy(store + first, second.journal, second.kit.journal_size);
        init_host(&heir);
        heir.config.epoch = 2;
        host_start(&heir);
        size_t whole = first + second.kit.journal_size;
    assert_int_equal(xk_requester_restore(heir.r, heir.now, store, whole, 0, &restored, NULL),
                         questions[i].fits ? XK_OK : XK_E_SNAPSHOT);
        assert_int_equal(restored, questions[i].fits ? 2 : 77);
        assert_int_equal(host_usage(&heir).pending, questions[i].fits ? 2 : 0);
        assert_int_equal(host_usage(&heir).free + host_usage(&heir).pending, heir.config.max_pending);
        assert_null(engine_check(heir.r));
        host_end(&heir);
        host_end(&second);
        host_end(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keys_of_an_update_are_those_of_its_own_crypto_sessions),
        cmocka_unit_test(an_update_is_judged_as_the_other_side_judges_it),
        cmocka_unit_test(messages_that_are_no_exchange_are_refused),
        cmocka_unit_test(only_the_same_question_is_shared),
        cmocka_unit_test(records_of_one_transaction_hold_one_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
