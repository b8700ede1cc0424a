/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The sequence numbers of a mediation function (TS 102 232-1 clause 5.2.5), and which record has which.
 *
 * A number counts the PS-PDUs of one context: LIID, operator, network element, CIN, delivery country and payload type;
 * what is absent is a value of its own. It starts at 0, goes up by 1 and wraps after 4294967295. By it a LEMF finds
 * what was lost and what came twice, so a record keeps its number for ever, whichever session sends it, after a
 * restart too. That is why the counters are an object of their own, shared by all sessions of a mediation function
 * (delivery.h), and why the host saves their state.
 *
 * A record is named by a cookie of the host's: the outcome id, for one that an outcome gave. Its life here:
 *
 *     put into a session ──> RESERVED, its octets in the session ──> DELIVERED ──xk_counters_settle()──> forgotten
 *                                 │ the session or the process ends
 *                                 └──> RESERVED, without octets: put it again, and it gets that number and time again;
 *                                      or xk_counters_forget(): the LEMF will see a gap, and the host is told which
 *
 * Between delivered and settled lies the host's own acknowledgement: xk_requester_acknowledge(), or its store. A put
 * of a record that is delivered already is refused with #XK_E_ALREADY, so that what a crash brings back is not sent
 * under a second number.
 *
 * Saved state is a snapshot and the journal records after it, or a journal from its beginning. It holds contexts, and
 * for each record that is not settled cookie, context, number and time; never an octet of a record. It names LIIDs: the
 * host stores it encrypted. A journal record is handed out before the number that it gives is used. If the state is
 * lost, create the counters with `state_lost`, as is the default: each LEMF is then told so with a cINReset before
 * anything else, and numbers, as CINs, begin at 0.
 *
 * The objects own no clock. One thread at a time for a counters object and all its sessions together. Inside
 * `journal` only queries may be called.
 */
#ifndef XK_COUNTERS_H
#define XK_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/iri.h>
#include <xk/ps_pdu.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_counters;

/**
 * @name Limits
 * @{
 */
#define XK_COUNTERS_MAX 4000000u     /**< contexts, and records, of one object */
#define XK_COUNTERS_LEMFS_MAX 65535u /**< LEMFs */
#define XK_CONTEXT_SIZE_MAX 512u     /**< octets of one context's identity */
/** @} */

/** The host's name of one record: for one made of an outcome, the outcome id. Unique among those not settled. */
struct xk_cookie {
    uint8_t octets[16];
};

/** How much a counters object holds. Filled by xk_counters_config_init(), then changed. */
struct xk_counters_config {
    size_t size;               /**< set by xk_counters_config_init() */
    uint32_t max_contexts;     /**< 1 to #XK_COUNTERS_MAX; default 4096 */
    uint32_t max_records;      /**< records that are not settled; 1 to #XK_COUNTERS_MAX; default 4096 */
    uint32_t max_lemfs;        /**< 1 to #XK_COUNTERS_LEMFS_MAX; default 16 */
    uint32_t max_context_size; /**< octets of LIID and communicationIdentifier in DER, and 2; 64 to
                                    #XK_CONTEXT_SIZE_MAX; default 128 */
    bool state_lost;           /**< default true: earlier numbers are not known, so each LEMF gets a cINReset. False
                                    only where nothing was ever sent. A restore brings its own. */
};

/** The host's callbacks. Copied at creation. */
struct xk_counters_callbacks {
    size_t size; /**< sizeof(struct xk_counters_callbacks) */
    /**
     * Append octets to the journal durably, as they are; false if that failed. Optional: without it only snapshots
     * keep the state, and what was put after the last one loses its numbers in a crash.
     *
     * If it fails when a number is given, the put is refused with #XK_E_JOURNAL and nothing changed. When a record is
     * delivered or settled a failure is counted and otherwise ignored: after a crash such a record is found as
     * RESERVED, or DELIVERED, once more.
     */
    bool (*journal)(struct xk_bytes octets, void *user);
};

/** What is known of a record. */
enum xk_record_state {
    XK_RECORD_RESERVED = 1, /**< has a number; no session holds its octets */
    XK_RECORD_HELD = 2,     /**< a session holds its octets */
    XK_RECORD_DELIVERED = 3 /**< delivered, not yet settled */
};

/** One record that is not settled. */
struct xk_record {
    struct xk_cookie cookie;
    enum xk_record_state state;
    uint32_t number;    /**< its sequence number */
    struct xk_utc time; /**< the time in its header */
};

