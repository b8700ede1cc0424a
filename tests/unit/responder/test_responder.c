/* SPDX-License-Identifier: BSD-2-Clause */
/* The KMS engine over the vector exchange: answers, refusals, repetition, time, memory, and what must be wiped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <xk/responder.h>
#include <xk/secret.h>

#include "support/files.h"

#define SET "mikey/set1.txt"

static struct host {
    struct xk_responder *engine;
    uint8_t init[512];
    uint8_t resp[256];
    struct xk_get_keys ask;
    uint8_t wire[2048];
    size_t wire_size;
    uint8_t sent[4096];
    size_t sent_size;
    unsigned int sends;
    uint32_t sent_to;
    bool send_fails;
    bool unauthorised;
    enum xk_answer_time time;
    enum xk_failure failure;
    uint8_t key_octet;
    uint8_t cs_id;
    size_t count;
    uint64_t handle;
    unsigned int resolves;
    unsigned int observed[9];
    enum xk_status inner; /* what a call from inside a callback answered */
    enum xk_status inner_receive;
    enum xk_status inner_complete;
    size_t allocated;
    unsigned int allocations_left;
    bool dirty; /* memory came back unwiped */
} h;

static bool random_octets(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 0x42, size);
    return true;
}

static bool no_random(uint8_t *out, size_t size, void *user)
{
    (void)out;
    (void)size;
    (void)user;
    return false;
}

static bool take_send(uint32_t peer, struct xk_bytes octets, void *user)
{
    (void)user;
    h.sends++;
    h.sent_to = peer;
    h.sent_size = octets.size;
    memcpy(h.sent, octets.data, octets.size);
    h.inner = xk_responder_destroy(h.engine);
    const struct xk_answer none = {XK_FAILURE_GENERIC, {NULL, 0}, NULL, 0, NULL, 0, NULL};
    struct xk_diag diag;
    h.inner_receive = xk_responder_receive(h.engine, 0, 7, h.wire, h.wire_size, &diag);
    h.inner_complete = xk_responder_complete(h.engine, 0, h.handle, &none, NULL);
    return !h.send_fails;
}

static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    (void)user;
    h.resolves++;
    h.handle = query->handle;
    assert_int_equal(query->cs_count, 1);
    assert_int_equal(query->cs_ids[0], 1);
    assert_true(answer->key_space_size >= 96);
    h.inner = xk_responder_tick(h.engine, 0);
    answer->failure = h.failure;
    if (h.failure == XK_FAILURE_NONE && h.time == XK_ANSWER_NOW) {
        memset(answer->key_space, h.key_octet, 16);
        answer->sessions[0].cs_id = h.cs_id;
        answer->sessions[0].key.data = answer->key_space;
        answer->sessions[0].key.size = 16;
        answer->sessions[0].cipher = XK_CIPHER_ABSENT;
        answer->sessions[0].encoding = XK_KEY_ENCODING_ABSENT;
        answer->session_count = h.count;
    }
    return h.time;
}

static bool authorise(uint32_t peer, struct xk_bytes identity, void *user)
{
    (void)user;
    assert_int_equal(peer, 7);
    assert_true(identity.size > 0);
    return !h.unauthorised;
}

static void observe(const struct xk_responder_observation *observation, void *user)
{
    (void)user;
    h.observed[observation->event]++;
}

static void *take_memory(size_t size, void *user)
{
    (void)user;
    if (h.allocations_left == 0) {
        return NULL;
    }
    h.allocations_left--;
    h.allocated += size;
    return malloc(size);
}

static void give_memory(void *memory, size_t size, void *user)
{
    (void)user;
    for (size_t i = 0; i < size; i++) {
        h.dirty = h.dirty || ((const uint8_t *)memory)[i] != 0;
    }
    h.allocated -= size;
    free(memory);
}

static const struct xk_allocator counting = {sizeof counting, take_memory, give_memory, NULL};
static const struct xk_responder_callbacks callbacks = {sizeof callbacks, random_octets, take_send,
                                                        resolve,          authorise,     observe,   NULL};

static void create(uint32_t transactions)
{
    struct xk_responder_config config;
    xk_responder_config_init(&config);
    config.max_transactions = transactions;
    config.answer_timeout = 100;
    config.remember = 1000;
    assert_int_equal(xk_responder_create(&config, &callbacks, &counting, NULL, &h.engine, NULL), XK_OK);
}

static void encode(uint8_t id, const char *identity)
{
    memset(&h.ask.transaction_id, id, sizeof h.ask.transaction_id);
    h.ask.public_kms_identity = xk_text(identity);
    assert_int_equal(xk_get_keys_encode(&h.ask, h.wire, sizeof h.wire, &h.wire_size, NULL), XK_OK);
}

