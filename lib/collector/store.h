/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a collector keeps: calls, and for each call lists of facts of 64 octets; MIKEY octets and identities lie in
 * chains of cells. All three come from pools that are filled at creation, and are wiped when they go back.
 *
 * A fact is never changed by a later message into something else, only added to. So what a call means is a function of
 * the set of its facts, whatever order they came in (match.c, judge.c).
 */
#ifndef XKI_COLLECTOR_STORE_H
#define XKI_COLLECTOR_STORE_H

#include "support/idmap.h"
#include "support/siphash.h"
#include "support/timers.h"

#include <xk/collector.h>

#define XKI_CO_NONE UINT32_MAX
#define XKI_CO_ENDS_MAX 48u
#define XKI_CO_NO_END 0xffu
#define XKI_CO_CELL 128u /* octets of a cell, its link included */
#define XKI_CO_CELL_DATA (XKI_CO_CELL - (uint32_t)sizeof(uint32_t))

/* Octets in a chain of cells. */
struct xki_co_text {
    uint32_t first;
    uint32_t size;
};

/* What one call may have at the most, so that nobody's call takes the room of others. What is settled and old goes
 * first (prune.c). */
#define XKI_CO_ITEMS_MAX 64u
#define XKI_CO_FATES_MAX 64u
#define XKI_CO_PAIRS_MAX 32u
#define XKI_CO_GAPS_MAX 24u
#define XKI_CO_LEGS_MAX 16u /* calls of a group that are looked at for what they share */

/* The SIP methods that carry or answer an offer. */
enum xki_co_method { XKI_CO_INVITE = 1, XKI_CO_ACK, XKI_CO_PRACK, XKI_CO_UPDATE, XKI_CO_BYE, XKI_CO_OTHER };

/* The method of the transaction that a message of this one belongs to: an ACK ends its INVITE's. */
static inline uint8_t xki_co_transaction_of(uint8_t method)
{
    return method == XKI_CO_ACK ? (uint8_t)XKI_CO_INVITE : method;
}

/* Where SDP stands: in a request, in a provisional response, in a 2xx. */
enum xki_co_position { XKI_CO_REQUEST = 1, XKI_CO_PROVISIONAL, XKI_CO_SUCCESS };

/* An end of a call: a tag. */
struct xki_co_end {
    uint64_t tag;     /* keyed hash */
    uint8_t number;   /* within the call */
    bool is_caller;   /* sent the INVITE that began the call, or one like it */
};

struct xki_co_identity {
    uint64_t hash;
    uint64_t of; /* hash of the MIKEY message that names it; 0 for SIP */
    struct xki_co_text uri;
    uint8_t place; /* enum xk_identity_place */
    uint8_t end;   /* whose; XKI_CO_NO_END: dialled or diverted */
    uint8_t by;    /* end that sent the request which shows it */
    bool certain;
    bool matched;  /* a warrant names it: nothing takes its place */
};

#define XKI_CO_RELIABLE 0x01u /* a provisional response with RSeq */
#define XKI_CO_RESP 0x02u     /* TRANSFER_RESP; else TRANSFER_INIT */
#define XKI_CO_TICKET 0x04u
#define XKI_CO_F 0x08u        /* by the ticket's F flag a TRANSFER_RESP is due */
#define XKI_CO_V 0x10u        /* by the V flag of an update one is due */
#define XKI_CO_IS_EARLY 0x20u /* of a stream that ends at the 2xx (RFC 3959) */
#define XKI_CO_IS_OPENING 0x40u /* in the INVITE that opened the call, or in what answers that one */
#define XKI_CO_CAPABILITY_MAX 31u

