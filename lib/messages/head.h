/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The octets before the transaction id (map head, version, type, key and head of the id) are the same in nearly every
 * message of a kind. An engine has libcbor write and read them once, when it is created, and then copies them, or
 * compares: a message that begins otherwise is read item by item.
 */
#ifndef XKI_MESSAGES_HEAD_H
#define XKI_MESSAGES_HEAD_H

#include <xk/message.h>

#include "messages/cbor_read.h"
#include "messages/layout.h"

struct xki_head {
    uint8_t octets[XKI_ID_OFFSET];
    struct xki_keys keys; /* of the message's map, as they are once the id has been read */
};

/* Of a get_keys without optional fields, and of a response with sessions or a failure. */
void xki_head_learn(struct xki_head *get_keys, struct xki_head *response);

/* xk_get_keys_encode(), with the usual head at hand. */
enum xk_status xki_get_keys_encode(const struct xk_get_keys *message, const struct xki_head *usual, uint8_t *out,
                                   size_t capacity, size_t *size, struct xk_diag *diag);

#endif
