/* SPDX-License-Identifier: BSD-2-Clause */
/* Which Crypto Sessions an exchange is about, and which of its messages has the last word on each. */
#include "exchange/exchange.h"

#include "support/set256.h"

size_t xk_exchange_messages(const struct xk_exchange *exchange, const struct xk_mikey_message *messages[4])
{
    if (exchange == NULL || messages == NULL) {
        return 0;
    }
    size_t count = 0;
    if (exchange->has_update_resp) {
        messages[count++] = &exchange->update_resp;
    }
    if (exchange->has_update) {
        messages[count++] = &exchange->update_init;
    }
    if (exchange->has_resp) {
        messages[count++] = &exchange->resp;
    }
    messages[count++] = &exchange->init;
    return count;
}

const struct xk_mikey_message *xki_ex_last_word(const struct xk_exchange *e)
{
    const struct xk_mikey_message *update = e->has_update_resp ? &e->update_resp : &e->update_init;
    if (e->has_update && update->header.map.size > 0) {
        return update;
    }
    return e->has_resp ? &e->resp : &e->init;
}

size_t xk_exchange_sessions(const struct xk_exchange *exchange, uint8_t *cs_ids)
{
    struct xki_set256 set = {{0}};
    struct xk_mikey_crypto_session session;
    size_t position = 0;
    size_t count = 0;
    if (exchange == NULL || cs_ids == NULL) {
        return 0;
    }
    while (xk_mikey_next_crypto_session(xki_ex_last_word(exchange), &position, &session)) {
        (void)xki_set256_add(&set, session.cs_id);
    }
    for (unsigned int id = xki_set256_next(&set, 0); id < 256; id = xki_set256_next(&set, id + 1)) {
        cs_ids[count++] = (uint8_t)id;
    }
    return count;
}

bool xk_exchange_find_session(const struct xk_exchange *exchange, uint8_t cs_id,
                              struct xk_mikey_crypto_session *session)
{
    const struct xk_mikey_message *messages[4];
    struct xk_mikey_crypto_session entry;
    if (session == NULL) {
        return false;
    }
    size_t count = xk_exchange_messages(exchange, messages);
    for (size_t i = 0; i < count; i++) {
        size_t position = 0;
        while (xk_mikey_next_crypto_session(messages[i], &position, &entry)) {
            if (entry.cs_id == cs_id) {
                *session = entry;
                return true;
            }
        }
    }
    return false;
}