/* A MIKEY message in one place. The same octets in another place are another fact with the same text. */
struct xki_co_item {
    uint64_t hash; /* of the octets */
    uint64_t reference;
    struct xki_co_text octets; /* shared by the items of one hash: the first one owns it */
    uint32_t csb;
    uint32_t cseq;
    uint32_t rseq;    /* of a reliable provisional response; of a PRACK, the one that it acknowledges */
    uint32_t answers; /* of a PRACK: CSeq of the INVITE that it acknowledges a response to */
    uint32_t at;      /* when it came first: milliseconds modulo 2^32 */
    uint16_t covers;  /* the media that it is for: bit i is m= line i + 1, the last bit all others */
    uint8_t medium;   /* number of its m= line; 0 at session level */
    uint8_t capability; /* number of its a=acap; 0 without, or over XKI_CO_CAPABILITY_MAX */
    uint8_t sender; /* end */
    uint8_t owner_end; /* end that sent the request */
    uint8_t peer;   /* end, or XKI_CO_NO_END in an INVITE without To tag */
    uint8_t method;   /* enum xki_co_method */
    uint8_t position; /* enum xki_co_position */
    uint8_t flags;
    bool owns_octets; /* else another item of the same hash does */
};

#define XKI_CO_OK 0x01u      /* a 2xx */
#define XKI_CO_FAILED 0x02u  /* a final response from 300 on */
#define XKI_CO_PLAIN 0x04u   /* an answer in SDP, with a medium that has no key */
#define XKI_CO_OPENING 0x08u /* the INVITE that has no To tag */
#define XKI_CO_BROKEN 0x10u  /* key management that cannot be read */
#define XKI_CO_CHOSE 0x20u   /* the answer has an a=acfg */

/* What became of a transaction, for one peer. */
struct xki_co_fate {
    uint64_t since;
    uint32_t cseq;
    uint32_t chosen;   /* by a=acfg: bit i is a=acap:i */
    uint16_t plain;    /* media of the answer without a key, as in xki_co_item.covers */
    uint16_t rejected; /* media that the answer rejects */
    uint16_t status;   /* of what is broken */
    uint8_t owner; /* end that sent the request */
    uint8_t peer;  /* end, or XKI_CO_NO_END for a response without To tag */
    uint8_t method;
    uint8_t flags;
};

#define XKI_CO_ANSWERED 0x01u
#define XKI_CO_REJECTED 0x02u    /* a tagged final failure */
#define XKI_CO_ACKED 0x04u       /* an ACK without SDP: of a 2xx, or of a failure */
#define XKI_CO_BYE_OF_A 0x08u
#define XKI_CO_BYE_OF_B 0x10u
#define XKI_CO_BYE_REFUSED 0x20u /* such as by 407: the call goes on */
#define XKI_CO_BYE_DONE 0x40u

struct xki_co_dialog {
    uint64_t changed; /* answered, rejected or over since */
    uint8_t a;
    uint8_t b;
    uint8_t flags;
};

#define XKI_CO_EMITTED 0x01u /* no longer only waiting to settle */
#define XKI_CO_MAIN 0x02u    /* the answer that counts, of its offer and transaction */
#define XKI_CO_IS_UPDATE 0x04u
#define XKI_CO_INDEXED 0x08u /* found by its group */
#define XKI_CO_OWED 0x10u    /* is to be told at `due` */
#define XKI_CO_ESTABLISHED 0x20u /* from the event of a running call (TS 33.107 7A.7.5) */

/* An exchange that is complete. */
struct xki_co_pair {
    uint64_t init; /* hash of the item */
    uint64_t resp; /* 0 without; not fixed before it is emitted */
    uint64_t since;
    uint64_t due;
    uint32_t served; /* bit i: warrant number i of the call has it */
    uint32_t cseq;   /* of the transaction of the offer */
    uint32_t call;   /* index */
    uint8_t method;
    uint8_t owner;
    uint8_t sender; /* of the offer */
    uint8_t a;
    uint8_t b;
    uint8_t flags;
};

struct xki_co_warrant {
    uint64_t warrant;
    uint64_t since;
    uint32_t cin;
    uint8_t number; /* within the call */
    bool mid_call;  /* began after the call */
    bool concerned; /* not only asked for its CIN */
};

