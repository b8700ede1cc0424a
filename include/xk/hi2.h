/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The HI2 record of the event "session encryption keys available" in DER: UmtsHI2Operations (TS 33.108
 * B.3) or EpsHI2Operations (B.9).
 *
 * Which module, which version arcs of its OBJECT IDENTIFIER and which record type an authority takes
 * differs by country and by warrant: all are parameters, gathered in a profile.
 *
 * Level 1: no state, no allocation, re-entrant.
 *
 * Not verified against the text of TS 33.108: that the record type is REPORT (a parameter); that cCCSID
 * carries the CS ID alone and not the CSB ID with it (the event carries opaque octets).
 */
#ifndef XK_HI2_H
#define XK_HI2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/iri.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits of TS 33.108 and of this library
 * @{
 */
#define XK_HI2_NATIONAL_MAX 40        /**< entries of national-Parameters */
#define XK_HI2_NATIONAL_SIZE_MAX 256  /**< octets of each */
#define XK_HI2_SIP_MESSAGE_MAX 65535  /**< octets of sIPMessage */
#define XK_HI2_CORRELATION_MAX 256    /**< octets of each correlation value */
/** @} */

/** Which kind of record: the tag around it, and iRIType in the PS-PDU. */
enum xk_hi2_record_type {
    XK_HI2_BEGIN = 1,
    XK_HI2_END = 2,
    XK_HI2_CONTINUE = 3,
    XK_HI2_REPORT = 4
};

/** How the timeStamp is written. */
enum xk_hi2_time_form {
    XK_HI2_UTC_TIME = 0,  /**< utcTime, two-digit year: 1950 to 2049 */
    XK_HI2_LOCAL_TIME = 1 /**< localTime with winterSummerIndication */
};

/** winterSummerIndication of a localTime. */
enum xk_hi2_season {
    XK_HI2_SEASON_NOT_PROVIDED = 0,
    XK_HI2_SEASON_WINTER = 1,
    XK_HI2_SEASON_SUMMER = 2
};

/** What an authority wants its records to look like. Filled by xk_hi2_profile_init(), then changed. */
struct xk_hi2_profile {
    size_t size; /**< sizeof(struct xk_hi2_profile) */
    enum xk_hi2_module module;
    uint32_t oid_release; /**< next to last arc of the domain OBJECT IDENTIFIER; default 15; up to 16383 */
    uint32_t oid_version; /**< last arc; default 5; up to 16383 */
    uint8_t iri_version;  /**< Umts iRIversion; default 8, lastVersion */
    enum xk_hi2_record_type record_type; /**< default #XK_HI2_REPORT */
    enum xk_hi2_time_form time_form;     /**< default #XK_HI2_UTC_TIME */
    int32_t local_offset_minutes;        /**< of local time from UTC, east positive; -1439 to 1439 */
    enum xk_hi2_season season;
};

/** What one record carries beside the event. All absent when zeroed. */
struct xk_hi2_extras {
    const struct xk_bytes *national; /**< national-Parameters: 1 to 256 octets each; written in DER order */
    size_t national_count;           /**< 0 to #XK_HI2_NATIONAL_MAX */
    struct xk_bytes sip_message;     /**< sIPMessage */
    struct xk_bytes correlation_iri; /**< correlation iri-to-iri; or the iri beside `correlation_cc` */
    struct xk_bytes correlation_cc;  /**< correlation iri-to-CC, one cc */
    bool correlation_both; /**< with both values: both-IRI-CC instead of iri-to-CC with an iri in it */
    char country_code[2];  /**< national-HI2-ASN1parameters countryCode, or two NULs */
};

/**
 * Fill a profile with the defaults.
 *
 * @param[out] profile owned by the caller
 * @param module Umts or Eps
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_hi2_profile_init(struct xk_hi2_profile *profile, enum xk_hi2_module module);

/**
 * Encode the IRI record of an event in DER: TS 33.107 clause 7A.7.2, TS 33.108 B.3 and B.9.
 *
 * @param profile borrowed
 * @param event borrowed
 * @param extras borrowed; NULL for none
 * @param[out] out receives the record, keys included: the caller wipes it when done; untouched unless XK_OK
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag which field was refused; may be NULL
 *
 * @retval XK_OK            `out` holds one record
 * @retval XK_E_SPACE       `capacity` is too small
 * @retval XK_E_ARGUMENT    a pointer is NULL or a `size` member is wrong
 * @retval XK_E_CONFIG      the profile has a value outside its limits
 * @retval XK_E_FIELD_EMPTY a mandatory parameter is empty, or there is neither a key nor a failure
 * @retval XK_E_FIELD_LIMIT a parameter is longer than its ASN.1 type allows
 * @retval XK_E_FIELD       a parameter breaks another rule of its ASN.1 type or of the module
 * @retval XK_E_DESTINATION the event carries keys and its warrant sends them to DF3
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: two passes without allocation, less than 2 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_record_encode(const struct xk_hi2_profile *profile,
                                                        const struct xk_iri_event *event,
                                                        const struct xk_hi2_extras *extras, uint8_t *out,
                                                        size_t capacity, size_t *size, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
