/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ground floor of the requester: where a request lives. Every room reads it; what a room alone changes is a part
 * of struct xk_requester that only this room's source names.
 *
 * Memory of one request, chosen for cache misses, which are all that a request costs once many pend:
 * - one slot of exactly 64 octets, a cache line, with all that finding, arming and settling need;
 * - one cell of the id map (11 octets a request at its load);
 * - the record: 24 octets of bookkeeping, then Crypto Sessions, KMSs and the packed LI data, read once for the outcome;
 * - the retained get_keys, written at submit, read again only by a retry or a snapshot.
 * An answer reads the cell, the slot, the two neighbours of its timer, and two or three lines of the record: about
 * seven lines, each asked for while something else is computed. Then it wipes the get_keys, a dozen lines that are
 * asked for while the host takes the outcome. A submit asks for the lines of the slot after the one it takes. All
 * arrays begin at a cache line, are taken at creation, and nothing is allocated after.
 */
#ifndef XKI_REQUESTER_ENGINE_H
#define XKI_REQUESTER_ENGINE_H

#include <xk/requester.h>

#include <string.h>

#include "messages/head.h"
#include "requester/table.h"
#include "support/idmap.h"
#include "support/prefetch.h"
#include "support/siphash.h"
#include "support/timers.h"
#include "warrant/warrant.h"

#define XKI_RQ_NONE UINT32_MAX

enum xki_rq_flag {
    XKI_RQ_BUSY = 0x001,       /* a callback about it is running: it may not be withdrawn */
    XKI_RQ_CHAINED = 0x002,    /* in the chain of owed outcomes of its LIID */
    XKI_RQ_KEYS = 0x004,       /* the decided outcome carries keys */
    XKI_RQ_PARTIAL = 0x008,    /* not for every Crypto Session */
    XKI_RQ_SUPPLEMENT = 0x010, /* the outcome is the supplement of an earlier failure */
    XKI_RQ_JOURNALLED = 0x020, /* the decision is in the journal */
    XKI_RQ_REFERRED = 0x040,   /* a referral has been followed: its KMS is the last of the list */
    XKI_RQ_GIVEN_UP = 0x080,   /* SPENT because the transport refused */
    XKI_RQ_AGAIN = 0x100,      /* BLOCKED: has a place at the KMS that it is asked for again */
    XKI_RQ_RESTORED = 0x400,   /* the host has not been told yet that it is back */
    XKI_RQ_BY_OUTCOME = 0x800, /* during a restore: the map of ids knows it by its outcome id too */
    XKI_RQ_PASSED = 0x200      /* BLOCKED: later outcomes of its LIID have been told that they may pass */
};

struct xki_rq_slot {
    struct xk_transaction_id transaction;
    struct xk_outcome_id outcome;
    union {
        struct xki_timer_node node; /* while its timer runs */
        struct {
            uint64_t at;   /* time of the decision */
            uint32_t next; /* of the first in a chain: the other chains */
            uint32_t prev;
        } decided;
    } time;
    union {
        uint32_t left;   /* while its timer runs: milliseconds from its node's deadline to the request's own */
        uint32_t bucket; /* of the first in a chain: the next one in the table of chains */
    } more;
    union {
        uint32_t free; /* FREE: the next free one */
        struct {
            uint32_t next;
            uint32_t prev;
        } list; /* READY, HELD: list of those */
        struct {
            uint32_t next;
            uint32_t prev; /* of the first: the last one */
        } chain; /* CHAINED: what is owed to its LIID */
    } link;
    uint8_t state;
    uint8_t route; /* place in its list of the KMS asked last */
    uint16_t flags;
};

_Static_assert(sizeof(struct xki_rq_slot) == 64, "one cache line a request");

/* The head of a record; then the Crypto Session ids, ascending, the numbers of its KMSs and the packed warrant. */
struct xki_rq_record {
    uint32_t request_size;
    uint16_t size; /* octets that follow this head */
    uint8_t cs_count;
    uint8_t route_count;
    union {
        uint32_t timer; /* pending: how long its own timer is */
        uint32_t since; /* BLOCKED: from the decision to the moment when its octets were last here */
    } span;
    union {
        struct {
            uint16_t open;   /* two bits a KMS: how many answers it may still give, three at most */
            uint8_t tried;   /* bit i: KMS i has been tried in this round */
            uint8_t refused; /* sends in a row that the transport refused */
        } pending;
        uint32_t fingerprint; /* of the answer that decided */
    } progress;
    uint16_t attempts;
    uint8_t asked;  /* bit i: KMS i has been asked */
    uint8_t rounds; /* back-offs so far; BLOCKED: how often it was asked for again */
    uint8_t cause;
    uint8_t failure;  /* of a decided failure: the KMS's reason */
    uint8_t answerer; /* decided on keys: place in the list of the KMS that answered; XK_ROUTES_MAX if it has none */
    uint8_t wait;     /* BLOCKED, OWED: intervals to wait before it is asked for or offered again */
};

