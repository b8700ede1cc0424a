/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-sim [SEEDS [FIRST]]: runs the world once for each seed, twice to see that it is deterministic. Ends at the first
 * seed that breaks a rule, and prints it: the same command with that seed runs it again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

#define STEPS 300

uint32_t draw(struct world *w, uint32_t bound)
{
    return xk_test_random_below(&w->random, bound);
}

bool chance(struct world *w, unsigned int thousandth)
{
    return thousandth > 0 && !w->calm && draw(w, 1000) < thousandth;
}

void note(struct world *w, uint64_t what)
{
    w->trace = (w->trace ^ (what + w->now * 31)) * UINT64_C(1099511628211);
}

static void pick_faults(struct world *w)
{
    unsigned int *rates = (unsigned int *)&w->faults;
    uint32_t how_many = draw(w, 4); /* none, a few, or many kinds at once */
    for (size_t i = 0; i < sizeof w->faults / sizeof *rates; i++) {
        rates[i] = draw(w, 4) < how_many ? draw(w, 300) : 0;
    }
    w->faults.crash /= 10;
    w->late_supplements = draw(w, 4) == 0;
}

static void deliver(struct world *w, struct packet *p)
{
    struct instance *to = w->old != NULL && draw(w, 4) == 0 ? w->old : w->current;
    uint8_t octets[PACKET_SIZE];
    memcpy(octets, p->octets, p->size);
    enum xk_status status = xk_requester_receive(to->engine, host_clock(w), p->kms, octets, p->size);
    note(w, 7000 + (uint64_t)status);
    if (status == XK_E_BLOCKED) {
        p->at = w->now + 20; /* the host gives it again */
        return;
    }
    check_no_key(w, octets, p->size, "S8: a key left in the receive buffer");
    p->used = false;
}

static void run_packets(struct world *w)
{
    for (size_t i = 0; i < PACKETS_MAX; i++) {
        if (w->packets[i].used && w->packets[i].at <= w->now) {
            deliver(w, &w->packets[i]);
        }
    }
}

static void crash(struct world *w)
{
    if (w->old != NULL) {
        host_stop(w->old);
        w->old = NULL;
    }
    if (chance(w, w->faults.split_brain)) {
        w->old = w->current;
    } else {
        host_stop(w->current);
    }
    w->crashes++;
    w->current = host_start(w, true);
}

static void advance(struct world *w)
{
    w->now += 1 + draw(w, 200);
    if (chance(w, w->faults.clock_jump)) {
        w->now += draw(w, 8000);
    }
    if (chance(w, w->faults.clock_back)) {
        w->host_clock_offset = draw(w, STEP_BACK_MAX);
    } else if (draw(w, 4) == 0) {
        w->host_clock_offset = 0;
    }
    run_packets(w);
    bool more = false;
    (void)xk_requester_tick(w->current->engine, host_clock(w), draw(w, 3) == 0 ? 2 : 0, &more);
    if (w->old != NULL) {
        (void)xk_requester_tick(w->old->engine, host_clock(w), 0, NULL);
        host_settle_held(w->old);
    }
    host_settle_held(w->current);
}

/* What remains: faults off, time passes, everything must come to its end. */
static void calm_down(struct world *w)
{
    w->calm = true;
    w->host_clock_offset = 0;
    if (w->old != NULL) {
        host_stop(w->old);
        w->old = NULL;
    }
    for (unsigned int i = 0; i < 400; i++) {
        struct xk_requester_usage usage;
        w->now += 500;
        run_packets(w);
        (void)xk_requester_tick(w->current->engine, host_clock(w), 0, NULL);
        host_settle_held(w->current);
        xk_requester_read_usage(w->current->engine, &usage);
        if (usage.pending == 0 && usage.owed == 0 && i > 100) {
            break;
        }
    }
    check_end(w);
}

static uint64_t run(uint64_t seed, const char **broken, unsigned int *outcomes, unsigned int *crashes)
{
    static struct world world;
    struct world *w = &world;
    memset(w, 0, sizeof *w);
    xk_test_random_init(&w->random, seed);
    w->now = 10000;
    pick_faults(w);
    w->current = host_start(w, false);
    for (unsigned int step = 0; step < STEPS && w->broken == NULL; step++) {
        if (draw(w, 4) == 0) {
            host_submit(w->current);
        } else if (chance(w, w->faults.cancel)) {
            host_cancel(w->current);
        } else if (chance(w, w->faults.crash)) {
            crash(w);
        } else {
            advance(w);
        }
    }
    if (w->broken == NULL) {
        calm_down(w);
    }
    if (w->old != NULL) {
        host_stop(w->old);
    }
    host_stop(w->current);
    if (w->allocated != 0) {
        breaks(w, "S7: memory was not given back");
    }
    *broken = w->broken;
    *outcomes += w->outcomes;
    *crashes += w->crashes;
    return w->trace;
}

int main(int argc, char **argv)
{
    uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    unsigned int outcomes = 0;
    unsigned int crashes = 0;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        const char *broken = NULL;
        uint64_t trace = run(seed, &broken, &outcomes, &crashes);
        if (broken == NULL && run(seed, &broken, &outcomes, &crashes) != trace) {
            broken = "the same seed gave another trace";
        }
        if (broken != NULL) {
            printf("seed %llu: %s\nagain: tests/sim/run.sh 1 %llu\n", (unsigned long long)seed, broken,
                   (unsigned long long)seed);
            return 1;
        }
    }
    printf("%llu seeds, each twice: %u outcomes, %u crashes, no rule broken\n", (unsigned long long)seeds, outcomes,
           crashes);
    return 0;
}
