/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * SDP (RFC 8866) as far as MIKEY needs it: the attribute a=key-mgmt (RFC 4567), also as a capability (RFC 5939), for
 * which media it is in force, and its base64 text.
 *
 * Level 1: no state, no allocation, re-entrant; every view points into the caller's octets. A line that is broken is
 * stepped over and told (deviation.h); an empty line ends the description.
 *
 * @code
 * struct xk_sdp_key_mgmt found;
 * memset(&found, 0, sizeof found);
 * while (xk_sdp_next_key_mgmt(sdp, sdp_size, &found, NULL) == XK_OK) {
 *     if (found.standing == XK_SDP_IN_FORCE) {
 *         use(found.media, found.data);
 *     }
 * }
 * @endcode
 */
#ifndef XK_SDP_H
#define XK_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/deviation.h>
#include <xk/export.h>
#include <xk/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which way media flow, seen from the sender of the description (RFC 8866 6.7). */
enum xk_sdp_direction {
    XK_SDP_INACTIVE = 0,
    XK_SDP_SENDONLY = 1,
    XK_SDP_RECVONLY = 2,
    XK_SDP_SENDRECV = 3 /**< also where nothing is said */
};

/** One m= line and what its section says. All zero before the first call. */
struct xk_sdp_medium {
    uint32_t number;       /**< from 1, in the order of the m= lines */
    struct xk_bytes media; /**< such as audio */
    struct xk_bytes protocol; /**< such as RTP/SAVP; absent where the line ends before it */
    uint32_t port;         /**< 65536 where the line has no port that can be read */
    bool rejected;         /**< port 0 and not a=bundle-only (RFC 3264 6, RFC 8843): no stream, so no key */
    enum xk_sdp_direction direction;
    uint32_t deviations;   /**< of the lines so far: bits of enum xk_sip_deviation */
    size_t next;           /**< private: where the search goes on */
    enum xk_sdp_direction session_direction; /**< private */
};

/**
 * Step through the media of an SDP description.
 *
 * @param data borrowed; the views in `*medium` point into it
 * @param size octets of the description
 * @param[in,out] medium all zero before the first call; then what the last call set
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK          `*medium` is the next one
 * @retval XK_E_UNKNOWN   there is no further one
 * @retval XK_E_ARGUMENT  a pointer is NULL that may not be, or `*medium` is of a longer description
 * @retval XK_E_SDP       not an SDP description: no line of it has the form x=value
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over the lines
 * of the section; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_sdp_next_medium(const uint8_t *data, size_t size, struct xk_sdp_medium *medium,
                                                      struct xk_diag *diag);

/** What an a=key-mgmt:mikey attribute counts for. */
enum xk_sdp_standing {
    XK_SDP_IN_FORCE = 1,   /**< for its medium; at session level for the media that have none of their own */
    XK_SDP_POTENTIAL = 2,  /**< an a=acap (RFC 5939): in force once the answer's a=acfg chooses it */
    XK_SDP_OVERRIDDEN = 3, /**< at session level, and each medium has one of its own (RFC 4567 3.1) */
    XK_SDP_REJECTED = 4    /**< its medium is rejected; at session level, all media are */
};

/** One a=key-mgmt:mikey attribute, and where the search goes on. All zero before the first call. */
struct xk_sdp_key_mgmt {
    struct xk_bytes data; /**< the base64 text, not decoded; empty where the attribute has none */
    size_t offset;        /**< of `data` in the SDP description */
    uint32_t media;       /**< 0 at session level, else the number of the m= line from 1 */
    uint32_t capability;  /**< the number of an a=acap; 0 for an attribute proper */
    enum xk_sdp_standing standing;
    uint32_t deviations;  /**< of the lines so far: bits of enum xk_sip_deviation */
    size_t next;          /**< private: where the search goes on */
    uint32_t media_seen;  /**< private: m= lines so far */
    bool rejected;        /**< private: of the medium */
    enum xk_sdp_standing session; /**< private: of what stands at session level */
};

/**
 * Step through the a=key-mgmt:mikey attributes of an SDP description (RFC 4567 section 3), those of RFC 5939
 * capabilities among them, in the order of the text.
 *
 * Attributes of other protocols are stepped over. Several at one level are alternatives: the MACs of MIKEY decide.
 *
 * @param data borrowed; `found->data` points into it
 * @param size octets of the description
 * @param[in,out] found all zero before the first call; then what the last call set
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK            `*found` is the next one
 * @retval XK_E_NO_KEY_MGMT there is no further one
 * @retval XK_E_ARGUMENT    a pointer is NULL that may not be, or `*found` is of a longer description
 * @retval XK_E_SDP         not an SDP description: no line of it has the form x=value
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over all lines
 * in the first call, then at most two over the lines up to the attribute; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_sdp_next_key_mgmt(const uint8_t *data, size_t size,
                                                        struct xk_sdp_key_mgmt *found, struct xk_diag *diag);

/** What the answer's a=acfg chose of the potential configurations of a medium (RFC 5939 3.5.2). */
struct xk_sdp_choice {
    bool made;                 /**< there is an a=acfg; without one the rest is zero, and what the offer says outright
                                    counts */
    uint32_t configuration;    /**< its number */
    struct xk_bytes capabilities; /**< the list of attribute capabilities; absent if it names none */
    bool without_media;        /**< "-m" or "-ms": the offer's own attributes of the medium do not count */
    bool without_session;      /**< "-s" or "-ms": nor do those of the session */
};

/**
 * What the answer chose for a medium.
 *
 * @param data the answer's SDP; borrowed
 * @param size its octets
 * @param media number of the m= line from 1
 * @param[out] choice set only on XK_OK
 * @param[out] diag status, offset and field of what was refused; may be NULL
 *
 * @retval XK_OK         `*choice` is set
 * @retval XK_E_UNKNOWN  there is no such medium
 * @retval XK_E_ARGUMENT a pointer is NULL that may not be, or `media` is 0
 * @retval XK_E_SDP      not an SDP description, or its a=acfg is broken
 *
 * On failure nothing is written but `*diag`. Calls no callback. Re-entrant, any thread. Cost: one pass over the lines
 * up to the end of the medium; no allocation.
 */
XK_API XK_NODISCARD enum xk_status xk_sdp_find_choice(const uint8_t *data, size_t size, uint32_t media,
                                                      struct xk_sdp_choice *choice, struct xk_diag *diag);

/**
 * Does the choice name this attribute capability?
 *
 * Cannot fail: NULL names none. Calls no callback. Re-entrant, any thread. Cost: one pass over the list.
 *
 * @param choice as xk_sdp_find_choice() set it; its views must still be valid
 * @param capability of xk_sdp_key_mgmt, not 0
 * @retval true the offer's a=acap of that number is in force for the medium
 * @retval false it is not
 */
XK_API bool xk_sdp_choice_has(const struct xk_sdp_choice *choice, uint32_t capability);

/**
 * Decode the base64 text of an attribute (RFC 4648 section 4: no white space, no stray bits; the padding may be
 * missing, since it tells nothing that the length does not).
 *
 * @param text borrowed
 * @param[out] out receives the octets; untouched unless XK_OK; may not overlap `text`
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

#ifdef __cplusplus
}
#endif
#endif
