/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules, checked after every event: S1 one outcome for each request, S2 none for a withdrawn one, S3 no key that
 * was not asked for, S4 all copies of an outcome alike, S7 no allocation after creation, S8 no key where none may be.
 */
#include "sim/world.h"

#include <string.h>

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

void check_outcome(struct world *w, const struct xk_outcome *outcome, uint32_t request, bool current)
{
    if (request >= w->request_count || !w->requests[request].accepted) {
        breaks(w, "S2: an outcome of no request");
        return;
    }
    struct request *r = &w->requests[request];
    /* An old instance cannot know what the new one withdrew; what it decided before may still be offered by it. */
    if (r->cancelled && current) {
        breaks(w, "S2: an outcome of a withdrawn request");
    }
    if (outcome->kind == XK_OUTCOME_SUPPLEMENT) {
        if (!w->late_supplements || !r->offered || !same_id(&outcome->supplements, &r->id)) {
            breaks(w, "S1: a supplement of nothing");
        }
    } else if (!r->offered) {
        r->offered = true;
        r->id = outcome->id;
    } else if (!same_id(&r->id, &outcome->id)) {
        breaks(w, "S1: a second outcome id for one request");
    }
    if (outcome->cause == XK_CAUSE_TIMER_EXPIRED && w->now + STEP_BACK_MAX < r->submitted_at + TIMEOUT) {
        breaks(w, "a timer expired early");
    }
    size_t keys = 0;
    for (size_t i = 0; i < outcome->session_count; i++) {
        const struct xk_session_result *s = &outcome->sessions[i];
        if (s->cs_id != 1 && s->cs_id != 2) {
            breaks(w, "S3: a Crypto Session that was not asked for");
        }
        keys += s->key.size > 0 ? 1 : 0;
    }
    if ((outcome->kind == XK_OUTCOME_FAILURE) != (keys == 0) || (outcome->kind == XK_OUTCOME_KEYS && keys != 2)) {
        breaks(w, "S4: the kind of an outcome contradicts its keys");
    }
}

void check_acknowledged(struct world *w, uint32_t request, const struct xk_outcome_id *id, enum xk_outcome_kind kind)
{
    struct request *r = &w->requests[request];
    if (kind == XK_OUTCOME_SUPPLEMENT) {
        return;
    }
    if (r->acknowledged && !same_id(&r->id, id)) {
        breaks(w, "S1: two outcomes acknowledged");
    }
    if (r->acknowledged && r->kind != kind) {
        breaks(w, "S4: two copies of an acknowledged outcome differ");
    }
    if (!r->acknowledged) {
        r->kind = kind;
        w->outcomes++;
    }
    r->acknowledged = true;
}

void check_no_key(struct world *w, const uint8_t *octets, size_t size, const char *where)
{
    size_t run = 0;
    for (size_t i = 0; i < size; i++) {
        run = octets[i] == CANARY ? run + 1 : 0;
        if (run == 8) {
            breaks(w, where);
            return;
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
        if (r->accepted && !r->cancelled && !r->acknowledged) {
            breaks(w, "liveness: a request without an outcome");
        }
    }
}
