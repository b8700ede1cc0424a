/* SPDX-License-Identifier: BSD-2-Clause */
/* The host on its own account: starts and loses engines, submits, withdraws, settles what it holds, snapshots. */
#include "sim/world.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/opaque_request.h"

static void configure(const struct world *w, const struct instance *instance, bool restore,
                      struct xk_requester_config *config)
{
    xk_requester_config_init(config);
    /* What ended while the journal failed comes back after a crash, so a restored engine needs room for it. */
    config->max_pending = restore || w->options.independent ? REQUESTS_MAX : PENDING_MAX;
    config->max_request_size = 256;
    config->exchange_check = XK_CHECK_HOST; /* the sim asks for no real exchange */
    config->attempt_timeout = w->options.attempt_timeout;
    config->tombstones = 16;
    config->kms_window = w->options.window;
    config->epoch = instance->epoch;
    config->late_keys = w->options.supplements ? XK_LATE_KEYS_SUPPLEMENT : XK_LATE_KEYS_WIPE;
    config->share_queries = w->options.shares;
    if (w->options.independent) {
        config->backoff_base = 1; /* no jitter: it is drawn for all from one source */
        config->backoff_max = 1;
    }
}

/* An engine, at the second attempt if the allocator fails in the first. */
static void create(struct instance *instance, const struct xk_requester_config *config)
{
    struct world *w = instance->world;
    struct xk_requester_callbacks callbacks;
    const struct xk_allocator allocator = host_allocator(instance);
    const size_t before = w->allocated;
    host_callbacks(&callbacks);
    if (chance(w, &w->plan, w->faults.no_memory)) {
        w->allocations_left = draw(&w->plan, 10);
        w->allocator_fails_once = draw(&w->plan, 2) == 0;
    }
    enum xk_status status = xk_requester_create(config, &callbacks, &allocator, instance, &instance->engine, NULL);
    w->allocations_left = UINT_MAX;
    if (status == XK_E_MEMORY && w->allocated != before) {
        breaks(w, "S7: a failed creation kept memory");
    }
    if (status == XK_E_MEMORY) {
        status = xk_requester_create(config, &callbacks, &allocator, instance, &instance->engine, NULL);
    }
    if (status != XK_OK) {
        abort();
    }
    if (w->allocated - before != xk_requester_memory(config)) {
        breaks(w, "S7: another size than xk_requester_memory() tells");
    }
}

struct instance *host_start(struct world *w, bool restore)
{
    struct instance *instance = calloc(1, sizeof *instance);
    struct xk_requester_config config;
    uint32_t kms;
    if (instance == NULL) {
        abort();
    }
    instance->world = w;
    instance->epoch = ++w->store_epoch;
    configure(w, instance, restore, &config);
    create(instance, &config);
    if (xk_requester_add_kms(instance->engine, xk_text("kms-0"), &kms, NULL) != XK_OK ||
        xk_requester_add_kms(instance->engine, xk_text("kms-1"), &kms, NULL) != XK_OK) {
        abort();
    }
    if (restore && w->store_size > 0) {
        instance->depth = 1; /* what it observes of the restore it does not act on */
        uint64_t now = host_clock(instance);
        uint64_t elapsed = now > w->stored_at ? now - w->stored_at : 0;
        if (xk_requester_restore(instance->engine, now, w->store, w->store_size, elapsed, NULL, NULL) != XK_OK) {
            breaks(w, "the journal cannot be restored");
        }
        instance->depth = 0;
    }
    return instance;
}

void host_stop(struct instance *instance)
{
    (void)xk_requester_destroy(instance->engine);
    free(instance);
}

/* Its memory, as the operating system would get it: no key may have rested in it. */
void host_lose(struct instance *instance)
{
    struct world *w = instance->world;
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        struct block *block = &instance->blocks[i];
        if (block->memory != NULL) {
            check_no_key(w, block->memory, block->size, "S8: a key in the engine's memory");
            w->allocated -= block->size;
            free(block->memory);
        }
    }
    free(instance);
}

static enum xk_status submit(struct instance *instance, uint32_t number, uint64_t *handle)
{
    const struct request *request = &instance->world->requests[number];
    const char liid[2] = {(char)('A' + request->liid), '\0'};
    char identity[32];
    struct xk_party party;
    struct xk_request r;
    snprintf(identity, sizeof identity, "sip:%u@b", request->exchange);
    opaque_request(identity, liid, &party, &r);
    r.timeout = request->timeout;
    r.warrant.authorisation = (struct xk_bytes){(const uint8_t *)&number, sizeof number};
    return xk_requester_submit(instance->engine, host_clock(instance), &r, handle, NULL);
}

/* The request is drawn even where it belongs to a LIID that this world is without. */
void host_submit(struct instance *instance, struct xk_test_random *luck)
{
    struct world *w = instance->world;
    uint32_t number = w->request_count;
    if (number == REQUESTS_MAX || w->submitting != NOBODY) {
        return;
    }
    struct request *request = &w->requests[number];
    bool joins = w->options.shares && number > 0 && draw(luck, 2) == 0;
    xk_test_random_init(&request->luck, (w->seed * REQUESTS_MAX + number) * UINT64_C(0xd1342543de82ef95));
    request->liid = draw(luck, LIIDS);
    request->exchange = joins ? w->requests[number - 1].exchange : number;
    request->timeout = 1000 + draw(luck, 3) * 4000;
    w->request_count++;
    if (w->only != NOBODY && request->liid != w->only) {
        return;
    }
    (void)host_clock(instance);
    request->epoch = instance->epoch;
    request->due = later(instance->seen, request->timeout);
    w->submitting = number;
    enum xk_status status = submit(instance, number, &instance->handles[number]);
    w->submitting = NOBODY;
    note(w, 4000 + (uint64_t)status);
    request->accepted = status == XK_OK;
}

