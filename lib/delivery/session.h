/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A delivery session inside.
 *
 * Its PS-PDUs lie in one ring of octets, in the order in which they leave. Each has a slot in a ring of slots; slots
 * have ever-growing numbers, and four of them divide the ring:
 *
 *     told <= released <= next <= tail
 *
 *     [told, released)   octets are gone; the event may still be owed
 *     [released, next)   sent on this connection, not delivered
 *     [next, tail)       to be sent; `next` may be partly sent: `cursor` octets of it
 *
 * What is purged in the middle keeps its slot, without octets, until the ones before it go.
 *
 * A connection has a position: octets consumed since it began, the session's own PS-PDUs included. These ("control")
 * are encoded, one at a time, when their turn comes, and never kept.
 */
#ifndef XKI_DELIVERY_SESSION_H
#define XKI_DELIVERY_SESSION_H

#include <xk/delivery.h>

#include "delivery/counters.h"
#include "delivery/stream.h"

#define XKI_DL_CONTROL 640u /* octets of the longest control PS-PDU */
#define XKI_DL_INPUT 2048u  /* octets of the longest PS-PDU that is read of a LEMF */
#define XKI_DL_REQUESTS 16u /* acknowledgement requests without answer */
#define XKI_DL_VIEW 65536u  /* most octets that output gives at once, if more than one PS-PDU */

enum xki_dl_link {
    XKI_DL_DOWN = 0,        /* no connection; `connect_at` tells when to ask for one */
    XKI_DL_CONNECTING = 1,  /* asked for */
    XKI_DL_NEGOTIATING = 2, /* options, and no record */
    XKI_DL_OPEN = 3,
    XKI_DL_CLOSING = 4 /* the host has to close it */
};

#define XKI_DL_FLAG_SENT 1u    /* was wholly sent at least once */
#define XKI_DL_FLAG_DONE 2u    /* delivered */
#define XKI_DL_FLAG_GONE 4u    /* purged or too old */
#define XKI_DL_FLAG_FINISH 8u  /* gone, but has to be sent to its end */
#define XKI_DL_FLAG_TOLD 16u   /* the event of its going was taken */
#define XKI_DL_FLAG_LATE 32u   /* too old */
#define XKI_DL_FLAG_RECORD 64u /* of a put: has a cookie */
#define XKI_DL_FLAG_RESET 128u /* the cINReset of the beginning */

struct xki_dl_slot {
    uint64_t end; /* position behind it on this connection; 0: not sent on it */
    uint64_t put_ms;
    uint64_t sent_ms;
    struct xk_cookie cookie;
    uint32_t at;    /* in the ring of octets */
    uint32_t size;  /* 0 when they are wiped */
    uint32_t entry; /* in the counters; XKI_DL_NONE */
    uint32_t number;
    uint8_t flags;
    uint8_t liid_size;
    uint8_t liid[XK_LIID_MAX];
    char country[2];
};

struct xki_dl_request {
    uint64_t covers; /* slots before this one */
    uint64_t sent_ms;
    uint32_t number;
};

struct xki_dl_chain {
    uint64_t hash_ms; /* when the first number came in */
    uint64_t sign_ms;
    uint64_t age; /* order of beginning */
    uint32_t hash;
    uint32_t number_count;
    uint32_t sign_count;
    uint16_t key_size;
    uint16_t header_size;
    bool in_use;
    char country[2];
};

struct xk_delivery {
    struct xk_delivery_config config;
    struct xk_delivery_callbacks callbacks;
    struct xk_allocator allocator;
    void *user;
    struct xk_counters *counters;
    size_t memory;
    struct xk_ps_header identity; /* its views point into `identity_octets` */
    uint8_t identity_octets[XKI_DL_CONTROL];

    uint8_t *ring;
    struct xki_dl_slot *slots;
    uint64_t round; /* the slot at the beginning of the ring: not after `told`, and not a whole round before it */
    uint64_t told;
    uint64_t released;
    uint64_t next;
    uint64_t tail;
    uint64_t holes;   /* slots that are gone and not told */
    size_t ring_tail; /* where the next PS-PDU goes */

    uint64_t now_ms;
    struct xk_utc utc;
    enum xki_dl_link link;
    uint64_t connect_at;
    unsigned int fruitless; /* connections in a row that came to nothing */
    bool fruitful;          /* this one */
    uint64_t connected_ms;
    uint64_t position;
    size_t cursor;
    uint8_t control[XKI_DL_CONTROL];
    size_t control_size;
    size_t control_at;
    enum xk_tri_type control_type;
    size_t lent; /* octets that output gave and that are not consumed */
    uint64_t last_sent_ms;
    uint64_t pdu_ms; /* when the PS-PDU that is being sent began to wait for its octets to be taken */
    bool pdu_waits;
    uint64_t input_ms; /* when the PS-PDU that is being read began */
    enum xk_release release;
    bool acknowledging;

    bool alive_due;
    bool alive_open;
    uint32_t alive_number; /* of the next one */
    uint64_t alive_ms;
    uint64_t alive_position;
    uint64_t arrived; /* position that the transport has acknowledged */
    uint64_t proven;  /* position up to which the LEMF has read, as its answers show */

