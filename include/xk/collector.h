/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From intercepted SIP messages to one exchange for each answered call: what a DF2/MF does between X2 and
 * xk_requester_submit() (TS 33.107 clause 7A.7.2, step 1: "DF2/MF gets the MIKEY messages from the SIP signalling").
 *
 * SIP messages go in, in any order, each as often as the taps report it. Exchanges come out: the TRANSFER_INIT and the
 * TRANSFER_RESP that belong together by offer and answer (RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5), with the target's
 * role in them and the number of the call. A call of a watched identity that offered a key and brings no exchange
 * is told as `incomplete` with its reason: it never ends in silence.
 *
 * How it works: each message adds facts to its call (who sent what in which place, which dialog was answered). What
 * belongs together is a question to the set of facts, so the order of arrival does not matter. An exchange that is
 * complete waits `settle` milliseconds for messages that are late on the way and could change it, and goes out then.
 *
 * Each offer of a call is told once to each warrant that concerns the call: as an exchange, or as incomplete with the
 * reason. What concerns a warrant is asked again whenever the call shows a new identity, so that a diversion that comes
 * late brings the exchange late, and not never. A message that answers, of a call in which nobody watched was seen
 * so far, waits two seconds for an INVITE that it overtook.
 *
 * What is stored holds no key: MIKEY messages carry keys encrypted only. It is a list of who called whom all the same,
 * and is wiped when it is released. There is no snapshot of it: a restart loses the running calls. Of a call that rang
 * then the answer is told as #XK_INCOMPLETE_NO_OFFER; of one that was answered its exchange had been told within
 * `settle` of the answer, and a later update is told as #XK_INCOMPLETE_NO_BASE; a new base (RFC 6043 5.3) is an
 * exchange again. A host that may lose none of this runs two collectors with one `group_key`: ids are equal in both,
 * so what both tell is told apart from what is new by its id and warrant.
 *
 * All memory is taken at creation. Calls are found by keyed hashes (host's randomness), so that nobody who chooses
 * Call-IDs can make them collide. Floods are bounded and told (see xk_collector_config).
 *
 * Threads: a collector belongs to one thread at a time. Callbacks run on the calling thread. Inside a callback every
 * call of the same collector answers #XK_E_BUSY but the queries; calls of a requester are allowed, so on_exchange may
 * submit.
 */
#ifndef XK_COLLECTOR_H
#define XK_COLLECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/relation.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_collector;

/**
 * @name Limits
 * @{
 */
#define XK_COLLECTOR_CALLS_MAX 4000000u   /**< calls of one collector */
#define XK_COLLECTOR_DIALOGS_MAX 16u      /**< dialogs of one call that are kept at the same time */
#define XK_COLLECTOR_INITS_MAX 4u         /**< TRANSFER_INITs of one sender and CSeq */
#define XK_COLLECTOR_RESPS_MAX 4u         /**< TRANSFER_RESPs of one sender, dialog and CSeq */
#define XK_COLLECTOR_IDENTITIES_MAX 24u   /**< identities that one call may show */
#define XK_COLLECTOR_WARRANTS_MAX 32u     /**< warrants that one call may concern */
#define XK_COLLECTOR_XIDS_MAX 16u         /**< XIDs of one message */
#define XK_COLLECTOR_IDENTITY_OCTETS 512u /**< octets of one identity; a longer one is told and not kept */
/** @} */

/** Which side of the target a message was seen on (TS 103 221-2, payload direction). */
enum xk_collector_direction {
    XK_DIRECTION_UNKNOWN = 0,
    XK_DIRECTION_TO_TARGET = 1,  /**< the target receives this message */
    XK_DIRECTION_FROM_TARGET = 2 /**< the target sent this message */
};

/** Where an identity stands. Rising: the later one says more surely who is in the call (rule R15). */
enum xk_identity_place {
    XK_PLACE_FROM = 1,        /**< From: whatever the caller wrote */
    XK_PLACE_TO = 2,          /**< To: whom the caller dialled */
    XK_PLACE_REQUEST_URI = 3, /**< a Request-URI of the INVITE on its way */
    XK_PLACE_HISTORY = 4,     /**< History-Info or Diversion (RFC 7044, RFC 5806) */
    XK_PLACE_ASSERTED = 5,    /**< P-Asserted-Identity of a trusted leg (RFC 3325) */
    XK_PLACE_TARGET_ID = 6,   /**< the XID of the X2 PDU: not a URI but its 16 octets */
    XK_PLACE_MIKEY = 7        /**< IDRi or IDRr of the exchange, or of the ticket */
};

/** One SIP message as a tap reports it. Borrowed for the call. */
struct xk_collector_message {
    size_t size;             /**< sizeof(struct xk_collector_message) */
    struct xk_bytes octets;  /**< exactly one SIP message */
    uint32_t source;         /**< the host's number of the tap; told with what is refused */
    bool trusted;            /**< this leg is inside the network: its P-Asserted-Identity was set by the network */
    enum xk_collector_direction direction; /**< of the X2 PDU; else unknown */
    struct xk_bytes correlation; /**< of X2 or of the mirror (HEP3 chunk 17), up to 64 octets; absent without one, for
                                      which all octets zero are taken. Calls with an equal one are legs of one call,
                                      as is a call that replaces another (RFC 3891): a warrant is told the same pair
                                      once for them, and knows them under one CIN. */
    const uint8_t *xid;      /**< the 16 octets of an X2 PDU's XID; NULL without */
    uint64_t reference;      /**< the host's own number of this message, given back with the exchange; 0 for none */
    size_t xid_count;        /**< XIDs at `xid`, 16 octets each, up to #XK_COLLECTOR_XIDS_MAX: the PDU's own and its
                                  further ones (attribute 21). 0 is taken for 1 where `xid` is not NULL */
};

/** An identity that a call shows. */
struct xk_collector_identity {
    struct xk_bytes uri; /**< valid during the callback */
    enum xk_identity_place place;
    bool is_caller; /**< of the side that sent the first INVITE; false: the other side, or dialled */
    bool certain;   /**< false: the field could be read in another way too (xk_sip_identity.certain). Good for a
                         comparison with a target; it is never given as a hint */
};

/** What the watch callback is asked: does a warrant concern this call? */
struct xk_collector_question {
    const struct xk_collector_identity *identities;
    size_t count;
    bool at_exchange;    /**< asked for an exchange or an incomplete call: all that is known is listed.
                               `perhaps` keeps the call for warrants that begin later */
    struct xk_bytes call_id;     /**< of the call, valid during the callback: for a host that knows it, see `cin` */
    struct xk_bytes correlation; /**< likewise; absent without one */
};

/** One warrant that concerns the call. */
struct xk_collector_match {
    uint64_t warrant; /**< the host's number, not 0 */
    size_t identity;  /**< index in the question of the identity that it names; may be named by several */
    uint32_t cin;     /**< the number under which the warrant's records of this call go already: what
                           xk_collector_cin() gave for the call before it was kept here. 0: the collector's. The first
                           word on a (warrant, call) stands */
};

/** The host's answer to an exchange or an incomplete call. */
enum xk_collector_reply {
    XK_COLLECTOR_TAKEN = 1, /**< done: the host has it */
    XK_COLLECTOR_LATER = 2  /**< no room: the same again after `retry` */
};

/** What an exchange is. */
enum xk_collected_kind {
    XK_COLLECTED_BASE = 1,   /**< TRANSFER_INIT with its ticket, and the TRANSFER_RESP where one is due */
    XK_COLLECTED_UPDATE = 2  /**< a CSB update (RFC 6043 5.2), together with its base */
};

/** One exchange for one warrant. Views are valid during the callback. */
struct xk_collected {
    enum xk_collected_kind kind;
    uint8_t id[16];       /**< of the exchange: the same in every collector with the same `group_key` */
    uint64_t warrant;     /**< the host's number, from `watch` */
    uint32_t cin;         /**< communication identity number of (warrant, call): the same for all records of this call
                               and warrant, unrelated between warrants, never 0. Those of redundant collectors differ */
    struct xk_bytes init; /**< TRANSFER_INIT */
    struct xk_bytes resp; /**< TRANSFER_RESP; absent when the ticket says that there is none (F flag) */
    struct xk_bytes update_init; /**< of the CSB update */
    struct xk_bytes update_resp; /**< of the CSB update; absent when its V flag says so */
    struct xk_bytes initiator_hint; /**< only where MIKEY names no initiator: what SIP says; goes into get_keys */
    struct xk_bytes responder_hint; /**< likewise of the responder */
    struct xk_bytes target;   /**< the identity that the warrant names, as the call shows it; absent with an XID alone,
                               or an index that is none */
    enum xk_identity_place place; /**< where it stands: how sure it is that the target is in the call */
    enum xk_role role;        /**< the target's in the exchange; #XK_ROLE_NONE: dialled or diverted, another answered */
    bool answered;        /**< false: sent at the pair, before any 2xx (`early`) */
    bool contradicting;   /**< the same offer was answered otherwise too: this is not the answer that counts */
    bool mismatch;        /**< MIKEY and SIP name different users on one side */
    bool mid_call;        /**< the warrant began after the exchange */
    uint32_t candidate;   /**< 0, or the number of an offer that stands in the same place as an earlier one: ask for it
                               when the KMS refuses the earlier one */
    struct xk_bytes call_id;
    struct xk_bytes correlation; /**< of the messages; absent without one */
    uint64_t init_reference;  /**< the host's number of the message that brought `init` first */
    uint64_t resp_reference;  /**< likewise `resp`; 0 without */
    uint64_t update_init_reference;
    uint64_t update_resp_reference;
    bool certain;             /**< `target` is the only reading of the field that shows it */
};

/** Why a call with an offered key brings no exchange. */
enum xk_incomplete_reason {
    XK_INCOMPLETE_NO_ANSWER = 1,     /**< answered, or nothing said of its end, but no TRANSFER_RESP was seen */
    XK_INCOMPLETE_NO_OFFER = 2,      /**< a TRANSFER_RESP without its TRANSFER_INIT */
    XK_INCOMPLETE_NO_KEY = 3,        /**< the answer is SDP without key management: the call is not protected so */
    XK_INCOMPLETE_NO_FINAL = 4,      /**< INIT and RESP, but no final response was seen */
    XK_INCOMPLETE_NO_BASE = 5,       /**< a CSB update of an exchange that nobody saw */
    XK_INCOMPLETE_UNREADABLE = 6,    /**< a message of the call, or its MIKEY, could not be read */
    XK_INCOMPLETE_EVICTED = 7        /**< a flood took its place; see `evicted` in the counters. Told once: its place is
                                          gone, whatever the host replies */
};

/** What brings no exchange: an offer or an answer of one dialog, or an unanswered call as a whole. Told once to each
 * warrant. Views are valid during the callback. */
struct xk_incomplete {
    enum xk_incomplete_reason reason;
    enum xk_status status; /**< of what could not be read; else XK_OK */
    uint64_t warrant;
    uint32_t cin;
    struct xk_bytes call_id;
    struct xk_bytes target;       /**< as in struct xk_collected */
    enum xk_identity_place place;
    uint64_t reference;           /**< the host's number of the message at fault, or of the offer; 0 if unknown */
    struct xk_bytes correlation;  /**< as in struct xk_collected */
    bool certain;                 /**< likewise */
};

/** What happened, for the observer: numbers only. */
enum xk_collector_event {
    XK_COLLECTOR_REFUSED = 1,   /**< a message was refused; `status` tells why */
    XK_COLLECTOR_TOO_LARGE = 2, /**< MIKEY octets or an identity over the configured size were left out */
    XK_COLLECTOR_TOO_MANY = 3,  /**< a fact beyond a limit above was left out */
    XK_COLLECTOR_ODD = 4,       /**< a MIKEY message in a place where it answers and offers nothing (rule R3) */
    XK_COLLECTOR_EVICTED = 5,   /**< a call was given up for room */
    XK_COLLECTOR_FULL = 6       /**< no room, and nothing that may be given up: the message was lost */
};

/** One observation. */
struct xk_collector_observation {
    enum xk_collector_event event;
    enum xk_status status;
    uint32_t source; /**< the tap, UINT32_MAX if none is concerned */
    uint64_t now_ms;
};

/** The host's callbacks. Copied at creation. Each gets the `user` of the create call, last. */
struct xk_collector_callbacks {
    size_t size; /**< sizeof(struct xk_collector_callbacks) */
    /** Fill `out` from a cryptographic source; false if it failed. Mandatory; called at creation only. */
    bool (*random)(uint8_t *out, size_t size, void *user);
    /** Which warrants concern a call that shows these identities? Writes up to `capacity` matches and answers how many.
     * `*perhaps` is false before the call: true keeps the call although none is known yet. Neither: the call costs
     * nothing, which is right only where no diversion can bring a target in later. Mandatory. */
    size_t (*watch)(const struct xk_collector_question *question, struct xk_collector_match *matches, size_t capacity,
                    bool *perhaps, void *user);
    /** Take an exchange. Mandatory. */
    enum xk_collector_reply (*on_exchange)(const struct xk_collected *exchange, void *user);
    /** Take the word that a call brings none. Mandatory. */
    enum xk_collector_reply (*on_incomplete)(const struct xk_incomplete *incomplete, void *user);
    /** Watch. Optional. */
    void (*observe)(const struct xk_collector_observation *observation, void *user);
};

/** How a collector behaves. Filled by xk_collector_config_init(), then changed where wanted. Times in milliseconds. */
struct xk_collector_config {
    size_t size;          /**< sizeof(struct xk_collector_config) */
    uint32_t max_calls;   /**< calls that are kept; 1 to #XK_COLLECTOR_CALLS_MAX; default 4096 */
    uint32_t facts_per_call; /**< facts of 64 octets, on average a call; 8 to 256; default 24 */
    uint32_t octets_per_call; /**< octets of MIKEY and identities, on average a call; 512 to 65536; default 1536 */
    uint32_t max_init;    /**< octets of one TRANSFER_INIT; 256 to 16384; default 8192 */
    uint32_t max_resp;    /**< octets of one TRANSFER_RESP; 64 to 16384; default 2048 */
    uint32_t calls_per_caller; /**< unanswered calls of one caller's identity; 1 to 65535; default 64 */
    uint32_t t1;          /**< T1 of RFC 3261 17.1.1.1; 500 (default) to 10000 */
    uint32_t settle;      /**< wait for what may still change a complete exchange; 0 to 60000; default 500 */
    uint32_t unanswered;  /**< an unanswered call is kept so long after its last sign; over 180000, timer C of RFC 3261;
                               up to 86400000; default 190000 */
    uint32_t idle;        /**< an answered call is kept so long after its last message; default 86400000 */
    uint32_t retry;       /**< wait after #XK_COLLECTOR_LATER; 1 to 60000; default 200 */
    bool early;           /**< tell an exchange at its pair, before the call is answered; default false */
    uint8_t group_key[16]; /**< key of exchange ids: equal in redundant collectors; zero (default): drawn at random */
    uint8_t cin_key[16];   /**< key of the CINs' order: keep it over restarts; zero (default): drawn at random */
    uint64_t cin_seconds;  /**< where CINs begin, one on each second: the host's UTC at `now_ms` 0 of its clock, in
                                seconds, or what xk_collector_usage.cin_next was before the restart if that is more. So
                                no CIN is used again, also where more than one call a second began. Default 0 */
};

/** What has been counted since creation. */
struct xk_collector_counters {
    uint64_t messages;      /**< given */
    uint64_t unprotected;   /**< without key management, and of no call that is kept */
    uint64_t unwatched;     /**< with it, of nobody watched */
    uint64_t refused;       /**< could not be read */
    uint64_t copies;        /**< MIKEY messages that were known */
    uint64_t calls;         /**< kept, since creation */
    uint64_t exchanges;     /**< told and taken, by (exchange, warrant) */
    uint64_t contradicting; /**< of these */
    uint64_t updates;       /**< of these */
    uint64_t incomplete;    /**< told and taken */
    uint64_t odd;
    uint64_t too_large;
    uint64_t too_many;
    uint64_t evicted;
    uint64_t evicted_watched; /**< of these, calls that a warrant concerned: each was offered as incomplete, once */
    uint64_t full;
    uint64_t later;         /**< replies LATER */
};

/** How full a collector is. */
struct xk_collector_usage {
    uint32_t calls;
    uint32_t answered;    /**< of these */
    uint32_t facts_free;
    uint32_t cells_free;  /**< of 128 octets, for MIKEY and identities */
    size_t memory;        /**< octets taken from the allocator */
    uint64_t cin_next;    /**< where the next CIN is taken from: keep it, and give it or more as `cin_seconds` */
};

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller; NULL does nothing
 * @param size its octets: sizeof(struct xk_collector_config) of the header that the caller was built with
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_collector_config_defaults(struct xk_collector_config *config, size_t size);

/** xk_collector_config_defaults() with the size that this header has. */
static inline void xk_collector_config_init(struct xk_collector_config *config)
{
    xk_collector_config_defaults(config, sizeof *config);
}

/**
 * How much memory a collector of this configuration takes, all of it at creation.
 *
 * @param config borrowed
 * @retval 0 the configuration is not valid
 * @retval octets the sum of what xk_collector_create() will ask the allocator for
 *
 * Cannot fail otherwise. Calls no callback. Any thread. Cost: constant.
 */
XK_API size_t xk_collector_memory(const struct xk_collector_config *config);

/**
 * Create a collector.
 *
 * @param config borrowed
 * @param callbacks copied
 * @param allocator copied; NULL for the library's own, see alloc.h
 * @param user handed to every callback; must outlive the collector
 * @param[out] collector set on XK_OK only; ended by xk_collector_destroy()
 * @param[out] diag status and member of what was refused; may be NULL
 *
 * @retval XK_OK         the collector is ready; it will allocate nothing more
 * @retval XK_E_ARGUMENT a pointer or mandatory callback is NULL, or a `size` member is wrong
 * @retval XK_E_CONFIG   a value is outside the limits in its comment
 * @retval XK_E_MEMORY   the allocator gave nothing; everything taken was given back
 * @retval XK_E_RANDOM   the source of randomness failed
 *
 * On failure nothing is left behind. May call: random. Any thread. Cost: takes and clears its memory.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_create(const struct xk_collector_config *config,
                                                       const struct xk_collector_callbacks *callbacks,
                                                       const struct xk_allocator *allocator, void *user,
                                                       struct xk_collector **collector, struct xk_diag *diag);

/**
 * End a collector. What it keeps is wiped, and told to nobody.
 *
 * @param collector NULL does nothing
 *
 * @retval XK_OK     ended
 * @retval XK_E_BUSY called from inside a callback; nothing changed
 *
 * On failure nothing changes. Calls no callback. One thread at a time. Cost: wipes its memory.
 */
XK_API enum xk_status xk_collector_destroy(struct xk_collector *collector);

/**
 * Give one SIP message.
 *
 * A message without key management that belongs to no call that is kept costs its reading and nothing else.
 *
 * @param collector not NULL
 * @param now_ms the host's monotonic time, milliseconds; a step back counts as no progress
 * @param message borrowed
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         read; what it leads to has been or will be told
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or a `size` member or the correlation is wrong
 * @retval XK_E_BUSY     called from inside a callback
 * @retval XK_E_FULL     no room, and no call that may be given up for it: told to the observer, the message is lost
 * @retval XK_E_SIP      the message cannot be read (sip.h): counted, and told to the observer with its source. Where
 *                       only its key management cannot be read, that is told as #XK_INCOMPLETE_UNREADABLE
 *
 * On failure nothing is added. May call: watch, on_exchange, on_incomplete, observe. One thread at a time. Cost:
 * reading, and the facts of its call, of which there is a bounded number; no allocation. It
 * takes less than 20 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_take(struct xk_collector *collector, uint64_t now_ms,
                                                     const struct xk_collector_message *message, struct xk_diag *diag);

/** "Start of interception with established IMS session" (TS 33.107 7A.7.5): what a CSCF kept of a running call. */
struct xk_collector_established {
    size_t size;                   /**< sizeof(struct xk_collector_established) */
    struct xk_bytes offer_headers; /**< start line and header fields of the message that brought the offer; or absent */
    struct xk_bytes answer_headers; /**< likewise of the answer; or absent */
    struct xk_bytes offer_sdp;     /**< absent if the CSCF has it not */
    struct xk_bytes answer_sdp;    /**< likewise */
    uint32_t source;               /**< as in struct xk_collector_message */
    bool trusted;                  /**< likewise */
    struct xk_bytes correlation;   /**< likewise; without one, `offer_headers` or `answer_headers` must be there */
    const uint8_t *xid;            /**< likewise */
    uint64_t reference;            /**< likewise */
};

/**
 * Give the event of a call that is running already: its exchange is told at once, without waiting to settle.
 *
 * Where the CSCF stores nothing (a national option, 7A.3.1.0) no such event comes: then only the next offer brings
 * keys.
 *
 * @param collector not NULL
 * @param now_ms as for xk_collector_take()
 * @param event borrowed
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         read; what it leads to has been or will be told
 * @retval XK_E_ARGUMENT a pointer is NULL, a size is wrong, there is neither header nor correlation, or no SDP
 * @retval XK_E_BUSY     called from inside a callback
 * @retval XK_E_FULL     as for xk_collector_take()
 * @retval XK_E_SIP      the headers cannot be read
 *
 * On failure nothing is added. May call: watch, on_exchange, on_incomplete, observe. One thread at a time. Cost: as
 * two calls of xk_collector_take(). It
 * takes less than 20 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_take_established(struct xk_collector *collector, uint64_t now_ms,
                                                                 const struct xk_collector_established *event,
                                                                 struct xk_diag *diag);

/**
 * The communication identity number of (warrant, call), for records of SIP messages, which go out before the first
 * exchange, and of calls that have none (TS 33.108 7.5). Of a call that is kept it is the number that its exchanges
 * will have, on each leg of the call. Unprotected calls cost nothing here, and of those it is a new number each time it
 * is asked for: the host keeps it with its call, and tells it in xk_collector_match.cin should the call come to be
 * protected.
 *
 * @param collector not NULL
 * @param now_ms as for xk_collector_take()
 * @param warrant the host's number, not 0: the same after a restart, for it is a part of what keeps a number from
 *                coming again
 * @param call_id of the call's messages, after they were taken
 * @param[out] cin never 0; set only on XK_OK
 *
 * @retval XK_OK         `*cin` is the number
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or `warrant` is 0
 * @retval XK_E_BUSY     called from inside a callback; xk_collected and xk_incomplete tell it there
 *
 * On failure nothing changes. Calls no callback. One thread at a time. Cost: one look-up; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_cin(struct xk_collector *collector, uint64_t now_ms, uint64_t warrant,
                                                    struct xk_bytes call_id, uint32_t *cin);

/**
 * Let time pass: tells what has settled, what is incomplete, and frees what is over.
 *
 * @param collector not NULL
 * @param now_ms as for xk_collector_take()
 * @param budget calls to look at before it returns; 0: all that are due
 * @param[out] more true when the budget ended it; may be NULL
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `collector` is NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changes. May call: watch, on_exchange, on_incomplete, observe. One thread at a time. Cost:
 * proportional
 * to the calls due. It
 * takes less than 20 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_tick(struct xk_collector *collector, uint64_t now_ms, uint32_t budget,
                                                     bool *more);

/**
 * When to call xk_collector_tick() next.
 *
 * @param collector NULL is answered as an empty one
 * @retval UINT64_MAX nothing waits
 * @retval time       milliseconds of the host's clock, never later than what the first call waits for
 *
 * Cannot fail. Calls no callback; may be called inside every one. Cost: constant.
 */
XK_API uint64_t xk_collector_next_deadline(const struct xk_collector *collector);

/**
 * A warrant has begun: what is kept of running calls serves it too (TS 33.108 7.5, notes 2 and 2a).
 *
 * Asks `watch` for every call that is kept, and tells the exchanges that this warrant has not had, with `mid_call`. A
 * call that nobody watched when it began is not kept, unless `watch` said perhaps.
 *
 * @param collector not NULL
 * @param now_ms as for xk_collector_take()
 * @param warrant the host's number, not 0; `watch` names it from now on
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `collector` is NULL or `warrant` is 0
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changes. May call: watch, on_exchange, observe. One thread at a time. Cost: proportional to the
 * calls
 * that the collector has room for. It
 * takes less than 20 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_warrant_started(struct xk_collector *collector, uint64_t now_ms,
                                                                uint64_t warrant);

/**
 * A warrant has ended: calls that nobody else watches are wiped, and nothing is told for it any more.
 *
 * @param collector not NULL
 * @param now_ms as for xk_collector_take()
 * @param warrant the host's number, not 0; `watch` does not name it any more
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `collector` is NULL or `warrant` is 0
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changes. May call: watch. One thread at a time. Cost: proportional to the calls that the
 * collector has
 * room for. It
 * takes less than 20 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_collector_warrant_ended(struct xk_collector *collector, uint64_t now_ms,
                                                              uint64_t warrant);

/**
 * Read the counters.
 *
 * @param collector NULL gives zeros
 * @param[out] counters owned by the caller; NULL does nothing
 *
 * Cannot fail. Calls no callback; may be called inside every one. Cost: constant.
 */
XK_API void xk_collector_read_counters(const struct xk_collector *collector, struct xk_collector_counters *counters);

/**
 * Step through the counters: for a host that exports them all in a loop.
 *
 * @param counters read before
 * @param[in,out] position 0 before the first call
 * @param[out] name constant, such as "evicted"; set on true
 * @param[out] value set on true
 * @retval true  `*name` and `*value` are the next ones
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API bool xk_collector_next_counter(const struct xk_collector_counters *counters, size_t *position,
                                      const char **name, uint64_t *value);

/**
 * How full is it?
 *
 * @param collector NULL gives zeros
 * @param[out] usage owned by the caller; NULL does nothing
 *
 * Cannot fail. Calls no callback; may be called inside every one. Cost: constant.
 */
XK_API void xk_collector_read_usage(const struct xk_collector *collector, struct xk_collector_usage *usage);

/**
 * Name of a reason, for logs: "no-answer".
 *
 * @param reason any value
 * @retval name a constant string; "" for a value that is none
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API const char *xk_incomplete_reason_name(enum xk_incomplete_reason reason);

/**
 * Name of a place, for logs: "asserted".
 *
 * @param place any value
 * @retval name a constant string; "" for a value that is none
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API const char *xk_identity_place_name(enum xk_identity_place place);

/**
 * Name of an event, for logs: "evicted".
 *
 * @param event any value
 * @retval name a constant string; "" for a value that is none
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API const char *xk_collector_event_name(enum xk_collector_event event);

#ifdef __cplusplus
}
#endif
#endif
