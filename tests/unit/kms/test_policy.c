/* SPDX-License-Identifier: BSD-2-Clause */
/* Which SP payload a Crypto Session means: by number and protocol, in the newest message that has it. */
#include <xk/mikey_build.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "kms/work.h"

#define PAYLOADS 3
#define MESSAGES 4

/* A policy whose key length tells it apart: 16, 24 or 32; 0 for none. */
struct sp {
    uint8_t number;
    uint8_t protocol;
    uint8_t key;
};

static struct xk_exchange exchange;
static struct xk_kms kms;
static unsigned int assumed;

static void notice(const struct xk_query *query, enum xk_kms_notice told, int cs_id, void *user)
{
    (void)query;
    (void)user;
    assert_int_equal(told, XK_KMS_NOTICE_POLICY_ASSUMED);
    assert_int_equal(cs_id, 5);
    assumed++;
}

/* INIT, RESP and those of an update; one without a policy is not there, but for the INIT. */
static void put(const struct sp policies[MESSAGES][PAYLOADS])
{
    static uint8_t octets[MESSAGES][256];
    struct xk_mikey_message *const places[] = {&exchange.init, &exchange.resp, &exchange.update_init,
                                               &exchange.update_resp};
    const struct xk_mikey_header header = {.version = 1, .data_type = XK_MIKEY_TRANSFER_INIT,
                                           .map_type = XK_MIKEY_MAP_GENERIC_ID};
    static const uint8_t when[8] = {0xd1};
    const struct xk_mikey_time time = {0, 0, {when, 8}, 0};
    memset(&exchange, 0, sizeof exchange);
    for (size_t i = 0; i < MESSAGES; i++) {
        struct xk_mikey_builder b;
        size_t size = 0;
        if (i > 0 && policies[i][0].key == 0) {
            continue;
        }
        xk_mikey_build_message(&b, octets[i], sizeof octets[i], &header, NULL, 0);
        xk_mikey_add_time(&b, &time);
        for (size_t k = 0; k < PAYLOADS && policies[i][k].key != 0; k++) {
            const uint8_t parameters[] = {1, 1, policies[i][k].key};
            const struct xk_mikey_policy policy = {policies[i][k].number, policies[i][k].protocol, {parameters, 3}};
            xk_mikey_add_policy(&b, &policy);
        }
        assert_int_equal(xk_mikey_build_end(&b, &size, NULL), XK_OK);
        assert_int_equal(xk_mikey_parse(octets[i], size, places[i], NULL), XK_OK);
    }
    exchange.has_resp = exchange.resp.whole.data != NULL;
    exchange.has_update = exchange.update_init.whole.data != NULL;
    exchange.has_update_resp = exchange.update_resp.whole.data != NULL;
}

struct row {
    struct sp policies[MESSAGES][PAYLOADS];
    const char *named; /* the numbers that the Crypto Session names */
    size_t count;
    bool of_update;
    enum xk_failure failure;
    size_t key;
    bool assumed;
};

static void is_read(const struct row *row)
{
    struct xki_kms_work w;
    struct xki_kms_lengths lengths;
    memset(&lengths, 0, sizeof lengths);
    const struct xk_mikey_crypto_session entry = {5, 0, false, {(const uint8_t *)row->named, row->count}, {NULL, 0},
                                                  {NULL, 0}};
    memset(&w, 0, sizeof w);
    kms.callbacks.notice = notice;
    put(row->policies);
    w.kms = &kms;
    w.exchange = &exchange;
    assumed = 0;
    assert_int_equal(xki_kms_read_lengths(&w, &entry, row->of_update, &lengths), row->failure);
    if (row->failure == XK_FAILURE_NONE) {
        assert_int_equal(lengths.key, row->key);
        assert_int_equal(assumed, row->assumed);
    }
}

static void a_policy_is_found_by_number_and_protocol(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{{{1, 0, 32}}}, "\1", 1, false, XK_FAILURE_NONE, 32, false},
        {{{{2, 0, 24}, {1, 0, 32}}}, "\1", 1, false, XK_FAILURE_NONE, 32, false},
        {{{{1, 0, 32}}}, "\2", 1, false, XK_FAILURE_NONE, 16, true}, /* nobody describes it */
        {{{{1, 9, 32}}}, "\1", 1, false, XK_FAILURE_MALFORMED, 0, false},
        {{{{1, 0, 24}, {1, 0, 24}}}, "\1", 1, false, XK_FAILURE_NONE, 24, false},
        {{{{1, 0, 24}}, {{2, 0, 32}}}, "\1", 1, false, XK_FAILURE_NONE, 24, false},
        {{{{1, 0, 24}}, {{1, 0, 32}}}, "\1", 1, false, XK_FAILURE_NONE, 32, false}, /* the Responder's own */
        {{{{1, 0, 24}}, {{1, 9, 32}}}, "\1", 1, false, XK_FAILURE_NONE, 24, false},
        {{{{1, 9, 24}}, {{2, 0, 32}}}, "\1", 1, false, XK_FAILURE_MALFORMED, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        is_read(&rows[i]);
    }
}

