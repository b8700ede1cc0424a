/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/peek.h"

#include <string.h>

#include "messages/cbor_read.h"
#include "support/diag.h"

enum xk_status xk_message_peek(const uint8_t *data, size_t size, enum xk_message_type *type,
                               struct xk_transaction_id *id, struct xk_diag *diag)
{
    if (data == NULL || type == NULL || id == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_reader r = {data, size, 0, diag};
    struct xki_keys keys;
    struct xki_envelope envelope;
    enum xk_status status = xki_read_envelope(&r, &keys, &envelope);
    if (status == XK_OK) {
        *type = (enum xk_message_type)envelope.type;
        memcpy(id->octets, envelope.transaction.data, sizeof id->octets);
    }
    return status;
}

const char *xk_message_type_name(enum xk_message_type type)
{
    switch (type) {
    case XK_MESSAGE_GET_KEYS:
        return "get_keys";
    case XK_MESSAGE_GET_KEYS_RESPONSE:
        return "get_keys_response";
    }
    return "?";
}

bool xki_message_peek_newer(const uint8_t *data, size_t size, enum xk_message_type *type, struct xk_transaction_id *id)
{
    struct xki_reader r = {data, size, 0, NULL};
    struct xki_keys keys;
    struct xki_envelope envelope;
    if (xki_read_newer_envelope(&r, &keys, &envelope) != XK_OK) {
        return false;
    }
    *type = (enum xk_message_type)envelope.type;
    memcpy(id->octets, envelope.transaction.data, sizeof id->octets);
    return true;
}
