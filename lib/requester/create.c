/* SPDX-License-Identifier: BSD-2-Clause */
/* Making and ending an engine: configuration, its arrays, the KMSs it knows, its counters. */
#include "requester/ask.h"
#include "requester/chain.h"
#include "requester/frame.h"
#include "requester/offer.h"
#include "requester/reference.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/work.h"
#include "support/diag.h"
#include "support/memory.h"
#include "support/sized.h"

#include <xk/secret.h>

#include <string.h>

#define MAX_TIME 86400000u

#define CONFIG_FIRST XKI_SIZED_FIRST(struct xk_requester_config, epoch)

static void set_defaults(struct xk_requester_config *config)
{
    memset(config, 0, sizeof *config);
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

void xk_requester_config_defaults(struct xk_requester_config *config, size_t size)
{
    struct xk_requester_config whole;
    if (config == NULL || size < CONFIG_FIRST || size > sizeof whole) {
        return;
    }
    set_defaults(&whole);
    memcpy(config, &whole, size);
    config->size = size;
}

/* Every number of the configuration, and where it ends. */
static const struct {
    const char *name;
    size_t offset;
    uint32_t low;
    uint32_t high;
} numbers[] = {
#define NUMBER(member, low, high) {#member, offsetof(struct xk_requester_config, member), low, high}
    NUMBER(max_pending, 1, XK_PENDING_MAX),    NUMBER(max_request_size, 256, XK_MESSAGE_MAX),
    NUMBER(max_warrant_size, 64, 16384),       NUMBER(max_kms, 1, XK_KMS_MAX),
    NUMBER(timeout, 1, MAX_TIME),              NUMBER(attempt_timeout, 0, MAX_TIME),
    NUMBER(max_attempts, 1, 255),              NUMBER(backoff_base, 0, MAX_TIME),
    NUMBER(backoff_max, 0, MAX_TIME),          NUMBER(reoffer_interval, 1, MAX_TIME),
    NUMBER(tombstones, 1, XK_PENDING_MAX),     NUMBER(grace, 0, MAX_TIME),
    NUMBER(max_refused, 0, 255),               NUMBER(passing_bound, 0, MAX_TIME),
    NUMBER(clock_bound, 1, MAX_TIME),
#undef NUMBER
};

static enum xk_status check_config(const struct xk_requester_config *c, struct xk_diag *diag)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint32_t value;
        memcpy(&value, (const uint8_t *)c + numbers[i].offset, sizeof value);
        if (value < numbers[i].low || value > numbers[i].high) {
            return xki_fail(diag, XK_E_CONFIG, 0, numbers[i].name);
        }
    }
    if (c->late_keys != XK_LATE_KEYS_WIPE && c->late_keys != XK_LATE_KEYS_SUPPLEMENT) {
        return xki_fail(diag, XK_E_CONFIG, 0, "late_keys");
    }
    if (c->exchange_check != XK_CHECK_LIBRARY && c->exchange_check != XK_CHECK_HOST) {
        return xki_fail(diag, XK_E_CONFIG, 0, "exchange_check");
    }
    return XK_OK;
}

/* The configuration of a caller that may have been built with an older header. */
static bool read_config(const struct xk_requester_config *from, struct xk_requester_config *config)
{
    set_defaults(config);
    return xki_sized_read(config, from, CONFIG_FIRST, sizeof *config);
}

static size_t round_up(size_t size, size_t to)
{
    return (size + to - 1) / to * to;
}

static size_t record_stride(const struct xk_requester_config *c)
{
    return round_up(sizeof(struct xki_rq_record) + c->max_warrant_size, 64);
}

static void measure(const struct xk_requester_config *c, size_t sizes[XKI_RQ_ARRAYS])
{
    size_t n = c->max_pending;
    size_t cells = xki_idmap_cells(c->max_pending) * sizeof(uint64_t);
    sizes[XKI_RQ_SLOTS] = n * sizeof(struct xki_rq_slot);
    sizes[XKI_RQ_RECORDS] = n * record_stride(c);
    sizes[XKI_RQ_REQUESTS] = n * round_up(c->max_request_size, 64);
    sizes[XKI_RQ_CELLS] = cells;
    sizes[XKI_RQ_GRAVES] = round_up(c->tombstones, XKI_RQ_GRAVE_SET) * sizeof(struct xki_rq_grave);
    sizes[XKI_RQ_KMSS] = c->max_kms * sizeof(struct xki_rq_kms);
    sizes[XKI_RQ_WINDOWS] = xki_rq_ask_windows_size(c);
    sizes[XKI_RQ_PLACES] = xki_rq_ask_places_size(c);
    sizes[XKI_RQ_CHAINS] = xki_rq_chain_size(c);
    sizes[XKI_RQ_FRAME] = xki_rq_frame_size(c);
    sizes[XKI_RQ_REFERENCES] = c->use_references ? n * sizeof(uint64_t) : 0;
    sizes[XKI_RQ_REFERENCE_CELLS] = c->use_references ? cells : 0;
    sizes[XKI_RQ_SHARES] = xki_rq_share_members_size(c);
    sizes[XKI_RQ_GROUPS] = xki_rq_share_groups_size(c);
    sizes[XKI_RQ_GROUP_CELLS] = c->share_queries ? cells : 0;
}

