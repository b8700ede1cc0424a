/* SPDX-License-Identifier: BSD-2-Clause */
#include "ue/exchange.h"

#include <time.h>

#include "support/support.h"

void make_exchange(const struct xk_test_exchange_config *config, struct xk_test_exchange *exchange)
{
    struct xk_test_exchange_config now = *config;
    struct xk_diag diag;
    now.now = (uint64_t)time(NULL);
    now.random = fill_random;
    enum xk_status status = xk_test_exchange_make(&now, exchange, &diag);
    if (status != XK_OK) {
        die("the exchange: %s (%s)", xk_status_text(status), diag.field);
    }
}
