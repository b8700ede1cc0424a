/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The responder with every callback and allocation failing in turn. An answer that could not be sent is asked for again
 * by the DF2/MF under the same transaction, and comes then, the same to the octet.
 */
#include <xk/responder.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fault/faults.h"
#include "support/files.h"

struct rig {
    struct faults *faults;
    struct xk_responder *r;
    enum xk_answer_time time;
    enum xk_failure failure;
    uint64_t handle;
    uint8_t ask[2048];
    size_t ask_size;
    unsigned int sends;
    uint8_t sent[512];
    size_t sent_size;
    uint64_t now;
};

static struct rig rig;

static bool on_random(uint8_t *out, size_t size, void *user)
{
    (void)user;
    memset(out, 0x42, size);
    return !fault_strikes(rig.faults, FAULT_RANDOM);
}

static bool on_send(uint32_t peer, struct xk_bytes octets, void *user)
{
    (void)user;
    assert_int_equal(peer, 7);
    if (fault_strikes(rig.faults, FAULT_SEND)) {
        return false;
    }
    if (rig.sends++ > 0) {
        assert_int_equal(octets.size, rig.sent_size);
        assert_memory_equal(octets.data, rig.sent, octets.size);
    }
    memcpy(rig.sent, octets.data, octets.size);
    rig.sent_size = octets.size;
    return true;
}

static void fill_answer(struct xk_answer *answer)
{
    answer->failure = rig.failure;
    if (rig.failure == XK_FAILURE_NONE) {
        memset(answer->key_space, FAULT_CANARY, 16);
        answer->sessions[0].cs_id = 1;
        answer->sessions[0].key = (struct xk_bytes){answer->key_space, 16};
        answer->sessions[0].cipher = XK_CIPHER_ABSENT;
        answer->sessions[0].encoding = XK_KEY_ENCODING_ABSENT;
        answer->session_count = 1;
    }
}

static enum xk_answer_time on_resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
{
    (void)user;
    rig.handle = query->handle;
    if (rig.time == XK_ANSWER_NOW) {
        fill_answer(answer);
    }
    return rig.time;
}

static void make_ask(void)
{
    static uint8_t init[512];
    static uint8_t resp[256];
    struct xk_get_keys ask;
    memset(&ask, 0, sizeof ask);
    memset(ask.transaction_id.octets, 7, sizeof ask.transaction_id.octets);
    ask.public_kms_identity = xk_text("sip:bob@example.com");
    ask.transfer_init =
        (struct xk_bytes){init, file_read_hex_line("mikey/set1.txt", "TRANSFER_INIT", init, sizeof init)};
    ask.transfer_resp =
        (struct xk_bytes){resp, file_read_hex_line("mikey/set1.txt", "TRANSFER_RESP", resp, sizeof resp)};
    assert_int_equal(xk_get_keys_encode(&ask, rig.ask, sizeof rig.ask, &rig.ask_size, NULL), XK_OK);
}

static void start(struct faults *faults)
{
    const struct xk_responder_callbacks callbacks = {
        sizeof callbacks, on_random, on_send, on_resolve, NULL, NULL, NULL};
    const struct xk_allocator allocator = fault_allocator(faults);
    struct xk_responder_config config;
    memset(&rig, 0, sizeof rig);
    rig.faults = faults;
    rig.now = 1000;
    rig.time = XK_ANSWER_NOW;
    make_ask();
    xk_responder_config_init(&config);
    config.max_transactions = 8;
    config.answer_timeout = 100;
    enum xk_status status = xk_responder_create(&config, &callbacks, &allocator, NULL, &rig.r, NULL);
    if (status != XK_OK) {
        assert_true(status == XK_E_MEMORY || status == XK_E_RANDOM);
        assert_int_equal(faults->allocated, 0);
        fault_recover(faults);
        assert_int_equal(xk_responder_create(&config, &callbacks, &allocator, NULL, &rig.r, NULL), XK_OK);
    }
}

static enum xk_status ask(void)
{
    return xk_responder_receive(rig.r, rig.now, 7, rig.ask, rig.ask_size, NULL);
}

/* What was not sent is asked for again; what was sent is repeated, identically. */
static void finish(enum xk_failure expected)
{
    struct xk_get_keys_response answer;
    struct xk_session_result sessions[2];
    if (rig.sends == 0) {
        fault_recover(rig.faults);
        assert_int_equal(ask(), XK_OK);
    }
    assert_int_equal(rig.sends, 1);
    enum xk_status status = ask();
    if (rig.sends == 1) {
        fault_recover(rig.faults);
        status = ask();
    }
    assert_int_equal(status, XK_OK);
    assert_int_equal(rig.sends, 2);
    assert_int_equal(xk_get_keys_response_decode(rig.sent, rig.sent_size, &answer, sessions, 2, NULL), XK_OK);
    assert_int_equal(answer.failure, expected);
    assert_int_equal(xk_responder_destroy(rig.r), XK_OK);
}

static void at_once(struct faults *faults)
{
    start(faults);
    assert_int_equal(ask(), XK_OK);
    finish(XK_FAILURE_NONE);
}

static void refused(struct faults *faults)
{
    start(faults);
    rig.failure = XK_FAILURE_TICKET_EXPIRED;
    assert_int_equal(ask(), XK_OK);
    finish(XK_FAILURE_TICKET_EXPIRED);
}

static void later(struct faults *faults)
{
    static struct xk_session_result sessions[1];
    static uint8_t key_space[16];
    struct xk_answer answer;
    memset(&answer, 0, sizeof answer);
    start(faults);
    rig.time = XK_ANSWER_LATER;
    assert_int_equal(ask(), XK_OK);
    assert_int_equal(ask(), XK_E_DUPLICATE);
    answer.sessions = sessions;
    answer.key_space = key_space;
    answer.key_space_size = sizeof key_space;
    fill_answer(&answer);
    assert_int_equal(xk_responder_complete(rig.r, rig.now, rig.handle, &answer, NULL), XK_OK);
    rig.time = XK_ANSWER_NOW; /* asked again, the host answers as it did */
    finish(XK_FAILURE_NONE);
}

static void never(struct faults *faults)
{
    start(faults);
    rig.time = XK_ANSWER_LATER;
    assert_int_equal(ask(), XK_OK);
    rig.now += 200;
    assert_int_equal(xk_responder_tick(rig.r, rig.now), XK_OK);
    rig.time = XK_ANSWER_NOW;
    rig.failure = XK_FAILURE_UNAVAILABLE;
    finish(XK_FAILURE_UNAVAILABLE);
}

static void every_scenario(void **state)
{
    (void)state;
    fault_loops("answered at once", at_once);
    fault_loops("refused", refused);
    fault_loops("answered later", later);
    fault_loops("not answered in time", never);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_scenario)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
