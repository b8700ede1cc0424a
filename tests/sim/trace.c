/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace of a run: a hash that tells two runs apart, and for a single seed every event in words. */
#include "sim/world.h"

#include <stdarg.h>
#include <stdio.h>

void note(struct world *w, uint64_t what)
{
    w->trace = (w->trace ^ (what + w->now * 31)) * UINT64_C(1099511628211);
}

void tell(const struct world *w, const char *format, ...)
{
    if (!w->tracing) {
        return;
    }
    va_list arguments;
    uint64_t depth = w->current == NULL ? 0 : w->current->about_count;
    printf("%8llu %*s", (unsigned long long)world_clock(w), (int)(2 * depth), "");
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}
