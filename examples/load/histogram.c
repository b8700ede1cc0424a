/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/histogram.h"

/* The first 256 buckets hold one value each; from there on 128 buckets hold each doubling. */
static size_t bucket_of(uint64_t value)
{
    unsigned int shift = 0;
    while (value >> shift >= 256) {
        shift++;
    }
    return shift == 0 ? (size_t)value : 256 + (shift - 1) * 128 + (size_t)(value >> shift) - 128;
}

static uint64_t largest_in(size_t bucket)
{
    if (bucket < 256) {
        return bucket;
    }
    size_t shift = (bucket - 256) / 128 + 1;
    return (((uint64_t)(bucket - 256) % 128 + 129) << shift) - 1;
}

void histogram_record(struct histogram *histogram, uint64_t value)
{
    if (value > HISTOGRAM_VALUE_MAX) {
        value = HISTOGRAM_VALUE_MAX;
    }
    histogram->buckets[bucket_of(value)]++;
    histogram->count++;
    histogram->max = value > histogram->max ? value : histogram->max;
}

uint64_t histogram_percentile(const struct histogram *histogram, double percent)
{
    double wanted = (double)histogram->count * percent / 100;
    uint64_t seen = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen > 0 && (double)seen >= wanted) {
            uint64_t value = largest_in(i);
            return value < histogram->max ? value : histogram->max;
        }
    }
    return histogram->max;
}
