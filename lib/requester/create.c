/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and ending an engine: configuration, its arrays, the KMSs it knows, its counters. */
#include "requester/engine.h"

#include "support/diag.h"
#include "support/memory.h"

#include <xk/secret.h>

#include <string.h>

#define MAX_TIME 86400000u

void xk_requester_config_init(struct xk_requester_config *config)
{
    if (config == NULL) {
        return;
    }
    memset(config, 0, sizeof *config);
    config->size = sizeof *config;
    config->max_pending = 1024;
    config->max_request_size = 2048;
    config->max_warrant_size = 512;
    config->max_kms = 8;
    config->timeout = 10000;
    config->max_attempts = 3;
    config->backoff_base = 500;
    config->backoff_max = 8000;
    config->reoffer_interval = 1000;
    config->tombstones = 1024;
    config->grace = 30000;
    config->late_keys = XK_LATE_KEYS_WIPE;
    config->exchange_check = XK_CHECK_LIBRARY;
    config->epoch = 1;
    config->passing_bound = 30000;
    config->clock_bound = 60000;
}

static bool within(uint32_t value, uint32_t low, uint32_t high)
{
    return value >= low && value <= high;
}

static bool config_is_valid(const struct xk_requester_config *c)
{
    return c->size == sizeof *c && within(c->max_pending, 1, XK_PENDING_MAX) &&
           within(c->max_request_size, 256, XK_MESSAGE_MAX) && within(c->max_warrant_size, 64, 16384) &&
           within(c->max_kms, 1, XK_KMS_MAX) && within(c->timeout, 1, MAX_TIME) &&
           c->attempt_timeout <= MAX_TIME && within(c->max_attempts, 1, 255) && c->backoff_base <= MAX_TIME &&
           c->backoff_max <= MAX_TIME && within(c->reoffer_interval, 1, MAX_TIME) &&
           within(c->clock_bound, 1, MAX_TIME) &&
           c->max_refused <= 255 && c->passing_bound <= MAX_TIME &&
           within(c->tombstones, 1, XK_PENDING_MAX) && c->grace <= MAX_TIME &&
           (c->late_keys == XK_LATE_KEYS_WIPE || c->late_keys == XK_LATE_KEYS_SUPPLEMENT) &&
           (c->exchange_check == XK_CHECK_LIBRARY || c->exchange_check == XK_CHECK_HOST);
}

static size_t round_up(size_t size, size_t to)
{
    return (size + to - 1) / to * to;
}

static size_t record_stride(const struct xk_requester_config *c)
{
    return round_up(sizeof(struct xki_record) + c->max_warrant_size, 64);
}

static uint32_t chain_cells(const struct xk_requester_config *c)
{
    uint32_t cells = 16;
    while (cells < c->max_pending / 16) {
        cells *= 2;
    }
    return cells;
}

static void measure(const struct xk_requester_config *c, size_t sizes[XKI_ARRAYS])
{
    size_t n = c->max_pending;
    sizes[XKI_SLOTS] = n * sizeof(struct xki_slot);
    sizes[XKI_RECORDS] = n * record_stride(c);
    sizes[XKI_REQUESTS] = n * round_up(c->max_request_size, 64);
    sizes[XKI_CELLS] = xki_idmap_cells(c->max_pending) * sizeof(uint64_t);
    sizes[XKI_TOMBSTONES] = round_up(c->tombstones, XKI_TOMBSTONE_SET) * sizeof(struct xki_tombstone);
    sizes[XKI_KMSS] = c->max_kms * sizeof(struct xki_kms);
    sizes[XKI_CHAINS] = chain_cells(c) * sizeof(uint32_t);
    sizes[XKI_REFERENCES] = c->use_references ? n * sizeof(uint64_t) : 0;
    sizes[XKI_REFERENCE_CELLS] = c->use_references ? xki_idmap_cells(c->max_pending) * sizeof(uint64_t) : 0;
    sizes[XKI_SHARES] = c->share_queries ? n * sizeof(struct xki_share) : 0;
    sizes[XKI_SHARE_CELLS] = c->share_queries ? xki_idmap_cells(c->max_pending) * sizeof(uint64_t) : 0;
    /* One journal record: its fixed parts and the names of all routes, then what a request may hold. */
    sizes[XKI_FRAME] = 128 + XK_ROUTES_MAX * (XK_KMS_NAME_MAX + 1) + c->max_warrant_size + c->max_request_size;
}

