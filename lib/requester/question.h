/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request asks: its exchange checked, and the Crypto Sessions whose keys are wanted. */
#ifndef XKI_REQUESTER_QUESTION_H
#define XKI_REQUESTER_QUESTION_H

#include "requester/engine.h"

/* `ids` has room for 256; they come ascending: those of the update when there is one, else of the exchange. */
enum xk_status xki_rq_question_check(const struct xk_requester *r, const struct xk_request *request, uint8_t *ids,
                                     size_t *count, struct xk_diag *diag);

#endif
