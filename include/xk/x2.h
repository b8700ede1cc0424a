/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a CSCF sends to a DF2/MF in a 3GPP network: the PDUs of X2 (ETSI TS 103 221-2, held against V1.6.1).
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. x2_stream.h cuts the octets
 * of a connection into PDUs.
 *
 * The reader takes what senders in the field do: any version, attributes of a wrong length (left out of account), a
 * keep-alive with fields that should be zero. Each is told as a bit of `deviations`.
 *
 * @code
 * struct xk_x2_pdu pdu;
 * struct xk_x2_payload payload;
 * if (xk_x2_parse(octets, size, &pdu, NULL) == XK_OK && xk_x2_read_payload(&pdu, &payload, NULL) == XK_OK &&
 *     payload.sip.data != NULL) {
 *     use(payload.sip, pdu.xid, pdu.correlation);
 * }
 * @endcode
 */
#ifndef XK_X2_H
#define XK_X2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XK_X2_VERSION 5          /**< of the specification's V1.6.1: what the writer puts by default */
#define XK_X2_HEADER_SIZE 40     /**< octets of a header without attributes */
#define XK_X2_XID_SIZE 16        /**< octets of an XID */
#define XK_X2_CORRELATION_SIZE 8 /**< octets of a correlation ID */
#define XK_X2_KEEP_ALIVE_SIZE 48 /**< octets of a keep-alive, or its answer, with a sequence number */

/** PDU types (5.2.2). */
enum xk_x2_type { XK_X2_TYPE_X2 = 1, XK_X2_TYPE_X3 = 2, XK_X2_TYPE_KEEP_ALIVE = 3, XK_X2_TYPE_KEEP_ALIVE_ACK = 4 };

/** Payload directions (5.2.6). */
enum xk_x2_direction {
    XK_X2_DIRECTION_KEEP_ALIVE = 0,
    XK_X2_DIRECTION_UNKNOWN = 1,
    XK_X2_DIRECTION_TO_TARGET = 2,
    XK_X2_DIRECTION_FROM_TARGET = 3,
    XK_X2_DIRECTION_SEVERAL = 4,
    XK_X2_DIRECTION_NOT_APPLICABLE = 5
};

/** Payload formats (5.4.1). */
enum xk_x2_format {
    XK_X2_FORMAT_KEEP_ALIVE = 0,
    XK_X2_FORMAT_TS_102_232_1 = 1,
    XK_X2_FORMAT_TS_33_128 = 2,
    XK_X2_FORMAT_TS_33_108 = 3,
    XK_X2_FORMAT_PROPRIETARY = 4,
    XK_X2_FORMAT_IPV4 = 5,
    XK_X2_FORMAT_IPV6 = 6,
    XK_X2_FORMAT_ETHERNET = 7,
    XK_X2_FORMAT_RTP = 8,
    XK_X2_FORMAT_SIP = 9,
    XK_X2_FORMAT_DHCP = 10,
    XK_X2_FORMAT_RADIUS = 11,
    XK_X2_FORMAT_GTP_U = 12,
    XK_X2_FORMAT_MSRP = 13,
    XK_X2_FORMAT_EPS_IRI = 14, /**< EpsIRIContent of TS 33.108 in BER */
    XK_X2_FORMAT_MIME = 15,
    XK_X2_FORMAT_UNSTRUCTURED = 16
};

