/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From what the CSCF intercepts to the octets of a MIKEY message: SIP (RFC 3261), its multipart bodies
 * (RFC 2046, RFC 5621), SDP (RFC 8866) and the attribute a=key-mgmt (RFC 4567).
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. This is not a
 * SIP stack: it reads the few fields that a DF2/MF needs and refuses what it cannot read with certainty.
 * A host that has the MIKEY octets from elsewhere needs nothing of this header.
 *
 * @code
 * uint8_t init[XK_MIKEY_MAX];
 * size_t init_size;
 * struct xk_diag diag;
 * enum xk_status status = xk_sip_find_mikey(invite, invite_size, init, sizeof init, &init_size, &diag);
 * @endcode
 */
#ifndef XK_SIP_H
#define XK_SIP_H

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
 * @name Limits. A message over one of them is refused with #XK_E_LIMIT.
 * @{
 */
#define XK_SIP_HEADERS_MAX 256   /**< header fields of a message */
#define XK_SIP_PARTS_MAX 32      /**< parts looked at in multipart bodies, nested ones included */
#define XK_SIP_BOUNDARY_MAX 70   /**< octets of a multipart boundary (RFC 2046 5.1.1) */
#define XK_SDP_LINES_MAX 4096    /**< lines of an SDP description */
/** @} */

/** What a DF2/MF reads from a SIP message. Views are absent where the message says nothing. */
struct xk_sip_message {
    bool is_request;
    struct xk_bytes method;      /**< request only, such as INVITE */
    struct xk_bytes request_uri; /**< request only */
    unsigned int status_code;    /**< response only, 100 to 699 */
    struct xk_bytes from_uri;    /**< of From: the URI alone, without display name and header parameters */
    struct xk_bytes to_uri;      /**< of To, likewise */
    struct xk_bytes call_id;
    struct xk_bytes cseq_method; /**< the method that a response answers */
    struct xk_bytes asserted_uri; /**< of the first P-Asserted-Identity (RFC 3325); absent without one */
    struct xk_bytes body;        /**< as long as Content-Length says; else to the end */
    struct xk_bytes sdp;         /**< the application/sdp body, or part of a multipart one; absent without */
};

/**
 * Read a SIP message.
 *
 * Header names in any case and in compact form, folded values, lines that end in CRLF or LF. From, To,
 * Call-ID and CSeq must be there, and no field that is read here may stand twice. Empty lines before the start line
 * are stepped over.
 *
 * Of a multipart body the first part of type application/sdp is taken, whatever its Content-Disposition; a multipart
 * inside a multipart is not searched. Where users may try to hide an offer behind another, the host takes the parts
 * apart and hands over each SDP description by itself. Octets behind Content-Length, as a datagram may have, are the
 * transport's to cut off: here they are refused.
 *
 * @param data borrowed; the views in `*message` point into it
 * @param size octets of exactly one message
 * @param[out] message set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK          read; `message->sdp` tells whether there is an SDP body
 * @retval XK_E_ARGUMENT  a pointer is NULL that may not be
 * @retval XK_E_SIP       the start line or header section is broken
 * @retval XK_E_SIP_BODY  the body does not fit its Content-Length or multipart boundary
 * @retval XK_E_LIMIT     over a limit above
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass over the header section and one over a multipart body; no allocation, no recursion.
 */
XK_API XK_NODISCARD enum xk_status xk_sip_parse(const uint8_t *data, size_t size, struct xk_sip_message *message,
                                                struct xk_diag *diag);

/** One a=key-mgmt:mikey attribute, and where the search goes on. All zero before the first call. */
struct xk_sdp_key_mgmt {
    struct xk_bytes data; /**< the base64 text, not decoded */
    size_t offset;        /**< of `data` in the SDP description */
    uint32_t media;       /**< 0 at session level, else the number of the m= line from 1 */
    size_t next;          /**< private: where the search goes on */
    uint32_t media_seen;  /**< private: m= lines so far */
    uint32_t lines;       /**< private: lines so far */
};

/**
 * Step through the a=key-mgmt:mikey attributes of an SDP description (RFC 4567 section 3).
 *
 * Attributes of other protocols are stepped over.
 *
 * @param data borrowed; `found->data` points into it
 * @param size octets of the description
 * @param[in,out] found all zero before the first call; then what the last call set
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK            `*found` is the next one
 * @retval XK_E_NO_KEY_MGMT there is no further one
 * @retval XK_E_ARGUMENT    a pointer is NULL that may not be
 * @retval XK_E_SDP         not an SDP description, or a line of it is broken
 * @retval XK_E_LIMIT       more than #XK_SDP_LINES_MAX lines
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over
 * the lines up to the attribute; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_sdp_next_key_mgmt(const uint8_t *data, size_t size,
                                                        struct xk_sdp_key_mgmt *found, struct xk_diag *diag);

/**
 * Decode the base64 text of an attribute, strictly (RFC 4648 section 4: padded, no white space, no stray bits).
 *
 * @param text borrowed
 * @param[out] out receives the octets; untouched unless XK_OK
 * @param capacity octets that `out` can take; 0 with `out` NULL asks for the size
 * @param[out] size octets written, or needed with XK_E_SPACE
 * @param[out] diag offset in `text`; may be NULL
 *
 * @retval XK_OK         decoded
 * @retval XK_E_SPACE    `capacity` is too small
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval XK_E_BASE64   not valid base64, or empty
 *
 * On failure nothing is written but `*size` (with XK_E_SPACE) and `*diag`. Calls no callback. Re-entrant,
 * any thread. Cost: two passes, no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_key_mgmt_decode(struct xk_bytes text, uint8_t *out, size_t capacity,
                                                      size_t *size, struct xk_diag *diag);

/**
 * The whole way in one call: from a SIP message, or a bare SDP description, to the first MIKEY message in it.
 *
 * Octets that begin with "v=" are taken for SDP. The session level comes first in SDP, so an attribute
 * there wins over one at media level.
 *
 * @param data borrowed
 * @param size octets of exactly one SIP message or SDP description
 * @param[out] out receives the MIKEY message; untouched unless XK_OK
 * @param capacity octets that `out` can take; #XK_MIKEY_MAX (message.h) takes all that a get_keys may carry
 * @param[out] mikey_size octets written, or needed with XK_E_SPACE
 * @param[out] diag status, offset from `data` and field of what was refused; may be NULL
 *
 * @retval XK_OK            `out` holds the octets; mikey.h parses them
 * @retval XK_E_NO_KEY_MGMT well-formed, but no a=key-mgmt:mikey in it
 * @retval XK_E_SPACE       `capacity` is too small
 * @retval XK_E_BASE64      the attribute is not valid base64
 * @retval XK_E_ARGUMENT    a pointer is NULL that may not be
 * @retval XK_E_SIP         see xk_sip_parse()
 * @retval XK_E_SIP_BODY    see xk_sip_parse()
 * @retval XK_E_SDP         see xk_sdp_next_key_mgmt()
 * @retval XK_E_LIMIT       over a limit above
 *
 * On failure nothing is written but `*mikey_size` and `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: as the three calls above together.
 */
XK_API XK_NODISCARD enum xk_status xk_sip_find_mikey(const uint8_t *data, size_t size, uint8_t *out,
                                                     size_t capacity, size_t *mikey_size, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
