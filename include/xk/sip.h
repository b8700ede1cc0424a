/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * From what the CSCF intercepts to the octets of a MIKEY message: SIP (RFC 3261) with its multipart bodies
 * (RFC 2046, RFC 5621). SDP is in sdp.h.
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. This is not a
 * SIP stack: it reads the fields that a DF2/MF needs. A host that has the MIKEY octets from elsewhere needs
 * nothing of this header.
 *
 * The reader is as liberal as phones and proxies are: a field that is not needed never loses the message, and each
 * departure from the RFCs is told as a bit of `deviations` (deviation.h). It is strict where a person is named: a URI
 * that could be read in two ways is absent, and told.
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
#include <xk/deviation.h>
#include <xk/export.h>
#include <xk/sdp.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @name Limits. What is beyond them is not kept, and told by #XK_SIP_DEV_PARTS; the message is read all the same.
 * @{
 */
#define XK_SIP_SDP_MAX 8      /**< SDP parts of a message that are kept */
#define XK_SIP_NESTING_MAX 8  /**< multipart bodies inside one another */
/** @} */

/** What a body or a part of it is wrapped in (Content-Transfer-Encoding, Content-Encoding). */
enum xk_sip_encoding {
    XK_SIP_ENCODING_NONE = 0,
    XK_SIP_ENCODING_BASE64 = 1, /**< xk_sip_undo() undoes it */
    XK_SIP_ENCODING_OTHER = 2   /**< such as deflate: not undone here */
};

/** Content-Disposition of an SDP part. */
enum xk_sip_disposition {
    XK_SIP_DISPOSITION_SESSION = 0,       /**< also where nothing is said (RFC 3261 20.11) */
    XK_SIP_DISPOSITION_EARLY_SESSION = 1, /**< a stream of its own until the 2xx (RFC 3959) */
    XK_SIP_DISPOSITION_OTHER = 2
};

/** One body part of type application/sdp. */
struct xk_sip_sdp {
    struct xk_bytes data; /**< as it stands in the message: SDP only with #XK_SIP_ENCODING_NONE */
    enum xk_sip_encoding encoding;
    enum xk_sip_disposition disposition;
    bool superseded;      /**< a later part of the same multipart/alternative is the one that counts (RFC 5621 6.1) */
    enum xk_sdp_direction direction; /**< all media together, rejected ones apart; INACTIVE while it is encoded */
};

/** RAck of a PRACK (RFC 3262 7.2). */
struct xk_sip_rack {
    uint32_t rseq;          /**< 0 without RAck */
    uint32_t cseq_number;
    struct xk_bytes method;
};

/** Replaces (RFC 3891). */
struct xk_sip_replaces {
    struct xk_bytes call_id; /**< absent without Replaces */
    struct xk_bytes to_tag;
    struct xk_bytes from_tag;
    bool early_only;
};

/** What a DF2/MF reads from a SIP message. Views are absent where the message says nothing. */
struct xk_sip_message {
    bool is_request;
    unsigned int status_code;    /**< response only, 100 to 699 */
    struct xk_bytes method;      /**< request only, such as INVITE */
    struct xk_bytes request_uri; /**< request only; absent, and told, where it is not certain */
    struct xk_bytes call_id;     /**< not empty */
    uint32_t cseq_number;        /**< 0 to 2^31 - 1 */
    struct xk_bytes cseq_method; /**< the method that a response answers */
    struct xk_bytes from_uri;    /**< the URI alone; UTF-8; absent, and told, where it is not certain */
    struct xk_bytes from_tag;    /**< of the sender of the request; absent without */
    struct xk_bytes to_uri;      /**< as from_uri */
    struct xk_bytes to_tag;      /**< of the one who answers; absent before a dialog */
    struct xk_bytes asserted_uri; /**< the first certain one of P-Asserted-Identity (RFC 3325); absent without one.
                                       xk_sip_next_identity() tells all */
    uint32_t rseq;               /**< RSeq of a reliable response (RFC 3262 7.1); 0 without */
    struct xk_sip_rack rack;
    uint32_t session_expires;    /**< seconds (RFC 4028); 0 without */
    struct xk_sip_replaces replaces;
    struct xk_bytes instance;    /**< +sip.instance of Contact (RFC 5626): the URN; absent without */
    bool has_imei;               /**< `instance` is an IMEI URN (RFC 7254) */
    uint8_t imei[8];             /**< TBCD with filler, as xk_party.imei wants it; of the message's sender */
    struct xk_bytes headers;     /**< the header section, start line and empty line apart */
    struct xk_bytes body;        /**< as long as Content-Length says; else to the end */
    enum xk_sip_encoding encoding; /**< of the body as a whole, if it is SDP or multipart */
    struct xk_bytes sdp;         /**< the session's description; absent without one, or where it is encoded */
    size_t session;              /**< its place in `parts`, also when it is encoded; #XK_SIP_SDP_MAX without one */
    size_t part_count;
    struct xk_sip_sdp parts[XK_SIP_SDP_MAX]; /**< all SDP parts in their order */
    uint32_t deviations;         /**< bits of enum xk_sip_deviation */
    struct xk_bytes request_target; /**< the Request-URI, also where it is not certain and `request_uri` is absent */
};

/**
 * Read a SIP message.
 *
 * Header names in any case and in compact form, folded values, lines that end in CRLF or LF. The start line, From, To,
 * Call-ID and CSeq must be there; CSeq is below 2^31. All else is read if it can be, and told.
 *
 * The session's description is the first SDP part whose disposition is session, and of a multipart/alternative the last
 * one that is understood. Multiparts inside multiparts are searched (RFC 5621 4.2). A body that cannot be taken apart
 * loses its parts, not the message.
 *
 * @param data borrowed; the views in `*message` point into it
 * @param size octets of exactly one message; keep-alive octets before it may be there
 * @param[out] message set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK          read; `message->deviations` tells what was not as it should be
 * @retval XK_E_ARGUMENT  a pointer is NULL that may not be
 * @retval XK_E_SIP       the start line or one of the four mandatory fields is broken or missing
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread.
 * Cost: one pass over the header section, one over a multipart body, one over plain SDP; no allocation, no recursion,
 * less than 6 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_sip_parse(const uint8_t *data, size_t size, struct xk_sip_message *message,
                                                struct xk_diag *diag);

/** Where in a message an identity stands. */
enum xk_sip_source {
    XK_SIP_REQUEST_URI = 1,
    XK_SIP_FROM = 2,
    XK_SIP_TO = 3,
    XK_SIP_ASSERTED = 4,     /**< P-Asserted-Identity (RFC 3325): to be trusted as far as the leg is */
    XK_SIP_PREFERRED = 5,    /**< P-Preferred-Identity: the phone's own claim */
    XK_SIP_CALLED_PARTY = 6, /**< P-Called-Party-ID (RFC 7315): the Request-URI before the callee's S-CSCF */
    XK_SIP_HISTORY = 7,      /**< History-Info (RFC 7044) */
    XK_SIP_DIVERSION = 8     /**< Diversion (RFC 5806) */
};

/** One identity of a message, and where the search goes on. All zero before the first call. */
struct xk_sip_identity {
    enum xk_sip_source source;
    struct xk_bytes uri;        /**< the URI alone */
    struct xk_bytes parameters; /**< what stands behind it in the field, such as index=1; absent without */
    bool certain;               /**< false: it could be read in another way, or is not UTF-8: good for a comparison with
                                     a target, and then told so; never for a name in a message of our own */
    uint32_t deviations;        /**< of this value: bits of enum xk_sip_deviation */
    size_t next;                /**< private: the next header field */
    size_t at;                  /**< private: the rest of this one */
    size_t end;                 /**< private */
};

/**
 * Step through all identities of a message: the Request-URI, then the fields of enum xk_sip_source in the order of the
 * text, every value of each.
 *
 * Values without a URI are stepped over.
 *
 * @param message as xk_sip_parse() set it; its octets must still be there
 * @param[in,out] found all zero before the first call; then what the last call set
 *
 * @retval true `*found` is the next one
 * @retval false there is no further one, or a pointer is NULL; `*found` is as it was
 *
 * Cannot fail otherwise. Calls no callback. Re-entrant, any thread. Cost: all calls together one pass over the header
 * section; no allocation.
 */
XK_API bool xk_sip_next_identity(const struct xk_sip_message *message, struct xk_sip_identity *found);

/**
 * The SDP of a part, its base64 undone if it has one (RFC 2045 6.8).
 *
 * @param part of a message; borrowed
 * @param[out] scratch receives what was encoded; untouched for a plain part. SDP may hold keys (a=crypto): the caller
 *        wipes it. It may not overlap the message
 * @param capacity octets that `scratch` can take; 0 with `scratch` NULL asks for the size. Three quarters of the
 *        part's size are enough
 * @param[out] sdp a view of the part, or of `scratch`; with XK_E_SPACE absent but for its size, which is the one needed
 * @param[out] diag offset in the part; may be NULL
 *
 * @retval XK_OK         `*sdp` is set
 * @retval XK_E_SPACE    `capacity` is too small
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be
 * @retval XK_E_ENCODING another encoding than base64
 * @retval XK_E_BASE64   no base64 in it
 *
 * On failure nothing is written but `sdp->size` (with XK_E_SPACE) and `*diag`. Calls no callback. Re-entrant, any
 * thread. Cost: two passes over an encoded part, none over another; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_sip_undo(const struct xk_sip_sdp *part, uint8_t *scratch, size_t capacity,
                                               struct xk_bytes *sdp, struct xk_diag *diag);

/**
 * The whole way in one call: from a SIP message, or a bare SDP description, to the first MIKEY message in it.
 *
 * Octets that begin with "v=" are taken for SDP. The first attribute that is in force counts, then a capability; of
 * several the first that can be decoded. A base64 body is undone in `out`.
 *
 * @param data borrowed
 * @param size octets of exactly one SIP message or SDP description
 * @param[out] out receives the MIKEY message; may not overlap `data`. Of an encoded body, what else was in `out` for a
 *        while is wiped again
 * @param capacity octets that `out` can take; #XK_MIKEY_MAX (message.h) takes all that a get_keys may carry
 * @param[out] mikey_size octets written, or needed with XK_E_SPACE
 * @param[out] diag status, offset from `data` (where the part begins, if it is encoded) and field of what was refused;
 *        may be NULL
 *
 * @retval XK_OK            `out` holds the octets; mikey.h parses them
 * @retval XK_E_NO_KEY_MGMT read, but no a=key-mgmt:mikey in it that is in force or may come to be
 * @retval XK_E_SPACE       `capacity` is too small
 * @retval XK_E_BASE64      neither the attribute nor another is valid base64
 * @retval XK_E_ARGUMENT    a pointer is NULL that may not be
 * @retval XK_E_ENCODING    the SDP is in an encoding that is not undone here
 * @retval XK_E_SIP         see xk_sip_parse()
 * @retval XK_E_SIP_BODY    a multipart body that cannot be taken apart
 * @retval XK_E_SDP         see xk_sdp_next_key_mgmt()
 *
 * On failure nothing is written but `*mikey_size` (with XK_E_SPACE), `*diag` and, for an encoded body, `out`, which is
 * wiped. Calls no callback. Re-entrant, any thread. Cost: as the calls above together, and two passes over the SDP; no
 * allocation, less than 6 KiB of stack.
 */
XK_API XK_NODISCARD enum xk_status xk_sip_find_mikey(const uint8_t *data, size_t size, uint8_t *out,
                                                     size_t capacity, size_t *mikey_size, struct xk_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
