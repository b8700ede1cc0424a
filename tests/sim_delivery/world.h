/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A seeded world for delivery sessions: a host with a durable store, counters with a journal, one or two sessions, a
 * transport that may break after any octet, and for each session a model LEMF. Everything is drawn from the seed.
 */
#ifndef SIM_DELIVERY_WORLD_H
#define SIM_DELIVERY_WORLD_H

#include <xk/delivery.h>

#include "sim_delivery/judge.h"
#include "support/sha256.h"

#define SESSIONS 2
#define WARRANTS 4
#define CALLS 3
#define RECORDS 400
#define PIPE 65536
#define JOURNAL (1u << 20)
#define CHAINS 4

/* What a run has exercised; each must be seen in a run of many seeds. */
enum seen {
    SEEN_DELIVERED,
    SEEN_REPEATED,
    SEEN_CUT_IN_PDU,
    SEEN_CUT_BETWEEN,
    SEEN_CONNECT_FAILED,
    SEEN_RESTART_JOURNAL,
    SEEN_RESTART_TORN,
    SEEN_RESTART_SNAPSHOT,
    SEEN_RESTART_LOST,
    SEEN_RESET,
    SEEN_SAME_NUMBER_AGAIN,
    SEEN_ALREADY,
    SEEN_FORGOTTEN_RECORD,
    SEEN_JOURNAL_FAILED,
    SEEN_FULL,
    SEEN_ROOM,
    SEEN_HOLE_PURGED,
    SEEN_HOLE_SENT,
    SEEN_HOLE_LATE,
    SEEN_FINISHED_PARTLY,
    SEEN_LEMF_FORGOT,
    SEEN_ACKNOWLEDGED,
    SEEN_TRANSPORT,
    SEEN_FURTHER,
    SEEN_WRITTEN,
    SEEN_LOST_WRITTEN,
    SEEN_LOST_TRANSPORT,
    SEEN_NEGOTIATED,
    SEEN_NEGOTIATED_NOT,
    SEEN_ASKED_TOO,
    SEEN_KEEP_ALIVE,
    SEEN_CLOSE_SILENT,
    SEEN_CLOSE_SLOW,
    SEEN_CLOSE_FLOOD,
    SEEN_CLOSE_GARBAGE,
    SEEN_CLOSE_NEGOTIATION,
    SEEN_CLOSE_HOST,
    SEEN_UNEXPECTED_ANSWER,
    SEEN_UNEXPECTED_KIND,
    SEEN_UNEXPECTED_UNREADABLE,
    SEEN_MESSAGE,
    SEEN_CHECK_GOOD,
    SEEN_CHECK_INCOMPLETE,
    SEEN_SIGNATURE,
    SEEN_TEST_PDU,
    SEEN_OPERATOR_MESSAGE,
    SEEN_SEVERAL_SESSIONS,
    SEEN_LENT_VIEW_KEPT,
    SEEN_CONTEXT_ENDED,
    SEEN_COUNT
};

enum record_state { RECORD_NEW = 1, RECORD_IN, RECORD_DONE, RECORD_HOLE };

struct record {
    uint64_t id;
    unsigned int warrant;
    unsigned int call;
    size_t size;
    enum record_state state;
    bool numbered;
    bool excused; /* lost as its mode allows */
    bool settled;
    bool maybe; /* a hole that the LEMF may have all the same */
    uint32_t number;
    uint32_t epoch; /* restarts without state before its number */
};

struct pipe {
    bool up;
    uint8_t network[PIPE];
    size_t network_size;
    uint8_t socket[PIPE];
    size_t socket_size;
    uint64_t arrived;
    size_t capacity;
    uint8_t back[JUDGE_ANSWERS];
    size_t back_size;
    bool stuck;  /* the LEMF reads nothing */
    bool silent; /* it answers nothing */
};

struct side {
    struct xk_delivery *session;
    struct judge judge;
    struct pipe pipe;
    struct xk_delivery_config config;
    bool acknowledging;
    bool asked_to_connect;
    const uint8_t *lent;
    size_t lent_size;
    uint64_t lent_digest;
    uint8_t head[6]; /* of the PS-PDU that is being written: where does it end? */
    size_t head_size;
    size_t pdu_left;
};

struct world {
    uint64_t random;
    uint64_t now;
    struct xk_counters *counters;
    struct xk_counters_config counters_config;
    struct side sides[SESSIONS];
    unsigned int side_count;
    struct record records[RECORDS];
    unsigned int record_count;
    bool ended[WARRANTS];
    unsigned int home[WARRANTS]; /* the side of a warrant */
    uint8_t journal[JOURNAL];
    size_t journal_size;
    bool journal_fails;
    bool journal_tears; /* the process dies while it writes */
    bool torn;
    bool state_was_lost;
    bool no_faults;
    bool strict; /* nothing that spoils order */
    uint32_t epoch;
    struct sha256 hashes[SESSIONS][CHAINS][2];
    bool hashing[SESSIONS][CHAINS][2];
    size_t allocated;
    unsigned int allocations;
    void *blocks[8];
    size_t block_sizes[8];
    uint64_t *seen;
    const char *broken;
    bool trace;
};

uint64_t draw(struct world *w, uint64_t below);
bool chance(struct world *w, unsigned int percent);
void broken(struct world *w, const char *what);
static inline void see(struct world *w, enum seen what)
{
    w->seen[what]++;
}

/* host.c */
void host_create(struct world *w);
void host_restart(struct world *w);
void host_destroy(struct world *w);
void host_new_record(struct world *w);
void host_put(struct world *w);
void host_events(struct world *w, struct side *side);
void host_purge(struct world *w);
void host_settle(struct world *w);
void host_say(struct world *w);
struct xk_moment moment(const struct world *w);

/* transport.c */
void transport_connect(struct world *w, struct side *side);
void transport_cut(struct world *w, struct side *side, bool by_host);
void transport_write(struct world *w, struct side *side);
void transport_carry(struct world *w, struct side *side);
void transport_answer(struct world *w, struct side *side);
void transport_hostile(struct world *w, struct side *side);
void transport_lemf_dies(struct world *w, struct side *side);

/* check.c */
void check_end(struct world *w);
void check_delivered(struct world *w, struct side *side, struct record *record);
void check_already(struct world *w, const struct side *side, struct record *record);
bool is_acknowledged(const struct side *side);
void check_after_cut(struct world *w, struct side *side, bool socket_lost);
void check_no_trace(struct world *w, unsigned int warrant);
const char *seen_name(enum seen what);

#endif