/* Room to begin at a cache line: a slot is exactly one. */
static size_t block_size(size_t array_size)
{
    return array_size == 0 ? 0 : array_size + XKI_CACHE_LINE - 1;
}

size_t xk_requester_memory(const struct xk_requester_config *config)
{
    if (config == NULL || !config_is_valid(config)) {
        return 0;
    }
    size_t sizes[XKI_ARRAYS];
    measure(config, sizes);
    size_t sum = sizeof(struct xk_requester);
    for (unsigned int i = 0; i < XKI_ARRAYS; i++) {
        sum += block_size(sizes[i]);
    }
    return sum;
}

static void release(struct xk_requester *r)
{
    struct xk_allocator allocator = r->allocator;
    for (unsigned int i = 0; i < XKI_ARRAYS; i++) {
        if (r->blocks[i] != NULL) {
            allocator.release(r->blocks[i], block_size(r->array_sizes[i]), allocator.user);
        }
    }
    xk_wipe(r, sizeof *r);
    allocator.release(r, sizeof *r, allocator.user);
}

/* Records and requests are written before they are read, slots too: only the rest has to start as zeros, so a
 * large engine touches its memory as it fills and not at creation. */
static bool take_arrays(struct xk_requester *r)
{
    measure(&r->config, r->array_sizes);
    for (unsigned int i = 0; i < XKI_ARRAYS; i++) {
        if (r->array_sizes[i] == 0) {
            continue;
        }
        r->blocks[i] = r->allocator.allocate(block_size(r->array_sizes[i]), r->allocator.user);
        if (r->blocks[i] == NULL) {
            return false;
        }
        uintptr_t past = (uintptr_t)r->blocks[i] % XKI_CACHE_LINE;
        r->arrays[i] = (uint8_t *)r->blocks[i] + (past == 0 ? 0 : XKI_CACHE_LINE - past);
        if (i == XKI_CELLS || i == XKI_TOMBSTONES || i == XKI_KMSS || i >= XKI_REFERENCES) {
            memset(r->arrays[i], 0, r->array_sizes[i]);
        }
    }
    memset(r->arrays[XKI_CHAINS], 0xff, r->array_sizes[XKI_CHAINS]);
    return true;
}

static void prepare(struct xk_requester *r)
{
    r->record_stride = record_stride(&r->config);
    r->request_stride = round_up(r->config.max_request_size, 64);
    xki_idmap_init(&r->ids, r->arrays[XKI_CELLS], xki_idmap_cells(r->config.max_pending));
    if (r->config.share_queries) {
        xki_idmap_init(&r->shares, r->arrays[XKI_SHARE_CELLS], xki_idmap_cells(r->config.max_pending));
    }
    if (r->config.use_references) {
        xki_idmap_init(&r->references, r->arrays[XKI_REFERENCE_CELLS], xki_idmap_cells(r->config.max_pending));
    }
    xki_timers_init(&r->timers, &xki_slot(r, 0)->timer, sizeof(struct xki_slot));
    r->free_first = XKI_NO_SLOT;
    r->free_count = r->config.max_pending;
    r->chain_mask = chain_cells(&r->config) - 1;
    r->chain_first = XKI_NO_SLOT;
    r->chain_last = XKI_NO_SLOT;
    r->held_list = (struct xki_list){XKI_NO_SLOT, XKI_NO_SLOT};
    r->reoffer_at = XK_NEVER;
}

static bool callbacks_are_valid(const struct xk_requester_callbacks *c)
{
    return c->size == sizeof *c && c->random != NULL && c->send != NULL && c->on_outcome != NULL;
}

