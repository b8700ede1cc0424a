/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The PS-PDU of ETSI TS 102 232-1: the envelope in which an IRI record travels over HI2, with the sequence
 * number by which a LEMF finds what was lost.
 *
 * Default is the mapping of TS 102 232-7 annex A: xk_ps_header_from_event() copies LIID, operator identifier, network
 * element and time from the event, the record stands in it as bare parameters, and iRIType comes from the record.
 *
 * A PS-PDU delimits itself: xk_ps_pdu_measure() finds its end in a stream. Sequence numbers run for each LIID,
 * communication identifier and kind of payload; delivery.h keeps them.
 *
 * What is written is DER, but for one thing: a GeneralizedTime has always three digits behind the point, as receivers
 * need it, where DER would drop zeros. The readers take BER when their options say so.
 *
 * Level 1: no state, no allocation, re-entrant.
 */
#ifndef XK_PS_PDU_H
#define XK_PS_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/hi2.h>
#include <xk/hi2_read.h>
#include <xk/iri.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits of TS 102 232-1 and of this library
 * @{
 */
#define XK_PS_DOMAIN_VERSION_MAX 127     /**< last arc of li-psDomainId that is written; 43 is the newest seen */
#define XK_PS_NETWORK_IDENTIFIER_MAX 16  /**< octets of operatorIdentifier and of networkElementIdentifier */
#define XK_PS_INTERCEPTION_POINT_MAX 8   /**< octets of interceptionPointID */
#define XK_PS_EXTENDED_POINT_MAX 65535   /**< octets of extendedInterceptionPointID and networkFunctionIdentifier */
#define XK_PS_PDU_MAX 262144             /**< octets of a whole PS-PDU */
/** @} */

/** Which time the header carries. */
enum xk_ps_time_form {
    XK_PS_TIME_ABSENT = 0,
    XK_PS_TIME_GENERALIZED = 1, /**< timeStamp: GeneralizedTime, written with three digits of a fraction and Z */
    XK_PS_TIME_MICROSECONDS = 2 /**< microSecondTimeStamp, by national agreement */
};

/** timeStampQualifier: where the time was taken. */
enum xk_ps_qualifier {
    XK_PS_QUALIFIER_ABSENT = -1,
    XK_PS_QUALIFIER_UNKNOWN = 0,
    XK_PS_QUALIFIER_INTERCEPTION = 1,
    XK_PS_QUALIFIER_MEDIATION = 2,
    XK_PS_QUALIFIER_AGGREGATION = 3
};

/** What a PS-PDU carries: the tags of Payload. */
enum xk_ps_kind {
    XK_PS_IRI = 0,       /**< iRIPayloadSequence */
    XK_PS_CC = 1,        /**< cCPayloadSequence */
    XK_PS_TRI = 2,       /**< tRIPayload: see tri.h */
    XK_PS_HI1 = 3,       /**< hI1-Operation */
    XK_PS_ENCRYPTED = 4, /**< encryptionContainer */
    XK_PS_3GPP_HI1 = 5,  /**< threeGPP-HI1-Operation */
    XK_PS_ILHI = 6,      /**< iLHIPayload */
    XK_PS_HI4 = 7,       /**< hI4Payload */
    XK_PS_OTHER = 255    /**< none that is known here */
};

/** How the record stands in the payload. */
enum xk_ps_form {
    XK_PS_BARE_PARAMETERS = 0, /**< the record's own tag is dropped, iRIType tells it */
    XK_PS_WHOLE_RECORD = 1     /**< the record as it was encoded */
};

/** The PSHeader. Filled by xk_ps_header_init(), then changed. Views are borrowed. */
struct xk_ps_header {
    size_t size;                    /**< sizeof(struct xk_ps_header) */
    uint32_t domain_version;        /**< last arc of li-psDomainId 0.4.0.2.2.5.1.N; default 17 */
    struct xk_bytes liid;           /**< 1 to #XK_LIID_MAX octets */
    char authorization_country[2];  /**< authorizationCountryCode, or two NULs */
    struct xk_bytes operator_identifier; /**< 1 to #XK_PS_NETWORK_IDENTIFIER_MAX octets */
    struct xk_bytes network_element;     /**< the mediation function: likewise, or absent */
    bool has_identity_number;
    uint32_t identity_number;       /**< communicationIdentityNumber, with `has_identity_number` */
    char delivery_country[2];       /**< deliveryCountryCode, or two NULs */
    uint32_t sequence_number;
    /** Default #XK_PS_TIME_GENERALIZED. Every PS-PDU with IRI has a time; a few TRI have none. */
    enum xk_ps_time_form time_form;
    struct xk_utc time; /**< with a time form, in UTC */
    struct xk_bytes interception_point; /**< PrintableString of 1 to #XK_PS_INTERCEPTION_POINT_MAX, or absent */
    enum xk_ps_qualifier qualifier; /**< default absent */
    /** eTSI671NEID: the intercepting network element. Absent, or instead of `network_element`. */
    struct xk_network_element intercepting_element;
    /** extendedInterceptionPointID: 1 to #XK_PS_EXTENDED_POINT_MAX octets. Absent, or instead of the other. */
    struct xk_bytes extended_interception_point;
    struct xk_bytes network_function; /**< networkFunctionIdentifier: likewise, or absent */
    /**
     * cINExtension, or absent: one encoded CorrelationValues of TS 33.108. Together with the identity number it is the
     * CIN.
     */
    struct xk_bytes cin_extension;
    size_t pdu_max; /**< octets that a whole PS-PDU may have; default 65535: a known receiver loses its place beyond */
};

/** A decoded PS-PDU. Its header and kind are known whatever it carries. */
struct xk_ps_pdu {
    struct xk_ps_header header;
    enum xk_ps_kind kind;
    struct xk_bytes payload; /**< the chosen payload with its tag and length. May hold keys. */
    size_t payload_offset;   /**< of `payload` in the PS-PDU */
    struct xk_bytes payloads; /**< of #XK_PS_IRI the IRIPayloads; step through them with xk_ps_pdu_next_payload() */
    size_t payloads_offset;   /**< of `payloads` in the PS-PDU */
    size_t payload_count;     /**< of #XK_PS_IRI at least 1; else 0 */
    enum xk_rules rules;      /**< by which it was read */
};

/** One IRIPayload. */
struct xk_ps_payload {
    uint32_t contents;         /**< tag among the iRIContents: 4 uMTSIRI, 15 ePSIRI, or another */
    enum xk_hi2_module module; /**< 0 if the contents are no record of a module that is known here */
    enum xk_ps_form form;
    enum xk_hi2_record_type record_type; /**< iRIType, else the record's own tag; 0 if neither tells */
    /** Whole record, or with #XK_PS_BARE_PARAMETERS its content; without a module the contents as they are. Secret. */
    struct xk_bytes record;
    size_t offset;          /**< of `record` in the PS-PDU */
};

/** What a receiver remembers of one LIID and communication identifier. All zero before the first PS-PDU. */
struct xk_ps_sequence {
    bool started;
    uint32_t next; /**< number that comes next, with `started` */
};

/**
 * Fill a header with the defaults: version 17, time as GeneralizedTime, at most 65535 octets; the rest absent.
 *
 * @param[out] header owned by the caller
 * @param size its octets: sizeof(struct xk_ps_header) of the header that the caller was built with
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_ps_header_defaults(struct xk_ps_header *header, size_t size);

/** xk_ps_header_defaults() with the size that this header has. */
static inline void xk_ps_header_init(struct xk_ps_header *header)
{
    xk_ps_header_defaults(header, sizeof *header);
}

/**
 * Fill a header from the event that a record was made of, as TS 102 232-7 annex A maps it: LIID, operator identifier,
 * eTSI671NEID and time; and from the warrant the CIN and the countries.
 *
 * @param event borrowed; the header's views point into its warrant
 * @param[in,out] header initialised; what is not named here stays
 * @retval XK_OK         filled
 * @retval XK_E_ARGUMENT a pointer is NULL, or `header->size` is wrong
 *
 * On failure nothing changes. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_header_from_event(const struct xk_iri_event *event,
                                                           struct xk_ps_header *header);

/**
 * Put an encoded record into its envelope: TS 102 232-1, PS-PDU with one IRIPayload.
 *
 * @param header borrowed
 * @param module that the record was encoded in: chooses uMTSIRI or ePSIRI
 * @param form whole record or bare parameters
 * @param record borrowed: one record as xk_hi2_record_encode() wrote it
 * @param[out] out receives the PS-PDU, keys included: the caller wipes it; untouched unless XK_OK; may not
 *                 overlap `record`
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag which field was refused; may be NULL
 *
 * @retval XK_OK          `out` holds one PS-PDU
 * @retval XK_E_SPACE     `capacity` is too small
 * @retval XK_E_ARGUMENT  a pointer is NULL, `header->size` is wrong, or module or form is unknown
 * @retval XK_E_FIELD_EMPTY a mandatory field is empty, the time among them
 * @retval XK_E_FIELD_LIMIT a field is longer than its ASN.1 type allows
 * @retval XK_E_FIELD     a field breaks another rule; or imsVoIP stands in a record that is not delivered as ePSIRI
 * @retval XK_E_TOO_LARGE the PS-PDU would have more than `header->pdu_max` octets: `*size` tells how many
 * @retval "260-264"      `record` is not one record
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: two passes over the header and one copy of the record; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_encode(const struct xk_ps_header *header, enum xk_hi2_module module,
                                                    enum xk_ps_form form, struct xk_bytes record, uint8_t *out,
                                                    size_t capacity, size_t *size, struct xk_diag *diag);

/** How far the end of a PS-PDU has been looked for. All zero before each PS-PDU. Private but for that. */
struct xk_ps_measure {
    size_t at;
    uint32_t open;
    uint32_t head;
};

/**
 * Find the end of the PS-PDU at the start of a stream's octets, however it comes in. To be called again with more
 * octets of the same PS-PDU, as long as the answer is #XK_E_DER_TRUNCATED: none is looked at twice.
 *
 * @param[in,out] measure all zero before the first call for a PS-PDU
 * @param data what has come so far, from the start of the PS-PDU
 * @param size octets of it
 * @param options BER or DER; NULL for strict DER
 * @param[out] pdu_size octets of the whole PS-PDU, perhaps more than `size`; set only on XK_OK
 * @param[out] diag offset of what was refused; may be NULL
 *
 * @retval XK_OK              `*pdu_size` is known
 * @retval XK_E_DER_TRUNCATED not yet: read on
 * @retval XK_E_DER_TAG       not the start of a PS-PDU, or no tag at all inside one of indefinite length
 * @retval XK_E_DER_LENGTH    a length that the rules do not allow
 * @retval XK_E_DER_DEPTH     elements of indefinite length are nested too deep
 * @retval XK_E_LIMIT         longer than #XK_PS_PDU_MAX
 * @retval XK_E_ARGUMENT      a pointer is NULL that may not be, or `options->size` is wrong
 *
 * On failure nothing is written but `*measure` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: constant with a length; else linear in the octets that are new.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_measure_more(struct xk_ps_measure *measure, const uint8_t *data,
                                                          size_t size, const struct xk_read_options *options,
                                                          size_t *pdu_size, struct xk_diag *diag);

/**
 * xk_ps_pdu_measure_more() in one step: for octets that are all there, or strict DER, where nothing is to be
 * remembered.
 *
 * @param data what has come so far, from the start of the PS-PDU
 * @param size octets of it
 * @param options BER or DER; NULL for strict DER
 * @param[out] pdu_size octets of the whole PS-PDU, perhaps more than `size`; set only on XK_OK
 * @param[out] diag offset of what was refused; may be NULL
 *
 * @retval XK_OK         `*pdu_size` is known
 * @retval XK_E_LIMIT    longer than #XK_PS_PDU_MAX
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or `options->size` is wrong
 * @retval "260-267"     as xk_ps_pdu_measure_more() tells
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: constant with a length; else linear in the octets.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_measure(const uint8_t *data, size_t size,
                                                     const struct xk_read_options *options, size_t *pdu_size,
                                                     struct xk_diag *diag);

/**
 * Decode a PS-PDU, as a LEMF receives it. Elements and values that are not known here are stepped over (TS 33.108
 * annex D); of any payload the kind is told.
 *
 * @param data borrowed; the views in `*pdu` point into it, or into the room of the options
 * @param size octets of exactly one PS-PDU
 * @param options BER or DER; NULL for strict DER
 * @param[out] pdu set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         decoded
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or `options->size` is wrong
 * @retval "260-267"     the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass over the header; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_decode(const uint8_t *data, size_t size,
                                                    const struct xk_read_options *options, struct xk_ps_pdu *pdu,
                                                    struct xk_diag *diag);

/**
 * Step through the IRIPayloads of a decoded PS-PDU.
 *
 * @param pdu decoded
 * @param[in,out] position 0 before the first call
 * @param[out] payload set only on XK_OK
 * @param[out] diag status, offset in the PS-PDU and field of what was refused; may be NULL
 *
 * @retval XK_OK              `*payload` is the next one
 * @retval XK_E_DER_TRUNCATED there is no further one, or it is cut off
 * @retval XK_E_DER_TAG       not an IRIPayload, or it has no contents
 * @retval XK_E_ARGUMENT      a pointer is NULL that may not be
 * @retval "260-267"          the first rule that the octets break; `*position` is behind the payload
 *
 * On failure `*payload` is unchanged. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_next_payload(const struct xk_ps_pdu *pdu, size_t *position,
                                                          struct xk_ps_payload *payload, struct xk_diag *diag);

/**
 * Is a received sequence number the one that had to come? Numbers wrap after 4294967295.
 *
 * @param sequence of the LIID and communication identifier
 * @param received from the PS-PDU
 * @param[out] lost with XK_E_SEQUENCE: how many are missing before `received`, 0 if it has been seen before;
 *                  else 0; may be NULL
 *
 * @retval XK_OK         the next one, or the first ever
 * @retval XK_E_SEQUENCE records were lost, or this one is a repeat
 * @retval XK_E_ARGUMENT `sequence` is NULL
 *
 * Changes nothing else: xk_ps_sequence_advance() goes on. A number less than half the range ahead is a gap,
 * any other a repeat. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_sequence_check(const struct xk_ps_sequence *sequence, uint32_t received,
                                                        uint32_t *lost);

/**
 * Take a sequence number as seen: the one after it comes next.
 *
 * @param[in,out] sequence not NULL
 * @param received number that was taken
 *
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API void xk_ps_sequence_advance(struct xk_ps_sequence *sequence, uint32_t received);

#ifdef __cplusplus
}
#endif
#endif
