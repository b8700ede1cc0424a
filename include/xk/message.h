/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The two messages of the Xk interface: get_keys and get_keys_response (TS 33.107 clause 7A.7.2).
 *
 * The specification names the messages and their content but no encoding. libxk defines one: CBOR
 * (RFC 8949) in deterministic encoding (section 4.2.1) with integer map keys; xk.cddl beside this header
 * is its schema and lists what the schema language cannot say. No LIID ever travels on Xk.
 *
 * Level 1: no state, no allocation, re-entrant. Encoders write into the caller's buffer, decoders answer
 * with views into it.
 *
 * @code
 * struct xk_get_keys ask = {0};
 * ask.transaction_id = id;                                  // 128 random bits
 * ask.public_kms_identity = xk_text("sip:alice@example.com");
 * ask.transfer_init = init;                                 // octets from the SIP INVITE
 * ask.transfer_resp = resp;                                 // octets from the 200 OK
 * uint8_t wire[2048];
 * size_t size;
 * struct xk_diag diag;
 * enum xk_status status = xk_get_keys_encode(&ask, wire, sizeof wire, &size, &diag);
 * @endcode
 */
#ifndef XK_MESSAGE_H
#define XK_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the Xk profile that this library writes; the only one that it reads. */
#define XK_PROFILE_VERSION 1

/**
 * @name Limits of the profile. A message over one of them is refused with #XK_E_LIMIT,
 * and a field over one is not written: #XK_E_FIELD_LIMIT.
 * @{
 */
#define XK_TRANSACTION_ID_SIZE 16     /**< octets of a transaction id, exactly */
#define XK_IDENTITY_MAX 1024          /**< octets of an identity (a SIP or TEL URI) */
#define XK_MIKEY_MAX 16384            /**< octets of one MIKEY message */
#define XK_CRYPTO_SESSIONS_MAX 255    /**< results in one response: RFC 3830 counts them in 8 bits */
#define XK_SESSION_KEY_MAX 64         /**< octets of a session key */
#define XK_SALT_MAX 32                /**< octets of a salt */
#define XK_DEPTH_MAX 4                /**< nested arrays and maps, the message's own map being 1 */
#define XK_MAP_ENTRIES_MAX 64         /**< entries of one map, extensions included */
#define XK_MESSAGE_MAX 98304          /**< octets of a whole Xk message */
/** @} */

/** 128 random bits that name one retrieval on Xk, from submit to acknowledgement. */
struct xk_transaction_id {
    uint8_t octets[XK_TRANSACTION_ID_SIZE];
};

/** What an Xk message is, by its type field. */
enum xk_message_type {
    XK_MESSAGE_GET_KEYS = 1,
    XK_MESSAGE_GET_KEYS_RESPONSE = 2
};

/**
 * Why the KMS gave no key, for the whole request or for one Crypto Session.
 *
 * The values are those of the wire and never change. None of them tells a key, an identity or an LIID.
 */
enum xk_failure {
    XK_FAILURE_NONE = 0,                /**< no failure; never on the wire */
    XK_FAILURE_GENERIC = 1,             /**< no reason given */
    XK_FAILURE_MALFORMED = 2,           /**< get_keys or a MIKEY message in it could not be parsed */
    XK_FAILURE_MISMATCH = 3,            /**< TRANSFER_INIT and TRANSFER_RESP do not belong together */
    XK_FAILURE_NOT_TARGET = 4,          /**< no identity in the exchange is the target's */
    XK_FAILURE_TARGET_ONLY_DIALLED = 5, /**< the target was called, but another identity answered */
    XK_FAILURE_TARGET_ONLY_ALLOWED = 6, /**< the target is only among those whom the ticket lets answer */
    XK_FAILURE_NOT_AUTHORISED = 7,      /**< the asking peer may not ask this KMS */
    XK_FAILURE_TICKET_KEY_UNKNOWN = 8,  /**< no ticket protection key for this ticket */
    XK_FAILURE_TICKET_EXPIRED = 9,      /**< the exchange was made outside the ticket's validity */
    XK_FAILURE_TICKET_MAC = 10,         /**< the ticket's MAC is wrong */
    XK_FAILURE_INIT_MAC = 11,           /**< the MAC of TRANSFER_INIT is wrong */
    XK_FAILURE_RESP_MAC = 12,           /**< the MAC of TRANSFER_RESP is wrong */
    XK_FAILURE_SESSION_UNKNOWN = 13,    /**< no key belongs to this Crypto Session */
    XK_FAILURE_ALGORITHM = 14,          /**< an algorithm, ticket type or key type is not supported */
    XK_FAILURE_OTHER_KMS = 15,          /**< another KMS issued the ticket; it may be named as a referral */
    XK_FAILURE_UNAVAILABLE = 16,        /**< the KMS cannot answer now; asking again later may help */
    XK_FAILURE_CONFLICT = 17,           /**< the transaction id was used before for another request */
    XK_FAILURE_POLICY = 18,             /**< the ticket's policy forbids what the exchange did */
    XK_FAILURE_VERSION = 19,            /**< get_keys is of a newer version of the Xk profile than the KMS knows */
    XK_FAILURE_KEMAC = 20,              /**< a KEMAC of the exchange cannot be read, so that no key of it is sure */
    XK_FAILURE_NOT_ANSWERED = 255       /**< local, never on the wire: the response left this Crypto Session out */
};

