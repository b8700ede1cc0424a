/* SPDX-License-Identifier: BSD-2-Clause */
/* The host that requester.h begins with, word by word: it compiles, and serves a call in each way that it can go. */
#include <xk/requester.h>
#include <xk/secret.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk_test/answer.h>
#include <xk_test/random.h>

#include "support/files.h"

static bool os_random(uint8_t *out, size_t size);
static bool os_send(uint32_t kms, struct xk_bytes octets);
static bool os_keep(const struct xk_outcome *outcome);
static uint64_t os_now(void);
static size_t os_wait(uint64_t due, uint8_t *out, size_t capacity, uint32_t *kms);

int first_host(const struct xk_get_keys *exchange, const struct xk_warrant *warrant);

#include "first_loop.inc"

static struct xk_test_random source;
static uint64_t now;
static uint8_t sent[1024];
static size_t sent_size;
static unsigned int sends;
static unsigned int outcomes;
static enum xk_outcome_kind kind;
static bool is_silent;
static unsigned int refusals; /* that are still to come */

static bool os_random(uint8_t *out, size_t size)
{
    return xk_test_random_fill(out, size, &source);
}

static bool os_send(uint32_t kms, struct xk_bytes octets)
{
    assert_int_equal(kms, 0);
    assert_true(octets.size <= sizeof sent);
    memcpy(sent, octets.data, octets.size);
    sent_size = octets.size;
    sends++;
    return true;
}

static bool os_keep(const struct xk_outcome *outcome)
{
    outcomes++;
    kind = outcome->kind;
    if (refusals > 0) {
        refusals--;
        return false;
    }
    return true;
}

static uint64_t os_now(void)
{
    return now;
}

static size_t os_wait(uint64_t due, uint8_t *out, size_t capacity, uint32_t *kms)
{
    static const uint8_t key[16] = {7};
    struct xk_test_result result = {.cs_id = 1, .key = {key, sizeof key}};
    struct xk_test_answer answer = {.results = &result, .result_count = 1};
    size_t size = 0;
    if (is_silent || sent_size == 0) {
        now = due > now ? due : now;
        return 0;
    }
    const struct xk_bytes octets = {sent, sent_size};
    assert_int_equal(xk_test_answer_encode(octets, &answer, out, capacity, &size), XK_OK);
    sent_size = 0;
    *kms = 0;
    now++;
    return size;
}

static void serve(void)
{
    static uint8_t init[512];
    static uint8_t resp[512];
    struct xk_party party = {.sip_uri = xk_text("sip:bob@example.com")};
    struct xk_warrant warrant = {.liid = xk_text("LI-A"), .parties = &party, .party_count = 1,
                                 .operator_identifier = xk_text("12345"), .destination = XK_DESTINATION_LEMF};
    struct xk_get_keys exchange = {.public_kms_identity = party.sip_uri};
    exchange.transfer_init = (struct xk_bytes){init, file_read_hex_line("mikey/set1.txt", "TRANSFER_INIT", init, 512)};
    exchange.transfer_resp = (struct xk_bytes){resp, file_read_hex_line("mikey/set1.txt", "TRANSFER_RESP", resp, 512)};
    xk_test_random_init(&source, 5);
    now = 1000;
    sends = 0;
    outcomes = 0;
    sent_size = 0;
    assert_int_equal(first_host(&exchange, &warrant), 0);
}

static void keys_are_kept(void **state)
{
    (void)state;
    is_silent = false;
    serve();
    assert_int_equal(sends, 1);
    assert_int_equal(outcomes, 1);
    assert_int_equal(kind, XK_OUTCOME_KEYS);
}

static void keys_that_are_refused_come_again(void **state)
{
    (void)state;
    is_silent = false;
    refusals = 2;
    serve();
    assert_int_equal(sends, 3);
    assert_int_equal(outcomes, 3);
    assert_int_equal(kind, XK_OUTCOME_KEYS);
}

static void silence_becomes_a_failure(void **state)
{
    (void)state;
    is_silent = true;
    refusals = 1;
    serve();
    assert_int_equal(outcomes, 2);
    assert_int_equal(kind, XK_OUTCOME_FAILURE);
    assert_int_equal(now, 12000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_kept),
        cmocka_unit_test(keys_that_are_refused_come_again),
        cmocka_unit_test(silence_becomes_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
