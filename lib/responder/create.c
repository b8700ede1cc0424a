/* SPDX-License-Identifier: BSD-2-Clause */
/* A responder's memory: all of it taken at creation, all of it wiped and given back at the end. */
#include "responder/engine.h"

#include "support/diag.h"
#include "support/memory.h"
#include "support/sized.h"

#include <string.h>

#include <xk/secret.h>

#define TRANSACTIONS_MAX 1048576u
#define RULES_FIRST XKI_SIZED_FIRST(struct xk_relation_rules, allow_other_initiator)
#define CONFIG_FIRST (offsetof(struct xk_responder_config, rules) + RULES_FIRST)
#define CALLBACKS_FIRST XKI_SIZED_FIRST(struct xk_responder_callbacks, observe)
#define ALLOCATOR_FIRST XKI_SIZED_FIRST(struct xk_allocator, user)

/* `rules` is the last member, and as long as the caller's header has it. */
void xk_responder_config_defaults(struct xk_responder_config *config, size_t size)
{
    if (config == NULL || size < CONFIG_FIRST || size > sizeof *config) {
        return;
    }
    config->size = size;
    config->max_transactions = 4096;
    config->answer_timeout = 5000;
    config->remember = 60000;
    xk_relation_rules_defaults(&config->rules, size - offsetof(struct xk_responder_config, rules));
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
    give_back(r, r->key_space, XKI_RS_KEY_SPACE);
    give_back(r, r->out, XKI_RS_ANSWER_SPACE);
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
    r->key_space = take(r, XKI_RS_KEY_SPACE);
    r->out = take(r, XKI_RS_ANSWER_SPACE);
    return r->cells != NULL && r->transactions != NULL && r->sessions != NULL && r->key_space != NULL &&
           r->out != NULL;
}

static void prepare(struct xk_responder *r)
{
    xki_idmap_init(&r->map, r->cells, r->map.size);
    for (uint32_t i = 0; i < r->config.max_transactions; i++) {
        r->transactions[i].next = i + 1;
    }
    r->transactions[r->config.max_transactions - 1].next = XKI_RS_NONE;
    for (size_t i = 0; i < XKI_RS_LISTS; i++) {
        r->lists[i].first = r->lists[i].last = XKI_RS_NONE;
    }
}

/* What the host gave, at full size, with defaults for what an older header had not. */
struct given {
    struct xk_responder_config config;
    struct xk_responder_callbacks callbacks;
    struct xk_allocator allocator;
};

static enum xk_status read_given(const struct xk_responder_config *config,
                                 const struct xk_responder_callbacks *callbacks, const struct xk_allocator *allocator,
                                 struct given *given, struct xk_diag *diag)
{
    if (allocator == NULL) {
        allocator = &xki_memory;
    }
    memset(given, 0, sizeof *given);
    xk_responder_config_init(&given->config);
    if (!xki_sized_read(&given->config, config, CONFIG_FIRST, sizeof given->config) ||
        !xki_sized_good(&given->config.rules, RULES_FIRST, sizeof given->config.rules) ||
        !xki_sized_read(&given->callbacks, callbacks, CALLBACKS_FIRST, sizeof given->callbacks) ||
        !xki_sized_read(&given->allocator, allocator, ALLOCATOR_FIRST, sizeof given->allocator)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    const char *missing = given->callbacks.random == NULL     ? "random"
                          : given->callbacks.send == NULL     ? "send"
                          : given->callbacks.resolve == NULL  ? "resolve"
                          : given->allocator.allocate == NULL ? "allocate"
                          : given->allocator.release == NULL  ? "release"
                                                              : NULL;
    return missing == NULL ? XK_OK : xki_fail(diag, XK_E_ARGUMENT, 0, missing);
}

static enum xk_status check_config(const struct xk_responder_config *config, struct xk_diag *diag)
{
    if (config->max_transactions == 0 || config->max_transactions > TRANSACTIONS_MAX) {
        return xki_fail(diag, XK_E_CONFIG, 0, "max_transactions");
    }
    return config->answer_timeout == 0 ? xki_fail(diag, XK_E_CONFIG, 0, "answer_timeout") : XK_OK;
}

static struct xk_responder *make(const struct given *given, void *user)
{
    struct xk_responder *r = given->allocator.allocate(sizeof *r, given->allocator.user);
    if (r == NULL) {
        return NULL;
    }
    memset(r, 0, sizeof *r);
    r->config = given->config;
    r->callbacks = given->callbacks;
    r->allocator = given->allocator;
    r->user = user;
    if (!take_arrays(r)) {
        release(r);
        return NULL;
    }
    prepare(r);
    return r;
}

enum xk_status xk_responder_create(const struct xk_responder_config *config,
                                   const struct xk_responder_callbacks *callbacks,
                                   const struct xk_allocator *allocator, void *user, struct xk_responder **responder,
                                   struct xk_diag *diag)
{
    struct given given;
    struct xki_siphash_key key;
    if (config == NULL || callbacks == NULL || responder == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = read_given(config, callbacks, allocator, &given, diag);
    if (status == XK_OK) {
        status = check_config(&given.config, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if (!given.callbacks.random((uint8_t *)&key, sizeof key, user)) {
        return xki_fail(diag, XK_E_RANDOM, 0, "random");
    }
    struct xk_responder *made = make(&given, user);
    if (made != NULL) {
        made->hash_key = key;
        *responder = made;
    }
    xk_wipe(&key, sizeof key);
    return made != NULL ? XK_OK : xki_fail(diag, XK_E_MEMORY, 0, "allocate");
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
    if (responder != NULL && counters != NULL) {
        *counters = responder->counters;
    }
}
