/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a responder: a table of transactions, two lists in the order of their deadlines, and the working
 * space that an answer passes through.
 *
 * A transaction is PENDING from its get_keys to its answer, then REMEMBERED until `remember` is over or its place is
 * needed. One that came from a peer who may not ask is DENIED: it is remembered too, but takes no place that another's
 * answer has, and is the first to give way. In each list the wait is the same for all, so that a list in order of
 * arrival is a list in order of deadline.
 *
 * `answer_mark` is 0 as long as a transaction has no answer. "Unavailable" is none: it may be asked for again.
 */
#ifndef XKI_RS_ENGINE_H
#define XKI_RS_ENGINE_H

#include <xk/responder.h>

#include "support/idmap.h"
#include "support/set256.h"
#include "support/siphash.h"

#define XKI_RS_NONE UINT32_MAX
#define XKI_RS_KEY_SPACE ((size_t)XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX))
/* A response with the most Crypto Sessions, each with the longest key, salt and attributes, and 64 octets around. */
#define XKI_RS_ANSWER_SPACE \
    ((size_t)XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX + 32) + XK_IDENTITY_MAX + 64)

enum xki_rs_state { XKI_RS_FREE = 0, XKI_RS_PENDING = 1, XKI_RS_REMEMBERED = 2, XKI_RS_DENIED = 3 };
#define XKI_RS_LISTS 3 /* one for each state but the first */

struct xki_rs_transaction {
    struct xk_transaction_id id;
    uint64_t request_mark; /* keyed hash of the get_keys */
    uint64_t answer_mark;  /* keyed hash of the answer, never 0; 0 without one */
    uint64_t deadline;
    uint64_t link;         /* on which its get_keys came last */
    uint64_t sequence;     /* makes a handle of an ended transaction miss */
    uint32_t peer;
    uint32_t previous;     /* in its list */
    uint32_t next;         /* in its list, or of the free ones */
    uint8_t state;         /* enum xki_rs_state */
    uint8_t failure;       /* enum xk_failure of the answer */
    bool denied;           /* its peer could not ask when it came */
    struct xki_set256 sessions; /* the exchange's CS IDs */
};

struct xki_rs_list {
    uint32_t first;
    uint32_t last;
};

struct xk_responder {
    struct xk_responder_config config;
    struct xk_responder_callbacks callbacks;
    struct xk_allocator allocator;
    void *user;
    struct xki_siphash_key hash_key;
    struct xki_idmap map;
    uint64_t *cells;
    struct xki_rs_transaction *transactions;
    struct xki_rs_list lists[XKI_RS_LISTS]; /* by state - 1 */
    uint32_t free; /* first free transaction */
    uint64_t now_ms;
    uint64_t sequence;
    uint64_t link; /* of the octets that are being received */
    bool in_callback;
    uint32_t remarks; /* of the exchange that is being judged */
    struct xk_session_result *sessions; /* working space, wiped after each answer */
    uint8_t *key_space;
    uint8_t *out;
    struct xk_responder_counters counters;
};

/* table.c */
uint32_t xki_rs_find(const struct xk_responder *r, const struct xk_transaction_id *id);
/* May evict: for a peer who may ask the oldest denied one, then the oldest remembered; for others a denied one only. */
uint32_t xki_rs_open(struct xk_responder *r, const struct xk_transaction_id *id, bool denied);
/* The host is asked again: a handle of the time before misses from now on. */
void xki_rs_renew(struct xk_responder *r, uint32_t index);
uint32_t xki_rs_oldest(const struct xk_responder *r, enum xki_rs_state state);
void xki_rs_close(struct xk_responder *r, uint32_t index);
void xki_rs_enlist(struct xk_responder *r, uint32_t index, enum xki_rs_state state, uint32_t wait);
uint64_t xki_rs_handle(const struct xk_responder *r, uint32_t index);
uint32_t xki_rs_by_handle(const struct xk_responder *r, uint64_t handle);

/* answer.c */
void xki_rs_observe(struct xk_responder *r, enum xk_responder_event event, enum xk_status status,
                           enum xk_failure failure, const char *field, uint32_t index, uint32_t peer);
/* Answer an open transaction and remember it; a repeated one only with what it was answered before. */
enum xk_status xki_rs_answer(struct xk_responder *r, uint32_t index, const struct xk_answer *answer,
                                    const char *field);
/* Refuse without a transaction of its own: a malformed get_keys, a conflict, a full table. */
void xki_rs_refuse(struct xk_responder *r, uint32_t peer, const struct xk_transaction_id *id,
                          enum xk_status status, enum xk_failure failure, const char *field);
void xki_rs_wipe_workspace(struct xk_responder *r);

#endif
