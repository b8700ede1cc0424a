/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From the octets of an X2 connection to its PDUs, in memory that the caller gives and that never grows, with each
 * sequence watched: what a CSCF has lost on the way to the DF2/MF is told (TS 103 221-2 5.3.9, 4.2.3).
 *
 * Level 2, sans-I/O: no socket, clock or allocation. One stream for a connection; it may live on over a reconnection,
 * so that losses between two connections are seen. A PDU that lies whole in the octets given is handed on where it is;
 * only one that is cut is copied. That copy may hold keys (SDES in SDP): it is wiped as soon as it is handed on.
 *
 * @code
 * struct xk_x2_stream_config config;
 * xk_x2_stream_config_init(&config);
 * config.rule = XK_X2_SEQUENCE_FROM_1;
 * void *memory = malloc(xk_x2_stream_memory(&config));
 * struct xk_x2_stream *stream;
 * if (xk_x2_stream_begin(&config, &callbacks, my_state, memory, xk_x2_stream_memory(&config), &stream, NULL) != XK_OK)
 *     return 1;
 * while ((size = read(socket, octets, sizeof octets)) > 0 &&
 *        xk_x2_stream_feed(stream, octets, size, &used, NULL) == XK_OK) {
 * }
 * xk_x2_stream_end(stream);
 * free(memory);
 * @endcode
 */
