/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * HI2 records of three events in DER: media decryption keys available, SIP message, and start of interception for an
 * established session (TS 33.108 clause 7.5, tables 7.3 to 7.5), in UmtsHI2Operations (annex B.3) or EpsHI2Operations
 * (annex B.9).
 *
 * Which module, which version arcs of its OBJECT IDENTIFIER and which record type an authority takes
 * differs by country and by warrant: all are parameters, gathered in a profile. The record type is REPORT by table
 * 7.1; cCCSID is the CS ID of the ticket exchange's headers by table 7.4.
 *
 * A record of keys carries no SIP message; that goes out as a record of its own, before it.
 *
 * Level 1: no state, no allocation, re-entrant.
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
#define XK_HI2_SIP_MESSAGE_MAX 65535  /**< octets of sIPMessage, and of each header and SDP of an established session */
#define XK_HI2_IMS_VOIP_MAX 10        /**< entries of imsVoIP */
#define XK_HI2_PANI_MAX 10            /**< entries of pANI-Header-Info */
#define XK_HI2_CORRELATION_MAX 256    /**< octets of each correlation value */
/** @} */

/** Which kind of record: the tag around it, and iRIType in the PS-PDU. */
enum xk_hi2_record_type {
    XK_HI2_BEGIN = 1,
    XK_HI2_END = 2,
    XK_HI2_CONTINUE = 3,
    XK_HI2_REPORT = 4
};

/** How the timeStamp is written. TS 33.108 clause 7.2.1 wants it finer than a second. */
enum xk_hi2_time_form {
    XK_HI2_UTC_TIME = 0,  /**< utcTime: whole seconds, two-digit year 1950 to 2049; the PS header has the fraction */
    XK_HI2_LOCAL_TIME = 1 /**< localTime: a fraction, and winterSummerIndication */
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
    enum xk_hi2_time_form time_form;     /**< default #XK_HI2_LOCAL_TIME */
    int32_t local_offset_minutes;        /**< of local time from UTC, east positive; -1439 to 1439 */
    enum xk_hi2_season season;
    uint8_t fraction_digits; /**< of local time behind the point: 0 (no point) to 6; default 6 */
    /** Local time says what it is local to: Z for an offset of 0, else +hhmm or -hhmm. Default true. */
    bool zone;
};

/** One entry of imsVoIP (TS 33.108 clause 12): what correlates the records and the content of one IMS VoIP session. */
struct xk_hi2_ims_voip {
    struct xk_bytes iri; /**< ims-iri: 1 to #XK_HI2_CORRELATION_MAX octets */
    struct xk_bytes cc;  /**< ims-cc, one cc: likewise, or absent */
};

/** One P-Access-Network-Info header (TS 24.229 clause 7.2A.4), as pANI-Header-Info. Each part may be absent. */
struct xk_hi2_pani {
    struct xk_bytes access_type;  /**< up to #XK_HI2_CORRELATION_MAX octets */
    struct xk_bytes access_class; /**< likewise */
    bool network_provided;
    struct xk_bytes raw_location; /**< likewise; only where the warrant covers location */
};

/** Where a target roams (VoIPRoamingIndication). */
enum xk_hi2_roaming {
    XK_HI2_ROAMING_ABSENT = 0,
    XK_HI2_ROAMING_LBO = 1, /**< local breakout */
    XK_HI2_ROAMING_S8HR = 2 /**< home routed */
};

/** What one record carries beside the event. All absent when zeroed. */
struct xk_hi2_extras {
    const struct xk_bytes *national; /**< national-Parameters: 1 to 256 octets each; written in DER order */
    size_t national_count;           /**< 0 to #XK_HI2_NATIONAL_MAX */
    struct xk_bytes correlation_iri; /**< correlation iri-to-iri; or the iri beside `correlation_cc` */
    struct xk_bytes correlation_cc;  /**< correlation iri-to-CC, one cc */
    bool correlation_both; /**< with both values: both-IRI-CC instead of iri-to-CC with an iri in it */
    char country_code[2];  /**< national-HI2-ASN1parameters countryCode, or two NULs */
    /**
     * imsVoIP, for separated delivery of IMS VoIP: stands in place of the correlation above, which is then refused, and
     * of the warrant's correlation number, which is then left out. Such a record is delivered as ePSIRI.
     */
    const struct xk_hi2_ims_voip *ims_voip;
    size_t ims_voip_count;          /**< 0 to #XK_HI2_IMS_VOIP_MAX */
    const struct xk_hi2_pani *pani; /**< not with #XK_IRI_KEYS */
    size_t pani_count;              /**< 0 to #XK_HI2_PANI_MAX */
    enum xk_hi2_roaming roaming;    /**< not with #XK_IRI_KEYS; Eps only */
};

/**
 * Fill a profile with the defaults.
 *
 * @param[out] profile owned by the caller
 * @param size its octets: sizeof(struct xk_hi2_profile) of the header that the caller was built with
 * @param module Umts or Eps
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_hi2_profile_defaults(struct xk_hi2_profile *profile, size_t size, enum xk_hi2_module module);

/** xk_hi2_profile_defaults() with the size that this header has. */
static inline void xk_hi2_profile_init(struct xk_hi2_profile *profile, enum xk_hi2_module module)
{
    xk_hi2_profile_defaults(profile, sizeof *profile, module);
}