static int start(void **state)
{
    (void)state;
    memset(&h, 0, sizeof h);
    h.allocations_left = 100;
    h.time = XK_ANSWER_NOW;
    h.key_octet = 0xc5;
    h.cs_id = 1;
    h.count = 1;
    h.ask.transfer_init.data = h.init;
    h.ask.transfer_init.size = file_read_hex_line(SET, "TRANSFER_INIT", h.init, sizeof h.init);
    h.ask.transfer_resp.data = h.resp;
    h.ask.transfer_resp.size = file_read_hex_line(SET, "TRANSFER_RESP", h.resp, sizeof h.resp);
    create(4);
    encode(1, "sip:alice@example.com");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    assert_int_equal(xk_responder_destroy(h.engine), XK_OK);
    assert_int_equal(h.allocated, 0);
    assert_false(h.dirty);
    return 0;
}

static enum xk_status receive(uint64_t now)
{
    return xk_responder_receive(h.engine, now, 7, h.wire, h.wire_size, NULL);
}

static enum xk_failure sent_failure(void)
{
    struct xk_get_keys_response response;
    struct xk_session_result sessions[4];
    assert_int_equal(xk_get_keys_response_decode(h.sent, h.sent_size, &response, sessions, 4, NULL), XK_OK);
    assert_memory_equal(&response.transaction_id, &h.ask.transaction_id, sizeof response.transaction_id);
    return response.failure;
}

static struct xk_responder_counters counters(void)
{
    struct xk_responder_counters c;
    xk_responder_read_counters(h.engine, &c);
    return c;
}

static void test_keys_at_once(void **state)
{
    (void)state;
    assert_int_equal(receive(0), XK_OK);
    assert_int_equal(h.sends, 1);
    assert_int_equal(h.sent_to, 7);
    assert_int_equal(sent_failure(), XK_FAILURE_NONE);
    assert_int_equal(h.inner, XK_E_BUSY);
    assert_int_equal(counters().answered, 1);
    assert_int_equal(h.observed[XK_RESPONDER_ANSWERED], 1);
}

static void test_repetition_is_answered_alike(void **state)
{
    (void)state;
    uint8_t first[4096];
    assert_int_equal(receive(0), XK_OK);
    memcpy(first, h.sent, h.sent_size);
    size_t size = h.sent_size;
    memset(h.sent, 0, sizeof h.sent);
    assert_int_equal(receive(999), XK_OK);
    assert_int_equal(h.sends, 2);
    assert_int_equal(h.sent_size, size);
    assert_memory_equal(h.sent, first, size);
    assert_int_equal(counters().repeated, 1);
    assert_int_equal(counters().answered, 1);
    h.key_octet = 0xc6;
    assert_int_equal(receive(999), XK_E_CONFLICT);
    assert_int_equal(h.sends, 2);
    assert_int_equal(counters().changed, 1);
}

static void test_other_content_or_peer_is_a_conflict(void **state)
{
    (void)state;
    assert_int_equal(receive(0), XK_OK);
    encode(1, "sip:bob@example.com");
    assert_int_equal(receive(0), XK_E_CONFLICT);
    assert_int_equal(sent_failure(), XK_FAILURE_CONFLICT);
    encode(1, "sip:alice@example.com");
    assert_int_equal(xk_responder_receive(h.engine, 0, 8, h.wire, h.wire_size, NULL), XK_E_CONFLICT);
    assert_int_equal(h.sent_to, 8);
    assert_int_equal(sent_failure(), XK_FAILURE_CONFLICT);
    assert_int_equal(h.resolves, 1);
}

static void test_not_the_targets(void **state)
{
    (void)state;
    encode(1, "sip:mallory@example.com");
    assert_int_equal(receive(0), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NOT_TARGET);
    assert_int_equal(h.inner_receive, XK_E_BUSY);
    assert_int_equal(h.inner_complete, XK_E_BUSY);
    assert_int_equal(h.resolves, 0);
    assert_int_equal(counters().failure[XK_FAILURE_NOT_TARGET], 1);
    assert_int_equal(receive(1), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NOT_TARGET);
    assert_int_equal(counters().repeated, 1);
}

static void test_unauthorised_peer(void **state)
{
    (void)state;
    h.unauthorised = true;
    assert_int_equal(receive(0), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NOT_AUTHORISED);
    assert_int_equal(h.resolves, 0);
}

