/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge: what holds of outcomes, of each call's answer, of memory, and at the end. */
#include "sim/rules.h"

#include <string.h>

#include "sim/model.h"
#include "support/engine_check.h"

void breaks(struct world *w, const char *rule)
{
    if (w->broken == NULL) {
        w->broken = rule;
        tell(w, "BROKEN %s", rule);
    }
}

static bool same_id(const struct xk_outcome_id *a, const struct xk_outcome_id *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

static uint64_t content_of(const struct xk_outcome *outcome)
{
    uint64_t hash = (uint64_t)outcome->kind * 31 + (uint64_t)outcome->cause * 7 + (uint64_t)outcome->failure;
    for (size_t i = 0; i < outcome->session_count; i++) {
        const struct xk_session_result *s = &outcome->sessions[i];
        hash = hash * 1099511628211u + s->cs_id + (uint64_t)s->failure * 256;
        for (size_t k = 0; k < s->key.size; k++) {
            hash = hash * 1099511628211u + s->key.data[k];
        }
    }
    return hash;
}

static void check_sessions(struct world *w, const struct xk_outcome *outcome, const struct request *r)
{
    size_t keys = 0;
    for (size_t i = 0; i < outcome->session_count; i++) {
        const struct xk_session_result *s = &outcome->sessions[i];
        if (s->cs_id < 1 || s->cs_id > r->session_count) {
            breaks(w, "S3: a Crypto Session that was not asked for");
        }
        if ((s->failure == XK_FAILURE_NONE) != (s->key.size > 0)) {
            breaks(w, "S3: a Crypto Session with a key and a failure, or with neither");
        }
        keys += s->key.size > 0 ? 1 : 0;
    }
    if ((outcome->kind == XK_OUTCOME_FAILURE) != (keys == 0) ||
        (outcome->kind == XK_OUTCOME_KEYS && keys != r->session_count)) {
        breaks(w, "the kind of an outcome contradicts its keys");
    }
}

static void check_supplement(struct world *w, const struct xk_outcome *outcome, struct request *r)
{
    if (!r->delivered || !same_id(&outcome->supplements, &r->id) || same_id(&outcome->id, &r->id)) {
        breaks(w, "S1: a supplement of nothing");
    }
    if (r->supplement_offered && !same_id(&r->supplement_id, &outcome->id)) {
        breaks(w, "S1: a second supplement for one failure");
    }
    r->supplement_offered = true;
    r->supplement_id = outcome->id;
}

static void check_first(struct world *w, const struct xk_outcome *outcome, struct request *r, bool current)
{
    uint64_t content = content_of(outcome);
    if (r->offered && !same_id(&r->id, &outcome->id)) {
        breaks(w, "S1: a second outcome id for one request");
    }
    bool revised = outcome->kind == XK_OUTCOME_FAILURE && outcome->cause == XK_CAUSE_IMPOSSIBLE;
    if (current && revised != r->revised) {
        breaks(w, "S4: keys that are impossible are offered again, or such as are not as a failure");
    }
    if (revised) {
        return; /* all copies of that are alike, and the id is the same */
    }
    if (r->offered && r->content != content) {
        breaks(w, "S4: two copies of an outcome differ");
    }
    if (!r->offered) {
        /* A sum: when a blocked outcome is offered again depends on all that are owed, so the order may differ. */
        uint64_t event = (content * REQUESTS_MAX + (uint64_t)(r - w->requests)) * UINT64_C(0x9e3779b97f4a7c15);
        w->events[r->liid] += event ^ (event >> 29);
    }
    r->offered = true;
    r->id = outcome->id;
    r->content = content;
}

void check_outcome(struct instance *instance, const struct xk_outcome *outcome, uint32_t request)
{
    struct world *w = instance->world;
    if (request >= w->request_count || (!w->requests[request].accepted && !w->requests[request].submitting)) {
        breaks(w, "S2: an outcome of no request");
        return;
    }
    struct request *r = &w->requests[request];
    /* An old instance cannot know what the new one withdrew; what it decided before may still be offered by it. And
     * what had ended before the warrant ended may come again after a crash, if the journal missed its end:
     * the host's queue knows it. */
    if (r->cancelled && !r->delivered && !r->dropped && instance == w->current) {
        breaks(w, "S2: an outcome of a withdrawn request");
    }
    if (outcome->warrant->liid.size != 1 || outcome->warrant->liid.data[0] != liid_name(r->liid) ||
        memcmp(outcome->warrant->country, liid_country(r->liid), 2) != 0) {
        breaks(w, "an outcome has the LIID of another");
    }
    check_sessions(w, outcome, r);
    if (outcome->kind == XK_OUTCOME_SUPPLEMENT) {
        check_supplement(w, outcome, r);
    } else {
        check_first(w, outcome, r, instance == w->current);
    }
}

void check_no_key(struct world *w, const uint8_t *octets, size_t size, const char *where)
{
    for (size_t i = 7; i < size; i += 8) { /* of a run of 12, one at least is hit, and then its neighbours are read */
        if (octets[i] != CANARY) {
            continue;
        }
        size_t from = i;
        size_t to = i;
        while (from > 0 && octets[from - 1] == CANARY) {
            from--;
        }
        while (to + 1 < size && octets[to + 1] == CANARY) {
            to++;
        }
        if (to - from + 1 >= 8) {
            breaks(w, where);
            return;
        }
    }
}

void check_status(struct instance *instance, enum call call, enum xk_status status, enum xk_status expected)
{
    (void)call;
    if (instance->fenced) {
        expected = XK_E_FENCED;
    }
    if (status != expected && !(status == XK_E_JOURNAL && instance->journal_failed)) {
        tell(instance->world, "answered %s, the model expects %s", xk_status_name(status), xk_status_name(expected));
        breaks(instance->world, "C2: a call answered another status than the model's");
    }
}

void check_diag(struct world *w, enum xk_status status, const struct xk_diag *diag)
{
    bool input = xk_status_class(status) == XK_CLASS_CALLER || xk_status_class(status) == XK_CLASS_INPUT;
    if (input && (diag->status != status || diag->field == NULL)) {
        tell(w, "%s, but the diag says %s", xk_status_name(status), xk_status_name(diag->status));
        breaks(w, "C11: a refusal is not what its diag says");
    }
}

static void check_usage(struct instance *instance)
{
    const struct model *m = instance->model;
    struct xk_requester_usage usage;
    uint32_t count[MODEL_STATES] = {0};
    uint32_t over = 0; /* grace times that have ended, though perhaps no tick has looked */
    xk_requester_read_usage(instance->engine, &usage);
    for (uint32_t i = m->first_live; i < instance->world->request_count; i++) {
        const struct model_request *q = &m->requests[i];
        count[q->state]++;
        over += q->state == MODEL_GRACE && q->from <= instance->seen;
    }
    uint32_t pending = count[MODEL_WAITING] + count[MODEL_ASKED] + count[MODEL_SHARING];
    uint32_t owed = count[MODEL_BLOCKED] + count[MODEL_OWED] + count[MODEL_HELD];
    uint32_t taken = pending + owed + count[MODEL_GRACE];
    uint32_t room = taken < m->config.max_pending ? m->config.max_pending - taken : 0;
    if (usage.pending != pending || usage.owed != owed || usage.held != count[MODEL_HELD] || usage.free < room ||
        usage.free > room + over) {
        tell(instance->world, "pending %u owed %u held %u free %u; the model counts %u %u %u %u", usage.pending,
             usage.owed, usage.held, usage.free, pending, owed, count[MODEL_HELD], room);
        breaks(instance->world, "C3: the engine counts otherwise than the model");
    }
}

void check_call(struct instance *instance, enum call call, enum xk_status status, bool full)
{
    struct world *w = instance->world;
    w->coverage->status[call][xk_status_index(status)]++;
    if (instance->about_count > 0 || instance->depth > 0) {
        return;
    }
    instance->journal_failed = false;
    instance->random_failed = false;
    if (w->broken == NULL) {
        model_check(instance->model, call, full);
        check_usage(instance);
    }
}

void check_engines(struct world *w)
{
    struct instance *instances[] = {w->current, w->old};
    for (size_t i = 0; i < 2; i++) {
        const char *wrong = instances[i] == NULL ? NULL : engine_check(instances[i]->engine);
        if (wrong != NULL) {
            breaks(w, wrong);
        }
    }
}

void check_end(struct world *w)
{
    struct xk_requester_usage usage;
    xk_requester_read_usage(w->current->engine, &usage);
    if (usage.pending != 0 || usage.owed != 0) {
        tell(w, "at the end %u pend, %u are owed", usage.pending, usage.owed);
        breaks(w, "L1: something pends or is owed for ever");
    }
    for (uint32_t i = 0; i < w->request_count; i++) {
        const struct request *r = &w->requests[i];
        if (r->accepted && !r->cancelled && !r->maybe_cancelled && !r->delivered && !r->dropped &&
            w->options.journal) {
            tell(w, "#%u has no outcome", i);
            breaks(w, "L2: a request without an outcome");
        }
    }
}