enum xk_status xk_requester_create(const struct xk_requester_config *config,
                                   const struct xk_requester_callbacks *callbacks,
                                   const struct xk_allocator *allocator, void *user, struct xk_requester **requester,
                                   struct xk_diag *diag)
{
    if (config == NULL || callbacks == NULL || requester == NULL || config->size != sizeof *config ||
        !callbacks_are_valid(callbacks)) {
        return XK_E_ARGUMENT;
    }
    if (allocator == NULL) {
        allocator = &xki_memory;
    }
    if (allocator->size != sizeof *allocator || allocator->allocate == NULL || allocator->release == NULL) {
        return XK_E_ARGUMENT;
    }
    if (!config_is_valid(config)) {
        return xki_fail(diag, XK_E_CONFIG, 0, "");
    }
    struct xki_siphash_key seed[2];
    if (!callbacks->random((uint8_t *)seed, sizeof seed, user)) {
        return XK_E_RANDOM;
    }
    struct xk_requester *r = allocator->allocate(sizeof *r, allocator->user);
    if (r == NULL) {
        return XK_E_MEMORY;
    }
    memset(r, 0, sizeof *r);
    r->config = *config;
    r->callbacks = *callbacks;
    r->allocator = *allocator;
    r->user = user;
    r->hash_key = seed[0];
    r->share_key = seed[1];
    xk_wipe(seed, sizeof seed);
    xki_head_learn(&r->get_keys_head, &r->response_head);
    if (!take_arrays(r)) {
        release(r);
        return XK_E_MEMORY;
    }
    prepare(r);
    *requester = r;
    return XK_OK;
}

enum xk_status xk_requester_destroy(struct xk_requester *requester)
{
    if (requester == NULL) {
        return XK_OK;
    }
    if (requester->in_callback) {
        return XK_E_BUSY;
    }
    /* A slot wipes its own record and request when it ends; what still pends is wiped here. */
    for (uint32_t i = 0; i < requester->fresh; i++) {
        if (xki_slot(requester, i)->state != XKI_FREE) {
            xk_wipe(xki_record(requester, i), requester->record_stride);
            xk_wipe(xki_request_octets(requester, i), requester->request_stride);
        }
        xk_wipe(xki_slot(requester, i), sizeof(struct xki_slot));
    }
    xk_wipe(requester->arrays[XKI_TOMBSTONES], requester->array_sizes[XKI_TOMBSTONES]);
    xk_wipe(requester->arrays[XKI_KMSS], requester->array_sizes[XKI_KMSS]);
    release(requester);
    return XK_OK;
}

enum xk_status xk_requester_add_kms(struct xk_requester *requester, struct xk_bytes name, uint32_t *kms,
                                    struct xk_diag *diag)
{
    if (requester == NULL || kms == NULL || name.data == NULL || name.size == 0 || name.size > XK_KMS_NAME_MAX) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "name");
    }
    for (uint32_t i = 0; i < requester->kms_count; i++) {
        const struct xki_kms *known = xki_kms(requester, i);
        if (known->name_size == name.size && memcmp(known->name, name.data, name.size) == 0) {
            *kms = i;
            return XK_OK;
        }
    }
    if (requester->kms_count == requester->config.max_kms) {
        return XK_E_FULL;
    }
    struct xki_kms *added = xki_kms(requester, requester->kms_count);
    added->name_size = (uint8_t)name.size;
    memcpy(added->name, name.data, name.size);
    added->queue = (struct xki_list){XKI_NO_SLOT, XKI_NO_SLOT};
    *kms = requester->kms_count++;
    return XK_OK;
}

void xk_requester_read_counters(const struct xk_requester *requester, struct xk_requester_counters *counters)
{
    if (requester != NULL && counters != NULL) {
        *counters = requester->counters;
    }
}

void xk_requester_read_usage(const struct xk_requester *requester, struct xk_requester_usage *usage)
{
    if (requester == NULL || usage == NULL) {
        return;
    }
    usage->pending = requester->pending;
    usage->owed = requester->owed;
    usage->held = requester->held;
    usage->free = requester->free_count;
    usage->memory = xk_requester_memory(&requester->config);
}
