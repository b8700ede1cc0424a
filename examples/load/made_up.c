/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "ue/exchange.h"

size_t questions_made_up(size_t count, const char *key_file, struct question **questions)
{
    static struct xk_test_exchange exchange;
    struct xk_test_exchange_config config;
    uint8_t ticket_key[XK_KMS_KEY_MAX];
    xk_test_exchange_config_init(&config);
    *questions = calloc(count, sizeof **questions);
    if (*questions == NULL) {
        die("no memory");
    }
    config.ticket_key = (struct xk_bytes){ticket_key, read_key(key_file, ticket_key, sizeof ticket_key)};
    config.dialled = "sip:callee@example.com";
    for (size_t i = 0; i < count; i++) {
        struct question *question = &(*questions)[i];
        snprintf(question->identity, sizeof question->identity, "sip:caller-%zu@example.com", i);
        config.caller = question->identity;
        make_exchange(&config, &exchange);
        memcpy(question->init, exchange.init, exchange.init_size);
        question->init_size = exchange.init_size;
        memcpy(question->resp, exchange.resp, exchange.resp_size);
        question->resp_size = exchange.resp_size;
    }
    OPENSSL_cleanse(&exchange, sizeof exchange);
    OPENSSL_cleanse(ticket_key, sizeof ticket_key);
    return count;
}
