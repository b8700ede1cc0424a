/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SIP worlds: calls whose messages come late, twice, or not at all, at two collectors of one group; the first of them
 * asks a KMS through a requester. Warrants begin and end while calls run, and some worlds have a flood. What must come
 * of each call is written beside it (calls.c), and held at the end (check.c). A seed gives the same world every time.
 */
#ifndef SIM_COLLECTOR_WORLD_H
#define SIM_COLLECTOR_WORLD_H

#include "unit/collector/script.h"

#include <xk/requester.h>
#include <xk_test/kms.h>
#include <xk_test/random.h>

#define CALLS_MAX 12u
#define TOLD_MAX 1024u
#define EVENTS_MAX 4096u
#define TRUTHS_MAX 4u
#define NEVER UINT64_MAX

/* A call as it is: what is said and when, and what must come of it. */
struct kind {
    const char *name;
    const struct script_line *lines; /* `extra` is not used; SCRIPT_WAIT lines let seconds pass */
    size_t line_count;
    struct script_want wants[TRUTHS_MAX];
    size_t want_count;
};
extern const struct kind kinds[];
extern const size_t kind_count;

struct event {
    uint64_t at;
    uint32_t order;
    uint16_t line;
    uint8_t call;      /* CALLS_MAX: of the flood */
    uint8_t collector;
};

/* What a collector told. */
struct told {
    uint64_t warrant;
    uint8_t id[16];
    uint64_t hashes[4];
    uint64_t handle; /* of the request */
    uint32_t cin;
    unsigned int outcomes;
    uint8_t call; /* CALLS_MAX: of the flood */
    bool incomplete;
    bool contradicting;
    enum xk_incomplete_reason reason;
};

struct warrant {
    const char *target;
    uint64_t begins;
    uint64_t ends;
    bool on;
};

struct world {
    struct xk_test_random random;
    uint64_t now;
    const struct kind *calls[CALLS_MAX];
    uint64_t begins[CALLS_MAX];
    size_t call_count;
    uint64_t last[CALLS_MAX]; /* when the last message of a call came */
    bool arrived[2][CALLS_MAX]; /* at a collector: a message of the call with MIKEY octets */
    uint32_t loss;      /* in a hundred */
    uint32_t flood;     /* messages */
    uint32_t busy;      /* replies LATER, in a hundred */
    struct event events[EVENTS_MAX];
    size_t event_count;
    struct warrant warrants[2];
    struct xk_collector *collectors[2];
    struct side {
        struct world *world;
        struct told told[TOLD_MAX];
        size_t told_count;
    } sides[2];
    struct xk_requester *requester;
    struct xk_test_kms *kms;
    size_t asked;
    size_t answered;
    const char *fault;
};

/* host.c */
bool world_begin(struct world *w);
void world_end(struct world *w);
void world_advance(struct world *w, uint64_t until);
void world_switch_warrants(struct world *w);
/* The first fault stays. */
void world_fault(struct world *w, const char *fault);

/* check.c */
void world_check(struct world *w);

#endif
