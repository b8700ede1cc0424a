/* SPDX-License-Identifier: BSD-2-Clause */
/* xk-sim-collector COUNT [FIRST]: plays so many seeds, prints those with a fault, and fails if there are any. */
#include "sim_collector/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATE 400u /* milliseconds that a message may be on its way: less than it takes to settle */

static uint32_t below(struct world *w, uint32_t bound)
{
    return xk_test_random_below(&w->random, bound);
}

static void add(struct world *w, uint64_t at, size_t call, size_t line, unsigned int collector)
{
    if (w->event_count < EVENTS_MAX) {
        w->events[w->event_count] = (struct event){at, (uint32_t)w->event_count, (uint16_t)line, (uint8_t)call,
                                                   (uint8_t)collector};
        w->event_count++;
    }
}

/* Each message is mirrored on both sides of the proxy, and sometimes repeated. */
static void plan_call(struct world *w, size_t call)
{
    uint64_t at = w->begins[call];
    for (size_t i = 0; i < w->calls[call]->line_count; i++) {
        const struct script_line *line = &w->calls[call]->lines[i];
        if ((line->flags & SCRIPT_WAIT) != 0) {
            at += line->cseq * UINT64_C(1000);
            continue;
        }
        for (unsigned int c = 0; c < 2; c++) {
            unsigned int copies = 2 + (below(w, 10) == 0);
            for (unsigned int copy = 0; copy < copies; copy++) {
                if (below(w, 100) >= w->loss) {
                    add(w, at + below(w, LATE), call, i, c);
                }
            }
        }
        w->last[call] = at + LATE;
        at += 20 + below(w, 200);
    }
}

static void plan(struct world *w)
{
    w->call_count = 1 + below(w, CALLS_MAX);
    w->loss = below(w, 3) == 0 ? 5 + below(w, 30) : 0;
    w->flood = below(w, 4) == 0 ? 50 + below(w, 300) : 0;
    w->busy = below(w, 2) == 0 ? below(w, 40) : 0;
    w->warrants[0] = (struct warrant){"sip:alice@example.com", 0, NEVER, false};
    w->warrants[1] = (struct warrant){"sip:bob@example.com", below(w, 25000), NEVER, false};
    if (below(w, 3) == 0) {
        w->warrants[below(w, 2)].ends = 1000 + below(w, 30000);
    }
    for (size_t i = 0; i < w->call_count; i++) {
        w->calls[i] = &kinds[below(w, (uint32_t)kind_count)];
        w->begins[i] = 1000 + below(w, 15000);
        plan_call(w, i);
    }
    for (uint32_t i = 0; i < w->flood; i++) {
        add(w, 1000 + below(w, 20000), CALLS_MAX, below(w, 4000), below(w, 2));
    }
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a;
    const struct event *y = b;
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

/* A flood is of the target itself: others would cost nothing. */
static struct xk_bytes flood_message(const struct event *e, char call[16])
{
    static const struct script_line lines[] = {
        {"INVITE", 1, "a", NULL, INIT1}, {"183 INVITE", 1, "a", "b", RESP1_OTHER}, {"INVITE", 1, "a", NULL, INIT2},
        {"487 INVITE", 1, "a", "b"}};
    struct script_line line = lines[e->line % 4];
    (void)snprintf(call, 16, "flood-%u", e->line / 4u);
    line.call = call;
    return script_sip(&line);
}

/* Lets time pass, warrants begin and end. */
static void pass(struct world *w, uint64_t until)
{
    uint64_t next = 0;
    while (next != NEVER) {
        next = NEVER;
        for (unsigned int i = 0; i < 2; i++) {
            uint64_t times[] = {w->warrants[i].begins, w->warrants[i].ends};
            for (unsigned int t = 0; t < 2; t++) {
                next = times[t] > w->now && times[t] <= until && times[t] < next ? times[t] : next;
            }
        }
        world_advance(w, next != NEVER ? next : until);
        world_switch_warrants(w);
    }
}

static void play(struct world *w)
{
    qsort(w->events, w->event_count, sizeof w->events[0], by_time);
    for (size_t i = 0; i < w->event_count && w->fault == NULL; i++) {
        const struct event *e = &w->events[i];
        pass(w, e->at);
        char call[16] = {'c', 'a', 'l', 'l', '-', (char)('a' + e->call)};
        struct xk_collector_message m = {.size = sizeof m, .trusted = true, .reference = i + 1};
        if (e->call == CALLS_MAX) {
            m.octets = flood_message(e, call);
        } else {
            struct script_line line = w->calls[e->call]->lines[e->line];
            line.call = call;
            m.octets = script_sip(&line);
            w->arrived[e->collector][e->call] |= line.mikey != NO_MIKEY;
        }
        if (xk_collector_take(w->collectors[e->collector], w->now, &m, NULL) != XK_OK) {
            world_fault(w, "a message is refused");
        }
    }
    pass(w, 32000);
    world_advance(w, NEVER);
}

static const char *run(uint64_t seed, uint64_t *sum)
{
    static struct world w;
    memset(&w, 0, sizeof w);
    xk_test_random_init(&w.random, seed);
    plan(&w);
    if (!world_begin(&w)) {
        return "the world does not begin";
    }
    world_switch_warrants(&w);
    play(&w);
    world_check(&w);
    world_end(&w);
    for (size_t i = 0; i < w.sides[0].told_count; i++) {
        *sum = (*sum ^ w.sides[0].told[i].hashes[1] ^ w.sides[0].told[i].cin) * UINT64_C(1099511628211);
    }
    return w.fault;
}

int main(int argc, char **argv)
{
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint64_t faults = 0;
    uint64_t sum = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        const char *fault = run(seed, &sum);
        if (fault != NULL) {
            (void)printf("seed %llu: %s\n", (unsigned long long)seed, fault);
            faults++;
        }
    }
    (void)printf("%llu seeds from %llu, %llu faults, sum %016llx\n", (unsigned long long)count,
                 (unsigned long long)first, (unsigned long long)faults, (unsigned long long)sum);
    return faults == 0 ? 0 : 1;
}
