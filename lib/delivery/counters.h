/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters object inside: contexts and records in arrays, found by hash, records in the order of their numbering.
 *
 * A context is named by the octets that stand for it in the PS-PDU, so that whatever a communicationIdentifier may hold
 * counts by itself:
 *
 *   class 1, size of the LIID 1, LIID, content of communicationIdentifier in DER
 *
 * A number is given in two steps. xki_dl_prepare() tells what it will be and changes nothing; when all else is certain,
 * xki_dl_commit() journals it and makes it so.
 */
#ifndef XKI_DELIVERY_COUNTERS_H
#define XKI_DELIVERY_COUNTERS_H

#include <xk/counters.h>

#include "support/idmap.h"
#include "support/siphash.h"

#define XKI_DL_NONE UINT32_MAX

/* Payload types that count apart. Integrity checks have one for each checkType and dataType. */
#define XKI_DL_CLASS_IRI 0u
#define XKI_DL_CLASS_TRI 0x20u   /* and the type */
#define XKI_DL_CLASS_CHECK 0x40u /* and checkType, dataType in four and two bits */

struct xki_dl_context {
    uint32_t next_number;
    uint32_t records; /* not settled */
    uint32_t hash;
    uint32_t next_free;
    uint16_t key_size;
    uint8_t in_use;
    uint8_t ended;
    uint8_t mixed; /* warrants of two countries use it */
    char country[2];
};

struct xki_dl_entry {
    struct xk_cookie cookie;
    struct xk_utc time;
    uint32_t context;
    uint32_t number;
    uint32_t hash;
    uint32_t next; /* in the order of numbering; or of free ones */
    uint32_t previous;
    uint8_t state; /* enum xk_record_state; 0 is free */
};

struct xki_dl_lemf {
    uint32_t id;
    uint8_t reset_owed;
};

struct xk_counters {
    struct xk_counters_config config;
    struct xk_counters_callbacks callbacks;
    struct xk_allocator allocator;
    void *user;
    size_t memory; /* of the one block that begins here */
    struct xki_dl_context *contexts;
    uint8_t *keys;
    struct xki_dl_entry *entries;
    struct xki_dl_lemf *lemfs;
    struct xki_idmap context_map;
    struct xki_idmap entry_map;
    uint8_t *scratch; /* one journal record, and the beginning of a journal */
    uint32_t free_context;
    uint32_t free_entry;
    uint32_t first_entry;
    uint32_t last_entry;
    uint32_t context_count;
    uint32_t entry_count;
    uint32_t lemf_count;
    uint32_t sessions;
    uint64_t journal_failed;
    bool begun;       /* the journal has its beginning */
    bool in_callback; /* `journal` is running */
};

#define XKI_DL_KEY_USUAL 200u /* octets of a cINExtension with which no key is over XK_CONTEXT_SIZE_MAX */

struct xki_dl_key {
    uint8_t space[XK_CONTEXT_SIZE_MAX];
    const uint8_t *octets; /* at the end of `space` */
    size_t size;
    uint32_t hash;
};

/* What a number will be, and for whom. */
struct xki_dl_number {
    const struct xki_dl_key *key;
    uint32_t context; /* XKI_DL_NONE: a new one */
    uint32_t entry;   /* XKI_DL_NONE: a new one, or without a record */
    uint32_t hash;    /* of its cookie, if it has one */
    uint32_t number;
    struct xk_utc time;
};

/* XK_E_TOO_LARGE if longer than the counters hold. The header has been checked. */
enum xk_status xki_dl_make_key(const struct xk_counters *c, const struct xk_ps_header *header,
                               unsigned int payload_class, struct xki_dl_key *key);

static inline uint8_t *xki_dl_context_key(const struct xk_counters *c, uint32_t context)
{
    return c->keys + (size_t)context * c->config.max_context_size;
}

uint32_t xki_dl_find_context(const struct xk_counters *c, const uint8_t *octets, size_t size, uint32_t hash);
uint32_t xki_dl_find_entry(const struct xk_counters *c, const struct xk_cookie *cookie);
uint32_t xki_dl_hash(const uint8_t *octets, size_t size);

/* A record's number; `cookie` NULL for a PS-PDU that no record is behind. */
enum xk_status xki_dl_prepare(const struct xk_counters *c, const struct xki_dl_key *key, const struct xk_cookie *cookie,
                              struct xk_utc time, struct xki_dl_number *number, struct xk_diag *diag);

/* XK_E_JOURNAL: nothing changed. Else the record is HELD, and *entry names it. */
enum xk_status xki_dl_commit(struct xk_counters *c, struct xki_dl_number *number, const struct xk_cookie *cookie,
                             const char country[2], uint32_t *entry);

void xki_dl_delivered(struct xk_counters *c, uint32_t entry);
void xki_dl_let_go(struct xk_counters *c, uint32_t entry);
void xki_dl_gone(struct xk_counters *c, uint32_t entry);

/* Makes the LEMF known. XK_E_FULL if that cannot be, XK_E_JOURNAL. */
enum xk_status xki_dl_know_lemf(struct xk_counters *c, uint32_t id, bool *reset_owed);
void xki_dl_reset_done(struct xk_counters *c, uint32_t id);

/* The parts that a restore puts together. All XKI_DL_NONE when there is no room. */
uint32_t xki_dl_add_context(struct xk_counters *c, const uint8_t *octets, size_t size, uint32_t hash,
                            const char country[2]);
uint32_t xki_dl_add_entry(struct xk_counters *c, const struct xk_cookie *cookie, uint32_t context);
void xki_dl_drop_entry(struct xk_counters *c, uint32_t entry);
void xki_dl_end_context(struct xk_counters *c, uint32_t context);
void xki_dl_country(struct xki_dl_context *context, const char country[2]);
uint32_t xki_dl_purge(struct xk_counters *c, struct xk_bytes liid, const char country[2]);
bool xki_dl_context_is_of(const struct xk_counters *c, uint32_t context, struct xk_bytes liid, const char country[2]);
void xki_dl_counters_clear(struct xk_counters *c);

#endif
