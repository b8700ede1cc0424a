/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/metrics.h"

#include <string.h>

bool xki_next_metric(const void *counters, const struct xki_metric *rows, size_t count, size_t *position,
                     const char **name, uint64_t *value)
{
    if (counters == NULL || position == NULL || name == NULL || value == NULL || *position >= count) {
        return false;
    }
    const struct xki_metric *row = &rows[(*position)++];
    *name = row->name;
    memcpy(value, (const uint8_t *)counters + row->offset, sizeof *value);
    return true;
}