/* Room to begin at a cache line: a slot is exactly one. */
static size_t block_size(size_t array_size)
{
    return array_size == 0 ? 0 : array_size + XKI_CACHE_LINE - 1;
}

static size_t memory_of(const struct xk_requester_config *config)
{
    size_t sizes[XKI_RQ_ARRAYS];
    measure(config, sizes);
    size_t sum = sizeof(struct xk_requester);
    for (unsigned int i = 0; i < XKI_RQ_ARRAYS; i++) {
        sum += block_size(sizes[i]);
    }
    return sum;
}

size_t xk_requester_memory(const struct xk_requester_config *config)
{
    struct xk_requester_config whole;
    if (config == NULL || !read_config(config, &whole) || check_config(&whole, NULL) != XK_OK) {
        return 0;
    }
    return memory_of(&whole);
}

/* How much of an array has been written, and may hold what is not to be given back. Of those with a place for each
 * request only the places that were used: the rest has never been touched, and need not be now. */
static size_t used_size(const struct xk_requester *r, unsigned int array)
{
    switch ((enum xki_rq_array)array) {
    case XKI_RQ_SLOTS:
        return r->fresh * sizeof(struct xki_rq_slot);
    case XKI_RQ_RECORDS:
        return r->fresh * r->record_stride;
    case XKI_RQ_REQUESTS:
        return r->fresh * r->request_stride;
    case XKI_RQ_CELLS:
    case XKI_RQ_GRAVES:
    case XKI_RQ_KMSS:
    case XKI_RQ_WINDOWS:
    case XKI_RQ_PLACES:
    case XKI_RQ_CHAINS:
    case XKI_RQ_FRAME:
    case XKI_RQ_REFERENCES:
    case XKI_RQ_REFERENCE_CELLS:
    case XKI_RQ_SHARES:
    case XKI_RQ_GROUPS:
    case XKI_RQ_GROUP_CELLS:
    case XKI_RQ_ARRAYS:
        break;
    }
    return r->array_sizes[array];
}

static void release(struct xk_requester *r)
{
    struct xk_allocator allocator = r->allocator;
    for (unsigned int i = 0; i < XKI_RQ_ARRAYS; i++) {
        if (r->blocks[i] != NULL) {
            xk_wipe(r->arrays[i], used_size(r, i));
            allocator.release(r->blocks[i], block_size(r->array_sizes[i]), allocator.user);
        }
    }
    xk_wipe(r, sizeof *r);
    allocator.release(r, sizeof *r, allocator.user);
}

/* Those with a place for each request are written before they are read: only the maps have to start as zeros, so a
 * large engine touches its memory as it fills and not at creation. */
static bool starts_as_zeros(unsigned int array)
{
    return array == XKI_RQ_CELLS || array == XKI_RQ_GRAVES || array == XKI_RQ_KMSS ||
           array == XKI_RQ_REFERENCE_CELLS || array == XKI_RQ_GROUP_CELLS;
}

static bool take_arrays(struct xk_requester *r)
{
    measure(&r->config, r->array_sizes);
    for (unsigned int i = 0; i < XKI_RQ_ARRAYS; i++) {
        if (r->array_sizes[i] == 0) {
            continue;
        }
        r->blocks[i] = r->allocator.allocate(block_size(r->array_sizes[i]), r->allocator.user);
        if (r->blocks[i] == NULL) {
            return false;
        }
        uintptr_t past = (uintptr_t)r->blocks[i] % XKI_CACHE_LINE;
        r->arrays[i] = (uint8_t *)r->blocks[i] + (past == 0 ? 0 : XKI_CACHE_LINE - past);
        if (starts_as_zeros(i)) {
            memset(r->arrays[i], 0, r->array_sizes[i]);
        }
    }
    return true;
}

