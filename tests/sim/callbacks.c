/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as the engine calls it: memory, randomness, sends, outcomes, the journal. It takes what it gets, or not; it
 * does something in the middle; or its process ends right there.
 */
#include "sim/host.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sim/model.h"
#include "sim/outside.h"
#include "sim/rules.h"
#include "sim/store.h"

/* The process ends here. Not the old one's of a split brain: that one has no other successor. */
static bool crashes_here(struct instance *instance)
{
    struct world *w = instance->world;
    return instance == w->current && w->crash_possible && chance(w, &w->plan, w->faults.crash_inside);
}

void callback_maybe_crash(struct instance *instance)
{
    if (crashes_here(instance)) {
        tell(instance->world, "the process ends inside a callback");
        instance->world->coverage->restart_crash_inside++;
        longjmp(instance->world->crash_point, 1);
    }
}

void callback_maybe_act(struct instance *instance, enum place place)
{
    struct world *w = instance->world;
    bool seldom = place == PLACE_ROOM && w->faults.host_acts > 0 && !w->calm; /* so always then */
    if (instance->depth < DEPTH_MAX && w->broken == NULL && (seldom || chance(w, &w->plan, w->faults.host_acts))) {
        instance->depth++;
        instance->acts++;
        host_act(instance, place);
        instance->depth--;
    }
}

void callback_enter(struct instance *instance, uint32_t number)
{
    if (instance->about_count == ABOUT_MAX) {
        abort();
    }
    instance->about[instance->about_count++] = number;
}

void callback_leave(struct instance *instance)
{
    instance->about_count--;
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
            if (block->memory == NULL) {
                abort();
            }
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

/* What another request of this engine drew, which pends or is remembered. */
static bool repeat(struct instance *instance, uint8_t *out, size_t size)
{
    struct world *w = instance->world;
    const struct model *m = instance->model;
    if (size != sizeof w->requests[0].drawn || w->submitting == 0 || !chance(w, &w->plan, w->faults.random_repeats)) {
        return false;
    }
    uint32_t victim = draw(&w->plan, w->submitting);
    const struct model_request *q = &m->requests[victim];
    bool graced = m->config.late_keys == XK_LATE_KEYS_SUPPLEMENT && q->cause == XK_CAUSE_TIMER_EXPIRED;
    bool remembered = q->handle != 0 && m->config.tombstones >= 16 && m->ended - q->ended < 4 && !graced;
    bool known = (model_is_live(q) && q->state != MODEL_GRACE) || remembered;
    if (!known || q->group != victim) {
        return false;
    }
    memcpy(out, w->requests[victim].drawn, size);
    instance->random_repeats = true;
    instance->random_failed = true;
    return true;
}

/* The ids of a request come from its own stream, so that they are the same in a world without others. */
static bool on_random(uint8_t *out, size_t size, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    bool submits = w->submitting != NOBODY;
    struct xk_test_random *stream = submits ? &w->requests[w->submitting].luck : &w->engine_random;
    callback_enter(instance, w->submitting);
    host_try_refused(instance, PLACE_RANDOM);
    callback_leave(instance);
    if (submits && repeat(instance, out, size)) {
        return true;
    }
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)draw(stream, 256);
    }
    if (submits) {
        store_learn(w->store, w->submitting, out, size);
        if (size == sizeof w->requests[0].drawn) {
            memcpy(w->requests[w->submitting].drawn, out, size);
        }
    }
    bool fails = (submits || instance->engine == NULL) &&
                 chance(w, submits ? stream : &w->plan, w->faults.random_fails);
    instance->random_failed |= fails;
    return !fails;
}

/* From the engine's number to the world's. */
uint32_t callback_kms(const struct instance *instance, uint32_t number)
{
    for (uint32_t i = 0; i < instance->world->options.kms_count; i++) {
        if (instance->number_of[i] == number) {
            return i;
        }
    }
    return NO_KMS;
}

