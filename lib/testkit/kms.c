/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake KMS: made, ended, and its script. */
#include "testkit/kms.h"

#include <stdlib.h>
#include <string.h>

#include <xk/secret.h>

#define MAX_RULES 65536u
#define MAX_PACKETS 4096u /* times XK_MESSAGE_MAX it still fits 32 bits */
#define MAX_TIME 86400000u
#define TRANSACTIONS 256 /* that each responder remembers */

void xk_test_kms_config_init(struct xk_test_kms_config *config)
{
    if (config == NULL) {
        return;
    }
    memset(config, 0, sizeof *config);
    config->seed = 1;
    config->mode = XK_TEST_KMS_BLIND;
    xk_relation_rules_init(&config->relation);
    config->max_kms = 4;
    config->max_rules = 64;
    config->max_packets = 64;
    config->max_packet_size = 2048;
    config->blocked_wait_ms = 100;
}

void xk_test_kms_rule_init(struct xk_test_kms_rule *rule)
{
    if (rule == NULL) {
        return;
    }
    memset(rule, 0, sizeof *rule);
    rule->kms = XK_TEST_KMS_ANY;
    rule->times = 1;
    rule->action = XK_TEST_KMS_ANSWER;
    rule->failure = XK_FAILURE_GENERIC;
    rule->from = XK_TEST_KMS_ANY;
    rule->second = XK_TEST_KMS_SECOND_NONE;
}

static bool within(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

static bool config_is_valid(const struct xk_test_kms_config *c)
{
    return (c->mode == XK_TEST_KMS_BLIND || c->mode == XK_TEST_KMS_CHECK_RELATION) &&
           within(c->max_kms, 1, XK_KMS_MAX) && within(c->max_rules, 1, MAX_RULES) &&
           within(c->max_packets, 1, MAX_PACKETS) && within(c->max_packet_size, 64, XK_MESSAGE_MAX) &&
           within(c->blocked_wait_ms, 1, MAX_TIME);
}

static void *standard_allocate(size_t size, void *user)
{
    (void)user;
    return malloc(size);
}

static void standard_release(void *memory, size_t size, void *user)
{
    (void)size;
    (void)user;
    free(memory);
}

static void release(struct xk_test_kms *kms)
{
    struct xk_allocator allocator = kms->allocator;
    for (uint32_t i = 0; kms->responders != NULL && i < kms->config.max_kms; i++) {
        (void)xk_responder_destroy(kms->responders[i]);
    }
    for (size_t i = 0; i < XKT_ARRAYS; i++) {
        if (kms->arrays[i] != NULL) {
            xk_wipe(kms->arrays[i], kms->array_sizes[i]);
            allocator.release(kms->arrays[i], kms->array_sizes[i], allocator.user);
        }
    }
    xk_wipe(kms, sizeof *kms);
    allocator.release(kms, sizeof *kms, allocator.user);
}

static bool take_arrays(struct xk_test_kms *kms)
{
    const struct xk_test_kms_config *c = &kms->config;
    bool responders = c->mode == XK_TEST_KMS_CHECK_RELATION;
    kms->array_sizes[XKT_RULES] = c->max_rules * sizeof *kms->rules;
    kms->array_sizes[XKT_PACKETS] = c->max_packets * sizeof *kms->packets;
    kms->array_sizes[XKT_OCTETS] = (size_t)c->max_packets * c->max_packet_size;
    kms->array_sizes[XKT_OUT] = c->max_packet_size;
    kms->array_sizes[XKT_RESPONDERS] = responders ? c->max_kms * sizeof(struct xk_responder *) : 0;
    for (size_t i = 0; i < XKT_ARRAYS; i++) {
        if (kms->array_sizes[i] == 0) {
            continue;
        }
        kms->arrays[i] = kms->allocator.allocate(kms->array_sizes[i], kms->allocator.user);
        if (kms->arrays[i] == NULL) {
            return false;
        }
        memset(kms->arrays[i], 0, kms->array_sizes[i]);
    }
    kms->rules = kms->arrays[XKT_RULES];
    kms->packets = kms->arrays[XKT_PACKETS];
    kms->out = kms->arrays[XKT_OUT];
    kms->responders = kms->arrays[XKT_RESPONDERS];
    for (uint32_t i = 0; i < c->max_packets; i++) {
        kms->packets[i].octets = (uint8_t *)kms->arrays[XKT_OCTETS] + (size_t)i * c->max_packet_size;
    }
    return true;
}

static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct xk_test_kms *kms = user;
    return xk_test_random_fill(out, size, &kms->random);
}

