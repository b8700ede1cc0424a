/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of a structure, one after the other, with the names of its members. */
#ifndef XKI_METRICS_H
#define XKI_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xki_metric {
    const char *name;
    size_t offset; /* of a uint64_t */
};

#define XKI_METRIC(structure, member) {#member, offsetof(struct structure, member)}

/* What the public calls named next_counter do: the row at `*position`, which moves on. */
bool xki_next_metric(const void *counters, const struct xki_metric *rows, size_t count, size_t *position,
                     const char **name, uint64_t *value);

#endif
