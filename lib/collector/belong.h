/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XKI_COLLECTOR_BELONG_H
#define XKI_COLLECTOR_BELONG_H

#include "collector/store.h"

#include <xk/message.h>

/* The messages of one exchange; those that it has not are NULL. */
struct xki_co_messages {
    const struct xki_co_item *init;
    const struct xki_co_item *resp;
    const struct xki_co_item *update;
    const struct xki_co_item *update_resp;
};

/* As a get_keys carries them; views into the scratch. */
struct xk_get_keys xki_co_get_keys(struct xk_collector *c, const struct xki_co_messages *messages);

/* Are they an exchange (exchange.h)? Those that it has not are NULL. */
bool xki_co_belong(struct xk_collector *c, const struct xki_co_item *init, const struct xki_co_item *resp,
                   const struct xki_co_item *update, const struct xki_co_item *update_resp);

#endif
