/* SPDX-License-Identifier: BSD-2-Clause */
/* The percentiles of the histogram beside those of the sorted values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "load/histogram.h"

#define VALUES 20000

static struct histogram histogram;

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The smallest value that `percent` of all are not above. */
static uint64_t exact(const uint64_t *sorted, size_t count, double percent)
{
    size_t place = 0;
    while ((double)(place + 1) < (double)count * percent / 100) {
        place++;
    }
    return sorted[place];
}

static void percentiles_are_within_their_bound(void **state)
{
    (void)state;
    static uint64_t values[VALUES];
    static const double percents[] = {0, 1, 50, 90, 99, 99.9, 99.99, 100};
    uint64_t random = 88172645463325252;
    memset(&histogram, 0, sizeof histogram);
    for (size_t i = 0; i < VALUES; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        values[i] = random >> 30 >> random % 34; /* every magnitude, up to 2^34 */
        histogram_record(&histogram, values[i]);
    }
    qsort(values, VALUES, sizeof values[0], compare);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        uint64_t wanted = exact(values, VALUES, percents[i]);
        uint64_t got = histogram_percentile(&histogram, percents[i]);
        assert_true(got >= wanted);
        assert_true(got - wanted <= wanted / 128);
    }
    assert_int_equal(histogram.count, VALUES);
    assert_int_equal(histogram_percentile(&histogram, 100), values[VALUES - 1]);
}

static void small_values_and_the_edges_of_buckets_are_exact(void **state)
{
    (void)state;
    static const uint64_t edges[] = {0, 1, 127, 128, 255, 256, 257, 511, 512, HISTOGRAM_VALUE_MAX};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        memset(&histogram, 0, sizeof histogram);
        histogram_record(&histogram, edges[i]);
        assert_int_equal(histogram_percentile(&histogram, 50), edges[i]);
        histogram_record(&histogram, HISTOGRAM_VALUE_MAX); /* so that the maximum does not help */
        uint64_t got = histogram_percentile(&histogram, 50);
        assert_true(got >= edges[i] && got - edges[i] <= edges[i] / 128);
    }
}

static void nothing_and_too_much_are_borne(void **state)
{
    (void)state;
    memset(&histogram, 0, sizeof histogram);
    assert_int_equal(histogram_percentile(&histogram, 99), 0);
    histogram_record(&histogram, UINT64_MAX);
    assert_int_equal(histogram_percentile(&histogram, 99), HISTOGRAM_VALUE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_within_their_bound),
        cmocka_unit_test(small_values_and_the_edges_of_buckets_are_exact),
        cmocka_unit_test(nothing_and_too_much_are_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