static enum xk_status start_responders(struct xk_test_kms *kms)
{
    const struct xk_responder_callbacks callbacks = {
        .size = sizeof callbacks, .random = on_random, .send = xkt_capture, .resolve = xkt_resolve};
    struct xk_responder_config config;
    xk_responder_config_init(&config);
    config.max_transactions = TRANSACTIONS;
    config.rules = kms->config.relation;
    enum xk_status status = XK_OK;
    for (uint32_t i = 0; kms->responders != NULL && i < kms->config.max_kms && status == XK_OK; i++) {
        status = xk_responder_create(&config, &callbacks, &kms->allocator, kms, &kms->responders[i], NULL);
    }
    return status;
}

enum xk_status xk_test_kms_create(const struct xk_test_kms_config *config, const struct xk_allocator *allocator,
                                  struct xk_test_kms **kms)
{
    static const struct xk_allocator standard = {sizeof standard, standard_allocate, standard_release, NULL};
    if (config == NULL || kms == NULL) {
        return XK_E_ARGUMENT;
    }
    if (allocator == NULL) {
        allocator = &standard;
    }
    if (allocator->size != sizeof *allocator || allocator->allocate == NULL || allocator->release == NULL) {
        return XK_E_ARGUMENT;
    }
    if (!config_is_valid(config)) {
        return XK_E_CONFIG;
    }
    struct xk_test_kms *created = allocator->allocate(sizeof *created, allocator->user);
    if (created == NULL) {
        return XK_E_MEMORY;
    }
    memset(created, 0, sizeof *created);
    created->config = *config;
    created->allocator = *allocator;
    xk_test_random_init(&created->random, config->seed);
    xk_test_kms_rule_init(&created->otherwise);
    enum xk_status status = take_arrays(created) ? start_responders(created) : XK_E_MEMORY;
    if (status != XK_OK) {
        release(created);
        return status;
    }
    *kms = created;
    return XK_OK;
}

enum xk_status xk_test_kms_destroy(struct xk_test_kms *kms)
{
    if (kms != NULL && kms->delivering) {
        return XK_E_BUSY;
    }
    if (kms != NULL) {
        release(kms);
    }
    return XK_OK;
}

static bool has_nowhere(const struct xk_test_kms_rule *rule)
{
    return (rule->identity.data == NULL && rule->identity.size > 0) ||
           (rule->referral.data == NULL && rule->referral.size > 0);
}

static bool rule_is_valid(const struct xk_test_kms *kms, const struct xk_test_kms_rule *rule)
{
    bool refuses = rule->action == XK_TEST_KMS_REFUSE;
    if (rule->kms != XK_TEST_KMS_ANY && rule->kms >= kms->config.max_kms) {
        return false;
    }
    if ((unsigned int)rule->action > XK_TEST_KMS_SILENT || (unsigned int)rule->second > XK_TEST_KMS_SECOND_REFUSAL) {
        return false;
    }
    if (refuses && (rule->failure == XK_FAILURE_NONE || (unsigned int)rule->failure > XK_FAILURE_WIRE_LAST)) {
        return false;
    }
    if (rule->referral.data != NULL && !(refuses && rule->failure == XK_FAILURE_OTHER_KMS)) {
        return false;
    }
    return (rule->results == NULL) == (rule->result_count == 0) && rule->result_count <= XK_CRYPTO_SESSIONS_MAX;
}

enum xk_status xk_test_kms_script(struct xk_test_kms *kms, const struct xk_test_kms_rule *rule)
{
    if (kms == NULL || rule == NULL || has_nowhere(rule)) {
        return XK_E_ARGUMENT;
    }
    if (!rule_is_valid(kms, rule)) {
        return XK_E_FIELD;
    }
    if (kms->rule_count == kms->config.max_rules) {
        return XK_E_FULL;
    }
    kms->rules[kms->rule_count++] = *rule;
    return XK_OK;
}

enum xk_status xk_test_kms_otherwise(struct xk_test_kms *kms, const struct xk_test_kms_rule *rule)
{
    if (kms == NULL || rule == NULL || has_nowhere(rule)) {
        return XK_E_ARGUMENT;
    }
    if (!rule_is_valid(kms, rule)) {
        return XK_E_FIELD;
    }
    kms->otherwise = *rule;
    return XK_OK;
}

void xk_test_kms_read_counters(const struct xk_test_kms *kms, struct xk_test_kms_counters *counters)
{
    if (kms == NULL || counters == NULL) {
        return;
    }
    *counters = kms->counters;
    for (size_t i = 0; i < kms->rule_count; i++) {
        counters->rules_left += kms->rules[i].times != 0;
    }
    counters->packets_left = kms->config.max_packets - (uint32_t)xkt_free_packets(kms);
}
