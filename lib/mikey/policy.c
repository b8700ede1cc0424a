/* SPDX-License-Identifier: BSD-2-Clause */
/* Security policies and their parameters (RFC 3830 6.10). */
#include <xk/mikey_ticket.h>

#include "mikey/parse.h"

bool xki_mikey_find_policy(struct xki_chain chain, uint8_t number, struct xk_mikey_policy *policy)
{
    struct xk_mikey_payload payload;
    while (xki_mikey_next(&chain, &payload) == XK_OK && payload.type != XK_MIKEY_LAST) {
        if (payload.type == XK_MIKEY_SP && payload.whole.data[1] == number) {
            policy->number = number;
            policy->protocol = payload.whole.data[2];
            policy->parameters.data = payload.whole.data + 5;
            policy->parameters.size = payload.whole.size - 5;
            return true;
        }
    }
    return false;
}

bool xk_mikey_find_policy(const struct xk_mikey_message *message, uint8_t number, struct xk_mikey_policy *policy)
{
    if (message == NULL || policy == NULL) {
        return false;
    }
    return xki_mikey_find_policy(xki_mikey_chain_of(message), number, policy);
}

bool xk_mikey_policy_parameter(const struct xk_mikey_policy *policy, uint8_t type, uint32_t *value)
{
    if (policy == NULL || value == NULL) {
        return false;
    }
    struct xki_cursor c = {policy->parameters.data, policy->parameters.size, 0, false};
    while (c.at < c.size) {
        uint32_t found = xki_take_number(&c, 1);
        uint32_t size = xki_take_number(&c, 1);
        if (found == type && size >= 1 && size <= 4) {
            struct xk_bytes octets = xki_take(&c, size);
            uint32_t number = 0;
            for (size_t i = 0; i < octets.size; i++) {
                number = number << 8 | octets.data[i];
            }
            if (c.past_end) {
                return false;
            }
            *value = number;
            return true;
        }
        (void)xki_take(&c, size);
        if (c.past_end || found == type) {
            return false;
        }
    }
    return false;
}
