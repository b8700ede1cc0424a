/* SPDX-License-Identifier: BSD-2-Clause */
/* The vector set opened through the responder's eyes, and each reason to refuse it. */
#include <xk_kms/kms.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "support/files.h"

#define SET "mikey/set1.txt"

static uint8_t tpk[16];
static uint8_t init[1024];
static uint8_t resp[512];
static size_t init_size;
static size_t resp_size;
static struct xk_exchange exchange;
static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
static uint8_t key_space[1024];
static unsigned int generation_of_key;
static bool has_key;
static bool own;

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    if (!has_key || generation > generation_of_key) {
        return false;
    }
    memset(key, 0x77, sizeof tpk);
    if (generation == generation_of_key) {
        memcpy(key, tpk, sizeof tpk);
    }
    *size = sizeof tpk;
    return true;
}

static bool is_own(struct xk_bytes kms, void *user)
{
    (void)user;
    return own && kms.size == 19;
}

static int start(void **state)
{
    (void)state;
    file_read_hex_line(SET, "TPK", tpk, sizeof tpk);
    init_size = file_read_hex_line(SET, "TRANSFER_INIT", init, sizeof init);
    resp_size = file_read_hex_line(SET, "TRANSFER_RESP", resp, sizeof resp);
    generation_of_key = 0;
    has_key = own = true;
    return 0;
}

static struct xk_answer resolve(void)
{
    const struct xk_kms_callbacks callbacks = {.ticket_key = ticket_key, .is_own = is_own};
    struct xk_kms kms;
    struct xk_get_keys message;
    struct xk_query query;
    struct xk_answer answer;
    static const uint8_t cs_ids[] = {1};
    memset(&message, 0, sizeof message);
    memset(&query, 0, sizeof query);
    memset(&answer, 0, sizeof answer);
    message.transfer_init = (struct xk_bytes){init, init_size};
    message.transfer_resp = (struct xk_bytes){resp, resp_size};
    assert_int_equal(xk_exchange_parse(&message, &exchange, NULL), XK_OK);
    xk_kms_init(&kms, &callbacks, NULL);
    query.message = &message;
    query.exchange = &exchange;
    query.cs_ids = cs_ids;
    query.cs_count = 1;
    answer.sessions = sessions;
    answer.key_space = key_space;
    answer.key_space_size = sizeof key_space;
    assert_int_equal(xk_kms_resolve(&kms, &query, &answer), XK_ANSWER_NOW);
    return answer;
}

static void gives_the_keys_of_the_set(void **state)
{
    (void)state;
    uint8_t wanted[16];
    struct xk_answer answer = resolve();
    assert_int_equal(answer.failure, XK_FAILURE_NONE);
    assert_string_equal(answer.field, "");
    assert_int_equal(answer.session_count, 1);
    assert_int_equal(answer.sessions[0].failure, XK_FAILURE_NONE);
    assert_int_equal(answer.sessions[0].cs_id, 1);
    assert_int_equal(answer.sessions[0].key.size, file_read_hex_line(SET, "TEK (CS ID 1)", wanted, 16));
    assert_memory_equal(answer.sessions[0].key.data, wanted, 16);
    assert_int_equal(answer.sessions[0].salt.size, file_read_hex_line(SET, "salt (CS ID 1)", wanted, 16));
    assert_memory_equal(answer.sessions[0].salt.data, wanted, 14);
    assert_int_equal(answer.sessions[0].encoding, XK_KEY_ENCODING_SRTP_MASTER);
}

static void an_older_ticket_key_still_opens(void **state)
{
    (void)state;
    generation_of_key = 3;
    assert_int_equal(resolve().failure, XK_FAILURE_NONE);
}

static void refused(enum xk_failure wanted, const char *field)
{
    memset(key_space, 0, sizeof key_space);
    struct xk_answer answer = resolve();
    assert_int_equal(answer.failure, wanted);
    assert_string_equal(answer.field, field);
    assert_int_equal(answer.session_count, 0);
    for (size_t i = 0; i < sizeof key_space; i++) {
        assert_int_equal(key_space[i], 0);
    }
}

static void every_reason_is_told_apart(void **state)
{
    has_key = false;
    refused(XK_FAILURE_TICKET_KEY_UNKNOWN, "IDRpsk");
    start(state);
    tpk[0] ^= 1;
    refused(XK_FAILURE_TICKET_MAC, "V of the ticket");
    start(state);
    own = false;
    refused(XK_FAILURE_OTHER_KMS, "IDRkms");
    start(state);
    init[init_size - 1] ^= 1;
    refused(XK_FAILURE_INIT_MAC, "V of TRANSFER_INIT");
    start(state);
    resp[resp_size - 1] ^= 1;
    refused(XK_FAILURE_RESP_MAC, "V of TRANSFER_RESP");
    start(state);
    init[3] = resp[3] = 5; /* PRF func */
    refused(XK_FAILURE_ALGORITHM, "PRF func");
    start(state);
}

static void the_referral_names_the_issuer(void **state)
{
    (void)state;
    own = false;
    struct xk_answer answer = resolve();
    assert_int_equal(answer.referral.size, 19);
    assert_memory_equal(answer.referral.data, "sip:kms@example.com", 19);
}

