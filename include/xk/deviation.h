/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * How a SIP message or an SDP description departs from its specification and is read all the same.
 *
 * What a phone and a proxy accept must not hide a call from a DF2/MF. So sip.h and sdp.h read on where the meaning is
 * certain, and tell each departure as one bit. Where two readers could name two persons, they name none.
 */
#ifndef XK_DEVIATION_H
#define XK_DEVIATION_H

#include <stdint.h>

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The bits of xk_sip_message.deviations, xk_sip_identity.deviations and xk_sdp_key_mgmt.deviations. */
enum xk_sip_deviation {
    XK_SIP_DEV_BEFORE_START = 1 << 0,    /**< NUL, blanks or a lone CR or LF before the start line */
    XK_SIP_DEV_START_LINE = 1 << 1,      /**< blanks where the start line has none, or more than one */
    XK_SIP_DEV_REQUEST_URI = 1 << 2,     /**< the Request-URI is in brackets, or has blanks in it */
    XK_SIP_DEV_HEADER_LINE = 1 << 3,     /**< a line that is no header field was stepped over */
    XK_SIP_DEV_HEADER_NUL = 1 << 4,      /**< a NUL that is no quoted-pair in a header field */
    XK_SIP_DEV_HEADER_END = 1 << 5,      /**< the message ends without the empty line behind the header fields */
    XK_SIP_DEV_FROM_TWICE = 1 << 6,      /**< several From, or several addresses in one: the first counts */
    XK_SIP_DEV_TO_TWICE = 1 << 7,        /**< likewise To */
    XK_SIP_DEV_CALL_ID = 1 << 8,         /**< several Call-ID (the first counts), or blanks or controls in it */
    XK_SIP_DEV_CSEQ = 1 << 9,            /**< several CSeq (the first counts), no blank before the method, octets behind
                                              it, or another method than the request's */
    XK_SIP_DEV_DISPLAY_NAME = 1 << 10,   /**< a display name that lacks its quotes, or one of them */
    XK_SIP_DEV_BRACKETS = 1 << 11,       /**< a URI with a comma or question mark lacks its brackets, or blanks or other
                                              octets stand beside a bracket */
    XK_SIP_DEV_URI = 1 << 12,            /**< From, To or Request-URI: no URI in it that is certain; it is absent */
    XK_SIP_DEV_URI_OCTETS = 1 << 13,     /**< octets above 7F in a URI; where they are not UTF-8, it is absent */
    XK_SIP_DEV_TAG = 1 << 14,            /**< From without tag, or a tag that is no token */
    XK_SIP_DEV_ASSERTED = 1 << 15,       /**< P-Asserted-Identity: empty, without a certain URI, or more than two */
    XK_SIP_DEV_FIELD = 1 << 16,          /**< RSeq, RAck, Session-Expires, Replaces or Contact is broken and taken for
                                              absent, or a field other than those above is there twice: the first
                                              counts */
    XK_SIP_DEV_CONTENT_LENGTH = 1 << 17, /**< no number, several that differ (the largest that fits counts), or more
                                              than there is: the body goes to the end */
    XK_SIP_DEV_SURPLUS = 1 << 18,        /**< octets behind Content-Length; they are no part of the body */
    XK_SIP_DEV_CONTENT_TYPE = 1 << 19,   /**< missing or several: taken by what the body looks like */
    XK_SIP_DEV_DISPOSITION = 1 << 20,    /**< no SDP part is a session's; one of an unknown disposition is taken */
    XK_SIP_DEV_ENCODING = 1 << 21,       /**< an unknown encoding is named, but the part is plain SDP */
    XK_SIP_DEV_MULTIPART = 1 << 22,      /**< boundary missing, no closing delimiter, or a broken part header */
    XK_SIP_DEV_PARTS = 1 << 23,          /**< more SDP parts than are kept, nested too deep, or a multipart that is
                                              encoded as a whole */
    XK_SIP_DEV_SDP_VERSION = 1 << 24,    /**< SDP does not begin with v=0 */
    XK_SIP_DEV_SDP_LINE = 1 << 25,       /**< a line of SDP that has not the form x=value was stepped over */
    XK_SIP_DEV_SDP_LINE_END = 1 << 26,   /**< blanks at the end of a line of SDP, or more of them inside than one */
    XK_SIP_DEV_SDP_BLANK_LINE = 1 << 27, /**< an empty line before SDP, or behind it: that one ends it */
    XK_SIP_DEV_BASE64 = 1 << 28          /**< the text of a=key-mgmt lacks its padding, or cannot be base64 */
};

/** How many deviations there are: bits 0 to #XK_SIP_DEVIATION_COUNT - 1. */
#define XK_SIP_DEVIATION_COUNT 29

/**
 * The name of a deviation as it is written in this header, for logs: "XK_SIP_DEV_SURPLUS".
 *
 * Cannot fail. Calls no callback. Safe on any thread. Cost: a switch.
 *
 * @param deviation one bit
 * @retval name constant; "XK_SIP_DEV_?" for a value that is not one of them
 */
XK_API const char *xk_sip_deviation_name(enum xk_sip_deviation deviation);

#ifdef __cplusplus
}
#endif
#endif
