/* SPDX-License-Identifier: BSD-2-Clause */
/* Do INIT and RESP belong together? Check 1 of the list for get_keys, without keys (RFC 6043 4.2.2, 5.2, 6.1.1). */
#include "mikey/parse.h"

#include <string.h>

#include "support/diag.h"

static enum xk_status mismatch(struct xk_diag *diag, size_t offset, const char *field)
{
    return xki_fail(diag, XK_E_MIKEY_MISMATCH, offset, field);
}

static bool find_session(const struct xk_mikey_message *m, uint8_t cs_id, struct xk_mikey_crypto_session *found)
{
    size_t position = 0;
    while (xk_mikey_next_crypto_session(m, &position, found)) {
        if (found->cs_id == cs_id) {
            return true;
        }
    }
    return false;
}

/* The Responder may add Crypto Sessions, but what was offered must come back, with a policy that was offered. */
static enum xk_status check_sessions(const struct xk_mikey_message *init, const struct xk_mikey_message *resp,
                                     struct xk_diag *diag)
{
    struct xk_mikey_crypto_session offered;
    struct xk_mikey_crypto_session chosen;
    size_t position = 0;
    while (xk_mikey_next_crypto_session(init, &position, &offered)) {
        if (!find_session(resp, offered.cs_id, &chosen)) {
            return mismatch(diag, 10, "CS ID");
        }
        bool any = offered.policies.size == 0;
        if (!any && memchr(offered.policies.data, chosen.policies.data[0], offered.policies.size) == NULL) {
            return mismatch(diag, (size_t)(chosen.policies.data - resp->whole.data), "policy_no");
        }
    }
    return XK_OK;
}

/* What the ticket's flags ask of the RESP: RANDRr with G, RANDRkms and IDRr with I. */
static enum xk_status check_flags(const struct xk_mikey_message *init, const struct xk_mikey_message *resp,
                                  struct xk_diag *diag)
{
    uint16_t flags = init->ticket.flags;
    if (((flags & XK_MIKEY_FLAG_G) != 0) != (resp->rand_responder.data != NULL)) {
        return mismatch(diag, resp->payloads_offset, "RANDRr");
    }
    bool forking = (flags & XK_MIKEY_FLAG_I) != 0;
    if (forking && resp->rand_kms.data == NULL) {
        return mismatch(diag, resp->payloads_offset, "RANDRkms");
    }
    if (forking && resp->id_responder.data.data == NULL) {
        return mismatch(diag, resp->payloads_offset, "IDRr");
    }
    if ((flags & XK_MIKEY_FLAG_M) == 0 && resp->kemac.encrypted.data != NULL) {
        return mismatch(diag, resp->payloads_offset, "KEMAC");
    }
    return XK_OK;
}

enum xk_status xk_mikey_check_exchange(const struct xk_mikey_message *init, const struct xk_mikey_message *resp,
                                       struct xk_diag *diag)
{
    if (init == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    bool ticket = init->ticket.whole.data != NULL;
    bool answered = !ticket || (init->ticket.flags & XK_MIKEY_FLAG_F) != 0;
    if (ticket && (init->ticket.flags & XK_MIKEY_FLAG_L) == 0 && init->kemac.encrypted.data != NULL) {
        return mismatch(diag, init->payloads_offset, "KEMAC");
    }
    if (answered != (resp != NULL)) {
        return mismatch(diag, 0, "TRANSFER_RESP");
    }
    if (resp == NULL) {
        return XK_OK;
    }
    if (init->header.prf != resp->header.prf) {
        return mismatch(diag, 3, "PRF func");
    }
    if (init->header.csb_id != resp->header.csb_id) {
        return mismatch(diag, 4, "CSB ID");
    }
    enum xk_status status = check_sessions(init, resp, diag);
    return status == XK_OK && ticket ? check_flags(init, resp, diag) : status;
}

enum xk_status xki_mikey_check_update(const struct xk_mikey_header *first, const struct xk_mikey_header *update,
                                      struct xk_diag *diag)
{
    if (update->csb_id != first->csb_id) {
        return mismatch(diag, 4, "CSB ID");
    }
    return update->prf != first->prf ? mismatch(diag, 3, "PRF func") : XK_OK;
}
