/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The mediation side of an HI2 connection (TS 102 232-1 clauses 6.2 to 6.4): numbers records, keeps them until they are
 * delivered, and speaks with the LEMF, without any socket, clock or thread of its own.
 *
 * There is no framing: PS-PDUs stand back to back in the octets of one TCP or TLS connection. TLS is the host's; with
 * keys in the records TS 33.108 7.3 demands it.
 *
 * The loop of a host:
 *
 *     when                                         what
 *     an outcome has come                          xk_delivery_put() its record
 *     event CONNECT                                open a connection; then xk_delivery_connected(), or
 *                                                  xk_delivery_disconnected() if that fails
 *     the connection can be written                write what xk_delivery_output() gives; then
 *                                                  xk_delivery_consumed() as much as was taken
 *     octets were read                             xk_delivery_input()
 *     xk_delivery_next_deadline() has come         xk_delivery_tick()
 *     event CLOSE                                  close the connection; then xk_delivery_disconnected()
 *     event DELIVERED                              acknowledge the outcome; then xk_counters_settle()
 *     after each of these                          xk_delivery_next_event(), until there is none
 *
 * What is promised: a record that was put is delivered, in the sense of the agreement (delivery_config.h), or told as a
 * HOLE, or is in the buffer. Nothing is dropped in silence. Records of one session leave in the order of their puts. A
 * record keeps its octets, number and time whenever it is sent again.
 *
 * The buffer holds keys: it is the one place in libxk where keys rest. It is bounded in octets and in age; a record is
 * wiped there when it is released, purged or too old, and all of it when the session is destroyed. It lies in memory of
 * the host's allocator, or in memory that is left out of core dumps. No octet of a record is in saved state, event or
 * diagnostic.
 *
 * Threads: a counters object and its sessions belong to one thread at a time. Callbacks (integrity, journal) run on the
 * calling thread; inside them all but queries answer #XK_E_BUSY. After creation nothing is allocated.
 */
#ifndef XK_DELIVERY_H
#define XK_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/counters.h>
#include <xk/delivery_config.h>
#include <xk/export.h>
#include <xk/hi2.h>
#include <xk/ps_pdu.h>
#include <xk/status.h>
#include <xk/tri.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_delivery;

/** One record to deliver. All borrowed for the call. */
struct xk_delivery_record {
    size_t size;             /**< sizeof(struct xk_delivery_record) */
    struct xk_cookie cookie; /**< names the record; of an outcome, its id */
    /** LIID, communication, countries, time and its form. The number is the counters'; for a cookie that has a number
     * already, so is the time. */
    struct xk_ps_header header;
    enum xk_hi2_module module; /**< that the record was encoded in */
    enum xk_ps_form form;      /**< default of the mapping: #XK_PS_BARE_PARAMETERS */
    struct xk_bytes record;    /**< as xk_hi2_record_encode() wrote it */
};

/** What a session tells. */
enum xk_delivery_event_kind {
    XK_DELIVERY_NOTHING = 0,
    XK_DELIVERY_CONNECT = 1,    /**< open a connection */
    XK_DELIVERY_CLOSE = 2,      /**< close the connection; `status` tells why: #XK_E_SILENT, #XK_E_SLOW, #XK_E_FLOOD,
                                     #XK_E_UNEXPECTED or #XK_E_ANSWER in a negotiation, "260-267" for what is no
                                     PS-PDU, #XK_OK when the host asked for it */
    XK_DELIVERY_NEGOTIATED = 3, /**< records may go; `acknowledgement` tells whether the LEMF acknowledges */
    XK_DELIVERY_DELIVERED = 4,  /**< the record `cookie` is delivered, and its octets are wiped */
    XK_DELIVERY_HOLE = 5, /**< the octets of record `cookie` are wiped and were not delivered; with `sent` the LEMF may
                               have them all the same. #XK_OK: it was purged, `number` will not be filled.
                               #XK_E_LATE: it was too old; put it again to fill its number, or forget it
                               (xk_counters_forget()). */
    XK_DELIVERY_ROOM = 6, /**< after #XK_E_FULL: there is room again */
    XK_DELIVERY_UNEXPECTED = 7, /**< the LEMF sent what has no place here, and it was stepped over: `count` times since
                                    the last event, the last with `status` and `tri`. The host may close. */
    XK_DELIVERY_MESSAGE = 8,    /**< an operatorLeaMessage of the LEMF: `message`, `count` as above */
    XK_DELIVERY_RESET = 9,      /**< the cINReset after a loss of state is delivered */
    XK_DELIVERY_UNCHECKED = 10  /**< `count` integrity checks were left out: `finish` failed, or they were too large */
};

