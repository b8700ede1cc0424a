/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How a delivery session behaves (delivery.h): what it needs to know of the agreement between operator and authority.
 *
 * When is a record delivered, so that its octets may go? TS 102 232-1 leaves four ways to the agreement. They differ in
 * what may be lost when a connection breaks, and in nothing else: what has not been released is sent again, before
 * anything new, octet for octet.
 *
 *     way                     released when                              what may be lost
 *     acknowledged (6.3.6)    the LEMF has answered a                    nothing
 *                             pDUAcknowledgementRequest behind it
 *     transport (6.4.3, 1)    TCP says that the LEMF's host has it       what that host had not yet given to the LEMF
 *     further (6.4.3, 2)      N octets were sent behind it, or the       what was under way and between hosts, if more
 *                             link was idle for M minutes without error  than N octets; with N the size of the TCP send
 *                                                                        buffer: as with transport
 *     written (6.4.3, 3)      the host has written it to its socket      all that was under way
 *
 * In each case the LEMF can tell: a number is missing. Without saved state (counters.h) a crash also loses what was in
 * the buffer, and the numbers; then the LEMF is told by cINReset.
 */
#ifndef XK_DELIVERY_CONFIG_H
#define XK_DELIVERY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/export.h>
#include <xk/iri.h>
#include <xk/ps_pdu.h>
#include <xk/requester_config.h>
#include <xk/tri.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits
 * @{
 */
#define XK_DELIVERY_BUFFER_MIN 65536u      /**< octets of a session's buffer */
#define XK_DELIVERY_BUFFER_MAX 1073741824u /**< likewise */
#define XK_DELIVERY_RECORDS_MAX 1000000u   /**< records in a session's buffer */
#define XK_DELIVERY_CHAINS_MAX 1024u       /**< communications whose integrity is checked at one time */
#define XK_DELIVERY_CHECK_MAX 1000u        /**< PS-PDUs that one integrity check covers */
#define XK_DELIVERY_CHECK_VALUE_MAX 512u   /**< octets of a hash or signature */
/** @} */

/** Now: on the host's monotonic clock, and as the date that PS-PDUs bear. */
struct xk_moment {
    uint64_t ms;       /**< milliseconds; a step back counts as no progress */
    struct xk_utc utc; /**< only ever written into PS-PDUs */
};

/** Whether the LEMF acknowledges (6.3.6). */
enum xk_acknowledgement {
    XK_ACKNOWLEDGEMENT_NONE = 0,      /**< no: `release` says when a record is delivered */
    XK_ACKNOWLEDGEMENT_AGREED = 1,    /**< yes, by agreement, without negotiation */
    XK_ACKNOWLEDGEMENT_NEGOTIATED = 2 /**< asked on each connection (6.3.5); a LEMF that knows no options, or
                                           declines: `release` */
};

/** When a record is delivered without acknowledgement (6.4.3). */
enum xk_release {
    XK_RELEASE_TRANSPORT = 1, /**< the host tells by xk_delivery_transport_acknowledged() */
    XK_RELEASE_FURTHER = 2,   /**< `further_octets` later, or idle for `further_time` */
    XK_RELEASE_WRITTEN = 3    /**< as soon as it is written; only by agreement */
};

/** How a session behaves. Filled by xk_delivery_config_init(), then changed. All times are milliseconds. */
struct xk_delivery_config {
    size_t size;   /**< set by xk_delivery_config_init() */
    uint32_t lemf; /**< the host's number of this LEMF; the same after a restart */
    /** Header of what the session itself sends: operator, network element, countries, domain version, time form. Its
     * LIID is written as "-", number and time as they are due. Copied. Time form absent is refused. */
    struct xk_ps_header identity;
    uint32_t buffer_size; /**< octets for PS-PDUs that are not delivered; #XK_DELIVERY_BUFFER_MIN to
                               #XK_DELIVERY_BUFFER_MAX; default 1048576 */
    uint32_t max_records; /**< how many of them; 1 to #XK_DELIVERY_RECORDS_MAX; default 1024 */
    uint32_t max_age;     /**< how long one may lie there; default 86400000. It is then wiped and told as a hole. */
    uint32_t max_pdu;     /**< octets of one PS-PDU; 256 to #XK_PS_PDU_MAX; default 65535: a known receiver loses its
                               place beyond */
    uint32_t keep_alive;  /**< TIME1: idle time before a keep-alive; default 300000; 0 for none */
    uint32_t answer;      /**< TIME3: wait for its answer, then close; default 60000 */
    uint32_t stall;       /**< most time that one PS-PDU may take, either way, then close; default 60000 */
    uint32_t reconnect;   /**< wait after a failed attempt to connect; default 30000 */
    uint32_t negotiation; /**< most time for a negotiation, then close; default 60000 */
    enum xk_acknowledgement acknowledgement; /**< default #XK_ACKNOWLEDGEMENT_NONE */
    uint32_t acknowledge_time;               /**< TIME6: age of what was sent before it is asked for; default 5000 */
    uint32_t acknowledge_count;              /**< or so many PS-PDUs; default 100 */
    uint32_t acknowledge_wait;               /**< TIME5: wait for the answer, then close; default 60000 */
    enum xk_release release;                 /**< default #XK_RELEASE_FURTHER */
    uint32_t further_octets;                 /**< N: the size of the host's TCP send buffer; default 262144 */
    uint32_t further_time;   /**< M: idle time; needs keep-alives and is longer than TIME1; default 900000 */
    uint32_t max_unexpected; /**< PS-PDUs without a place here that one connection may bring, then close; default
                                  100 */
    bool integrity;          /**< insert integrity checks (annex J); default false. Needs the callbacks. */
    bool sign;               /**< and signatures over them */
    uint32_t check_first;    /**< number of a chain's first check: 0 by clause 5.2.5, 1 by annex J's example;
                                  default 0 */
    uint32_t hash_time;      /**< default 1000 */
    uint32_t hash_count;     /**< PS-PDUs; 1 to #XK_DELIVERY_CHECK_MAX; default 1000 */
    uint32_t hash_size;      /**< octets that `finish` gives for a hash; default 32 */
    enum xk_tri_hash hash_algorithm;           /**< default #XK_TRI_HASH_SHA256 */
    uint32_t sign_time;                        /**< default 300000 */
    uint32_t sign_count;                       /**< hashes; 1 to #XK_DELIVERY_CHECK_MAX; default 15 */
    uint32_t sign_size;                        /**< most octets that `finish` gives for a signature; default 128 */
    enum xk_tri_signature signature_algorithm; /**< default absent */
    uint32_t max_chains; /**< communications checked at one time; 1 to #XK_DELIVERY_CHAINS_MAX; default 64. One
                              more: the chain that is oldest is finished early. */
};

/** The host's callbacks: only for integrity checks. Copied. Inside them only queries may be called. */
struct xk_delivery_callbacks {
    size_t size; /**< sizeof(struct xk_delivery_callbacks) */
    /** Take octets into the running hash, or what is to be signed, of a chain. The first octets after a finish begin
     * anew. Cannot fail. */
    void (*update)(uint32_t chain, enum xk_tri_check check, struct xk_bytes octets, void *user);
    /** Give the check value over all octets since the last finish; at most `capacity` octets into `out`. False: it
     * cannot be done; the check is left out and #XK_DELIVERY_UNCHECKED told. */
    bool (*finish)(uint32_t chain, enum xk_tri_check check, uint8_t *out, size_t capacity, size_t *size, void *user);
};

/**
 * Fill the first `size` octets of a configuration with the defaults: for xk_delivery_config_init().
 *
 * @param[out] config owned by the caller
 * @param size octets that the caller's structure has
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_delivery_config_defaults(struct xk_delivery_config *config, size_t size);

/**
 * Fill a configuration with the defaults.
 *
 * @param[out] config owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
static inline void xk_delivery_config_init(struct xk_delivery_config *config)
{
    xk_delivery_config_defaults(config, sizeof *config);
}

#ifdef __cplusplus
}
#endif
#endif
