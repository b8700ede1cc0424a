/* SPDX-License-Identifier: BSD-2-Clause */
/* A restart: tries first what must be refused, then fills the engine and the model from the store. */
#include "sim/store.h"

#include <stdlib.h>
#include <string.h>

#include "sim/host.h"
#include "sim/outside.h"
#include "sim/rules.h"

/* An engine that only shall refuse; its host submits whenever it is called. */
struct scratch {
    struct xk_requester *engine;
    struct world *world;
    bool tried;
    uint32_t submitted;
    uint64_t handle;
};

static bool scratch_random(uint8_t *out, size_t size, void *user)
{
    struct scratch *s = user;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)draw(&s->world->engine_random, 256);
    }
    return true;
}

static bool scratch_send(const struct xk_send *send, void *user)
{
    (void)send;
    (void)user;
    return true;
}

static enum xk_outcome_reply scratch_outcome(const struct xk_outcome *outcome, void *user)
{
    (void)outcome;
    (void)user;
    return XK_OUTCOME_REFUSED;
}

static void scratch_observe(const struct xk_observation *seen, void *user)
{
    struct scratch *s = user;
    (void)seen;
    if (s->tried || s->engine == NULL) {
        return;
    }
    s->tried = true;
    s->submitted = host_submit_plain(s->engine, s->world, seen->now_ms, &s->handle) == XK_OK;
}

static bool scratch_create(struct scratch *s, struct world *w, const struct xk_requester_config *config)
{
    const struct xk_requester_callbacks callbacks = {
        sizeof callbacks, scratch_random, scratch_send, scratch_outcome, NULL, scratch_observe, NULL, NULL};
    memset(s, 0, sizeof *s);
    s->world = w;
    struct xk_requester *engine = NULL;
    if (xk_requester_create(config, &callbacks, NULL, s, &engine, NULL) != XK_OK) {
        breaks(w, "an engine cannot be created for a restore");
        return false;
    }
    /* So that the restore steps the clock back, and the observer is told. */
    (void)xk_requester_tick(engine, later(world_clock(w), 10), 0, NULL);
    s->engine = engine;
    return true;
}

/* Restores what must be refused, into an engine of its own; then that engine is as it was. */
static enum xk_status refuse(struct world *w, const struct xk_requester_config *config, const uint8_t *octets,
                             size_t size)
{
    struct scratch s;
    struct xk_requester_usage usage;
    if (!scratch_create(&s, w, config)) {
        return XK_OK;
    }
    enum xk_status status = xk_requester_restore(s.engine, world_clock(w), octets, size, 0, NULL, NULL);
    w->coverage->status[CALL_RESTORE][xk_status_index(status)]++;
    xk_requester_read_usage(s.engine, &usage);
    if (status != XK_OK && (usage.pending != s.submitted || usage.owed != 0 ||
                            (s.submitted > 0 && xk_requester_cancel(s.engine, world_clock(w), s.handle) != XK_OK))) {
        tell(w, "%s, but %u pend, %u are owed, %u submitted", xk_status_name(status), usage.pending, usage.owed,
             s.submitted);
        breaks(w, "J1: a restore that failed changed something");
    }
    s.engine = s.engine; /* destroyed below, whatever came of it */
    (void)xk_requester_destroy(s.engine);
    return status;
}

static void expect_refusal(struct world *w, enum xk_status status, enum xk_status expected, const char *rule)
{
    if (status != expected) {
        tell(w, "a restore answered %s", xk_status_name(status));
        breaks(w, rule);
    }
}

/* Up to `cut`, less what is not whole; with the records that came after the snapshot, or without. */
static void try_cut(struct world *w, const struct log *log, const struct xk_requester_config *config)
{
    size_t cut = draw(&w->plan, (uint32_t)log->snapshot);
    bool with_rest = draw(&w->plan, 2) == 0;
    size_t whole = xk_journal_whole(log->octets, cut);
    if (whole == 0) {
        return; /* nothing at all is an empty journal */
    }
    size_t rest = with_rest ? log->whole - log->snapshot : 0;
    uint8_t *octets = malloc(whole + rest);
    if (octets == NULL) {
        abort();
    }
    memcpy(octets, log->octets, whole);
    memcpy(octets + whole, log->octets + log->snapshot, rest);
    expect_refusal(w, refuse(w, config, octets, whole + rest), XK_E_SNAPSHOT, "J2: a cut snapshot was restored");
    w->coverage->restart_cut_snapshot++;
    free(octets);
}

