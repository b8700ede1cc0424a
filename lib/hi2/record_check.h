/* SPDX-License-Identifier: BSD-2-Clause */
/* Every limit of the module's types, before the first octet is written. */
#ifndef XKI_HI2_RECORD_CHECK_H
#define XKI_HI2_RECORD_CHECK_H

#include <xk/hi2.h>

#include "warrant/modules.h"

enum xk_status xki_hi2_check_profile(const struct xk_hi2_profile *profile, struct xk_diag *diag);

/* `extras` may be NULL, as in most records. */
enum xk_status xki_hi2_check(const struct xki_hi2_module *module, const struct xk_iri_event *event,
                             const struct xk_hi2_extras *extras, struct xk_diag *diag);

#endif
