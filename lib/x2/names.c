/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for metrics. */
#include <xk/x2_stream.h>

#include "support/metrics.h"

bool xk_x2_stream_next_counter(const struct xk_x2_stream_counters *counters, size_t *position,
                               const char **name, uint64_t *value)
{
#define ROW(member) XKI_METRIC(xk_x2_stream_counters, member)
    static const struct xki_metric rows[] = {
        ROW(octets), ROW(pdus), ROW(keep_alives), ROW(answers), ROW(deviating), ROW(gaps), ROW(missing),
        ROW(repeated), ROW(restarted), ROW(absent), ROW(too_large), ROW(forgotten), ROW(cut),
    };
#undef ROW
    return xki_next_metric(counters, rows, sizeof rows / sizeof rows[0], position, name, value);
}
