/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requester from inside: where a request lives and who may touch it.
 *
 * Memory of one request, chosen for cache misses, which are all that a request costs once many pend:
 * - one slot of exactly 64 octets, a cache line, with all that finding, arming and settling need;
 * - one cell of the id map (11 octets a request at its load);
 * - the warrant's record: 16 octets of bookkeeping, then the packed LI data, read once for the outcome;
 * - the retained get_keys, written at submit, read again only by a retry or a snapshot.
 * An answer reads the cell, the slot, the two neighbours of its timer, and two or three lines of the record: about
 * seven lines, each asked for while something else is computed. Then it wipes the get_keys, a dozen lines that are
 * asked for while the host takes the outcome. A submit asks for the lines of the slot after the one it takes. All
 * arrays begin at a cache line, are taken at creation, and nothing is allocated after.
 *
 * Who may do what: submit.c fills slots, send.c moves them between WAITING and ASKED, share.c into and out of
 * SHARING, receive.c and tick.c decide, outcome.c hands over, end.c frees. Each changes the state by xki_move()
 * only, which asks the table.
 */
#ifndef XKI_REQUESTER_ENGINE_H
#define XKI_REQUESTER_ENGINE_H

#include <xk/requester.h>

#include "messages/head.h"
#include "requester/table.h"
#include "support/idmap.h"
#include "support/prefetch.h"
#include "support/siphash.h"
#include "support/timers.h"
#include "warrant/warrant.h"

#define XKI_NO_SLOT UINT32_MAX

enum xki_slot_flag {
    XKI_FLAG_QUEUED = 0x01,     /* in the waiting queue of its KMS */
    XKI_FLAG_CHAINED = 0x02,    /* in the chain of owed outcomes of its LIID */
    XKI_FLAG_BUSY = 0x04,       /* a callback about its outcome is running: it may not be withdrawn */
    XKI_FLAG_KEYS = 0x08,       /* the decided outcome carries keys */
    XKI_FLAG_SUPPLEMENT = 0x10, /* the outcome is the supplement of an earlier failure */
    XKI_FLAG_SPENT = 0x20,      /* all attempts failed to reach a KMS: the timer only waits for a tick */
    XKI_FLAG_REFERRED = 0x40,   /* a referral has been followed */
    XKI_FLAG_JOURNALLED = 0x80  /* the decision is in the journal */
};

struct xki_slot {
    struct xk_transaction_id transaction;
    struct xk_outcome_id outcome;
    /* While the timer runs: its node. BLOCKED, OWED, HELD: deadline is the time of the decision; and of the
     * first in a chain, next and prev link it with the other chains. */
    struct xki_timer_node timer;
    uint32_t left; /* timer: milliseconds from its node's deadline to the request's own; chain: next in bucket */
    uint32_t next; /* queue of the KMS, chain of the LIID, list of the held or of the free */
    uint32_t prev; /* likewise; of the first in a chain: the last one */
    uint8_t state;
    uint8_t flags;
    uint8_t kms; /* the KMS asked last, or to be asked next */
    uint8_t attempts;
};

_Static_assert(sizeof(struct xki_slot) == 64, "one cache line a request");

/* The head of a warrant record; the packed data follow. */
struct xki_record {
    uint32_t fingerprint; /* of the answer that decided */
    uint32_t request_size;
    uint16_t size;      /* octets that follow this head */
    uint8_t cs_count;   /* Crypto Session ids, ascending, first in the data */
    uint8_t route_count; /* then the KMS numbers */
    uint8_t route;       /* index of the KMS to ask, or asked last */
    uint8_t asked;       /* bit i: route i has been asked */
    uint8_t failure;     /* of a decided failure: the KMS's reason */
    uint8_t cause;
};

_Static_assert(sizeof(struct xki_record) == 16, "bookkeeping of a request beside its slot");

#define XKI_TOMBSTONE_SET 4

struct xki_tombstone {
    struct xk_transaction_id transaction;
    uint32_t fingerprint;
    bool used;
    bool answered; /* ended by an answer: another one is a duplicate or a conflict, else it is late */
    uint8_t next;  /* of the first in a set: which one is the oldest */
};

struct xki_list {
    uint32_t first;
    uint32_t last;
};

struct xki_kms {
    uint32_t in_flight;
    struct xki_list queue; /* requests behind its window, or held back until the outermost call ends */
    uint8_t name_size;
    uint8_t name[XK_KMS_NAME_MAX];
};

