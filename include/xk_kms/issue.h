/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The other side of xk_kms: issuing tickets and building complete TRANSFER_INIT and TRANSFER_RESP messages
 * with their MACs, for test networks, load tools and vectors. A DF2/MF never needs this.
 *
 * What RFC 6043 leaves open is made in either reading: struct xk_kms_options says in which, and an xk_kms with the same
 * options takes it.
 *
 * Re-entrant, any thread; no state. Secrets are borrowed; what is derived on the way is wiped. An output may not
 * overlap an input.
 */
#ifndef XK_KMS_ISSUE_H
#define XK_KMS_ISSUE_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/mikey.h>
#include <xk/mikey_ticket.h>
#include <xk/status.h>
#include <xk_kms/kms.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Algorithms of a ticket or message: encryption of KEMAC and MAC of V go together (RFC 6043 6.2, 6.9). */
enum xk_kms_suite {
    XK_KMS_SUITE_128 = 1, /**< AES-CM-128 and HMAC-SHA-1-160 */
    XK_KMS_SUITE_256 = 2  /**< AES-CM-256 and HMAC-SHA-256-256 */
};

/** Encryption of a KEMAC, where it is to be another than the suite's (RFC 3830 6.2, RFC 6043 6.2). */
enum xk_kms_encryption {
    XK_KMS_ENCRYPTION_OF_SUITE = 0,
    XK_KMS_ENCRYPTION_AES_CM_128 = 1,
    XK_KMS_ENCRYPTION_AES_KW_128 = 2, /**< AES key wrap: the key data sub-payloads must fill 64-bit blocks */
    XK_KMS_ENCRYPTION_AES_CM_256 = 3
};

/** Is it a message of a CSB update (RFC 6043 5.2)? Then it has no ticket and no RANDs; those of the initial exchange
 * are given for the keys only. */
enum xk_kms_update {
    XK_KMS_UPDATE_NO = 0,
    XK_KMS_UPDATE_ANSWERED = 1,  /**< the initial exchange had a TRANSFER_RESP */
    XK_KMS_UPDATE_UNANSWERED = 2 /**< it had none (F flag 0) */
};

/** What a ticket is made of. Views are borrowed. */
struct xk_kms_ticket_content {
    uint16_t type;    /**< 1 */
    uint8_t subtype;  /**< 1 */
    uint8_t version;  /**< 1 */
    uint8_t prf;      /**< enum xk_mikey_prf */
    uint16_t flags;   /**< enum xk_mikey_ticket_flag */
    struct xk_bytes policy;   /**< TP Data, built with xk_mikey_build_chain() */
    struct xk_bytes header;   /**< data of THDR; may be empty */
    struct xk_mikey_time time;
    struct xk_bytes rand;
    struct xk_mikey_identity psk; /**< IDRpsk; absent to leave it out */
    const struct xk_mikey_key_data *keys; /**< MPK first */
    size_t key_count;
    struct xk_bytes protection_key; /**< TPK */
    enum xk_kms_suite suite;
    enum xk_kms_encryption encryption;
};

/** What a TRANSFER_INIT or TRANSFER_RESP is made of. Views are borrowed. */
struct xk_kms_transfer {
    struct xk_mikey_header header; /**< data type decides which message; see xk_mikey_build_message() */
    const struct xk_mikey_crypto_session *sessions;
    size_t session_count;
    struct xk_mikey_time time;
    struct xk_bytes rand_initiator;  /**< INIT; else that of the initial INIT, for the keys only */
    struct xk_bytes rand_responder;  /**< RESP, with G; in an update that of the initial RESP, for the keys only */
    struct xk_bytes rand_kms;        /**< RESP, with I */
    struct xk_mikey_identity initiator; /**< INIT: IDRi; absent to leave it out */
    struct xk_mikey_identity responder; /**< IDRr; absent to leave it out */
    const struct xk_mikey_policy *policies;
    size_t policy_count;
    struct xk_mikey_ticket ticket;   /**< INIT: as xk_kms_issue_ticket() gave it */
    const struct xk_mikey_key_data *keys; /**< content of a KEMAC, with L or M; none leaves it out */
    size_t key_count;
    struct xk_bytes message_key;     /**< MPKi, or MPKr' for a RESP under forking */
    struct xk_bytes vr_key;          /**< INIT under forking: MPKr */
    struct xk_bytes peer_identity_i; /**< INIT without IDRi: Identity_i under the MAC */
    struct xk_bytes peer_identity_r; /**< INIT without IDRr: Identity_r under the MAC */
    struct xk_bytes init;            /**< RESP: the whole TRANSFER_INIT that it answers */
    enum xk_kms_suite suite;
    enum xk_kms_encryption encryption;
    enum xk_kms_update update;
    uint8_t policy_prf;              /**< RESP and update: PRF of the Ticket Policy; INIT has the ticket's */
    struct xk_kms_options options;   /**< the readings; who Identity_r is, is the caller's to say */
};

