/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for metrics. */
#include <xk/x2_stream.h>

bool xk_x2_stream_next_counter(const struct xk_x2_stream_counters *counters, size_t *position,
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
        ROW(octets), ROW(pdus), ROW(keep_alives), ROW(answers), ROW(deviating), ROW(gaps), ROW(missing),
        ROW(repeated), ROW(restarted), ROW(absent), ROW(too_large), ROW(forgotten), ROW(cut),
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
