/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Reading HI2 records: the inverse of hi2.h, for a LEMF, for tests, and for looking at what was sent.
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets, or into the room of the
 * options. Elements and values of the modules that are not known here are stepped over and counted (TS 33.108 annex D).
 * The encoding is BER by annex B.1; without options only DER is taken, as hi2.h writes it.
 */
#ifndef XK_HI2_READ_H
#define XK_HI2_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/export.h>
#include <xk/hi2.h>
#include <xk/iri.h>
#include <xk/status.h>
#include <xk/warrant.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which encodings a reader takes. */
enum xk_rules {
    XK_RULES_DER = 0, /**< DER only, as hi2.h and ps_pdu.h write it: for checking what was written */
    XK_RULES_BER = 1  /**< all of BER, as TS 33.108 B.1 and TS 102 232-1 5.3 allow it: for a LEMF */
};

/** How to read. Filled by xk_read_options_init(), then changed. A call that gets NULL instead reads strict DER. */
struct xk_read_options {
    size_t size; /**< set by xk_read_options_init() */
    enum xk_rules rules; /**< default #XK_RULES_BER */
    /**
     * Room in which strings that BER cut into pieces are joined, keys among them: the caller wipes it. Views of what
     * was read may point into it. NULL (the default) for none: a string in two or more pieces is then told as
     * #XK_E_DER_PIECES. As many octets as the input has are always enough. May not overlap the input.
     */
    uint8_t *scratch;
    size_t scratch_size; /**< octets of `scratch` */
};

/**
 * Fill options with the defaults: BER, no room for pieces.
 *
 * @param[out] options owned by the caller
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_read_options_init(struct xk_read_options *options);

/** One decoded record. Views are absent and counts 0 where the record has none. */
struct xk_hi2_record {
    enum xk_hi2_module module;
    enum xk_hi2_record_type record_type;
    uint32_t oid_release;
    uint32_t oid_version;
    uint8_t iri_version; /**< Umts; 0 if absent */
    struct xk_bytes liid;
    enum xk_hi2_time_form time_form;
    struct xk_utc time; /**< with #XK_HI2_LOCAL_TIME: the local digits as if they were UTC */
    bool has_offset;    /**< with #XK_HI2_LOCAL_TIME: the digits tell how far they are from UTC */
    int32_t offset_minutes; /**< east positive, with `has_offset` */
    enum xk_hi2_season season;
    enum xk_initiator initiator;
    struct xk_bytes correlation_number;
    struct xk_bytes operator_identifier;
    struct xk_network_element network_element;
    bool has_event;
    uint8_t event; /**< iMSevent: 1 and 2 SIP message, 3 keys available, 4 start of interception */
    struct xk_bytes sip_message;
    struct xk_bytes header_offer;  /**< sipMessageHeaderOffer */
    struct xk_bytes header_answer; /**< sipMessageHeaderAnswer */
    struct xk_bytes sdp_offer;
    struct xk_bytes sdp_answer;
    struct xk_bytes correlation_iri;
    struct xk_bytes correlation_cc; /**< first cc */
    bool correlation_both;
    bool failure; /**< mediaSecFailureIndication, of any value */
    enum xk_hi2_roaming roaming;
    char country_code[2];
    size_t party_count;
    size_t key_count;
    size_t national_count;
    size_t ims_voip_count;
    size_t pani_count;
    size_t ignored_count;     /**< elements and values that were stepped over */
    struct xk_bytes parties;  /**< private: step with xk_hi2_next_party() */
    struct xk_bytes keys;     /**< private: step with xk_hi2_next_key(). Holds keys. */
    struct xk_bytes national; /**< private: step with xk_hi2_next_national() */
    struct xk_bytes ims_voip; /**< private: step with xk_hi2_next_ims_voip() */
    struct xk_bytes pani;     /**< private: step with xk_hi2_next_pani() */
    struct xk_read_options options; /**< private: how it was read, and what room is left */
};