static void prepare(struct xk_requester *r)
{
    xki_idmap_init(&r->ids, r->arrays[XKI_RQ_CELLS], xki_idmap_cells(r->config.max_pending));
    xki_rq_wait_init(r);
    xki_rq_ask_init(r);
    xki_rq_share_init(r);
    xki_rq_chain_init(r);
    xki_rq_offer_init(r);
    xki_rq_reference_init(r);
    r->free_first = XKI_RQ_NONE;
    r->free_count = r->config.max_pending;
}

/* What the caller gave, with nothing left out. */
struct parts {
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_allocator allocator;
};

static enum xk_status read_parts(const struct xk_requester_config *config,
                                 const struct xk_requester_callbacks *callbacks, const struct xk_allocator *allocator,
                                 struct parts *parts, struct xk_diag *diag)
{
    if (!read_config(config, &parts->config)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "config.size");
    }
    memset(&parts->callbacks, 0, sizeof parts->callbacks);
    if (!xki_sized_read(&parts->callbacks, callbacks, XKI_SIZED_FIRST(struct xk_requester_callbacks, journal),
                        sizeof parts->callbacks)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "callbacks.size");
    }
    if (parts->callbacks.random == NULL || parts->callbacks.send == NULL || parts->callbacks.on_outcome == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "callbacks");
    }
    parts->allocator = allocator == NULL ? xki_memory : *allocator;
    if (parts->allocator.size != sizeof *allocator || parts->allocator.allocate == NULL ||
        parts->allocator.release == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "allocator");
    }
    return check_config(&parts->config, diag);
}

static enum xk_status make(const struct parts *parts, void *user, const struct xki_siphash_key seed[2],
                           struct xk_requester **requester)
{
    struct xk_requester *r = parts->allocator.allocate(sizeof *r, parts->allocator.user);
    if (r == NULL) {
        return XK_E_MEMORY;
    }
    memset(r, 0, sizeof *r);
    r->config = parts->config;
    r->callbacks = parts->callbacks;
    r->allocator = parts->allocator;
    r->user = user;
    r->hash_key = seed[0];
    r->share_key = seed[1];
    r->record_stride = record_stride(&r->config);
    r->request_stride = round_up(r->config.max_request_size, 64);
    xki_head_learn(&r->get_keys_head, &r->response_head);
    if (!take_arrays(r)) {
        release(r);
        return XK_E_MEMORY;
    }
    prepare(r);
    *requester = r;
    return XK_OK;
}

enum xk_status xk_requester_create(const struct xk_requester_config *config,
                                   const struct xk_requester_callbacks *callbacks,
                                   const struct xk_allocator *allocator, void *user, struct xk_requester **requester,
                                   struct xk_diag *diag)
{
    struct parts parts;
    struct xki_siphash_key seed[2];
    if (config == NULL || callbacks == NULL || requester == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = read_parts(config, callbacks, allocator, &parts, diag);
    if (status != XK_OK) {
        return status;
    }
    if (!parts.callbacks.random((uint8_t *)seed, sizeof seed, user)) {
        return xki_fail(diag, XK_E_RANDOM, 0, "random");
    }
    status = make(&parts, user, seed, requester);
    xk_wipe(seed, sizeof seed);
    return status == XK_OK ? XK_OK : xki_fail(diag, status, 0, "allocator");
}

enum xk_status xk_requester_destroy(struct xk_requester *requester)
{
    if (requester == NULL) {
        return XK_OK;
    }
    if (requester->in_callback) {
        return XK_E_BUSY;
    }
    release(requester);
    return XK_OK;
}

enum xk_status xk_requester_add_kms(struct xk_requester *requester, struct xk_bytes name, uint32_t *kms,
                                    struct xk_diag *diag)
{
    if (requester == NULL || kms == NULL || name.data == NULL || name.size == 0 || name.size > XK_KMS_NAME_MAX) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "name");
    }
    uint32_t known = xki_rq_find_kms(requester, name);
    if (known != XKI_RQ_NONE) {
        *kms = known;
        return XK_OK;
    }
    if (requester->kms_count == requester->config.max_kms) {
        return xki_fail(diag, XK_E_FULL, 0, "max_kms");
    }
    struct xki_rq_kms *added = xki_rq_kms(requester, requester->kms_count);
    added->size = (uint8_t)name.size;
    memcpy(added->name, name.data, name.size);
    xki_rq_ask_add(requester, requester->kms_count);
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
    usage->pending = xki_rq_pending(requester);
    usage->owed = xki_rq_owed(requester);
    usage->held = requester->in_state[XKI_RQ_HELD];
    usage->free = requester->free_count;
    usage->memory = memory_of(&requester->config);
}
