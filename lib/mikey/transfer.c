/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes a message a TRANSFER_INIT or TRANSFER_RESP (RFC 6043 4.2.2), as far as the message alone shows it. */
#include "mikey/parse.h"

#include "support/diag.h"
#include "support/set256.h"

#define MAP_OFFSET 10 /* of the CS ID map info: the header in front of it has this size */

/* What RFC 6043 6.1.1 asks of GENERIC-ID: each CS ID once, session data of SRTP as long as the S flag says. */
static enum xk_status check_map(const struct xk_mikey_message *m, struct xk_diag *diag)
{
    struct xki_set256 seen = {{0}};
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    size_t at = MAP_OFFSET;
    while (xk_mikey_next_crypto_session(m, &position, &session)) {
        size_t wanted = session.s_flag ? 10 : 4; /* SSRC, with S also ROC and SEQ */
        if (!xki_set256_add(&seen, session.cs_id)) {
            return xki_fail(diag, XK_E_MIKEY_MAP, at, "CS ID");
        }
        if (session.protocol == 0 && session.session_data.size != 0 && session.session_data.size != wanted) {
            return xki_fail(diag, XK_E_MIKEY_MAP, at, "Session Data Length");
        }
        at = MAP_OFFSET + position;
    }
    return XK_OK;
}

/* What both have: GENERIC-ID with each CS ID once, or an Empty map, T, V at the end, and in a KEMAC no MAC but V's. */
static enum xk_status parse(const uint8_t *data, size_t size, enum xk_mikey_data_type type, struct xk_mikey_message *m,
                            struct xk_diag *diag)
{
    enum xk_status status = xki_mikey_parse(data, size, (int)type, m, diag);
    if (status != XK_OK) {
        return status;
    }
    if (m->header.map_type == XK_MIKEY_MAP_SRTP_ID) {
        return xki_fail(diag, XK_E_MIKEY_MAP, 9, "CS ID map type");
    }
    status = check_map(m, diag);
    if (status != XK_OK) {
        return status;
    }
    if (m->v.mac.data == NULL) {
        return xki_fail(diag, XK_E_MIKEY_VERIFICATION, size, "V");
    }
    if (m->time.value.data == NULL) {
        return xki_fail(diag, XK_E_MIKEY_MISSING, size, "T");
    }
    if (m->kemac.mac.size > 0) {
        return xki_fail(diag, XK_E_MIKEY_VALUE, (size_t)(m->kemac.mac.data - data) - 1, "MAC alg of KEMAC");
    }
    return XK_OK;
}

enum xk_status xki_mikey_transfer_init(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                       struct xk_diag *diag)
{
    return parse(data, size, XK_MIKEY_TRANSFER_INIT, message, diag);
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

enum xk_status xki_mikey_transfer_resp(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                       struct xk_diag *diag)
{
    enum xk_status status = parse(data, size, XK_MIKEY_TRANSFER_RESP, message, diag);
    return status == XK_OK ? check_choice(message, diag) : status;
}

enum xk_status xk_mikey_parse_transfer_init(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                            struct xk_diag *diag)
{
    struct xk_mikey_message m;
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_mikey_transfer_init(data, size, &m, diag);
    if (status == XK_OK) {
        *message = m;
    }
    return status;
}

enum xk_status xk_mikey_parse_transfer_resp(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                            struct xk_diag *diag)
{
    struct xk_mikey_message m;
    if (data == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xki_mikey_transfer_resp(data, size, &m, diag);
    if (status == XK_OK) {
        *message = m;
    }
    return status;
}