_Static_assert(sizeof(struct xki_rq_record) == 24, "bookkeeping of a request beside its slot");

#define XKI_RQ_GRAVE_SET 4

/* What is left of a request that has ended. */
struct xki_rq_grave {
    struct xk_transaction_id transaction;
    uint32_t fingerprint;
    bool used;
    bool answered; /* ended by an answer: another one is a duplicate or a conflict, else it is late */
    uint8_t next;  /* of the first in a set: which one is the oldest */
};

struct xki_rq_list {
    uint32_t first;
    uint32_t last;
};

struct xki_rq_kms {
    uint8_t size;
    uint8_t name[XK_KMS_NAME_MAX];
};

/* How the arrays of one engine are laid out: each is one allocation. */
enum xki_rq_array {
    XKI_RQ_SLOTS,
    XKI_RQ_RECORDS,
    XKI_RQ_REQUESTS,
    XKI_RQ_CELLS,
    XKI_RQ_GRAVES,
    XKI_RQ_KMSS,
    XKI_RQ_WINDOWS,
    XKI_RQ_PLACES,
    XKI_RQ_CHAINS,
    XKI_RQ_FRAME,
    XKI_RQ_REFERENCES,
    XKI_RQ_REFERENCE_CELLS,
    XKI_RQ_SHARES,
    XKI_RQ_GROUPS,
    XKI_RQ_GROUP_CELLS,
    XKI_RQ_ARRAYS
};

struct xk_requester {
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_allocator allocator;
    void *user;
    void *arrays[XKI_RQ_ARRAYS]; /* at a cache line, within the blocks that the allocator gave */
    size_t array_sizes[XKI_RQ_ARRAYS];
    void *blocks[XKI_RQ_ARRAYS];
    size_t record_stride;
    size_t request_stride;

    struct xki_head get_keys_head;
    struct xki_head response_head;
    uint32_t usual_request_size; /* of the last get_keys: what the next one will be written over */
    uint64_t now;
    uint64_t record_time; /* what the records' clock is ahead of the host's, modulo 2^64 */
    bool in_callback;
    bool closed; /* in a callback in the middle of a change: nothing may be changed from inside it */
    bool fenced;
    bool room_wanted;
    struct xki_siphash_key hash_key;
    struct xki_siphash_key share_key; /* a restore brings another hash_key, but not this */
    struct xki_idmap ids;

    uint32_t free_first;
    uint32_t free_count;
    uint32_t fresh; /* slots from here on have never been used */
    uint32_t in_state[XKI_RQ_STATES]; /* requests; of FREE it says nothing */
    uint32_t kms_count;
    struct xk_requester_counters counters;
    /* Scratch for one answer and one outcome: views, never octets of a key. */
    struct xk_session_result answer[XK_CRYPTO_SESSIONS_MAX];
    struct xk_session_result results[XK_CRYPTO_SESSIONS_MAX];
    struct xk_party parties[XK_PARTIES_MAX];

    struct {
        struct xki_timers timers;
    } wait;
    struct {
        struct xki_rq_list ready;
        uint32_t behind; /* how many are behind windows */
    } ask;
    struct {
        struct xki_idmap groups; /* from the hash of an exchange to the group that asks for it */
        uint32_t free_first;
        uint32_t fresh;
    } share;
    struct {
        uint32_t mask;  /* of the table of chains, by LIID */
        uint32_t count; /* LIIDs that have an outcome owed */
        uint32_t first; /* all of them, as a list */
        uint32_t last;
    } chain;
    struct {
        uint64_t at;        /* when the next pass of offers begins */
        uint64_t early;     /* likewise, but only for what need not wait for an interval */
        uint64_t next;      /* when the one after the running pass begins */
        uint32_t pass_left; /* chains that the running pass still has to visit */
        uint32_t intervals; /* how many have passed since the last one; 0: the pass is an early one */
        uint32_t turn;      /* the failure that is being offered, or none */
        bool urgent;        /* nothing waits for an interval */
        struct xki_rq_list held; /* in the order in which they were taken */
    } offer;
    struct {
        struct xki_idmap map; /* of the host's numbers */
    } reference;
};