/** How full a counters object is. */
struct xk_counters_usage {
    size_t size;             /**< set by the caller: sizeof(struct xk_counters_usage) */
    uint32_t contexts;       /**< in use */
    uint32_t records;        /**< not settled */
    uint32_t sessions;       /**< that use this object */
    uint64_t journal_failed; /**< calls of `journal` that failed */
    size_t memory;           /**< octets taken from the allocator */
};

/**
 * The name of a record's state, for logs.
 *
 * @param state any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API const char *xk_record_state_name(enum xk_record_state state);

/**
 * Fill the first `size` octets of a configuration with the defaults: for xk_counters_config_init().
 *
 * @param[out] config owned by the caller
 * @param size octets that the caller's structure has
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_counters_config_defaults(struct xk_counters_config *config, size_t size);

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
static inline void xk_counters_config_init(struct xk_counters_config *config)
{
    xk_counters_config_defaults(config, sizeof *config);
}

/**
 * Create the counters of a mediation function.
 *
 * @param config borrowed
 * @param callbacks copied; NULL for none
 * @param allocator copied; NULL for the library's own, see alloc.h
 * @param user handed to every callback; must outlive the object
 * @param[out] counters set on XK_OK only; ended by xk_counters_destroy()
 * @param[out] diag which member was refused; may be NULL
 *
 * @retval XK_OK         ready; it allocates nothing more
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or a `size` member is wrong
 * @retval XK_E_CONFIG   a member is outside its limits
 * @retval XK_E_MEMORY   the allocator gave nothing
 *
 * On failure nothing changed. Calls no callback. Any thread. Cost: proportional to the configured numbers.
 */
XK_API XK_NODISCARD enum xk_status xk_counters_create(const struct xk_counters_config *config,
                                                      const struct xk_counters_callbacks *callbacks,
                                                      const struct xk_allocator *allocator, void *user,
                                                      struct xk_counters **counters, struct xk_diag *diag);

/**
 * End a counters object: wipe and give back its memory.
 *
 * @param counters may be NULL
 *
 * @retval XK_OK     gone
 * @retval XK_E_BUSY a session still uses it, or called from inside `journal`; nothing changed
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: proportional to its memory.
 */
XK_API enum xk_status xk_counters_destroy(struct xk_counters *counters);

/**
 * What is known of a record. Before a record is encoded again, its time is found here.
 *
 * @param counters not NULL
 * @param cookie of the record
 * @param[out] record set only on XK_OK
 *
 * @retval XK_OK         `*record` tells
 * @retval XK_E_UNKNOWN  no such record: never put, or settled
 * @retval XK_E_ARGUMENT a pointer is NULL
 *
 * On failure nothing changed. Calls no callback. Safe inside callbacks. Cost: one look-up.
 */
XK_API XK_NODISCARD enum xk_status xk_counters_find(const struct xk_counters *counters, const struct xk_cookie *cookie,
                                                    struct xk_record *record);

/**
 * Step through the records that are not settled, in the order in which they got their numbers. After a restart put
 * them again in this order, and the LEMF gets each context in order.
 *
 * @param counters not NULL
 * @param[in,out] position 0 before the first call. Records that are settled or forgotten meanwhile end the walk's
 *                         right to its position: begin again.
 * @param[out] record set only on XK_OK
 *
 * @retval XK_OK         `*record` is the next one
 * @retval XK_E_UNKNOWN  there is no further one
 * @retval XK_E_ARGUMENT a pointer is NULL
 *
 * On failure nothing changed. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_counters_next(const struct xk_counters *counters, uint32_t *position,
                                                    struct xk_record *record);

/**
 * The host is done with a delivered record: what it was made from has been acknowledged. Its cookie is forgotten.
 *
 * @param counters not NULL
 * @param cookie of the record
 *
 * @retval XK_OK         forgotten
 * @retval XK_E_UNKNOWN  no such record
 * @retval XK_E_LATE     it has not been delivered: to give it up, see xk_counters_forget()
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside `journal`
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one look-up.
 */
XK_API enum xk_status xk_counters_settle(struct xk_counters *counters, const struct xk_cookie *cookie);

/**
 * Give up a record that no session holds: its number will never be filled.
 *
 * @param counters not NULL
 * @param cookie of the record
 * @param[out] record what was given up: the LEMF sees a gap at its number, unless it was delivered; may be NULL
 *
 * @retval XK_OK         forgotten
 * @retval XK_E_UNKNOWN  no such record
 * @retval XK_E_EXISTS   a session holds it: purge or destroy that first
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside `journal`
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one look-up.
 */