/**
 * Issue a MIKEY base ticket: RFC 6043 appendix A.
 *
 * @param content borrowed
 * @param[out] out receives the TICKET payload, its next-payload octet 0 and its Initiator Data empty
 * @param capacity octets that `out` can take
 * @param[out] size octets written
 * @param[out] ticket views into `out`, for struct xk_kms_transfer
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         issued
 * @retval XK_E_ARGUMENT a pointer is NULL, or a view has octets and no address; the field names the member
 * @retval XK_E_FIELD    a value has no encoding, or an algorithm is unknown
 * @retval XK_E_SPACE    `out` is too small
 * @retval XK_E_FIELD_LIMIT a length does not fit its field
 * @retval XK_E_FIELD_EMPTY no key
 * @retval XK_E_HOST     OpenSSL failed
 *
 * On failure `*size` and `*ticket` are unchanged; `out` may have been written. Calls no callback. Re-entrant, any
 * thread. Cost: one encryption and one MAC, less than 12 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_kms_issue_ticket(const struct xk_kms_ticket_content *content, uint8_t *out,
                                                       size_t capacity, size_t *size,
                                                       struct xk_mikey_ticket *ticket, struct xk_diag *diag);

/**
 * Build a TRANSFER_INIT or TRANSFER_RESP with all its MACs: RFC 6043 4.2.2, 6.10.
 *
 * @param transfer borrowed
 * @param[out] out receives the message
 * @param capacity octets that `out` can take
 * @param[out] size octets written
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         built
 * @retval XK_E_ARGUMENT a pointer is NULL, or a view has octets and no address; the field names the member
 * @retval XK_E_FIELD    a value has no encoding, or an algorithm is unknown
 * @retval XK_E_SPACE    `out` is too small
 * @retval XK_E_FIELD_LIMIT a length does not fit its field
 * @retval XK_E_HOST     OpenSSL failed
 *
 * On failure `*size` is unchanged; `out` may have been written. Calls no callback. Re-entrant, any thread. Cost: a
 * few HMACs, less than 8 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_kms_build_transfer(const struct xk_kms_transfer *transfer, uint8_t *out,
                                                         size_t capacity, size_t *size, struct xk_diag *diag);

/**
 * Split an MPK into MPKi and MPKr, each as long as the MPK: RFC 6043 5.1.
 *
 * @param prf of the Ticket Policy
 * @param mpk the key
 * @param rand RAND of the ticket
 * @param[out] mpki takes `mpk.size` octets; a secret
 * @param[out] mpkr takes `mpk.size` octets; a secret
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         split
 * @retval XK_E_ARGUMENT a pointer is NULL, or a size is 0 or over #XK_KMS_KEY_MAX, 255 of a RAND
 * @retval XK_E_FIELD    the PRF is unknown
 * @retval XK_E_HOST     OpenSSL failed
 *
 * On failure the outputs are wiped. Calls no callback. Re-entrant, any thread. Cost: a few HMACs.
 */
XK_API XK_NODISCARD enum xk_status xk_kms_split_mpk(unsigned int prf, struct xk_bytes mpk, struct xk_bytes rand,
                                                    uint8_t *mpki, uint8_t *mpkr, struct xk_diag *diag);

/** What is forked. */
enum xk_kms_forked {
    XK_KMS_FORK_MPKR = 1,
    XK_KMS_FORK_TGK = 2
};

/**
 * Fork an MPKr or a TGK for the one who answered: RFC 6043 5.1.
 *
 * @param prf of the Ticket Policy
 * @param what MPKr or TGK
 * @param key the key
 * @param responder ID Data of IDRr
 * @param rand_kms RANDRkms
 * @param[out] forked takes `key.size` octets; a secret
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         forked
 * @retval XK_E_ARGUMENT a pointer is NULL, or a size is 0 or over #XK_KMS_KEY_MAX, 255 of a RAND
 * @retval XK_E_FIELD    the PRF is unknown
 * @retval XK_E_HOST     OpenSSL failed
 *
 * On failure the output is wiped. Calls no callback. Re-entrant, any thread. Cost: a few HMACs.
 */
XK_API XK_NODISCARD enum xk_status xk_kms_fork(unsigned int prf, enum xk_kms_forked what, struct xk_bytes key,
                                               struct xk_bytes responder, struct xk_bytes rand_kms,
                                               uint8_t *forked, struct xk_diag *diag);

/**
 * The MIKEY PRF: RFC 3830 4.1.2, RFC 6043 6.1.
 *
 * @param prf enum xk_mikey_prf
 * @param key inkey
 * @param label label
 * @param[out] out receives `size` octets
 * @param size octets wanted, 1 to 256
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         derived
 * @retval XK_E_ARGUMENT a pointer is NULL or the size is outside its limits
 * @retval XK_E_FIELD    the PRF is unknown
 * @retval XK_E_HOST     OpenSSL failed
 *
 * On failure the output is wiped. Calls no callback. Re-entrant, any thread. Cost: a few HMACs.
 */
XK_API XK_NODISCARD enum xk_status xk_kms_prf(unsigned int prf, struct xk_bytes key, struct xk_bytes label,
                                              uint8_t *out, size_t size, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
