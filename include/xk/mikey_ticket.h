/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Reading what stands inside the payloads of MIKEY-TICKET: the Ticket Data of a MIKEY base ticket
 * (RFC 6043 appendix A), Initiator Data (6.10), security policies (RFC 3830 6.10), and the key data
 * sub-payloads of a decrypted KEMAC (RFC 3830 6.13, RFC 6043 6.12).
 *
 * Level 1: no state, no allocation, re-entrant; views into the caller's octets.
 */
#ifndef XK_MIKEY_TICKET_H
#define XK_MIKEY_TICKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/mikey.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Types of a key (RFC 3830 6.13, RFC 6043 6.12). */
enum xk_mikey_key_type {
    XK_MIKEY_TGK = 0,
    XK_MIKEY_TGK_SALT = 1,
    XK_MIKEY_TEK = 2,
    XK_MIKEY_TEK_SALT = 3,
    XK_MIKEY_GTGK = 4,
    XK_MIKEY_GTGK_SALT = 5,
    XK_MIKEY_MPK = 6
};

/** How long a key is valid, or which SPI names it. */
enum xk_mikey_key_validity {
    XK_MIKEY_KV_NULL = 0,
    XK_MIKEY_KV_SPI = 1,
    XK_MIKEY_KV_INTERVAL = 2
};

/** One key data sub-payload. Key and salt are secrets. */
struct xk_mikey_key_data {
    uint8_t type;     /**< enum xk_mikey_key_type */
    uint8_t validity; /**< enum xk_mikey_key_validity */
    struct xk_bytes key;
    struct xk_bytes salt;       /**< with the +SALT types, else absent */
    struct xk_bytes spi;        /**< with #XK_MIKEY_KV_SPI */
    struct xk_bytes valid_from; /**< with #XK_MIKEY_KV_INTERVAL */
    struct xk_bytes valid_until;
};

/** Content of a MIKEY base ticket: THDR, T, RAND, KEMAC, [IDRpsk], V. */
struct xk_mikey_ticket_data {
    struct xk_bytes header; /**< data of THDR */
    struct xk_mikey_time time;
    struct xk_bytes rand;
    struct xk_mikey_kemac kemac;
    struct xk_mikey_identity psk; /**< names the ticket protection key; may be absent */
    struct xk_mikey_verification v;
    size_t ignored_count; /**< payloads that were stepped over, as xk_mikey_parse() does */
};

/** Content of Initiator Data: Vi is its first V payload, Vr is its last payload. */
struct xk_mikey_initiator_data {
    struct xk_mikey_verification vi;
    struct xk_mikey_verification vr;
    size_t vr_mac_offset; /**< of Vr's MAC in the Initiator Data: it covers what stands before it */
    size_t ignored_count; /**< payloads beside these two, stepped over */
};

/** A security policy (SP payload). */
struct xk_mikey_policy {
    uint8_t number;
    uint8_t protocol; /**< 0 SRTP */
    struct xk_bytes parameters; /**< type, length, value each */
};

/**
 * Read the Ticket Data of a MIKEY base ticket: RFC 6043 appendix A.
 *
 * @param ticket parsed; its type is not looked at
 * @param[out] data set only on XK_OK
 * @param[out] diag offset in the message; may be NULL
 *
 * @retval XK_OK         read
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "230-249"     the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_read_ticket_data(const struct xk_mikey_ticket *ticket,
                                                             struct xk_mikey_ticket_data *data,
                                                             struct xk_diag *diag);

/**
 * Read the Initiator Data of a ticket with the I flag: RFC 6043 6.10.
 *
 * @param ticket parsed
 * @param[out] data set only on XK_OK
 * @param[out] diag offset in the message; may be NULL
 *
 * @retval XK_OK              read
 * @retval XK_E_ARGUMENT      a pointer is NULL
 * @retval XK_E_MIKEY_MISSING the ticket has none
 * @retval "230-249"          the first rule that the octets break; none if the ticket was parsed from a message
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_read_initiator_data(const struct xk_mikey_ticket *ticket,
                                                                struct xk_mikey_initiator_data *data,
                                                                struct xk_diag *diag);

/**
 * Step through the key data sub-payloads of a decrypted KEMAC.
 *
 * @param keys decrypted; the views in `*key` point into it
 * @param[in,out] position 0 before the first call
 * @param[out] key set only on XK_OK
 *
 * @retval XK_OK                  `*key` is the next one
 * @retval XK_E_MIKEY_MISSING     there is no further one
 * @retval XK_E_MIKEY_TRUNCATED   a sub-payload reaches past the end, as with a wrong key
 * @retval XK_E_MIKEY_CHAIN       the chain ends before the octets do, or goes on after them
 * @retval XK_E_MIKEY_VALUE       a type that neither RFC has
 * @retval XK_E_EMPTY             an empty key
 * @retval XK_E_ARGUMENT          a pointer is NULL
 *
 * On failure `*key` is unchanged. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_next_key_data(struct xk_bytes keys, size_t *position,
                                                          struct xk_mikey_key_data *key);

/**
 * Find a security policy of a message by its number.
 *
 * @param message parsed
 * @param number of the policy
 * @param[out] policy set on true
 * @retval true  found; with two of that number, the first
 * @retval false the message has none, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: one pass over the payloads.
 */
XK_API bool xk_mikey_find_policy(const struct xk_mikey_message *message, uint8_t number,
                                 struct xk_mikey_policy *policy);

/**
 * Look up a parameter of a security policy: RFC 3830 6.10.1.
 *
 * @param policy read
 * @param type of the parameter, such as 1 for the length of the encryption key
 * @param[out] value set on true; up to 4 octets as a number
 * @retval true  there
 * @retval false not there, or longer than 4 octets, or the parameters are broken
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: one pass over the parameters.
 */
XK_API bool xk_mikey_policy_parameter(const struct xk_mikey_policy *policy, uint8_t type, uint32_t *value);

#ifdef __cplusplus
}
#endif
#endif
