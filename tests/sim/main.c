/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk-sim [SEEDS [FIRST]] [-j JOBS] [-t] [-c] [-k] [-l LIID]: runs the world of each seed, twice to see that it is
 * deterministic, and where requests are independent once more for each LIID alone (S6). Ends at the first seed that
 * breaks a rule, and prints it: the same command with that seed and -t tells all that happens in it; -k goes on, names
 * each, and says how far it is. At the end it tells what was exercised (-c: all of it, else only what never was);
 * 10,000 seeds or more that leave something out fail. -l runs the world once, with the requests of one LIID alone.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/host.h"
#include "sim/rules.h"
#include "sim/store.h"
#include "sim/world.h"

#define JOBS_MAX 16
#define ENOUGH 10000 /* seeds that must exercise everything */
#define STRIDE 10000 /* between two words on how far it is */

static struct world world;
static bool goes_on; /* after a seed that breaks a rule */

struct sums {
    uint64_t seeds, trace, outcomes, crashes, independent;
    uint64_t failed; /* the seed that broke a rule, or 0 */
    struct coverage coverage;
};

/* What each LIID got must be what it gets in a world of its own. */
static const char *run_alone(uint64_t seed, const uint64_t *events)
{
    static struct coverage ignored;
    world.coverage = &ignored;
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

static int run_one_liid(uint64_t seed, uint32_t liid)
{
    static struct coverage ignored;
    world.coverage = &ignored;
    world_start(&world, seed, liid);
    world_run(&world);
    store_end(&world);
    printf("%s\n", world.broken == NULL ? "no rule broken" : world.broken);
    return world.broken != NULL;
}

static const char *run(uint64_t seed, struct sums *sums)
{
    uint64_t events[LIIDS];
    static struct coverage ignored;
    world.coverage = &sums->coverage;
    world_start(&world, seed, NOBODY);
    world_run(&world);
    if (world.broken != NULL) {
        return world.broken;
    }
    uint64_t trace = world.trace;
    memcpy(events, world.events, sizeof events);
    sums->outcomes += world.outcomes;
    sums->crashes += world.crashes;
    sums->trace ^= trace * UINT64_C(1099511628211) + seed;
    sums->seeds++;
    world.coverage = &ignored;
    world.tracing = false;
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

/* Each job has every JOBS-th seed. */
static void run_job(struct sums *sums, uint64_t seeds, uint64_t first, unsigned int jobs, unsigned int job)
{
    bool tracing = world.tracing;
    for (uint64_t seed = first + job; seed < first + seeds; seed += jobs) {
        if (goes_on && job == 0 && (seed - first) / STRIDE != (seed - first - (seed == first ? 0 : jobs)) / STRIDE) {
            printf("at seed %llu\n", (unsigned long long)seed);
            fflush(stdout);
        }
        world.tracing = tracing;
        const char *broken = run(seed, sums);
        if (broken != NULL) {
            sums->failed = seed;
            printf("seed %llu: %s\n", (unsigned long long)seed, broken);
            if (goes_on) {
                fflush(stdout);
                continue;
            }
            world_print(&world);
            printf("again, in words: xk-sim 1 %llu -t\n", (unsigned long long)seed);
            fflush(stdout);
            break;
        }
    }
    store_end(&world);
}

static void run_jobs(struct sums *sums, uint64_t seeds, uint64_t first, unsigned int jobs)
{
    fflush(stdout);
    for (unsigned int job = 1; job < jobs; job++) {
        pid_t child = fork();
        if (child < 0) {
            abort();
        }
        if (child == 0) {
            run_job(&sums[job], seeds, first, jobs, job);
            exit(0);
        }
    }
    run_job(&sums[0], seeds, first, jobs, 0);
    for (unsigned int job = 1; job < jobs; job++) {
        int status = 0;
        if (wait(&status) < 0 || status != 0) {
            sums[0].failed = sums[0].failed != 0 ? sums[0].failed : 1;
            printf("a job ended by itself\n");
        }
    }
}

static int report(struct sums *sums, unsigned int jobs, bool all)
{
    for (unsigned int job = 1; job < jobs; job++) {
        sums[0].seeds += sums[job].seeds;
        sums[0].trace ^= sums[job].trace;
        sums[0].outcomes += sums[job].outcomes;
        sums[0].crashes += sums[job].crashes;
        sums[0].independent += sums[job].independent;
        sums[0].failed = sums[0].failed != 0 ? sums[0].failed : sums[job].failed;
        coverage_add(&sums[0].coverage, &sums[job].coverage);
    }
    if (sums[0].failed != 0) {
        return 1;
    }
    unsigned int never = sums[0].seeds >= ENOUGH || all ? coverage_report(&sums[0].coverage, all) : 0;
    printf("%llu seeds, each twice, %llu of them once more for each LIID: %llu outcomes, %llu crashes, trace %016llx, ",
           (unsigned long long)sums[0].seeds, (unsigned long long)sums[0].independent,
           (unsigned long long)sums[0].outcomes, (unsigned long long)sums[0].crashes,
           (unsigned long long)sums[0].trace);
    if (sums[0].outcomes == 0) {
        printf("no outcome: nothing was tried\n");
        return 1;
    }
    if (sums[0].seeds >= ENOUGH && never > 0) {
        printf("%u things were never tried\n", never);
        return 1;
    }
    printf("no rule broken\n");
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t numbers[2] = {10000, 1};
    unsigned int count = 0;
    unsigned int jobs = 1;
    bool all = false;
    uint32_t alone = NOBODY;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-t") == 0) {
            world.tracing = true;
        } else if (strcmp(argv[i], "-c") == 0) {
            all = true;
        } else if (strcmp(argv[i], "-k") == 0) {
            goes_on = true;
        } else if (strcmp(argv[i], "-l") == 0 && i + 1 < argc) {
            alone = (uint32_t)strtoul(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "-j") == 0 && i + 1 < argc) {
            jobs = (unsigned int)strtoul(argv[++i], NULL, 10);
        } else if (count < 2) {
            numbers[count++] = strtoull(argv[i], NULL, 10);
        }
    }
    if (jobs == 0 || jobs > JOBS_MAX || !host_load_exchange(XK_TEST_VECTORS "/mikey/set1.txt")) {
        printf("no such number of jobs, or no vectors\n");
        return 2;
    }
    if (alone != NOBODY) {
        return run_one_liid(numbers[1], alone);
    }
    struct sums *sums = mmap(NULL, jobs * sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sums == MAP_FAILED) {
        return 2;
    }
    run_jobs(sums, numbers[0], numbers[1], jobs);
    return report(sums, jobs, all);
}
