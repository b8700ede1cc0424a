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

#define REQUESTS_MAX 64
#define LIIDS 3
#define KMSS 2
#define PACKETS_MAX 256
#define PACKET_SIZE 512
#define RECORD_SIZE 512
#define STORE_SIZE (1 << 20)
#define PENDING_MAX 16
#define BLOCKS_MAX 16
#define NOBODY UINT32_MAX
#define STEP_BACK_MAX 3600000
#define CANARY 0xc5 /* every octet of every key but the first two */

/* Chances in 1000, drawn for each run: swarms of faults, some runs with none. The names are printed. */
#define FAULTS(X)                                                                                                   \
    X(loss) X(duplicate) X(delay) X(corrupt) X(truncate) X(wrong_peer) X(replay) X(half_open)                       \
    X(refuse) X(partial) X(extra) X(silent) X(away) X(contradict) X(malformed)                                      \
    X(host_refuses) X(host_holds) X(host_acts) X(release) X(lemf_away)                                              \
    X(send_fails) X(journal_fails) X(random_fails) X(no_memory)                                                     \
    X(crash) X(crash_inside) X(split_brain) X(snapshot)                                                             \
    X(clock_back) X(clock_jump) X(clock_still) X(cancel) X(purge)

struct faults {
#define X(name) unsigned int name;
    FAULTS(X)
#undef X
};

struct packet {
    bool used;
    bool broken;  /* made so that no decoder may take it */
    bool for_old; /* goes to the instance that was taken over, if there is one */
    uint64_t at;
    uint64_t round;  /* in which it was delivered last: at most once in each */
    uint64_t serial; /* ties go in the order of sending */
    uint32_t kms;
    uint8_t octets[PACKET_SIZE];
    size_t size;
};

/* What the outside knows of one request; survives crashes. */
struct request {
    struct xk_test_random luck;
    uint32_t liid;
    uint32_t exchange; /* the request that asked for the same exchange first */
    uint32_t timeout;
    bool accepted;
    bool journalled;
    bool cancelled;
    bool cancelling;      /* a call that withdraws it is running */
    bool maybe_cancelled; /* a withdrawal came to nobody's knowledge, by a crash or by a failing journal */
    bool offered;
    struct xk_outcome_id id; /* of its outcome, once offered */
    uint64_t content;        /* of its outcome, once offered */
    bool delivered;          /* the LEMF has it */
    bool supplement_offered;
    struct xk_outcome_id supplement_id;
    bool supplement_delivered;
    uint64_t epoch;  /* of the instance that took it */
    uint64_t due;    /* the end of its timer there */
};

/* An outcome that the host has taken without acknowledging it. */
struct held {
    bool used;
    uint64_t handle;
    struct xk_outcome_id id;
    uint32_t request;
    enum xk_outcome_kind kind;
    uint8_t record[RECORD_SIZE];
    size_t size;
};

struct block {
    void *memory;
    size_t size;
};

struct instance {
    struct xk_requester *engine;
    struct world *world;
    struct held held[REQUESTS_MAX];
    uint64_t handles[REQUESTS_MAX]; /* of the requests that it knows */
    struct block blocks[BLOCKS_MAX];
    uint64_t epoch;
    uint64_t seen; /* the latest time that it was told */
    unsigned int depth; /* of calls that the host makes from inside callbacks */
};

/* The options of a run, all from the seed. */
struct options {
    bool independent; /* nothing that one request meets may touch another: S6 can be checked */
    bool shares;
    bool supplements;
    bool near_wrap;
    bool budget;
    uint32_t attempt_timeout;
    uint32_t window;
};

struct world {
    uint64_t seed;
    uint32_t only; /* LIID whose requests alone are submitted, or NOBODY for all */
    struct xk_test_random plan;
    struct xk_test_random engine_random;
    struct faults faults;
    struct options options;
    bool calm;
    uint64_t now;
    uint64_t host_clock_offset; /* subtracted while the clock has stepped back */
    uint64_t trace;
    struct packet packets[PACKETS_MAX];
    uint64_t serial, round;
    struct packet kept; /* for replays */
    uint64_t half_open_until[KMSS];
    uint64_t away_until; /* of the LEMF */
    struct request requests[REQUESTS_MAX];
    uint32_t request_count;
    uint32_t submitting; /* request whose submit call runs, or NOBODY */
    bool purging[LIIDS]; /* a purge of that LIID is running */
    uint8_t store[STORE_SIZE];
    size_t store_size;
    uint64_t stored_at; /* the host's clock at the last record */
    uint64_t store_epoch;
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

static inline uint32_t draw(struct xk_test_random *stream, uint32_t bound)
{
    return xk_test_random_below(stream, bound);
}

/* world.c: chance, clock, and one run */
bool chance(const struct world *w, struct xk_test_random *stream, unsigned int thousandth);
void note(struct world *w, uint64_t what);
uint64_t later(uint64_t time, uint64_t milliseconds); /* before the end of time */
uint64_t world_clock(const struct world *w);    /* what the host's clock shows */
uint64_t host_clock(struct instance *instance); /* the same, told to the instance */
void world_start(struct world *w, uint64_t seed, uint32_t only);
void world_run(struct world *w);
void world_print(const struct world *w);

/* network.c */
void network_put(struct world *w, struct xk_test_random *luck, const struct packet *packet);
void network_deliver(struct world *w);

/* kms.c */
void kms_takes(struct world *w, uint32_t kms, struct xk_bytes octets);

/* host.c: what the host does on its own account; callbacks.c: what the engine makes it do */
struct instance *host_start(struct world *w, bool restore);
void host_stop(struct instance *instance);
void host_lose(struct instance *instance); /* the process is gone: no call of the library's */
void host_submit(struct instance *instance, struct xk_test_random *luck);
void host_cancel(struct instance *instance, struct xk_test_random *luck);
void host_purge(struct instance *instance, struct xk_test_random *luck);
void host_settle_held(struct instance *instance);
void host_snapshot(struct instance *instance);
void host_act(struct instance *instance);
void host_callbacks(struct xk_requester_callbacks *callbacks);
struct xk_allocator host_allocator(struct instance *instance);

/* lemf.c */
size_t record_make(struct world *w, const struct xk_outcome *outcome, uint8_t *out);
bool lemf_takes(struct world *w, uint32_t request, const struct xk_outcome_id *id, enum xk_outcome_kind kind,
                const uint8_t *record, size_t size);

/* check.c */
void breaks(struct world *w, const char *rule);
void check_outcome(struct instance *instance, const struct xk_outcome *outcome, uint32_t request);
void check_no_key(struct world *w, const uint8_t *octets, size_t size, const char *where);
void check_engines(struct world *w);
void check_end(struct world *w);

#endif