/** One event. */
struct xk_delivery_event {
    size_t size; /**< sizeof(struct xk_delivery_event) */
    enum xk_delivery_event_kind kind;
    enum xk_status status;
    struct xk_cookie cookie;
    uint32_t number;
    bool sent;
    bool acknowledgement;
    enum xk_tri_type tri; /**< #XK_TRI_INTEGRITY_CHECK too for what is no TRI */
    uint32_t count;
    struct xk_bytes message; /**< valid until the next call of xk_delivery_input() or _disconnected() */
};

/** What has been counted since creation. */
struct xk_delivery_counters {
    size_t size;           /**< set by the caller: sizeof(struct xk_delivery_counters) */
    uint64_t put;          /**< records taken */
    uint64_t delivered;    /**< records released as delivered */
    uint64_t holes;        /**< records purged or too old */
    uint64_t refused_full; /**< puts refused for want of room */
    uint64_t sent;         /**< PS-PDUs of records, repeats included */
    uint64_t repeated;     /**< of these, those sent again */
    uint64_t octets_out;
    uint64_t octets_in;
    uint64_t connections;
    uint64_t connect_failed;
    uint64_t closed; /**< connections that the session wanted closed */
    uint64_t keep_alives;
    uint64_t requests;     /**< pDUAcknowledgementRequests */
    uint64_t negotiations; /**< completed */
    uint64_t checks;       /**< integrity checks inserted */
    uint64_t unexpected;   /**< PS-PDUs without a place here */
    uint64_t clock_back;
};

/** How full a session is. */
struct xk_delivery_usage {
    size_t size;      /**< set by the caller: sizeof(struct xk_delivery_usage) */
    uint32_t records; /**< PS-PDUs in the buffer */
    uint32_t unsent;  /**< of these, not yet wholly sent on this connection */
    size_t octets;    /**< of the buffer in use, gaps at its end included */
    bool connected;
    bool acknowledged; /**< the LEMF acknowledges, on this connection */
    size_t memory;     /**< octets taken from the allocator */
};

/**
 * The name of an event, for logs.
 *
 * @param kind any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a table look-up.
 */
XK_API const char *xk_delivery_event_name(enum xk_delivery_event_kind kind);

/**
 * Create a session. Its first event is CONNECT. If the counters say that state was lost, a cINReset goes before all.
 *
 * @param config borrowed
 * @param counters outlive the session; shared by the sessions of a mediation function
 * @param callbacks copied; NULL without integrity checks
 * @param allocator copied; NULL for the library's own, see alloc.h
 * @param user handed to every callback; must outlive the session
 * @param now the host's clock
 * @param[out] delivery set on XK_OK only; ended by xk_delivery_destroy()
 * @param[out] diag which member was refused; may be NULL
 *
 * @retval XK_OK         ready; it allocates nothing more
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or a `size` member is wrong
 * @retval XK_E_CONFIG   a member is outside its limits, or contradicts another
 * @retval XK_E_MEMORY   the allocator gave nothing
 * @retval XK_E_FULL     the counters know `max_lemfs` other LEMFs
 * @retval XK_E_JOURNAL  the counters' journal could not take the LEMF
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: proportional to `max_records`.
 */
XK_API XK_NODISCARD enum xk_status
xk_delivery_create(const struct xk_delivery_config *config, struct xk_counters *counters,
                   const struct xk_delivery_callbacks *callbacks, const struct xk_allocator *allocator, void *user,
                   struct xk_moment now, struct xk_delivery **delivery, struct xk_diag *diag);

/**
 * End a session: wipe and give back its memory. Records that were not delivered keep their numbers in the counters: put
 * them into another session, or forget them there.
 *
 * @param delivery may be NULL
 *
 * @retval XK_OK     gone
 * @retval XK_E_BUSY called from inside a callback; nothing changed
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: proportional to its memory.
 */
XK_API enum xk_status xk_delivery_destroy(struct xk_delivery *delivery);

