/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's store: the journal from its beginning, and beside it, once a snapshot has been taken, that snapshot with
 * the records after it. A restart uses one of the two. Beside each stands what the model says is in it.
 */
#ifndef SIM_STORE_H
#define SIM_STORE_H

#include "sim/model.h"

/* What a log says of one request. */
struct stored {
    bool present;
    bool decided;
    bool ended;
    uint64_t deadline; /* of its timer, counted from the first record */
    size_t position;   /* of its first record */
    struct model_request request;
};

struct log {
    uint8_t *octets;
    size_t size;
    size_t capacity;
    size_t whole;    /* up to here records are whole */
    size_t snapshot; /* octets of the snapshot that it begins with */
    uint64_t last;   /* time of the last record, on the records' clock */
    uint64_t passed; /* from the first one to the last */
    uint64_t at;     /* and on the host's */
    uint64_t decisions; /* the order of its records */
    bool shares;        /* at some record, two that had not ended had one transaction */
    struct stored stored[REQUESTS_MAX];
};

#define STORE_IDS 4096
#define JOURNAL_KINDS 8

struct store {
    uint64_t epoch; /* the highest that it has seen */
    struct log journal;
    struct log compact;
    bool has_compact;
    struct {
        uint64_t id;
        uint32_t number;
    } ids[STORE_IDS]; /* which request drew which random octets */
    size_t places[JOURNAL_KINDS][2]; /* where records of each kind had the ids of their request */
};

void store_start(struct world *w);
void store_end(struct world *w);
/* Random octets that were drawn for a request: by them its records are known. */
void store_learn(struct store *s, uint32_t number, const uint8_t *octets, size_t size);
/* Which request it is, and the one whose transaction that uses. */
uint32_t store_find(struct store *s, const struct xk_journal_record *record, uint32_t *group);
void store_append(struct instance *instance, const struct xk_journal_record *record, uint32_t number);
void store_tear(struct instance *instance, const struct xk_journal_record *record, size_t part);
void store_snapshot(struct instance *instance);
void store_find_positions(const struct store *s, struct log *log);

/* restart.c: fills a fresh engine from the store; its requests as the model has them */
void store_restore(struct instance *instance);

#endif
