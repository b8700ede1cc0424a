/* SPDX-License-Identifier: BSD-2-Clause */
/* Two octets of length, TRANSFER_INIT, TRANSFER_RESP: parsing, the ticket inside, the relation check. */
#include <xk/mikey_ticket.h>
#include <xk/relation.h>

#include "fuzz.h"

static void walk(const struct xk_mikey_message *m)
{
    struct xk_mikey_payload payload;
    struct xk_mikey_crypto_session session;
    struct xk_mikey_identity identity;
    struct xk_mikey_ticket_data ticket;
    struct xk_mikey_initiator_data initiator;
    struct xk_mikey_key_data key;
    struct xk_mikey_policy policy;
    uint32_t value;
    size_t position = 0;
    size_t total = m->payloads_offset;
    memset(&payload, 0, sizeof payload);
    while (xk_mikey_next_payload(m, &payload)) {
        total += payload.whole.size;
    }
    REQUIRE(total == m->whole.size);
    while (xk_mikey_next_crypto_session(m, &position, &session)) {
        if (session.policies.size > 0 && xk_mikey_find_policy(m, session.policies.data[0], &policy)) {
            (void)xk_mikey_policy_parameter(&policy, 1, &value);
        }
    }
    for (position = 0; xk_mikey_ticket_next_responder(&m->ticket, &position, &identity);) {
        REQUIRE(identity.data.size > 0);
    }
    if (m->ticket.whole.data != NULL) {
        (void)!xk_mikey_read_ticket_data(&m->ticket, &ticket, NULL);
        (void)!xk_mikey_read_initiator_data(&m->ticket, &initiator, NULL);
    }
    for (position = 0; m->kemac.encrypted.data != NULL &&
                       xk_mikey_next_key_data(m->kemac.encrypted, &position, &key) == XK_OK;) {
        REQUIRE(key.key.size > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xk_mikey_message m;
    struct xk_get_keys message;
    static struct xk_exchange exchange;
    struct xk_relation relation;
    if (xk_mikey_parse(data, size, &m, NULL) == XK_OK) {
        walk(&m);
    }
    if (size < 2) {
        return 0;
    }
    size_t init = (size_t)data[0] << 8 | data[1];
    if (init > size - 2) {
        return 0;
    }
    memset(&message, 0, sizeof message);
    message.transfer_init = (struct xk_bytes){data + 2, init};
    message.transfer_resp = (struct xk_bytes){data + 2 + init, size - 2 - init};
    if (xk_exchange_parse(&message, &exchange, NULL) == XK_OK) {
        walk(&exchange.init);
        walk(&exchange.resp);
        REQUIRE(xk_relation_check(&exchange, xk_text("sip:bob@example.com"), NULL, &relation, NULL) == XK_OK);
        REQUIRE((relation.failure == XK_FAILURE_NONE) == (relation.role != XK_ROLE_NONE));
    }
    return 0;
}
