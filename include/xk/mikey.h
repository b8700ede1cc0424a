/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Reading MIKEY messages (RFC 3830) and above all TRANSFER_INIT and TRANSFER_RESP of MIKEY-TICKET
 * (RFC 6043). mikey_build.h has the inverse.
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. Nothing here
 * needs or touches a key: MACs are located, not checked; Ticket Data and KEMAC content stay closed.
 */
#ifndef XK_MIKEY_H
#define XK_MIKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Data types of the common header that libxk names (IANA mikey-payloads). */
enum xk_mikey_data_type {
    XK_MIKEY_TRANSFER_INIT = 14,
    XK_MIKEY_TRANSFER_RESP = 15
};

/** Payload types (IANA mikey-payloads; RFC 3830 6.1, RFC 6043 6.1). */
enum xk_mikey_payload_type {
    XK_MIKEY_LAST = 0,
    XK_MIKEY_KEMAC = 1,
    XK_MIKEY_PKE = 2,
    XK_MIKEY_DH = 3,
    XK_MIKEY_SIGN = 4,
    XK_MIKEY_T = 5,
    XK_MIKEY_ID = 6,
    XK_MIKEY_CERT = 7,
    XK_MIKEY_CHASH = 8,
    XK_MIKEY_V = 9,
    XK_MIKEY_SP = 10,
    XK_MIKEY_RAND = 11,
    XK_MIKEY_ERR = 12,
    XK_MIKEY_TR = 13,
    XK_MIKEY_IDR = 14,
    XK_MIKEY_RANDR = 15,
    XK_MIKEY_TP = 16,
    XK_MIKEY_TICKET = 17,
    XK_MIKEY_KEY_DATA = 20,
    XK_MIKEY_GENERAL_EXT = 21,
    XK_MIKEY_SAKKE = 26 /**< RFC 6509 4.2 */
};

/** Crypto Session ID map types (RFC 3830 6.1.1, RFC 4563, RFC 6043 6.1.1). */
enum xk_mikey_map_type {
    XK_MIKEY_MAP_SRTP_ID = 0,
    XK_MIKEY_MAP_EMPTY = 1,
    XK_MIKEY_MAP_GENERIC_ID = 2
};

/** PRF functions (RFC 3830 6.1, RFC 6043 6.1). */
enum xk_mikey_prf {
    XK_MIKEY_PRF_MIKEY_1 = 0,    /**< HMAC-SHA-1 */
    XK_MIKEY_PRF_HMAC_SHA_256 = 1
};

/** Roles of an IDR payload (RFC 6043 6.6; 6 and 7 IANA). */
enum xk_mikey_id_role {
    XK_MIKEY_IDR_I = 1,
    XK_MIKEY_IDR_R = 2,
    XK_MIKEY_IDR_KMS = 3,
    XK_MIKEY_IDR_PSK = 4,
    XK_MIKEY_IDR_APP = 5
};

/** Types of an identity (RFC 3830 6.7, RFC 6043 6.6). */
enum xk_mikey_id_type {
    XK_MIKEY_ID_NAI = 0,
    XK_MIKEY_ID_URI = 1,
    XK_MIKEY_ID_BYTES = 2
};

/** Roles of a RANDR payload (RFC 6043 6.8). */
enum xk_mikey_rand_role {
    XK_MIKEY_RANDR_I = 1,
    XK_MIKEY_RANDR_R = 2,
    XK_MIKEY_RANDR_KMS = 3
};

/** Roles of a TR payload (RFC 6043 6.4). */
enum xk_mikey_time_role {
    XK_MIKEY_TR_I = 1, /**< time of issue */
    XK_MIKEY_TR_S = 2, /**< start of validity */
    XK_MIKEY_TR_E = 3, /**< end of validity */
    XK_MIKEY_TR_R = 4  /**< rekeying interval */
};

/** Types of a timestamp (RFC 3830 6.6, RFC 6043 6.3). */
enum xk_mikey_time_type {
    XK_MIKEY_TIME_NTP_UTC = 0,
    XK_MIKEY_TIME_NTP = 1,
    XK_MIKEY_TIME_COUNTER = 2,
    XK_MIKEY_TIME_NTP_UTC_32 = 3
};

