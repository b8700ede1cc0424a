/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The authority's side of an HI2 connection (TS 102 232-1 clauses 6.3.4 to 6.3.6): cuts the octets into PS-PDUs,
 * answers keep-alives, negotiates, and acknowledges when the host says that it has stored what came before.
 *
 * The loop of a host, which listens and accepts; one object a connection, or one for one connection after the other:
 *
 *     xk_delivery_lemf_connected()
 *     xk_delivery_lemf_input()           give what was read; it takes up to the end of one PS-PDU
 *     xk_delivery_lemf_next_event()      after each input, until there is none
 *         PDU           store it; its numbers tell what is missing (ps_pdu.h); repeats are to be expected
 *         UNREADABLE    set aside, the rest goes on
 *         ACKNOWLEDGE   make sure that all PDUs so far are stored, then xk_delivery_lemf_stored()
 *         CLOSE         close the connection
 *     xk_delivery_lemf_output(), _consumed()
 *     xk_delivery_lemf_disconnected()
 *
 * A PS-PDU is read as BER of any form. It is handed over whatever its payload is: IRI, TRI that is for the host
 * (cINReset, testPDU, integrityCheck, operatorLeaMessage, segment flags, and types that are not known here), or any
 * other. It holds keys: its place in this object is wiped when the next one is read, when the connection ends, and by
 * destroy. Nothing is sent that was not asked for, but what a negotiation demands.
 *
 * One thread at a time for an object. No callbacks. After creation nothing is allocated.
 */
#ifndef XK_DELIVERY_LEMF_H
#define XK_DELIVERY_LEMF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/alloc.h>
#include <xk/bytes.h>
#include <xk/delivery_config.h>
#include <xk/export.h>
#include <xk/ps_pdu.h>
#include <xk/status.h>
#include <xk/tri.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_delivery_lemf;

#define XK_LEMF_ANSWERS_MAX                                                                                            \
    16u /**< answers, and acknowledgement requests, that wait at one time; then no input is taken */

/** How the LEMF's side behaves. Filled by xk_delivery_lemf_config_init(), then changed. */
struct xk_delivery_lemf_config {
    size_t size; /**< set by xk_delivery_lemf_config_init() */
    /** Header of the answers; a response copies LIID and the rest from here, number from the request. Copied. */
    struct xk_ps_header identity;
    uint32_t max_pdu; /**< octets of one PS-PDU; 256 to #XK_PS_PDU_MAX; default #XK_PS_PDU_MAX. A longer one is told and
                           stepped over. */
    bool options;     /**< default true: negotiates. False: steps over option requests, as a LEMF that knows none. */
    bool acknowledges; /**< default true: accepts pDUAcknowledgement, and answers requests for it */
};

/** What is told. */
enum xk_lemf_event_kind {
    XK_LEMF_NOTHING = 0,
    XK_LEMF_PDU = 1, /**< `octets`, read as `pdu`; of a TRI also `tri` */
    XK_LEMF_UNREADABLE = 2, /**< `octets` cannot be read; `diag` tells where and why. Empty: over `max_pdu` */
    XK_LEMF_ACKNOWLEDGE = 3, /**< store what came before, then xk_delivery_lemf_stored(number) */
    XK_LEMF_NEGOTIATED = 4,  /**< records may come; `acknowledges` tells what was agreed */
    XK_LEMF_CLOSE = 5        /**< close the connection; `diag.status` tells why */
};

/** One event. Views are valid until the next xk_delivery_lemf_input(), _connected(), _disconnected() or _destroy(). */
struct xk_lemf_event {
    size_t size; /**< sizeof(struct xk_lemf_event) */
    enum xk_lemf_event_kind kind;
    struct xk_bytes octets; /**< the whole PS-PDU, keys included */
    struct xk_ps_pdu pdu;   /**< decoded; step through its IRI with xk_ps_pdu_next_payload() */
    struct xk_tri tri;      /**< if it is a TRI */
    uint32_t number;   /**< of the acknowledgement request */
    bool acknowledges;
    struct xk_diag diag;
};

/**
 * The name of an event, for logs.
 *
 * @param kind any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a table look-up.
 */
XK_API const char *xk_lemf_event_name(enum xk_lemf_event_kind kind);

