/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules: S1 one outcome for each request under one id, S2 none for a withdrawn one, S3 no key that was not asked
 * for, S4 all copies of an outcome alike, S5 numbers without a gap (lemf.c), S6 what one LIID gets does not depend on
 * another (main.c), S7 memory is taken at creation only and given back, S8 no key where none may be; at the end an
 * outcome for every request.
 */
#include "sim/world.h"

#include <string.h>

#include "support/engine_check.h"

void breaks(struct world *w, const char *rule)
{
    if (w->broken == NULL) {
        w->broken = rule;
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

static void check_sessions(struct world *w, const struct xk_outcome *outcome)
{
    size_t keys = 0;
    for (size_t i = 0; i < outcome->session_count; i++) {
        const struct xk_session_result *s = &outcome->sessions[i];
        if (s->cs_id != 1 && s->cs_id != 2) {
            breaks(w, "S3: a Crypto Session that was not asked for");
        }
        keys += s->key.size > 0 ? 1 : 0;
    }
    if ((outcome->kind == XK_OUTCOME_FAILURE) != (keys == 0) || (outcome->kind == XK_OUTCOME_KEYS && keys != 2)) {
        breaks(w, "the kind of an outcome contradicts its keys");
    }
}

static void check_supplement(struct world *w, const struct xk_outcome *outcome, struct request *r)
{
    if (!w->options.supplements || !r->delivered || !same_id(&outcome->supplements, &r->id)) {
        breaks(w, "S1: a supplement of nothing");
    }
    if (r->supplement_offered && !same_id(&r->supplement_id, &outcome->id)) {
        breaks(w, "S1: a second supplement for one failure");
    }
    r->supplement_offered = true;
    r->supplement_id = outcome->id;
}

static void check_first(struct instance *instance, const struct xk_outcome *outcome, struct request *r)
{
    struct world *w = instance->world;
    uint64_t content = content_of(outcome);
    if (r->offered && !same_id(&r->id, &outcome->id)) {
        breaks(w, "S1: a second outcome id for one request");
    }
    if (r->offered && r->content != content) {
        breaks(w, "S4: two copies of an outcome differ");
    }
    if (!r->offered) {
        /* A sum: when a blocked outcome is offered again depends on all that are owed, so the order may differ. */
        uint64_t event = (content * 64 + (uint64_t)(r - w->requests)) * UINT64_C(0x9e3779b97f4a7c15);
        w->events[r->liid] += event ^ (event >> 29);
    }
    r->offered = true;
    r->id = outcome->id;
    r->content = content;
    if (outcome->cause == XK_CAUSE_TIMER_EXPIRED && instance->epoch == r->epoch && instance->seen < r->due) {
        breaks(w, "a timer expired early");
    }
}

void check_outcome(struct instance *instance, const struct xk_outcome *outcome, uint32_t request)
{
    struct world *w = instance->world;
    if (request >= w->request_count || (!w->requests[request].accepted && w->submitting != request)) {
        breaks(w, "S2: an outcome of no request");
        return;
    }
    struct request *r = &w->requests[request];
    /* An old instance cannot know what the new one withdrew; what it decided before may still be offered by it. And
     * what had been acknowledged before the warrant ended may come again after a crash, if the journal missed its end:
     * the host's queue knows it. */
    if (r->cancelled && !r->delivered && instance == w->current) {
        breaks(w, "S2: an outcome of a withdrawn request");
    }
    if (outcome->warrant->liid.size != 1 || outcome->warrant->liid.data[0] != (uint8_t)('A' + r->liid)) {
        breaks(w, "an outcome has the LIID of another");
    }
    check_sessions(w, outcome);
    if (outcome->kind == XK_OUTCOME_SUPPLEMENT) {
        check_supplement(w, outcome, r);
    } else {
        check_first(instance, outcome, r);
    }
}

void check_no_key(struct world *w, const uint8_t *octets, size_t size, const char *where)
{
    for (size_t i = 0, run = 0; i < size; i++) {
        run = octets[i] == CANARY ? run + 1 : 0;
        if (run == 8) {
            breaks(w, where);
            return;
        }
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
        breaks(w, "liveness: something pends or is owed for ever");
    }
    for (uint32_t i = 0; i < w->request_count; i++) {
        const struct request *r = &w->requests[i];
        if (r->accepted && !r->cancelled && !r->maybe_cancelled && !r->delivered) {
            breaks(w, "liveness: a request without an outcome");
        }
    }
}
