/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several warrants, one query: requests for the same exchange share its get_keys and the transaction id, and nothing
 * else. Each keeps its deadline, its outcome, its outcome id and its place in the chain of its LIID.
 *
 * The requests of one transaction are a group. It keeps three lists, so that no cost but that of an answer grows with
 * their number: those that share, those that want an answer otherwise, and those that want none any more. Without
 * share_queries there are no groups and each request is alone, which the inline ones see at once.
 */
#ifndef XKI_REQUESTER_SHARE_H
#define XKI_REQUESTER_SHARE_H

#include "requester/engine.h"

/* Which list a member is in. */
enum xki_rq_members {
    XKI_RQ_SHARERS, /* those that share */
    XKI_RQ_WANTERS, /* those that want an answer otherwise */
    XKI_RQ_DONE,    /* those that want none any more */
    XKI_RQ_MEMBERS
};

struct xki_rq_member {
    uint32_t next;
    uint32_t prev;
    uint32_t group;
};

struct xki_rq_group {
    struct xki_rq_list lists[XKI_RQ_MEMBERS];
    uint32_t counts[XKI_RQ_MEMBERS];
    uint32_t asking; /* members that ask or will */
    uint32_t open;   /* members that are SPENT and that a KMS may still answer */
    uint32_t hash;   /* of the exchange */
    uint32_t cursor; /* while an answer is given out: whose turn it is, and how many turns are left */
    uint32_t turns;
    bool answering;
    bool second; /* those that share have their turns */
    uint8_t asked[32]; /* bit k: KMS k was asked */
};

void xki_rq_share_init(struct xk_requester *r);
size_t xki_rq_share_members_size(const struct xk_requester_config *config);
size_t xki_rq_share_groups_size(const struct xk_requester_config *config);

/* Do the records of two requests put the same question, to the same KMSs? But for what referrals and answers have added
 * to either list since they came to share. */
bool xki_rq_share_fits(const struct xk_requester *r, uint32_t a, uint32_t b);

/* With share_queries. */
uint32_t xki_rq_group_find(const struct xk_requester *r, uint32_t index);
void xki_rq_group_join(struct xk_requester *r, uint32_t index, uint32_t other);
uint32_t xki_rq_group_moved(struct xk_requester *r, uint32_t index, enum xki_rq_state before);
uint32_t xki_rq_group_quit(struct xk_requester *r, uint32_t index);
void xki_rq_group_note(struct xk_requester *r, uint32_t index, uint32_t kms);
bool xki_rq_group_was_asked(const struct xk_requester *r, uint32_t index, uint32_t kms);
bool xki_rq_group_has_asked(const struct xk_requester *r, uint32_t index);
bool xki_rq_group_others_ask(const struct xk_requester *r, uint32_t index);
uint32_t xki_rq_group_forsaken(const struct xk_requester *r, uint32_t index);

/* One of the requests that are being asked for what `index`, which is in no group, asks; or XKI_RQ_NONE. */
static inline uint32_t xki_rq_share_find(const struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries ? xki_rq_group_find(r, index) : XKI_RQ_NONE;
}

/* FREE becomes a member: of a group of its own with `other` XKI_RQ_NONE, else of that one's. */
static inline void xki_rq_share_join(struct xk_requester *r, uint32_t index, uint32_t other)
{
    if (r->config.share_queries) {
        xki_rq_group_join(r, index, other);
    }
}

/* A member was in state `before` and is in another one now. The one that shares and is to ask from now on, or
 * XKI_RQ_NONE. */
static inline uint32_t xki_rq_share_moved(struct xk_requester *r, uint32_t index, enum xki_rq_state before)
{
    return r->config.share_queries ? xki_rq_group_moved(r, index, before) : XKI_RQ_NONE;
}

/* A member that is FREE now, as moved was told, leaves. Another one of its transaction, or XKI_RQ_NONE. */
static inline uint32_t xki_rq_share_quit(struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries ? xki_rq_group_quit(r, index) : XKI_RQ_NONE;
}

/* A KMS was asked, for all of them. */
static inline void xki_rq_share_note(struct xk_requester *r, uint32_t index, uint32_t kms)
{
    if (r->config.share_queries) {
        xki_rq_group_note(r, index, kms);
    }
}

static inline bool xki_rq_share_was_asked(const struct xk_requester *r, uint32_t index, uint32_t kms)
{
    return r->config.share_queries && xki_rq_group_was_asked(r, index, kms);
}

static inline bool xki_rq_share_has_asked(const struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries && xki_rq_group_has_asked(r, index);
}

/* Does another one of its group ask, or may a KMS still answer another one that sends nothing more? */
static inline bool xki_rq_share_others_ask(const struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries && xki_rq_group_others_ask(r, index);
}

/* If nobody of its group asks, will ask or may be answered: those that want an answer all the same, one after the
 * other; else XKI_RQ_NONE. */
static inline uint32_t xki_rq_share_forsaken(const struct xk_requester *r, uint32_t index)
{
    return r->config.share_queries ? xki_rq_group_forsaken(r, index) : XKI_RQ_NONE;
}
uint32_t xki_rq_share_follower(const struct xk_requester *r, uint32_t index);
void xki_rq_share_closed(struct xk_requester *r, uint32_t index); /* no KMS may answer this one, which is SPENT */

/* An answer is given out: begin, next until XKI_RQ_NONE, end. Those that share come last; what joins meanwhile is left
 * out. next tells the members that want an answer. end tells who is to ask, as above. */
uint32_t xki_rq_share_begin(struct xk_requester *r, uint32_t index);
uint32_t xki_rq_share_next(struct xk_requester *r, uint32_t group);
uint32_t xki_rq_share_end(struct xk_requester *r, uint32_t group);

#endif