/** The last reason that this version of the profile has on the wire; they begin at 1. */
#define XK_FAILURE_WIRE_LAST 20

/** Places of an array by reason: room for reasons to come, so that a new one changes no structure. */
#define XK_FAILURE_SLOTS 32

/** What the session key is for, where the KMS says so: the SRTP encryption algorithm (RFC 3830 6.10.1). */
enum xk_cipher {
    XK_CIPHER_ABSENT = -1,
    XK_CIPHER_NULL = 0,
    XK_CIPHER_AES_CM = 1,
    XK_CIPHER_AES_F8 = 2,
    XK_CIPHER_AES_GCM = 6
};

/** How the octets of the session key are to be read, where the KMS says so. */
enum xk_key_encoding {
    XK_KEY_ENCODING_ABSENT = -1,
    XK_KEY_ENCODING_SRTP_MASTER = 0, /**< SRTP master key (and salt), RFC 3711 */
    XK_KEY_ENCODING_TEK = 1          /**< the TEK as it is; its use is agreed elsewhere */
};

/** The content of get_keys. All views are borrowed. */
struct xk_get_keys {
    struct xk_transaction_id transaction_id;
    /** Public KMS Identity of the target user: a SIP or TEL URI in UTF-8, 1 to #XK_IDENTITY_MAX octets. */
    struct xk_bytes public_kms_identity;
    /** TRANSFER_INIT of the exchange that carries the ticket, 1 to #XK_MIKEY_MAX octets. */
    struct xk_bytes transfer_init;
    /** TRANSFER_RESP to it; absent only if the ticket says that none is sent (F flag 0). */
    struct xk_bytes transfer_resp;
    /** TRANSFER_INIT of a later CSB update whose keys are wanted (RFC 6043 5.2); absent without one. */
    struct xk_bytes update_init;
    /** TRANSFER_RESP to `update_init`; absent without an update, and if the V flag of its header asks for none. */
    struct xk_bytes update_resp;
    /** Initiator's identity as SIP tells it, for exchanges whose INIT leaves IDRi out; absent if unknown. */
    struct xk_bytes initiator_hint;
    /** Responder's identity as SIP tells it, likewise. */
    struct xk_bytes responder_hint;
};

/** The result for one Crypto Session: a key, or the reason why there is none. Never both. */
struct xk_session_result {
    uint8_t cs_id;             /**< Crypto Session ID as in the headers of the exchange (RFC 6043 6.1.1) */
    enum xk_failure failure;   /**< #XK_FAILURE_NONE exactly when there is a key */
    /** Session key, 1 to #XK_SESSION_KEY_MAX octets, or absent: the one with which the Crypto Session begins. Further
     * keys that an MKI may select in mid-call (RFC 6043 6.1.1) are not told: those of a CSB update come with a get_keys
     * for that update. A secret. */
    struct xk_bytes key;
    struct xk_bytes salt;      /**< salt, 1 to #XK_SALT_MAX octets, or absent; only beside a key. A secret. */
    enum xk_cipher cipher;     /**< #XK_CIPHER_ABSENT if the KMS does not say; only beside a key */
    enum xk_key_encoding encoding; /**< #XK_KEY_ENCODING_ABSENT if the KMS does not say; only beside a key */
    uint64_t expiry;           /**< seconds since 1970-01-01 UTC after which the key is unused; 0 if not said */
};

/** The content of get_keys_response. All views are borrowed. */
struct xk_get_keys_response {
    struct xk_transaction_id transaction_id; /**< that of the get_keys */
    /** Reason why the whole request failed; #XK_FAILURE_NONE when there are results. */
    enum xk_failure failure;
    /** With #XK_FAILURE_OTHER_KMS: identity of the KMS that issued the ticket; else absent. */
    struct xk_bytes referral;
    /** One result for each Crypto Session that the KMS answers; NULL with a failure. */
    const struct xk_session_result *sessions;
    size_t session_count; /**< 1 to #XK_CRYPTO_SESSIONS_MAX, or 0 with a failure */
};

