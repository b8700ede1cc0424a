/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Building MIKEY messages and the chains of payloads inside them: the exact inverse of mikey.h and
 * mikey_ticket.h (RFC 3830 section 6, RFC 6043 section 6).
 *
 * A builder writes payload after payload into the caller's buffer and links them by itself. It is sticky:
 * the first call that fails decides, later ones do nothing, and xk_mikey_build_end() tells. MACs and
 * encryption are the caller's (xk_kms does them): a V payload is written with the MAC given, or with zeros
 * to be filled in place afterwards.
 *
 * What a builder is given to add must not lie in its own buffer.
 *
 * Level 1: no allocation, re-entrant, any thread; a builder belongs to one caller.
 *
 * @code
 * struct xk_mikey_builder b;
 * xk_mikey_build_message(&b, out, sizeof out, &header, sessions, 1);
 * xk_mikey_add_time(&b, &time);
 * xk_mikey_add_rand(&b, XK_MIKEY_RANDR_I, rand);
 * xk_mikey_add_ticket(&b, &ticket);
 * xk_mikey_add_verification(&b, 1, no_mac_yet);
 * enum xk_status status = xk_mikey_build_end(&b, &size, &diag);
 * @endcode
 */
#ifndef XK_MIKEY_BUILD_H
#define XK_MIKEY_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/mikey.h>
#include <xk/mikey_ticket.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A message or chain being built; all members are private. Caller-owned, no clean-up needed. */
struct xk_mikey_builder {
    uint8_t *out;
    size_t capacity;
    size_t size;
    size_t link;    /**< where the type of the next payload goes */
    size_t payloads;
    size_t offset;  /**< of the payload that failed */
    const char *field;
    enum xk_status status;
};

/**
 * Begin a message: common header and Crypto Session map (RFC 3830 6.1, RFC 6043 6.1).
 *
 * @param[out] builder owned by the caller
 * @param out receives the octets; must outlive the builder; may not overlap what is added
 * @param capacity octets that `out` can take
 * @param header version, data type, V flag, PRF func, CSB ID and map type are written; the rest is ignored
 * @param sessions map entries; SRTP-ID writes policy and session data, GENERIC-ID all members
 * @param session_count 0 to 255
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_build_message(struct xk_mikey_builder *builder, uint8_t *out, size_t capacity,
                                   const struct xk_mikey_header *header,
                                   const struct xk_mikey_crypto_session *sessions, size_t session_count);

/** What stands before the first payload of a chain inside a payload. */
enum xk_mikey_chain_kind {
    XK_MIKEY_CHAIN_FIRST_PAYLOAD = 1, /**< an octet with its type: TP Data and Initiator Data */
    XK_MIKEY_CHAIN_IMPLIED = 2        /**< nothing, its type is fixed: Ticket Data (THDR), KEMAC (key data) */
};

/**
 * Begin a chain of payloads that stands inside another payload.
 *
 * @param[out] builder owned by the caller
 * @param out receives the octets; must outlive the builder; may not overlap what is added
 * @param capacity octets that `out` can take
 * @param kind what stands before the first payload
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API void xk_mikey_build_chain(struct xk_mikey_builder *builder, uint8_t *out, size_t capacity,
                                 enum xk_mikey_chain_kind kind);

/**
 * Add a T payload (role 0) or a TR payload: RFC 3830 6.6, RFC 6043 6.4.
 *
 * @param builder begun
 * @param time role, type and value are written; the value must be as long as the type says
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_time(struct xk_mikey_builder *builder, const struct xk_mikey_time *time);

/**
 * Add a RAND payload (role 0) or a RANDR payload: RFC 3830 6.11, RFC 6043 6.8.
 *
 * @param builder begun
 * @param role 0 or enum xk_mikey_rand_role
 * @param rand 1 to 255 octets
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_rand(struct xk_mikey_builder *builder, unsigned int role, struct xk_bytes rand);

/**
 * Add an ID payload (role 0) or an IDR payload: RFC 3830 6.7, RFC 6043 6.6.
 *
 * @param builder begun
 * @param identity 1 to 65535 octets
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_identity(struct xk_mikey_builder *builder, const struct xk_mikey_identity *identity);

/**
 * Add an SP payload: RFC 3830 6.10.
 *
 * @param builder begun
 * @param policy its number, policy type and parameters, written as they are
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_policy(struct xk_mikey_builder *builder, const struct xk_mikey_policy *policy);

/**
 * Add a KEMAC payload: RFC 3830 6.2.
 *
 * @param builder begun
 * @param kemac encrypted by the caller; its MAC as long as its algorithm says
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_kemac(struct xk_mikey_builder *builder, const struct xk_mikey_kemac *kemac);

/**
 * Add a TICKET payload: RFC 6043 6.10.
 *
 * @param builder begun
 * @param ticket type, subtype, version, PRF, flags, policy, Ticket Data and Initiator Data are written
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_ticket(struct xk_mikey_builder *builder, const struct xk_mikey_ticket *ticket);

/**
 * Add a THDR payload, the first of a base ticket's Ticket Data: RFC 6043 appendix A.
 *
 * @param builder begun with #XK_MIKEY_CHAIN_IMPLIED
 * @param data 0 to 65535 octets, meant for whoever issued the ticket
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_ticket_header(struct xk_mikey_builder *builder, struct xk_bytes data);

/**
 * Add a key data sub-payload, the content of a KEMAC before its encryption: RFC 3830 6.13, RFC 6043 6.12.
 *
 * @param builder begun with #XK_MIKEY_CHAIN_IMPLIED
 * @param key a secret: the caller wipes the buffer of the builder
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_key_data(struct xk_mikey_builder *builder, const struct xk_mikey_key_data *key);

/**
 * Add a V payload: RFC 3830 6.9.
 *
 * @param builder begun
 * @param verification its MAC as long as the algorithm says; absent for zeros, to be filled in later
 *
 * Errors come from xk_mikey_build_end(). Calls no callback. Re-entrant, any thread. Cost: one copy.
 */
XK_API void xk_mikey_add_verification(struct xk_mikey_builder *builder,
                                      const struct xk_mikey_verification *verification);

/**
 * End a message or chain.
 *
 * @param builder begun
 * @param[out] size octets written
 * @param[out] diag offset and field of the payload that failed; may be NULL
 *
 * @retval XK_OK         `*size` octets of the buffer are the message or chain
 * @retval XK_E_ARGUMENT a pointer was NULL, or a view had octets and no address
 * @retval XK_E_SPACE    the buffer is too small
 * @retval XK_E_FIELD_LIMIT a length or count does not fit its field
 * @retval XK_E_FIELD    a value has no encoding, or an octet string's size is not what its type says
 * @retval XK_E_FIELD_EMPTY a chain without any payload
 *
 * On failure `*size` is unchanged; the buffer's content is meaningless. Calls no callback. Re-entrant, any
 * thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_build_end(const struct xk_mikey_builder *builder, size_t *size,
                                                      struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
