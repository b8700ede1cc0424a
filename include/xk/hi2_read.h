/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Reading HI2 records: the inverse of hi2.h, for a LEMF, for tests, and for looking at what was sent.
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. Elements of the
 * modules that are not known here are stepped over and counted; DER only, as hi2.h writes it.
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
    enum xk_hi2_season season;
    enum xk_initiator initiator;
    struct xk_bytes correlation_number;
    struct xk_bytes operator_identifier;
    bool has_event;
    uint8_t event; /**< iMSevent; 3 is decryptionKeysAvailable */
    struct xk_bytes sip_message;
    struct xk_bytes correlation_iri;
    struct xk_bytes correlation_cc; /**< first cc */
    bool correlation_both;
    bool failure; /**< mediaSecFailureIndication genericFailure */
    char country_code[2];
    size_t party_count;
    size_t key_count;
    size_t national_count;
    size_t ignored_count;     /**< elements that were stepped over */
    struct xk_bytes parties;  /**< private: step with xk_hi2_next_party() */
    struct xk_bytes keys;     /**< private: step with xk_hi2_next_key(). Holds keys. */
    struct xk_bytes national; /**< private: step with xk_hi2_next_national() */
};

/**
 * Decode a whole record.
 *
 * @param data borrowed
 * @param size octets of exactly one record
 * @param[out] record set only on XK_OK; its views point into `data`, keys included
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK              decoded; every party, key and national parameter has been checked
 * @retval XK_E_ARGUMENT      a pointer is NULL that may not be
 * @retval XK_E_DER_TRUNCATED a TLV reaches past the end of the one around it
 * @retval XK_E_DER_TAG       a tag that may not stand here, or a mandatory one is absent
 * @retval XK_E_DER_LENGTH    a length is not in DER's shortest form, or indefinite
 * @retval XK_E_DER_VALUE     a value is outside its ASN.1 limits
 * @retval XK_E_DER_TRAILING  octets follow the end of the record
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_record_decode(const uint8_t *data, size_t size,
                                                        struct xk_hi2_record *record, struct xk_diag *diag);

/**
 * Decode bare parameters, as a PS-PDU carries them with #XK_PS_BARE_PARAMETERS.
 *
 * @param type that iRIType told
 * @param data borrowed: the content of the record
 * @param size octets of it
 * @param[out] record set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         decoded
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval "260-264"     see xk_hi2_record_decode()
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_hi2_parameters_decode(enum xk_hi2_record_type type, const uint8_t *data,
                                                            size_t size, struct xk_hi2_record *record,
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
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
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
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
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
 * Cannot fail. Calls no callback. Re-entrant, any thread. Cost: constant.
 */
XK_API bool xk_hi2_next_national(const struct xk_hi2_record *record, size_t *position, struct xk_bytes *parameter);

#ifdef __cplusplus
}
#endif
#endif
