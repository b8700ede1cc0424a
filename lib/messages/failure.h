/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure reasons as numbers, from the wire or from a journal. */
#ifndef XKI_MESSAGES_FAILURE_H
#define XKI_MESSAGES_FAILURE_H

#include <stdbool.h>

#include <xk/message.h>

/* A reason, or none: of the wire, or local. */
bool xki_failure_is_known(unsigned int value);

static inline bool xki_failure_is_on_wire(unsigned int value)
{
    return value >= XK_FAILURE_GENERIC && value <= XK_FAILURE_WIRE_LAST;
}

#endif