/**
 * Take a record for delivery: number it, wrap it into its PS-PDU and keep that.
 *
 * A cookie that is known without octets (counters.h) gets the number and the time that it had.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param record borrowed for this call; it may not lie in memory of the session
 * @param[out] number that it got; set only on XK_OK; may be NULL
 * @param[out] diag what was refused; `offset` tells the size with XK_E_TOO_LARGE; may be NULL
 *
 * @retval XK_OK          taken; the host will hear of it in DELIVERED or HOLE
 * @retval XK_E_FULL      no room for it in the buffer (ROOM will tell), or in the counters (field "max_records" or
 *                        "max_contexts": settle, forget or end)
 * @retval XK_E_TOO_LARGE larger than `max_pdu`, or than the counters' `max_context_size`
 * @retval XK_E_EXISTS    a session holds this record already
 * @retval XK_E_ALREADY   it is delivered: acknowledge what it was made from, and settle
 * @retval XK_E_CONFLICT  the cookie names a record of another context
 * @retval XK_E_JOURNAL   the counters' journal could not take the number
 * @retval XK_E_ARGUMENT  a pointer is NULL, a `size` wrong, or an enum unknown
 * @retval "104, 106-107, 260-264" the header breaks a rule, or `record` is not one record
 * @retval XK_E_BUSY      called from inside a callback
 *
 * On failure nothing changed. May call: journal, update, finish. Not inside callbacks. Cost: that of the encoding, two
 * look-ups and, with integrity checks, the hash; no allocation.
 * It takes less than 8 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_delivery_put(struct xk_delivery *delivery, struct xk_moment now,
                                                   const struct xk_delivery_record *record, uint32_t *number,
                                                   struct xk_diag *diag);

/**
 * Send a TRI of the host's: testPDU at activation (7.3.1), cINReset of one LIID (6.2.2) or operatorLeaMessage. It is
 * kept and sent again like a record, but does not survive the process.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param header LIID, communication, countries and time; the number is set: 0, or for an operatorLeaMessage the next
 * @param tri one of the three
 * @param[out] diag what was refused; may be NULL
 *
 * @retval XK_OK          taken
 * @retval XK_E_FULL      as for a put
 * @retval XK_E_TOO_LARGE as for a put
 * @retval XK_E_JOURNAL   as for a put
 * @retval XK_E_ARGUMENT  a pointer is NULL, a `size` wrong, or another type
 * @retval "104, 106-107" header or content break a rule
 * @retval XK_E_BUSY      called from inside a callback
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: that of the encoding.
 * It takes less than 8 KiB of stack, callbacks aside.
 */
XK_API XK_NODISCARD enum xk_status xk_delivery_put_tri(struct xk_delivery *delivery, struct xk_moment now,
                                                       const struct xk_ps_header *header, const struct xk_tri *tri,
                                                       struct xk_diag *diag);

/**
 * What to write to the connection next.
 *
 * Keep-alives and acknowledgement requests go before the next whole PS-PDU, never inside one.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param[out] octets to be written, keys among them; empty when there is nothing. They stay as they are until
 *                    xk_delivery_consumed() or _disconnected(), whatever is called between.
 *
 * @retval XK_OK         `*octets` is set
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_delivery_output(struct xk_delivery *delivery, struct xk_moment now, struct xk_bytes *octets);

/**
 * So many of the octets that xk_delivery_output() gave last were written.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param size from 0 to what was given
 *
 * @retval XK_OK         counted
 * @retval XK_E_ARGUMENT NULL, or more than was given
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one pass over the records that were
 * written whole or released.
 */
XK_API enum xk_status xk_delivery_consumed(struct xk_delivery *delivery, struct xk_moment now, size_t size);

/**
 * Octets that came from the LEMF: answers and options, in pieces of any size.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param data borrowed
 * @param size octets of it
 *
 * @retval XK_OK         all were taken; what is wrong with them is told by events
 * @retval XK_E_LATE     there is no connection, or it is to be closed: nothing was taken
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one pass over the octets, and over the
 * records that are released.
 */
XK_API enum xk_status xk_delivery_input(struct xk_delivery *delivery, struct xk_moment now, const uint8_t *data,
                                        size_t size);

/**
 * With #XK_RELEASE_TRANSPORT: how much of what was written on this connection its transport knows to have arrived.
 * On Linux: octets consumed, less SIOCOUTQ.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param octets since xk_delivery_connected(); at most what was consumed since
 *
 * @retval XK_OK         counted; fewer than before changes nothing
 * @retval XK_E_LATE     there is no connection
 * @retval XK_E_ARGUMENT NULL, or more than was consumed
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one pass over what is released.
 */
XK_API enum xk_status xk_delivery_transport_acknowledged(struct xk_delivery *delivery, struct xk_moment now,
                                                         uint64_t octets);

/**
 * A connection is there, as CONNECT asked for: authenticated and ready for octets.
 *
 * @param delivery not NULL
 * @param now the host's clock
 *
 * @retval XK_OK         output goes on with what is not delivered, then with what is new
 * @retval XK_E_ALREADY  there is one
 * @retval XK_E_ARGUMENT NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_delivery_connected(struct xk_delivery *delivery, struct xk_moment now);

/**
 * The connection has ended, or could not be opened. CONNECT follows: at once after a connection, unless two in a row
 * came to nothing; else `reconnect` later.
 *
 * @param delivery not NULL
 * @param now the host's clock
 *
 * @retval XK_OK         all that is not delivered will be sent again
 * @retval XK_E_ARGUMENT NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_delivery_disconnected(struct xk_delivery *delivery, struct xk_moment now);

/**
 * The host wants the connection closed: CLOSE follows, with #XK_OK.
 *
 * @param delivery not NULL
 *
 * @retval XK_OK         CLOSE follows
 * @retval XK_E_LATE     there is no connection, or it is to be closed already
 * @retval XK_E_ARGUMENT NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. Calls no callback. Not inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_delivery_close(struct xk_delivery *delivery);

/**
 * Let time pass.
 *
 * @param delivery not NULL
 * @param now the host's clock
 *
 * @retval XK_OK         what was due is done, and told by events
 * @retval XK_E_ARGUMENT NULL
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. May call: journal, finish, update. Not inside callbacks. Cost: proportional to what is
 * due, and to `max_chains` when an integrity check is.
 */