static void try_damaged(struct world *w, struct log *log, const struct xk_requester_config *config)
{
    size_t at = draw(&w->plan, 3) == 0 ? draw(&w->plan, 24) : draw(&w->plan, (uint32_t)log->whole);
    uint8_t bit = (uint8_t)(1u << draw(&w->plan, 8));
    log->octets[at % log->whole] ^= bit;
    enum xk_status status = refuse(w, config, log->octets, log->whole);
    if (status != XK_E_SNAPSHOT_VERSION) {
        expect_refusal(w, status, XK_E_SNAPSHOT, "J3: damaged records were restored");
    }
    log->octets[at % log->whole] ^= bit;
    w->coverage->restart_damaged++;
}

static uint32_t count_stored(const struct world *w, const struct log *log)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->request_count; i++) {
        count += log->stored[i].present && !log->stored[i].ended;
    }
    return count;
}

/* By an engine of another configuration. */
static void try_elsewhere(struct world *w, struct log *log, const struct xk_requester_config *config)
{
    struct xk_requester_config other = *config;
    uint32_t count = count_stored(w, log);
    switch (draw(&w->plan, 4)) {
    case 0:
        if (count > 1) {
            other.max_pending = 1 + draw(&w->plan, count - 1);
            expect_refusal(w, refuse(w, &other, log->octets, log->whole), XK_E_FULL,
                           "J4: more requests were restored than there is room for");
            w->coverage->restart_full++;
        }
        break;
    case 1:
        if (config->epoch > 1) {
            other.epoch = 0;
            expect_refusal(w, refuse(w, &other, log->octets, log->whole), XK_E_FENCED,
                           "J5: records of a higher epoch were restored");
            w->coverage->restart_fenced++;
        }
        break;
    case 2:
        if (log->shares) {
            other.share_queries = false;
            expect_refusal(w, refuse(w, &other, log->octets, log->whole), XK_E_CONFIG,
                           "J13: requests that share were restored by an engine that shares nothing");
            w->coverage->restart_unshared++;
        }
        break;
    default:
        if (count > 0 && w->options.real) {
            other.max_request_size = 256;
            expect_refusal(w, refuse(w, &other, log->octets, log->whole), XK_E_TOO_LARGE,
                           "J14: requests were restored that are larger than there is room for");
            w->coverage->restart_too_large++;
        }
        break;
    }
}

static void try_what_is_refused(struct world *w, struct log *log, const struct xk_requester_config *config)
{
    if (log->whole == 0) {
        return;
    }
    switch (draw(&w->plan, 4)) {
    case 0:
        if (log->snapshot > 0) {
            try_cut(w, log, config);
        }
        break;
    case 1:
        try_damaged(w, log, config);
        break;
    default:
        try_elsewhere(w, log, config);
        break;
    }
}

/* What its records tell of whom it asked. */
static uint8_t asked_by(const struct model_request *q, bool decided)
{
    bool listed = memchr(q->routes, q->answered_by, q->route_count) != NULL;
    bool answered = decided && q->kind != XK_OUTCOME_FAILURE && listed;
    return (uint8_t)(q->asked | (answered ? 1u << q->answered_by : 0));
}

/* The first of those that share asks, the others share with it. */
static void adopt_pending(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    uint64_t attempt = model_attempt_time(m, q);
    q->state = MODEL_FREE;
    bool shares = model_has_asker(m, q->group);
    m->world->coverage->pending_over_restart++;
    (void)model_move(m, number, MODEL_RESTORE);
    if (shares) {
        (void)model_move(m, number, MODEL_RESTORE);
        q->joined = ++m->joins;
        q->from = q->until = later(m->instance->seen, attempt < q->timeout / 2 ? attempt : q->timeout / 2);
    }
}

static void adopt_owed(struct model *m, uint32_t number)
{
    struct model_request *q = &m->requests[number];
    m->world->coverage->owed_over_restart++;
    m->world->coverage->restart_revised += q->cause == XK_CAUSE_IMPOSSIBLE;
    m->world->coverage->held_over_restart += q->state == MODEL_HELD;
    q->recorded = true;
    q->state = q->kind == XK_OUTCOME_FAILURE ? MODEL_OWED : MODEL_BLOCKED;
    m->decisions = q->order > m->decisions ? q->order : m->decisions;
}

/* It begins anew, with what is left of its timer. */
static void adopt(struct model *m, const struct log *log, uint32_t number, uint64_t elapsed)
{
    const struct stored *stored = &log->stored[number];
    const struct model_request *was = &stored->request;
    struct model_request *q = &m->requests[number];
    uint64_t now = m->instance->seen;
    int64_t left = (int64_t)(stored->deadline - log->passed - elapsed);
    memset(q, 0, sizeof *q);
    memcpy(q->routes, was->routes, sizeof q->routes);
    q->state = was->state;
    q->route_count = was->route_count;
    q->kind = was->kind;
    q->cause = was->cause;
    q->failure = was->failure;
    q->answered_by = was->answered_by;
    q->answer = was->answer;
    q->order = was->order;
    q->beside = was->beside;
    q->referred = was->referred;
    q->asked = asked_by(was, stored->decided);
    q->tried = (uint8_t)(q->referred ? (1u << (q->route_count - 1)) - 1 : 0);
    q->restored = true;
    q->place = NO_ROUTE;
    q->wait = WAIT_READY;
    q->from = q->until = q->since = now;
    q->group = m->world->requests[number].group;
    q->timeout = left > 0 ? (uint64_t)left : 0;
    q->deadline = later(now, q->timeout);
    if (stored->decided) {
        adopt_owed(m, number);
    } else {
        adopt_pending(m, number);
    }
}

