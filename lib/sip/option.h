/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields that a message may have or lack: RSeq, RAck, Session-Expires, Replaces, Contact. */
#ifndef XKI_SIP_OPTION_H
#define XKI_SIP_OPTION_H

#include <xk/sip.h>

#include "sip/header.h"

/* `found` by enum xki_sip_field. What is broken stays absent and is told. */
void xki_sip_keep_options(const struct xki_sip_header *found, struct xk_sip_message *message);

#endif
