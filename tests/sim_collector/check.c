/* SPDX-License-Identifier: BSD-2-Clause */
/* What is held when a world has ended. */
#include "sim_collector/world.h"

#include <string.h>

static uint64_t hash_of(enum script_mikey name)
{
    return name == NO_MIKEY ? 0 : tap_hash(script_mikey(name));
}

static bool fits(const struct script_want *want, const struct told *told)
{
    if (want->reason != 0) {
        return told->incomplete && told->reason == want->reason;
    }
    return !told->incomplete && !told->contradicting && told->hashes[0] == hash_of(want->init) &&
           told->hashes[1] == hash_of(want->resp) && told->hashes[2] == hash_of(want->update) &&
           told->hashes[3] == hash_of(want->update_resp);
}

static bool is_whole(const struct world *w)
{
    return w->loss == 0 && w->flood == 0;
}

/* Was the warrant on while what the call told was told, or when the call was still kept? */
static bool is_due(const struct world *w, unsigned int warrant, size_t call)
{
    const struct warrant *is = &w->warrants[warrant];
    const struct warrant *other = &w->warrants[1 - warrant];
    bool from_the_start = is->begins <= w->begins[call];
    bool kept = other->begins <= w->begins[call] && other->ends > is->begins && is->begins < w->last[call] + 25000;
    return is->ends == NEVER && (from_the_start || (kept && w->flood == 0));
}

/* Of attempts that failed nothing is told; when the last one is lost, these are all that is known of the call. */
static bool may_be_silent(const struct kind *kind)
{
    return strcmp(kind->name, "authenticated") == 0;
}

/* Each thing that must be told, once; and nothing else. */
static void check_call(struct world *w, const struct side *s, unsigned int warrant, size_t call)
{
    const struct kind *kind = w->calls[call];
    unsigned int gaps = 0;
    unsigned int missing = 0;
    bool used[TRUTHS_MAX] = {false};
    for (size_t i = 0; i < s->told_count; i++) {
        const struct told *told = &s->told[i];
        if (told->warrant != warrant + 1 || told->call != call) {
            continue;
        }
        size_t t = 0;
        while (t < kind->want_count && (used[t] || !fits(&kind->wants[t], told))) {
            t++;
        }
        if (t < kind->want_count) {
            used[t] = true;
        } else if (!told->incomplete && !told->contradicting && (w->loss == 0 || kind->want_count == 0)) {
            world_fault(w, "an exchange that the call has not, or twice");
        } else if (told->incomplete && is_whole(w) && is_due(w, warrant, call)) {
            world_fault(w, "incomplete, though an exchange was possible");
        }
        gaps += told->incomplete;
    }
    for (size_t t = 0; t < kind->want_count; t++) {
        missing += !used[t];
    }
    if (missing > 0 && is_due(w, warrant, call)) {
        if (is_whole(w)) {
            world_fault(w, "an exchange is missing");
        } else if (missing == kind->want_count && gaps == 0 && w->arrived[s - w->sides][call] && !may_be_silent(kind)) {
            world_fault(w, "silence");
        }
    }
}

static void check_numbers(struct world *w, const struct side *s)
{
    for (size_t i = 0; i < s->told_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct told *a = &s->told[i];
            const struct told *b = &s->told[j];
            if (a->warrant != b->warrant || a->call == CALLS_MAX || b->call == CALLS_MAX) {
                continue;
            }
            if ((a->cin == b->cin) != (a->call == b->call) && (is_whole(w) || a->call != b->call)) {
                world_fault(w, "a CIN is no call's own");
            }
            if (!a->incomplete && !b->incomplete && memcmp(a->id, b->id, 16) == 0) {
                world_fault(w, "an exchange was told twice to a warrant");
            }
        }
    }
}

static bool has(const struct side *s, const struct told *wanted)
{
    for (size_t i = 0; i < s->told_count; i++) {
        if (!s->told[i].incomplete && s->told[i].warrant == wanted->warrant &&
            memcmp(s->told[i].id, wanted->id, 16) == 0) {
            return true;
        }
    }
    return false;
}

void world_check(struct world *w)
{
    for (unsigned int c = 0; c < 2; c++) {
        struct xk_collector_usage usage;
        xk_collector_read_usage(w->collectors[c], &usage);
        if (usage.calls != 0 || usage.answered != 0) {
            world_fault(w, "a call is kept for ever");
        }
        for (size_t call = 0; call < w->call_count; call++) {
            check_call(w, &w->sides[c], 0, call);
            check_call(w, &w->sides[c], 1, call);
        }
        check_numbers(w, &w->sides[c]);
    }
    for (size_t i = 0; i < w->sides[0].told_count; i++) {
        const struct told *told = &w->sides[0].told[i];
        if (!told->incomplete && told->outcomes != 1) {
            world_fault(w, "not one outcome of a request");
        }
    }
    if (w->asked != w->answered || xk_requester_next_deadline(w->requester) != NEVER) {
        world_fault(w, "requests without an outcome");
    }
    bool comparable = is_whole(w) && w->warrants[0].ends == NEVER;
    for (unsigned int c = 0; c < 2 && comparable; c++) {
        for (size_t i = 0; i < w->sides[c].told_count; i++) {
            const struct told *told = &w->sides[c].told[i];
            if (!told->incomplete && told->warrant == 1 && !told->contradicting && !has(&w->sides[1 - c], told)) {
                world_fault(w, "the other collector gives it another id");
            }
        }
    }
}