XK_API enum xk_status xk_delivery_tick(struct xk_delivery *delivery, struct xk_moment now);

/**
 * When to call xk_delivery_tick() next.
 *
 * @param delivery not NULL
 * @retval XK_NEVER nothing waits for time
 * @retval time in milliseconds of the host's clock
 *
 * Cannot fail. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API uint64_t xk_delivery_next_deadline(const struct xk_delivery *delivery);

/**
 * The next event.
 *
 * @param delivery not NULL
 * @param[out] event set; its kind is #XK_DELIVERY_NOTHING when there is none
 *
 * @retval true  `*event` is one
 * @retval false there is none, a pointer is NULL, or called from inside a callback
 *
 * Cannot fail. May call: journal. Not inside callbacks. Cost: constant, but for a pass over the buffer when there are
 * holes to tell.
 */
XK_API bool xk_delivery_next_event(struct xk_delivery *delivery, struct xk_delivery_event *event);

/**
 * A communication or warrant ends: insert now the integrity checks that are open for a LIID (annex J).
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param liid 1 to #XK_LIID_MAX octets
 *
 * @retval XK_OK         inserted, or there is nothing to check
 * @retval XK_E_FULL     no room now: ROOM will tell; call again
 * @retval XK_E_ARGUMENT a pointer is NULL or the size outside its limits
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure some may be inserted. May call: journal, finish, update. Not inside callbacks. Cost: a pass over the
 * chains.
 * It takes less than 8 KiB of stack, callbacks aside.
 */
XK_API enum xk_status xk_delivery_flush(struct xk_delivery *delivery, struct xk_moment now, struct xk_bytes liid);

/**
 * A warrant has ended: wipe every record of it in the buffer, and forget it in the counters. Each is told as a HOLE.
 * One that is partly sent is finished, because the LEMF would lose its place, and then wiped.
 *
 * @param delivery not NULL
 * @param now the host's clock
 * @param liid 1 to #XK_LIID_MAX octets
 * @param country authorisation country as in the headers, two letters or two NULs
 * @param[out] purged how many records; may be NULL
 *
 * @retval XK_OK         none is left but one that is being sent
 * @retval XK_E_ARGUMENT a pointer is NULL or the size outside its limits
 * @retval XK_E_BUSY     called from inside a callback
 *
 * On failure nothing changed. May call: journal. Not inside callbacks. Cost: one pass over the buffer.
 */
XK_API enum xk_status xk_delivery_purge(struct xk_delivery *delivery, struct xk_moment now, struct xk_bytes liid,
                                        const char country[2], uint32_t *purged);

/**
 * Read the counters.
 *
 * @param delivery not NULL
 * @param[in,out] counters `size` set by the caller
 *
 * @retval XK_OK         told
 * @retval XK_E_ARGUMENT a pointer is NULL or `counters->size` wrong
 *
 * On failure nothing changed. Calls no callback. Safe inside callbacks. Cost: one copy.
 */
XK_API enum xk_status xk_delivery_read_counters(const struct xk_delivery *delivery,
                                                struct xk_delivery_counters *counters);

/**
 * Step through the counters: for a host that exports them all in a loop.
 *
 * @param counters read before
 * @param[in,out] position 0 before the first call
 * @param[out] name constant, such as "delivered"; set on true
 * @param[out] value set on true
 * @retval true  `*name` and `*value` are the next ones
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API bool xk_delivery_next_counter(const struct xk_delivery_counters *counters, size_t *position,
                                     const char **name, uint64_t *value);

/**
 * How full the session is.
 *
 * @param delivery not NULL
 * @param[in,out] usage `size` set by the caller
 *
 * @retval XK_OK         told
 * @retval XK_E_ARGUMENT a pointer is NULL or `usage->size` wrong
 *
 * On failure nothing changed. Calls no callback. Safe inside callbacks. Cost: constant.
 */
XK_API enum xk_status xk_delivery_read_usage(const struct xk_delivery *delivery, struct xk_delivery_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
