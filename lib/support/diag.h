/* SPDX-License-Identifier: BSD-2-Clause */
/* One way to fail for every parser: fill the diag, if the caller wants one, and return its status. */
#ifndef XKI_DIAG_H
#define XKI_DIAG_H

#include <xk/status.h>

static inline enum xk_status xki_fail(struct xk_diag *diag, enum xk_status status, size_t offset, const char *field)
{
    if (diag != NULL) {
        diag->status = status;
        diag->offset = offset;
        diag->field = field;
    }
    return status;
}

#endif
