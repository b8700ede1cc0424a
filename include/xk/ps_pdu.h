/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The PS-PDU of ETSI TS 102 232-1: the envelope in which an IRI record travels over HI2, with the sequence
 * number by which a LEMF finds what was lost.
 *
 * A PS-PDU delimits itself: xk_ps_pdu_measure() finds its end in a stream. Sequence numbers run for each
 * LIID and communication identifier; the host keeps the next number of each beside its delivery queue.
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
#include <xk/iri.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits of TS 102 232-1 and of this library
 * @{
 */
#define XK_PS_DOMAIN_VERSION_MAX 127     /**< last arc of li-psDomainId that is written; 40 is the newest read */
#define XK_PS_NETWORK_IDENTIFIER_MAX 16  /**< octets of operatorIdentifier and of networkElementIdentifier */
#define XK_PS_INTERCEPTION_POINT_MAX 8   /**< octets of interceptionPointID */
#define XK_PS_PDU_MAX 262144             /**< octets of a whole PS-PDU */
/** @} */

/** Which time the header carries. */
enum xk_ps_time_form {
    XK_PS_TIME_ABSENT = 0,
    XK_PS_TIME_GENERALIZED = 1, /**< timeStamp: GeneralizedTime, whole seconds */
    XK_PS_TIME_MICROSECONDS = 2 /**< microSecondTimeStamp */
};

/** timeStampQualifier: where the time was taken. */
enum xk_ps_qualifier {
    XK_PS_QUALIFIER_ABSENT = -1,
    XK_PS_QUALIFIER_UNKNOWN = 0,
    XK_PS_QUALIFIER_INTERCEPTION = 1,
    XK_PS_QUALIFIER_MEDIATION = 2,
    XK_PS_QUALIFIER_AGGREGATION = 3
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
    enum xk_ps_time_form time_form; /**< default absent */
    struct xk_utc time;             /**< with a time form */
    struct xk_bytes interception_point; /**< PrintableString of 1 to #XK_PS_INTERCEPTION_POINT_MAX, or absent */
    enum xk_ps_qualifier qualifier; /**< default absent */
};

/** A decoded PS-PDU. */
struct xk_ps_pdu {
    struct xk_ps_header header;
    struct xk_bytes payloads; /**< the IRIPayloads; step through them with xk_ps_pdu_next_payload() */
    size_t payloads_offset;   /**< of `payloads` in the PS-PDU */
    size_t payload_count;     /**< at least 1 */
};

/** One IRIPayload that carries a Umts or Eps record. */
struct xk_ps_payload {
    enum xk_hi2_module module;
    enum xk_ps_form form;
    enum xk_hi2_record_type record_type; /**< iRIType, else the record's own tag */
    struct xk_bytes record; /**< whole record, or with #XK_PS_BARE_PARAMETERS its content. Holds keys. */
    size_t offset;          /**< of `record` in the PS-PDU */
};

/** What a receiver remembers of one LIID and communication identifier. All zero before the first PS-PDU. */
struct xk_ps_sequence {
    bool started;
    uint32_t next; /**< number that comes next, with `started` */
};

/**
 * Fill a header with the defaults.
 *
 * @param[out] header owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_ps_header_init(struct xk_ps_header *header);

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
 * @retval XK_E_FIELD_EMPTY a mandatory field is empty
 * @retval XK_E_FIELD_LIMIT a field is longer than its ASN.1 type allows
 * @retval XK_E_FIELD     a field breaks another rule
 * @retval "260-264"      `record` is not one record
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: two passes over the header and one copy of the record; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_encode(const struct xk_ps_header *header, enum xk_hi2_module module,
                                                    enum xk_ps_form form, struct xk_bytes record, uint8_t *out,
                                                    size_t capacity, size_t *size, struct xk_diag *diag);

/**
 * Find the end of the PS-PDU at the start of a stream's octets.
 *
 * @param data what has come so far
 * @param size octets of it
 * @param[out] pdu_size octets of the whole PS-PDU, perhaps more than `size`; set only on XK_OK
 * @param[out] diag offset of what was refused; may be NULL
 *
 * @retval XK_OK              `*pdu_size` is known
 * @retval XK_E_DER_TRUNCATED tag and length are not complete: read on
 * @retval XK_E_DER_TAG       not the start of a PS-PDU
 * @retval XK_E_DER_LENGTH    not DER's shortest form of a length, or indefinite
 * @retval XK_E_LIMIT         longer than #XK_PS_PDU_MAX
 * @retval XK_E_ARGUMENT      a pointer is NULL
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_measure(const uint8_t *data, size_t size, size_t *pdu_size,
                                                     struct xk_diag *diag);

/**
 * Decode a PS-PDU, as a LEMF receives it. Elements that are not known here are stepped over.
 *
 * @param data borrowed; the views in `*pdu` point into it
 * @param size octets of exactly one PS-PDU
 * @param[out] pdu set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         decoded
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "260-264"     the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass over the header; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_ps_pdu_decode(const uint8_t *data, size_t size, struct xk_ps_pdu *pdu,
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
 * @retval XK_E_DER_TAG       the payload carries something else than a Umts or Eps record; `*position` is behind it
 * @retval XK_E_ARGUMENT      a pointer is NULL that may not be
 * @retval "260-264"          the first rule that the octets break
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
