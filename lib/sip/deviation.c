/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk/deviation.h>

#define NAME(deviation)                                                                                              \
    case deviation:                                                                                                  \
        return #deviation

const char *xk_sip_deviation_name(enum xk_sip_deviation deviation)
{
    switch (deviation) {
        NAME(XK_SIP_DEV_BEFORE_START);
        NAME(XK_SIP_DEV_START_LINE);
        NAME(XK_SIP_DEV_REQUEST_URI);
        NAME(XK_SIP_DEV_HEADER_LINE);
        NAME(XK_SIP_DEV_HEADER_NUL);
        NAME(XK_SIP_DEV_HEADER_END);
        NAME(XK_SIP_DEV_FROM_TWICE);
        NAME(XK_SIP_DEV_TO_TWICE);
        NAME(XK_SIP_DEV_CALL_ID);
        NAME(XK_SIP_DEV_CSEQ);
        NAME(XK_SIP_DEV_DISPLAY_NAME);
        NAME(XK_SIP_DEV_BRACKETS);
        NAME(XK_SIP_DEV_URI);
        NAME(XK_SIP_DEV_URI_OCTETS);
        NAME(XK_SIP_DEV_TAG);
        NAME(XK_SIP_DEV_ASSERTED);
        NAME(XK_SIP_DEV_FIELD);
        NAME(XK_SIP_DEV_CONTENT_LENGTH);
        NAME(XK_SIP_DEV_SURPLUS);
        NAME(XK_SIP_DEV_CONTENT_TYPE);
        NAME(XK_SIP_DEV_DISPOSITION);
        NAME(XK_SIP_DEV_ENCODING);
        NAME(XK_SIP_DEV_MULTIPART);
        NAME(XK_SIP_DEV_PARTS);
        NAME(XK_SIP_DEV_SDP_VERSION);
        NAME(XK_SIP_DEV_SDP_LINE);
        NAME(XK_SIP_DEV_SDP_LINE_END);
        NAME(XK_SIP_DEV_SDP_BLANK_LINE);
        NAME(XK_SIP_DEV_BASE64);
    }
    return "XK_SIP_DEV_?";
}
