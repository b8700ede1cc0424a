/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and ending a collector: configuration, pools, keys. */
#include "collector/early.h"
#include "collector/scratch.h"
#include "collector/store.h"
#include "support/diag.h"
#include "support/memory.h"
#include "support/sized.h"

#include <xk/secret.h>

#include <string.h>

#define CONFIG_FIRST XKI_SIZED_FIRST(struct xk_collector_config, cin_seconds)
#define CALLBACKS_FIRST XKI_SIZED_FIRST(struct xk_collector_callbacks, observe)
#define FACTS_SPARE 256u /* beside the average: the pools are never smaller than one message may need */
#define CELLS_SPARE 1024u

static void fill_defaults(struct xk_collector_config *config)
{
    memset(config, 0, sizeof *config);
    config->size = sizeof *config;
    config->max_calls = 4096;
    config->facts_per_call = 24;
    config->octets_per_call = 1536;
    config->max_init = 8192;
    config->max_resp = 2048;
    config->calls_per_caller = 64;
    config->t1 = 500;
    config->settle = 500;
    config->unanswered = 190000;
    config->idle = 86400000;
    config->retry = 200;
}

void xk_collector_config_defaults(struct xk_collector_config *config, size_t size)
{
    struct xk_collector_config full;
    if (config == NULL || size > sizeof full) {
        return;
    }
    fill_defaults(&full);
    memcpy(config, &full, size);
    memcpy(config, &size, size < sizeof size ? size : sizeof size);
}

/* The member that is out of its limits; NULL if all are within. */
static const char *wrong_member(const struct xk_collector_config *c)
{
    const struct {
        const char *name;
        uint32_t value;
        uint32_t low;
        uint32_t high;
    } members[] = {
        {"max_calls", c->max_calls, 1, XK_COLLECTOR_CALLS_MAX}, {"facts_per_call", c->facts_per_call, 8, 256},
        {"octets_per_call", c->octets_per_call, 512, 65536},    {"max_init", c->max_init, 256, 16384},
        {"max_resp", c->max_resp, 64, 16384},                   {"calls_per_caller", c->calls_per_caller, 1, 65535},
        {"t1", c->t1, 500, 10000},                              {"settle", c->settle, 0, 60000},
        {"unanswered", c->unanswered, 180001, 86400000},        {"idle", c->idle, 1, 86400000},
        {"retry", c->retry, 1, 60000},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (members[i].value < members[i].low || members[i].value > members[i].high) {
            return members[i].name;
        }
    }
    return NULL;
}

static uint32_t fact_count(const struct xk_collector_config *c)
{
    uint64_t count = (uint64_t)c->max_calls * c->facts_per_call + FACTS_SPARE;
    return count < XKI_CO_NONE ? (uint32_t)count : XKI_CO_NONE - 1;
}

static uint32_t cell_count(const struct xk_collector_config *c)
{
    uint64_t count = (uint64_t)c->max_calls * ((c->octets_per_call + XKI_CO_CELL_DATA - 1) / XKI_CO_CELL_DATA);
    count += CELLS_SPARE;
    return count < XKI_CO_NONE ? (uint32_t)count : XKI_CO_NONE - 1;
}

static void measure(const struct xk_collector_config *c, size_t sizes[XKI_CO_ARRAYS])
{
    size_t n = c->max_calls;
    sizes[XKI_CO_CALLS] = n * sizeof(struct xki_co_call);
    sizes[XKI_CO_FACTS] = (size_t)fact_count(c) * sizeof(struct xki_co_fact);
    sizes[XKI_CO_CELLS] = (size_t)cell_count(c) * XKI_CO_CELL;
    sizes[XKI_CO_CALL_CELLS] = xki_idmap_cells(c->max_calls) * sizeof(uint64_t);
    sizes[XKI_CO_CALLERS] = n * sizeof(struct xki_co_caller);
    sizes[XKI_CO_CALLER_CELLS] = xki_idmap_cells(c->max_calls) * sizeof(uint64_t);
    sizes[XKI_CO_EARLY] = xki_co_early_slots(c) * sizeof(struct xki_co_early);
    sizes[XKI_CO_EARLY_CELLS] = xki_idmap_cells(xki_co_early_slots(c)) * sizeof(uint64_t);
    sizes[XKI_CO_PAIRS_CELLS] = xki_idmap_cells(c->max_calls) * sizeof(uint64_t);
    sizes[XKI_CO_GROUP_CELLS] = xki_idmap_cells(c->max_calls) * sizeof(uint64_t);
    sizes[XKI_CO_SCRATCH] = xki_co_scratch_at(c, XKI_CO_SCRATCH_END);
}

