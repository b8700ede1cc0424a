/* SPDX-License-Identifier: BSD-2-Clause */
#include "sip/field.h"

#include "sip/text.h"

static const struct {
    const char *name;
    const char *shown;
    uint8_t size; /* of the name */
    char compact; /* NUL for none */
    uint8_t source;
} fields[XKI_SIP_FIELDS] = {
    [XKI_SIP_FROM] = {"from", "From", 4, 'f', XK_SIP_FROM},
    [XKI_SIP_TO] = {"to", "To", 2, 't', XK_SIP_TO},
    [XKI_SIP_CALL_ID] = {"call-id", "Call-ID", 7, 'i', 0},
    [XKI_SIP_CSEQ] = {"cseq", "CSeq", 4, '\0', 0},
    [XKI_SIP_RSEQ] = {"rseq", "RSeq", 4, '\0', 0},
    [XKI_SIP_RACK] = {"rack", "RAck", 4, '\0', 0},
    [XKI_SIP_SESSION_EXPIRES] = {"session-expires", "Session-Expires", 15, 'x', 0},
    [XKI_SIP_REPLACES] = {"replaces", "Replaces", 8, '\0', 0},
    [XKI_SIP_CONTACT] = {"contact", "Contact", 7, 'm', 0},
    [XKI_SIP_CONTENT_LENGTH] = {"content-length", "Content-Length", 14, 'l', 0},
    [XKI_SIP_CONTENT_TYPE] = {"content-type", "Content-Type", 12, 'c', 0},
    [XKI_SIP_CONTENT_DISPOSITION] = {"content-disposition", "Content-Disposition", 19, '\0', 0},
    [XKI_SIP_CONTENT_TRANSFER_ENCODING] = {"content-transfer-encoding", "Content-Transfer-Encoding", 25, '\0', 0},
    [XKI_SIP_CONTENT_ENCODING] = {"content-encoding", "Content-Encoding", 16, 'e', 0},
    [XKI_SIP_P_ASSERTED] = {"p-asserted-identity", "P-Asserted-Identity", 19, '\0', XK_SIP_ASSERTED},
    [XKI_SIP_P_PREFERRED] = {"p-preferred-identity", "P-Preferred-Identity", 20, '\0', XK_SIP_PREFERRED},
    [XKI_SIP_P_CALLED_PARTY] = {"p-called-party-id", "P-Called-Party-ID", 17, '\0', XK_SIP_CALLED_PARTY},
    [XKI_SIP_HISTORY_INFO] = {"history-info", "History-Info", 12, '\0', XK_SIP_HISTORY},
    [XKI_SIP_DIVERSION_FIELD] = {"diversion", "Diversion", 9, '\0', XK_SIP_DIVERSION},
};

enum xki_sip_field xki_sip_which(struct xk_bytes name)
{
    if (name.size == 1) {
        for (unsigned int i = 0; i < XKI_SIP_FIELDS; i++) {
            if (xki_sip_lower(name.data[0]) == (uint8_t)fields[i].compact) {
                return (enum xki_sip_field)i;
            }
        }
        return XKI_SIP_FIELDS;
    }
    for (unsigned int i = 0; i < XKI_SIP_FIELDS; i++) {
        if (name.size == fields[i].size && xki_sip_begins(name, fields[i].name)) {
            return (enum xki_sip_field)i;
        }
    }
    return XKI_SIP_FIELDS;
}

const char *xki_sip_field_name(enum xki_sip_field field)
{
    return fields[field].shown;
}

enum xk_sip_source xki_sip_field_source(enum xki_sip_field field)
{
    return field < XKI_SIP_FIELDS ? (enum xk_sip_source)fields[field].source : (enum xk_sip_source)0;
}
