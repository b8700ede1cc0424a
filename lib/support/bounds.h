/* SPDX-License-Identifier: BSD-2-Clause */
/* One way to check the size of a view that a caller gives, with one meaning of each status. */
#ifndef XKI_BOUNDS_H
#define XKI_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>

#include <xk/bytes.h>

#include "support/diag.h"
#include "support/inline.h"

enum xk_status xki_refuse_bounds(struct xk_bytes value, size_t high, const char *field, struct xk_diag *diag);

/* A view of something that lies nowhere: it is neither absent nor there. */
static inline bool xki_is_nowhere(struct xk_bytes value)
{
    return value.data == NULL && value.size > 0;
}

/* `low` is 0 for a view that may be absent, or empty. */
XKI_INLINE enum xk_status xki_check_bounds(struct xk_bytes value, size_t low, size_t high, const char *field,
                                           struct xk_diag *diag)
{
    bool good = value.size >= low && value.size <= high && !xki_is_nowhere(value);
    return good ? XK_OK : xki_refuse_bounds(value, high, field, diag);
}

/* The same for a view that is absent or has 1 to `high` octets. */
XKI_INLINE enum xk_status xki_check_optional(struct xk_bytes value, size_t high, const char *field,
                                             struct xk_diag *diag)
{
    return value.data == NULL && value.size == 0 ? XK_OK : xki_check_bounds(value, 1, high, field, diag);
}

#endif
