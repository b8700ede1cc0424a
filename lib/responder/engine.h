/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a responder: a table of transactions, two lists in the order of their deadlines, and the working
 * space that an answer passes through.
 *
 * A transaction is PENDING from its get_keys to its answer, then REMEMBERED until `remember` is over or its place is
 * needed. Both waits are the same for all, so that a list in order of arrival is a list in order of deadline.
 */
#ifndef XKI_RESPONDER_ENGINE_H
#define XKI_RESPONDER_ENGINE_H

#include <xk/responder.h>

#include "support/idmap.h"
#include "support/set256.h"
#include "support/siphash.h"

#define XKI_NO_TRANSACTION UINT32_MAX
#define XKI_KEY_SPACE ((size_t)XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX))
/* A response with the most Crypto Sessions, each with the longest key, salt and attributes, and 64 octets around. */
#define XKI_ANSWER_SPACE                                                                                               \
    ((size_t)XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX + 32) + XK_IDENTITY_MAX + 64)

enum xki_transaction_state { XKI_T_FREE = 0, XKI_T_PENDING = 1, XKI_T_REMEMBERED = 2 };

struct xki_transaction {
    struct xk_transaction_id id;
    uint64_t request_mark; /* keyed hash of the get_keys */
    uint64_t answer_mark;  /* keyed hash of the answer; meaningful when REMEMBERED */
    uint64_t deadline;
    uint64_t sequence;     /* makes a handle of an ended transaction miss */
    uint32_t peer;
    uint32_t previous;     /* in its list */
    uint32_t next;         /* in its list, or of the free ones */
    uint8_t state;         /* enum xki_transaction_state */
    uint8_t failure;       /* enum xk_failure of the answer */
    struct xki_set256 sessions; /* the exchange's CS IDs */
};

struct xki_list {
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
    struct xki_transaction *transactions;
    struct xki_list pending;
    struct xki_list remembered;
    uint32_t free; /* first free transaction */
    uint64_t now_ms;
    uint64_t sequence;
    bool in_callback;
    struct xk_session_result *sessions; /* working space, wiped after each answer */
    uint8_t *key_space;
    uint8_t *out;
    struct xk_responder_counters counters;
};

/* table.c */
uint32_t xki_transaction_find(const struct xk_responder *r, const struct xk_transaction_id *id);
uint32_t xki_transaction_open(struct xk_responder *r, const struct xk_transaction_id *id); /* may evict */
void xki_transaction_close(struct xk_responder *r, uint32_t index);
void xki_transaction_enlist(struct xk_responder *r, uint32_t index, enum xki_transaction_state state, uint32_t wait);
uint64_t xki_transaction_handle(const struct xk_responder *r, uint32_t index);
uint32_t xki_transaction_by_handle(const struct xk_responder *r, uint64_t handle);

/* answer.c */
void xki_responder_observe(struct xk_responder *r, enum xk_responder_event event, enum xk_status status,
                           enum xk_failure failure, const char *field, uint32_t index, uint32_t peer);
/* Answer an open transaction and remember it; a repeated one only with what it was answered before. */
enum xk_status xki_responder_answer(struct xk_responder *r, uint32_t index, const struct xk_answer *answer,
                                    const char *field);
/* Refuse without a transaction of its own: a malformed get_keys, a conflict, a full table. */
void xki_responder_refuse(struct xk_responder *r, uint32_t peer, const struct xk_transaction_id *id,
                          enum xk_status status, enum xk_failure failure, const char *field);
void xki_responder_wipe_workspace(struct xk_responder *r);

#endif
