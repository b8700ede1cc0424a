/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the options and faults of a world from its plan. */
#include "sim/options.h"

#include "sim/world.h"

#include <string.h>

void pick_faults(struct world *w)
{
    unsigned int *rates = (unsigned int *)&w->faults;
    uint32_t how_many = draw(&w->plan, 4); /* none, a few, or many kinds at once */
    for (size_t i = 0; i < sizeof w->faults / sizeof *rates; i++) {
        rates[i] = draw(&w->plan, 4) < how_many ? draw(&w->plan, 300) : 0;
    }
    w->faults.crash /= 10;
    w->faults.crash_inside /= 30;
    w->faults.dead /= 6;
    w->faults.lemf_away /= 10;
    w->faults.purge /= 3;
    w->faults.impossible /= 3;
    w->faults.links /= 3;
}

static uint32_t one_of(struct world *w, const uint32_t *values, uint32_t count)
{
    return values[draw(&w->plan, count)];
}
#define ONE_OF(w, ...) \
    one_of(w, (const uint32_t[]){__VA_ARGS__}, (uint32_t)(sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t)))

static void pick_times(struct world *w, struct xk_requester_config *c)
{
    c->timeout = ONE_OF(w, 1000, 5000, 10000);
    c->attempt_timeout = ONE_OF(w, 0, 300, 700, 700, 2000);
    c->max_attempts = ONE_OF(w, 1, 2, 3, 3, 5, 8, 16);
    c->backoff_base = ONE_OF(w, 0, 1, 100, 500);
    c->backoff_max = ONE_OF(w, 0, 1, 400, 8000);
    c->reoffer_interval = ONE_OF(w, 1, 100, 1000);
    c->max_refused = ONE_OF(w, 0, 0, 1, 3);
    c->passing_bound = ONE_OF(w, 0, 500, 30000);
    c->clock_bound = ONE_OF(w, 1, 60000, 86400000);
}

static void pick_config(struct world *w)
{
    struct options *o = &w->options;
    struct xk_requester_config *c = &o->config;
    xk_requester_config_init(c);
    pick_times(w, c);
    c->max_pending = ONE_OF(w, 2, 16, 16, 40);
    c->max_request_size = o->real ? ONE_OF(w, 1024, 2048) : 256;
    c->max_warrant_size = ONE_OF(w, 176, 512);
    c->max_kms = KMSS_MAX;
    c->kms_window = draw(&w->plan, 3) == 0 ? 1 + draw(&w->plan, 8) : 0;
    c->tombstones = ONE_OF(w, 1, 16, 1024);
    c->grace = ONE_OF(w, 0, 500, 10000);
    c->late_keys = draw(&w->plan, 3) == 0 ? XK_LATE_KEYS_SUPPLEMENT : XK_LATE_KEYS_WIPE;
    c->exchange_check = o->real ? XK_CHECK_LIBRARY : XK_CHECK_HOST;
    c->share_queries = draw(&w->plan, 2) == 0;
    c->follow_referral = draw(&w->plan, 2) == 0;
    c->use_references = draw(&w->plan, 2) == 0;
}

/* What strikes all requests at once, or one by way of another, is left to the other worlds. */
static void make_independent(struct world *w)
{
    struct xk_requester_config *c = &w->options.config;
    w->faults.host_acts = w->faults.journal_fails = w->faults.send_fails = w->faults.crash_inside = 0;
    w->faults.split_brain = w->faults.cancel = w->faults.purge = w->faults.lemf_away = w->faults.clock_back = 0;
    w->faults.links = 0;
    w->faults.random_repeats = w->faults.mistakes = w->faults.replay = w->faults.resume = w->faults.bad_restore = 0;
    w->options.prompt = w->options.budget = false;
    c->max_pending = w->options.request_max;
    c->kms_window = 0;
    c->share_queries = false;
    c->late_keys = XK_LATE_KEYS_WIPE;
    c->backoff_base = c->backoff_max = 1; /* no jitter: it is drawn for all from one source */
}

static void make_large(struct world *w)
{
    struct xk_requester_config *c = &w->options.config;
    w->options.request_max = 200 + draw(&w->plan, REQUESTS_MAX - 200);
    c->max_pending = w->options.request_max;
    c->max_request_size = 256;
    c->share_queries = draw(&w->plan, 4) != 0;
    c->kms_window = draw(&w->plan, 3) * 20;
}

/* Long lists of KMSs of which nearly all are away: the last of eight has its turn too. */
static void make_deep(struct world *w)
{
    struct xk_requester_config *c = &w->options.config;
    w->options.kms_count = KMSS_MAX;
    w->faults.away = 850;
    w->faults.send_fails = 0;
    c->timeout = 10000;
    c->attempt_timeout = 300;
    c->max_attempts = 16;
    c->max_refused = 0;
    c->kms_window = 0;
}

void pick_options(struct world *w)
{
    struct options *o = &w->options;
    memset(o, 0, sizeof *o);
    o->large = draw(&w->plan, 100) == 0;
    o->independent = draw(&w->plan, 5) == 0 && !o->large;
    o->real = draw(&w->plan, 8) == 0 && !o->large;
    o->damaged = w->seed % 100 == 38 && !o->large; /* by the seed itself: all other worlds stay as they were */
    o->real = o->real || o->damaged;
    o->prompt = draw(&w->plan, 2) == 0;
    o->journal = draw(&w->plan, 16) != 0;
    o->near_wrap = draw(&w->plan, 16) == 0;
    o->budget = draw(&w->plan, 3) == 0;
    o->kms_count = 1 + draw(&w->plan, KMSS_MAX);
    o->request_max = REQUESTS_USUAL;
    pick_config(w);
    if (o->large) {
        make_large(w);
    }
    if (o->independent) {
        make_independent(w);
    } else if (w->seed % 100 == 39) {
        make_deep(w);
    }
    if (o->damaged) {
        w->faults.mistakes = 500;
    }
    if (!o->journal) {
        w->faults.crash = w->faults.crash_inside = w->faults.snapshot = w->faults.journal_fails = 0;
        w->faults.split_brain = w->faults.bad_restore = 0;
        o->config.share_queries = false; /* who shares with whom only records tell */
    }
}

void options_after_restart(struct world *w, struct xk_requester_config *config)
{
    *config = w->options.config;
    /* What ended while the journal failed comes back after a crash, so a restored engine needs room for it. */
    config->max_pending = w->options.request_max;
    if (!w->options.independent && draw(&w->plan, 3) == 0) {
        pick_times(w, config);
        config->kms_window = draw(&w->plan, 3) == 0 ? 1 + draw(&w->plan, 8) : 0;
    }
}
