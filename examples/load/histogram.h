/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Latencies counted in buckets whose width grows with the value, as HdrHistogram does it: fixed memory, any number of
 * values, and each percentile within 1/128 of the true one.
 */
#ifndef LOAD_HISTOGRAM_H
#define LOAD_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_VALUE_MAX ((UINT64_C(1) << 40) - 1) /**< what is larger counts as this */
#define HISTOGRAM_BUCKETS (256 + 32 * 128)

/** Caller-owned, all zero before first use. */
struct histogram {
    uint64_t buckets[HISTOGRAM_BUCKETS];
    uint64_t count;
    uint64_t max;
};

/** Counts one value. */
void histogram_record(struct histogram *histogram, uint64_t value);
/** The value that `percent` of all are not above, 0 to 100; never below the true one, and 0 without any value. */
uint64_t histogram_percentile(const struct histogram *histogram, double percent);

#endif