static void is_generic(const struct xk_kms *kms, const struct xk_query *query, struct xk_answer answer)
{
    answer.failure = XK_FAILURE_NONE;
    answer.session_count = 77;
    memset(key_space, 0x77, sizeof key_space);
    assert_int_equal(xk_kms_resolve(kms, query, &answer), XK_ANSWER_NOW);
    assert_int_equal(answer.failure, XK_FAILURE_GENERIC);
    assert_int_equal(answer.session_count, 77);
    for (size_t i = 0; i < sizeof key_space; i++) {
        assert_int_equal(key_space[i], 0x77);
    }
}

/* One thing after the other, each put right again: in the end nothing is missing. */
static void without_what_it_needs_it_says_so(void **state)
{
    (void)state;
    const struct xk_kms_callbacks callbacks = {.ticket_key = ticket_key, .is_own = is_own};
    static const uint8_t cs_ids[] = {1};
    struct xk_answer answer = resolve();
    struct xk_query query;
    struct xk_kms kms;
    xk_kms_init(&kms, &callbacks, NULL);
    memset(&query, 0, sizeof query);
    query.cs_ids = cs_ids;
    query.cs_count = 1;
    is_generic(&kms, &query, answer); /* no exchange */
    query.exchange = &exchange;
    is_generic(NULL, &query, answer);
    is_generic(&kms, NULL, answer);
    kms.size--;
    is_generic(&kms, &query, answer);
    kms.size++;
    kms.callbacks.ticket_key = NULL;
    is_generic(&kms, &query, answer);
    kms.callbacks.ticket_key = ticket_key;
    query.cs_ids = NULL;
    is_generic(&kms, &query, answer);
    query.cs_ids = cs_ids;
    answer.sessions = NULL;
    is_generic(&kms, &query, answer);
    answer.sessions = sessions;
    answer.key_space = NULL;
    is_generic(&kms, &query, answer);
    answer.key_space = key_space;
    assert_int_equal(xk_kms_resolve(&kms, &query, &answer), XK_ANSWER_NOW);
    assert_int_equal(answer.failure, XK_FAILURE_NONE);
    assert_int_equal(answer.session_count, 1);
}

/* TRe of the ticket lies in its policy, covered by the ticket's MAC: T of the INIT is what moves. */
static void a_time_outside_the_validity_is_told_apart(void **state)
{
    (void)state;
    static const uint8_t when[] = {0xd1, 0x00, 0x00, 0x10};
    size_t at = 0;
    while (memcmp(init + at, when, sizeof when) != 0) {
        at++;
    }
    init[at + 1] = 0x20;
    refused(XK_FAILURE_TICKET_EXPIRED, "T of TRANSFER_INIT");
}

static void a_session_that_nobody_named_has_no_key(void **state)
{
    (void)state;
    const struct xk_kms_callbacks callbacks = {.ticket_key = ticket_key, .is_own = is_own};
    static const uint8_t cs_ids[] = {1, 9};
    struct xk_answer answer = resolve();
    struct xk_kms kms;
    struct xk_query query;
    xk_kms_init(&kms, &callbacks, NULL);
    memset(&query, 0, sizeof query);
    query.exchange = &exchange;
    query.cs_ids = cs_ids;
    query.cs_count = 2;
    assert_int_equal(xk_kms_resolve(&kms, &query, &answer), XK_ANSWER_NOW);
    assert_int_equal(answer.failure, XK_FAILURE_NONE);
    assert_int_equal(answer.sessions[0].failure, XK_FAILURE_NONE);
    assert_int_equal(answer.sessions[1].failure, XK_FAILURE_SESSION_UNKNOWN);
    assert_int_equal(answer.sessions[1].key.size, 0);
}

/* Not one bit of either message may be changed without being noticed, but for what a MAC cannot cover: the V flag is
 * covered too. */
static void every_changed_bit_is_noticed(void **state)
{
    struct xk_mikey_message parsed;
    size_t noticed = 0;
    for (size_t bit = 0; bit < (init_size + resp_size) * 8; bit++) {
        start(state);
        uint8_t *at = bit / 8 < init_size ? &init[bit / 8] : &resp[bit / 8 - init_size];
        *at ^= (uint8_t)(1u << bit % 8);
        struct xk_get_keys message;
        memset(&message, 0, sizeof message);
        message.transfer_init = (struct xk_bytes){init, init_size};
        message.transfer_resp = (struct xk_bytes){resp, resp_size};
        if (xk_mikey_parse(init, init_size, &parsed, NULL) != XK_OK ||
            xk_exchange_parse(&message, &exchange, NULL) != XK_OK) {
            continue;
        }
        struct xk_answer answer = resolve();
        if (answer.failure == XK_FAILURE_NONE) {
            print_message("bit %zu\n", bit);
        }
        assert_int_not_equal(answer.failure, XK_FAILURE_NONE);
        noticed++;
    }
    assert_true(noticed > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(gives_the_keys_of_the_set, start),
        cmocka_unit_test_setup(an_older_ticket_key_still_opens, start),
        cmocka_unit_test_setup(every_reason_is_told_apart, start),
        cmocka_unit_test_setup(the_referral_names_the_issuer, start),
        cmocka_unit_test_setup(without_what_it_needs_it_says_so, start),
        cmocka_unit_test_setup(a_time_outside_the_validity_is_told_apart, start),
        cmocka_unit_test_setup(a_session_that_nobody_named_has_no_key, start),
        cmocka_unit_test_setup(every_changed_bit_is_noticed, start),
    };
    return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