/* An exchange that is not complete and will not be (rule R18). */
struct xki_co_gap {
    uint64_t key; /* of what it is about, within the dialog */
    uint64_t reference;
    uint64_t due;
    uint32_t served; /* as of a pair */
    uint16_t status;
    uint8_t reason;
    uint8_t a; /* ends of the dialog; XKI_CO_NO_END: of the call as a whole */
    uint8_t b;
    bool owed;
};

enum xki_co_kind { XKI_CO_END, XKI_CO_IDENTITY, XKI_CO_ITEM, XKI_CO_FATE, XKI_CO_DIALOG, XKI_CO_PAIR, XKI_CO_WARRANT,
                   XKI_CO_GAP, XKI_CO_KINDS };

struct xki_co_fact {
    union {
        struct xki_co_end end;
        struct xki_co_identity identity;
        struct xki_co_item item;
        struct xki_co_fate fate;
        struct xki_co_dialog dialog;
        struct xki_co_pair pair;
        struct xki_co_warrant warrant;
        struct xki_co_gap gap;
    } is;
    uint32_t next;
};

/* Why a call may be given up for room, the first one first (eviction order of the rules). */
enum xki_co_class { XKI_CO_DOUBTFUL_CALL, XKI_CO_FAILED_CALL, XKI_CO_UNANSWERED_CALL, XKI_CO_EMITTED_CALL,
                    XKI_CO_ANSWERED_CALL, XKI_CO_CLASSES };

struct xki_co_call {
    struct xki_timer_node timer;
    uint64_t key[2]; /* of the Call-ID */
    uint64_t group;  /* what legs of one call have in common: correlation, Replaces, else the Call-ID itself */
    uint64_t doubted; /* until then it waits for a message that shows a target; 0: it showed one */
    uint64_t seen;   /* last sign: what restarts the timer of an unanswered call */
    uint32_t facts[XKI_CO_KINDS]; /* the first of each kind, in order of arrival */
    uint32_t last[XKI_CO_KINDS];
    uint32_t class_next; /* list of its class, the oldest first; free list */
    uint32_t class_prev;
    struct xki_co_text call_id;
    struct xki_co_text correlation;
    uint32_t session_expires; /* seconds: the longest that was agreed on; 0 without */
    uint16_t counts[XKI_CO_KINDS];
    uint8_t class_of;
    bool used;
    bool armed;
    bool unwatched; /* the host was asked at an exchange, and has no warrant */
    bool answered;
    bool asked_again; /* it shows an identity that the host was not asked about */
    bool leads; /* its group is found by it */
    uint32_t group_next;
    uint32_t group_prev;
    uint32_t caller_next; /* unanswered calls of one caller, the oldest first */
    uint32_t caller_prev;
    uint32_t caller_index; /* XKI_CO_NONE without */
};

struct xki_co_list {
    uint32_t first;
    uint32_t last;
};

/* What a message of a call that is not kept says of a transaction or dialog: it may have overtaken the INVITE. */
struct xki_co_early {
    uint64_t key[2];
    uint64_t owner; /* tags */
    uint64_t peer;
    uint64_t at;
    uint32_t cseq;
    uint16_t plain; /* as in xki_co_fate */
    uint16_t rejected;
    uint16_t status_code; /* 0: a request */
    uint8_t method;
    bool tagged;
    bool has_sdp;
    bool used;
};

enum xki_co_array { XKI_CO_CALLS, XKI_CO_FACTS, XKI_CO_CELLS, XKI_CO_CALL_CELLS, XKI_CO_CALLERS, XKI_CO_CALLER_CELLS,
                    XKI_CO_EARLY, XKI_CO_EARLY_CELLS, XKI_CO_PAIRS_CELLS, XKI_CO_GROUP_CELLS,
                    XKI_CO_SCRATCH, XKI_CO_ARRAYS };

struct xki_co_caller {
    uint64_t hash;
    uint32_t calls;
    uint32_t next; /* free list */
    struct xki_co_list list;
};

