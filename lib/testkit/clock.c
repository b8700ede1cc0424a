/* SPDX-License-Identifier: BSD-2-Clause */
#include <xk_test/clock.h>

#include <stddef.h>

#define LATEST (UINT64_MAX - 1)

void xk_test_clock_advance(struct xk_test_clock *clock, uint64_t ms)
{
    if (clock != NULL && clock->now_ms < LATEST) {
        clock->now_ms = ms < LATEST - clock->now_ms ? clock->now_ms + ms : LATEST;
    }
}
