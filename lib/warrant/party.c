/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/bounds.h"
#include "warrant/modules.h"
#include "warrant/warrant.h"

enum xk_status xki_warrant_party(const struct xk_party *party, size_t *forms, size_t *octets, struct xk_diag *diag)
{
    *forms = 0;
    *octets = 0;
    for (unsigned int i = 0; i < XKI_PARTY_FORMS; i++) {
        const struct xk_bytes *value = xki_party_form(party, i);
        if (value->size == 0) {
            continue;
        }
        const struct xki_party_form *form = &xki_party_forms[i];
        enum xk_status status = xki_check_bounds(*value, form->low, form->high, form->field, diag);
        if (status != XK_OK) {
            return status;
        }
        (*forms)++;
        *octets += value->size;
    }
    return *forms > 0 ? XK_OK : xki_fail(diag, XK_E_FIELD_EMPTY, 0, "partyIdentity");
}
