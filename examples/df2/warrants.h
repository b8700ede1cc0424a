/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The warrants that the DF2/MF serves: read from a file whole or not at all (warrants_file.c, schema in warrants.yaml),
 * and found by what a message names.
 */
#ifndef DF2_WARRANTS_H
#define DF2_WARRANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/warrant.h>
#include <xk/x2.h>

#define WARRANT_DESTINATIONS_MAX 5 /* LEMFs that one warrant may name */
#define WARRANT_KMS_MAX 8          /* KMSs likewise: XK_ROUTES_MAX */

/** One warrant. Texts are its own. */
struct warrant {
    uint64_t number; /* not 0; stays the same when the file is read anew */
    uint64_t begun_ms; /* when it came into the file; 0: it was there at the start */
    char liid[XK_LIID_MAX + 1];
    struct xk_bytes *uris; /* sip:, sips: and tel: identities */
    size_t uri_count;
    struct xk_party parties[XK_PARTIES_MAX];
    size_t party_count;
    uint8_t numbers[3][9]; /* IMEI, IMSI and MSISDN of the first party */
    bool has_xid;
    uint8_t xid[XK_X2_XID_SIZE];
    size_t kms[WARRANT_KMS_MAX]; /* places in the program's list */
    size_t kms_count;
    size_t destinations[WARRANT_DESTINATIONS_MAX]; /* likewise */
    size_t destination_count;
    enum xk_destination keys;
    enum xk_hi2_module module;
    enum xk_network_element_form element_form;
    char element[XK_NETWORK_ELEMENT_TEXT_MAX + 1];
    char operator_identifier[XK_OPERATOR_IDENTIFIER_MAX + 1];
    char country[2];
    char delivery_country[2];
    bool mask_location;
    bool mark; /* for comparing an old list with a new one */
};

/** All warrants. */
struct warrants {
    struct warrant **all;
    size_t count;
    struct xk_bytes *domains; /* where tel:+N and sip:+N@d;user=phone are one identity */
    size_t domain_count;
    struct warrant_index *index; /* of identities, by what is always equal in equal ones */
    size_t index_count;
};

/** What the file may refer to: the names of --kms and --lemf. */
struct warrant_names {
    const char *const *kms;
    size_t kms_count;
    const char *const *lemfs;
    size_t lemf_count;
};

/** Reads a file. NULL with "FILE:LINE: reason" in `why`; the caller frees the answer. */
struct warrants *warrants_read(const char *path, const struct warrant_names *names, char *why, size_t why_size);
void warrants_free(struct warrants *warrants);
/** Prepares the finding of identities; false without memory. warrants_read() has done it. */
bool warrants_make_index(struct warrants *warrants);
/**
 * Steps through the warrants that name an identity: `*at` is 0 before the first call. NULL: no further one. `index` is
 * the place of the identity among the warrant's.
 */
const struct warrant *warrants_match(const struct warrants *warrants, struct xk_bytes uri, size_t *at);
/** Likewise by XID. */
const struct warrant *warrants_match_xid(const struct warrants *warrants, const uint8_t *xid, size_t *at);
/** NULL: there is none. */
const struct warrant *warrants_find(const struct warrants *warrants, uint64_t number);
const struct warrant *warrants_find_liid(const struct warrants *warrants, struct xk_bytes liid, const char country[2]);
/** Does a warrant of the old list go on in the new one unchanged? */
bool warrant_equal(const struct warrant *a, const struct warrant *b);
/** What libxk wants to know of a warrant; views into it. Parties, CIN and correlation number may be changed then. */
void warrant_fill(const struct warrant *warrant, struct xk_warrant *out);

#endif
