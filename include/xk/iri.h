/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The IRI event "session encryption keys available" (TS 33.107 clause 7A.7.2), made from an outcome.
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

/** The parameters of the event in clause 7A.7.2. All views are borrowed. */
struct xk_iri_event {
    const struct xk_warrant *warrant; /**< LIID, observed target identities, correlation number, initiator */
    struct xk_utc time;               /**< of the event */
    const struct xk_iri_key *keys;    /**< NULL if none was provided */
    size_t key_count;
    bool failure; /**< MediaSec key retrieval failure indication; may stand beside keys (partial retrieval) */
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
