/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for metrics. */
#include <xk/delivery.h>

bool xk_delivery_next_counter(const struct xk_delivery_counters *counters, size_t *position,
                              const char **name, uint64_t *value)
{
    if (counters == NULL || position == NULL || name == NULL || value == NULL) {
        return false;
    }
#define ROW(member) {#member, counters->member}
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        ROW(put), ROW(delivered), ROW(holes), ROW(refused_full), ROW(sent), ROW(repeated), ROW(octets_out),
        ROW(octets_in), ROW(connections), ROW(connect_failed), ROW(closed), ROW(keep_alives), ROW(requests),
        ROW(negotiations), ROW(checks), ROW(unexpected), ROW(clock_back),
    };
#undef ROW
    if (*position >= sizeof rows / sizeof rows[0]) {
        return false;
    }
    *name = rows[*position].name;
    *value = rows[*position].value;
    (*position)++;
    return true;
}