/* Where the parts of a request are. Inline: each answer asks some forty times. */
static inline struct xki_rq_slot *xki_rq_slot(const struct xk_requester *r, uint32_t index)
{
    return (struct xki_rq_slot *)r->arrays[XKI_RQ_SLOTS] + index;
}

static inline enum xki_rq_state xki_rq_state(const struct xk_requester *r, uint32_t index)
{
    return (enum xki_rq_state)xki_rq_slot(r, index)->state;
}

static inline bool xki_rq_is(const struct xk_requester *r, uint32_t index, enum xki_rq_flag flag)
{
    return (xki_rq_slot(r, index)->flags & flag) != 0;
}

static inline void xki_rq_set(struct xk_requester *r, uint32_t index, enum xki_rq_flag flag)
{
    xki_rq_slot(r, index)->flags = (uint16_t)(xki_rq_slot(r, index)->flags | flag);
}

static inline void xki_rq_clear(struct xk_requester *r, uint32_t index, enum xki_rq_flag flag)
{
    xki_rq_slot(r, index)->flags = (uint16_t)(xki_rq_slot(r, index)->flags & ~(unsigned int)flag);
}

static inline struct xki_rq_record *xki_rq_record(const struct xk_requester *r, uint32_t index)
{
    return (struct xki_rq_record *)(void *)((uint8_t *)r->arrays[XKI_RQ_RECORDS] + (size_t)index * r->record_stride);
}

static inline uint8_t *xki_rq_sessions(const struct xk_requester *r, uint32_t index)
{
    return (uint8_t *)r->arrays[XKI_RQ_RECORDS] + (size_t)index * r->record_stride + sizeof(struct xki_rq_record);
}

static inline uint8_t *xki_rq_routes(const struct xk_requester *r, uint32_t index)
{
    return xki_rq_sessions(r, index) + xki_rq_record(r, index)->cs_count;
}

static inline uint8_t *xki_rq_warrant(const struct xk_requester *r, uint32_t index)
{
    /* Room for every KMS is kept, since a referral may add one. */
    return xki_rq_routes(r, index) + XK_ROUTES_MAX;
}

static inline uint8_t *xki_rq_octets(const struct xk_requester *r, uint32_t index)
{
    return (uint8_t *)r->arrays[XKI_RQ_REQUESTS] + (size_t)index * r->request_stride;
}

static inline struct xki_rq_kms *xki_rq_kms(const struct xk_requester *r, uint32_t number)
{
    return (struct xki_rq_kms *)r->arrays[XKI_RQ_KMSS] + number;
}

/* Of an id, which is random: what the maps know it by. */
static inline uint32_t xki_rq_id_hash(const struct xk_transaction_id *id)
{
    uint32_t hash;
    memcpy(&hash, id->octets, sizeof hash);
    return hash;
}

/* The KMS asked last, or being asked. */
static inline uint32_t xki_rq_asked_kms(const struct xk_requester *r, uint32_t index)
{
    return xki_rq_routes(r, index)[xki_rq_slot(r, index)->route];
}

/* The slot's number, and bits of the random outcome id in place of a generation. */
static inline uint64_t xki_rq_handle(const struct xk_requester *r, uint32_t index)
{
    uint32_t random;
    memcpy(&random, xki_rq_slot(r, index)->outcome.octets, sizeof random);
    return (uint64_t)random << 32 | (index + 1);
}

/* A moment from now on the host's clock, before "never". */
static inline uint64_t xki_rq_after(const struct xk_requester *r, uint64_t milliseconds)
{
    return r->now > XK_NEVER - 1 - milliseconds ? XK_NEVER - 1 : r->now + milliseconds;
}

/* A moment of the clock that showed `from` when this one shows the present: as far ahead as it was. */
static inline uint64_t xki_rq_moved(const struct xk_requester *r, uint64_t from, uint64_t at)
{
    return at == XK_NEVER ? XK_NEVER : xki_rq_after(r, at > from ? at - from : 0);
}

