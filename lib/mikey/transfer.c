/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes a message a TRANSFER_INIT or TRANSFER_RESP (RFC 6043 4.2.2), as far as it shows without keys. */
#include "mikey/parse.h"

#include "support/diag.h"

/* What both have: the data type, GENERIC-ID with each CS ID once, T, and V at the end. */
static enum xk_status check_common(const struct xk_mikey_message *m, enum xk_mikey_data_type type,
                                   struct xk_diag *diag)
{
    if (m->header.data_type != type) {
        return xki_fail(diag, XK_E_MIKEY_DATA_TYPE, 1, "data type");
    }
    if (m->header.map_type != XK_MIKEY_MAP_GENERIC_ID) {
        return xki_fail(diag, XK_E_MIKEY_MAP, 9, "CS ID map type");
    }
    enum xk_status status = xki_mikey_check_map(&m->header, 10, diag);
    if (status != XK_OK) {
        return status;
    }
    if (m->v.mac.data == NULL) {
        return xki_fail(diag, XK_E_MIKEY_VERIFICATION, m->whole.size, "V");
    }
    if (m->time.value.data == NULL) {
        return xki_fail(diag, XK_E_MIKEY_MISSING, m->whole.size, "T");
    }
    return XK_OK;
}

enum xk_status xk_mikey_parse_transfer_init(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                            struct xk_diag *diag)
{
    struct xk_mikey_message m;
    if (message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xk_mikey_parse(data, size, &m, diag);
    if (status == XK_OK) {
        status = check_common(&m, XK_MIKEY_TRANSFER_INIT, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if ((m.ticket.whole.data != NULL) != (m.rand_initiator.data != NULL)) {
        return xki_fail(diag, XK_E_MIKEY_MISSING, size, m.ticket.whole.data != NULL ? "RANDRi" : "TICKET");
    }
    if (m.rand_responder.data != NULL || m.rand_kms.data != NULL) {
        return xki_fail(diag, XK_E_MIKEY_PAYLOAD, m.payloads_offset, "RANDR role");
    }
    *message = m;
    return XK_OK;
}

/* The answer to an offer chooses one policy for each Crypto Session (RFC 6043 6.1.1). */
static enum xk_status check_choice(const struct xk_mikey_message *m, struct xk_diag *diag)
{
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    while (xk_mikey_next_crypto_session(m, &position, &session)) {
        if (session.policies.size != 1) {
            size_t offset = (size_t)(session.policies.data - m->whole.data) - 1;
            return xki_fail(diag, XK_E_MIKEY_MAP, offset, "#P");
        }
    }
    return XK_OK;
}

enum xk_status xk_mikey_parse_transfer_resp(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                            struct xk_diag *diag)
{
    struct xk_mikey_message m;
    if (message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xk_mikey_parse(data, size, &m, diag);
    if (status == XK_OK) {
        status = check_common(&m, XK_MIKEY_TRANSFER_RESP, diag);
    }
    if (status == XK_OK) {
        status = check_choice(&m, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    if (m.ticket.whole.data != NULL) {
        return xki_fail(diag, XK_E_MIKEY_PAYLOAD, m.ticket.offset, "TICKET");
    }
    if (m.rand_initiator.data != NULL) {
        return xki_fail(diag, XK_E_MIKEY_PAYLOAD, m.payloads_offset, "RANDR role");
    }
    *message = m;
    return XK_OK;
}