struct xk_collector {
    struct xk_collector_config config;
    struct xk_collector_callbacks callbacks;
    struct xk_allocator allocator;
    void *user;
    void *arrays[XKI_CO_ARRAYS];
    size_t sizes[XKI_CO_ARRAYS];
    struct xki_timers timers;
    struct xki_idmap calls;
    struct xki_idmap callers;
    struct xki_idmap early;
    struct xki_idmap pairs;
    struct xki_idmap groups;
    uint32_t pair_count;
    struct xki_siphash_key keys[2];       /* of Call-IDs */
    struct xki_siphash_key group_keys[2]; /* of tags and contents: the same in redundant collectors */
    struct xki_siphash_key cin_key;
    struct xki_co_list classes[XKI_CO_CLASSES];
    uint64_t now;
    uint64_t cin_next;
    size_t body_used;  /* octets of a body that was undone */
    uint32_t call_free;
    uint32_t fact_free;
    uint32_t cell_free;
    uint32_t caller_free;
    uint32_t facts_left;
    uint32_t cells_left;
    uint32_t call_count;
    uint32_t answered_count;
    uint32_t early_at;
    uint32_t early_count;
    bool in_callback;
    bool starting; /* a warrant begins while calls run */
    struct xk_collector_counters counters;
};

static inline struct xki_co_call *xki_co_call(const struct xk_collector *c, uint32_t index)
{
    return (struct xki_co_call *)c->arrays[XKI_CO_CALLS] + index;
}

static inline struct xki_co_fact *xki_co_fact(const struct xk_collector *c, uint32_t index)
{
    return (struct xki_co_fact *)c->arrays[XKI_CO_FACTS] + index;
}

/* The fact after this one, or the first of its kind; NULL at the end. */
static inline struct xki_co_fact *xki_co_first(const struct xk_collector *c, const struct xki_co_call *call,
                                               enum xki_co_kind kind)
{
    return call->facts[kind] == XKI_CO_NONE ? NULL : xki_co_fact(c, call->facts[kind]);
}

static inline struct xki_co_fact *xki_co_next(const struct xk_collector *c, const struct xki_co_fact *fact)
{
    return fact->next == XKI_CO_NONE ? NULL : xki_co_fact(c, fact->next);
}

static inline uint32_t xki_co_call_index(const struct xk_collector *c, const struct xki_co_call *call)
{
    return (uint32_t)(call - (const struct xki_co_call *)c->arrays[XKI_CO_CALLS]);
}

/* 64·T1: how long RFC 3261 lets a 2xx be repeated. */
static inline uint64_t xki_co_patience(const struct xk_collector *c)
{
    return UINT64_C(64) * c->config.t1;
}

/* A fact of `kind`, all zero, at the end of its list; NULL when there is none left. */
struct xki_co_fact *xki_co_add(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind);
/* Takes away, and wipes, the facts of one kind for which `unwanted` says so. */
void xki_co_sweep(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind,
                  bool (*unwanted)(const struct xki_co_fact *fact, const void *what), const void *what);

/* The end of a number, the dialog of two ends, a warrant that concerns the call; NULL for none. */
const struct xki_co_end *xki_co_find_end(const struct xk_collector *c, const struct xki_co_call *call, uint8_t number);
const struct xki_co_dialog *xki_co_find_dialog(const struct xk_collector *c, const struct xki_co_call *call, uint8_t a,
                                               uint8_t b);
const struct xki_co_warrant *xki_co_find_warrant(const struct xk_collector *c, const struct xki_co_call *call,
                                                 uint64_t warrant);

/* Takes away, and wipes, one fact. */
void xki_co_remove(struct xk_collector *c, struct xki_co_call *call, enum xki_co_kind kind,
                   const struct xki_co_fact *fact);

bool xki_co_keep(struct xk_collector *c, const uint8_t *data, size_t size, struct xki_co_text *text);
void xki_co_copy(const struct xk_collector *c, const struct xki_co_text *text, uint8_t *out);
void xki_co_drop(struct xk_collector *c, struct xki_co_text *text);

#endif