/* Requests whose outcome is open, and those whose outcome is decided and not acknowledged. */
static inline uint32_t xki_rq_pending(const struct xk_requester *r)
{
    uint32_t count = 0;
    for (unsigned int state = XKI_RQ_READY; state <= XKI_RQ_SPENT; state++) {
        count += r->in_state[state];
    }
    return count;
}

static inline uint32_t xki_rq_owed(const struct xk_requester *r)
{
    uint32_t count = 0;
    for (unsigned int state = XKI_RQ_OFFERED; state <= XKI_RQ_HELD; state++) {
        count += r->in_state[state];
    }
    return count;
}

/* Was its outcome decided by an answer of the KMS's? */
static inline bool xki_rq_is_answered(const struct xk_requester *r, uint32_t index)
{
    uint8_t cause = xki_rq_record(r, index)->cause;
    return cause == XK_CAUSE_NONE || cause == XK_CAUSE_KMS_REFUSED || cause == XK_CAUSE_IMPOSSIBLE;
}

/* Asks for the lines of the free slot that will be taken next: all of them are written soon. */
static inline void xki_rq_fetch_free(const struct xk_requester *r, uint32_t index)
{
    if (index < r->config.max_pending) {
        xki_prefetch(xki_rq_slot(r, index), sizeof(struct xki_rq_slot));
        xki_prefetch(xki_rq_record(r, index), r->record_stride);
        xki_prefetch(xki_rq_octets(r, index), r->usual_request_size);
    }
}

/* Asks for what an answer reads. The get_keys comes later: a core fetches some dozen lines at a time, not more. */
static inline void xki_rq_fetch_answered(const struct xk_requester *r, uint32_t index)
{
    if (index < r->config.max_pending) {
        xki_prefetch(xki_rq_slot(r, index), sizeof(struct xki_rq_slot));
        xki_prefetch(xki_rq_record(r, index), r->record_stride < 256 ? r->record_stride : 256);
    }
}

/* A callback begins and ends. About a request, which is then busy: nothing withdraws it, so it is still there after. */
struct xki_rq_guard {
    bool outer;
    bool busy;
    uint32_t index;
};

static inline struct xki_rq_guard xki_rq_enter(struct xk_requester *r, uint32_t index)
{
    struct xki_rq_guard guard = {r->in_callback, true, index};
    r->in_callback = true;
    if (index != XKI_RQ_NONE) {
        guard.busy = xki_rq_is(r, index, XKI_RQ_BUSY);
        xki_rq_set(r, index, XKI_RQ_BUSY);
    }
    return guard;
}

static inline void xki_rq_exit(struct xk_requester *r, struct xki_rq_guard guard)
{
    r->in_callback = guard.outer;
    if (!guard.busy) {
        xki_rq_clear(r, guard.index, XKI_RQ_BUSY);
    }
}

/* core.c: handles, ids, slots */
uint32_t xki_rq_find_handle(const struct xk_requester *r, uint64_t handle);
uint32_t xki_rq_find_transaction(const struct xk_requester *r, const struct xk_transaction_id *id, uint32_t guess);
struct xk_outcome_id xki_rq_outcome_id(const struct xk_requester *r, uint32_t index);
uint32_t xki_rq_find_kms(const struct xk_requester *r, struct xk_bytes name); /* or XKI_RQ_NONE */
enum xk_status xki_rq_count(struct xk_requester *r, enum xk_status status);
bool xki_rq_random(struct xk_requester *r, uint8_t *out, size_t size);
uint32_t xki_rq_take_slot(struct xk_requester *r);
void xki_rq_give_back(struct xk_requester *r, uint32_t index); /* wiped, with its record and get_keys */

/* list.c */
void xki_rq_list_append(struct xk_requester *r, struct xki_rq_list *list, uint32_t index);
void xki_rq_list_remove(struct xk_requester *r, struct xki_rq_list *list, uint32_t index);

/* grave.c: what is left of a request that has ended, so that a late or repeated answer gets its right name */
void xki_rq_bury(struct xk_requester *r, const struct xk_transaction_id *id, uint32_t fingerprint, bool answered);
void xki_rq_fetch_grave(const struct xk_requester *r, const struct xk_transaction_id *id); /* asks for its lines */
const struct xki_rq_grave *xki_rq_find_grave(const struct xk_requester *r, const struct xk_transaction_id *id);

#endif
