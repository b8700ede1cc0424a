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
 * Two rules go before all others. A key is given only if every part of the exchange was read: a KEMAC that is
 * authentic and cannot be read ends the request with #XK_FAILURE_KEMAC, and no other key is taken in its place; an SRTP
 * policy that cannot be read ends it with #XK_FAILURE_MALFORMED, and no default is.
 * What RFC 6043 allows is answered, and what is unusual about it is told to the host by `notice`.
 *
 * No published test vector of MIKEY-TICKET exists. What the RFC leaves open is an option here, with the
 * reading that this library takes as its default. The inner format of the 3GPP base ticket (type 2) could not
 * be read: it is opened as a MIKEY base ticket unless the host opens it.
 *
 * A limit: RFC 6043 6.1.1 lets a Crypto Session change to other keys of its bundle in mid-call, which the MKI of
 * each packet then selects. The answer has one key for each Crypto Session: the one that its SPI names, with which
 * it begins. Where the exchange has further keys, #XK_KMS_NOTICE_OTHER_KEYS says so. The keys of a CSB update
 * are had by a get_keys with that update.
 *
 * There is no signalling for interception between KMSs (TS 33.107 clause 7A.7.3). A ticket of another KMS is
 * answered from what an ordinary ticket resolution brought, if the host has it (`resolved_ticket`), else with
 * that KMS's identity as a referral.
 *
 * There is no freshness window on T of TRANSFER_INIT: interception may begin in mid-call. T is compared with
 * the ticket's validity, by the rules of the relation (xk/relation.h), which have a tolerance for clocks that differ.
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

/** PRF for the MAC Vr in Initiator Data: RFC 6043 6.10 does not say. */
enum xk_kms_vr_prf {
    XK_KMS_VR_PRF_POLICY = 0, /**< default: of the Ticket Policy */
    XK_KMS_VR_PRF_HEADER = 1  /**< of the common header */
};

/** T in the IV of a KEMAC in TRANSFER_RESP: RFC 6043 does not say, RFC 3830 4.2.3 says the Initiator's. */
enum xk_kms_resp_time {
    XK_KMS_RESP_TIME_INIT = 0, /**< default: T of TRANSFER_INIT */
    XK_KMS_RESP_TIME_RESP = 1  /**< T of TRANSFER_RESP itself */
};

/** PRF for the keys that protect messages: RFC 6043 5.1.2 does not say. */
enum xk_kms_message_prf {
    XK_KMS_MESSAGE_PRF_HEADER = 0, /**< default: of the common header */
    XK_KMS_MESSAGE_PRF_POLICY = 1  /**< of the Ticket Policy */
};

/** Which keys protect a CSB update and its KEMACs: RFC 6043 5.2 says "the same keys" as the last message's. After
 * an exchange without TRANSFER_RESP there is one reading only: the keys of its TRANSFER_INIT. */
enum xk_kms_update_key {
    XK_KMS_UPDATE_SAME_AUTH_KEY = 0, /**< default: the keys of the TRANSFER_RESP, its label with them */
    XK_KMS_UPDATE_DERIVED_AGAIN = 1  /**< MPKi or MPKr' again, with the label of each message's own type */
};

/** Who Identity_r is under the MAC of a CSB update that names no IDRr, when another answered than was dialled:
 * RFC 6043 5.2 and 5.5 do not say. */
enum xk_kms_update_identity {
    XK_KMS_UPDATE_IDENTITY_ANSWERED = 0, /**< default: IDRr of the initial TRANSFER_RESP: who is in the call */
    XK_KMS_UPDATE_IDENTITY_DIALLED = 1   /**< as under the MAC of the initial TRANSFER_INIT */
};

/** How the open questions of RFC 6043 are read, and what is let pass. All-zero is the default. */
struct xk_kms_options {
    enum xk_kms_vr_prf vr_prf;
    enum xk_kms_resp_time resp_time;
    enum xk_kms_message_prf message_prf;
    enum xk_kms_update_key update_key;
    enum xk_kms_update_identity update_identity;
    /** Octets of a TEK derived for a protocol other than SRTP, whose policies say nothing that is known here; 0 (the
     * default) is 16. 1 to #XK_SESSION_KEY_MAX; other values refuse such a Crypto Session. */
    uint32_t other_tek_size;
    /** Take keys and RANDs below 128 bits, which RFC 6043 12.1 forbids; default false: #XK_FAILURE_ALGORITHM. */
    bool allow_short;
    /** Take an exchange that mixes 256-bit algorithms with 128-bit ones, which RFC 6043 12.1 forbids; default false:
     * #XK_FAILURE_ALGORITHM. */
    bool allow_mixed;
};

