/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-sim [SEEDS [FIRST]]: runs the world once for each seed, twice to see that it is deterministic, and where requests
 * are independent once more for each LIID alone (S6). Ends at the first seed that breaks a rule, and prints it: the
 * same command with that seed runs it again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

static struct world world;

struct sums {
    uint64_t trace, outcomes, crashes;
    uint64_t independent;
};

/* What each LIID got must be what it gets in a world of its own. */
static const char *run_alone(uint64_t seed, const uint64_t *events)
{
    for (uint32_t liid = 0; liid < LIIDS; liid++) {
        world_start(&world, seed, liid);
        world_run(&world);
        if (world.broken != NULL) {
            return world.broken;
        }
        if (world.events[liid] != events[liid]) {
            return "S6: what one LIID gets depends on another";
        }
    }
    return NULL;
}

static const char *run(uint64_t seed, struct sums *sums)
{
    uint64_t events[LIIDS];
    world_start(&world, seed, NOBODY);
    world_run(&world);
    if (world.broken != NULL) {
        return world.broken;
    }
    uint64_t trace = world.trace;
    memcpy(events, world.events, sizeof events);
    sums->outcomes += world.outcomes;
    sums->crashes += world.crashes;
    sums->trace = (sums->trace ^ trace) * UINT64_C(1099511628211);
    world_start(&world, seed, NOBODY);
    world_run(&world);
    if (world.broken != NULL || world.trace != trace) {
        return "the same seed gave another trace";
    }
    if (world.options.independent) {
        sums->independent++;
        return run_alone(seed, events);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct sums sums = {0};
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        const char *broken = run(seed, &sums);
        if (broken != NULL) {
            printf("seed %llu: %s\n", (unsigned long long)seed, broken);
            world_print(&world);
            printf("again: tests/sim/run.sh 1 %llu\n", (unsigned long long)seed);
            return 1;
        }
    }
    printf("%llu seeds, each twice, %llu of them once more for each LIID: %llu outcomes, %llu crashes, trace %016llx, "
           "no rule broken\n",
           (unsigned long long)seeds, (unsigned long long)sums.independent, (unsigned long long)sums.outcomes,
           (unsigned long long)sums.crashes, (unsigned long long)sums.trace);
    return 0;
}