void host_cancel(struct instance *instance, struct xk_test_random *luck)
{
    struct world *w = instance->world;
    uint32_t number = draw(luck, w->request_count + 1);
    if (number == w->request_count || instance->handles[number] == 0) {
        return;
    }
    struct request *request = &w->requests[number];
    bool before = request->cancelling;
    request->cancelling = true;
    enum xk_status status = xk_requester_cancel(instance->engine, host_clock(instance), instance->handles[number]);
    request->cancelling = before;
    note(w, 5000 + (uint64_t)status);
    if (status == XK_OK && instance == w->current) {
        request->cancelled = true;
    }
}

/* A warrant ends: everything of one LIID goes, and perhaps what is submitted for it meanwhile. */
void host_purge(struct instance *instance, struct xk_test_random *luck)
{
    struct world *w = instance->world;
    uint32_t liid = draw(luck, LIIDS);
    uint32_t count = instance == w->current ? w->request_count : 0;
    const uint8_t name = (uint8_t)('A' + liid);
    bool before = w->purging[liid];
    w->purging[liid] = before || instance == w->current;
    enum xk_status status =
        xk_requester_purge(instance->engine, host_clock(instance), (struct xk_bytes){&name, 1}, NULL);
    w->purging[liid] = before;
    note(w, 5500 + (uint64_t)status);
    for (uint32_t i = 0; i < w->request_count && count > 0; i++) {
        struct request *r = &w->requests[i];
        r->cancelled |= r->liid == liid && status == XK_OK && i < count && i != w->submitting;
        r->maybe_cancelled |= r->liid == liid;
    }
}

static void settle(struct instance *instance, struct held *held)
{
    struct world *w = instance->world;
    struct held copy = *held;
    struct xk_test_random *luck = &w->requests[copy.request].luck;
    if (chance(w, luck, w->faults.release)) {
        if (xk_requester_release(instance->engine, host_clock(instance), copy.handle, &copy.id) == XK_OK) {
            held->used = false;
        }
        return;
    }
    const struct request *request = &w->requests[copy.request];
    if (request->cancelled && !request->delivered) {
        held->used = false; /* withdrawn while the host held it */
        return;
    }
    if (!lemf_takes(w, copy.request, &copy.id, copy.kind, copy.record, copy.size)) {
        return;
    }
    enum xk_status status = xk_requester_acknowledge(instance->engine, host_clock(instance), copy.handle, &copy.id);
    note(w, 6000 + (uint64_t)status);
    if (status == XK_OK || status == XK_E_UNKNOWN || status == XK_E_FENCED) {
        held->used = false;
    }
}

void host_settle_held(struct instance *instance)
{
    struct world *w = instance->world;
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        struct held *held = &instance->held[i];
        if (held->used && (w->calm || draw(&w->requests[held->request].luck, 2) == 0)) {
            settle(instance, held);
        }
    }
}

/* The store is replaced by a snapshot, as a host does to keep its journal short. */
void host_snapshot(struct instance *instance)
{
    static uint8_t snapshot[STORE_SIZE];
    struct world *w = instance->world;
    size_t size = 0;
    if (xk_requester_snapshot(instance->engine, world_clock(w), snapshot, sizeof snapshot, &size) != XK_OK) {
        breaks(w, "a snapshot was refused");
        return;
    }
    check_no_key(w, snapshot, size, "S8: a key in a snapshot");
    memcpy(w->store, snapshot, size);
    w->store_size = size;
    w->stored_at = world_clock(w) > instance->seen ? world_clock(w) : instance->seen;
}

static void try_what_is_refused(struct instance *instance)
{
    struct world *w = instance->world;
    uint8_t octets[16] = {0};
    size_t size = 0;
    if (xk_requester_tick(instance->engine, host_clock(instance), 0, NULL) != XK_E_BUSY ||
        xk_requester_receive(instance->engine, host_clock(instance), 0, octets, sizeof octets, NULL) != XK_E_BUSY ||
        xk_requester_snapshot(instance->engine, host_clock(instance), octets, sizeof octets, &size) != XK_E_BUSY ||
        xk_requester_destroy(instance->engine) != XK_E_BUSY) {
        breaks(w, "a call that is not safe inside a callback was not refused");
    }
}

/* From inside a callback: anything. */
void host_act(struct instance *instance)
{
    struct world *w = instance->world;
    switch (draw(&w->plan, 5)) {
    case 0:
        if (instance == w->current) {
            host_submit(instance, &w->plan);
        }
        break;
    case 1:
        host_cancel(instance, &w->plan);
        break;
    case 2:
        host_purge(instance, &w->plan);
        break;
    case 3:
        host_settle_held(instance);
        break;
    default:
        try_what_is_refused(instance);
        break;
    }
}