/* With share_queries: the requests of one exchange, which have one transaction id, in order of submission. */
struct xki_share {
    uint32_t next; /* none after the last */
    uint32_t prev; /* of the first: the last */
    uint32_t hash; /* of the exchange */
};

/* How the arrays of one engine are laid out: each is one allocation. */
enum xki_array { XKI_SLOTS, XKI_RECORDS, XKI_REQUESTS, XKI_CELLS, XKI_TOMBSTONES, XKI_KMSS, XKI_CHAINS, XKI_FRAME,
                 XKI_REFERENCES, XKI_REFERENCE_CELLS, XKI_SHARES, XKI_SHARE_CELLS, XKI_ARRAYS };

struct xk_requester {
    struct xk_requester_config config;
    struct xk_requester_callbacks callbacks;
    struct xk_allocator allocator;
    void *user;
    void *arrays[XKI_ARRAYS]; /* at a cache line, within the blocks that the allocator gave */
    size_t array_sizes[XKI_ARRAYS];
    void *blocks[XKI_ARRAYS];
    size_t record_stride;
    size_t request_stride;

    struct xki_head get_keys_head;
    struct xki_head response_head;
    uint32_t usual_request_size; /* of the last get_keys: what the next one will be written over */
    uint64_t now;
    uint64_t record_time; /* what the records' clock is ahead of the host's, modulo 2^64 */
    bool in_callback;
    bool closed; /* in a callback in the middle of a change: nothing may be changed from inside it */
    bool answering; /* an answer is being given to all that share a transaction */
    bool unrequested_seen; /* what it has too much has been counted */
    bool fenced;
    bool room_wanted;
    struct xki_siphash_key hash_key;
    struct xki_siphash_key share_key; /* a restore brings another hash_key, but not this */
    struct xki_idmap ids;
    struct xki_idmap references; /* with use_references: the host's numbers */
    struct xki_idmap shares;     /* with share_queries: from the hash of an exchange to the first that shares it */
    uint32_t share_cursor;       /* whose turn it is while `answering` */
    struct xki_timers timers;

    uint32_t free_first;
    uint32_t free_count;
    uint32_t fresh; /* slots from here on have never been used */
    uint32_t pending;
    uint32_t owed;
    uint32_t held;
    struct xki_list held_list; /* in the order in which they were taken */
    uint32_t kms_count;
    uint32_t queued;

    uint32_t chain_mask;  /* of the table of chains, by LIID */
    uint32_t chain_count; /* LIIDs that have an outcome owed */
    uint32_t chain_first; /* all of them, as a list */
    uint32_t chain_last;
    uint32_t pass_left;   /* chains that the running pass of offers still has to visit */
    uint64_t reoffer_at;

    struct xk_diag *diag; /* of the running call; may be NULL */
    struct xk_requester_counters counters;
    /* Scratch for one answer and one outcome: views, never octets of a key. */
    struct xk_session_result answer[XK_CRYPTO_SESSIONS_MAX];
    struct xk_session_result results[XK_CRYPTO_SESSIONS_MAX];
    struct xk_party parties[XK_PARTIES_MAX];
};

/* Where the parts of a request are. Inline: each answer asks some forty times. */
static inline struct xki_slot *xki_slot(const struct xk_requester *r, uint32_t index)
{
    return (struct xki_slot *)r->arrays[XKI_SLOTS] + index;
}

static inline struct xki_record *xki_record(const struct xk_requester *r, uint32_t index)
{
    return (struct xki_record *)(void *)((uint8_t *)r->arrays[XKI_RECORDS] + (size_t)index * r->record_stride);
}

static inline uint8_t *xki_record_data(const struct xk_requester *r, uint32_t index)
{
    return (uint8_t *)r->arrays[XKI_RECORDS] + (size_t)index * r->record_stride + sizeof(struct xki_record);
}

static inline const uint8_t *xki_record_sessions(const struct xk_requester *r, uint32_t index)
{
    return xki_record_data(r, index);
}

static inline const uint8_t *xki_record_routes(const struct xk_requester *r, uint32_t index)
{
    return xki_record_data(r, index) + xki_record(r, index)->cs_count;
}

static inline uint8_t *xki_record_warrant(const struct xk_requester *r, uint32_t index)
{
    /* Room for every route is kept, since a referral may add one. */
    return xki_record_data(r, index) + xki_record(r, index)->cs_count + XK_ROUTES_MAX;
}

static inline uint8_t *xki_request_octets(const struct xk_requester *r, uint32_t index)
{
    return (uint8_t *)r->arrays[XKI_REQUESTS] + (size_t)index * r->request_stride;
}

