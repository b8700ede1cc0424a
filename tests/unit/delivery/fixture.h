/* SPDX-License-Identifier: BSD-2-Clause */
/* A session under test: its counters, memory that can be looked at, and short ways to say what the tests do often. */
#ifndef UNIT_DELIVERY_FIXTURE_H
#define UNIT_DELIVERY_FIXTURE_H

#include <xk/delivery.h>
#include <xk/delivery_lemf.h>

#include "support/sha256.h"

#define RECORD_SIZE 300u /* octets of a record that fixture_record() makes */

struct arena {
    void *blocks[4];
    size_t sizes[4];
    unsigned int allocations;
    unsigned int fail_at;   /* which allocation fails; 0 for none */
    unsigned int not_wiped; /* blocks that came back with an octet in them */
};

struct fixture {
    struct arena arena;
    struct xk_allocator allocator;
    struct xk_counters_config counters_config;
    struct xk_counters *counters;
    struct xk_delivery_config config;
    struct xk_delivery *d;
    struct xk_moment now;
    struct xk_diag diag;
    uint8_t journal[65536];
    size_t journal_size;
    unsigned int journal_calls;
    bool journal_fails;
    struct xk_counters *busy_counters; /* asked from inside the journal */
    struct xk_delivery *busy;          /* asked from inside callbacks */
    unsigned int busy_asked;
    struct sha256 hash[2];
    bool running[2];
    bool finish_fails;
    size_t finish_size; /* what the host says that its value has; 0 for the truth, SIZE_MAX for nothing */
    unsigned int finished;
    uint8_t record[4096];
};

void fixture_init(struct fixture *f); /* counters with a journal and no state lost; no session yet */
void fixture_create(struct fixture *f);
void fixture_end(struct fixture *f);

/* fixture_init() and fixture_end() for a test whose state is the fixture. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

struct xk_delivery_record fixture_record(struct fixture *f, unsigned int id);
enum xk_status fixture_put(struct fixture *f, unsigned int id, uint32_t *number);
void put_ok(struct fixture *f, unsigned int id, uint32_t number);

/* The next event is of this kind; it is returned. */
struct xk_delivery_event expect_event(struct fixture *f, enum xk_delivery_event_kind kind);
void expect_none(struct fixture *f);
void expect_delivered(struct fixture *f, unsigned int id, uint32_t number);
void connect(struct fixture *f); /* takes the CONNECT, and connects */
void tick_at(struct fixture *f, uint64_t ms);

/* Takes output until there is none, or up to `most` octets; returns how much was taken into `out`. */
size_t take_output(struct fixture *f, uint8_t *out, size_t capacity, size_t most);
/* The next whole PS-PDU of the output is a TRI of this type, with this number. */
void expect_tri(struct fixture *f, enum xk_tri_type type, uint32_t number);
/* The next is the record `id` with this number; no more than it is taken. */
void expect_record(struct fixture *f, unsigned int id, uint32_t number);
void expect_quiet(struct fixture *f);

/* Gives the session a TRI as the LEMF sends it. */
void answer(struct fixture *f, enum xk_tri_type type, uint32_t number);
void answer_options(struct fixture *f, enum xk_tri_type type, uint32_t number, uint32_t options, uint32_t declined);
size_t make_tri(enum xk_tri_type type, uint32_t number, uint8_t *out, size_t capacity);

/* Is the content of record `id` anywhere in the memory of the objects? */
bool is_in_memory(const struct fixture *f, unsigned int id);
struct xk_delivery_counters counts(const struct fixture *f);
struct xk_delivery_usage usage(const struct fixture *f);

#endif
