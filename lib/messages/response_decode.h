/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xk_get_keys_response_decode() in two steps, so that what the transaction id names can come from memory while the rest
 * is decoded.
 */
#ifndef XKI_MESSAGES_RESPONSE_DECODE_H
#define XKI_MESSAGES_RESPONSE_DECODE_H

#include <xk/message.h>

#include "messages/head.h"

struct xki_response_reader {
    struct xki_reader reader;
    struct xki_keys keys;
    struct xk_transaction_id transaction;
};

/* Version, type and transaction id. `usual` is the head that a response nearly always has; may be NULL. */
enum xk_status xki_response_begin(struct xki_response_reader *in, const struct xki_head *usual, const uint8_t *data,
                                  size_t size, struct xk_diag *diag);

/* The rest, to the last octet; *extensions is raised by the unknown keys that were stepped over. */
enum xk_status xki_response_finish(struct xki_response_reader *in, struct xk_get_keys_response *message,
                                   struct xk_session_result *sessions, size_t session_capacity, size_t *extensions);

#endif