/* In the order of the records. */
static uint32_t adopt_all(struct instance *instance, const struct log *log, uint64_t elapsed)
{
    const struct world *w = instance->world;
    struct model *m = instance->model;
    uint32_t order[REQUESTS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->request_count; i++) {
        const struct stored *stored = &log->stored[i];
        uint32_t at = count;
        if (stored->present) {
            m->group_asked[w->requests[i].group] |= asked_by(&stored->request, stored->decided);
        }
        if (!stored->present || stored->ended) {
            continue;
        }
        for (; at > 0 && log->stored[order[at - 1]].position > stored->position; at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
        count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        adopt(m, log, order[i], elapsed);
    }
    m->shift = log->last + elapsed - instance->seen;
    return count;
}

static void check_restored(struct instance *instance, uint32_t expected, uint32_t restored)
{
    struct world *w = instance->world;
    if (restored != expected) {
        tell(w, "%u came back, the model has %u", restored, expected);
        breaks(w, "J6: another number of requests came back");
    }
    for (uint32_t i = 0; i < w->request_count; i++) {
        if (model_is_live(&instance->model->requests[i]) && instance->model->requests[i].handle == 0) {
            breaks(w, "J7: a request came back and nobody was told");
        }
    }
}

static void count_kind(struct world *w, const struct log *log)
{
    w->coverage->restart_torn += log->size > log->whole;
    if (log->whole == 0) {
        w->coverage->restart_nothing++;
    } else if (log->snapshot == 0) {
        w->coverage->restart_journal++;
    } else if (log->whole == log->snapshot) {
        w->coverage->restart_snapshot++;
    } else {
        w->coverage->restart_merged++;
    }
}

/* Journal or snapshot; the other one is history from now on. */
static struct log *choose_log(struct world *w)
{
    struct store *s = w->store;
    bool compact = draw(&w->plan, 3) != 0 && s->has_compact;
    if (compact) {
        uint8_t *octets = s->journal.octets;
        size_t capacity = s->journal.capacity;
        s->journal = s->compact;
        s->compact.octets = octets;
        s->compact.capacity = capacity;
    }
    s->has_compact = false;
    return &s->journal;
}

void store_restore(struct instance *instance)
{
    struct world *w = instance->world;
    struct log *log = choose_log(w);
    bool knows = w->options.independent || draw(&w->plan, 4) != 0;
    uint32_t restored = 0;
    uint64_t now = host_clock(instance);
    uint64_t elapsed = knows && now > log->at ? now - log->at : 0;
    count_kind(w, log);
    if (xk_journal_whole(log->octets, log->size) != log->whole) {
        breaks(w, "J8: the whole records end elsewhere");
    }
    log->size = log->whole;
    if (chance(w, &w->plan, w->faults.bad_restore)) {
        try_what_is_refused(w, log, &instance->model->config);
    }
    if (log->whole == 0) {
        return;
    }
    store_find_positions(w->store, log);
    uint32_t expected = adopt_all(instance, log, elapsed);
    struct xk_diag diag = {XK_OK, 0, ""};
    enum xk_status status =
        xk_requester_restore(instance->engine, now, log->octets, log->whole, elapsed, &restored, &diag);
    tell(w, "restore of %zu octets, %zu of them a snapshot: %s, %u back (%zu, %s)", log->whole, log->snapshot,
         xk_status_name(status), restored, diag.offset, diag.field);
    if (status != XK_OK) {
        breaks(w, "J9: what was stored cannot be restored");
        return;
    }
    check_restored(instance, expected, restored);
    check_call(instance, CALL_RESTORE, status, false);
    if (model_count_live(instance->model, NOBODY) > 0 && chance(w, &w->plan, w->faults.bad_restore)) {
        status = xk_requester_restore(instance->engine, now, log->octets, log->whole, elapsed, NULL, NULL);
        check_call(instance, CALL_RESTORE, status, false);
        expect_refusal(w, status, instance->fenced ? XK_E_FENCED : XK_E_ALREADY,
                       "J10: an engine with requests was filled again");
        w->coverage->restart_twice++;
    }
}