static inline struct xki_kms *xki_kms(const struct xk_requester *r, uint32_t number)
{
    return (struct xki_kms *)r->arrays[XKI_KMSS] + number;
}

/* The only way to change a state. False if the table has no such move: nothing changed. */
static inline bool xki_move(struct xk_requester *r, uint32_t index, enum xki_input input)
{
    struct xki_slot *slot = xki_slot(r, index);
    enum xki_state next = xki_next_state((enum xki_state)slot->state, input);
    if (next == XKI_STATES) {
        return false;
    }
    slot->state = (uint8_t)next;
    return true;
}

/* A moment from now on the host's clock, before "never". */
static inline uint64_t xki_after(const struct xk_requester *r, uint64_t milliseconds)
{
    return r->now > XK_NEVER - 1 - milliseconds ? XK_NEVER - 1 : r->now + milliseconds;
}

/* Was its outcome decided by an answer of the KMS's? */
static inline bool xki_is_answered(const struct xk_requester *r, uint32_t index)
{
    uint8_t cause = xki_record(r, index)->cause;
    return cause == XK_CAUSE_NONE || cause == XK_CAUSE_KMS_REFUSED;
}

/* Asks for the lines of the free slot that will be taken next: all of them are written soon. */
static inline void xki_fetch_free(const struct xk_requester *r, uint32_t index)
{
    if (index < r->config.max_pending) {
        xki_prefetch(xki_slot(r, index), sizeof(struct xki_slot));
        xki_prefetch(xki_record(r, index), r->record_stride);
        xki_prefetch(xki_request_octets(r, index), r->usual_request_size);
    }
}

/* Asks for what an answer reads. The get_keys comes later: a core fetches some dozen lines at a time, not more. */
static inline void xki_fetch_answered(const struct xk_requester *r, uint32_t index)
{
    if (index < r->config.max_pending) {
        xki_prefetch(xki_slot(r, index), sizeof(struct xki_slot));
        xki_prefetch(xki_record(r, index), r->record_stride < 256 ? r->record_stride : 256);
    }
}

/* core.c: entry, exit, access */
uint64_t xki_handle(const struct xk_requester *r, uint32_t index);
uint32_t xki_find_handle(const struct xk_requester *r, uint64_t handle);
uint32_t xki_find_transaction(const struct xk_requester *r, const struct xk_transaction_id *id, uint32_t guess);
uint32_t xki_id_hash(const struct xk_transaction_id *id);
void xki_set_now(struct xk_requester *r, uint64_t now_ms);
enum xk_status xki_count(struct xk_requester *r, enum xk_status status);
bool xki_random(struct xk_requester *r, uint8_t *out, size_t size);
void xki_tell_observer(struct xk_requester *r, enum xk_event event, enum xk_status status, uint32_t index);
void xki_tell_auditor(struct xk_requester *r, enum xk_event event, uint32_t index);

static inline void xki_observe(struct xk_requester *r, enum xk_event event, enum xk_status status, uint32_t index)
{
    if (r->callbacks.observe != NULL) {
        xki_tell_observer(r, event, status, index);
    }
}

static inline void xki_audit(struct xk_requester *r, enum xk_event event, uint32_t index)
{
    if (r->callbacks.audit != NULL) {
        xki_tell_auditor(r, event, index);
    }
}

/* Ends the outermost call: sends what callbacks submitted, tells the host that there is room. */
void xki_leave(struct xk_requester *r);

/* list.c */
void xki_list_append(struct xk_requester *r, struct xki_list *list, uint32_t index);
void xki_list_remove(struct xk_requester *r, struct xki_list *list, uint32_t index);

/* submit.c */
uint32_t xki_take_slot(struct xk_requester *r);
void xki_give_back_slot(struct xk_requester *r, uint32_t index);

/* reference.c: a slot of its number, or XKI_NO_SLOT */
uint32_t xki_reference_find(const struct xk_requester *r, uint64_t reference);
void xki_reference_keep(struct xk_requester *r, uint32_t index, uint64_t reference);
void xki_reference_drop(struct xk_requester *r, uint32_t index);

