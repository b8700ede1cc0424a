/* SPDX-License-Identifier: BSD-2-Clause */
/* The header fields that are read, by their names (RFC 3261 7.3.3 has the compact ones). */
#ifndef XKI_SIP_FIELD_H
#define XKI_SIP_FIELD_H

#include <xk/sip.h>

enum xki_sip_field {
    XKI_SIP_FROM,
    XKI_SIP_TO,
    XKI_SIP_CALL_ID,
    XKI_SIP_CSEQ,
    XKI_SIP_MANDATORY, /* so many: those before */
    XKI_SIP_RSEQ = XKI_SIP_MANDATORY,
    XKI_SIP_RACK,
    XKI_SIP_SESSION_EXPIRES,
    XKI_SIP_REPLACES,
    XKI_SIP_CONTACT,
    XKI_SIP_CONTENT_LENGTH,
    XKI_SIP_CONTENT_TYPE,
    XKI_SIP_CONTENT_DISPOSITION,
    XKI_SIP_CONTENT_TRANSFER_ENCODING,
    XKI_SIP_CONTENT_ENCODING,
    XKI_SIP_KEPT, /* so many: of those before, the first value is kept */
    XKI_SIP_P_ASSERTED = XKI_SIP_KEPT,
    XKI_SIP_P_PREFERRED,
    XKI_SIP_P_CALLED_PARTY,
    XKI_SIP_HISTORY_INFO,
    XKI_SIP_DIVERSION_FIELD,
    XKI_SIP_FIELDS /* none of these */
};

enum xki_sip_field xki_sip_which(struct xk_bytes name);

/* As the RFC writes it, for a diag. */
const char *xki_sip_field_name(enum xki_sip_field field);

/* Which identities stand in it; 0 for none. */
enum xk_sip_source xki_sip_field_source(enum xki_sip_field field);

#endif
