/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A seeded world around the unmodified requester: network, KMSs, clock, host, store and LEMF, each with faults whose
 * rates the seed picks. Nothing in it depends on anything but the seed.
 *
 * Chance comes in streams: the plan (what happens when) has one, each request has one for everything that happens to
 * it alone, and the engine's own randomness has one. So a world without the requests of some LIIDs is the same world
 * for the others, and what they get must be the same (S6).
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/xk.h>
#include <xk_test/random.h>

#include "sim/coverage.h"
#include "sim/options.h"

#define REQUESTS_MAX 640 /* of a large world */
#define REQUESTS_USUAL 64
#define PACKETS_MAX 512
#define PACKET_SIZE 320
#define RECORD_SIZE 512
#define BLOCKS_MAX 24
#define NOBODY UINT32_MAX
#define NO_KMS UINT32_MAX
#define CANARY 0xc5 /* every octet of every key but the first four */
#define ABOUT_MAX 8
#define DEPTH_MAX 2 /* calls of the host's from inside callbacks, in each other */

struct model;
struct store;

struct packet {
    bool spoiled; /* made such that no decoder may take it */
    bool for_old; /* goes to the instance that was taken over, if there is one */
    uint64_t at;
    uint64_t round;  /* in which it was delivered last: at most once in each */
    uint64_t serial; /* ties go in the order of sending */
    uint32_t kms;    /* in the world's numbers */
    uint32_t size;
    uint8_t octets[PACKET_SIZE];
};

/* What the outside knows of one request; survives crashes. */
struct request {
    struct xk_test_random luck;
    uint32_t liid;
    uint32_t exchange; /* the request that asked for the same exchange first */
    uint32_t group;    /* the request whose transaction it uses */
    uint32_t timeout;
    uint32_t reference;
    uint8_t routes[XK_ROUTES_MAX]; /* in the world's numbers */
    uint8_t route_count;
    uint8_t session_count;
    bool has_transaction; /* that it has been seen on the wire; kept by the first of those that share it */
    struct xk_transaction_id transaction;
    uint8_t drawn[32]; /* its ids, as they were drawn */
    bool accepted;
    bool journalled;
    bool cancelled;
    bool submitting;      /* its submit call runs */
    bool cancelling;      /* a call that withdraws it is running */
    bool maybe_cancelled; /* a withdrawal came to nobody's knowledge, by a crash or by a failing journal */
    bool offered;
    struct xk_outcome_id id; /* of its outcome, once offered */
    uint64_t content;        /* of its outcome, once offered */
    bool delivered;          /* the LEMF has it */
    bool revised;            /* keys of which no record could be made have become a failure for good */
    bool dropped;            /* it ended undelivered, since none could be made of it either */
    bool supplement_offered;
    struct xk_outcome_id supplement_id;
    bool supplement_delivered;
};

/* An outcome that the host has taken without acknowledging it. */
struct held {
    struct held *next;
    uint64_t handle;
    struct xk_outcome_id id;
    uint32_t request;
    enum xk_outcome_kind kind;
    size_t size;
    uint8_t record[RECORD_SIZE];
};

struct block {
    void *memory;
    size_t size;
};

/* One process of the host's. */
struct instance {
    struct xk_requester *engine;
    struct world *world;
    struct model *model;
    struct held *held;
    struct block blocks[BLOCKS_MAX];
    uint64_t epoch;
    uint64_t seen;    /* the latest time that it was told */
    unsigned int acts;  /* how often its host has called from inside callbacks */
    bool steps_back;    /* the running call brings a time before the latest one */
    uint32_t revising;  /* the request whose keys the host has found impossible, or NOBODY */
    uint32_t releasing; /* the request whose hold is being given back, or NOBODY */
    unsigned int depth; /* of calls that the host makes from inside callbacks */
    bool fenced;
    bool journal_failed; /* in the running call */
    bool random_failed;
    bool random_repeats; /* it has drawn what another request had */
    uint32_t about[ABOUT_MAX]; /* the requests whose callbacks run, the outermost first */
    unsigned int about_count;
    uint32_t number_of[KMSS_MAX]; /* the engine's number of each KMS */
};

struct world {
    uint64_t seed;
    uint32_t only; /* LIID whose requests alone are submitted, or NOBODY for all */
    bool tracing;  /* tells what happens, in words */
    struct coverage *coverage; /* what the run exercises is counted here */
    struct xk_test_random plan;
    struct xk_test_random engine_random;
    struct faults faults;
    struct options options;
    bool calm;
    uint64_t now;
    uint64_t host_clock_offset; /* subtracted while the clock has stepped back */
    uint64_t trace;
    uint32_t packet_count;
    uint64_t serial, round;
    struct packet kept; /* for replays */
    bool has_kept;
    uint64_t dead_until[KMSS_MAX]; /* nothing reaches that KMS, nothing comes from it */
    uint64_t away_until; /* of the LEMF */
    struct packet packets[PACKETS_MAX]; /* not cleared between runs, as the requests are not */
    struct request requests[REQUESTS_MAX];
    uint32_t request_count;
    uint32_t submitting; /* request whose submit call runs, or NOBODY */
    bool purging[LIIDS]; /* a purge of that LIID is running */
    struct store *store;
    struct instance *current;
    struct instance *old; /* the other half of a split brain */
    unsigned int allocations_left; /* before the allocator fails; UINT_MAX for ever */
    bool allocator_fails_once;
    size_t allocated;
    struct xk_ps_sequence lemf[LIIDS];
    uint32_t sequence[LIIDS]; /* of the next record, at the host */
    uint64_t events[LIIDS]; /* hash of what was offered for each LIID */
    jmp_buf crash_point;
    bool crash_possible;
    uint32_t outcomes, crashes;
    const char *broken; /* the rule that was broken, or NULL */
};

/* Warrants by LIID and country: the last one has the LIID of the one before, in another country. */
static inline uint8_t liid_name(uint32_t liid)
{
    return (uint8_t)('A' + (liid == LIIDS - 1 ? LIIDS - 2 : liid));
}

static inline const char *liid_country(uint32_t liid)
{
    return liid == LIIDS - 1 ? "FI" : "SE";
}

static inline uint32_t draw(struct xk_test_random *stream, uint32_t bound)
{
    return xk_test_random_below(stream, bound);
}

/* world.c: chance, clock, and one run */
bool chance(const struct world *w, struct xk_test_random *stream, unsigned int thousandth);
uint64_t later(uint64_t time, uint64_t milliseconds); /* before the end of time */
uint64_t world_clock(const struct world *w);          /* what the host's clock shows */
uint64_t host_clock(struct instance *instance);       /* the same, told to the instance */
void world_start(struct world *w, uint64_t seed, uint32_t only);
void world_run(struct world *w);
void world_print(const struct world *w);

/* trace.c: the hash of all that happened, and the same in words */
void note(struct world *w, uint64_t what);
void tell(const struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
