/* SPDX-License-Identifier: BSD-2-Clause */
/* Repetitions, medians, spread. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#define REPETITIONS 15

struct series {
    double values[REPETITIONS];
    size_t count;
};

void series_add(struct series *series, double value);
double series_median(const struct series *series);
/* Half the distance between the quartiles, as a share of the median. */
double series_spread(const struct series *series);
/* Median of the ratios of repetitions that ran side by side. */
double series_ratio(const struct series *of, const struct series *to);

#endif
