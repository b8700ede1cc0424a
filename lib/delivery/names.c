/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for metrics. */
#include <xk/delivery.h>

#include "support/metrics.h"

bool xk_delivery_next_counter(const struct xk_delivery_counters *counters, size_t *position,
                              const char **name, uint64_t *value)
{
#define ROW(member) XKI_METRIC(xk_delivery_counters, member)
    static const struct xki_metric rows[] = {
        ROW(put), ROW(delivered), ROW(holes), ROW(refused_full), ROW(sent), ROW(repeated), ROW(octets_out),
        ROW(octets_in), ROW(connections), ROW(connect_failed), ROW(closed), ROW(keep_alives), ROW(requests),
        ROW(negotiations), ROW(checks), ROW(unexpected), ROW(clock_back),
    };
#undef ROW
    return xki_next_metric(counters, rows, sizeof rows / sizeof rows[0], position, name, value);
}