/** Attribute types (5.3.1). Those marked with * may stand several times; of the others the first counts. */
enum xk_x2_attribute_type {
    XK_X2_ATTRIBUTE_TS_102_232_1 = 1, /**< * */
    XK_X2_ATTRIBUTE_TS_33_128 = 2,    /**< * */
    XK_X2_ATTRIBUTE_TS_33_108 = 3,    /**< * */
    XK_X2_ATTRIBUTE_PROPRIETARY = 4,  /**< * */
    XK_X2_ATTRIBUTE_DID = 5,          /**< domain */
    XK_X2_ATTRIBUTE_NFID = 6,         /**< network function */
    XK_X2_ATTRIBUTE_IPID = 7,         /**< interception point */
    XK_X2_ATTRIBUTE_SEQUENCE = 8,
    XK_X2_ATTRIBUTE_TIME = 9,
    XK_X2_ATTRIBUTE_SOURCE_IPV4 = 10,
    XK_X2_ATTRIBUTE_DESTINATION_IPV4 = 11,
    XK_X2_ATTRIBUTE_SOURCE_IPV6 = 12,
    XK_X2_ATTRIBUTE_DESTINATION_IPV6 = 13,
    XK_X2_ATTRIBUTE_SOURCE_PORT = 14,
    XK_X2_ATTRIBUTE_DESTINATION_PORT = 15,
    XK_X2_ATTRIBUTE_IP_PROTOCOL = 16,
    XK_X2_ATTRIBUTE_MATCHED_TARGET = 17, /**< * */
    XK_X2_ATTRIBUTE_OTHER_TARGET = 18,   /**< * */
    XK_X2_ATTRIBUTE_MIME_TYPE = 19,
    XK_X2_ATTRIBUTE_MIME_ENCODING = 20,
    XK_X2_ATTRIBUTE_FURTHER_XID = 21, /**< * */
    XK_X2_ATTRIBUTE_SDP = 22          /**< * never with #XK_X2_FORMAT_SIP */
};

/** How a PDU departs from the specification and is read all the same: bits of xk_x2_pdu.deviations. */
enum xk_x2_deviation {
    XK_X2_DEV_VERSION = 1 << 0,         /**< version 0, or one above #XK_X2_VERSION */
    XK_X2_DEV_TYPE = 1 << 1,            /**< a PDU type that is not known */
    XK_X2_DEV_DIRECTION = 1 << 2,       /**< a direction that is not known, or 0 where it is no keep-alive */
    XK_X2_DEV_KEEP_ALIVE = 1 << 3,      /**< a keep-alive or its answer with a payload, format, direction, XID or
                                             correlation ID that is not zero */
    XK_X2_DEV_NO_SEQUENCE = 1 << 4,     /**< a keep-alive or its answer without a sequence number */
    XK_X2_DEV_ATTRIBUTE_SIZE = 1 << 5,  /**< an attribute of a size that its type does not have: left out of
                                             account */
    XK_X2_DEV_ATTRIBUTE_TWICE = 1 << 6, /**< one that may not stand twice does: the first counts */
    XK_X2_DEV_ATTRIBUTES_END = 1 << 7   /**< the attributes end inside one: what is before it counts */
};

/** How many deviations there are: bits 0 to #XK_X2_DEVIATION_COUNT - 1. */
#define XK_X2_DEVIATION_COUNT 8

/**
 * The name of a deviation as it is written in this header, for logs: "XK_X2_DEV_VERSION".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param deviation one bit
 * @retval name constant; "XK_X2_DEV_?" for a value that is not one of them
 */
XK_API const char *xk_x2_deviation_name(enum xk_x2_deviation deviation);

/** One attribute as it stands. */
struct xk_x2_attribute {
    uint16_t type; /**< enum xk_x2_attribute_type, or another number */
    struct xk_bytes value;
};

/** One PDU. Views are absent, and numbers 0, where it says nothing. */
struct xk_x2_pdu {
    uint16_t version;
    uint16_t type;      /**< enum xk_x2_type, or another number */
    uint16_t format;    /**< enum xk_x2_format, or another number */
    uint16_t direction; /**< enum xk_x2_direction, or another number */
    uint8_t xid[XK_X2_XID_SIZE];
    uint8_t correlation[XK_X2_CORRELATION_SIZE]; /**< all zero: the sender correlates this with nothing */
    bool has_sequence;
    bool has_time;
    bool has_source_port;
    bool has_destination_port;
    bool has_ip_protocol;
    uint8_t ip_protocol;
    uint16_t source_port;
    uint16_t destination_port;
    uint32_t sequence;
    uint32_t seconds;     /**< since 1970, UTC; with `has_time` */
    uint32_t nanoseconds; /**< likewise */
    struct xk_bytes did;
    struct xk_bytes nfid;
    struct xk_bytes ipid;
    struct xk_bytes source_ip;      /**< 4 or 16 octets; IPv4 where both are there */
    struct xk_bytes destination_ip; /**< likewise */
    struct xk_bytes matched_target; /**< the first; see xk_x2_read_target() */
    struct xk_bytes mime_type;
    struct xk_bytes mime_encoding;
    struct xk_bytes sdp;        /**< the first */
    struct xk_bytes attributes; /**< all of them as they stand, for xk_x2_next_attribute(); ignored by the writer */
    struct xk_bytes payload;
    uint32_t deviations; /**< bits of enum xk_x2_deviation; ignored by the writer */
};

