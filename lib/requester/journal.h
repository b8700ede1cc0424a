/* SPDX-License-Identifier: BSD-2-Clause */
/* One record at a time to the host's journal. */
#ifndef XKI_REQUESTER_JOURNAL_H
#define XKI_REQUESTER_JOURNAL_H

#include "requester/engine.h"

/* XK_OK, XK_E_JOURNAL or XK_E_FENCED. */
enum xk_status xki_rq_journal_write(struct xk_requester *r, enum xk_journal_kind kind, uint32_t index);

#endif
