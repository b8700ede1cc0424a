/* SPDX-License-Identifier: BSD-2-Clause */
/* What is measured, and how it is told. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdio.h>

#include "bench/measure.h"

#define CONTENDERS 4 /* libxk, obvious, careful, floor */

/* ns a request in each step of the cycle. */
struct steps {
    struct series submit, answer, expire;
};

struct figures {
    struct series codec_xk, codec_items, encode_xk, encode_stream, decode_xk, decode_stream, raw, copy;
    struct series record_xk, record_plain, record_reused, record_fresh;
    struct series check;
    struct series cycle_1k[CONTENDERS], cycle_1m[CONTENDERS], cycle_100k[CONTENDERS];
    struct series malloc_1m, many_100k, many_1m;
    struct steps steps_1k, steps_1m;
    double allocations[CONTENDERS];
    double threads;
    double tick_idle_ns, tick_due_ns;
};

void report_table(FILE *out, const struct figures *f, size_t request_size, size_t response_size);
/* Octets that one request of the workload has stored. */
struct stored {
    size_t request;
    size_t warrant; /* Crypto Session ids, KMS numbers and packed LI data */
};

/* Prints the keys, and writes those that were measured as JSON; how many missed their bound. */
int report_keys(FILE *out, const struct figures *f, const struct stored *stored, FILE *json);

#endif