static void an_update_has_policies_of_its_own(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{{{1, 0, 16}}, {{1, 0, 24}}, {{1, 0, 32}}}, "\1", 1, false, XK_FAILURE_NONE, 24, false},
        {{{{1, 0, 16}}, {{1, 0, 24}}, {{1, 0, 32}}}, "\1", 1, true, XK_FAILURE_NONE, 32, false},
        {{{{1, 0, 16}}, {{1, 0, 24}}, {{2, 0, 32}}}, "\1", 1, true, XK_FAILURE_NONE, 24, false},
        {{{{1, 0, 16}}, {{2, 0, 24}}, {{2, 0, 32}}, {{1, 0, 32}}}, "\1", 1, true, XK_FAILURE_NONE, 32, false},
        {{{{1, 0, 16}}, {{2, 0, 24}}, {{2, 0, 32}}, {{2, 0, 32}}}, "\1", 1, true, XK_FAILURE_NONE, 16, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        is_read(&rows[i]);
    }
}

/* Without a RESP that chooses, each offer may be meant. */
static void several_policies_must_come_to_the_same(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{{{1, 0, 24}, {2, 0, 24}}}, "\1\2", 2, false, XK_FAILURE_NONE, 24, false},
        {{{{1, 0, 24}, {2, 0, 32}}}, "\1\2", 2, false, XK_FAILURE_POLICY, 0, false},
        {{{{1, 0, 16}, {2, 0, 16}, {3, 0, 24}}}, "\1\2\3", 3, false, XK_FAILURE_POLICY, 0, false},
        {{{{1, 0, 24}, {2, 9, 24}}}, "\1\2", 2, false, XK_FAILURE_MALFORMED, 0, false},
        {{{{1, 0, 24}, {2, 0, 3}}}, "\1\2", 2, false, XK_FAILURE_ALGORITHM, 0, false},
        {{{{1, 0, 16}}}, "\1\2", 2, false, XK_FAILURE_POLICY, 0, false}, /* what is assumed names no cipher */
        {{{{1, 0, 16}}}, "\2\3", 2, false, XK_FAILURE_NONE, 16, true},
        {{{{1, 0, 32}}}, "", 0, false, XK_FAILURE_NONE, 16, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        is_read(&rows[i]);
    }
}

/* Named by anybody or not, in whichever message. */
static void a_policy_that_cannot_be_read_ends_the_query(void **state)
{
    (void)state;
    static const uint8_t header[] = {1, 14, XK_MIKEY_SP, 0, 0, 0, 0, 9, 0, XK_MIKEY_MAP_GENERIC_ID};
    static const uint8_t good[] = {XK_MIKEY_SP, 1, 0, 0, 3, 1, 1, 16};
    static const uint8_t other[] = {XK_MIKEY_SP, 2, 9, 0, 1, 7}; /* of another protocol: not read */
    static const uint8_t bad[] = {XK_MIKEY_LAST, 3, 0, 0, 2, 1, 1};
    uint8_t octets[64];
    size_t size = 0;
    struct xki_kms_work w;
    struct xk_mikey_message *const places[] = {&exchange.init, &exchange.resp, &exchange.update_init,
                                               &exchange.update_resp};
    static const struct sp none[MESSAGES][PAYLOADS];
    memcpy(octets, header, sizeof header);
    memcpy(octets + (size += sizeof header), good, sizeof good);
    memcpy(octets + (size += sizeof good), other, sizeof other);
    memcpy(octets + (size += sizeof other), bad, sizeof bad);
    size += sizeof bad;
    memset(&w, 0, sizeof w);
    w.kms = &kms;
    w.exchange = &exchange;
    w.field = "";
    for (size_t i = 0; i < MESSAGES; i++) {
        put(none);
        exchange.has_resp = exchange.has_update = exchange.has_update_resp = true;
        exchange.resp = exchange.update_init = exchange.update_resp = exchange.init;
        assert_int_equal(xki_kms_check_policies(&w), XK_FAILURE_NONE);
        assert_int_equal(xk_mikey_parse(octets, size, places[i], NULL), XK_OK);
        assert_int_equal(xki_kms_check_policies(&w), XK_FAILURE_MALFORMED);
        assert_string_equal(w.field, "SP");
        w.field = "";
    }
    put(none);
    octets[size - 1] = 0; /* a value of no octets, for a parameter that is not read */
    octets[size - 2] = 2;
    assert_int_equal(xk_mikey_parse(octets, size, &exchange.init, NULL), XK_OK);
    assert_int_equal(xki_kms_check_policies(&w), XK_FAILURE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_is_found_by_number_and_protocol),
        cmocka_unit_test(an_update_has_policies_of_its_own),
        cmocka_unit_test(several_policies_must_come_to_the_same),
        cmocka_unit_test(a_policy_that_cannot_be_read_ends_the_query),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
