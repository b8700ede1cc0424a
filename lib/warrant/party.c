/* SPDX-License-Identifier: BSD-2-Clause */
#include "warrant/warrant.h"

#include <xk/message.h>

#include "support/bounds.h"

XKI_INLINE enum xk_status check_form(struct xk_bytes value, size_t low, size_t high, const char *field, size_t *forms,
                                     size_t *octets, struct xk_diag *diag)
{
    if (value.size == 0) {
        return XK_OK;
    }
    (*forms)++;
    *octets += value.size;
    return xki_check_bounds(value, low, high, field, diag);
}

enum xk_status xki_warrant_party(const struct xk_party *party, size_t *forms, size_t *octets, struct xk_diag *diag)
{
    *forms = 0;
    *octets = 0;
    enum xk_status status = check_form(party->imei, 8, 8, "imei", forms, octets, diag);
    if (status == XK_OK) {
        status = check_form(party->imsi, 3, 8, "imsi", forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party->msisdn, 1, 9, "msISDN", forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party->e164, 1, 25, "e164-Format", forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party->sip_uri, 1, XK_IDENTITY_MAX, "sip-uri", forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party->tel_uri, 1, XK_IDENTITY_MAX, "tel-uri", forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party->nai, 1, XK_IDENTITY_MAX, "nai", forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party->impi, 1, XK_IDENTITY_MAX, "iMPI", forms, octets, diag);
    }
    if (status == XK_OK && *forms == 0) {
        return xki_fail(diag, XK_E_EMPTY, 0, "partyIdentity");
    }
    return status;
}
