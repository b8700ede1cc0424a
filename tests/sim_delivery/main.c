/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-sim-delivery COUNT [FIRST]: worlds of the seeds FIRST to FIRST + COUNT - 1. The first that breaks a rule is named
 * and ends the run with status 1. A run of 2,000 and more that leaves something unexercised fails too.
 */
#include "sim_delivery/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VACUOUS_FROM 2000u

uint64_t draw(struct world *w, uint64_t below)
{
    w->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = w->random;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}

bool chance(struct world *w, unsigned int percent)
{
    return draw(w, 100) < percent;
}

static void configure_side(struct world *w, struct side *side, unsigned int index)
{
    struct xk_delivery_config *c = &side->config;
    xk_delivery_config_init(c);
    c->lemf = index + 1;
    c->identity.operator_identifier = xk_text("12345");
    c->buffer_size = XK_DELIVERY_BUFFER_MIN;
    c->max_records = 4 + (uint32_t)draw(w, 60);
    c->max_age = chance(w, 10) && !w->strict ? 20000 : 86400000;
    c->keep_alive = 1000 + (uint32_t)draw(w, 5000);
    c->answer = 2000 + (uint32_t)draw(w, 3000);
    c->stall = 3000 + (uint32_t)draw(w, 3000);
    c->reconnect = 500 + (uint32_t)draw(w, 1000);
    c->negotiation = 5000;
    c->acknowledgement = (enum xk_acknowledgement)draw(w, 3);
    c->acknowledge_time = 200 + (uint32_t)draw(w, 2000);
    c->acknowledge_count = 1 + (uint32_t)draw(w, 10);
    c->acknowledge_wait = 2000 + (uint32_t)draw(w, 3000);
    c->release = (enum xk_release)(1 + draw(w, 3));
    c->further_octets = 4096;
    c->further_time = c->keep_alive + 2000;
    c->max_unexpected = 1 + (uint32_t)draw(w, 50);
    c->integrity = chance(w, 40);
    c->sign = c->integrity && chance(w, 50);
    c->check_first = (uint32_t)draw(w, 2);
    c->hash_time = 500;
    c->hash_count = 1 + (uint32_t)draw(w, 6);
    c->sign_time = 2000;
    c->sign_count = 1 + (uint32_t)draw(w, 4);
    c->max_chains = CHAINS;
    judge_init(&side->judge);
    side->judge.options = (enum judge_options)draw(w, 4);
    side->judge.acknowledges = true;
    side->judge.agreed = c->acknowledgement == XK_ACKNOWLEDGEMENT_AGREED;
    side->pipe.capacity = 4096;
}

static void configure(struct world *w, uint64_t seed, uint64_t *seen)
{
    memset(w, 0, sizeof *w);
    w->random = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    w->seen = seen;
    w->now = 1000;
    w->strict = chance(w, 40);
    w->side_count = 1 + (unsigned int)draw(w, SESSIONS);
    if (w->side_count > 1) {
        see(w, SEEN_SEVERAL_SESSIONS);
    }
    xk_counters_config_init(&w->counters_config);
    w->counters_config.max_contexts = 512;
    w->counters_config.max_records = RECORDS;
    for (unsigned int i = 0; i < WARRANTS; i++) {
        w->home[i] = (unsigned int)draw(w, w->side_count);
    }
    for (unsigned int i = 0; i < w->side_count; i++) {
        struct side *side = &w->sides[i];
        configure_side(w, side, i);
        side->judge.in_order = w->strict && is_acknowledged(side);
    }
}

/* Once the process is dead, only a restart follows. */
static void act_on_side(struct world *w, struct side *side)
{
    unsigned int what = (unsigned int)draw(w, 1000);
    if (what < 60) {
        transport_connect(w, side);
    } else if (what < 400) {
        transport_write(w, side);
    } else if (what < 700) {
        transport_carry(w, side);
    } else if (what < 900) {
        transport_answer(w, side);
    } else if (what < 915 && side->pipe.up) {
        (void)transport_cut(w, side, false);
    } else if (what < 920) {
        transport_lemf_dies(w, side);
    } else if (what < 930) {
        transport_hostile(w, side);
    } else if (what < 935) {
        side->pipe.silent = !side->pipe.silent;
    } else if (what < 940) {
        side->pipe.stuck = !side->pipe.stuck;
    } else if (what < 943) {
        (void)xk_delivery_close(side->session);
        host_events(w, side);
    }
}

/* Is anything under way that a jump in time would make late? */
static bool is_under_way(const struct world *w)
{
    for (unsigned int i = 0; i < w->side_count; i++) {
        const struct pipe *p = &w->sides[i].pipe;
        if (p->up && p->network_size + p->socket_size + p->back_size + w->sides[i].judge.out_size > 0) {
            return true;
        }
    }
    return false;
}

static void let_time_pass(struct world *w)
{
    uint64_t next = w->now + 1 + draw(w, 50);
    if (chance(w, 20) && !(w->no_faults && is_under_way(w))) {
        uint64_t due = XK_NEVER;
        for (unsigned int i = 0; i < w->side_count; i++) {
            uint64_t one = xk_delivery_next_deadline(w->sides[i].session);
            due = one < due ? one : due;
        }
        next = due != XK_NEVER && due > w->now && due < w->now + 30000 ? due : next;
    }
    w->now = next;
    for (unsigned int i = 0; i < w->side_count && !w->torn; i++) {
        struct side *side = &w->sides[i];
        if (xk_delivery_next_deadline(side->session) <= w->now) {
            (void)xk_delivery_tick(side->session, moment(w));
            host_events(w, side);
            if (!w->torn && xk_delivery_next_deadline(side->session) <= w->now) {
                (void)xk_delivery_tick(side->session, moment(w));
                host_events(w, side);
            }
            if (!w->torn && xk_delivery_next_deadline(side->session) <= w->now) {
                broken(w, "a deadline stays in the past");
            }
        }
    }
}

