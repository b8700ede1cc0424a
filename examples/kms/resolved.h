/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What ordinary ticket resolutions brought (RFC 6043 4.2.3), for tickets of other KMSs: xk_kms itself keeps nothing
 * (TS 33.107 clause 7A.7.3). A fixed number of them, each for a time, in locked memory that is left out of core dumps
 * (support/locked.h); wiped when its time is over, when a newer one takes its place, and at the end.
 *
 * An entry is found by a SHA-256 of the ticket, all of it but its first octet, which depends on the message around it;
 * and, with the I flag, of IDRr and RANDRkms, for which its keys are forked.
 */
#ifndef KMS_RESOLVED_H
#define KMS_RESOLVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk_kms/kms.h>

struct resolved;

/** One resolution: views. `responder` and `rand_kms` are empty where nothing was forked for them. */
struct resolution {
    struct xk_bytes ticket;    /* the payload, its next-payload octet first */
    struct xk_bytes responder; /* ID Data of IDRr */
    struct xk_bytes rand_kms;  /* RANDRkms */
    struct xk_bytes content;   /* key data sub-payloads of the RESOLVE_RESP's KEMAC, decrypted */
};

/** Room for `max` (at least 1) resolutions; NULL, with errno, when there is no such memory. */
struct resolved *resolved_open(size_t max);
/** Wipes all. */
void resolved_close(struct resolved *all);
/**
 * Keeps a copy until `lifetime_ms` from now. The same question once more takes the place of the first; without room
 * the one that was kept first gives way. NULL, or constant text: why it is refused.
 */
const char *resolved_keep(struct resolved *all, uint64_t now_ms, const struct resolution *one, uint64_t lifetime_ms);
/** Copies the keys of a resolution; false when none is kept whose time is not over. */
bool resolved_find(struct resolved *all, uint64_t now_ms, const struct resolution *question,
                   struct xk_kms_opened_ticket *opened);
/** Wipes those whose time is over. */
void resolved_expire(struct resolved *all, uint64_t now_ms);
/** When the next one's time is over; UINT64_MAX when none is kept. */
uint64_t resolved_next(const struct resolved *all);
/** How many are kept. */
size_t resolved_count(const struct resolved *all);

#endif
