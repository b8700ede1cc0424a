/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps records and snapshots, and what the model says of them. */
#include "sim/store.h"

#include <stdlib.h>
#include <string.h>

#include "sim/rules.h"

void store_start(struct world *w)
{
    struct store *s = w->store;
    if (s == NULL) {
        s = w->store = calloc(1, sizeof *s);
        if (s == NULL) {
            abort();
        }
    }
    s->epoch = 0;
    s->has_compact = false;
    struct log *logs[] = {&s->journal, &s->compact};
    for (size_t i = 0; i < 2; i++) {
        logs[i]->size = logs[i]->whole = logs[i]->snapshot = 0;
        logs[i]->last = logs[i]->at = logs[i]->passed = logs[i]->decisions = 0;
        logs[i]->shares = false;
        memset(logs[i]->stored, 0, w->options.request_max * sizeof logs[i]->stored[0]);
    }
    memset(s->ids, 0, sizeof s->ids);
}

void store_end(struct world *w)
{
    if (w->store != NULL) {
        free(w->store->journal.octets);
        free(w->store->compact.octets);
        free(w->store);
        w->store = NULL;
    }
}

static uint64_t id_at(const uint8_t *octets)
{
    uint64_t id;
    memcpy(&id, octets, sizeof id);
    return id;
}

static size_t cell_of(const struct store *s, uint64_t id)
{
    size_t at = (size_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 52) % STORE_IDS;
    while (s->ids[at].id != 0 && s->ids[at].id != id) {
        at = (at + 1) % STORE_IDS;
    }
    return at;
}

void store_learn(struct store *s, uint32_t number, const uint8_t *octets, size_t size)
{
    for (size_t at = 0; at + 16 <= size; at += 16) {
        size_t cell = cell_of(s, id_at(octets + at));
        s->ids[cell].id = id_at(octets + at);
        s->ids[cell].number = number;
    }
}

static uint32_t number_at(const struct store *s, const struct xk_bytes octets, size_t at)
{
    uint64_t id = at + 8 <= octets.size ? id_at(octets.data + at) : 0;
    size_t cell = cell_of(s, id);
    return id != 0 && s->ids[cell].id == id ? s->ids[cell].number : NOBODY;
}

/* A record names its request's transaction, which may have been drawn for another one, and then its own outcome. */
uint32_t store_find(struct store *s, const struct xk_journal_record *record, uint32_t *group)
{
    size_t *places = s->places[(size_t)record->kind % JOURNAL_KINDS];
    *group = number_at(s, record->octets, places[0]);
    uint32_t number = number_at(s, record->octets, places[1]);
    size_t found = 0;
    if (*group != NOBODY && number != NOBODY && places[0] != places[1]) {
        return number;
    }
    for (size_t at = 0; at + 8 <= record->octets.size && found < 2; at++) {
        if (number_at(s, record->octets, at) != NOBODY) {
            places[found++] = at;
        }
    }
    *group = number_at(s, record->octets, places[0]);
    return found == 2 ? number_at(s, record->octets, places[1]) : NOBODY;
}

static void append(struct log *log, const uint8_t *octets, size_t size)
{
    if (log->size + size > log->capacity) {
        log->capacity = (log->size + size) * 2 + 65536;
        log->octets = realloc(log->octets, log->capacity);
        if (log->octets == NULL) {
            abort();
        }
    }
    memcpy(log->octets + log->size, octets, size);
    log->size += size;
}

/* Its last record is of now. What passes between records is what their clock goes on by: a step back is none. */
static void stamp(struct log *log, const struct instance *instance, uint64_t clock)
{
    uint64_t time = clock + instance->model->shift;
    uint64_t step = time - log->last;
    log->passed += log->whole > 0 && step < UINT64_MAX / 2 ? step : 0;
    log->whole = log->size;
    log->last = time;
    log->at = clock;
}

/* What the model holds of a request as it is written down, after that was stamped. */
static void keep(struct stored *stored, const struct log *log, const struct instance *instance, uint32_t number)
{
    stored->request = instance->model->requests[number];
    stored->deadline = log->passed + (stored->request.deadline - log->at);
}

static bool shares_now(const struct world *w, const struct log *log, uint32_t number)
{
    for (uint32_t i = 0; w->options.config.share_queries && i < w->request_count; i++) {
        const struct stored *other = &log->stored[i];
        if (i != number && other->present && !other->ended && w->requests[i].group == w->requests[number].group) {
            return true;
        }
    }
    return false;
}