/**
 * Decode a whole record.
 *
 * @param data borrowed
 * @param size octets of exactly one record
 * @param options BER or DER; NULL for strict DER
 * @param[out] record set only on XK_OK; its views point into `data`, keys included
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK              decoded; every entry of a list in it has been checked
 * @retval XK_E_ARGUMENT      a pointer is NULL that may not be, or `options->size` is wrong
 * @retval XK_E_DER_TRUNCATED a TLV reaches past the end of the one around it
 * @retval XK_E_DER_TAG       a tag that may not stand here, or a mandatory one is absent
 * @retval XK_E_DER_LENGTH    a length that the rules do not allow
 * @retval XK_E_DER_VALUE     a value is outside its ASN.1 limits
 * @retval XK_E_DER_TRAILING  octets follow the end of the record
 * @retval XK_E_DER_PIECES    a string is in pieces, and the options give no room or too little to join it
 * @retval XK_E_DER_DEPTH     elements of indefinite length, or pieces of a string, are nested too deep
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_record_decode(const uint8_t *data, size_t size,
                                                        const struct xk_read_options *options,
                                                        struct xk_hi2_record *record, struct xk_diag *diag);

/**
 * Decode bare parameters, as a PS-PDU carries them with #XK_PS_BARE_PARAMETERS.
 *
 * @param type that iRIType told
 * @param data borrowed: the content of the record
 * @param size octets of it
 * @param options BER or DER; NULL for strict DER
 * @param[out] record set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         decoded
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "260-267"     see xk_hi2_record_decode()
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_parameters_decode(enum xk_hi2_record_type type, const uint8_t *data,
                                                            size_t size, const struct xk_read_options *options,
                                                            struct xk_hi2_record *record,
                                                            struct xk_diag *diag);

/**
 * Step through the partyInformation of a decoded record.
 *
 * @param record decoded
 * @param[in,out] position 0 before the first call
 * @param[out] party set on true
 * @retval true  `*party` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * A string that came in pieces is joined in the room of the options: such a view lasts until the next call of any
 * xk_hi2_next_...() for the record. Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_hi2_next_party(const struct xk_hi2_record *record, size_t *position, struct xk_party *party);

/**
 * Step through the mediaDecryption-info of a decoded record.
 *
 * @param record decoded
 * @param[in,out] position 0 before the first call
 * @param[out] key set on true; views of secrets
 * @retval true  `*key` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Pieces as xk_hi2_next_party() has them. Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_hi2_next_key(const struct xk_hi2_record *record, size_t *position, struct xk_iri_key *key);

/**
 * Step through the national-Parameters of a decoded record.
 *
 * @param record decoded
 * @param[in,out] position 0 before the first call
 * @param[out] parameter set on true
 * @retval true  `*parameter` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Pieces as xk_hi2_next_party() has them. Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_hi2_next_national(const struct xk_hi2_record *record, size_t *position, struct xk_bytes *parameter);

/**
 * Step through the imsVoIP of a decoded record.
 *
 * @param record decoded
 * @param[in,out] position 0 before the first call
 * @param[out] entry set on true
 * @retval true  `*entry` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Pieces as xk_hi2_next_party() has them. Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_hi2_next_ims_voip(const struct xk_hi2_record *record, size_t *position, struct xk_hi2_ims_voip *entry);

/**
 * Step through the pANI-Header-Info of a decoded record.
 *
 * @param record decoded
 * @param[in,out] position 0 before the first call
 * @param[out] entry set on true
 * @retval true  `*entry` is the next one
 * @retval false there is no further one, or a pointer is NULL
 *
 * Pieces as xk_hi2_next_party() has them. Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_hi2_next_pani(const struct xk_hi2_record *record, size_t *position, struct xk_hi2_pani *entry);

#ifdef __cplusplus
}
#endif
#endif
