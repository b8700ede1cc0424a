/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Transport-related information (TRI) of ETSI TS 102 232-1: the PS-PDUs by which the two ends of a delivery talk about
 * the delivery itself. Keep-alives, acknowledgements, negotiation, integrity checks, messages to the authority.
 *
 * A TRI has the header of every PS-PDU (ps_pdu.h). What its fields must hold depends on the type:
 *
 *     integrityCheck                           LIID and communication of the records it covers; a counter of its own
 *     testPDU                                  LIID, country, communication and time of the warrant; number 0
 *     cINReset                                 time, operator, network element; number 0. All: LIID "-" and CIN 0
 *     firstSegmentFlag, lastSegmentFlag        as the first or last PS-PDU of the segments; no time
 *     keep-alive, pDUAcknowledgementRequest    time and number; the rest may be anything
 *     their responses                          time of the answer, number of the request
 *     optionRequest, -Response, -Complete      number; the response repeats the request's
 *
 * delivery.h does all of this by itself. This header is for those who have a session of their own, and for tests.
 *
 * Level 1: no state, no allocation, re-entrant.
 */
#ifndef XK_TRI_H
#define XK_TRI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/hi2_read.h>
#include <xk/ps_pdu.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which TRI: the tag in TRIPayload. A newer module may have others; they are read with their tag and stepped over. */
enum xk_tri_type {
    XK_TRI_INTEGRITY_CHECK = 0,
    XK_TRI_TEST_PDU = 1,
    XK_TRI_PADDING = 2,
    XK_TRI_KEEP_ALIVE = 3,
    XK_TRI_KEEP_ALIVE_RESPONSE = 4,
    XK_TRI_FIRST_SEGMENT = 5,
    XK_TRI_LAST_SEGMENT = 6,
    XK_TRI_CIN_RESET = 7,
    XK_TRI_OPERATOR_LEA_MESSAGE = 8,
    XK_TRI_OPTION_REQUEST = 9,
    XK_TRI_OPTION_RESPONSE = 10,
    XK_TRI_OPTION_COMPLETE = 11,
    XK_TRI_ACKNOWLEDGEMENT_REQUEST = 12,
    XK_TRI_ACKNOWLEDGEMENT_RESPONSE = 13
};

/** checkType of an integrity check. */
enum xk_tri_check {
    XK_TRI_CHECK_ABSENT = 0, /**< not an integrity check */
    XK_TRI_CHECK_HASH = 1,
    XK_TRI_CHECK_SIGNATURE = 2
};

/** dataType of an integrity check: mandatory since version 5 of the module. */
enum xk_tri_data {
    XK_TRI_DATA_ABSENT = 0,
    XK_TRI_DATA_IRI = 1,
    XK_TRI_DATA_CC = 2,
    XK_TRI_DATA_ILHI = 3
};

/** hashAlgorithm of an integrity check. */
enum xk_tri_hash {
    XK_TRI_HASH_ABSENT = 0,
    XK_TRI_HASH_SHA1 = 1, /**< not for new implementations */
    XK_TRI_HASH_SHA256 = 2,
    XK_TRI_HASH_SHA384 = 3,
    XK_TRI_HASH_SHA512 = 4
};

/** signatureAlgorithm of an integrity check: only in newer versions of the module (seen in 43). */
enum xk_tri_signature {
    XK_TRI_SIGNATURE_ABSENT = 0,
    XK_TRI_SIGNATURE_DSA = 1,
    XK_TRI_SIGNATURE_ECDSA = 2,
    XK_TRI_SIGNATURE_EDDSA = 3
};

/** messagePriority of an operatorLeaMessage. */
enum xk_tri_priority {
    XK_TRI_PRIORITY_ABSENT = 0,
    XK_TRI_PRIORITY_ERROR = 1,
    XK_TRI_PRIORITY_INFORMATIONAL = 2
};

#define XK_TRI_MESSAGE_MAX 255            /**< octets of an operatorLeaMessage */
#define XK_TRI_OPTION_ACKNOWLEDGEMENT 1u  /**< bit of pDUAcknowledgement in a set of options */
#define XK_TRI_OPTION_UNKNOWN 0x80000000u /**< bit that stands for all options not known here; only when read */

