/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vendor's unit test of mediation.c with xk_test. Each test says what the KMSs will do, submits a call, lets time
 * pass and looks at what the LEMF got: hours of it run in milliseconds, and alike each time.
 */
#include "mediation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include <xk_test/xk_test.h>

#define SEED 2026
#define STEPS 1000 /* more than any scenario takes: one that needs them does not end */

/* A record as the LEMF reads it. */
struct delivered {
    struct xk_outcome_id id;
    char liid[XK_LIID_MAX + 1];
    bool failure;
    size_t key_count;
    uint8_t key[XK_TEST_KEY_SIZE]; /* of the first Crypto Session */
    uint64_t at_ms;
};

static struct {
    struct mediation mediation;
    struct xk_test_random random;
    struct xk_test_clock clock;
    struct xk_test_kms *kms;
    struct xk_test_subject subject;
    struct call call;
    uint8_t init[512];
    uint8_t resp[256];
    bool lemf_full;
    size_t count;
    struct delivered lemf[8];
} t;

static bool random_octets(uint8_t *out, size_t size, void *user)
{
    (void)user;
    return xk_test_random_fill(out, size, &t.random);
}

static bool to_kms(const struct xk_send *send, void *user)
{
    (void)user;
    return xk_test_kms_take(t.kms, t.clock.now_ms, send) == XK_OK;
}

static struct xk_utc utc(void *user)
{
    (void)user;
    return (struct xk_utc){1767323045 + (int64_t)(t.clock.now_ms / 1000), 0};
}

static bool to_lemf(const struct xk_outcome_id *id, struct xk_bytes octets, void *user)
{
    (void)user;
    struct xk_hi2_record record;
    struct xk_iri_key key;
    size_t position = 0;
    if (t.lemf_full) {
        return false;
    }
    for (size_t i = 0; i < t.count; i++) {
        if (memcmp(&t.lemf[i].id, id, sizeof *id) == 0) {
            return true;
        }
    }
    assert_true(t.count < sizeof t.lemf / sizeof *t.lemf);
    assert_int_equal(xk_hi2_record_decode(octets.data, octets.size, NULL, &record, NULL), XK_OK);
    struct delivered *d = &t.lemf[t.count++];
    memset(d, 0, sizeof *d);
    d->id = *id;
    memcpy(d->liid, record.liid.data, record.liid.size);
    d->failure = record.failure;
    d->key_count = record.key_count;
    d->at_ms = t.clock.now_ms;
    if (xk_hi2_next_key(&record, &position, &key)) {
        assert_int_equal(key.key.size, sizeof d->key);
        memcpy(d->key, key.key.data, sizeof d->key);
    }
    return true;
}

static void load_call(void)
{
    static uint8_t text[16384];
    struct xk_test_vectors set;
    t.call = (struct call){"LI-2026-0001", "sip:bob@example.com", "imscorr1", {t.init, 0}, {t.resp, 0}};
    assert_int_equal(xk_test_vectors_read(VECTORS "/mikey/set1.txt", text, sizeof text, &set, NULL),
                     XK_TEST_VECTORS_OK);
    assert_int_equal(xk_test_vectors_get(&set, NULL, "TRANSFER_INIT", t.init, sizeof t.init, &t.call.init.size),
                     XK_TEST_VECTORS_OK);
    assert_int_equal(xk_test_vectors_get(&set, NULL, "TRANSFER_RESP", t.resp, sizeof t.resp, &t.call.resp.size),
                     XK_TEST_VECTORS_OK);
}

static int start(void **state)
{
    (void)state;
    const struct mediation_ports ports = {random_octets, to_kms, to_lemf, utc, NULL};
    struct xk_test_kms_config config;
    memset(&t, 0, sizeof t);
    xk_test_random_init(&t.random, SEED);
    xk_test_kms_config_init(&config);
    config.seed = SEED;
    config.mode = XK_TEST_KMS_CHECK_RELATION;
    assert_int_equal(xk_test_kms_create(&config, NULL, &t.kms), XK_OK);
    assert_int_equal(mediation_open(&t.mediation, &ports), XK_OK);
    t.subject = xk_test_subject_of(t.mediation.requester);
    load_call();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mediation_close(&t.mediation);
    assert_int_equal(xk_test_kms_destroy(t.kms), XK_OK);
    xk_wipe(&t, sizeof t);
    return 0;
}

