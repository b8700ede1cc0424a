/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A clock of milliseconds that stands still until the test moves it.
 *
 * Its time is the `now_ms` that the engines of libxk take. To see what a step back does, assign a smaller value.
 */
#ifndef XK_TEST_CLOCK_H
#define XK_TEST_CLOCK_H

#include <stdint.h>

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A clock. The test may read and set it at any time. */
struct xk_test_clock {
    uint64_t now_ms; /**< milliseconds; 0 is as good a start as any */
};

/**
 * Let time pass, and nothing else happen: what is due is left to xk_test_run() or to the code under test.
 *
 * @param clock owned by the caller
 * @param ms how far; the clock stops at UINT64_MAX - 1, since UINT64_MAX is "never"
 *
 * Cannot fail. Calls no callback. One clock, one thread at a time. Cost: constant.
 */
XK_API void xk_test_clock_advance(struct xk_test_clock *clock, uint64_t ms);

#ifdef __cplusplus
}
#endif
#endif
