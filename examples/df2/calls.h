/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The calls whose SIP messages are seen: which warrants each concerns and under which CIN, and the messages of its
 * set-up, for a warrant that is found to be concerned, or begins, later.
 *
 * Calls are found by keyed digests of Call-ID and correlation. Memory is bounded: what concerns no warrant goes first.
 */
#ifndef DF2_CALLS_H
#define DF2_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/collector.h>
#include <xk/iri.h>
#include <xk/sip.h>
#include <xk/warrant.h>

struct df2;
struct warrant;

#define CALL_NAME_MAX 64
#define XIDS_MAX 8 /* of one PDU of X2 */
#define TEL_MAX 63 /* octets of a TEL URI that is asserted: 15 digits, and some parameters */

/** One SIP message that is kept. */
struct kept {
    struct kept *next;
    struct xk_utc time;
    bool trusted;
    bool is_request;
    bool is_ack;    /* or PRACK: an answer in a request */
    size_t headers; /* octets up to the body */
    size_t sdp;     /* where the description begins */
    size_t sdp_size;
    size_t size;
    uint8_t octets[];
};

/** A warrant that a call concerns. */
struct concern {
    uint64_t warrant;
    uint32_t cin;
    enum xk_initiator initiator;
    bool has_imei;
    uint8_t imei[XK_IMEI_SIZE];
    char tel[TEL_MAX + 1]; /* TEL URI that the network asserts beside the target's SIP URI; "" for none */
};

/** A name of a call, in the table. */
struct call_name {
    struct call_name *next; /* in its place */
    struct call_name *next_of_call;
    struct call *call;
    uint8_t digest[16];
};

struct call {
    struct call *newer; /* in the order of the last message */
    struct call *older;
    struct call_name *names;
    char name[CALL_NAME_MAX]; /* for the timeline: nothing of the message */
    uint8_t caller_tag[16];   /* digest of the caller's tag */
    bool has_caller_tag;
    bool answered;
    uint64_t answered_ms; /* when that was seen first */
    bool ended;
    bool established; /* it was running when it was first heard of: what is kept is no message of its own */
    uint64_t last_ms;
    struct concern *concerns;
    size_t concern_count;
    struct kept *first;
    struct kept *last;
    size_t kept_count;
    size_t octets;
};

/** All zero at first. */
struct calls {
    struct call_name **table;
    size_t places;
    size_t name_count;
    size_t count;
    struct call *newest;
    struct call *oldest;
    size_t octets;
    size_t octets_max;
    uint64_t number; /* of the last call, for names */
    uint8_t key[32]; /* of digests */
    uint64_t cin_saved; /* the collector's numbers below it are told as used */
};

/** One SIP message, as a tap or file gives it. Borrowed. */
struct sip_event {
    struct xk_bytes octets;
    struct xk_utc time;
    uint32_t source;
    bool trusted;
    enum xk_collector_direction direction;
    struct xk_bytes correlation;   /* absent without */
    const uint8_t *xids[XIDS_MAX]; /* of X2: for whom it was sent */
    size_t xid_count;
    const char *name; /* for a new call; NULL: a number */
};

void calls_open(struct df2 *df2);
void calls_close(struct df2 *df2);
/** Takes a SIP message: records for the warrants that its call concerns, and the collector. False: no room now. */
bool calls_take(struct df2 *df2, const struct sip_event *event);
/** What a CSCF kept of one message: start line and header fields, and the description in it. */
struct calls_part {
    struct xk_bytes headers;
    struct xk_bytes sdp;
};

/**
 * Takes "start of interception with established IMS session" (TS 33.107 7A.7.5), offer and answer: each warrant that
 * the call concerns gets it as a record. `event` tells the rest.
 */
void calls_take_established(struct df2 *df2, const struct sip_event *event, const struct calls_part parts[2]);
/** The call of a Call-ID or correlation; NULL when there is none. */
struct call *calls_find(struct df2 *df2, struct xk_bytes call_id, struct xk_bytes correlation);
/**
 * The warrant's part in a call; made when it is not there, with the records of what is kept: each message, or with
 * `mid_call` the start of interception. `cin` is its number. NULL without memory.
 */
struct concern *call_concern(struct df2 *df2, struct call *call, const struct warrant *warrant, uint32_t cin,
                             enum xk_initiator initiator, bool mid_call);
/** The warrant's part in a call; NULL when it has none. */
struct concern *call_find_concern(const struct call *call, uint64_t warrant);
/** Adds to a party what the call told of the target and the warrant does not know; borrowed from the concern. */
void concern_identities(const struct concern *concern, struct xk_party *party);
/** What a call is called in the timeline. */
const char *calls_name(struct df2 *df2, uint64_t warrant, uint32_t cin);
/** The collector's CIN of a warrant and a call, whether or not the collector keeps the call. Not in its callbacks. */
uint32_t calls_cin(struct df2 *df2, const struct warrant *warrant, struct xk_bytes call_id);
/** Before anything leaves under a new CIN: sees that no restart uses it again. */
void calls_mind_cins(struct df2 *df2);
/** Where the collector's count begins. */
uint64_t calls_cin_seconds(const struct df2 *df2);
/** The latest offer and its answer among what is kept; NULL for what is not there. */
void call_offer_and_answer(const struct call *call, const struct kept **offer, const struct kept **answer);
/** Frees what is over. */
void calls_sweep(struct df2 *df2);
/** A warrant begins: looks for it in what is kept. */
void calls_warrant_started(struct df2 *df2, const struct warrant *warrant);
/** A warrant has ended: no call concerns it any more. */
void calls_warrant_ended(struct df2 *df2, uint64_t warrant);
/** CINs across a restart. */
bool calls_save(struct df2 *df2);
bool calls_restore(struct df2 *df2, struct xk_bytes entry);

#endif