/** Flags of a Ticket Policy (RFC 6043 6.10): the 15 bits D, E to L and M to O as one number. */
enum xk_mikey_ticket_flag {
    XK_MIKEY_FLAG_D = 0x0001, /**< made by a KMS */
    XK_MIKEY_FLAG_E = 0x0002, /**< resolve is mandatory */
    XK_MIKEY_FLAG_F = 0x0004, /**< TRANSFER_RESP shall be sent */
    XK_MIKEY_FLAG_G = 0x0008, /**< the Responder makes RANDRr */
    XK_MIKEY_FLAG_H = 0x0010, /**< RANDRi goes into the derivation from TGK and GTGK */
    XK_MIKEY_FLAG_I = 0x0020, /**< key forking */
    XK_MIKEY_FLAG_J = 0x0040, /**< the ticket may be reused */
    XK_MIKEY_FLAG_K = 0x0080, /**< the KMS changed the wanted policy */
    XK_MIKEY_FLAG_L = 0x0100, /**< the Initiator may supply session keys */
    XK_MIKEY_FLAG_M = 0x0200, /**< the Responder may supply session keys */
    XK_MIKEY_FLAG_N = 0x0400, /**< an Initiator that follows RFC 6043 alone can use the ticket */
    XK_MIKEY_FLAG_O = 0x0800  /**< a Responder that follows RFC 6043 alone can process it */
};

/**
 * @name Limits. A message over one of them is refused.
 * @{
 */
#define XK_MIKEY_PAYLOADS_MAX 64 /**< payloads in one message or one chain inside a payload */
#define XK_MIKEY_SESSIONS_MAX 255
/** @} */

/** One identity; absent when `data.data` is NULL. Identities are UTF-8 for NAI and URI, never empty. */
struct xk_mikey_identity {
    uint8_t role; /**< enum xk_mikey_id_role; 0 when it came in a plain ID payload */
    uint8_t type; /**< enum xk_mikey_id_type */
    struct xk_bytes data;
};

/** One timestamp; absent when `value.data` is NULL. */
struct xk_mikey_time {
    uint8_t role; /**< enum xk_mikey_time_role; 0 when it came in a T payload */
    uint8_t type; /**< enum xk_mikey_time_type */
    struct xk_bytes value; /**< 8 or 4 octets as on the wire */
    uint64_t ntp64; /**< the 64-bit value of RFC 6043 6.3: NTP-UTC-32 in the high half, COUNTER in the low */
};

/** One payload of a chain. */
struct xk_mikey_payload {
    uint8_t type;          /**< enum xk_mikey_payload_type */
    uint8_t next;          /**< type of the one that follows, 0 for the last */
    size_t offset;         /**< from the start of the message to its first octet */
    struct xk_bytes whole; /**< all its octets, the next-payload octet included (SIGN has none) */
};

/** The Common Header. */
struct xk_mikey_header {
    uint8_t version;
    uint8_t data_type; /**< enum xk_mikey_data_type, or another number */
    uint8_t first;     /**< type of the first payload */
    bool v_flag;       /**< told, not judged: RFC 6043 contradicts itself about it */
    uint8_t prf;       /**< enum xk_mikey_prf, or another number */
    uint32_t csb_id;
    uint8_t cs_count;
    uint8_t map_type;    /**< enum xk_mikey_map_type */
    struct xk_bytes map; /**< CS ID map info */
};

/** One entry of the Crypto Session map. */
struct xk_mikey_crypto_session {
    uint8_t cs_id;
    uint8_t protocol;              /**< Prot type: 0 SRTP */
    bool s_flag;                   /**< ROC and SEQ are in the session data (GENERIC-ID) */
    struct xk_bytes policies;      /**< policy numbers, one octet each */
    struct xk_bytes session_data;  /**< SRTP: SSRC, and with S also ROC and SEQ; may be empty */
    struct xk_bytes spi;           /**< selects the key; may be empty */
};

/** A KEMAC payload; absent when `encrypted.data` is NULL. */
struct xk_mikey_kemac {
    uint8_t encryption; /**< 0 NULL, 1 AES-CM-128, 2 AES-KW-128, 3 AES-CM-256 */
    struct xk_bytes encrypted;
    uint8_t mac_algorithm; /**< 0 NULL in every MIKEY-TICKET message */
    struct xk_bytes mac;
};

