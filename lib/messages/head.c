/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages/head.h"

#include <string.h>

#include "messages/cbor_read.h"

static void learn(struct xki_head *head, const uint8_t *message, size_t size)
{
    struct xki_reader r = {message, size, 0, NULL};
    struct xki_envelope envelope;
    memcpy(head->octets, message, sizeof head->octets);
    (void)xki_read_envelope(&r, &head->keys, &envelope);
}

/* Both messages are the same each time, keep every rule and fit: nothing here can be refused. */
void xki_head_learn(struct xki_head *get_keys, struct xki_head *response)
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
    (void)!xk_get_keys_encode(&ask, out, sizeof out, &size, NULL);
    learn(get_keys, out, size);
    (void)!xk_get_keys_response_encode(&answer, out, sizeof out, &size, NULL);
    learn(response, out, size);
}
