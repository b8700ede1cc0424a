/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What one warrant brings to a retrieval: the LI data that the IRI record will carry (TS 33.107 clause
 * 7A.7.2), and where the keys may go.
 *
 * Plain data, borrowed wherever it is passed in. None of it travels on Xk, and none of it is ever shown
 * to the observer callback. An engine keeps all of it with a request, in its journal and snapshot too.
 */
#ifndef XK_WARRANT_H
#define XK_WARRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/status.h>

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
#define XK_NETWORK_ELEMENT_MAX 25         /**< octets of a network element identifier that is no IP address */
#define XK_NETWORK_ELEMENT_TEXT_MIN 7     /**< octets of an IP address as text, at least */
#define XK_NETWORK_ELEMENT_TEXT_MAX 45    /**< octets of an IP address as text, at most */
#define XK_IMEI_SIZE 8                    /**< octets of an IMEI in TBCD */
#define XK_PDU_OCTETS_DEFAULT 65535       /**< octets of a whole PS-PDU unless told otherwise */
/** @} */

/** Which ASN.1 module of TS 33.108 a record is written in. */
enum xk_hi2_module {
    XK_HI2_UMTS = 1, /**< UmtsHI2Operations, annex B.3 */
    XK_HI2_EPS = 2   /**< EpsHI2Operations, annex B.9 */
};

/** One observed target identity, in the forms in which it is known. At least one form is present. */
struct xk_party {
    struct xk_bytes imei;   /**< exactly 8 octets, TBCD: as xk_sip_parse() takes it out of +sip.instance */
    struct xk_bytes imsi;   /**< 3 to 8 octets, TBCD */
    struct xk_bytes msisdn; /**< 1 to 9 octets, MAP AddressString */
    struct xk_bytes e164;   /**< 1 to 25 octets */
    struct xk_bytes sip_uri; /**< 1 to #XK_IDENTITY_MAX octets of text */
    struct xk_bytes tel_uri; /**< likewise */
    struct xk_bytes nai;    /**< likewise; Eps only */
    struct xk_bytes impi;   /**< likewise; Eps only */
};

/** How a network element is named (TS 33.108: Network-Element-Identifier). */
enum xk_network_element_form {
    XK_NETWORK_ELEMENT_ABSENT = 0,
    XK_NETWORK_ELEMENT_E164 = 1,      /**< e164-Format, as the calling party number of ISUP */
    XK_NETWORK_ELEMENT_X25 = 2,       /**< x25-Format */
    XK_NETWORK_ELEMENT_IP = 3,        /**< iP-Format: an address in at most 25 octets, as agreed */
    XK_NETWORK_ELEMENT_DNS = 4,       /**< dNS-Format: a name of at most 25 octets */
    XK_NETWORK_ELEMENT_IP_BINARY = 5, /**< iP-Address with iPBinaryAddress: 4 octets, or 16 and a prefix length */
    XK_NETWORK_ELEMENT_IP_TEXT = 6    /**< iP-Address with iPTextAddress: 7 to 45 characters; a colon makes it IPv6 */
};

/** The network element that intercepts: the CSCF, not the mediation function. */
struct xk_network_element {
    enum xk_network_element_form form;
    struct xk_bytes value; /**< absent with #XK_NETWORK_ELEMENT_ABSENT; else 1 to 25 octets, or as the form says */
    /** iPv6PrefixLength 1 to 128 of an iP-Address of IPv6; 0 for none, which a binary one may not have. */
    uint8_t ipv6_prefix;
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
    struct xk_bytes correlation_number; /**< 1 to #XK_CORRELATION_NUMBER_MAX octets; Umts: 8 to 20; or absent */
    enum xk_initiator initiator;
    struct xk_bytes operator_identifier; /**< networkIdentifier: 1 to #XK_OPERATOR_IDENTIFIER_MAX octets */
    enum xk_destination destination;
    uint32_t destination_id; /**< the host's number of that LEMF or DF3; handed back, never interpreted */
    /** The host's reference of the authorisation, for its audit trail; opaque, may be absent. */
    struct xk_bytes authorisation;
    struct xk_network_element network_element; /**< networkIdentifier: the intercepting CSCF, where rules ask for it */
    /**
     * communicationIdentityNumber (CIN) of the PS-PDUs of this call, with `has_cin`: one number for the SIP records,
     * the keys and the content of one call under one LIID. It tells nothing of other LIIDs and is never used again.
     */
    uint32_t cin;
    bool has_cin;
    /** authorizationCountryCode: two letters, or two NULs. With it a LIID is told from the same LIID elsewhere. */
    char country[2];
    char delivery_country[2]; /**< deliveryCountryCode: where the mediation function is; two letters, or two NULs */
};

/**
 * Can a record of this warrant be written in a module, and delivered in one PS-PDU? An engine that is given the module
 * asks at submit.
 *
 * The size is an upper bound: every identity of the warrant, `key_count` keys and salts of the largest size, and both
 * headers. What a host adds to each record (national parameters, correlation) comes on top: leave room for it by a
 * smaller `pdu_max`.
 *
 * @param warrant borrowed
 * @param module that the records will be written in
 * @param key_count most keys that one record will have: as many as the exchange has Crypto Sessions
 * @param pdu_max octets that a PS-PDU may have; 0 for #XK_PDU_OCTETS_DEFAULT
 * @param[out] size octets that a PS-PDU of the warrant can have at most, with #XK_OK and #XK_E_TOO_LARGE; may be NULL
 * @param[out] diag the field that was refused, in TS 33.108's words; may be NULL
 *
 * @retval XK_OK          it can
 * @retval XK_E_ARGUMENT  `warrant` is NULL, or a view is NULL with octets
 * @retval XK_E_CONFIG    the module is none
 * @retval XK_E_FIELD_EMPTY a mandatory field is empty
 * @retval XK_E_FIELD_LIMIT a field is longer than its ASN.1 type allows
 * @retval XK_E_FIELD     a field breaks another rule, or the module has no place for it
 * @retval XK_E_TOO_LARGE the PS-PDU could be larger than `pdu_max`, and IRI is not segmented
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass over the warrant; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_check_warrant(const struct xk_warrant *warrant, enum xk_hi2_module module,
                                                        size_t key_count, size_t pdu_max, size_t *size,
                                                        struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
