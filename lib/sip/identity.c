/* SPDX-License-Identifier: BSD-2-Clause */
/* All identities of a message, one after the other; each octet of the header section is read once or twice in all. */
#include <xk/sip.h>

#include "sip/address.h"
#include "sip/field.h"
#include "sip/header.h"
#include "sip/text.h"

/* The Request-URI comes first: `found` is all zero then. */
static bool first_identity(const struct xk_sip_message *message, struct xk_sip_identity *found)
{
    if (message->request_target.data == NULL) {
        return false;
    }
    found->source = XK_SIP_REQUEST_URI;
    found->uri = message->request_target;
    found->certain = message->request_uri.data != NULL;
    found->deviations = message->deviations & XK_SIP_DEV_URI_OCTETS;
    return true;
}

static bool next_in_field(struct xk_bytes headers, struct xk_sip_identity *search)
{
    struct xki_sip_address address;
    struct xk_bytes value = xki_sip_slice(headers, 0, search->end);
    while (xki_sip_next_address(value, &search->at, &address)) {
        if (address.uri.data != NULL) {
            search->uri = address.uri;
            search->parameters = address.parameters;
            search->certain = address.certain;
            search->deviations = address.deviations;
            return true;
        }
    }
    return false;
}

bool xk_sip_next_identity(const struct xk_sip_message *message, struct xk_sip_identity *found)
{
    if (message == NULL || found == NULL || (message->headers.data == NULL && message->headers.size > 0)) {
        return false;
    }
    struct xk_sip_identity search = *found;
    if ((int)search.source == 0 && first_identity(message, found)) {
        return true;
    }
    for (;;) {
        struct xki_sip_header header;
        if (search.at < search.end && next_in_field(message->headers, &search)) {
            *found = search;
            return true;
        }
        enum xki_sip_line line = xki_sip_next_header(message->headers, &search.next, &header);
        if (line == XKI_SIP_LINE_CUT || line == XKI_SIP_LINE_END) {
            return false;
        }
        enum xk_sip_source source =
            line == XKI_SIP_LINE_FIELD ? xki_sip_field_source(xki_sip_which(header.name)) : (enum xk_sip_source)0;
        search.at = search.end = 0;
        if ((int)source != 0 && header.value.size > 0) {
            search.source = source;
            search.at = (size_t)(header.value.data - message->headers.data);
            search.end = search.at + header.value.size;
        }
    }
}