static void end_contexts(struct world *w)
{
    /* A CIN that is never used again; here it is, and counts on if a record of it is not settled. */
    struct xk_ps_header header;
    uint32_t ended = 0;
    xk_ps_header_init(&header);
    header.liid = xk_text("LI-9");
    header.operator_identifier = xk_text("12345");
    if (xk_counters_end(w->counters, &header, &ended) != XK_OK || ended > 1) {
        broken(w, "contexts cannot be ended");
    }
    see(w, SEEN_CONTEXT_ENDED);
}

static void act(struct world *w)
{
    unsigned int what = (unsigned int)draw(w, 1000);
    if (what < 120) {
        host_new_record(w);
    } else if (what < 220) {
        host_put(w);
    } else if (what < 270) {
        host_settle(w);
    } else if (what < 272) {
        host_purge(w);
    } else if (what < 280) {
        host_say(w);
    } else if (what < 283) {
        w->journal_fails = !w->journal_fails;
    } else if (what < 286) {
        w->journal_tears = true;
    } else if (what < 289) {
        w->state_was_lost = !w->strict && chance(w, 30);
        host_restart(w);
    } else if (what < 290) {
        end_contexts(w);
    } else if (what < 400) {
        let_time_pass(w);
    } else {
        act_on_side(w, &w->sides[draw(w, w->side_count)]);
    }
    if (w->torn) {
        w->state_was_lost = false;
        host_restart(w);
    }
}

static bool all_is_done(const struct world *w)
{
    for (unsigned int i = 0; i < w->record_count; i++) {
        const struct record *r = &w->records[i];
        if (r->state == RECORD_NEW || r->state == RECORD_IN || (r->state == RECORD_DONE && !r->settled)) {
            return false;
        }
    }
    for (unsigned int i = 0; i < w->side_count; i++) {
        if (w->sides[i].pipe.up && w->sides[i].pipe.network_size + w->sides[i].pipe.socket_size > 0) {
            return false;
        }
    }
    return true;
}

/* No more faults: everything must come to its end, in bounded time. */
static void come_to_rest(struct world *w)
{
    w->no_faults = true;
    w->journal_fails = false;
    w->journal_tears = false;
    for (unsigned int i = 0; i < w->side_count; i++) {
        w->sides[i].pipe.silent = false;
        w->sides[i].pipe.stuck = false;
    }
    for (unsigned int step = 0; step < 200000 && w->broken == NULL && !all_is_done(w); step++) {
        for (unsigned int i = 0; i < w->side_count; i++) {
            struct side *side = &w->sides[i];
            host_events(w, side);
            transport_connect(w, side);
            transport_write(w, side);
            transport_carry(w, side);
            transport_answer(w, side);
        }
        host_put(w);
        host_settle(w);
        let_time_pass(w);
    }
    if (!all_is_done(w)) {
        broken(w, "no rest is found");
    }
}

static bool run(uint64_t seed, uint64_t *seen)
{
    static struct world w;
    configure(&w, seed, seen);
    host_create(&w);
    unsigned int allocations = w.allocations;
    unsigned int steps = 200 + (unsigned int)draw(&w, 2500);
    unsigned int restarts = 0;
    for (unsigned int i = 0; i < steps && w.broken == NULL; i++) {
        unsigned int before = w.allocations;
        act(&w);
        restarts += w.allocations != before ? 1 : 0;
    }
    if (w.broken == NULL && w.allocations != allocations * (restarts + 1)) {
        broken(&w, "something was allocated after creation");
    }
    if (w.broken == NULL) {
        come_to_rest(&w);
    }
    if (w.broken == NULL) {
        check_end(&w);
    }
    if (w.broken == NULL) {
        host_destroy(&w);
    }
    for (unsigned int i = 0; i < w.side_count; i++) {
        judge_free(&w.sides[i].judge);
    }
    if (w.broken != NULL) {
        printf("seed %llu: %s\n", (unsigned long long)seed, w.broken);
        for (unsigned int i = 0; i < w.side_count; i++) {
            const struct judge *j = &w.sides[i].judge;
            struct xk_delivery_counters count = {.size = sizeof count};
            (void)xk_delivery_read_counters(w.sides[i].session, &count);
            printf("  side %u: acknowledgement %d, release %d, LEMF's options %d\n", i,
                   (int)w.sides[i].config.acknowledgement, (int)w.sides[i].config.release, (int)j->options);
            printf("    %llu ms, %zu entries, %u resets, %u repeats, %u keep-alives; %llu connections, %llu closed\n",
                   (unsigned long long)w.now, j->count, j->resets, j->repeats, j->keep_alives,
                   (unsigned long long)count.connections, (unsigned long long)count.closed);
        }
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    uint64_t seen[SEEN_COUNT] = {0};
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    unsigned long first = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    for (unsigned long i = 0; i < count; i++) {
        if (!run(first + i, seen)) {
            return 1;
        }
    }
    int vacuous = 0;
    for (unsigned int i = 0; i < SEEN_COUNT; i++) {
        printf("%12llu %s\n", (unsigned long long)seen[i], seen_name((enum seen)i));
        vacuous |= seen[i] == 0 && count >= VACUOUS_FROM;
    }
    printf("%lu worlds: %s\n", count, vacuous ? "something was never exercised" : "no rule broken");
    return vacuous ? 1 : 0;
}
