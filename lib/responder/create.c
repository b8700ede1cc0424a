/* SPDX-License-Identifier: BSD-2-Clause */
/* A responder's memory: all of it taken at creation, all of it wiped and given back at the end. */
#include "responder/engine.h"

#include "support/memory.h"

#include <string.h>

#include <xk/secret.h>

#define TRANSACTIONS_MAX 1048576u

void xk_responder_config_init(struct xk_responder_config *config)
{
    memset(config, 0, sizeof *config);
    config->size = sizeof *config;
    config->max_transactions = 4096;
    config->answer_timeout = 5000;
    config->remember = 60000;
    xk_relation_rules_init(&config->rules);
}

static void *take(struct xk_responder *r, size_t size)
{
    void *memory = r->allocator.allocate(size, r->allocator.user);
    if (memory != NULL) {
        memset(memory, 0, size);
    }
    return memory;
}

static void give_back(struct xk_responder *r, void *memory, size_t size)
{
    if (memory != NULL) {
        xk_wipe(memory, size);
        r->allocator.release(memory, size, r->allocator.user);
    }
}

static void release(struct xk_responder *r)
{
    struct xk_allocator allocator = r->allocator;
    size_t count = r->config.max_transactions;
    give_back(r, r->cells, r->map.size * sizeof *r->cells);
    give_back(r, r->transactions, count * sizeof *r->transactions);
    give_back(r, r->sessions, XK_CRYPTO_SESSIONS_MAX * sizeof *r->sessions);
    give_back(r, r->key_space, XKI_KEY_SPACE);
    give_back(r, r->out, XKI_ANSWER_SPACE);
    xk_wipe(r, sizeof *r);
    allocator.release(r, sizeof *r, allocator.user);
}

static bool take_arrays(struct xk_responder *r)
{
    size_t count = r->config.max_transactions;
    r->map.size = xki_idmap_cells(r->config.max_transactions);
    r->cells = take(r, r->map.size * sizeof *r->cells);
    r->transactions = take(r, count * sizeof *r->transactions);
    r->sessions = take(r, XK_CRYPTO_SESSIONS_MAX * sizeof *r->sessions);
    r->key_space = take(r, XKI_KEY_SPACE);
    r->out = take(r, XKI_ANSWER_SPACE);
    return r->cells != NULL && r->transactions != NULL && r->sessions != NULL && r->key_space != NULL &&
           r->out != NULL;
}

static void prepare(struct xk_responder *r)
{
    xki_idmap_init(&r->map, r->cells, r->map.size);
    for (uint32_t i = 0; i < r->config.max_transactions; i++) {
        r->transactions[i].next = i + 1;
    }
    r->transactions[r->config.max_transactions - 1].next = XKI_NO_TRANSACTION;
    r->pending.first = r->pending.last = XKI_NO_TRANSACTION;
    r->remembered.first = r->remembered.last = XKI_NO_TRANSACTION;
}

enum xk_status xk_responder_create(const struct xk_responder_config *config,
                                   const struct xk_responder_callbacks *callbacks,
                                   const struct xk_allocator *allocator, void *user, struct xk_responder **responder)
{
    if (config == NULL || callbacks == NULL || responder == NULL || config->size != sizeof *config ||
        config->rules.size != sizeof config->rules || callbacks->size != sizeof *callbacks ||
        callbacks->random == NULL || callbacks->send == NULL || callbacks->resolve == NULL) {
        return XK_E_ARGUMENT;
    }
    if (allocator == NULL) {
        allocator = &xki_memory;
    }
    if (allocator->size != sizeof *allocator || allocator->allocate == NULL || allocator->release == NULL) {
        return XK_E_ARGUMENT;
    }
    if (config->max_transactions == 0 || config->max_transactions > TRANSACTIONS_MAX || config->answer_timeout == 0) {
        return XK_E_CONFIG;
    }
    uint8_t seed[sizeof(struct xki_siphash_key)];
    if (!callbacks->random(seed, sizeof seed, user)) {
        return XK_E_RANDOM;
    }
    struct xk_responder *r = allocator->allocate(sizeof *r, allocator->user);
    if (r == NULL) {
        return XK_E_MEMORY;
    }
    memset(r, 0, sizeof *r);
    r->config = *config;
    r->callbacks = *callbacks;
    r->allocator = *allocator;
    r->user = user;
    memcpy(&r->hash_key, seed, sizeof seed);
    xk_wipe(seed, sizeof seed);
    if (!take_arrays(r)) {
        release(r);
        return XK_E_MEMORY;
    }
    prepare(r);
    *responder = r;
    return XK_OK;
}

enum xk_status xk_responder_destroy(struct xk_responder *responder)
{
    if (responder == NULL) {
        return XK_OK;
    }
    if (responder->in_callback) {
        return XK_E_BUSY;
    }
    release(responder);
    return XK_OK;
}

void xk_responder_read_counters(const struct xk_responder *responder, struct xk_responder_counters *counters)
{
    *counters = responder->counters;
}
