/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as the engine sees it: takes outcomes, or not; keeps the journal, or fails to; does something in the middle;
 * or its process ends right there.
 */
#include "sim/world.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The process ends here. Not the old one's of a split brain: that one has no other successor. */
static void maybe_crash(struct instance *instance)
{
    struct world *w = instance->world;
    if (instance == w->current && w->crash_possible && chance(w, &w->plan, w->faults.crash_inside)) {
        longjmp(w->crash_point, 1);
    }
}

static void maybe_act(struct instance *instance)
{
    struct world *w = instance->world;
    if (instance->depth == 0 && chance(w, &w->plan, w->faults.host_acts)) {
        instance->depth++;
        host_act(instance);
        instance->depth--;
    }
}

static void *take_memory(size_t size, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    if (w->allocations_left == 0) {
        w->allocations_left = w->allocator_fails_once ? UINT_MAX : 0;
        return NULL;
    }
    w->allocations_left -= w->allocations_left != UINT_MAX;
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        struct block *block = &instance->blocks[i];
        if (block->memory == NULL) {
            block->memory = malloc(size);
            block->size = size;
            memset(block->memory, 0x5a, size);
            w->allocated += size;
            return block->memory;
        }
    }
    breaks(w, "S7: more blocks than an engine takes");
    return NULL;
}

static void give_memory(void *memory, size_t size, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        struct block *block = &instance->blocks[i];
        if (block->memory == memory) {
            if (block->size != size) {
                breaks(w, "S7: memory given back under another size");
            }
            check_no_key(w, memory, size, "S8: a key in freed memory");
            w->allocated -= size;
            free(memory);
            block->memory = NULL;
            return;
        }
    }
    breaks(w, "S7: memory given back that was not taken");
}

struct xk_allocator host_allocator(struct instance *instance)
{
    const struct xk_allocator allocator = {sizeof allocator, take_memory, give_memory, instance};
    return allocator;
}

/* The ids of a request come from its own stream, so that they are the same in a world without others. */
static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    struct xk_test_random *stream = w->submitting != NOBODY ? &w->requests[w->submitting].luck : &w->engine_random;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)draw(stream, 256);
    }
    return w->submitting == NOBODY || !chance(w, stream, w->faults.random_fails);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    note(w, 1000 + send->kms);
    maybe_crash(instance);
    bool sent = !chance(w, &w->engine_random, w->faults.send_fails);
    if (sent) {
        kms_takes(w, send->kms, send->octets);
    }
    maybe_crash(instance);
    maybe_act(instance);
    return sent;
}

static uint32_t request_of(const struct xk_warrant *warrant)
{
    uint32_t number = NOBODY;
    if (warrant->authorisation.size == sizeof number) {
        memcpy(&number, warrant->authorisation.data, sizeof number);
    }
    return number;
}

static bool hold(struct instance *instance, const struct xk_outcome *outcome, uint32_t request, const uint8_t *record,
                 size_t size)
{
    for (size_t i = 0; i < REQUESTS_MAX; i++) {
        struct held *held = &instance->held[i];
        if (!held->used) {
            held->used = true;
            held->handle = outcome->request;
            held->id = outcome->id;
            held->request = request;
            held->kind = outcome->kind;
            memcpy(held->record, record, size);
            held->size = size;
            return true;
        }
    }
    return false;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    uint8_t record[RECORD_SIZE];
    uint32_t request = request_of(outcome->warrant);
    note(w, 2000 + (uint64_t)outcome->kind * 100 + request);
    check_outcome(instance, outcome, request);
    maybe_crash(instance);
    size_t size = record_make(w, outcome, record);
    if (w->broken != NULL) {
        return XK_OUTCOME_ACKNOWLEDGED;
    }
    maybe_act(instance);
    struct xk_test_random *luck = &w->requests[request].luck;
    if (chance(w, luck, w->faults.host_refuses)) {
        return XK_OUTCOME_REFUSED;
    }
    if (chance(w, luck, w->faults.host_holds) && hold(instance, outcome, request, record, size)) {
        return XK_OUTCOME_HELD;
    }
    if (!lemf_takes(w, request, &outcome->id, outcome->kind, record, size)) {
        return XK_OUTCOME_REFUSED;
    }
    maybe_crash(instance);
    return XK_OUTCOME_ACKNOWLEDGED;
}

static void on_room(void *user)
{
    maybe_crash(user);
    maybe_act(user);
}

static void on_observe(const struct xk_observation *seen, void *user)
{
    struct instance *instance = user;
    note(instance->world, 8000 + (uint64_t)seen->event * 100 + (uint64_t)seen->status);
    maybe_crash(instance);
    maybe_act(instance);
}

static void on_audit(const struct xk_audit *audit, void *user)
{
    struct instance *instance = user;
    note(instance->world, 9000 + (uint64_t)audit->event);
    maybe_crash(instance);
    maybe_act(instance);
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    maybe_crash(instance);
    if (record->epoch < w->store_epoch) {
        return XK_JOURNAL_FENCED;
    }
    if (chance(w, &w->plan, w->faults.journal_fails) || w->store_size + record->octets.size > STORE_SIZE) {
        return XK_JOURNAL_FAILED;
    }
    check_no_key(w, record->octets.data, record->octets.size, "S8: a key in the journal");
    memcpy(w->store + w->store_size, record->octets.data, record->octets.size);
    w->store_size += record->octets.size;
    w->store_epoch = record->epoch;
    w->stored_at = instance->seen;
    if (record->kind == XK_JOURNAL_SUBMITTED) {
        w->requests[w->submitting].journalled = true;
    }
    note(w, 3000 + (uint64_t)record->kind);
    maybe_crash(instance);
    return XK_JOURNAL_STORED;
}

void host_callbacks(struct xk_requester_callbacks *callbacks)
{
    memset(callbacks, 0, sizeof *callbacks);
    callbacks->size = sizeof *callbacks;
    callbacks->random = on_random;
    callbacks->send = on_send;
    callbacks->on_outcome = on_outcome;
    callbacks->on_room = on_room;
    callbacks->observe = on_observe;
    callbacks->audit = on_audit;
    callbacks->journal = on_journal;
}
