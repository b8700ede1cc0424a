/* SPDX-License-Identifier: BSD-2-Clause */
/** @file What a run tells: a line a second, a table at the end, and the same as JSON. */
#ifndef LOAD_REPORT_H
#define LOAD_REPORT_H

#include <stdio.h>

#include "load/run.h"

/** One line on stderr. */
void report_progress(const struct run *run);
/** The whole as text. */
void report_text(const struct run *run, FILE *out);
/** The whole as one JSON object; latencies in microseconds. */
void report_json(const struct run *run, FILE *out);

#endif
