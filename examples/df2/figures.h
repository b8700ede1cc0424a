/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What xk-df2 tells of itself in figures: the engines' counters, how full they are, and of each KMS how long it takes
 * to answer, what is under way there and for how long. It learns the last from what the requester tells its observer.
 */
#ifndef DF2_FIGURES_H
#define DF2_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include <xk/requester.h>

#include "support/metrics.h"

struct df2;

/** Requests whose sending is remembered at a time; of more than that the latency is not known. */
#define FIGURES_ASKED 4096
/** Bounds of the histogram, and one more for what is longer. */
#define FIGURES_BOUNDS 10

/** Of one KMS. */
struct kms_figures {
    uint64_t sent;
    uint64_t refused; /* sends that the connection did not take */
    uint64_t answers; /* that decided a request */
    uint64_t sum_ms;
    uint64_t within[FIGURES_BOUNDS + 1]; /* not cumulated */
    uint64_t losses;
};

/** A get_keys that waits for its answer. */
struct asked {
    uint64_t request; /* 0: a free place */
    uint32_t kms;
    uint64_t sent_ms;
};

/** All zero at first. */
struct figures {
    struct kms_figures of[XK_KMS_MAX];
    struct asked asked[FIGURES_ASKED];
};

/** An observation of the requester's. */
void figures_observe(struct figures *figures, const struct xk_observation *observation, bool answered);
/** Adds all of them; `owner` is the struct df2. */
void figures_fill(struct metrics *metrics, void *owner);

#endif