#ifndef XK_X2_STREAM_H
#define XK_X2_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/status.h>
#include <xk/x2.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits of a configuration.
 * @{
 */
#define XK_X2_PDU_MAX_LEAST 4096     /**< pdu_max, at least */
#define XK_X2_PDU_MAX_MOST 16777216  /**< pdu_max, at most */
#define XK_X2_CONTEXTS_MOST 16777216 /**< contexts, at most */
/** @} */

/** How a sender numbers its PDUs. */
enum xk_x2_sequence_rule {
    XK_X2_SEQUENCE_FROM_0 = 0, /**< as 5.3.9 has it: from 0 for each XID, DID, NFID, IPID, correlation ID, and X2 or
                                    X3 */
    XK_X2_SEQUENCE_FROM_1 = 1, /**< likewise, but from 1 */
    XK_X2_SEQUENCE_PER_CONNECTION = 2, /**< one count for all PDUs of a connection, from any number */
    XK_X2_SEQUENCE_NONE = 3            /**< not looked at */
};

/** How a stream behaves. Filled by xk_x2_stream_config_init(), then changed where wanted. */
struct xk_x2_stream_config {
    size_t size;    /**< sizeof(struct xk_x2_stream_config) */
    size_t pdu_max; /**< octets of the largest PDU that is taken, #XK_X2_PDU_MAX_LEAST to #XK_X2_PDU_MAX_MOST; default
                         65536. A larger one is told and stepped over */
    uint32_t contexts; /**< sequences that are watched at a time, 1 to #XK_X2_CONTEXTS_MOST; default 1024. When there
                          are more, the one that was idle longest is forgotten and counted */
    enum xk_x2_sequence_rule rule; /**< default #XK_X2_SEQUENCE_FROM_0 */
    uint8_t hash_key[16]; /**< from the host's randomness, so that no sender chooses where contexts fall; default 0 */
};

/** What is noticed about a sequence. */
enum xk_x2_notice {
    XK_X2_NOTICE_GAP = 1,       /**< PDUs are missing: `missing` of them */
    XK_X2_NOTICE_REPEATED = 2,  /**< a number that is behind: repeated, or late */
    XK_X2_NOTICE_RESTARTED = 3, /**< the sequence began anew: what was lost in between is not known */
    XK_X2_NOTICE_ABSENT = 4,    /**< no sequence number, against the rule */
    XK_X2_NOTICE_TOO_LARGE = 5  /**< a PDU over pdu_max, of `missing` octets, was stepped over; of the rest only `type`
                                   is told */
};

/**
 * The name of a notice, for logs: "gap".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param notice any value
 * @retval name constant; "?" for a value that is none
 */
XK_API const char *xk_x2_notice_name(enum xk_x2_notice notice);

/** One thing that is noticed. Valid during the callback. */
struct xk_x2_event {
    enum xk_x2_notice notice;
    uint16_t type;     /**< of the PDU */
    uint32_t expected; /**< sequence number that was next */
    uint32_t received;
    uint64_t missing;           /**< PDUs, or octets */
    const uint8_t *xid;         /**< #XK_X2_XID_SIZE octets of the context; NULL for none */
    const uint8_t *correlation; /**< #XK_X2_CORRELATION_SIZE octets; NULL for none */
};

/** What the host gives. No callback may call the stream again, but for xk_x2_stream_read_counters(). */
struct xk_x2_stream_callbacks {
    size_t size; /**< sizeof(struct xk_x2_stream_callbacks) */
    /** A PDU of X2, of X3 or of an unknown type. `pdu` and its views are valid during the call. False: not now; feeding
     * goes on with it later. Mandatory. */
    bool (*on_pdu)(void *user, const struct xk_x2_pdu *pdu);
    /** Octets to send back: the answer to a keep-alive. False: not now. NULL: the host answers none. */
    bool (*on_answer)(void *user, const uint8_t *octets, size_t size);
    /** After the PDU that shows it. NULL: not told, only counted. */
    void (*on_event)(void *user, const struct xk_x2_event *event);
};

/** What a stream has seen. Counts wrap. */
struct xk_x2_stream_counters {
    size_t size;          /**< sizeof(struct xk_x2_stream_counters) */
    uint64_t octets;      /**< consumed */
    uint64_t pdus;        /**< taken by on_pdu */
    uint64_t keep_alives; /**< requests, answered or not */
    uint64_t answers;     /**< keep-alive answers, which a DF2/MF does not expect */
    uint64_t deviating;   /**< PDUs with a deviation */
    uint64_t gaps;
    uint64_t missing; /**< PDUs in all gaps */
    uint64_t repeated;
    uint64_t restarted;
    uint64_t absent;    /**< sequence numbers */
    uint64_t too_large; /**< PDUs stepped over */
    uint64_t forgotten; /**< contexts */
    uint64_t cut;       /**< PDUs that a reconnection cut */
};

struct xk_x2_stream;

/**
 * Write the defaults into the first `size` octets of a configuration; hosts call xk_x2_stream_config_init().
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 *
 * @param[out] config receives the defaults and its size; NULL is left alone
 * @param size sizeof(struct xk_x2_stream_config) as the caller was built with it
 */
XK_API void xk_x2_stream_config_defaults(struct xk_x2_stream_config *config, size_t size);

/** Fill a configuration with the defaults, `size` included. */
static inline void xk_x2_stream_config_init(struct xk_x2_stream_config *config)
{
    xk_x2_stream_config_defaults(config, sizeof *config);
}

/**
 * How much memory a stream of this configuration takes.
 *
 * @param config borrowed
 * @retval 0 the configuration is not valid
 * @retval octets for xk_x2_stream_begin()
 *
 * Cannot fail otherwise. Calls no callback. Any thread. Cost: constant.
 */
XK_API size_t xk_x2_stream_memory(const struct xk_x2_stream_config *config);

/**
 * Begin a stream.
 *
 * @param config copied
 * @param callbacks copied
 * @param user handed to each callback
 * @param memory aligned as malloc() does; the stream's until xk_x2_stream_end()
 * @param memory_size octets of it; xk_x2_stream_memory() tells how many
 * @param[out] stream set only on XK_OK; lies in `memory`
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         ready
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or a `size` is wrong
 * @retval XK_E_CONFIG   a value is outside its limits; the diag names it
 * @retval XK_E_SPACE    `memory_size` is too small; the diag's offset is the size needed
 *
 * On failure nothing is written but `*diag`. Calls no callback. One thread at a time a stream. Cost: proportional to
 * the memory.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_stream_begin(const struct xk_x2_stream_config *config,
                                                      const struct xk_x2_stream_callbacks *callbacks, void *user,
                                                      void *memory, size_t memory_size, struct xk_x2_stream **stream,
                                                      struct xk_diag *diag);

/**
 * Give the next octets of the connection.
 *
 * @param stream the stream
 * @param data borrowed for this call; NULL with `size` 0 only offers again what was not taken
 * @param size octets, cut in any way
 * @param[out] used octets consumed: all of them on XK_OK; the host feeds the rest later
 * @param[out] diag status, offset in `data` and field of what was refused; may be NULL
 *
 * @retval XK_OK         all consumed
 * @retval XK_E_BLOCKED  a callback took something not now: feed again, from `*used` on
 * @retval XK_E_X2       no PDU begins here, and where the next one does cannot be known: close the connection. Every
 *                       further call answers so until xk_x2_stream_reconnected()
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval XK_E_BUSY     called inside a callback
 *
 * May call: on_pdu, on_answer, on_event, in the order of the octets. On failure what `*used` counts is consumed. One
 * thread at a time a stream. Cost: proportional to the octets; of each PDU a constant part for its sequences.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_stream_feed(struct xk_x2_stream *stream, const uint8_t *data, size_t size,
                                                     size_t *used, struct xk_diag *diag);

/**
 * The connection was lost and is there again: half a PDU is forgotten, wiped and counted; the sequences go on, but for
 * #XK_X2_SEQUENCE_PER_CONNECTION, which begins anew.
 *
 * @param stream the stream
 *
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT `stream` is NULL
 * @retval XK_E_BUSY     called inside a callback
 *
 * On failure nothing changes. Calls no callback. One thread at a time a stream. Cost: proportional to the half PDU.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_stream_reconnected(struct xk_x2_stream *stream);

/**
 * Read the counters.
 *
 * @param stream the stream
 * @param[out] counters its `size` set by the caller; the rest is written
 *
 * @retval XK_OK         read
 * @retval XK_E_ARGUMENT a pointer is NULL, or the `size` is wrong
 *
 * On failure nothing is written. Calls no callback. Also inside callbacks. One thread at a time a stream. Cost:
 * constant.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_stream_read_counters(const struct xk_x2_stream *stream,
                                                              struct xk_x2_stream_counters *counters);

/**
 * Step through the counters: for a host that exports them all in a loop.
 *
 * @param counters read before
 * @param[in,out] position 0 before the first call
 * @param[out] name constant, such as "pdus"; set on true
 * @param[out] value set on true
 * @retval true  `*name` and `*value` are the next ones
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API bool xk_x2_stream_next_counter(const struct xk_x2_stream_counters *counters, size_t *position,
                                      const char **name, uint64_t *value);

/**
 * End a stream: all of its memory is wiped, which is the caller's again.
 *
 * @param stream the stream; NULL is none
 *
 * @retval XK_OK     done
 * @retval XK_E_BUSY called inside a callback
 *
 * On failure nothing changes. Calls no callback. One thread at a time a stream. Cost: proportional to the memory.
 */
XK_API enum xk_status xk_x2_stream_end(struct xk_x2_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