XK_API enum xk_status xk_counters_forget(struct xk_counters *counters, const struct xk_cookie *cookie,
                                         struct xk_record *record);

/**
 * A communication has ended: its contexts, of every payload type, may be forgotten as soon as their last record is
 * settled. A CIN is never used again, so nobody will ask for a number in them.
 *
 * @param counters not NULL
 * @param header its LIID and communication
 * @param[out] ended how many contexts; may be NULL
 *
 * @retval XK_OK         told; a put into such a context before it is forgotten goes on counting, and keeps it
 * @retval XK_E_ARGUMENT a pointer is NULL or `header->size` wrong
 * @retval "104, 106-107" the header breaks a rule
 * @retval XK_E_TOO_LARGE longer than `max_context_size`
 * @retval XK_E_BUSY     called from inside `journal`
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one pass over `max_contexts`.
 */
XK_API enum xk_status xk_counters_end(struct xk_counters *counters, const struct xk_ps_header *header, uint32_t *ended);

/**
 * A warrant has ended: forget its contexts and records. Purge its sessions first (xk_delivery_purge()), and store a
 * snapshot and destroy what was written before, since the LIID is in it.
 *
 * @param counters not NULL
 * @param liid 1 to #XK_LIID_MAX octets, borrowed
 * @param country authorisation country, two letters or two NULs as in the headers; one LIID in two countries is two
 *                warrants. A context that both have used stays for the other.
 * @param[out] forgotten how many records that were not delivered; may be NULL
 *
 * @retval XK_OK         nothing of it is left
 * @retval XK_E_ARGUMENT a pointer is NULL or the LIID's size outside its limits
 * @retval XK_E_EXISTS   a session still holds a record of it; nothing changed
 * @retval XK_E_BUSY     called from inside `journal`
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one pass over contexts and records.
 */
XK_API enum xk_status xk_counters_purge(struct xk_counters *counters, struct xk_bytes liid, const char country[2],
                                        uint32_t *forgotten);

/**
 * Write the whole state.
 *
 * @param counters not NULL
 * @param[out] out receives the snapshot; may be NULL with `capacity` 0 to ask for the size
 * @param capacity octets that `out` can take
 * @param[out] size octets written, or needed with XK_E_SPACE
 *
 * @retval XK_OK         written; the journal goes on behind it
 * @retval XK_E_SPACE    `capacity` is too small; nothing was written
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside `journal`
 *
 * On failure nothing changed but `*size`. Calls no callback. Not inside callbacks. Cost: one pass over all.
 */
XK_API XK_NODISCARD enum xk_status xk_counters_snapshot(struct xk_counters *counters, uint8_t *out, size_t capacity,
                                                        size_t *size);

/**
 * Where the last whole record of a saved state ends: cut off what is behind it, which a crash left half written.
 *
 * @param data borrowed; may be NULL with `size` 0
 * @param size octets of it
 * @retval octets up to the end of the last record before which all are whole and undamaged
 *
 * Cannot fail. Calls no callback. Any thread. Cost: one pass over the octets.
 */
XK_API size_t xk_counters_whole(const uint8_t *data, size_t size);

/**
 * Fill a fresh counters object from a snapshot, and the journal written after it; or from a journal from its beginning.
 *
 * @param counters without contexts, records or sessions
 * @param data borrowed for this call
 * @param size octets of it
 * @param[out] diag offset of the record that was refused; may be NULL
 *
 * @retval XK_OK                  restored; records that were not delivered are RESERVED
 * @retval XK_E_ARGUMENT          a pointer is NULL
 * @retval XK_E_ALREADY           not fresh
 * @retval XK_E_SNAPSHOT          damaged, cut off, or contradictory
 * @retval XK_E_SNAPSHOT_VERSION  of an unknown format version
 * @retval XK_E_FULL              more than this object can hold
 * @retval XK_E_TOO_LARGE         a context is longer than `max_context_size`
 * @retval XK_E_BUSY              called from inside `journal`
 *
 * On failure the object is as fresh as before. Calls no callback. Not inside callbacks. Cost: one pass.
 */
XK_API XK_NODISCARD enum xk_status xk_counters_restore(struct xk_counters *counters, const uint8_t *data, size_t size,
                                                       struct xk_diag *diag);

/**
 * How full the object is.
 *
 * @param counters not NULL
 * @param[in,out] usage `size` set by the caller
 *
 * @retval XK_OK         told
 * @retval XK_E_ARGUMENT a pointer is NULL or `usage->size` wrong
 *
 * On failure nothing changed. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_counters_read_usage(const struct xk_counters *counters, struct xk_counters_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
