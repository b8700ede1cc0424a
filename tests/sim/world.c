/* SPDX-License-Identifier: BSD-2-Clause */
/* One run: options and faults from the seed, three hundred steps, then calm until everything has come to its end. */
#include "sim/world.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define STEPS 300

bool chance(const struct world *w, struct xk_test_random *stream, unsigned int thousandth)
{
    return thousandth > 0 && !w->calm && draw(stream, 1000) < thousandth;
}

void note(struct world *w, uint64_t what)
{
    w->trace = (w->trace ^ (what + w->now * 31)) * UINT64_C(1099511628211);
}

uint64_t later(uint64_t time, uint64_t milliseconds)
{
    return time > XK_NEVER - 1 - milliseconds ? XK_NEVER - 1 : time + milliseconds;
}

uint64_t world_clock(const struct world *w)
{
    return w->now - w->host_clock_offset;
}

uint64_t host_clock(struct instance *instance)
{
    uint64_t clock = world_clock(instance->world);
    instance->seen = clock > instance->seen ? clock : instance->seen;
    return clock;
}

static void pick_faults(struct world *w)
{
    unsigned int *rates = (unsigned int *)&w->faults;
    uint32_t how_many = draw(&w->plan, 4); /* none, a few, or many kinds at once */
    for (size_t i = 0; i < sizeof w->faults / sizeof *rates; i++) {
        rates[i] = draw(&w->plan, 4) < how_many ? draw(&w->plan, 300) : 0;
    }
    w->faults.crash /= 10;
    w->faults.crash_inside /= 30;
    w->faults.half_open /= 10;
    w->faults.lemf_away /= 10;
    w->faults.purge /= 3;
}

static void pick_options(struct world *w)
{
    struct options *o = &w->options;
    o->independent = draw(&w->plan, 4) == 0;
    o->shares = draw(&w->plan, 2) == 0 && !o->independent;
    o->supplements = draw(&w->plan, 3) == 0 && !o->independent;
    o->near_wrap = draw(&w->plan, 16) == 0;
    o->budget = draw(&w->plan, 3) == 0 && !o->independent;
    o->attempt_timeout = draw(&w->plan, 3) == 0 ? 0 : 700;
    o->window = draw(&w->plan, 3) == 0 && !o->independent ? 1 + draw(&w->plan, 8) : 0;
    if (o->independent) {
        /* What strikes all requests at once, or one by way of another, is left to the other worlds. */
        w->faults.host_acts = w->faults.journal_fails = w->faults.send_fails = w->faults.crash_inside = 0;
        w->faults.split_brain = w->faults.cancel = w->faults.purge = w->faults.lemf_away = w->faults.clock_back = 0;
    }
}

void world_start(struct world *w, uint64_t seed, uint32_t only)
{
    memset(w, 0, sizeof *w);
    w->seed = seed;
    w->only = only;
    w->submitting = NOBODY;
    w->allocations_left = UINT_MAX;
    xk_test_random_init(&w->plan, seed * UINT64_C(0xd1342543de82ef95));
    xk_test_random_init(&w->engine_random, ~seed);
    pick_faults(w);
    pick_options(w);
    w->now = w->options.near_wrap ? XK_NEVER - 60000 : 4000000;
}

static void recover(struct world *w)
{
    if (w->old != NULL) {
        host_stop(w->old);
        w->old = NULL;
    }
    w->crashes++;
    w->submitting = NOBODY;
    for (uint32_t i = 0; i < w->request_count; i++) {
        struct request *request = &w->requests[i];
        /* In the middle of a submit: what the journal has will come back. */
        request->accepted |= request->journalled;
        request->maybe_cancelled |= request->cancelling || w->purging[request->liid];
        request->cancelling = false;
    }
    memset(w->purging, 0, sizeof w->purging);
}

static void pass_time(struct world *w)
{
    if (chance(w, &w->plan, w->faults.clock_still)) {
        return;
    }
    w->now = later(w->now, 1 + draw(&w->plan, 200));
    if (chance(w, &w->plan, w->faults.clock_jump)) {
        w->now = later(w->now, draw(&w->plan, 8000));
    }
    if (chance(w, &w->plan, w->faults.clock_back)) {
        w->host_clock_offset = draw(&w->plan, 2) == 0 ? 1 : STEP_BACK_MAX;
    } else if (draw(&w->plan, 4) == 0) {
        w->host_clock_offset = 0;
    }
    if (chance(w, &w->plan, w->faults.half_open)) {
        w->half_open_until[draw(&w->plan, KMSS)] = later(w->now, draw(&w->plan, 5000));
    }
    if (chance(w, &w->plan, w->faults.lemf_away)) {
        w->away_until = later(w->now, draw(&w->plan, 5000));
    }
}

