/* SPDX-License-Identifier: BSD-2-Clause */
/* One run: options and faults from the seed, some hundred steps, then calm until everything has come to its end. */
#include "sim/world.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sim/host.h"
#include "sim/model.h"
#include "sim/outside.h"
#include "sim/rules.h"
#include "sim/store.h"

#define STEPS 250
#define STEPS_LARGE 900
#define STEP_BACK_MAX 3600000
#define START 4000000

bool chance(const struct world *w, struct xk_test_random *stream, unsigned int thousandth)
{
    return thousandth > 0 && !w->calm && draw(stream, 1000) < thousandth;
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
    instance->steps_back = clock < instance->seen;
    if (clock < instance->seen && instance->seen - clock > instance->model->config.clock_bound) {
        model_clock_back(instance->model, instance->seen - clock);
        instance->seen = clock;
    }
    instance->seen = clock > instance->seen ? clock : instance->seen;
    return clock;
}

void world_start(struct world *w, uint64_t seed, uint32_t only)
{
    struct store *store = w->store;
    struct coverage *coverage = w->coverage;
    bool tracing = w->tracing;
    memset(w, 0, offsetof(struct world, packets));
    memset((uint8_t *)w + offsetof(struct world, request_count), 0, sizeof *w - offsetof(struct world, request_count));
    w->store = store;
    w->coverage = coverage;
    w->tracing = tracing;
    w->seed = seed;
    w->only = only;
    w->submitting = NOBODY;
    w->allocations_left = UINT_MAX;
    xk_test_random_init(&w->plan, seed * UINT64_C(0xd1342543de82ef95));
    xk_test_random_init(&w->engine_random, ~seed);
    pick_faults(w);
    pick_options(w);
    w->now = w->options.near_wrap ? XK_NEVER - 60000 : START;
    store_start(w);
}

static void count_world(struct world *w)
{
    const struct options *o = &w->options;
    struct coverage *c = w->coverage;
    c->worlds++;
    c->kmss[o->kms_count - 1]++;
    c->large_worlds += o->large;
    c->real_exchanges += o->real;
    c->independent_worlds += o->independent;
    c->prompt_worlds += o->prompt;
    c->without_journal += !o->journal;
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
        request->cancelling = request->submitting = false;
    }
    memset(w->purging, 0, sizeof w->purging);
}

/* A new process takes over: it has what the store has, and goes on at once. */
static void take_over(struct world *w)
{
    w->current = host_start(w, true);
    host_tick(w->current, 0);
}

static void crash(struct world *w)
{
    tell(w, "the process ends");
    recover(w);
    if (chance(w, &w->plan, w->faults.split_brain)) {
        w->old = w->current;
        w->coverage->restart_split_brain++;
    } else {
        host_lose(w->current);
    }
    w->coverage->restart_crash_between++;
    take_over(w);
}

static void strike(struct world *w)
{
    if (chance(w, &w->plan, w->faults.clock_back)) {
        w->host_clock_offset = draw(&w->plan, 2) == 0 ? 1 : STEP_BACK_MAX;
    } else if (draw(&w->plan, 4) == 0) {
        w->host_clock_offset = 0;
    }
    if (chance(w, &w->plan, w->faults.dead)) {
        uint32_t kms = draw(&w->plan, w->options.kms_count);
        w->dead_until[kms] = later(w->now, draw(&w->plan, 9000));
        tell(w, "KMS %u is dead for a while", kms);
    }
    if (chance(w, &w->plan, w->faults.lemf_away)) {
        w->away_until = later(w->now, draw(&w->plan, 5000));
    }
}

static uint64_t next_moment(struct world *w)
{
    if (chance(w, &w->plan, w->faults.clock_still)) {
        return w->now;
    }
    uint64_t moment = later(w->now, 1 + draw(&w->plan, 200));
    return chance(w, &w->plan, w->faults.clock_jump) ? later(moment, draw(&w->plan, 8000)) : moment;
}

/* It does not know that it was taken over, or does not believe it. */
static void old_goes_on(struct world *w)
{
    switch (draw(&w->plan, 8)) {
    case 0:
        host_submit(w->old, &w->plan);
        break;
    case 1:
        host_resume(w->old);
        break;
    case 2:
        store_snapshot(w->old);
        break;
    case 3:
        if (w->faults.links > 0) {
            host_link_any(w->old);
        }
        break;
    case 4:
        host_mistake(w->old);
        break;
    case 5:
        host_cancel(w->old, draw(&w->plan, w->request_count));
        break;
    default:
        break;
    }
}

static void work(struct world *w, uint32_t budget)
{
    network_deliver(w);
    host_tick(w->current, budget);
    if (w->old != NULL) {
        host_tick(w->old, 0);
        old_goes_on(w);
    }
}