/* share.c: requests of one exchange. Without share_queries each is alone, which the inline ones see at once. */
bool xki_share_fits(const struct xk_requester *r, uint32_t a, uint32_t b);
uint32_t xki_share_find(const struct xk_requester *r, uint32_t index);
void xki_share_join(struct xk_requester *r, uint32_t first, uint32_t index);
void xki_share_start(struct xk_requester *r, uint32_t index);
uint32_t xki_share_quit(struct xk_requester *r, uint32_t index);
uint32_t xki_share_head(const struct xk_requester *r, uint32_t index);
bool xki_share_has_asked(const struct xk_requester *r, uint32_t index);
void xki_share_wait(struct xk_requester *r, uint32_t index, uint64_t timeout);
void xki_share_carry(struct xk_requester *r, uint32_t index);
void xki_share_promote(struct xk_requester *r, uint32_t first);

static inline struct xki_share *xki_share(const struct xk_requester *r, uint32_t index)
{
    return (struct xki_share *)r->arrays[XKI_SHARES] + index;
}

static inline uint32_t xki_share_next(const struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries ? xki_share(r, index)->next : XKI_NO_SLOT;
}

static inline uint32_t xki_share_first(const struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries ? xki_share_head(r, index) : index;
}

/* Leaves the others, whose first is returned; none if there are no others. */
static inline uint32_t xki_share_leave(struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries ? xki_share_quit(r, index) : XKI_NO_SLOT;
}

/* One of these may have ended: if nobody is left who asks, the next one does. */
static inline void xki_share_go_on(struct xk_requester *r, uint32_t first)
{
    if (r->config.share_queries && first != XKI_NO_SLOT) {
        xki_share_promote(r, first);
    }
}

/* send.c */
void xki_send_now_or_queue(struct xk_requester *r, uint32_t index);
void xki_attempt_failed(struct xk_requester *r, uint32_t index);
void xki_stop_asking(struct xk_requester *r, uint32_t index);
bool xki_follow_referral(struct xk_requester *r, uint32_t index, struct xk_bytes name);
void xki_ask_again(struct xk_requester *r, uint32_t index);
void xki_enqueue(struct xk_requester *r, uint32_t index);
void xki_pump(struct xk_requester *r);
void xki_wait_until(struct xk_requester *r, uint32_t index, uint64_t at);
uint64_t xki_deadline(const struct xk_requester *r, uint32_t index);

/* outcome.c: deciding and handing over. The caller has disarmed the timer of what it decides. */
struct xki_decision {
    enum xki_input input; /* XKI_ANSWER_FAILURE or XKI_EXPIRY */
    enum xk_cause cause;
    enum xk_failure failure;
    uint32_t fingerprint; /* of the answer, 0 without one */
};
void xki_decide_failure(struct xk_requester *r, uint32_t index, const struct xki_decision *decision);
enum xk_status xki_decide_keys(struct xk_requester *r, uint32_t index, enum xk_outcome_kind kind,
                               const struct xk_session_result *results, size_t count, uint32_t fingerprint);
bool xki_offer_failure(struct xk_requester *r, uint32_t index);
void xki_acknowledged(struct xk_requester *r, uint32_t index);
struct xk_outcome_id xki_outcome_id(const struct xk_requester *r, uint32_t index);

/* chain.c: owed outcomes in order for each LIID */
uint32_t xki_chain_first(const struct xk_requester *r, uint32_t index);
void xki_chain_append(struct xk_requester *r, uint32_t index);
void xki_chain_remove(struct xk_requester *r, uint32_t index);
void xki_chain_to_back(struct xk_requester *r, uint32_t first);

/* tick.c */
void xki_offer_again_at(struct xk_requester *r, uint64_t at);

/* tombstone.c */
void xki_bury(struct xk_requester *r, uint32_t index, bool answered);
const struct xki_tombstone *xki_find_grave(const struct xk_requester *r, const struct xk_transaction_id *id);

/* end.c: end_hold takes a held outcome off its list; withdraw unlinks and frees; a freed slot becomes a tombstone, and
 * nothing links to it any more. */
void xki_end_hold(struct xk_requester *r, uint32_t index);
enum xk_status xki_withdraw(struct xk_requester *r, uint32_t index);
void xki_free_slot(struct xk_requester *r, uint32_t index, bool answered);

/* journal.c: XK_OK, XK_E_JOURNAL or XK_E_FENCED; XK_OK without a journal. */
enum xk_status xki_write_journal(struct xk_requester *r, enum xk_journal_kind kind, uint32_t index);

static inline enum xk_status xki_journal(struct xk_requester *r, enum xk_journal_kind kind, uint32_t index)
{
    return r->callbacks.journal == NULL ? XK_OK : xki_write_journal(r, kind, index);
}

#endif
