/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A seeded world around the unmodified requester: network, KMS, clock, host and store, each with faults whose rates
 * the seed picks. Nothing in it depends on anything but the seed.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/xk.h>
#include <xk_test/random.h>

#define REQUESTS_MAX 64
#define PACKETS_MAX 256
#define PACKET_SIZE 512
#define STORE_SIZE (1 << 20)
#define HELD_MAX 64
#define PENDING_MAX 16
#define TIMEOUT 5000
#define STEP_BACK_MAX 2000
#define CANARY 0xc5 /* every octet of every key */

/* Chances in 1000, drawn for each run: swarms of faults, some runs with none. */
struct faults {
    unsigned int loss, duplicate, delay, corrupt, wrong_peer, replay;
    unsigned int refuse, partial, extra, silent;
    unsigned int host_refuses, host_holds, host_acts, release;
    unsigned int send_fails, journal_fails;
    unsigned int crash, split_brain, clock_back, clock_jump, cancel, purge;
};

struct packet {
    bool used;
    uint64_t at;
    uint32_t kms;
    uint8_t octets[PACKET_SIZE];
    size_t size;
};

/* What the outside knows of one request; survives crashes. */
struct request {
    bool accepted;
    bool cancelled;
    bool offered;
    struct xk_outcome_id id; /* of its outcome, once offered */
    bool acknowledged;
    enum xk_outcome_kind kind; /* as acknowledged */
    uint64_t submitted_at;
};

struct held {
    bool used;
    uint64_t handle;
    struct xk_outcome_id id;
    uint32_t request;
    enum xk_outcome_kind kind;
};

struct instance {
    struct xk_requester *engine;
    struct world *world;
    struct held held[HELD_MAX];
    uint64_t epoch;
};

struct world {
    struct xk_test_random random;
    uint64_t now;
    uint64_t host_clock_offset; /* subtracted when the clock has stepped back */
    uint64_t trace;
    struct faults faults;
    bool calm;
    struct packet packets[PACKETS_MAX];
    struct packet kept; /* for replays */
    struct request requests[REQUESTS_MAX];
    uint32_t request_count;
    uint8_t store[STORE_SIZE];
    size_t store_size;
    uint64_t store_epoch;
    struct instance *current;
    struct instance *old; /* the other half of a split brain */
    size_t allocated;
    bool late_supplements;
    unsigned int outcomes, crashes;
    const char *broken; /* the rule that was broken, or NULL */
};

uint32_t draw(struct world *w, uint32_t bound);
bool chance(struct world *w, unsigned int thousandth);
void note(struct world *w, uint64_t what);
void breaks(struct world *w, const char *rule);

/* kms.c */
void kms_takes(struct world *w, uint32_t kms, struct xk_bytes octets);
void network_put(struct world *w, uint32_t kms, const uint8_t *octets, size_t size);

/* host.c */
struct instance *host_start(struct world *w, bool restore);
void host_stop(struct instance *instance);
void host_submit(struct instance *instance);
void host_cancel(struct instance *instance);
void host_settle_held(struct instance *instance);
uint64_t host_clock(const struct world *w);

/* check.c */
void check_outcome(struct world *w, const struct xk_outcome *outcome, uint32_t request, bool current);
void check_acknowledged(struct world *w, uint32_t request, const struct xk_outcome_id *id, enum xk_outcome_kind kind);
void check_no_key(struct world *w, const uint8_t *octets, size_t size, const char *where);
void check_end(struct world *w);

#endif
