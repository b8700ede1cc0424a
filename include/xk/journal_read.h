/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Looking into what a requester has saved: the records of a journal or snapshot, one by one, for an operator's tool or
 * a host's own check. Nothing here is needed for a restore: that is xk_requester_restore().
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. No key is in them, but
 * LIIDs and identities of targets are: show them to nobody who may not know the warrants.
 *
 * @code
 * struct xk_journal_entry entry;
 * size_t position = 0;
 * entry.size = sizeof entry;
 * while (xk_journal_read(octets, size, &position, &entry, NULL) == XK_OK) {
 *     count[entry.kind]++;
 * }
 * @endcode
 */
#ifndef XK_JOURNAL_READ_H
#define XK_JOURNAL_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/message.h>
#include <xk/outcome.h>
#include <xk/requester_config.h>
#include <xk/status.h>
#include <xk/warrant.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What one record tells. */
enum xk_journal_entry_kind {
    XK_JOURNAL_ENTRY_SUBMITTED = 1, /**< a request is pending */
    XK_JOURNAL_ENTRY_DECIDED = 2,   /**< its outcome is decided */
    XK_JOURNAL_ENTRY_ENDED = 3,     /**< it is over */
    XK_JOURNAL_ENTRY_BEGIN = 16,    /**< a snapshot begins */
    XK_JOURNAL_ENTRY_END = 17       /**< the snapshot ends */
};

/** One record. What its kind does not have is absent or 0. Not to be copied: `warrant.parties` points to `parties`. */
struct xk_journal_entry {
    size_t size; /**< set by the caller: sizeof(struct xk_journal_entry) */
    enum xk_journal_entry_kind kind;
    uint64_t epoch;         /**< of the engine that wrote it */
    uint64_t time_ms;       /**< on the clock that runs on through all records */
    struct xk_bytes octets; /**< the whole record */
    struct xk_transaction_id transaction;
    struct xk_outcome_id outcome;
    uint64_t left_ms;         /**< SUBMITTED: from `time_ms` to the deadline */
    struct xk_bytes sessions; /**< SUBMITTED: the CS IDs that are asked for, an octet each, ascending */
    struct xk_bytes kms[XK_ROUTES_MAX]; /**< SUBMITTED: the KMSs' names, in the order in which they are asked */
    size_t kms_count;
    uint32_t asked; /**< SUBMITTED: bit i is set if kms[i] has been asked */
    bool referred;  /**< SUBMITTED: the last KMS is one that another one has named */
    struct xk_warrant warrant; /**< SUBMITTED */
    struct xk_party parties[XK_PARTIES_MAX];
    struct xk_bytes get_keys;          /**< SUBMITTED: the message that is sent */
    enum xk_outcome_kind outcome_kind; /**< DECIDED */
    enum xk_cause cause;               /**< DECIDED, with a failure */
    enum xk_failure failure;           /**< DECIDED, with #XK_CAUSE_KMS_REFUSED */
    uint64_t age_ms;                   /**< DECIDED: from the decision to `time_ms` */
    struct xk_bytes answerer;          /**< DECIDED: name of the KMS that answered, or absent */
    struct xk_bytes referral;          /**< DECIDED: name of the KMS of a referral that was followed, or absent */
    uint32_t submitted; /**< BEGIN and END: requests in the snapshot */
    uint32_t decided;   /**< END: decisions in it */
};

/**
 * The name of a kind for logs, such as "decided".
 *
 * @param kind any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_journal_entry_kind_name(enum xk_journal_entry_kind kind);

/**
 * Step through the records of a journal, a snapshot, or a snapshot and the journal behind it.
 *
 * @param data borrowed; the views in `*entry` point into it
 * @param size octets of it
 * @param[in,out] position 0 before the first call; moves behind the record
 * @param[in,out] entry its `size` set by the caller; the rest is set only on XK_OK
 * @param[out] diag status, offset of the record and "record" of what was refused; may be NULL
 *
 * @retval XK_OK                 `*entry` is the next one
 * @retval XK_E_UNKNOWN          there is no further one
 * @retval XK_E_SNAPSHOT         cut off, damaged, or not a record
 * @retval XK_E_SNAPSHOT_VERSION of an unknown format version
 * @retval XK_E_ARGUMENT         a pointer is NULL that may not be, `entry->size` is wrong, or `*position` is beyond
 *
 * Whether the records contradict each other is not looked at. On failure nothing is written but `*diag`. Calls no
 * callback. Re-entrant, any thread. Cost: one pass over the record.
 */
XK_API XK_NODISCARD enum xk_status xk_journal_read(const uint8_t *data, size_t size, size_t *position,
                                                   struct xk_journal_entry *entry, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
