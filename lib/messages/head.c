/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/head.h"

#include <string.h>

#include "messages/cbor_read.h"

static bool learn(struct xki_head *head, const uint8_t *message, size_t size)
{
    struct xki_reader r = {message, size, 0, NULL};
    struct xki_envelope envelope;
    memcpy(head->octets, message, sizeof head->octets);
    return xki_read_envelope(&r, &head->keys, &envelope) == XK_OK && r.at == XKI_ID_OFFSET + XK_TRANSACTION_ID_SIZE;
}

bool xki_head_learn(struct xki_head *get_keys, struct xki_head *response)
{
    static const uint8_t octet = 1;
    uint8_t out[64];
    size_t size = 0;
    struct xk_get_keys ask;
    struct xk_get_keys_response answer;
    memset(&ask, 0, sizeof ask);
    memset(&answer, 0, sizeof answer);
    ask.public_kms_identity = xk_text("a");
    ask.transfer_init = (struct xk_bytes){&octet, 1};
    ask.transfer_resp = ask.transfer_init;
    answer.failure = XK_FAILURE_GENERIC;
    if (xk_get_keys_encode(&ask, out, sizeof out, &size, NULL) != XK_OK || !learn(get_keys, out, size)) {
        return false;
    }
    return xk_get_keys_response_encode(&answer, out, sizeof out, &size, NULL) == XK_OK && learn(response, out, size);
}