/**
 * How many octets the PDU at the start of `data` has.
 *
 * @param data borrowed
 * @param size octets that are there
 * @param[out] pdu_size set only on XK_OK; may be more than `size`
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK          `*pdu_size` is set
 * @retval XK_E_TRUNCATED fewer than 12 octets: the lengths are not all there
 * @retval XK_E_X2        the header length is below #XK_X2_HEADER_SIZE: this is no PDU, and where the next one begins
 *                        cannot be known
 * @retval XK_E_ARGUMENT  a pointer is NULL that may not be
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_measure(const uint8_t *data, size_t size, uint64_t *pdu_size,
                                                 struct xk_diag *diag);

/**
 * Read a PDU.
 *
 * @param data borrowed; the views in `*pdu` point into it
 * @param size octets of exactly one PDU
 * @param[out] pdu set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK          read; `pdu->deviations` tells what was not as it should be
 * @retval XK_E_TRUNCATED fewer octets than the lengths say
 * @retval XK_E_TRAILING  more octets than the lengths say
 * @retval XK_E_X2        the header length is below #XK_X2_HEADER_SIZE
 * @retval XK_E_ARGUMENT  a pointer is NULL that may not be
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over the
 * attributes; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_parse(const uint8_t *data, size_t size, struct xk_x2_pdu *pdu,
                                               struct xk_diag *diag);

/**
 * Step through the attributes of a PDU, known and unknown, in their order.
 *
 * @param pdu as xk_x2_parse() set it; its octets must still be there
 * @param[in,out] at 0 before the first call; moves behind the attribute
 * @param[out] attribute set only on true
 *
 * @retval true `*attribute` is the next one
 * @retval false there is no further whole one, or a pointer is NULL
 *
 * Cannot fail otherwise. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_x2_next_attribute(const struct xk_x2_pdu *pdu, size_t *at, struct xk_x2_attribute *attribute);

/** The value of an attribute of type #XK_X2_ATTRIBUTE_MATCHED_TARGET or _OTHER_TARGET. */
struct xk_x2_target {
    struct xk_bytes kind;  /**< the element's name, such as sipUri; absent for bare text, as some senders put it */
    struct xk_bytes value; /**< what is inside, blanks around it taken off */
    bool escaped;          /**< there is an XML escape such as &amp; in it, which is not undone */
};

/**
 * Take a target identifier out of its XML element (TS 103 221-1 6.2.1.2).
 *
 * @param value of the attribute; borrowed
 * @param[out] target set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         read
 * @retval XK_E_X2       neither one element with text in it nor bare text
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or `value` points nowhere
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_read_target(struct xk_bytes value, struct xk_x2_target *target,
                                                     struct xk_diag *diag);

/** The value of an attribute of type #XK_X2_ATTRIBUTE_FURTHER_XID. */
struct xk_x2_further_xid {
    uint8_t xid[XK_X2_XID_SIZE];
    uint8_t correlation[XK_X2_CORRELATION_SIZE];
    bool has_sequence;
    uint32_t sequence;
};

/**
 * Read a further XID for which the same PDU was sent (5.3.22).
 *
 * @param value of the attribute; borrowed
 * @param[out] further set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         read
 * @retval XK_E_X2       neither 24 nor 28 octets
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or `value` points nowhere
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_read_further_xid(struct xk_bytes value, struct xk_x2_further_xid *further,
                                                          struct xk_diag *diag);

#define XK_X2_EVENT_IMS_MESSAGE 105 /**< IMSMessage among the XIRIEvents of TS 33.128 (V19) */

