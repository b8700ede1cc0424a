/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * xk_kms: a reference KMS for MIKEY-TICKET (RFC 6043) behind the responder of libxk.
 *
 * It answers a verified query (xk/responder.h): opens the ticket, checks the MACs of ticket, TRANSFER_INIT
 * and TRANSFER_RESP, and derives the session key and salt of each Crypto Session. It stores nothing: the
 * ticket protection key and the messages suffice. A library of its own, so that libxk needs no
 * cryptography; this one uses OpenSSL 3.
 *
 * No published test vector of MIKEY-TICKET exists. What the RFC leaves open is an option here, with the
 * reading that this library takes as its default. The inner format of the 3GPP base ticket (type 2) could not
 * be read: it is opened as a MIKEY base ticket unless the host opens it.
 *
 * Cooperating KMSs (RFC 6043 section 10) are taken in the simplest reading: a ticket whose IDRkms is not ours
 * is answered with that identity as a referral, unless the host asks the other KMS itself. TS 33.107's own
 * clause on this could not be read.
 *
 * There is no freshness window on T of TRANSFER_INIT: interception may begin in mid-call. T is compared with
 * the ticket's validity.
 *
 * Threads: a `struct xk_kms` is read only once filled; calls with it may run on many threads if the host's
 * callbacks can.
 *
 * @code
 * static enum xk_answer_time resolve(const struct xk_query *query, struct xk_answer *answer, void *user)
 * {
 *     const struct xk_kms *kms = user;
 *     return xk_kms_resolve(kms, query, answer);
 * }
 * @endcode
 */
#ifndef XK_KMS_KMS_H
#define XK_KMS_KMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/mikey.h>
#include <xk/mikey_ticket.h>
#include <xk/responder.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits
 * @{
 */
#define XK_KMS_KEY_MAX 64       /**< octets of a ticket protection key, MPK, TGK or TEK */
#define XK_KMS_KEMAC_MAX 2048   /**< octets of a KEMAC's content */
#define XK_KMS_GENERATIONS_MAX 16 /**< ticket protection keys tried for one ticket */
/** @} */

/** PRF for the MAC Vr in Initiator Data: RFC 6043 does not say. */
enum xk_kms_vr_prf {
    XK_KMS_VR_PRF_POLICY = 0, /**< default: of the Ticket Policy */
    XK_KMS_VR_PRF_HEADER = 1  /**< of the common header */
};

/** T in the IV of a KEMAC in TRANSFER_RESP: RFC 6043 does not say, RFC 3830 says the Initiator's. */
enum xk_kms_resp_time {
    XK_KMS_RESP_TIME_INIT = 0, /**< default: T of TRANSFER_INIT */
    XK_KMS_RESP_TIME_RESP = 1  /**< T of TRANSFER_RESP itself */
};

/** PRF for the keys that protect messages: derived reading, the common header's. */
enum xk_kms_message_prf {
    XK_KMS_MESSAGE_PRF_HEADER = 0, /**< default */
    XK_KMS_MESSAGE_PRF_POLICY = 1
};

/** Which auth_key protects a CSB update: RFC 6043 5.2 says "the same key as the last message". */
enum xk_kms_update_key {
    XK_KMS_UPDATE_SAME_AUTH_KEY = 0, /**< default: the auth_key of the TRANSFER_RESP */
    XK_KMS_UPDATE_DERIVED_AGAIN = 1  /**< MPKi or MPKr' again, with the label of each message's own type */
};

/** How the open questions of RFC 6043 are read. All-zero is the default. */
struct xk_kms_options {
    enum xk_kms_vr_prf vr_prf;
    enum xk_kms_resp_time resp_time;
    enum xk_kms_message_prf message_prf;
    enum xk_kms_update_key update_key;
};

/** A ticket's keys, as an opener gives them. Secrets; the library wipes this structure. */
struct xk_kms_opened_ticket {
    uint8_t content[XK_KMS_KEMAC_MAX]; /**< key data sub-payloads, decrypted: MPK first, then session keys */
    size_t size;
    uint8_t rand[255]; /**< RAND of the ticket, for splitting the MPK */
    size_t rand_size;
};

/** The host's callbacks; `user` comes last. */
struct xk_kms_callbacks {
    /**
     * Give a ticket protection key (TPK). Called with generation 0, 1, 2 and on until it answers false, or a
     * key fits: so that older generations still open older tickets. Mandatory.
     *
     * `psk` is the ticket's IDRpsk, absent if it has none; `key` takes #XK_KMS_KEY_MAX octets and is wiped by
     * the library.
     */
    bool (*ticket_key)(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user);
    /** Is this IDRkms ours? NULL: every ticket is taken for ours. */
    bool (*is_own)(struct xk_bytes kms, void *user);
    /** Ask the KMS that issued the ticket, now or later; NULL: refer the DF2/MF to it. */
    enum xk_answer_time (*ask_other)(const struct xk_query *query, struct xk_bytes kms, struct xk_answer *answer,
                                     void *user);
    /**
     * Open a ticket that is no MIKEY base ticket; #XK_FAILURE_NONE or the reason. NULL: type 2 is opened as a
     * MIKEY base ticket, other types are refused with #XK_FAILURE_ALGORITHM.
     */
    enum xk_failure (*open_ticket)(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                   void *user);
};

/** A KMS. Filled by xk_kms_init(), then its options may be changed. */
struct xk_kms {
    size_t size; /**< sizeof(struct xk_kms) */
    struct xk_kms_options options;
    struct xk_kms_callbacks callbacks;
    void *user;
};

/**
 * Fill a KMS with default options.
 *
 * @param[out] kms owned by the caller
 * @param callbacks copied
 * @param user handed to every callback
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_kms_init(struct xk_kms *kms, const struct xk_kms_callbacks *callbacks, void *user);

/**
 * Answer a query: the check list for get_keys with keys (TS 33.107 clause 7A.7.2, RFC 6043 4.2 and 5).
 *
 * In this order: whose ticket; ticket protection key; the ticket's MAC; validity; MAC of TRANSFER_INIT (under
 * forking also Vi and Vr); MAC of TRANSFER_RESP; those of a CSB update; then each Crypto Session. Each has its
 * own failure reason. Keys are written into `answer->key_space`.
 *
 * @param kms initialised
 * @param query from the responder's resolve callback
 * @param[out] answer filled
 * @retval XK_ANSWER_NOW   `*answer` is complete: results, or one failure
 * @retval XK_ANSWER_LATER the host's ask_other said so
 *
 * Cannot fail otherwise; a NULL pointer or wrong size gives #XK_FAILURE_GENERIC where it can. May call every
 * callback of the KMS. Re-entrant. Cost: a few HMACs and AES operations a Crypto Session, less than 16 KiB of
 * stack, which is wiped; OpenSSL allocates.
 */
XK_API enum xk_answer_time xk_kms_resolve(const struct xk_kms *kms, const struct xk_query *query,
                                          struct xk_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