/** A V payload; absent when `mac.data` is NULL. */
struct xk_mikey_verification {
    uint8_t algorithm; /**< 0 NULL, 1 HMAC-SHA-1-160, 2 HMAC-SHA-256-256 */
    struct xk_bytes mac; /**< 0, 20 or 32 octets */
};

/** A TICKET payload, read into its Ticket Policy; absent when `whole.data` is NULL. */
struct xk_mikey_ticket {
    struct xk_bytes whole;          /**< the payload, its next-payload octet first */
    size_t offset;                  /**< of the payload in the message */
    uint16_t type;                  /**< 1 MIKEY base ticket, 2 3GPP base ticket */
    uint8_t subtype;
    uint8_t version;
    uint8_t prf;                    /**< PRF for key forking and MPK splitting */
    uint16_t flags;                 /**< enum xk_mikey_ticket_flag, ored */
    struct xk_bytes policy;         /**< TP Data, its First Payload octet included */
    struct xk_mikey_identity kms;        /**< IDRkms: a KMS that can resolve the ticket */
    struct xk_mikey_identity initiator;  /**< IDRi: who asked for the ticket or made it */
    struct xk_mikey_identity responder;  /**< first IDRr; all of them with xk_mikey_ticket_next_responder() */
    size_t responder_count;              /**< how many IDRr: each a responder, or a group of them */
    /** How many IDRapp: applications that may use the ticket, all of them where there is none. */
    size_t application_count;
    struct xk_mikey_time valid_from;     /**< TRs; absent is unbounded */
    struct xk_mikey_time valid_until;    /**< TRe; absent is unbounded */
    struct xk_mikey_time rekey;          /**< TRr */
    struct xk_bytes ticket_data;    /**< closed to this library's core */
    struct xk_bytes initiator_data; /**< First Payload octet, Vi, Vr; empty without forking */
    size_t initiator_data_offset;   /**< in `whole`: where the Initiator Data length field starts */
    size_t ignored_count;           /**< payloads of TP Data and Initiator Data that were stepped over */
};

/** A parsed MIKEY message: the payloads that MIKEY-TICKET's transfer uses, each absent if not there. */
struct xk_mikey_message {
    struct xk_bytes whole;
    struct xk_mikey_header header;
    size_t payloads_offset; /**< of the first payload */
    size_t payload_count;
    struct xk_mikey_time time;               /**< T */
    struct xk_bytes rand;                    /**< RAND */
    struct xk_bytes rand_initiator;          /**< RANDRi */
    struct xk_bytes rand_responder;          /**< RANDRr */
    struct xk_bytes rand_kms;                /**< RANDRkms */
    struct xk_mikey_identity id_initiator;   /**< IDRi */
    struct xk_mikey_identity id_responder;   /**< IDRr */
    struct xk_mikey_ticket ticket;           /**< TICKET */
    struct xk_mikey_kemac kemac;             /**< KEMAC */
    struct xk_mikey_verification v;          /**< V */
    size_t v_mac_offset;                     /**< of the MAC inside V, from the start of the message */
    size_t policy_count;                     /**< number of SP payloads with a number of their own */
    size_t ignored_count;                    /**< payloads that were stepped over, see xk_mikey_parse() */
};