/**
 * Fill the first `size` octets of a configuration with the defaults: for xk_delivery_lemf_config_init().
 *
 * @param[out] config owned by the caller
 * @param size octets that the caller's structure has
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_delivery_lemf_config_defaults(struct xk_delivery_lemf_config *config, size_t size);

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
static inline void xk_delivery_lemf_config_init(struct xk_delivery_lemf_config *config)
{
    xk_delivery_lemf_config_defaults(config, sizeof *config);
}

/**
 * Create the LEMF's side.
 *
 * @param config borrowed
 * @param allocator copied; NULL for the library's own, see alloc.h
 * @param[out] lemf set on XK_OK only; ended by xk_delivery_lemf_destroy()
 * @param[out] diag which member was refused; may be NULL
 *
 * @retval XK_OK         ready; it allocates nothing more
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or a `size` member is wrong
 * @retval XK_E_CONFIG   a member is outside its limits
 * @retval XK_E_MEMORY   the allocator gave nothing
 * @retval "104, 106-107" the identity breaks a rule of the header
 *
 * On failure nothing changed. Calls no callback. Any thread. Cost: one allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_delivery_lemf_create(const struct xk_delivery_lemf_config *config,
                                                           const struct xk_allocator *allocator,
                                                           struct xk_delivery_lemf **lemf, struct xk_diag *diag);

/**
 * End it: wipe and give back its memory.
 *
 * @param lemf may be NULL
 *
 * Cannot fail. Calls no callback. Cost: proportional to its memory.
 */
XK_API void xk_delivery_lemf_destroy(struct xk_delivery_lemf *lemf);

/**
 * A connection begins: what belonged to an earlier one is forgotten.
 *
 * @param lemf not NULL
 *
 * @retval XK_OK         ready for octets
 * @retval XK_E_ARGUMENT NULL
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: constant.
 */
XK_API enum xk_status xk_delivery_lemf_connected(struct xk_delivery_lemf *lemf);

/**
 * The connection has ended: what was partly read is wiped. It will come again.
 *
 * @param lemf not NULL
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT NULL
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: constant.
 */
XK_API enum xk_status xk_delivery_lemf_disconnected(struct xk_delivery_lemf *lemf);

/**
 * Octets that came, in pieces of any size. They are taken up to the end of one PS-PDU at most, and none while an event
 * waits or #XK_LEMF_ANSWERS_MAX answers do.
 *
 * @param lemf not NULL
 * @param utc the date, for answers
 * @param data borrowed
 * @param size octets of it
 * @param[out] used how many were taken: give the rest again after the events
 *
 * @retval XK_OK         `*used` is set
 * @retval XK_E_LATE     there is no connection, or it is to be closed
 * @retval XK_E_ARGUMENT a pointer is NULL
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: one copy of the octets.
 */
XK_API enum xk_status xk_delivery_lemf_input(struct xk_delivery_lemf *lemf, struct xk_utc utc, const uint8_t *data,
                                             size_t size, size_t *used);

/**
 * The next event.
 *
 * @param lemf not NULL
 * @param[out] event set; its kind is #XK_LEMF_NOTHING when there is none
 *
 * @retval true  `*event` is one
 * @retval false there is none, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. One thread at a time. Cost: one copy.
 */
XK_API bool xk_delivery_lemf_next_event(struct xk_delivery_lemf *lemf, struct xk_lemf_event *event);

/**
 * All that came before an acknowledgement request is stored: it is answered, and those before it.
 *
 * @param lemf not NULL
 * @param utc the date, for the answers
 * @param number of the request, from #XK_LEMF_ACKNOWLEDGE
 *
 * @retval XK_OK         the answers will be given by output
 * @retval XK_E_UNKNOWN  no such request on this connection
 * @retval XK_E_ARGUMENT NULL
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: constant.
 */
XK_API enum xk_status xk_delivery_lemf_stored(struct xk_delivery_lemf *lemf, struct xk_utc utc, uint32_t number);

/**
 * What to write to the connection next.
 *
 * @param lemf not NULL
 * @param[out] octets empty when there is nothing; valid until the next call with `lemf` other than next_event
 *
 * @retval XK_OK         `*octets` is set
 * @retval XK_E_ARGUMENT a pointer is NULL
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: one encoding.
 */
XK_API enum xk_status xk_delivery_lemf_output(struct xk_delivery_lemf *lemf, struct xk_bytes *octets);

/**
 * So many of the octets that xk_delivery_lemf_output() gave last were written.
 *
 * @param lemf not NULL
 * @param size from 0 to what was given
 *
 * @retval XK_OK         counted
 * @retval XK_E_ARGUMENT NULL, or more than was given
 *
 * On failure nothing changed. Calls no callback. One thread at a time. Cost: constant.
 */
XK_API enum xk_status xk_delivery_lemf_consumed(struct xk_delivery_lemf *lemf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