/**
 * Encode a get_keys: TS 33.107 clause 7A.7.2, step "DF2/MF sends get_keys".
 *
 * @param message borrowed for this call
 * @param[out] out receives the octets; untouched unless XK_OK; may not overlap what `message` points to
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed when the answer is XK_E_SPACE
 * @param[out] diag which field was refused; may be NULL
 *
 * @retval XK_OK         `out` holds the message
 * @retval XK_E_SPACE    `capacity` is too small; `*size` is what it takes
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval XK_E_FIELD       a field breaks the rule in its comment, or an identity is not UTF-8
 * @retval XK_E_FIELD_EMPTY a field is empty that may not be
 * @retval XK_E_FIELD_LIMIT a field is over its limit
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass, no allocation, less than 1 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_get_keys_encode(const struct xk_get_keys *message, uint8_t *out,
                                                      size_t capacity, size_t *size, struct xk_diag *diag);

/**
 * Decode a get_keys, as a KMS receives it.
 *
 * @param data borrowed; the views in `*message` point into it and live as long as it does
 * @param size octets of exactly one message
 * @param[out] message set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK the message satisfies every rule of the profile
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "200-229" the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass, no allocation, no recursion, less than 1 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_get_keys_decode(const uint8_t *data, size_t size,
                                                      struct xk_get_keys *message, struct xk_diag *diag);

/**
 * Encode a get_keys_response: TS 33.107 clause 7A.7.2, step "KMS answers".
 *
 * The sessions are written in ascending order of their CS ID, whatever order they are given in.
 *
 * @param message borrowed for this call
 * @param[out] out receives the octets, keys included: the caller wipes it when done; untouched unless XK_OK;
 *                 may not overlap what `message` points to
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed when the answer is XK_E_SPACE
 * @param[out] diag which field was refused; may be NULL
 *
 * @retval XK_OK                  `out` holds the message
 * @retval XK_E_SPACE             `capacity` is too small; `*size` is what it takes
 * @retval XK_E_ARGUMENT          a pointer is NULL that may not be
 * @retval XK_E_FIELD_EMPTY       neither a failure nor a result, an empty key, or a salt without key
 * @retval XK_E_FIELD_LIMIT       a field is over its limit
 * @retval XK_E_FIELD             another field breaks the rule in its comment: a failure beside keys at one level, two
 *                                results with one CS ID, a referral that is not UTF-8
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass (two when the sessions are not in order), no allocation, less than 1 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_get_keys_response_encode(const struct xk_get_keys_response *message,
                                                               uint8_t *out, size_t capacity, size_t *size,
                                                               struct xk_diag *diag);

/**
 * Decode a get_keys_response, as a DF2/MF receives it.
 *
 * @param data borrowed; keys and salts in `sessions` are views into it. Whoever owns it wipes it.
 * @param size octets of exactly one message
 * @param[out] message set only on XK_OK; `message->sessions` is then `sessions` (NULL with a failure)
 * @param[out] sessions receives the results
 * @param session_capacity how many results `sessions` can take; #XK_CRYPTO_SESSIONS_MAX takes any message
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         the message satisfies every rule of the profile
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval XK_E_SPACE    more results than `session_capacity`
 * @retval "200-229"     the first rule that the octets break
 *
 * On failure `*message` is unchanged; entries of `sessions` may have been written and are meaningless.
 * Calls no callback. Re-entrant, any thread. Cost: one pass, no allocation, no recursion, less than 1 KiB
 * of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_get_keys_response_decode(const uint8_t *data, size_t size,
                                                               struct xk_get_keys_response *message,
                                                               struct xk_session_result *sessions,
                                                               size_t session_capacity, struct xk_diag *diag);

/**
 * Read version, type and transaction id of an Xk message without decoding the rest.
 *
 * For a host that must route octets to an engine before anything else is known. What follows the three
 * fields is not looked at.
 *
 * @param data borrowed for this call
 * @param size octets at `data`; may be a prefix of the message
 * @param[out] type set only on XK_OK
 * @param[out] id set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         the three fields are there
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "200-229"     the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_message_peek(const uint8_t *data, size_t size, enum xk_message_type *type,
                                                   struct xk_transaction_id *id, struct xk_diag *diag);

/**
 * The name of a message type as TS 33.107 writes it, such as "get_keys".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param type any value
 * @retval name constant; "?" for a value that is none
 */
XK_API const char *xk_message_type_name(enum xk_message_type type);

/**
 * One English sentence, without a full stop, that tells a KMS operator what a failure means.
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a table look-up.
 *
 * @param failure any value
 * @retval text constant; "not a failure reason of the Xk profile" for a value that is none
 */
XK_API const char *xk_failure_text(enum xk_failure failure);

/**
 * The name of a failure reason as logs and tests write it, such as "ticket-expired".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a table look-up.
 *
 * @param failure any value
 * @retval name constant; "?" for a value that is none
 */
XK_API const char *xk_failure_name(enum xk_failure failure);

#ifdef __cplusplus
}
#endif
#endif
