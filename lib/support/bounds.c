/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/bounds.h"

XKI_COLD enum xk_status xki_refuse_bounds(struct xk_bytes value, size_t high, const char *field, struct xk_diag *diag)
{
    if (value.size == 0) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, field);
    }
    if (value.data == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, field);
    }
    return xki_fail(diag, value.size > high ? XK_E_FIELD_LIMIT : XK_E_FIELD, 0, field);
}
