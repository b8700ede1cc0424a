/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two octets of length, TRANSFER_INIT, TRANSFER_RESP: the reference KMS. MACs would stop a fuzzer, so an opener hands
 * out the message's own KEMAC as the ticket's content; a MAC that fits all the same is then a finding.
 */
#include <xk_kms/kms.h>

#include "fuzz.h"

static bool ticket_key(const struct xk_mikey_ticket *ticket, struct xk_bytes psk, unsigned int generation,
                       uint8_t *key, size_t *size, void *user)
{
    (void)ticket;
    (void)psk;
    (void)user;
    memset(key, (int)generation, 16);
    *size = 16;
    return generation < 2;
}

static enum xk_failure open_ticket(const struct xk_mikey_ticket *ticket, struct xk_kms_opened_ticket *opened,
                                   void *user)
{
    (void)user;
    size_t size = ticket->ticket_data.size < sizeof opened->content ? ticket->ticket_data.size : sizeof opened->content;
    memcpy(opened->content, ticket->ticket_data.data, size);
    opened->size = size;
    opened->rand_size = 16;
    return XK_FAILURE_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct xk_exchange exchange;
    static struct xk_session_result sessions[XK_CRYPTO_SESSIONS_MAX];
    static uint8_t space[XK_CRYPTO_SESSIONS_MAX * (XK_SESSION_KEY_MAX + XK_SALT_MAX)];
    static const uint8_t cs_ids[] = {1, 2, 3};
    const struct xk_kms_callbacks callbacks = {.ticket_key = ticket_key, .open_ticket = open_ticket};
    struct xk_kms kms;
    struct xk_get_keys message;
    struct xk_query query;
    struct xk_answer answer;
    size_t init = size < 2 ? 0 : (size_t)data[0] << 8 | data[1];
    if (size < 2 || init > size - 2) {
        return 0;
    }
    memset(&message, 0, sizeof message);
    memset(&query, 0, sizeof query);
    memset(&answer, 0, sizeof answer);
    message.transfer_init = (struct xk_bytes){data + 2, init};
    if (init < size - 2) {
        message.transfer_resp = (struct xk_bytes){data + 2 + init, size - 2 - init};
    }
    if (xk_exchange_parse(&message, &exchange, NULL) != XK_OK) {
        return 0;
    }
    xk_kms_init(&kms, &callbacks, NULL);
    query.exchange = &exchange;
    query.cs_ids = cs_ids;
    query.cs_count = 3;
    answer.sessions = sessions;
    answer.key_space = space;
    answer.key_space_size = sizeof space;
    REQUIRE(xk_kms_resolve(&kms, &query, &answer) == XK_ANSWER_NOW);
    REQUIRE((answer.failure == XK_FAILURE_NONE) == (answer.session_count > 0));
    return 0;
}