/**
 * Encode the IRI record of an event in DER: TS 33.107 clauses 7A.7.2 and 7A.7.5, TS 33.108 clause 7.5, annexes B.3 and
 * B.9.
 *
 * @param profile borrowed
 * @param event borrowed
 * @param extras borrowed; NULL for none
 * @param[out] out receives the record, keys included: the caller wipes it when done; untouched unless XK_OK;
 *                 may not overlap what the event points to
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
 * @retval XK_E_FIELD       a parameter breaks another rule of its ASN.1 type, of the module or of the kind of event
 * @retval XK_E_DESTINATION the event carries keys and its warrant sends them to DF3
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: two passes without allocation, less than 2 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_record_encode(const struct xk_hi2_profile *profile,
                                                        const struct xk_iri_event *event,
                                                        const struct xk_hi2_extras *extras, uint8_t *out,
                                                        size_t capacity, size_t *size, struct xk_diag *diag);

/**
 * A profile made ready for many records: checked once, with the octets that all its records begin with, and the digits
 * of the last record's second. Owned by the caller; may be copied. All members are libxk's own to write; to change the
 * profile, prepare anew. Nothing in it is secret.
 */
struct xk_hi2_encoder {
    size_t size;                   /**< sizeof(struct xk_hi2_encoder) */
    struct xk_hi2_profile profile; /**< as it was given, of full size */
    int64_t second;                /**< whose digits `stamp` has */
    uint8_t head_size;             /**< octets at the end of `head` that count */
    uint8_t stamp_at;              /**< where in `stamp` the timeStamp begins */
    uint8_t stamp_size;            /**< octets of it */
    uint8_t head[21];              /**< domain and iRIversion */
    uint8_t stamp[48];             /**< timeStamp, with the fraction of any moment of that second */
};

/**
 * Make an encoder of a profile.
 *
 * @param[out] encoder owned by the caller; set only on XK_OK
 * @param size its octets: sizeof(struct xk_hi2_encoder) of the header that the caller was built with
 * @param profile borrowed for this call only
 * @param[out] diag which member was refused; may be NULL
 *
 * @retval XK_OK         the encoder is ready
 * @retval XK_E_ARGUMENT a pointer is NULL, or a size is wrong
 * @retval XK_E_CONFIG   the profile has a value outside its limits
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: constant; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_encoder_prepare(struct xk_hi2_encoder *encoder, size_t size,
                                                          const struct xk_hi2_profile *profile, struct xk_diag *diag);

/**
 * xk_hi2_record_encode() with a prepared profile: the same record, in less time. The calendar is asked only when the
 * second is another one than that of the record before.
 *
 * @param[in,out] encoder made by xk_hi2_encoder_prepare()
 * @param event borrowed
 * @param extras borrowed; NULL for none
 * @param[out] out receives the record, keys included: the caller wipes it when done; untouched unless XK_OK;
 *                 may not overlap what the event points to
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag which field was refused; may be NULL
 *
 * @retval XK_OK            `out` holds one record
 * @retval XK_E_SPACE       `capacity` is too small
 * @retval XK_E_ARGUMENT    a pointer is NULL or the encoder's `size` is wrong
 * @retval XK_E_FIELD_EMPTY a mandatory parameter is empty, or there is neither a key nor a failure
 * @retval XK_E_FIELD_LIMIT a parameter is longer than its ASN.1 type allows
 * @retval XK_E_FIELD       a parameter breaks another rule of its ASN.1 type, of the module or of the kind of event
 * @retval XK_E_DESTINATION the event carries keys and its warrant sends them to DF3
 *
 * On failure nothing is written but `*size`, `*diag` and the kept digits. Calls no callback. One thread at a time for
 * each encoder. Cost: two passes without allocation, less than 2 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_encoder_record(struct xk_hi2_encoder *encoder,
                                                         const struct xk_iri_event *event,
                                                         const struct xk_hi2_extras *extras, uint8_t *out,
                                                         size_t capacity, size_t *size, struct xk_diag *diag);

/**
 * Mask the SDES keys in a copy of a SIP message, or of SDP by itself: the key and salt of each a=crypto line (RFC
 * 4568), also where it is a capability (a=acap, RFC 5939), and the key of k= (RFC 4566). By TS 33.107 clause 7A.1.A
 * they do not go to a LEMF that gets content decrypted: mask a record's sIPMessage, sdpOffer and sdpAnswer.
 *
 * Each octet is overwritten by an asterisk where it stands, so that Content-Length stays true. A body that is encoded
 * (base64, compressed) is not looked into.
 *
 * @param[in,out] message the caller's copy, however broken
 * @param size octets of it
 * @param[out] masked how many octets were changed
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT a pointer is NULL
 *
 * On failure nothing changes. Calls no callback. Re-entrant, any thread. Cost: linear in the octets; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_sip_mask_keys(uint8_t *message, size_t size, size_t *masked);

/**
 * Mask the location in a copy of a SIP message, where a warrant does not cover it: TS 33.108 clause 7.5.0. Masked are
 * the values of the parameters of P-Access-Network-Info and Cellular-Network-Info, Geolocation, and bodies with a
 * location object (application/pidf+xml, RFC 4119), in multiparts of up to four levels too.
 *
 * Each octet is overwritten by an asterisk where it stands. The type of access, and that the network told it, stay.
 *
 * @param[in,out] message the caller's copy, however broken
 * @param size octets of it
 * @param[out] masked how many octets were changed
 * @retval XK_OK         done
 * @retval XK_E_ARGUMENT a pointer is NULL
 *
 * On failure nothing changes. Calls no callback. Re-entrant, any thread. Cost: linear in the octets; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_sip_mask_location(uint8_t *message, size_t size, size_t *masked);

#ifdef __cplusplus
}
#endif
#endif
