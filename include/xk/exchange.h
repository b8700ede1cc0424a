/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The exchange that a get_keys carries: its MIKEY messages parsed, and held against each other, without keys
 * (RFC 6043 4.2.2, 5.2, 6.1.1, 6.10).
 *
 * DF2/MF and KMS judge an exchange by this header and nothing else, so that they judge it alike.
 *
 * What the text forbids is refused. What the text discourages, or allows to be otherwise than usual, is
 * accepted and told in `remarks`. Nothing here is authentic: only the MACs, which need keys, show that the
 * messages are what their senders sent.
 *
 * Level 1: no state, no allocation.
 *
 * @code
 * struct xk_exchange exchange;
 * struct xk_diag diag;
 * uint8_t cs_ids[XK_CRYPTO_SESSIONS_MAX];
 * if (xk_exchange_parse(&get_keys, &exchange, &diag) == XK_OK) {
 *     size_t count = xk_exchange_sessions(&exchange, cs_ids); // at least 1
 * }
 * @endcode
 */
#ifndef XK_EXCHANGE_H
#define XK_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/mikey.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What somebody was in an exchange. */
enum xk_role {
    XK_ROLE_NONE = 0,      /**< neither, or unknown */
    XK_ROLE_INITIATOR = 1, /**< sent the first TRANSFER_INIT */
    XK_ROLE_RESPONDER = 2  /**< answered it */
};

/** What is unusual about an exchange that was accepted: bits of `remarks`. */
enum xk_exchange_remark {
    /** The V flag of an INIT does not say what was done: the first INIT's differs from the ticket's F flag
     * (4.2.2.1), or an update was answered though its V flag asks for no answer (5.2). */
    XK_REMARK_V_FLAG = 0x0001,
    XK_REMARK_EMPTY_MAP = 0x0002,        /**< a message has an Empty map; GENERIC-ID should be used (6.1) */
    XK_REMARK_POLICY_CHANGED = 0x0004,   /**< a RESP has a security policy that was not offered (6.1.1) */
    XK_REMARK_SESSION_LEFT_OUT = 0x0008, /**< a RESP leaves out a Crypto Session that was offered */
    XK_REMARK_SESSION_ADDED = 0x0010,    /**< a RESP has a Crypto Session that was not offered (4.2.2.3) */
    XK_REMARK_IGNORED = 0x0020,          /**< payloads were stepped over; `ignored_count` says how many */
    XK_REMARK_TICKET_REPEATED = 0x0040,  /**< an update repeats the TICKET, as it should not (5.2) */
    XK_REMARK_RAND_REPEATED = 0x0080,    /**< an update repeats a RAND, as it should not (5.2) */
    XK_REMARK_APPLICATIONS = 0x0100,     /**< the ticket is for certain applications only, its IDRapp (6.10) */
    XK_REMARK_N_FLAG = 0x0200, /**< N flag 0: an Initiator needs more than RFC 6043 to use the ticket (6.10) */
    XK_REMARK_O_FLAG = 0x0400, /**< O flag 0: a Responder needs more than RFC 6043 to process it (6.10) */
    XK_REMARK_COUNTER = 0x0800 /**< #XK_VALIDITY_UNKNOWN: T is a COUNTER, and the ticket has a validity */
};

/** A parsed exchange. Views point into the messages of the get_keys. */
struct xk_exchange {
    struct xk_mikey_message init; /**< TRANSFER_INIT with the ticket */
    struct xk_mikey_message resp; /**< TRANSFER_RESP; only with `has_resp` */
    struct xk_mikey_message update_init; /**< of a CSB update; only with `has_update` */
    struct xk_mikey_message update_resp; /**< of a CSB update; only with `has_update_resp` */
    bool has_resp;        /**< exactly when the ticket's F flag says that a RESP is sent */
    bool has_update;
    bool has_update_resp; /**< always when the V flag of `update_init` asks for an answer */
    struct xk_bytes initiator_hint; /**< as the get_keys has it; absent if unknown */
    struct xk_bytes responder_hint; /**< likewise */
    enum xk_role update_by; /**< who began the update, as far as the IDR of its RESP tells; else #XK_ROLE_NONE */
    uint32_t remarks;       /**< enum #xk_exchange_remark, ored */
    size_t ignored_count;   /**< payloads that were stepped over in all messages and in the ticket */
};

/** Where the time of an exchange lies in its ticket's validity. */
enum xk_validity {
    XK_VALIDITY_WITHIN = 1,
    XK_VALIDITY_NOT_YET = 2, /**< before TRs */
    XK_VALIDITY_OVER = 3,    /**< after TRe */
    XK_VALIDITY_UNKNOWN = 4, /**< T is a COUNTER, as it may be: nobody can tell when the exchange was made */
    XK_VALIDITY_COUNTER = 5  /**< TRs or TRe is a COUNTER, which is no validity: they are times of day (6.10) */
};

