/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Deterministic randomness: one seed, one sequence, on every machine. For tests only: who knows the seed knows all.
 *
 * @code
 * xk_test_random_init(&my_test.random, 42);
 * xk_test_random_fail(&my_test.random, 2, 1);   // the second call from now on fails, the third works again
 *
 * static bool fill_random(uint8_t *out, size_t size, void *user)   // the engine's `random` callback
 * {
 *     struct my_test *t = user;
 *     return xk_test_random_fill(out, size, &t->random);
 * }
 * @endcode
 */
#ifndef XK_TEST_RANDOM_H
#define XK_TEST_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A source. Filled by xk_test_random_init(); a copy goes on from where the original was. */
struct xk_test_random {
    uint64_t state;    /**< private */
    uint64_t calls;    /**< calls of xk_test_random_fill() so far, failed ones included */
    uint64_t fail_at;  /**< private: number of the first call that fails, counted from 1; 0: none */
    uint64_t fail_for; /**< private: how many calls fail */
};

/**
 * Start a sequence.
 *
 * @param[out] random owned by the caller
 * @param seed any value; another one gives another sequence
 *
 * Cannot fail. Calls no callback. Any thread. Cost: constant.
 */
XK_API void xk_test_random_init(struct xk_test_random *random, uint64_t seed);

/**
 * Fill octets: the `random` callback of xk_requester_create() and xk_responder_create().
 *
 * An engine hands one `user` to all its callbacks: where that is more than the source, call this from a callback of
 * your own.
 *
 * @param[out] out receives `size` octets; untouched when the call is one that fails
 * @param size octets wanted
 * @param random the struct xk_test_random, as the engine's `user`
 * @retval true  filled
 * @retval false xk_test_random_fail() said so, or a pointer is NULL
 *
 * On failure the sequence stands still. Calls no callback. One source, one thread at a time. Cost: one pass over the
 * octets.
 */
XK_API bool xk_test_random_fill(uint8_t *out, size_t size, void *random);

/**
 * Draw a number, for tests that choose at random and must be repeatable.
 *
 * @param random the source
 * @param bound 1 or more
 * @retval number 0 to `bound` - 1; 0 if `bound` is 0
 *
 * Cannot fail: never counted nor made to fail by xk_test_random_fail(). Calls no callback. One source, one thread at
 * a time. Cost: constant.
 */
XK_API uint32_t xk_test_random_below(struct xk_test_random *random, uint32_t bound);

/**
 * Let calls of xk_test_random_fill() fail.
 *
 * @param random the source
 * @param nth 1 for the next call, 2 for the one after it, and so on; 0: no call fails any more
 * @param count how many calls fail from there on; UINT64_MAX for all
 *
 * Cannot fail. Calls no callback. One source, one thread at a time. Cost: constant. A second call takes the place of
 * the first.
 */
XK_API void xk_test_random_fail(struct xk_test_random *random, uint64_t nth, uint64_t count);

#ifdef __cplusplus
}
#endif
#endif
