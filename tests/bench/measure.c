/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/measure.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sorted(const struct series *series, double *out)
{
    memcpy(out, series->values, series->count * sizeof *out);
    qsort(out, series->count, sizeof *out, compare);
}

void series_add(struct series *series, double value)
{
    if (series->count < REPETITIONS) {
        series->values[series->count++] = value;
    }
}

double series_median(const struct series *series)
{
    double values[REPETITIONS];
    sorted(series, values);
    return series->count == 0 ? 0 : values[series->count / 2];
}

double series_spread(const struct series *series)
{
    double values[REPETITIONS];
    sorted(series, values);
    if (series->count < 4 || values[series->count / 2] <= 0) {
        return 0;
    }
    return (values[series->count * 3 / 4] - values[series->count / 4]) / 2 / values[series->count / 2];
}

double series_ratio(const struct series *of, const struct series *to)
{
    struct series ratios = {.count = 0};
    for (size_t i = 0; i < of->count && i < to->count; i++) {
        series_add(&ratios, of->values[i] / to->values[i]);
    }
    return series_median(&ratios);
}