/** What a payload holds. */
struct xk_x2_payload {
    struct xk_bytes sip;       /**< the SIP message, of #XK_X2_FORMAT_SIP or an IMSMessage; absent in all others, whose
                                    octets are pdu->payload */
    uint32_t event;            /**< number of the XIRIEvent with #XK_X2_FORMAT_TS_33_128; else 0 */
    bool modified;             /**< the CSCF changed the message before it sent it (ModifiedSIPMessage) */
    uint16_t direction;        /**< enum xk_x2_direction; an IMSMessage's sessionDirection, else the PDU's */
    struct xk_bytes source_ip; /**< of an IMSMessage: 4 or 16 octets; absent where it does not say */
    struct xk_bytes destination_ip; /**< likewise */
};

/**
 * Find the SIP message in a payload: as it is, or inside an IMSMessage of TS 33.128 (BER). Every other payload and
 * event is told and handed on.
 *
 * @param pdu as xk_x2_parse() set it; its octets must still be there
 * @param[out] payload set only on XK_OK
 * @param[out] diag status, offset in the payload and field of what was refused; may be NULL
 *
 * @retval XK_OK           `*payload` is set
 * @retval XK_E_X2_PAYLOAD a payload of TS 33.128 that cannot be read as far as its event, or an IMSMessage without its
 *                         SIP message
 * @retval XK_E_ENCODING   the SIP message is in several pieces (a constructed OCTET STRING), so no view can be given
 * @retval XK_E_ARGUMENT   a pointer is NULL that may not be, or a view of `pdu` points nowhere
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: at most eight passes over
 * the payload; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_read_payload(const struct xk_x2_pdu *pdu, struct xk_x2_payload *payload,
                                                      struct xk_diag *diag);

/**
 * Write a PDU.
 *
 * Attributes come in ascending order of their types: those of the structure's members, and `more`, which is for the
 * kinds that repeat and those of which the structure has no member.
 *
 * @param pdu borrowed; version 0 means #XK_X2_VERSION
 * @param more further attributes in ascending order of their types; NULL for none
 * @param more_count of `more`
 * @param[out] out receives the octets; untouched unless XK_OK; may not overlap what the views point to
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK              written
 * @retval XK_E_SPACE         `capacity` is too small
 * @retval XK_E_FIELD         a type, format or direction that the specification does not have (field names it); a
 *                            keep-alive with more than a sequence number; an address of a wrong size; nanoseconds over
 *                            999,999,999; SDP with #XK_X2_FORMAT_SIP; an order of `more` that does not ascend
 * @retval XK_E_FIELD_LIMIT   an attribute over 65,535 octets, or a payload over 4,294,967,295
 * @retval XK_E_ARGUMENT      a pointer is NULL that may not be, or a view points nowhere
 *
 * On failure nothing is written but `*size` (with XK_E_SPACE) and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: two passes over the attributes, one over the payload; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_write(const struct xk_x2_pdu *pdu, const struct xk_x2_attribute *more,
                                               size_t more_count, uint8_t *out, size_t capacity, size_t *size,
                                               struct xk_diag *diag);

/**
 * Write the answer to a keep-alive: it repeats the sequence number, or has none where that has none.
 *
 * @param asked a PDU of type #XK_X2_TYPE_KEEP_ALIVE
 * @param[out] out receives the octets; untouched unless XK_OK; may not overlap the request
 * @param capacity octets that `out` can take; #XK_X2_KEEP_ALIVE_SIZE is always enough
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag status and field of what was refused; may be NULL
 *
 * @retval XK_OK         written
 * @retval XK_E_SPACE    `capacity` is too small
 * @retval XK_E_FIELD    `asked` is of another type
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 *
 * On failure nothing is written but `*size` (with XK_E_SPACE) and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: constant.
 */
XK_API XK_NODISCARD enum xk_status xk_x2_answer_keep_alive(const struct xk_x2_pdu *asked, uint8_t *out, size_t capacity,
                                                           size_t *size, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