/**
 * Parse the MIKEY messages of a get_keys and check that they belong together.
 *
 * The first INIT has TICKET and RANDRi. A RESP is there exactly when the ticket's F flag says so. It has PRF
 * func and CSB ID of the INIT, RANDRr with the G flag, RANDRkms and IDRr with the I flag. An update has CSB ID
 * and PRF func of the first exchange, a T of its own, and no RAND or TICKET that is new (5.2); it has a RESP at
 * least when its V flag asks for one. A KEMAC comes only from a side whom the ticket lets supply keys (L and M
 * flags). At least one Crypto Session is left whose key can be wanted.
 *
 * In an update the KEMAC of INIT comes from the side that began the update, and the KEMAC of RESP from the other side.
 * The IDR in RESP tells which side is which. Where RESP names nobody, one KEMAC needs either flag, and two need both.
 *
 * @param message get_keys, as decoded or about to be encoded; whose transaction and identity it is does not matter.
 *                Its views must live as long as `*exchange`
 * @param[out] exchange set only on XK_OK
 * @param[out] diag status, offset in the message at fault, and field, which begins with the name of that message
 *                  ("INIT: IDR", "update RESP: V"); may be NULL
 *
 * @retval XK_OK               parsed
 * @retval XK_E_ARGUMENT       a pointer is NULL that may not be, or a view has octets and no address
 * @retval XK_E_FIELD_EMPTY    there is no TRANSFER_INIT
 * @retval XK_E_MIKEY_MISMATCH the messages do not belong together
 * @retval XK_E_MIKEY_MAP      no Crypto Session is left, or a map is broken
 * @retval "230-249"           a message breaks another rule of RFC 3830 or RFC 6043
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: a few passes over
 * each message; no allocation, less than 6 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_exchange_parse(const struct xk_get_keys *message,
                                                     struct xk_exchange *exchange, struct xk_diag *diag);

/**
 * The messages of an exchange, newest first: RESP and INIT of the update, RESP, INIT.
 *
 * @param exchange parsed
 * @param[out] messages set from the first on, as many as the answer says
 * @retval count 1 to 4; 0 if a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API size_t xk_exchange_messages(const struct xk_exchange *exchange, const struct xk_mikey_message *messages[4]);

/**
 * The Crypto Sessions whose keys are wanted: those of the exchange's last word.
 *
 * The last word is the RESP, or the INIT where there is no RESP. If an update names a Crypto Session, its last word
 * counts instead of the first exchange's. An update that names none brings a new key for those there are.
 *
 * @param exchange parsed
 * @param[out] cs_ids ascending, each once; space for #XK_CRYPTO_SESSIONS_MAX
 * @retval count at least 1; 0 if a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: two passes over a map.
 */
XK_API size_t xk_exchange_sessions(const struct xk_exchange *exchange, uint8_t *cs_ids);

/**
 * The map entry that is in force for a Crypto Session: that of the newest message that has one.
 *
 * @param exchange parsed
 * @param cs_id Crypto Session ID
 * @param[out] session set on true
 * @retval true  found
 * @retval false no message has it, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: one pass over each map.
 */
XK_API bool xk_exchange_find_session(const struct xk_exchange *exchange, uint8_t cs_id,
                                     struct xk_mikey_crypto_session *session);

/**
 * Does T of the first INIT lie within TRs and TRe of the ticket (RFC 6043 6.3, 6.10)?
 *
 * Both ends are within. An absent one is unbounded. Times are read as lying between 1968 and 2104 (RFC 4330
 * section 3). A COUNTER tells no time of day.
 *
 * @param exchange parsed
 * @param tolerance seconds by which the clock that made T may differ from the one that made the ticket
 * @retval validity one of the five; #XK_VALIDITY_UNKNOWN if `exchange` is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API enum xk_validity xk_exchange_validity(const struct xk_exchange *exchange, uint32_t tolerance);

/**
 * Do two identities name the same user, each read by its type (RFC 3830 6.7, RFC 6043 6.6)?
 *
 * Two URIs are compared by xk_uri_equal(). Two NAIs are equal if their user names are the same octets and their
 * realms, behind the last "@", differ in nothing but case (RFC 4282 2.4). Byte strings are compared as they are.
 * Identities of different types are never equal. Roles are not looked at.
 *
 * @param a borrowed
 * @param b borrowed
 * @retval true  equal
 * @retval false not equal, or one is absent or empty
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: that of xk_uri_equal().
 */
XK_API bool xk_identity_equal(const struct xk_mikey_identity *a, const struct xk_mikey_identity *b);

/**
 * The name of a role for logs: "none", "initiator" or "responder".
 *
 * @param role any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_role_name(enum xk_role role);

/**
 * The name of a validity for logs, such as "not-yet".
 *
 * @param validity any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_validity_name(enum xk_validity validity);

/**
 * The name of one remark for logs and metrics, such as "policy-changed".
 *
 * @param remark one bit
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_exchange_remark_name(enum xk_exchange_remark remark);

#ifdef __cplusplus
}
#endif
#endif