/** One TRIPayload. Members that the type does not use are ignored when it is written, and zero when it was read. */
struct xk_tri {
    size_t size;            /**< sizeof(struct xk_tri) */
    enum xk_tri_type type;
    enum xk_tri_check check_type;            /**< integrityCheck: mandatory */
    enum xk_tri_data data_type;              /**< integrityCheck: mandatory when it is written */
    enum xk_tri_hash hash_algorithm;         /**< integrityCheck: may be absent */
    enum xk_tri_signature signature_algorithm; /**< integrityCheck: may be absent */
    const uint32_t *numbers; /**< integrityCheck that is written: includedSequenceNumbers, in the order of the check */
    size_t number_count;     /**< how many; read ones too */
    struct xk_bytes included; /**< integrityCheck that was read: step through it with xk_tri_next_number() */
    struct xk_bytes check_value; /**< integrityCheck: mandatory */
    enum xk_tri_priority priority; /**< operatorLeaMessage */
    struct xk_bytes octets; /**< paddingPDU: its content; operatorLeaMessage: 1 to #XK_TRI_MESSAGE_MAX octets */
    uint32_t options;       /**< optionRequest: requested; optionResponse: accepted */
    uint32_t declined;      /**< optionResponse */
};

/**
 * Fill a TRI of a type without any content.
 *
 * @param[out] tri owned by the caller
 * @param type which
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_tri_init(struct xk_tri *tri, enum xk_tri_type type);

/**
 * The name of a TRI type in the module's words, for logs.
 *
 * @param type any value
 * @retval name constant; "unknown TRI" for a value that is none
 *
 * Cannot fail. Calls no callback. Any thread. Cost: a table look-up.
 */
XK_API const char *xk_tri_type_name(enum xk_tri_type type);

/**
 * Write a PS-PDU whose payload is a TRI, in DER.
 *
 * @param header borrowed
 * @param tri borrowed
 * @param[out] out receives the PS-PDU; untouched unless XK_OK; may not overlap what `header` and `tri` point to
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag which field was refused; may be NULL
 *
 * @retval XK_OK         `out` holds one PS-PDU
 * @retval XK_E_SPACE    `capacity` is too small
 * @retval XK_E_ARGUMENT a pointer is NULL, a `size` member is wrong, or the type is unknown
 * @retval XK_E_FIELD_EMPTY a mandatory field is empty
 * @retval XK_E_FIELD_LIMIT a field is longer than its ASN.1 type allows
 * @retval XK_E_FIELD    a field breaks another rule
 *
 * On failure nothing is written but `*size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: two passes over the content; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_tri_encode(const struct xk_ps_header *header, const struct xk_tri *tri,
                                                 uint8_t *out, size_t capacity, size_t *size, struct xk_diag *diag);

/**
 * Read a PS-PDU whose payload is a TRI. Members, options and types that are not known here are stepped over.
 *
 * @param data borrowed; views in `*header` and `*tri` point into it
 * @param size octets of exactly one PS-PDU
 * @param options borrowed; NULL for strict DER. Views may point into its scratch.
 * @param[out] header set only on XK_OK
 * @param[out] tri set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         read; `tri->type` may be one that has no name here
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval XK_E_DER_TAG  among others: the payload is no TRI, with `diag->field` "tRIPayload"
 * @retval "260-267"     the first rule that the octets break
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_tri_decode(const uint8_t *data, size_t size,
                                                 const struct xk_read_options *options, struct xk_ps_header *header,
                                                 struct xk_tri *tri, struct xk_diag *diag);

/**
 * Step through the includedSequenceNumbers of an integrity check that was read.
 *
 * @param tri read
 * @param[in,out] position 0 before the first call
 * @param[out] number set only on XK_OK
 *
 * @retval XK_OK              `*number` is the next one
 * @retval XK_E_DER_TRUNCATED there is no further one
 * @retval XK_E_ARGUMENT      a pointer is NULL, or `*position` is not one that this call gave
 *
 * On failure nothing is written. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_tri_next_number(const struct xk_tri *tri, size_t *position, uint32_t *number);

#ifdef __cplusplus
}
#endif
#endif