/* A request keeps its transaction for life, and so do those that share it. */
static void learn_transaction(struct instance *instance, uint32_t number, struct xk_bytes octets)
{
    struct world *w = instance->world;
    struct request *first = &w->requests[w->requests[number].group];
    enum xk_message_type type;
    struct xk_transaction_id id;
    if (xk_message_peek(octets.data, octets.size, &type, &id, NULL) != XK_OK || type != XK_MESSAGE_GET_KEYS) {
        breaks(w, "what was sent is no get_keys");
    } else if (!first->has_transaction) {
        first->has_transaction = true;
        first->transaction = id;
    } else if (memcmp(first->transaction.octets, id.octets, sizeof id.octets) != 0) {
        breaks(w, "M10: a request is asked for under another transaction");
    }
}

static bool reaches(struct world *w, uint32_t kms)
{
    if (w->now < w->dead_until[kms]) {
        w->coverage->kms_dead++;
        return w->dead_until[kms] % 2 == 0; /* it vanishes on the way, or the transport knows */
    }
    return !chance(w, &w->engine_random, w->faults.send_fails);
}

static bool on_send(const struct xk_send *send, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    uint32_t kms = callback_kms(instance, send->kms);
    uint32_t number = model_find(instance->model, send->request);
    note(w, 1000 + kms);
    if (kms == NO_KMS || number == NOBODY) {
        breaks(w, "M11: a send to or for somebody unknown");
        return false;
    }
    tell(w, "send #%u to KMS %u, attempt %u", number, kms, send->attempt);
    callback_enter(instance, number);
    model_send(instance->model, number, kms, send->attempt);
    learn_transaction(instance, number, send->octets);
    callback_maybe_crash(instance);
    bool sent = reaches(w, kms);
    if (sent && w->now >= w->dead_until[kms]) {
        kms_takes(w, kms, send->octets);
    }
    callback_maybe_crash(instance);
    callback_maybe_act(instance, PLACE_SEND);
    callback_leave(instance);
    model_sent(instance->model, number, sent);
    tell(w, "  sent #%u: %s", number, sent ? "taken" : "not taken");
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

static enum xk_outcome_reply reply_to(struct instance *instance, const struct xk_outcome *outcome, uint32_t request,
                                      const uint8_t *record, size_t size)
{
    struct world *w = instance->world;
    struct xk_test_random *luck = &w->requests[request].luck;
    if (chance(w, luck, w->faults.host_refuses)) {
        return XK_OUTCOME_REFUSED;
    }
    bool seldom = outcome->kind == XK_OUTCOME_SUPPLEMENT && w->faults.impossible > 0 && !w->calm;
    bool holds = seldom ? draw(luck, 2) == 0 : chance(w, luck, w->faults.host_holds);
    if (holds && held_keep(instance, outcome, request, record, size)) {
        return XK_OUTCOME_HELD;
    }
    const struct request *r = &w->requests[request];
    bool supplement = outcome->kind == XK_OUTCOME_SUPPLEMENT;
    bool delivered = supplement ? r->supplement_delivered : r->delivered;
    if (!delivered && (seldom || chance(w, luck, w->faults.impossible))) {
        bool keys = outcome->kind == XK_OUTCOME_KEYS || outcome->kind == XK_OUTCOME_PARTIAL;
        instance->revising = keys ? request : NOBODY;
        return XK_OUTCOME_IMPOSSIBLE;
    }
    if (!lemf_takes(w, request, &outcome->id, outcome->kind, record, size)) {
        return XK_OUTCOME_REFUSED;
    }
    return XK_OUTCOME_ACKNOWLEDGED;
}

static enum xk_outcome_reply on_outcome(const struct xk_outcome *outcome, void *user)
{
    static const char *const replies[] = {"", "acknowledged", "held", "refused", "impossible"};
    struct instance *instance = user;
    struct world *w = instance->world;
    uint8_t record[RECORD_SIZE];
    uint32_t request = request_of(outcome->warrant);
    note(w, 2000 + (uint64_t)outcome->kind * 100 + request);
    tell(w, "outcome of #%u: kind %u, cause %u, failure %u", request, outcome->kind, outcome->cause, outcome->failure);
    check_outcome(instance, outcome, request);
    if (request >= w->request_count || model_find(instance->model, outcome->request) != request) {
        breaks(w, "M12: an outcome names another request by its handle");
        return XK_OUTCOME_ACKNOWLEDGED;
    }
    callback_enter(instance, request);
    model_offered(instance->model, request, outcome);
    callback_maybe_crash(instance);
    size_t size = record_make(w, outcome, record);
    enum xk_outcome_reply reply = XK_OUTCOME_ACKNOWLEDGED;
    if (w->broken == NULL) {
        callback_maybe_act(instance, PLACE_OUTCOME);
        reply = reply_to(instance, outcome, request, record, size);
        callback_maybe_crash(instance);
    }
    callback_leave(instance);
    tell(w, "  outcome of #%u %s", request, replies[reply]);
    return reply;
}

static void on_room(void *user)
{
    struct instance *instance = user;
    tell(instance->world, "room");
    instance->world->coverage->room_told++;
    callback_enter(instance, NOBODY);
    callback_maybe_crash(instance);
    callback_maybe_act(instance, PLACE_ROOM);
    callback_leave(instance);
}

/* The record, or its beginning, may be the last that this process does. */
static void maybe_tear(struct instance *instance, const struct xk_journal_record *record)
{
    if (crashes_here(instance)) {
        tell(instance->world, "the process ends while it writes a record");
        instance->world->coverage->restart_crash_inside++;
        store_tear(instance, record, draw(&instance->world->plan, (uint32_t)record->octets.size));
        longjmp(instance->world->crash_point, 1);
    }
}

static enum xk_journal_reply on_journal(const struct xk_journal_record *record, void *user)
{
    struct instance *instance = user;
    struct world *w = instance->world;
    struct store *s = w->store;
    uint32_t group = NOBODY;
    uint32_t number = store_find(s, record, &group);
    callback_enter(instance, number);
    host_try_refused(instance, PLACE_JOURNAL);
    callback_leave(instance);
    if (number == NOBODY) {
        breaks(w, "J11: a record of nobody");
        return XK_JOURNAL_FAILED;
    }
    if (record->kind == XK_JOURNAL_SUBMITTED) {
        w->requests[number].group = group;
    }
    bool revised = record->kind == XK_JOURNAL_DECIDED && instance->revising == number;
    if (record->kind == XK_JOURNAL_DECIDED && !revised) {
        model_decided(instance->model, number);
    }
    if (record->epoch < s->epoch) {
        tell(w, "record of #%u, kind %u: fenced", number, record->kind);
        instance->fenced = true;
        return XK_JOURNAL_FENCED;
    }
    maybe_tear(instance, record);
    if (chance(w, &w->plan, w->faults.journal_fails)) {
        tell(w, "record of #%u, kind %u: failed", number, record->kind);
        instance->journal_failed = true;
        return XK_JOURNAL_FAILED;
    }
    tell(w, "record of #%u, kind %u: stored", number, record->kind);
    check_no_key(w, record->octets.data, record->octets.size, "S8: a key in the journal");
    store_append(instance, record, number);
    w->requests[number].revised |= revised;
    w->requests[number].journalled |= record->kind == XK_JOURNAL_SUBMITTED;
    instance->model->requests[number].recorded |= record->kind == XK_JOURNAL_DECIDED;
    note(w, 3000 + (uint64_t)record->kind);
    callback_maybe_crash(instance);
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
    callbacks->observe = callback_observe;
    callbacks->audit = callback_audit;
    callbacks->journal = on_journal;
}
