/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Lets a whole scenario happen: the clock goes from deadline to deadline, answers of the fake KMS arrive when they
 * are due, the code under test is ticked, until nothing is left to happen.
 *
 * @code
 * struct xk_test_subject subject = xk_test_subject_of(requester);
 * if (xk_test_run(&clock, kms, &subject, XK_NEVER, 1000, 0) != XK_TEST_RUN_IDLE) fail();
 * @endcode
 */
#ifndef XK_TEST_RUN_H
#define XK_TEST_RUN_H

#include <stddef.h>
#include <stdint.h>

#include <xk/export.h>
#include <xk_test/clock.h>
#include <xk_test/kms.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why a run ended. */
enum xk_test_run_end {
    XK_TEST_RUN_IDLE = 1,   /**< no answer is on its way, and nothing waits for time */
    XK_TEST_RUN_TIME = 2,   /**< the clock has reached the limit; something is due later */
    XK_TEST_RUN_STEPS = 3,  /**< the steps were used up: something happens over and over */
    XK_TEST_RUN_STOPPED = 4 /**< the subject's tick or the delivery answered another status than #XK_OK */
};

/**
 * Let happen what is due, until nothing is, the time is over or the steps are used up.
 *
 * One step: the clock goes to what is due next, answers that are due are delivered, then the subject is ticked. So an
 * answer that comes at the very millisecond of a deadline comes in time.
 *
 * @param clock moved forward, never back
 * @param kms the fake KMS; NULL to let only time pass
 * @param subject borrowed; its `tick` and `next_deadline` are mandatory, with a KMS `receive` too
 * @param until_ms the clock goes no further; #XK_NEVER for no limit
 * @param max_steps most steps to take; bounds a host that refuses an outcome for ever
 * @param[out] steps how many were taken; may be NULL
 * @retval XK_TEST_RUN_IDLE    nothing is left to happen
 * @retval XK_TEST_RUN_TIME    the clock stands at `until_ms`, or stands still where it was later already
 * @retval XK_TEST_RUN_STEPS   `max_steps` were taken
 * @retval XK_TEST_RUN_STOPPED a tick or delivery failed, or a mandatory pointer is NULL
 *
 * On failure the clock stays where it came to. May call every callback of the subject. One thread at a time, not from
 * inside a callback. Cost: one pass over the packets and one tick a step.
 */
XK_API enum xk_test_run_end xk_test_run(struct xk_test_clock *clock, struct xk_test_kms *kms,
                                        const struct xk_test_subject *subject, uint64_t until_ms, size_t max_steps,
                                        size_t *steps);

#ifdef __cplusplus
}
#endif
#endif