static const char size_member[] = "size";

/* The caller's configuration in full; NULL, or the member at fault. */
static const char *take_config(const struct xk_collector_config *given, struct xk_collector_config *config)
{
    fill_defaults(config);
    if (!xki_sized_read(config, given, CONFIG_FIRST, sizeof *config)) {
        return size_member;
    }
    return wrong_member(config);
}

size_t xk_collector_memory(const struct xk_collector_config *config)
{
    struct xk_collector_config c;
    if (config == NULL || take_config(config, &c) != NULL) {
        return 0;
    }
    size_t sizes[XKI_CO_ARRAYS];
    size_t sum = sizeof(struct xk_collector);
    measure(&c, sizes);
    for (unsigned int i = 0; i < XKI_CO_ARRAYS; i++) {
        sum += sizes[i];
    }
    return sum;
}

static void release(struct xk_collector *c)
{
    struct xk_allocator allocator = c->allocator;
    for (unsigned int i = 0; i < XKI_CO_ARRAYS; i++) {
        if (c->arrays[i] != NULL) {
            xk_wipe(c->arrays[i], c->sizes[i]);
            allocator.release(c->arrays[i], c->sizes[i], allocator.user);
        }
    }
    xk_wipe(c, sizeof *c);
    allocator.release(c, sizeof *c, allocator.user);
}

static bool take_arrays(struct xk_collector *c)
{
    measure(&c->config, c->sizes);
    for (unsigned int i = 0; i < XKI_CO_ARRAYS; i++) {
        c->arrays[i] = c->allocator.allocate(c->sizes[i], c->allocator.user);
        if (c->arrays[i] == NULL) {
            return false;
        }
        memset(c->arrays[i], 0, c->sizes[i]);
    }
    return true;
}

/* Everything is free, each pool as one list. */
static void fill_pools(struct xk_collector *c)
{
    uint32_t calls = c->config.max_calls;
    c->facts_left = fact_count(&c->config);
    c->cells_left = cell_count(&c->config);
    for (uint32_t i = 0; i < calls; i++) {
        xki_co_call(c, i)->class_next = i + 1 < calls ? i + 1 : XKI_CO_NONE;
        ((struct xki_co_caller *)c->arrays[XKI_CO_CALLERS])[i].next = i + 1 < calls ? i + 1 : XKI_CO_NONE;
    }
    for (uint32_t i = 0; i < c->facts_left; i++) {
        xki_co_fact(c, i)->next = i + 1 < c->facts_left ? i + 1 : XKI_CO_NONE;
    }
    for (uint32_t i = 0; i < c->cells_left; i++) {
        uint32_t next = i + 1 < c->cells_left ? i + 1 : XKI_CO_NONE;
        memcpy((uint8_t *)c->arrays[XKI_CO_CELLS] + (size_t)i * XKI_CO_CELL, &next, sizeof next);
    }
    for (unsigned int i = 0; i < XKI_CO_CLASSES; i++) {
        c->classes[i] = (struct xki_co_list){XKI_CO_NONE, XKI_CO_NONE};
    }
    xki_idmap_init(&c->calls, c->arrays[XKI_CO_CALL_CELLS], xki_idmap_cells(calls));
    xki_idmap_init(&c->callers, c->arrays[XKI_CO_CALLER_CELLS], xki_idmap_cells(calls));
    xki_idmap_init(&c->early, c->arrays[XKI_CO_EARLY_CELLS], xki_idmap_cells(xki_co_early_slots(&c->config)));
    xki_idmap_init(&c->pairs, c->arrays[XKI_CO_PAIRS_CELLS], xki_idmap_cells(calls));
    xki_idmap_init(&c->groups, c->arrays[XKI_CO_GROUP_CELLS], xki_idmap_cells(calls));
    xki_timers_init(&c->timers, &xki_co_call(c, 0)->timer, sizeof(struct xki_co_call));
}

