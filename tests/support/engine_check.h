/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a requester sound inside? Walks every list, map and counter and holds them against the states of the slots.
 * Looks at hidden parts, so it needs the static library.
 */
#ifndef SUPPORT_ENGINE_CHECK_H
#define SUPPORT_ENGINE_CHECK_H

#include <xk/requester.h>

/* NULL if all is well, else what is wrong. Not from inside `random` and `journal`, in the middle of a change. */
const char *engine_check(const struct xk_requester *r);

#endif
