/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure reasons as numbers, from the wire or from a journal. */
#ifndef XKI_MESSAGES_FAILURE_H
#define XKI_MESSAGES_FAILURE_H

#include <stdbool.h>

#include <xk/message.h>

/* What a requester does with the failure of a whole request. */
enum xki_failure_course {
    XKI_FAILURE_FINAL,    /* it is the outcome */
    XKI_FAILURE_RETRIED,  /* the same KMS is asked again after a back-off, or another one */
    XKI_FAILURE_MOVES_ON, /* the next KMS of the list is asked; this one would say the same again */
    XKI_FAILURE_REFERRED  /* the KMS that the answer names is asked; without a name it is the outcome */
};
enum xki_failure_course xki_failure_course(enum xk_failure failure);

/* A reason, or none: of the wire, or local. */
bool xki_failure_is_known(unsigned int value);

/* A reason that a KMS may give, and that this version knows. */
bool xki_failure_is_on_wire(unsigned int value);

/* A reason that only this side finds, and that no KMS may give. */
bool xki_failure_is_local(unsigned int value);

#endif
