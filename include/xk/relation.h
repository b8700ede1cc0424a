/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Does this key management information relate to the targeted user? The check that TS 33.107 clause
 * 7A.7.2 demands of the KMS, as far as it goes without keys (RFC 6043 4.2, 5.2, 6.10).
 *
 * The target must be the initiator of the exchange or the one who answered it. To have been dialled, or to
 * be one of those whom the ticket lets answer, is not enough: each has its own reason.
 *
 * Without keys the identities are claims: the MACs of ticket, TRANSFER_INIT and TRANSFER_RESP must be
 * checked afterwards (the component xk_kms does it). Without key forking (I flag) INIT.IDRi is vouched for
 * only by knowledge of MPKi, which all allowed responders share.
 *
 * Level 1: no state, no allocation.
 */
#ifndef XK_RELATION_H
#define XK_RELATION_H

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

/** A parsed exchange, as a get_keys carries it. */
struct xk_exchange {
    struct xk_mikey_message init; /**< TRANSFER_INIT with the ticket */
    struct xk_mikey_message resp; /**< TRANSFER_RESP; only with `has_resp` */
    struct xk_mikey_message update_init; /**< of a CSB update; only with `has_update` */
    struct xk_mikey_message update_resp; /**< likewise */
    bool has_resp;
    bool has_update;
    struct xk_bytes initiator_hint; /**< absent if unknown */
    struct xk_bytes responder_hint; /**< absent if unknown */
};

/** What the target was in the exchange. */
enum xk_role {
    XK_ROLE_NONE = 0,
    XK_ROLE_INITIATOR = 1, /**< IDRi of TRANSFER_INIT, or of the ticket where INIT names none */
    XK_ROLE_RESPONDER = 2  /**< IDRr of TRANSFER_RESP: who answered */
};

/** How identities are compared. Filled by xk_relation_rules_init(), then changed where wanted. */
struct xk_relation_rules {
    size_t size; /**< sizeof(struct xk_relation_rules) */
    /** Are these two identities one user? NULL (default): xk_uri_equal(). */
    bool (*same_user)(struct xk_bytes a, struct xk_bytes b, void *user);
    /** Is `identity` in the group, or alias, that a ticket's IDRr names? NULL (default): no groups. */
    bool (*member)(struct xk_bytes group, struct xk_bytes identity, void *user);
    void *user; /**< handed to both */
    /** Believe the asking DF2/MF's word on who answered when TRANSFER_RESP names nobody; default false. */
    bool trust_responder_hint;
    /** Let INIT.IDRi differ from the ticket's IDRi when keys are not forked; default false. */
    bool allow_other_initiator;
};

/** The result of the check. Views point into the exchange. */
struct xk_relation {
    enum xk_role role;         /**< of the target; #XK_ROLE_NONE with a failure */
    enum xk_failure failure;   /**< #XK_FAILURE_NONE when the exchange relates to the target */
    const char *field;         /**< constant: what spoke against it, for the KMS's operator; "" without */
    struct xk_bytes initiator; /**< IDRi of INIT, else of the ticket, else the hint; absent if unknown */
    struct xk_bytes dialled;   /**< IDRr of INIT, else the hint; absent if unknown */
    struct xk_bytes responder; /**< who answered; absent if unknown */
};

/**
 * Fill rules with the defaults.
 *
 * @param[out] rules owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_relation_rules_init(struct xk_relation_rules *rules);

/**
 * Parse the MIKEY messages of a get_keys and check that they belong together.
 *
 * @param message decoded get_keys; its views must live as long as `*exchange`
 * @param[out] exchange set only on XK_OK
 * @param[out] diag status, offset in the MIKEY message at fault, and field; may be NULL
 *
 * @retval XK_OK               parsed
 * @retval XK_E_ARGUMENT       a pointer is NULL that may not be
 * @retval XK_E_MIKEY_MISMATCH the messages do not belong together, or the first INIT has no ticket
 * @retval "230-249"           a message breaks another rule of RFC 3830 or RFC 6043
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over
 * each message; no allocation, less than 5 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_exchange_parse(const struct xk_get_keys *message,
                                                     struct xk_exchange *exchange, struct xk_diag *diag);

/**
 * Check that an exchange relates to the target: TS 33.107 clause 7A.7.2, "the KMS verifies".
 *
 * In this order: the initiator is the ticket's; who answered was allowed to; the target is one of the two;
 * T of TRANSFER_INIT lies within the ticket's validity (no freshness: interception may begin in mid-call).
 *
 * @param exchange parsed by xk_exchange_parse()
 * @param target Public KMS Identity of the target user
 * @param rules borrowed; NULL for the defaults
 * @param[out] relation always set, unless the answer is XK_E_ARGUMENT
 *
 * @retval XK_OK         `relation->failure` tells the result
 * @retval XK_E_ARGUMENT a pointer is NULL, the target is empty, or `rules->size` is wrong
 *
 * On failure nothing is written. May call: same_user, member. Re-entrant, any thread. Cost: a few
 * comparisons, and one for each IDRr of the ticket; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_relation_check(const struct xk_exchange *exchange, struct xk_bytes target,
                                                     const struct xk_relation_rules *rules,
                                                     struct xk_relation *relation);

/**
 * Do two identities name the same user? SIP and SIPS URIs by RFC 3261 19.1.4, TEL URIs by RFC 3966
 * section 4, anything else octet by octet.
 *
 * Strict where the standards leave doubt: a SIP URI never equals a SIPS or TEL URI, not even with
 * user=phone, since the domain of a SIP URI may claim any number. A host that knows better overrides.
 *
 * @param a borrowed
 * @param b borrowed
 * @retval true  equal
 * @retval false not equal, or one is empty
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: proportional to the sizes, and to the square
 * of the number of parameters, of which URIs with more than 32 never are equal to any.
 */
XK_API bool xk_uri_equal(struct xk_bytes a, struct xk_bytes b);

#ifdef __cplusplus
}
#endif
#endif
