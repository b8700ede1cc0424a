/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model LEMF, written from the text of TS 102 232-1 and from nothing of this library: its own reader of BER, its own
 * answers. It keeps what it has received by (context, number) and complains of whatever the text forbids.
 */
#ifndef SIM_DELIVERY_JUDGE_H
#define SIM_DELIVERY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JUDGE_CONTEXT 96
#define JUDGE_ENTRIES 4096
#define JUDGE_STREAM 70000
#define JUDGE_ANSWERS 4096

/* How it treats options. */
enum judge_options {
    JUDGE_KNOWS_NONE,
    JUDGE_ACCEPTS,
    JUDGE_DECLINES,
    JUDGE_ASKS_TOO /* accepts, and asks something of its own */
};

struct judge_entry {
    uint8_t context[JUDGE_CONTEXT];
    size_t context_size;
    uint32_t number;
    uint64_t record;  /* the id that the world put into it */
    uint64_t digest;  /* of the whole PS-PDU */
    uint32_t epoch;   /* cINResets before it */
    bool stored;      /* survives the LEMF */
    uint32_t times;   /* how often it came */
    uint8_t hash[32]; /* SHA-256 would need the octets: they are kept */
    uint8_t *octets;
    size_t size;
};

struct judge {
    enum judge_options options;
    bool answers; /* false: reads and says nothing */
    bool acknowledges;
    bool agreed; /* acknowledgement without negotiation */
    uint8_t stream[JUDGE_STREAM];
    size_t have;
    uint8_t out[JUDGE_ANSWERS];
    size_t out_size;
    /* of this connection */
    uint32_t pdus;
    bool option_asked;
    bool option_response_read;
    bool complete_sent;
    bool complete_read;
    bool negotiating;
    uint32_t own_number;
    /* for ever */
    struct judge_entry *entries;
    size_t count;
    uint32_t epoch;
    uint32_t resets;
    uint32_t keep_alives;
    uint32_t alive_next;
    bool alive_started;
    uint32_t requests;
    uint32_t tests;
    uint32_t messages;
    uint32_t checks_good;
    uint32_t checks_incomplete;
    uint32_t signatures;
    uint32_t repeats;
    uint32_t negotiated;
    bool in_order; /* a first receipt out of order is a fault */
    const char *fault;
};

void judge_init(struct judge *j);
void judge_free(struct judge *j);
void judge_connected(struct judge *j);
void judge_feed(struct judge *j, const uint8_t *octets, size_t size);
/* All that is not stored is lost; how many records. */
uint32_t judge_forget(struct judge *j);
void judge_store(struct judge *j);
/* The entry of a record, or NULL; how many entries there are of it in `*copies`. */
const struct judge_entry *judge_find(const struct judge *j, uint64_t record, size_t *copies);
/* Could this LEMF tell that `number` of the context of `like` is missing? */
bool judge_can_tell(const struct judge *j, const uint8_t *context, size_t context_size, uint32_t number);

#endif
