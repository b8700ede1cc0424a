/* SPDX-License-Identifier: BSD-2-Clause */
/* xk_get_keys_response_decode() that also counts the unknown keys it stepped over. */
#ifndef XKI_MESSAGES_RESPONSE_DECODE_H
#define XKI_MESSAGES_RESPONSE_DECODE_H

#include <xk/message.h>

enum xk_status xki_response_decode(const uint8_t *data, size_t size, struct xk_get_keys_response *message,
                                   struct xk_session_result *sessions, size_t session_capacity, size_t *extensions,
                                   struct xk_diag *diag);

#endif
