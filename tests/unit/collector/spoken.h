/* SPDX-License-Identifier: BSD-2-Clause */
/* One collector behind a tap, spoken to line by line: what several programs begin with. */
#ifndef UNIT_COLLECTOR_SPOKEN_H
#define UNIT_COLLECTOR_SPOKEN_H

#include "unit/collector/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct tap tap;

static inline void say(const struct script_line *line)
{
    assert_int_equal(tap_give(&tap, script_sip(line), (line->flags & SCRIPT_UNTRUSTED) == 0, 0), XK_OK);
}

static inline void start(const char *identity)
{
    tap_start(&tap, identity);
    tap_create(&tap);
}

static inline struct xk_collector_counters counters(void)
{
    struct xk_collector_counters c;
    xk_collector_read_counters(tap.collector, &c);
    return c;
}

static inline struct xk_collector_usage usage(void)
{
    struct xk_collector_usage u;
    xk_collector_read_usage(tap.collector, &u);
    return u;
}

#endif
