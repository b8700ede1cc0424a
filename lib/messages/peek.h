/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands where it is in every version of the profile: version, type, transaction id. */
#ifndef XKI_MESSAGES_PEEK_H
#define XKI_MESSAGES_PEEK_H

#include <xk/message.h>

/* xk_message_peek() for a message of a newer version than this library reads; false for any other. */
bool xki_message_peek_newer(const uint8_t *data, size_t size, enum xk_message_type *type, struct xk_transaction_id *id);

#endif
