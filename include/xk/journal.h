/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How requests survive the process: the journal that a requester writes, and the snapshot.
 *
 * Both are one format: a chain of framed records, each with its length, kind, epoch and checksum, so that
 * a restore reads a snapshot, a journal, or a snapshot and the journal records after it. Records hold
 * pending requests and owed outcomes with their LI data, never a key; the host stores them encrypted,
 * since they are a partial list of targets.
 *
 * What the journal promises: the record that decides an outcome is written, with the owner's epoch,
 * before the outcome is offered. The host's store refuses a record whose epoch is lower than the highest
 * it has seen, with #XK_JOURNAL_FENCED: that is final, and so an instance that was taken over cannot
 * settle what another one owns.
 *
 * What a host owes its journal:
 * - Store records in the order in which they come, each as a whole. After a crash the last one may be half there:
 *   xk_journal_whole() tells where the whole ones end, so that the rest can be cut off.
 * - A restore writes no record. Go on appending behind the octets that were restored; or store a snapshot durably
 *   before the first tick, and only then drop what was before it.
 * - Octets that are restored are one snapshot and the records written after it, or the records of a journal from its
 *   beginning. Never an older snapshot behind newer records: what had ended would come back.
 * - When a warrant ends, purge, then store a snapshot and destroy what was written before: the LIID is in it.
 *
 * The last record of a snapshot counts the others of each kind. A snapshot that was cut is refused, and records of a
 * journal behind it do not make it whole. A decision names the KMS that answered, and the KMS of a referral that was
 * followed.
 *
 * The record of a decision on keys carries no key. It has 32 bits of a keyed hash of the answer, and the key of that
 * hash: enough to refuse another answer after a restart. Whoever reads the record can try answers against the hash; of
 * four thousand million wrong ones, one fits.
 *
 * If the journal cannot take the end (#XK_JOURNAL_ENDED) of an outcome that the host has acknowledged, the request ends
 * all the same. After a crash its outcome is owed again, under its old id, which the host's queue knows. So give an
 * engine that restores more room than the old one had.
 */
#ifndef XK_JOURNAL_H
#define XK_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xk_requester;

/** What a journal record tells. */
enum xk_journal_kind {
    XK_JOURNAL_SUBMITTED = 1, /**< a request is pending */
    XK_JOURNAL_DECIDED = 2,   /**< its outcome is decided; a second one: keys became a failure indication */
    XK_JOURNAL_ENDED = 3      /**< acknowledged, undeliverable, cancelled or purged */
};

/**
 * The name of a kind of record for logs, such as "decided".
 *
 * @param kind any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_journal_kind_name(enum xk_journal_kind kind);

/** One record for the host to store. Valid during the callback. */
struct xk_journal_record {
    enum xk_journal_kind kind;
    uint64_t epoch;          /**< of the engine that writes */
    struct xk_bytes octets;  /**< to be stored as they are, in order */
};

/** The host's answer to a record. */
enum xk_journal_reply {
    XK_JOURNAL_STORED = 1, /**< durable */
    XK_JOURNAL_FAILED = 2, /**< not now; nothing was stored */
    XK_JOURNAL_FENCED = 3  /**< a higher epoch has been seen: final */
};

/**
 * Write all that is pending and owed as one snapshot.
 *
 * @param requester not NULL
 * @param now_ms the host's clock; deadlines are stored as time left
 * @param[out] out receives the snapshot; may be NULL with `capacity` 0 to ask for the size
 * @param capacity octets that `out` can take
 * @param[out] size octets written, or needed with XK_E_SPACE
 *
 * @retval XK_OK         written; no key is in it
 * @retval XK_E_SPACE    `capacity` is too small
 * @retval XK_E_ARGUMENT a pointer is NULL
 * @retval XK_E_FENCED   another instance owns the requests
 * @retval XK_E_BUSY     called from inside a callback
 *
 * The engine does not change. Calls no callback. Cost: one pass over `max_pending`.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_snapshot(const struct xk_requester *requester, uint64_t now_ms,
                                                         uint8_t *out, size_t capacity, size_t *size);

/**
 * Where the last whole record of a journal or snapshot ends.
 *
 * @param data borrowed; may be NULL with `size` 0
 * @param size octets of it
 * @retval octets up to the end of the last record before which all are whole and undamaged. Fewer than `size`: a
 *         record was being written when the process ended, if what is left is less than one record; else the octets
 *         are damaged, and what to do is the operator's to decide.
 *
 * Cannot fail. Calls no callback. Any thread. Cost: one pass over the octets.
 */
XK_API size_t xk_journal_whole(const uint8_t *data, size_t size);

/**
 * Fill a fresh engine from a snapshot, from a journal, or from a snapshot and the journal written after it.
 *
 * Pending requests keep their transaction id, their outcome id and the time they had left, less what passed between
 * their record and the last one, and less `elapsed_ms`; they are asked for again. Outcomes that were decided but not
 * acknowledged are owed again, with the same id: a failure is offered, keys are first asked for again. They may
 * get new handles, which observer and auditor are told (#XK_EVENT_RESTORED, one for each). KMSs are found by their
 * names and added as needed.
 *
 * Each begins anew: its first round and its first attempt, its timer being what was left. Of those that share a
 * transaction the first one in the records that pends asks. What a LIID is owed is in the order of the records; in a
 * snapshot what the host held comes first, in the order in which it was taken. `passing_bound` begins anew as well.
 *
 * @param requester without any request yet
 * @param now_ms the host's clock
 * @param data borrowed for this call
 * @param size octets of it
 * @param elapsed_ms time since the last record was written, if the host knows; else 0
 * @param[out] restored how many requests came back; may be NULL
 * @param[out] diag of a refusal: status, offset and field; may be NULL
 *
 * @retval XK_OK                  restored; the next outermost call sends, the next tick offers
 * @retval XK_E_ARGUMENT          a pointer is NULL
 * @retval XK_E_ALREADY           the engine has requests already
 * @retval XK_E_SNAPSHOT          damaged, cut off, contradictory, or a decision on a request that is not in it
 * @retval XK_E_SNAPSHOT_VERSION  of an unknown format version
 * @retval XK_E_FENCED            a record's epoch is higher than this engine's
 * @retval XK_E_FULL              more requests, or KMSs, than this engine can hold
 * @retval XK_E_TOO_LARGE         a request is larger than this engine was configured for
 * @retval XK_E_CONFIG            requests share a transaction, and this engine has no `share_queries`
 * @retval XK_E_BUSY              called from inside a callback
 *
 * On failure nothing changed. May call: observe, audit, once all are there. Cost: two passes over the octets; no
 * allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_requester_restore(struct xk_requester *requester, uint64_t now_ms,
                                                        const uint8_t *data, size_t size, uint64_t elapsed_ms,
                                                        uint32_t *restored, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
