/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges that the vector set has not: unanswered, with many Crypto Sessions, with a CSB update. */
#ifndef XK_TEST_EXCHANGE_H
#define XK_TEST_EXCHANGE_H

#include <xk/message.h>

struct exchange_octets {
    uint8_t init[1024];
    uint8_t resp[4096];
    uint8_t update_init[1024];
    uint8_t update_resp[1024];
    struct xk_get_keys message; /* without id and identity: for the test to choose */
};

/*
 * The ticket of the vector set, without key forking: alice calls bob. INIT offers Crypto Session 1; RESP has those from
 * 1 to `sessions`, and with none there is no RESP; the update has 1 and 2. MACs are zeros: who checks them is the host.
 */
void exchange_build(struct exchange_octets *exchange, unsigned int sessions, bool update);

#endif
