/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The IRI event "session encryption keys available" (TS 33.107 clause 7A.7.2), made from an outcome, and the two events
 * without which its keys are of no use: an intercepted SIP message, and the start of interception of a session that
 * was there already (clause 7A.7.5).
 *
 * The event is what an HI2 record is encoded from (hi2.h), in either of the two modules. Level 1: plain
 * data, no state, no allocation.
 */
#ifndef XK_IRI_H
#define XK_IRI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/outcome.h>
#include <xk/status.h>
#include <xk/warrant.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A moment in UTC. */
struct xk_utc {
    int64_t seconds;       /**< since 1970-01-01 00:00:00 UTC, leap seconds not counted */
    uint32_t microseconds; /**< 0 to 999999 */
};

/** Keys of one Crypto Session as HI2 carries them (CCKeyInfo). */
struct xk_iri_key {
    struct xk_bytes cs_id; /**< cCCSID: from an outcome the one octet of the CS ID; never empty */
    struct xk_bytes key;   /**< cCDecKey; never empty. A secret. */
    struct xk_bytes salt;  /**< cCSalt; may be absent. A secret. */
};

/** Which event. */
enum xk_iri_kind {
    XK_IRI_KEYS = 0,                 /**< media decryption keys available: TS 33.108 table 7.4 */
    XK_IRI_SIP_MESSAGE = 1,          /**< SIP message: table 7.3 */
    XK_IRI_START_OF_INTERCEPTION = 2 /**< start of interception for an established session: table 7.5 */
};

/**
 * The parameters of one event. All views are borrowed. Set all to zero first: what belongs to another kind of event is
 * refused.
 */
struct xk_iri_event {
    const struct xk_warrant *warrant; /**< LIID, observed target identities, correlation number, initiator */
    struct xk_utc time;               /**< of the event */
    const struct xk_iri_key *keys;    /**< NULL if none was provided */
    size_t key_count;
    bool failure; /**< MediaSec key retrieval failure indication; may stand beside keys (partial retrieval) */
    enum xk_iri_kind kind;
    struct xk_bytes sip_message; /**< of #XK_IRI_SIP_MESSAGE: the message, or its header and SDP */
    bool filtered; /**< of #XK_IRI_SIP_MESSAGE: content was taken out, as a warrant for IRI only demands */
    struct xk_bytes header_offer;  /**< of #XK_IRI_START_OF_INTERCEPTION: header of the message with the SDP offer */
    struct xk_bytes header_answer; /**< likewise, with the SDP answer. Each of the four may be absent. */
    struct xk_bytes sdp_offer;     /**< likewise: the offer itself */
    struct xk_bytes sdp_answer;    /**< likewise: the answer itself */
};

/**
 * Assemble the event of clause 7A.7.2 from an outcome.
 *
 * Crypto Sessions with a key are listed in `keys`; one without makes the failure indication true.
 *
 * @param outcome borrowed; the event refers to its warrant, keys and CS IDs, and lives no longer
 * @param time of the event, from the host
 * @param[out] keys receives one entry a key; views into the outcome
 * @param key_capacity entries that `keys` can take
 * @param[out] event set only on XK_OK
 *
 * @retval XK_OK            assembled
 * @retval XK_E_ARGUMENT    a pointer is NULL, or the outcome contradicts itself
 * @retval XK_E_SPACE       more keys than `key_capacity`
 * @retval XK_E_DESTINATION the outcome has keys and its warrant sends them to DF3: no IRI event may carry them
 *
 * On failure `*event` is unchanged. Calls no callback. Re-entrant, any thread. Cost: one pass; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_iri_assemble(const struct xk_outcome *outcome, struct xk_utc time,
                                                   struct xk_iri_key *keys, size_t key_capacity,
                                                   struct xk_iri_event *event);

#ifdef __cplusplus
}
#endif
#endif