static void tick(struct world *w, struct instance *instance, uint32_t budget)
{
    bool more = false;
    w->crash_possible = instance == w->current;
    (void)xk_requester_tick(instance->engine, host_clock(instance), budget, &more);
    if (!w->calm || budget == 0) {
        host_settle_held(instance);
    }
    w->crash_possible = false;
}

/* A new process takes over: it has what the store has, and goes on at once. */
static void take_over(struct world *w)
{
    w->current = host_start(w, true);
    tick(w, w->current, 0);
    w->crash_possible = false;
}

static void crash(struct world *w)
{
    recover(w);
    if (chance(w, &w->plan, w->faults.split_brain)) {
        w->old = w->current;
    } else {
        host_lose(w->current);
    }
    take_over(w);
}

static void advance(struct world *w)
{
    uint32_t budget = draw(&w->plan, 3) == 0 && w->options.budget ? 2 : 0;
    pass_time(w);
    network_deliver(w);
    tick(w, w->current, budget);
    if (w->old != NULL) {
        tick(w, w->old, 0);
    }
}

static void step(struct world *w)
{
    uint32_t what = draw(&w->plan, 4);
    w->crash_possible = true;
    if (what == 0) {
        host_submit(w->current, &w->plan);
    } else if (chance(w, &w->plan, w->faults.cancel)) {
        host_cancel(w->current, &w->plan);
    } else if (chance(w, &w->plan, w->faults.purge / 10)) {
        host_purge(w->current, &w->plan);
    } else if (chance(w, &w->plan, w->faults.snapshot)) {
        host_snapshot(w->current);
    } else if (chance(w, &w->plan, w->faults.crash)) {
        w->crash_possible = false;
        crash(w);
    } else {
        advance(w);
    }
    w->crash_possible = false;
}

/* What remains: faults off, time passes, everything must come to its end. */
static void calm_down(struct world *w)
{
    w->calm = true;
    w->host_clock_offset = 0;
    memset(w->half_open_until, 0, sizeof w->half_open_until);
    if (w->old != NULL) {
        host_stop(w->old);
        w->old = NULL;
    }
    for (unsigned int i = 0; i < 400; i++) {
        struct xk_requester_usage usage;
        w->now = later(w->now, 500);
        network_deliver(w);
        tick(w, w->current, 0);
        (void)xk_requester_resume(w->current->engine, host_clock(w->current), 0, NULL);
        xk_requester_read_usage(w->current->engine, &usage);
        if (usage.pending == 0 && usage.owed == 0 && i > 100) {
            break;
        }
    }
    check_engines(w);
    check_end(w);
}

void world_run(struct world *w)
{
    w->current = host_start(w, false);
    for (volatile unsigned int i = 0; i < STEPS && w->broken == NULL; i++) {
        if (setjmp(w->crash_point) == 0) {
            step(w);
        } else {
            w->crash_possible = false;
            recover(w);
            host_lose(w->current);
            take_over(w);
        }
        check_engines(w);
    }
    if (w->broken == NULL) {
        calm_down(w);
    }
    if (w->old != NULL) {
        host_stop(w->old);
        w->old = NULL;
    }
    host_stop(w->current);
    w->current = NULL;
    if (w->allocated != 0) {
        breaks(w, "S7: memory was not given back");
    }
}

void world_print(const struct world *w)
{
    const struct options *o = &w->options;
    printf("  independent %d, shares %d, supplements %d, near wrap %d, budget %d, attempt timeout %u, window %u\n ",
           o->independent, o->shares, o->supplements, o->near_wrap, o->budget, o->attempt_timeout, o->window);
#define X(name)                                                                                                       \
    if (w->faults.name > 0) {                                                                                         \
        printf(" " #name " %u", w->faults.name);                                                                      \
    }
    FAULTS(X)
#undef X
    printf("\n");
}
