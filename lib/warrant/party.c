/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/bounds.h"
#include "warrant/modules.h"
#include "warrant/warrant.h"

XKI_INLINE enum xk_status check_form(const struct xk_party *party, unsigned int index, size_t *forms, size_t *octets,
                                     struct xk_diag *diag)
{
    const struct xki_party_form *form = &xki_party_forms[index];
    const struct xk_bytes *value = xki_party_form(party, index);
    if (value->size == 0) {
        return XK_OK;
    }
    (*forms)++;
    *octets += value->size;
    return xki_check_bounds(*value, form->low, form->high, form->field, diag);
}

/* One after the other and not in a loop, so that each has its limits as constants. */
enum xk_status xki_warrant_party(const struct xk_party *party, size_t *forms, size_t *octets, struct xk_diag *diag)
{
    *forms = 0;
    *octets = 0;
    enum xk_status status = check_form(party, 0, forms, octets, diag);
    if (status == XK_OK) {
        status = check_form(party, 1, forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 2, forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 3, forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 4, forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 5, forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 6, forms, octets, diag);
    }
    if (status == XK_OK) {
        status = check_form(party, 7, forms, octets, diag);
    }
    return status == XK_OK && *forms == 0 ? xki_fail(diag, XK_E_FIELD_EMPTY, 0, "partyIdentity") : status;
}