/** A ticket's keys, as an opener gives them. Secrets; the library wipes this structure. */
struct xk_kms_opened_ticket {
    /** Key data sub-payloads, decrypted: from `open_ticket` MPK, then session keys; from `resolved_ticket` MPKi, with
     * the I flag MPKr', then session keys of which TGKs are forked already. */
    uint8_t content[XK_KMS_KEMAC_MAX];
    size_t size;
    uint8_t rand[255]; /**< from `open_ticket`: RAND of the ticket, for splitting the MPK */
    size_t rand_size;
};

/** What is unusual about the keys of an exchange, or names the cause of a refusal. Values never change. What is unusual
 * about its messages is told by `query->exchange->remarks` (xk/exchange.h). */
enum xk_kms_notice {
    XK_KMS_NOTICE_POLICY_ASSUMED = 1, /**< the Crypto Session names no policy, or one that no SP payload describes:
                                       * SRTP's default lengths are assumed (RFC 3711: 128 and 112 bits), and the
                                       * answer names no cipher */
    XK_KMS_NOTICE_LENGTH_ASSUMED = 2, /**< another protocol than SRTP: the TEK's length is the option's */
    XK_KMS_NOTICE_NO_SPI = 3,         /**< refused: several keys, and no message names the SPI of the one */
    XK_KMS_NOTICE_OTHER_KEYS = 4,     /**< the bundle has further keys, which an MKI may select */
    XK_KMS_NOTICE_SHORT_RAND = 5,     /**< a RAND of 128 bits or more that is shorter than 12.1 asks for its keys */
    XK_KMS_NOTICE_LONG_KEY = 6        /**< a session key over 128 bits, protected by 128-bit algorithms (12.1) */
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
    /**
     * Give what an ordinary resolution of this ticket (RFC 6043 4.2.3) brought, for a ticket whose IDRkms is not ours;
     * #XK_FAILURE_NONE or the reason: #XK_FAILURE_OTHER_KMS refers the DF2/MF to the other KMS. NULL: the same.
     *
     * `responder` (ID Data of IDRr) and `rand_kms` are those of the TRANSFER_RESP: with the I flag MPKr' and the TGKs
     * are forked for them; absent without a TRANSFER_RESP. The MACs of the messages are checked as always; the MACs of
     * the ticket and Vr cannot be, for want of their keys: the KMS that resolved the ticket checked them. So the host
     * compares all of `ticket->whole` but its first octet, Initiator Data included, with what was resolved.
     */
    enum xk_failure (*resolved_ticket)(const struct xk_mikey_ticket *ticket, struct xk_bytes responder,
                                       struct xk_bytes rand_kms, struct xk_kms_opened_ticket *opened, void *user);
    /**
     * Open a ticket that is no MIKEY base ticket; #XK_FAILURE_NONE or the reason. NULL: type 2 is opened as a
     * MIKEY base ticket, other types are refused with #XK_FAILURE_ALGORITHM.
     */
    enum xk_failure (*open_ticket)(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                   void *user);
    /** Be told what is unusual. `cs_id` is the Crypto Session, or -1 for the exchange. Optional. */
    void (*notice)(const struct xk_query *query, enum xk_kms_notice notice, int cs_id, void *user);
};

/** A KMS. Filled by xk_kms_init(), then its options may be changed. */
struct xk_kms {
    size_t size; /**< sizeof(struct xk_kms) */
    struct xk_kms_callbacks callbacks;
    void *user;
    struct xk_kms_options options;
};

