/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What one warrant brings to a retrieval: the LI data that the IRI record will carry (TS 33.107 clause
 * 7A.7.2), and where the keys may go.
 *
 * Plain data, borrowed wherever it is passed in. None of it travels on Xk, and none of it is ever shown
 * to the observer callback.
 */
#ifndef XK_WARRANT_H
#define XK_WARRANT_H

#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits of TS 33.108 (UmtsHI2Operations, EpsHI2Operations) and of this library.
 * @{
 */
#define XK_LIID_MAX 25                    /**< octets of a LIID */
#define XK_PARTIES_MAX 10                 /**< partyInformation entries */
#define XK_CORRELATION_NUMBER_MAX 64      /**< octets; Umts allows 8 to 20, Eps sets no limit */
#define XK_OPERATOR_IDENTIFIER_MAX 5      /**< octets of operator-Identifier inside the IRI */
#define XK_AUTHORISATION_MAX 64           /**< octets of the host's own reference */
/** @} */

/** One observed target identity, in the forms in which it is known. At least one form is present. */
struct xk_party {
    struct xk_bytes imei;   /**< exactly 8 octets, TBCD */
    struct xk_bytes imsi;   /**< 3 to 8 octets, TBCD */
    struct xk_bytes msisdn; /**< 1 to 9 octets, MAP AddressString */
    struct xk_bytes e164;   /**< 1 to 25 octets */
    struct xk_bytes sip_uri; /**< 1 to #XK_IDENTITY_MAX octets of text */
    struct xk_bytes tel_uri; /**< likewise */
    struct xk_bytes nai;    /**< likewise; Eps only */
    struct xk_bytes impi;   /**< likewise; Eps only */
};

/** Who started the communication (TS 33.108: initiator). */
enum xk_initiator {
    XK_INITIATOR_NOT_AVAILABLE = 0,
    XK_INITIATOR_ORIGINATING_TARGET = 1,
    XK_INITIATOR_TERMINATING_TARGET = 2
};

/** Where the keys of this warrant go: TS 33.107 clause 7A.7 lets the operator choose one of two. */
enum xk_destination {
    XK_DESTINATION_LEMF = 1, /**< in the IRI record, over HI2 */
    XK_DESTINATION_DF3 = 2   /**< to the operator's own DF3, which decrypts; no HI2 record carries a key */
};

/** The LI data of one warrant. */
struct xk_warrant {
    struct xk_bytes liid;               /**< 1 to #XK_LIID_MAX octets */
    const struct xk_party *parties;     /**< observed target identities */
    size_t party_count;                 /**< 1 to #XK_PARTIES_MAX */
    struct xk_bytes correlation_number; /**< 1 to #XK_CORRELATION_NUMBER_MAX octets; Umts: 8 to 20 */
    enum xk_initiator initiator;
    struct xk_bytes operator_identifier; /**< networkIdentifier: 1 to #XK_OPERATOR_IDENTIFIER_MAX octets */
    enum xk_destination destination;
    uint32_t destination_id; /**< the host's number of that LEMF or DF3; handed back, never interpreted */
    /** The host's reference of the authorisation, for its audit trail; opaque, may be absent. */
    struct xk_bytes authorisation;
};

#ifdef __cplusplus
}
#endif
#endif
