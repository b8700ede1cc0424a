/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Does this key management information relate to the targeted user? The check that TS 33.107 clause
 * 7A.7.2 demands of the KMS, as far as it goes without keys (RFC 6043 4.2, 5.2, 6.10).
 *
 * The target must be the initiator of the exchange or the one who answered it. It is not enough to have been dialled,
 * or to be one of those whom the ticket lets answer: a failure reason of its own tells each of these.
 *
 * Without keys the identities are claims: the MACs of ticket, TRANSFER_INIT and TRANSFER_RESP must be
 * checked afterwards (the component xk_kms does it). Without key forking (I flag) only knowledge of
 * MPKi vouches for INIT.IDRi, and all allowed responders know MPKi.
 *
 * Level 1: no state, no allocation.
 */
#ifndef XK_RELATION_H
#define XK_RELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/exchange.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/status.h>
#include <xk/uri.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How an exchange is judged. Filled by xk_relation_rules_init(), then changed where wanted. */
struct xk_relation_rules {
    size_t size; /**< sizeof(struct xk_relation_rules) */
    /** Are these two identities one user? NULL (default): xk_identity_equal(), which reads each by its type. */
    bool (*same_user)(struct xk_bytes a, struct xk_bytes b, void *user);
    /** Is `identity` in the group, or alias, that a ticket's IDRr names? NULL (default): no groups. */
    bool (*member)(struct xk_bytes group, struct xk_bytes identity, void *user);
    void *user; /**< handed to every callback of these rules */
    /** Believe the asking DF2/MF's word on who answered when no TRANSFER_RESP names anybody; default false. */
    bool trust_responder_hint;
    /** Let INIT.IDRi differ from the ticket's IDRi when keys are not forked; default false. */
    bool allow_other_initiator;
    /** Seconds by which the clocks of phones and KMS may differ; default 0. */
    uint32_t clock_tolerance;
    /**
     * Is the ticket valid for this exchange, where a COUNTER stands for a time of day? Asked for
     * #XK_VALIDITY_UNKNOWN and #XK_VALIDITY_COUNTER. NULL (default): the first is valid, for T may be a COUNTER;
     * the second is not.
     */
    bool (*counter_valid)(const struct xk_exchange *exchange, enum xk_validity validity, void *user);
};

/** The result of the check. Views point into the messages of the get_keys. */
struct xk_relation {
    enum xk_role role;         /**< of the target; #XK_ROLE_NONE with a failure */
    enum xk_failure failure;   /**< #XK_FAILURE_NONE when the exchange relates to the target */
    const char *field;         /**< constant: what spoke against it, for the KMS's operator; "" without */
    struct xk_bytes initiator; /**< IDRi of INIT, else of the ticket, else the hint; absent if unknown */
    struct xk_bytes dialled;   /**< IDRr of INIT, else the hint; absent if unknown */
    struct xk_bytes responder; /**< who answered; absent if unknown */
};

/**
 * Fill the first `size` octets of rules with the defaults: for xk_relation_rules_init().
 *
 * @param[out] rules owned by the caller; unchanged if `size` is none that this structure has ever had
 * @param size octets that the caller's structure has
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_relation_rules_defaults(struct xk_relation_rules *rules, size_t size);

/**
 * Fill rules with the defaults.
 *
 * @param[out] rules owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
static inline void xk_relation_rules_init(struct xk_relation_rules *rules)
{
    xk_relation_rules_defaults(rules, sizeof *rules);
}

/**
 * Check that an exchange relates to the target: TS 33.107 clause 7A.7.2, "the KMS verifies".
 *
 * In this order: the initiator is the ticket's; who answered was allowed to; the target is one of the two;
 * T of TRANSFER_INIT lies within the ticket's validity (no freshness: interception may begin in mid-call); an
 * update was not made before the exchange that it updates.
 *
 * @param exchange parsed by xk_exchange_parse()
 * @param target Public KMS Identity of the target user: a URI
 * @param rules borrowed; NULL for the defaults
 * @param[out] relation always set, unless the answer is XK_E_ARGUMENT
 * @param[out] diag which argument was refused; may be NULL
 *
 * @retval XK_OK         `relation->failure` tells the result
 * @retval XK_E_ARGUMENT a pointer is NULL, the target is empty, or `rules->size` is wrong
 *
 * On failure nothing is written but `*diag`. May call: same_user, member, counter_valid. Re-entrant, any thread.
 * Cost: a few comparisons, and one for each IDRr of the ticket; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_relation_check(const struct xk_exchange *exchange, struct xk_bytes target,
                                                     const struct xk_relation_rules *rules,
                                                     struct xk_relation *relation, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