static struct xk_test_kms_rule rule_of(enum xk_test_kms_action action)
{
    struct xk_test_kms_rule rule;
    xk_test_kms_rule_init(&rule);
    rule.action = action;
    return rule;
}

static void script(const struct xk_test_kms_rule *rule)
{
    assert_int_equal(xk_test_kms_script(t.kms, rule), XK_OK);
}

static void submit(void)
{
    assert_int_equal(mediation_call(&t.mediation, t.clock.now_ms, &t.call), XK_OK);
}

static void run_to_the_end(void)
{
    assert_int_equal(xk_test_run(&t.clock, t.kms, &t.subject, XK_NEVER, STEPS, NULL), XK_TEST_RUN_IDLE);
}

static void is_failure(const struct delivered *d)
{
    assert_true(d->failure);
    assert_int_equal(d->key_count, 0);
    assert_string_equal(d->liid, t.call.liid);
}

static void has_the_key(const struct delivered *d)
{
    uint8_t key[XK_TEST_KEY_SIZE];
    xk_test_key(SEED, t.call.init, 1, key, NULL);
    assert_false(d->failure);
    assert_int_equal(d->key_count, 1);
    assert_memory_equal(d->key, key, sizeof key);
    assert_string_equal(d->liid, t.call.liid);
}

/* How often libxk answered this to what a KMS sent. */
static uint64_t answered(enum xk_status status)
{
    struct xk_test_kms_counters counters;
    xk_test_kms_read_counters(t.kms, &counters);
    return counters.status[xk_status_index(status)];
}

static void keys_reach_the_lemf(void **state)
{
    (void)state;
    submit();
    run_to_the_end();
    assert_int_equal(t.count, 1);
    has_the_key(&t.lemf[0]);
}

static void a_refusal_becomes_a_failure_record(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_REFUSE);
    rule.failure = XK_FAILURE_TICKET_KEY_UNKNOWN;
    script(&rule);
    submit();
    run_to_the_end();
    assert_int_equal(t.count, 1);
    is_failure(&t.lemf[0]);
}

/* The KMS is a real responder here: it sees by itself that the call is not the target's. */
static void a_call_of_somebody_else_becomes_a_failure_record(void **state)
{
    (void)state;
    t.call.target = "sip:carol@example.com";
    submit();
    run_to_the_end();
    assert_int_equal(t.count, 1);
    is_failure(&t.lemf[0]);
}

static void silence_becomes_a_failure_record_when_the_timer_expires(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_SILENT);
    assert_int_equal(xk_test_kms_otherwise(t.kms, &rule), XK_OK);
    submit();
    assert_int_equal(xk_test_run(&t.clock, t.kms, &t.subject, 9999, STEPS, NULL), XK_TEST_RUN_TIME);
    assert_int_equal(t.count, 0);
    run_to_the_end();
    assert_int_equal(t.count, 1);
    is_failure(&t.lemf[0]);
    assert_int_equal(t.lemf[0].at_ms, 10000);
}

static void a_repeated_answer_makes_one_record(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.second = XK_TEST_KMS_SECOND_SAME;
    rule.second_delay_ms = 3;
    script(&rule);
    submit();
    run_to_the_end();
    assert_int_equal(answered(XK_E_DUPLICATE), 1);
    assert_int_equal(t.count, 1);
    has_the_key(&t.lemf[0]);
}

static void a_contradiction_does_not_change_the_record(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.second = XK_TEST_KMS_SECOND_OTHER;
    script(&rule);
    submit();
    run_to_the_end();
    assert_int_equal(answered(XK_E_CONFLICT), 1);
    assert_int_equal(t.count, 1);
    has_the_key(&t.lemf[0]);
}