static bool is_zero(const uint8_t key[16])
{
    uint8_t sum = 0;
    for (unsigned int i = 0; i < 16; i++) {
        sum |= key[i];
    }
    return sum == 0;
}

static uint64_t word(const uint8_t *octets)
{
    uint64_t value = 0;
    for (unsigned int i = 0; i < 8; i++) {
        value |= (uint64_t)octets[i] << (8 * i);
    }
    return value;
}

static struct xki_siphash_key key_of(const uint8_t octets[16])
{
    return (struct xki_siphash_key){word(octets), word(octets + 8)};
}

/* The keys of the host's, or drawn ones. Two are made of the group's, since an id is 128 bits. */
static bool draw_keys(struct xk_collector *c)
{
    uint8_t drawn[64];
    bool good = c->callbacks.random(drawn, sizeof drawn, c->user);
    if (good) {
        c->keys[0] = key_of(drawn);
        c->keys[1] = key_of(drawn + 16);
        c->group_keys[0] = key_of(is_zero(c->config.group_key) ? drawn + 32 : c->config.group_key);
        c->group_keys[1] = (struct xki_siphash_key){~c->group_keys[0].k1, c->group_keys[0].k0};
        c->cin_key = key_of(is_zero(c->config.cin_key) ? drawn + 48 : c->config.cin_key);
    }
    xk_wipe(drawn, sizeof drawn);
    return good;
}

enum xk_status xk_collector_create(const struct xk_collector_config *config,
                                   const struct xk_collector_callbacks *callbacks, const struct xk_allocator *allocator,
                                   void *user, struct xk_collector **collector, struct xk_diag *diag)
{
    struct xk_collector_config full;
    struct xk_collector_callbacks calls;
    memset(&calls, 0, sizeof calls);
    if (config == NULL || callbacks == NULL || collector == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_sized_read(&calls, callbacks, CALLBACKS_FIRST, sizeof calls)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "callbacks.size");
    }
    if (calls.random == NULL || calls.watch == NULL || calls.on_exchange == NULL || calls.on_incomplete == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "callbacks");
    }
    const char *member = take_config(config, &full);
    if (member != NULL) {
        return xki_fail(diag, member == size_member ? XK_E_ARGUMENT : XK_E_CONFIG, 0, member);
    }
    const struct xk_allocator *from = allocator == NULL ? &xki_memory : allocator;
    if (from->size != sizeof *from || from->allocate == NULL || from->release == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "allocator");
    }
    struct xk_collector *c = from->allocate(sizeof *c, from->user);
    if (c == NULL) {
        return xki_fail(diag, XK_E_MEMORY, 0, "");
    }
    memset(c, 0, sizeof *c);
    c->config = full;
    c->callbacks = calls;
    c->allocator = *from;
    c->user = user;
    enum xk_status status = !take_arrays(c) ? XK_E_MEMORY : !draw_keys(c) ? XK_E_RANDOM : XK_OK;
    if (status != XK_OK) {
        release(c);
        return xki_fail(diag, status, 0, "");
    }
    fill_pools(c);
    c->cin_next = full.cin_seconds;
    *collector = c;
    return XK_OK;
}

enum xk_status xk_collector_destroy(struct xk_collector *collector)
{
    if (collector != NULL) {
        if (collector->in_callback) {
            return XK_E_BUSY;
        }
        release(collector);
    }
    return XK_OK;
}

void xk_collector_read_counters(const struct xk_collector *collector, struct xk_collector_counters *counters)
{
    if (counters != NULL) {
        memset(counters, 0, sizeof *counters);
        if (collector != NULL) {
            *counters = collector->counters;
        }
    }
}

void xk_collector_read_usage(const struct xk_collector *collector, struct xk_collector_usage *usage)
{
    if (usage == NULL) {
        return;
    }
    memset(usage, 0, sizeof *usage);
    if (collector != NULL) {
        usage->calls = collector->call_count;
        usage->answered = collector->answered_count;
        usage->facts_free = collector->facts_left;
        usage->cells_free = collector->cells_left;
        usage->memory = xk_collector_memory(&collector->config);
        usage->cin_next = collector->cin_next;
    }
}