/**
 * Parse a MIKEY message of any mode: common header, map and chain of payloads.
 *
 * Payloads may come in any order. Lengths must add up to the last octet. A SIGN payload, or a V payload, must
 * be the last. Every data type of the IANA registry is taken. A payload type must be one of
 * enum #xk_mikey_payload_type: how long another is, cannot be known.
 *
 * Stepped over, and counted in `ignored_count` (RFC 6043 4.2.2): payloads that the structure has no member for,
 * identities of another role or ID type, RANDs of another role. A payload that may come once and comes twice
 * is stepped over the second time if it has the same octets. With others it is refused: which of the two
 * counts, cannot be known. TICKET and KEMAC may come only once.
 *
 * @param data borrowed; the views in `*message` point into it
 * @param size octets of exactly one message
 * @param[out] message set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         every length adds up
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "230-249"     the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass, and one more over the payloads for each SP; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_parse(const uint8_t *data, size_t size,
                                                  struct xk_mikey_message *message, struct xk_diag *diag);

/**
 * Parse a message that must be a TRANSFER_INIT: RFC 6043 4.2.2.1 and 5.2.
 *
 * Beyond xk_mikey_parse(): data type 14, a GENERIC-ID map with each CS ID once or an Empty map, T and V there,
 * no MAC in a KEMAC. Whether TICKET and RANDs must or may be there depends on what the message is: the first of
 * an exchange, or a CSB update. xk_exchange_parse() knows, and checks it.
 *
 * @param data borrowed; the views in `*message` point into it
 * @param size octets of exactly one message
 * @param[out] message set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK                a TRANSFER_INIT as far as the message alone can show
 * @retval XK_E_ARGUMENT        a pointer is NULL that may not be
 * @retval XK_E_MIKEY_DATA_TYPE a message of another kind or mode, such as MIKEY-SAKKE
 * @retval "230-249"            the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: as xk_mikey_parse(), and one pass over the map.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_parse_transfer_init(const uint8_t *data, size_t size,
                                                                struct xk_mikey_message *message,
                                                                struct xk_diag *diag);

/**
 * Parse a message that must be a TRANSFER_RESP: RFC 6043 4.2.2.3 and 5.2.
 *
 * As xk_mikey_parse_transfer_init(), with data type 15 and exactly one policy for each Crypto Session.
 *
 * @param data borrowed; the views in `*message` point into it
 * @param size octets of exactly one message
 * @param[out] message set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK                a TRANSFER_RESP as far as the message alone can show
 * @retval XK_E_ARGUMENT        a pointer is NULL that may not be
 * @retval XK_E_MIKEY_DATA_TYPE a message of another kind or mode
 * @retval "230-249"            the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: as xk_mikey_parse(), and two passes over the map.
 */
XK_API XK_NODISCARD enum xk_status xk_mikey_parse_transfer_resp(const uint8_t *data, size_t size,
                                                                struct xk_mikey_message *message,
                                                                struct xk_diag *diag);

/**
 * The octets of a message that the MAC of its V payload covers: RFC 6043 5.5.
 *
 * All in front of the MAC; of a TRANSFER_INIT with a TICKET all but Initiator Data and its length. What the
 * computation takes after them is not here: identities after an INIT, the whole INIT after a RESP.
 *
 * @param message parsed; a message without V gives an empty first part
 * @param[out] parts the second is absent unless Initiator Data lies between; unchanged if `message` is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API void xk_mikey_covered(const struct xk_mikey_message *message, struct xk_bytes parts[2]);

/**
 * Step through the payloads of a parsed message.
 *
 * @param message parsed
 * @param[in,out] payload all zero before the first call; then what the last call set
 * @retval true  `*payload` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_mikey_next_payload(const struct xk_mikey_message *message, struct xk_mikey_payload *payload);

/**
 * Step through the Crypto Session map of a parsed message (SRTP-ID and GENERIC-ID).
 *
 * @param message parsed
 * @param[in,out] position 0 before the first call
 * @param[out] session set on true
 * @retval true  `*session` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_mikey_next_crypto_session(const struct xk_mikey_message *message, size_t *position,
                                         struct xk_mikey_crypto_session *session);

/**
 * Step through the IDRr payloads of a ticket's policy.
 *
 * @param ticket parsed
 * @param[in,out] position 0 before the first call
 * @param[out] responder set on true
 * @retval true  `*responder` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: one pass over the ticket's policy.
 */
XK_API bool xk_mikey_ticket_next_responder(const struct xk_mikey_ticket *ticket, size_t *position,
                                           struct xk_mikey_identity *responder);

/**
 * Step through the IDRapp payloads of a ticket's policy: the applications that may use it (RFC 6043 6.10).
 *
 * @param ticket parsed
 * @param[in,out] position 0 before the first call
 * @param[out] application set on true
 * @retval true  `*application` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: one pass over the ticket's policy.
 */
XK_API bool xk_mikey_ticket_next_application(const struct xk_mikey_ticket *ticket, size_t *position,
                                             struct xk_mikey_identity *application);

#ifdef __cplusplus
}
#endif
#endif