/* However often somebody asks who may not, what others were answered is not forgotten. */
static void test_unauthorised_peers_take_no_place(void **state)
{
    (void)state;
    assert_int_equal(receive(0), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NONE);
    h.unauthorised = true;
    for (uint8_t id = 2; id < 20; id++) {
        encode(id, "sip:alice@example.com");
        assert_int_equal(receive(1), XK_OK);
        assert_int_equal(sent_failure(), XK_FAILURE_NOT_AUTHORISED);
    }
    assert_int_equal(counters().evicted, 0);
    h.unauthorised = false;
    h.key_octet ^= 1; /* another answer to the same transaction is not sent */
    encode(1, "sip:alice@example.com");
    unsigned int sends = h.sends;
    assert_int_equal(receive(2), XK_E_CONFLICT);
    assert_int_equal(h.sends, sends);
    h.unauthorised = true; /* and none at all to one who may not any more */
    assert_int_equal(receive(3), XK_E_CONFLICT);
    assert_int_equal(h.sends, sends);
    assert_int_equal(h.resolves, 2);
}

static void test_malformed(void **state)
{
    (void)state;
    struct xk_diag diag = {XK_OK, 0, ""};
    assert_int_equal(xk_responder_receive(h.engine, 0, 7, h.wire, h.wire_size - 1, &diag), XK_E_TRUNCATED);
    assert_int_equal(diag.status, XK_E_TRUNCATED);
    assert_int_equal(sent_failure(), XK_FAILURE_MALFORMED);
    assert_int_equal(xk_responder_receive(h.engine, 0, 7, h.wire, 3, &diag), XK_E_TRUNCATED);
    assert_int_equal(h.sends, 1);
    assert_int_equal(counters().dropped, 1);
    h.init[0] = 2; /* MIKEY version */
    encode(2, "sip:alice@example.com");
    assert_int_equal(xk_responder_receive(h.engine, 0, 7, h.wire, h.wire_size, &diag), XK_E_MIKEY_VERSION);
    assert_int_equal(sent_failure(), XK_FAILURE_MALFORMED);
    h.init[0] = 1;
    h.resp[7] ^= 1; /* CSB ID */
    encode(3, "sip:alice@example.com");
    assert_int_equal(xk_responder_receive(h.engine, 0, 7, h.wire, h.wire_size, &diag), XK_E_MIKEY_MISMATCH);
    assert_int_equal(sent_failure(), XK_FAILURE_MISMATCH);
    assert_int_equal(h.resolves, 0);
}

static void test_answer_later(void **state)
{
    (void)state;
    h.time = XK_ANSWER_LATER;
    assert_int_equal(receive(10), XK_OK);
    assert_int_equal(h.sends, 0);
    assert_int_equal(receive(20), XK_E_DUPLICATE);
    assert_int_equal(xk_responder_next_deadline(h.engine), 110);
    uint8_t key[16] = {9};
    struct xk_session_result session = {.cs_id = 1, .key = {key, 16}, .cipher = XK_CIPHER_ABSENT,
                                        .encoding = XK_KEY_ENCODING_ABSENT};
    struct xk_answer answer = {XK_FAILURE_NONE, {NULL, 0}, &session, 1, NULL, 0, NULL};
    assert_int_equal(xk_responder_complete(h.engine, 50, h.handle + 1, &answer, NULL), XK_E_UNKNOWN);
    assert_int_equal(xk_responder_complete(h.engine, 50, h.handle, &answer, NULL), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NONE);
    assert_int_equal(xk_responder_complete(h.engine, 50, h.handle, &answer, NULL), XK_E_UNKNOWN);
    assert_int_equal(xk_responder_complete(h.engine, 50, h.handle, NULL, NULL), XK_E_ARGUMENT);
    assert_int_equal(counters().duplicates, 1);
}

static void test_expiry_and_forgetting(void **state)
{
    (void)state;
    h.time = XK_ANSWER_LATER;
    assert_int_equal(receive(10), XK_OK);
    assert_int_equal(xk_responder_tick(h.engine, 109), XK_OK);
    assert_int_equal(h.sends, 0);
    assert_int_equal(xk_responder_tick(h.engine, 110), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_UNAVAILABLE);
    assert_int_equal(counters().expired, 1);
    struct xk_answer answer = {XK_FAILURE_GENERIC, {NULL, 0}, NULL, 0, NULL, 0, NULL};
    assert_int_equal(xk_responder_complete(h.engine, 111, h.handle, &answer, NULL), XK_E_UNKNOWN);
    assert_int_equal(xk_responder_tick(h.engine, 5), XK_OK); /* a step back is no progress */
    assert_int_equal(xk_responder_next_deadline(h.engine), 1110);
    assert_int_equal(xk_responder_tick(h.engine, 1109), XK_OK);
    assert_int_equal(xk_responder_next_deadline(h.engine), 1110);
    assert_int_equal(xk_responder_tick(h.engine, 1110), XK_OK);
    assert_true(xk_responder_next_deadline(h.engine) == UINT64_MAX);
    h.time = XK_ANSWER_NOW;
    assert_int_equal(receive(1112), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NONE);
}