static void apply(struct log *log, const struct instance *instance, enum xk_journal_kind kind, uint32_t number)
{
    const struct request *r = &instance->world->requests[number];
    struct stored *stored = &log->stored[number];
    uint8_t asked = stored->request.asked;
    switch (kind) {
    case XK_JOURNAL_SUBMITTED:
        memset(stored, 0, sizeof *stored);
        stored->present = true;
        stored->position = log->size;
        memcpy(stored->request.routes, r->routes, r->route_count);
        stored->request.route_count = r->route_count;
        stored->request.timeout = r->timeout != 0 ? r->timeout : instance->model->config.timeout;
        stored->deadline = log->passed + stored->request.timeout;
        log->shares |= shares_now(instance->world, log, number);
        break;
    case XK_JOURNAL_DECIDED:
        if (stored->decided && instance->revising == number) {
            const struct model_request *q = &stored->request;
            bool listed = memchr(q->routes, q->answered_by, q->route_count) != NULL;
            stored->request.asked = (uint8_t)(asked | (listed ? 1u << q->answered_by : 0));
            stored->request.kind = XK_OUTCOME_FAILURE;
            stored->request.cause = XK_CAUSE_IMPOSSIBLE;
            break;
        }
        if (stored->decided) {
            break; /* a snapshot holds it, from before the journal could take it */
        }
        stored->decided = true;
        keep(stored, log, instance, number);
        stored->request.asked = asked; /* the decision does not tell */
        stored->request.order = ++log->decisions;
        stored->request.beside = 0;
        break;
    case XK_JOURNAL_ENDED:
        stored->ended = true;
        break;
    }
}

void store_append(struct instance *instance, const struct xk_journal_record *record, uint32_t number)
{
    struct store *s = instance->world->store;
    append(&s->journal, record->octets.data, record->octets.size);
    stamp(&s->journal, instance, instance->seen);
    apply(&s->journal, instance, record->kind, number);
    if (s->has_compact) {
        append(&s->compact, record->octets.data, record->octets.size);
        stamp(&s->compact, instance, instance->seen);
        apply(&s->compact, instance, record->kind, number);
    }
}

/* The process ends while the record is being written. */
void store_tear(struct instance *instance, const struct xk_journal_record *record, size_t part)
{
    struct store *s = instance->world->store;
    append(&s->journal, record->octets.data, part);
    if (s->has_compact) {
        append(&s->compact, record->octets.data, part);
    }
}

/* A snapshot begins with what the host holds, in the order in which it was taken. */
static void keep_all(struct log *log, const struct instance *instance)
{
    const uint64_t after_held = UINT64_C(1) << 40;
    const struct model *m = instance->model;
    log->decisions = after_held + m->decisions;
    log->shares = false;
    for (uint32_t i = 0; i < instance->world->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        struct stored *stored = &log->stored[i];
        memset(stored, 0, sizeof *stored);
        stored->present = model_is_pending(q) || ((q->state == MODEL_OWED || q->state == MODEL_BLOCKED ||
                                                   q->state == MODEL_HELD) && !q->supplement);
        stored->decided = stored->present && !model_is_pending(q);
        if (stored->present) {
            keep(stored, log, instance, i);
            stored->request.order = q->state == MODEL_HELD ? q->held_at : after_held + q->order;
            stored->request.beside += q->beside != 0 ? after_held : 0;
        }
    }
    for (uint32_t i = 0; i < instance->world->request_count; i++) {
        log->shares |= log->stored[i].present && shares_now(instance->world, log, i);
    }
}

/* In a snapshot requests stand in an order of the engine's. */
void store_find_positions(const struct store *s, struct log *log)
{
    const struct xk_bytes snapshot = {log->octets, log->snapshot};
    for (size_t at = log->snapshot; at-- > 16;) {
        uint32_t number = number_at(s, snapshot, at);
        if (number != NOBODY && number_at(s, snapshot, at - 16) != NOBODY) {
            log->stored[number].position = at;
        }
    }
}

/* As a host does to keep its journal short. */
void store_snapshot(struct instance *instance)
{
    static uint8_t octets[1 << 20];
    struct world *w = instance->world;
    struct store *s = w->store;
    size_t size = 0;
    size_t needed = 0;
    uint64_t clock = world_clock(w);
    enum xk_status asked = xk_requester_snapshot(instance->engine, clock, NULL, 0, &needed);
    enum xk_status status = xk_requester_snapshot(instance->engine, clock, octets, sizeof octets, &size);
    check_call(instance, CALL_SNAPSHOT, asked, false);
    check_call(instance, CALL_SNAPSHOT, status, false);
    check_status(instance, CALL_SNAPSHOT, status, XK_OK);
    if (status != XK_OK || instance != w->current) {
        return; /* of the one that was taken over nobody keeps it */
    }
    if (asked != XK_E_SPACE || needed != size) {
        breaks(w, "C4: a snapshot has another size than was told");
    }
    check_no_key(w, octets, size, "S8: a key in a snapshot");
    s->compact.size = 0;
    s->has_compact = true;
    append(&s->compact, octets, size);
    s->compact.snapshot = size;
    s->compact.whole = s->compact.passed = 0;
    stamp(&s->compact, instance, clock > instance->seen ? clock : instance->seen);
    keep_all(&s->compact, instance);
    tell(w, "snapshot of %zu octets", size);
}
