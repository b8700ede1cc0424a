/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host has taken as HELD: passed on, acknowledged, or given back. */
#include "sim/host.h"

#include <stdlib.h>
#include <string.h>

#include "sim/model.h"
#include "sim/outside.h"
#include "sim/rules.h"

bool held_keep(struct instance *instance, const struct xk_outcome *outcome, uint32_t request, const uint8_t *record,
               size_t size)
{
    struct held *held = calloc(1, sizeof *held);
    if (held == NULL) {
        abort();
    }
    held->handle = outcome->request;
    held->id = outcome->id;
    held->request = request;
    held->kind = outcome->kind;
    memcpy(held->record, record, size);
    held->size = size;
    struct held **last = &instance->held;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = held;
    return true;
}

static void drop(struct instance *instance, struct held *held)
{
    for (struct held **at = &instance->held; *at != NULL; at = &(*at)->next) {
        if (*at == held) {
            *at = held->next;
            free(held);
            return;
        }
    }
}

void held_drop_all(struct instance *instance)
{
    while (instance->held != NULL) {
        drop(instance, instance->held);
    }
}

static enum xk_status expected(const struct instance *instance, const struct held *held)
{
    if (host_is_about(instance, held->request)) {
        return XK_E_ALREADY;
    }
    return instance->model->requests[held->request].state == MODEL_HELD ? XK_OK : XK_E_UNKNOWN;
}

/* The observer of a step back of the clock has settled it before the call could; or this is such a call itself, from
 * inside one that has given the hold back already. */
static bool ended_before(const struct instance *instance, const struct held *held, unsigned int acts,
                         enum xk_status status)
{
    if (status == XK_E_UNKNOWN && instance->releasing == held->request) {
        return true;
    }
    return status == XK_E_UNKNOWN && instance->steps_back && instance->acts != acts &&
           instance->model->requests[held->request].state != MODEL_HELD;
}

/* True if the engine is done with it. */
static bool acknowledge(struct instance *instance, const struct held *held)
{
    struct world *w = instance->world;
    bool fenced = instance->fenced;
    unsigned int acts = instance->acts;
    enum xk_status should = expected(instance, held);
    tell(w, "acknowledge #%u", held->request);
    enum xk_status status =
        xk_requester_acknowledge(instance->engine, host_clock(instance), held->handle, &held->id);
    tell(w, "  acknowledged: %s", xk_status_name(status));
    note(w, 6000 + (uint64_t)status);
    bool fenced_now = !fenced && instance->fenced;
    should = ended_before(instance, held, acts, status) ? XK_E_UNKNOWN : should;
    if (!fenced_now) { /* what the journal says of an acknowledgement is not held against it */
        check_status(instance, CALL_ACKNOWLEDGE, status, should);
    }
    check_call(instance, CALL_ACKNOWLEDGE, status, false);
    return status != XK_E_ALREADY;
}

static bool release(struct instance *instance, const struct held *held)
{
    struct world *w = instance->world;
    unsigned int acts = instance->acts;
    uint32_t outer = instance->releasing;
    enum xk_status should = expected(instance, held);
    tell(w, "release #%u", held->request);
    instance->releasing = held->request;
    enum xk_status status = xk_requester_release(instance->engine, host_clock(instance), held->handle, &held->id);
    instance->releasing = outer;
    tell(w, "  released: %s", xk_status_name(status));
    note(w, 6500 + (uint64_t)status);
    should = ended_before(instance, held, acts, status) ? XK_E_UNKNOWN : should;
    check_status(instance, CALL_RELEASE, status, should);
    const struct model_request *q = &instance->model->requests[held->request];
    if (status == XK_OK && q->state == MODEL_HELD) { /* else it was withdrawn meanwhile */
        model_released(instance->model, held->request);
    }
    check_call(instance, CALL_RELEASE, status, false);
    return status != XK_E_ALREADY;
}

/* Of keys the failure is owed then, of all else nothing. */
static bool impossible(struct instance *instance, const struct held *held)
{
    struct world *w = instance->world;
    bool fenced = instance->fenced;
    unsigned int acts = instance->acts;
    uint32_t outer = instance->revising;
    enum xk_status should = expected(instance, held);
    bool keys = held->kind == XK_OUTCOME_KEYS || held->kind == XK_OUTCOME_PARTIAL;
    tell(w, "impossible #%u", held->request);
    instance->revising = keys ? held->request : NOBODY;
    enum xk_status status =
        xk_requester_impossible(instance->engine, host_clock(instance), held->handle, &held->id);
    instance->revising = outer;
    tell(w, "  impossible: %s", xk_status_name(status));
    note(w, 6700 + (uint64_t)status);
    should = ended_before(instance, held, acts, status) ? XK_E_UNKNOWN : should;
    if (keys || fenced || !instance->fenced) { /* as after an acknowledgement */
        check_status(instance, CALL_IMPOSSIBLE, status, should);
    }
    check_call(instance, CALL_IMPOSSIBLE, status, false);
    return status != XK_E_ALREADY && status != XK_E_JOURNAL;
}

/* More often where that is seldom: inside callbacks, and of supplements. */
static bool is_impossible(struct instance *instance, const struct held *held)
{
    struct world *w = instance->world;
    const struct request *request = &w->requests[held->request];
    struct xk_test_random *luck = &w->requests[held->request].luck;
    bool supplement = held->kind == XK_OUTCOME_SUPPLEMENT;
    bool seldom = w->faults.impossible > 0 && !w->calm && (supplement || instance->depth > 0);
    if (supplement ? request->supplement_delivered : request->delivered) {
        return false;
    }
    return seldom ? draw(luck, 3) == 0 : chance(w, luck, w->faults.impossible);
}

/* Calls may end in callbacks that settle it too, or in which the process ends: nothing is kept but a copy. */
static void settle(struct instance *instance, const struct held *held)
{
    struct world *w = instance->world;
    struct held copy = *held;
    struct xk_test_random *luck = &w->requests[copy.request].luck;
    const struct request *request = &w->requests[copy.request];
    bool done;
    if (chance(w, luck, w->faults.release)) {
        done = release(instance, &copy);
    } else if (request->cancelled && !request->delivered && !request->dropped) {
        done = true; /* withdrawn while the host held it */
    } else if (is_impossible(instance, &copy)) {
        done = impossible(instance, &copy);
    } else if (!lemf_takes(w, copy.request, &copy.id, copy.kind, copy.record, copy.size)) {
        done = false;
    } else {
        done = acknowledge(instance, &copy);
    }
    if (!done) {
        return;
    }
    for (struct held *at = instance->held; at != NULL; at = at->next) {
        if (at->handle == copy.handle && memcmp(at->id.octets, copy.id.octets, sizeof copy.id.octets) == 0) {
            drop(instance, at);
            return;
        }
    }
}

/* Each at most once, though calls from inside may change the list. */
void held_settle(struct instance *instance)
{
    struct world *w = instance->world;
    uint32_t seen[REQUESTS_MAX];
    uint32_t count = 0;
    for (const struct held *held = instance->held; held != NULL && count < REQUESTS_MAX; held = held->next) {
        seen[count++] = held->request;
    }
    for (uint32_t i = 0; i < count && w->broken == NULL; i++) {
        const struct held *held = instance->held;
        while (held != NULL && held->request != seen[i]) {
            held = held->next;
        }
        if (held != NULL && (w->calm || draw(&w->requests[held->request].luck, 2) == 0)) {
            settle(instance, held);
        }
    }
}