/**
 * Fill a KMS with default options, as much of it as the caller's header has. Called through xk_kms_init().
 *
 * @param[out] kms owned by the caller
 * @param size sizeof(struct xk_kms) of the caller; a larger one than the library's own leaves `kms->size` 0, which
 * xk_kms_resolve() refuses
 * @param callbacks copied; NULL for none, which xk_kms_resolve() refuses
 * @param user handed to every callback
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_kms_defaults(struct xk_kms *kms, size_t size, const struct xk_kms_callbacks *callbacks, void *user);

/** Fill a KMS with default options: xk_kms_defaults(). */
static inline void xk_kms_init(struct xk_kms *kms, const struct xk_kms_callbacks *callbacks, void *user)
{
    xk_kms_defaults(kms, sizeof *kms, callbacks, user);
}

/**
 * Answer a query: the check list for get_keys with keys (TS 33.107 clause 7A.7.2, RFC 6043 4.2 and 5).
 *
 * In this order: whose ticket; ticket protection key; the ticket's MAC; validity; lengths and algorithms (12.1); MAC of
 * TRANSFER_INIT (under forking also Vi and Vr); MAC of TRANSFER_RESP; those of a CSB update; the KEMACs; the SRTP
 * policies; then each Crypto Session. Each has its own failure reason. Keys are written into `answer->key_space`.
 *
 * Where TRANSFER_INIT leaves IDRr out, those whom SIP, TRANSFER_RESP or the ticket names are tried, and the MAC
 * decides; for IDRi, the ticket's, or without one there SIP's. SIP's word for both is not enough: the MAC has nothing
 * between the two.
 *
 * @param kms initialised
 * @param query from the responder's resolve callback
 * @param[out] answer filled; `answer->field` names what spoke against the exchange
 * @retval XK_ANSWER_NOW   `*answer` is complete: results, or one failure
 *
 * Cannot fail otherwise; a NULL pointer or wrong size gives #XK_FAILURE_GENERIC where it can. May call every
 * callback of the KMS. Re-entrant. Cost: a few HMACs and AES operations a Crypto Session, and for each IDRr of the
 * ticket that is tried; less than 16 KiB of stack, which is wiped; OpenSSL allocates.
 */
XK_API enum xk_answer_time xk_kms_resolve(const struct xk_kms *kms, const struct xk_query *query,
                                          struct xk_answer *answer);

/** What OpenSSL fetches and allocates for one thread, kept from query to query. Opaque; holds no key between two. */
struct xk_kms_context;

/**
 * Make a context for a thread that answers queries.
 *
 * @param[out] context the caller's until xk_kms_context_destroy(); set only on XK_OK
 * @retval XK_OK         made
 * @retval XK_E_ARGUMENT `context` is NULL
 * @retval XK_E_MEMORY   OpenSSL gave no memory
 *
 * On failure nothing changes. Calls no callback. Any thread. Cost: one allocation; more follow with
 * the first query.
 */
XK_API XK_NODISCARD enum xk_status xk_kms_context_create(struct xk_kms_context **context);

/**
 * Give a context back.
 *
 * @param context made by xk_kms_context_create(), in no call; NULL does nothing
 *
 * Cannot fail. Calls no callback. Any thread. Cost: OpenSSL frees what it has allocated.
 */
XK_API void xk_kms_context_destroy(struct xk_kms_context *context);

/**
 * xk_kms_resolve() in a context: the same answer, without fetching algorithms anew for each query, which takes most of
 * its time.
 *
 * @param context of this thread; NULL is xk_kms_resolve()
 * @param kms initialised; several threads may use one
 * @param query from the responder's resolve callback
 * @param[out] answer filled; `answer->field` names what spoke against the exchange
 * @retval XK_ANSWER_NOW   `*answer` is complete: results, or one failure
 *
 * Cannot fail otherwise; a NULL pointer or wrong size gives #XK_FAILURE_GENERIC where it can. May call every
 * callback of the KMS. One thread at a time for each context. Cost: as xk_kms_resolve(), mostly the hashes and ciphers
 * themselves; less than 16 KiB of stack, which is wiped.
 */
XK_API enum xk_answer_time xk_kms_resolve_in(struct xk_kms_context *context, const struct xk_kms *kms,
                                             const struct xk_query *query, struct xk_answer *answer);

/**
 * The name of a notice as logs write it, such as "other-keys".
 *
 * @param notice any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_kms_notice_name(enum xk_kms_notice notice);

#ifdef __cplusplus
}
#endif
#endif