static void test_full(void **state)
{
    (void)state;
    h.time = XK_ANSWER_LATER;
    for (uint8_t id = 1; id <= 4; id++) {
        encode(id, "sip:alice@example.com");
        assert_int_equal(receive(0), XK_OK);
    }
    encode(5, "sip:alice@example.com");
    assert_int_equal(receive(0), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_UNAVAILABLE);
    assert_int_equal(xk_responder_tick(h.engine, 100), XK_OK);
    h.time = XK_ANSWER_NOW;
    assert_int_equal(receive(100), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NONE);
    assert_int_equal(counters().evicted, 1);
}

static void test_host_breaks_the_profile(void **state)
{
    (void)state;
    h.cs_id = 2; /* outside the exchange */
    assert_int_equal(receive(0), XK_E_HOST);
    assert_int_equal(sent_failure(), XK_FAILURE_GENERIC);
    h.cs_id = 1;
    h.count = 256;
    encode(2, "sip:alice@example.com");
    assert_int_equal(receive(0), XK_E_HOST);
    h.count = 0;
    encode(3, "sip:alice@example.com");
    assert_int_equal(receive(0), XK_E_HOST);
    assert_int_equal(sent_failure(), XK_FAILURE_GENERIC);
}

static void test_send_fails(void **state)
{
    (void)state;
    h.send_fails = true;
    assert_int_equal(receive(0), XK_OK);
    assert_int_equal(counters().send_failed, 1);
    h.send_fails = false;
    assert_int_equal(receive(1), XK_OK);
    assert_int_equal(sent_failure(), XK_FAILURE_NONE);
}

static void test_creation(void **state)
{
    (void)state;
    struct xk_responder *other = NULL;
    struct xk_responder_config config;
    xk_responder_config_init(&config);
    size_t before = h.allocated;
    assert_int_equal(config.max_transactions, 4096);
    assert_int_equal(config.answer_timeout, 5000);
    assert_int_equal(config.remember, 60000);
    for (unsigned int n = 0; n < 6; n++) {
        struct xk_diag diag = {XK_OK, 9, ""};
        h.allocations_left = n;
        assert_int_equal(xk_responder_create(&config, &callbacks, &counting, NULL, &other, &diag), XK_E_MEMORY);
        assert_int_equal(diag.offset, 0);
        assert_string_equal(diag.field, "allocate");
        assert_int_equal(h.allocated, before);
        assert_null(other);
    }
    h.allocations_left = 100;
    struct xk_responder_callbacks bad = callbacks;
    bad.random = no_random;
    assert_int_equal(xk_responder_create(&config, &bad, &counting, NULL, &other, NULL), XK_E_RANDOM);
    bad.random = NULL;
    assert_int_equal(xk_responder_create(&config, &bad, &counting, NULL, &other, NULL), XK_E_ARGUMENT);
    config.max_transactions = 0;
    assert_int_equal(xk_responder_create(&config, &callbacks, &counting, NULL, &other, NULL), XK_E_CONFIG);
    config.max_transactions = 1048577;
    assert_int_equal(xk_responder_create(&config, &callbacks, &counting, NULL, &other, NULL), XK_E_CONFIG);
    assert_int_equal(xk_responder_destroy(NULL), XK_OK);
    assert_int_equal(xk_responder_tick(NULL, 0), XK_E_ARGUMENT);
    assert_int_equal(xk_responder_receive(NULL, 0, 0, h.wire, 1, NULL), XK_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys_at_once, start, stop),
        cmocka_unit_test_setup_teardown(test_repetition_is_answered_alike, start, stop),
        cmocka_unit_test_setup_teardown(test_other_content_or_peer_is_a_conflict, start, stop),
        cmocka_unit_test_setup_teardown(test_not_the_targets, start, stop),
        cmocka_unit_test_setup_teardown(test_unauthorised_peer, start, stop),
        cmocka_unit_test_setup_teardown(test_unauthorised_peers_take_no_place, start, stop),
        cmocka_unit_test_setup_teardown(test_malformed, start, stop),
        cmocka_unit_test_setup_teardown(test_answer_later, start, stop),
        cmocka_unit_test_setup_teardown(test_expiry_and_forgetting, start, stop),
        cmocka_unit_test_setup_teardown(test_full, start, stop),
        cmocka_unit_test_setup_teardown(test_host_breaks_the_profile, start, stop),
        cmocka_unit_test_setup_teardown(test_send_fails, start, stop),
        cmocka_unit_test_setup_teardown(test_creation, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
