/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of the exchange's room: which message is at fault, and the checks of two that belong together. */
#ifndef XKI_EXCHANGE_H
#define XKI_EXCHANGE_H

#include <xk/exchange.h>

enum xki_ex_part { XKI_EX_INIT = 0, XKI_EX_RESP = 1, XKI_EX_UPDATE_INIT = 2, XKI_EX_UPDATE_RESP = 3 };

/* The constant "INIT: IDR" for "IDR", and so on; for a field that is not in the table the name of the message. */
const char *xki_ex_field(enum xki_ex_part part, const char *field);

/* xki_fail() with the field of one part. */
enum xk_status xki_ex_fail(struct xk_diag *diag, enum xk_status status, enum xki_ex_part part, size_t offset,
                           const char *field);

/* xk_exchange_parse(), straight into the caller's structure: what it holds on failure means nothing. */
enum xk_status xki_ex_parse(const struct xk_get_keys *message, struct xk_exchange *exchange, struct xk_diag *diag);

/* The message whose Crypto Sessions are wanted; it may still have none. */
const struct xk_mikey_message *xki_ex_last_word(const struct xk_exchange *exchange);

/* Each takes an exchange whose messages are parsed, drops what has no place in it, and adds what is to be told. */
enum xk_status xki_ex_check_first(struct xk_exchange *exchange, struct xk_diag *diag);
enum xk_status xki_ex_check_update(struct xk_exchange *exchange, struct xk_diag *diag);

#endif
