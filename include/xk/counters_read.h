/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Looking into what counters have saved: the records of a snapshot or journal, one by one, for an operator's tool or a
 * host's own check. Nothing here is needed for a restore: that is xk_counters_restore().
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. No record's octets and no
 * key are in them, but LIIDs are: show them to nobody who may not know the warrants.
 *
 * @code
 * struct xk_counters_entry entry;
 * size_t position = 0;
 * entry.size = sizeof entry;
 * while (xk_counters_read(octets, size, &position, &entry, NULL) == XK_OK) {
 *     count[entry.kind]++;
 * }
 * @endcode
 */
#ifndef XK_COUNTERS_READ_H
#define XK_COUNTERS_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/counters.h>
#include <xk/export.h>
#include <xk/iri.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What one record tells. */
enum xk_counters_entry_kind {
    XK_COUNTERS_ENTRY_BEGIN = 1,        /**< a snapshot, or a journal, begins */
    XK_COUNTERS_ENTRY_CONTEXT = 2,      /**< snapshot: a context and its next number */
    XK_COUNTERS_ENTRY_RECORD = 3,       /**< snapshot: a record that is not settled */
    XK_COUNTERS_ENTRY_LEMF = 4,         /**< a LEMF, and whether it is owed a cINReset */
    XK_COUNTERS_ENTRY_END = 5,          /**< the snapshot ends */
    XK_COUNTERS_ENTRY_RESERVED = 6,     /**< journal: a record got its number */
    XK_COUNTERS_ENTRY_DELIVERED = 7,    /**< journal: a record was delivered */
    XK_COUNTERS_ENTRY_GONE = 8,         /**< journal: a record was settled, or given up */
    XK_COUNTERS_ENTRY_CONTEXT_ENDED = 9, /**< journal: a communication has ended */
    XK_COUNTERS_ENTRY_PURGED = 10       /**< journal: a warrant has ended */
};

/** One record. What its kind does not have is absent or 0. */
struct xk_counters_entry {
    size_t size; /**< set by the caller: sizeof(struct xk_counters_entry) */
    enum xk_counters_entry_kind kind;
    struct xk_bytes octets;    /**< the whole record */
    bool state_lost;           /**< BEGIN: earlier numbers are not known */
    struct xk_bytes liid;      /**< of a context, or of the warrant that has ended */
    struct xk_bytes communication; /**< of a context: content of its communicationIdentifier, in DER */
    uint32_t payload_class; /**< of a context: 0 IRI, 32 and more TRI, 64 and more integrity checks */
    uint32_t number;        /**< CONTEXT: its next number; RECORD and RESERVED: the record's */
    char country[2];        /**< CONTEXT, RESERVED, PURGED: authorisation country, or two NULs */
    bool mixed;             /**< CONTEXT: warrants of two countries use it */
    bool ended;             /**< CONTEXT: its communication has ended */
    struct xk_cookie cookie; /**< RECORD, RESERVED, DELIVERED, GONE */
    struct xk_utc time;      /**< RECORD and RESERVED: the time in its header */
    enum xk_record_state state; /**< RECORD: #XK_RECORD_RESERVED or #XK_RECORD_DELIVERED */
    uint32_t lemf;           /**< LEMF: the host's number of it */
    bool reset_owed;         /**< LEMF */
    uint32_t contexts;       /**< END: how many the snapshot has; the next two likewise */
    uint32_t records;
    uint32_t lemfs;
};

/**
 * The name of a kind for logs, such as "reserved".
 *
 * @param kind any value
 * @retval name constant; "?" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a switch.
 */
XK_API const char *xk_counters_entry_kind_name(enum xk_counters_entry_kind kind);

/**
 * Step through the records of a snapshot, a journal, or a snapshot and the journal behind it.
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
XK_API XK_NODISCARD enum xk_status xk_counters_read(const uint8_t *data, size_t size, size_t *position,
                                                    struct xk_counters_entry *entry, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