/* A prompt host waits for packets and for next_deadline; another one looks when it likes. */
static void advance(struct world *w)
{
    uint32_t budget = draw(&w->plan, 3) == 0 && w->options.budget ? 2 : 0;
    uint64_t end = next_moment(w);
    for (unsigned int i = 0; w->options.prompt && i < 40 && w->broken == NULL; i++) {
        uint64_t due = xk_requester_next_deadline(w->current->engine);
        due = due > XK_NEVER - w->host_clock_offset ? XK_NEVER : due + w->host_clock_offset;
        uint64_t next = network_next(w);
        next = next < due ? next : due;
        if (next >= end) {
            break;
        }
        w->now = next > w->now ? next : w->now;
        work(w, budget);
    }
    w->now = end;
    strike(w);
    work(w, budget);
}

static void cancel_one(struct world *w)
{
    uint32_t number = draw(&w->plan, w->request_count + 1);
    if (number < w->request_count) {
        host_cancel(w->current, number);
    }
}

static void step(struct world *w)
{
    uint32_t what = draw(&w->plan, 4);
    w->crash_possible = true;
    if (what == 0 || (w->options.large && what < 3)) {
        host_submit(w->current, &w->plan);
    } else if (chance(w, &w->plan, w->faults.cancel)) {
        cancel_one(w);
    } else if (chance(w, &w->plan, w->faults.purge / 10)) {
        host_purge_any(w->current);
    } else if (chance(w, &w->plan, w->faults.links)) {
        host_link_any(w->current);
    } else if (chance(w, &w->plan, w->faults.resume)) {
        host_resume(w->current);
    } else if (chance(w, &w->plan, w->faults.snapshot)) {
        w->crash_possible = false;
        store_snapshot(w->current);
    } else if (chance(w, &w->plan, w->faults.mistakes)) {
        w->crash_possible = false;
        host_mistake(w->current);
        for (unsigned int i = w->options.damaged ? 12 : w->options.real ? 4 : 1; i > 0; i--) {
            host_submit_wrongly(w->current);
        }
    } else if (chance(w, &w->plan, w->faults.crash)) {
        w->crash_possible = false;
        crash(w);
    } else {
        w->crash_possible = false;
        advance(w);
    }
    w->crash_possible = false;
}

/* What remains: faults off, time passes, everything must come to its end. */
static void calm_down(struct world *w)
{
    tell(w, "from now on nothing goes wrong");
    w->calm = true;
    w->host_clock_offset = 0;
    memset(w->dead_until, 0, sizeof w->dead_until);
    if (w->old != NULL) {
        host_stop(w->old);
        w->old = NULL;
    }
    for (unsigned int i = 0; i < 400 && w->broken == NULL; i++) {
        struct xk_requester_usage usage;
        w->now = later(w->now, 500);
        work(w, 0);
        if (i % 4 == 0) {
            host_resume(w->current);
        }
        xk_requester_read_usage(w->current->engine, &usage);
        if (usage.pending == 0 && usage.owed == 0 && i > 2) {
            break;
        }
    }
    check_engines(w);
    check_end(w);
}

static void run_steps(struct world *w)
{
    unsigned int steps = w->options.large ? STEPS_LARGE : STEPS;
    for (volatile unsigned int i = 0; i < steps && w->broken == NULL; i++) {
        if (setjmp(w->crash_point) == 0) {
            step(w);
        } else {
            w->crash_possible = false;
            recover(w);
            host_lose(w->current);
            take_over(w);
        }
        if (!w->options.large || i % 64 == 0) {
            check_engines(w);
        }
    }
}

void world_run(struct world *w)
{
    count_world(w);
    w->current = host_start(w, false);
    run_steps(w);
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
    const struct xk_requester_config *c = &o->config;
    printf("  %u KMSs; independent %d, large %d, real %d, prompt %d, journal %d, near wrap %d, budget %d\n",
           o->kms_count, o->independent, o->large, o->real, o->prompt, o->journal, o->near_wrap, o->budget);
    printf("  max_pending %u, timeout %u, attempt_timeout %u, max_attempts %u, backoff %u to %u, window %u, "
           "reoffer %u, tombstones %u, grace %u, late_keys %u, share %d, referral %d, references %d\n ",
           c->max_pending, c->timeout, c->attempt_timeout, c->max_attempts, c->backoff_base, c->backoff_max,
           c->kms_window, c->reoffer_interval, c->tombstones, c->grace, c->late_keys, c->share_queries,
           c->follow_referral, c->use_references);
#define X(name)                                                                                                       \
    if (w->faults.name > 0) {                                                                                         \
        printf(" " #name " %u", w->faults.name);                                                                      \
    }
    FAULTS(X)
#undef X
    printf("\n");
}