/* The damaged answer settles nothing; the next attempt goes to the other KMS. */
static void a_damaged_answer_is_made_good_by_the_next_attempt(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.kms = t.mediation.kms[0];
    rule.flip_mask = 0x20;
    script(&rule);
    rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.kms = t.mediation.kms[1];
    script(&rule);
    submit();
    run_to_the_end();
    struct xk_test_kms_counters counters;
    xk_test_kms_read_counters(t.kms, &counters);
    assert_int_equal(counters.delivered, 2);
    assert_int_equal(counters.status[xk_status_index(XK_OK)], 1);
    assert_int_equal(counters.rules_left, 0);
    assert_int_equal(t.count, 1);
    has_the_key(&t.lemf[0]);
    assert_true(t.lemf[0].at_ms >= 2000);
}

/* Back-pressure: the keys wait with the transport, the timer stands still, and nothing is lost. */
static void a_full_queue_loses_nothing(void **state)
{
    (void)state;
    t.lemf_full = true;
    submit();
    assert_int_equal(xk_test_run(&t.clock, t.kms, &t.subject, 60000, STEPS, NULL), XK_TEST_RUN_TIME);
    assert_true(answered(XK_E_BLOCKED) > 1);
    assert_int_equal(t.count, 0);
    t.lemf_full = false;
    run_to_the_end();
    assert_int_equal(t.count, 1);
    has_the_key(&t.lemf[0]);
}

static void a_failure_waits_for_the_queue_too(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_REFUSE);
    script(&rule);
    t.lemf_full = true;
    submit();
    assert_int_equal(xk_test_run(&t.clock, t.kms, &t.subject, 60000, STEPS, NULL), XK_TEST_RUN_TIME);
    t.lemf_full = false;
    run_to_the_end();
    assert_int_equal(t.count, 1);
    is_failure(&t.lemf[0]);
}

static void late_keys_make_a_second_record(void **state)
{
    (void)state;
    struct xk_test_kms_rule rule = rule_of(XK_TEST_KMS_ANSWER);
    rule.delay_ms = 12000;
    assert_int_equal(xk_test_kms_otherwise(t.kms, &rule), XK_OK);
    submit();
    run_to_the_end();
    assert_int_equal(t.count, 2);
    is_failure(&t.lemf[0]);
    assert_int_equal(t.lemf[0].at_ms, 10000);
    has_the_key(&t.lemf[1]);
    assert_int_equal(t.lemf[1].at_ms, 12000);
    assert_memory_not_equal(&t.lemf[0].id, &t.lemf[1].id, sizeof t.lemf[0].id);
}

static void without_randomness_a_call_is_refused_and_the_next_one_works(void **state)
{
    (void)state;
    xk_test_random_fail(&t.random, 1, 1);
    assert_int_equal(mediation_call(&t.mediation, t.clock.now_ms, &t.call), XK_E_RANDOM);
    submit();
    run_to_the_end();
    assert_int_equal(t.count, 1);
    has_the_key(&t.lemf[0]);
}

#define SCENARIO(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENARIO(keys_reach_the_lemf),
        SCENARIO(a_refusal_becomes_a_failure_record),
        SCENARIO(a_call_of_somebody_else_becomes_a_failure_record),
        SCENARIO(silence_becomes_a_failure_record_when_the_timer_expires),
        SCENARIO(a_repeated_answer_makes_one_record),
        SCENARIO(a_contradiction_does_not_change_the_record),
        SCENARIO(a_damaged_answer_is_made_good_by_the_next_attempt),
        SCENARIO(a_full_queue_loses_nothing),
        SCENARIO(a_failure_waits_for_the_queue_too),
        SCENARIO(late_keys_make_a_second_record),
        SCENARIO(without_randomness_a_call_is_refused_and_the_next_one_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