    struct xki_dl_request requests[XKI_DL_REQUESTS];
    uint32_t request_first;
    uint32_t request_count;
    uint32_t request_number;
    uint64_t request_mark; /* slots before this one are covered by requests */
    bool request_due;

    bool option_request_due;
    bool option_request_sent;
    uint32_t option_request_number;
    bool option_answered;
    bool option_response_due;
    uint32_t option_response_number;
    uint32_t option_declined;
    bool option_complete_due;
    bool option_complete_sent;
    bool option_peer_complete;
    uint32_t option_number;

    struct xki_dl_stream stream;
    uint8_t input[XKI_DL_INPUT];
    uint32_t unexpected_here; /* on this connection */

    struct xki_dl_chain *chains;
    uint8_t *chain_keys;
    uint8_t *chain_headers;
    uint32_t *chain_numbers;
    uint32_t *chain_signed;
    uint64_t chain_age;
    uint64_t check_at;  /* no check is due before */
    bool check_blocked; /* one is due, and there was no room */
    bool check_retry;   /* since then some room has been made */

    bool connect_untold;
    bool close_untold;
    enum xk_status close_status;
    bool negotiated_untold;
    size_t room_wanted; /* octets that were refused; 0 if none */
    bool room_untold;
    uint32_t unexpected_untold;
    enum xk_status unexpected_status;
    enum xk_tri_type unexpected_tri;
    uint32_t messages_untold;
    uint32_t unchecked_untold;
    uint8_t message[XK_TRI_MESSAGE_MAX];
    size_t message_size;

    struct xk_delivery_counters count;
    bool in_callback;
};

/* From `told` to `tail`: not two rounds from the beginning of the one that is told. */
static inline struct xki_dl_slot *xki_dl_slot(const struct xk_delivery *d, uint64_t number)
{
    uint64_t at = number - d->round;
    return &d->slots[at < d->config.max_records ? at : at - d->config.max_records];
}

/* The first of the slots, which nobody needs any more. An empty ring begins anew, where the memory has just been used,
 * as that of the octets does. */
static inline void xki_dl_leave_slot(struct xk_delivery *d)
{
    d->told++;
    if (d->told == d->tail || d->told - d->round == d->config.max_records) {
        d->round = d->told;
    }
}

static inline bool xki_dl_is_busy(const struct xk_delivery *d)
{
    return d->in_callback || d->counters->in_callback;
}

static inline bool xki_dl_is_up(const struct xk_delivery *d)
{
    return d->link == XKI_DL_NEGOTIATING || d->link == XKI_DL_OPEN;
}

/* Time goes on, never back. */
static inline void xki_dl_now(struct xk_delivery *d, struct xk_moment now)
{
    if (now.ms < d->now_ms) {
        d->count.clock_back++;
    } else {
        d->now_ms = now.ms;
    }
    d->utc.seconds = now.utc.seconds; /* one by one, as they have just been written */
    d->utc.microseconds = now.utc.microseconds;
}

/* buffer: room for `size` octets in a row, or SIZE_MAX; or how many fit behind the last; then the slot for them. */
size_t xki_dl_room(const struct xk_delivery *d, size_t size);
size_t xki_dl_space(const struct xk_delivery *d, size_t *at);
struct xki_dl_slot *xki_dl_append(struct xk_delivery *d, size_t at, size_t size);
void xki_dl_wipe_slot(struct xk_delivery *d, struct xki_dl_slot *slot);
size_t xki_dl_octets(const struct xk_delivery *d);

/* release: the slots before `end` were delivered; and what follows from it. */
void xki_dl_release_before(struct xk_delivery *d, uint64_t end);
void xki_dl_release_by_rule(struct xk_delivery *d);
void xki_dl_advance(struct xk_delivery *d);
void xki_dl_made_room(struct xk_delivery *d);
void xki_dl_give_up(struct xk_delivery *d, uint64_t number, unsigned int flags);

/* turn: the host has to close the connection; records may go. */
void xki_dl_close(struct xk_delivery *d, enum xk_status status);
void xki_dl_open(struct xk_delivery *d, bool acknowledging);

/* output */
bool xki_dl_request_is_wanted(const struct xk_delivery *d);
void xki_dl_control(struct xk_delivery *d);

/* negotiate */
void xki_dl_negotiate_begin(struct xk_delivery *d);
bool xki_dl_negotiate_control(struct xk_delivery *d, struct xk_tri *tri, uint32_t *number);
void xki_dl_negotiate_take(struct xk_delivery *d, const struct xk_ps_header *header, const struct xk_tri *tri);
void xki_dl_negotiate_sent(struct xk_delivery *d);

/* input: what the LEMF sent without a place here. */
void xki_dl_unexpected(struct xk_delivery *d, enum xk_status status, enum xk_tri_type tri);

/* integrity. A check that waits goes first, before a number is prepared: it may take the last context. */
bool xki_dl_check_room(struct xk_delivery *d);
void xki_dl_check_take(struct xk_delivery *d, const struct xki_dl_key *key, const struct xk_ps_header *header,
                       struct xk_bytes octets);
void xki_dl_check_tick(struct xk_delivery *d);
void xki_dl_check_purge(struct xk_delivery *d, struct xk_bytes liid, const char country[2]);

#endif
